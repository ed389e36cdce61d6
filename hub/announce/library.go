package announce

import (
	"slices"
	"strconv"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

// library is what programmes may take up, in turn.
type library struct {
	all    []*Announcement
	by     map[ID]int
	bare   [][]protocol.Audio
	length []time.Duration // of bare
	// everywhere are the places of what sounds wherever its programmes do.
	everywhere []int
	// mixes are what the clusters of programmes may hear.
	mixes map[devices.DeviceID]*mix
	known map[string]*mix
}

// mix is what some clusters may hear of the library: places, in turn.
type mix struct {
	n    int // its number, for keys
	list []int
}

func (m *mix) hears(of int) bool {
	_, ok := slices.BinarySearch(m.list, of)
	return ok
}

// everywhere reports whether the announcement sounds wherever its programmes do.
func (a *Announcement) everywhere() bool {
	return a.When.Kind == schedule.InProgramme && !a.Target.All && len(a.Target.Villages)+len(a.Target.Clusters) == 0
}

func (c *compiler) stockLibrary(named map[ID]bool) {
	lib := library{by: map[ID]int{}, mixes: map[devices.DeviceID]*mix{}, known: map[string]*mix{}}
	for _, a := range c.src.Announcements {
		if a.When.Kind == schedule.InProgramme || named[a.ID] {
			lib.all = append(lib.all, a)
		}
	}
	slices.SortFunc(lib.all, inTurn)
	heard := map[devices.DeviceID][]int{}
	for i, a := range lib.all {
		lib.by[a.ID] = i
		audio := bare(a)
		lib.bare = append(lib.bare, audio)
		lib.length = append(lib.length, time.Duration(protocol.Item{Audio: audio}.DurationMS())*time.Millisecond)
		if a.everywhere() {
			lib.everywhere = append(lib.everywhere, i)
			continue
		}
		for _, id := range c.ground.within(a.Target, c.from, c.to) {
			if c.played[id] != nil {
				heard[id] = append(heard[id], i)
			}
		}
	}
	for id := range c.played {
		lib.mixes[id] = lib.mix(heard[id])
	}
	c.library = lib
}

// mix is the one mix of what sounds everywhere and what is heard besides.
func (l *library) mix(heard []int) *mix {
	var k []byte
	for _, i := range heard {
		k = strconv.AppendInt(append(k, ' '), int64(i), 10)
	}
	m := l.known[string(k)]
	if m == nil {
		m = &mix{len(l.known), slices.Concat(l.everywhere, heard)}
		slices.Sort(m.list)
		l.known[string(k)] = m
	}
	return m
}

// mixOf is what a cluster may hear in a show.
func (c *compiler) mixOf(id devices.DeviceID, sh *show) *mix {
	if m := sh.mixes[id]; m != nil {
		return m
	}
	return c.library.mixes[id]
}

// mixesThen are what moved clusters may hear in an occurrence that begins at the
// instant.
func (c *compiler) mixesThen(clusters []devices.DeviceID, at time.Time) map[devices.DeviceID]*mix {
	out := map[devices.DeviceID]*mix{}
	for _, id := range clusters {
		if !c.moved[id] {
			continue
		}
		var heard []int
		for i, a := range c.library.all {
			if !a.everywhere() && c.ground.aims(a.Target, id, at) {
				heard = append(heard, i)
			}
		}
		out[id] = c.library.mix(heard)
	}
	return out
}
