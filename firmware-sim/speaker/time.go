package speaker

import (
	"time"
)

// notBefore and notAfter bound what a clock that nobody has set may claim: by so
// much before the plan was made, and after it has run out.
const (
	notBefore = 24 * time.Hour
	notAfter  = 30 * 24 * time.Hour
)

// timeIsKnown reports whether plans and expiries can be judged. After a start
// without a link there is only the local clock; one that was reset to 1970 or
// runs in 2038 must neither make the whole plan look missed nor play it at
// once, so it is believed only near the plan that lies on disk.
func (s *Speaker) timeIsKnown(now time.Time) bool {
	known := s.clock.plausible()
	switch {
	case known:
	case s.rough:
		known = true
	case s.clock.wasReset():
	case s.plan == nil:
		known = now.Year() >= 2020 && now.Year() <= 2100
	default:
		known = s.near(now)
	}
	if s.lost == known {
		s.lost = !known
		if s.lost {
			s.log.Warn("the time is not known: nothing planned sounds until the hub tells it", "clock", now)
		} else {
			s.found = now
			s.log.Info("the time is known again", "clock", now)
		}
	}
	return known
}

// near reports whether an instant lies near the plan. A hub whose own clock is
// years off for an hour must not make a whole plan look missed: what stands in
// it waits, and what a command asks for does not.
func (s *Speaker) near(now time.Time) bool {
	return s.plan != nil && now.After(s.plan.CompiledAt.Add(-notBefore)) && now.Before(s.plan.Until.Add(notAfter))
}

// roughTime takes the time from a command that has just come, when the clock
// cannot be believed and the hub does not answer questions.
func (s *Speaker) roughTime(issued time.Time) {
	now := s.clock.now()
	if s.timeIsKnown(now) || issued.Year() < 2020 || issued.Year() > 2100 {
		return
	}
	s.clock.rough(issued)
	s.rough, s.dirty = true, true
	s.log.Warn("the time is taken from a command", "clock", now, "command", issued)
}

// rough sets what the hub's time is now, as long as no exchange has told it.
func (c *clock) rough(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known {
		return
	}
	t := c.tick()
	c.origin, c.line = now.UnixNano()-c.boot.UnixNano()-int64(t), line{}
	c.told = time.Time{}
}
