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
	n     int                       // its number, for keys
	mixes map[devices.DeviceID]*mix // of clusters that moved
	*scheme
}

// scheme is what occurrences of a programme have in common that are played alike, as
// those of most days are.
type scheme struct {
	place  string // see places
	layout atomic.Pointer[layout]
	left   atomic.Int32 // clusters that have not asked yet, for each of the shows
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
			c.shows = append(c.shows, &show{session: s})
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
	c.shareSchemes()
	c.takeTurns()
}

// shareSchemes finds the shows that are played alike: the same form with the same
// contents, on clusters that hear the same.
func (c *compiler) shareSchemes() {
	type kind struct {
		form  *ProgrammeDraft
		place string
	}
	known := map[kind]*show{}
	places := map[int64]string{} // by start
	for _, sh := range c.shows {
		place, ok := places[sh.start.Unix()]
		if !ok {
			place = c.places(sh.start)
			places[sh.start.Unix()] = place
		}
		k := kind{sh.form, place}
		// What was withdrawn sounded up to an instant.
		if like := known[k]; like != nil && !c.src.withdrawn && len(sh.mixes)+len(like.mixes) == 0 && slices.Equal(like.clusters, sh.clusters) {
			sh.scheme = like.scheme
		} else {
			sh.scheme = &scheme{place: place}
			known[k] = sh
		}
		sh.left.Add(int32(len(sh.clusters)))
	}
}

// refsOf are the items of an announcement, the same for all of its clusters. They are
// good until the next call.
func (m *maker) refsOf(l *line) []ref {
	if refs := l.refs.Load(); refs != nil {
		return *refs
	}
	starts := m.c.src.starts(l.a, m.c.from, m.c.to)
	m.own = m.own[:0]
	if len(starts) > 0 {
		of := newRecipe(l.a.item())
		for _, start := range starts {
			m.own = append(m.own, m.c.src.newRef(of, 1, start.Unix()))
		}
	}
	if l.left.Load() > 1 { // others will ask
		refs := slices.Clone(m.own)
		l.refs.Store(&refs)
	}
	return m.own
}

// refsOfShow appends the items of a mix in a show, those before cut unless that is
// zero.
func (m *maker) refsOfShow(refs []ref, sh *show, mx *mix, cut time.Time) []ref {
	begins, before := sh.begins.Unix(), sh.begins.Before(m.c.from)
	for _, p := range m.layoutOf(sh).parts[mx] {
		if before && sh.begins.Add(time.Duration(p.after)*time.Second).Before(m.c.from) {
			continue // of an occurrence that began before
		}
		if !cut.IsZero() && !sh.begins.Add(time.Duration(p.after)*time.Second).Before(cut) {
			continue
		}
		refs = append(refs, m.c.src.newRef(p.recipe, p.n, begins+int64(p.after)))
	}
	return refs
}

// layoutOf is how a show is played, and all that are played alike.
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
	l := m.layOut(sh, mixes)
	sh.layout.Store(l)
	return l
}
