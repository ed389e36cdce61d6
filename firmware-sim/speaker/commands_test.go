package speaker

import (
	"context"
	"errors"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
)

func order(id string, kind protocol.CommandKind) protocol.Command {
	return protocol.Command{ID: id, Kind: kind, IssuedAt: time.Now(), ExpiresAt: time.Now().Add(time.Minute)}
}

func muteUntil(id string, until time.Time) protocol.Command {
	c := order(id, protocol.CommandMute)
	c.Until = &until
	return c
}

func TestMuteSilencesAllButEmergenciesAndTheJournalSaysSo(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	dir := t.TempDir()
	d := h.start(dir, &Silent{})
	h.online()
	long, short := h.add(tone(440, 30*time.Second)), h.add(tone(880, 200*time.Millisecond))
	h.send(protocol.ChannelCommand, playNow("c-1", item("dang-phat", time.Now(), long)))
	h.ack("c-1", protocol.OutcomeStarted)
	until := time.Now().Add(time.Hour).UTC().Round(0)
	h.send(protocol.ChannelCommand, muteUntil("c-2", until))
	if p := h.play("dang-phat@1", devices.Stopped); p.Reason != protocol.ReasonMuted {
		t.Errorf("what sounded is reported as %+v", p)
	}
	h.ack("c-2", protocol.OutcomeFinished)
	awaitFor(t, h.states, "the mute", func(s protocol.State) bool { return s.MutedUntil != nil && s.MutedUntil.Equal(until) })

	d.stop() // a mute is no less true after a restart
	h.start(dir, &Silent{})
	awaitFor(t, h.states, "the mute after a restart", func(s protocol.State) bool { return s.Online && s.MutedUntil != nil })
	plan := planOf(item("ke-hoach", time.Now().Add(500*time.Millisecond), short))
	h.send(protocol.ChannelPlan, plan)
	if p := h.play("ke-hoach@1", devices.Missed); p.Reason != protocol.ReasonMuted || p.StartedAt != nil {
		t.Errorf("the muted item is reported as %+v", p)
	}
	// Of what it is told to play it reports before it says that the command failed, so
	// that the hub has no word of its own to add.
	h.send(protocol.ChannelCommand, playNow("c-7", item("tat-tieng", time.Now(), short)))
	h.ack("c-7", protocol.OutcomeFailed)
	select {
	case p := <-h.plays:
		if p.Occurrence != "tat-tieng@1" || p.Reason != protocol.ReasonMuted {
			t.Errorf("before the command failed came %+v", p)
		}
	default:
		t.Error("the command failed before the play was reported")
	}
	h.send(protocol.ChannelCommand, order("c-3", protocol.CommandSelfTest))
	h.ack("c-3", protocol.OutcomeFailed)
	urgent := item("khan", time.Now(), short)
	urgent.Level = devices.Emergency
	h.send(protocol.ChannelCommand, playNow("c-4", urgent))
	h.play("khan@1", devices.Played)

	h.send(protocol.ChannelCommand, muteUntil("c-5", time.Now().Add(-time.Second)))
	awaitFor(t, h.states, "the end of the mute", func(s protocol.State) bool { return s.MutedUntil == nil })
	h.send(protocol.ChannelCommand, playNow("c-6", item("sau", time.Now(), short)))
	h.play("sau@1", devices.Played)
}

func TestMuteEndsByItself(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.start(t.TempDir(), &Silent{})
	h.online()
	h.send(protocol.ChannelCommand, muteUntil("c-1", time.Now().Add(5*time.Second)))
	awaitFor(t, h.states, "the mute", func(s protocol.State) bool { return s.MutedUntil != nil })
	awaitFor(t, h.states, "its end", func(s protocol.State) bool { return s.MutedUntil == nil })
}

func TestSelfTestSoundsAToneAndTellsWhatWasMeasured(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	w, path := openWAV(t, t.TempDir())
	h.start(t.TempDir(), w, func(c *Config) {
		c.Sensors = fixedSensors{protocol.MetricSupply: 12.25, protocol.MetricAmpCurrent: 1.5}
	})
	h.online()
	volume := 50
	set := order("c-1", protocol.CommandVolume)
	set.Volume = &volume
	h.send(protocol.ChannelCommand, set)
	h.ack("c-1", protocol.OutcomeFinished)
	test := order("c-2", protocol.CommandSelfTest)
	h.send(protocol.ChannelCommand, test)
	h.ack("c-2", protocol.OutcomeStarted)
	a := h.ack("c-2", protocol.OutcomeFinished)
	// A sine of half of full scale has −9.0 dBFS, at 50 % 18.1 dB less; the fades take 0.1 dB.
	if a.Measured == nil || math.Abs(a.Measured.LevelDBFS+27.2) > 0.2 || a.Measured.CurrentA != 1.5 || a.Measured.SupplyV != 12.25 {
		t.Errorf("measured %+v", a.Measured)
	}
	pcm := readWAV(t, path)
	crossings := 0
	for i := 1; i < len(pcm); i++ {
		if pcm[i-1] < 0 && pcm[i] >= 0 {
			crossings++
		}
	}
	if len(pcm) != protocol.SampleRate || crossings < 990 || crossings > 1010 {
		t.Errorf("%d samples with %d periods sounded, not 1 s of 1 kHz", len(pcm), crossings)
	}
	// Asked again, it tells the same and does not sound again.
	h.send(protocol.ChannelCommand, test)
	if again := h.ack("c-2", protocol.OutcomeFinished); again.Measured == nil || *again.Measured != *a.Measured {
		t.Errorf("told again: %+v", again.Measured)
	}
	if n := len(readWAV(t, path)); n != len(pcm) {
		t.Errorf("%d samples sounded in the end", n)
	}
}

// dragging is an output that takes ten times as long as it should.
type dragging struct{ Silent }

func (d *dragging) Write(ctx context.Context, pcm []int16) error {
	return d.pace.wait(ctx, 10*len(pcm))
}

func TestSelfTestGivesWay(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.start(t.TempDir(), &dragging{})
	h.online()
	audio := h.add(tone(880, 200*time.Millisecond))
	plan := planOf(item("mai", time.Now().Add(time.Hour), audio))
	h.send(protocol.ChannelPlan, plan)
	awaitFor(t, h.states, "the audio", func(s protocol.State) bool { return s.PlanHash == plan.Hash && len(s.Missing) == 0 })
	// The tone lasts ten seconds, so that the item comes in the midst of it.
	test, play := order("c-1", protocol.CommandSelfTest), playNow("c-2", item("tin", time.Now(), audio))
	h.send(protocol.ChannelCommand, test)
	h.send(protocol.ChannelCommand, play)
	h.ack("c-1", protocol.OutcomeFailed)
	h.play("tin@1", devices.Played)
}

func TestRebootStartsAnewAndWhatSoundedGoesOn(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	dir := t.TempDir()
	cfg := Config{Address: address, Secret: secret, Broker: h.mqtt, Media: h.media.URL, Dir: dir, Output: &Silent{}, Log: testLog(t)}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	run := func() <-chan error {
		s, err := New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() { done <- s.Run(ctx) }()
		return done
	}
	done := run()
	first := h.online()
	it := item("tin", time.Now(), h.add(tone(440, 1500*time.Millisecond)))
	it.OnInterrupted = devices.Resume
	h.send(protocol.ChannelCommand, playNow("c-1", it))
	h.ack("c-1", protocol.OutcomeStarted)
	reboot := order("c-2", protocol.CommandReboot)
	h.send(protocol.ChannelCommand, reboot)
	h.ack("c-2", protocol.OutcomeReceived)
	if err := <-done; !errors.Is(err, ErrReboot) {
		t.Fatalf("the firmware ended with %v", err)
	}
	done = run()
	h.ack("c-2", protocol.OutcomeFinished)
	awaitFor(t, h.states, "the next session", func(s protocol.State) bool { return s.Online && s.Session > first.Session })
	h.play("tin@1", devices.Played)
	h.send(protocol.ChannelCommand, reboot) // repeated by the hub
	h.ack("c-2", protocol.OutcomeFinished)
	cancel()
	if err := <-done; err != nil {
		t.Errorf("in the end: %v", err)
	}
}

func TestRefreshRepairsAudioAndTellsTheState(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	dir := t.TempDir()
	h.start(dir, &Silent{})
	audio := h.add(tone(440, time.Second))
	plan := planOf(item("tin", time.Now().Add(time.Hour), audio))
	h.send(protocol.ChannelPlan, plan)
	held := func(s protocol.State) bool { return s.PlanHash == plan.Hash && len(s.Missing) == 0 }
	awaitFor(t, h.states, "the plan", held)
	file := filepath.Join(dir, "audio", audio.SHA256+".flac")
	if err := os.WriteFile(file, []byte("rotten"), 0o600); err != nil {
		t.Fatal(err)
	}
	missed := make(chan struct{}) // a state that is over in a moment need not be told
	repair := sync.OnceFunc(func() { close(missed) })
	defer repair()
	h.serveBy(func(http.ResponseWriter, *http.Request, []byte) bool { <-missed; return false })
	h.send(protocol.ChannelCommand, order("c-1", protocol.CommandRefresh))
	h.ack("c-1", protocol.OutcomeFinished)
	awaitFor(t, h.states, "the audio to be missed", func(s protocol.State) bool { return slices.Equal(s.Missing, []string{audio.SHA256}) })
	repair()
	awaitFor(t, h.states, "the audio again", held)
	if sum, _, err := hashFile(file); err != nil || sum != audio.SHA256 {
		t.Errorf("on disk is %s, %v", sum, err)
	}
}

func TestAudioRemovedFromDiskIsFetchedAgain(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	dir := t.TempDir()
	h.start(dir, &Silent{})
	audio := h.add(tone(440, 300*time.Millisecond))
	plan := planOf(item("tin", time.Now().Add(1500*time.Millisecond), audio))
	h.send(protocol.ChannelPlan, plan)
	awaitFor(t, h.states, "the plan", func(s protocol.State) bool { return s.PlanHash == plan.Hash && len(s.Missing) == 0 })
	if err := os.Remove(filepath.Join(dir, "audio", audio.SHA256+".flac")); err != nil {
		t.Fatal(err)
	}
	h.play("tin@1", devices.Played)
}

// TestClockThatWasResetNeitherFloodsNorSilences starts a device without a link
// whose clock has lost its battery.
func TestClockThatWasResetNeitherFloodsNorSilences(t *testing.T) {
	t.Parallel()
	for name, reset := range map[string]time.Time{"1970": time.Unix(5, 0), "2038": time.Date(2038, 1, 19, 3, 14, 8, 0, time.UTC)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHub(t)
			dir := t.TempDir()
			d := h.start(dir, &Silent{})
			h.online()
			audio := h.add(tone(440, 200*time.Millisecond))
			start := time.Now().Add(8 * time.Second)
			plan := planOf(item("tin", start, audio), item("mai", time.Now().Add(24*time.Hour), audio))
			h.send(protocol.ChannelPlan, plan)
			awaitFor(t, h.states, "the plan", func(s protocol.State) bool { return s.PlanHash == plan.Hash && len(s.Missing) == 0 })
			d.stop()
			addr := strings.TrimPrefix(h.mqtt, "tcp://")
			h.stopBroker()

			began := time.Now()
			h.start(dir, &Silent{}, func(c *Config) { c.Now = func() time.Time { return reset.Add(time.Since(began)) } })
			<-time.After(time.Second)
			h.startBroker(addr)
			if p := awaitFor(t, h.plays, "a play", anything); p.Occurrence != "tin@1" || p.Result != devices.Played || p.StartedAt.Before(start) {
				t.Errorf("the first report is %+v", p)
			}
			if len(h.plays) > 0 {
				t.Errorf("and then %+v", <-h.plays)
			}
			for len(h.batch) > 0 {
				for _, s := range (<-h.batch).Samples {
					if d := time.Until(s.At).Abs(); d > time.Minute {
						t.Errorf("a reading is told to be of %s", s.At)
					}
				}
			}
		})
	}
}

// TestHubWhoseClockLeapsSilencesNothing lets the hub's own clock be set to 2038 by
// mistake, and back.
func TestHubWhoseClockLeapsSilencesNothing(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.start(t.TempDir(), &Silent{})
	audio := h.add(tone(440, 200*time.Millisecond))
	plan := planOf(item("mai", time.Now().Add(24*time.Hour), audio))
	h.send(protocol.ChannelPlan, plan)
	awaitFor(t, h.states, "the plan", func(s protocol.State) bool { return s.PlanHash == plan.Hash && len(s.Missing) == 0 })
	const years = 12 * 365 * 24 * time.Hour
	leap := func(ahead time.Duration) {
		h.mu.Lock()
		h.ahead = ahead
		h.mu.Unlock()
		awaitFor(t, h.states, "the hub's time", func(s protocol.State) bool {
			return time.Duration(s.ClockOffsetMS*1e6)-ahead < time.Minute && ahead-time.Duration(s.ClockOffsetMS*1e6) < time.Minute
		})
	}
	leap(years)
	<-time.After(time.Second) // it would call the whole plan missed now
	leap(0)
	h.send(protocol.ChannelPlan, planOf(item("tin", time.Now().Add(time.Second), audio), plan.Items[0]))
	if p := awaitFor(t, h.plays, "a play", anything); p.Occurrence != "tin@1" || p.Result != devices.Played {
		t.Errorf("the first report is %+v", p)
	}
}

func TestCommandSoundsThoughNobodyTellsTheTime(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.mu.Lock()
	h.timeless = true
	h.mu.Unlock()
	reset, began := time.Unix(5, 0), time.Now()
	h.start(t.TempDir(), &Silent{}, func(c *Config) { c.Now = func() time.Time { return reset.Add(time.Since(began)) } })
	awaitFor(t, h.states, "the unset clock", func(s protocol.State) bool { return s.ClockUnset })
	h.send(protocol.ChannelCommand, playNow("c-1", item("tin", time.Now(), h.add(tone(440, 200*time.Millisecond)))))
	p := h.play("tin@1", devices.Played)
	if d := time.Since(p.EndedAt).Abs(); d > time.Minute {
		t.Errorf("it is told to have ended at %s", p.EndedAt)
	}
}

func TestHugePlanIsRefusedAndTheOldOneStays(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	dir := t.TempDir()
	d := h.start(dir, &Silent{})
	h.online()
	audio := h.add(tone(440, 100*time.Millisecond))
	plan := planOf(item("tin", time.Now().Add(time.Hour), audio))
	h.send(protocol.ChannelPlan, plan)
	awaitFor(t, h.states, "the plan", func(s protocol.State) bool { return s.PlanHash == plan.Hash && len(s.Missing) == 0 })
	huge := planOf(slices.Repeat([]protocol.Item{plan.Items[0]}, 20_000)...)
	h.send(protocol.ChannelPlan, huge)
	// What comes after it is understood, so it was seen and refused.
	h.send(protocol.ChannelCommand, playNow("c-1", item("sau", time.Now(), audio)))
	h.play("sau@1", devices.Played)
	d.stop()
	s, err := New(d.cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	if s.plan == nil || s.plan.Hash != plan.Hash {
		t.Errorf("the device holds another plan")
	}
}

func TestDamagedFilesAreSetAside(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	dir := t.TempDir()
	d := h.start(dir, &Silent{})
	h.online()
	audio := h.add(tone(440, 100*time.Millisecond))
	plan := planOf(item("tin", time.Now().Add(time.Hour), audio))
	h.send(protocol.ChannelPlan, plan)
	awaitFor(t, h.states, "the plan", func(s protocol.State) bool { return s.PlanHash == plan.Hash && len(s.Missing) == 0 })
	h.send(protocol.ChannelCommand, playNow("c-1", item("truoc", time.Now(), audio)))
	h.play("truoc@1", devices.Played)
	d.stop()
	for _, name := range []string{"plan.json", "begun.json", "settings.json", "session", "journal.log"} {
		f, err := os.OpenFile(filepath.Join(dir, name), os.O_WRONLY, 0)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if _, err := f.Write([]byte("\x00\xff{[\"\xfe")); err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
	if err := os.Mkdir(filepath.Join(dir, "readings", "lost+found"), 0o700); err != nil {
		t.Fatal(err)
	}
	h.start(dir, &Silent{})
	awaitFor(t, h.states, "the plan again", func(s protocol.State) bool { return s.Online && s.PlanHash == plan.Hash && len(s.Missing) == 0 })
	h.send(protocol.ChannelCommand, playNow("c-2", item("sau", time.Now(), audio)))
	h.play("sau@1", devices.Played)
	if _, err := os.Stat(filepath.Join(dir, "plan.json.damaged")); err != nil {
		t.Error(err)
	}
}
