package announce_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// shelf is a voice whose sounds can be lost; another engine says the same words as
// another sound.
type shelf struct {
	mu     sync.Mutex
	engine string
	there  map[string]bool
	spoken int
}

func (s *shelf) sound(letter string) protocol.Audio {
	return protocol.Audio{SHA256: strings.Repeat(letter, 64), Bytes: 1000, DurationMS: 10_000}
}

func (s *shelf) Speak(context.Context, string, string) (protocol.Audio, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	made := s.sound(s.engine)
	if !s.there[made.SHA256] {
		s.spoken++
	}
	s.there[made.SHA256] = true
	return made, nil
}

func (s *shelf) Find(_ context.Context, sha string) (protocol.Audio, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.there[sha] {
		return protocol.Audio{}, problem.New(problem.NotFound, "audio_not_found", "không có", "none")
	}
	return s.sound(sha[:1]), nil
}

// lose removes all audio and sets up another engine.
func (s *shelf) lose(engine string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.engine, s.there = engine, map[string]bool{}
}

func (s *shelf) times() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.spoken
}

func TestLostSpeechIsMadeAgainBeforeItIsToSound(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		voice := &shelf{engine: "a", there: map[string]bool{}}
		h := start(t, nil, nil, func(c *announce.Config) { c.Sounds = voice })
		loa := announce.Target{Clusters: []devices.DeviceID{"loa-01"}}
		h.submit(announce.Draft{Text: "Mời họp", Target: loa, When: schedule.When{Kind: schedule.Daily, Time: "18:00"}})
		planned := func() string { return h.air.plan("loa-01").Items[0].Audio[0].SHA256[:1] }
		missing := func() {
			h.HandleState(t.Context(), addr("loa-01"), protocol.State{Session: 1, Online: true, At: time.Now(), Missing: []string{strings.Repeat("a", 64)}})
			time.Sleep(2 * time.Minute)
			synctest.Wait()
		}
		voice.lose("a")
		if missing(); voice.times() != 2 || planned() != "a" {
			t.Errorf("spoken %d times, planned %q; want it made again, 2 times", voice.times(), planned())
		}
		for range 5 {
			missing() // and a device that still misses it costs nothing more
		}
		if voice.times() != 2 {
			t.Errorf("spoken %d times, want 2", voice.times())
		}
		voice.lose("b")
		if missing(); planned() != "b" {
			t.Errorf("planned is %q, want what the new voice has made", planned())
		}
		voice.lose("c") // and nobody says so
		time.Sleep(25 * time.Hour)
		synctest.Wait()
		if planned() != "c" {
			t.Errorf("planned is %q after a day, want what the new voice has made", planned())
		}
	})
}

func TestALostRecordingIsToldOfOnce(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		voice := &shelf{engine: "a", there: map[string]bool{strings.Repeat("d", 64): true}}
		var log bytes.Buffer
		h := start(t, nil, nil, func(c *announce.Config) {
			c.Sounds, c.Log = voice, slog.New(slog.NewTextHandler(&log, nil))
		})
		a := h.submit(announce.Draft{Audio: strings.Repeat("d", 64), Title: "Lời dặn", Target: announce.Target{Clusters: []devices.DeviceID{"loa-01"}},
			When: schedule.When{Kind: schedule.Daily, Time: "18:00"}})
		voice.lose("a")
		time.Sleep(72 * time.Hour)
		h.stop()
		if n := strings.Count(log.String(), "is lost"); n != 1 || !strings.Contains(log.String(), string(a.ID)) {
			t.Errorf("the log tells %d times of the recording that was lost:\n%s", n, log.String())
		}
	})
}
