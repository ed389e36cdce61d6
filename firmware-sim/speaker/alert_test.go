package speaker

import (
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
)

func quiet(d time.Duration) []int16 { return make([]int16, samplesOf(d.Milliseconds())) }

func after(a protocol.Audio, gap time.Duration) protocol.Audio {
	a.GapMS = gap.Milliseconds()
	return a
}

func TestGapsAndRepetitionsAreSoundedToTheSample(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	w, path := openWAV(t, t.TempDir())
	h.start(t.TempDir(), w)
	h.online()
	chime, words := tone(880, 301*time.Millisecond), tone(440, 233*time.Millisecond)
	it := loud(item("nhac", time.Now().Add(3*time.Second), h.add(chime), after(h.add(words), 307*time.Millisecond)))
	// A round takes 841 ms, and 4003 ms lie between two: they begin at 0, 4844 and 9688 ms,
	// and on a busy machine later.
	it.Again = &protocol.Again{Until: it.Start.Add(9600 * time.Millisecond), GapMS: 4003}
	h.send(protocol.ChannelCommand, playNow("c-1", it))
	p := h.play("nhac@1", devices.Played)
	h.ack("c-1", protocol.OutcomeFinished)
	round := slices.Concat(chime, quiet(307*time.Millisecond), words)
	want := slices.Concat(round, quiet(4003*time.Millisecond), round)
	if got := readWAV(t, path); !slices.Equal(got, want) {
		t.Errorf("%d samples sounded, not the %d of two rounds with their gaps", len(got), len(want))
	}
	// The silence is no part of the level: a sine of 12000 has −11.7 dBFS.
	if *p.LevelDBFS < -11.9 || *p.LevelDBFS > -11.6 {
		t.Errorf("level is %v", *p.LevelDBFS)
	}
}

func TestLossOfPowerInAGapGoesOnInTheGap(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	dir := t.TempDir()
	w, path := openWAV(t, t.TempDir())
	const cut = checkpoint + 2*chunk
	d := h.start(dir, halting{w, cut})
	h.online()
	a, b := tone(880, 500*time.Millisecond), tone(440, 400*time.Millisecond)
	it := loud(item("nhac", time.Now(), h.add(a), after(h.add(b), 4*time.Second)))
	it.OnInterrupted = devices.Resume
	h.send(protocol.ChannelCommand, playNow("c-1", it))
	sounded(t, path, cut)
	disk := copyDir(t, dir)
	d.stop()
	again, path := openWAV(t, t.TempDir())
	h.start(disk, again)
	h.play("nhac@1", devices.Played)
	whole := slices.Concat(a, quiet(4*time.Second), b)
	if got := readWAV(t, path); len(got) > len(whole)-2*protocol.SampleRate || !slices.Equal(got, whole[len(whole)-len(got):]) {
		t.Errorf("%d samples sounded after the power was back, not the rest of %d", len(got), len(whole))
	}
}

func TestChimesAreKeptWhateverTheQuotaSays(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	chime, a, b := h.add(tone(700, time.Second)), h.add(tone(400, time.Second)), h.add(tone(500, time.Second))
	h.start(t.TempDir(), &Silent{}, func(cfg *Config) { cfg.Quota = a.Bytes + a.Bytes/2 })
	later := time.Now().Add(time.Hour)
	for _, it := range []protocol.Item{item("a", later, a), item("b", later, b)} {
		plan := planOf(it)
		plan.Keep = []protocol.Audio{chime}
		plan.Hash = plan.ContentHash()
		h.send(protocol.ChannelPlan, plan)
		awaitFor(t, h.states, "the plan", func(s protocol.State) bool {
			return s.PlanHash == plan.Hash && !slices.Contains(s.Missing, chime.SHA256)
		})
	}
}

// alert is an emergency whose message is still to come.
func alert(h *hub, chime protocol.Audio) (first, whole protocol.Item) {
	first = loud(item("lu", time.Now(), chime))
	first.Level = devices.Emergency
	first.Deadline = first.Start.Add(10 * time.Minute)
	first.AwaitsMore = true
	first.Again = &protocol.Again{Until: first.Deadline, GapMS: 300}
	whole = first
	whole.AwaitsMore = false
	return first, whole
}

func TestAlarmSoundsItsToneUntilTheMessageIsThere(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	w, path := openWAV(t, t.TempDir())
	h.start(t.TempDir(), w)
	tones, words := tone(880, 500*time.Millisecond), tone(440, 700*time.Millisecond)
	chime := h.add(tones)
	plan := planOf()
	plan.Keep = []protocol.Audio{chime}
	plan.Hash = plan.ContentHash()
	h.send(protocol.ChannelPlan, plan)
	awaitFor(t, h.states, "the chime on the device's disk", func(s protocol.State) bool {
		return s.PlanHash == plan.Hash && len(s.Missing) == 0
	})
	first, whole := alert(h, chime)
	launched := time.Now()
	h.send(protocol.ChannelCommand, playNow("c-1", first))
	h.ack("c-1", protocol.OutcomeStarted)
	if late := time.Since(launched); late > patience {
		t.Errorf("the tone began after %s", late)
	}

	// The message comes when the tone has sounded more than once, over a slow line.
	sounded(t, path, len(tones)+len(quiet(300*time.Millisecond))+chunk)
	line := make(chan struct{})
	release := sync.OnceFunc(func() { close(line) })
	defer release()
	h.serveBy(func(http.ResponseWriter, *http.Request, []byte) bool { <-line; return false })
	whole.Audio = []protocol.Audio{chime, after(h.add(words), 150*time.Millisecond)}
	more := playNow("c-2", whole)
	more.Kind = protocol.CommandMore
	h.send(protocol.ChannelCommand, more)
	h.ack("c-2", protocol.OutcomeReceived)
	sounded(t, path, 3*len(tones)+2*len(quiet(300*time.Millisecond)))
	release()
	h.ack("c-2", protocol.OutcomeStarted)
	round := slices.Concat(tones, quiet(150*time.Millisecond), words)
	sounded(t, path, len(readWAV(t, path))+len(round)+2*len(quiet(300*time.Millisecond))+len(round))
	stop := protocol.Command{ID: "c-3", Kind: protocol.CommandStop, Stop: "lu", ExpiresAt: time.Now().Add(time.Minute)}
	asked := time.Now()
	h.send(protocol.ChannelCommand, stop)
	p := h.play("lu@1", devices.Stopped)
	if took := p.EndedAt.Sub(asked); took > patience {
		t.Errorf("it took %s to stop", took)
	}
	if p.Reason != protocol.ReasonHeardWhole {
		t.Errorf("the message was heard, the report says %q", p.Reason)
	}
	h.ack("c-1", protocol.OutcomeFinished)
	h.ack("c-2", protocol.OutcomeFinished)
	h.ack("c-3", protocol.OutcomeFinished)

	got := readWAV(t, path)
	pause := quiet(300 * time.Millisecond)
	tonesHeard := 0
	for len(got) >= len(tones) && slices.Equal(got[:len(tones)], tones) {
		got = got[len(tones):]
		tonesHeard++
		if len(got) >= len(pause) && slices.Equal(got[:len(pause)], pause) {
			got = got[len(pause):]
			continue
		}
		break
	}
	// Then the message: behind a whole tone or in the pause after it.
	lead := 0
	for lead < len(got) && got[lead] == 0 {
		lead++
	}
	if tonesHeard < 3 || lead > len(pause)+len(quiet(150*time.Millisecond)) {
		t.Errorf("after %d tones %d samples were silent", tonesHeard, lead)
	}
	got = got[max(0, lead-1):] // the message begins with a sample of 0
	if want := slices.Concat(words, pause, round); len(got) < len(want) || !slices.Equal(got[:len(want)], want) {
		t.Errorf("the message and its repetition did not sound as they should")
	}
}

func TestAlarmWithoutAMessageEndsAndSaysSo(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.start(t.TempDir(), &Silent{})
	h.online()
	first, _ := alert(h, h.add(tone(880, 200*time.Millisecond)))
	first.Again.Until = time.Now().Add(4 * time.Second)
	h.send(protocol.ChannelCommand, playNow("c-1", first))
	if p := h.play("lu@1", devices.Failed); p.Reason != protocol.ReasonAudioMissing || p.StartedAt == nil {
		t.Errorf("the report says %+v", p)
	}
	h.ack("c-1", protocol.OutcomeFailed)
	more := playNow("c-2", first)
	more.Kind = protocol.CommandMore
	h.send(protocol.ChannelCommand, more)
	h.ack("c-2", protocol.OutcomeFailed)
}

func TestMessageBeforeItsAlarmIsSoundedOnce(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	w, path := openWAV(t, t.TempDir())
	h.start(t.TempDir(), w)
	h.online()
	tones, words := tone(880, 300*time.Millisecond), tone(440, 400*time.Millisecond)
	first, whole := alert(h, h.add(tones))
	whole.Again = nil
	whole.Audio = append(whole.Audio, h.add(words))
	more := playNow("c-2", whole)
	more.Kind = protocol.CommandMore
	h.send(protocol.ChannelCommand, more)
	h.ack("c-2", protocol.OutcomeReceived)
	h.send(protocol.ChannelCommand, playNow("c-1", first))
	h.play("lu@1", devices.Played)
	h.ack("c-1", protocol.OutcomeFinished)
	if got := readWAV(t, path); !slices.Equal(got, slices.Concat(tones, words)) {
		t.Errorf("%d samples sounded", len(got))
	}
}

func TestAlarmCutsInAndTheProgrammeGoesOn(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	w, path := openWAV(t, t.TempDir())
	h.start(t.TempDir(), w)
	h.online()
	long, tones := tone(440, 5*time.Second), tone(880, 300*time.Millisecond)
	normal := loud(item("tin", time.Now(), h.add(long)))
	normal.OnInterrupted = devices.Resume
	h.send(protocol.ChannelCommand, playNow("c-1", normal))
	sounded(t, path, 10*chunk)
	first, _ := alert(h, h.add(tones))
	h.send(protocol.ChannelCommand, playNow("c-2", first))
	if p := h.play("tin@1", devices.Interrupted); p.Reason != protocol.ReasonPreempted {
		t.Errorf("the report says %+v", p)
	}
	h.ack("c-2", protocol.OutcomeStarted)
	h.send(protocol.ChannelCommand, protocol.Command{ID: "c-3", Kind: protocol.CommandStop, Stop: "lu", ExpiresAt: time.Now().Add(time.Minute)})
	h.play("lu@1", devices.Stopped)
	h.play("tin@1", devices.Played)
	got := readWAV(t, path)
	cut := 0
	for cut < len(got) && got[cut] == long[cut] {
		cut++
	}
	cut -= cut % chunk
	if rest := long[cut:]; len(got) < len(rest) || !slices.Equal(got[len(got)-len(rest):], rest) {
		t.Errorf("cut at %d it did not go on there", cut)
	}
}
