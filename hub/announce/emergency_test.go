package announce_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/announcetest"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// slowVoice needs some time to speak, and may not work at first.
type slowVoice struct {
	tongues
	takes    time.Duration
	failures *int
}

func (v slowVoice) Speak(ctx context.Context, language, text string) (protocol.Audio, error) {
	select {
	case <-time.After(v.takes):
	case <-ctx.Done():
		return protocol.Audio{}, ctx.Err()
	}
	if !announce.Urgent(ctx) {
		return protocol.Audio{}, errors.New("an emergency waits in the queue")
	}
	if v.failures != nil && *v.failures > 0 {
		*v.failures--
		return protocol.Audio{}, problem.New(problem.Unavailable, "speech_failed", "hỏng", "broken")
	}
	if strings.Contains(text, "!!") {
		return protocol.Audio{}, problem.New(problem.Invalid, "text_invalid", "sai", "wrong").At("text")
	}
	return v.tongues.Speak(ctx, language, text)
}

func slow(takes time.Duration, failures int) func(*announce.Config) {
	return func(c *announce.Config) {
		twoPersons(c)
		c.Sounds = slowVoice{takes: takes, failures: &failures}
	}
}

func (h *hub) launch(e announce.EmergencyDraft) announce.Announcement {
	h.t.Helper()
	a, err := h.Emergency(h.t.Context(), "lanhdao", true, e)
	if err != nil {
		h.t.Fatal(err)
	}
	synctest.Wait()
	return a
}

func (h *hub) of(c devices.DeviceID, kind protocol.CommandKind) (found []protocol.Command) {
	for _, cmd := range h.air.sent(c) {
		if cmd.Kind == kind {
			found = append(found, cmd)
		}
	}
	return found
}

func TestAnEmergencyBeginsWithTheChimeAndTheWordsFollow(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, slow(1500*time.Millisecond, 0))
		for _, c := range []devices.DeviceID{"loa-01", "loa-02", "loa-03", "loa-04"} {
			h.online(c, 1, nil)
		}
		// Something sounds in one village.
		d := say(announce.Target{Villages: []devices.VillageID{"na-chuong"}}, now)
		d.OnInterrupted, d.Title, d.Text, d.Audio = devices.Resume, "Mời họp", "", spoken.SHA256
		low, err := h.Submit(t.Context(), "phatthanh", false, d)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Approve(t.Context(), "lanhdao", low.ID); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		sounding := h.of("loa-01", protocol.CommandPlay)[0].Item
		h.ack("loa-01", h.of("loa-01", protocol.CommandPlay)[0].ID, protocol.OutcomeReceived)
		h.ack("loa-02", h.of("loa-02", protocol.CommandPlay)[0].ID, protocol.OutcomeReceived)
		h.online("loa-01", 1, &protocol.Playing{Occurrence: sounding.Occurrence, Announcement: sounding.Announcement, StartedAt: time.Now()})

		begun := time.Now()
		a := h.launch(announce.EmergencyDraft{Text: "Lũ về, sơ tán ngay", Target: everywhere})
		if time.Since(begun) != 0 {
			t.Errorf("the launch waited %v for the voice", time.Since(begun))
		}
		if a.State != announce.Scheduled || a.Alert.Speech != announce.SpeechPending || a.DecidedBy != "lanhdao" {
			t.Errorf("launched as %+v", a)
		}
		if i := a.Alert.Interrupted; len(i) != 1 || i[0].Announcement != low.ID || i[0].Title != "Mời họp" || i[0].OnInterrupted != devices.Resume || len(i[0].Clusters) != 1 || i[0].Clusters[0] != "loa-01" {
			t.Errorf("it says it interrupts %+v", i)
		}
		play := h.of("loa-04", protocol.CommandPlay)
		if len(play) != 1 {
			t.Fatalf("sent %+v", h.air.sent("loa-04"))
		}
		it := play[0].Item
		if !it.AwaitsMore || len(it.Audio) != 1 || it.Audio[0].SHA256 != chimes[announce.EmergencyChime].SHA256 || it.Level != devices.Emergency {
			t.Errorf("the chime goes out as %+v", it)
		}
		if wait := it.Start.Sub(begun); wait > time.Second {
			t.Errorf("the chime begins after %v", wait)
		}
		// ISO 7240-16: 3 to 10 s of tone before the words.
		if tone := it.Audio[0].DurationMS; tone < 3000 || tone > 10_000 {
			t.Errorf("the tone lasts %d ms", tone)
		}
		h.ack("loa-04", play[0].ID, protocol.OutcomeStarted)
		time.Sleep(1500 * time.Millisecond)
		synctest.Wait()
		more := h.of("loa-04", protocol.CommandMore)
		if len(more) != 1 {
			t.Fatalf("after the voice spoke: %+v", h.air.sent("loa-04"))
		}
		words := more[0].Item
		if words.Occurrence != it.Occurrence || !words.Start.Equal(it.Start) || words.AwaitsMore || len(words.Audio) != 2 || words.Audio[0].SHA256 != it.Audio[0].SHA256 {
			t.Errorf("the words go out as %+v", words)
		}
		if words.Again == nil || !words.Again.Until.Equal(a.Alert.Until) || words.Again.Until.Sub(begun) != 10*time.Minute {
			t.Errorf("repeated until %+v", words.Again)
		}
		// No silence over 10 s, and no more than 30 s from the end of one message
		// to the next.
		if gap := words.Again.GapMS; gap > 10_000 || gap+words.Audio[0].DurationMS+words.Audio[1].GapMS > 30_000 {
			t.Errorf("the voice pauses for %d ms and the chime", gap)
		}
		if h.changed[a.ID].Alert.Speech != announce.SpeechReady || h.onAir[it.Occurrence].DurationMS != words.DurationMS() {
			t.Errorf("on the page: %+v, %+v", h.changed[a.ID].Alert, h.onAir[it.Occurrence])
		}
		// A device that comes back after five minutes hears it too.
		h.online("loa-03", 1, nil)
		h.HandleState(t.Context(), addr("loa-03"), protocol.State{Session: 1, At: time.Now()})
		time.Sleep(5 * time.Minute)
		before := len(h.air.sent("loa-03"))
		h.online("loa-03", 2, nil)
		if got := h.air.sent("loa-03")[before:]; len(got) < 2 || got[0].Kind != protocol.CommandPlay || got[1].Kind != protocol.CommandMore {
			t.Errorf("to the one that came back: %+v", got)
		}
		// When its time is over, nobody heard from is in the journal with the reason.
		h.played("loa-04", *words, devices.Played)
		time.Sleep(6 * time.Minute)
		synctest.Wait()
		if h.state(a.ID) != announce.Done {
			t.Errorf("at its end it is %s", h.state(a.ID))
		}
		missed := map[devices.DeviceID]string{}
		for _, e := range h.journal() {
			if e.Announcement == a.ID && e.Result == devices.Missed {
				missed[e.Cluster] = e.Reason
			}
		}
		if len(missed) != 3 || missed["loa-01"] != journal.ReasonOffline {
			t.Errorf("missed: %v", missed)
		}
	})
}

func TestAnEmergencyByRecordingBeginsWithTheChimeThatClustersHold(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, slow(time.Hour, 0))
		h.online("loa-01", 1, nil)
		a := h.launch(announce.EmergencyDraft{Audio: spoken.SHA256, Target: everywhere})
		if a.Alert.Speech != announce.SpeechReady || a.Title == "" || a.Sound.SHA256 != spoken.SHA256 {
			t.Errorf("launched as %+v, %+v", a, a.Alert)
		}
		play, more := h.of("loa-01", protocol.CommandPlay), h.of("loa-01", protocol.CommandMore)
		if len(play) != 1 || len(more) != 1 {
			t.Fatalf("sent %+v", h.air.sent("loa-01"))
		}
		if it := play[0].Item; !it.AwaitsMore || len(it.Audio) != 1 || it.Audio[0].SHA256 != chimes[announce.EmergencyChime].SHA256 {
			t.Errorf("it begins with %+v", it)
		}
		if it := more[0].Item; it.AwaitsMore || len(it.Audio) != 2 || it.Audio[1].SHA256 != spoken.SHA256 || it.Again == nil || it.Occurrence != play[0].Item.Occurrence || !it.Start.Equal(play[0].Item.Start) {
			t.Errorf("it goes on with %+v", it)
		}
		_, err := start(t, nil, nil, nil).Emergency(t.Context(), "lanhdao", true, announce.EmergencyDraft{Audio: strings.Repeat("b", 64), Target: everywhere})
		wantProblem(t, err, problem.Invalid, "audio_not_found", "audio")
		_, err = h.Emergency(t.Context(), "lanhdao", true, announce.EmergencyDraft{Audio: spoken.SHA256, Text: "Lũ về", Target: everywhere})
		wantProblem(t, err, problem.Invalid, "two_contents", "audio")
	})
}

func TestAnEmergencyIsSentAheadOfTheSlowestSoundCard(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, withChimes)
		tell := func(c devices.DeviceID, latencyMS int, online bool) {
			h.HandleState(t.Context(), addr(c), protocol.State{Session: 1, Online: online, At: time.Now(), OutputLatencyMS: latencyMS})
		}
		ahead := func(target announce.Target, of devices.DeviceID) time.Duration {
			t.Helper()
			a := h.launch(announce.EmergencyDraft{Text: "Lũ về", Target: target})
			cmd := h.of(of, protocol.CommandPlay)
			if _, err := h.Cancel(t.Context(), "lanhdao", a.ID); err != nil {
				t.Fatal(err)
			}
			return time.Until(cmd[len(cmd)-1].Item.Start)
		}
		tell("loa-01", 0, true)
		tell("loa-02", 500, true)
		tell("loa-03", 5000, false) // whatever it said, it does not hear of it
		if got := ahead(announce.Target{Villages: []devices.VillageID{"na-chuong"}}, "loa-01"); got != 600*time.Millisecond {
			t.Errorf("with a sound card of half a second: %v", got)
		}
		if got := ahead(announce.Target{Clusters: []devices.DeviceID{"loa-01"}}, "loa-01"); got != 250*time.Millisecond {
			t.Errorf("without: %v", got)
		}
		// The chime within a second, the words within three, whatever a cluster says.
		tell("loa-04", 60_000, true)
		if got := ahead(everywhere, "loa-01"); got > 750*time.Millisecond {
			t.Errorf("with an absurd one: %v", got)
		}
	})
}

func TestANewerEmergencySaysThatItInterruptsTheOlder(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, withChimes)
		sounds := func(a announce.Announcement) {
			h.online("loa-01", 1, &protocol.Playing{Occurrence: h.aired(a), Announcement: string(a.ID), Level: a.Level, StartedAt: time.Now()})
		}
		// Something normal still stands as sounding elsewhere.
		normal := h.submit(say(everywhere, now))
		h.online("loa-02", 1, &protocol.Playing{Occurrence: h.aired(normal), Announcement: string(normal.ID), StartedAt: time.Now()})
		fire := h.launch(announce.EmergencyDraft{Title: "Cháy rừng", Text: "Cháy rừng", Target: everywhere})
		sounds(fire)
		time.Sleep(time.Minute)
		flood := h.launch(announce.EmergencyDraft{Title: "Lũ về", Text: "Lũ về", Target: everywhere})
		if i := flood.Alert.Interrupted; len(i) != 2 || i[0].Announcement != fire.ID || i[0].Level != devices.Emergency || i[0].OnInterrupted != devices.Restart || i[1].Announcement != normal.ID {
			t.Errorf("it says it interrupts %+v", i)
		}
		// By the rule that devices follow, the newer has the air.
		arbiter := func(a announce.Announcement) devices.Item {
			cmd := h.of("loa-01", protocol.CommandPlay)
			it := cmd[slices.IndexFunc(cmd, func(c protocol.Command) bool { return c.Item.Announcement == string(a.ID) })].Item
			return devices.Item{ID: it.Occurrence, Level: it.Level, Order: it.Order, Start: it.Start, Deadline: it.Deadline}
		}
		time.Sleep(time.Second)
		older := arbiter(fire)
		if d := devices.Arbitrate(time.Now(), &older, []devices.Item{arbiter(flood)}); !d.Interrupt || d.Play.ID != h.aired(flood) {
			t.Errorf("a device decides %+v", d)
		}
		// The older is repeated from its beginning when the newer was stopped.
		sounds(flood)
		if _, err := h.Cancel(t.Context(), "lanhdao", flood.ID); err != nil {
			t.Fatal(err)
		}
		sounds(fire)
		if h.state(fire.ID) != announce.Scheduled || h.state(flood.ID) != announce.Cancelled {
			t.Errorf("the older is %s, the newer %s", h.state(fire.ID), h.state(flood.ID))
		}
	})
}

// A double tap, or two officials at the same moment, is one alarm.
func TestTheSameEmergencyTwiceIsOneAlarm(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, slow(1500*time.Millisecond, 0))
		flood := announce.EmergencyDraft{Text: "Lũ về, bà con lên chỗ cao", Target: everywhere}
		first := h.launch(flood)
		time.Sleep(100 * time.Millisecond)
		second, err := h.Emergency(t.Context(), "chutich", true, flood)
		if err != nil || second.ID != first.ID || second.CreatedBy != "lanhdao" || second.Alert == nil || !second.Alert.Already || first.Alert.Already {
			t.Fatalf("the second request got %+v, %v", second, err)
		}
		if got := h.of("loa-01", protocol.CommandPlay); len(got) != 1 {
			t.Errorf("%d alarms were sent to loa-01", len(got))
		}
		// Elsewhere, in other words, or a while later it is another one.
		village := flood
		village.Target = announce.Target{Villages: []devices.VillageID{"na-chuong"}}
		fire := flood
		fire.Text = "Cháy rừng"
		for _, e := range []announce.EmergencyDraft{village, fire} {
			if other := h.launch(e); other.ID == first.ID || other.Alert.Already {
				t.Errorf("%+v is taken for the same", e)
			}
		}
		time.Sleep(2 * time.Second)
		if again := h.launch(flood); again.ID == first.ID || again.Alert.Already {
			t.Error("who launches it again later gets the old one")
		}
	})
}

func TestWhoMayLaunchAnEmergency(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, twoPersons)
		e := announce.EmergencyDraft{Text: "Cháy rừng", Target: everywhere}
		_, err := h.Emergency(t.Context(), "phatthanh", false, e)
		wantProblem(t, err, problem.Forbidden, "emergency_needs_approver", "")
		r := h.Rules()
		r.Approval = announce.OnePerson
		if _, err := h.SetRules(t.Context(), "quantri", r); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Emergency(t.Context(), "phatthanh", false, e); err != nil {
			t.Error(err)
		}
		for want, change := range map[string]func(*announce.EmergencyDraft){
			"no_content text":                   func(e *announce.EmergencyDraft) { e.Text = " " },
			"text_empty text":                   func(e *announce.EmergencyDraft) { e.Text = "…" },
			"two_contents template":             func(e *announce.EmergencyDraft) { e.Template = "mua-lu" },
			"no_target target":                  func(e *announce.EmergencyDraft) { e.Target = announce.Target{} },
			"repeat_until_invalid repeat_until": func(e *announce.EmergencyDraft) { past := time.Now(); e.RepeatUntil = &past },
			"template_unknown template":         func(e *announce.EmergencyDraft) { e.Text, e.Template = "", "x" },
			"blanks_missing blanks":             func(e *announce.EmergencyDraft) { e.Text, e.Template = "", "chay-nha" },
		} {
			bad := e
			change(&bad)
			_, err := h.Emergency(t.Context(), "lanhdao", true, bad)
			code, at, _ := strings.Cut(want, " ")
			wantProblem(t, err, problem.Invalid, code, at)
		}
		a := h.launch(announce.EmergencyDraft{Template: "chay-nha", Blanks: map[string]string{"địa điểm": "chợ Lục Bình"}, Target: everywhere})
		if !strings.Contains(a.Text, "Đang có cháy tại chợ Lục Bình.") || a.Title != "Báo cháy, kêu gọi chữa cháy" {
			t.Errorf("of the template became %q: %q", a.Title, a.Text)
		}
	})
}

func TestTheWordsOfAnEmergencyOutliveTroubleAndRestarts(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		store, link := announcetest.NewMemory(), newAir()
		h := start(t, store, link, slow(time.Second, 2))
		a := h.launch(announce.EmergencyDraft{Text: "Lũ về", Target: everywhere})
		time.Sleep(1100 * time.Millisecond)
		synctest.Wait()
		if got := h.changed[a.ID].Alert; got.Speech != announce.SpeechPending || got.Trouble == nil || got.Trouble.VI != "hỏng" {
			t.Errorf("while the voice is broken: %+v", got)
		}
		h.stop() // the hub dies before the words are there
		h = start(t, store, link, slow(time.Second, 0))
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if len(h.of("loa-01", protocol.CommandMore)) == 0 || h.changed[a.ID].Alert.Speech != announce.SpeechReady || h.changed[a.ID].Alert.Trouble != nil {
			t.Errorf("after a restart: %+v", h.changed[a.ID].Alert)
		}
		// A text that cannot be spoken is told, and the tone goes on.
		b := h.launch(announce.EmergencyDraft{Text: "a!!", Target: everywhere})
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if got := h.changed[b.ID]; got.Alert.Speech != announce.SpeechFailed || got.Alert.Trouble.EN != "wrong" || got.State != announce.Scheduled {
			t.Errorf("a text that cannot be spoken: %+v", got)
		}
		// A device that cannot fetch the words says so; the journal tells.
		more := h.of("loa-01", protocol.CommandMore)[0]
		h.HandleAck(t.Context(), addr("loa-01"), protocol.Ack{Command: more.ID, Outcome: protocol.OutcomeFailed, Reason: "audio_missing", At: time.Now()})
		synctest.Wait()
		if j := h.journal(); len(j) != 1 || j[0].Result != devices.Failed || !strings.Contains(j[0].Reason, journal.ReasonNoWords) {
			t.Errorf("journal %+v", j)
		}
	})
}

func TestStopSilencesAllAtOnceAndPlannedThingsStay(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, withChimes)
		for _, c := range []devices.DeviceID{"loa-01", "loa-02", "loa-03"} { // loa-04 is away
			h.online(c, 1, nil)
		}
		h.HandleState(t.Context(), addr("loa-04"), protocol.State{Session: 1, At: time.Now()})
		planned := h.submit(say(everywhere, schedule.When{Kind: schedule.Daily, Time: "17:00"}))
		a := h.launch(announce.EmergencyDraft{Text: "Lũ về", Target: everywhere})
		synctest.Wait()
		it := h.of("loa-01", protocol.CommandPlay)[0].Item
		for _, c := range []devices.DeviceID{"loa-01", "loa-02", "loa-03"} {
			for _, cmd := range h.air.sent(c) {
				h.ack(c, cmd.ID, protocol.OutcomeStarted)
			}
			h.online(c, 1, &protocol.Playing{Occurrence: it.Occurrence, Announcement: it.Announcement, Level: devices.Emergency, StartedAt: time.Now()})
		}
		begun := time.Now()
		// In one village first.
		s, err := h.Stop(t.Context(), "lanhdao", announce.Target{Villages: []devices.VillageID{"na-chuong"}}, false)
		synctest.Wait()
		if err != nil || len(s.Clusters) != 2 || len(s.Silenced) != 1 || s.Silenced[0].Announcement != a.ID || len(s.Silenced[0].Clusters) != 2 {
			t.Fatalf("stopped %+v, %v", s, err)
		}
		if got := h.of("loa-01", protocol.CommandStop); len(got) != 2 || got[0].Stop != "" || got[1].Stop != string(a.ID) {
			t.Errorf("to loa-01: %+v", got)
		}
		if len(h.of("loa-03", protocol.CommandStop)) != 0 || h.state(a.ID) != announce.Scheduled {
			t.Errorf("elsewhere it does not go on: %s", h.state(a.ID))
		}
		// Then everywhere.
		if s, err = h.Stop(t.Context(), "lanhdao", announce.Target{}, false); err != nil || len(s.Clusters) != 4 {
			t.Fatalf("stopped %+v, %v", s, err)
		}
		synctest.Wait()
		if len(h.of("loa-03", protocol.CommandStop)) != 2 || time.Since(begun) > 2*time.Second {
			t.Errorf("to loa-03 after %v: %+v", time.Since(begun), h.of("loa-03", protocol.CommandStop))
		}
		if h.state(a.ID) != announce.Cancelled || h.state(planned.ID) != announce.Scheduled || len(h.air.plan("loa-01").Items) == 0 {
			t.Errorf("the emergency is %s, the plan %s", h.state(a.ID), h.state(planned.ID))
		}
		// The one that was away does not begin when it comes back.
		before := len(h.air.sent("loa-04"))
		time.Sleep(30 * time.Second)
		h.online("loa-04", 2, nil)
		for _, cmd := range h.air.sent("loa-04")[before:] {
			if cmd.Kind != protocol.CommandStop {
				t.Errorf("to the one that came back: %s", cmd.Kind)
			}
		}
		var why string
		for _, e := range h.journal() {
			if e.Cluster == "loa-04" {
				why = string(e.Result) + " " + e.Reason
			}
		}
		if why != "stopped cancelled" {
			t.Errorf("the journal says %q of it", why)
		}
		// The week shows what it was.
		week, err := h.Calendar(t.Context(), begun.Add(-time.Hour), begun.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(week.Entries, func(e announce.CalendarEntry) bool { return e.Announcement == a.ID })
		if i < 0 || week.Entries[i].Level != devices.Emergency {
			t.Errorf("the week holds %+v", week.Entries)
		}
	})
}

func TestCommandsToOneCluster(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		kept := map[devices.DeviceID]int{}
		h := start(t, nil, nil, func(c *announce.Config) {
			c.SetVolume = func(_ context.Context, id devices.DeviceID, percent int) error { kept[id] = percent; return nil }
		})
		ctx := t.Context()
		h.online("loa-01", 1, nil)
		volume, until := 65, time.Now().Add(time.Hour)
		for _, in := range []announce.Instruction{{Kind: protocol.CommandVolume, Volume: &volume}, {Kind: protocol.CommandMute, Until: &until},
			{Kind: protocol.CommandReboot}, {Kind: protocol.CommandRefresh}} {
			made, err := h.Instruct(ctx, "kythuat", "loa-01", in)
			if err != nil || made.Outcome != "waiting" || made.By != "kythuat" {
				t.Fatalf("%s: %+v, %v", in.Kind, made, err)
			}
			synctest.Wait()
			sent := h.of("loa-01", in.Kind)
			if len(sent) != 1 || sent[0].ID != made.ID {
				t.Fatalf("%s was sent as %+v", in.Kind, sent)
			}
			h.ack("loa-01", made.ID, protocol.OutcomeFinished)
		}
		if kept["loa-01"] != 65 {
			t.Errorf("the volume is kept as %v", kept)
		}
		// The first good self-test is what later ones are compared with.
		for _, m := range []struct {
			level, current float64
			reference      bool
			verdict        string
		}{{-90, 0, false, "silent"}, {-18, 1.2, false, "reference"}, {-19, 1.15, false, "good"}, {-26, 1.1, false, "weak"}, {-19, 0.5, false, "weak"},
			{-24, 0.9, true, "reference"}, {-25, 0.9, false, "good"}} {
			made, err := h.Instruct(ctx, "kythuat", "loa-01", announce.Instruction{Kind: protocol.CommandSelfTest, Reference: m.reference})
			if err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			h.HandleAck(ctx, addr("loa-01"), protocol.Ack{Command: made.ID, Outcome: protocol.OutcomeFinished, At: time.Now(),
				Measured: &protocol.Measured{LevelDBFS: m.level, CurrentA: m.current, SupplyV: 24}})
			all, err := h.Instructions(ctx, "loa-01", 10)
			if err != nil || all[0].ID != made.ID || all[0].Compared == nil || all[0].Compared.Verdict != m.verdict {
				t.Errorf("%+v came out as %+v, %v", m, all[0].Compared, err)
			}
			time.Sleep(time.Minute)
		}
		// What cannot have been measured is left out, and everything can still be shown.
		mad, err := h.Instruct(ctx, "kythuat", "loa-01", announce.Instruction{Kind: protocol.CommandSelfTest})
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		h.HandleAck(ctx, addr("loa-01"), protocol.Ack{Command: mad.ID, Outcome: protocol.OutcomeFinished, At: time.Now(),
			Measured: &protocol.Measured{LevelDBFS: -20, CurrentA: 1e308}})
		all, err := h.Instructions(ctx, "loa-01", 10)
		if err != nil || all[0].ID != mad.ID || all[0].Outcome != "finished" || all[0].Measured != nil {
			t.Errorf("a mad measure came out as %+v, %v", all[0], err)
		}
		if _, err := json.Marshal(all); err != nil {
			t.Error(err)
		}
		// At another volume it is another matter.
		h.HandleState(ctx, addr("loa-01"), protocol.State{Session: 1, Online: true, At: time.Now(), Volume: 20})
		quiet, err := h.Instruct(ctx, "kythuat", "loa-01", announce.Instruction{Kind: protocol.CommandSelfTest})
		if err != nil {
			t.Fatal(err)
		}
		h.HandleAck(ctx, addr("loa-01"), protocol.Ack{Command: quiet.ID, Outcome: protocol.OutcomeFinished, At: time.Now(),
			Measured: &protocol.Measured{LevelDBFS: -50, CurrentA: 0.2, SupplyV: 24}})
		if all, err := h.Instructions(ctx, "loa-01", 1); err != nil || all[0].Compared.Verdict != "reference" {
			t.Errorf("at a fifth of the volume: %+v, %v", all[0], err)
		}
		// One that is away is told so.
		made, err := h.Instruct(ctx, "kythuat", "loa-02", announce.Instruction{Kind: protocol.CommandReboot})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(6 * time.Minute)
		synctest.Wait()
		all, err = h.Instructions(ctx, "loa-02", 10)
		if err != nil || len(all) != 1 || all[0].ID != made.ID || all[0].Outcome != "expired" || all[0].Reason != journal.ReasonOffline {
			t.Errorf("to one that is away: %+v, %v", all, err)
		}
		_, err = h.Instruct(ctx, "kythuat", "loa-99", announce.Instruction{Kind: protocol.CommandReboot})
		wantProblem(t, err, problem.NotFound, "cluster_unknown", "")
		_, err = h.Instruct(ctx, "kythuat", "loa-01", announce.Instruction{Kind: protocol.CommandPlay})
		wantProblem(t, err, problem.Invalid, "command_unknown", "kind")
		_, err = h.Instruct(ctx, "kythuat", "loa-01", announce.Instruction{Kind: protocol.CommandVolume})
		wantProblem(t, err, problem.Invalid, "volume_out_of_range", "volume")
		_, err = h.Instruct(ctx, "kythuat", "loa-01", announce.Instruction{Kind: protocol.CommandMute})
		wantProblem(t, err, problem.Invalid, "mute_too_long", "until")
	})
}
