// Package journal owns the record of what was played: its entries, one for each play
// of each cluster, the chain that they form, and what can be read out of them.
//
// It guarantees that whatever is done to the record but adding to it is seen: each
// entry holds the hash of the one before, and [Verify] names the first that was altered,
// removed, put in or moved. What an entry is hashed as never changes, so that journals
// of any age verify. What was heard is reckoned from the measurements in it, and never written
// into it.
package journal

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/smart-commune/smart-commune/devices"
)

// AnnouncementID names an announcement.
type AnnouncementID string

// Entry is one line of the journal: one play of one occurrence on one cluster.
type Entry struct {
	Seq          int64             `json:"seq"`
	Commune      devices.CommuneID `json:"commune"`
	Cluster      devices.DeviceID  `json:"cluster"`
	Play         string            `json:"play"` // the device's id of the play
	Occurrence   string            `json:"occurrence"`
	Announcement AnnouncementID    `json:"announcement"`
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

// The hub's own reasons. It appends them to what a device said.
const (
	ReasonOffline    = "offline"          // the command reached no device before its expiry, or no report came of a device that is away
	ReasonNoReport   = "no_report"        // no report came, although the device is there
	ReasonRemoved    = "cluster_removed"  // the cluster stood in the commune no more, and no other was left to sound it
	ReasonCancelled  = "cancelled"        // withdrawn before the device had it
	ReasonClockAhead = "clock_ahead"      // the report comes from the future; its end is when it came
	ReasonNoWords    = "no_words"         // an emergency of which the device has the chime alone
	ReasonExempt     = "emergency_exempt" // an emergency in the quiet hours, which only an emergency may be
	ReasonUnplanned  = "unplanned"        // the hub never planned this occurrence for this cluster
	ReasonUnknown    = "unknown_item"     // the hub knows no such announcement
	ReasonNotDue     = "not_due"          // the hub planned it for later: it cannot have come to its end
	ReasonLeftOut    = "left_out"         // the last of its kind that is written down for a day
	ReasonClockWrong = "clock_wrong"      // the report's own times cannot be; its end is when it came
	ReasonMeasured   = "measured_wrong"   // what was measured cannot be and is left out
)

// Canonical returns the entry as it is hashed and stored: instants in UTC with a
// resolution of a millisecond, and no negative zero, which stores do not keep.
func (e Entry) Canonical() Entry {
	for _, v := range []**float64{&e.LevelDBFS, &e.CurrentA} {
		if *v != nil && **v == 0 {
			*v = new(float64)
		}
	}
	ms := func(t time.Time) time.Time { return time.UnixMilli(t.UnixMilli()).UTC() }
	e.PlannedAt, e.EndedAt, e.RecordedAt = ms(e.PlannedAt), ms(e.EndedAt), ms(e.RecordedAt)
	if e.StartedAt != nil {
		t := ms(*e.StartedAt)
		e.StartedAt = &t
	}
	return e
}

// Chain returns the entry as the one after prev, which is the zero Entry for
// the first.
func (e Entry) Chain(prev Entry) Entry {
	e = e.Canonical()
	e.Seq, e.PrevHash = prev.Seq+1, prev.Hash
	e.Hash = e.sum()
	return e
}

// sum is the hex SHA-256 over the entry before and this entry's content as JSON.
func (e Entry) sum() string {
	e.Hash = ""
	h := sha256.New()
	// Encoding an entry cannot fail: it holds no number that JSON has not.
	_ = json.NewEncoder(h).Encode(e)
	return hex.EncodeToString(h.Sum(nil))
}

// Unasked reports whether the hub remarked that nobody had asked for this play: it
// knows no such announcement, had not planned it, or had planned it for later. Such
// an entry shows what the device said and proves no broadcast.
func (e Entry) Unasked() bool {
	return e.Remarked(ReasonUnknown, ReasonUnplanned, ReasonNotDue)
}

// Unknown reports whether the hub knows no announcement that this is a play of.
func (e Entry) Unknown() bool { return e.Remarked(ReasonUnknown) }

// Remarked reports whether one of the hub's reasons stands in it.
func (e Entry) Remarked(reasons ...string) bool {
	for part := range strings.SplitSeq(e.Reason, ";") {
		if slices.Contains(reasons, strings.TrimSpace(part)) {
			return true
		}
	}
	return false
}
