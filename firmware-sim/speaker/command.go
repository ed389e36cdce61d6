package speaker

import (
	"fmt"
	"time"

	"github.com/smart-commune/smart-commune/devices/protocol"
)

const (
	// clockPatience is how long after connecting commands wait for the first
	// clock exchange: without it the device might take a fresh command for an
	// expired one.
	clockPatience = 3 * time.Second
	// unsaidMost bounds the acknowledgements that wait for a link.
	unsaidMost = 50
)

// command carries out a command, or says again how far it came when it was
// known already.
func (s *Speaker) command(c protocol.Command) {
	if known := s.journal.command(c.ID); known != nil {
		s.acknowledge(known.outcomeNote)
		return
	}
	if _, measured := s.clock.state(); !measured && c.Kind != protocol.CommandStop {
		// A stop does not wait: it comes over a link that stands, and late it is
		// worth nothing.
		if s.session != 0 && s.cfg.Now().Sub(s.connected) < clockPatience {
			s.held = append(s.held, c)
			return
		}
		s.roughTime(c.IssuedAt)
	}
	first := s.judge(c)
	s.log.Info("command", "id", c.ID, "kind", c.Kind, "outcome", first.Outcome, "reason", first.Reason)
	s.diskTook(s.journal.add(note{Command: &commandNote{c, first}}))
	s.acknowledge(first)
	if !first.final() {
		s.carryOut(c)
	}
}

// judge says whether a command can be carried out.
func (s *Speaker) judge(c protocol.Command) outcomeNote {
	now := s.clock.now()
	n := outcomeNote{ID: c.ID, Outcome: protocol.OutcomeReceived}
	switch {
	case now.After(c.ExpiresAt) && s.timeIsKnown(now):
		n.Outcome, n.Reason = protocol.OutcomeExpired, fmt.Sprintf("expired %s ago", now.Sub(c.ExpiresAt).Round(time.Second))
	case c.Item != nil && s.journal.isDone[c.Item.Occurrence]:
		n.Outcome, n.Reason = protocol.OutcomeFailed, "the item is over already"
	case c.Kind == protocol.CommandMore && s.hasWords(c.Item.Occurrence):
		n.Outcome, n.Reason = protocol.OutcomeFailed, "the item awaits nothing"
	}
	return n
}

// hasWords reports whether an item was begun that does not await more.
func (s *Speaker) hasWords(occurrence string) bool {
	for _, b := range s.begun {
		if b.Item.Occurrence == occurrence {
			return !b.Item.AwaitsMore
		}
	}
	return false
}

// carryOut does what a command asks for. What takes time is finished later: an
// item, a self-test, a new start.
func (s *Speaker) carryOut(c protocol.Command) {
	switch c.Kind {
	case protocol.CommandPlay, protocol.CommandMore:
		return // a candidate from now on
	case protocol.CommandSelfTest:
		s.beginTrial(c.ID)
		return
	case protocol.CommandReboot:
		s.reboot = true
		return
	case protocol.CommandStop:
		s.stop(c.Stop)
	case protocol.CommandMute:
		s.mute(*c.Until)
	case protocol.CommandVolume:
		set := s.settings
		set.Volume = *c.Volume
		s.set(set)
	case protocol.CommandRefresh:
		s.told = protocol.State{}
		s.fetcher.refresh()
		s.link.refresh()
	}
	s.outcome(c.ID, protocol.OutcomeFinished, "")
}

// afterStart finishes the commands that a new start ends, and those that were not
// finished when the power was lost: what they set is set again.
func (s *Speaker) afterStart() {
	for _, c := range s.journal.commands {
		if c.final() {
			continue
		}
		switch c.Command.Kind {
		case protocol.CommandPlay, protocol.CommandMore:
			if s.journal.isDone[c.Command.Item.Occurrence] {
				s.outcome(c.ID, protocol.OutcomeFinished, "")
			}
		case protocol.CommandReboot:
			s.outcome(c.ID, protocol.OutcomeFinished, "")
		case protocol.CommandSelfTest:
			s.outcome(c.ID, protocol.OutcomeFailed, protocol.ReasonPowerLost)
		default:
			s.carryOut(c.Command)
		}
	}
}

// releaseHeld carries out the commands that waited for the clock.
func (s *Speaker) releaseHeld() {
	held := s.held
	s.held = nil
	for _, c := range held {
		s.command(c)
	}
}

// settle notes how far the commands came that asked for an item. An item of the
// plan has none.
//
// What is over is reported before: the hub need not say then why it did not sound.
func (s *Speaker) settle(occurrence string, o protocol.Outcome, reason string) {
	if s.session != 0 && o != protocol.OutcomeStarted {
		s.sendPlays(s.cfg.Now())
	}
	for _, c := range s.journal.commands {
		if c.final() || c.Command.Item == nil || c.Command.Item.Occurrence != occurrence {
			continue
		}
		if o == protocol.OutcomeStarted && (c.Outcome == o || c.Command.Kind == protocol.CommandMore && s.awaitsMore()) {
			continue
		}
		s.outcome(c.ID, o, reason)
	}
}

func (s *Speaker) awaitsMore() bool { return s.voice != nil && s.voice.begun.Item.AwaitsMore }

// outcome notes how far a command came and tells the hub.
func (s *Speaker) outcome(command string, o protocol.Outcome, reason string) {
	s.conclude(outcomeNote{ID: command, Outcome: o, Reason: reason})
}

func (s *Speaker) conclude(n outcomeNote) {
	s.diskTook(s.journal.add(note{Outcome: &n}))
	s.acknowledge(n)
}

// acknowledge tells the hub, once there is a link; when that is lost, the hub
// repeats the command and is told again.
func (s *Speaker) acknowledge(o outcomeNote) {
	if s.session == 0 {
		if s.unsaid = append(s.unsaid, o); len(s.unsaid) > unsaidMost {
			s.unsaid = s.unsaid[1:]
		}
		return
	}
	s.link.send(protocol.ChannelAck, protocol.Ack{Command: o.ID, Outcome: o.Outcome, At: s.clock.now(), Reason: o.Reason, Measured: o.Measured})
}

// catchUp says what could not be said without a link.
func (s *Speaker) catchUp() {
	unsaid := s.unsaid
	s.unsaid = nil
	for _, o := range unsaid {
		s.acknowledge(o)
	}
}
