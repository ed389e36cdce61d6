package apiclient

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/account"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
	"github.com/smart-commune/smart-commune/hub/audio"
	"github.com/smart-commune/smart-commune/hub/place"
	"github.com/smart-commune/smart-commune/hub/telemetry"
)

// Announce makes an announcement.
func (c *Client) Announce(ctx context.Context, d announce.Draft) (made announce.Announcement, err error) {
	return made, c.send(ctx, http.MethodPost, "/api/announcements", d, &made)
}

// Upload puts audio into the hub's store; name is the file's name.
func (c *Client) Upload(ctx context.Context, name string, r io.Reader) (s audio.Sound, err error) {
	return s, c.call(ctx, http.MethodPost, "/api/audio", url.Values{"name": {name}}, "application/octet-stream", r, &s)
}

// Announced is an announcement with its occurrences.
type Announced struct {
	Announcement announce.Announcement `json:"announcement"`
	Occurrences  []announce.Occurrence `json:"occurrences"`
}

// Announcement returns an announcement with its occurrences.
func (c *Client) Announcement(ctx context.Context, id announce.ID) (a Announced, err error) {
	return a, c.get(ctx, "/api/announcements/"+url.PathEscape(string(id)), nil, &a)
}

// Journal returns what was played since, which is an instant or a duration.
func (c *Client) Journal(ctx context.Context, since string, limit int) ([]journal.Line, error) {
	var out struct {
		Entries []journal.Line `json:"entries"`
	}
	return out.Entries, c.get(ctx, "/api/journal", url.Values{"since": {since}, "limit": {strconv.Itoa(limit)}}, &out)
}

// History is the past of one metric of one device.
type History struct {
	Device devices.DeviceID  `json:"device"`
	Metric string            `json:"metric"`
	Points []telemetry.Point `json:"points"`
}

// Readings returns the past of one metric of one device.
func (c *Client) Readings(ctx context.Context, device devices.DeviceID, metric, since string, points int) (h History, err error) {
	return h, c.get(ctx, "/api/readings", url.Values{"device": {string(device)}, "metric": {metric},
		"since": {since}, "points": {strconv.Itoa(points)}}, &h)
}

// Status is the state of the hub in short.
type Status struct {
	Clusters []ClusterStatus `json:"clusters"`
	Cameras  []CameraStatus  `json:"cameras"`
	Broker   bool            `json:"broker"`
	Store    bool            `json:"store"`
	Influx   InfluxStatus    `json:"influx"`
}

// ClusterStatus is the state of one cluster.
type ClusterStatus struct {
	ID          devices.DeviceID `json:"id"`
	Online      bool             `json:"online"`
	Since       *time.Time       `json:"since"`
	PlanHash    string           `json:"plan_hash"`
	PlanCurrent bool             `json:"plan_current"`
}

// CameraStatus is the health of one camera; Bitrate is in kbit/s.
type CameraStatus struct {
	ID          devices.DeviceID     `json:"id"`
	State       devices.CameraState  `json:"state"`
	Reason      devices.CameraReason `json:"reason"`
	Since       time.Time            `json:"since"`
	FPS         float64              `json:"fps"`
	Bitrate     float64              `json:"bitrate"`
	LastFrameAt *time.Time           `json:"last_frame_at"`
}

// InfluxStatus is how forwarding to InfluxDB stands.
type InfluxStatus struct {
	Configured bool  `json:"configured"`
	LagPoints  int64 `json:"lag_points"`
}

// Status returns the state of the hub in short.
func (c *Client) Status(ctx context.Context) (s Status, err error) {
	return s, c.get(ctx, "/api/status", nil, &s)
}

// Import imports an inventory file.
func (c *Client) Import(ctx context.Context, yaml []byte) (s place.Summary, err error) {
	return s, c.call(ctx, http.MethodPost, "/api/inventory/import", nil, "application/yaml", bytes.NewReader(yaml), &s)
}

// Users returns everyone with an account.
func (c *Client) Users(ctx context.Context) ([]account.User, error) {
	var out struct {
		Users []account.User `json:"users"`
	}
	return out.Users, c.get(ctx, "/api/users", nil, &out)
}

// NewUser is an account to make.
type NewUser struct {
	Name        string       `json:"name"`
	DisplayName string       `json:"display_name,omitempty"`
	Role        account.Role `json:"role"`
	Password    string       `json:"password"`
	MustChange  bool         `json:"must_change_password,omitempty"`
}

// AddUser makes an account.
func (c *Client) AddUser(ctx context.Context, u NewUser) (made account.User, err error) {
	return made, c.send(ctx, http.MethodPost, "/api/users", u, &made)
}

// SetPassword gives a user a new password.
func (c *Client) SetPassword(ctx context.Context, name, password string, mustChange bool) error {
	return c.send(ctx, http.MethodPut, "/api/users/"+url.PathEscape(name)+"/password",
		map[string]any{"password": password, "must_change_password": mustChange}, nil)
}
