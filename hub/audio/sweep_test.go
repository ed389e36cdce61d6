package audio

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/hub/problem"
)

var grace = Grace{Spoken: 24 * time.Hour, Other: 90 * 24 * time.Hour}

// age makes all files of a sound look as if they had been used last so long ago.
func age(t *testing.T, m *Media, sha string, old time.Duration) {
	t.Helper()
	at := time.Now().Add(-old)
	for _, ext := range []string{".flac", ".json", ".mp3"} {
		if err := os.Chtimes(m.path(sha, ext), at, at); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
}

func sweep(t *testing.T, m *Media, needed ...string) Swept {
	t.Helper()
	set := map[string]bool{}
	for _, sha := range needed {
		set[sha] = true
	}
	swept, err := m.Sweep(t.Context(), set, grace, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return swept
}

func TestOldAudioIsRemovedAndNothingElse(t *testing.T) {
	s := newService(t, nil)
	m := s.cfg.Media
	file, err := os.Open(generate(t, "hop.wav", "-f", "lavfi", "-i", "sine=frequency=440:duration=2"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	upload, err := s.Import(t.Context(), "hop.wav", file)
	if err != nil {
		t.Fatal(err)
	}
	say := func(text string) string {
		t.Helper()
		sound, err := s.Speak(t.Context(), "", text)
		if err != nil {
			t.Fatal(err)
		}
		return sound.SHA256
	}
	heard, preview := say("Họp thôn"), say("Thử giọng đọc")
	mp3, _, err := s.MP3(t.Context(), upload.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	defer mp3.Close()

	if got := sweep(t, m); got.Sounds != 0 {
		t.Errorf("of what is new %+v was removed", got)
	}
	for _, sha := range []string{upload.SHA256, heard, preview} {
		age(t, m, sha, 25*time.Hour)
	}
	// A text that was only listened to goes after a day; the others are waited for.
	if got := sweep(t, m, heard); got.Sounds != 1 || m.Has(preview) || !m.Has(heard) || !m.Has(upload.SHA256) {
		t.Errorf("after a day %+v was removed", got)
	}
	if notes, err := os.ReadDir(m.speechDir()); err != nil || len(notes) != 1 {
		t.Errorf("%d texts are remembered, %v", len(notes), err)
	}
	if again := say("Thử giọng đọc"); again != preview {
		t.Error("the text came out differently when it was spoken again")
	}
	age(t, m, upload.SHA256, 91*24*time.Hour)
	if got := sweep(t, m, upload.SHA256, heard); got.Sounds != 0 {
		t.Errorf("of what is needed %+v was removed", got)
	}
	// Somebody takes an old upload up again just before the sweep.
	if _, err := s.Find(t.Context(), upload.SHA256); err != nil {
		t.Fatal(err)
	}
	if got := sweep(t, m, heard); got.Sounds != 0 {
		t.Errorf("of what was just taken up %+v was removed", got)
	}
	age(t, m, upload.SHA256, 91*24*time.Hour)
	if got := sweep(t, m, heard); got.Sounds != 1 || got.Bytes < upload.Bytes {
		t.Errorf("after 91 days %+v was removed", got)
	}
	if left, err := filepath.Glob(m.path(upload.SHA256, ".*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if _, err := s.Find(t.Context(), upload.SHA256); !problem.Is(err, problem.NotFound) {
		t.Errorf("what was removed is found: %v", err)
	}
	checkFound(t, s, heard)
}

func checkFound(t *testing.T, s *Service, sha string) {
	t.Helper()
	if sound, err := s.Find(t.Context(), sha); err != nil || sound.SHA256 != sha {
		t.Errorf("what is needed is %+v, %v", sound, err)
	}
}

// TestASweepThatWasCutOffIsGoneOnWith leaves behind what a crash between any two
// steps of a removal may leave.
func TestASweepThatWasCutOffIsGoneOnWith(t *testing.T) {
	for _, removed := range [][]string{{"note"}, {"note", ".flac"}, {"note", ".flac", ".mp3"}} {
		t.Run(strings.Join(removed, " "), func(t *testing.T) {
			s := newService(t, nil)
			m := s.cfg.Media
			sound, err := s.Speak(t.Context(), "", "Họp thôn")
			if err != nil {
				t.Fatal(err)
			}
			mp3, _, err := s.MP3(t.Context(), sound.SHA256)
			if err != nil {
				t.Fatal(err)
			}
			mp3.Close()
			age(t, m, sound.SHA256, 91*24*time.Hour)
			for _, part := range removed {
				path := m.path(sound.SHA256, part)
				if part == "note" {
					notes, err := m.speechNotes()
					if err != nil || len(notes[sound.SHA256]) != 1 {
						t.Fatalf("%v, %v", notes, err)
					}
					path = notes[sound.SHA256][0]
				}
				if err := os.Remove(path); err != nil {
					t.Fatal(err)
				}
			}
			// The hub starts again on what is left.
			if m, err = OpenMedia(m.dir); err != nil {
				t.Fatal(err)
			}
			if got := sweep(t, m); got.Sounds != 1 {
				t.Errorf("%+v was removed", got)
			}
			if left, err := filepath.Glob(m.path(sound.SHA256, ".*")); err != nil || len(left) > 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
			s.cfg.Media = m
			again, err := s.Speak(t.Context(), "", "Họp thôn")
			if err != nil {
				t.Fatal(err)
			}
			checkSound(t, s, again, again.DurationMS)
		})
	}
}
