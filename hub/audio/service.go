package audio

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"time"

	"github.com/smart-commune/smart-commune/hub/problem"
)

// Config says what a [Service] works with.
type Config struct {
	Media *Media
	// Engine is the program that speaks, with its arguments: it reads UTF-8 text
	// on its standard input and writes a WAV file to its standard output. It
	// defaults to [DefaultEngine]. For Piper:
	// piper --model vi_VN-vais1000-medium.onnx --output_file -
	Engine []string
	// Voices are the programs that speak other languages, by BCP 47 tag or its
	// first part ("en"); Engine speaks Vietnamese.
	Voices map[string][]string
	// Read turns a written text into the words that are spoken: numbers and
	// abbreviations in full. It defaults to the text itself.
	Read func(language, text string) string
	// FFmpeg is the program's name or path. It defaults to "ffmpeg".
	FFmpeg string
	// MaxLength of one piece of audio. It defaults to 30 minutes.
	MaxLength time.Duration
	// MaxUpload is the size of the largest upload in bytes. It defaults to
	// 200 MB.
	MaxUpload int64
	// Timeout of one run of a program. It defaults to 2 minutes.
	Timeout time.Duration
	Log     *slog.Logger
}

// DefaultEngine returns the default of [Config.Engine].
func DefaultEngine() []string { return []string{"espeak-ng", "-v", "vi", "--stdin", "--stdout"} }

// How much is done at once. What is over it waits, uploads over it are refused.
const (
	maxUploads  = 4 // being received or waiting; bounds the temporary folder
	maxImports  = 2 // being normalised
	maxSpeeches = 2 // being spoken; apart from imports, for a text may be urgent
)

// Service imports and speaks. Its methods may be called by many goroutines.
type Service struct {
	cfg      Config
	uploads  slots
	imports  slots
	speeches slots
}

// New returns a service over cfg. It starts nothing.
func New(cfg Config) (*Service, error) {
	if cfg.Media == nil {
		return nil, errors.New("audio: a media store is needed")
	}
	if len(cfg.Engine) == 0 {
		cfg.Engine = DefaultEngine()
	}
	if cfg.Read == nil {
		cfg.Read = func(_, text string) string { return text }
	}
	if cfg.FFmpeg == "" {
		cfg.FFmpeg = "ffmpeg"
	}
	if cfg.MaxLength <= 0 {
		cfg.MaxLength = 30 * time.Minute
	}
	if cfg.MaxUpload <= 0 {
		cfg.MaxUpload = 200 << 20
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = 2 * time.Minute
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	cfg.Log = cfg.Log.With("component", "audio")
	return &Service{cfg: cfg, uploads: make(slots, maxUploads), imports: make(slots, maxImports), speeches: make(slots, maxSpeeches)}, nil
}

// Find returns stored audio. Unknown audio is a problem of kind NotFound.
func (s *Service) Find(ctx context.Context, sha string) (Sound, error) {
	sound, ok, err := s.cfg.Media.find(sha)
	if err != nil || ok {
		return sound, err
	}
	dir, done, err := s.cfg.Media.workdir()
	if err != nil {
		return Sound{}, err
	}
	defer done()
	l, err := s.decode(ctx, s.cfg.Media.path(sha, ".flac"), dir+"/raw.f32")
	if err != nil {
		return Sound{}, err
	}
	sound.LUFS, sound.TruePeakDBTP = math.Max(l.integrated, -70), l.truePeak
	return sound, nil
}

// slots bounds how much is done at once.
type slots chan struct{}

// take waits for a slot.
func (s slots) take(ctx context.Context) error {
	select {
	case s <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// try takes a slot if one is free.
func (s slots) try() bool {
	select {
	case s <- struct{}{}:
		return true
	default:
		return false
	}
}

func (s slots) free() { <-s }

// failed gives words to the failures that a person can do something about.
func failed(err error, other *problem.Problem) error {
	var p *problem.Problem
	switch {
	case errors.As(err, &p), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, errTimeout):
		return problem.New(problem.Unavailable, "audio_timeout",
			"Xử lý âm thanh quá lâu nên đã dừng. Hãy thử lại với tệp hoặc nội dung ngắn hơn.",
			"Processing the audio took too long and was stopped. Try again with less of it.").Because(err)
	}
	return other.Because(err)
}
