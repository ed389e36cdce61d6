package announce_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
	"github.com/smart-commune/smart-commune/hub/problem"
)

func TestApproval(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, func(c *announce.Config) { c.Approval = announce.TwoPerson })
		ctx := t.Context()
		a := h.submit(say(everywhere, now))
		if a.State != announce.Submitted || len(h.air.sent("loa-01")) != 0 || a.DecidedAt != nil {
			t.Fatalf("without approval: %+v, %d commands", a, len(h.air.sent("loa-01")))
		}
		_, err := h.Approve(ctx, "phatthanh", a.ID)
		wantProblem(t, err, problem.Forbidden, "own_announcement", "")
		time.Sleep(time.Hour)
		// Two approvers at once: one decides.
		ended := make(chan error, 2)
		for _, who := range []string{"lanhdao", "phochutich"} {
			go func() { _, err := h.Approve(ctx, who, a.ID); ended <- err }()
		}
		synctest.Wait()
		e1, e2 := <-ended, <-ended
		if (e1 == nil) == (e2 == nil) {
			t.Fatalf("two approvers: %v, %v", e1, e2)
		}
		wantProblem(t, errors.Join(e1, e2), problem.Conflict, "already_decided", "")
		cmds := h.air.sent("loa-04")
		if len(cmds) != 1 || time.Until(cmds[0].Item.Start) != 2*time.Second {
			t.Errorf("after the approval %+v", cmds)
		}
		_, err = h.Return(ctx, "lanhdao", a.ID, "muộn")
		wantProblem(t, err, problem.Conflict, "already_decided", "")

		b := h.submit(say(everywhere, now))
		_, err = h.Return(ctx, "lanhdao", b.ID, "  ")
		wantProblem(t, err, problem.Invalid, "remark_missing", "remark")
		_, err = h.Return(ctx, "lanhdao", b.ID, strings.Repeat("x", 1001))
		wantProblem(t, err, problem.Invalid, "remark_too_long", "remark")
		r, err := h.Return(ctx, "lanhdao", b.ID, "Sửa giờ họp")
		if err != nil || r.State != announce.Returned || r.Remark != "Sửa giờ họp" {
			t.Errorf("returned as %+v, %v", r, err)
		}
		_, err = h.Approve(ctx, "lanhdao", b.ID)
		wantProblem(t, err, problem.Conflict, "already_decided", "")

		// Its time passes while it waits.
		when := time.Now().Add(time.Minute)
		c := h.submit(say(everywhere, schedule.When{Kind: schedule.Once, At: &when}))
		time.Sleep(2 * time.Minute)
		_, err = h.Approve(ctx, "lanhdao", c.ID)
		wantProblem(t, err, problem.Conflict, "time_past", "")

		// An emergency by an approver goes out at once, by a broadcaster it does not.
		fire := say(everywhere, now)
		fire.Level = devices.Emergency
		if d := h.submit(fire); d.State != announce.Submitted {
			t.Errorf("an emergency by a broadcaster is %s", d.State)
		}
		if d, err := h.Submit(ctx, "lanhdao", true, fire); err != nil || d.State != announce.Scheduled || d.DecidedBy != "lanhdao" {
			t.Errorf("an emergency by an approver is %s, %v", d.State, err)
		}
		if d, err := h.Submit(ctx, "lanhdao", true, say(everywhere, now)); err != nil || d.State != announce.Submitted {
			t.Errorf("an approver's own is %s, %v", d.State, err)
		}
	})
}

func TestWhatWasChangedMeanwhileIsNotApproved(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, func(c *announce.Config) { c.Approval = announce.TwoPerson })
		ctx := t.Context()
		seen := h.submit(say(everywhere, schedule.When{Kind: schedule.Daily, Time: "17:00"}))
		d := say(everywhere, schedule.When{Kind: schedule.Daily, Time: "17:00"})
		d.Text = "Cả xã nghỉ họp"
		if _, err := h.EditDraft(ctx, "phatthanh", seen.ID, d); err != nil {
			t.Fatal(err)
		}
		changed, err := h.SubmitDraft(ctx, "phatthanh", false, seen.ID)
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.ApproveRevision(ctx, "lanhdao", seen.ID, seen.Revision)
		wantProblem(t, err, problem.Conflict, "changed_meanwhile", "")
		a, err := h.ApproveRevision(ctx, "lanhdao", seen.ID, changed.Revision)
		if err != nil || a.State != announce.Scheduled {
			t.Fatalf("approved as %s, %v", a.State, err)
		}
		// So it is with a change of what is approved.
		to := local("2026-03-03 18:00")
		all, err := h.EditSeries(ctx, "phatthanh", false, a.ID, schedule.SeriesEdit{Start: local("2026-03-03 17:00"), Scope: schedule.ThisOne, MoveTo: &to})
		if err != nil || all[0].Proposed == nil {
			t.Fatalf("%+v, %v", all, err)
		}
		_, err = h.ApproveRevision(ctx, "lanhdao", a.ID, a.Revision)
		wantProblem(t, err, problem.Conflict, "changed_meanwhile", "")
		if _, err = h.ApproveRevision(ctx, "lanhdao", a.ID, all[0].Revision); err != nil {
			t.Error(err)
		}

		// And with programmes.
		p := h.programme(morning(announce.ProgrammeItem{Fill: &announce.Fill{Max: 3}}))
		after, err := h.EditProgramme(ctx, "phatthanh", p.ID, morning(announce.ProgrammeItem{Fill: &announce.Fill{Max: 4}}))
		if err == nil {
			after, err = h.SubmitProgramme(ctx, "phatthanh", p.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.ApproveProgrammeRevision(ctx, "lanhdao", p.ID, p.Revision)
		wantProblem(t, err, problem.Conflict, "changed_meanwhile", "")
		if _, err = h.ApproveProgrammeRevision(ctx, "lanhdao", p.ID, after.Revision); err != nil {
			t.Error(err)
		}
	})
}

func TestDraftsThatAreRefused(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		for _, tc := range []struct {
			code, field string
			draft       announce.Draft
		}{
			{"no_content", "text", announce.Draft{Target: everywhere, When: now}},
			{"text_too_long", "text", announce.Draft{Text: strings.Repeat("a ", 50_000), Target: everywhere, When: now}},
			{"audio_not_found", "audio", announce.Draft{Audio: strings.Repeat("b", 64), Target: everywhere, When: now}},
			{"no_target", "target", say(announce.Target{}, now)},
			{"when_unknown", "when.kind", say(everywhere, schedule.When{})},
		} {
			_, err := h.Submit(t.Context(), "phatthanh", false, tc.draft)
			wantProblem(t, err, problem.Invalid, tc.code, tc.field)
		}
		if list, err := h.List(t.Context(), "", 10); err != nil || len(list) != 0 {
			t.Errorf("kept %+v, %v", list, err)
		}
		_, err := h.List(t.Context(), "vui", 10)
		wantProblem(t, err, problem.Invalid, "state_unknown", "state")
	})
}

func TestPreview(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, func(c *announce.Config) { c.Approval = announce.TwoPerson })
		p, err := h.Preview(t.Context(), announce.Draft{Target: announce.Target{Villages: []devices.VillageID{"ban-pieng"}},
			When: schedule.When{Kind: schedule.Weekly, Time: "17:00", Days: []int{1, 5}}})
		if err != nil || fmt.Sprint(p.Clusters) != "[loa-03 loa-04]" || len(p.Starts) != 10 || !p.NeedsApproval {
			t.Fatalf("preview %+v, %v", p, err)
		}
		if want := time.Date(2026, 3, 6, 17, 0, 0, 0, hanoi); !p.Starts[1].Equal(want) {
			t.Errorf("the second start is %v", p.Starts[1].In(hanoi))
		}
		p, err = h.Preview(t.Context(), say(everywhere, now))
		if err != nil || len(p.Starts) != 1 || time.Until(p.Starts[0]) != 2*time.Second {
			t.Errorf("preview of now %+v, %v", p, err)
		}
	})
}
