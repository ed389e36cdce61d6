package httpapi

import (
	"context"
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/live"
)

type snapshotOutput struct {
	Body live.Snapshot
}

type changesInput struct {
	Epoch string `query:"epoch" maxLength:"64"`
	Seq   int64  `query:"seq" minimum:"0"`
}

type messageOutput struct {
	Body live.Message
}

// status is the state of the hub in short, for the command line.
type status struct {
	Clusters []clusterStatus `json:"clusters"`
	Cameras  []cameraStatus  `json:"cameras"`
	Broker   bool            `json:"broker" doc:"The hub's link to the broker stands"`
	Store    bool            `json:"store" doc:"The store answers"`
	Influx   influxStatus    `json:"influx"`
}

type clusterStatus struct {
	ID          devices.DeviceID `json:"id"`
	Online      bool             `json:"online"`
	Since       *time.Time       `json:"since,omitempty"`
	PlanHash    string           `json:"plan_hash"`
	PlanCurrent bool             `json:"plan_current"`
}

type cameraStatus struct {
	ID          devices.DeviceID     `json:"id"`
	State       devices.CameraState  `json:"state"`
	Reason      devices.CameraReason `json:"reason"`
	Since       time.Time            `json:"since"`
	FPS         float64              `json:"fps"`
	Bitrate     float64              `json:"bitrate" doc:"kbit/s"`
	LastFrameAt *time.Time           `json:"last_frame_at,omitempty"`
}

type influxStatus struct {
	Configured bool  `json:"configured"`
	LagPoints  int64 `json:"lag_points"`
}

type statusOutput struct {
	Body status
}

func (a *API) registerLive() {
	register(a, operation{id: "snapshot", method: "GET", path: "/api/snapshot", summary: "The commune as it stands",
		access: member}, a.snapshot)
	register(a, operation{id: "changes", method: "GET", path: "/api/changes",
		summary: "What changed since; waits up to a heartbeat. The same as one frame of the socket /ws",
		access:  member}, a.changes)
	register(a, operation{id: "status", method: "GET", path: "/api/status", summary: "The state of everything in short",
		access: member}, a.status)
}

func (a *API) snapshot(context.Context, *none) (*snapshotOutput, error) {
	return &snapshotOutput{wireSnapshot(a.cfg.Live.Snapshot())}, nil
}

func (a *API) changes(ctx context.Context, in *changesInput) (*messageOutput, error) {
	sub := a.cfg.Live.Subscribe(live.Hello{Epoch: in.Epoch, Seq: in.Seq})
	defer sub.Close()
	m, err := sub.Next(ctx)
	return &messageOutput{wireMessage(m)}, err
}

func (a *API) status(context.Context, *none) (*statusOutput, error) {
	s := a.cfg.Live.Snapshot()
	st := status{Clusters: []clusterStatus{}, Cameras: []cameraStatus{}, Broker: s.Hub.Broker, Store: true,
		Influx: influxStatus{s.Hub.Influx.Configured, s.Hub.Influx.LagPoints}}
	if check := a.cfg.Ready["store"]; check != nil {
		st.Store = check() == nil
	}
	for _, c := range s.Clusters {
		st.Clusters = append(st.Clusters, clusterStatus{c.ID, c.Online, c.Since, c.PlanHash, c.PlanCurrent})
	}
	for _, c := range s.Cameras {
		h := c.Health
		st.Cameras = append(st.Cameras, cameraStatus{c.ID, h.State, h.Reason, h.Since, h.FPS, h.BitrateKbps, h.LastFrameAt})
	}
	return &statusOutput{st}, nil
}

func wireMessage(m live.Message) live.Message {
	if m.Snapshot != nil {
		s := wireSnapshot(*m.Snapshot)
		m.Snapshot = &s
	}
	m.Changes = slices.Clone(m.Changes)
	for i, c := range m.Changes {
		m.Changes[i] = wireChange(c)
	}
	return m
}

func wireSnapshot(s live.Snapshot) live.Snapshot {
	s.Villages, s.Clusters, s.Cameras = list(s.Villages), list(s.Clusters), list(s.Cameras)
	s.Announcements = wireAnnouncements(s.Announcements)
	s.Programmes = wireProgrammes(s.Programmes)
	s.OnAir, s.Next = wireOccurrences(s.OnAir), wireOccurrences(s.Next)
	return s
}

func wireChange(c live.Change) live.Change {
	if c.Announcement != nil {
		an := wireAnnouncement(*c.Announcement)
		c.Announcement = &an
	}
	if c.Programme != nil {
		p := wireProgramme(*c.Programme)
		c.Programme = &p
	}
	if c.OnAir != nil {
		o := wireOccurrence(*c.OnAir)
		c.OnAir = &o
	}
	if c.Next != nil {
		next := wireOccurrences(*c.Next)
		c.Next = &next
	}
	if c.Inventory != nil {
		inv := live.Inventory{Villages: list(c.Inventory.Villages), Clusters: list(c.Inventory.Clusters), Cameras: list(c.Inventory.Cameras)}
		c.Inventory = &inv
	}
	return c
}
