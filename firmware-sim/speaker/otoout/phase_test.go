package otoout

import (
	"math/rand/v2"
	"testing"
	"time"
)

// TestPhaseFollowsTheCrystal measures a card whose crystal is wrong on a busy
// machine: one measurement in five is off by tens of milliseconds.
func TestPhaseFollowsTheCrystal(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	const first, ppm = 300 * time.Millisecond, 120
	truth := func(at time.Duration) time.Duration { return first + at*ppm/1_000_000 }
	var p phase
	for at := time.Duration(0); at < time.Minute; at += 150 * time.Millisecond {
		off := time.Duration(r.NormFloat64() * float64(100*time.Microsecond))
		if r.IntN(5) == 0 {
			off += time.Duration(r.Float64() * float64(40*time.Millisecond))
		}
		p.add(at, truth(at)+off)
		got, certain, known := p.value(at)
		if at < 10*time.Second {
			continue
		}
		if e := (got - truth(at)).Abs(); !certain || !known || e > 300*time.Microsecond {
			t.Fatalf("at %s it is off by %s (certain %t)", at, e, certain)
		}
	}
}

func TestPhaseIsUncertainAfterALoss(t *testing.T) {
	var p phase
	if _, certain, known := p.value(0); certain || known {
		t.Error("something is known of nothing")
	}
	at := time.Duration(0)
	measure := func(n int, first time.Duration) {
		for range n {
			at += 150 * time.Millisecond
			p.add(at, first)
		}
	}
	measure(30, time.Second)
	p.forget()
	if got, certain, known := p.value(at); certain || !known || got != time.Second {
		t.Errorf("right after the loss: %s, certain %t, known %t", got, certain, known)
	}
	measure(phaseLeast, 1050*time.Millisecond)
	if got, certain, _ := p.value(at); !certain || got != 1050*time.Millisecond {
		t.Errorf("measured anew: %s, certain %t", got, certain)
	}
	if _, certain, _ := p.value(at + stale + 1); certain {
		t.Error("what was measured long ago is certain")
	}
}
