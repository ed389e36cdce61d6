package speaker

import (
	"fmt"
	"time"

	"github.com/smart-commune/smart-commune/devices/protocol"
)

// clockPatience is how long after connecting commands wait for the first clock
// exchange: without it the device might take a fresh command for an expired
// one.
const clockPatience = 3 * time.Second

// carriedOut are the kinds of command that this firmware knows. Another one is
// answered as failed: the hub must not believe that it was done.
var carriedOut = map[protocol.CommandKind]bool{
	protocol.CommandPlay: true, protocol.CommandStop: true, protocol.CommandVolume: true,
}

// command carries out a command, or says again how far it came when it was
// known already.
func (s *Speaker) command(c protocol.Command) error {
	if known := s.journal.command(c.ID); known != nil {
		s.acknowledge(known.outcomeNote)
		return nil
	}
	if _, measured := s.clock.state(); !measured && s.session != 0 && s.cfg.Now().Sub(s.connected) < clockPatience {
		s.held = append(s.held, c)
		return nil
	}
	outcome := protocol.OutcomeReceived
	reason := ""
	now := s.clock.now()
	switch {
	case now.After(c.ExpiresAt):
		outcome, reason = protocol.OutcomeExpired, fmt.Sprintf("expired %s ago", now.Sub(c.ExpiresAt).Round(time.Second))
	case c.Kind == protocol.CommandPlay && s.journal.isDone[c.Item.Occurrence]:
		outcome, reason = protocol.OutcomeFailed, "the item was played already"
	case !carriedOut[c.Kind]:
		outcome, reason = protocol.OutcomeFailed, "this firmware cannot carry out "+string(c.Kind)
	}
	s.log.Info("command", "id", c.ID, "kind", c.Kind, "outcome", outcome)
	first := outcomeNote{c.ID, outcome, reason}
	if err := s.journal.add(note{Command: &commandNote{c, first}}); err != nil {
		return err
	}
	s.acknowledge(first)
	if first.final() {
		return nil
	}
	var err error
	switch c.Kind {
	case protocol.CommandPlay:
		return nil // a candidate from now on
	case protocol.CommandStop:
		err = s.stop(c.Stop)
	case protocol.CommandVolume:
		set := s.settings
		set.Volume = *c.Volume
		err = s.set(set)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", err, s.outcome(c.ID, protocol.OutcomeFailed, err.Error()))
	}
	return s.outcome(c.ID, protocol.OutcomeFinished, "")
}

// releaseHeld carries out the commands that waited for the clock.
func (s *Speaker) releaseHeld() {
	held := s.held
	s.held = nil
	for _, c := range held {
		if err := s.command(c); err != nil {
			s.log.Warn("a command is refused", "id", c.ID, "error", err)
		}
	}
}

// outcome notes how far a command came and tells the hub. An item of the plan
// has no command: then nothing is to be said.
func (s *Speaker) outcome(command string, o protocol.Outcome, reason string) error {
	if command == "" {
		return nil
	}
	n := outcomeNote{command, o, reason}
	if err := s.journal.add(note{Outcome: &n}); err != nil {
		return err
	}
	s.acknowledge(n)
	return nil
}

// acknowledge tells the hub; when that is lost, the hub repeats the command and
// is told again.
func (s *Speaker) acknowledge(o outcomeNote) {
	if s.session != 0 {
		s.link.send(protocol.ChannelAck, protocol.Ack{Command: o.ID, Outcome: o.Outcome, At: s.clock.now(), Reason: o.Reason})
	}
}
