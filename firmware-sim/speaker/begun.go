package speaker

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
)

// begun is an item that was begun and is not done, as it stands on disk.
type begun struct {
	Item protocol.Item `json:"item"`
	// Until is the instant after which the item no longer goes on.
	Until time.Time `json:"until"`
	// Position is how many samples of this round have sounded, silences included.
	Position int64 `json:"position"`
	// Rounds is how often all of the item has sounded; Length is how many samples
	// the first of them had.
	Rounds int   `json:"rounds,omitempty"`
	Length int64 `json:"length,omitempty"`
	// Whole says that all of it was heard at least once.
	Whole bool `json:"whole,omitempty"`
	// Play is the id of the play that sounds, empty while the item waits to go
	// on. The rest belongs to that play.
	Play      string    `json:"play,omitempty"`
	StartedAt time.Time `json:"started_at"`
	At        time.Time `json:"at"` // when it was noted, or cut
	Level     meter     `json:"level"`
	Current   mean      `json:"current"`
}

const begunFile = "begun.json"

func (s *Speaker) loadBegun() error {
	data, err := readFile(s.file(begunFile))
	if err != nil {
		return err
	}
	if data != nil {
		if err := json.Unmarshal(data, &s.begun); err != nil {
			s.begun = nil
			s.setAside(begunFile, err)
		}
	}
	return nil
}

// saveBegun notes what was begun and is not done.
func (s *Speaker) saveBegun() {
	s.begun = slices.DeleteFunc(s.begun, func(b *begun) bool { return s.journal.isDone[b.Item.Occurrence] })
	data, _ := json.Marshal(s.begun) // cannot fail
	s.save(begunFile, data)
}

// afterPowerLoss reports what sounded when the power was lost.
func (s *Speaker) afterPowerLoss() {
	changed := false
	for _, b := range s.begun {
		if b.Play == "" || s.journal.isDone[b.Item.Occurrence] {
			continue
		}
		changed = true
		s.log.Warn("the power was lost in mid-item", "occurrence", b.Item.Occurrence)
		s.cut(b, b.At, protocol.ReasonPowerLost)
	}
	if changed {
		s.saveBegun()
	}
}

// cut reports a play that was interrupted at an instant and decides by the
// item's fate what comes next.
func (s *Speaker) cut(b *begun, at time.Time, reason string) {
	fate, _ := devices.ParseFate(string(b.Item.OnInterrupted)) // checked when it was decoded
	if !s.journal.knows(b.Play) {                              // else the power was lost just after it was reported
		s.report(b, at, devices.Interrupted, reason, fate == devices.Skip)
	}
	b.Play, b.At = "", at
	// It may go on as late as it might have begun, but what is repeated until an
	// instant ends there.
	if until := at.Add(b.Item.Deadline.Sub(b.Item.Start)); b.Item.Again == nil && until.After(b.Until) {
		b.Until = until
	}
	switch fate {
	case devices.Skip:
		s.settle(b.Item.Occurrence, protocol.OutcomeFinished, reason)
	case devices.Restart:
		b.Position, b.Rounds, b.Length = 0, 0, 0
	}
}

// done is done with an item that sounded until an instant.
func (s *Speaker) done(b *begun, at time.Time, result devices.Result, reason string) {
	s.report(b, at, result, reason, true)
	s.saveBegun()
	outcome := protocol.OutcomeFinished
	if result == devices.Failed {
		outcome = protocol.OutcomeFailed
	}
	s.settle(b.Item.Occurrence, outcome, reason)
}

// report notes the report of a play, and in the same record whether its item is
// done.
func (s *Speaker) report(b *begun, at time.Time, result devices.Result, reason string, done bool) {
	if b.Whole && reason == protocol.ReasonStopped {
		reason = protocol.ReasonHeardWhole
	}
	started := b.StartedAt
	play := protocol.Play{ID: b.Play, Occurrence: b.Item.Occurrence, Announcement: b.Item.Announcement,
		PlannedAt: b.Item.Start, StartedAt: &started, EndedAt: at, Result: result, Reason: reason,
		LevelDBFS: b.Level.dbfs(), CurrentA: b.Current.value()}
	if b.Level.Samples == 0 {
		play.StartedAt = nil // nothing sounded
	}
	n := note{Play: &playNote{Play: play}}
	if done {
		n.Play.Done = &doneNote{b.Item.Occurrence, b.Item.Deadline}
	}
	s.log.Info("played", "occurrence", b.Item.Occurrence, "result", result, "reason", reason)
	s.diskTook(s.journal.add(n))
}

func newID() string { return strings.ToLower(ulid.Make().String()) }
