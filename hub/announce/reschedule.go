package announce

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/hub/announce/schedule"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// Earlier is a schedule that held before it was edited. What it planned stays
// planned: late reports and the calendar's past are judged by it.
type Earlier struct {
	When  schedule.When `json:"when"`
	Since time.Time     `json:"since"`
	Until time.Time     `json:"until"`
}

// Proposal is an edit of an approved series that waits for an approver.
type Proposal struct {
	Edit schedule.SeriesEdit `json:"edit"`
	By   string              `json:"by"`
	At   time.Time           `json:"at"`
}

// since is when the first schedule of an approved announcement began to hold.
func (a *Announcement) since() time.Time {
	switch {
	case len(a.Earlier) > 0:
		return a.Earlier[0].Since
	case a.ApprovedAt != nil:
		return *a.ApprovedAt
	}
	return *a.DecidedAt
}

// startsIn are the starts in [from, to) by the schedules that held then, on the
// days on which the announcement is valid.
func (a *Announcement) startsIn(from, to time.Time, loc *time.Location) []time.Time {
	starts := startsOf(&a.When, a.Earlier, from, to, loc)
	if a.ValidFrom == "" && a.ValidUntil == "" {
		return starts
	}
	return slices.DeleteFunc(starts, func(t time.Time) bool { return !a.ValidOn(t.In(loc)) })
}

// startsOf joins the starts of a schedule in [from, to) to those of the ones
// before it.
func startsOf(w *schedule.When, earlier []Earlier, from, to time.Time, loc *time.Location) (out []time.Time) {
	for _, e := range earlier {
		if begin, end := later(from, e.Since), sooner(to, e.Until); begin.Before(end) {
			out = append(out, e.When.Starts(begin, end, loc)...)
		}
		from = later(from, e.Until)
	}
	if from.Before(to) {
		last := w.Starts(from, to, loc)
		if out == nil {
			return last
		}
		out = append(out, last...)
	}
	return out
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// EditSeries changes when an announcement sounds, at one of its occurrences. What
// is approved already is changed at once by an approver, where one person
// decides, and by leaving occurrences out; otherwise the change waits for
// approval and the announcement goes on as it was. It returns all announcements
// that were changed or made, the edited one first.
func (s *Service) EditSeries(ctx context.Context, who string, canApprove bool, id ID, e schedule.SeriesEdit) ([]Announcement, error) {
	var out []Announcement
	_, err := s.decide(ctx, id, func(a Announcement) (Announcement, error) {
		switch a.State {
		case Drafted, Submitted, Returned, Scheduled:
		default:
			return a, decided(a)
		}
		edited, err := a.edit(e, s.cfg.Now(), s.cfg.Location)
		if err != nil {
			return a, err
		}
		alone := e.Cancel || s.Rules().Approval == OnePerson || (canApprove && !a.writtenBy(who))
		if a.State == Scheduled && !alone {
			a.Proposed = &Proposal{Edit: e, By: who, At: s.cfg.Now().UTC()}
			a.Revision++
			out = []Announcement{a}
			return a, s.save(ctx, a, nil)
		}
		if a.State != Scheduled && !a.writtenBy(who) {
			a.EditedBy = append(slices.Clone(a.EditedBy), who)
		}
		out, err = s.applyEdit(ctx, a, edited, e, who)
		return a, err
	})
	return out, err
}

// edit returns what becomes of the announcement's schedule.
func (a Announcement) edit(e schedule.SeriesEdit, now time.Time, loc *time.Location) (schedule.Edited, error) {
	if a.State == Drafted { // it may be half written
		when, err := a.When.Check(now, loc)
		if err != nil {
			return schedule.Edited{}, err
		}
		a.When = when
	}
	edited, err := a.When.Edit(e, now, loc)
	if err == nil && !a.ValidOn(e.Start.In(loc)) {
		err = invalid("start", "not_valid_then", "Bản tin không có hiệu lực vào ngày này. Hãy chọn ngày khác hoặc sửa thời gian hiệu lực.", "The announcement is not valid on that day. Choose another day or change its validity.")
	}
	return edited, err
}

// applyEdit records an edit; deciding is held.
func (s *Service) applyEdit(ctx context.Context, a Announcement, edited schedule.Edited, e schedule.SeriesEdit, who string) ([]Announcement, error) {
	now := s.cfg.Now().UTC()
	if edited.Over {
		a.Proposed = nil
		a, err := s.settle(ctx, a, who, Cancelled, nil)
		return []Announcement{a}, err
	}
	changed := a
	changed.When, changed.Proposed, changed.Remark = edited.Kept, nil, ""
	changed.Revision++
	if a.State == Scheduled {
		changed.Earlier = append(slices.Clone(a.Earlier), Earlier{a.When, a.lastSince(), now})
		changed.DecidedBy, changed.DecidedAt = who, &now
	}
	all := []Announcement{changed}
	if edited.Next != nil {
		next := changed
		next.ID, next.Follows, next.When, next.Earlier, next.CreatedAt = ID("tb-"+newID(now)), a.ID, *edited.Next, nil, now
		all = append(all, next)
	}
	for i, one := range all {
		if a.State == Scheduled && !e.Cancel { // else it waits for approval, or only sounds less
			override, err := s.vetEdit(ctx, a, one, who)
			if err != nil {
				return nil, err
			}
			all[i].Override = override
		}
		if one.State == Scheduled && len(one.firstStarts(now, 1, s.cfg.Location)) == 0 {
			return nil, invalid("when", "never_valid", "Không có lần phát nào nằm trong thời gian hiệu lực. Hãy sửa lịch phát hoặc thời gian hiệu lực.",
				"It never sounds on a day on which it is valid. Change the schedule or the validity.")
		}
	}
	if err := s.cfg.Store.SaveAnnouncements(ctx, s.cfg.Commune, all); err != nil {
		return nil, fmt.Errorf("save announcement %s: %w", a.ID, err)
	}
	for _, one := range all {
		s.took(one, nil)
	}
	s.cfg.Log.Info("series edited", "announcement", a.ID, "who", who, "edit", e.String())
	return all, nil
}

// lastSince is when the schedule of now began to hold.
func (a Announcement) lastSince() time.Time {
	if n := len(a.Earlier); n > 0 {
		return a.Earlier[n-1].Until
	}
	return *a.DecidedAt
}

// approveEdit carries a proposed edit out; deciding is held.
func (s *Service) approveEdit(ctx context.Context, a Announcement, who string) (Announcement, error) {
	p := *a.Proposed
	if s.Rules().Approval == TwoPerson && p.By == who {
		return a, problem.New(problem.Forbidden, "own_edit", "Bạn là người đề nghị sửa lịch này nên không thể tự duyệt. Hãy nhờ người khác có quyền duyệt.",
			"You proposed this change and cannot approve it yourself. Ask another approver.")
	}
	edited, err := a.edit(p.Edit, s.cfg.Now(), s.cfg.Location)
	if err != nil {
		return a, err
	}
	all, err := s.applyEdit(ctx, a, edited, p.Edit, who)
	if err != nil {
		return a, err
	}
	return all[0], nil
}
