package announce

import (
	"context"
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
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
	pieces, err := s.plannedPieces(ctx, all, from, to)
	if err != nil {
		return nil, err
	}
	out = append(out, pieces...)
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

// plannedPieces are the pieces of programmes in [from, to), each with the clusters
// on which it was to sound as the clusters of its announcement.
func (s *Service) plannedPieces(ctx context.Context, all []Announcement, from, to time.Time) (out []Planned, err error) {
	src := Sources{Now: s.cfg.Now(), Location: s.cfg.Location, Chimes: s.cfg.Chimes,
		Announcements: slices.DeleteFunc(slices.Clone(all), func(a Announcement) bool { return a.When.Kind != schedule.InProgramme })}
	if src.Programmes, err = s.cfg.Store.Programmes(ctx, s.cfg.Commune, []State{Scheduled, Done}); err != nil {
		return nil, err
	}
	by := make(map[ID]Announcement, len(all))
	for _, a := range all {
		by[a.ID] = a
	}
	for _, o := range newCompiler(src, from, to).slots(from, to) {
		if a := by[o.Announcement]; o.Programme != "" {
			a.Clusters = o.clusters
			over := o.Start.Add(planAllowance + time.Duration(o.DurationMS)*time.Millisecond + time.Minute)
			out = append(out, Planned{o.ID, a, o.Start, over})
		}
	}
	return out, nil
}
