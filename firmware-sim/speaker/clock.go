package speaker

import (
	"sync"
	"time"

	"github.com/smart-commune/smart-commune/devices/protocol"
)

const (
	clockWindow = 256              // exchanges looked back on
	clockAge    = 20 * time.Minute // how long an exchange counts: crystals wander with the temperature
	clockDelay  = 5 * time.Second  // an exchange slower than this says nothing
	clockAsked  = 16               // questions without an answer that are remembered

	// burst questions follow each other quickly after connecting and whenever the
	// hub's clock seems to have been set; then the pauses grow with what is known.
	burst   = 16
	askFast = 100 * time.Millisecond
	// askSlow is the longest pause, askSlower where the link is steady.
	askSlow   = 4 * time.Second
	askSlower = 16 * time.Second
	steady    = 1e-3 // seconds: what messages typically take longer than at their best
	// On a steady link volley questions follow each other at askAgain: the first one
	// wakes every machine on the way, and takes some 0.5 ms longer for it.
	volley   = 4
	askAgain = 20 * time.Millisecond

	// suspicious is how many exchanges in a row must contradict what was known
	// until they are believed: one of the clocks was set.
	suspicious = 4
	// tolerance is for what a contradiction may be by, in seconds, tempering for
	// each second since the last exchange.
	tolerance, tempering = 2e-3, 10e-6

	// stepBack is how far the time may go back at once without that one of the
	// clocks was set; by less it stands still until it is caught up with.
	stepBack = time.Second
	// trusted is for how long the clock is believed without any exchange.
	trusted = 30 * 24 * time.Hour
)

// clock is the device's own clock, disciplined against the hub's by
// four-timestamp exchanges: it knows by how much it is off and by how much it
// drifts, and goes on by that without a link.
//
// What ticks is the monotonic reading of the local clock, if that has one: it
// may be set to 1970 or 2038 and nothing changes here.
type clock struct {
	local func() time.Time

	mu     sync.Mutex
	boot   time.Time     // local
	leap   time.Duration // made up for: by how much the local clock was set back
	ticks  time.Duration // the last one read
	told   time.Time     // the last one told
	asked  map[int64]time.Duration
	recent []exchange
	odd    []exchange // contradict recent
	origin int64      // what all leads are counted from, in nanoseconds
	line   line
	known  bool // line was measured
	noted  bool // line was read from disk
	reset  bool // the local clock lost its time while the device was off
	// expected is the drift, and by how much it may be different, that is
	// believed without the recent exchanges.
	expected, spread float64

	burst int           // questions still to be asked quickly
	shot  int           // of a volley, from 1 on
	since time.Duration // tick of the connection
}

func newClock(local func() time.Time) *clock {
	return &clock{local: local, boot: local(), asked: map[int64]time.Duration{}, spread: crystal}
}

// tick is for how long the device has been on, by its own clock.
func (c *clock) tick() time.Duration {
	t := c.steady(c.local())
	if t < c.ticks-stepBack { // set back, and there is no monotonic reading
		c.leap += c.ticks - t
		t = c.ticks
	}
	c.ticks = t
	return t
}

func (c *clock) steady(local time.Time) time.Duration { return local.Sub(c.boot) + c.leap }

// ahead is by how much the hub's clock is ahead at a tick.
func (c *clock) ahead(tick time.Duration) time.Duration {
	return time.Duration(c.origin + int64(c.line.aheadAt(tick.Seconds())*1e9))
}

// now is the hub's time in UTC, as well as the device knows it. It goes back
// only when a clock was set.
func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.tick()
	now := c.hub(t)
	if back := c.told.Sub(now); back > 0 && back < stepBack {
		return c.told
	}
	c.told = now
	return now
}

// hub is the hub's time at a tick. Round(0) leaves the wall clock alone in it:
// instants of plans have no other.
func (c *clock) hub(tick time.Duration) time.Time {
	return c.boot.Round(0).Add(tick).Add(c.ahead(tick)).UTC()
}

// after returns the hub's time d from now, and does not mind going back: it is
// for measuring.
func (c *clock) after(d time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.hub(c.tick() + d)
}

// booted is when the device was switched on, by the hub's time.
func (c *clock) booted() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.hub(0)
}

// settled reports whether the time is known as well as a burst of questions tells.
func (c *clock) settled() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.known && c.burst == 0
}

// connected begins to ask quickly.
func (c *clock) connected() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.burst, c.since = burst, c.tick()
	clear(c.asked)
}

// pause is for how long no question is due after one was asked: a drift that is
// known twice as long is known twice as well.
func (c *clock) pause() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.burst > 0 {
		return askFast
	}
	slowest := askSlow
	if c.known && c.line.excess < steady {
		if c.shot < volley {
			return askAgain
		}
		slowest = askSlower
	}
	return min(max((c.tick()-c.since)/16, 2*askFast), slowest)
}

func (c *clock) ask() protocol.ClockAsk {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.burst = max(0, c.burst-1)
	c.shot = c.shot%volley + 1
	if len(c.asked) >= clockAsked {
		clear(c.asked)
	}
	t := c.tick()
	t1 := c.boot.UnixNano() + int64(t)
	c.asked[t1] = t
	return protocol.ClockAsk{T1: t1}
}

// answer takes the hub's half of an exchange that arrived at a local instant. It
// reports whether the answer could be used.
func (c *clock) answer(a protocol.ClockAnswer, arrived time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	sent, ok := c.asked[a.T1]
	if !ok {
		return false
	}
	delete(c.asked, a.T1)
	came := c.steady(arrived)
	delay := (came - sent) - time.Duration(a.T3-a.T2)
	if delay < 0 || delay > clockDelay || a.T3 < a.T2 {
		return false
	}
	boot := c.boot.UnixNano()
	if !c.known && len(c.recent) == 0 {
		c.origin, c.line = a.T2-a.T1, line{}
	}
	e := exchange{t1: sent.Seconds(), t4: came.Seconds(),
		upper: float64(a.T2-boot-int64(sent)-c.origin) / 1e9, lower: float64(a.T3-boot-int64(came)-c.origin) / 1e9}
	return c.learn(e)
}

func (c *clock) learn(e exchange) bool {
	for len(c.recent) > 0 && (len(c.recent) >= clockWindow || e.t4-c.recent[0].t4 > clockAge.Seconds()) {
		c.recent = c.recent[1:]
	}
	if len(c.recent) == 0 {
		if c.known { // long without a link
			c.remember()
		}
	} else if c.contradicts(e) {
		if c.odd = append(c.odd, e); len(c.odd) < suspicious {
			c.burst = max(c.burst, suspicious)
			return false
		}
		c.remember() // a clock that was set ticks as before
		c.recent = c.odd[:len(c.odd)-1]
	}
	c.odd = nil
	if last := len(c.recent) - 1; last >= 0 && e.t1-c.recent[last].t1 < volley*askAgain.Seconds() {
		c.recent[last].improve(e, c.line.drift)
	} else {
		c.recent = append(c.recent, e)
	}
	c.line = fit(c.recent, c.expected, c.spread)
	c.known = true
	return true
}

// contradicts reports whether an exchange leaves no way through the corridor.
func (c *clock) contradicts(e exchange) bool {
	slack := tolerance + tempering*(e.t4-c.line.at)
	low, high := bounds(c.recent, e.t4, c.line.drift)
	return e.upper+c.line.drift*(e.t4-e.t1)+slack < low || e.lower-slack > high
}

// remember expects the drift that was measured, if that was for long enough.
func (c *clock) remember() {
	c.expected = c.line.drift
	if c.line.at-c.since.Seconds() > time.Minute.Seconds() {
		c.spread = crystal / 4
	}
}

// state returns by how much the hub's clock is ahead of the local one, and
// whether that was ever measured.
func (c *clock) state() (offset time.Duration, measured bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ahead(c.tick()), c.known
}

// plausible reports whether the time can be believed, so that a clock that was
// set to 2038 does not make a whole plan look missed.
func (c *clock) plausible() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.tick()
	return (c.known || c.noted && !c.reset) && t-time.Duration(c.line.at*1e9) < trusted
}

// wasReset reports whether the local clock is known to be wrong by nobody knows what.
func (c *clock) wasReset() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.reset && !c.known
}
