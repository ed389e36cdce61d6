package app

import (
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
	"github.com/smart-commune/smart-commune/hub/audio"
	"github.com/smart-commune/smart-commune/hub/sqlitestore"
)

// TestOldAudioGoesAndWhatIsNeededStays gives a real store announcements of every
// kind, each with a file of its own in a real media store, and looks what is left
// of the files.
func TestOldAudioGoesAndWhatIsNeededStays(t *testing.T) {
	const commune = devices.CommuneID("luc-binh")
	const day = 24 * time.Hour
	now := time.Now()
	dir := t.TempDir()
	store, err := sqlitestore.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	media, err := audio.OpenMedia(filepath.Join(dir, "media"))
	if err != nil {
		t.Fatal(err)
	}
	// file puts a sound into the store that was last used so long ago.
	names := map[string]string{}
	file := func(name string, unused time.Duration) string {
		t.Helper()
		sha := strings.Repeat("0", 62) + string("0123456789abcdef"[len(names)/16]) + string("0123456789abcdef"[len(names)%16])
		names[sha] = name
		folder := filepath.Join(dir, "media", sha[:2])
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		for _, ext := range []string{".flac", ".json"} {
			path := filepath.Join(folder, sha+ext)
			if err := os.WriteFile(path, []byte(name), 0o644); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(path, now.Add(-unused), now.Add(-unused)); err != nil {
				t.Fatal(err)
			}
		}
		return sha
	}
	put := func(name string, decided time.Duration, a announce.Announcement) announce.Announcement {
		t.Helper()
		a.ID, a.CreatedAt = announce.ID("tb-"+name), now.Add(-300*day)
		if a.Sound.SHA256 == "" {
			a.Sound.SHA256 = file(name, 300*day)
		}
		if decided > 0 {
			at := now.Add(-decided)
			a.DecidedAt = &at
		}
		if err := store.SaveAnnouncement(t.Context(), commune, a, nil); err != nil {
			t.Fatal(err)
		}
		return a
	}
	put("draft", 0, announce.Announcement{State: announce.Drafted})
	put("waits", 0, announce.Announcement{State: announce.Submitted})
	put("approved", 200*day, announce.Announcement{State: announce.Approved})
	put("planned", 200*day, announce.Announcement{State: announce.Scheduled, Draft: announce.Draft{Audio: file("planned, upload", 300*day),
		Versions: []announce.Version{{Language: "tyz", Audio: file("planned, second language", 300*day)}}},
		OpeningSound: &protocol.Audio{SHA256: file("planned, own chime", 300*day)}})
	put("returned lately", 5*day, announce.Announcement{State: announce.Returned})
	put("returned long ago", 200*day, announce.Announcement{State: announce.Returned})
	put("over long ago", 200*day, announce.Announcement{State: announce.Done})
	played := put("played lately", 200*day, announce.Announcement{State: announce.Done})
	faded := put("played long ago", 250*day, announce.Announcement{State: announce.Cancelled})
	named := put("in a programme", 200*day, announce.Announcement{State: announce.Done})
	proposed := put("in a proposed programme", 200*day, announce.Announcement{State: announce.Done})
	ended := put("in an ended programme", 200*day, announce.Announcement{State: announce.Done})
	shared := put("over, shares the sound of what is planned", 200*day, announce.Announcement{State: announce.Done, Sound: protocol.Audio{SHA256: file("shared", 300*day)}})
	put("shares", 200*day, announce.Announcement{State: announce.Scheduled, Sound: shared.Sound})
	file("upload, nobody's, waits", 80*day)
	file("upload, nobody's", 91*day)
	chime := file("chime", 300*day)

	item := func(a announce.Announcement) announce.ProgrammeItem {
		return announce.ProgrammeItem{Announcement: a.ID}
	}
	programme := func(id announce.ProgrammeID, s announce.State, a announce.Announcement) announce.Programme {
		return announce.Programme{ID: id, State: s, CreatedAt: now, ProgrammeDraft: announce.ProgrammeDraft{Items: []announce.ProgrammeItem{item(a)}}}
	}
	changed := programme("ct-1", announce.Scheduled, named)
	changed.Proposed = &announce.ProgrammeProposal{Draft: &announce.ProgrammeDraft{Items: []announce.ProgrammeItem{item(proposed)}}}
	if err := store.SaveProgrammes(t.Context(), commune, []announce.Programme{changed, programme("ct-2", announce.Done, ended)}, nil); err != nil {
		t.Fatal(err)
	}
	for i, p := range []struct {
		a  announce.Announcement
		at time.Duration
	}{{played, 80 * day}, {faded, 120 * day}} {
		_, err := store.AppendJournal(t.Context(), commune, []journal.Entry{{Cluster: "loa-01", Play: string(rune('a' + i)), Occurrence: "x", Announcement: p.a.ID,
			PlannedAt: now.Add(-p.at), EndedAt: now.Add(-p.at), RecordedAt: now, Result: devices.Played}})
		if err != nil {
			t.Fatal(err)
		}
	}

	o := &oldAudio{commune: commune, store: store, media: media, chimes: map[announce.Chime]protocol.Audio{announce.OpeningChime: {SHA256: chime}},
		noted: filepath.Join(dir, "audio-clock.json"), keep: 90 * day, log: slog.New(slog.DiscardHandler)}
	sweepAt := func(at time.Time) error {
		o.now = func() time.Time { return at }
		return o.sweep(t.Context())
	}
	for _, ago := range []time.Duration{clockSettles, 0} {
		if err := sweepAt(now.Add(-ago)); err != nil {
			t.Fatal(err)
		}
	}
	var gone []string
	for sha, name := range names {
		if !media.Has(sha) {
			gone = append(gone, name)
		}
	}
	slices.Sort(gone)
	if want := []string{"in an ended programme", "over long ago", "played long ago", "returned long ago", "upload, nobody's"}; !slices.Equal(gone, want) {
		t.Errorf("removed\n%q, want\n%q", gone, want)
	}
	// A store that cannot be read costs nothing.
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if err := sweepAt(now.Add(25 * day)); err == nil {
		t.Error("audio was removed without knowing what is needed")
	}
	if !media.Has(chime) {
		t.Error("the chime is gone")
	}
}

// TestAClockThatIsWrongCostsNoAudio lets a hub sweep every day that it runs, by clocks
// that jump.
func TestAClockThatIsWrongCostsNoAudio(t *testing.T) {
	const day = 24 * time.Hour
	today := time.Now()
	wrong := today.AddDate(12, 0, 0)
	type stretch struct {
		from time.Time
		days int
	}
	for name, test := range map[string]struct {
		unused time.Duration // the upload, today
		runs   []stretch
		noted  string
		kept   bool
	}{
		"right":                             {200 * day, []stretch{{today, 15}}, "", false},
		"new, for a few days":               {200 * day, []stretch{{today, 13}}, "", true},
		"years ahead, often started":        {30 * day, []stretch{{today.Add(-20 * day), 10}, {wrong, 1}, {wrong, 1}, {wrong, 1}}, "", true},
		"years ahead for days":              {30 * day, []stretch{{today.Add(-20 * day), 20}, {wrong, 13}}, "", true},
		"years ahead, then right":           {30 * day, []stretch{{today.Add(-20 * day), 10}, {wrong, 10}, {today, 13}}, "", true},
		"years ahead, then right for weeks": {200 * day, []stretch{{wrong, 10}, {today, 15}}, "", false},
		"1970, then right":                  {200 * day, []stretch{{time.Unix(100, 0), 20}, {today, 13}}, "", true},
		"away for two months":               {120 * day, []stretch{{today.Add(-100 * day), 30}, {today, 15}}, "", false},
		"the note is damaged":               {200 * day, []stretch{{today, 13}}, `{"at":`, true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			store, err := sqlitestore.Open(t.Context(), dir)
			if err != nil {
				t.Fatal(err)
			}
			defer store.Close()
			media, err := audio.OpenMedia(filepath.Join(dir, "media"))
			if err != nil {
				t.Fatal(err)
			}
			sha := strings.Repeat("ab", 32)
			upload := filepath.Join(dir, "media", sha[:2], sha+".flac")
			if err := os.MkdirAll(filepath.Dir(upload), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(upload, []byte("x"), 0o644); err != nil {
				t.Fatal(err)
			}
			used := today.Add(-test.unused)
			if err := os.Chtimes(upload, used, used); err != nil {
				t.Fatal(err)
			}
			o := &oldAudio{commune: "luc-binh", store: store, media: media, noted: filepath.Join(dir, "audio-clock.json"), keep: 90 * day, log: slog.New(slog.DiscardHandler)}
			if test.noted != "" {
				if err := os.WriteFile(o.noted, []byte(test.noted), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			for _, run := range test.runs {
				for n := range run.days {
					at := run.from.Add(time.Duration(n) * day)
					o.now = func() time.Time { return at }
					if err := o.sweep(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
			}
			if media.Has(sha) != test.kept {
				t.Errorf("the upload is there: %v, want %v", media.Has(sha), test.kept)
			}
		})
	}
}
