package speaker

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices/protocol"
)

// FuzzTrack decodes audio that is none, or is damaged: it ends, with an error or
// without, and no sample more than its bytes can hold.
func FuzzTrack(f *testing.F) {
	whole := encodeFLAC(f, tone(440, 20*time.Millisecond))
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add(append(bytes.Clone(whole), whole...))
	f.Add([]byte("fLaC"))
	f.Add([]byte("ID3\x04\x00\x00\x00\x00\x00\x00fLaC"))
	path := filepath.Join(f.TempDir(), "audio.flac")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		track, err := openTrack([]piece{{gap: 100, path: path}}, 0)
		if err != nil {
			t.Fatal(err) // nothing is decoded yet
		}
		defer track.close()
		// A frame of constant silence takes 10 bytes at least and holds 65,536 samples at most.
		most := 100 + (len(data)/10+1)*65536
		pcm := make([]int16, protocol.SampleRate)
		for n, read := 0, 0; err == nil; {
			if read, err = track.read(pcm); read == 0 && err == nil {
				t.Fatal("nothing was read, without an error")
			}
			if n += read; n > most {
				t.Fatalf("%d bytes became more than %d samples", len(data), most)
			}
		}
	})
}
