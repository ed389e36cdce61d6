package announce

import (
	"cmp"
	"context"
	"time"
)

// signal wakes one loop; signals given before it looks count as one.
type signal chan struct{}

func newSignal() signal { return make(signal, 1) }

func (s signal) give() {
	select {
	case s <- struct{}{}:
	default:
	}
}

// nap is how long a loop sleeps at most before it looks at the clock: timers do
// not notice that the wall clock was set.
const nap = time.Minute

// wait returns at a signal or at the instant at, which is zero for no instant.
func (s signal) wait(ctx context.Context, now func() time.Time, at time.Time) error {
	for {
		d := nap
		if !at.IsZero() {
			d = min(nap, at.Sub(now()))
		}
		t := time.NewTimer(d)
		select {
		case <-ctx.Done():
			t.Stop()
			return ctx.Err()
		case <-s:
			t.Stop()
			return nil
		case <-t.C:
			if !at.IsZero() && !now().Before(at) {
				return nil
			}
		}
	}
}

// sooner returns the earlier of two instants; zero means never.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}

func compare[T cmp.Ordered](a, b T) int { return cmp.Compare(a, b) }

// tell runs the callbacks one after another.
func (s *Service) tell(ctx context.Context) error {
	for {
		s.mu.Lock()
		events := s.events
		s.events = nil
		s.mu.Unlock()
		for _, e := range events {
			e()
		}
		if len(events) > 0 {
			continue
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.wakeEvents:
		}
	}
}

// event queues a callback; mu is held.
func (s *Service) event(f func()) {
	s.events = append(s.events, f)
	s.wakeEvents.give()
}

// changed queues the news of an announcement; mu is held.
func (s *Service) changed(a Announcement) {
	if f := s.cfg.Changed; f != nil {
		s.event(func() { f(a) })
	}
}
