// Package camera owns the health of cameras: one watcher a camera, a state
// machine over what its stream really delivers, and the newest picture.
//
// It guarantees that a camera is called healthy only while fresh pictures
// arrive, and that every other state has a reason.
package camera

import (
	"time"

	"github.com/smart-commune/smart-commune/devices"
)

// Health is what the hub believes of a camera now.
type Health struct {
	State  devices.CameraState  `json:"state" enum:"unknown,healthy,suspect,down"`
	Reason devices.CameraReason `json:"reason,omitempty"`
	// Since is when the state or its reason last changed.
	Since time.Time `json:"since"`
	// Detail is what the camera or the network said, for a technician.
	Detail      string     `json:"detail,omitempty"`
	FPS         float64    `json:"fps"`
	BitrateKbps float64    `json:"bitrate_kbps"`
	LastFrameAt *time.Time `json:"last_frame_at,omitempty"`
	Codec       string     `json:"codec,omitempty"` // "H264", "H265", "MJPEG"
	Width       int        `json:"width,omitempty"`
	Height      int        `json:"height,omitempty"`
	// PictureAt is when the newest whole picture arrived.
	PictureAt *time.Time `json:"picture_at,omitempty"`
}
