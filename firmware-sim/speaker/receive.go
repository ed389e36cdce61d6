package speaker

import (
	"errors"
	"time"

	"github.com/smart-commune/smart-commune/devices/protocol"
)

// shelfChanged says that audio came or went.
type shelfChanged struct{}

// handle takes one event.
func (s *Speaker) handle(event any) {
	switch e := event.(type) {
	case linkUp:
		s.dirty = true
		s.session, s.connected = e.session, s.cfg.Now()
		s.told = protocol.State{}
		clear(s.playSent)
		for _, b := range s.backlog.batches {
			b.sent = time.Time{}
		}
		s.fetcher.retry()
		s.catchUp()
	case linkDown:
		s.session = 0
	case timeTold:
		s.dirty = s.dirty || s.lost || !s.sure
		s.sure = true
		s.noteClock()
		s.releaseHeld()
	case shelfChanged:
		s.dirty = true
	case message:
		s.receive(e)
	}
}

// receive takes a message of the hub. One that makes no sense is logged and
// changes nothing.
func (s *Speaker) receive(m message) {
	var err error
	switch m.channel {
	case protocol.ChannelPlan:
		s.dirty = true
		err = s.takePlan(m.payload)
	case protocol.ChannelCommand:
		s.dirty = true
		var c protocol.Command
		if c, err = protocol.Decode[protocol.Command](m.payload); err == nil {
			s.command(c)
		}
	case protocol.ChannelReceipt:
		var r protocol.Receipt
		if r, err = protocol.Decode[protocol.Receipt](m.payload); err == nil {
			s.confirm(r)
		}
	}
	if err != nil {
		s.log.Warn("a message of the hub is refused", "channel", m.channel, "error", err)
	}
}

// confirm forgets what the hub has stored.
func (s *Speaker) confirm(r protocol.Receipt) {
	err := s.journal.receive(r.Plays)
	for _, id := range r.Plays {
		delete(s.playSent, id)
	}
	for _, name := range r.Batches {
		err = errors.Join(err, s.backlog.remove(name))
	}
	s.diskTook(errors.Join(err, s.journal.compact(s.clock.now(), s.planned)))
}
