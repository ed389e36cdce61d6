package speaker

import (
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
)

// decide asks the arbiter what sounds now, and does it.
func (s *Speaker) decide(now time.Time) {
	s.dirty = false
	defer s.need()
	if !s.timeIsKnown(now) {
		return
	}
	// What is decided now is heard later.
	ahead := s.ahead()
	heard := now.Add(ahead)
	waiting, known, wake := s.playable(now, heard)
	var current *devices.Item
	if s.voice != nil {
		current = &s.voice.item
	}
	d := devices.Arbitrate(heard, current, waiting)
	wake.at(d.Wake)
	if until := s.settings.MutedUntil; until.After(now) {
		wake.at(until)
	}
	s.wake = time.Time{}
	if !wake.IsZero() {
		s.wake = wake.Add(-ahead)
	}
	for _, it := range d.Missed {
		c := known[it.ID]
		s.drop(c, now, devices.Missed, s.whyMissed(c.until))
	}
	if d.Interrupt {
		s.interrupt(now)
	}
	if d.Play != nil && s.voice == nil {
		s.dirty = true // it was begun, or waits until the audio is fetched again
		if s.shelf.whole(known[d.Play.ID].item.Audio) {
			s.begin(known[d.Play.ID], *d.Play, now)
		}
	}
}

// alarm is the soonest of some instants, zero for none.
type alarm struct{ time.Time }

func (a *alarm) at(t time.Time) {
	if !t.IsZero() && (a.IsZero() || t.Before(a.Time)) {
		a.Time = t
	}
}

// playable returns what the arbiter may choose from, what that is by occurrence, and
// when it changes by itself. It is done with what a mute silences, and with what is
// due and has no audio until it is too late.
func (s *Speaker) playable(now, heard time.Time) (waiting []devices.Item, known map[string]candidate, wake alarm) {
	all := s.candidates()
	waiting, known = make([]devices.Item, 0, len(all)), make(map[string]candidate, len(all))
	near := s.near(now)
	for _, c := range all {
		if s.voice != nil && c.item.Occurrence == s.voice.item.ID || !near && c.begun == nil && !c.commanded {
			continue
		}
		due, over := !heard.Before(c.item.Start), heard.After(c.until)
		complete := s.shelf.hasAll(c.item.Audio)
		switch {
		case due && !over && s.silences(c.item, now):
			s.dropMuted(c, now)
		case due && over && !complete && !s.wasDeaf(c.until):
			s.drop(c, now, devices.Failed, protocol.ReasonAudioMissing)
		case due && !over && !complete:
			wake.at(c.until.Add(time.Millisecond))
		default:
			if urgent := c.item.Start.Add(-urgentBefore); heard.Before(urgent) {
				wake.at(urgent) // its audio is looked through, or hurried
			}
			known[c.item.Occurrence] = c
			waiting = append(waiting, c.arbiter())
		}
	}
	return waiting, known, wake
}

// wasDeaf reports whether the device could not have begun anything at an instant:
// it was off, or did not know the time.
func (s *Speaker) wasDeaf(at time.Time) bool {
	return at.Before(s.clock.booted()) || at.Before(s.found)
}

// whyMissed says why an item was not begun until an instant.
func (s *Speaker) whyMissed(until time.Time) string {
	switch {
	case until.Before(s.clock.booted()):
		return protocol.ReasonPowerLost
	case until.Before(s.found):
		return protocol.ReasonClockUnset
	}
	return protocol.ReasonDeadline
}

// drop is done with an item that does not sound (any more). One that was begun
// was reported when it was cut; its report stands, except for that a person
// stopped it: that says again what had sounded last.
func (s *Speaker) drop(c candidate, now time.Time, result devices.Result, reason string) {
	s.dirty = true
	done := &doneNote{c.item.Occurrence, c.item.Deadline}
	switch {
	case c.begun != nil && result != devices.Stopped:
		s.diskTook(s.journal.add(note{Done: done}))
	case c.begun != nil:
		c.begun.Play = newID()
		s.report(c.begun, c.begun.At, result, reason, true)
	default:
		play := protocol.Play{ID: newID(), Occurrence: c.item.Occurrence, Announcement: c.item.Announcement,
			PlannedAt: c.item.Start, EndedAt: now, Result: result, Reason: reason}
		s.diskTook(s.journal.add(note{Play: &playNote{play, done}}))
	}
	s.log.Warn("item does not sound", "occurrence", c.item.Occurrence, "result", result, "reason", reason)
	if c.begun != nil {
		s.saveBegun()
	}
	outcome := protocol.OutcomeFailed
	if result == devices.Stopped {
		outcome = protocol.OutcomeFinished
	}
	s.settle(c.item.Occurrence, outcome, reason)
}

// stop silences what sounds and what waits to sound now, of one announcement
// or, for the empty string, of all.
func (s *Speaker) stop(announcement string) {
	now := s.clock.now()
	matches := func(it protocol.Item) bool { return announcement == "" || it.Announcement == announcement }
	if s.voice != nil && matches(s.voice.begun.Item) {
		s.end(devices.Stopped, protocol.ReasonStopped)
	}
	for _, c := range s.candidates() {
		sounds := s.voice != nil && c.item.Occurrence == s.voice.item.ID
		due := !c.item.Start.After(now) || c.commanded
		if !sounds && due && matches(c.item) && (c.begun != nil || !now.After(c.until)) {
			s.drop(c, now, devices.Stopped, protocol.ReasonStopped)
		}
	}
}
