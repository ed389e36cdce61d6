package speaker

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"
	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
)

// The reasons of package protocol that a play did not reach its end.
const (
	reasonAudioMissing = "audio_missing"
	reasonAudioInvalid = "audio_invalid"
	reasonPowerLost    = "power_lost"
	reasonPreempted    = "preempted"
	reasonStopped      = "stopped"
	reasonDeadline     = "deadline"
	reasonOutput       = "output"
	reasonMuted        = "muted"
)

const (
	// chunk is how much is sounded between two looks at what else is to be done.
	chunk = protocol.SampleRate / 20
	// checkpoint is how much sounds between two notes of the position on disk:
	// after a loss of power at most this much is sounded twice.
	checkpoint = 2 * protocol.SampleRate
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
	// Play is the id of the play that sounds, empty while the item waits to go
	// on. The rest belongs to that play.
	Play      string    `json:"play,omitempty"`
	StartedAt time.Time `json:"started_at"`
	At        time.Time `json:"at"` // when it was noted
	Level     meter     `json:"level"`
	Current   mean      `json:"current"`
}

// voice is what sounds.
type voice struct {
	begun *begun
	item  devices.Item
	track *track
	// playout keeps it in step; nil for an output that does not know its latency.
	playout *playout
	noted   int64 // position in the last note
	pcm     []int16
}

func (s *Speaker) loadBegun() error {
	data, err := readFile(s.file("begun.json"))
	if err != nil {
		return err
	}
	if data != nil {
		if err := json.Unmarshal(data, &s.begun); err != nil {
			s.begun = nil
			s.setAside("begun.json", err)
		}
	}
	return nil
}

// saveBegun notes what was begun; it is durable on return.
func (s *Speaker) saveBegun() error {
	s.begun = slices.DeleteFunc(s.begun, func(b *begun) bool { return s.journal.isDone[b.Item.Occurrence] })
	data, err := json.Marshal(s.begun)
	if err != nil {
		return err
	}
	return writeFile(s.file("begun.json"), data)
}

// afterPowerLoss reports what sounded when the power was lost.
func (s *Speaker) afterPowerLoss() error {
	changed := false
	for _, b := range s.begun {
		if b.Play == "" || s.journal.isDone[b.Item.Occurrence] {
			continue
		}
		changed = true
		s.log.Warn("the power was lost in mid-item", "occurrence", b.Item.Occurrence)
		if err := s.cut(b, b.At, reasonPowerLost); err != nil {
			return err
		}
	}
	if !changed {
		return nil
	}
	return s.saveBegun()
}

// decide asks the arbiter what sounds now, and does it.
func (s *Speaker) decide(now time.Time) error {
	s.dirty = false
	if !s.timeIsKnown(now) {
		s.need()
		return nil
	}
	// What is decided now is heard later.
	ahead := s.ahead()
	heard := now.Add(ahead)
	all := s.candidates()
	known := make(map[string]candidate, len(all))
	waiting := make([]devices.Item, 0, len(all))
	changed := false
	var wake time.Time
	wakeAt := func(t time.Time) {
		if wake.IsZero() || t.Before(wake) {
			wake = t
		}
	}
	for _, c := range all {
		if s.voice != nil && c.item.Occurrence == s.voice.item.ID {
			continue
		}
		if s.silences(c.item, now) && !heard.Before(c.item.Start) && !heard.After(c.until) {
			changed = true
			if err := s.dropMuted(c, now); err != nil {
				return err
			}
			continue
		}
		if !s.shelf.hasAll(c.item.Audio) && !heard.Before(c.item.Start) {
			if heard.After(c.until) {
				changed = true
				if err := s.drop(c, now, devices.Failed, reasonAudioMissing); err != nil {
					return err
				}
			} else {
				wakeAt(c.until.Add(time.Millisecond))
			}
			continue
		}
		if urgent := c.item.Start.Add(-urgentBefore); heard.Before(urgent) && !s.shelf.hasAll(c.item.Audio) {
			wakeAt(urgent)
		}
		known[c.item.Occurrence] = c
		waiting = append(waiting, c.arbiter())
	}
	var current *devices.Item
	if s.voice != nil {
		current = &s.voice.item
	}
	d := devices.Arbitrate(heard, current, waiting)
	if until := s.settings.MutedUntil; until.After(now) {
		wakeAt(until)
	}
	if !d.Wake.IsZero() {
		wakeAt(d.Wake)
	}
	s.wake = wake
	if !wake.IsZero() {
		s.wake = wake.Add(-ahead)
	}
	for _, it := range d.Missed {
		changed = true
		if err := s.drop(known[it.ID], now, devices.Missed, reasonDeadline); err != nil {
			return err
		}
	}
	if d.Interrupt {
		if err := s.interrupt(now); err != nil {
			return err
		}
	}
	if d.Play != nil && s.voice == nil {
		changed = true
		if !s.shelf.whole(known[d.Play.ID].item.Audio) {
			s.dirty = true // it waits until the audio is fetched again
			s.need()
			return nil
		}
		if err := s.begin(known[d.Play.ID], *d.Play, now); err != nil {
			return err
		}
	}
	s.dirty = s.dirty || changed
	s.need()
	return nil
}

// drop is done with an item that does not sound (any more). One that was begun
// was reported when it was cut; its report stands, except for that a person
// stopped it.
func (s *Speaker) drop(c candidate, now time.Time, result devices.Result, reason string) error {
	done := &doneNote{c.item.Occurrence, c.item.Deadline}
	if c.begun != nil && result != devices.Stopped {
		if err := s.journal.add(note{Done: done}); err != nil {
			return err
		}
	} else {
		play := protocol.Play{ID: newID(), Occurrence: c.item.Occurrence, Announcement: c.item.Announcement,
			PlannedAt: c.item.Start, EndedAt: now, Result: result, Reason: reason}
		if err := s.journal.add(note{Play: &playNote{play, done}}); err != nil {
			return err
		}
	}
	s.log.Warn("item does not sound", "occurrence", c.item.Occurrence, "result", result, "reason", reason)
	if c.begun != nil {
		if err := s.saveBegun(); err != nil {
			return err
		}
	}
	outcome := protocol.OutcomeFailed
	if result == devices.Stopped {
		outcome = protocol.OutcomeFinished
	}
	return s.settle(c.item.Occurrence, outcome, reason)
}

// ahead is how long before an item's start it must be begun: what the output
// takes until it is heard, less what the cluster is delayed by.
func (s *Speaker) ahead() time.Duration {
	ahead := -s.offset()
	if out, ok := s.cfg.Output.(Timed); ok {
		ahead += out.Latency()
	}
	return ahead
}

// offset delays everything that the cluster sounds.
func (s *Speaker) offset() time.Duration {
	if s.plan == nil {
		return 0
	}
	return time.Duration(s.plan.OffsetMS) * time.Millisecond
}

// begin starts or continues an item.
func (s *Speaker) begin(c candidate, it devices.Item, now time.Time) error {
	b := c.begun
	if b == nil {
		b = &begun{Item: c.item, Until: c.item.Deadline}
		s.begun = append(s.begun, b)
	}
	var sync *playout
	if out, ok := s.cfg.Output.(Timed); ok && out.Latency() > 0 {
		start := c.item.Start
		if c.begun != nil {
			start = time.Time{} // it goes on as soon as it can
		}
		sync = newPlayout(out, s.clock, &s.servo, start, s.offset(), s.log)
		now = sync.start
	}
	b.Play, b.StartedAt, b.At = newID(), now, now
	b.Level, b.Current = meter{}, mean{}
	s.measureAgain = s.cfg.Now().Add(measureEvery)
	s.voice = &voice{begun: b, item: it, playout: sync, noted: b.Position, pcm: make([]int16, chunk)}
	if err := s.saveBegun(); err != nil {
		return err
	}
	s.log.Info("play", "occurrence", it.ID, "level", it.Level.String(), "from_ms", b.Position*1000/protocol.SampleRate)
	var err error
	if s.voice.track, err = openTrack(s.pieces(b), b.Position); err != nil {
		return s.spoilt(err)
	}
	return s.settle(it.ID, protocol.OutcomeStarted, "")
}

// sound plays one chunk of what sounds.
func (s *Speaker) sound(ctx context.Context) error {
	v := s.voice
	if v.begun.Item.AwaitsMore && v.pausing() {
		if taken, err := s.takeMore(); taken || err != nil {
			return err
		}
	}
	n, err := v.track.read(v.pcm[:chunk])
	if errors.Is(err, io.EOF) {
		if again, err := s.again(); again || err != nil {
			return err
		}
		return s.whole(ctx)
	}
	if err != nil {
		return s.spoilt(err)
	}
	pcm := v.pcm[:n]
	volume := s.settings.Volume
	if v.begun.Item.Volume != nil {
		volume = *v.begun.Item.Volume
	}
	v.begun.Position += int64(n)
	if !v.track.silent { // a gap says nothing of how loud it is
		amplify(pcm, Gain(volume))
		v.begun.Level.add(pcm)
		s.level.add(pcm)
	}
	if err := s.write(ctx, pcm); err != nil {
		return s.outputFailed(ctx, err)
	}
	if v.begun.Position-v.noted >= checkpoint {
		return s.notePosition()
	}
	return nil
}

// whole is done with what was written to its end.
func (s *Speaker) whole(ctx context.Context) error {
	v := s.voice
	result, reason := devices.Played, ""
	if v.begun.Item.AwaitsMore { // the message never came
		result, reason = devices.Failed, reasonAudioMissing
	}
	if v.playout != nil {
		end, err := v.playout.finish(ctx)
		if err != nil {
			return s.outputFailed(ctx, err)
		}
		return s.finish(end, result, reason)
	}
	if err := s.cfg.Output.Drain(ctx); err != nil {
		return s.outputFailed(ctx, err)
	}
	return s.end(result, reason)
}

func (s *Speaker) write(ctx context.Context, pcm []int16) error {
	if p := s.voice.playout; p != nil {
		return p.write(ctx, pcm)
	}
	return s.cfg.Output.Write(ctx, pcm)
}

func (s *Speaker) outputFailed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil // switched off, see silence
	}
	s.log.Error("the output fails", "error", err)
	return s.end(devices.Failed, reasonOutput)
}

// spoilt ends a play whose audio cannot be decoded; the audio is fetched again
// for the next one.
func (s *Speaker) spoilt(err error) error {
	s.log.Error("the audio cannot be decoded", "occurrence", s.voice.item.ID, "error", err)
	for _, a := range s.voice.begun.Item.Audio {
		s.shelf.remove(a.SHA256)
	}
	return s.end(devices.Failed, reasonAudioInvalid)
}

func (s *Speaker) notePosition() error {
	s.voice.noted = s.voice.begun.Position
	s.voice.begun.At = s.clock.now()
	return s.saveBegun()
}

// leave silences the voice and tells where its item stands.
func (s *Speaker) leave() *begun {
	b := s.voice.begun
	b.Position = max(0, b.Position-int64(s.cfg.Output.Drop()))
	return s.leaveSounding()
}

// leaveSounding takes the voice away; what it has written is still heard.
func (s *Speaker) leaveSounding() *begun {
	v := s.voice
	s.voice = nil
	s.dirty = true
	if v.track != nil {
		_ = v.track.close() // it was only read
	}
	return v.begun
}

// end silences what sounds and is done with it.
func (s *Speaker) end(result devices.Result, reason string) error {
	return s.done(s.leave(), s.clock.now(), result, reason)
}

// finish is done with what was written whole and is heard until an instant.
func (s *Speaker) finish(until time.Time, result devices.Result, reason string) error {
	return s.done(s.leaveSounding(), until, result, reason)
}

func (s *Speaker) done(b *begun, at time.Time, result devices.Result, reason string) error {
	if err := s.report(b, at, result, reason, true); err != nil {
		return err
	}
	if err := s.saveBegun(); err != nil {
		return err
	}
	outcome := protocol.OutcomeFinished
	if result == devices.Failed {
		outcome = protocol.OutcomeFailed
	}
	return s.settle(b.Item.Occurrence, outcome, reason)
}

// interrupt makes what sounds give way.
func (s *Speaker) interrupt(now time.Time) error {
	b := s.leave()
	if err := s.cut(b, now, reasonPreempted); err != nil {
		return err
	}
	return s.saveBegun()
}

// cut reports a play that was interrupted at an instant and decides by the
// item's fate what comes next.
func (s *Speaker) cut(b *begun, at time.Time, reason string) error {
	fate, _ := devices.ParseFate(string(b.Item.OnInterrupted))
	if !s.journal.knows(b.Play) { // else the power was lost just after it was reported
		if err := s.report(b, at, devices.Interrupted, reason, fate == devices.Skip); err != nil {
			return err
		}
	}
	b.Play = ""
	if until := at.Add(b.Item.Deadline.Sub(b.Item.Start)); until.After(b.Until) {
		b.Until = until
	}
	switch fate {
	case devices.Skip:
		return s.settle(b.Item.Occurrence, protocol.OutcomeFinished, reason)
	case devices.Restart:
		b.Position, b.Rounds, b.Length = 0, 0, 0
	}
	return nil
}

// report makes the report of a play durable.
func (s *Speaker) report(b *begun, at time.Time, result devices.Result, reason string, done bool) error {
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
	return s.journal.add(n)
}

// silence notes where what sounds stands before the device is switched off.
func (s *Speaker) silence() error {
	if s.voice == nil {
		return nil
	}
	b := s.leave()
	b.At = s.clock.now()
	return s.saveBegun()
}

// stop silences what sounds and what waits to sound now, of one announcement
// or, for the empty string, of all.
func (s *Speaker) stop(announcement string) error {
	now := s.clock.now()
	matches := func(it protocol.Item) bool { return announcement == "" || it.Announcement == announcement }
	if s.voice != nil && matches(s.voice.begun.Item) {
		if err := s.end(devices.Stopped, reasonStopped); err != nil {
			return err
		}
	}
	for _, c := range s.candidates() {
		sounds := s.voice != nil && c.item.Occurrence == s.voice.item.ID
		due := !c.item.Start.After(now) || c.commanded
		if !sounds && due && matches(c.item) && (c.begun != nil || !now.After(c.until)) {
			if err := s.drop(c, now, devices.Stopped, reasonStopped); err != nil {
				return err
			}
		}
	}
	return nil
}

func newID() string { return strings.ToLower(ulid.Make().String()) }
