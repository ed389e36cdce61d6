// Package schedule owns when something sounds: a single instant, a daily or weekly
// time, a recurrence by RFC 5545 with its exceptions, kept to or off days of the
// lunar calendar, or a campaign spread over a week; what becomes of a series when
// one occurrence, those from it on or all are edited; and how it is said in words.
//
// It is pure: it reads no clock and no store. Times of day are those of the
// commune's zone, which every call is given; instants come back in UTC. Where clocks
// are put forward over a time of day, that day's start is an hour later by the clock;
// a time that comes twice counts the first time alone.
package schedule

import "time"

// The forms of local days and local instants in a schedule.
const (
	DayFormat   = "2006-01-02"
	LocalFormat = "2006-01-02T15:04"
)

// Kind is the shape of a schedule.
type Kind string

// The shapes of a schedule.
const (
	Now    Kind = "now"
	Once   Kind = "once"
	Daily  Kind = "daily"
	Weekly Kind = "weekly"
	// InProgramme has no time of its own: programmes take the announcement up
	// while it is valid.
	InProgramme Kind = "programme"
	// Rule is a recurrence by RFC 5545 with its exceptions.
	Rule Kind = "rule"
)

// When says when an announcement sounds. Times of day are in the commune's zone.
type When struct {
	Kind Kind `json:"kind" enum:"now,once,daily,weekly,rule,programme"`
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

	// Start is the local beginning of a rule, "2026-11-22T05:30", from which its
	// days and time of day are taken where RRule does not name them (rule).
	Start string `json:"start,omitempty"`
	// RRule is the value of an RRULE (RFC 5545); empty for Start and Extra alone
	// (rule). A daily one is taken for a campaign and for lunar days.
	RRule string `json:"rrule,omitempty"`
	// Except are days, "2026-11-22", and single starts, "2026-11-22T05:30", that
	// are left out (daily, weekly, rule). With this or one of the next three, a daily
	// or weekly schedule is kept as the rule that says the same.
	Except []string `json:"except,omitempty"`
	// Extra are local starts besides those of the rule (daily, weekly, rule).
	Extra []string `json:"extra,omitempty"`
	// Moved are starts that sound at another time (daily, weekly, rule).
	Moved []Move `json:"moved,omitempty"`
	// Lunar keeps a series to lunar days or off them (daily, weekly, rule).
	Lunar *Lunar `json:"lunar,omitempty"`
	// Spread makes the rule a campaign (rule).
	Spread *Spread `json:"spread,omitempty"`
}

// Lunar restricts a schedule by the Vietnamese lunar calendar.
type Lunar struct {
	// Only are the lunar days on which it sounds; empty means every day.
	Only []LunarDay `json:"only,omitempty"`
	// Except are the lunar days on which it does not.
	Except []LunarDay `json:"except,omitempty"`
}

// LunarDay is a day of every lunar month or, with Month, of every lunar year.
type LunarDay struct {
	// Month is 1 to 12; 0 means every month, leap months included.
	Month int `json:"month,omitempty" minimum:"0" maximum:"12"`
	// Day is 1 to 30, or -1 for the last day of the month.
	Day int `json:"day" minimum:"-1" maximum:"30"`
}

// Move puts one start of a schedule elsewhere. Both are local, "2026-11-22T05:30";
// From is where the rule has it.
type Move struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Spread makes a campaign of a rule: the rule gives the days that may be used,
// and each week (Monday to Sunday) has so many soundings, spread evenly over its
// days and turn by turn over the slots.
type Spread struct {
	TimesPerWeek int `json:"times_per_week" minimum:"1" maximum:"100"`
	// Slots are times of day, "05:30".
	Slots []string `json:"slots"`
}
