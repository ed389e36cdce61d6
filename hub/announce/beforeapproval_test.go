package announce_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
	"github.com/smart-commune/smart-commune/hub/problem"
)

func TestWhatMustStopIsNotApproved(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, func(c *announce.Config) { c.Approval = announce.TwoPerson })
		d := say(everywhere, schedule.When{Kind: schedule.Daily, Time: "17:00"})
		d.Level = devices.Priority
		first, second := h.submit(d), h.submit(d)
		if _, err := h.Approve(t.Context(), "lanhdao", first.ID); err != nil {
			t.Fatal(err)
		}
		_, err := h.Approve(t.Context(), "lanhdao", second.ID)
		wantProblem(t, err, problem.Conflict, "stop_findings", "")
		if !strings.Contains(err.Error(), "17:00") {
			t.Errorf("the refusal does not tell why: %v", err)
		}
		found, err := h.Check(t.Context(), second.ID, second.Draft)
		if err != nil || len(found) == 0 {
			t.Fatal(found, err)
		}
		for _, f := range found {
			if f.Code == announce.FoundPriorityCollision {
				d.Order = f.Fix.Patch["order"].(int)
			}
		}
		if _, err = h.EditDraft(t.Context(), "phatthanh", second.ID, d); err != nil {
			t.Fatal(err)
		}
		if _, err = h.SubmitDraft(t.Context(), "phatthanh", false, second.ID); err != nil {
			t.Fatal(err)
		}
		if _, err = h.Approve(t.Context(), "lanhdao", second.ID); err != nil {
			t.Errorf("after the fix: %v", err)
		}
		d.When.Time, d.Order = "17:00", 0
		d.Level = devices.Emergency
		if got := h.submit(d); got.State != announce.Submitted {
			t.Fatalf("it is %s", got.State)
		} else if _, err := h.Approve(t.Context(), "lanhdao", got.ID); err != nil {
			t.Errorf("an emergency is not exempt: %v", err)
		}
	})
}

// hold makes the limits of the commune binding.
func (h *hub) hold() {
	h.t.Helper()
	r := h.Rules()
	r.Limits = announce.StopLimits
	if _, err := h.SetRules(h.t.Context(), "quantri", r); err != nil {
		h.t.Fatal(err)
	}
}

// refused checks that an error says what stands in the way, where, and what helps.
func refused(t *testing.T, err error, what ...string) {
	t.Helper()
	wantProblem(t, err, problem.Conflict, "stop_findings", "")
	var p *problem.Problem
	errors.As(err, &p)
	for _, w := range what {
		if !strings.Contains(p.VI, w) && !strings.Contains(p.EN, w) {
			t.Errorf("the refusal does not say %q: %s / %s", w, p.VI, p.EN)
		}
	}
}

func TestTheCommuneChoosesWhetherLimitsBind(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil) // where one person decides
		night := schedule.When{Kind: schedule.Daily, Time: "22:00"}
		a := h.submit(say(announce.Target{Villages: []devices.VillageID{"na-chuong"}}, night))
		if a.State != announce.Scheduled || a.Override == nil || a.Override.By != "phatthanh" || !slices.ContainsFunc(a.Override.Findings, func(f announce.Finding) bool {
			return f.Code == announce.FoundQuietHours && f.Severity == announce.Warn && len(f.Clusters) == 2 && f.Fix == nil
		}) {
			t.Errorf("it is %s in spite of %+v", a.State, a.Override)
		}
		if kept, err := h.store.Announcement(t.Context(), commune, a.ID); err != nil || !strings.Contains(kept.Override.String(), "quiet_hours") {
			t.Errorf("kept is %v, %v", kept.Override, err)
		}
		h.hold()
		_, err := h.Submit(t.Context(), "phatthanh", false, say(announce.Target{Clusters: []devices.DeviceID{"loa-01"}}, night))
		refused(t, err, "22:00", "21:00–06:00", "loa-01", "06:00")
		if list, err := h.List(t.Context(), "", 10); err != nil || len(list) != 1 {
			t.Errorf("%d are kept, %v", len(list), err)
		}
		_, err = h.SaveProgramme(t.Context(), "phatthanh", func() announce.ProgrammeDraft {
			d := morning(announce.ProgrammeItem{Fill: &announce.Fill{Max: 3}})
			d.When = night
			return d
		}(), false)
		refused(t, err, "22:00", "Toàn xã")

		// Another change of the rules that does not speak of it leaves it as it is.
		r := h.Rules()
		r.Limits, r.Sessions.MaxMinutes = "", 10
		if r, err = h.SetRules(t.Context(), "quantri", r); err != nil || r.Limits != announce.StopLimits {
			t.Errorf("the limits are held by %s, %v", r.Limits, err)
		}
		r.Limits = "never"
		_, err = h.SetRules(t.Context(), "quantri", r)
		wantProblem(t, err, problem.Invalid, "limits_unknown", "limits")
		if got := h.again(nil).Rules().Limits; got != announce.StopLimits {
			t.Errorf("after a restart they are held by %q", got)
		}
	})
}

func TestTheJournalSaysThatAnEmergencyIsExempt(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		h.hold()
		r := h.Rules()
		r.Sessions.MaxPerDay = 1
		if _, err := h.SetRules(t.Context(), "quantri", r); err != nil {
			t.Fatal(err)
		}
		day := announce.Target{Clusters: []devices.DeviceID{"loa-01"}}
		h.submit(say(day, schedule.When{Kind: schedule.Daily, Time: "17:00"}))
		_, err := h.Submit(t.Context(), "phatthanh", false, say(day, schedule.When{Kind: schedule.Daily, Time: "18:00"}))
		refused(t, err, "02/03")
		d := say(day, schedule.When{Kind: schedule.Daily, Time: "18:00"})
		d.Level = devices.Emergency
		a := h.submit(d)
		if a.State != announce.Scheduled || a.Override == nil || a.Override.Findings[len(a.Override.Findings)-1].Code != announce.FoundExempt {
			t.Fatalf("the emergency is %s, in spite of %+v", a.State, a.Override)
		}
		items := h.air.plan("loa-01").Items
		time.Sleep(time.Until(local("2026-03-02 19:00")))
		for _, it := range items[:2] {
			h.played("loa-01", it, devices.Played)
		}
		for _, e := range h.journal() {
			if exempt := e.Reason == journal.ReasonExempt; exempt != (e.Announcement == a.ID) {
				t.Errorf("the journal says of %s: %q", e.Title, e.Reason)
			}
		}
	})
}

func TestAnEditBringsInNothingThatIsForbidden(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, broadcastChimes)
		a := h.submit(say(everywhere, schedule.When{Kind: schedule.Daily, Time: "17:00"}))
		late := h.submit(say(everywhere, schedule.When{Kind: schedule.Daily, Time: "20:50"}))
		c := h.submit(content("Một", devices.Normal))
		d := morning(announce.ProgrammeItem{Announcement: c.ID})
		d.When = schedule.When{Kind: schedule.Daily, Time: "12:00"}
		p := h.programme(d)
		h.hold()
		to := local("2026-03-03 22:00")
		move := schedule.SeriesEdit{Start: local("2026-03-03 17:00"), Scope: schedule.ThisOne, MoveTo: &to}
		_, err := h.EditSeries(t.Context(), "phatthanh", false, a.ID, move)
		refused(t, err, "22:00")
		move.Start = local("2026-03-03 12:00")
		_, err = h.EditProgrammeSeries(t.Context(), "phatthanh", false, p.ID, move)
		refused(t, err, "22:00")
		d.When.Time = "23:00"
		_, err = h.EditProgramme(t.Context(), "phatthanh", p.ID, d)
		refused(t, err, "23:00")
		// What stood there before the rules were held may be changed for the better, and
		// left out.
		r := h.Rules()
		r.QuietHours = announce.Span{From: "20:30", To: "06:00"}
		if _, err := h.SetRules(t.Context(), "quantri", r); err != nil {
			t.Fatal(err)
		}
		to = local("2026-03-04 20:00")
		if _, err = h.EditSeries(t.Context(), "phatthanh", false, late.ID, schedule.SeriesEdit{Start: local("2026-03-04 20:50"), Scope: schedule.ThisOne, MoveTo: &to}); err != nil {
			t.Errorf("one start is put where it may be: %v", err)
		}
		if _, err = h.EditSeries(t.Context(), "phatthanh", false, late.ID, schedule.SeriesEdit{Start: local("2026-03-05 20:50"), Scope: schedule.ThisOne, Cancel: true}); err != nil {
			t.Errorf("one start is left out: %v", err)
		}
	})
}

func TestApprovalAfterPlacesWereTakenAway(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, func(c *announce.Config) { c.Approval = announce.TwoPerson })
		d := say(announce.Target{Clusters: []devices.DeviceID{"loa-01", "loa-04"}}, schedule.When{Kind: schedule.Daily, Time: "17:00"})
		partly, wholly := h.submit(d), h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-04"}}, schedule.When{Kind: schedule.Daily, Time: "18:00"}))
		h.remove("loa-04")
		a, err := h.Approve(t.Context(), "lanhdao", partly.ID)
		if err != nil || a.Override == nil || !strings.Contains(a.Override.String(), announce.FoundTargetGone) || h.targets(a.ID) != "loa-01" {
			t.Errorf("approved in spite of %v on %s, %v", a.Override, h.targets(a.ID), err)
		}
		_, err = h.Approve(t.Context(), "lanhdao", wholly.ID)
		wantProblem(t, err, problem.Invalid, "cluster_unknown", "target.clusters")
		found, err := h.Check(t.Context(), wholly.ID, wholly.Draft)
		if err != nil || len(found) == 0 || found[0].Code != announce.FoundTargetGone || found[0].Severity != announce.Stop {
			t.Errorf("the check says %+v, %v", found, err)
		}
	})
}
