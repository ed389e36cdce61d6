package announce_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

var inNaChuong = announce.Target{Villages: []devices.VillageID{"na-chuong"}} // loa-01 and loa-02

// inProgramme runs until the first of three pieces of a programme sounds on all
// clusters; the others come at 05:30:56 and 05:31:52.
func inProgramme(t *testing.T) (*hub, announce.Programme) {
	h := start(t, nil, nil, broadcastChimes)
	var items []announce.ProgrammeItem
	for _, title := range []string{"Thời sự", "Tiêm phòng", "Cắt điện"} {
		items = append(items, announce.ProgrammeItem{Announcement: h.submit(content(title, devices.Normal)).ID, GapS: 40})
	}
	p := h.programme(morning(items...))
	due := time.Date(2026, 3, 2, 5, 30, 0, 0, hanoi)
	time.Sleep(time.Until(due.Add(8 * time.Second)))
	for _, c := range []devices.DeviceID{"loa-01", "loa-02", "loa-03", "loa-04"} {
		it := h.air.plan(c).Items[0]
		h.online(c, 1, &protocol.Playing{Occurrence: it.Occurrence, Announcement: it.Announcement, StartedAt: due})
	}
	return h, p
}

func TestAStopTellsWhatSoundsNextAndMayEndTheRest(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h, p := inProgramme(t)
		before := h.on("loa-03", "2026-03-02")
		s, err := h.Stop(t.Context(), "lanhdao", inNaChuong, false)
		synctest.Wait()
		if err != nil || len(s.Silenced) != 1 || len(s.Ended) != 0 || len(s.Coming) != 1 {
			t.Fatalf("stopped %+v, %v", s, err)
		}
		if c := s.Coming[0]; c.Programme != p.ID || c.Title != "Bản tin sáng" || !c.Running || c.Pieces != 2 || len(c.Clusters) != 2 || time.Until(c.Next) <= 0 || time.Until(c.Next) > time.Minute {
			t.Errorf("it says that next sounds %+v at %v", c, time.Now())
		}
		if got := h.on("loa-01", "2026-03-02"); got != before {
			t.Errorf("a plain stop changed the plan: %s", got)
		}
		// The second press, on the same clusters.
		s, err = h.Stop(t.Context(), "lanhdao", inNaChuong, true)
		synctest.Wait()
		if err != nil || len(s.Ended) != 1 || s.Ended[0].Programme != p.ID || len(s.Coming) != 0 {
			t.Fatalf("stopped with the rest: %+v, %v", s, err)
		}
		for _, it := range h.air.plan("loa-01").Items {
			if it.Start.After(time.Now()) && it.Start.Before(time.Now().Add(time.Hour)) {
				t.Errorf("loa-01 still plays %s at %v", it.Title, it.Start.In(hanoi))
			}
		}
		if got := h.on("loa-03", "2026-03-02"); got != before {
			t.Errorf("elsewhere it goes on as\n     %s\nnot %s", got, before)
		}
		if got := h.on("loa-01", "2026-03-04"); got == "" { // the day between is excepted
			t.Error("another day lost it, too")
		}
		// Whoever did it may give it back for a minute.
		if _, err := h.UndoProgrammeEdit(t.Context(), "phatthanh", p.ID); err == nil {
			t.Error("somebody else gave it back")
		}
		if _, err := h.UndoProgrammeEdit(t.Context(), "lanhdao", p.ID); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if got := h.on("loa-01", "2026-03-02"); got != before {
			t.Errorf("given back it plays %s, not %s", got, before)
		}
	})
}

func TestAStopTellsWhatIsPlannedWithinAnHour(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, broadcastChimes)
		soon, late := time.Now().Add(40*time.Minute).Truncate(time.Second), time.Now().Add(2*time.Hour).Truncate(time.Second)
		a := h.submit(say(everywhere, schedule.When{Kind: schedule.Once, At: &soon}))
		h.submit(say(everywhere, schedule.When{Kind: schedule.Once, At: &late}))
		s, err := h.Stop(t.Context(), "lanhdao", announce.Target{}, true)
		if err != nil || len(s.Coming) != 1 || s.Coming[0].Announcement != a.ID || s.Coming[0].Running || !s.Coming[0].Next.Equal(soon) || len(s.Ended) != 0 {
			t.Errorf("stopped %+v, %v", s, err)
		}
	})
}

// An emergency is stopped together with what it interrupted: devices forget both.
func TestAStopListsWhatAnEmergencyHadInterrupted(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h, p := inProgramme(t)
		first := h.air.plan("loa-01").Items[0]
		e := h.launch(announce.EmergencyDraft{Text: "Lũ về", Target: inNaChuong})
		h.online("loa-01", 1, &protocol.Playing{Occurrence: h.aired(e), Announcement: string(e.ID), Level: devices.Emergency, StartedAt: time.Now()})
		h.played("loa-01", first, devices.Interrupted)
		s, err := h.Stop(t.Context(), "lanhdao", announce.Target{Clusters: []devices.DeviceID{"loa-01"}}, false)
		if err != nil || len(s.Silenced) != 2 || s.Silenced[0].Announcement != e.ID || s.Silenced[0].Suspended ||
			s.Silenced[1].Occurrence != first.Occurrence || !s.Silenced[1].Suspended || len(s.Silenced[1].Clusters) != 1 {
			t.Fatalf("silenced %+v, %v", s.Silenced, err)
		}
		if len(s.Coming) != 1 || s.Coming[0].Programme != p.ID {
			t.Errorf("next sounds %+v", s.Coming)
		}
	})
}
