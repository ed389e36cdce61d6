// Package outputtest holds what an output of the firmware that knows when its
// samples are heard must do, as a suite of tests for every such output, and a
// sound card in memory that does it.
package outputtest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices/protocol"
)

// Timed is what package speaker asks of an output that can be kept in step.
type Timed interface {
	Write(ctx context.Context, pcm []int16) error
	Drain(ctx context.Context) error
	Drop() int
	Close() error
	Latency() time.Duration
	Begin(at time.Time) (heard time.Time)
	Heard() (at time.Time, certain bool)
}

const (
	sample = time.Second / protocol.SampleRate
	// knownWithin is how soon an output must know its latency.
	knownWithin = time.Minute
)

// Suite holds an output to its contract; run runs each test of it, with an output.
// slack is by how much a busy machine, or a measured latency that settles, may move
// an instant.
func Suite(run func(name string, test func(t *testing.T, out Timed)), slack time.Duration) {
	tone := make([]int16, protocol.SampleRate/20)
	for i := range tone {
		tone[i] = int16(8000 * (i%24 - 12) / 12)
	}
	write := func(t *testing.T, out Timed, times int) {
		t.Helper()
		for range times {
			if err := out.Write(t.Context(), tone); err != nil {
				t.Fatal(err)
			}
		}
	}
	near := func(t *testing.T, what string, got, want time.Time) {
		t.Helper()
		if off := got.Sub(want); off.Abs() > slack+sample {
			t.Errorf("%s is off by %s", what, off)
		}
	}
	run("what is begun in time is heard on time", func(t *testing.T, out Timed) {
		for began := time.Now(); ; {
			awaitLatency(t, out)
			at := time.Now().Add(out.Latency() + 500*time.Millisecond)
			heard := out.Begin(at)
			if late := heard.Sub(at); late < 0 || late > sample {
				t.Errorf("it is heard %s late, a sample lasts %s", late, sample)
			}
			first, certain := out.Heard()
			for range 10 {
				write(t, out, 1)
				_, still := out.Heard()
				certain = certain && still
			}
			last, _ := out.Heard()
			drain(t, out)
			left := time.Until(heard.Add(time.Second / 2))
			switch {
			case certain:
				near(t, "the first sample", first, heard)
				near(t, "the sample after half a second", last, heard.Add(time.Second/2))
				if left > slack {
					t.Errorf("it is drained %s before all of it is heard", left)
				}
				return
			case time.Since(began) > knownWithin: // else a busy machine has lost samples
				t.Fatalf("not once in %s it was certain for half a second when it is heard", knownWithin)
			}
		}
	})
	run("what is begun too late is heard as soon as can be", func(t *testing.T, out Timed) {
		known := awaitLatency(t, out)
		now := time.Now()
		heard := out.Begin(now)
		if took := heard.Sub(now); took <= 0 || took > known+slack {
			t.Errorf("it is heard after %s, the latency is %s", took, known)
		}
		write(t, out, 1)
		drain(t, out)
	})
	run("writing takes as long as sounding", func(t *testing.T, out Timed) {
		awaitLatency(t, out)
		begun := time.Now()
		out.Begin(begun)
		write(t, out, 30)
		if took := time.Since(begun); took < time.Second {
			t.Errorf("1.5 s are taken in %s", took)
		}
		drain(t, out)
	})
	run("what is dropped is not heard", func(t *testing.T, out Timed) {
		known := awaitLatency(t, out)
		out.Begin(time.Now().Add(out.Latency()))
		write(t, out, 20)
		written := 20 * len(tone)
		dropped := out.Drop()
		if dropped < 0 || dropped > written {
			t.Errorf("%d of %d samples were dropped", dropped, written)
		}
		if again := out.Drop(); again != 0 {
			t.Errorf("%d samples are dropped that nobody wrote", again)
		}
		heard, _ := out.Heard()
		if left := time.Until(heard); left > known+slack {
			t.Errorf("what follows is heard after %s, the latency is %s", left, known)
		}
	})
	run("a writer that is called off does not wait", func(t *testing.T, out Timed) {
		awaitLatency(t, out)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		out.Begin(time.Now())
		var err error
		for range 30 {
			if err = out.Write(ctx, tone); err != nil {
				break
			}
		}
		if !errors.Is(err, context.Canceled) {
			t.Errorf("1.5 s are taken, and the error is %v", err)
		}
		out.Drop()
	})
}

// awaitLatency waits until an output knows its latency and what is heard when.
func awaitLatency(t *testing.T, out Timed) time.Duration {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for began := time.Now(); time.Since(began) < knownWithin; <-tick.C {
		if _, certain := out.Heard(); certain && out.Latency() > 0 {
			return out.Latency()
		}
	}
	t.Fatalf("after %s the output does not know its latency", knownWithin)
	return 0
}

func drain(t *testing.T, out Timed) {
	t.Helper()
	if err := out.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}
