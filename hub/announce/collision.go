package announce

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// collisions looks at what sounds on the same clusters at the same time, one finding
// for each that is met. What comes of it on a cluster is told by the arbiter that
// devices ask.
func (c *check) collisions() {
	found := map[string]int{}
	for _, other := range c.others {
		for _, s := range c.mine {
			if !s.due.Before(other.end) || !other.due.Before(s.end) {
				continue
			}
			both := s.common(other)
			if len(both) == 0 {
				continue
			}
			key := string(other.announcement) + string(other.programme)
			if i, ok := found[key]; ok {
				c.list[i].Clusters = union(c.list[i].Clusters, both)
				continue
			}
			if one, ok := c.collision(s, other, both); ok {
				found[key] = len(c.list)
				c.add(one)
			}
		}
	}
}

// itself looks for a sounding that is not over when the next of the same series is
// due. One that waits is played as soon as it can; what waits too long is not played,
// and programmes that wait for themselves are later and later.
func (c *check) itself() {
	var found *Finding
	var before span
	var free time.Time // when what sounded before is over
	for _, s := range c.mine {
		length, wait := s.end.Sub(s.start), free.Sub(s.due)
		if free.IsZero() || wait <= 0 {
			before, free = s, s.due.Add(length)
			continue
		}
		late := wait > s.allowance
		if found == nil || late && found.Severity == Warn {
			f := c.selfOverlap(before, s, late)
			found = &f
		}
		if !late || s.programme != "" {
			before, free = s, free.Add(length)
		}
	}
	if found != nil {
		c.add(*found)
	}
}

func (c *check) selfOverlap(s, next span, late bool) Finding {
	between := next.due.Sub(s.due)
	f := Finding{Code: FoundSelfOverlap, Severity: Warn, At: &next.due, Clusters: next.clusters, Fix: c.shorten(s, between-time.Minute)}
	vi, en := "nên phải chờ", "has to wait"
	switch {
	case late && next.programme != "":
		f.Severity, vi, en = Stop, "và các lần sau nữa sẽ phát ngày càng muộn", "and those after it are later and later"
	case late:
		f.Severity, vi, en = Stop, "phải chờ quá lâu nên sẽ không được phát", "would have to wait so long that it is not played"
	}
	minutes := func(d time.Duration) int { return int(d.Round(time.Minute).Minutes()) }
	f.Message = problem.Say(
		fmt.Sprintf("Mỗi lần dài %d phút mà lần sau bắt đầu chỉ sau %d phút: lần phát %s %s.", minutes(s.end.Sub(s.start)), minutes(between), next.due.In(c.src.Location).Format(viMoment), vi),
		fmt.Sprintf("It lasts %d minutes and begins again after %d: the one at %s %s.", minutes(s.end.Sub(s.start)), minutes(between), next.due.In(c.src.Location).Format(enMoment), en))
	if len(f.Fix.Patch) == 0 {
		f.Fix = advice("Giãn giờ phát ra, hoặc rút ngắn nội dung", "Leave more time between its starts, or shorten it")
	}
	return f
}

func (c *check) collision(s, other span, both []devices.DeviceID) (one Finding, ok bool) {
	when := later(s.due, other.due).In(c.src.Location)
	one = Finding{Code: FoundOverlap, Severity: Warn, At: &s.start, Clusters: both}
	say := func(vi, en string) {
		one.Message = problem.Say(fmt.Sprintf("Lúc %s trùng với “%s”; %s.", when.Format(viMoment), other.title, vi),
			fmt.Sprintf("At %s it meets \"%s\"; %s.", when.Format(enMoment), other.title, en))
	}
	if urgentMeet(s, other) {
		one.Rival = rivalOf(other)
	}
	if one.Rival != nil && s.order == other.order {
		one.Code, one.Severity, one.Fix = FoundPriorityCollision, Stop, c.order(other)
		say("cả hai đều là bản tin ưu tiên nên cần chọn bản tin nào phát trước", "both are of priority: choose which comes first")
		return one, true
	}
	one.Fix = c.move(s, other.end.Add(time.Minute))
	if s.programme != "" && other.programme != "" {
		return one, c.turn(&one, s, other, say)
	}
	if !s.meets(other) {
		return one, false
	}
	switch mine, its := c.perform(s, other, both[0]); {
	case mine.missed:
		one.Severity = Stop
		say("phải chờ quá lâu nên sẽ không được phát", "it would have to wait so long that it is not played")
	case its.missed:
		one.Severity = Stop
		say("bản tin kia phải chờ quá lâu nên sẽ không được phát", "the other would have to wait so long that it is not played")
	case its.cut:
		say("bản tin kia bị ngắt giữa chừng", "it interrupts the other")
	case mine.cut:
		say("bị bản tin kia ngắt giữa chừng", "it is interrupted by the other")
	default:
		say("bản tin sau phải chờ", "the later one has to wait")
	}
	return one, true
}

// turn says which of two programmes waits for the other. Two that begin at the same
// time are put in order by a person.
func (c *check) turn(one *Finding, s, other span, say func(vi, en string)) bool {
	switch {
	case s.due.Equal(other.due) && s.order == other.order:
		one.Fix, one.Rival = c.order(other), rivalOf(other)
		say("hãy chọn chương trình nào phát trước", "choose which programme comes first")
	case s.start.After(s.due) && other.due.Before(s.start) && !other.start.After(s.start):
		at := s.start.In(c.src.Location).Format("15:04:05")
		say("chương trình này chờ đến "+at, "this one waits until "+at)
	case other.start.After(other.due) && s.due.Before(other.start):
		at := other.start.In(c.src.Location).Format("15:04:05")
		say("chương trình kia chờ đến "+at, "the other waits until "+at)
	default:
		return false
	}
	return true
}

func rivalOf(s span) *Rival { return &Rival{s.announcement, s.programme, s.title, s.order} }

// urgentMeet reports whether what is of priority in both meets: a person has to say
// which comes first.
func urgentMeet(s, other span) bool {
	for _, a := range s.urgent() {
		for _, b := range other.urgent() {
			if a.meets(b) && len(a.common(b)) > 0 {
				return true
			}
		}
	}
	// Programmes take turns, so that their pieces never meet.
	return s.programme != "" && other.programme != "" && s.due.Equal(other.due) && s.level == devices.Priority && other.level == devices.Priority
}

// urgent are the parts of a sounding that are of priority.
func (s span) urgent() (out []span) {
	if s.programme == "" {
		if s.level == devices.Priority {
			out = append(out, s)
		}
		return out
	}
	for _, p := range s.pieces {
		if p.Level == devices.Priority {
			out = append(out, span{start: p.Start, end: p.Start.Add(time.Duration(p.DurationMS) * time.Millisecond), clusters: p.clusters})
		}
	}
	return out
}

// order offers a place behind another that nothing else has which meets it.
func (c *check) order(other span) *Fix {
	taken := map[int]bool{}
	for _, o := range c.others {
		for _, s := range c.mine {
			if s.due.Before(o.end) && o.due.Before(s.end) {
				taken[o.order] = true
			}
		}
	}
	vi, en, order := "Phát sau “"+other.title+"”", "Play it after \""+other.title+"\"", other.order
	for taken[order] && order < maxOrder {
		order++
	}
	if taken[order] {
		for vi, en = "Phát trước “"+other.title+"”", "Play it before \""+other.title+"\""; taken[order] && order > -maxOrder; {
			order--
		}
	}
	return &Fix{problem.Say(vi, en), map[string]any{"order": order}}
}

// performance is what comes of a sounding on a cluster.
type performance struct{ missed, cut bool }

// perform plays two soundings on a cluster as a device would.
func (c *check) perform(s, other span, on devices.DeviceID) (mine, its performance) {
	list := append(s.items(on), other.items(on)...)
	of := func(i int) *performance {
		if i < len(s.items(on)) {
			return &mine
		}
		return &its
	}
	for i, p := range playOut(list) {
		of(i).missed = of(i).missed || p.missed
		of(i).cut = of(i).cut || p.cut
	}
	return mine, its
}

// sounding is one item as the arbiter sees it, with its length.
type sounding struct {
	devices.Item
	length time.Duration
}

// items are what a span sounds on a cluster.
func (s span) items(on devices.DeviceID) (out []sounding) {
	add := func(level devices.Level, fate devices.Fate, start, end time.Time) {
		out = append(out, sounding{devices.Item{Level: level, Order: s.order, Start: start, Deadline: start.Add(s.allowance), Fate: fate}, end.Sub(start)})
	}
	if s.programme == "" {
		add(s.level, s.fate, s.start, s.end)
		return out
	}
	for _, p := range s.pieces {
		if _, hears := slices.BinarySearch(p.clusters, on); hears {
			add(p.Level, p.fate, p.Start, p.Start.Add(time.Duration(p.DurationMS)*time.Millisecond))
		}
	}
	return out
}

// playOut plays items against each other: what becomes of each, by place in the
// list.
func playOut(list []sounding) []performance {
	out := make([]performance, len(list))
	var waiting []devices.Item
	for i := range list {
		list[i].ID = strconv.Itoa(i)
		waiting = append(waiting, list[i].Item)
	}
	place := func(it devices.Item) int {
		i, _ := strconv.Atoi(it.ID)
		return i
	}
	var current *devices.Item
	var began time.Time
	drop := func(it devices.Item) {
		waiting = slices.DeleteFunc(waiting, func(w devices.Item) bool { return w.ID == it.ID })
	}
	for now := earliest(waiting); len(waiting) > 0 || current != nil; {
		d := devices.Arbitrate(now, current, waiting)
		for _, it := range d.Missed {
			out[place(it)].missed = true
			drop(it)
		}
		if d.Interrupt {
			cut := &list[place(*current)]
			out[place(*current)].cut = true
			if cut.Fate == devices.Resume {
				cut.length -= now.Sub(began)
			}
			if cut.Fate != devices.Skip {
				again := *current
				again.Deadline = later(again.Deadline, now.Add(again.Deadline.Sub(again.Start)))
				waiting = append(waiting, again)
			}
			current = nil
		}
		if d.Play != nil && current == nil {
			it := *d.Play
			current, began = &it, now
			drop(it)
		}
		next := d.Wake
		if current != nil {
			end := began.Add(list[place(*current)].length)
			if !end.After(now) {
				current = nil
				continue
			}
			next = sooner(next, end)
			if next.Equal(end) {
				now, current = end, nil
				continue
			}
		}
		if next.IsZero() {
			break
		}
		now = next
	}
	return out
}

// earliest is the first start of some items.
func earliest(list []devices.Item) (t time.Time) {
	for _, it := range list {
		t = sooner(t, it.Start)
	}
	return t
}
