package audio

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"time"

	"github.com/smart-commune/smart-commune/hub/problem"
)

// Import takes in an uploaded MP3, WAV, FLAC, OGG or M4A file, brings it to the
// delivery format and stores it. name is the file's name for the log alone.
//
// It reads at most [Config.MaxUpload] bytes of r, straight to disk. Problems:
// TooMany when four uploads are under way, TooLarge for too many bytes or
// minutes, Invalid for what is no audio or is silent, Unavailable without FFmpeg.
func (s *Service) Import(ctx context.Context, name string, r io.Reader) (Sound, error) {
	if _, err := exec.LookPath(s.cfg.FFmpeg); err != nil {
		return Sound{}, ffmpegMissing(err)
	}
	if !s.uploads.try() {
		return Sound{}, problem.New(problem.TooMany, "uploads_busy",
			"Đang có nhiều tệp âm thanh được tải lên. Hãy thử lại sau ít phút.",
			"Several audio files are being uploaded now. Try again in a few minutes.")
	}
	defer s.uploads.free()
	dir, done, err := s.cfg.Media.workdir()
	if err != nil {
		return Sound{}, err
	}
	defer done()
	path := filepath.Join(dir, "upload")
	size, err := s.receive(ctx, path, r)
	if err != nil {
		return Sound{}, err
	}
	if said := s.saidLength(ctx, path); said > s.cfg.MaxLength+time.Second {
		s.cfg.Log.Info("upload refused", "name", fmt.Sprintf("%.100q", name), "bytes", size, "says", said)
		return Sound{}, s.tooLong()
	}
	progress(ctx, Progress{Step: Waiting})
	if err := s.imports.take(ctx); err != nil {
		return Sound{}, err
	}
	defer s.imports.free()
	sound, err := s.normalise(ctx, dir, path)
	if err != nil {
		s.cfg.Log.Info("upload refused", "name", fmt.Sprintf("%.100q", name), "bytes", size, "error", err)
		return Sound{}, failed(err, problem.New(problem.Invalid, "not_audio",
			"Không đọc được âm thanh trong tệp này. Hãy chọn tệp MP3, WAV, FLAC, OGG hoặc M4A.",
			"No audio can be read from this file. Choose an MP3, WAV, FLAC, OGG or M4A file."))
	}
	return sound, nil
}

// headerSays is how FFmpeg tells the length that a file claims; an estimate is marked.
var (
	headerSays = regexp.MustCompile(`Duration: (\d+):(\d\d):(\d\d)`)
	estimated  = []byte("Estimating duration")
)

// saidLength is the length that the header of an upload tells, 0 when it tells none:
// who sends hours of sound hears so before all of it was decoded.
func (s *Service) saidLength(ctx context.Context, path string) time.Duration {
	// Without an output FFmpeg describes the input and ends with an error.
	said, _ := s.ffmpeg(ctx, "-protocol_whitelist", "file,pipe", "-format_whitelist", inputFormats, "-i", "file:"+path)
	if said == nil || bytes.Contains(said.buf, estimated) {
		return 0
	}
	m := headerSays.FindSubmatch(said.buf)
	if m == nil {
		return 0
	}
	d, _ := time.ParseDuration(fmt.Sprintf("%sh%sm%ss", m[1], m[2], m[3]))
	return d
}

// receive writes an upload to path and stops early when it is too large.
func (s *Service) receive(ctx context.Context, path string, r io.Reader) (int64, error) {
	f, err := os.Create(path)
	if err != nil {
		return 0, fmt.Errorf("keep upload: %w", err)
	}
	size, err := io.Copy(f, io.LimitReader(&counted{ctx: ctx, r: reader{ctx, r}}, s.cfg.MaxUpload+1))
	if err := errors.Join(err, f.Close()); err != nil {
		return size, fmt.Errorf("receive upload: %w", err)
	}
	if size > s.cfg.MaxUpload {
		return size, problem.New(problem.TooLarge, "upload_too_large",
			"Tệp lớn hơn mức tối đa %d MB. Hãy lưu thành MP3 hoặc cắt ngắn rồi tải lại.",
			"The file is larger than %d MB, the most that is accepted. Compress it to MP3 or cut it.", s.cfg.MaxUpload>>20)
	}
	return size, nil
}

// reader ends with the context.
type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
