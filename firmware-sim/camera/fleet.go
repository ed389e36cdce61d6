// Package camera simulates the commune's security cameras: each one an RTSP
// server on a port of its own, with a moving H.264 picture made in pure Go
// that shows its name and a clock, and faults that can be switched at run time.
//
// It guarantees that a fault is what a hub would meet in the field: a refusing
// camera has no listening port, a mute one accepts and says nothing, and a
// stalled one goes on answering RTSP and sending RTCP reports.
package camera

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"sync"

	"github.com/bluenviron/gortsplib/v4"

	"github.com/smart-commune/smart-commune/devices"
)

// DefaultListen is the address of the first camera when none is given.
const DefaultListen = "127.0.0.1:8554"

// Config is what a fleet needs.
type Config struct {
	// Cameras give id, name, user name and password; their URL is not used.
	// A camera without a user name asks for no password.
	Cameras []devices.Camera
	// Listen is host:port of the first camera; each further camera listens one
	// port higher. Port 0 gives every camera a free port. It defaults to
	// [DefaultListen].
	Listen string
	// Log defaults to discarding.
	Log *slog.Logger
}

// Fleet is a set of simulated cameras. They share one RTSP server, so every
// stream can also be had through the port of another camera.
type Fleet struct {
	log     *slog.Logger
	cameras []*simulated
	server  gortsplib.Server
	hall    *hall
}

// NewFleet opens the port of every camera, so that [Fleet.URL] is known; the
// cameras answer once [Fleet.Run] runs. Call Run or Close to free the ports.
func NewFleet(cfg Config) (*Fleet, error) {
	if cfg.Listen == "" {
		cfg.Listen = DefaultListen
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	host, portText, err := net.SplitHostPort(cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("address of the cameras %q: %w", cfg.Listen, err)
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil || int(port)+len(cfg.Cameras) > 1<<16 {
		return nil, fmt.Errorf("address of the cameras %q: the port must be 0 to %d", cfg.Listen, 1<<16-len(cfg.Cameras))
	}
	f := &Fleet{log: cfg.Log.With("component", "camera"), hall: newHall()}
	f.server = gortsplib.Server{
		RTSPAddress:    cfg.Listen, // not used: conns come from the cameras' own ports
		Listen:         func(string, string) (net.Listener, error) { return f.hall, nil },
		Handler:        (*handler)(f),
		WriteQueueSize: 512, // packets; a key picture takes 90
	}
	for i, cam := range cfg.Cameras {
		c := &simulated{cam: cam, fault: OK, log: f.log.With("device", string(cam.ID))}
		if f.find(cam.ID) != nil {
			f.Close()
			return nil, fmt.Errorf("camera %s is listed twice", cam.ID)
		}
		own := "0"
		if port != 0 {
			own = strconv.Itoa(int(port) + i)
		}
		c.door.hall, c.door.addr = f.hall, net.JoinHostPort(host, own)
		if err := c.door.unlock(); err != nil {
			f.Close()
			return nil, fmt.Errorf("camera %s: %w", cam.ID, err)
		}
		f.cameras = append(f.cameras, c)
	}
	return f, nil
}

// Run serves the cameras until ctx is done. It returns when all its goroutines
// have ended and its ports are closed; nil after a cancelled ctx.
func (f *Fleet) Run(ctx context.Context) error {
	defer f.Close()
	if err := f.server.Start(); err != nil {
		return fmt.Errorf("start the cameras: %w", err)
	}
	defer f.server.Close() // ends what the ports let in, before they close
	for _, c := range f.cameras {
		if err := c.openStream(&f.server); err != nil {
			return fmt.Errorf("camera %s: %w", c.cam.ID, err)
		}
		defer c.stream.Close()
	}
	close(f.hall.ready)

	var wg sync.WaitGroup
	ctx, cancel := context.WithCancel(ctx)
	defer wg.Wait()
	defer cancel()
	for i, c := range f.cameras {
		// Key pictures are spread over time, as with cameras of different age.
		wg.Go(func() { c.film(ctx, i*keyEvery/len(f.cameras)) })
	}
	ended := make(chan error, 1)
	wg.Go(func() { ended <- f.server.Wait() })
	select {
	case <-ctx.Done():
		f.server.Close()
		<-ended
		return nil
	case err := <-ended:
		return fmt.Errorf("serve the cameras: %w", err)
	}
}

// Close frees the ports of a fleet that was never run.
func (f *Fleet) Close() {
	_ = f.hall.Close()
	for _, c := range f.cameras {
		c.door.remove()
	}
}

func (f *Fleet) find(id devices.DeviceID) *simulated {
	for _, c := range f.cameras {
		if c.cam.ID == id {
			return c
		}
	}
	return nil
}

// Addr returns host:port of a camera, empty for an unknown one.
func (f *Fleet) Addr(id devices.DeviceID) string {
	if c := f.find(id); c != nil {
		return c.door.addr
	}
	return ""
}

// URL returns rtsp://host:port/{id} of a camera, empty for an unknown one.
func (f *Fleet) URL(id devices.DeviceID) string {
	if c := f.find(id); c != nil {
		return "rtsp://" + c.door.addr + "/" + string(id)
	}
	return ""
}

// SetFault switches the fault of a camera; [OK] heals it. A fault that a
// camera cannot have in the middle of a connection ends its connections.
func (f *Fleet) SetFault(id devices.DeviceID, fault Fault) error {
	c := f.find(id)
	if c == nil {
		return fmt.Errorf("no camera %q", id)
	}
	if _, err := ParseFault(string(fault)); err != nil {
		return err
	}
	if err := c.setFault(fault); err != nil {
		return fmt.Errorf("camera %s: %w", id, err)
	}
	c.log.Info("fault switched", "fault", string(fault))
	return nil
}

// Fault returns the present fault of a camera.
func (f *Fleet) Fault(id devices.DeviceID) Fault {
	if c := f.find(id); c != nil {
		return c.present()
	}
	return OK
}
