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

const (
	// nap is how long a loop sleeps at most before it looks at the clock: timers do
	// not notice that the wall clock was set.
	nap = time.Minute
	// doubted is for how long a wall clock that was put forward is watched before it
	// is believed: somebody who mistypes the year mends it soon.
	doubted = 10 * time.Minute
)

// wait returns at a signal or at the instant at, which is zero for no instant. It
// returns too when the wall clock shows less than looked, the instant at which
// the loop made up its mind: the clock was set back, and at may be years away.
func (s signal) wait(ctx context.Context, now func() time.Time, looked, at time.Time) error {
	_, err := s.given(ctx, now, looked, at)
	return err
}

// given is wait that tells whether it was a signal.
func (s signal) given(ctx context.Context, now func() time.Time, looked, at time.Time) (bool, error) {
	looked = looked.Round(0) // the wall clock alone
	doubt := time.Duration(0)
	for {
		before := now().Round(0)
		d := nap
		if !at.IsZero() && doubt <= 0 {
			d = min(nap, at.Sub(before))
		}
		t := time.NewTimer(d)
		select {
		case <-ctx.Done():
			t.Stop()
			return false, ctx.Err()
		case <-s:
			t.Stop()
			return true, nil
		case <-t.C:
		}
		is := now().Round(0)
		if doubt -= d; is.Sub(before) > d+setBack {
			doubt = doubted
		}
		if is.Before(looked) || doubt <= 0 && !at.IsZero() && !is.Before(at) {
			return false, nil
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
