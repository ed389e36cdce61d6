package audio

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/smart-commune/smart-commune/devices/protocol"
)

// Grace is how long audio stays that nothing refers to, after it was last used.
type Grace struct {
	// Spoken is for what the voice has made, which it can make again; Other is for
	// uploads and recordings.
	Spoken, Other time.Duration
}

// Swept is what a sweep has removed.
type Swept struct {
	Sounds int
	Bytes  int64
}

// Sweep removes the audio that is not needed and that nobody has used for its
// grace. It may be cut off at any moment: what is left is removed by the next one.
func (m *Media) Sweep(ctx context.Context, needed map[string]bool, grace Grace, now time.Time) (swept Swept, err error) {
	notes, err := m.speechNotes()
	if err != nil {
		return swept, fmt.Errorf("sweep media store %s: %w", m.dir, err)
	}
	found, err := m.stored()
	if err != nil {
		return swept, fmt.Errorf("sweep media store %s: %w", m.dir, err)
	}
	for sha := range found {
		if err := ctx.Err(); err != nil {
			return swept, err
		}
		if needed[sha] {
			continue
		}
		unused := now.Add(-grace.Other)
		if len(notes[sha]) > 0 {
			unused = now.Add(-grace.Spoken)
		}
		bytes, removed, err := m.removeUnused(sha, notes[sha], unused)
		if err != nil {
			return swept, fmt.Errorf("remove audio %s: %w", sha, err)
		}
		if removed {
			swept.Sounds++
			swept.Bytes += bytes
		}
	}
	return swept, nil
}

// stored are the SHA-256 of everything in the store, also of what a removal that
// was cut off has left.
func (m *Media) stored() (map[string]bool, error) {
	folders, err := os.ReadDir(m.dir)
	if err != nil {
		return nil, err
	}
	found := map[string]bool{}
	for _, folder := range folders {
		if !folder.IsDir() || len(folder.Name()) != 2 {
			continue
		}
		files, err := os.ReadDir(filepath.Join(m.dir, folder.Name()))
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			if sha, _, _ := strings.Cut(f.Name(), "."); protocol.IsSHA256(sha) {
				found[sha] = true
			}
		}
	}
	return found, nil
}

// speechNotes are the files that remember which text became which audio, by its
// SHA-256.
func (m *Media) speechNotes() (map[string][]string, error) {
	files, err := os.ReadDir(m.speechDir())
	if err != nil {
		return nil, err
	}
	notes := map[string][]string{}
	for _, f := range files {
		path := filepath.Join(m.speechDir(), f.Name())
		sha, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		notes[string(sha)] = append(notes[string(sha)], path)
	}
	return notes, nil
}

// removeUnused removes one sound with all that belongs to it, unless it was used
// after the instant.
func (m *Media) removeUnused(sha string, notes []string, after time.Time) (bytes int64, removed bool, err error) {
	m.using.Lock()
	defer m.using.Unlock()
	// The sound itself goes first of its files: what has no sound is never handed out.
	paths := append(notes[:len(notes):len(notes)], m.path(sha, ".flac"), m.path(sha, ".mp3"), m.path(sha, ".json"))
	for _, path := range paths[len(notes):] {
		st, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		} else if err != nil {
			return 0, false, err
		}
		if st.ModTime().After(after) {
			return 0, false, nil
		}
		bytes += st.Size()
	}
	for _, path := range paths {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return 0, false, err
		}
	}
	return bytes, true, nil
}

// use notes that stored audio is used now, and reports whether it is there.
func (m *Media) use(sha string) bool {
	if !protocol.IsSHA256(sha) {
		return false
	}
	m.using.Lock()
	defer m.using.Unlock()
	now := time.Now()
	return os.Chtimes(m.path(sha, ".flac"), now, now) == nil
}
