package soundrig

import (
	"math"
	"math/cmplx"
)

// Lag returns by how many samples b is later than a (negative: earlier), with a
// fraction, and how alike both are then, 0 to 1. Both have the same length; lags
// of more than limit samples are not looked for. Sound that is the same again
// after less than limit (a tone) gives an arbitrary answer.
func Lag(a, b []float64, limit int) (lag, likeness float64) {
	n := 1
	for n < len(a)+limit {
		n *= 2
	}
	x, y := make([]complex128, n), make([]complex128, n)
	var energyA, energyB float64
	for i := range a {
		x[i], y[i] = complex(a[i], 0), complex(b[i], 0)
		energyA += a[i] * a[i]
		energyB += b[i] * b[i]
	}
	if energyA == 0 || energyB == 0 {
		return 0, 0
	}
	fft(x, false)
	fft(y, false)
	for i := range x {
		x[i] = cmplx.Conj(x[i]) * y[i]
	}
	fft(x, true)
	at := func(lag int) float64 { return real(x[(lag+n)%n]) }
	best := 0
	for l := -limit; l <= limit; l++ {
		if at(l) > at(best) {
			best = l
		}
	}
	// The top of the parabola through the highest value and its neighbours.
	before, top, after := at(best-1), at(best), at(best+1)
	shift := 0.0
	if curve := before - 2*top + after; curve < 0 {
		shift = 0.5 * (before - after) / curve
	}
	return float64(best) + shift, top / float64(n) / math.Sqrt(energyA*energyB)
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
