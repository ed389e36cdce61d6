package announce

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/teambition/rrule-go"
)

const dayFormat = "2006-01-02"

// farthest bounds how far ahead anything may be planned.
const farthest = 2 * 366 * 24 * time.Hour

// parseClock reads a time of day, "05:30". It is strict so that a slip of the
// keyboard does not wake a village at night.
func parseClock(s string) (hour, minute int, err error) {
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

// rule is the RFC 5545 form of a checked daily or weekly schedule.
func (w When) rule(loc *time.Location) (*rrule.RRule, error) {
	hour, minute, err := parseClock(w.Time)
	if err != nil {
		return nil, err
	}
	first, err := time.ParseInLocation(dayFormat, w.From, loc)
	if err != nil {
		return nil, err
	}
	y, m, d := first.Date()
	opt := rrule.ROption{Freq: rrule.DAILY, Dtstart: time.Date(y, m, d, hour, minute, 0, 0, loc)}
	if w.Until != "" {
		last, err := time.ParseInLocation(dayFormat, w.Until, loc)
		if err != nil {
			return nil, err
		}
		y, m, d := last.Date()
		opt.Until = time.Date(y, m, d, 23, 59, 59, 0, loc)
	}
	if w.Kind == Weekly {
		opt.Freq = rrule.WEEKLY
		for _, day := range w.Days {
			if day < 1 || day > 7 {
				return nil, fmt.Errorf("%d is no weekday", day)
			}
			opt.Byweekday = append(opt.Byweekday, isoDays[day-1])
		}
	}
	return rrule.NewRRule(opt)
}

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
	r, err := w.rule(loc)
	if err != nil {
		return "", err
	}
	return r.String(), nil
}

// starts returns the instants in [from, to) at which a checked schedule begins,
// soonest first. What sounds now has none: it is a command, not a plan.
func (w When) starts(from, to time.Time, loc *time.Location) []time.Time {
	switch w.Kind {
	case Now, InProgramme:
		return nil
	case Once:
		if w.At.Before(from) || !w.At.Before(to) {
			return nil
		}
		return []time.Time{w.At.UTC()}
	}
	r, err := w.rule(loc)
	if err != nil {
		return nil // a checked schedule has a rule
	}
	// The rule repeats every day or week, so that it may as well begin shortly
	// before the window: an old series costs no more than a young one.
	if begin := r.GetDTStart(); begin.Before(from) {
		weeks := int(from.Sub(begin).Hours()/24/7) - 1
		if weeks > 0 {
			r.DTStart(begin.AddDate(0, 0, 7*weeks))
		}
	}
	var out []time.Time
	next := r.Iterator()
	for t, ok := next(); ok && t.Before(to); t, ok = next() {
		if !t.Before(from) {
			out = append(out, t.UTC())
		}
	}
	return out
}

// firstStarts returns at most n starts from the instant on.
func (w When) firstStarts(from time.Time, n int, loc *time.Location) []time.Time {
	if w.Kind == Now {
		return []time.Time{from.Add(lead)}
	}
	if w.Kind == InProgramme {
		return nil
	}
	var out []time.Time
	// A week holds at least one start of every series that goes on.
	for span := 8 * 24 * time.Hour; len(out) < n && span <= 4*farthest; span *= 4 {
		out = w.starts(from, from.Add(span), loc)
	}
	return out[:min(n, len(out))]
}
