package announce

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/sync/errgroup"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
)

const (
	publishers   = 8 // plans that are published at once
	publishLimit = 10 * time.Second
)

// plan compiles the plans whenever something changed and every day, and
// publishes those that clusters do not have.
func (s *Service) plan(ctx context.Context) error {
	published := map[devices.DeviceID]string{}
	retry := backoff.NewExponentialBackOff()
	retry.InitialInterval, retry.MaxInterval = time.Second, 30*time.Second
	for {
		now := s.cfg.Now()
		plans := s.compile(now)
		if s.republish.Swap(false) {
			clear(published)
		}
		wake := nextDay(now, s.cfg.Location)
		if s.publish(ctx, plans, published) {
			retry.Reset()
		} else {
			wake = sooner(wake, s.cfg.Now().Add(retry.NextBackOff()))
		}
		if err := s.wakePlanner.wait(ctx, s.cfg.Now, wake); err != nil {
			return err
		}
	}
}

// compile makes the plans of the moment and takes note of what comes next.
func (s *Service) compile(now time.Time) map[devices.DeviceID]protocol.Plan {
	s.mu.Lock()
	src := Sources{Now: now, Location: s.cfg.Location, Clusters: s.clusters,
		Announcements: slices.Collect(maps.Values(s.active)), Keep: s.keep(), Rules: s.Rules()}
	s.setUpcoming(now)
	s.mu.Unlock()
	s.wakeClock.give()

	plans := Compile(src)

	s.mu.Lock()
	defer s.mu.Unlock()
	hashes := make(map[devices.DeviceID]string, len(plans))
	for c, p := range plans {
		hashes[c] = p.Hash
		if f := s.cfg.Planned; f != nil && s.hashes[c] != p.Hash {
			s.event(func() { f(c, p.Hash) })
		}
	}
	s.hashes = hashes
	return plans
}

// PlanOf returns the hash of a cluster's newest plan, empty for a cluster that
// has none.
func (s *Service) PlanOf(cluster devices.DeviceID) (hash string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hashes[cluster]
}

// publish publishes the plans that are not in published, and an empty plan to
// clusters that are gone. It reports whether all went out.
func (s *Service) publish(ctx context.Context, plans map[devices.DeviceID]protocol.Plan, published map[devices.DeviceID]string) bool {
	todo := map[devices.DeviceID]protocol.Plan{}
	for c, p := range plans {
		if published[c] != p.Hash {
			todo[c] = p
		}
	}
	for c := range published {
		if _, ok := plans[c]; !ok {
			empty := protocol.Plan{CompiledAt: s.cfg.Now().UTC(), Until: s.cfg.Now().UTC(), Volume: devices.DefaultVolume, Items: []protocol.Item{}}
			empty.Hash = empty.ContentHash()
			todo[c] = empty
		}
	}
	if len(todo) == 0 {
		return true
	}
	done := make(chan devices.DeviceID, len(todo))
	// The first failure ends the rest: it is the line that is down.
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(publishers)
	for c, p := range todo {
		g.Go(func() error {
			tryCtx, cancel := context.WithTimeout(gctx, publishLimit)
			defer cancel()
			if err := s.cfg.Link.PublishPlan(tryCtx, s.address(c), p); err != nil {
				return err
			}
			done <- c
			return nil
		})
	}
	err := g.Wait()
	close(done)
	for c := range done {
		if _, ok := plans[c]; ok {
			published[c] = todo[c].Hash
		} else {
			delete(published, c)
		}
	}
	if err != nil && ctx.Err() == nil {
		s.cfg.Log.Warn("plans not published, they are tried again", "clusters", len(todo), "error", err)
	} else if err == nil {
		s.cfg.Log.Info("plans published", "clusters", len(todo))
	}
	return err == nil
}
