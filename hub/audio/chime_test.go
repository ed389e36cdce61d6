package audio

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/problem"
)

func TestChimes(t *testing.T) {
	s := newService(t, nil)
	chimes, err := s.Chimes()
	if err != nil {
		t.Fatal(err)
	}
	for name, ms := range map[string]int64{ChimeOpening: 2600, ChimeClosing: 2400, ChimeEmergency: 2000} {
		sound, ok := chimes[name]
		if !ok {
			t.Fatalf("there is no chime %q", name)
		}
		checkSound(t, s, sound, ms)
		t.Logf("%-9s %d ms, %d bytes, %.1f LUFS, %.1f dBTP", name, sound.DurationMS, sound.Bytes, sound.LUFS, sound.TruePeakDBTP)
	}
	// Another hub makes the same bytes: devices need not fetch them again.
	again, err := newService(t, nil).Chimes()
	if err != nil {
		t.Fatal(err)
	}
	for name := range chimes {
		if chimes[name].SHA256 != again[name].SHA256 {
			t.Errorf("%s came out differently", name)
		}
	}
}

// The emergency chime must be told from the others by ear: it keeps its level
// without a pause, while bells die away.
func TestEmergencyChimeIsSteady(t *testing.T) {
	tenth := func(s []float64) (levels []float64) {
		for block := range slices.Chunk(s, protocol.SampleRate/10) {
			sum := 0.0
			for _, v := range block {
				sum += v * v
			}
			levels = append(levels, 10*math.Log10(sum/float64(len(block))+1e-12))
		}
		return levels
	}
	for i, level := range tenth(emergencyChime()) {
		if level < -22 {
			t.Errorf("after %d ms it is at %.1f dBFS", i*100, level)
		}
	}
	bells := tenth(openingChime())
	if last := bells[len(bells)-1]; last > -28 {
		t.Errorf("the last bell ends at %.1f dBFS, as if cut off", last)
	}
}

func TestLanguages(t *testing.T) {
	s := newService(t, func(c *Config) {
		c.Voices = map[string][]string{"en": {"espeak-ng", "-v", "en", "--stdin", "--stdout"}}
		c.Read = func(language, text string) string {
			if language == Vietnamese {
				return strings.ReplaceAll(text, "NVH", "nhà văn hóa")
			}
			return text
		}
	})
	short, err := s.Speak(t.Context(), Vietnamese, "Họp tại NVH")
	if err != nil {
		t.Fatal(err)
	}
	long, err := s.Speak(t.Context(), "", "Họp tại nhà văn hóa")
	if err != nil || long.SHA256 != short.SHA256 {
		t.Errorf("texts that are read out alike are %s and %s, %v", short.SHA256, long.SHA256, err)
	}
	english, err := s.Speak(t.Context(), "en-GB", "Họp tại nhà văn hóa")
	if err != nil || english.SHA256 == long.SHA256 {
		t.Errorf("English is spoken as Vietnamese: %v", err)
	}
	_, err = s.Speak(t.Context(), "tyz", "Mời pi noọng")
	var p *problem.Problem
	if !errors.As(err, &p) || p.Code != "no_voice" || p.Field != "language" {
		t.Errorf("a language without a voice: %v", err)
	}
}

func TestProgress(t *testing.T) {
	s := newService(t, nil)
	var steps []Step
	ctx := WithProgress(t.Context(), func(p Progress) {
		if len(steps) == 0 || steps[len(steps)-1] != p.Step {
			steps = append(steps, p.Step)
		}
	})
	if _, err := s.Speak(ctx, Vietnamese, sentence); err != nil {
		t.Fatal(err)
	}
	if want := []Step{Waiting, Speaking, Measuring, Fitting}; !slices.Equal(steps, want) {
		t.Errorf("a text goes through %v, want %v", steps, want)
	}
}
