package camera

import (
	"context"
	"fmt"

	"github.com/smart-commune/smart-commune/devices"
)

// Prober reads cameras.
type Prober interface {
	// Watch opens the video of cam and reads it, telling viewer what arrives,
	// until ctx is done or the stream ends. It always returns an error: that of
	// ctx, or a [*Trouble]. It bounds the time that opening takes by itself; a
	// stream that stands but delivers nothing is for the caller to give up by
	// ctx. When Watch returns, everything that it started has ended and viewer
	// is not called any more.
	Watch(ctx context.Context, cam devices.Camera, viewer Viewer) error
}

// Viewer is told what a stream delivers, by one goroutine at a time. It must
// not block.
type Viewer interface {
	// Playing says that the camera has promised to send; again, when the
	// stream changes its size or rate. Figures not known yet are zero.
	Playing(Stream)
	// Frame says that a whole frame has arrived, whose codec parameters are known.
	Frame(Frame)
	// Keyframe hands over a picture that can be shown on its own. The data is
	// the viewer's to keep.
	Keyframe(codec string, data []byte)
}

// Stream is what a camera says of its video.
type Stream struct {
	Codec         string // "H264", "H265", "MJPEG" or another name
	Width, Height int
	FPS           float64 // by its own account
}

// Frame is one picture as it came over the wire.
type Frame struct {
	Bytes int
	// Fingerprint is equal for two frames only if they are the same bytes.
	Fingerprint uint64
}

// Decoder makes a JPEG of a keyframe.
type Decoder interface {
	// JPEG decodes one keyframe: Annex B with its parameter sets for "H264" and
	// "H265". It returns early when ctx is done.
	JPEG(ctx context.Context, codec string, keyframe []byte) ([]byte, error)
}

// Trouble is why a camera cannot be read.
type Trouble struct {
	Reason devices.CameraReason
	Err    error // what the camera or the network said
}

// Error returns the reason and what was said.
func (t *Trouble) Error() string { return fmt.Sprintf("%s: %v", t.Reason, t.Err) }

// Unwrap returns what was said.
func (t *Trouble) Unwrap() error { return t.Err }
