package announce_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
	"github.com/smart-commune/smart-commune/hub/problem"
)

func TestNowIsCommandedAcknowledgedAndProven(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		h.online("loa-01", 1, nil)
		h.online("loa-02", 1, nil)
		a := h.submit(say(announce.Target{Villages: []devices.VillageID{"na-chuong"}}, now))
		if a.State != announce.Scheduled || a.DecidedBy != "phatthanh" || a.Title != "Mời bà con đến nhà văn hóa thôn họp lúc 19 giờ 30" {
			t.Fatalf("submitted as %+v", a)
		}
		cmds := h.air.sent("loa-01")
		if len(cmds) != 1 || cmds[0].Kind != protocol.CommandPlay {
			t.Fatalf("sent %+v", cmds)
		}
		it := *cmds[0].Item
		if d := time.Until(it.Start); d != 2*time.Second || it.Deadline.Sub(it.Start) != time.Minute || it.Occurrence != fmt.Sprintf("%s@%d", a.ID, it.Start.Unix()) {
			t.Errorf("item %+v starts in %v", it, d)
		}
		if len(h.air.sent("loa-03")) != 0 {
			t.Error("a cluster of another village got it too")
		}
		h.ack("loa-01", cmds[0].ID, protocol.OutcomeReceived)
		if got := h.states(it.Occurrence); got != "loa-01=received loa-02=pending" {
			t.Errorf("on the page: %s", got)
		}
		time.Sleep(2 * time.Second)
		playing := &protocol.Playing{Occurrence: it.Occurrence, Announcement: it.Announcement, StartedAt: time.Now()}
		h.ack("loa-01", cmds[0].ID, protocol.OutcomeStarted)
		h.online("loa-02", 1, playing)
		if got := h.states(it.Occurrence); got != "loa-01=playing loa-02=playing" {
			t.Errorf("on the page: %s", got)
		}
		time.Sleep(10 * time.Second)
		h.played("loa-01", it, devices.Played)
		h.played("loa-01", it, devices.Played) // sent again, for its receipt was lost
		h.played("loa-02", it, devices.Played)
		if got := h.states(it.Occurrence); got != "loa-01=played loa-02=played" {
			t.Errorf("on the page: %s", got)
		}
		if j := h.journal(); len(j) != 2 || j[0].Result != devices.Played || *j[0].LevelDBFS != -18.5 || j[0].Title != a.Title {
			t.Errorf("journal %+v", j)
		}
		if h.state(a.ID) != announce.Done {
			t.Errorf("the announcement is %s", h.state(a.ID))
		}
		occ, err := h.Occurrences(t.Context(), a.ID)
		if err != nil || len(occ) != 1 || len(occ[0].Deliveries) != 2 || occ[0].Deliveries[1].Entry == nil {
			t.Errorf("occurrences %+v, %v", occ, err)
		}
		if n, err := h.VerifyJournal(t.Context()); n != 2 || err != nil {
			t.Errorf("verified %d entries, %v", n, err)
		}
	})
}

func TestACommandIsSentUntilItIsAcknowledgedOrExpires(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		for _, c := range []devices.DeviceID{"loa-01", "loa-02"} {
			h.online(c, 1, nil)
		}
		h.HandleState(t.Context(), addr("loa-03"), protocol.State{Session: 5, Online: false})
		a := h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-01", "loa-02", "loa-03"}}, now))
		time.Sleep(7 * time.Second)
		h.ack("loa-01", h.air.sent("loa-01")[0].ID, protocol.OutcomeReceived)
		time.Sleep(19*time.Second + time.Second/2)
		if n := len(h.air.sent("loa-01")); n != 3 {
			t.Errorf("sent %d times in 7 s until it was acknowledged, want 3", n)
		}
		cmds := h.air.sent("loa-02")
		if n := len(cmds); n != 9 || cmds[0].ID != cmds[8].ID {
			t.Errorf("sent %d times in 26.5 s without an answer, want 9 with the same id", n)
		}
		if n := len(h.air.sent("loa-03")); n != 0 {
			t.Errorf("sent %d times to a cluster that is offline", n)
		}
		// It comes back in time.
		h.online("loa-03", 6, nil)
		if n := len(h.air.sent("loa-03")); n != 1 {
			t.Errorf("sent %d times to a cluster that came back, want once", n)
		}
		time.Sleep(time.Minute)
		occ := cmds[0].Item.Occurrence
		if got := h.states(occ); got != "loa-01=received loa-02=missed loa-03=missed" {
			t.Errorf("on the page: %s", got)
		}
		sent := len(h.air.sent("loa-02"))
		time.Sleep(time.Minute)
		if n := len(h.air.sent("loa-02")); n != sent {
			t.Error("it was sent again after its expiry")
		}
		j := h.journal()
		if len(j) != 2 || j[0].Result != devices.Missed || j[0].Reason != journal.ReasonOffline || j[0].StartedAt != nil {
			t.Fatalf("journal %+v", j)
		}
		// A late report is the newer truth, and is there once.
		h.played("loa-02", *cmds[0].Item, devices.Played)
		j = h.journal()
		if len(j) != 2 || !slices.ContainsFunc(j, func(e journal.Entry) bool { return e.Cluster == "loa-02" && e.Result == devices.Played }) {
			t.Errorf("journal after a late report %+v", j)
		}
		if n, err := h.VerifyJournal(t.Context()); n != 3 || err != nil {
			t.Errorf("verified %d, %v", n, err)
		}
		h.played("loa-01", *cmds[0].Item, devices.Played)
		if h.state(a.ID) != announce.Done {
			t.Errorf("the announcement is %s", h.state(a.ID))
		}
	})
}

func TestADeviceThatHasLostItsCountIsThere(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		h.online("loa-01", 2_000_000_000, nil) // its clock was in 2033
		h.HandleState(t.Context(), addr("loa-01"), protocol.State{Session: 2_000_000_000, At: time.Now()})
		h.online("loa-01", 1, nil) // it got a new disk
		h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-01"}}, now))
		if n := len(h.air.sent("loa-01")); n != 1 {
			t.Errorf("%d commands were sent to a device that is there", n)
		}
		// The last will of its old connection comes late.
		h.HandleState(t.Context(), addr("loa-01"), protocol.State{Session: 0, At: time.Now()})
		time.Sleep(4 * time.Second)
		if n := len(h.air.sent("loa-01")); n != 2 {
			t.Errorf("after a late last will %d commands were sent", n)
		}
	})
}

func TestALostAcknowledgementMakesNoPlayMissed(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-01"}}, now))
		time.Sleep(13 * time.Second)
		h.played("loa-01", *h.air.sent("loa-01")[0].Item, devices.Played)
		sent := len(h.air.sent("loa-01"))
		time.Sleep(2 * time.Minute)
		if j := h.journal(); len(j) != 1 || j[0].Result != devices.Played {
			t.Errorf("journal %+v", j)
		}
		if n := len(h.air.sent("loa-01")); n != sent {
			t.Error("the command was sent again after the report")
		}
	})
}

func TestAPlayThatADeviceRefusesStandsInTheJournal(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-01", "loa-02"}}, now))
		cmd := h.air.sent("loa-01")[0]
		h.ack("loa-02", cmd.ID, protocol.OutcomeFailed) // not its own command
		h.HandleAck(t.Context(), addr("loa-01"), protocol.Ack{Command: cmd.ID, Outcome: protocol.OutcomeFailed, At: time.Now(), Reason: "audio_missing"})
		h.ack("loa-01", cmd.ID, protocol.OutcomeFailed)
		j := h.journal()
		if len(j) != 1 || j[0].Cluster != "loa-01" || j[0].Result != devices.Failed || !strings.Contains(j[0].Reason, "audio_missing") {
			t.Errorf("journal %+v", j)
		}
		if got := h.states(cmd.Item.Occurrence); got != "loa-01=failed loa-02=pending" {
			t.Errorf("on the page: %s", got)
		}
	})
}

func TestCancelling(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		h.HandleState(t.Context(), addr("loa-03"), protocol.State{Session: 1, Online: false})
		a := h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-01", "loa-02", "loa-03"}}, now))
		it := *h.air.sent("loa-01")[0].Item
		h.ack("loa-01", h.air.sent("loa-01")[0].ID, protocol.OutcomeReceived)
		h.ack("loa-02", h.air.sent("loa-02")[0].ID, protocol.OutcomeReceived)
		time.Sleep(4 * time.Second)
		h.played("loa-02", it, devices.Played)
		got, err := h.Cancel(t.Context(), "lanhdao", a.ID)
		if err != nil || got.State != announce.Cancelled || got.DecidedBy != "lanhdao" {
			t.Fatalf("cancelled as %+v, %v", got, err)
		}
		synctest.Wait()
		last := func(c devices.DeviceID) protocol.Command {
			all := h.air.sent(c)
			return all[len(all)-1]
		}
		if c := last("loa-01"); c.Kind != protocol.CommandStop || c.Stop != string(a.ID) {
			t.Errorf("where it sounds, the last command is %+v", c)
		}
		if c := last("loa-02"); c.Kind != protocol.CommandPlay {
			t.Errorf("where it is over, the last command is %+v", c)
		}
		// The cluster that was offline gets no play any more.
		h.online("loa-03", 2, nil)
		for _, c := range h.air.sent("loa-03") {
			if c.Kind == protocol.CommandPlay {
				t.Error("a cancelled announcement was sent to a cluster that came back")
			}
		}
		if got := h.states(it.Occurrence); got != "loa-01=received loa-02=played loa-03=stopped" {
			t.Errorf("on the page: %s", got)
		}
		h.ack("loa-01", last("loa-01").ID, protocol.OutcomeFinished)
		sent := len(h.air.sent("loa-01"))
		h.played("loa-01", it, devices.Stopped)
		time.Sleep(5 * time.Minute)
		if n := len(h.air.sent("loa-01")); n != sent {
			t.Errorf("%d commands more after the stop was acknowledged", n-sent)
		}
		_, err = h.Cancel(t.Context(), "lanhdao", a.ID)
		wantProblem(t, err, problem.Conflict, "already_decided", "")
		_, err = h.Cancel(t.Context(), "lanhdao", "tb-none")
		wantProblem(t, err, problem.NotFound, "announcement_not_found", "")
	})
}
