package speaker

import (
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/devices/protocol"
)

const (
	// alertPause is the silence between two alert tones when the item names none.
	alertPause = time.Second
	// alertAtMost is how long an item awaits its message when it does not say.
	alertAtMost = 10 * time.Minute
)

// pause is the silence before each repetition of an item, in samples. While the
// message is awaited no silence may be longer than protocol.MaxAlertSilence.
func (b *begun) pause() int64 {
	ms := int64(0)
	switch {
	case b.Item.Again != nil:
		ms = b.Item.Again.GapMS
	case b.Item.AwaitsMore:
		ms = alertPause.Milliseconds()
	}
	if b.Item.AwaitsMore {
		ms = max(0, min(ms, protocol.MaxAlertSilence.Milliseconds()-b.Item.Audio[0].GapMS))
	}
	return samplesOf(ms)
}

// until is when the last repetition may begin.
func (b *begun) until() time.Time {
	switch {
	case b.Item.Again != nil:
		return b.Item.Again.Until
	case b.Item.AwaitsMore:
		return b.Item.Start.Add(max(alertAtMost, b.Item.Deadline.Sub(b.Item.Start)))
	}
	return time.Time{}
}

// pieces is what this round of the item sounds.
func (s *Speaker) pieces(b *begun) []piece {
	pieces := make([]piece, len(b.Item.Audio))
	for i, a := range b.Item.Audio {
		pieces[i] = piece{samplesOf(a.GapMS), s.shelf.path(a.SHA256)}
	}
	if b.Rounds > 0 {
		pieces[0].gap += b.pause()
	}
	return pieces
}

// pausing reports whether what sounds is silent before its next round.
func (v *voice) pausing() bool { return v.begun.Rounds > 0 && v.begun.Position < v.begun.pause() }

// heard is when what is written next will be heard.
func (v *voice) heard(now time.Time) time.Time {
	if v.playout == nil {
		return now
	}
	at, _ := v.playout.heard()
	return at
}

// again goes on with what has come to its end: with the message that it awaited,
// or with the next round. It reports false when the item is over.
func (s *Speaker) again() bool {
	b := s.voice.begun
	if b.Rounds == 0 {
		b.Length = b.Position
	}
	if b.Length == 0 {
		return false // nothing sounds, however often
	}
	if s.takeMore() {
		return true
	}
	next := s.voice.heard(s.clock.now()).Add(time.Duration(b.pause()) * time.Second / protocol.SampleRate)
	if next.After(b.until()) {
		return false
	}
	b.Rounds++
	b.Position = 0
	b.Whole = !b.Item.AwaitsMore
	s.openRound()
	return true
}

// takeMore puts the whole of the item in the place of what sounds, when it
// awaits that and its audio is here. What both begin with has sounded already.
func (s *Speaker) takeMore() bool {
	b := s.voice.begun
	more := s.more(b.Item)
	if more == nil || !s.shelf.whole(more.Command.Item.Audio) {
		return false
	}
	had := b.Item.Audio
	b.Item = *more.Command.Item
	b.Position = 0
	if len(had) <= len(b.Item.Audio) && slices.Equal(had, b.Item.Audio[:len(had)]) {
		b.Position = b.Length
	}
	b.Rounds, b.Length = 0, 0
	s.voice.item = candidate{item: b.Item, until: b.Until}.arbiter()
	s.log.Info("the message is here", "occurrence", b.Item.Occurrence)
	if s.openRound() {
		s.outcome(more.ID, protocol.OutcomeStarted, "")
	}
	return true
}

// openRound opens what sounds where its position says. It reports false when that
// cannot be opened and the voice has ended.
func (s *Speaker) openRound() bool {
	v := s.voice
	if v.track != nil {
		_ = v.track.close() // it was only read
	}
	var err error
	if v.track, err = openTrack(s.pieces(v.begun), v.begun.Position); err != nil {
		s.spoilt(err)
		return false
	}
	s.notePosition()
	return true
}

// more is the command that brings the rest of an item, nil for none.
func (s *Speaker) more(it protocol.Item) *commandNote {
	if !it.AwaitsMore {
		return nil
	}
	for _, c := range slices.Backward(s.journal.commands) {
		if c.Command.Kind == protocol.CommandMore && !c.final() && c.Command.Item.Occurrence == it.Occurrence {
			return c
		}
	}
	return nil
}
