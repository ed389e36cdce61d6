package protocol

import (
	"fmt"
	"math"
	"time"
)

// Sample is what a device measured at one instant.
type Sample struct {
	At time.Time `json:"at"`
	// Values by metric name; names are 1 to 40 of a-z, 0-9 and "_". At most 64.
	Values map[string]float64 `json:"values"`
}

// Telemetry is a batch of samples, acknowledged as a whole. A batch that is sent
// again holds the same samples.
type Telemetry struct {
	// Batch is made by the device and unique for it.
	Batch   string   `json:"batch"`
	Samples []Sample `json:"samples"` // 1 to MaxBatch
}

// The metrics that every cluster reports, with their units.
const (
	MetricTemperature = "temperature_c"
	MetricSupply      = "supply_v"
	MetricAmpCurrent  = "amp_current_a"
	MetricSignal      = "signal_dbm"
	MetricVolume      = "volume_pct"
	MetricPlaying     = "playing"    // 0 or 1
	MetricLevel       = "level_dbfs" // RMS of the last interval's samples; absent in silence
)

// The metrics that the hub measures of every camera, with their units.
const (
	MetricFPS     = "fps"
	MetricBitrate = "bitrate_kbps"
)

// Metrics returns the names above.
func Metrics() []string {
	return []string{MetricTemperature, MetricSupply, MetricAmpCurrent, MetricSignal, MetricVolume, MetricPlaying, MetricLevel, MetricFPS, MetricBitrate}
}

// Check implements payload.
func (t *Telemetry) Check() error {
	if err := checkToken("batch", t.Batch); err != nil {
		return err
	}
	if len(t.Samples) == 0 || len(t.Samples) > MaxBatch {
		return fmt.Errorf("%d samples in a batch: 1 to %d are accepted", len(t.Samples), MaxBatch)
	}
	// When it was, the hub judges sample by sample: a clock that was reset must not
	// keep the others of the batch from being stored.
	for i, s := range t.Samples {
		if len(s.Values) > 64 {
			return fmt.Errorf("sample %d has %d values: at most 64 are accepted", i, len(s.Values))
		}
		for name, v := range s.Values {
			if !IsMetric(name) {
				return fmt.Errorf("sample %d: metric %q: 1 to 40 of a-z, 0-9 and _ are expected", i, short(name))
			}
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("sample %d: %s is not a number", i, name)
			}
		}
	}
	return nil
}
