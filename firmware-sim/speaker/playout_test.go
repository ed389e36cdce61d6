package speaker

import (
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/firmware-sim/speaker/outputtest"
)

// aheadBy is by how much the hub's clock is ahead in these tests.
const aheadBy = 12345 * time.Millisecond

// toldClock is a clock that the hub has told the time.
func toldClock() *clock {
	c := newClock(time.Now)
	ask := c.ask()
	hub := time.Now().Add(aheadBy).UnixNano()
	c.answer(protocol.ClockAnswer{T1: ask.T1, T2: hub, T3: hub}, time.Now())
	return c
}

// clicks is a second of silence for each click, which is its first sample but for
// the very first second.
func clicks(seconds int) []int16 {
	pcm := make([]int16, seconds*protocol.SampleRate)
	for i := 1; i < seconds; i++ {
		pcm[i*protocol.SampleRate] = 30000
	}
	return pcm
}

// heardClicks is when the clicks were heard, by the hub's clock. One that falls
// between two samples is heard in both.
func heardClicks(c *outputtest.Card) (at []time.Time) {
	var weight float64
	outputtest.Find(c.Sounds(), 3000, func(t time.Time, v int16) {
		t = t.Add(aheadBy)
		if n := len(at); n > 0 && t.Sub(at[n-1]) < time.Millisecond {
			weight += float64(v)
			at[n-1] = at[n-1].Add(time.Duration(float64(t.Sub(at[n-1])) * float64(v) / weight))
			return
		}
		at, weight = append(at, t), float64(v)
	})
	return at
}

// playAll sounds samples as the player does, and returns their end.
func playAll(t *testing.T, p *playout, pcm []int16) time.Time {
	t.Helper()
	for len(pcm) > 0 {
		n := min(chunk, len(pcm))
		if err := p.write(t.Context(), pcm[:n]); err != nil {
			t.Fatal(err)
		}
		pcm = pcm[n:]
	}
	end, err := p.finish(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return end
}

func TestPlayIsHeardAtItsInstant(t *testing.T) {
	for name, offset := range map[string]time.Duration{"no offset": 0, "far from its neighbour": 130 * time.Millisecond, "near": -40 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				card, c := outputtest.NewCard(80*time.Millisecond, 0), toldClock()
				start := c.now().Add(time.Second)
				p := newPlayout(card, c, &servo{}, start, offset, slog.New(slog.DiscardHandler))
				end := playAll(t, p, clicks(3))
				time.Sleep(time.Second)
				heard := heardClicks(card)
				if len(heard) != 2 {
					t.Fatalf("%d clicks were heard", len(heard))
				}
				for i, at := range heard {
					if off := at.Sub(start.Add(offset + time.Duration(i+1)*time.Second)); off.Abs() > 50*time.Microsecond {
						t.Errorf("click %d is heard %s off", i+1, off)
					}
				}
				if off := end.Sub(start.Add(offset + 3*time.Second)); off.Abs() > 50*time.Microsecond {
					t.Errorf("the end is told %s off", off)
				}
			})
		})
	}
}

// TestPlaysThatAreBegunLateAreInStep begins at two clusters, one of which heard of it
// later and has the slower card.
func TestPlaysThatAreBegunLateAreInStep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := toldClock()
		time.Sleep(c.now().Truncate(time.Second).Add(1050 * time.Millisecond).Sub(c.now()))
		start := c.now().Add(-time.Second)
		var heard [2]time.Time
		for i, latency := range []time.Duration{60 * time.Millisecond, 180 * time.Millisecond} {
			card := outputtest.NewCard(latency, 0)
			p := newPlayout(card, c, &servo{}, start, 0, slog.New(slog.DiscardHandler))
			if p.start.Truncate(grid) != p.start {
				t.Errorf("cluster %d begins at %s", i, p.start)
			}
			at, _ := card.Heard()
			heard[i] = at.Add(aheadBy)
			time.Sleep(40 * time.Millisecond)
		}
		if off := heard[1].Sub(heard[0]); off.Abs() > 50*time.Microsecond {
			t.Errorf("one is heard at %s, the other %s later", heard[0], off)
		}
	})
}

func TestPlayStaysInStepOnAnyCrystal(t *testing.T) {
	for name, ppm := range map[string]float64{"right": 0, "fast": 150, "slow": -150} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				card, c := outputtest.NewCard(80*time.Millisecond, ppm), toldClock()
				p := newPlayout(card, c, &servo{}, c.now().Add(time.Second), 0, slog.New(slog.DiscardHandler))
				playAll(t, p, clicks(90))
				time.Sleep(time.Second)
				heard := heardClicks(card)
				if len(heard) < 89 {
					t.Fatalf("%d of 89 clicks were heard", len(heard))
				}
				for i, at := range heard[30:89] {
					if off := at.Sub(p.start.Add(time.Duration(i+31) * time.Second)); off.Abs() > 150*time.Microsecond {
						t.Errorf("after %d s it is %s off", i+31, off)
					}
				}
			})
		})
	}
}

// TestPlayMakesUpForALoss lets the card run dry in mid-play.
func TestPlayMakesUpForALoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		card, c := outputtest.NewCard(80*time.Millisecond, 20), toldClock()
		p := newPlayout(card, c, &servo{}, c.now().Add(time.Second), 0, slog.New(slog.DiscardHandler))
		stall := time.AfterFunc(10500*time.Millisecond, func() { card.Stall(170 * time.Millisecond) })
		defer stall.Stop()
		playAll(t, p, clicks(30))
		time.Sleep(time.Second)
		var late, back int
		for _, at := range heardClicks(card) {
			second := int(at.Sub(p.start).Round(time.Second) / time.Second)
			switch off := at.Sub(p.start.Add(time.Duration(second) * time.Second)); {
			case off.Abs() > 50*time.Millisecond:
				late++
			case second > 15 && off.Abs() < time.Millisecond:
				back++
			}
		}
		if late == 0 || late > 4 || back < 13 {
			t.Errorf("%d clicks were late after the loss, and %d of 14 in step again", late, back)
		}
	})
}
