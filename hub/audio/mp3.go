package audio

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// mp3Rate is 48 kbit/s mono: clear speech, and a minute of it is 360 kB on a
// villager's phone.
const mp3Rate = "48k"

// MP3 opens stored audio as MP3, which every phone plays. It is made when it is
// first asked for and kept beside the original. Unknown audio is a problem of kind
// NotFound.
func (s *Service) MP3(ctx context.Context, sha string) (io.ReadSeekCloser, Info, error) {
	if !s.cfg.Media.Has(sha) {
		return nil, Info{}, notFound(sha)
	}
	path := s.cfg.Media.path(sha, ".mp3")
	f, info, err := openFile(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return f, info, err
	}
	if err := s.imports.take(ctx); err != nil {
		return nil, Info{}, err
	}
	defer s.imports.free()
	// Somebody else may have asked for it meanwhile.
	if f, info, err := openFile(path); !errors.Is(err, fs.ErrNotExist) {
		return f, info, err
	}
	dir, done, err := s.cfg.Media.workdir()
	if err != nil {
		return nil, Info{}, err
	}
	defer done()
	made := filepath.Join(dir, "out.mp3")
	if _, err := s.ffmpeg(ctx, "-i", s.cfg.Media.path(sha, ".flac"), "-map_metadata", "-1", "-ac", "1", "-codec:a", "libmp3lame", "-b:a", mp3Rate, made); err != nil {
		return nil, Info{}, fmt.Errorf("make MP3 of %s: %w", sha, err)
	}
	if err := s.cfg.Media.adopt(made, path); err != nil {
		return nil, Info{}, fmt.Errorf("keep MP3: %w", err)
	}
	return openFile(path)
}

// MP3Size is the size of an MP3 in bytes if it was made already, else an estimate.
func (s *Service) MP3Size(sha string, durationMS int64) int64 {
	if st, err := os.Stat(s.cfg.Media.path(sha, ".mp3")); err == nil {
		return st.Size()
	}
	return durationMS * 48 / 8
}

func openFile(path string) (io.ReadSeekCloser, Info, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, Info{}, err
	}
	st, err := f.Stat()
	if err != nil {
		return nil, Info{}, errors.Join(err, f.Close())
	}
	return f, Info{Bytes: st.Size(), ModTime: st.ModTime()}, nil
}
