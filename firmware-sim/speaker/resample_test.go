package speaker

import (
	"math"
	"testing"

	"github.com/smart-commune/smart-commune/devices/protocol"
)

// residual plays a sine through the resampler and returns by how much, in dB
// under the sine, what comes out differs from the sine at the positions that it
// should be of.
func residual(t *testing.T, hz, speed, position float64) float64 {
	t.Helper()
	const n, amplitude = 24000, 20000
	value := func(at float64) float64 { return amplitude * math.Sin(2*math.Pi*hz*at/protocol.SampleRate) }
	r := newResampler(position)
	var out []int16
	in := make([]int16, 1200)
	for at := 0; at < n; at += len(in) {
		for i := range in {
			in[i] = int16(math.Round(value(float64(at + i))))
		}
		out = r.process(out, in, speed)
	}
	want := position + float64(len(out))*speed
	if math.Abs(r.position()-want) > 1e-6 {
		t.Errorf("after %d samples the position is %.3f, not %.3f", len(out), r.position(), want)
	}
	var diff float64
	for i, s := range out[taps:] {
		d := float64(s) - value(position+float64(i+taps)*speed)
		diff += d * d
	}
	return 10 * math.Log10(diff/float64(len(out)-taps)/(amplitude*amplitude/2))
}

func TestResamplerIsInaudible(t *testing.T) {
	for _, c := range []struct{ hz, speed, position, db float64 }{
		{440, 1, 0, -65}, {440, 1, 0.5, -65}, {440, 1 + 500e-6, 0, -65}, {3000, 1 - 500e-6, 0.25, -65}, {8000, 1 + 37e-6, 0.75, -60},
	} {
		got := residual(t, c.hz, c.speed, c.position)
		t.Logf("%.0f Hz, speed %.6f: residual %.1f dB", c.hz, c.speed, got)
		if got > c.db {
			t.Errorf("%.0f Hz at speed %.6f from %.2f: residual %.1f dB, at most %.0f", c.hz, c.speed, c.position, got, c.db)
		}
	}
}

func TestResamplerLeavesNothingOut(t *testing.T) {
	r := newResampler(0)
	in := make([]int16, 1200)
	in[1199] = 10000
	out := r.flush(r.process(nil, in, 1))
	if len(out) < 1200 || out[1199] < 8000 {
		t.Errorf("%d samples came out of 1200, the last one is missing", len(out))
	}
}

func TestResamplerSkips(t *testing.T) {
	r := newResampler(0)
	in := make([]int16, 1200)
	r.skip(3000)
	out := r.process(nil, in, 1)
	out = r.process(out, in, 1)
	if len(out) != 0 {
		t.Errorf("%d samples come out of what is left out", len(out))
	}
	for i := range in {
		in[i] = 1000
	}
	out = r.process(out, in, 1)
	if got := r.position(); math.Abs(got-float64(3000+len(out))) > 1e-6 || out[len(out)-1] != 1000 {
		t.Errorf("%d samples, position %.1f", len(out), got)
	}
}
