package speaker

import (
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
)

// mute keeps the device silent until an instant; a past one ends that. What
// sounds is stopped, unless it is an emergency.
func (s *Speaker) mute(until time.Time) {
	set := s.settings
	set.MutedUntil = until.UTC().Round(0)
	s.set(set)
	now := s.clock.now()
	if s.trial != nil && s.muted(now) {
		s.failTrial(protocol.ReasonMuted)
	}
	if s.voice != nil && s.silences(s.voice.begun.Item, now) {
		s.end(devices.Stopped, protocol.ReasonMuted)
	}
}

func (s *Speaker) muted(now time.Time) bool { return s.settings.MutedUntil.After(now) }

// silences reports whether a mute keeps an item from sounding.
func (s *Speaker) silences(it protocol.Item, now time.Time) bool {
	return it.Level < devices.Emergency && s.muted(now)
}

// dropMuted reports an item that is due and does not sound because of a mute. It
// is not made up for afterwards.
func (s *Speaker) dropMuted(c candidate, now time.Time) {
	result := devices.Missed
	if c.begun != nil {
		result = devices.Stopped
	}
	s.drop(c, now, result, protocol.ReasonMuted)
}
