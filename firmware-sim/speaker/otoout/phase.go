package otoout

import (
	"slices"
	"time"
)

const (
	phaseWindow = 25
	// jumpBy and jumpFor tell a card that lost samples from a measurement that
	// was disturbed.
	jumpBy  = 3 * time.Millisecond
	jumpFor = 4
)

// phase finds out when the first sample of an endless stream was heard (had it
// not been silence), from single measurements of it. Each is off by what the
// scheduler did at that moment; the median is not.
type phase struct {
	recent []time.Duration
	last   time.Duration // when it was measured last
}

func (p *phase) add(at, measured time.Duration) {
	if len(p.recent) >= jumpFor {
		median := p.median(p.recent)
		tail := append(slices.Clone(p.recent[len(p.recent)-jumpFor+1:]), measured)
		if all(tail, func(m time.Duration) bool { return m-median > jumpBy }) ||
			all(tail, func(m time.Duration) bool { return median-m > jumpBy }) {
			p.recent = tail[:jumpFor-1]
		}
	}
	if len(p.recent) == phaseWindow {
		p.recent = p.recent[1:]
	}
	p.recent = append(p.recent, measured)
	p.last = at
}

func all(list []time.Duration, fits func(time.Duration) bool) bool {
	return !slices.ContainsFunc(list, func(m time.Duration) bool { return !fits(m) })
}

func (p *phase) median(list []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(list))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// value is meaningful after jumpFor measurements.
func (p *phase) value() (first time.Duration, ok bool) {
	if len(p.recent) < jumpFor {
		return 0, false
	}
	return p.median(p.recent), true
}
