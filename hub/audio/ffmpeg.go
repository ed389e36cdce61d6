package audio

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"

	"github.com/smart-commune/smart-commune/hub/problem"
)

// inputFormats are the FFmpeg demuxers that an upload may be read with. None of
// them can name another file: playlists, concat scripts and HLS are not here,
// and references out of a MOV file are off by default. Browsers record in
// Matroska (WebM).
const inputFormats = "mp3,wav,w64,flac,ogg,mov,aac,matroska"

// tail keeps the last bytes written to it.
type tail struct {
	buf []byte
}

const tailSize = 8 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.buf = append(t.buf, p...)
	if over := len(t.buf) - tailSize; over > 0 {
		t.buf = append(t.buf[:0], t.buf[over:]...)
	}
	return len(p), nil
}

func (t *tail) String() string { return string(t.buf) }

// lastLine is what a failed program said last.
func (t *tail) lastLine() string {
	lines := strings.Split(strings.TrimSpace(t.String()), "\n")
	return lines[len(lines)-1]
}

// errTimeout says that a program did not end in its time.
var errTimeout = errors.New("did not end in time")

// run runs a program to its end, at most for limit, and returns the end of what
// it said on its error output. A program that is not there gives exec.ErrNotFound.
func run(ctx context.Context, limit time.Duration, argv []string, stdin io.Reader, stdout io.Writer) (*tail, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, errTimeout)
	defer cancel()
	said := &tail{}
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, stdout, said
	// Children of a killed script may hold its pipes open.
	cmd.WaitDelay = 2 * time.Second
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return said, fmt.Errorf("%s: %w: %s", argv[0], err, said.lastLine())
	}
	return said, nil
}

// ffmpeg runs FFmpeg with args after its common options.
func (s *Service) ffmpeg(ctx context.Context, args ...string) (*tail, error) {
	argv := append([]string{s.cfg.FFmpeg, "-hide_banner", "-nostdin", "-nostats", "-y", "-threads", "1"}, args...)
	said, err := run(ctx, s.cfg.Timeout, argv, nil, nil)
	if errors.Is(err, exec.ErrNotFound) {
		return said, ffmpegMissing(err)
	}
	return said, err
}

func ffmpegMissing(err error) *problem.Problem {
	return problem.New(problem.Unavailable, "ffmpeg_missing",
		"Máy chủ chưa có FFmpeg nên chưa xử lý được âm thanh. Hãy nhờ kỹ thuật viên cài đặt: sudo apt install ffmpeg",
		"FFmpeg is missing on the server, so audio cannot be processed. Install it: sudo apt install ffmpeg").Because(err)
}
