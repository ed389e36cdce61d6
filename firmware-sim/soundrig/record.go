package soundrig

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// Recorder records all channels of a rig to a file.
type Recorder struct {
	path     string
	channels int
	cmd      *exec.Cmd
	file     *os.File
	log      bytes.Buffer
}

// Record begins to record to a new file; it goes on until [Recorder.Stop] or
// the end of ctx. An hour of one channel takes 346 MB.
func (r *Rig) Record(ctx context.Context, path string) (*Recorder, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	rec := &Recorder{path: path, channels: r.channels, file: f}
	rec.cmd = command(ctx, "3", "parec", "-d", "card.monitor", fmt.Sprintf("--channels=%d", r.channels), fmt.Sprintf("--rate=%d", Rate),
		"--format=s16le", "--channel-map="+r.channelMap(), "--latency-msec=200")
	rec.cmd.Env = r.env()
	rec.cmd.Stdout, rec.cmd.Stderr = f, &rec.log
	if err := rec.cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("record: %w", err), f.Close())
	}
	return rec, nil
}

// Stop ends the recording.
func (r *Recorder) Stop() (*Recording, error) {
	_ = r.cmd.Process.Signal(syscall.SIGTERM)
	_ = r.cmd.Wait() // it ends by the signal
	if err := r.file.Close(); err != nil {
		return nil, err
	}
	return Open(r.path, r.channels)
}

// Recording is the sound of all channels on one clock, kept on disk: 16 bit
// little endian, interleaved, [Rate].
type Recording struct {
	file     *os.File
	channels int
	// Len is how many samples each channel has.
	Len int
}

// Open opens a recording that was made before.
func Open(path string, channels int) (*Recording, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open the recording: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &Recording{f, channels, int(info.Size()) / (2 * channels)}, nil
}

// Close releases the file.
func (r *Recording) Close() error { return r.file.Close() }

// Window reads n samples of every channel from the sample at on, of full scale 1.
func (r *Recording) Window(at, n int) ([][]float64, error) {
	data := make([]byte, 2*r.channels*n)
	if _, err := r.file.ReadAt(data, int64(at)*int64(2*r.channels)); err != nil {
		return nil, fmt.Errorf("read the recording: %w", err)
	}
	out := make([][]float64, r.channels)
	for c := range out {
		out[c] = make([]float64, n)
		for i := range n {
			out[c][i] = float64(int16(binary.LittleEndian.Uint16(data[2*(i*r.channels+c):]))) / (1 << 15)
		}
	}
	return out, nil
}
