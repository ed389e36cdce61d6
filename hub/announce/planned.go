package announce

import (
	"context"
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/devices/protocol"
)

// Planned is one occurrence that was, or is, to sound.
type Planned struct {
	Occurrence   string
	Announcement Announcement
	Start        time.Time
	// Over is the instant by which every cluster has played it, or never will.
	Over time.Time
}

// Planned returns what was let out to sound in [from, to), soonest first: the
// starts of approved announcements since their approval, and what went out at
// once. Of announcements that were cancelled it knows only what went out at once:
// for the others, the journal tells what came of them before.
func (s *Service) Planned(ctx context.Context, from, to time.Time) ([]Planned, error) {
	all, err := s.cfg.Store.Announcements(ctx, s.cfg.Commune, AnnouncementQuery{})
	if err != nil {
		return nil, err
	}
	orders, err := s.cfg.Store.Orders(ctx, s.cfg.Commune, OrderQuery{Since: from.Add(-nowAllowance)})
	if err != nil {
		return nil, err
	}
	out := []Planned{}
	by := make(map[ID]Announcement, len(all))
	for _, a := range all {
		by[a.ID] = a
		if a.State == Done {
			a.State = Scheduled // it was, and its last start is over
		}
		for _, start := range plannedStarts(a, from, to, s.cfg.Location) {
			out = append(out, plannedOf(by[a.ID], occurrenceID(a.ID, start), start, start.Add(planAllowance)))
		}
	}
	seen := map[string]bool{}
	for _, o := range orders {
		a, ok := by[o.Announcement]
		if !ok || o.Kind != protocol.CommandPlay || seen[o.Item.Occurrence] || o.Item.Start.Before(from) || !o.Item.Start.Before(to) {
			continue
		}
		seen[o.Item.Occurrence] = true
		out = append(out, plannedOf(a, o.Item.Occurrence, o.Item.Start, o.Item.Deadline))
	}
	slices.SortFunc(out, func(a, b Planned) int {
		if c := a.Start.Compare(b.Start); c != 0 {
			return c
		}
		return compare(a.Occurrence, b.Occurrence)
	})
	return out, nil
}

func plannedOf(a Announcement, occurrence string, start, deadline time.Time) Planned {
	return Planned{occurrence, a, start, deadline.Add(time.Duration(a.durationMS()) * time.Millisecond).Add(time.Minute)}
}
