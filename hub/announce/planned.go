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
// starts of announcements and the pieces of programmes since their approval, until
// they were cancelled, and what went out at once. The clusters of each announcement
// are those on which it was to sound then.
func (s *Service) Planned(ctx context.Context, from, to time.Time) ([]Planned, error) {
	if err := s.load(ctx); err != nil {
		return nil, err
	}
	all, err := s.cfg.Store.Announcements(ctx, s.cfg.Commune, AnnouncementQuery{})
	if err != nil {
		return nil, err
	}
	orders, err := s.cfg.Store.Orders(ctx, s.cfg.Commune, OrderQuery{Since: from.Add(-nowAllowance)})
	if err != nil {
		return nil, err
	}
	programmes, err := s.cfg.Store.Programmes(ctx, s.cfg.Commune, []State{Scheduled, Done, Cancelled})
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	src := Sources{Now: s.cfg.Now(), Location: s.cfg.Location, Chimes: s.cfg.Chimes, ground: s.ground, withdrawn: true}
	s.mu.Unlock()
	by := make(map[ID]*Announcement, len(all))
	for i := range all {
		by[all[i].ID] = &all[i]
		src.Announcements = append(src.Announcements, &all[i])
	}
	for i := range programmes {
		src.Programmes = append(src.Programmes, &programmes[i])
	}
	out := []Planned{}
	for _, o := range newCompiler(src, from, to).slots(from, to) {
		a := *by[o.Announcement]
		a.Clusters = o.clusters
		out = append(out, Planned{o.ID, a, o.Start, o.Start.Add(planAllowance + time.Duration(o.DurationMS)*time.Millisecond + time.Minute)})
	}
	seen := map[string]bool{}
	for _, o := range orders {
		a, ok := by[o.Announcement]
		if !ok || o.Kind != protocol.CommandPlay || seen[o.Item.Occurrence] || o.Item.Start.Before(from) || !o.Item.Start.Before(to) {
			continue
		}
		seen[o.Item.Occurrence] = true
		out = append(out, Planned{o.Item.Occurrence, *a, o.Item.Start, o.Item.Deadline.Add(time.Duration(a.durationMS())*time.Millisecond + time.Minute)})
	}
	slices.SortFunc(out, func(a, b Planned) int {
		if c := a.Start.Compare(b.Start); c != 0 {
			return c
		}
		return compare(a.Occurrence, b.Occurrence)
	})
	return out, nil
}
