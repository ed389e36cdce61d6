package rtspprobe

import (
	"bytes"
	"context"
	"image/jpeg"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	simulated "github.com/smart-commune/smart-commune/firmware-sim/camera"
	"github.com/smart-commune/smart-commune/hub/camera"
	"github.com/smart-commune/smart-commune/hub/keyframejpeg"
)

// told is one call of the monitor.
type told struct {
	id devices.DeviceID
	at time.Time
	camera.Health
}

// The product's promise over the real wire: every fault of a simulated camera
// is suspect, then down with its reason, and healthy after its return, while a
// neighbour stays healthy throughout.
func TestEveryFaultIsSeenAndItsEndToo(t *testing.T) {
	faults := map[devices.DeviceID]struct {
		fault simulated.Fault
		want  devices.CameraReason
	}{
		"cam-01": {simulated.Stall, devices.CameraNoFrames},
		"cam-02": {simulated.Password, devices.CameraWrongPassword},
		"cam-03": {simulated.Refuse, devices.CameraRefused},
		"cam-04": {simulated.Mute, devices.CameraTimeout},
		"cam-05": {simulated.OK, ""},
	}
	f, cams := fleet(t, len(faults))
	calls := make(chan told, 1000)
	m, err := camera.New(camera.Config{
		Prober: New(Config{}), Decoder: keyframejpeg.New(keyframejpeg.Config{}),
		Changed: func(id devices.DeviceID, h camera.Health) { calls <- told{id, time.Now(), h} },
	})
	if err != nil {
		t.Fatal(err)
	}
	m.Set(cams)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- m.Run(ctx) }()
	defer func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}()

	// reach waits until n cameras have been told to be so since something began, and
	// logs how long each took: what is promised holds on a machine that does nothing else.
	began := time.Now()
	var heard []told
	reach := func(what string, promised time.Duration, want func(told) bool, n int) {
		t.Helper()
		reached := make(map[devices.DeviceID]time.Duration)
		note := func(c told) {
			if _, ok := reached[c.id]; !ok && want(c) && c.at.After(began) {
				reached[c.id] = c.at.Sub(began)
			}
		}
		for _, c := range heard {
			note(c)
		}
		deadline := time.After(promised + time.Minute)
		for len(reached) < n {
			select {
			case c := <-calls:
				heard = append(heard, c)
				note(c)
				if c.id == "cam-05" && (c.State == devices.CameraSuspect || c.State == devices.CameraDown) {
					t.Errorf("the neighbour is %s: %s (%s)", c.State, c.Reason, c.Detail)
				}
			case <-deadline:
				t.Fatalf("%s: only %v", what, reached)
			}
		}
		t.Logf("%s after %v (promised: %v)", what, reached, promised)
	}

	reach("healthy", 10*time.Second, func(c told) bool { return c.State == devices.CameraHealthy && c.PictureAt != nil }, 5)
	picture, at, err := m.Picture(t.Context(), "cam-01")
	if err != nil {
		t.Fatal(err)
	}
	if config, err := jpeg.DecodeConfig(bytes.NewReader(picture)); err != nil || config.Width != 320 || at.Before(began) {
		t.Errorf("picture %+v of %v: %v", config, at, err)
	}

	began = time.Now()
	for id, x := range faults {
		if err := f.SetFault(id, x.fault); err != nil {
			t.Fatal(err)
		}
	}
	reach("suspect", 5*time.Second, func(c told) bool { return c.State == devices.CameraSuspect && c.id != "cam-05" }, 4)
	suspected := time.Now()
	reach("down with its reason", 10*time.Second, func(c told) bool {
		return c.State == devices.CameraDown && c.Reason == faults[c.id].want && c.id != "cam-05"
	}, 4)
	// The last picture stays, with the time it was taken.
	if _, at, err := m.Picture(t.Context(), "cam-01"); err != nil || at.After(suspected) {
		t.Errorf("picture of a camera that is down, of %v: %v", at, err)
	}
	began = time.Now()
	for id := range faults {
		if err := f.SetFault(id, simulated.OK); err != nil {
			t.Fatal(err)
		}
	}
	reach("healthy again", 10*time.Second, func(c told) bool { return c.State == devices.CameraHealthy && c.id != "cam-05" }, 4)
}
