package speaker

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"

	"github.com/smart-commune/smart-commune/devices/protocol"
)

const wavHeader = 44 // bytes

// WAV is an output that takes real time and appends every sample to a WAV file:
// what the cluster sounded, in order, without the silence between. The header
// is brought up to date after every write, so that the file is valid at any
// time; a file that is there already is continued.
type WAV struct {
	pace pace
	file *os.File
	data int64 // bytes of samples in the file
	buf  []byte
}

var _ Output = (*WAV)(nil)

// OpenWAV creates or continues a WAV file.
func OpenWAV(path string) (*WAV, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open WAV output: %w", err)
	}
	w := &WAV{file: f}
	info, err := f.Stat()
	if err == nil {
		// The length tells what was written: a crash can leave the header behind.
		w.data = max(0, info.Size()-wavHeader) &^ 1
		err = w.header()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open WAV output %s: %w", path, err), f.Close())
	}
	return w, nil
}

func (w *WAV) header() error {
	const frame = protocol.Channels * protocol.BitDepth / 8
	le := binary.LittleEndian
	h := make([]byte, 0, wavHeader)
	h = append(h, "RIFF"...)
	h = le.AppendUint32(h, uint32(min(w.data+wavHeader-8, 1<<32-1)))
	h = append(h, "WAVEfmt "...)
	h = le.AppendUint32(h, 16)
	h = le.AppendUint16(h, 1) // PCM
	h = le.AppendUint16(h, protocol.Channels)
	h = le.AppendUint32(h, protocol.SampleRate)
	h = le.AppendUint32(h, protocol.SampleRate*frame)
	h = le.AppendUint16(h, frame)
	h = le.AppendUint16(h, protocol.BitDepth)
	h = append(h, "data"...)
	h = le.AppendUint32(h, uint32(min(w.data, 1<<32-wavHeader)))
	_, err := w.file.WriteAt(h, 0)
	return err
}

// Write implements [Output].
func (w *WAV) Write(ctx context.Context, pcm []int16) error {
	w.buf = w.buf[:0]
	for _, s := range pcm {
		w.buf = binary.LittleEndian.AppendUint16(w.buf, uint16(s))
	}
	if _, err := w.file.WriteAt(w.buf, wavHeader+w.data); err != nil {
		return err
	}
	w.data += int64(len(w.buf))
	if err := w.header(); err != nil {
		return err
	}
	return w.pace.wait(ctx, len(pcm))
}

// Drain implements [Output].
func (w *WAV) Drain(context.Context) error { return nil }

// Drop implements [Output].
func (w *WAV) Drop() int { return 0 }

// Close implements [Output].
func (w *WAV) Close() error { return w.file.Close() }
