package telemetry

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"
)

const (
	// maxWaiting bounds the readings that wait to be stored: about 20 MB.
	maxWaiting = 200_000
	// maxCommit is where a transaction stops taking further calls in, so that
	// none waits long for the others.
	maxCommit = 10_000
	// maxValue bounds a value, so that sums of millions are finite.
	maxValue = 1e15
)

// Ingest stores readings and returns nil when they are durable; the device may
// then forget them. Calls that come while a transaction is being written share
// the next one. When too many readings wait already, it waits for room or for
// the end of the context.
//
// A reading that can never be kept is dropped, counted in [Service.Dropped] and
// told in the log, and the others are stored: an unknown form of id or metric
// name, a metric beyond the device's [MaxMetrics], a value beyond ±10¹⁵ or none, an
// instant that is older than MaxAge or ahead of the hub's clock by more than
// MaxAhead. No error is returned for it, as the device would send it again for
// ever.
func (s *Service) Ingest(ctx context.Context, readings []Reading) error {
	kept, err := s.sift(ctx, readings)
	if err != nil || len(kept) == 0 {
		return err
	}
	weight := int64(min(len(kept), maxWaiting))
	if err := s.room.Acquire(ctx, weight); err != nil {
		return fmt.Errorf("too many readings wait to be stored: %w", err)
	}
	defer s.room.Release(weight)
	return s.group.do(ctx, kept, s.commit)
}

// sift returns the readings that can be kept, on the store's resolution.
func (s *Service) sift(ctx context.Context, readings []Reading) ([]Reading, error) {
	now := s.cfg.Now()
	oldest, newest := now.Add(-s.cfg.MaxAge), now.Add(s.cfg.MaxAhead)
	sound := make([]Reading, 0, len(readings))
	var bad Reading
	var reason error
	drop := func(r Reading, err error) {
		if reason == nil {
			bad, reason = r, err
		}
	}
	for _, r := range readings {
		r.At = r.At.Truncate(time.Millisecond).UTC()
		switch {
		case !(math.Abs(r.Value) <= maxValue): // NaN compares with nothing
			drop(r, errors.New("its value is no number that an instrument shows"))
		case r.At.Before(oldest):
			drop(r, fmt.Errorf("it is of %s: readings are taken in for %s", r.At.Format(time.RFC3339), s.cfg.MaxAge))
		case r.At.After(newest):
			drop(r, fmt.Errorf("it is of %s, which is yet to come: the device's clock is wrong", r.At.Format(time.RFC3339)))
		default:
			sound = append(sound, r)
		}
	}
	reasons, err := s.metrics.admit(ctx, sound)
	if err != nil {
		return nil, err
	}
	kept := sound[:0]
	for i, r := range sound {
		if reasons[i] != nil {
			drop(r, reasons[i])
		} else {
			kept = append(kept, r)
		}
	}
	if reason != nil {
		n := len(readings) - len(kept)
		s.drops.count.Add(int64(n))
		if device := fmt.Sprintf("%.32s/%.32s", bad.Commune, bad.Device); s.drops.tell(device, now) {
			s.log.Warn("readings dropped", "device", device, "readings", n, "metric", fmt.Sprintf("%.60s", bad.Metric), "reason", reason)
		}
	}
	return kept, nil
}

// commit stores the readings of one transaction.
func (s *Service) commit(ctx context.Context, readings []Reading) error {
	fresh, err := s.cfg.Store.Append(ctx, readings)
	if err != nil {
		return fmt.Errorf("store readings: %w", err)
	}
	if len(fresh) == 0 {
		return nil
	}
	if s.cfg.Changed != nil {
		s.cfg.Changed(fresh)
	}
	select {
	case s.stored <- struct{}{}:
	default: // the forwarder has yet to take the last token
	}
	return nil
}

// group lets calls that come together share a transaction. There is no
// goroutine of its own: one of the callers leads and writes for all that wait.
type group struct {
	lead    chan struct{} // holds a token while a caller leads
	mu      sync.Mutex
	waiting []*call
}

type call struct {
	readings []Reading
	done     chan struct{} // closed when err is known
	err      error
}

func (g *group) do(ctx context.Context, readings []Reading, commit func(context.Context, []Reading) error) error {
	c := &call{readings: readings, done: make(chan struct{})}
	g.mu.Lock()
	g.waiting = append(g.waiting, c)
	g.mu.Unlock()

	select {
	case <-c.done:
		return c.err
	case g.lead <- struct{}{}:
	case <-ctx.Done():
		if g.withdraw(c) {
			return ctx.Err()
		}
		<-c.done // it is being written
		return c.err
	}
	defer func() { <-g.lead }()
	for {
		select {
		case <-c.done:
			return c.err
		default:
		}
		calls := g.take()
		var all []Reading
		for _, c := range calls {
			all = append(all, c.readings...)
		}
		// The others' readings do not end with the leader's context.
		err := commit(context.WithoutCancel(ctx), all)
		for _, c := range calls {
			c.err = err
			close(c.done)
		}
	}
}

// take returns the calls of the next transaction, oldest first.
func (g *group) take() []*call {
	g.mu.Lock()
	defer g.mu.Unlock()
	n, readings := 0, 0
	for n < len(g.waiting) && (n == 0 || readings+len(g.waiting[n].readings) <= maxCommit) {
		readings += len(g.waiting[n].readings)
		n++
	}
	calls := slices.Clone(g.waiting[:n])
	g.waiting = slices.Delete(g.waiting, 0, n)
	return calls
}

// withdraw takes back a call that nobody writes yet.
func (g *group) withdraw(c *call) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	i := slices.Index(g.waiting, c)
	if i < 0 {
		return false
	}
	g.waiting = slices.Delete(g.waiting, i, i+1)
	return true
}
