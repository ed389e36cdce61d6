package httpapi

import (
	"context"
	"time"

	"github.com/smart-commune/smart-commune/hub/account"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// Schedules says and changes when something sounds.
type Schedules interface {
	EditSeries(ctx context.Context, who string, canApprove bool, id announce.ID, e schedule.SeriesEdit) ([]announce.Announcement, error)
	// UndoEdit takes the newest edit back, which who made within the last minute.
	UndoEdit(ctx context.Context, who string, id announce.ID) ([]announce.Announcement, error)
	Check(ctx context.Context, id announce.ID, d announce.Draft) ([]announce.Finding, error)
	Calendar(ctx context.Context, from, to time.Time) (announce.Calendar, error)
	// Describe says a schedule in plain words, with its next starts, at most n.
	Describe(w schedule.When, n int) (problem.Words, []time.Time)
	// CheckWhen returns a schedule in its one form, or why it is refused.
	CheckWhen(w schedule.When) (schedule.When, error)
}

type seriesInput struct {
	ID   announce.ID `path:"id" maxLength:"64"`
	Body schedule.SeriesEdit
}

type programmeSeriesInput struct {
	ID   announce.ProgrammeID `path:"id" maxLength:"64"`
	Body schedule.SeriesEdit
}

// scheduleOutput is a schedule as the hub understands it.
type scheduleOutput struct {
	Body struct {
		When      schedule.When `json:"when"`
		Described problem.Words `json:"described"`
		Next      []time.Time   `json:"next" doc:"The next starts, at most 10"`
	}
}

func (a *API) registerCalendar() {
	speak := those(account.CanAnnounce)
	register(a, operation{id: "calendar", method: "GET", path: "/api/calendar",
		summary: "What sounds, sounded or waits, with results, readiness and conflicts", access: member}, a.calendar)
	register(a, operation{id: "describe-schedule", method: "POST", path: "/api/schedule",
		summary: "A schedule in plain words, with its next starts", access: member, tries: true}, a.describeSchedule)
	register(a, operation{id: "check-announcement", method: "POST", path: "/api/announcements/checks",
		summary: "What stands against an announcement, with what would cure it", access: those(account.CanAnnounce, account.CanApprove), tries: true}, a.checkAnnouncement)
	register(a, operation{id: "edit-occurrence", method: "POST", path: "/api/announcements/{id}/occurrences",
		summary: "Move, cancel or reschedule one occurrence, it and the following, or all", access: speak, audit: "announcement.reschedule"}, a.editOccurrence)
	register(a, operation{id: "edit-programme-occurrence", method: "POST", path: "/api/programmes/{id}/occurrences",
		summary: "Move, cancel or reschedule one occurrence, it and the following, or all", access: speak, audit: "programme.reschedule"}, a.editProgrammeOccurrence)
	register(a, operation{id: "undo-edit", method: "POST", path: "/api/announcements/{id}/undo",
		summary: "Take back one's own edit of its schedule, within a minute", access: speak, audit: "announcement.undo"}, a.undoEdit)
	register(a, operation{id: "undo-programme-edit", method: "POST", path: "/api/programmes/{id}/undo",
		summary: "Take back one's own change of it, within a minute", access: speak, audit: "programme.undo"}, a.undoProgrammeEdit)
}

func (a *API) calendar(ctx context.Context, in *struct {
	From time.Time `query:"from" required:"true"`
	To   time.Time `query:"to" required:"true"`
}) (*struct{ Body announce.Calendar }, error) {
	c, err := a.cfg.Programmes.Calendar(ctx, in.From, in.To)
	if err != nil {
		return nil, err
	}
	c.Entries = list(c.Entries)
	return &struct{ Body announce.Calendar }{c}, nil
}

func (a *API) describeSchedule(_ context.Context, in *struct{ Body schedule.When }) (*scheduleOutput, error) {
	w, err := a.cfg.Programmes.CheckWhen(in.Body)
	if err != nil {
		return nil, err
	}
	out := &scheduleOutput{}
	out.Body.When = w
	out.Body.Described, out.Body.Next = a.cfg.Programmes.Describe(w, 10)
	out.Body.Next = list(out.Body.Next)
	return out, nil
}

func (a *API) checkAnnouncement(ctx context.Context, in *struct {
	ID   announce.ID `query:"id" maxLength:"64" doc:"The announcement that the draft is of"`
	Body announce.Draft
}) (*findingsOutput, error) {
	return answerFindings(a.cfg.Programmes.Check(ctx, in.ID, in.Body))
}

func (a *API) editOccurrence(ctx context.Context, in *seriesInput) (*announcementsOutput, error) {
	c := callerOf(ctx)
	all, err := a.cfg.Programmes.EditSeries(ctx, c.Name, c.may(account.CanApprove), in.ID, in.Body)
	if err != nil {
		return nil, err
	}
	detail := in.Body.String()
	if !in.Body.Cancel && all[0].Proposed == nil {
		detail = letOut(detail, all[0].State, all[0].Override)
	}
	note(ctx, string(in.ID), detail)
	out := &announcementsOutput{}
	out.Body.Announcements = wireAnnouncements(all)
	return out, nil
}

func (a *API) undoEdit(ctx context.Context, in *announcementID) (*announcementsOutput, error) {
	all, err := a.cfg.Programmes.UndoEdit(ctx, callerOf(ctx).Name, in.ID)
	if err != nil {
		return nil, err
	}
	note(ctx, string(in.ID), all[0].Title)
	out := &announcementsOutput{}
	out.Body.Announcements = wireAnnouncements(all)
	return out, nil
}

func (a *API) undoProgrammeEdit(ctx context.Context, in *programmeID) (*programmesOutput, error) {
	all, err := a.cfg.Programmes.UndoProgrammeEdit(ctx, callerOf(ctx).Name, in.ID)
	if err != nil {
		return nil, err
	}
	note(ctx, string(in.ID), all[0].Title)
	out := &programmesOutput{}
	for _, p := range all {
		out.Body.Programmes = append(out.Body.Programmes, a.viewProgramme(p))
	}
	return out, nil
}

func (a *API) editProgrammeOccurrence(ctx context.Context, in *programmeSeriesInput) (*programmesOutput, error) {
	c := callerOf(ctx)
	all, err := a.cfg.Programmes.EditProgrammeSeries(ctx, c.Name, c.may(account.CanApprove), in.ID, in.Body)
	if err != nil {
		return nil, err
	}
	detail := in.Body.String()
	if !in.Body.Cancel && all[0].Proposed == nil {
		detail = letOut(detail, all[0].State, all[0].Override)
	}
	note(ctx, string(in.ID), detail)
	out := &programmesOutput{}
	for _, p := range all {
		out.Body.Programmes = append(out.Body.Programmes, a.viewProgramme(p))
	}
	return out, nil
}
