// Package report owns the monthly report: for the commune, each village and each
// cluster, what was to sound, what sounded, what did not and why.
//
// It is a pure function of the journal, of what was planned and of what stands
// in the commune, so that anybody can reckon its figures again. It guarantees
// that every figure of a village is the sum over its clusters, and that of the
// commune the sum over its villages.
//
// # What is counted
//
// A play is one occurrence on one cluster; the newest entry of the journal says what
// became of it. It counts as one of four, see [devices.CountOf]:
//
//   - in full: it sounded from its beginning to its end. What is repeated until a
//     person stops it, as an alarm is, when all of it was heard at least once.
//   - in part: a person stopped it while it sounded, before it was heard whole. What
//     was interrupted and is then stopped before it goes on has sounded in part, too.
//   - not played: it was interrupted by something else than a person and not made up
//     for, failed, was missed, or no cluster told of it.
//   - withdrawn: a person stopped it before it sounded. Nobody waits for it.
//
// The first three were expected, the last was not. The share played in full, here
// called coverage, is in full ÷ expected. It means the same in the journal, on the
// overview, in the calendar, in this report and in all its files.
package report

import (
	"fmt"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// Month is a month of the commune's calendar, such as 2026-11.
type Month struct {
	Year  int
	Month time.Month
}

// ParseMonth reads "2026-11", of the years 2000 to 2100.
func ParseMonth(s string) (Month, error) {
	t, err := time.Parse("2006-01", s)
	if err != nil || t.Year() < 2000 || t.Year() > 2100 {
		return Month{}, fmt.Errorf("%.20q is no month: write it as 2026-11", s)
	}
	return Month{t.Year(), t.Month()}, nil
}

// MonthOf is the month of an instant where the commune is.
func MonthOf(t time.Time, zone *time.Location) Month {
	t = t.In(zone)
	return Month{t.Year(), t.Month()}
}

// String returns what [ParseMonth] reads.
func (m Month) String() string { return fmt.Sprintf("%04d-%02d", m.Year, int(m.Month)) }

// Span is the month in a zone, [from, to).
func (m Month) Span(zone *time.Location) (from, to time.Time) {
	return time.Date(m.Year, m.Month, 1, 0, 0, 0, 0, zone), time.Date(m.Year, m.Month+1, 1, 0, 0, 0, 0, zone)
}

// Play is one entry of the journal, as far as a report needs it.
type Play struct {
	Seq          int64
	Cluster      devices.DeviceID
	Occurrence   string
	Announcement string
	Title        string
	PlannedAt    time.Time
	StartedAt    *time.Time // nil when nothing sounded
	EndedAt      time.Time
	Result       devices.Result
	Reason       string
	// Unplanned is set for what a device says to have played without having been told
	// to, or before it was due; Unknown beside it for what the hub does not know at all.
	Unplanned bool
	Unknown   bool
	// Unheard is set for a play that came to its end but was too quiet.
	Unheard bool
}

// Expectation is an occurrence that was let out to sound.
type Expectation struct {
	Occurrence   string
	Announcement string
	Start        time.Time
	// Over is the instant by which every cluster must have played it, or never
	// will.
	Over time.Time
	// Clusters are those on which it was to sound; nil for the targets of its
	// announcement.
	Clusters []devices.DeviceID
}

// Announcement is what a report says of an announcement.
type Announcement struct {
	Title    string
	Level    devices.Level
	Clusters []devices.DeviceID // its targets
}

// Head is the newest entry of the journal, printed so that a later change of the
// journal can be found out.
type Head struct {
	Seq  int64  `json:"seq"`
	Hash string `json:"hash"`
}

// Sources is all that a report is made from.
type Sources struct {
	Month Month
	Zone  *time.Location
	Now   time.Time
	// Inventory is what stood in the commune at the end of the month, as it was
	// called then; Gone are the clusters that had stood there before.
	Inventory     devices.Inventory
	Gone          []devices.Cluster
	Announcements map[string]Announcement // by id
	// Expected are the occurrences of the month that were let out.
	Expected []Expectation
	// Plays are the entries of the journal that were planned in the month, in its
	// order, also those that a later one has taken the place of.
	Plays []Play
	Head  Head
}

// Report is the report of one month.
type Report struct {
	Month       string          `json:"month" doc:"Of the commune's calendar" example:"2026-11"`
	Commune     devices.Commune `json:"commune"`
	From        time.Time       `json:"from"`
	Until       time.Time       `json:"until" doc:"The end of the month, or when the report was made"`
	Complete    bool            `json:"complete" doc:"False while the month is not over"`
	GeneratedAt time.Time       `json:"generated_at"`
	Head        Head            `json:"journal_head" doc:"The newest entry of the journal; hub journal verify --head SEQ:HASH compares it"`

	Total    Figures        `json:"total"`
	Villages []VillageLine  `json:"villages"`
	Levels   []LevelLine    `json:"levels"`
	Failures []FailureLine  `json:"failures" doc:"Why plays did not come to their end, the most frequent first"`
	NotHeard []NotHeardLine `json:"not_heard" doc:"Plays that came to their end but were too quiet"`
	Items    []ItemLine     `json:"items" doc:"Every announcement of the month"`
}

// Figures count the plays of one place. A play is one occurrence on one cluster;
// the newest entry of the journal says how it ended.
//
//	Expected  = Played + InPart + NotPlayed
//	NotPlayed = Interrupted + Failed + Missed + Unreported
type Figures struct {
	Announcements int `json:"announcements" doc:"Different announcements"`
	Occurrences   int `json:"occurrences" doc:"Different occurrences of them"`
	Expected      int `json:"expected" doc:"Plays that should have sounded"`
	Played        int `json:"played" doc:"Plays in full: heard from beginning to end at least once"`
	InPart        int `json:"in_part" doc:"Plays in part: stopped by a person while they sounded, before they were heard whole"`
	Interrupted   int `json:"interrupted" doc:"Cut short by something more urgent or a loss of power, and not made up for"`
	Failed        int `json:"failed"`
	Missed        int `json:"missed"`
	Unreported    int `json:"unreported" doc:"Planned, with no word of the cluster about it"`
	Withdrawn     int `json:"withdrawn" doc:"Stopped by a person before they sounded; not in expected"`
	Unplanned     int `json:"unplanned" doc:"Plays that nobody had planned; in nothing else but seconds, and not there if the hub knows no such announcement"`
	NotHeard      int `json:"not_heard" doc:"Of those played"`
	// Seconds is the time on air: from start to end of every play in the journal,
	// whether or not it came to its end, and once what two entries tell of. Each play counts with whole seconds, so that
	// what is shown of the parts adds up to what is shown of the whole.
	Seconds int64 `json:"seconds" doc:"Time on air, the sum over clusters"`
	// Coverage is Played ÷ Expected; nil when nothing was expected.
	Coverage *float64 `json:"coverage" doc:"The share played in full: played / expected, null when nothing was expected"`
}

// NotPlayed is how many expected plays did not sound, or were cut by no person's wish.
func (f Figures) NotPlayed() int { return f.Interrupted + f.Failed + f.Missed + f.Unreported }

// VillageLine is one village. A village without an id holds clusters that stood in
// the commune no longer at the end of the month.
type VillageLine struct {
	ID   devices.VillageID `json:"id"`
	Name string            `json:"name"`
	Figures
	Clusters []ClusterLine `json:"clusters"`
}

// ClusterLine is one cluster.
type ClusterLine struct {
	ID   devices.DeviceID `json:"id"`
	Name string           `json:"name"`
	Figures
}

// LevelLine is one level of urgency.
type LevelLine struct {
	Level devices.Level `json:"level"`
	Figures
}

// FailureLine is one reason for plays that did not come to their end.
type FailureLine struct {
	Result   string             `json:"result" enum:"interrupted,failed,missed,unreported"`
	Reason   string             `json:"reason" doc:"As the journal has it, without remarks"`
	Words    problem.Words      `json:"words"`
	Plays    int                `json:"plays"`
	Clusters []devices.DeviceID `json:"clusters"`
}

// NotHeardLine is a play that was too quiet.
type NotHeardLine struct {
	Cluster   devices.DeviceID `json:"cluster"`
	Name      string           `json:"name"`
	Village   string           `json:"village"`
	Title     string           `json:"title"`
	PlannedAt time.Time        `json:"planned_at"`
}

// ItemLine is one announcement.
type ItemLine struct {
	ID    string        `json:"id"`
	Title string        `json:"title"`
	Level devices.Level `json:"level"`
	First time.Time     `json:"first" doc:"Its first occurrence in the month"`
	Figures
}
