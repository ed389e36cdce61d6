package speaker

import "math"

// floorDBFS is the level told for digital silence.
const floorDBFS = -100.0

// Gain maps a volume of 0 to 100 percent to a factor for samples: the cube of
// the fraction, as PulseAudio does, because the ear hears that as even steps.
// 100 % is 0 dB, 80 % −5.8 dB, 50 % −18 dB, 0 % silence.
func Gain(volume int) float64 {
	v := float64(min(max(volume, 0), 100)) / 100
	return v * v * v
}

// amplify applies a gain of at most 1 in place.
func amplify(pcm []int16, gain float64) {
	if gain == 1 {
		return
	}
	for i, s := range pcm {
		pcm[i] = int16(math.Round(float64(s) * gain))
	}
}

// meter measures the RMS of samples.
type meter struct {
	Squares float64 `json:"squares,omitempty"`
	Samples int64   `json:"samples,omitempty"`
}

func (m *meter) add(pcm []int16) {
	var sum float64
	for _, s := range pcm {
		sum += float64(s) * float64(s)
	}
	m.Squares += sum
	m.Samples += int64(len(pcm))
}

// dbfs is the RMS level in dB relative to a full-scale square wave, absent when
// nothing was measured.
func (m *meter) dbfs() *float64 {
	if m.Samples == 0 {
		return nil
	}
	level := floorDBFS
	if rms := math.Sqrt(m.Squares/float64(m.Samples)) / 32768; rms > 0 {
		level = max(floorDBFS, math.Round(20*math.Log10(rms)*100)/100)
	}
	return &level
}

// mean averages measurements.
type mean struct {
	Sum float64 `json:"sum,omitempty"`
	N   int     `json:"n,omitempty"`
}

func (m *mean) add(v float64) { m.Sum, m.N = m.Sum+v, m.N+1 }

func (m *mean) value() *float64 {
	if m.N == 0 {
		return nil
	}
	v := math.Round(m.Sum/float64(m.N)*1000) / 1000
	return &v
}
