package httpapi

import (
	"context"
	"strings"

	"github.com/smart-commune/smart-commune/hub/account"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// Library keeps drafts and what the commune has settled.
type Library interface {
	SaveDraft(ctx context.Context, who string, d announce.Draft) (announce.Announcement, error)
	EditDraft(ctx context.Context, who string, id announce.ID, d announce.Draft) (announce.Announcement, error)
	SubmitDraft(ctx context.Context, who string, canApprove bool, id announce.ID) (announce.Announcement, error)
	CurrentRules(ctx context.Context) (announce.Rules, error)
	SetRules(ctx context.Context, who string, r announce.Rules) (announce.Rules, error)
}

// Texts tells how a text is read out.
type Texts interface {
	Normalise(text string) Spoken
}

// Spoken is a text as it is read out.
type Spoken struct {
	Spoken       string        `json:"spoken"`
	Replacements []Replacement `json:"replacements" doc:"What is not read as it is written, in the order of the text"`
}

// Replacement is a piece of a text that is read in other words.
type Replacement struct {
	Written string `json:"written"`
	Spoken  string `json:"spoken"`
	Class   string `json:"class" doc:"date, time, money, number, measure, phone, identifier, document, roman, abbreviation, letters, electronic or symbol"`
}

type editInput struct {
	ID   announce.ID `path:"id" maxLength:"64"`
	Body announce.Draft
}

type rulesInput struct {
	Body announce.Rules
}

type rulesOutput struct {
	Body announce.Rules
}

type normaliseInput struct {
	Body struct {
		Text string `json:"text" maxLength:"20000"`
	}
}

func (a *API) registerLibrary() {
	speak := those(account.CanAnnounce)
	register(a, operation{id: "edit-announcement", method: "PUT", path: "/api/announcements/{id}",
		summary: "Change a draft, or take back what was returned or still waits", access: speak, audit: "announcement.edit"}, a.editAnnouncement)
	register(a, operation{id: "submit-announcement", method: "POST", path: "/api/announcements/{id}/submit",
		summary: "Hand in a draft or what was returned", access: speak, audit: "announcement.submit", slow: true}, a.submitAnnouncement)
	register(a, operation{id: "get-rules", method: "GET", path: "/api/rules",
		summary: "What the commune has settled: approval, limits, volumes, abbreviations, templates", access: member}, a.getRules)
	register(a, operation{id: "set-rules", method: "PUT", path: "/api/rules",
		summary: "Settle it anew; only administrators change the way of approval and whether limits bind", access: those(account.CanEditPlace, account.CanManage),
		audit: "rules.change"}, a.setRules)
	register(a, operation{id: "normalise", method: "POST", path: "/api/normalise",
		summary: "See what will be read out", access: speak, tries: true}, a.normalise)
}

func (a *API) editAnnouncement(ctx context.Context, in *editInput) (*announcementOutput, error) {
	edited, err := a.cfg.Library.EditDraft(ctx, callerOf(ctx).Name, in.ID, in.Body)
	if err != nil {
		return nil, err
	}
	note(ctx, string(in.ID), edited.Title)
	return &announcementOutput{wireAnnouncement(edited)}, nil
}

func (a *API) submitAnnouncement(ctx context.Context, in *announcementID) (*announcementOutput, error) {
	c := callerOf(ctx)
	made, err := a.cfg.Library.SubmitDraft(ctx, c.Name, c.may(account.CanApprove), in.ID)
	if err != nil {
		return nil, err
	}
	note(ctx, string(in.ID), letOut(made.Title, made.State, made.Override))
	return &announcementOutput{wireAnnouncement(made)}, nil
}

func (a *API) getRules(ctx context.Context, _ *struct{}) (*rulesOutput, error) {
	r, err := a.cfg.Library.CurrentRules(ctx)
	return &rulesOutput{r}, err
}

func (a *API) setRules(ctx context.Context, in *rulesInput) (*rulesOutput, error) {
	c := callerOf(ctx)
	was, err := a.cfg.Library.CurrentRules(ctx)
	if err != nil {
		return nil, err
	}
	if in.Body.Approval != was.Approval && !c.may(account.CanManage) {
		return nil, problem.New(problem.Forbidden, "approval_of_admin",
			"Chỉ quản trị viên được đổi cách duyệt bản tin. Hãy giữ nguyên cách duyệt hoặc nhờ quản trị viên.",
			"Only an administrator may change the way of approval. Leave it as it is, or ask one.").At("approval")
	}
	if l := in.Body.Limits; l != "" && l != was.Limits && !c.may(account.CanManage) {
		return nil, problem.New(problem.Forbidden, "limits_of_admin",
			"Chỉ quản trị viên được đổi cách xử lý khi vượt giới hạn. Hãy giữ nguyên hoặc nhờ quản trị viên.",
			"Only an administrator may change whether limits bind. Leave it as it is, or ask one.").At("limits")
	}
	now, err := a.cfg.Library.SetRules(ctx, c.Name, in.Body)
	if err != nil {
		return nil, err
	}
	var changed []string
	if now.Approval != was.Approval {
		changed = append(changed, string(was.Approval)+" → "+string(now.Approval))
	}
	if now.Limits != was.Limits {
		changed = append(changed, "limits "+string(was.Limits)+" → "+string(now.Limits))
	}
	note(ctx, "rules", strings.Join(changed, ", "))
	return &rulesOutput{now}, nil
}

func (a *API) normalise(_ context.Context, in *normaliseInput) (*struct{ Body Spoken }, error) {
	return &struct{ Body Spoken }{a.cfg.Texts.Normalise(in.Body.Text)}, nil
}
