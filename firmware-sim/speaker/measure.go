package speaker

import (
	"hash/crc32"
	"time"

	"github.com/smart-commune/smart-commune/devices/protocol"
)

// sampleAfter is the device's next instant of reporting: devices spread over
// the interval by their address.
func (s *Speaker) sampleAfter(t time.Time) time.Time {
	phase := time.Duration(crc32.ChecksumIEEE([]byte(s.cfg.Address.String()))) * s.cfg.Report / (1 << 32)
	next := t.Truncate(s.cfg.Report).Add(phase)
	for !next.After(t) {
		next = next.Add(s.cfg.Report)
	}
	return next
}

// measureEvery is how often the amplifier is looked at while sound is made.
const measureEvery = 250 * time.Millisecond

// measure reads the sensors when it is time, for the play that sounds and for
// the report.
func (s *Speaker) measure(local time.Time) {
	if s.voice != nil && !local.Before(s.measureAgain) {
		s.measureAgain = local.Add(measureEvery)
		if a, ok := s.cfg.Sensors.Read()[protocol.MetricAmpCurrent]; ok {
			s.voice.begun.Current.add(a)
		}
	}
	if local.Before(s.nextSample) && s.nextSample.Sub(local) <= s.cfg.Report {
		return
	}
	s.nextSample = s.sampleAfter(local)
	if s.lost {
		return // nobody could tell when it was
	}
	sample := protocol.Sample{At: s.clock.now().Truncate(time.Millisecond), Values: s.cfg.Sensors.Read()}
	if sample.Values == nil {
		sample.Values = map[string]float64{}
	}
	sample.Values[protocol.MetricVolume] = float64(s.settings.Volume)
	sample.Values[protocol.MetricPlaying] = 0
	if s.voice != nil {
		sample.Values[protocol.MetricPlaying] = 1
	}
	if level := s.level.dbfs(); level != nil {
		sample.Values[protocol.MetricLevel] = *level
	}
	s.level = meter{}
	probe := protocol.Telemetry{Batch: "probe", Samples: []protocol.Sample{sample}}
	if err := probe.Check(); err != nil || !protocol.Plausible(sample.At) {
		// The hub would refuse the whole batch for ever.
		s.log.Warn("a sample makes no sense and is left out", "at", sample.At, "error", err)
		return
	}
	if err := s.backlog.add(sample); err != nil {
		// Sounding goes on though nothing more can be kept.
		s.log.Error("a sample is lost", "error", err)
	}
}

type noSensors struct{}

func (noSensors) Read() map[string]float64 { return nil }
