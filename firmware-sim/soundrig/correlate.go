package soundrig

import (
	"math"
	"math/cmplx"
)

// Lag returns by how many samples the sound a is later in b (negative: earlier)
// than in its middle, with a fraction, and how alike both are there, 0 to 1. b is
// longer than a by margin samples on either side. Sound that is the same again
// after less than the margin (a tone) gives an arbitrary answer.
func Lag(a, b []float64, margin int) (lag, likeness float64) {
	n := 1
	for n < len(b) {
		n *= 2
	}
	x, y := make([]complex128, n), make([]complex128, n)
	var energy float64
	for i, v := range a {
		x[i] = complex(v, 0)
		energy += v * v
	}
	for i, v := range b {
		y[i] = complex(v, 0)
	}
	fft(x, false)
	fft(y, false)
	for i := range x {
		x[i] = cmplx.Conj(x[i]) * y[i]
	}
	fft(x, true)
	at := func(shift int) float64 { return real(x[(shift+n)%n]) }
	best := margin
	for s := 0; s <= 2*margin; s++ {
		if at(s) > at(best) {
			best = s
		}
	}
	// The top of the parabola through the highest value and its neighbours.
	before, top, after := at(best-1), at(best), at(best+1)
	shift := 0.0
	if curve := before - 2*top + after; curve < 0 {
		shift = 0.5 * (before - after) / curve
	}
	var there float64
	for _, v := range b[best:min(best+len(a), len(b))] {
		there += v * v
	}
	if energy == 0 || there == 0 {
		return 0, 0
	}
	return float64(best-margin) + shift, top / float64(n) / math.Sqrt(energy*there)
}

// fft transforms in place; the length is a power of two. The inverse is not
// divided by the length.
func fft(x []complex128, inverse bool) {
	n := len(x)
	for i, j := 1, 0; i < n; i++ {
		bit := n >> 1
		for ; j&bit != 0; bit >>= 1 {
			j ^= bit
		}
		j ^= bit
		if i < j {
			x[i], x[j] = x[j], x[i]
		}
	}
	sign := -2 * math.Pi
	if inverse {
		sign = -sign
	}
	roots := make([]complex128, n/2)
	for i := range roots {
		roots[i] = cmplx.Rect(1, sign*float64(i)/float64(n))
	}
	for size := 2; size <= n; size *= 2 {
		half, step := size/2, n/size
		for start := 0; start < n; start += size {
			for k := range half {
				u, v := x[start+k], x[start+k+half]*roots[k*step]
				x[start+k], x[start+k+half] = u+v, u-v
			}
		}
	}
}
