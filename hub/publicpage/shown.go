package publicpage

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
)

// shown is all that everybody may know.
type shown struct {
	at      time.Time
	commune devices.Commune
	now     []item // sounding
	coming  []item // by start
	past    []item // the last broadcast first, an announcement once
	// audio is what may be listened to.
	audio map[string]bool
}

// item is an announcement, or one coming occurrence of it.
type item struct {
	id       string // of the announcement, or of a coming occurrence
	title    string
	level    devices.Level
	text     string
	start    time.Time // the last broadcast, or when it will be
	first    time.Time // broadcast, of past ones
	times    int       // how often it was broadcast
	duration time.Duration
	places   []string
	sounds   []sound
}

// sound is one language of an announcement.
type sound struct {
	sha      string
	language string
	duration time.Duration
	bytes    int64
}

// newest keeps what was shown last, so that many readers cost one look.
type newest struct {
	mu    sync.Mutex
	shown *shown
}

// look returns what is shown now.
func (p *Page) look(ctx context.Context) (*shown, error) {
	p.shown.mu.Lock()
	defer p.shown.mu.Unlock()
	now := p.cfg.Now()
	if s := p.shown.shown; s != nil && now.Sub(s.at) < freshFor && !now.Before(s.at) {
		return s, nil
	}
	// One reader that hangs up must not cost the others.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	s, err := p.gather(ctx, now)
	if err != nil {
		return nil, err
	}
	p.shown.shown = s
	return s, nil
}

func (p *Page) gather(ctx context.Context, now time.Time) (*shown, error) {
	inv, err := p.cfg.Places.Inventory(ctx)
	if err != nil {
		return nil, fmt.Errorf("read places: %w", err)
	}
	names := newNames(inv)
	s := &shown{at: now, commune: inv.Commune, audio: map[string]bool{}}
	planned, err := p.cfg.Announced.Planned(ctx, now.Add(-2*time.Hour), now.Add(ahead))
	if err != nil {
		return nil, fmt.Errorf("read what comes: %w", err)
	}
	entries, err := p.cfg.Announced.Journal(ctx, announce.JournalQuery{Since: now.Add(-back)})
	if err != nil {
		return nil, fmt.Errorf("read the journal: %w", err)
	}
	over := map[string]bool{} // occurrences that every cluster has told of
	told := map[string]int{}
	for _, e := range entries {
		if e.Result != devices.Interrupted && !e.Unasked() {
			told[e.Occurrence]++
		}
	}
	for _, pl := range planned {
		over[pl.Occurrence] = told[pl.Occurrence] >= len(pl.Announcement.Clusters)
	}
	for _, pl := range planned {
		switch pl.Announcement.State {
		case announce.Scheduled, announce.Done, announce.Approved: // the last are pieces of programmes
		default:
			continue
		}
		if len(pl.Announcement.Clusters) == 0 {
			continue // its last cluster was removed: nobody will hear it
		}
		it := itemOf(pl.Announcement, names)
		it.id, it.start = pl.Occurrence, pl.Start
		switch {
		case pl.Start.After(now):
			it.text, it.sounds = "", nil // not before it was said
			if len(s.coming) < maxComing {
				s.coming = append(s.coming, it)
			}
		case pl.Over.After(now) && !over[pl.Occurrence]:
			s.now = append(s.now, it)
		}
	}
	if s.past, err = p.past(ctx, entries, names, now); err != nil {
		return nil, err
	}
	for _, list := range [][]item{s.past, s.now} {
		for _, it := range list {
			for _, snd := range it.sounds {
				s.audio[snd.sha] = true
			}
		}
	}
	for i := range s.past {
		for j := range s.past[i].sounds {
			snd := &s.past[i].sounds[j]
			snd.bytes = p.cfg.Sounds.MP3Size(snd.sha, snd.duration.Milliseconds())
		}
	}
	return s, nil
}

// past are the announcements that sounded somewhere, by what the clusters said.
func (p *Page) past(ctx context.Context, entries []journal.Entry, names names, now time.Time) ([]item, error) {
	type broadcast struct {
		last, first time.Time
		occurrences map[string]bool
		clusters    map[devices.DeviceID]bool
		title       string
	}
	by := map[announce.ID]*broadcast{}
	for _, e := range entries {
		if e.StartedAt == nil || e.PlannedAt.After(now) || e.Unasked() {
			continue // nothing sounded, or nothing that it was to
		}
		b := by[e.Announcement]
		if b == nil {
			b = &broadcast{first: e.PlannedAt, title: e.Title, occurrences: map[string]bool{}, clusters: map[devices.DeviceID]bool{}}
			by[e.Announcement] = b
		}
		if e.PlannedAt.After(b.last) {
			b.last = e.PlannedAt
		}
		if e.PlannedAt.Before(b.first) {
			b.first = e.PlannedAt
		}
		b.occurrences[e.Occurrence], b.clusters[e.Cluster] = true, true
	}
	order := make([]announce.ID, 0, len(by))
	for id := range by {
		order = append(order, id)
	}
	slices.SortFunc(order, func(a, b announce.ID) int { return cmp.Or(by[b].last.Compare(by[a].last), cmp.Compare(b, a)) })
	var out []item
	for _, id := range order[:min(len(order), maxPast)] {
		b := by[id]
		it := item{id: string(id), title: b.title}
		a, err := p.cfg.Announced.Get(ctx, id)
		if err == nil {
			it = itemOf(a, names)
		} else if ctx.Err() != nil {
			return nil, err
		}
		it.id, it.start, it.first, it.times = string(id), b.last, b.first, len(b.occurrences)
		it.places = names.places(b.clusters)
		out = append(out, it)
	}
	return out, nil
}

// itemOf is what everybody may know of an announcement: not who made it.
func itemOf(a announce.Announcement, names names) item {
	it := item{id: string(a.ID), title: cmp.Or(a.Title, "Bản tin"), level: a.Level, text: a.Text}
	add := func(snd protocol.Audio, language string) {
		if snd.SHA256 == "" {
			return
		}
		d := time.Duration(snd.DurationMS) * time.Millisecond
		it.sounds = append(it.sounds, sound{sha: snd.SHA256, language: cmp.Or(language, "vi"), duration: d})
		it.duration += d
	}
	add(a.Sound, a.Language)
	for i, snd := range a.VersionSounds {
		language := ""
		if i < len(a.Versions) {
			language = a.Versions[i].Language
			it.text = strings.TrimSpace(it.text + "\n\n" + a.Versions[i].Text)
		}
		add(snd, language)
	}
	targets := map[devices.DeviceID]bool{}
	for _, c := range a.Clusters {
		targets[c] = true
	}
	it.places = names.places(targets)
	return it
}

// names are the villages of clusters.
type names struct {
	village map[devices.DeviceID]string
	order   []string
}

func newNames(inv devices.Inventory) names {
	n := names{village: map[devices.DeviceID]string{}}
	by := map[devices.VillageID]string{}
	for _, v := range inv.Villages {
		by[v.ID] = v.Name
	}
	for _, c := range inv.Clusters {
		n.village[c.ID] = by[c.Village]
	}
	for _, v := range inv.Villages {
		if slices.ContainsFunc(inv.Clusters, func(c devices.Cluster) bool { return c.Village == v.ID }) {
			n.order = append(n.order, v.Name)
		}
	}
	return n
}

// places are the villages in which clusters stand; nil for all of them.
func (n names) places(clusters map[devices.DeviceID]bool) []string {
	there := map[string]bool{}
	for c := range clusters {
		there[n.village[c]] = true
	}
	out := []string{}
	for _, v := range n.order {
		if there[v] {
			out = append(out, v)
		}
	}
	if len(out) == len(n.order) {
		return nil
	}
	return out
}
