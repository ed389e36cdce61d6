package speaker

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
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

// errFull says that an audio is not fetched because what the plan needs sooner
// fills the shelf.
var errFull = errors.New("what the plan needs sooner fills the room for audio")

// diskReserve is left free on disk for everything that is no audio: reports and
// readings must not be lost because of a song.
const diskReserve = 32 << 20

// shelf keeps audio on disk by its SHA-256.
type shelf struct {
	dir   string
	quota int64
	free  func(dir string) (bytes int64, known bool)
	log   *slog.Logger

	mu   sync.Mutex
	held map[string]int64 // SHA-256 → bytes
}

func openShelf(dir string, quota int64, free func(string) (int64, bool), log *slog.Logger) (*shelf, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	s := &shelf{dir: dir, quota: quota, free: free, log: log, held: map[string]int64{}}
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

// verify reads audio that is held and removes what rotted on disk, or was altered.
func (s *shelf) verify(ctx context.Context, shas []string) (changed bool) {
	for _, sha := range shas {
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

// all lists what is held.
func (s *shelf) all() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Keys(s.held))
}

// spare is a file that nothing needs, or not so soon.
type spare struct {
	sha, name string
	size      int64
	at        time.Time
	place     int // in the list of what is needed, -1 for nothing
}

// room makes room for an audio that stands at a place in the list of what is needed:
// while the quota is exceeded, or the disk is about to be full, audio and parts that
// nothing needs are removed, the oldest first, then audio that is needed later, the
// latest first. held are the places of what is there. It returns errFull when what is
// needed sooner leaves no room.
func (s *shelf) room(a protocol.Audio, place int, held map[string]int) error {
	over, spares, err := s.excess(a, place, held)
	if err != nil {
		return err
	}
	var most int64
	for _, f := range spares {
		most += f.size
	}
	for _, f := range spares {
		if over <= 0 {
			return nil
		}
		if most < over && f.place >= 0 {
			break // it would go for nothing
		}
		s.log.Info("remove audio to make room", "sha256", f.sha, "bytes", f.size, "needed", f.place >= 0)
		s.mu.Lock()
		if strings.HasSuffix(f.name, audioSuffix) {
			delete(s.held, f.sha)
		}
		s.mu.Unlock()
		if err := removeFile(filepath.Join(s.dir, f.name)); err != nil {
			return err
		}
		over, most = over-f.size, most-f.size
	}
	if over > 0 {
		return errFull
	}
	return nil
}

// excess is how many bytes must go before an audio may come, and what is to spare, what
// goes first first.
func (s *shelf) excess(a protocol.Audio, place int, held map[string]int) (over int64, spares []spare, err error) {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return 0, nil, err
	}
	more := a.Bytes // than the part that is there already
	over = a.Bytes - s.quota
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			continue
		}
		sha := strings.TrimSuffix(strings.TrimSuffix(e.Name(), audioSuffix), partSuffix)
		if sha == a.SHA256 {
			more -= info.Size()
			continue
		}
		over += info.Size()
		switch at, needed := held[sha]; {
		case !needed:
			spares = append(spares, spare{sha, e.Name(), info.Size(), info.ModTime(), -1})
		case at > place:
			spares = append(spares, spare{sha, e.Name(), info.Size(), info.ModTime(), at})
		}
	}
	if free, known := s.free(s.dir); known {
		over = max(over, more+diskReserve-free)
	}
	slices.SortFunc(spares, func(x, y spare) int {
		switch {
		case x.place < 0 && y.place < 0:
			return x.at.Compare(y.at)
		case x.place < 0 || y.place < 0:
			return cmp.Compare(x.place, y.place)
		}
		return cmp.Compare(y.place, x.place)
	})
	return over, spares, nil
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
