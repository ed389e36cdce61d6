package apiclient

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// Programme is a programme with its schedule in plain words and its next starts.
type Programme struct {
	announce.Programme
	Described problem.Words `json:"described"`
	Next      []time.Time   `json:"next"`
}

// Programmes returns the newest first; an empty state means all.
func (c *Client) Programmes(ctx context.Context, state announce.State) ([]Programme, error) {
	var out struct {
		Programmes []Programme `json:"programmes"`
	}
	q := url.Values{}
	if state != "" {
		q.Set("state", string(state))
	}
	return out.Programmes, c.get(ctx, "/api/programmes", q, &out)
}

// Programme returns one.
func (c *Client) Programme(ctx context.Context, id announce.ProgrammeID) (p Programme, err error) {
	return p, c.get(ctx, programmePath(id), nil, &p)
}

// AddProgramme makes a programme and hands it in, or only keeps it as a draft.
func (c *Client) AddProgramme(ctx context.Context, d announce.ProgrammeDraft, onlyDraft bool) (p Programme, err error) {
	path := "/api/programmes"
	if onlyDraft {
		path += "?draft=true"
	}
	return p, c.send(ctx, http.MethodPost, path, d, &p)
}

// ApproveProgramme lets a programme out.
func (c *Client) ApproveProgramme(ctx context.Context, id announce.ProgrammeID) (p Programme, err error) {
	return p, c.send(ctx, http.MethodPost, programmePath(id)+"/approve", map[string]any{}, &p)
}

// CancelProgramme withdraws a programme.
func (c *Client) CancelProgramme(ctx context.Context, id announce.ProgrammeID) (p Programme, err error) {
	return p, c.send(ctx, http.MethodPost, programmePath(id)+"/cancel", map[string]any{}, &p)
}

func programmePath(id announce.ProgrammeID) string {
	return "/api/programmes/" + url.PathEscape(string(id))
}
