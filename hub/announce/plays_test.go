package announce_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/announcetest"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

func TestReportsThatAreOdd(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		when := time.Now().Add(time.Minute)
		a := h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-01"}}, schedule.When{Kind: schedule.Once, At: &when}))
		it := h.air.plan("loa-01").Items[0]
		report := func(id, occurrence, announcement string, ended time.Time) error {
			return h.HandlePlays(t.Context(), addr("loa-01"), protocol.Plays{Plays: []protocol.Play{{ID: id, Occurrence: occurrence,
				Announcement: announcement, PlannedAt: ended, EndedAt: ended, Result: devices.Played}}})
		}
		for _, err := range []error{
			report("1", "tb-unknown@1", "tb-unknown", time.Now()),
			report("2", it.Occurrence, string(a.ID), time.Now().Add(24*time.Hour)),
			report("3", string(a.ID)+"@12345", string(a.ID), time.Now()),
			report("4", "bogus", string(a.ID), time.Now()),
			h.HandlePlays(t.Context(), protocol.Address{Commune: "quan-ha", Device: "loa-01"}, protocol.Plays{Plays: []protocol.Play{{ID: "5",
				Occurrence: it.Occurrence, Announcement: string(a.ID), EndedAt: time.Now(), Result: devices.Played}}}),
		} {
			if err != nil {
				t.Errorf("a device would send it for ever: %v", err)
			}
		}
		if h.Strays() != 1 {
			t.Errorf("%d strays, want that of another commune alone", h.Strays())
		}
		reasons := map[string]string{}
		for _, e := range h.journal() {
			reasons[e.Play] = e.Reason
		}
		if want := "map[1:unknown_item 2:clock_ahead 3:unplanned 4:unplanned]"; fmt.Sprint(reasons) != want {
			t.Errorf("remarks %v, want %s", reasons, want)
		}
		if _, err := h.Occurrences(t.Context(), a.ID); err != nil {
			t.Error(err)
		}
	})
}

func TestReportsOfAWrongClockAreMended(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		when := time.Now().Add(time.Minute)
		a := h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-01"}}, schedule.When{Kind: schedule.Once, At: &when}))
		it := h.air.plan("loa-01").Items[0]
		time.Sleep(2 * time.Minute)
		reset, loud := time.Unix(9, 0), 1e308
		sent := protocol.Plays{Plays: []protocol.Play{
			{ID: "reset", Occurrence: it.Occurrence, Announcement: string(a.ID), PlannedAt: reset, StartedAt: &reset, EndedAt: reset.Add(time.Minute), Result: devices.Played},
			{ID: "far", Occurrence: it.Occurrence, Announcement: string(a.ID), PlannedAt: it.Start.AddDate(20, 0, 0), EndedAt: time.Now(), Result: devices.Played},
			{ID: "loud", Occurrence: it.Occurrence, Announcement: string(a.ID), PlannedAt: it.Start, EndedAt: time.Now(), Result: devices.Played, LevelDBFS: &loud, CurrentA: &loud},
		}}
		for _, one := range sent.Plays {
			if err := h.HandlePlays(t.Context(), addr("loa-01"), protocol.Plays{Plays: []protocol.Play{one}}); err != nil {
				t.Errorf("%s: a device would send it for ever: %v", one.ID, err)
			}
			e := h.journal()[0]
			if e.Play != one.ID || !e.PlannedAt.Equal(it.Start) || time.Since(e.EndedAt) > time.Second || e.StartedAt != nil && time.Since(*e.StartedAt) > time.Second || e.LevelDBFS != nil {
				t.Errorf("%s stands in the journal as %+v", one.ID, e)
			}
			if want := map[string]string{"reset": "clock_wrong", "far": "", "loud": "measured_wrong"}[one.ID]; e.Reason != want {
				t.Errorf("%s has the remark %q, want %q", one.ID, e.Reason, want)
			}
		}
	})
}

func TestOccurrencesOfAnotherAgeAreNone(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		a := h.submit(say(everywhere, schedule.When{Kind: schedule.Daily, Time: "05:30"}))
		begun := time.Now()
		for _, unix := range []string{"99999999999999", "9223372036854775807", "-9223372036854775808", "0", "253402300799", "4102444800", "1e9", "१२३"} {
			err := h.HandlePlays(t.Context(), addr("loa-01"), protocol.Plays{Plays: []protocol.Play{{ID: "p" + unix, Occurrence: string(a.ID) + "@" + unix,
				Announcement: string(a.ID), PlannedAt: time.Now(), EndedAt: time.Now(), Result: devices.Played}}})
			if err != nil {
				t.Errorf("%s: a device would send it for ever: %v", unix, err)
			}
		}
		if took := time.Since(begun); took > 0 {
			t.Errorf("the hub slept for %v", took)
		}
		for _, e := range h.journal() {
			if e.Reason != journal.ReasonUnplanned {
				t.Errorf("%s has the remark %q", e.Occurrence, e.Reason)
			}
		}
		occ, err := h.Occurrences(t.Context(), a.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := json.Marshal(occ); err != nil {
			t.Errorf("the announcement can be shown to nobody any more: %v", err)
		}
	})
}

func TestAReportIsNotAcknowledgedBeforeItIsStored(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		store := announcetest.NewMemory()
		h := start(t, store, nil, nil)
		a := h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-01"}}, now))
		p := protocol.Plays{Plays: []protocol.Play{{ID: "p", Occurrence: h.air.sent("loa-01")[0].Item.Occurrence, Announcement: string(a.ID),
			EndedAt: time.Now(), Result: devices.Played}}}
		store.Fail(errors.New("disk full"))
		if err := h.HandlePlays(t.Context(), addr("loa-01"), p); err == nil {
			t.Fatal("a report that was not stored was taken in")
		}
		if _, err := h.Submit(t.Context(), "phatthanh", false, say(everywhere, now)); err == nil {
			t.Error("an announcement that was not stored was taken in")
		}
		store.Fail(nil)
		if err := h.HandlePlays(t.Context(), addr("loa-01"), p); err != nil || len(h.journal()) != 1 {
			t.Errorf("after the disk healed: %v, journal %+v", err, h.journal())
		}
	})
}
