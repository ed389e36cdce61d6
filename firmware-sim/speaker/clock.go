package speaker

import (
	"sync"
	"time"

	"github.com/smart-commune/smart-commune/devices/protocol"
)

const (
	clockWindow = 8                // exchanges looked back on
	clockAge    = 10 * time.Minute // how long an exchange counts
	clockDelay  = 5 * time.Second  // an exchange slower than this says nothing
)

// clock is the device's own clock, disciplined against the hub's: of the last
// exchanges the one with the smallest delay gives the offset, because the delay
// bounds its error.
type clock struct {
	local func() time.Time

	mu     sync.Mutex
	asked  map[int64]bool // T1 of questions without an answer
	recent []exchange
	offset time.Duration // the hub's clock is ahead by
}

type exchange struct {
	at            time.Time // local
	offset, delay time.Duration
}

func newClock(local func() time.Time) *clock {
	return &clock{local: local, asked: map[int64]bool{}}
}

// now is the hub's time in UTC, as well as the device knows it.
func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	// Round(0) leaves the wall clock alone in it: instants of plans have no
	// other.
	return c.local().Round(0).Add(c.offset).UTC()
}

func (c *clock) ask() protocol.ClockAsk {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.asked) >= clockWindow {
		clear(c.asked)
	}
	t1 := c.local().UnixNano()
	c.asked[t1] = true
	return protocol.ClockAsk{T1: t1}
}

// answer takes the hub's half of an exchange that arrived at the local instant
// t4. It reports whether the answer could be used.
func (c *clock) answer(a protocol.ClockAnswer, t4 time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.asked[a.T1] {
		return false
	}
	delete(c.asked, a.T1)
	delay := time.Duration((t4.UnixNano() - a.T1) - (a.T3 - a.T2))
	if delay < 0 || delay > clockDelay || a.T3 < a.T2 {
		return false
	}
	// Halved before they are added: both may be decades when a clock was reset.
	offset := time.Duration((a.T2-a.T1)/2 + (a.T3-t4.UnixNano())/2)
	c.recent = append(c.recent, exchange{t4, offset, delay})
	for len(c.recent) > clockWindow || t4.Sub(c.recent[0].at) > clockAge {
		c.recent = c.recent[1:]
	}
	best := c.recent[0]
	for _, e := range c.recent {
		if e.delay <= best.delay {
			best = e
		}
	}
	c.offset = best.offset
	return true
}

// state returns the offset and whether it was ever measured.
func (c *clock) state() (offset time.Duration, measured bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.offset, len(c.recent) > 0
}
