package announce

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/devices"
)

// slot is an occurrence that plans hold, with the clusters whose plans they are.
type slot struct {
	Occurrence
	clusters []devices.DeviceID
	fate     devices.Fate // when it is interrupted
}

// slots are all occurrences of the plans in [from, to), soonest first.
func (c *compiler) slots(from, to time.Time) (out []slot) {
	for _, a := range c.src.Announcements {
		for _, start := range c.src.starts(a, from, to) {
			out = append(out, slot{Occurrence: occurrenceOf(a, start), clusters: c.ground.at(a.Target, start), fate: a.OnInterrupted})
		}
	}
	m := c.maker()
	for _, sh := range c.shows {
		if !sh.begins.Before(to) {
			continue
		}
		for _, s := range m.slotsOf(sh) {
			if !s.Start.Before(from) && s.Start.Before(to) {
				out = append(out, s)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b slot) int { return cmp.Or(a.Start.Compare(b.Start), compare(a.ID, b.ID)) })
	// The same at the same instant in several programmes is one occurrence.
	whole := out[:0]
	for _, s := range out {
		if n := len(whole); n > 0 && whole[n-1].ID == s.ID {
			whole[n-1].clusters = union(whole[n-1].clusters, s.clusters)
			continue
		}
		whole = append(whole, s)
	}
	return whole
}

// upcoming is what comes next.
type upcoming struct {
	slots []slot    // soonest first
	until time.Time // up to here they are all of the plans'
	whole bool      // no later ones are planned yet
}

// upcoming are the slots that nobody has looked at since the instant, zero for now:
// those of an hour at least, and enough for [Config.Next].
func (c *compiler) upcoming(since time.Time) upcoming {
	now := c.src.Now
	if since.IsZero() || since.After(now) { // the clock was set back
		since = now
	}
	// What began before can sound no more: a clock that leaps ahead must not put years
	// on air.
	since = later(since, now.Add(-keepEnded))
	for ahead := time.Hour; ; ahead *= 4 {
		u := upcoming{until: sooner(later(since, now).Add(ahead), c.to)}
		u.whole = u.until.Equal(c.to)
		if u.slots = c.slots(since, u.until); len(u.slots) >= 2*NextLength || u.whole {
			return u
		}
	}
}

func union(a, b []devices.DeviceID) []devices.DeviceID {
	return slices.Compact(slices.Sorted(slices.Values(slices.Concat(a, b))))
}

// slotsOf are the pieces of a show with their clusters, soonest first.
func (m *maker) slotsOf(sh *show) (out []slot) {
	index := map[string]int{}
	for _, id := range sh.clusters {
		m.refs = m.refsOfShow(m.refs[:0], sh, m.c.mixOf(id, sh), sh.cutOn(id))
		for _, r := range m.refs {
			m.text = r.appendID(m.text[:0])
			i, ok := index[string(m.text)]
			if !ok {
				i = len(out)
				name := string(m.text)
				index[name] = i
				out = append(out, slot{Occurrence: Occurrence{ID: name, Announcement: ID(r.item.Announcement), Title: r.item.Title,
					Level: r.item.Level, Start: r.at(), Programme: sh.programme.ID, Deliveries: []Delivery{}}, fate: r.item.OnInterrupted})
			}
			out[i].DurationMS = max(out[i].DurationMS, r.item.DurationMS())
			out[i].clusters = append(out[i].clusters, id)
		}
	}
	slices.SortStableFunc(out, func(a, b slot) int { return cmp.Or(a.Start.Compare(b.Start), compare(a.ID, b.ID)) })
	return out
}

// span is one sounding, as the checks and the calendar see it: an occurrence of an
// announcement, or of a whole programme.
type span struct {
	id           string
	announcement ID
	programme    ProgrammeID
	title        string
	level        devices.Level
	order        int
	start, end   time.Time
	due          time.Time // when it was to begin, before start where it waits for a programme
	clusters     []devices.DeviceID
	fate         devices.Fate  // when it is interrupted
	allowance    time.Duration // how late it may begin
	pieces       []slot        // of a programme
	waits        bool          // not approved yet
}

func (s span) meets(o span) bool { return s.start.Before(o.end) && o.start.Before(s.end) }

// common are the clusters of both.
func (s span) common(o span) []devices.DeviceID { return intersection(s.clusters, o.clusters) }

// intersection returns what two sorted lists share.
func intersection(a, b []devices.DeviceID) (out []devices.DeviceID) {
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			a = a[1:]
		case a[0] > b[0]:
			b = b[1:]
		default:
			out = append(out, a[0])
			a, b = a[1:], b[1:]
		}
	}
	return out
}

// spanOf is one occurrence of an announcement.
func spanOf(a *Announcement, start time.Time, clusters []devices.DeviceID) span {
	o := occurrenceOf(a, start)
	return span{id: o.ID, announcement: a.ID, title: a.Title, level: a.Level, order: a.Order, start: o.Start, due: o.Start,
		end: o.Start.Add(time.Duration(o.DurationMS) * time.Millisecond), clusters: clusters, fate: cmp.Or(a.OnInterrupted, devices.Restart), allowance: planAllowance}
}

// spanOf is an occurrence of a programme as a whole.
func (m *maker) spanOf(sh *show) span {
	s := span{id: fmt.Sprintf("%s@%d", sh.programme.ID, sh.start.Unix()), programme: sh.programme.ID, title: sh.form.Title, order: sh.form.Order,
		start: sh.begins.UTC(), end: sh.begins.UTC(), due: sh.start.UTC(), clusters: sh.clusters, allowance: planAllowance, pieces: m.slotsOf(sh)}
	for _, p := range s.pieces {
		s.end = later(s.end, p.Start.Add(time.Duration(p.DurationMS)*time.Millisecond))
		s.level = max(s.level, p.Level)
	}
	return s
}

// spans are the soundings of the sources in [from, to), soonest first, on some of
// the clusters, nil for all; those that began before from but last into it are among
// them.
func spans(src Sources, from, to time.Time, on []devices.DeviceID) (out []span) {
	begin := from.Add(-maxSounding)
	c := newCompiler(src, begin, to)
	elsewhere := func(clusters []devices.DeviceID) bool { return on != nil && intersection(on, clusters) == nil }
	for _, a := range src.Announcements {
		if elsewhere(c.ground.within(a.Target, begin, to)) {
			continue
		}
		for _, t := range src.starts(a, begin, to) {
			out = append(out, spanOf(a, t, c.ground.at(a.Target, t)))
		}
	}
	m := c.maker()
	for _, sh := range c.shows {
		if sh.held(&src) && !elsewhere(sh.clusters) {
			out = append(out, m.spanOf(sh))
		}
	}
	out = slices.DeleteFunc(out, func(s span) bool { return !s.end.After(from) && s.start.Before(from) || !s.start.Before(to) })
	slices.SortFunc(out, func(a, b span) int { return cmp.Or(a.start.Compare(b.start), cmp.Compare(a.id, b.id)) })
	return out
}
