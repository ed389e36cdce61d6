package announce

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

// readPlaces reads where clusters stand and stood; what they are aimed at follows.
func (s *Service) readPlaces(ctx context.Context) error {
	select {
	case s.placing <- struct{}{}:
		defer func() { <-s.placing }()
	case <-ctx.Done():
		return ctx.Err()
	}
	clusters, err := s.cfg.Places.Clusters(ctx)
	if err != nil {
		return fmt.Errorf("read clusters: %w", err)
	}
	var stood []Stood
	if f := s.cfg.Stood; f != nil {
		if stood, err = f(ctx); err != nil {
			return fmt.Errorf("read where clusters stood: %w", err)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clusters = slices.Clone(clusters)
	slices.SortFunc(s.clusters, func(a, b devices.Cluster) int { return compare(a.ID, b.ID) })
	s.ground = newGround(staysOf(stood, clusters, s.cfg.Now().UTC()))
	s.retarget()
	return nil
}

// PlacesChanged reads the clusters again after they were edited. Clusters that
// are gone lose their plan, those that are new get what is aimed at where they
// stand; volumes are taken over. What is on air goes on as it began.
func (s *Service) PlacesChanged(ctx context.Context) {
	if err := s.readPlaces(ctx); err != nil {
		s.cfg.Log.Error("clusters cannot be read; plans stay as they are", "error", err)
		return
	}
	s.wakePlanner.give()
}

// retarget tells of everything that sounds elsewhere since clusters moved; mu is
// held.
func (s *Service) retarget() {
	for id, was := range s.active {
		a := s.placed(*was)
		if slices.Equal(a.Clusters, was.Clusters) && reflect.DeepEqual(a.Gone, was.Gone) {
			continue
		}
		s.active[id] = &a
		s.changed(a)
		if a.Gone != nil {
			s.cfg.Log.Warn("a target of an announcement stands nowhere any more", "announcement", id, "villages", a.Gone.Villages, "clusters", a.Gone.Clusters)
		}
	}
	for id, was := range s.programmes {
		p := s.placedProgramme(*was)
		if slices.Equal(p.Clusters, was.Clusters) && reflect.DeepEqual(p.Gone, was.Gone) {
			continue
		}
		s.programmes[id] = &p
		if f := s.cfg.ProgrammeChanged; f != nil {
			s.event(func() { f(p) })
		}
		if p.Gone != nil {
			s.cfg.Log.Warn("a target of a programme stands nowhere any more", "programme", id, "villages", p.Gone.Villages, "clusters", p.Gone.Clusters)
		}
	}
}

// placed is an announcement with the clusters that it means now. What went out at
// once, and what is over, keeps those that it had. mu is held.
func (s *Service) placed(a Announcement) Announcement {
	if a.Over() || a.When.Kind == schedule.Now && a.State == Scheduled {
		return a
	}
	a.Clusters, a.Gone = s.ground.now(a.Target), s.ground.gone(a.Target)
	return a
}

// placedProgramme is a programme with the clusters that it means now, or meant when
// it was over; mu is held.
func (s *Service) placedProgramme(p Programme) Programme {
	if !p.Over() {
		p.Clusters, p.Gone = s.ground.now(p.Target), s.ground.gone(p.Target)
	}
	return p
}
