package speaker

import (
	"context"
	"log/slog"
	"math"
	"time"

	"github.com/smart-commune/smart-commune/devices/protocol"
)

const (
	// onTime is by how much a play may be begun late and still be in step.
	onTime = 5 * time.Millisecond
	// grid is what plays that are begun late, or go on, are begun on: clusters that
	// do so at about the same time are in step again.
	grid = 500 * time.Millisecond
	// scheduling is what may pass between two steps of a busy machine.
	scheduling = 50 * time.Millisecond
	// undisturbed is how long reading two clocks takes when nothing comes between.
	undisturbed = 100 * time.Microsecond
)

// playout sounds a play in step with the hub's clock.
type playout struct {
	out       Timed
	clock     *clock
	servo     *servo
	resampler *resampler
	start     time.Time // the hub's time at which sample 0 is to be heard
	log       *slog.Logger
	pcm       []int16
}

// newPlayout begins a play that shall be heard from start on, or, when it is
// too late for that, from the next instant of the grid on.
func newPlayout(out Timed, c *clock, servo *servo, start time.Time, offset time.Duration, log *slog.Logger) *playout {
	p := &playout{out: out, clock: c, servo: servo, log: log}
	for range 3 {
		p.start = start.Add(offset)
		now, hub := p.clocks()
		at := now.Add(p.start.Sub(hub))
		heard := out.Begin(at)
		if late := heard.Sub(at); late < onTime {
			p.resampler = newResampler(max(0, late.Seconds()*protocol.SampleRate))
			return p
		}
		start = nextOnGrid(hub.Add(heard.Sub(now) - offset + scheduling))
	}
	// The machine is too busy to be in step; the servo does what it can.
	p.resampler = newResampler(0)
	return p
}

func nextOnGrid(t time.Time) time.Time { return t.Add(grid - 1).Truncate(grid) }

// clocks reads the clock of [Timed] and the hub's at the same instant.
func (p *playout) clocks() (now, hub time.Time) {
	for range 10 {
		now = time.Now()
		hub = p.clock.after(0)
		if time.Since(now) < undisturbed {
			break
		}
	}
	return now, hub
}

// heard is the hub's time at which the sample written next is heard.
func (p *playout) heard() (at time.Time, certain bool) {
	now, hub := p.clocks()
	heard, certain := p.out.Heard()
	return hub.Add(heard.Sub(now)), certain
}

// late is by how much the next sample will be heard too late, in seconds.
func (p *playout) late() (seconds float64, certain bool) {
	heard, certain := p.heard()
	return heard.Sub(p.start).Seconds() - p.resampler.position()/protocol.SampleRate, certain
}

// write sounds the next samples of the play.
func (p *playout) write(ctx context.Context, pcm []int16) error {
	faster, leap := p.servo.crystal, 0.0
	if late, certain := p.late(); certain {
		faster, leap = p.servo.step(late, time.Duration(len(pcm))*time.Second/protocol.SampleRate)
		p.log.Debug("in step", "late_us", int(late*1e6), "ppm", int(faster*1e6))
	}
	p.pcm = p.pcm[:0]
	if leap != 0 {
		p.log.Warn("far out of step: made up for at once", "late_ms", int(leap*1000))
		if leap > 0 {
			p.resampler.skip(leap * protocol.SampleRate)
		} else {
			p.pcm = append(p.pcm, make([]int16, int(math.Min(-leap, 1)*protocol.SampleRate))...)
		}
	}
	p.pcm = p.resampler.process(p.pcm, pcm, 1+faster)
	return p.out.Write(ctx, p.pcm)
}

// finish sounds what is left and returns the hub's time at which the last of
// it is heard. It does not wait for that, so that the next play follows in step.
func (p *playout) finish(ctx context.Context) (end time.Time, err error) {
	p.pcm = p.resampler.flush(p.pcm[:0])
	if err := p.out.Write(ctx, p.pcm); err != nil {
		return time.Time{}, err
	}
	end, _ = p.heard()
	return end, nil
}
