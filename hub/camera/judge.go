package camera

import (
	"errors"
	"time"

	"github.com/smart-commune/smart-commune/devices"
)

// How long a camera may be quiet. The product promises suspect within 5 s, down
// within 10 s and healthy again within 10 s of its return.
const (
	suspectAfter = 3 * time.Second
	downAfter    = 8 * time.Second
	// A session whose frames stopped is given up after this time, because some
	// cameras never go on in a session once stalled.
	renewAfter = 5 * time.Second
	// A new session is given longer for its first frame: a camera may hold
	// everything back until its next keyframe.
	firstFrameWithin = 8 * time.Second
	// A camera that plays for this long without a fresh frame has no other
	// trouble any more than that.
	silenceAfter = 2 * time.Second

	tick = 250 * time.Millisecond
	// A tick later than this is the hub's own stall: cameras are not blamed for
	// the time that the hub did not look.
	lateTick = 4 * tick
)

// What is said to a technician of a stream that plays without fresh frames.
const (
	saidNothing = "the camera plays but sends no frame"
	saidStopped = "frames have stopped, though the camera still answers"
	saidSame    = "the camera repeats one and the same frame"
)

// judge decides the health of one camera from what its stream delivers. It is
// pure: every call is given its instant, and it starts nothing.
type judge struct {
	health Health
	meter  meter

	reason devices.CameraReason // the newest known cause of silence
	detail string

	lastTick time.Time
	quiet    time.Duration // since the last fresh frame, while the hub looked
	session  time.Duration // the same, but at most since the camera plays
	playing  bool
	hadFrame bool   // a fresh one, in this session
	silence  string // what to say if nothing more comes in this session

	seen      bool // any frame, in any session
	lastPrint uint64
}

func newJudge(now time.Time) *judge {
	return &judge{health: Health{State: devices.CameraUnknown, Since: now}, lastTick: now}
}

// play notes that the camera has promised to send.
func (j *judge) play(s Stream) {
	j.health.Codec, j.health.Width, j.health.Height = s.Codec, s.Width, s.Height
	if !j.playing {
		j.playing, j.hadFrame, j.session, j.silence = true, false, 0, saidNothing
	}
}

// frame notes a frame and reports whether the state has changed.
func (j *judge) frame(now time.Time, f Frame) bool {
	j.meter.add(now, f.Bytes)
	if j.seen && f.Fingerprint == j.lastPrint {
		// The same bytes again are no fresh picture: something in the way
		// repeats its last one, or the sensor is frozen.
		j.silence = saidSame
		return false
	}
	j.seen, j.lastPrint = true, f.Fingerprint
	j.hadFrame, j.quiet, j.session, j.silence = true, 0, 0, saidStopped
	j.reason, j.detail = devices.CameraFine, ""
	j.health.LastFrameAt = &now
	return j.become(now, devices.CameraHealthy)
}

// keyframe notes a whole picture.
func (j *judge) keyframe(now time.Time) { j.health.PictureAt = &now }

// ended notes that the session is over. An error that is no [*Trouble] means
// that the hub itself gave it up, which tells nothing new of the camera.
func (j *judge) ended(err error) {
	j.playing = false
	var t *Trouble
	if errors.As(err, &t) {
		j.reason, j.detail = t.Reason, t.Err.Error()
	}
}

// look lets time pass. It reports whether the state has changed, and whether
// the session should be given up for a new one.
func (j *judge) look(now time.Time) (changed, renew bool) {
	passed := now.Sub(j.lastTick)
	j.lastTick = now
	if passed > lateTick {
		passed = tick
	}
	j.quiet += passed
	if j.playing {
		j.session += passed
		if j.session >= silenceAfter {
			j.reason, j.detail = devices.CameraNoFrames, j.silence
		}
		renew = j.session >= firstFrameWithin || j.hadFrame && j.session >= renewAfter
	}
	if j.reason == devices.CameraFine {
		return false, renew // it may still be connecting
	}
	switch {
	case j.quiet >= downAfter:
		changed = j.become(now, devices.CameraDown)
	case j.quiet >= suspectAfter, j.health.State == devices.CameraUnknown && !j.playing:
		changed = j.become(now, devices.CameraSuspect)
	}
	return changed, renew
}

// become sets the state and reports whether it or its reason is new.
func (j *judge) become(now time.Time, s devices.CameraState) bool {
	h := &j.health
	h.Detail = j.detail
	if h.State == s && h.Reason == j.reason {
		return false
	}
	if s != devices.CameraHealthy {
		j.meter = meter{} // what flowed before is no figure of now
	}
	h.State, h.Reason, h.Since = s, j.reason, now
	return true
}

// report returns the health with its figures of this instant.
func (j *judge) report(now time.Time) Health {
	h := j.health
	h.FPS, h.BitrateKbps = j.meter.rates(now)
	return h
}
