package httpapi

import (
	"context"
	"fmt"

	"github.com/smart-commune/smart-commune/hub/account"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/audio"
)

type draftInput struct {
	JobInput
	Draft bool `query:"draft" doc:"Keep it as a draft; nobody is asked for approval"`
	Body  announce.Draft
}

type previewInput struct {
	Body announce.Draft
}

type announcementOutput struct {
	Body announce.Announcement
}

type announcementID struct {
	ID announce.ID `path:"id" maxLength:"64"`
}

// approveInput names what the approver has looked at.
type approveInput struct {
	ID       announce.ID `path:"id" maxLength:"64"`
	Revision int         `query:"revision" minimum:"0" doc:"The revision that was looked at; another one is refused with changed_meanwhile. Whatever stands there when absent"`
}

type returnInput struct {
	ID   announce.ID `path:"id" maxLength:"64"`
	Body struct {
		Remark string `json:"remark" minLength:"1" maxLength:"1000"`
	}
}

type orderInput struct {
	ID   announce.ID `path:"id" maxLength:"64"`
	Body struct {
		Order int `json:"order" minimum:"-1000" maximum:"1000" doc:"Lower sounds first"`
	}
}

type announcementsInput struct {
	State announce.State `query:"state"`
	Limit int            `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

type announcementsOutput struct {
	Body struct {
		Announcements []announce.Announcement `json:"announcements"`
	}
}

type announcementDetail struct {
	Body struct {
		Announcement announce.Announcement `json:"announcement"`
		Occurrences  []announce.Occurrence `json:"occurrences"`
	}
}

func (a *API) registerAnnouncements() {
	speak := those(account.CanAnnounce)
	decide := those(account.CanApprove)
	register(a, operation{id: "create-announcement", method: "POST", path: "/api/announcements",
		summary: "Make an announcement", access: speak, audit: "announcement.create", slow: true}, a.createAnnouncement)
	register(a, operation{id: "preview-announcement", method: "POST", path: "/api/announcements/preview",
		summary: "See where and when a draft would sound", access: speak, tries: true}, a.previewAnnouncement)
	register(a, operation{id: "list-announcements", method: "GET", path: "/api/announcements",
		summary: "Announcements, newest first", access: member}, a.listAnnouncements)
	register(a, operation{id: "get-announcement", method: "GET", path: "/api/announcements/{id}",
		summary: "An announcement with all its occurrences", access: member}, a.getAnnouncement)
	register(a, operation{id: "approve-announcement", method: "POST", path: "/api/announcements/{id}/approve",
		summary: "Approve", access: decide, audit: "announcement.approve"},
		func(ctx context.Context, in *approveInput) (*announcementOutput, error) {
			return a.decide(func(ctx context.Context, who string, id announce.ID) (announce.Announcement, error) {
				return a.cfg.Announcements.ApproveRevision(ctx, who, id, in.Revision)
			})(ctx, &announcementID{in.ID})
		})
	register(a, operation{id: "return-announcement", method: "POST", path: "/api/announcements/{id}/return",
		summary: "Return with a remark", access: decide, audit: "announcement.return"}, a.returnAnnouncement)
	register(a, operation{id: "order-announcement", method: "PUT", path: "/api/announcements/{id}/order",
		summary: "Say its place among announcements of the same urgency that it meets", access: those(account.CanAnnounce, account.CanApprove),
		audit: "announcement.order"}, a.orderAnnouncement)
	register(a, operation{id: "cancel-announcement", method: "POST", path: "/api/announcements/{id}/cancel",
		summary: "Cancel, and stop what sounds", access: those(account.CanAnnounce, account.CanApprove),
		audit: "announcement.cancel"},
		a.decide(func(ctx context.Context, who string, id announce.ID) (announce.Announcement, error) {
			return a.cfg.Announcements.Cancel(ctx, who, id)
		}))
}

func (a *API) orderAnnouncement(ctx context.Context, in *orderInput) (*announcementOutput, error) {
	ordered, err := a.cfg.Announcements.SetOrder(ctx, callerOf(ctx).Name, in.ID, in.Body.Order)
	if err != nil {
		return nil, err
	}
	note(ctx, string(in.ID), fmt.Sprintf("%d: %s", ordered.Order, ordered.Title))
	return &announcementOutput{wireAnnouncement(ordered)}, nil
}

func (a *API) createAnnouncement(ctx context.Context, in *draftInput) (*announcementOutput, error) {
	c := callerOf(ctx)
	if in.Draft {
		kept, err := a.cfg.Library.SaveDraft(ctx, c.Name, in.Body)
		if err != nil {
			return nil, err
		}
		note(ctx, string(kept.ID), "draft: "+kept.Title)
		return &announcementOutput{wireAnnouncement(kept)}, nil
	}
	ctx, over := a.jobs.watch(ctx, c.who(), in.Job, audio.Waiting)
	defer over()
	made, err := a.cfg.Announcements.Submit(ctx, c.Name, c.may(account.CanApprove), in.Body)
	if err != nil {
		return nil, err
	}
	note(ctx, string(made.ID), letOut(made.Level.String()+" "+string(made.When.Kind)+": "+made.Title, made.State, made.Override))
	return &announcementOutput{wireAnnouncement(made)}, nil
}

func (a *API) previewAnnouncement(ctx context.Context, in *previewInput) (*struct{ Body announce.Preview }, error) {
	p, err := a.cfg.Announcements.Preview(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	p.Clusters, p.Starts = list(p.Clusters), list(p.Starts)
	return &struct{ Body announce.Preview }{p}, nil
}

func (a *API) listAnnouncements(ctx context.Context, in *announcementsInput) (*announcementsOutput, error) {
	found, err := a.cfg.Announcements.List(ctx, in.State, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &announcementsOutput{}
	out.Body.Announcements = wireAnnouncements(found)
	return out, nil
}

func (a *API) getAnnouncement(ctx context.Context, in *announcementID) (*announcementDetail, error) {
	found, err := a.cfg.Announcements.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	occ, err := a.cfg.Announcements.Occurrences(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &announcementDetail{}
	out.Body.Announcement = wireAnnouncement(found)
	out.Body.Occurrences = wireOccurrences(occ)
	return out, nil
}

// decide returns the handler of a decision that needs nothing but the id.
func (a *API) decide(f func(context.Context, string, announce.ID) (announce.Announcement, error)) func(context.Context, *announcementID) (*announcementOutput, error) {
	return func(ctx context.Context, in *announcementID) (*announcementOutput, error) {
		decided, err := f(ctx, callerOf(ctx).Name, in.ID)
		if err != nil {
			return nil, err
		}
		note(ctx, string(in.ID), letOut(decided.Title, decided.State, decided.Override))
		return &announcementOutput{wireAnnouncement(decided)}, nil
	}
}

// letOut adds to what the audit log says of something in spite of what it went out.
func letOut(detail string, s announce.State, o *announce.Override) string {
	if o == nil || s != announce.Scheduled && s != announce.Approved {
		return detail
	}
	return detail + " (" + o.String() + ")"
}

func (a *API) returnAnnouncement(ctx context.Context, in *returnInput) (*announcementOutput, error) {
	returned, err := a.cfg.Announcements.Return(ctx, callerOf(ctx).Name, in.ID, in.Body.Remark)
	if err != nil {
		return nil, err
	}
	note(ctx, string(in.ID), in.Body.Remark)
	return &announcementOutput{wireAnnouncement(returned)}, nil
}

// The wire never has null for a list; what comes from the features may be
// shared and is copied before it is changed.

func wireAnnouncement(an announce.Announcement) announce.Announcement {
	an.Clusters = list(an.Clusters)
	return an
}

func wireAnnouncements(all []announce.Announcement) []announce.Announcement {
	out := make([]announce.Announcement, len(all))
	for i, an := range all {
		out[i] = wireAnnouncement(an)
	}
	return out
}

func wireOccurrence(o announce.Occurrence) announce.Occurrence {
	o.Deliveries = list(o.Deliveries)
	return o
}

func wireOccurrences(all []announce.Occurrence) []announce.Occurrence {
	out := make([]announce.Occurrence, len(all))
	for i, o := range all {
		out[i] = wireOccurrence(o)
	}
	return out
}
