package audio

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// Media is the content-addressed store: DIR/ab/abcdef….flac holds the audio
// whose SHA-256 begins with ab, a .json file of the same name its measures. A
// file is there whole or not at all, and is durable once it is there. The time of
// its last change is when it was last used for an announcement.
//
// Its methods may be called by many goroutines.
type Media struct {
	dir string
	// using is held while a sound is taken into use or removed: what somebody was
	// told to be there stays.
	using sync.Mutex
}

// Info describes a stored file.
type Info struct {
	Bytes   int64
	ModTime time.Time
}

// OpenMedia opens or makes the store in dir and removes what an interrupted
// import left behind. One process may use a store at a time.
func OpenMedia(dir string) (*Media, error) {
	m := &Media{dir: dir}
	if err := os.RemoveAll(m.tempDir()); err != nil {
		return nil, fmt.Errorf("clean media store %s: %w", dir, err)
	}
	for _, d := range []string{m.tempDir(), m.speechDir()} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			return nil, fmt.Errorf("open media store %s: %w", dir, err)
		}
	}
	return m, nil
}

func (m *Media) tempDir() string   { return filepath.Join(m.dir, "tmp") }
func (m *Media) speechDir() string { return filepath.Join(m.dir, "speech") }

// path is the place of a checked SHA-256.
func (m *Media) path(sha, ext string) string {
	return filepath.Join(m.dir, sha[:2], sha+ext)
}

func notFound(sha string) *problem.Problem {
	return problem.New(problem.NotFound, "audio_not_found",
		"Không tìm thấy âm thanh này trong kho. Hãy tải tệp lên lại hoặc tạo lại giọng đọc.",
		"This audio is not in the store. Upload the file or synthesise the text again.").
		Because(fmt.Errorf("no audio %.80q", sha))
}

// Has reports whether the audio with this SHA-256 is stored.
func (m *Media) Has(sha string) bool {
	if !protocol.IsSHA256(sha) {
		return false
	}
	_, err := os.Stat(m.path(sha, ".flac"))
	return err == nil
}

// Open opens stored audio for reading. Unknown audio is a problem of kind
// NotFound.
func (m *Media) Open(sha string) (io.ReadSeekCloser, Info, error) {
	if !protocol.IsSHA256(sha) {
		return nil, Info{}, notFound(sha)
	}
	f, err := os.Open(m.path(sha, ".flac"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, Info{}, notFound(sha)
	} else if err != nil {
		return nil, Info{}, fmt.Errorf("open audio: %w", err)
	}
	st, err := f.Stat()
	if err != nil {
		return nil, Info{}, errors.Join(fmt.Errorf("open audio: %w", err), f.Close())
	}
	return f, Info{Bytes: st.Size(), ModTime: st.ModTime()}, nil
}

// put takes the finished file at path, which lies in the temporary folder, into
// the store and returns its description.
func (m *Media) put(path string, l loudness) (Sound, error) {
	sound, err := describe(path)
	if err != nil {
		return Sound{}, err
	}
	sound.LUFS, sound.TruePeakDBTP = l.integrated, l.truePeak
	meta, err := json.Marshal(sound)
	if err != nil {
		return Sound{}, err
	}
	// The measures go first: audio in the store always has them.
	if err := m.write(m.path(sound.SHA256, ".json"), meta); err != nil {
		return Sound{}, fmt.Errorf("keep audio measures: %w", err)
	}
	if err := m.adopt(path, m.path(sound.SHA256, ".flac")); err != nil {
		return Sound{}, fmt.Errorf("keep audio: %w", err)
	}
	return sound, nil
}

// errDamaged is of a file in the store that is not what it was.
var errDamaged = errors.New("damaged on disk")

// find returns the description of stored audio; ok is false when its measures
// are lost and must be taken again. What a failing disk or a careless hand has
// damaged is removed: no device would take it, and it may be made again.
func (m *Media) find(sha string) (sound Sound, ok bool, err error) {
	if !m.use(sha) {
		return Sound{}, false, notFound(sha)
	}
	meta, err := os.ReadFile(m.path(sha, ".json"))
	if err == nil && json.Unmarshal(meta, &sound) == nil && sound.SHA256 == sha && sound.DurationMS > 0 && m.size(sha) == sound.Bytes {
		return sound, true, nil
	}
	sound, err = describe(m.path(sha, ".flac"))
	if err == nil && sound.SHA256 != sha {
		err = fmt.Errorf("%w: its content has SHA-256 %s", errDamaged, sound.SHA256)
	}
	if errors.Is(err, errDamaged) {
		return Sound{}, false, notFound(sha).Because(errors.Join(err, m.remove(sha)))
	}
	return sound, false, err
}

func (m *Media) size(sha string) int64 {
	st, err := os.Stat(m.path(sha, ".flac"))
	if err != nil {
		return -1
	}
	return st.Size()
}

// remove removes all files of a sound, the sound itself first: what has none is
// never handed out.
func (m *Media) remove(sha string) (err error) {
	m.using.Lock()
	defer m.using.Unlock()
	for _, ext := range []string{".flac", ".mp3", ".json"} {
		if e := os.Remove(m.path(sha, ext)); !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}

// write makes or replaces a small file, durably and atomically.
func (m *Media) write(path string, data []byte) error {
	f, err := os.CreateTemp(m.tempDir(), "write-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err := errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return m.adopt(f.Name(), path)
}

// adopt moves a finished temporary file to its place, durably and atomically.
func (m *Media) adopt(temp, path string) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := os.Chmod(temp, 0o644); err != nil {
		return err
	}
	if err := syncPath(temp); err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return err
	}
	// A new folder is an entry of the one above it.
	return errors.Join(syncPath(dir), syncPath(filepath.Dir(dir)))
}

func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// describe reads size, hash and length of a FLAC file.
func describe(path string) (Sound, error) {
	f, err := os.Open(path)
	if err != nil {
		return Sound{}, err
	}
	defer f.Close()
	// The stream's length stands in STREAMINFO, the first block of every FLAC
	// file (RFC 9639, 8.2): 20 bits rate at byte 18, 36 bits samples at bit 172.
	var head [42]byte
	if _, err := io.ReadFull(f, head[:]); err != nil || string(head[:4]) != "fLaC" {
		return Sound{}, fmt.Errorf("%s is no FLAC file: %w", path, errDamaged)
	}
	rate := int64(head[18])<<12 | int64(head[19])<<4 | int64(head[20])>>4
	samples := int64(head[21]&0x0f)<<32 | int64(head[22])<<24 | int64(head[23])<<16 | int64(head[24])<<8 | int64(head[25])
	if rate != protocol.SampleRate || samples == 0 {
		return Sound{}, fmt.Errorf("%s has %d samples at %d Hz, some at %d Hz are expected: %w", path, samples, rate, protocol.SampleRate, errDamaged)
	}
	h := sha256.New()
	h.Write(head[:])
	rest, err := io.Copy(h, f)
	if err != nil {
		return Sound{}, fmt.Errorf("read %s: %w", path, err)
	}
	return Sound{Audio: protocol.Audio{
		SHA256:     hex.EncodeToString(h.Sum(nil)),
		Bytes:      int64(len(head)) + rest,
		DurationMS: (samples*1000 + rate - 1) / rate,
	}}, nil
}

// workdir makes a temporary folder for one piece of work and returns it with a
// function that removes it.
func (m *Media) workdir() (string, func(), error) {
	dir, err := os.MkdirTemp(m.tempDir(), "work-*")
	if err != nil {
		return "", nil, fmt.Errorf("make temporary folder: %w", err)
	}
	return dir, func() { _ = os.RemoveAll(dir) }, nil
}
