package announce

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

// maxPieces bounds what one occurrence of a programme plays on a cluster.
const maxPieces = 500

// layout is how an occurrence of a programme is played, by what clusters hear. A
// piece begins at the same instant on every cluster that plays it, down to its first
// word: clusters that are heard from one place would otherwise say the same at
// different seconds, which is an echo. So a piece waits until all of its clusters
// are free. What everybody hears comes before what only some hear, where the order
// is the hub's to choose (see [Fill]), so that little is waited for.
type layout struct {
	parts  map[*mix][]part
	length time.Duration // nothing follows before, closing chimes and gaps included
}

// part is an item of an occurrence, wherever that begins.
type part struct {
	*recipe
	after int32 // seconds from the beginning
	n     int16 // which repetition, from 1
}

// run is an announcement that an item of the programme plays, with the mixes
// (by place in a list) that hear it there.
type run struct {
	item, of int // places in the form and in the library
	mixes    []int
}

// piece is one playing of an announcement.
type piece struct {
	of    int // place in the library
	n     int // which repetition, from 1
	start time.Duration
	lead  time.Duration // of the opening chime on those that begin with it; the others are silent so long
}

// play is a piece as a mix plays it.
type play struct {
	piece int
	opens bool // with the opening chime
}

// chosen is a place in a programme with what a mix hears there.
type chosen struct{ item, of, mix int }

// stage is what laying out works on.
type stage struct {
	free   []time.Duration // by mix
	opened []bool
	plays  [][]play
	pieces []piece
	chosen []chosen
	used   []bool // by library
	fills  []int  // by library: the last place that some mix fills with it, and so all do
	mixes  []int
	runs   []run
}

// sized returns a list of so many zeros in the memory of another.
func sized[T any](list []T, n int) []T {
	list = slices.Grow(list[:0], n)[:n]
	clear(list)
	return list
}

// layOut lays an occurrence out for clusters that hear the mixes. Pieces begin at
// whole seconds. The opening chime belongs to the first piece that sounds on a
// cluster and the closing chime to the last; nothing to say means silence.
func (m *maker) layOut(sh *show, mixes []*mix) *layout {
	form, lib, st := sh.form, &m.c.library, &m.stage
	opening, opens := m.c.src.Chimes[form.Opening]
	closing, closes := m.c.src.Chimes[form.Closing]
	chime := (time.Duration(closing.DurationMS)*time.Millisecond + afterChime + time.Second - 1).Truncate(time.Second)
	st.free, st.opened, st.plays, st.pieces = sized(st.free, len(mixes)), sized(st.opened, len(mixes)), slices.Grow(st.plays[:0], len(mixes))[:len(mixes)], st.pieces[:0]
	for i := range mixes {
		st.plays[i] = st.plays[i][:0]
	}
	var hear []int
	for _, r := range m.runs(sh, mixes) {
		it, a := form.Items[r.item], lib.all[r.of]
		for n := 1; n <= it.times(a); n++ {
			p := piece{of: r.of, n: n}
			hear = hear[:0]
			for _, i := range r.mixes {
				if len(st.plays[i]) >= maxPieces || st.free[i] > maxSounding {
					continue
				}
				hear = append(hear, i)
				p.start = max(p.start, st.free[i])
				if opens && !st.opened[i] {
					p.lead = time.Duration(opening.DurationMS)*time.Millisecond + afterChime
				}
			}
			if len(hear) == 0 {
				break
			}
			next := (p.start + p.lead + lib.length[r.of] + it.gap() + time.Second - 1).Truncate(time.Second)
			sounds := m.c.sounds(&sh.session, a, sh.begins.Add(p.start))
			for _, i := range hear {
				if sounds {
					st.plays[i] = append(st.plays[i], play{len(st.pieces), opens && !st.opened[i]})
				}
				st.free[i], st.opened[i] = next, true
			}
			if sounds {
				st.pieces = append(st.pieces, p)
			}
		}
	}
	l := &layout{parts: make(map[*mix][]part, len(mixes))}
	for i, mx := range mixes {
		l.parts[mx] = m.partsOf(form, st.plays[i])
		if l.length = max(l.length, st.free[i]); closes {
			l.length = max(l.length, st.free[i]+chime)
		}
	}
	return l
}

// runs are what an occurrence plays, in order: that of the form, and where it
// is filled the more urgent first, then by the order a person gave, then what all
// hear, then the older first.
func (m *maker) runs(sh *show, mixes []*mix) []run {
	lib, st := &m.c.library, &m.stage
	runs := st.runs[:0]
	m.choose(sh, mixes)
	st.mixes = sized(st.mixes, len(st.chosen))
	for i, c := range st.chosen {
		if st.mixes[i] = c.mix; i == 0 || st.chosen[i-1].item != c.item || st.chosen[i-1].of != c.of {
			runs = append(runs, run{c.item, c.of, st.mixes[i:i]})
		}
		last := &runs[len(runs)-1]
		last.mixes = last.mixes[:len(last.mixes)+1]
	}
	missing := func(r run) int { return min(1, len(mixes)-len(r.mixes)) } // 0 for what all hear
	slices.SortFunc(runs, func(a, b run) int {
		if a.item != b.item {
			return a.item - b.item
		}
		x, y := lib.all[a.of], lib.all[b.of]
		return cmp.Or(cmp.Compare(y.Level, x.Level), cmp.Compare(x.Order, y.Order), missing(a)-missing(b), a.of-b.of)
	})
	st.runs = runs
	return runs
}

// choose notes what each mix hears at each item, by item and then in turn.
func (m *maker) choose(sh *show, mixes []*mix) {
	form, lib, st := sh.form, &m.c.library, &m.stage
	st.chosen, st.fills = st.chosen[:0], sized(st.fills, len(lib.all))
	for i, mx := range mixes {
		st.used = sized(st.used, len(lib.all))
		for n, it := range form.Items {
			if it.Fill == nil {
				if of, ok := lib.by[it.Announcement]; ok && sh.place[of] == placed && mx.hears(of) {
					st.chosen = append(st.chosen, chosen{n, of, i})
				}
				continue
			}
			left := it.Fill.Max
			for _, of := range mx.list {
				if left == 0 {
					break
				}
				if a := lib.all[of]; sh.place[of] == placed && !st.used[of] && a.When.Kind == schedule.InProgramme && !form.names(a.ID) {
					st.used[of] = true
					left--
					st.chosen = append(st.chosen, chosen{n, of, i})
					st.fills[of] = max(st.fills[of], n)
				}
			}
		}
	}
	for i, c := range st.chosen {
		if form.Items[c.item].Fill != nil {
			st.chosen[i].item = st.fills[c.of]
		}
	}
	slices.SortFunc(st.chosen, func(a, b chosen) int {
		if a.item != b.item {
			return a.item - b.item
		}
		return cmp.Or(a.of-b.of, a.mix-b.mix)
	})
}

func (d *ProgrammeDraft) names(id ID) bool {
	return slices.ContainsFunc(d.Items, func(it ProgrammeItem) bool { return it.Announcement == id })
}

// placed marks what has a place in an occurrence.
const placed = '1'

// places tells which of the library have a place in an occurrence that starts at the
// instant, by a mark for each. What was approved or withdrawn while it was running
// changes nothing in the places of the others, or they would be played again at their
// new instants.
func (c *compiler) places(start time.Time) string {
	day := start.In(c.src.Location).Format(schedule.DayFormat)
	out := bytes.Repeat([]byte{'0'}, len(c.library.all))
	for i, a := range c.library.all {
		approved := a.approvedAt()
		if !approved.IsZero() && !approved.After(start) && len(c.library.bare[i]) > 0 &&
			(a.ValidFrom == "" || a.ValidFrom <= day) && (a.ValidUntil == "" || day <= a.ValidUntil) &&
			(a.State != Cancelled || a.DecidedAt.After(start)) {
			out[i] = placed
		}
	}
	return string(out)
}

// sounds reports whether an announcement that has a place sounds there: what was
// withdrawn is in no plan any more, in the past it sounded until then.
func (c *compiler) sounds(s *session, a *Announcement, at time.Time) bool {
	until := func(state State, decided *time.Time) bool {
		return state != Cancelled || c.src.withdrawn && at.Before(*decided)
	}
	return until(a.State, a.DecidedAt) && until(s.programme.State, s.programme.DecidedAt)
}

// approvedAt is when an announcement was let out, the zero instant for never.
func (a *Announcement) approvedAt() time.Time {
	switch a.State {
	case Approved, Scheduled, Done, Cancelled:
	default:
		return time.Time{}
	}
	switch {
	case a.ApprovedAt != nil:
		return *a.ApprovedAt
	case a.DecidedAt != nil && a.State != Cancelled:
		return *a.DecidedAt
	}
	return time.Time{}
}

// inTurn orders what fills a programme: the more urgent first, then by the order
// a person gave, then the older first.
func inTurn(a, b *Announcement) int {
	return cmp.Or(cmp.Compare(b.Level, a.Level), cmp.Compare(a.Order, b.Order), a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
}

// bare is what an announcement says without its own chimes and repetitions.
func bare(a *Announcement) []protocol.Audio {
	only := *a
	only.OpeningSound, only.ClosingSound = nil, nil
	return only.Pieces(1, 0)
}

// partsOf are the items of a mix.
func (m *maker) partsOf(form *ProgrammeDraft, plays []play) []part {
	_, closing := m.c.src.Chimes[form.Closing]
	out := make([]part, 0, len(plays))
	for i, p := range plays {
		pc := &m.stage.pieces[p.piece]
		out = append(out, part{m.recipeOf(form, pc, p.opens, closing && i == len(plays)-1), int32(pc.start / time.Second), int16(pc.n)})
	}
	return out
}

// maxRecipes bounds what is kept of recipes: clusters that need the same come one
// after another.
const maxRecipes = 5000

func (m *maker) recipeOf(form *ProgrammeDraft, p *piece, opens, closes bool) *recipe {
	k := recipeKey{form.Title, form.Order, form.Opening, form.Closing, m.c.library.all[p.of], opens, p.lead > 0, closes}
	r := m.recipes[k]
	if r == nil {
		if len(m.recipes) >= maxRecipes {
			clear(m.recipes)
		}
		r = m.newRecipe(form, p, opens, closes)
		m.recipes[k] = r
	}
	return r
}

func (m *maker) newRecipe(form *ProgrammeDraft, p *piece, opens, closes bool) *recipe {
	a := m.c.library.all[p.of]
	audio := slices.Clone(m.c.library.bare[p.of])
	switch {
	case opens:
		chime := m.c.src.Chimes[form.Opening]
		chime.GapMS, audio[0].GapMS = 0, afterChime.Milliseconds()
		audio = append([]protocol.Audio{chime}, audio...)
	case p.lead > 0:
		audio[0].GapMS = p.lead.Milliseconds() // while others hear the chime
	}
	if closes {
		chime := m.c.src.Chimes[form.Closing]
		chime.GapMS = afterChime.Milliseconds()
		audio = append(audio, chime)
	}
	return newRecipe(protocol.Item{
		Announcement: string(a.ID), Title: form.Title + ": " + a.Title, Level: a.Level, Order: form.Order,
		OnInterrupted: cmp.Or(a.OnInterrupted, devices.Restart), Audio: audio,
	})
}
