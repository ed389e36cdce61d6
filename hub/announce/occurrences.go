package announce

import (
	"context"
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

// Occurrences returns the soundings of an announcement, the latest first, each
// with all its clusters: those that the journal or a command knows, those of the
// last day and those of the plan. At most the 200 latest are returned.
func (s *Service) Occurrences(ctx context.Context, id ID) ([]Occurrence, error) {
	if err := s.load(ctx); err != nil {
		return nil, err
	}
	a, err := s.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	orders, err := s.cfg.Store.Orders(ctx, s.cfg.Commune, OrderQuery{Announcement: id})
	if err != nil {
		return nil, err
	}
	entries, err := s.cfg.Store.Journal(ctx, s.cfg.Commune, JournalQuery{Announcement: id, Limit: 200 * max(1, len(a.Clusters))})
	if err != nil {
		return nil, err
	}
	now := s.cfg.Now()
	_, to := Window(now, s.cfg.Location)
	found := map[string]*Occurrence{}
	put := func(o Occurrence, clusters []devices.DeviceID) *Occurrence {
		if found[o.ID] == nil {
			for _, c := range clusters {
				o.Deliveries = append(o.Deliveries, Delivery{Cluster: c, State: pending})
			}
			found[o.ID] = &o
		}
		return found[o.ID]
	}
	s.mu.Lock()
	src, ground := s.sources(now), s.ground
	s.mu.Unlock()
	src.Announcements = slices.DeleteFunc(src.Announcements, func(b *Announcement) bool { return b.ID != id && b.When.Kind != schedule.InProgramme })
	for _, o := range newCompiler(src, now.Add(-24*time.Hour), to).slots(now.Add(-24*time.Hour), to) {
		if o.Announcement == id {
			put(o.Occurrence, o.clusters)
		}
	}
	for _, o := range orders {
		if o.Kind == protocol.CommandPlay {
			occ := put(occurrenceOf(&a, o.Item.Start), a.Clusters)
			if d := occ.delivery(o.Cluster); o.Outcome != "" {
				d.State = received
			}
		}
	}
	for _, e := range slices.Backward(entries) {
		of, start, ok := startOf(e.Occurrence)
		if !ok || of != id {
			continue // in the journal with a remark, but no occurrence of ours
		}
		o, clusters := occurrenceOf(&a, start), a.Clusters
		switch o.ID = e.Occurrence; a.When.Kind {
		case schedule.Now:
		case schedule.InProgramme:
			clusters = nil // those that report
		default:
			clusters = ground.at(a.Target, start)
		}
		d := put(o, clusters).delivery(e.Cluster)
		d.State, d.Reason, d.Entry = string(e.Result), e.Reason, &e
	}
	s.mu.Lock()
	for id, air := range s.air {
		if air.Announcement == a.ID {
			o := air.Occurrence
			o.Deliveries = slices.Clone(o.Deliveries)
			found[id] = &o
		}
	}
	s.mu.Unlock()
	out := make([]Occurrence, 0, len(found))
	for _, o := range found {
		out = append(out, *o)
	}
	slices.SortFunc(out, func(a, b Occurrence) int { return b.Start.Compare(a.Start) })
	return out[:min(len(out), 200)], nil
}

// delivery returns the line of a cluster, which is added when it is new.
func (o *Occurrence) delivery(c devices.DeviceID) *Delivery {
	for i := range o.Deliveries {
		if o.Deliveries[i].Cluster == c {
			return &o.Deliveries[i]
		}
	}
	o.Deliveries = append(o.Deliveries, Delivery{Cluster: c, State: pending})
	return &o.Deliveries[len(o.Deliveries)-1]
}
