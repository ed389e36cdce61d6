// Package announce owns announcements: what is to be said, where and when, who
// made it and who approved it; the plan of the next days compiled from them for
// each cluster; the commands for what must sound now; and the journal that
// proves what was heard.
//
// It guarantees that nothing sounds that was not approved, that a plan reaches
// a cluster ahead of time (no timer here fires an announcement), and that each
// play of each cluster stands in the journal once.
package announce

import (
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
)

// ID names an announcement: "tb-" and a ULID in lower case.
type ID string

// State is how far an announcement has come.
type State string

// The states of an announcement.
const (
	Submitted State = "submitted" // waits for approval
	Returned  State = "returned"  // sent back by the approver with a remark
	Scheduled State = "scheduled" // approved; in the plans or on air
	Done      State = "done"      // its last occurrence is over
	Cancelled State = "cancelled" // withdrawn or stopped by a person
)

// WhenKind is the shape of a schedule.
type WhenKind string

// The shapes of a schedule.
const (
	Now    WhenKind = "now"
	Once   WhenKind = "once"
	Daily  WhenKind = "daily"
	Weekly WhenKind = "weekly"
)

// When says when an announcement sounds. Times of day are in the commune's zone.
type When struct {
	Kind WhenKind `json:"kind" enum:"now,once,daily,weekly"`
	// At is the instant of a single occurrence (once).
	At *time.Time `json:"at,omitempty"`
	// Time is "HH:MM" (daily, weekly).
	Time string `json:"time,omitempty"`
	// Days are ISO weekdays, 1 Monday to 7 Sunday (weekly).
	Days []int `json:"days,omitempty"`
	// From and Until are the first and the last day, "2006-01-02" (daily,
	// weekly). From defaults to today, Until to no end.
	From  string `json:"from,omitempty"`
	Until string `json:"until,omitempty"`
}

// Target is where an announcement sounds: everywhere, in some villages, on some
// clusters, or a mix of the latter two.
type Target struct {
	All      bool                `json:"all,omitempty"`
	Villages []devices.VillageID `json:"villages,omitempty"`
	Clusters []devices.DeviceID  `json:"clusters,omitempty"`
}

// Draft is what a person asks for.
type Draft struct {
	Title string        `json:"title,omitempty"`
	Level devices.Level `json:"level"`
	// Text is spoken by text to speech; empty when Audio is given.
	Text string `json:"text,omitempty"`
	// Audio is the SHA-256 of audio already in the media store; empty when Text
	// is given.
	Audio  string `json:"audio,omitempty"`
	Target Target `json:"target"`
	When   When   `json:"when"`
}

// Announcement is a draft with all that has happened to it.
type Announcement struct {
	ID ID `json:"id"`
	Draft
	Sound     protocol.Audio     `json:"sound"`
	State     State              `json:"state"`
	Remark    string             `json:"remark,omitempty"`
	CreatedBy string             `json:"created_by"`
	CreatedAt time.Time          `json:"created_at"`
	DecidedBy string             `json:"decided_by,omitempty"`
	DecidedAt *time.Time         `json:"decided_at,omitempty"`
	Clusters  []devices.DeviceID `json:"clusters"` // the targets, resolved when it was approved (before that: as they would be)
}

// Entry is one line of the journal: one play of one occurrence on one cluster.
type Entry struct {
	Seq          int64             `json:"seq"`
	Commune      devices.CommuneID `json:"commune"`
	Cluster      devices.DeviceID  `json:"cluster"`
	Play         string            `json:"play"` // the device's id of the play
	Occurrence   string            `json:"occurrence"`
	Announcement ID                `json:"announcement"`
	Title        string            `json:"title,omitempty"`
	PlannedAt    time.Time         `json:"planned_at"`
	StartedAt    *time.Time        `json:"started_at,omitempty"`
	EndedAt      time.Time         `json:"ended_at"`
	Result       devices.Result    `json:"result"`
	Reason       string            `json:"reason,omitempty"`
	LevelDBFS    *float64          `json:"level_dbfs,omitempty"`
	CurrentA     *float64          `json:"current_a,omitempty"`
	RecordedAt   time.Time         `json:"recorded_at"`
	// PrevHash and Hash chain the entries: Hash is the hex SHA-256 over PrevHash
	// and the entry's own content.
	PrevHash string `json:"prev_hash"`
	Hash     string `json:"hash"`
}

// Delivery is how one cluster stands with one occurrence of an announcement.
type Delivery struct {
	Cluster devices.DeviceID `json:"cluster"`
	// State is pending, received, playing, or one of the results of a play.
	State  string `json:"state" enum:"pending,received,playing,played,failed,missed,interrupted,stopped"`
	Reason string `json:"reason,omitempty"`
	Entry  *Entry `json:"entry,omitempty"`
}

// Occurrence is one sounding of an announcement, with its clusters.
type Occurrence struct {
	ID           string        `json:"id"`
	Announcement ID            `json:"announcement"`
	Title        string        `json:"title"`
	Level        devices.Level `json:"level"`
	Start        time.Time     `json:"start"`
	DurationMS   int64         `json:"duration_ms"`
	Deliveries   []Delivery    `json:"deliveries"`
}

// Over reports whether nothing of the announcement will sound any more.
func (a Announcement) Over() bool {
	return a.State == Done || a.State == Cancelled || a.State == Returned
}
