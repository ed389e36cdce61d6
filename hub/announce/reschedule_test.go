package announce_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// planned lists the starts in a cluster's plan.
func (h *hub) planned(c devices.DeviceID) string {
	var s []string
	for _, it := range h.air.plan(c).Items {
		s = append(s, it.Start.In(hanoi).Format("02 15:04"))
	}
	return strings.Join(s, "; ")
}

func local(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, hanoi)
	if err != nil {
		panic(err)
	}
	return t
}

func TestASeriesIsEdited(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		a := h.submit(say(everywhere, schedule.When{Kind: schedule.Daily, Time: "05:30", Until: "2026-03-06"}))
		edit := func(id announce.ID, e schedule.SeriesEdit) []announce.Announcement {
			t.Helper()
			all, err := h.EditSeries(t.Context(), "phatthanh", false, id, e)
			if err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			return all
		}
		edit(a.ID, schedule.SeriesEdit{Start: local("2026-03-03 05:30"), Scope: schedule.ThisOne, Cancel: true})
		if got := h.planned("loa-01"); got != "02 05:30; 04 05:30; 05 05:30; 06 05:30" {
			t.Errorf("one cancelled: %s", got)
		}
		time.Sleep(2 * time.Hour) // the first is over
		to := local("2026-03-05 06:00")
		all := edit(a.ID, schedule.SeriesEdit{Start: local("2026-03-05 05:30"), Scope: schedule.Following, MoveTo: &to})
		if got := h.planned("loa-01"); got != "02 05:30; 04 05:30; 05 06:00; 06 06:00" {
			t.Errorf("the rest moved: %s", got)
		}
		if len(all) != 2 || all[1].Follows != a.ID {
			t.Fatalf("the edit made %+v", all)
		}
		// A late report of what an earlier schedule planned is no stray.
		noon := local("2026-03-04 12:00")
		edit(a.ID, schedule.SeriesEdit{Start: local("2026-03-04 05:30"), Scope: schedule.AllOfIt, MoveTo: &noon})
		it := h.air.plan("loa-01").Items[0]
		h.played("loa-01", it, devices.Played)
		if got := h.told(); got[0] != "loa-01 played" {
			t.Errorf("journal %q", got)
		}
		if got := h.planned("loa-01"); got != "02 05:30; 04 12:00; 05 06:00; 06 06:00" {
			t.Errorf("all moved: %s", got)
		}
		edit(all[1].ID, schedule.SeriesEdit{Start: local("2026-03-05 06:00"), Scope: schedule.AllOfIt, Cancel: true})
		if got := h.planned("loa-01"); got != "02 05:30; 04 12:00" || h.state(all[1].ID) != announce.Cancelled {
			t.Errorf("all cancelled: %s, %s", got, h.state(all[1].ID))
		}
	})
}

func TestASeriesThatIsHalfWrittenIsNotEdited(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		for _, when := range []schedule.When{{Kind: schedule.Once}, {Kind: schedule.Daily}, {Kind: schedule.Weekly, Time: "05:30"},
			{Kind: schedule.Rule, Start: "0001-01-01T00:00", RRule: "FREQ=MINUTELY;INTERVAL=5"}, {Kind: schedule.Rule, Start: "2026-03-03T05:30", Spread: &schedule.Spread{TimesPerWeek: -9}}} {
			a, err := h.SaveDraft(t.Context(), "phatthanh", announce.Draft{When: when})
			if err != nil {
				t.Fatal(err)
			}
			_, err = h.EditSeries(t.Context(), "phatthanh", false, a.ID, schedule.SeriesEdit{Start: local("2026-03-03 05:30"), Scope: schedule.AllOfIt, Cancel: true})
			var p *problem.Problem
			if !errors.As(err, &p) || p.Kind != problem.Invalid || !strings.HasPrefix(p.Field, "when") {
				t.Errorf("%+v: %v", when, err)
			}
		}
		a := h.submit(say(everywhere, schedule.When{Kind: schedule.Daily, Time: "05:30"}))
		_, err := h.EditSeries(t.Context(), "phatthanh", false, a.ID, schedule.SeriesEdit{Start: local("9999-03-03 05:30"), Scope: schedule.ThisOne, Cancel: true})
		wantProblem(t, err, problem.Invalid, "time_too_far", "start")
	})
}

func TestAnEditOfWhatIsApprovedWaitsForApproval(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, func(c *announce.Config) { c.Approval = announce.TwoPerson })
		a := h.submit(say(everywhere, schedule.When{Kind: schedule.Daily, Time: "05:30", Until: "2026-03-03"}))
		if _, err := h.Approve(t.Context(), "lanhdao", a.ID); err != nil {
			t.Fatal(err)
		}
		to := local("2026-03-03 07:00")
		e := schedule.SeriesEdit{Start: local("2026-03-03 05:30"), Scope: schedule.ThisOne, MoveTo: &to}
		propose := func(who string, approver bool) announce.Announcement {
			t.Helper()
			all, err := h.EditSeries(t.Context(), who, approver, a.ID, e)
			if err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			return all[0]
		}
		if got := propose("phatthanh", true); got.Proposed == nil || h.planned("loa-01") != "02 05:30; 03 05:30" {
			t.Errorf("proposed %+v, planned %s", got.Proposed, h.planned("loa-01"))
		}
		_, err := h.Approve(t.Context(), "phatthanh", a.ID)
		wantProblem(t, err, problem.Forbidden, "own_edit", "")
		if _, err = h.Return(t.Context(), "lanhdao", a.ID, "để nguyên"); err != nil {
			t.Fatal(err)
		}
		propose("phatthanh", false)
		if _, err := h.Approve(t.Context(), "lanhdao", a.ID); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if got := h.planned("loa-01"); got != "02 05:30; 03 07:00" || h.state(a.ID) != announce.Scheduled {
			t.Errorf("after approval %s, %s", got, h.state(a.ID))
		}
		to = local("2026-03-03 08:00")
		e.Start = local("2026-03-03 07:00")
		propose("lanhdao", true) // an approver decides at once
		if got := h.planned("loa-01"); got != "02 05:30; 03 08:00" {
			t.Errorf("moved by an approver: %s", got)
		}
		_, err = h.EditSeries(t.Context(), "lanhdao", true, a.ID, schedule.SeriesEdit{Start: local("2026-03-09 05:30"), Scope: schedule.ThisOne, Cancel: true})
		wantProblem(t, err, problem.Conflict, "occurrence_unknown", "start")
	})
}
