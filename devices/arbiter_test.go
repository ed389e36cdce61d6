package devices

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 21, 5, 0, 0, 0, time.UTC)

func at(s int) time.Time { return noon.Add(time.Duration(s) * time.Second) }

// due is an item that may begin between start and deadline, in seconds of noon.
func due(id string, l Level, start, deadline int) Item {
	return Item{ID: id, Level: l, Start: at(start), Deadline: at(deadline)}
}

func TestArbitrate(t *testing.T) {
	live := due("live", Normal, 0, 60)
	live.Live = true
	ordered := func(it Item, order int) Item { it.Order = order; return it }
	second, first := ordered(due("a-second", Priority, 0, 60), 2), ordered(due("b-first", Priority, 0, 60), 1)
	sounding := func(it Item) *Item { return &it }
	for name, c := range map[string]struct {
		now       int
		current   *Item
		waiting   []Item
		play      string
		interrupt bool
		wake      int // 0: none
		missed    []string
	}{
		"silence when nothing waits":                 {},
		"what is due sounds":                         {waiting: []Item{due("n", Normal, 0, 60)}, play: "n"},
		"what is not due waits for its start":        {waiting: []Item{due("n", Normal, 5, 60)}, wake: 5},
		"the deadline itself is still in time":       {now: 60, waiting: []Item{due("n", Normal, 0, 60)}, play: "n"},
		"after its deadline it is missed":            {now: 61, waiting: []Item{due("n", Normal, 0, 60)}, missed: []string{"n"}},
		"emergency before live page":                 {waiting: []Item{live, due("e", Emergency, 0, 60)}, play: "e"},
		"live page before priority":                  {waiting: []Item{due("p", Priority, 0, 60), live}, play: "live"},
		"priority before normal":                     {waiting: []Item{due("n", Normal, 0, 60), due("p", Priority, 0, 60)}, play: "p"},
		"equals by the order a user set":             {waiting: []Item{second, first}, play: "b-first"},
		"equals without an order by their start":     {now: 9, waiting: []Item{due("a", Normal, 5, 60), due("b", Normal, 1, 60)}, play: "b"},
		"equals in all by their id":                  {waiting: []Item{due("b", Normal, 0, 60), due("a", Normal, 0, 60)}, play: "a"},
		"emergency interrupts what sounds":           {current: sounding(due("n", Normal, 0, 60)), waiting: []Item{due("e", Emergency, 0, 60)}, play: "e", interrupt: true},
		"a newer emergency takes the air":            {now: 5, current: sounding(due("e1", Emergency, 0, 600)), waiting: []Item{due("e2", Emergency, 5, 600)}, play: "e2", interrupt: true},
		"an older emergency waits for its turn":      {now: 9, current: sounding(due("e2", Emergency, 5, 600)), waiting: []Item{due("e1", Emergency, 0, 600)}, play: "e2", wake: 601},
		"the newest of emergencies that wait":        {now: 9, waiting: []Item{due("e1", Emergency, 0, 600), due("e2", Emergency, 5, 600)}, play: "e2"},
		"emergencies of one moment by their order":   {waiting: []Item{ordered(due("a", Emergency, 0, 60), 2), ordered(due("b", Emergency, 0, 60), 1)}, play: "b"},
		"and the one of them that sounds goes on":    {current: sounding(ordered(due("a", Emergency, 0, 60), 2)), waiting: []Item{ordered(due("b", Emergency, 0, 60), 1)}, play: "a", wake: 61},
		"an equal does not":                          {current: sounding(second), waiting: []Item{first}, play: "a-second", wake: 61},
		"a lesser does not":                          {current: sounding(due("e", Emergency, 0, 60)), waiting: []Item{due("n", Normal, 0, 60)}, play: "e", wake: 61},
		"what sounds goes on after its own deadline": {now: 90, current: sounding(due("n", Normal, 0, 60)), play: "n"},
		"what sounds is not its own rival":           {current: sounding(due("n", Normal, 0, 60)), waiting: []Item{due("n", Emergency, 0, 60)}, play: "n"},
	} {
		t.Run(name, func(t *testing.T) {
			d := Arbitrate(at(c.now), c.current, c.waiting)
			play := ""
			if d.Play != nil {
				play = d.Play.ID
			}
			var missed []string
			for _, it := range d.Missed {
				missed = append(missed, it.ID)
			}
			wake := 0
			if !d.Wake.IsZero() {
				// A wake just after a deadline counts as the next second.
				wake = int((d.Wake.Sub(noon) + time.Second - 1) / time.Second)
			}
			if play != c.play || d.Interrupt != c.interrupt || wake != c.wake || !slices.Equal(missed, c.missed) {
				t.Errorf("play %q, interrupt %v, wake %d, missed %v; expected %q, %v, %d, %v",
					play, d.Interrupt, wake, missed, c.play, c.interrupt, c.wake, c.missed)
			}
		})
	}
}

// moreUrgent is the rule of the field in words of its own, against which the
// arbiter is held: emergency > live page > priority > normal, and the newer of two
// emergencies.
func moreUrgent(a, b Item) bool {
	if urgency(a) == 4 && urgency(b) == 4 {
		return a.Start.After(b.Start)
	}
	return urgency(a) > urgency(b)
}

func urgency(it Item) int {
	switch {
	case it.Level == Emergency:
		return 4
	case it.Live:
		return 3
	case it.Level == Priority:
		return 2
	}
	return 1
}

func TestArbitrateKeepsTheRulesForAnyItems(t *testing.T) {
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 1))
		var items []Item
		for i := range r.IntN(8) {
			start := r.IntN(100)
			it := due(fmt.Sprint("i", i), Level(r.IntN(3)), start, start+r.IntN(40))
			it.Live, it.Order = r.IntN(5) == 0, r.IntN(3)
			items = append(items, it)
		}
		checkRun(t, seed, items, r)
	}
}

// checkRun plays the items on one cluster, second by second, and checks each
// decision.
func checkRun(t *testing.T, seed uint64, items []Item, r *rand.Rand) {
	t.Helper()
	waiting := slices.Clone(items)
	var current *Item
	left := 0
	ended := map[string]int{}
	fail := func(format string, args ...any) {
		t.Helper()
		t.Fatalf("seed %d: %s\nitems: %+v", seed, fmt.Sprintf(format, args...), items)
	}
	for s := range 400 {
		now := at(s)
		// Cloned, because the decision points into what it was given.
		d := Arbitrate(now, current, slices.Clone(waiting))
		// The order in which items are handed over does not matter.
		mixed := slices.Clone(waiting)
		r.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		if m := Arbitrate(now, current, mixed); (m.Play == nil) != (d.Play == nil) || d.Play != nil && m.Play.ID != d.Play.ID {
			fail("at %d the order of the items changes what sounds", s)
		}
		if !d.Wake.IsZero() && !d.Wake.After(now) {
			fail("at %d the wake lies in the past", s)
		}
		for _, it := range d.Missed {
			if !now.After(it.Deadline) {
				fail("at %d %s is missed before its deadline", s, it.ID)
			}
			ended[it.ID]++
			waiting = slices.DeleteFunc(waiting, func(w Item) bool { return w.ID == it.ID })
		}
		if d.Interrupt != (current != nil && d.Play != nil && d.Play.ID != current.ID) {
			fail("at %d interrupt is %v", s, d.Interrupt)
		}
		if current != nil && d.Play == nil {
			fail("at %d what sounded falls silent", s)
		}
		if d.Interrupt && !moreUrgent(*d.Play, *current) {
			fail("at %d %s gives way to %s, which is no more urgent", s, current.ID, d.Play.ID)
		}
		for _, w := range waiting {
			could := !w.Start.After(now) && !now.After(w.Deadline)
			if could && (d.Play == nil || moreUrgent(w, *d.Play)) {
				fail("at %d the more urgent %s waits", s, w.ID)
			}
		}
		if d.Play != nil && (current == nil || d.Interrupt) {
			if d.Play.Start.After(now) || now.After(d.Play.Deadline) {
				fail("at %d %s begins outside of its time", s, d.Play.ID)
			}
			if current != nil {
				ended[current.ID]++ // as with the fate skip
			}
			begun := *d.Play
			current, left = &begun, 1+r.IntN(20)
			waiting = slices.DeleteFunc(waiting, func(w Item) bool { return w.ID == begun.ID })
		}
		if current != nil {
			if left--; left == 0 {
				ended[current.ID]++
				current = nil
			}
		}
	}
	for _, it := range items {
		if ended[it.ID] != 1 {
			fail("%s came to an end %d times", it.ID, ended[it.ID])
		}
	}
}
