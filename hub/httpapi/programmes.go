package httpapi

import (
	"context"
	"time"

	"github.com/smart-commune/smart-commune/hub/account"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// Programmes makes, decides and shows programmes, and everything that has to do
// with when something sounds.
type Programmes interface {
	ProgrammeDrafts
	ProgrammeDecisions
	Schedules
	// Programmes returns the newest first; an empty state means all.
	Programmes(ctx context.Context, state announce.State) ([]announce.Programme, error)
	Programme(ctx context.Context, id announce.ProgrammeID) (announce.Programme, error)
}

// ProgrammeDrafts takes in what a person wants a programme to be.
type ProgrammeDrafts interface {
	SaveProgramme(ctx context.Context, who string, d announce.ProgrammeDraft, onlyDraft bool) (announce.Programme, error)
	EditProgramme(ctx context.Context, who string, id announce.ProgrammeID, d announce.ProgrammeDraft) (announce.Programme, error)
	SubmitProgramme(ctx context.Context, who string, id announce.ProgrammeID) (announce.Programme, error)
	PreviewProgramme(ctx context.Context, d announce.ProgrammeDraft) (announce.Layout, error)
	CheckProgramme(ctx context.Context, id announce.ProgrammeID, d announce.ProgrammeDraft) ([]announce.Finding, error)
}

// ProgrammeDecisions settles what becomes of a programme.
type ProgrammeDecisions interface {
	// ApproveProgrammeRevision refuses when something else stands there by now; 0
	// means whatever does.
	ApproveProgrammeRevision(ctx context.Context, who string, id announce.ProgrammeID, revision int) (announce.Programme, error)
	ReturnProgramme(ctx context.Context, who string, id announce.ProgrammeID, remark string) (announce.Programme, error)
	CancelProgramme(ctx context.Context, who string, id announce.ProgrammeID) (announce.Programme, error)
	EditProgrammeSeries(ctx context.Context, who string, canApprove bool, id announce.ProgrammeID, e schedule.SeriesEdit) ([]announce.Programme, error)
	// UndoProgrammeEdit takes the newest change back, which who made within the last
	// minute.
	UndoProgrammeEdit(ctx context.Context, who string, id announce.ProgrammeID) ([]announce.Programme, error)
}

// ProgrammeView is a programme with its schedule in plain words.
type ProgrammeView struct {
	announce.Programme
	Described problem.Words `json:"described"`
	Next      []time.Time   `json:"next" doc:"The next starts, at most 5"`
}

type programmeID struct {
	ID announce.ProgrammeID `path:"id" maxLength:"64"`
}

type newProgramme struct {
	Draft bool `query:"draft" doc:"Only keep it, do not hand it in"`
	Body  announce.ProgrammeDraft
}

type editProgramme struct {
	ID   announce.ProgrammeID `path:"id" maxLength:"64"`
	Body announce.ProgrammeDraft
}

type returnProgramme struct {
	ID   announce.ProgrammeID `path:"id" maxLength:"64"`
	Body struct {
		Remark string `json:"remark" minLength:"1" maxLength:"1000"`
	}
}

type programmeOutput struct{ Body ProgrammeView }

type programmesOutput struct {
	Body struct {
		Programmes []ProgrammeView `json:"programmes"`
	}
}

type findingsOutput struct {
	Body struct {
		Findings []announce.Finding `json:"findings"`
	}
}

func (a *API) registerProgrammes() {
	speak := those(account.CanAnnounce)
	decide := those(account.CanApprove)
	register(a, operation{id: "list-programmes", method: "GET", path: "/api/programmes",
		summary: "Programmes, newest first", access: member}, a.listProgrammes)
	register(a, operation{id: "create-programme", method: "POST", path: "/api/programmes",
		summary: "Make a programme, and hand it in", access: speak, audit: "programme.create"}, a.createProgramme)
	register(a, operation{id: "preview-programme", method: "POST", path: "/api/programmes/preview",
		summary: "See what the next occurrence of a draft would play, where and when", access: speak, tries: true}, a.previewProgramme)
	register(a, operation{id: "check-programme", method: "POST", path: "/api/programmes/checks",
		summary: "What stands against a programme, with what would cure it", access: those(account.CanAnnounce, account.CanApprove), tries: true}, a.checkProgramme)
	register(a, operation{id: "get-programme", method: "GET", path: "/api/programmes/{id}",
		summary: "A programme", access: member}, a.getProgramme)
	register(a, operation{id: "edit-programme", method: "PUT", path: "/api/programmes/{id}",
		summary: "Change a programme; a change of an approved one waits for approval", access: speak, audit: "programme.edit"}, a.editProgramme)
	for _, d := range []struct {
		verb, summary string
		access        access
		f             func(context.Context, string, announce.ProgrammeID) (announce.Programme, error)
	}{
		{"submit", "Hand in a programme", speak, func(ctx context.Context, who string, id announce.ProgrammeID) (announce.Programme, error) {
			return a.cfg.Programmes.SubmitProgramme(ctx, who, id)
		}},
		{"cancel", "Cancel a programme, and stop what of it sounds", those(account.CanAnnounce, account.CanApprove), func(ctx context.Context, who string, id announce.ProgrammeID) (announce.Programme, error) {
			return a.cfg.Programmes.CancelProgramme(ctx, who, id)
		}},
	} {
		register(a, operation{id: d.verb + "-programme", method: "POST", path: "/api/programmes/{id}/" + d.verb,
			summary: d.summary, access: d.access, audit: "programme." + d.verb}, func(ctx context.Context, in *programmeID) (*programmeOutput, error) {
			return a.programme(ctx)(d.f(ctx, callerOf(ctx).Name, in.ID))
		})
	}
	register(a, operation{id: "approve-programme", method: "POST", path: "/api/programmes/{id}/approve",
		summary: "Approve a programme, or a change of one", access: decide, audit: "programme.approve"}, a.approveProgramme)
	register(a, operation{id: "return-programme", method: "POST", path: "/api/programmes/{id}/return",
		summary: "Return a programme, or drop a change of one, with a remark", access: decide, audit: "programme.return"}, a.returnProgramme)
	a.registerCalendar()
}

// programme answers with a programme and names it for the audit log.
func (a *API) programme(ctx context.Context) func(announce.Programme, error) (*programmeOutput, error) {
	return func(p announce.Programme, err error) (*programmeOutput, error) {
		if err != nil {
			return nil, err
		}
		detail := p.Title
		if p.Proposed == nil {
			detail = letOut(detail, p.State, p.Override)
		}
		note(ctx, string(p.ID), detail)
		return &programmeOutput{a.viewProgramme(p)}, nil
	}
}

func (a *API) viewProgramme(p announce.Programme) ProgrammeView {
	words, next := a.cfg.Programmes.Describe(p.When, 5)
	return ProgrammeView{wireProgramme(p), words, list(next)}
}

func wireProgramme(p announce.Programme) announce.Programme {
	p.Clusters, p.Items = list(p.Clusters), list(p.Items)
	return p
}

func wireProgrammes(all []announce.Programme) []announce.Programme {
	out := make([]announce.Programme, len(all))
	for i, p := range all {
		out[i] = wireProgramme(p)
	}
	return out
}

func (a *API) listProgrammes(ctx context.Context, in *struct {
	State announce.State `query:"state"`
}) (*programmesOutput, error) {
	all, err := a.cfg.Programmes.Programmes(ctx, in.State)
	if err != nil {
		return nil, err
	}
	out := &programmesOutput{}
	out.Body.Programmes = make([]ProgrammeView, len(all))
	for i, p := range all {
		out.Body.Programmes[i] = a.viewProgramme(p)
	}
	return out, nil
}

func (a *API) createProgramme(ctx context.Context, in *newProgramme) (*programmeOutput, error) {
	return a.programme(ctx)(a.cfg.Programmes.SaveProgramme(ctx, callerOf(ctx).Name, in.Body, in.Draft))
}

func (a *API) getProgramme(ctx context.Context, in *programmeID) (*programmeOutput, error) {
	return a.programme(ctx)(a.cfg.Programmes.Programme(ctx, in.ID))
}

func (a *API) editProgramme(ctx context.Context, in *editProgramme) (*programmeOutput, error) {
	return a.programme(ctx)(a.cfg.Programmes.EditProgramme(ctx, callerOf(ctx).Name, in.ID, in.Body))
}

func (a *API) approveProgramme(ctx context.Context, in *struct {
	ID       announce.ProgrammeID `path:"id" maxLength:"64"`
	Revision int                  `query:"revision" minimum:"0" doc:"The revision that was looked at; another one is refused with changed_meanwhile. Whatever stands there when absent"`
}) (*programmeOutput, error) {
	return a.programme(ctx)(a.cfg.Programmes.ApproveProgrammeRevision(ctx, callerOf(ctx).Name, in.ID, in.Revision))
}

func (a *API) returnProgramme(ctx context.Context, in *returnProgramme) (*programmeOutput, error) {
	return a.programme(ctx)(a.cfg.Programmes.ReturnProgramme(ctx, callerOf(ctx).Name, in.ID, in.Body.Remark))
}

func (a *API) previewProgramme(ctx context.Context, in *struct{ Body announce.ProgrammeDraft }) (*struct{ Body announce.Layout }, error) {
	l, err := a.cfg.Programmes.PreviewProgramme(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	return &struct{ Body announce.Layout }{l}, nil
}

func (a *API) checkProgramme(ctx context.Context, in *struct {
	ID   announce.ProgrammeID `query:"id" maxLength:"64" doc:"The programme that the draft is of"`
	Body announce.ProgrammeDraft
}) (*findingsOutput, error) {
	found, err := a.cfg.Programmes.CheckProgramme(ctx, in.ID, in.Body)
	return answerFindings(found, err)
}

func answerFindings(found []announce.Finding, err error) (*findingsOutput, error) {
	if err != nil {
		return nil, err
	}
	out := &findingsOutput{}
	out.Body.Findings = list(found)
	return out, nil
}
