package schedule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/teambition/rrule-go"
)

// farthest bounds how far ahead anything may be planned.
const farthest = 2 * 366 * 24 * time.Hour

// ParseClock reads a time of day, "05:30". It is strict so that a slip of the
// keyboard does not wake a village at night.
func ParseClock(s string) (hour, minute int, err error) {
	h, m, ok := strings.Cut(s, ":")
	if !ok || len(h) != 2 || len(m) != 2 {
		return 0, 0, fmt.Errorf("%.20q is no time of day: use HH:MM", s)
	}
	hour, herr := strconv.Atoi(h)
	minute, merr := strconv.Atoi(m)
	if herr != nil || merr != nil || h[0] == '+' || h[0] == '-' || m[0] == '+' || m[0] == '-' || hour > 23 || minute > 59 {
		return 0, 0, fmt.Errorf("%.20q is no time of day: 00:00 to 23:59 are possible", s)
	}
	return hour, minute, nil
}

// isoDays are the weekdays of RFC 5545 by ISO number less one.
var isoDays = [...]rrule.Weekday{rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA, rrule.SU}

// RRULE returns the schedule as the lines DTSTART and RRULE of an iCalendar
// event (RFC 5545) in the commune's zone. A single occurrence has DTSTART alone,
// what sounds now has neither.
func (w When) RRULE(loc *time.Location) (string, error) {
	switch w.Kind {
	case Now, InProgramme:
		return "", nil
	case Once:
		return "DTSTART:" + w.At.UTC().Format("20060102T150405Z"), nil
	}
	opt, err := w.option(loc)
	if err != nil {
		return "", err
	}
	return opt.String(), nil
}

// Starts returns the instants in [from, to) at which a checked schedule begins,
// soonest first, each once. What sounds now has none: it is a command, not a plan.
func (w *When) Starts(from, to time.Time, loc *time.Location) []time.Time {
	if w.Kind == Daily || w.Kind == Weekly {
		return w.dayStarts(from, to, loc)
	}
	var out []time.Time
	for _, o := range w.occurrences(from, to, loc) {
		if n := len(out); n == 0 || !out[n-1].Equal(o.at) {
			out = append(out, o.at)
		}
	}
	return out
}

// dayStarts are the starts of a daily or weekly schedule, as most are. Walking the
// days is a hundred times quicker than the general way, which gives the same.
func (w *When) dayStarts(from, to time.Time, loc *time.Location) []time.Time {
	hour, minute, err := ParseClock(w.Time)
	first, ferr := time.ParseInLocation(DayFormat, w.From, loc)
	if err != nil || ferr != nil {
		return nil // a checked schedule has both
	}
	if w.Until != "" {
		last, err := time.ParseInLocation(DayFormat, w.Until, loc)
		if err != nil {
			return nil
		}
		y, m, d := last.Date()
		if end := time.Date(y, m, d+1, 0, 0, 0, 0, loc); end.Before(to) {
			to = end
		}
	}
	begin := from
	if begin.Before(first) {
		begin = first
	}
	if !begin.Before(to) {
		return nil
	}
	out := make([]time.Time, 0, int(to.Sub(begin).Hours()/24)+2)
	for y, m, d := begin.In(loc).Date(); ; d++ {
		t := time.Date(y, m, d, hour, minute, 0, 0, loc)
		switch {
		case !t.Before(to):
			return out
		case !t.Before(from) && (w.Kind == Daily || slices.Contains(w.Days, isoDay(t))):
			out = append(out, t.UTC())
		}
	}
}

// FirstStarts returns at most n starts from the instant on.
func (w When) FirstStarts(from time.Time, n int, loc *time.Location) []time.Time {
	if w.Kind == Now || w.Kind == InProgramme {
		return nil
	}
	var out []time.Time
	// A week holds at least one start of every series that goes on.
	for span := 8 * 24 * time.Hour; len(out) < n && span <= 4*farthest; span *= 4 {
		out = w.Starts(from, from.Add(span), loc)
	}
	return out[:min(n, len(out))]
}
