package speaker

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
)

const (
	// chunk is how much is sounded between two looks at what else is to be done.
	chunk = protocol.SampleRate / 20
	// checkpoint is how much sounds between two notes of the position on disk:
	// after a loss of power at most this much is sounded twice.
	checkpoint = 2 * protocol.SampleRate
)

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

// begin starts or continues an item. What takes the time of a disk comes before
// the output is asked when it can begin.
func (s *Speaker) begin(c candidate, it devices.Item, now time.Time) {
	b, start := c.begun, c.item.Start
	if b == nil {
		b = &begun{Item: c.item, Until: c.item.Deadline}
		s.begun = append(s.begun, b)
	} else {
		start = time.Time{} // it goes on as soon as it can
	}
	b.Play, b.StartedAt, b.At = newID(), now, now
	b.Level, b.Current = meter{}, mean{}
	s.measureAgain = s.cfg.Now().Add(measureEvery)
	s.voice = &voice{begun: b, item: it, noted: b.Position, pcm: make([]int16, chunk)}
	s.saveBegun()
	s.log.Info("play", "occurrence", it.ID, "level", it.Level.String(), "from_ms", b.Position*1000/protocol.SampleRate)
	var err error
	if s.voice.track, err = openTrack(s.pieces(b), b.Position); err != nil {
		s.spoilt(err)
		return
	}
	s.settle(it.ID, protocol.OutcomeStarted, "")
	if out, ok := s.cfg.Output.(Timed); ok && out.Latency() > 0 {
		s.voice.playout = newPlayout(out, s.clock, &s.servo, start, s.offset(), s.log)
		b.StartedAt = s.voice.playout.start
	}
}

// sound plays one chunk of what sounds.
func (s *Speaker) sound(ctx context.Context) {
	v := s.voice
	if v.begun.Item.AwaitsMore && v.pausing() && s.takeMore() {
		return
	}
	n, err := v.track.read(v.pcm[:chunk])
	switch {
	case errors.Is(err, io.EOF):
		if !s.again() {
			s.whole(ctx)
		}
		return
	case err != nil:
		s.spoilt(err)
		return
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
		s.outputFailed(ctx, err)
		return
	}
	if v.begun.Position-v.noted >= checkpoint {
		s.notePosition()
	}
}

func (s *Speaker) write(ctx context.Context, pcm []int16) error {
	if p := s.voice.playout; p != nil {
		return p.write(ctx, pcm)
	}
	return s.cfg.Output.Write(ctx, pcm)
}

// whole is done with what was written to its end.
func (s *Speaker) whole(ctx context.Context) {
	v := s.voice
	result, reason := devices.Played, ""
	if v.begun.Item.AwaitsMore { // the message never came
		result, reason = devices.Failed, protocol.ReasonAudioMissing
	}
	if v.playout != nil {
		end, err := v.playout.finish(ctx)
		if err != nil {
			s.outputFailed(ctx, err)
			return
		}
		s.done(s.leaveSounding(), end, result, reason)
		return
	}
	if err := s.cfg.Output.Drain(ctx); err != nil {
		s.outputFailed(ctx, err)
		return
	}
	s.end(result, reason)
}

func (s *Speaker) outputFailed(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return // switched off, see silence
	}
	s.log.Error("the output fails", "error", err)
	s.end(devices.Failed, protocol.ReasonOutput)
}

// spoilt ends a play whose audio cannot be decoded; the audio is fetched again
// for the next one.
func (s *Speaker) spoilt(err error) {
	s.log.Error("the audio cannot be decoded", "occurrence", s.voice.item.ID, "error", err)
	for _, a := range s.voice.begun.Item.Audio {
		s.shelf.remove(a.SHA256)
	}
	s.end(devices.Failed, protocol.ReasonAudioInvalid)
}

func (s *Speaker) notePosition() {
	s.voice.noted = s.voice.begun.Position
	s.voice.begun.At = s.clock.now()
	s.saveBegun()
}

// end silences what sounds and is done with it.
func (s *Speaker) end(result devices.Result, reason string) {
	s.done(s.leave(), s.clock.now(), result, reason)
}

// interrupt makes what sounds give way.
func (s *Speaker) interrupt(now time.Time) {
	s.cut(s.leave(), now, protocol.ReasonPreempted)
	s.saveBegun()
}

// silence notes where what sounds stands before the device is switched off.
func (s *Speaker) silence() {
	if s.voice == nil {
		return
	}
	b := s.leave()
	b.At = s.clock.now()
	s.saveBegun()
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
