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
	for range 60 {
		f, phase := 2*math.Pi*(300+5000*r.Float64())/Rate, 2*math.Pi*r.Float64()
		for i := range out {
			out[i] += math.Sin(f*(float64(i)-delay)+phase) / 60
		}
	}
	return out
}

// around is a sound and what is heard of another, with a margin.
const (
	length = 8192
	margin = 9600
)

func around(seed uint64, delay float64) []float64 { return noise(seed, length+2*margin, delay) }

func middle(sound []float64) []float64 { return sound[margin : margin+length] }

func TestLagFindsFractionsOfASample(t *testing.T) {
	a := middle(around(1, 0))
	for _, delay := range []float64{0, 0.25, -0.5, 3.7, -480.2, 4000.9, -9500.3} {
		lag, likeness := Lag(a, around(1, delay), margin)
		if math.Abs(lag-delay) > 0.02 || likeness < 0.95 {
			t.Errorf("a delay of %.2f samples is measured as %.3f (likeness %.2f)", delay, lag, likeness)
		}
	}
}

func TestLagKnowsWhenNothingIsAlike(t *testing.T) {
	a := middle(around(1, 0))
	if _, likeness := Lag(a, around(2, 0), margin); likeness > 0.3 {
		t.Errorf("two noises are alike by %.2f", likeness)
	}
	if _, likeness := Lag(a, make([]float64, length+2*margin), margin); likeness != 0 {
		t.Errorf("silence is alike by %.2f", likeness)
	}
}

func BenchmarkLag(b *testing.B) {
	x, y := middle(around(1, 0)), around(1, 7)
	for b.Loop() {
		Lag(x, y, margin)
	}
}
