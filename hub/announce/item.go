package announce

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
)

const (
	// afterChime is the silence between a chime and the words.
	afterChime = 400 * time.Millisecond
	// betweenVersions is the silence between two language versions.
	betweenVersions = time.Second
)

// Pieces returns what one sounding plays, in order: the opening chime, all
// language versions as often as repeat says with the gap between, the closing
// chime.
func (a Announcement) Pieces(repeat int, gap time.Duration) []protocol.Audio {
	var out []protocol.Audio
	add := func(audio protocol.Audio, gap time.Duration) {
		if audio.GapMS = gap.Milliseconds(); len(out) == 0 {
			audio.GapMS = 0
		}
		out = append(out, audio)
	}
	if a.OpeningSound != nil {
		add(*a.OpeningSound, 0)
	}
	for n := range max(1, repeat) {
		before := afterChime
		switch {
		case n > 0:
			before = gap
		case a.Opening == EmergencyChime:
			before = 0 // every moment counts, and the voice takes a breath anyway
		}
		if a.Sound.SHA256 != "" { // the words of an emergency may come later
			add(a.Sound, before)
		}
		for _, v := range a.VersionSounds {
			add(v, betweenVersions)
		}
	}
	if a.ClosingSound != nil {
		add(*a.ClosingSound, afterChime)
	}
	return out
}

// audio is what one sounding plays by the announcement's own wishes.
func (a Announcement) audio() []protocol.Audio {
	gap := a.GapS
	if gap == 0 {
		gap = DefaultGapS
	}
	return a.Pieces(a.Repeat, time.Duration(gap)*time.Second)
}

// durationMS is the length of one sounding, in milliseconds.
func (a Announcement) durationMS() int64 { return protocol.Item{Audio: a.audio()}.DurationMS() }

// dress makes or finds every sound of the announcement.
func (s *Service) dress(ctx context.Context, a Announcement) (Announcement, error) {
	if a.Level == devices.Emergency {
		ctx = urgently(ctx)
	}
	var err error
	if a.Sound, err = s.sound(ctx, "", Version{a.Language, a.Text, a.Audio}); err != nil {
		return a, err
	}
	a.VersionSounds = nil
	for i, v := range a.Versions {
		audio, err := s.sound(ctx, fmt.Sprintf("versions[%d].", i), v)
		if err != nil {
			return a, err
		}
		a.VersionSounds = append(a.VersionSounds, audio)
	}
	a.OpeningSound, a.ClosingSound = s.chime(a.Opening), s.chime(a.Closing)
	return a, nil
}

// dressed reports whether every sound of the announcement is still there.
func (s *Service) dressed(ctx context.Context, a Announcement) bool {
	for _, piece := range a.Pieces(1, 0) {
		if _, err := s.cfg.Sounds.Find(ctx, piece.SHA256); err != nil {
			return false
		}
	}
	return true
}

// chime returns the audio of a chime, nil for none.
func (s *Service) chime(c Chime) *protocol.Audio {
	audio, ok := s.cfg.Chimes[c]
	if c == NoChime || !ok {
		return nil
	}
	return &audio
}

// keep is the audio of all chimes, in a fixed order.
func (s *Service) keep() []protocol.Audio {
	var out []protocol.Audio
	for _, c := range slices.Sorted(maps.Keys(s.cfg.Chimes)) {
		out = append(out, s.cfg.Chimes[c])
	}
	return out
}

// sound makes or finds the audio of one version; at is the path of its fields.
func (s *Service) sound(ctx context.Context, at string, v Version) (protocol.Audio, error) {
	if v.Text != "" {
		audio, err := s.cfg.Sounds.Speak(ctx, v.Language, v.Text)
		if err != nil {
			return protocol.Audio{}, inField(err, at+"text")
		}
		return audio, nil
	}
	audio, err := s.cfg.Sounds.Find(ctx, v.Audio)
	if err != nil {
		return protocol.Audio{}, inField(err, at+"audio")
	}
	return audio, nil
}

// checkLength refuses what would sound longer than any programme.
func checkLength(a Announcement) error {
	if length := time.Duration(a.durationMS()) * time.Millisecond; length > maxSounding {
		return invalid("repeat", "too_long_in_all", "Cả bản tin dài %d phút vì phát lặp lại nhiều lần, tối đa là %d phút. Hãy giảm số lần hoặc khoảng nghỉ.",
			"With its repetitions the announcement lasts %d minutes, at most %d are accepted. Repeat it less often or with shorter gaps.",
			int(length.Minutes()), int(maxSounding.Minutes()))
	}
	return nil
}

// maxSounding is the longest single sounding with all its repetitions.
const maxSounding = 12 * time.Hour
