package announce_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

// told is what the journal says of each cluster: "loa-01 played", soonest planned
// first.
func (h *hub) told() (lines []string) {
	j := h.journal()
	slices.Reverse(j)
	for _, e := range j {
		line := fmt.Sprintf("%s %s", e.Cluster, e.Result)
		if e.Reason != "" {
			line += " " + e.Reason
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return lines
}

func (h *hub) wantTold(when string, want ...string) {
	h.t.Helper()
	if got := h.told(); !slices.Equal(got, want) {
		h.t.Errorf("%s the journal says %q, want %q", when, got, want)
	}
}

func TestACommandThatIsAcknowledgedAndNeverReportedStandsInTheJournal(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		for _, c := range []devices.DeviceID{"loa-01", "loa-02", "loa-03"} {
			h.online(c, 1, nil)
		}
		h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-01", "loa-02", "loa-03"}}, now))
		it := *h.air.sent("loa-01")[0].Item
		for _, c := range []devices.DeviceID{"loa-01", "loa-02", "loa-03"} {
			h.ack(c, h.air.sent(c)[0].ID, protocol.OutcomeReceived)
		}
		time.Sleep(20 * time.Second)
		h.played("loa-01", it, devices.Played)
		h.HandleState(t.Context(), addr("loa-03"), protocol.State{Session: 1}) // its last will
		// It may begin for a minute and lasts for ten seconds; then a report has five minutes.
		time.Sleep(time.Until(it.Deadline.Add(10*time.Second + 5*time.Minute - time.Second)))
		synctest.Wait()
		h.wantTold("within the time for a report", "loa-01 played")
		time.Sleep(time.Second)
		synctest.Wait()
		h.wantTold("after that", "loa-01 played", "loa-02 unreported no_report", "loa-03 unreported offline")
		if got := h.states(it.Occurrence); got != "loa-01=played loa-02=unreported loa-03=unreported" {
			t.Errorf("on the page: %s", got)
		}
		// A late report is the newer truth.
		time.Sleep(50 * time.Hour)
		h.played("loa-02", it, devices.Played)
		h.wantTold("two days later", "loa-01 played", "loa-02 played", "loa-03 unreported offline")
		time.Sleep(50 * time.Hour)
		if n, err := h.VerifyJournal(t.Context()); n != 4 || err != nil {
			t.Errorf("verified %d entries, %v", n, err)
		}
	})
}

func TestWhatSoundsForLongIsNotGivenUp(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-01"}}, now))
		cmd := h.air.sent("loa-01")[0]
		h.ack("loa-01", cmd.ID, protocol.OutcomeReceived)
		// Something more urgent sounded first, for an hour.
		playing := &protocol.Playing{Occurrence: cmd.Item.Occurrence, Announcement: cmd.Item.Announcement, StartedAt: time.Now()}
		h.online("loa-01", 1, playing)
		time.Sleep(time.Hour)
		h.wantTold("while it sounds")
		h.online("loa-01", 1, nil)
		h.played("loa-01", *cmd.Item, devices.Played)
		time.Sleep(time.Hour)
		h.wantTold("at its end", "loa-01 played")
	})
}

func TestAClusterThatIsGoneFromTheFieldIsNotProven(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		h.online("loa-01", 1, nil)
		a := h.submit(say(announce.Target{Villages: []devices.VillageID{"na-chuong"}}, schedule.When{Kind: schedule.Daily, Time: "06:00"}))
		days := func(n int) {
			for range n {
				it := h.air.plan("loa-01").Items
				next := slices.IndexFunc(it, func(it protocol.Item) bool { return it.Start.After(time.Now()) })
				time.Sleep(time.Until(it[next].Start) + 10*time.Second)
				h.played("loa-01", it[next], devices.Played)
				time.Sleep(time.Hour)
			}
		}
		days(2)
		h.wantTold("after two days", "loa-01 played", "loa-01 played", "loa-02 unreported offline", "loa-02 unreported offline")

		// The hub itself is away for two days; one cluster has played them.
		plan := h.air.plan("loa-01").Items
		h.stop()
		time.Sleep(48 * time.Hour)
		away := start(t, h.store, h.air, nil)
		away.online("loa-01", 2, nil)
		for _, it := range plan {
			if since := time.Since(it.Start); since > 0 && since < 47*time.Hour {
				away.played("loa-01", it, devices.Played)
			}
		}
		time.Sleep(4 * time.Minute)
		if got := len(away.told()); got != 6 {
			t.Errorf("before the devices had time to tell: %q", away.told())
		}
		time.Sleep(2 * time.Minute)
		want := []string{"loa-01 played", "loa-01 played", "loa-01 played", "loa-01 played",
			"loa-02 unreported offline", "loa-02 unreported offline", "loa-02 unreported offline", "loa-02 unreported offline"}
		away.wantTold("after the hub came back", want...)

		// Taken off the list, it is expected to sound nothing more.
		away.village.edit(func(list []devices.Cluster) []devices.Cluster {
			return slices.DeleteFunc(list, func(c devices.Cluster) bool { return c.ID == "loa-02" })
		})
		away.PlacesChanged(t.Context())
		h = away
		days(1)
		away.wantTold("taken off the list", slices.Insert(want, 0, "loa-01 played")...)
		away.stop()
		again := start(t, away.store, away.air, func(cfg *announce.Config) { cfg.Places = away.village })
		time.Sleep(10 * time.Minute)
		again.wantTold("after another start", slices.Insert(want, 0, "loa-01 played")...)
		if a, err := again.Get(t.Context(), a.ID); err != nil || a.State != announce.Scheduled {
			t.Errorf("the announcement is %s, %v", a.State, err)
		}
	})
}

func TestAnInstructionWithoutAnAnswerEnds(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		h.online("loa-01", 1, nil)
		made, err := h.Instruct(t.Context(), "kythuat", "loa-01", announce.Instruction{Kind: protocol.CommandReboot})
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		h.ack("loa-01", made.ID, protocol.OutcomeReceived)
		outcome := func() string {
			list, err := h.Instructions(t.Context(), "loa-01", 10)
			if err != nil || len(list) != 1 {
				t.Fatalf("%+v, %v", list, err)
			}
			return list[0].Outcome + " " + list[0].Reason
		}
		if got := outcome(); got != "received " {
			t.Errorf("at first: %s", got)
		}
		time.Sleep(11 * time.Minute)
		if got := outcome(); got != "expired no_report" {
			t.Errorf("without an answer: %s", got)
		}
		h.ack("loa-01", made.ID, protocol.OutcomeFinished)
		if got := outcome(); got != "finished " {
			t.Errorf("after a late answer: %s", got)
		}
	})
}
