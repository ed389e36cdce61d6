// Package live owns the read model of the page: one snapshot of the commune as
// it stands, and ordered changes to it.
//
// Every change carries the next sequence number of the model's epoch (one run of
// the hub). A subscriber that knows epoch and sequence goes on from the ring of
// recent changes; one that fell out of the ring, or comes from another epoch,
// gets a new snapshot. A slow subscriber is coalesced and never waited for.
package live

import (
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/camera"
)

// Cluster is a loudspeaker cluster with its state.
type Cluster struct {
	devices.Cluster
	Online bool `json:"online"`
	// Since is when Online last changed; absent when the cluster was never seen.
	Since    *time.Time `json:"since,omitempty"`
	Firmware string     `json:"firmware,omitempty"`
	Model    string     `json:"model,omitempty"`
	PlanHash string     `json:"plan_hash,omitempty"`
	// PlanCurrent says that the cluster holds its newest plan with all its audio.
	PlanCurrent  bool     `json:"plan_current"`
	MissingAudio int      `json:"missing_audio,omitempty"`
	Playing      *Playing `json:"playing,omitempty"`
	// SetVolume is the volume that the cluster itself reports, 0 to 100.
	SetVolume int `json:"set_volume"`
	// MutedUntil is set while the cluster keeps silent by command.
	MutedUntil    *time.Time `json:"muted_until,omitempty"`
	ClockOffsetMS float64    `json:"clock_offset_ms"`
	// Readings are the newest value of each metric.
	Readings map[string]Reading `json:"readings,omitempty"`
}

// Playing is what sounds on a cluster.
type Playing struct {
	Occurrence   string        `json:"occurrence"`
	Announcement string        `json:"announcement"`
	Title        string        `json:"title,omitempty"`
	Level        devices.Level `json:"level"`
	StartedAt    time.Time     `json:"started_at"`
	DurationMS   int64         `json:"duration_ms"`
}

// Reading is the newest value of a metric.
type Reading struct {
	At    time.Time `json:"at"`
	Value float64   `json:"value"`
}

// Camera is a camera with its health.
type Camera struct {
	devices.Camera
	Health camera.Health `json:"health"`
}

// Hub is the state of the hub's own parts.
type Hub struct {
	Version   string    `json:"version"`
	StartedAt time.Time `json:"started_at"`
	Broker    bool      `json:"broker"` // the hub's link to the broker stands
	Influx    Influx    `json:"influx"`
	// Approval is "one-person" or "two-person".
	Approval string `json:"approval" enum:"one-person,two-person"`
	// PublicPage is where everybody reads and listens again: an address, or the
	// path on this hub where the configuration names none; absent while it is off.
	PublicPage string `json:"public_page,omitempty"`
}

// Influx is how forwarding to InfluxDB stands.
type Influx struct {
	Configured bool   `json:"configured"`
	LagPoints  int64  `json:"lag_points"`
	Rejected   int64  `json:"rejected_points"`
	Error      string `json:"error,omitempty"`
}

// Snapshot is the whole commune at one sequence number.
type Snapshot struct {
	Epoch    string            `json:"epoch"`
	Seq      int64             `json:"seq"`
	Now      time.Time         `json:"now"` // the hub's clock, so that the page can show ages
	Commune  devices.Commune   `json:"commune"`
	Villages []devices.Village `json:"villages"`
	Clusters []Cluster         `json:"clusters"`
	Cameras  []Camera          `json:"cameras"`
	// Announcements are those that wait for approval, that are planned, and
	// those decided in the last day.
	Announcements []announce.Announcement `json:"announcements"`
	// Programmes are chosen in the same way.
	Programmes []announce.Programme `json:"programmes"`
	// OnAir are the occurrences that sound or were just sent, with each
	// cluster's delivery; they stay for ten minutes after their end.
	OnAir []announce.Occurrence `json:"on_air"`
	// Next are the next occurrences of the plans, at most 20, soonest first,
	// without deliveries.
	Next []announce.Occurrence `json:"next"`
	Hub  Hub                   `json:"hub"`
}

// Change replaces one part of the snapshot. Exactly one field beside Seq is
// set.
type Change struct {
	Seq int64 `json:"seq"`
	// A whole object takes the place of the one with the same id.
	Cluster      *Cluster               `json:"cluster,omitempty"`
	Camera       *Camera                `json:"camera,omitempty"`
	Announcement *announce.Announcement `json:"announcement,omitempty"`
	Programme    *announce.Programme    `json:"programme,omitempty"`
	OnAir        *announce.Occurrence   `json:"on_air,omitempty"`
	// Next takes the place of the whole list.
	Next *[]announce.Occurrence `json:"next,omitempty"`
	Hub  *Hub                   `json:"hub,omitempty"`
	// Inventory says that villages, clusters or cameras were added, removed or
	// renamed: it takes the place of all three lists.
	Inventory *Inventory `json:"inventory,omitempty"`
}

// Inventory is the three lists of the snapshot.
type Inventory struct {
	Villages []devices.Village `json:"villages"`
	Clusters []Cluster         `json:"clusters"`
	Cameras  []Camera          `json:"cameras"`
}

// Message is one frame that the hub sends over the socket: a snapshot, or
// changes in order, or neither (a heartbeat, every 2 seconds at most).
type Message struct {
	Snapshot *Snapshot `json:"snapshot,omitempty"`
	Changes  []Change  `json:"changes,omitempty"`
	// Now is the hub's clock.
	Now time.Time `json:"now"`
}

// Hello is the one frame that the page sends, first: what it already holds.
// An empty epoch asks for a snapshot.
type Hello struct {
	Epoch string `json:"epoch"`
	Seq   int64  `json:"seq"`
}
