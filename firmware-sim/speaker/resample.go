package speaker

import (
	"math"
	"sync"
)

const (
	taps   = 32  // of the interpolation
	phases = 512 // tabulated between two samples
)

// resampler plays a little faster or slower than it was recorded, by any
// fraction, without that anybody hears it. It has no delay: output samples are
// those of the input at their position, found by a windowed sinc.
type resampler struct {
	samples []float32 // input around the position
	first   int64     // number of the input sample that samples begins with
	at      float64   // position of the next output sample in samples
	kernel  *[phases + 1][taps]float32
}

// newResampler begins at a position in the input, in samples from 0 on.
func newResampler(position float64) *resampler {
	const before = taps/2 - 1
	return &resampler{samples: make([]float32, before), first: -before, at: before + position, kernel: sinc()}
}

// position is that of the next output sample in the input.
func (r *resampler) position() float64 { return float64(r.first) + r.at }

// skip leaves out so many samples of the input.
func (r *resampler) skip(samples float64) { r.at += samples }

// process appends what comes out when pcm goes in; speed is how many input
// samples go into an output sample, near 1.
func (r *resampler) process(out []int16, pcm []int16, speed float64) []int16 {
	for _, s := range pcm {
		r.samples = append(r.samples, float32(s))
	}
	for int(r.at)+taps/2 < len(r.samples) {
		out = append(out, r.interpolate())
		r.at += speed
	}
	if done := min(int(r.at)-(taps/2-1), len(r.samples)); done > 0 {
		r.samples = r.samples[:copy(r.samples, r.samples[done:])]
		r.first += int64(done)
		r.at -= float64(done)
	}
	return out
}

// flush appends the last samples, for which the input was not there yet.
func (r *resampler) flush(out []int16) []int16 {
	return r.process(out, make([]int16, taps/2), 1)
}

func (r *resampler) interpolate() int16 {
	whole := int(r.at)
	phase := (r.at - float64(whole)) * phases
	row := int(phase)
	f := float32(phase - float64(row))
	a, b := &r.kernel[row], &r.kernel[row+1]
	window := r.samples[whole-(taps/2-1) : whole+taps/2+1]
	var sum float32
	for i, s := range window {
		sum += s * (a[i] + f*(b[i]-a[i]))
	}
	return int16(min(max(math.Round(float64(sum)), math.MinInt16), math.MaxInt16))
}

// sinc tabulates the interpolation: a sinc that lets through 0.96 of the band,
// in a Kaiser window, each phase of sum 1.
var sinc = sync.OnceValue(func() *[phases + 1][taps]float32 {
	const band, beta = 0.96, 7.0
	k := new([phases + 1][taps]float32)
	for p := range k {
		var row [taps]float64
		var sum float64
		for i := range row {
			x := float64(i-(taps/2-1)) - float64(p)/phases
			w := x / (taps / 2)
			if w*w < 1 {
				row[i] = bessel(beta*math.Sqrt(1-w*w)) / bessel(beta)
				if x != 0 {
					row[i] *= math.Sin(math.Pi*band*x) / (math.Pi * band * x)
				}
			}
			sum += row[i]
		}
		for i := range row {
			k[p][i] = float32(row[i] / sum)
		}
	}
	return k
})

// bessel is the modified Bessel function of the first kind of order 0.
func bessel(x float64) float64 {
	sum, term := 1.0, 1.0
	for i := 1.0; term > 1e-12*sum; i++ {
		term *= (x / 2 / i) * (x / 2 / i)
		sum += term
	}
	return sum
}
