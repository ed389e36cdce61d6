package speaker

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"
	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
)

const (
	// batchSamples is how many samples a batch gathers while there is no link.
	batchSamples = 360
	// backlogSamples is the bound of the backlog: seven days of samples. Beyond
	// it the oldest batch is dropped whole.
	backlogSamples = int(7 * 24 * time.Hour / devices.ReportInterval)
)

// backlog holds the samples that the hub has not confirmed: one file for each
// batch, named by the batch. Only the newest batch grows, and only until it is
// sent for the first time, so that a batch always means the same samples. It
// belongs to one goroutine.
type backlog struct {
	dir     string
	max     int // samples
	log     *slog.Logger
	batches []*batch
	open    *recordFile // of the newest batch, nil when that is closed
}

type batch struct {
	name    string
	samples int
	sent    time.Time // local clock; zero when it was not sent on this link
}

func openBacklog(dir string, max int, log *slog.Logger) (*backlog, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(dir) // sorted, and the names are ULIDs: oldest first
	if err != nil {
		return nil, err
	}
	b := &backlog{dir: dir, max: max, log: log}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".new") || !e.Type().IsRegular() {
			continue
		}
		known := &batch{name: e.Name()}
		samples, err := b.read(known.name)
		if err != nil { // a bad sector must not keep the device from sounding
			log.Error("a batch of readings cannot be read and is left out", "batch", known.name, "error", err)
			continue
		}
		if known.samples = len(samples); known.samples == 0 {
			if err := os.Remove(b.path(known.name)); err != nil {
				log.Warn("an empty batch of readings cannot be removed", "batch", known.name, "error", err)
			}
			continue
		}
		b.batches = append(b.batches, known)
	}
	return b, nil
}

func (b *backlog) path(name string) string { return filepath.Join(b.dir, name) }

func (b *backlog) read(name string) ([]protocol.Sample, error) {
	f, err := os.Open(b.path(name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var samples []protocol.Sample
	_, err = scanRecords(f, func(data []byte) {
		var s protocol.Sample
		if json.Unmarshal(data, &s) == nil {
			samples = append(samples, s)
		}
	})
	return samples, err
}

// add makes a sample durable and drops what exceeds the bound.
func (b *backlog) add(s protocol.Sample) error {
	if b.open != nil && b.batches[len(b.batches)-1].samples >= batchSamples {
		b.freeze()
	}
	if b.open != nil {
		if err := b.open.append(s); err != nil {
			return err
		}
		b.batches[len(b.batches)-1].samples++
	} else if err := b.begin(s); err != nil {
		return err
	}
	for b.count() > b.max && len(b.batches) > 1 {
		if err := b.remove(b.batches[0].name); err != nil {
			return err
		}
	}
	return nil
}

// begin opens a new batch with its first sample. One that the disk does not take
// leaves nothing behind.
func (b *backlog) begin(s protocol.Sample) error {
	name := b.newName()
	file, err := openRecords(b.path(name), func([]byte) {})
	if err != nil {
		return err
	}
	if err := errors.Join(file.append(s), syncDir(b.dir)); err != nil {
		return errors.Join(err, file.close(), os.Remove(b.path(name)))
	}
	b.open = file
	b.batches = append(b.batches, &batch{name: name, samples: 1})
	return nil
}

// newName keeps the names in the order of making though the clock goes back.
func (b *backlog) newName() string {
	name := strings.ToLower(ulid.Make().String())
	if n := len(b.batches); n > 0 && name <= b.batches[n-1].name {
		last := b.batches[n-1].name
		base, count, _ := strings.Cut(last, "-")
		var i int
		_, _ = fmt.Sscanf(count, "%d", &i)
		return fmt.Sprintf("%s-%06d", base, i+1)
	}
	return name
}

func (b *backlog) count() (samples int) {
	for _, known := range b.batches {
		samples += known.samples
	}
	return samples
}

// freeze ends the growth of the newest batch.
func (b *backlog) freeze() {
	if b.open != nil {
		_ = b.open.close() // every record in it is synced already
		b.open = nil
	}
}

// take returns a batch to send; it does not grow any more.
func (b *backlog) take(known *batch) (protocol.Telemetry, error) {
	if known == b.batches[len(b.batches)-1] {
		b.freeze()
	}
	samples, err := b.read(known.name)
	return protocol.Telemetry{Batch: known.name, Samples: samples}, err
}

// remove forgets a batch; an unknown one is no error.
func (b *backlog) remove(name string) error {
	i := slices.IndexFunc(b.batches, func(known *batch) bool { return known.name == name })
	if i < 0 {
		return nil
	}
	if i == len(b.batches)-1 {
		b.freeze()
	}
	b.batches = slices.Delete(b.batches, i, i+1)
	if err := os.Remove(b.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func (b *backlog) close() { b.freeze() }
