package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/audio"
	"github.com/smart-commune/smart-commune/hub/sqlitestore"
)

const (
	// firstSweep is when old audio is looked for after the start: not while the hub
	// has more urgent things to do.
	firstSweep = 10 * time.Minute
	sweepEvery = 24 * time.Hour
	// keepSpoken is how long a text stays that was read out and then not used.
	keepSpoken = 24 * time.Hour
	// clockJump is by how much the clock may differ from where it stood at the last
	// sweep. Beyond it the hub was off for long, or its clock is wrong: nobody knows.
	clockJump = 30 * 24 * time.Hour
	// clockSettles is how long a clock that has jumped must run before audio is removed
	// by it: a machine that starts years ahead must not cost uploads before somebody
	// sets it right.
	clockSettles = 14 * 24 * time.Hour
)

// oldAudio removes the audio that nobody needs any more.
type oldAudio struct {
	commune devices.CommuneID
	store   *sqlitestore.Store
	media   *audio.Media
	chimes  map[announce.Chime]protocol.Audio
	noted   string        // the file that notes where the clock stood
	keep    time.Duration // audio that was played or not used
	now     func() time.Time
	log     *slog.Logger
}

// run sweeps every day until ctx ends.
func (o *oldAudio) run(ctx context.Context) error {
	next := time.NewTimer(firstSweep)
	defer next.Stop()
	for {
		select {
		case <-next.C:
			if err := o.sweep(ctx); err != nil && ctx.Err() == nil {
				o.log.Error("old audio was not removed, it is tried again tomorrow", "component", "audio", "error", err)
			}
			next.Reset(sweepEvery)
		case <-ctx.Done():
			return nil
		}
	}
}

func (o *oldAudio) sweep(ctx context.Context) error {
	now := o.now()
	if settled, err := o.clockSettled(now); err != nil || !settled {
		return err
	}
	needed, err := o.needed(ctx, now.Add(-o.keep))
	if err != nil {
		return fmt.Errorf("find out what audio is needed: %w", err)
	}
	swept, err := o.media.Sweep(ctx, needed, audio.Grace{Spoken: keepSpoken, Other: o.keep}, now)
	if swept.Sounds > 0 {
		o.log.Info("old audio removed", "component", "audio", "sounds", swept.Sounds, "bytes", swept.Bytes)
	}
	return err
}

// clockNote is where the clock stood at the last sweep, and since when it has not
// jumped.
type clockNote struct {
	At    time.Time `json:"at"`
	Since time.Time `json:"since"`
}

// clockSettled notes where the clock stands, and reports whether it has run for long
// enough without a jump that something may be removed by it.
func (o *oldAudio) clockSettled(now time.Time) (bool, error) {
	var note clockNote
	data, err := os.ReadFile(o.noted)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, fmt.Errorf("read where the clock stood: %w", err)
	}
	if err != nil || json.Unmarshal(data, &note) != nil {
		note = clockNote{} // damaged is as good as none
	}
	if now.Sub(note.At).Abs() > clockJump {
		note.Since = now
		o.log.Info("no old audio is removed until the clock has run for a while", "component", "audio", "clock", now, "stood_at", note.At, "until", now.Add(clockSettles))
	}
	note.At = now
	if data, err = json.Marshal(note); err == nil {
		err = writeFile(o.noted, data)
	}
	if err != nil {
		return false, fmt.Errorf("note where the clock stands: %w", err)
	}
	return now.Sub(note.Since) >= clockSettles, nil
}

// needed is the audio of all that is planned, approved, waiting or being written,
// and of what was decided or played since an instant.
func (o *oldAudio) needed(ctx context.Context, since time.Time) (map[string]bool, error) {
	announcements, err := o.store.Announcements(ctx, o.commune, announce.AnnouncementQuery{})
	if err != nil {
		return nil, err
	}
	programmes, err := o.store.Programmes(ctx, o.commune, nil)
	if err != nil {
		return nil, err
	}
	wanted, err := o.store.JournalAnnouncements(ctx, o.commune, since)
	if err != nil {
		return nil, err
	}
	for _, p := range programmes {
		items := p.Items
		if p.Proposed != nil && p.Proposed.Draft != nil {
			items = slices.Concat(items, p.Proposed.Draft.Items)
		}
		for _, it := range items {
			wanted[it.Announcement] = wanted[it.Announcement] || !p.Over()
		}
	}
	needed := map[string]bool{}
	for _, chime := range o.chimes {
		needed[chime.SHA256] = true
	}
	for _, a := range announcements {
		if !a.Over() || wanted[a.ID] || a.DecidedAt == nil || a.DecidedAt.After(since) {
			for _, sha := range a.Sounds() {
				needed[sha] = true
			}
		}
	}
	return needed, nil
}
