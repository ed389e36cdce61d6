package devices

import "strings"

// HeardWhole stands in the reason of a play that a person stopped after all of it had
// been heard at least once: an alarm is repeated until somebody stops it.
const HeardWhole = "heard_whole"

// Count is how a play counts wherever plays are counted: in the report and its files,
// in the journal, the calendar and the day's sum. The doc of hub/report says what
// each of them means.
type Count string

// The counts of a play.
const (
	InFull    Count = "in_full"    // heard from its beginning to its end at least once
	InPart    Count = "in_part"    // a person stopped it while it sounded, before it was heard whole
	NotPlayed Count = "not_played" // it should have sounded and did not, or was cut by no person's wish
	Withdrawn Count = "withdrawn"  // a person stopped it before it sounded: it is owed by nobody
)

// CountOf is how a play counts that ended with a result, for a reason, and had or had
// not sounded.
func CountOf(r Result, sounded bool, reason string) Count {
	switch {
	case r == Played:
		return InFull
	case r != Stopped:
		return NotPlayed
	case !sounded:
		return Withdrawn
	}
	for part := range strings.SplitSeq(reason, ";") {
		if strings.TrimSpace(part) == HeardWhole {
			return InFull
		}
	}
	return InPart
}
