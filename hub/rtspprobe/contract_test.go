package rtspprobe

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/smart-commune/smart-commune/devices"
	simulated "github.com/smart-commune/smart-commune/firmware-sim/camera"
	"github.com/smart-commune/smart-commune/hub/camera"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// recorder is a viewer that keeps what it is told.
type recorder struct {
	mu     sync.Mutex
	stream camera.Stream
	frames int
	bytes  int
	prints map[uint64]int
	key    []byte
	codec  string
	more   chan struct{} // something was told
}

func newRecorder() *recorder {
	return &recorder{prints: make(map[uint64]int), more: make(chan struct{}, 1)}
}

func (r *recorder) told(f func()) {
	r.mu.Lock()
	f()
	r.mu.Unlock()
	select {
	case r.more <- struct{}{}:
	default:
	}
}

func (r *recorder) Playing(s camera.Stream) { r.told(func() { r.stream = s }) }
func (r *recorder) Frame(f camera.Frame) {
	r.told(func() { r.frames++; r.bytes += f.Bytes; r.prints[f.Fingerprint]++ })
}
func (r *recorder) Keyframe(codec string, data []byte) {
	r.told(func() { r.codec, r.key = codec, data })
}

// until waits until what was told is enough.
func (r *recorder) until(t *testing.T, within time.Duration, what string, enough func() bool) {
	t.Helper()
	deadline := time.After(within)
	for {
		r.mu.Lock()
		ok := enough()
		r.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-r.more:
		case <-deadline:
			t.Fatalf("no %s within %v", what, within)
		}
	}
}

func fleet(t *testing.T, n int) (*simulated.Fleet, []devices.Camera) {
	t.Helper()
	var cams []devices.Camera
	for i := range n {
		id := fmt.Sprintf("cam-%02d", i+1)
		cams = append(cams, devices.Camera{ID: devices.DeviceID(id), Name: "Nhà văn hóa", Username: "hub", Password: "pass:wörd@" + id})
	}
	f, err := simulated.NewFleet(simulated.Config{Cameras: cams, Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	for i := range cams {
		cams[i].URL = f.URL(cams[i].ID)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return f, cams
}

func reasonOf(err error) devices.CameraReason {
	var trouble *camera.Trouble
	if !errors.As(err, &trouble) {
		return "no trouble"
	}
	return trouble.Reason
}

func TestReadsAHealthyCamera(t *testing.T) {
	_, cams := fleet(t, 1)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r := newRecorder()
	done := make(chan error, 1)
	go func() { done <- New(Config{}).Watch(ctx, cams[0], r) }()
	r.until(t, 30*time.Second, "36 frames with a keyframe", func() bool { return r.frames >= 36 && r.key != nil })
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("after cancelling: %v", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if want := (camera.Stream{Codec: "H264", Width: 320, Height: 240, FPS: 12}); r.stream != want {
		t.Errorf("stream %+v, want %+v", r.stream, want)
	}
	if len(r.prints) != r.frames {
		t.Errorf("%d frames, but only %d different ones: the picture moves", r.frames, len(r.prints))
	}
	if r.bytes < 100_000 {
		t.Errorf("only %d bytes in %d frames with a keyframe", r.bytes, r.frames)
	}
}

func TestReasonOfEachFault(t *testing.T) {
	f, cams := fleet(t, 5)
	p := New(Config{OpenTimeout: patience})
	for i, fault := range []simulated.Fault{simulated.OK, simulated.OK, simulated.Password, simulated.Refuse, simulated.Mute} {
		if err := f.SetFault(cams[i].ID, fault); err != nil {
			t.Fatal(err)
		}
	}
	cams[0].Password = "not this"
	cams[1].URL += "-elsewhere"
	noUser := cams[1]
	noUser.URL, noUser.Username, noUser.Password = f.URL("cam-01"), "", ""
	for _, tc := range []struct {
		name string
		cam  devices.Camera
		want devices.CameraReason
	}{
		{"wrong password in the hub", cams[0], devices.CameraWrongPassword},
		{"no password in the hub", noUser, devices.CameraWrongPassword},
		{"no such stream", cams[1], devices.CameraNotFound},
		{"password changed in the camera", cams[2], devices.CameraWrongPassword},
		{"refuses", cams[3], devices.CameraRefused},
		{"mute", cams[4], devices.CameraTimeout},
		{"no such host", devices.Camera{URL: "rtsp://camera.invalid/x"}, devices.CameraTimeout},
		{"no address", devices.Camera{URL: "http://127.0.0.1/x"}, devices.CameraProtocol},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := newRecorder()
			err := p.Watch(t.Context(), tc.cam, r)
			if got := reasonOf(err); got != tc.want {
				t.Errorf("reason %q (%v), want %q", got, err, tc.want)
			}
			if r.frames > 0 {
				t.Error("frames came")
			}
		})
	}
}

// A stalled camera goes on answering: nothing but the missing frames tells.
func TestStalledCameraPlaysWithoutFrames(t *testing.T) {
	f, cams := fleet(t, 1)
	if err := f.SetFault("cam-01", simulated.Stall); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r := newRecorder()
	done := make(chan error, 1)
	go func() { done <- New(Config{}).Watch(ctx, cams[0], r) }()
	r.until(t, 30*time.Second, "answer to PLAY", func() bool { return r.stream.Codec != "" })
	r.mu.Lock()
	if r.frames != 0 {
		t.Error("a stalled camera sent a frame")
	}
	r.mu.Unlock()
	if err := f.SetFault("cam-01", simulated.OK); err != nil {
		t.Fatal(err)
	}
	r.until(t, 30*time.Second, "frame after the return", func() bool { return r.frames > 0 && r.key != nil })
	cancel()
	<-done
}
