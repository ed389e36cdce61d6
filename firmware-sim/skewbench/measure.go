package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/firmware-sim/soundrig"
)

// config is one measurement.
type config struct {
	Bin         string // folder of hub and firmware-sim
	Dir         string // all that is written
	Link        string // of the clusters
	Speakers    int
	Snapclients int
	Length      time.Duration // of the long item
	Starts      int           // short items before it
	Trace       bool
}

// shortItem is long enough for a start to be measured.
const shortItem = 2 * time.Second

// measure plays and records, and finds out what was out of step.
func measure(ctx context.Context, cfg config) (result, error) {
	var err error
	if cfg.Dir, err = filepath.Abs(cfg.Dir); err != nil {
		return result{}, err
	}
	rig, err := soundrig.Start(ctx, cfg.Dir, cfg.Speakers+cfg.Snapclients)
	if err != nil {
		return result{}, err
	}
	r, err := measureOn(ctx, cfg, rig)
	return r, errors.Join(err, rig.Close())
}

func measureOn(ctx context.Context, cfg config, rig *soundrig.Rig) (r result, err error) {
	short, long := filepath.Join(cfg.Dir, "short.wav"), filepath.Join(cfg.Dir, "long.wav")
	if err := errors.Join(writeNoise(short, protocol.SampleRate, 1, shortItem, 1), writeNoise(long, protocol.SampleRate, 1, cfg.Length, 2)); err != nil {
		return r, err
	}
	commune, err := startCommune(ctx, cfg, rig)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, commune.close()) }()
	if cfg.Snapclients > 0 {
		sound := filepath.Join(cfg.Dir, "snapcast.raw")
		if err := writeNoise(sound, soundrig.Rate, 2, min(cfg.Length, time.Minute), 3); err != nil {
			return r, err
		}
		snapcast, err := startSnapcast(ctx, cfg, rig, cfg.Speakers, sound)
		if err != nil {
			return r, err
		}
		defer func() { _ = snapcast.close() }()
		// They need some seconds until they are in step.
		select {
		case <-time.After(10 * time.Second):
		case <-ctx.Done():
			return r, ctx.Err()
		}
	}
	r.loads = append(r.loads, load())
	recorder, err := rig.Record(ctx, filepath.Join(cfg.Dir, "recording.raw"))
	if err != nil {
		return r, err
	}
	for range cfg.Starts {
		if err = commune.play(ctx, short); err != nil {
			break
		}
	}
	if err == nil {
		r.loads = append(r.loads, load())
		err = commune.play(ctx, long)
	}
	r.loads = append(r.loads, load())
	recording, stopErr := recorder.Stop()
	if err := errors.Join(err, stopErr); err != nil {
		return r, err
	}
	defer recording.Close()
	if r.ours, err = analyse(recording, 0, cfg.Speakers); err != nil {
		return r, err
	}
	if cfg.Snapclients > 0 {
		r.snapcast, err = analyse(recording, cfg.Speakers, cfg.Snapclients)
	}
	return r, err
}

// load is how busy the machine is: the load averages.
func load() string {
	data, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "?"
	}
	f := strings.Fields(string(data))
	return f[0]
}

// writeNoise writes noise of 300 to 3000 Hz, as WAV or, by the name, raw.
func writeNoise(path string, rate, channels int, length time.Duration, seed uint64) error {
	n := int(length.Seconds() * float64(rate))
	random := rand.New(rand.NewPCG(seed, 1))
	low, high := biquad(3000/float64(rate), false), biquad(300/float64(rate), true)
	le := binary.LittleEndian
	bytes := n * channels * 2
	var data []byte
	if strings.HasSuffix(path, ".wav") {
		data = append(data, "RIFF"...)
		data = le.AppendUint32(data, uint32(36+bytes))
		data = append(data, "WAVEfmt "...)
		data = le.AppendUint32(data, 16)
		data = le.AppendUint16(data, 1)
		data = le.AppendUint16(data, uint16(channels))
		data = le.AppendUint32(data, uint32(rate))
		data = le.AppendUint32(data, uint32(rate*channels*2))
		data = le.AppendUint16(data, uint16(channels*2))
		data = le.AppendUint16(data, 16)
		data = append(data, "data"...)
		data = le.AppendUint32(data, uint32(bytes))
	}
	for range n {
		s := int16(max(-32000, min(32000, 8000*high(low(random.NormFloat64())))))
		for range channels {
			data = le.AppendUint16(data, uint16(s))
		}
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		return fmt.Errorf("write the test signal: %w", err)
	}
	return nil
}

// biquad is a Butterworth filter of the second order; the corner is in parts of
// the sample rate.
func biquad(corner float64, highpass bool) func(float64) float64 {
	w := 2 * math.Pi * corner
	alpha, cos := math.Sin(w)/math.Sqrt2, math.Cos(w)
	b0, b1 := (1-cos)/2, 1-cos
	if highpass {
		b0, b1 = (1+cos)/2, -(1 + cos)
	}
	var x1, x2, y1, y2 float64
	return func(x float64) float64 {
		y := (b0*x + b1*x1 + b0*x2 + 2*cos*y1 - (1-alpha)*y2) / (1 + alpha)
		x2, x1, y2, y1 = x1, x, y1, y
		return y
	}
}
