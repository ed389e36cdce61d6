package rtspprobe

import (
	"context"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	simulated "github.com/smart-commune/smart-commune/firmware-sim/camera"
)

// BenchmarkNineCameras reads the commune's nine cameras for ten seconds and
// reports what that costs, the simulated cameras' side included.
func BenchmarkNineCameras(b *testing.B) {
	var cams []devices.Camera
	for _, n := range "123456789" {
		cams = append(cams, devices.Camera{ID: devices.DeviceID("cam-0" + string(n)), Username: "hub", Password: "x"})
	}
	f, err := simulated.NewFleet(simulated.Config{Cameras: cams, Listen: "127.0.0.1:0"})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	var wg sync.WaitGroup
	wg.Go(func() { _ = f.Run(ctx) })
	idle := used(b)
	alone := measure(b, idle)
	for _, cam := range cams {
		cam.URL = f.URL(cam.ID)
		wg.Go(func() { _ = New(Config{}).Watch(ctx, cam, newRecorder()) })
	}
	b.ReportMetric(alone, "%core-cameras-unwatched")
	b.ReportMetric(measure(b, used(b)), "%core-cameras-and-hub")
	cancel()
	wg.Wait()
}

// measure returns the percentage of one core used in the next ten seconds.
func measure(b *testing.B, before time.Duration) float64 {
	began := time.Now()
	<-time.After(10 * time.Second)
	return 100 * float64(used(b)-before) / float64(time.Since(began))
}

// used returns the processor time of this process.
func used(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
