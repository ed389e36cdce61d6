package announce

import (
	"slices"
	"sync/atomic"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

// compiler knows what is planned in [from, to) and for whom. What clusters share is
// worked out when the first of them needs it and let go of after the last, so that
// ten thousand clusters take little memory. Once made it may be used by many
// goroutines, each with a [maker] of its own.
type compiler struct {
	src      Sources
	ground   *ground
	from, to time.Time
	own      map[devices.DeviceID][]*line // see serve
	shows    []*show                      // soonest first
	played   map[devices.DeviceID][]*show
	library  library
	// moved are clusters that came, went or changed villages in the meantime: what
	// is aimed at them now was not always.
	moved map[devices.DeviceID]bool
}

// line is an announcement with a schedule of its own.
type line struct {
	n    int // its number, for keys
	a    *Announcement
	refs atomic.Pointer[[]ref]
	left atomic.Int32 // clusters that have not asked yet
}

// show is an occurrence of a programme.
type show struct {
	session
	n      int                       // its number, for keys
	mixes  map[devices.DeviceID]*mix // of clusters that moved
	layout atomic.Pointer[layout]
	left   atomic.Int32 // clusters that have not asked yet
}

// newCompiler prepares plans of [from, to).
func newCompiler(src Sources, from, to time.Time) *compiler {
	c := &compiler{src: src, ground: src.places(), from: from, to: to, played: map[devices.DeviceID][]*show{}}
	c.moved = c.ground.moved(from.Add(-maxSounding), to)
	c.prepareProgrammes()
	return c
}

// serve finds the announcements of the clusters of which plans will be made.
func (c *compiler) serve(clusters []devices.Cluster) {
	c.own = make(map[devices.DeviceID][]*line, len(clusters))
	for _, cluster := range clusters {
		c.own[cluster.ID] = nil
	}
	for i, a := range c.src.Announcements {
		if a.State != Scheduled || a.When.Kind == schedule.InProgramme || a.When.Kind == schedule.Now {
			continue
		}
		l := &line{n: i, a: a}
		add := func(id devices.DeviceID) {
			c.own[id] = append(c.own[id], l)
			l.left.Add(1)
		}
		aimed := c.ground.within(a.Target, c.from, c.to)
		if len(aimed) < 16*len(clusters) {
			for _, id := range aimed {
				if _, served := c.own[id]; served {
					add(id)
				}
			}
			continue
		}
		for _, cluster := range clusters { // a few of many
			if _, ok := slices.BinarySearch(aimed, cluster.ID); ok {
				add(cluster.ID)
			}
		}
	}
}

func (c *compiler) prepareProgrammes() {
	named := map[ID]bool{}
	for _, p := range c.src.Programmes {
		// One that was withdrawn had its turn, which others keep to.
		for _, s := range p.everHeld(c.from.Add(-maxSounding), c.to, c.src.Location) {
			for _, it := range s.form.Items {
				named[it.Announcement] = true
			}
			s.begins, s.clusters = s.start, c.ground.at(s.form.Target, s.start)
			sh := &show{session: s}
			sh.left.Store(int32(len(s.clusters)))
			c.shows = append(c.shows, sh)
		}
	}
	slices.SortFunc(c.shows, func(a, b *show) int { return a.before(&b.session) })
	for i, sh := range c.shows {
		sh.n = i
		for _, id := range sh.clusters {
			c.played[id] = append(c.played[id], sh)
		}
	}
	if len(c.shows) == 0 {
		return
	}
	c.stockLibrary(named)
	if len(c.moved) > 0 {
		for _, sh := range c.shows {
			sh.mixes = c.mixesThen(sh.clusters, sh.start)
		}
	}
	c.takeTurns()
}

// refsOf are the items of an announcement, the same for all of its clusters.
func (m *maker) refsOf(l *line) []ref {
	if refs := l.refs.Load(); refs != nil {
		return *refs
	}
	starts := m.c.src.starts(l.a, m.c.from, m.c.to)
	refs := make([]ref, len(starts))
	if len(starts) > 0 {
		of := newRecipe(itemOf(l.a, starts[0], planAllowance))
		for i, start := range starts {
			refs[i] = m.c.src.newRef(of, 1, start)
		}
	}
	l.refs.Store(&refs)
	return refs
}

// layoutOf is how a show is played.
func (m *maker) layoutOf(sh *show) *layout {
	if l := sh.layout.Load(); l != nil {
		return l
	}
	var mixes []*mix
	seen := map[*mix]bool{}
	for _, id := range sh.clusters {
		if mx := m.c.mixOf(id, sh); !seen[mx] {
			seen[mx] = true
			mixes = append(mixes, mx)
		}
	}
	l := m.layOut(&sh.session, mixes)
	sh.layout.Store(l)
	return l
}
