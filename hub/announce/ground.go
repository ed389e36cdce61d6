package announce

import (
	"slices"
	"sync"
	"time"

	"github.com/smart-commune/smart-commune/devices"
)

// ground tells on which clusters a target sounds at an instant. It is never
// changed and may be used by many goroutines; what it returns is shared and must
// not be changed either.
type ground struct {
	by    map[devices.DeviceID][]stay
	stays []stay
	// turns are the instants at which some stay begins or ends, soonest first:
	// between two of them everything is the same.
	turns []time.Time

	mu   sync.Mutex
	memo map[groundKey][]devices.DeviceID
}

// groundKey is a village, or all of them when it is empty, from one turn to another.
type groundKey struct {
	village  devices.VillageID
	from, to int
}

func newGround(stays []stay) *ground {
	g := &ground{by: make(map[devices.DeviceID][]stay, len(stays)), stays: stays, memo: map[groundKey][]devices.DeviceID{}}
	for _, s := range stays {
		g.by[s.cluster] = append(g.by[s.cluster], s)
		for _, t := range []time.Time{s.since, s.until} {
			if !t.IsZero() {
				g.turns = append(g.turns, t)
			}
		}
	}
	slices.SortFunc(g.turns, time.Time.Compare)
	g.turns = slices.CompactFunc(g.turns, time.Time.Equal)
	return g
}

// standing is the ground of clusters that have always stood where they stand.
func standing(clusters []devices.Cluster) *ground {
	return newGround(staysOf(nil, clusters, time.Time{}))
}

// turn is the number of turns up to an instant.
func (g *ground) turn(at time.Time) int {
	i, found := slices.BinarySearchFunc(g.turns, at, time.Time.Compare)
	if found {
		i++
	}
	return i
}

// at are the clusters that a target means at an instant, sorted.
func (g *ground) at(t Target, instant time.Time) []devices.DeviceID {
	return g.within(t, instant, instant.Add(1))
}

// now are the clusters that a target means as things stand, sorted.
func (g *ground) now(t Target) []devices.DeviceID { return g.at(t, g.latest()) }

// latest is the last turn: since then everything is as it is.
func (g *ground) latest() time.Time {
	if len(g.turns) == 0 {
		return time.Time{}
	}
	return g.turns[len(g.turns)-1]
}

// within are the clusters that a target means at any instant of [from, to), sorted.
func (g *ground) within(t Target, from, to time.Time) []devices.DeviceID {
	if t.All {
		return g.village("", from, to)
	}
	if len(t.Villages) == 1 && len(t.Clusters) == 0 {
		return g.village(t.Villages[0], from, to)
	}
	var out []devices.DeviceID
	for _, v := range t.Villages {
		out = append(out, g.village(v, from, to)...)
	}
	gone := func(c devices.DeviceID) bool {
		return !slices.ContainsFunc(g.by[c], func(s stay) bool { return s.meets(from, to) })
	}
	if out == nil && !slices.ContainsFunc(t.Clusters, gone) && sortedSet(t.Clusters) {
		return t.Clusters
	}
	out = slices.DeleteFunc(append(out, t.Clusters...), gone)
	slices.Sort(out)
	return slices.Compact(out)
}

func (g *ground) village(v devices.VillageID, from, to time.Time) []devices.DeviceID {
	key := groundKey{v, g.turn(from), g.turn(to.Add(-1))}
	g.mu.Lock()
	defer g.mu.Unlock()
	list, ok := g.memo[key]
	if !ok {
		for _, s := range g.stays {
			if (v == "" || s.village == v) && s.meets(from, to) {
				list = append(list, s.cluster)
			}
		}
		slices.Sort(list)
		list = slices.Compact(list)
		g.memo[key] = list
	}
	return list
}

// aims reports whether a target means a cluster at an instant.
func (g *ground) aims(t Target, c devices.DeviceID, at time.Time) bool {
	for _, s := range g.by[c] {
		if s.at(at) {
			return t.All || slices.Contains(t.Villages, s.village) || slices.Contains(t.Clusters, c)
		}
	}
	return false
}

// moved are the clusters of which a stay begins or ends in [from, to).
func (g *ground) moved(from, to time.Time) map[devices.DeviceID]bool {
	out := map[devices.DeviceID]bool{}
	if g.turn(from) == g.turn(to.Add(-1)) {
		return out
	}
	for _, s := range g.stays {
		for _, t := range []time.Time{s.since, s.until} {
			if t.After(from) && t.Before(to) {
				out[s.cluster] = true
			}
		}
	}
	return out
}

// gone is what of a target stands nowhere now, nil when all of it does.
func (g *ground) gone(t Target) *Target {
	var out Target
	at := g.latest()
	for _, v := range t.Villages {
		if len(g.village(v, at, at.Add(1))) == 0 {
			out.Villages = append(out.Villages, v)
		}
	}
	for _, c := range t.Clusters {
		if !g.aims(Target{All: true}, c, at) {
			out.Clusters = append(out.Clusters, c)
		}
	}
	out.All = t.All && len(g.village("", at, at.Add(1))) == 0
	if !out.All && out.Villages == nil && out.Clusters == nil {
		return nil
	}
	return &out
}

func sortedSet(list []devices.DeviceID) bool {
	for i := 1; i < len(list); i++ {
		if list[i-1] >= list[i] {
			return false
		}
	}
	return true
}
