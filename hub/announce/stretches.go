package announce

import (
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

const (
	// checkAhead is how long a stretch is at which checks look.
	checkAhead = 8 * 24 * time.Hour
	// ownStarts are how many of its first starts checks look at, in ownStretches at
	// most: of what sounds once a month that is more than its first week.
	ownStarts, ownStretches = 3, 3
	// metStretches bounds on how many far days checks look for others that begin there.
	metStretches = 12
)

// stretch is a time [from, to) at whose soundings checks look.
type stretch struct{ from, to time.Time }

func (s stretch) has(t time.Time) bool { return !t.Before(s.from) && t.Before(s.to) }

// stretches are the times at which checks look, soonest first: the days to come, the
// first starts of what is checked wherever they lie, and where others begin later
// that may meet it. What is announced for the week after next is checked as what is
// announced for tomorrow, and yet no check goes through two years.
func (c *check) stretches() []stretch {
	now, loc := c.src.Now, c.src.Location
	list := []stretch{{now, now.Add(checkAhead)}}
	for n := 0; len(list) < ownStretches; {
		last := list[len(list)-1]
		if n += len(c.when.Starts(later(last.from, c.since), last.to, loc)); n >= ownStarts {
			break
		}
		next := c.when.FirstStarts(later(last.to, c.since), 1, loc)
		if len(next) == 0 {
			break
		}
		list = append(list, stretch{next[0], next[0].Add(checkAhead)})
	}
	for _, t := range c.laterBegins(now.Add(checkAhead)) {
		day := stretch{t.Add(-maxSounding), t.Add(maxSounding)}
		inside := slices.ContainsFunc(list, func(s stretch) bool { return s.has(t) })
		if inside || len(c.when.Starts(day.from, day.to, loc)) == 0 {
			continue
		}
		if list = append(list, day); len(list) >= ownStretches+metStretches {
			break
		}
	}
	slices.SortFunc(list, func(a, b stretch) int { return a.from.Compare(b.from) })
	return list
}

// laterBegins are when others that share a cluster begin that do not sound before an
// instant, soonest first.
func (c *check) laterBegins(from time.Time) (out []time.Time) {
	src, places := &c.src, c.src.places()
	add := func(when *schedule.When, since time.Time, target Target) {
		if intersection(c.clusters, places.now(target)) == nil || len(when.Starts(later(src.Now, since), from, src.Location)) > 0 {
			return
		}
		out = append(out, when.FirstStarts(later(from, since), 1, src.Location)...)
	}
	for _, a := range src.Announcements {
		if a.State == Scheduled {
			add(&a.When, a.validSince(src.Location), a.Target)
		}
	}
	for _, p := range src.Programmes {
		if p.State == Scheduled {
			add(&p.When, time.Time{}, p.Target)
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return slices.CompactFunc(out, time.Time.Equal)
}

// validSince is the beginning of the first day on which an announcement may sound,
// zero for always.
func (d *Draft) validSince(loc *time.Location) time.Time {
	t, _ := time.ParseInLocation(schedule.DayFormat, d.ValidFrom, loc)
	return t
}

// among collects the soundings, with what is checked among the sources.
func (c *check) among(src Sources, isMine func(span) bool) {
	seen := map[string]bool{}
	var before time.Time // up to here all of its own are collected
	for _, look := range c.stretches() {
		from := later(look.from, before)
		for _, s := range spans(src, schedule.Monday(look.from, src.Location), look.to.Add(24*time.Hour), c.clusters) {
			switch {
			case isMine(s):
				if !s.due.Before(from) && s.due.Before(look.to) {
					c.mine = append(c.mine, s)
				}
			case !seen[s.id]:
				seen[s.id] = true
				c.others = append(c.others, s)
			}
		}
		before = later(before, look.to)
	}
}
