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
// publishes those that clusters do not have. While the broker is away it only
// tries again to publish them.
func (s *Service) plan(ctx context.Context) error {
	published := map[devices.DeviceID]string{}
	retry := backoff.NewExponentialBackOff()
	retry.InitialInterval, retry.MaxInterval = time.Second, 30*time.Second
	for {
		now := s.cfg.Now().Round(0)
		if s.clockStopped(now) {
			if err := s.wakePlanner.wait(ctx, s.cfg.Now, now, now.Add(nap)); err != nil {
				return err
			}
			continue
		}
		src := s.compile(now)
		day := nextDay(now, s.cfg.Location)
		for changed := false; !changed; {
			if s.republish.Swap(false) {
				clear(published)
			}
			wake := day
			if s.publish(ctx, src, published) {
				retry.Reset()
			} else {
				wake = sooner(day, s.cfg.Now().Add(retry.NextBackOff()))
			}
			given, err := s.wakePlanner.given(ctx, s.cfg.Now, now, wake)
			if err != nil {
				return err
			}
			is := s.cfg.Now().Round(0)
			changed = given || is.Before(now) || !is.Before(day)
		}
	}
}

// keepEnded is how long what was withdrawn or is over keeps its place in a
// programme that is running.
const keepEnded = maxSounding + time.Hour

// sources are those of the moment; mu is held.
func (s *Service) sources(now time.Time) Sources {
	maps.DeleteFunc(s.ended, func(_ ID, a *Announcement) bool { return a.DecidedAt.Before(now.Add(-keepEnded)) })
	return Sources{Now: now, Location: s.cfg.Location, Clusters: s.clusters, ground: s.ground, Rules: s.Rules(), Keep: s.keep(), Chimes: s.cfg.Chimes,
		Announcements: slices.AppendSeq(slices.Collect(maps.Values(s.active)), maps.Values(s.ended)),
		Programmes:    slices.Collect(maps.Values(s.programmes))}
}

// compile works out the plans of the moment that may have changed, and takes note
// of what comes next. Only hashes are kept of them.
func (s *Service) compile(now time.Time) Sources {
	s.mu.Lock()
	src := s.sources(now)
	was, old, rolled := s.compiled, s.hashes, s.rolled
	s.mu.Unlock()

	began := time.Now()
	from, to := Window(now, s.cfg.Location)
	c := newCompiler(src, from, to)
	next := c.upcoming(rolled)
	changed, all := map[devices.DeviceID]bool{}, was.Location == nil
	if !all {
		changed, all = touched(was, src)
	}
	hashes := make(map[devices.DeviceID]string, len(src.Clusters))
	var todo []devices.Cluster
	for _, cluster := range src.Clusters {
		hash, ok := old[cluster.ID]
		if all || !ok || changed[cluster.ID] {
			todo = append(todo, cluster)
			continue
		}
		hashes[cluster.ID] = hash
	}
	made := make([]string, len(todo))
	c.each(todo, func(m *maker, i int) { made[i] = m.hash(todo[i]) })
	for i, cluster := range todo {
		hashes[cluster.ID] = made[i]
	}
	if len(todo) > 0 {
		s.cfg.Log.Info("plans compiled", "clusters", len(todo), "of", len(src.Clusters), "took", time.Since(began).Round(time.Millisecond))
	}

	s.mu.Lock()
	for id, hash := range hashes {
		if f := s.cfg.Planned; f != nil && s.hashes[id] != hash {
			s.event(func() { f(id, hash) })
		}
	}
	s.hashes, s.compiled = hashes, src
	s.upcoming = next
	s.mu.Unlock()
	s.wakeClock.give()
	return src
}

// PlanOf returns the hash of a cluster's newest plan, empty for a cluster that
// has none.
func (s *Service) PlanOf(cluster devices.DeviceID) (hash string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hashes[cluster]
}

// publish publishes the plans that are not in published, and an empty plan to
// clusters that are gone. It reports whether all went out. Plans are made as they
// go out, a few at a time.
func (s *Service) publish(ctx context.Context, src Sources, published map[devices.DeviceID]string) bool {
	s.mu.Lock()
	hashes := s.hashes
	s.mu.Unlock()
	var todo []devices.Cluster
	for _, cluster := range src.Clusters {
		if published[cluster.ID] != hashes[cluster.ID] {
			todo = append(todo, cluster)
		}
	}
	for id := range published {
		if _, ok := hashes[id]; !ok {
			todo = append(todo, devices.Cluster{ID: id})
		}
	}
	if len(todo) == 0 {
		return true
	}
	from, to := Window(src.Now, src.Location)
	c := newCompiler(src, from, to)
	c.serve(todo)
	m := c.maker()
	done := make(chan devices.DeviceID, len(todo))
	// The first failure ends the rest: it is the line that is down.
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(publishers)
	for _, cluster := range todo {
		if gctx.Err() != nil {
			break
		}
		p := protocol.Plan{CompiledAt: s.cfg.Now().UTC(), Until: s.cfg.Now().UTC(), Volume: devices.DefaultVolume, Items: []protocol.Item{}}
		if _, ok := hashes[cluster.ID]; ok {
			if p = m.plan(cluster); p.Until.Before(to) {
				s.cfg.Log.Warn("a plan holds more than a device takes, the rest follows day by day", "device", cluster.ID, "items", len(p.Items), "until", p.Until)
			}
		} else {
			p.Hash = p.ContentHash()
		}
		g.Go(func() error {
			tryCtx, cancel := context.WithTimeout(gctx, publishLimit)
			defer cancel()
			if err := s.cfg.Link.PublishPlan(tryCtx, s.address(cluster.ID), p); err != nil {
				return err
			}
			done <- cluster.ID
			return nil
		})
	}
	err := g.Wait()
	close(done)
	for id := range done {
		if hash, ok := hashes[id]; ok {
			published[id] = hash
		} else {
			delete(published, id)
		}
	}
	if err != nil && ctx.Err() == nil {
		s.cfg.Log.Warn("plans not published, they are tried again", "clusters", len(todo), "error", err)
	} else if err == nil {
		s.cfg.Log.Info("plans published", "clusters", len(todo))
	}
	return err == nil
}
