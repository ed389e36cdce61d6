package telemetry

import (
	"context"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// maxForward is the largest number of readings in one write to the sink. After
// failures writes get smaller, down to minForward, so that a sink that is too slow
// for the large ones in its time limit gets on all the same.
const (
	maxForward = 5000
	minForward = 100
)

// forward brings every stored reading to the sink, in the order they were
// stored, until the context ends. It sleeps while there is nothing new.
func (s *Service) forward(ctx context.Context) {
	name := ""
	if s.cfg.Sink != nil {
		name = s.cfg.Sink.Name()
	}
	used := func() (int, error) { return 0, s.cfg.Store.UseSink(ctx, name) }
	if _, err := s.retry(ctx, used); err != nil || name == "" {
		return
	}
	size := maxForward
	for {
		n, err := s.retry(ctx, func() (int, error) {
			batch, err := s.cfg.Store.Pending(ctx, name, size)
			if err != nil || len(batch) == 0 {
				return 0, err
			}
			if err := s.forwardBatch(ctx, name, batch); err != nil {
				size = max(size/2, minForward)
				return 0, err
			}
			size = min(size*2, maxForward)
			return len(batch), nil
		})
		if err != nil {
			return // the context has ended
		}
		if n > 0 {
			continue
		}
		select {
		case <-s.stored:
		case <-ctx.Done():
			return
		}
	}
}

// forwardBatch writes the next readings and moves the cursor over them.
func (s *Service) forwardBatch(ctx context.Context, name string, batch []Reading) error {
	refused, err := refusals(s.cfg.Sink.Write(ctx, batch))
	if err != nil {
		return err
	}
	for i, r := range refused {
		if i == 10 {
			s.log.Warn("further readings refused by the sink", "sink", name, "readings", len(refused)-i)
			break
		}
		s.log.Warn("reading refused by the sink", "sink", name, "device", fmt.Sprintf("%s/%s", r.Commune, r.Device),
			"metric", r.Metric, "at", r.At, "reason", r.Reason)
	}
	if err := s.cfg.Store.Advance(ctx, name, len(batch), refused); err != nil {
		return fmt.Errorf("advance the cursor of %s: %w", name, err)
	}
	return nil
}

// retry repeats f with growing pauses of at most 10 s, for as long as it takes.
// An outage is logged when it begins and when it ends.
func (s *Service) retry(ctx context.Context, f backoff.Operation[int]) (int, error) {
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval = 250 * time.Millisecond
	pause.MaxInterval = 10 * time.Second
	n, err := backoff.Retry(ctx, f, backoff.WithBackOff(pause), backoff.WithMaxElapsedTime(0),
		backoff.WithNotify(func(err error, _ time.Duration) {
			if s.setFailed(err) == nil {
				lag, _, _ := s.Forwarding()
				s.log.Warn("readings are not forwarded now, they wait in the store", "lag", lag, "error", err)
			}
		}))
	if err == nil && s.setFailed(nil) != nil {
		lag, _, _ := s.Forwarding()
		s.log.Info("readings are forwarded again", "lag", lag)
	}
	return n, err
}

// setFailed sets why forwarding fails and returns what it was.
func (s *Service) setFailed(err error) (before error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before, s.failed = s.failed, err
	return before
}
