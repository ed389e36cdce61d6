package app

import (
	"context"
	"fmt"
	"log/slog"
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
)

// oldAudio removes the audio that nobody needs any more.
type oldAudio struct {
	commune devices.CommuneID
	store   *sqlitestore.Store
	media   *audio.Media
	chimes  map[announce.Chime]protocol.Audio
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
