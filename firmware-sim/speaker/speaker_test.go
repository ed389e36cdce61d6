package speaker

import (
	"slices"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
)

func TestPlayNowIsSoundedAcknowledgedAndProven(t *testing.T) {
	h := newHub(t)
	w, path := openWAV(t, t.TempDir())
	h.start(t.TempDir(), w)
	h.online()
	pcm := tone(440, 700*time.Millisecond)
	c := playNow("c-1", loud(item("hop-thon", time.Now().Add(300*time.Millisecond), h.add(pcm))))
	h.send(protocol.ChannelCommand, c)

	h.ack("c-1", protocol.OutcomeReceived)
	h.ack("c-1", protocol.OutcomeStarted)
	now := await1(t, h.states, "playing", func(s protocol.State) bool { return s.Playing != nil })
	if now.Playing.Announcement != "hop-thon" || now.Playing.DurationMS != 700 {
		t.Errorf("the state tells %+v", now.Playing)
	}
	h.ack("c-1", protocol.OutcomeFinished)
	p := h.play("hop-thon@1", devices.Played)
	if late := p.StartedAt.Sub(c.Item.Start); late < 0 || late > 200*time.Millisecond {
		t.Errorf("it began %s after its start", late)
	}
	if d := p.EndedAt.Sub(*p.StartedAt); d < 650*time.Millisecond || d > 1200*time.Millisecond {
		t.Errorf("0.7 s of audio took %s", d)
	}
	// A sine of 12000 has an RMS of 12000/√2 of 32768: −11.7 dBFS.
	if p.LevelDBFS == nil || *p.LevelDBFS < -11.8 || *p.LevelDBFS > -11.6 {
		t.Errorf("level is %v", p.LevelDBFS)
	}
	if got := readWAV(t, path); !slices.Equal(got, pcm) {
		t.Errorf("%d samples sounded, not the %d that were sent", len(got), len(pcm))
	}
}
