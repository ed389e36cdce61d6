package speaker

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// TestServoKeepsAPlayInStep plays for 10 min on a card whose crystal is wrong,
// measured with noise, and holds what remains.
func TestServoKeepsAPlayInStep(t *testing.T) {
	const step = 0.05 // seconds
	for _, c := range []struct {
		name         string
		ppm          float64 // the card is faster by
		start, noise float64 // seconds
		within       float64 // seconds, from 30 s on
	}{
		{"right card", 0, 0, 0, 1e-6},
		{"fast card", 100, 0, 0, 40e-6},
		{"slow card, noise", -150, 0, 100e-6, 100e-6},
		{"begun 4 ms late", 50, 4e-3, 50e-6, 100e-6},
		{"begun 300 ms early", 50, -0.3, 50e-6, 100e-6},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, 2))
			var s servo
			late, worst := c.start, 0.0
			for at := 0.0; at < 600; at += step {
				faster, leap := s.step(late+c.noise*r.NormFloat64(), time.Duration(step*1e9))
				if math.Abs(faster) > fastest {
					t.Fatalf("%.0f ppm are audible", faster*1e6)
				}
				late -= leap + (faster+c.ppm*1e-6)*step
				if at > 30 {
					worst = max(worst, math.Abs(late))
				}
			}
			t.Logf("at most %.1f µs out of step from 30 s on", worst*1e6)
			if worst > c.within {
				t.Errorf("%.1f µs out of step, at most %.1f are promised", worst*1e6, c.within*1e6)
			}
		})
	}
}

func TestServoIsNotDeceivedByAMomentsDisturbance(t *testing.T) {
	var s servo
	for i := range 200 {
		late := 0.0
		if i%50 < 10 {
			late = 0.08
		}
		if _, leap := s.step(late, 50*time.Millisecond); leap != 0 {
			t.Fatalf("step %d: sound is left out", i)
		}
	}
	if math.Abs(s.crystal) > 1e-6 {
		t.Errorf("a crystal of %.1f ppm was learnt", s.crystal*1e6)
	}
}
