package announce

import (
	"context"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
)

// A device that has gone mad may tell of plays that nobody asked for as fast as its
// link carries them. The journal, which takes nothing back, holds so many of each
// device in a span, and one more that says that further ones are left out.
const (
	unaskedMost = 100
	unaskedSpan = 24 * time.Hour
)

// unaskedOf counts the entries of a device that nobody asked for, in a span.
type unaskedOf struct {
	since time.Time
	n     int
}

// early reports whether it tells of the end of something that the hub planned for
// later. What was stopped before it sounded may be over before its time.
func early(e journal.Entry, now time.Time) bool {
	return e.PlannedAt.After(now.Add(maxAhead)) && (e.Result != devices.Stopped || e.StartedAt != nil)
}

// recordUnasked writes down what a device told of plays that nobody had asked for,
// and returns how many it left out; recording is held.
func (s *Service) recordUnasked(ctx context.Context, from devices.DeviceID, entries []journal.Entry) (left int, err error) {
	of, now := s.unasked[from], s.cfg.Now()
	if age := now.Sub(of.since); age < 0 || age >= unaskedSpan {
		of = unaskedOf{since: now}
	}
	// What is there already counts for nothing, so that its number is known after each step.
	for len(entries) > 0 && of.n <= unaskedMost && err == nil {
		step := entries[:min(len(entries), max(1, unaskedMost-of.n))]
		if of.n == unaskedMost {
			step[0].Reason = remark(step[0].Reason, journal.ReasonLeftOut)
		}
		var added int
		added, err = s.record(ctx, step)
		of.n, entries = of.n+added, entries[len(step):]
	}
	s.unasked[from] = of
	s.strays.Add(int64(len(entries)))
	return len(entries), err
}
