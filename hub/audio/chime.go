package audio

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"

	"github.com/mewkiz/flac"
	"github.com/mewkiz/flac/frame"
	"github.com/mewkiz/flac/meta"

	"github.com/smart-commune/smart-commune/devices/protocol"
)

// The chimes by name.
const (
	ChimeOpening   = "opening"   // four bells upwards
	ChimeClosing   = "closing"   // three bells downwards
	ChimeEmergency = "emergency" // two tones in turn
)

// EmergencyTone is how long the emergency chime sounds, in seconds. ISO 7240-16
// asks for 3 s before the first words; we promise the words within 3 s of the
// launch, of which the way to the clusters and through their sound cards takes up to
// 0.75 s. The words win.
const EmergencyTone = 2.0

// Chimes puts the hub's own signals into the store and returns them by name. They
// are made without any program, and always of the same bytes, so that devices hold
// them for good.
func (s *Service) Chimes() (map[string]Sound, error) {
	out := map[string]Sound{}
	for name, chime := range map[string]func() []float64{
		ChimeOpening: openingChime, ChimeClosing: closingChime, ChimeEmergency: emergencyChime,
	} {
		sound, err := s.keepChime(chime())
		if err != nil {
			return nil, fmt.Errorf("keep the chime %s: %w", name, err)
		}
		out[name] = sound
	}
	return out, nil
}

func (s *Service) keepChime(samples []float64) (Sound, error) {
	dir, done, err := s.cfg.Media.workdir()
	if err != nil {
		return Sound{}, err
	}
	defer done()
	path := filepath.Join(dir, "chime.flac")
	if err := writeFLAC(path, samples); err != nil {
		return Sound{}, err
	}
	peak := 0.0
	for _, v := range samples {
		peak = math.Max(peak, math.Abs(v))
	}
	// Their peaks are set so that they have the usual loudness.
	return s.cfg.Media.put(path, loudness{TargetLUFS, math.Round(200*math.Log10(peak)) / 10})
}

// openingChime is sol-đô-mi-sol on bells: a friendly question.
func openingChime() []float64 {
	return bells(2.6, 0.62, strike{0, 392}, strike{0.32, 523.25}, strike{0.64, 659.26}, strike{0.96, 783.99})
}

// closingChime answers it, mi-đô-sol.
func closingChime() []float64 {
	return bells(2.4, 0.68, strike{0, 659.26}, strike{0.36, 523.25}, strike{0.72, 392})
}

// strike is one bell: when, in seconds, and how high, in Hz.
type strike struct{ at, hz float64 }

// bells rings a small metal bar for each strike. Its partials die away the faster
// the higher they are, as in a vibraphone.
func bells(length, peak float64, strikes ...strike) []float64 {
	out := make([]float64, int(length*protocol.SampleRate))
	for _, st := range strikes {
		from := int(st.at * protocol.SampleRate)
		for i := from; i < len(out); i++ {
			t := float64(i-from) / protocol.SampleRate
			attack := math.Min(1, t/0.004)
			for _, p := range []struct{ ratio, level, decay float64 }{{1, 1, 0.75}, {2, 0.30, 0.45}, {3, 0.12, 0.30}, {4, 0.16, 0.18}, {9.6, 0.05, 0.06}} {
				out[i] += attack * p.level * math.Exp(-t/p.decay) * math.Sin(2*math.Pi*p.ratio*st.hz*t)
			}
		}
	}
	return soften(out, peak)
}

// emergencyChime is high and low in turn, each for just under half a second, with the
// overtones that carry over rain and out of a horn.
func emergencyChime() []float64 {
	const high, low, turn = 970.0, 800.0, 0.4
	out := make([]float64, int(EmergencyTone*protocol.SampleRate))
	phase := 0.0
	for i := range out {
		t := float64(i) / protocol.SampleRate
		hz := high
		if int(t/turn)%2 == 1 {
			hz = low
		}
		phase += 2 * math.Pi * hz / protocol.SampleRate
		out[i] = math.Sin(phase) + 0.35*math.Sin(2*phase) + 0.2*math.Sin(3*phase)
	}
	return soften(out, 0.244)
}

// soften takes the click off both ends and brings the peak to a part of full
// scale.
func soften(s []float64, to float64) []float64 {
	const edge = protocol.SampleRate / 100
	peak := 0.0
	for i := range s {
		if n := min(i, len(s)-1-i); n < edge {
			s[i] *= float64(n) / edge
		}
		peak = math.Max(peak, math.Abs(s[i]))
	}
	for i := range s {
		s[i] *= to / peak
	}
	return s
}

// writeFLAC writes samples in the delivery format.
func writeFLAC(path string, samples []float64) error {
	const block = 4096
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close() // a second time after the encoder did
	enc, err := flac.NewEncoder(f, &meta.StreamInfo{BlockSizeMin: block, BlockSizeMax: block,
		SampleRate: protocol.SampleRate, NChannels: 1, BitsPerSample: 16, NSamples: uint64(len(samples))})
	if err != nil {
		return err
	}
	for part := range slices.Chunk(samples, block) {
		pcm := make([]int32, len(part))
		for i, v := range part {
			pcm[i] = int32(math.Round(v * math.MaxInt16))
		}
		err := enc.WriteFrame(&frame.Frame{
			Header: frame.Header{HasFixedBlockSize: true, BlockSize: uint16(len(part)), SampleRate: protocol.SampleRate,
				Channels: frame.ChannelsMono, BitsPerSample: 16},
			// Verbatim asks the encoder to look for the best prediction.
			Subframes: []*frame.Subframe{{SubHeader: frame.SubHeader{Pred: frame.PredVerbatim}, Samples: pcm, NSamples: len(part)}}})
		if err != nil {
			return err
		}
	}
	return enc.Close()
}
