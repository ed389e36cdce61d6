// Package telemetrytest holds what tests of readings share: a store in memory, a
// sink in memory that fails on demand, and the suites that every store and
// every sink must pass.
package telemetrytest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/telemetry"
)

type identity struct {
	device string
	metric string
	ms     int64
}

func identityOf(r telemetry.Reading) identity {
	return identity{string(r.Commune) + "/" + string(r.Device), r.Metric, r.At.UnixMilli()}
}

// Store is a [telemetry.Store] in memory.
type Store struct {
	// Before, when set, is called before each Append and may fail it.
	Before func() error

	mu       sync.Mutex
	readings []telemetry.Reading // as they came; deleted ones have no metric
	known    map[identity]bool
	sink     string
	cursor   int
	rejected int64
}

var _ telemetry.Store = (*Store)(nil)

// Append implements [telemetry.Store].
func (s *Store) Append(_ context.Context, readings []telemetry.Reading) (fresh []telemetry.Reading, err error) {
	if s.Before != nil {
		if err := s.Before(); err != nil {
			return nil, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range readings {
		if id := identityOf(r); !s.known[id] {
			if s.known == nil {
				s.known = map[identity]bool{}
			}
			s.known[id] = true
			fresh = append(fresh, r)
		}
	}
	s.readings = append(s.readings, fresh...)
	return fresh, nil
}

// History implements [telemetry.Archive].
func (s *Store) History(_ context.Context, q telemetry.Query) (points []telemetry.Point, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []telemetry.Reading
	for _, r := range s.readings {
		if r.Commune == q.Commune && r.Device == q.Device && r.Metric == q.Metric && !r.At.Before(q.Since) && r.At.Before(q.Until) {
			found = append(found, r)
		}
	}
	slices.SortFunc(found, func(a, b telemetry.Reading) int { return a.At.Compare(b.At) })
	for _, r := range found {
		points = q.Add(points, r.At, r.Value)
	}
	return points, nil
}

// Metrics implements [telemetry.Store].
func (s *Store) Metrics(_ context.Context, commune devices.CommuneID, device devices.DeviceID) (names []string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.readings {
		if r.Commune == commune && r.Device == device {
			names = append(names, r.Metric)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// Oldest implements [telemetry.Store].
func (s *Store) Oldest(context.Context) (oldest time.Time, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.readings {
		if r.Metric != "" && (oldest.IsZero() || r.At.Before(oldest)) {
			oldest = r.At
		}
	}
	return oldest, nil
}

// DeleteBefore implements [telemetry.Store].
func (s *Store) DeleteBefore(_ context.Context, t time.Time) (deleted int64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, r := range s.readings {
		if r.Metric != "" && r.At.Before(t) && (s.sink == "" || i < s.cursor) {
			delete(s.known, identityOf(r))
			s.readings[i] = telemetry.Reading{}
			deleted++
		}
	}
	return deleted, nil
}

// UseSink implements [telemetry.Queue].
func (s *Store) UseSink(_ context.Context, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if name != s.sink {
		s.sink, s.cursor, s.rejected = name, 0, 0
		s.readings = slices.DeleteFunc(s.readings, func(r telemetry.Reading) bool { return r.Metric == "" })
	}
	return nil
}

// Pending implements [telemetry.Queue].
func (s *Store) Pending(_ context.Context, sink string, max int) ([]telemetry.Reading, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if sink != s.sink {
		return nil, fmt.Errorf("the sink %q is not in use", sink)
	}
	return slices.Clone(s.readings[s.cursor:min(s.cursor+max, len(s.readings))]), nil
}

// Advance implements [telemetry.Queue].
func (s *Store) Advance(_ context.Context, _ string, n int, refused []telemetry.Refusal) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cursor += n
	s.rejected += int64(len(refused))
	return nil
}

// Backlog implements [telemetry.Queue].
func (s *Store) Backlog(sink string) (lag, rejected int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if sink != s.sink {
		return 0, 0
	}
	return int64(len(s.readings) - s.cursor), s.rejected
}

// Sink is a [telemetry.Sink] in memory.
type Sink struct {
	// Fails, when set, is asked before each Write what goes wrong.
	Fails func() error
	// Refuses, when set, says why a reading is refused for good, "" when it is not.
	Refuses func(telemetry.Reading) string

	mu     sync.Mutex
	values map[identity]float64
	writes int
	// Wrote gets a token after each Write, when there is room.
	Wrote chan struct{}
}

var _ telemetry.Sink = (*Sink)(nil)

// Name implements [telemetry.Sink].
func (s *Sink) Name() string { return "memory" }

// Write implements [telemetry.Sink].
func (s *Sink) Write(ctx context.Context, readings []telemetry.Reading) error {
	defer func() {
		select {
		case s.Wrote <- struct{}{}:
		default:
		}
	}()
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writes++
	if s.Fails != nil {
		if err := s.Fails(); err != nil {
			return err
		}
	}
	var refused []telemetry.Refusal
	for _, r := range readings {
		if s.Refuses != nil {
			if why := s.Refuses(r); why != "" {
				refused = append(refused, telemetry.Refusal{Reading: r, Reason: why})
				continue
			}
		}
		if s.values == nil {
			s.values = map[identity]float64{}
		}
		s.values[identityOf(r)] = r.Value
	}
	if len(refused) > 0 {
		return &telemetry.RefusedError{Refusals: refused}
	}
	return nil
}

// Writes is how often Write was called.
func (s *Sink) Writes() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.writes
}

// Missing returns those of the readings that the sink does not have with their
// value.
func (s *Sink) Missing(readings []telemetry.Reading) (missing []telemetry.Reading) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range readings {
		if v, ok := s.values[identityOf(r)]; !ok || v != r.Value {
			missing = append(missing, r)
		}
	}
	return missing
}

// Count is how many readings the sink has.
func (s *Sink) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.values)
}

func sorted(readings []telemetry.Reading) []telemetry.Reading {
	return slices.SortedFunc(slices.Values(readings), func(a, b telemetry.Reading) int {
		return cmp.Or(cmp.Compare(a.Device, b.Device), cmp.Compare(a.Metric, b.Metric), a.At.Compare(b.At))
	})
}
