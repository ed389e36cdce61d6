// Package camera simulates the commune's security cameras: each one an RTSP
// server on a port of its own, with a moving H.264 picture made in pure Go
// that shows its name and a clock, and faults that can be switched at run time.
package camera

import (
	"context"
	"errors"
	"log/slog"

	"github.com/smart-commune/smart-commune/devices"
)

// Config is what a fleet needs.
type Config struct {
	// Cameras give id, name, user name and password; their URL is not used.
	// A camera without a user name asks for no password.
	Cameras []devices.Camera
	// Listen is host:port of the first camera; each further camera listens one
	// port higher. Port 0 gives every camera a free port. It defaults to
	// "127.0.0.1:8554".
	Listen string
	// Log defaults to discarding.
	Log *slog.Logger
}

// Fleet is a set of simulated cameras.
type Fleet struct{}

// NewFleet opens the port of every camera, so that [Fleet.URL] is known; the
// cameras answer once [Fleet.Run] runs. Call Run or Close to free the ports.
func NewFleet(cfg Config) (*Fleet, error) { return nil, errors.New("not built yet") }

// Run serves the cameras until ctx is done. It returns when all its goroutines
// have ended and its ports are closed; nil after a cancelled ctx.
func (f *Fleet) Run(ctx context.Context) error { return nil }

// Close frees the ports of a fleet that was never run.
func (f *Fleet) Close() {}

// Addr returns host:port of a camera, empty for an unknown one.
func (f *Fleet) Addr(id devices.DeviceID) string { return "" }

// URL returns rtsp://host:port/{id} of a camera, empty for an unknown one.
func (f *Fleet) URL(id devices.DeviceID) string { return "" }

// SetFault switches the fault of a camera; [OK] heals it.
func (f *Fleet) SetFault(id devices.DeviceID, fault Fault) error { return nil }

// Fault returns the present fault of a camera.
func (f *Fleet) Fault(id devices.DeviceID) Fault { return OK }
