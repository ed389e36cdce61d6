package speaker

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices/protocol"
)

func TestClockTrustsTheFastestExchange(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	const ahead = 17 * time.Second
	local := at0
	c := newClock(func() time.Time { return local })
	for i := range 50 {
		ask := c.ask()
		// One exchange in eight is quick, the others are slow and lopsided.
		there, back := 2*time.Millisecond, 2*time.Millisecond
		if i%8 != 0 {
			there, back = time.Duration(r.Int64N(int64(300*time.Millisecond))), 40*time.Millisecond
		}
		hub := local.Add(there).Add(ahead).UnixNano()
		local = local.Add(there + back)
		if !c.answer(protocol.ClockAnswer{T1: ask.T1, T2: hub, T3: hub}, local) {
			t.Fatal("a sound answer is refused")
		}
		local = local.Add(time.Second)
		if offset, _ := c.state(); math.Abs(float64(offset-ahead)) > float64(time.Millisecond) {
			t.Fatalf("after %d exchanges the offset is %s", i+1, offset)
		}
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
