package camera

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/problem"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// stage is a prober whose cameras do what the test says.
type stage struct {
	mu       sync.Mutex
	wrong    map[devices.DeviceID]error // what opening ends with
	silent   map[devices.DeviceID]bool  // plays without frames
	brief    bool                       // hangs up after one frame
	attempts map[devices.DeviceID][]time.Time
	print    uint64
}

func newStage() *stage {
	return &stage{wrong: map[devices.DeviceID]error{}, silent: map[devices.DeviceID]bool{}, attempts: map[devices.DeviceID][]time.Time{}}
}

func (s *stage) does(f func()) { s.mu.Lock(); defer s.mu.Unlock(); f() }

func (s *stage) tries(id devices.DeviceID) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.attempts[id])
}

func (s *stage) Watch(ctx context.Context, cam devices.Camera, viewer Viewer) error {
	s.mu.Lock()
	s.attempts[cam.ID] = append(s.attempts[cam.ID], time.Now())
	err := s.wrong[cam.ID]
	s.mu.Unlock()
	if err != nil {
		return err
	}
	viewer.Playing(Stream{Codec: "H264", Width: 640, Height: 480, FPS: 10})
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
		s.mu.Lock()
		s.print++
		print, silent := s.print, s.silent[cam.ID]
		s.mu.Unlock()
		if silent {
			continue
		}
		viewer.Frame(Frame{Bytes: 1250, Fingerprint: print})
		if s.brief {
			return &Trouble{Reason: devices.CameraNoFrames, Err: errors.New("EOF")}
		}
		if n%20 == 0 {
			viewer.Keyframe("H264", fmt.Appendf(nil, "key %d", n))
		}
	}
}

// told keeps what a monitor tells.
type told struct {
	mu       sync.Mutex
	changes  []change
	readings []map[string]float64
}

type change struct {
	id devices.DeviceID
	at time.Time
	Health
}

func (r *told) changed(id devices.DeviceID, h Health) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.changes = append(r.changes, change{id, time.Now(), h})
}

func (r *told) reading(_ devices.DeviceID, figures map[string]float64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.readings = append(r.readings, figures)
}

func (r *told) of(id devices.DeviceID) (out []change) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.changes {
		if c.id == id {
			out = append(out, c)
		}
	}
	return out
}

// running starts a monitor in the bubble; the function it returns ends it.
func running(t *testing.T, s *stage, d Decoder) (*Monitor, *told, func()) {
	t.Helper()
	r := &told{}
	m, err := New(Config{Prober: s, Decoder: d, Changed: r.changed, Reading: r.reading})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- m.Run(ctx) }()
	return m, r, func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func cams(ids ...devices.DeviceID) (out []devices.Camera) {
	for _, id := range ids {
		out = append(out, devices.Camera{ID: id, URL: "rtsp://host/" + string(id)})
	}
	return out
}

func TestStallIsToldInTimeAndTheReturnToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage()
		m, r, end := running(t, s, nil)
		defer end()
		m.Set(cams("cam-01", "cam-02"))
		time.Sleep(15 * time.Second)
		h, ok := m.Health("cam-01")
		if !ok || h.State != devices.CameraHealthy || h.FPS != 10 || h.BitrateKbps != 100 || h.Codec != "H264" || h.Width != 640 || h.LastFrameAt == nil || h.PictureAt == nil {
			t.Errorf("healthy camera: %+v", h)
		}
		began := time.Now()
		s.does(func() { s.silent["cam-01"] = true })
		time.Sleep(5 * time.Second)
		if h, _ := m.Health("cam-01"); h.State != devices.CameraSuspect || h.Reason != devices.CameraNoFrames || h.FPS != 0 {
			t.Errorf("5 s after frames stopped: %+v", h)
		}
		time.Sleep(5 * time.Second)
		down, _ := m.Health("cam-01")
		if down.State != devices.CameraDown || down.Reason != devices.CameraNoFrames {
			t.Errorf("10 s after frames stopped: %+v", down)
		}
		time.Sleep(time.Minute)
		if h, _ := m.Health("cam-01"); h.Since != down.Since {
			t.Errorf("since moved from %v to %v while nothing changed", down.Since, h.Since)
		}
		if n := s.tries("cam-01"); n < 5 {
			t.Errorf("the session was renewed %d times in a minute of silence", n-1)
		}
		back := time.Now()
		s.does(func() { s.silent["cam-01"] = false })
		time.Sleep(10 * time.Second)
		if h, _ := m.Health("cam-01"); h.State != devices.CameraHealthy || h.Reason != devices.CameraFine || h.Detail != "" {
			t.Errorf("10 s after the return: %+v", h)
		}
		var states []string
		for _, c := range r.of("cam-01") {
			if n := len(states); n == 0 || states[n-1] != string(c.State) {
				states = append(states, string(c.State))
				if late := c.at.Sub(c.Since); late > 0 && n > 0 {
					t.Errorf("%s was told %v late", c.State, late)
				}
			}
		}
		if got := fmt.Sprint(states); got != "[unknown healthy suspect down healthy]" {
			t.Errorf("told %s", got)
		}
		for _, c := range r.of("cam-02") {
			if c.State != devices.CameraHealthy && c.at.After(began) && c.at.Before(back) {
				t.Errorf("the neighbour was called %s", c.State)
			}
		}
		if n := s.tries("cam-02"); n != 1 {
			t.Errorf("the neighbour's session was opened %d times", n)
		}
	})
}

func TestFiguresAreToldEveryTwoSecondsAtMost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, r, end := running(t, newStage(), nil)
		defer end()
		m.Set(cams("cam-01"))
		time.Sleep(61 * time.Second)
		changes := r.of("cam-01")
		if n := len(changes); n < 25 || n > 34 {
			t.Errorf("told %d times in a minute", n)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		if len(r.readings) != 6 {
			t.Errorf("%d readings in a minute, want 6", len(r.readings))
		}
		if last := r.readings[len(r.readings)-1]; last["fps"] != 10 || last["bitrate_kbps"] != 100 || len(last) != 2 {
			t.Errorf("reading %v", last)
		}
	})
}

func TestBackWithinTenSecondsFromEveryTrouble(t *testing.T) {
	for _, reason := range []devices.CameraReason{devices.CameraRefused, devices.CameraTimeout, devices.CameraWrongPassword, devices.CameraNotFound, devices.CameraUnsupported, devices.CameraProtocol} {
		t.Run(string(reason), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStage()
				s.wrong["cam-01"] = &Trouble{Reason: reason, Err: errors.New("so it said")}
				m, r, end := running(t, s, nil)
				defer end()
				m.Set(cams("cam-01"))
				time.Sleep(10 * time.Second)
				if h, _ := m.Health("cam-01"); h.State != devices.CameraDown || h.Reason != reason || h.Detail != "so it said" {
					t.Errorf("after 10 s: %+v", h)
				}
				if c := r.of("cam-01"); len(c) < 2 || c[1].State != devices.CameraSuspect || c[1].Reason != reason {
					t.Errorf("told %+v, want suspect second", c)
				}
				time.Sleep(47 * time.Second)
				s.does(func() { delete(s.wrong, "cam-01") })
				time.Sleep(10 * time.Second)
				if h, _ := m.Health("cam-01"); h.State != devices.CameraHealthy {
					t.Errorf("10 s after it was mended: %+v", h)
				}
			})
		})
	}
}

// Many cameras lock out who keeps on trying a wrong password.
func TestWrongPasswordIsTriedLessOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage()
		s.wrong["cam-01"] = &Trouble{Reason: devices.CameraWrongPassword, Err: errors.New("401")}
		m, _, end := running(t, s, nil)
		defer end()
		m.Set(cams("cam-01"))
		time.Sleep(3 * time.Minute)
		before := s.tries("cam-01")
		time.Sleep(10 * time.Minute)
		if n := s.tries("cam-01") - before; n > 21 {
			t.Errorf("%d tries in ten minutes", n)
		}
		// A password corrected in the hub is tried at once.
		s.does(func() { delete(s.wrong, "cam-01") })
		mended := cams("cam-01")
		mended[0].Password = "right"
		m.Set(mended)
		time.Sleep(time.Second)
		if h, _ := m.Health("cam-01"); h.State != devices.CameraHealthy {
			t.Errorf("1 s after the password was corrected: %+v", h)
		}
	})
}

func TestACameraThatHangsUpIsNotHammered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage()
		s.brief = true
		m, _, end := running(t, s, nil)
		defer end()
		m.Set(cams("cam-01"))
		time.Sleep(time.Minute)
		if n := s.tries("cam-01"); n > 20 {
			t.Errorf("%d sessions in a minute", n)
		}
	})
}

func TestSetKeepsWhatIsTheSameAndSilencesWhatIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage()
		m, r, end := running(t, s, nil)
		defer end()
		m.Set(cams("cam-01", "cam-02"))
		time.Sleep(5 * time.Second)
		renamed := cams("cam-01", "cam-03")
		renamed[0].Name = "Cổng chợ"
		m.Set(renamed)
		told := len(r.of("cam-02"))
		time.Sleep(20 * time.Second)
		if n := s.tries("cam-01"); n != 1 {
			t.Errorf("a new name cost the camera its session: %d sessions", n)
		}
		if n := len(r.of("cam-02")); n != told {
			t.Errorf("%d things were told of a camera that was taken away", n-told)
		}
		if _, ok := m.Health("cam-02"); ok {
			t.Error("a camera that was taken away still has a health")
		}
		if h, _ := m.Health("cam-03"); h.State != devices.CameraHealthy {
			t.Errorf("the new camera: %+v", h)
		}
	})
}

// counter is a decoder that counts its work and can be slow.
type counter struct {
	mu            sync.Mutex
	runs, at, max int
	takes         time.Duration
	err           error
}

func (c *counter) JPEG(ctx context.Context, _ string, key []byte) ([]byte, error) {
	c.mu.Lock()
	c.runs++
	c.at++
	c.max = max(c.max, c.at)
	c.mu.Unlock()
	defer func() { c.mu.Lock(); c.at--; c.mu.Unlock() }()
	select {
	case <-time.After(c.takes):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return append([]byte("jpeg of "), key...), c.err
}

func TestOneConversionAPictureHoweverManyLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &counter{takes: 200 * time.Millisecond}
		s := newStage()
		m, _, end := running(t, s, d)
		defer end()
		ids := []devices.DeviceID{"cam-01", "cam-02", "cam-03", "cam-04", "cam-05"}
		m.Set(cams(ids...))
		time.Sleep(time.Second)
		var wg sync.WaitGroup
		for range 20 {
			for _, id := range ids {
				wg.Go(func() {
					if jpeg, at, err := m.Picture(t.Context(), id); err != nil || string(jpeg) != "jpeg of key 0" || time.Since(at) > 5*time.Second {
						t.Errorf("%q %v %v", jpeg, at, err)
					}
				})
			}
		}
		wg.Wait()
		if d.runs != len(ids) || d.max > maxConversions {
			t.Errorf("%d conversions, %d at once; want %d and at most %d", d.runs, d.max, len(ids), maxConversions)
		}
		// Whoever goes away costs the next one nothing.
		time.Sleep(2 * time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if _, _, err := m.Picture(ctx, "cam-01"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("impatient viewer: %v", err)
		}
		if _, _, err := m.Picture(t.Context(), "cam-01"); err != nil {
			t.Errorf("the next viewer: %v", err)
		}
	})
}

func TestPicturesThatThereAreNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage()
		s.wrong["cam-01"] = &Trouble{Reason: devices.CameraRefused, Err: errors.New("x")}
		m, _, end := running(t, s, &counter{err: errors.New("no such program")})
		defer end()
		m.Set(cams("cam-01", "cam-02"))
		time.Sleep(time.Second)
		for id, want := range map[devices.DeviceID]problem.Kind{"cam-99": problem.NotFound, "cam-01": problem.Unavailable, "cam-02": problem.Unavailable} {
			if _, _, err := m.Picture(t.Context(), id); !problem.Is(err, want) {
				t.Errorf("picture of %s: %v, want a problem of kind %s", id, err, want)
			}
		}
	})
}
