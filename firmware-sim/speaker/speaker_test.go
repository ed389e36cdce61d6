package speaker

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
)

func TestPlayNowIsSoundedAcknowledgedAndProven(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	w, path := openWAV(t, t.TempDir())
	h.start(t.TempDir(), w)
	h.online()
	pcm := tone(440, 2*time.Second)
	c := playNow("c-1", loud(item("hop-thon", time.Now().Add(500*time.Millisecond), h.add(pcm))))
	h.send(protocol.ChannelCommand, c)

	h.ack("c-1", protocol.OutcomeReceived)
	h.ack("c-1", protocol.OutcomeStarted)
	now := awaitFor(t, h.states, "playing", func(s protocol.State) bool { return s.Playing != nil })
	if now.Playing.Announcement != "hop-thon" || now.Playing.DurationMS != 2000 {
		t.Errorf("the state tells %+v", now.Playing)
	}
	h.ack("c-1", protocol.OutcomeFinished)
	p := h.play("hop-thon@1", devices.Played)
	if late := p.StartedAt.Sub(c.Item.Start); late < 0 || late > patience {
		t.Errorf("it began %s after its start", late)
	}
	// Meanwhile the device may set its clock right by a little.
	if d := p.EndedAt.Sub(*p.StartedAt); d < 1500*time.Millisecond || d > patience {
		t.Errorf("2 s of audio took %s", d)
	}
	// A sine of 12000 has an RMS of 12000/√2 of 32768: −11.7 dBFS.
	if p.LevelDBFS == nil || *p.LevelDBFS < -11.8 || *p.LevelDBFS > -11.6 {
		t.Errorf("level is %v", p.LevelDBFS)
	}
	if got := readWAV(t, path); !slices.Equal(got, pcm) {
		t.Errorf("%d samples sounded, not the %d that were sent", len(got), len(pcm))
	}
}

func TestPlanSoundsThoughHubAndBrokerAreDead(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	w, path := openWAV(t, t.TempDir())
	dir := t.TempDir()
	d := h.start(dir, w)
	h.online()
	first, second := tone(440, 300*time.Millisecond), tone(660, 400*time.Millisecond)
	plan := planOf(
		item("sang", time.Now().Add(10*time.Second), h.add(first), h.add(second)),
		item("chieu", time.Now().Add(12*time.Second), h.add(second)))
	h.send(protocol.ChannelPlan, plan)
	awaitFor(t, h.states, "the plan on the device's disk", func(s protocol.State) bool {
		return s.PlanHash == plan.Hash && len(s.Missing) == 0
	})
	h.stop()
	// It survives being switched off and on, too.
	d.stop()
	d = h.start(dir, w)
	want := slices.Concat(first, second, second)
	sounded(t, path, len(want))
	d.stop()
	if got := readWAV(t, path); !slices.Equal(got, want) {
		t.Fatalf("%d samples sounded, %d were planned", len(got), len(want))
	}

	// The hub comes back and learns of it, once each.
	h.startBroker("127.0.0.1:0")
	h.start(dir, w)
	h.play("sang@1", devices.Played)
	h.play("chieu@1", devices.Played)
	h.online()
	if len(h.plays) > 0 {
		t.Errorf("reported twice: %+v", <-h.plays)
	}
}

func TestAudioDownloadIsResumed(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	pcm := tone(500, 2*time.Second)
	audio := h.add(pcm)
	cut := int(audio.Bytes / 3)
	h.serveBy(func(w http.ResponseWriter, r *http.Request, data []byte) bool {
		if r.Header.Get("Range") != "" {
			return false
		}
		w.Header().Set("Content-Length", strconv.Itoa(len(data)))
		_, _ = w.Write(data[:cut])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
	h.start(t.TempDir(), &Silent{})
	h.send(protocol.ChannelPlan, planOf(item("tin", time.Now().Add(time.Hour), audio)))
	awaitFor(t, h.states, "all audio", func(s protocol.State) bool { return s.PlanHash != "" && len(s.Missing) == 0 })
	h.mu.Lock()
	defer h.mu.Unlock()
	want := []string{audio.SHA256 + " ", audio.SHA256 + " bytes=" + strconv.Itoa(cut) + "-"}
	if !slices.Equal(h.gets, want) {
		t.Errorf("the device asked for %q, not %q", h.gets, want)
	}
}

func TestDamagedDownloadIsRefusedAndFetchedAgain(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	w, path := openWAV(t, t.TempDir())
	pcm := tone(500, 300*time.Millisecond)
	audio := h.add(pcm)
	tries := 0
	h.serveBy(func(w http.ResponseWriter, _ *http.Request, data []byte) bool {
		if tries++; tries > 1 {
			return false
		}
		bad := slices.Clone(data)
		bad[len(bad)/2] ^= 1
		_, _ = w.Write(bad)
		return true
	})
	h.start(t.TempDir(), w)
	h.online()
	h.send(protocol.ChannelCommand, playNow("c-1", loud(item("tin", time.Now(), audio))))
	h.play("tin@1", devices.Played)
	if got := readWAV(t, path); !slices.Equal(got, pcm) {
		t.Error("what sounded is not what was announced")
	}
}

func TestAudioThatIsMissingFailsAtTheDeadline(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.start(t.TempDir(), &Silent{})
	h.online()
	it := item("tin", time.Now(), protocol.Audio{SHA256: strings.Repeat("ab", 32), Bytes: 100, DurationMS: 100})
	it.Deadline = time.Now().Add(4 * time.Second).UTC()
	h.send(protocol.ChannelCommand, playNow("c-1", it))
	if p := h.play("tin@1", devices.Failed); p.Reason != protocol.ReasonAudioMissing || p.StartedAt != nil {
		t.Errorf("the report says %+v", p)
	}
	h.ack("c-1", protocol.OutcomeFailed)
}

func TestAudioThatIsNoneFails(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.start(t.TempDir(), &Silent{})
	h.online()
	text := []byte("no FLAC at all")
	sha := h.addRaw(text)
	h.send(protocol.ChannelCommand, playNow("c-1", item("tin", time.Now(), protocol.Audio{SHA256: sha, Bytes: int64(len(text)), DurationMS: 100})))
	if p := h.play("tin@1", devices.Failed); p.Reason != protocol.ReasonAudioInvalid {
		t.Errorf("the report says %+v", p)
	}
	// The cluster lives on.
	h.send(protocol.ChannelCommand, playNow("c-2", item("sau", time.Now(), h.add(tone(400, 100*time.Millisecond)))))
	h.play("sau@1", devices.Played)
}

func TestCommandIsCarriedOutOnceAcrossRestarts(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	dir := t.TempDir()
	w, path := openWAV(t, t.TempDir())
	d := h.start(dir, w)
	h.online()
	pcm := tone(440, 200*time.Millisecond)
	c := playNow("c-1", loud(item("tin", time.Now(), h.add(pcm))))
	h.send(protocol.ChannelCommand, c)
	h.send(protocol.ChannelCommand, c)
	h.ack("c-1", protocol.OutcomeFinished)
	h.send(protocol.ChannelCommand, c)
	h.ack("c-1", protocol.OutcomeFinished) // said again, not done again
	d.stop()
	h.start(dir, w)
	h.online()
	h.send(protocol.ChannelCommand, c)
	h.ack("c-1", protocol.OutcomeFinished)
	if got := readWAV(t, path); !slices.Equal(got, pcm) {
		t.Errorf("%d samples sounded, %d were asked for once", len(got), len(pcm))
	}
}

func TestExpiredCommandIsRefused(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.start(t.TempDir(), &Silent{})
	h.online()
	c := playNow("c-1", item("tin", time.Now(), h.add(tone(440, 100*time.Millisecond))))
	c.ExpiresAt = time.Now().Add(-time.Second)
	h.send(protocol.ChannelCommand, c)
	h.ack("c-1", protocol.OutcomeExpired)
	h.send(protocol.ChannelCommand, playNow("c-2", item("sau", time.Now(), h.add(tone(440, 100*time.Millisecond)))))
	if p := awaitFor(t, h.plays, "a play", anything); p.Occurrence != "sau@1" {
		t.Errorf("the expired command had the effect %+v", p)
	}
}

// copyDir takes the disk of a running device as a loss of power leaves it.
func copyDir(t *testing.T, from string) string {
	t.Helper()
	for {
		to := t.TempDir()
		err := os.CopyFS(to, os.DirFS(from))
		if err == nil {
			return to
		}
		if !errors.Is(err, fs.ErrNotExist) { // which it is when a new file gets its name meanwhile
			t.Fatal(err)
		}
	}
}

// halting is an output that stands still after so many samples, until the device is
// switched off.
type halting struct {
	*WAV
	after int64
}

func (h halting) Write(ctx context.Context, pcm []int16) error {
	if err := h.WAV.Write(ctx, pcm); err != nil || h.data/2 < h.after {
		return err
	}
	<-ctx.Done()
	return ctx.Err()
}

func TestLossOfPowerInMidItem(t *testing.T) {
	t.Parallel()
	for fate, again := range map[devices.Fate]time.Duration{
		devices.Resume:  1900 * time.Millisecond, // the last note of the position is at 2 s
		devices.Restart: 3900 * time.Millisecond,
		devices.Skip:    0,
	} {
		t.Run(string(fate), func(t *testing.T) {
			t.Parallel()
			h := newHub(t)
			dir := t.TempDir()
			before, path := openWAV(t, t.TempDir())
			const cut = checkpoint + 2*chunk
			d := h.start(dir, halting{before, cut})
			h.online()
			pcm := tone(440, 3900*time.Millisecond)
			it := loud(item("tin", time.Now(), h.add(pcm)))
			it.OnInterrupted = fate
			h.send(protocol.ChannelCommand, playNow("c-1", it))
			sounded(t, path, cut)
			disk := copyDir(t, dir)
			d.stop()

			after, path := openWAV(t, t.TempDir())
			h.start(disk, after)
			p := h.play("tin@1", devices.Interrupted)
			if p.Reason != protocol.ReasonPowerLost || p.LevelDBFS == nil || *p.LevelDBFS > -11 {
				t.Errorf("the report says %+v", p)
			}
			h.send(protocol.ChannelCommand, playNow("c-1", it))
			if again > 0 {
				h.play("tin@1", devices.Played)
			}
			h.ack("c-1", protocol.OutcomeFinished)
			want := pcm[len(pcm)-int(again.Milliseconds())*protocol.SampleRate/1000:]
			if got := readWAV(t, path); !slices.Equal(got, want) {
				t.Errorf("%d samples sounded after the power was back, not %d", len(got), len(want))
			}
		})
	}
}

func TestLossOfPowerBeyondTheDeadline(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	dir := t.TempDir()
	w, path := openWAV(t, t.TempDir())
	d := h.start(dir, w)
	h.online()
	audio := h.add(tone(440, 10*time.Second))
	it := item("tin", time.Now(), audio)
	it.Deadline = it.Start.Add(8 * time.Second)
	h.send(protocol.ChannelCommand, playNow("c-1", it))
	sounded(t, path, chunk)
	disk := copyDir(t, dir)
	d.stop()
	// To go on it has as long as it had to begin, from when it was cut.
	<-time.After(8500 * time.Millisecond)
	h.start(disk, &Silent{})
	h.play("tin@1", devices.Interrupted)
	h.send(protocol.ChannelCommand, playNow("c-2", item("sau", time.Now(), h.add(tone(440, 100*time.Millisecond)))))
	if p := awaitFor(t, h.plays, "the next play", anything); p.Occurrence != "sau@1" {
		t.Errorf("after its deadline the item had the report %+v", p)
	}
}

func TestPlaysAndReadingsAreSentUntilAReceiptNamesThem(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.deaf = true
	dir := t.TempDir()
	impatient := func(c *Config) { c.sendAgain = 200 * time.Millisecond }
	d := h.start(dir, &Silent{}, impatient)
	h.online()
	h.send(protocol.ChannelCommand, playNow("c-1", item("tin", time.Now(), h.add(tone(440, 100*time.Millisecond)))))
	first := h.play("tin@1", devices.Played)
	for range 2 {
		if again := h.play("tin@1", devices.Played); again.ID != first.ID {
			t.Fatalf("the same play has the ids %s and %s", first.ID, again.ID)
		}
	}
	batch := awaitFor(t, h.batch, "readings", anything)
	if again := awaitFor(t, h.batch, "readings again", anything); again.Batch != batch.Batch || len(again.Samples) != len(batch.Samples) {
		t.Errorf("batch %s was %d samples, then %s %d", batch.Batch, len(batch.Samples), again.Batch, len(again.Samples))
	}
	d.stop()
	for len(h.plays) > 0 {
		<-h.plays
	}
	h.mu.Lock()
	h.deaf = false
	h.mu.Unlock()
	d = h.start(dir, &Silent{}, impatient)
	if again := h.play("tin@1", devices.Played); again.ID != first.ID {
		t.Errorf("after a restart the play has the id %s, not %s", again.ID, first.ID)
	}
	awaitFor(t, h.batch, "the readings of before", func(b protocol.Telemetry) bool { return b.Batch == batch.Batch })
	// With the receipts both are forgotten.
	for limit := time.Now().Add(patience); time.Now().Before(limit); {
		d.stop()
		s, err := New(d.cfg)
		if err != nil {
			t.Fatal(err)
		}
		plays, batches := len(s.journal.plays), len(s.backlog.batches)
		if err := s.close(); err != nil {
			t.Fatal(err)
		}
		if plays == 0 && batches == 0 {
			return
		}
		d = h.start(dir, &Silent{}, impatient)
		h.online()
		<-time.After(100 * time.Millisecond)
	}
	t.Error("the receipts were not heeded")
}

func TestEmergencyInterruptsAndTheInterruptedGoesOnAsItSays(t *testing.T) {
	t.Parallel()
	for _, fate := range []devices.Fate{devices.Resume, devices.Restart, devices.Skip} {
		t.Run(string(fate), func(t *testing.T) {
			t.Parallel()
			h := newHub(t)
			w, path := openWAV(t, t.TempDir())
			h.start(t.TempDir(), w)
			h.online()
			long, short := tone(440, 6*time.Second), tone(900, 400*time.Millisecond)
			urgent := loud(item("lu", time.Now(), h.add(short)))
			urgent.Level = devices.Emergency
			normal := loud(item("tin", time.Now(), h.add(long)))
			normal.OnInterrupted = fate
			h.send(protocol.ChannelCommand, playNow("c-1", normal))
			sounded(t, path, 5*chunk)
			h.send(protocol.ChannelCommand, playNow("c-2", urgent))
			if p := h.play("tin@1", devices.Interrupted); p.Reason != protocol.ReasonPreempted {
				t.Errorf("the report says %+v", p)
			}
			h.play("lu@1", devices.Played)
			if fate != devices.Skip {
				h.play("tin@1", devices.Played)
			} else {
				h.ack("c-2", protocol.OutcomeFinished)
			}
			got := readWAV(t, path)
			cut := 0
			for cut < len(got) && got[cut] == long[cut] {
				cut++
			}
			cut -= cut % chunk // the tones may share a sample where they meet
			want := slices.Concat(long[:cut], short)
			switch fate {
			case devices.Resume:
				want = append(want, long[cut:]...)
			case devices.Restart:
				want = append(want, long...)
			}
			if !slices.Equal(got, want) {
				t.Errorf("cut at %d: %d samples sounded, %d were expected", cut, len(got), len(want))
			}
		})
	}
}

func TestStopSilencesWhatSoundsAndWhatWaits(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.start(t.TempDir(), &Silent{})
	h.online()
	long := h.add(tone(440, 30*time.Second))
	h.send(protocol.ChannelCommand, playNow("c-1", item("mot", time.Now(), long)))
	h.ack("c-1", protocol.OutcomeStarted)
	h.send(protocol.ChannelCommand, playNow("c-2", item("hai", time.Now(), long)))
	h.ack("c-2", protocol.OutcomeReceived)
	stop := protocol.Command{ID: "c-3", Kind: protocol.CommandStop, ExpiresAt: time.Now().Add(time.Minute)}
	asked := time.Now()
	h.send(protocol.ChannelCommand, stop)
	p := h.play("mot@1", devices.Stopped)
	if p.StartedAt == nil || p.EndedAt.Sub(asked) > patience || p.Reason != protocol.ReasonStopped {
		t.Errorf("the report says %+v", p)
	}
	if p := h.play("hai@1", devices.Stopped); p.StartedAt != nil {
		t.Errorf("what never sounded is reported as %+v", p)
	}
	h.ack("c-3", protocol.OutcomeFinished)
	awaitFor(t, h.states, "silence", func(s protocol.State) bool { return s.Playing == nil })
}

func TestStopOfWhatWasInterruptedTellsWhatHadSounded(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	w, path := openWAV(t, t.TempDir())
	h.start(t.TempDir(), w)
	h.online()
	long := h.add(tone(440, 2*time.Minute))
	h.send(protocol.ChannelCommand, playNow("c-1", loud(item("tin", time.Now(), long))))
	sounded(t, path, 5*chunk)
	urgent := item("lu", time.Now(), long)
	urgent.Level = devices.Emergency
	h.send(protocol.ChannelCommand, playNow("c-2", urgent))
	cut := h.play("tin@1", devices.Interrupted)
	h.send(protocol.ChannelCommand, protocol.Command{ID: "c-3", Kind: protocol.CommandStop, Stop: "tin", ExpiresAt: time.Now().Add(time.Minute)})
	p := h.play("tin@1", devices.Stopped)
	if p.ID == cut.ID || p.StartedAt == nil || !p.StartedAt.Equal(*cut.StartedAt) || !p.EndedAt.Equal(cut.EndedAt) || p.LevelDBFS == nil || *p.LevelDBFS != *cut.LevelDBFS {
		t.Errorf("the last word is %+v, what had sounded %+v", p, cut)
	}
	if p.Reason != protocol.ReasonStopped {
		t.Errorf("it says %q of what was never heard to its end", p.Reason)
	}
}

func TestStopOfOneAnnouncementLeavesTheOthers(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.start(t.TempDir(), &Silent{})
	h.online()
	h.send(protocol.ChannelCommand, playNow("c-1", item("mot", time.Now(), h.add(tone(440, 30*time.Second)))))
	h.ack("c-1", protocol.OutcomeStarted)
	h.send(protocol.ChannelCommand, playNow("c-2", item("hai", time.Now(), h.add(tone(440, 200*time.Millisecond)))))
	h.ack("c-2", protocol.OutcomeReceived)
	h.send(protocol.ChannelCommand, protocol.Command{ID: "c-3", Kind: protocol.CommandStop, Stop: "mot", ExpiresAt: time.Now().Add(time.Minute)})
	h.play("mot@1", devices.Stopped)
	h.play("hai@1", devices.Played)
}

func TestVolumeIsHeardMeasuredAndRemembered(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	dir := t.TempDir()
	w, path := openWAV(t, t.TempDir())
	d := h.start(dir, w)
	h.online()
	set := 50
	h.send(protocol.ChannelCommand, protocol.Command{ID: "c-1", Kind: protocol.CommandVolume, Volume: &set, ExpiresAt: time.Now().Add(time.Minute)})
	h.ack("c-1", protocol.OutcomeFinished)
	awaitFor(t, h.states, "the volume", func(s protocol.State) bool { return s.Volume == set })
	d.stop()
	h.start(dir, w)
	awaitFor(t, h.states, "the volume after a restart", func(s protocol.State) bool { return s.Online && s.Volume == set })
	pcm := tone(440, 500*time.Millisecond)
	h.send(protocol.ChannelCommand, playNow("c-2", item("tin", time.Now(), h.add(pcm))))
	// 50 % is an eighth of the amplitude: −18.06 dB.
	if p := h.play("tin@1", devices.Played); *p.LevelDBFS < -29.9 || *p.LevelDBFS > -29.7 {
		t.Errorf("level is %v", *p.LevelDBFS)
	}
	for i, s := range readWAV(t, path) {
		if d := float64(s) - float64(pcm[i])/8; d > 0.5 || d < -0.5 {
			t.Fatalf("sample %d is %d, not %d/8", i, s, pcm[i])
		}
	}
	// A plan with another volume sets it; the same plan again does not.
	plan := planOf()
	h.send(protocol.ChannelPlan, plan)
	awaitFor(t, h.states, "the plan's volume", func(s protocol.State) bool { return s.PlanHash == plan.Hash && s.Volume == 100 })
}

func TestMalformedMessagesChangeNothing(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.start(t.TempDir(), &Silent{})
	h.online()
	plan := planOf(item("tin", time.Now().Add(time.Hour), h.add(tone(440, 100*time.Millisecond))))
	h.send(protocol.ChannelPlan, plan)
	awaitFor(t, h.states, "the plan", func(s protocol.State) bool { return s.PlanHash == plan.Hash })
	wrongHash := plan
	wrongHash.Hash = strings.Repeat("0", 64)
	h.send(protocol.ChannelPlan, wrongHash)
	for _, c := range protocol.ToDevice() {
		for _, junk := range []string{"", "{", "null", "[]", `{"items":[{}]}`, `{"id":"x","kind":"explode"}`, `{"kind":"play"}`,
			`{"t1":"x"}`, `{"t1":1,"t2":-9223372036854775808,"t3":9223372036854775807}`, `{"plays":["zzz"],"batches":["../../x"]}`,
			"\xff\xfe", strings.Repeat("[", 100000), strings.Repeat("x", protocol.MaxPayload+1)} {
			if c != protocol.ChannelPlan || junk != "" { // an empty retained message clears the broker's memory
				h.sendRaw(c, []byte(junk))
			}
		}
	}
	h.send(protocol.ChannelCommand, playNow("c-1", item("sau", time.Now(), h.add(tone(440, 100*time.Millisecond)))))
	h.play("sau@1", devices.Played)
	last := protocol.State{}
	for len(h.states) > 0 {
		last = <-h.states
	}
	if last.PlanHash != plan.Hash && last.Session != 0 {
		t.Errorf("the device holds the plan %s", last.PlanHash)
	}
}

func TestLostLinkIsTakenUpAgainWithAGreaterSession(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.start(t.TempDir(), &Silent{})
	first := h.online()
	addr := strings.TrimPrefix(h.mqtt, "tcp://")
	h.stopBroker()
	h.startBroker(addr)
	second := awaitFor(t, h.states, "the next session", func(s protocol.State) bool { return s.Online && s.Session != first.Session })
	if second.Session < first.Session {
		t.Errorf("session %d follows %d", second.Session, first.Session)
	}
}

func TestSwitchedOffDeviceSaysSo(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	d := h.start(t.TempDir(), &Silent{})
	up := h.online()
	d.stop()
	off := awaitFor(t, h.states, "offline", func(s protocol.State) bool { return !s.Online })
	if off.Session != up.Session {
		t.Errorf("session %d says goodbye for %d", off.Session, up.Session)
	}
}

func TestWrongClockIsDisciplinedByTheHub(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	const behind = 25 * time.Second
	h.start(t.TempDir(), &Silent{}, func(c *Config) { c.Now = func() time.Time { return time.Now().Add(-behind) } })
	awaitFor(t, h.states, "the offset", func(s protocol.State) bool {
		return s.Online && s.ClockOffsetMS > 24_900 && s.ClockOffsetMS < 25_100
	})
	it := item("tin", time.Now().Add(600*time.Millisecond), h.add(tone(440, 100*time.Millisecond)))
	c := playNow("c-1", it)
	h.send(protocol.ChannelCommand, c)
	p := h.play("tin@1", devices.Played)
	if late := p.StartedAt.Sub(it.Start); late < 0 || late > patience {
		t.Errorf("by the hub's clock it began %s late", late)
	}
	// A device that was behind must not take an expired command for a fresh one.
	c.ID, c.ExpiresAt = "c-2", time.Now().Add(-time.Second)
	h.send(protocol.ChannelCommand, c)
	h.ack("c-2", protocol.OutcomeExpired)
}

func TestQuotaRemovesOnlyWhatNoPlanNeeds(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	a, b, c := h.add(tone(400, time.Second)), h.add(tone(500, time.Second)), h.add(tone(600, time.Second))
	dir := t.TempDir()
	h.start(dir, &Silent{}, func(cfg *Config) { cfg.Quota = a.Bytes + b.Bytes + c.Bytes/2 })
	later := time.Now().Add(time.Hour)
	holds := func(what string, missing []string, items ...protocol.Item) {
		t.Helper()
		plan := planOf(items...)
		h.send(protocol.ChannelPlan, plan)
		awaitFor(t, h.states, what, func(s protocol.State) bool { return s.PlanHash == plan.Hash && slices.Equal(s.Missing, missing) })
	}
	holds("two that fit", nil, item("a", later, a), item("b", later, b))
	holds("a needed one in the place of one that is not", nil, item("b", later, b), item("c", later, c))
	if _, err := os.Stat(filepath.Join(dir, "audio", a.SHA256+".flac")); !os.IsNotExist(err) {
		t.Errorf("what no plan needs is still there: %v", err)
	}
	holds("the soonest two of three", []string{a.SHA256}, item("b", later, b), item("c", later, c), item("a", later.Add(time.Minute), a))
}

func TestReadingsTellWhatWasMeasured(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.start(t.TempDir(), &Silent{}, func(c *Config) {
		c.Sensors, c.Report = fixedSensors{protocol.MetricSupply: 12.5, protocol.MetricAmpCurrent: 2}, time.Second
	})
	h.online()
	h.send(protocol.ChannelCommand, playNow("c-1", loud(item("tin", time.Now(), h.add(tone(440, 30*time.Second))))))
	h.ack("c-1", protocol.OutcomeStarted)
	<-time.After(2 * measureEvery)
	b := awaitFor(t, h.batch, "a reading while it plays", func(b protocol.Telemetry) bool {
		last := b.Samples[len(b.Samples)-1].Values
		_, level := last[protocol.MetricLevel] // not yet when it has just begun
		return last[protocol.MetricPlaying] == 1 && level
	})
	v := b.Samples[len(b.Samples)-1].Values
	if v[protocol.MetricSupply] != 12.5 || v[protocol.MetricVolume] != devices.DefaultVolume || v[protocol.MetricLevel] > -11 || v[protocol.MetricLevel] < -12 {
		t.Errorf("the reading is %v", v)
	}
	h.send(protocol.ChannelCommand, protocol.Command{ID: "c-2", Kind: protocol.CommandStop, ExpiresAt: time.Now().Add(time.Minute)})
	if p := h.play("tin@1", devices.Stopped); p.CurrentA == nil || *p.CurrentA != 2 {
		t.Errorf("the report says %+v", p)
	}
	quiet := awaitFor(t, h.batch, "a reading in silence", func(b protocol.Telemetry) bool {
		_, level := b.Samples[0].Values[protocol.MetricLevel]
		return !level
	})
	if quiet.Samples[0].Values[protocol.MetricPlaying] != 0 {
		t.Errorf("in silence the reading is %v", quiet.Samples[0].Values)
	}
}

type fixedSensors map[string]float64

func (f fixedSensors) Read() map[string]float64 {
	values := map[string]float64{}
	for k, v := range f {
		values[k] = v
	}
	return values
}
