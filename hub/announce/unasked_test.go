package announce_test

import (
	"fmt"
	"strconv"
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
)

// tells makes a device report plays of an announcement, played just now.
func (h *hub) tells(c devices.DeviceID, announcement, occurrence string, ids ...string) {
	h.t.Helper()
	_, unix, _ := strings.Cut(occurrence, "@")
	planned, err := strconv.ParseInt(unix, 10, 64)
	if err != nil {
		h.t.Fatal(err)
	}
	var p protocol.Plays
	for _, id := range ids {
		started := time.Now().Add(-time.Minute)
		p.Plays = append(p.Plays, protocol.Play{ID: id, Occurrence: occurrence, Announcement: announcement,
			PlannedAt: time.Unix(planned, 0), StartedAt: &started, EndedAt: time.Now(), Result: devices.Played})
	}
	if err := h.HandlePlays(h.t.Context(), addr(c), p); err != nil {
		h.t.Fatalf("a device would send it for ever: %v", err)
	}
	synctest.Wait()
}

// chain is every entry of the journal, and checks that they hold together.
func (h *hub) chain() []journal.Entry {
	h.t.Helper()
	all, err := h.store.JournalChain(h.t.Context(), commune, 0, 1_000_000)
	if err != nil {
		h.t.Fatal(err)
	}
	if n, err := h.VerifyJournal(h.t.Context()); err != nil || n != int64(len(all)) {
		h.t.Errorf("%d of %d entries hold: %v", n, len(all), err)
	}
	return all
}

func TestAPlayOfSomethingUnknownStandsInTheJournalOnce(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		h.tells("loa-01", "tb-gone", "tb-gone@4070908800", "p-1", "p-1") // in 2099
		h.tells("loa-01", "tb-gone", "tb-gone@4070908800", "p-1")
		all := h.chain()
		if len(all) != 1 {
			t.Fatalf("the journal says %+v", all)
		}
		e := all[0]
		if e.Announcement != "tb-gone" || e.Occurrence != "tb-gone@4070908800" || e.Cluster != "loa-01" || e.Result != devices.Played || e.Reason != "clock_wrong; unknown_item" {
			t.Errorf("it says %+v", e)
		}
		if !e.PlannedAt.Equal(time.Now()) {
			t.Errorf("it stands at %s, where nobody looks for it", e.PlannedAt)
		}
	})
}

func TestADeviceGoneMadDoesNotFloodTheJournal(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		store := announcetest.NewMemory()
		h := start(t, store, nil, nil)
		a := h.submit(say(everywhere, schedule.When{Kind: schedule.Daily, Time: "05:30"}))
		n := 0
		mad := func(plays int) {
			for range plays / 250 {
				var ids []string
				for range 250 {
					ids = append(ids, fmt.Sprint("p-", n))
					n++
				}
				h.tells("loa-01", "tb-gone", fmt.Sprint("tb-gone@", 1772000000+n), ids...)
			}
		}
		count := func() (all, said int) {
			for _, e := range h.chain() {
				if e.Announcement != "tb-gone" || e.Cluster != "loa-01" {
					continue
				}
				if all++; e.Reason == journal.ReasonUnknown+"; "+journal.ReasonLeftOut {
					said++
				}
			}
			return all, said
		}
		mad(5000)
		if all, said := count(); all != 101 || said != 1 {
			t.Errorf("%d entries, %d say that further ones are left out; want 101 and 1", all, said)
		}
		if h.Strays() != 4899 {
			t.Errorf("%d counted as left out", h.Strays())
		}
		// What was asked for, and what others tell, is not left out.
		until := time.Date(2026, 3, 2, 5, 31, 0, 0, hanoi)
		time.Sleep(time.Until(until))
		h.played("loa-01", h.air.plan("loa-01").Items[0], devices.Played)
		h.tells("loa-02", "tb-gone", "tb-gone@1772000000", "p-1")
		var asked, other bool
		for _, e := range h.chain() {
			asked = asked || e.Announcement == a.ID && e.Cluster == "loa-01" && e.Reason == ""
			other = other || e.Announcement == "tb-gone" && e.Cluster == "loa-02"
		}
		if !asked || !other {
			t.Errorf("the play that was asked for: %v, the other cluster's: %v", asked, other)
		}
		time.Sleep(24 * time.Hour)
		mad(1000)
		if all, said := count(); all != 202 || said != 2 {
			t.Errorf("a day later %d entries, %d say so; want 202 and 2", all, said)
		}
	})
}

func TestAPlayBeforeItsTimeProvesNothing(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		a := h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-01"}}, schedule.When{Kind: schedule.Daily, Time: "05:30"}))
		it := h.air.plan("loa-01").Items[0]
		h.online("loa-01", 1, nil)
		h.tells("loa-01", string(a.ID), it.Occurrence, "p-early")
		if all := h.chain(); len(all) != 1 || all[0].Reason != journal.ReasonClockWrong+"; "+journal.ReasonNotDue || !all[0].Unasked() {
			t.Fatalf("the journal says %+v", all)
		}
		time.Sleep(time.Until(it.Start.Add(time.Minute)))
		if got := h.states(it.Occurrence); got != "loa-01=pending" {
			t.Errorf("when it is due the page says %q", got)
		}
		time.Sleep(time.Hour)
		if all := h.chain(); len(all) != 2 || all[1].Result != devices.Unreported {
			t.Errorf("afterwards the journal says %+v", all)
		}
	})
}

func TestAPlayUnderAnotherNameTakesNobodysPlace(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		a := h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-01"}}, schedule.When{Kind: schedule.Daily, Time: "05:30"}))
		it := h.air.plan("loa-01").Items[0]
		time.Sleep(time.Until(it.Start.Add(time.Minute)))
		h.tells("loa-01", "tb-gone", it.Occurrence, "p-1")
		if got := h.states(it.Occurrence); got != "loa-01=pending" {
			t.Errorf("the page says %q", got)
		}
		h.played("loa-01", it, devices.Played)
		h.tells("loa-01", "tb-gone", it.Occurrence, "p-2")
		e, err := h.Journal(t.Context(), announce.JournalQuery{Announcement: a.ID})
		if err != nil || len(e) != 1 || e[0].Reason != "" {
			t.Errorf("of the announcement the journal says %+v, %v", e, err)
		}
		if all := h.journal(); len(all) != 2 {
			t.Errorf("the journal shows %+v", all)
		}
	})
}
