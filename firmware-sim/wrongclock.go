package main

import (
	"fmt"
	"hash/crc32"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/smart-commune/smart-commune/devices"
)

// What --clock random gives to each cluster, at most.
const (
	randomOffset = 30 * time.Second
	randomDrift  = 50e-6
)

// wrongClock says by how much the clocks of the devices are wrong.
type wrongClock struct {
	random bool // each device in its own way
	offset time.Duration
	drift  float64 // seconds per second
}

// UnmarshalText reads right, random or offset=12s,drift=40ppm.
func (w *wrongClock) UnmarshalText(text []byte) error {
	*w = wrongClock{}
	switch s := string(text); s {
	case "right":
		return nil
	case "random":
		w.random = true
		return nil
	default:
		return eachSetting(s, map[string]func(string) error{
			"offset": func(v string) (err error) { w.offset, err = time.ParseDuration(v); return err },
			"drift": func(v string) error {
				ppm, err := strconv.ParseFloat(strings.TrimSuffix(v, "ppm"), 64)
				if err != nil || !(math.Abs(ppm) <= 1e4) {
					return fmt.Errorf("%q is no drift such as 40ppm", v)
				}
				w.drift = ppm * 1e-6
				return nil
			},
		})
	}
}

// of returns the clock of a device. The same device has the same clock again.
func (w wrongClock) of(id devices.DeviceID) func() time.Time {
	offset, drift := w.offset, w.drift
	if w.random {
		sum := crc32.ChecksumIEEE([]byte(id))
		offset = time.Duration((float64(sum&0xffff)/0xffff - 0.5) * 2 * float64(randomOffset))
		drift = (float64(sum>>16)/0xffff - 0.5) * 2 * randomDrift
	}
	began := time.Now()
	return func() time.Time {
		now := time.Now()
		// Add moves the monotonic reading too: the whole clock is wrong.
		return now.Add(offset + time.Duration(float64(now.Sub(began))*drift))
	}
}

// eachSetting reads name=value,name=value.
func eachSetting(s string, settings map[string]func(string) error) error {
	for setting := range strings.SplitSeq(s, ",") {
		name, value, _ := strings.Cut(setting, "=")
		set, ok := settings[name]
		if !ok {
			return fmt.Errorf("%q is not known", name)
		}
		if err := set(value); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}
