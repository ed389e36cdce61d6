package audio

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/smart-commune/smart-commune/devices/protocol"
)

// FuzzDescribe reads FLAC files as a failing disk leaves them.
func FuzzDescribe(f *testing.F) {
	head := make([]byte, 42)
	copy(head, "fLaC\x00\x00\x00\x22")
	head[18], head[19], head[20] = byte(protocol.SampleRate>>12), byte(protocol.SampleRate>>4&0xff), byte(protocol.SampleRate&0xf<<4)
	head[25] = 200
	f.Add(head)
	f.Add(head[:41])
	f.Add([]byte("fLaC"))
	f.Add([]byte{})
	path := filepath.Join(f.TempDir(), "x.flac")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		sound, err := describe(path)
		if err != nil {
			return
		}
		sum := sha256.Sum256(data)
		if sound.SHA256 != hex.EncodeToString(sum[:]) || sound.Bytes != int64(len(data)) || sound.DurationMS <= 0 || sound.DurationMS > 1<<36*1000/protocol.SampleRate+1 {
			t.Errorf("%d bytes are described as %+v", len(data), sound)
		}
	})
}

// FuzzParseLoudness reads what FFmpeg prints, of which uploads hold the titles.
func FuzzParseLoudness(f *testing.F) {
	f.Add("  Integrated loudness:\n    I:         -16.0 LUFS\n  True peak:\n    Peak:       -1.0 dBFS\n")
	f.Add("    I:  nan LUFS\n    Peak: -inf dBFS\n")
	f.Add("")
	f.Fuzz(func(t *testing.T, said string) {
		if l, err := parseLoudness(said); err == nil && (math.IsNaN(l.integrated) || math.IsNaN(l.truePeak)) {
			t.Errorf("%q has the loudness %+v", said, l)
		}
	})
}
