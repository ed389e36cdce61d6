package speaker

import (
	"context"
	"time"

	"github.com/smart-commune/smart-commune/devices/protocol"
)

// Output turns samples into sound: mono, 16 bit, [protocol.SampleRate], volume
// applied. A speaker uses its output from one goroutine.
type Output interface {
	// Write takes all samples and then blocks until no more than a fraction of a
	// second of them is still to sound, so that playing takes real time. It must
	// return when ctx is done.
	Write(ctx context.Context, pcm []int16) error
	// Drain returns when everything written has sounded, or ctx is done.
	Drain(ctx context.Context) error
	// Drop forgets what was written and has not sounded; it returns how many
	// samples that were.
	Drop() int
	Close() error
}

// Timed is an output that knows when its samples are heard, so that clusters
// can be kept in step. Instants are those of [time.Now].
type Timed interface {
	Output
	// Latency is how long before it shall be heard a play must be begun, at
	// least; 0 as long as that was never known, and the output is used as an
	// [Output] then.
	Latency() time.Duration
	// Begin keeps silence, so that the sample written next is heard at an
	// instant, or as soon after as can be. It returns when it will be heard: in
	// time that is less than a sample after the instant.
	Begin(at time.Time) (heard time.Time)
	// Heard is when the sample written next will be heard. It is not certain for a
	// while after samples were lost on the way.
	Heard() (at time.Time, certain bool)
}

// Sensors are the measuring instruments of a cluster.
type Sensors interface {
	// Read measures now; what cannot be measured is absent. Names and units are
	// those of package protocol; it is called a few times a second while sound is
	// made.
	Read() map[string]float64
}

// pace blocks a writer for as long as its samples take to sound, without
// drifting: a wait that was too long is made up for by the next.
type pace struct {
	next time.Time // when what was written so far has sounded
}

// pauseAfter is how late a write may come and still count as going on.
const pauseAfter = 250 * time.Millisecond

func (p *pace) wait(ctx context.Context, samples int) error {
	now := time.Now()
	if now.Sub(p.next) > pauseAfter {
		p.next = now
	}
	p.next = p.next.Add(time.Duration(samples) * time.Second / protocol.SampleRate)
	return sleep(ctx, p.next.Sub(now))
}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Silent is an output that takes real time and makes no sound.
type Silent struct{ pace pace }

var _ Output = (*Silent)(nil)

// Write implements [Output].
func (s *Silent) Write(ctx context.Context, pcm []int16) error { return s.pace.wait(ctx, len(pcm)) }

// Drain implements [Output].
func (s *Silent) Drain(context.Context) error { return nil }

// Drop implements [Output].
func (s *Silent) Drop() int { return 0 }

// Close implements [Output].
func (s *Silent) Close() error { return nil }
