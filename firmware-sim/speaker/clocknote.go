package speaker

import (
	"encoding/json"
	"time"
)

const (
	clockFile = "clock.json"
	// noteClockEvery is how often the clock is noted on disk.
	noteClockEvery = 10 * time.Minute
)

// clockNote is what a device remembers of its clock while it is off.
type clockNote struct {
	Local time.Time `json:"local"` // the device's clock
	Hub   time.Time `json:"hub"`   // the hub's at that instant
	Drift float64   `json:"drift"` // seconds per second
}

func (c *clock) note() clockNote {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.tick()
	return clockNote{Local: c.boot.Round(0).Add(t).UTC(), Hub: c.hub(t), Drift: c.line.drift}
}

// lags is by how much a battery-backed clock may be behind what the device knew
// before it was switched off.
const lags = time.Minute

// recall lets the clock go on where it was before the device was switched off. A
// local clock that is behind that was reset: nobody knows for how long the device
// was off.
func (c *clock) recall(n clockNote) {
	c.mu.Lock()
	defer c.mu.Unlock()
	off := c.boot.Sub(n.Local)
	c.reset = off < -lags
	off = max(0, off)
	c.expected = min(max(n.Drift, -maxDrift), maxDrift)
	c.spread = crystal / 4
	c.origin = int64(n.Hub.Sub(c.boot) + off)
	c.line = line{at: -off.Seconds(), drift: c.expected}
	c.noted = true
}

func (s *Speaker) loadClock() error {
	data, err := readFile(s.file(clockFile))
	if err != nil || data == nil {
		return err
	}
	var n clockNote
	if err := json.Unmarshal(data, &n); err != nil || n.Hub.IsZero() || n.Local.IsZero() {
		s.setAside(clockFile, err)
		return nil
	}
	s.clock.recall(n)
	return nil
}

// noteClock keeps what is known of the clock for the time after a loss of power.
func (s *Speaker) noteClock() {
	local := s.cfg.Now()
	if !s.clock.settled() || !s.clockNoted.IsZero() && local.Sub(s.clockNoted) < noteClockEvery {
		return
	}
	s.clockNoted = local
	data, _ := json.Marshal(s.clock.note()) // cannot fail
	s.save(clockFile, data)
}
