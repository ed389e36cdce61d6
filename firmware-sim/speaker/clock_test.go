package speaker

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices/protocol"
)

// way is one direction of a simulated link.
type way struct {
	least, jitter time.Duration
	cold          time.Duration // what a message takes longer, at most, when the link was idle
}

func (w way) take(r *rand.Rand, idle bool) time.Duration {
	d := w.least + time.Duration(r.Float64()*float64(w.jitter))
	if idle && w.cold > 0 {
		d += w.cold/2 + time.Duration(r.Float64()*float64(w.cold/2))
	}
	return d
}

// simulation is a device with a wrong clock on a link, without real time.
type simulation struct {
	r           *rand.Rand
	true        time.Duration // since the start, what a perfect clock shows
	offset      time.Duration // the device's clock is ahead by, at the start
	drift       float64
	there, back way
	loss        float64       // of exchanges; TCP makes late ones of them
	last        time.Duration // when something was on the link
	clock       *clock
}

var began = time.Date(2026, 11, 21, 5, 0, 0, 0, time.UTC)

func simulate(seed uint64, offset time.Duration, ppm float64, there, back way) *simulation {
	s := &simulation{r: rand.New(rand.NewPCG(seed, 7)), offset: offset, drift: ppm * 1e-6, there: there, back: back}
	s.clock = newClock(s.local)
	s.clock.connected()
	return s
}

func (s *simulation) local() time.Time {
	return began.Add(s.offset + s.true + time.Duration(float64(s.true)*s.drift))
}

func (s *simulation) hub() int64 { return began.Add(s.true).UnixNano() }

// exchange asks and takes the answer, and waits until the next question is due.
func (s *simulation) exchange() {
	ask := s.clock.ask()
	begin := s.true
	idle := begin-s.last > 150*time.Millisecond
	there, back := s.there.take(s.r, idle), s.back.take(s.r, idle)
	if s.r.Float64() < s.loss {
		there += 250 * time.Millisecond
	}
	if s.r.Float64() < s.loss {
		back += 250 * time.Millisecond
	}
	s.true += there
	t2 := s.hub()
	s.true += 30 * time.Microsecond
	t3 := s.hub()
	s.true += back
	s.clock.answer(protocol.ClockAnswer{T1: ask.T1, T2: t2, T3: t3}, s.local())
	s.last = s.true
	s.true = max(s.true, begin+s.clock.pause())
}

// err is by how much the device takes the hub's time for later than it is.
func (s *simulation) err() time.Duration { return s.clock.after(0).Sub(began.Add(s.true)) }

// TestClusterClocksAgree simulates a commune: the clock of every device is wrong
// in its own way, all are on the same kind of link. What is heard is by how much
// they differ from each other.
func TestClusterClocksAgree(t *testing.T) {
	const ms, us = time.Millisecond, time.Microsecond
	for _, c := range []struct {
		name               string
		there, back        way
		loss               float64
		soon, later, drift time.Duration // p99 of the skew: after the burst, after 10 min; after 10 min more without a link
	}{
		{"clean", way{100 * us, 200 * us, 0}, way{100 * us, 200 * us, 0}, 0, 100 * us, 40 * us, 100 * us},
		{"clean, of machines that sleep", way{100 * us, 200 * us, ms}, way{100 * us, 200 * us, ms / 4}, 0, 100 * us, 40 * us, 100 * us},
		{"busy", way{300 * us, 10 * ms, 0}, way{300 * us, 10 * ms, 0}, 0, 3 * ms, 600 * us, 2 * ms},
		{"50 ± 30 ms", way{20 * ms, 60 * ms, 0}, way{20 * ms, 60 * ms, 0}, 0.02, 15 * ms, 5 * ms, 12 * ms},
		{"jitter one way", way{20 * ms, 60 * ms, 0}, way{40 * ms, ms, 0}, 0, 10 * ms, 5 * ms, 12 * ms},
		{"lossy", way{20 * ms, 5 * ms, 0}, way{20 * ms, 5 * ms, 0}, 0.3, 4 * ms, ms, 3 * ms},
	} {
		t.Run(c.name, func(t *testing.T) {
			var soon, later, alone []time.Duration
			for i := range 30 {
				r := rand.New(rand.NewPCG(uint64(i), 1))
				s := simulate(uint64(i), time.Duration((r.Float64()-0.5)*float64(60*time.Second)), (r.Float64()-0.5)*100, c.there, c.back)
				s.loss = c.loss
				for range burst {
					s.exchange()
				}
				soon = append(soon, s.err())
				for s.true < 10*time.Minute {
					s.exchange()
				}
				later = append(later, s.err())
				s.true += 10 * time.Minute
				alone = append(alone, s.err())
			}
			for _, m := range []struct {
				when string
				errs []time.Duration
				most time.Duration
			}{{"after the first questions", soon, c.soon}, {"after 10 min", later, c.later}, {"after 10 min without a link", alone, c.drift}} {
				got := skew99(m.errs)
				t.Logf("%-28s skew p99 %s", m.when, got)
				if got > m.most {
					t.Errorf("%s the clusters are apart by %s (p99), at most %s is promised", m.when, got, m.most)
				}
			}
		})
	}
}

// skew99 is the 99th percentile of the differences between any two.
func skew99(errs []time.Duration) time.Duration {
	var all []time.Duration
	for i := range errs {
		for j := range i {
			all = append(all, (errs[i] - errs[j]).Abs())
		}
	}
	slices.Sort(all)
	return all[len(all)*99/100].Round(time.Microsecond)
}

var quick = way{time.Millisecond, 2 * time.Millisecond, 0}

func TestClockSurvivesThatAClockIsSet(t *testing.T) {
	set := func(year int) func(*simulation) {
		return func(s *simulation) {
			s.offset += time.Date(year, 1, 19, 3, 14, 7, 0, time.UTC).Sub(s.local())
		}
	}
	for name, jump := range map[string]func(*simulation){
		"device to 1970": set(1970), "device to 2038": set(2038), "device by a second": func(s *simulation) { s.offset += time.Second },
		"device back by 20 ms": func(s *simulation) { s.offset -= 20 * time.Millisecond },
	} {
		t.Run(name, func(t *testing.T) {
			s := simulate(3, -7*time.Second, 35, quick, quick)
			for s.true < 5*time.Minute {
				s.exchange()
			}
			jump(s)
			for range 2 * suspicious {
				s.exchange()
			}
			if e := s.err().Abs(); e > 2*time.Millisecond {
				t.Errorf("%d exchanges after the clock was set the time is wrong by %s", 2*suspicious, e)
			}
			if drift := s.clock.line.drift * 1e6; math.Abs(drift+35) > 10 {
				t.Errorf("the drift was forgotten: %.1f ppm, the clock has -35", drift)
			}
		})
	}
}

func TestClockNeverGoesBackByALittle(t *testing.T) {
	s := simulate(5, 3*time.Second, 50, way{20 * time.Millisecond, 60 * time.Millisecond, 0}, way{20 * time.Millisecond, 60 * time.Millisecond, 0})
	s.exchange()
	last := s.clock.now()
	for i := range 200 {
		s.exchange()
		now := s.clock.now()
		if now.Before(last) {
			t.Fatalf("exchange %d: the time goes from %s back to %s", i, last, now)
		}
		last = now
	}
}

func TestClockIgnoresOneMadAnswer(t *testing.T) {
	s := simulate(6, 0, 20, quick, quick)
	for range 30 {
		s.exchange()
	}
	ask := s.clock.ask()
	s.true += 4 * time.Millisecond
	mad := s.hub() + int64(time.Hour)
	if s.clock.answer(protocol.ClockAnswer{T1: ask.T1, T2: mad, T3: mad}, s.local()) {
		t.Error("one answer that is off by an hour is believed")
	}
	if e := s.err().Abs(); e > time.Millisecond {
		t.Errorf("the time is wrong by %s", e)
	}
}

func TestClockGoesOnAfterAPowerCut(t *testing.T) {
	for _, c := range []struct {
		off  time.Duration
		most time.Duration
	}{{time.Minute, 2 * time.Millisecond}, {24 * time.Hour, 500 * time.Millisecond}} {
		t.Run(fmt.Sprint(c.off), func(t *testing.T) {
			s := simulate(7, 25*time.Second, -45, quick, quick)
			for s.true < 10*time.Minute {
				s.exchange()
			}
			note := s.clock.note()
			s.true += c.off
			s.clock = newClock(s.local)
			s.clock.recall(note)
			if e := s.err().Abs(); e > c.most {
				t.Errorf("without a link, after %s the time is wrong by %s", c.off, e)
			}
			if !s.clock.plausible() {
				t.Error("the time is not believed")
			}
		})
	}
}

func TestClockDoesNotBelieve2038(t *testing.T) {
	s := simulate(8, 0, 0, quick, quick)
	s.exchange()
	note := s.clock.note()
	s.offset = 12 * 365 * 24 * time.Hour
	s.clock = newClock(s.local)
	s.clock.recall(note)
	if s.clock.plausible() {
		t.Errorf("%s is believed", s.clock.now())
	}
	s.offset = -50 * 365 * 24 * time.Hour
	s.clock = newClock(s.local)
	s.clock.recall(note)
	if back := note.Hub.Sub(s.clock.now()); back > 0 {
		t.Errorf("after the battery failed the time goes back by %s", back)
	}
	if s.clock.plausible() || !s.clock.wasReset() {
		t.Error("nobody knows for how long the device was off, and the time is believed")
	}
	s.exchange()
	if e := s.err().Abs(); !s.clock.plausible() || s.clock.wasReset() || e > 5*time.Millisecond {
		t.Errorf("the hub has told the time, and it is wrong by %s", e)
	}
}

// TestTrustInAClockAgesThroughARestart switches a device off and on while nobody tells
// it the time: what it knew grows older all the same.
func TestTrustInAClockAgesThroughARestart(t *testing.T) {
	s := simulate(9, 7*time.Second, 20, quick, quick)
	for s.true < 10*time.Minute {
		s.exchange()
	}
	note := s.clock.note()
	for _, c := range []struct {
		after    time.Duration
		believed bool
	}{{trusted - 48*time.Hour, true}, {36 * time.Hour, true}, {36 * time.Hour, false}} {
		s.true += c.after
		if got := s.clock.plausible(); got != c.believed {
			t.Errorf("%s after the last exchange: believed %t", s.true.Round(time.Hour), got)
		}
		s.clock = newClock(s.local)
		s.clock.recall(note)
		if got := s.clock.plausible(); got != c.believed {
			t.Errorf("%s after the last exchange, and a restart: believed %t", s.true.Round(time.Hour), got)
		}
	}
	// Told again, it needs not learn its crystal anew.
	s.exchange()
	if drift := s.clock.line.drift * 1e6; math.Abs(drift+20) > 2 {
		t.Errorf("the drift was forgotten: %.1f ppm, the clock has -20", drift)
	}
}

func TestClockRefusesAnswersThatFitNoQuestion(t *testing.T) {
	local := at0
	c := newClock(func() time.Time { return local })
	ask := c.ask()
	hub := local.Add(time.Hour).UnixNano()
	for name, a := range map[string]protocol.ClockAnswer{
		"no question": {T1: ask.T1 + 1, T2: hub, T3: hub},
		"backwards":   {T1: ask.T1, T2: hub, T3: hub - 1},
	} {
		if c.answer(a, local) {
			t.Errorf("%s: the answer is believed", name)
		}
	}
	good := c.ask()
	if !c.answer(protocol.ClockAnswer{T1: good.T1, T2: hub, T3: hub}, local) {
		t.Error("a sound answer is refused")
	}
	if c.answer(protocol.ClockAnswer{T1: good.T1, T2: hub, T3: hub}, local) {
		t.Error("the same answer is taken twice")
	}
}
