package soundrig

import (
	"math"
	"math/rand/v2"
	"testing"
)

// noise is band-limited, so that it can be delayed by a fraction of a sample.
func noise(seed uint64, n int, delay float64) []float64 {
	r := rand.New(rand.NewPCG(seed, 1))
	out := make([]float64, n)
	for range 200 {
		f, phase := 2*math.Pi*(300+5000*r.Float64())/Rate, 2*math.Pi*r.Float64()
		for i := range out {
			out[i] += math.Sin(f*(float64(i)-delay)+phase) / 200
		}
	}
	return out
}

func TestLagFindsFractionsOfASample(t *testing.T) {
	const n = 16384
	a := noise(1, n, 0)
	for _, delay := range []float64{0, 0.25, -0.5, 3.7, -480.2, 4000.9} {
		lag, likeness := Lag(a, noise(1, n, delay), 9600)
		if math.Abs(lag-delay) > 0.02 || likeness < 0.7 {
			t.Errorf("a delay of %.2f samples is measured as %.3f (likeness %.2f)", delay, lag, likeness)
		}
	}
}

func TestLagKnowsWhenNothingIsAlike(t *testing.T) {
	if _, likeness := Lag(noise(1, 16384, 0), noise(2, 16384, 0), 9600); likeness > 0.3 {
		t.Errorf("two noises are alike by %.2f", likeness)
	}
	if _, likeness := Lag(noise(1, 16384, 0), make([]float64, 16384), 9600); likeness != 0 {
		t.Errorf("silence is alike by %.2f", likeness)
	}
}

func BenchmarkLag(b *testing.B) {
	x, y := noise(1, 16384, 0), noise(1, 16384, 7)
	for b.Loop() {
		Lag(x, y, 9600)
	}
}
