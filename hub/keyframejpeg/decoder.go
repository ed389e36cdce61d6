// Package keyframejpeg makes a JPEG of a keyframe with FFmpeg.
//
// It guarantees that FFmpeg reads nothing but the keyframe's bytes, uses one
// thread, and is ended after a bounded time.
package keyframejpeg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"github.com/smart-commune/smart-commune/hub/camera"
)

const (
	// timeout bounds one conversion; an old machine takes 1 s for 4K.
	timeout = 10 * time.Second
	// maxJPEG bounds what is kept of FFmpeg's output, in bytes.
	maxJPEG = 8 << 20
)

// Config is how pictures are made.
type Config struct {
	// Program is FFmpeg. It defaults to "ffmpeg".
	Program string
}

// Decoder runs FFmpeg, once for each picture.
type Decoder struct{ program string }

var _ camera.Decoder = (*Decoder)(nil)

// New returns a decoder. It does not look whether the program is there.
func New(cfg Config) *Decoder {
	if cfg.Program == "" {
		cfg.Program = "ffmpeg"
	}
	return &Decoder{program: cfg.Program}
}

// JPEG implements [camera.Decoder].
func (d *Decoder) JPEG(ctx context.Context, codec string, keyframe []byte) ([]byte, error) {
	demuxer, ok := map[string]string{"H264": "h264", "H265": "hevc"}[codec]
	if !ok {
		return nil, fmt.Errorf("no picture can be made of %s", codec)
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, d.program,
		"-hide_banner", "-nostdin", "-loglevel", "error", "-threads", "1",
		"-protocol_whitelist", "pipe", "-f", demuxer, "-i", "pipe:0",
		"-frames:v", "1", "-threads", "1", "-pix_fmt", "yuvj420p", "-q:v", "4",
		"-c:v", "mjpeg", "-f", "image2pipe", "pipe:1")
	cmd.WaitDelay = time.Second
	out, complaints := limited{left: maxJPEG}, limited{left: 2 << 10}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(keyframe), &out, &complaints
	err := cmd.Run()
	said := strings.TrimSpace(complaints.String())
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("make a picture with %s: %w", d.program, ctx.Err())
	case errors.Is(err, exec.ErrNotFound):
		return nil, fmt.Errorf("make a picture: install FFmpeg: %w", err)
	case err != nil:
		return nil, fmt.Errorf("make a picture with %s: %w: %s", d.program, err, said)
	case !bytes.HasPrefix(out.Bytes(), []byte{0xff, 0xd8}) || out.left == 0:
		return nil, fmt.Errorf("make a picture with %s: no JPEG came out: %s", d.program, said)
	}
	return out.Bytes(), nil
}

// limited is a buffer that drops what is too much.
type limited struct {
	bytes.Buffer
	left int
}

func (l *limited) Write(b []byte) (int, error) {
	n := min(len(b), l.left)
	l.left -= n
	l.Buffer.Write(b[:n])
	return len(b), nil
}
