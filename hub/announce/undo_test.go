package announce_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
	"github.com/smart-commune/smart-commune/hub/problem"
)

func TestAnEditIsTakenBack(t *testing.T) {
	const asItWas = "02 05:30; 03 05:30; 04 05:30; 05 05:30; 06 05:30"
	noon := local("2026-03-04 12:00")
	for name, e := range map[string]schedule.SeriesEdit{
		"one moved":      {Start: local("2026-03-04 05:30"), Scope: schedule.ThisOne, MoveTo: &noon},
		"one left out":   {Start: local("2026-03-04 05:30"), Scope: schedule.ThisOne, Cancel: true},
		"the rest moved": {Start: local("2026-03-04 05:30"), Scope: schedule.Following, MoveTo: &noon},
		"the rest ended": {Start: local("2026-03-04 05:30"), Scope: schedule.Following, Cancel: true},
		"all moved":      {Start: local("2026-03-04 05:30"), Scope: schedule.AllOfIt, MoveTo: &noon},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				h := start(t, nil, nil, nil)
				a := h.submit(say(everywhere, schedule.When{Kind: schedule.Daily, Time: "05:30", Until: "2026-03-06"}))
				if got := h.planned("loa-01"); got != asItWas {
					t.Fatalf("planned: %s", got)
				}
				if _, err := h.EditSeries(t.Context(), "phatthanh", false, a.ID, e); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				if got := h.planned("loa-01"); got == asItWas {
					t.Fatal("the edit changed nothing")
				}
				if _, err := h.UndoEdit(t.Context(), "quantri", a.ID); !problem.Is(err, problem.Conflict) {
					t.Errorf("somebody else took it back: %v", err)
				}
				time.Sleep(10 * time.Second)
				if _, err := h.UndoEdit(t.Context(), "phatthanh", a.ID); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				if got := h.planned("loa-01"); got != asItWas {
					t.Errorf("taken back: %s", got)
				}
			})
		})
	}
}

func TestAnEditStandsAfterAMinute(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		a := h.submit(say(everywhere, schedule.When{Kind: schedule.Daily, Time: "05:30"}))
		if _, err := h.EditSeries(t.Context(), "phatthanh", false, a.ID, schedule.SeriesEdit{Start: local("2026-03-04 05:30"), Scope: schedule.ThisOne, Cancel: true}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(61 * time.Second)
		if _, err := h.UndoEdit(t.Context(), "phatthanh", a.ID); !problem.Is(err, problem.Conflict) {
			t.Errorf("taken back after a minute: %v", err)
		}
	})
}

func TestAnEditThatWaitsIsWithdrawn(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, func(c *announce.Config) { c.Approval = announce.TwoPerson })
		a := h.submit(say(everywhere, schedule.When{Kind: schedule.Daily, Time: "05:30"}))
		a, err := h.Approve(t.Context(), "lanhdao", a.ID)
		if err != nil {
			t.Fatal(err)
		}
		noon := local("2026-03-04 12:00")
		all, err := h.EditSeries(t.Context(), "phatthanh", false, a.ID, schedule.SeriesEdit{Start: local("2026-03-04 05:30"), Scope: schedule.ThisOne, MoveTo: &noon})
		if err != nil || all[0].Proposed == nil {
			t.Fatalf("%+v, %v", all, err)
		}
		if all, err = h.UndoEdit(t.Context(), "phatthanh", a.ID); err != nil || all[0].Proposed != nil || all[0].State != announce.Scheduled {
			t.Errorf("withdrawn: %+v, %v", all, err)
		}
	})
}

func TestAChangeOfAProgrammeIsTakenBack(t *testing.T) {
	noon := local("2026-03-04 12:00")
	for _, scope := range []schedule.Scope{schedule.ThisOne, schedule.Following, schedule.AllOfIt} {
		t.Run(string(scope), func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				h := start(t, nil, nil, broadcastChimes)
				h.submit(content("Thời sự", devices.Normal))
				p := h.programme(morning(announce.ProgrammeItem{Fill: &announce.Fill{Max: 1}}))
				was := h.planned("loa-01")
				if _, err := h.EditProgrammeSeries(t.Context(), "phatthanh", false, p.ID, schedule.SeriesEdit{Start: local("2026-03-04 05:30"), Scope: scope, MoveTo: &noon}); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				if got := h.planned("loa-01"); got == was {
					t.Fatal("the edit changed nothing")
				}
				if _, err := h.UndoProgrammeEdit(t.Context(), "phatthanh", p.ID); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				if got := h.planned("loa-01"); got != was {
					t.Errorf("taken back: %s, want %s", got, was)
				}
			})
		})
	}
}
