package announce

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce/lunar"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

// modelSeries is a series as a person would note it on a calendar of paper: it is
// walked day by day and knows nothing of RFC 5545.
type modelSeries struct {
	weekdays [8]bool // by ISO number
	clocks   []string
	except   map[string]bool // days and starts
	ram      bool            // not on the 15th of the lunar month
	extra    []string
	moved    map[string]string
}

func someSeries(r *rand.Rand) (modelSeries, schedule.When) {
	m := modelSeries{except: map[string]bool{}, moved: map[string]string{}, ram: r.IntN(2) == 0}
	names := []string{"", "MO", "TU", "WE", "TH", "FR", "SA", "SU"}
	days, hours := "", ""
	for d := 1; d <= 7; d++ {
		if r.IntN(3) > 0 || d == 3 {
			m.weekdays[d] = true
			days += "," + names[d]
		}
	}
	minute := r.IntN(60)
	for _, h := range [][]int{{5}, {5, 17}, {6, 11, 18}}[r.IntN(3)] {
		m.clocks = append(m.clocks, fmt.Sprintf("%02d:%02d", h, minute))
		hours += fmt.Sprint(",", h)
	}
	w := schedule.When{Kind: schedule.Rule, Start: "2026-02-20T" + m.clocks[0], RRule: "FREQ=WEEKLY;BYDAY=" + days[1:] + ";BYHOUR=" + hours[1:]}
	for range r.IntN(3) {
		day := fmt.Sprintf("2026-03-%02d", 1+r.IntN(14))
		if r.IntN(2) == 0 {
			day += "T" + m.clocks[r.IntN(len(m.clocks))]
		}
		m.except[day] = true
		w.Except = append(w.Except, day)
	}
	if r.IntN(2) == 0 {
		extra := fmt.Sprintf("2026-03-%02dT20:%02d", 1+r.IntN(14), r.IntN(60))
		m.extra = append(m.extra, extra)
		w.Extra = append(w.Extra, extra)
	}
	if m.ram {
		w.Lunar = &schedule.Lunar{Except: []schedule.LunarDay{{Day: 15}}}
	}
	return m, w
}

// starts walks the days of [from, to).
func (m modelSeries) starts(from, to time.Time) (out []time.Time) {
	full := func(day time.Time) bool {
		y, mo, d := day.Date()
		return m.ram && lunar.FromSolar(y, int(mo), d).Day == 15
	}
	add := func(s string) {
		t, err := time.ParseInLocation(schedule.LocalFormat, s, hanoi)
		if err != nil {
			panic(err)
		}
		if m.except[s] || m.except[s[:10]] {
			return
		}
		if to, ok := m.moved[s]; ok {
			if t, err = time.ParseInLocation(schedule.LocalFormat, to, hanoi); err != nil {
				panic(err)
			}
		} else if full(t) {
			return
		}
		out = append(out, t)
	}
	for day := at(hanoi, "2026-02-20 00:00"); day.Before(at(hanoi, "2026-04-20 00:00")); day = day.AddDate(0, 0, 1) {
		if m.weekdays[(int(day.Weekday())+6)%7+1] {
			for _, c := range m.clocks {
				add(day.Format(schedule.DayFormat) + "T" + c)
			}
		}
	}
	for _, s := range m.extra {
		add(s)
	}
	out = slices.DeleteFunc(out, func(t time.Time) bool { return t.Before(from) || !t.Before(to) })
	slices.SortFunc(out, time.Time.Compare)
	return slices.CompactFunc(out, time.Time.Equal)
}

// edit moves or cancels one start of the series in both forms.
func (m *modelSeries) edit(r *rand.Rand, w schedule.When, now time.Time) schedule.When {
	left := m.starts(now.Add(1), at(hanoi, "2026-03-20 00:00"))
	if len(left) == 0 {
		return w
	}
	start := left[r.IntN(len(left))]
	e := schedule.SeriesEdit{Start: start, Scope: schedule.ThisOne, Cancel: true}
	to := start.Add(time.Duration(1+r.IntN(200)) * 17 * time.Minute)
	if r.IntN(2) == 0 {
		e.Cancel, e.MoveTo = false, &to
	}
	got, err := w.Edit(e, now, hanoi)
	if err != nil {
		return w // too near to another: nothing changes
	}
	key := start.In(hanoi).Format(schedule.LocalFormat)
	for was, is := range m.moved {
		if is == key && !m.except[was] {
			key = was // it is moved once more
		}
	}
	if e.Cancel {
		m.except[key] = true
		return got.Kept
	}
	m.moved[key] = to.In(hanoi).Format(schedule.LocalFormat)
	return got.Kept
}

// TestPlansKeepToTheirModel plans random announcements and programmes, edits them,
// and compares every cluster's plan with what the model says: each sounding once
// on each cluster it is aimed at, none besides.
func TestPlansKeepToTheirModel(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 11))
		if err := planModel(r); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}

func planModel(r *rand.Rand) error {
	now := at(hanoi, "2026-03-01 12:00")
	decided := now.Add(-time.Hour)
	src := Sources{Now: now, Location: hanoi, Chimes: map[Chime]protocol.Audio{
		OpeningChime: {SHA256: "o", DurationMS: 3000}, ClosingChime: {SHA256: "c", DurationMS: 2000}}}
	for i := range 6 {
		src.Clusters = append(src.Clusters, devices.Cluster{ID: devices.DeviceID(fmt.Sprintf("loa-%d", i)), Volume: 80})
	}
	some := func() (ids []devices.DeviceID) {
		for _, c := range src.Clusters {
			if r.IntN(2) == 0 {
				ids = append(ids, c.ID)
			}
		}
		return ids
	}
	series := map[string]modelSeries{}
	checked := func(key string) (schedule.When, bool) {
		m, w := someSeries(r)
		w, err := w.Check(now, hanoi)
		if err != nil {
			return w, false
		}
		for range r.IntN(6) {
			w = m.edit(r, w, now)
		}
		series[key] = m
		return w, true
	}
	for n := range 4 {
		a := scheduled(n, schedule.When{})
		w, ok := checked(string(a.ID))
		if !ok {
			continue
		}
		a.When, a.Target.Clusters, a.DecidedAt = w, some(), &decided
		src.Announcements = append(src.Announcements, a)
	}
	for n := 10; n < 16; n++ {
		a := scheduled(n, schedule.When{Kind: schedule.InProgramme})
		a.State, a.DecidedAt, a.Level, a.Order, a.Target.Clusters = Approved, &decided, devices.Level(r.IntN(2)), r.IntN(3), some()
		a.Sound.DurationMS = int64(1000 + r.IntN(20_000))
		if r.IntN(3) == 0 {
			a.ValidUntil = "2026-03-04"
		}
		if r.IntN(4) == 0 {
			a.State = Submitted // not approved: never heard
		}
		src.Announcements = append(src.Announcements, a)
	}
	for n := range 2 {
		p := &Programme{ID: ProgrammeID(fmt.Sprint("ct-", n)), State: Scheduled, DecidedAt: &decided, ApprovedAt: &decided,
			ProgrammeDraft: ProgrammeDraft{Title: "Sáng", Target: Target{Clusters: some()}, Opening: OpeningChime, Closing: ClosingChime,
				Items: []ProgrammeItem{{Announcement: src.Announcements[len(src.Announcements)-1].ID, Repeat: 1 + r.IntN(2)}, {Fill: &Fill{Max: 1 + r.IntN(4)}, GapS: 1 + r.IntN(9)}}}}
		w, ok := checked(string(p.ID))
		if !ok {
			continue
		}
		p.When = w
		src.Programmes = append(src.Programmes, p)
	}
	from, to := Window(now, hanoi)
	from = later(from, decided)
	for id, plan := range Compile(src) {
		if plan.Hash != plan.ContentHash() {
			return fmt.Errorf("%s: the hash is not that of the content", id)
		}
		want := map[string]int{}
		for _, a := range src.Announcements {
			if a.State == Scheduled && slices.Contains(a.Target.Clusters, id) {
				for _, s := range series[string(a.ID)].starts(from, to) {
					want[occurrenceID(a.ID, s)]++
				}
			}
		}
		for _, p := range src.Programmes {
			if slices.Contains(p.Target.Clusters, id) {
				for _, s := range series[string(p.ID)].starts(from, to) {
					for _, name := range modelLayout(src, p, s)[id] {
						want[name]++
					}
				}
			}
		}
		for _, it := range plan.Items {
			if want[it.Occurrence]--; want[it.Occurrence] < 0 {
				return fmt.Errorf("%s: %s is planned but not in the model, or twice", id, it.Occurrence)
			}
		}
		for name, n := range want {
			if n != 0 {
				return fmt.Errorf("%s: %s is not planned", id, name)
			}
		}
	}
	return nil
}

// modelLayout names the pieces of a programme on each cluster. It thinks second by
// second: what is next in line sounds as soon as all who are to hear it are free.
func modelLayout(src Sources, p *Programme, start time.Time) map[devices.DeviceID][]string {
	names := map[devices.DeviceID][]string{}
	if len(p.Target.Clusters) == 0 {
		return names
	}
	free := map[devices.DeviceID]time.Time{}
	for _, c := range p.Target.Clusters {
		free[c] = start
	}
	hears := func(a *Announcement, c devices.DeviceID) bool {
		return a.State == Approved && a.When.Kind == schedule.InProgramme && (len(a.Target.Clusters) == 0 || slices.Contains(a.Target.Clusters, c)) &&
			(a.ValidUntil == "" || start.In(hanoi).Format(schedule.DayFormat) <= a.ValidUntil)
	}
	play := func(a *Announcement, on []devices.DeviceID, repeat, gap int) {
		for n := 1; n <= repeat && len(on) > 0; n++ {
			clock, chime := start, int64(0)
			for ; slices.ContainsFunc(on, func(c devices.DeviceID) bool { return free[c].After(clock) }); clock = clock.Add(time.Second) {
			}
			name := fmt.Sprintf("%s@%d", a.ID, clock.Unix())
			if n > 1 {
				name = fmt.Sprintf("%s/%d@%d", a.ID, n, clock.Unix())
			}
			for _, c := range on {
				if len(names[c]) == 0 {
					chime = 3000 + 400
				}
			}
			seconds := (chime + a.Sound.DurationMS + int64(gap)*1000 + 999) / 1000
			for _, c := range on {
				names[c] = append(names[c], name)
				free[c] = clock.Add(time.Duration(seconds) * time.Second)
			}
		}
	}
	fixed := p.Items[0].Announcement
	on := map[ID][]devices.DeviceID{}
	var rest []*Announcement // the more urgent first, then by order; all are of one age, and ids tell
	for level := devices.Priority; level >= devices.Normal; level-- {
		for order := range 3 {
			for _, a := range src.Announcements {
				switch {
				case a.Level != level || a.Order != order:
				case a.ID == fixed:
					for _, c := range p.Target.Clusters {
						if hears(a, c) {
							on[a.ID] = append(on[a.ID], c)
						}
					}
					play(a, on[a.ID], p.Items[0].Repeat, 2)
				default:
					rest = append(rest, a)
				}
			}
		}
	}
	for _, c := range p.Target.Clusters {
		room := p.Items[1].Fill.Max
		for _, a := range rest {
			if hears(a, c) && room > 0 {
				room--
				on[a.ID] = append(on[a.ID], c)
			}
		}
	}
	// Among equals, what everybody hears comes first.
	slices.SortStableFunc(rest, func(a, b *Announcement) int {
		all := func(x *Announcement) int { return -len(on[x.ID]) / len(p.Target.Clusters) }
		if a.Level != b.Level || a.Order != b.Order {
			return 0
		}
		return all(a) - all(b)
	})
	for _, a := range rest {
		play(a, on[a.ID], 1, p.Items[1].GapS)
	}
	return names
}

// TestOneChangeTouchesItsClustersAlone holds that what is worked out again covers
// every plan that changes, and no cluster that the change does not concern.
func TestOneChangeTouchesItsClustersAlone(t *testing.T) {
	src := Sources{Now: at(hanoi, "2026-03-02 06:00"), Location: hanoi}
	for i := range 20 {
		src.Clusters = append(src.Clusters, devices.Cluster{ID: devices.DeviceID(fmt.Sprintf("loa-%02d", i)), Volume: 80})
	}
	r := rand.New(rand.NewPCG(1, 2))
	some := func() (ids []devices.DeviceID) {
		for _, i := range r.Perm(20)[:3] {
			ids = append(ids, src.Clusters[i].ID)
		}
		return ids
	}
	for n := range 10 {
		src.Announcements = append(src.Announcements, scheduled(n, schedule.When{Kind: schedule.Daily, Time: fmt.Sprintf("%02d:00", n+6), From: "2026-01-01"}, some()...))
	}
	a := scheduled(10, schedule.When{Kind: schedule.InProgramme}, some()...)
	a.State = Approved
	src.Announcements = append(src.Announcements, a)
	src.Programmes = []*Programme{{ID: "ct-1", State: Scheduled, DecidedAt: a.DecidedAt, ApprovedAt: a.DecidedAt,
		ProgrammeDraft: ProgrammeDraft{Title: "Sáng", Target: Target{Clusters: append(some(), a.Target.Clusters...)}, When: schedule.When{Kind: schedule.Daily, Time: "05:30", From: "2026-01-01"}, Items: []ProgrammeItem{{Fill: &Fill{Max: 3}}}}}}
	waits := *src.Programmes[0] // for the other, as long as that lasts
	waits.ID, waits.Title, waits.Target.Clusters = "ct-2", "Sau", append(some(), a.Target.Clusters[0])
	src.Programmes = append(src.Programmes, &waits)
	changed := func(i int, f func(*Announcement)) func(*Sources) {
		return func(s *Sources) {
			a := *s.Announcements[i]
			f(&a)
			s.Announcements[i] = &a
		}
	}
	for name, change := range map[string]func(*Sources){
		"a title":            changed(3, func(a *Announcement) { a.Title = "khác" }),
		"a target":           changed(4, func(a *Announcement) { a.Target.Clusters = some() }),
		"a cancellation":     func(s *Sources) { s.Announcements = s.Announcements[1:] },
		"content":            changed(10, func(a *Announcement) { a.Title = "khác" }),
		"longer content":     changed(10, func(a *Announcement) { a.Sound.DurationMS += 60_000 }),
		"content everywhere": changed(10, func(a *Announcement) { a.Target.Clusters = nil }),
		"a programme": func(s *Sources) {
			p := *s.Programmes[0]
			p.When.Time = "06:30"
			s.Programmes[0] = &p
		},
		"a programme is gone": func(s *Sources) { s.Programmes = nil },
		"a volume":            func(s *Sources) { s.Clusters[7].Volume = 10 },
		"a new cluster":       func(s *Sources) { s.Clusters = append(s.Clusters, devices.Cluster{ID: "loa-99"}) },
		"rules":               func(s *Sources) { s.Rules = Rules{Version: 1, Volumes: []VolumeRule{{Volume: 5}}} },
		"nothing":             func(s *Sources) { s.Now = s.Now.Add(time.Hour) },
	} {
		next := src
		next.Announcements, next.Clusters, next.Programmes = slices.Clone(src.Announcements), slices.Clone(src.Clusters), slices.Clone(src.Programmes)
		change(&next)
		clusters, all := touched(src, next)
		before, after := Compile(src), Compile(next)
		changed := 0
		for id, p := range after {
			if before[id].Hash != p.Hash {
				changed++
				if !all && !clusters[id] {
					t.Errorf("%s: the plan of %s changed unseen", name, id)
				}
			}
		}
		if all != (name == "rules") || len(clusters) > changed+6 {
			t.Errorf("%s: %d clusters are worked out again (all: %v), %d plans changed", name, len(clusters), all, changed)
		}
	}
}
