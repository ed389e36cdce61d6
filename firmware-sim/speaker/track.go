package speaker

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/mewkiz/flac"
	"github.com/smart-commune/smart-commune/devices/protocol"
)

// piece is a silence and then the audio of a file.
type piece struct {
	gap  int64 // samples
	path string
}

// samplesOf is the length of a silence, to the sample.
func samplesOf(ms int64) int64 { return ms * protocol.SampleRate / 1000 }

// track decodes the audio of an item, piece after piece, one FLAC frame at a
// time.
type track struct {
	pieces []piece // still to come
	gap    int64   // samples of silence before path
	path   string  // still to be opened, empty for none
	file   *os.File
	stream *flac.Stream
	frame  []int32 // decoded, not yet read
	silent bool    // what was read last is a gap
}

// openTrack leaves out the first skip samples of the pieces.
func openTrack(pieces []piece, skip int64) (*track, error) {
	t := &track{pieces: pieces}
	buf := make([]int16, 4096)
	for skip > 0 {
		n, err := t.read(buf[:min(skip, int64(len(buf)))])
		if err != nil {
			return nil, errors.Join(fmt.Errorf("skip to where it stopped: %w", err), t.close())
		}
		skip -= int64(n)
	}
	return t, nil
}

// read fills pcm; less comes only where a gap begins or ends and at the end of the
// last file, then [io.EOF].
func (t *track) read(pcm []int16) (n int, err error) {
	for n < len(pcm) {
		if len(t.frame) == 0 && t.gap > 0 {
			if n > 0 {
				return n, nil
			}
			n = int(min(int64(len(pcm)), t.gap))
			clear(pcm[:n])
			t.gap -= int64(n)
			t.silent = true
			return n, nil
		}
		if len(t.frame) == 0 {
			if err := t.next(); errors.Is(err, io.EOF) && n > 0 {
				return n, nil
			} else if err != nil {
				return 0, err
			}
		}
		m := min(len(pcm)-n, len(t.frame))
		for i, s := range t.frame[:m] {
			pcm[n+i] = int16(min(max(s, math.MinInt16), math.MaxInt16))
		}
		t.frame = t.frame[m:]
		t.silent = false
		n += m
	}
	return n, nil
}

// next decodes one frame, or goes on to the next piece.
func (t *track) next() (err error) {
	// The decoder panics on some malformed streams; one bad file must not
	// silence the cluster.
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("decode FLAC: %v", p)
		}
	}()
	if t.stream == nil {
		return t.open()
	}
	f, err := t.stream.ParseNext()
	if errors.Is(err, io.EOF) {
		t.stream = nil
		return t.file.Close()
	}
	if err != nil {
		return fmt.Errorf("decode FLAC: %w", err)
	}
	if len(f.Subframes) != protocol.Channels {
		return fmt.Errorf("decode FLAC: %d channels: %d are expected", len(f.Subframes), protocol.Channels)
	}
	t.frame = f.Subframes[0].Samples
	return nil
}

func (t *track) open() error {
	if t.path == "" {
		if len(t.pieces) == 0 {
			return io.EOF
		}
		t.gap, t.path = t.pieces[0].gap, t.pieces[0].path
		t.pieces = t.pieces[1:]
		return nil
	}
	f, err := os.Open(t.path)
	if err != nil {
		return err
	}
	t.path = ""
	s, err := flac.New(f)
	if err != nil {
		return errors.Join(fmt.Errorf("decode FLAC: %w", err), f.Close())
	}
	if i := s.Info; i.SampleRate != protocol.SampleRate || i.NChannels != protocol.Channels || i.BitsPerSample != protocol.BitDepth {
		return errors.Join(fmt.Errorf("decode FLAC: %d Hz, %d channels, %d bit: %d Hz, %d channel, %d bit are expected",
			i.SampleRate, i.NChannels, i.BitsPerSample, protocol.SampleRate, protocol.Channels, protocol.BitDepth), f.Close())
	}
	t.file, t.stream = f, s
	return nil
}

func (t *track) close() error {
	if t.stream == nil {
		return nil
	}
	t.stream = nil
	return t.file.Close()
}
