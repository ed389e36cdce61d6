package camera

import (
	"errors"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
)

// Each case is a camera's day in a few lines: what happens to it, and what the
// judge must have said by the times that the product promises.
func TestJudge(t *testing.T) {
	refused := &Trouble{Reason: devices.CameraRefused, Err: errors.New("connection refused")}
	password := &Trouble{Reason: devices.CameraWrongPassword, Err: errors.New("401")}
	broke := &Trouble{Reason: devices.CameraNoFrames, Err: errors.New("EOF")}

	const never = time.Duration(1<<63 - 1)
	type span struct{ from, to time.Duration }
	type seen struct {
		at     time.Duration
		state  devices.CameraState
		reason devices.CameraReason
	}
	for _, tc := range []struct {
		name    string
		frames  []span                  // 12 frames a second, each another
		same    []span                  // 12 times a second the same frame
		play    []time.Duration         // the camera answers PLAY
		ends    map[time.Duration]error // the session ends
		asleep  span                    // the hub does not look
		want    []seen
		renewed []span // a renewal must be asked for within each, and never else
	}{
		{
			name: "healthy with its first frame, before any keyframe", play: []time.Duration{0}, frames: []span{{100 * time.Millisecond, never}},
			want: []seen{{0, devices.CameraUnknown, ""}, {500 * time.Millisecond, devices.CameraHealthy, ""}, {60 * time.Second, devices.CameraHealthy, ""}},
		},
		{
			name: "frames stop while RTSP lives, and come back in the same session", play: []time.Duration{0},
			frames: []span{{0, 20 * time.Second}, {24500 * time.Millisecond, never}},
			want: []seen{{22 * time.Second, devices.CameraHealthy, ""}, {24 * time.Second, devices.CameraSuspect, devices.CameraNoFrames},
				{25 * time.Second, devices.CameraHealthy, ""}, {60 * time.Second, devices.CameraHealthy, ""}},
		},
		{
			name: "frames stay away, each session plays", play: []time.Duration{0, 25500 * time.Millisecond, 34 * time.Second},
			ends:   map[time.Duration]error{25250 * time.Millisecond: errors.New("given up"), 33750 * time.Millisecond: errors.New("given up")},
			frames: []span{{0, 20 * time.Second}, {40 * time.Second, never}},
			want: []seen{{24 * time.Second, devices.CameraSuspect, devices.CameraNoFrames}, {29 * time.Second, devices.CameraDown, devices.CameraNoFrames},
				{39 * time.Second, devices.CameraDown, devices.CameraNoFrames}, {41 * time.Second, devices.CameraHealthy, ""}},
			renewed: []span{{24 * time.Second, 25250 * time.Millisecond}, {33 * time.Second, 33750 * time.Millisecond}},
		},
		{
			name: "refused from the beginning", ends: map[time.Duration]error{100 * time.Millisecond: refused, 5 * time.Second: refused},
			want: []seen{{1 * time.Second, devices.CameraSuspect, devices.CameraRefused}, {7500 * time.Millisecond, devices.CameraSuspect, devices.CameraRefused},
				{9 * time.Second, devices.CameraDown, devices.CameraRefused}},
		},
		{
			name: "password changed at 20 s", play: []time.Duration{0}, frames: []span{{0, 20 * time.Second}},
			ends: map[time.Duration]error{20 * time.Second: broke, 20500 * time.Millisecond: password, 26 * time.Second: password},
			want: []seen{{22 * time.Second, devices.CameraHealthy, ""}, {24 * time.Second, devices.CameraSuspect, devices.CameraWrongPassword},
				{29 * time.Second, devices.CameraDown, devices.CameraWrongPassword}},
		},
		{
			name: "a blip of the network is not told", play: []time.Duration{0, 21 * time.Second}, frames: []span{{0, 20 * time.Second}, {21 * time.Second, never}},
			ends: map[time.Duration]error{20 * time.Second: broke, 20250 * time.Millisecond: refused},
			want: []seen{{20500 * time.Millisecond, devices.CameraHealthy, ""}, {21500 * time.Millisecond, devices.CameraHealthy, ""}, {30 * time.Second, devices.CameraHealthy, ""}},
		},
		{
			name: "one frame over and over is no picture", play: []time.Duration{0}, frames: []span{{0, 20 * time.Second}},
			same:    []span{{20 * time.Second, never}},
			want:    []seen{{24 * time.Second, devices.CameraSuspect, devices.CameraNoFrames}, {29 * time.Second, devices.CameraDown, devices.CameraNoFrames}},
			renewed: []span{{24 * time.Second, never}},
		},
		{
			name: "the hub itself sleeps for a minute", play: []time.Duration{0}, frames: []span{{0, 20 * time.Second}, {80500 * time.Millisecond, never}},
			asleep: span{20 * time.Second, 80 * time.Second},
			want:   []seen{{80250 * time.Millisecond, devices.CameraHealthy, ""}, {81 * time.Second, devices.CameraHealthy, ""}},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			start := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
			j := newJudge(start)
			in := func(spans []span, at time.Duration) bool {
				for _, s := range spans {
					if at >= s.from && at < s.to {
						return true
					}
				}
				return false
			}
			renewals := make(map[int]bool)
			print := uint64(0)
			for at := time.Duration(0); len(tc.want) > 0; at += tick / 3 {
				now := start.Add(at)
				// Times of the cases are whole ticks; a frame comes every third of one.
				for _, p := range tc.play {
					if at >= p && at < p+tick/3 {
						j.play(Stream{Codec: "H264"})
					}
				}
				for e, err := range tc.ends {
					if at >= e && at < e+tick/3 {
						j.ended(err)
					}
				}
				if in(tc.frames, at) {
					print++
				}
				if in(tc.frames, at) || in(tc.same, at) {
					j.frame(now, Frame{Bytes: 1000, Fingerprint: print})
				}
				if (at/(tick/3))%3 == 0 && !in([]span{tc.asleep}, at) {
					if _, renew := j.look(now); renew {
						hit := false
						for i, s := range tc.renewed {
							if in([]span{s}, at) {
								hit, renewals[i] = true, true
							}
						}
						if !hit {
							t.Errorf("at %v the session was given up", at)
						}
					}
				}
				if w := tc.want[0]; at >= w.at {
					if h := j.report(now); h.State != w.state || h.Reason != w.reason {
						t.Errorf("at %v: %s %q, want %s %q", w.at, h.State, h.Reason, w.state, w.reason)
					}
					tc.want = tc.want[1:]
				}
			}
			if len(renewals) != len(tc.renewed) {
				t.Errorf("%d renewals of the session, want %d", len(renewals), len(tc.renewed))
			}
		})
	}
}

// Since tells for how long: it moves with the state and the reason alone.
func TestSinceIsKept(t *testing.T) {
	start := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	j := newJudge(start)
	j.ended(&Trouble{Reason: devices.CameraRefused, Err: errors.New("x")})
	var since []time.Time
	for at := time.Duration(0); at < 30*time.Second; at += tick {
		j.ended(&Trouble{Reason: devices.CameraRefused, Err: errors.New("another port each time")})
		j.look(start.Add(at))
		if h := j.report(start.Add(at)); len(since) == 0 || since[len(since)-1] != h.Since {
			since = append(since, h.Since)
		}
	}
	if len(since) != 2 || since[1].Sub(start) != downAfter {
		t.Errorf("since moved: %v", since)
	}
}

func TestMeter(t *testing.T) {
	start := time.Date(2026, 3, 1, 0, 0, 0, 300e6, time.UTC)
	var m meter
	if fps, kbps := m.rates(start); fps != 0 || kbps != 0 {
		t.Error("figures without a frame")
	}
	at := start
	for range 12 * 30 { // half a minute of 12 frames of 5000 bytes a second
		m.add(at, 5000)
		at = at.Add(time.Second / 12)
	}
	if fps, kbps := m.rates(at); fps != 12 || kbps != 480 {
		t.Errorf("%v fps, %v kbit/s, want 12 and 480", fps, kbps)
	}
	if fps, _ := m.rates(at.Add(5 * time.Second)); fps < 5 || fps > 7 {
		t.Errorf("%v fps after 5 s of silence, want about half", fps)
	}
	if fps, kbps := m.rates(at.Add(12 * time.Second)); fps != 0 || kbps != 0 {
		t.Errorf("%v fps, %v kbit/s after silence", fps, kbps)
	}
}
