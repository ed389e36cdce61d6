package otoout

import (
	"slices"
	"time"
)

const (
	// phaseWindow is how long measurements count.
	phaseWindow = 8 * time.Second
	// phaseLeast is how many measurements are needed.
	phaseLeast = 7
	// slopeLeast is over how long the card's crystal is judged, fastestCard how
	// far off it can be, in seconds per second.
	slopeLeast  = 4 * time.Second
	fastestCard = 300e-6
	// stale is how long the last measurement is good for.
	stale = 2 * time.Second
)

// phase finds out when the first sample of an endless stream was heard (had it
// not been silence), from single measurements of it. That moves slowly, because
// no card's crystal is right. Single measurements may be far off: the line
// through them is Theil and Sen's, whom a quarter of such does not mislead.
type phase struct {
	recent []measurement
	slope  float64
	middle measurement
	known  bool // was so before the samples that were lost last
}

type measurement struct{ at, first time.Duration }

func (p *phase) add(at, first time.Duration) {
	for len(p.recent) > 0 && at-p.recent[0].at > phaseWindow {
		p.recent = p.recent[1:]
	}
	p.recent = append(p.recent, measurement{at, first})
	if len(p.recent) < phaseLeast {
		return
	}
	p.known = true
	if at-p.recent[0].at >= slopeLeast {
		p.slope = min(max(p.fitSlope(), -fastestCard), fastestCard)
	}
	firsts := make([]time.Duration, len(p.recent))
	for i, m := range p.recent {
		firsts[i] = m.first - time.Duration(p.slope*float64(m.at-at))
	}
	slices.Sort(firsts)
	p.middle = measurement{at, (firsts[(len(firsts)-1)/2] + firsts[len(firsts)/2]) / 2}
}

func (p *phase) fitSlope() float64 {
	var slopes []float64
	for i, a := range p.recent {
		for _, b := range p.recent[i+1:] {
			if d := b.at - a.at; d >= slopeLeast/2 {
				slopes = append(slopes, float64(b.first-a.first)/float64(d))
			}
		}
	}
	if len(slopes) == 0 {
		return p.slope
	}
	slices.Sort(slopes)
	return slopes[len(slopes)/2]
}

// forget is called when samples may have been lost: what was measured before
// does not count any more.
func (p *phase) forget() { p.recent = nil }

// value is certain unless too little was measured lately; it is known once it
// was measured at all.
func (p *phase) value(now time.Duration) (first time.Duration, certain, known bool) {
	n := len(p.recent)
	certain = n >= phaseLeast && now-p.recent[n-1].at <= stale
	return p.middle.first + time.Duration(p.slope*float64(now-p.middle.at)), certain, p.known
}
