package announce_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
	"github.com/smart-commune/smart-commune/hub/problem"
)

func TestTheWeek(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, broadcastChimes)
		fixed := h.submit(content("Thời sự", devices.Normal))
		h.programme(morning(announce.ProgrammeItem{Announcement: fixed.ID, Repeat: 2}))
		a := h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-01", "loa-02"}}, schedule.When{Kind: schedule.Daily, Time: "05:30", Until: "2026-03-04"}))
		week := func() string {
			t.Helper()
			c, err := h.Calendar(t.Context(), local("2026-03-02 00:00"), local("2026-03-05 00:00"))
			if err != nil {
				t.Fatal(err)
			}
			var s []string
			for _, e := range c.Entries {
				s = append(s, fmt.Sprintf("%s %.8s %ds ready %d/%d played %d/%d meets %d pieces %d", e.Start.In(hanoi).Format("02 15:04"), e.Title, e.DurationMS/1000,
					e.Ready, e.Clusters, e.Results[devices.Played], e.Of, len(e.Conflicts), len(e.Pieces)))
			}
			return strings.Join(s, "\n")
		}
		h.HandleState(t.Context(), addr("loa-01"), protocol.State{Session: 1, Online: true, PlanHash: h.PlanOf("loa-01"), At: time.Now()})
		if got, want := week(), `02 05:30 Bản tin  28s ready 1/4 played 0/8 meets 1 pieces 2
02 05:30 Mời bà c 10s ready 1/2 played 0/2 meets 1 pieces 0
03 05:30 Mời bà c 10s ready 1/2 played 0/2 meets 0 pieces 0
04 05:30 Bản tin  28s ready 1/4 played 0/8 meets 1 pieces 2
04 05:30 Mời bà c 10s ready 1/2 played 0/2 meets 1 pieces 0`; got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
		time.Sleep(time.Hour)
		items := h.air.plan("loa-01").Items
		for _, it := range items[:3] {
			h.played("loa-01", it, devices.Played)
		}
		if _, err := h.Cancel(t.Context(), "lanhdao", a.ID); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if got, want := week(), `02 05:30 Bản tin  28s ready 0/4 played 2/8 meets 0 pieces 2
02 05:30 Mời bà c 10s ready 0/2 played 1/2 meets 0 pieces 0
04 05:30 Bản tin  28s ready 0/4 played 0/8 meets 0 pieces 2`; got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
		_, err := h.Calendar(t.Context(), local("2026-03-02 00:00"), local("2027-03-02 00:00"))
		wantProblem(t, err, problem.Invalid, "range_invalid", "to")
		_, err = h.Calendar(t.Context(), local("9999-03-02 00:00"), local("9999-03-03 00:00"))
		wantProblem(t, err, problem.Invalid, "range_invalid", "to")
	})
}
