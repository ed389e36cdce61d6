package speaker

import (
	"math"
	"slices"
)

// exchange is one question to the hub and its answer. It bounds by how much the
// hub's clock is ahead: no message arrives before it was sent.
type exchange struct {
	t1, t4 float64 // local clock, in seconds
	// upper and lower bound the hub's lead at t1 and at t4, in seconds: they are
	// off by what the question and the answer took.
	upper, lower float64
}

// improve takes the better bounds of two exchanges that are close together: what
// delayed one of them did not strike the other.
func (e *exchange) improve(by exchange, drift float64) {
	e.upper = min(e.upper, by.upper-drift*(by.t1-e.t1))
	e.lower = max(e.lower, by.lower-drift*(by.t4-e.t4))
}

// line is by how much the hub's clock is ahead of the local one.
type line struct {
	at    float64 // local clock, in seconds
	ahead float64 // in seconds, at that instant
	drift float64 // seconds per second
	// excess is what messages typically take longer than at their best, in
	// seconds.
	excess float64
}

func (l line) aheadAt(t float64) float64 { return l.ahead + l.drift*(t-l.at) }

const (
	maxDrift   = 200e-6 // no crystal is so bad
	crystal    = 30e-6  // spread of what crystals do
	leastDelay = 20e-6  // seconds; scheduling alone varies by so much
)

// fit draws the line that runs in the middle of the corridor which the exchanges
// leave open. It is NTP's minimum-delay filter taken for each direction of the
// way by itself: the fastest question and the fastest answer need not belong to
// the same exchange, so that a jitter which strikes one direction or the other
// is filtered out much sooner. What both directions differ by always cannot be
// known; half of it remains as error.
//
// The drift is the most likely one, if delays above the least one are
// distributed exponentially and the drift was expected to be near the given one.
func fit(exchanges []exchange, expected, spread float64) line {
	l := line{at: exchanges[len(exchanges)-1].t4, drift: expected}
	// A wrong drift looks like delays: what is typical is known when it is right.
	for range 2 {
		l.excess = max(leastDelay, (typicalExcess(exchanges, l, true)+typicalExcess(exchanges, l, false))/2)
		l.drift = likeliest(exchanges, l, expected, spread)
	}
	low, high := bounds(exchanges, l.at, l.drift)
	l.ahead = (low + high) / 2
	return l
}

func likeliest(exchanges []exchange, l line, expected, spread float64) (drift float64) {
	weight := float64(len(exchanges)) / l.excess
	likelihood := func(drift float64) float64 {
		low, high := bounds(exchanges, l.at, drift)
		off := (drift - expected) / spread
		return weight*(high-low) - off*off/2
	}
	// The likelihood has one top: narrow it down by thirds.
	from, to := max(expected-4*spread, -maxDrift), min(expected+4*spread, maxDrift)
	for to-from > 1e-8 {
		a, b := from+(to-from)/3, to-(to-from)/3
		if likelihood(a) < likelihood(b) {
			from = a
		} else {
			to = b
		}
	}
	return (from + to) / 2
}

// bounds returns between what the hub's lead is at an instant, for a drift.
func bounds(exchanges []exchange, at, drift float64) (low, high float64) {
	low, high = math.Inf(-1), math.Inf(1)
	for _, e := range exchanges {
		high = min(high, e.upper+drift*(at-e.t1))
		low = max(low, e.lower+drift*(at-e.t4))
	}
	return low, high
}

// typicalExcess estimates the mean of by how much a direction takes longer than
// at its best; by the median, because some messages take a hundred times as long.
func typicalExcess(exchanges []exchange, l line, there bool) float64 {
	all := make([]float64, len(exchanges))
	for i, e := range exchanges {
		if there {
			all[i] = e.upper + l.drift*(l.at-e.t1)
		} else {
			all[i] = -(e.lower + l.drift*(l.at-e.t4))
		}
	}
	slices.Sort(all)
	return (all[len(all)/2] - all[0]) / math.Ln2
}
