package journal

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/smart-commune/smart-commune/devices"
)

// Line is an entry as the journal's view shows it.
type Line struct {
	Entry
	Heard Heard `json:"heard,omitempty" enum:"yes,no,unknown"`
}

// Source is what a [Listener] reads.
type Source interface {
	JournalChain(ctx context.Context, commune devices.CommuneID, after int64, limit int) ([]Entry, error)
	// VolumeChanges returns when each cluster got another volume, soonest first.
	VolumeChanges(ctx context.Context, commune devices.CommuneID) (map[devices.DeviceID][]time.Time, error)
}

// Listener tells of every play in the journal whether it was heard. It reads the
// journal once and then only what was added; its methods may be called by many
// goroutines.
type Listener struct {
	source  Source
	commune devices.CommuneID

	mu    sync.Mutex
	after int64
	ears  ears
	// other holds what is not HeardYes, by sequence number.
	other map[int64]Heard
}

// NewListener returns a listener that has read nothing yet.
func NewListener(source Source, commune devices.CommuneID) *Listener {
	return &Listener{source: source, commune: commune, ears: ears{}, other: map[int64]Heard{}}
}

// Lines adds what was heard to entries of the journal.
func (l *Listener) Lines(ctx context.Context, entries []Entry) ([]Line, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.catchUp(ctx); err != nil {
		return nil, fmt.Errorf("tell what was heard: %w", err)
	}
	lines := make([]Line, len(entries))
	for i, e := range entries {
		lines[i] = Line{Entry: e}
		switch heard, other := l.other[e.Seq]; {
		case !e.sounded():
		case other:
			lines[i].Heard = heard
		case e.Seq > l.after:
			lines[i].Heard = HeardUnknown // added since
		default:
			lines[i].Heard = HeardYes
		}
	}
	return lines, nil
}

func (l *Listener) catchUp(ctx context.Context) error {
	changes, err := l.source.VolumeChanges(ctx, l.commune)
	if err != nil {
		return err
	}
	for {
		page, err := l.source.JournalChain(ctx, l.commune, l.after, 1000)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, p := range page {
			l.after = p.Seq
			if heard := l.ears.judge(p, changes[p.Cluster]); heard != "" && heard != HeardYes {
				l.other[p.Seq] = heard
			}
		}
	}
}
