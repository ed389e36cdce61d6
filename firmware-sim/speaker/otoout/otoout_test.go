//go:build linux && !nosound

package otoout

import (
	"strings"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/firmware-sim/soundrig"
	"github.com/smart-commune/smart-commune/firmware-sim/speaker/outputtest"
)

// TestCardOfPulseAudio plays through oto, ALSA and a real sound server.
func TestCardOfPulseAudio(t *testing.T) {
	rig, err := soundrig.Start(t.Context(), t.TempDir(), 1)
	if err != nil {
		t.Fatal(err)
	}
	defer rig.Close()
	for _, setting := range rig.Env(0) { // that of this process, and where the card is
		name, value, _ := strings.Cut(setting, "=")
		t.Setenv(name, value)
	}
	card, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	out := card.Output().(outputtest.Timed)
	defer out.Close()
	outputtest.Suite(func(name string, test func(*testing.T, outputtest.Timed)) {
		t.Run(name, func(t *testing.T) { test(t, out) })
	}, 150*time.Millisecond)
	if most := 500 * time.Millisecond; out.Latency() > most {
		t.Errorf("an emergency would wait %s for this card, at most %s is promised", out.Latency(), most)
	}
	t.Logf("latency: %s", out.Latency())
}
