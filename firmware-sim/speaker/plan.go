package speaker

import (
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
)

const planFile = "plan.json"

func (s *Speaker) loadPlan() error {
	data, err := readFile(s.file(planFile))
	if err != nil || data == nil {
		return err
	}
	plan, err := protocol.Decode[protocol.Plan](data)
	if err != nil {
		s.setAside(planFile, err) // the hub sends it again
		return nil
	}
	s.plan, s.planSaved = &plan, plan.Hash
	return nil
}

// takePlan replaces the plan, on disk too. One that the disk does not take is
// followed all the same; the hub is told that it is not held.
func (s *Speaker) takePlan(payload []byte) error {
	plan, err := protocol.Decode[protocol.Plan](payload)
	if err != nil {
		return err
	}
	if s.plan != nil && s.plan.Hash == plan.Hash {
		return nil
	}
	if s.save(planFile, payload) {
		s.planSaved = plan.Hash
	}
	s.plan = &plan
	s.log.Info("new plan", "hash", plan.Hash, "items", len(plan.Items))
	set := s.settings
	if set.PlanVolume != plan.Volume {
		set.Volume, set.PlanVolume = plan.Volume, plan.Volume
	}
	s.set(set)
	return nil
}

// planned reports whether an occurrence may still come up.
func (s *Speaker) planned(occurrence string) bool {
	return s.plan != nil && slices.ContainsFunc(s.plan.Items, func(it protocol.Item) bool { return it.Occurrence == occurrence })
}

// candidate is an item that wants to sound.
type candidate struct {
	item      protocol.Item
	commanded bool   // a command asks for it
	begun     *begun // set when it was begun and interrupted
	until     time.Time
}

// arbiter returns the item as the arbiter sees it.
func (c candidate) arbiter() devices.Item {
	fate, _ := devices.ParseFate(string(c.item.OnInterrupted)) // checked when it was decoded
	return devices.Item{ID: c.item.Occurrence, Level: c.item.Level, Order: c.item.Order,
		Start: c.item.Start, Deadline: c.until, Fate: fate}
}

// candidates lists every item that is not done, each once: what was begun, then
// what commands ask for, then the plan.
func (s *Speaker) candidates() []candidate {
	var all []candidate
	seen := map[string]bool{}
	add := func(c candidate) {
		if !seen[c.item.Occurrence] && !s.journal.isDone[c.item.Occurrence] {
			seen[c.item.Occurrence] = true
			all = append(all, c)
		}
	}
	for _, b := range s.begun {
		add(candidate{b.Item, false, b, b.Until})
	}
	for _, kind := range []protocol.CommandKind{protocol.CommandPlay, protocol.CommandMore} {
		for _, c := range s.journal.commands {
			if c.Command.Kind != kind || c.final() {
				continue
			}
			it := *c.Command.Item
			if more := s.more(it); more != nil && s.shelf.hasAll(more.Command.Item.Audio) {
				it = *more.Command.Item
			}
			add(candidate{it, true, nil, it.Deadline})
		}
	}
	if s.plan != nil {
		for _, it := range s.plan.Items {
			add(candidate{it, false, nil, it.Deadline})
		}
	}
	return all
}

// missing lists the audio of the plan that is not on the shelf yet.
func (s *Speaker) missing() []string {
	if s.plan == nil {
		return nil
	}
	var missing []string
	seen := map[string]bool{}
	add := func(audio []protocol.Audio) {
		for _, a := range audio {
			if !seen[a.SHA256] && !s.shelf.has(a.SHA256) {
				missing = append(missing, a.SHA256)
			}
			seen[a.SHA256] = true
		}
	}
	add(s.plan.Keep)
	for _, it := range s.plan.Items {
		if !s.journal.isDone[it.Occurrence] {
			add(it.Audio)
		}
	}
	return missing
}

// urgentBefore is how long before its start an item's audio becomes urgent.
const urgentBefore = time.Minute

// need tells the fetcher what to hold: what is kept at all times, then the
// soonest first.
func (s *Speaker) need() {
	now := s.clock.now()
	all := s.candidates()
	slices.SortStableFunc(all, func(a, b candidate) int { return a.item.Start.Compare(b.item.Start) })
	var needs []need
	seen := map[string]int{}
	add := func(audio []protocol.Audio, urgent, keep bool) {
		for _, a := range audio {
			i, ok := seen[a.SHA256]
			if !ok {
				i = len(needs)
				seen[a.SHA256] = i
				needs = append(needs, need{Audio: a, Keep: keep})
			}
			needs[i].Urgent = needs[i].Urgent || urgent
		}
	}
	if s.plan != nil {
		add(s.plan.Keep, false, true)
	}
	for _, c := range all {
		urgent := c.item.Start.Sub(now) < urgentBefore
		add(c.item.Audio, urgent, false)
		if more := s.more(c.item); more != nil {
			add(more.Command.Item.Audio, true, false)
		}
	}
	s.fetcher.want(needs)
	s.lacking = s.missing()
}
