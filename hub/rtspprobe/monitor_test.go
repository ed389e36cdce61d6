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
// is suspect within 5 s, down with its reason within 10 s, and healthy within
// 10 s of its return, while a neighbour stays healthy throughout.
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

	// reach waits until every camera of want has been told to be so, and
	// returns how long each took.
	reach := func(what string, within time.Duration, want func(told) bool, n int) {
		t.Helper()
		began := time.Now()
		reached := make(map[devices.DeviceID]time.Duration)
		deadline := time.After(within)
		for len(reached) < n {
			select {
			case c := <-calls:
				if _, ok := reached[c.id]; !ok && want(c) {
					reached[c.id] = c.at.Sub(began)
				}
				if c.id == "cam-05" && (c.State == devices.CameraSuspect || c.State == devices.CameraDown) {
					t.Errorf("the neighbour is %s: %s (%s)", c.State, c.Reason, c.Detail)
				}
			case <-deadline:
				t.Fatalf("%s within %v only: %v", what, within, reached)
			}
		}
		t.Logf("%s after %v", what, reached)
	}

	reach("healthy", 10*time.Second, func(c told) bool { return c.State == devices.CameraHealthy && c.PictureAt != nil }, 5)
	picture, at, err := m.Picture(t.Context(), "cam-01")
	if err != nil {
		t.Fatal(err)
	}
	if config, err := jpeg.DecodeConfig(bytes.NewReader(picture)); err != nil || config.Width != 320 || time.Since(at) > 5*time.Second {
		t.Errorf("picture %+v of %v: %v", config, at, err)
	}

	for id, x := range faults {
		if err := f.SetFault(id, x.fault); err != nil {
			t.Fatal(err)
		}
	}
	began := time.Now()
	reach("suspect", 5*time.Second, func(c told) bool { return c.State == devices.CameraSuspect && c.id != "cam-05" }, 4)
	reach("down with its reason", 10*time.Second-time.Since(began), func(c told) bool {
		return c.State == devices.CameraDown && c.Reason == faults[c.id].want && c.id != "cam-05"
	}, 4)
	// The last picture stays, with the time it was taken.
	if _, at, err := m.Picture(t.Context(), "cam-01"); err != nil || at.After(began) {
		t.Errorf("picture of a camera that is down, of %v: %v", at, err)
	}
	for id := range faults {
		if err := f.SetFault(id, simulated.OK); err != nil {
			t.Fatal(err)
		}
	}
	reach("healthy again", 10*time.Second, func(c told) bool { return c.State == devices.CameraHealthy && c.id != "cam-05" }, 4)
}
