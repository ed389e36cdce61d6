package apiclient

import (
	"context"
	"net/http"
	"net/url"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce"
)

// Emergency sounds an emergency at once.
func (c *Client) Emergency(ctx context.Context, e announce.EmergencyDraft) (made announce.Announcement, err error) {
	return made, c.send(ctx, http.MethodPost, "/api/emergency", e, &made)
}

// Stop silences everything on a target; rest also takes away the rest of the
// programmes that run there.
func (c *Client) Stop(ctx context.Context, target announce.Target, rest bool) (s announce.Stopped, err error) {
	body := map[string]any{"target": target}
	if rest {
		body["rest"] = true
	}
	return s, c.send(ctx, http.MethodPost, "/api/stop", body, &s)
}

// Approve lets an announcement out.
func (c *Client) Approve(ctx context.Context, id announce.ID) (a announce.Announcement, err error) {
	return a, c.send(ctx, http.MethodPost, "/api/announcements/"+url.PathEscape(string(id))+"/approve", map[string]any{}, &a)
}

// Instruct gives a command to one cluster.
func (c *Client) Instruct(ctx context.Context, cluster devices.DeviceID, in announce.Instruction) (made announce.Instructed, err error) {
	return made, c.send(ctx, http.MethodPost, "/api/clusters/"+url.PathEscape(string(cluster))+"/commands", in, &made)
}

// Instructions returns the newest commands to a cluster, the newest first.
func (c *Client) Instructions(ctx context.Context, cluster devices.DeviceID) ([]announce.Instructed, error) {
	var out struct {
		Commands []announce.Instructed `json:"commands"`
	}
	return out.Commands, c.get(ctx, "/api/clusters/"+url.PathEscape(string(cluster))+"/commands", nil, &out)
}

// Spoken is a text as it is read out.
type Spoken struct {
	Spoken       string        `json:"spoken"`
	Replacements []Replacement `json:"replacements"`
}

// Replacement is a piece of a text that is read in other words.
type Replacement struct {
	Written string `json:"written"`
	Spoken  string `json:"spoken"`
	Class   string `json:"class"`
}

// Normalise shows how a text is read out.
func (c *Client) Normalise(ctx context.Context, text string) (s Spoken, err error) {
	return s, c.send(ctx, http.MethodPost, "/api/normalise", map[string]any{"text": text}, &s)
}
