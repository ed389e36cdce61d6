package main

import (
	"context"
	"hash/crc32"
	"math"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/firmware-sim/speaker"
)

// Values of the simulated amplifier.
const (
	idleCurrent = 0.12 // A
	fullCurrent = 4.2  // A at full scale
	currentHold = 500 * time.Millisecond
)

// amplifier stands behind a speaker's output: its current follows the level of
// what is sounded.
type amplifier struct {
	speaker.Output

	mu  sync.Mutex
	rms float64 // of full scale, of the last samples
	at  time.Time
}

func (a *amplifier) Write(ctx context.Context, pcm []int16) error {
	var sum float64
	for _, s := range pcm {
		sum += float64(s) * float64(s)
	}
	a.mu.Lock()
	a.rms, a.at = math.Sqrt(sum/float64(max(len(pcm), 1)))/32768, time.Now()
	a.mu.Unlock()
	return a.Output.Write(ctx, pcm)
}

// Latency implements [speaker.Timed], where the output behind it does.
func (a *amplifier) Latency() time.Duration {
	if t, ok := a.Output.(speaker.Timed); ok {
		return t.Latency()
	}
	return 0
}

// Begin implements [speaker.Timed].
func (a *amplifier) Begin(at time.Time) time.Time { return a.Output.(speaker.Timed).Begin(at) }

// Heard implements [speaker.Timed].
func (a *amplifier) Heard() (at time.Time, certain bool) { return a.Output.(speaker.Timed).Heard() }

// current is in ampere.
func (a *amplifier) current() float64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	if time.Since(a.at) > currentHold {
		return idleCurrent
	}
	return idleCurrent + (fullCurrent-idleCurrent)*a.rms
}

// sensors simulate the instruments of a cluster on a pole: warm at noon, cool
// at night, a little different from its neighbours.
type sensors struct {
	amplifier *amplifier
	own       float64 // 0 to 1: what is particular to this cluster
}

func newSensors(id devices.DeviceID, a *amplifier) *sensors {
	return &sensors{a, float64(crc32.ChecksumIEEE([]byte(id))%1000) / 1000}
}

// Read implements [speaker.Sensors].
func (s *sensors) Read() map[string]float64 {
	current := s.amplifier.current()
	hour := float64(time.Now().UTC().Unix()%86400)/3600 + 7 // of the commune
	noise := func(width float64) float64 { return (rand.Float64() - 0.5) * width }
	round := func(v, unit float64) float64 { return math.Round(v/unit) * unit }
	return map[string]float64{
		protocol.MetricTemperature: round(29+4*s.own+5*math.Cos((hour-14)*math.Pi/12)+2*(current-idleCurrent)+noise(0.4), 0.1),
		protocol.MetricSupply:      round(12.6-0.3*s.own-0.15*current+noise(0.04), 0.01),
		protocol.MetricAmpCurrent:  round(current+noise(0.01), 0.001),
		protocol.MetricSignal:      round(-72-18*s.own+noise(4), 1),
	}
}
