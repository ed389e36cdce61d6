package announce

import (
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

// spell is a time that a programme takes on a cluster.
type spell struct {
	until time.Time
	// withdrawn is when somebody withdrew the programme, zero for never: what was to
	// begin before that had its turn given already.
	withdrawn time.Time
}

// takeTurns lets programmes that would meet on a cluster sound one after another,
// for their pieces would alternate: the one that begins first, then by the order
// that a person gave, then the older. What waits does so on all of its clusters.
// Once an occurrence has begun nothing changes its turn.
func (c *compiler) takeTurns() {
	m, stock := c.maker(), c.stock()
	taken := map[devices.DeviceID][]spell{}
	for _, sh := range c.shows {
		for _, id := range sh.clusters {
			for _, t := range taken[id] {
				if t.withdrawn.IsZero() || sh.start.Before(t.withdrawn) {
					sh.begins = later(sh.begins, t.until)
				}
			}
		}
		if !c.mayMeet(sh, stock) {
			continue
		}
		t := spell{until: sh.begins.Add(m.layoutOf(sh).length)}
		if sh.programme.State == Cancelled {
			t.withdrawn = *sh.programme.DecidedAt
		}
		for _, id := range sh.clusters {
			taken[id] = append(taken[id], t)
		}
	}
}

// mayMeet reports whether another show may begin on some of the clusters before
// this one is over. Laying it out would tell, and costs more.
func (c *compiler) mayMeet(sh *show, stock stock) bool {
	end := sh.begins.Add(time.Minute) // for the chimes
	for _, it := range sh.form.Items {
		if of, ok := c.library.by[it.Announcement]; ok {
			end = end.Add(it.length(c.library.all[of]))
		} else if it.Fill != nil {
			end = end.Add(stock.length(it))
		}
	}
	end = sooner(end, sh.begins.Add(maxSounding))
	for _, id := range sh.clusters {
		for _, other := range c.played[id] {
			if other.n > sh.n && other.start.Before(end) {
				return true
			}
		}
	}
	return false
}

// stock is all that programmes are filled with.
type stock struct {
	plays, once   int           // with and without repetitions
	sounds, alone time.Duration // the same, their length
}

func (c *compiler) stock() (s stock) {
	for i, a := range c.library.all {
		if n := max(a.Repeat, 1); a.When.Kind == schedule.InProgramme {
			s.once++
			s.plays += n
			s.alone += c.library.length[i]
			s.sounds += time.Duration(n) * c.library.length[i]
		}
	}
	return s
}

// length is that of a place in a programme which holds all of it.
func (s stock) length(it ProgrammeItem) time.Duration {
	gap := it.gap() + time.Second
	if it.Repeat == 0 {
		return s.sounds + time.Duration(s.plays)*gap
	}
	return time.Duration(it.Repeat) * (s.alone + time.Duration(s.once)*gap)
}
