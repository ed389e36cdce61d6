// Package announce owns announcements: what is to be said, where and when, who
// made it and who approved it; the plan of the next days compiled from them for
// each cluster; the commands for what must sound now; and what is written into the
// journal, which proves what was heard.
//
// It guarantees that nothing sounds that was not approved, that a plan reaches
// a cluster ahead of time (no timer here fires an announcement), that what several
// clusters say in a programme they say at the same instant, that programmes which
// meet sound one after another, and that each play of each cluster stands in the
// journal once.
//
// A target stays what a person said: the whole commune, villages, clusters. On which
// clusters it sounds is told by where they stand at the time.
package announce

import (
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

// ID names an announcement: "tb-" and a ULID in lower case. The journal knows it
// without knowing announcements.
type ID = journal.AnnouncementID

// State is how far an announcement has come.
type State string

// The states of an announcement.
const (
	Drafted   State = "draft"     // kept to be gone on with; nobody is asked for anything
	Submitted State = "submitted" // waits for approval
	Returned  State = "returned"  // sent back by the approver with a remark
	Approved  State = "approved"  // approved content that programmes may take up
	Scheduled State = "scheduled" // approved; in the plans or on air
	Done      State = "done"      // its last occurrence is over
	Cancelled State = "cancelled" // withdrawn or stopped by a person
)

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
	// Language is the BCP 47 tag of what is said. It defaults to "vi".
	Language string `json:"language,omitempty"`
	// Text is spoken by text to speech; empty when Audio is given.
	Text string `json:"text,omitempty"`
	// Audio is the SHA-256 of audio already in the media store; empty when Text
	// is given.
	Audio string `json:"audio,omitempty"`
	// Versions say the same in further languages, one after another behind the
	// first.
	Versions []Version     `json:"versions,omitempty"`
	Target   Target        `json:"target"`
	When     schedule.When `json:"when"`

	// ValidFrom and ValidUntil are the first and the last day on which it may
	// sound, "2006-01-02"; empty for no bound.
	ValidFrom  string `json:"valid_from,omitempty"`
	ValidUntil string `json:"valid_until,omitempty"`
	Source     Source `json:"source,omitzero"`

	// Opening and Closing are the chimes around it, empty for none.
	Opening Chime `json:"opening,omitempty"`
	Closing Chime `json:"closing,omitempty"`
	// Repeat is how often all versions are said, 1 to 10. It defaults to 1.
	Repeat int `json:"repeat,omitempty"`
	// GapS is the silence between two repetitions, 1 to 7200 s. It defaults to
	// [DefaultGapS].
	GapS int `json:"gap_s,omitempty"`
	// OnInterrupted is what becomes of it when something more urgent cuts in. It
	// defaults to restart.
	OnInterrupted devices.Fate `json:"on_interrupted,omitempty"`
	// Order is its place among equals that meet, lower first, -1000 to 1000.
	Order int `json:"order,omitempty"`
}

// Version says an announcement in one more language.
type Version struct {
	Language string `json:"language"`
	Text     string `json:"text,omitempty"`
	Audio    string `json:"audio,omitempty"`
}

// Source is who answers for what is said.
type Source struct {
	Signer   string `json:"signer,omitempty"`
	Document string `json:"document,omitempty"` // number of the official document
}

// Chime names a signal around announcements.
type Chime string

// The chimes of the hub.
const (
	NoChime        Chime = ""
	OpeningChime   Chime = "opening"
	ClosingChime   Chime = "closing"
	EmergencyChime Chime = "emergency"
)

// Announcement is a draft with all that has happened to it.
type Announcement struct {
	ID ID `json:"id"`
	// Revision counts what was written, from 1: whoever approves names the one that
	// they have listened to.
	Revision int `json:"revision,omitempty"`
	Draft
	Sound protocol.Audio `json:"sound"`
	// VersionSounds are the sounds of Versions.
	VersionSounds []protocol.Audio `json:"version_sounds,omitempty"`
	// OpeningSound and ClosingSound are those of the chimes.
	OpeningSound *protocol.Audio `json:"opening_sound,omitempty"`
	ClosingSound *protocol.Audio `json:"closing_sound,omitempty"`
	State        State           `json:"state"`
	Remark       string          `json:"remark,omitempty"`
	CreatedBy    string          `json:"created_by"`
	CreatedAt    time.Time       `json:"created_at"`
	// EditedBy are those who changed it beside its creator; none of them may be
	// the second person who approves it.
	EditedBy  []string   `json:"edited_by,omitempty"`
	DecidedBy string     `json:"decided_by,omitempty"`
	DecidedAt *time.Time `json:"decided_at,omitempty"`
	// Clusters are those that the target means now; those that it meant when it went
	// out at once, or when it was over.
	Clusters []devices.DeviceID `json:"clusters"`
	// Gone is what of the target stands nowhere any more: nothing sounds there.
	Gone *Target `json:"gone,omitempty"`

	// ApprovedAt is when it was let out.
	ApprovedAt *time.Time `json:"approved_at,omitempty"`
	// Earlier are the schedules that it had before they were edited, oldest first.
	Earlier []Earlier `json:"earlier,omitempty"`
	// Override is what stood against it when it was let out in spite of that.
	Override *Override `json:"override,omitempty"`

	// Proposed is an edit of its schedule that waits for approval.
	Proposed *Proposal `json:"proposed,omitempty"`
	// Follows is the announcement of which this one is the later part.
	Follows ID `json:"follows,omitempty"`

	// Alert is set for an emergency that is repeated until somebody stops it.
	Alert *Alert `json:"alert,omitempty"`
	// StoppedOn are the clusters on which somebody stopped what sounds now, while
	// it goes on elsewhere.
	StoppedOn []devices.DeviceID `json:"stopped_on,omitempty"`
}

// Delivery is how one cluster stands with one occurrence of an announcement.
type Delivery struct {
	Cluster devices.DeviceID `json:"cluster"`
	// State is pending, received, playing, or one of the results of a play.
	State  string         `json:"state" enum:"pending,received,playing,played,failed,missed,interrupted,stopped,unreported"`
	Reason string         `json:"reason,omitempty"`
	Entry  *journal.Entry `json:"entry,omitempty"`
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
	// Programme is the programme of which it is a piece, empty for none.
	Programme ProgrammeID `json:"programme,omitempty"`
}

// Over reports whether nothing of the announcement will sound any more.
func (a Announcement) Over() bool {
	return a.State == Done || a.State == Cancelled || a.State == Returned
}

// Sounds are the SHA-256 of all audio that the announcement refers to.
func (a Announcement) Sounds() (all []string) {
	sounds := append([]protocol.Audio{{SHA256: a.Audio}, a.Sound}, a.VersionSounds...)
	for _, v := range a.Versions {
		sounds = append(sounds, protocol.Audio{SHA256: v.Audio})
	}
	for _, chime := range []*protocol.Audio{a.OpeningSound, a.ClosingSound} {
		if chime != nil {
			sounds = append(sounds, *chime)
		}
	}
	for _, s := range sounds {
		if s.SHA256 != "" {
			all = append(all, s.SHA256)
		}
	}
	return all
}
