package speaker

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/smart-commune/smart-commune/devices/protocol"
)

const (
	audioSuffix = ".flac"
	partSuffix  = ".part"
)

// errQuota says that an audio is not fetched because what the plan needs sooner
// fills the shelf.
var errQuota = errors.New("the quota for audio is used up by the plan")

// shelf keeps audio on disk by its SHA-256.
type shelf struct {
	dir   string
	quota int64
	log   *slog.Logger

	mu   sync.Mutex
	held map[string]int64 // SHA-256 → bytes
}

func openShelf(dir string, quota int64, log *slog.Logger) (*shelf, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	s := &shelf{dir: dir, quota: quota, log: log, held: map[string]int64{}}
	for _, e := range entries {
		sha, ok := strings.CutSuffix(e.Name(), audioSuffix)
		if info, err := e.Info(); ok && err == nil && protocol.IsSHA256(sha) {
			s.held[sha] = info.Size()
		}
	}
	return s, nil
}

func (s *shelf) path(sha string) string { return filepath.Join(s.dir, sha+audioSuffix) }
func (s *shelf) part(sha string) string { return filepath.Join(s.dir, sha+partSuffix) }

func (s *shelf) has(sha string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.held[sha]
	return ok
}

// hasAll reports whether an item can be played.
func (s *shelf) hasAll(audio []protocol.Audio) bool {
	return !slices.ContainsFunc(audio, func(a protocol.Audio) bool { return !s.has(a.SHA256) })
}

// whole reports whether the audio is really there: somebody may have removed it
// from the disk. What is not is forgotten, and so fetched again.
func (s *shelf) whole(audio []protocol.Audio) bool {
	whole := true
	for _, a := range audio {
		info, err := os.Stat(s.path(a.SHA256))
		s.mu.Lock()
		size, held := s.held[a.SHA256]
		s.mu.Unlock()
		if held && (err != nil || info.Size() != size) {
			s.log.Warn("audio is gone from the disk and is fetched again", "sha256", a.SHA256, "error", err)
			s.remove(a.SHA256)
		}
		whole = whole && held && err == nil && info.Size() == size
	}
	return whole
}

// store verifies a finished download and puts it on the shelf. A part that is
// not what it should be is removed.
func (s *shelf) store(a protocol.Audio) error {
	got, size, err := hashFile(s.part(a.SHA256))
	if err == nil && got != a.SHA256 {
		err = fmt.Errorf("audio %s arrived damaged: its SHA-256 is %s", a.SHA256, got)
	}
	if err != nil {
		return errors.Join(err, removeFile(s.part(a.SHA256)))
	}
	if err := rename(s.part(a.SHA256), s.path(a.SHA256)); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held[a.SHA256] = size
	return nil
}

func (s *shelf) remove(sha string) {
	s.mu.Lock()
	delete(s.held, sha)
	s.mu.Unlock()
	if err := removeFile(s.path(sha)); err != nil {
		s.log.Error("cannot remove audio", "sha256", sha, "error", err)
	}
}

// verify reads everything held and removes what rotted on disk.
func (s *shelf) verify(ctx context.Context) (changed bool) {
	s.mu.Lock()
	var all []string
	for sha := range s.held {
		all = append(all, sha)
	}
	s.mu.Unlock()
	for _, sha := range all {
		if ctx.Err() != nil {
			return changed
		}
		if got, _, err := hashFile(s.path(sha)); err != nil || got != sha {
			s.log.Warn("audio on disk is damaged and is fetched again", "sha256", sha, "error", err)
			s.remove(sha)
			changed = true
		}
	}
	return changed
}

// room makes room for an audio: while the quota is exceeded, audio and parts
// that nothing needs are removed, the oldest first. It returns errQuota when
// what is needed sooner leaves no room.
func (s *shelf) room(a protocol.Audio, needed map[string]bool) error {
	type file struct {
		sha  string
		size int64
		at   time.Time
		name string
	}
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return err
	}
	var total int64
	var spare []file
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			continue
		}
		sha := strings.TrimSuffix(strings.TrimSuffix(e.Name(), audioSuffix), partSuffix)
		if sha == a.SHA256 {
			continue
		}
		total += info.Size()
		if !needed[sha] {
			spare = append(spare, file{sha, info.Size(), info.ModTime(), e.Name()})
		}
	}
	slices.SortFunc(spare, func(x, y file) int { return x.at.Compare(y.at) })
	for _, f := range spare {
		if total+a.Bytes <= s.quota {
			return nil
		}
		s.log.Info("remove audio that no plan needs", "sha256", f.sha, "bytes", f.size)
		s.mu.Lock()
		if strings.HasSuffix(f.name, audioSuffix) {
			delete(s.held, f.sha)
		}
		s.mu.Unlock()
		if err := removeFile(filepath.Join(s.dir, f.name)); err != nil {
			return err
		}
		total -= f.size
	}
	if total+a.Bytes > s.quota {
		return errQuota
	}
	return nil
}

func removeFile(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func hashFile(path string) (sum string, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	h := sha256.New()
	size, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), size, err
}
