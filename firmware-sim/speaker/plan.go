package speaker

import (
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
)

func (s *Speaker) loadPlan() error {
	data, err := readFile(s.file("plan.json"))
	if err != nil || data == nil {
		return err
	}
	plan, err := protocol.Decode[protocol.Plan](data)
	if err != nil {
		s.log.Error("the plan on disk is damaged, the hub sends it again", "error", err)
		return nil
	}
	s.plan = &plan
	return nil
}

// takePlan replaces the plan once the new one is on disk.
func (s *Speaker) takePlan(payload []byte) error {
	plan, err := protocol.Decode[protocol.Plan](payload)
	if err != nil {
		return err
	}
	if s.plan != nil && s.plan.Hash == plan.Hash {
		return nil
	}
	if err := writeFile(s.file("plan.json"), payload); err != nil {
		return err
	}
	s.plan = &plan
	s.log.Info("new plan", "hash", plan.Hash, "items", len(plan.Items))
	set := s.settings
	if set.PlanVolume != plan.Volume {
		set.Volume, set.PlanVolume = plan.Volume, plan.Volume
	}
	return s.set(set)
}

// planned reports whether an occurrence may still come up.
func (s *Speaker) planned(occurrence string) bool {
	return s.plan != nil && slices.ContainsFunc(s.plan.Items, func(it protocol.Item) bool { return it.Occurrence == occurrence })
}

// candidate is an item that wants to sound.
type candidate struct {
	item    protocol.Item
	command string // id of the command that asks for it
	begun   *begun // set when it was begun and interrupted
	until   time.Time
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
		add(candidate{b.Item, b.Command, b, b.Until})
	}
	for _, c := range s.journal.commands {
		if c.Command.Kind == protocol.CommandPlay && !c.final() {
			add(candidate{*c.Command.Item, c.ID, nil, c.Command.Item.Deadline})
		}
	}
	if s.plan != nil {
		for _, it := range s.plan.Items {
			add(candidate{it, "", nil, it.Deadline})
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
	for _, it := range s.plan.Items {
		for _, a := range it.Audio {
			if !s.journal.isDone[it.Occurrence] && !s.shelf.has(a.SHA256) && !slices.Contains(missing, a.SHA256) {
				missing = append(missing, a.SHA256)
			}
		}
	}
	return missing
}

// urgentBefore is how long before its start an item's audio becomes urgent.
const urgentBefore = time.Minute

// need tells the fetcher what to hold, the soonest first.
func (s *Speaker) need() {
	now := s.clock.now()
	all := s.candidates()
	slices.SortStableFunc(all, func(a, b candidate) int { return a.item.Start.Compare(b.item.Start) })
	var needs []need
	for _, c := range all {
		for _, a := range c.item.Audio {
			if !slices.ContainsFunc(needs, func(n need) bool { return n.SHA256 == a.SHA256 }) {
				needs = append(needs, need{a, c.item.Start.Sub(now) < urgentBefore})
			}
		}
	}
	s.fetcher.want(needs)
}
