package schedule

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/teambition/rrule-go"
)

const (
	// minApart is the shortest time between two starts of one schedule.
	minApart = 5 * time.Minute
	// maxStarts is how many starts a schedule may have in two years.
	maxStarts = 50_000
	// maxCount bounds COUNT, so that a series with an end is quick to walk.
	maxCount = 10_000
	// maxInterval bounds INTERVAL.
	maxInterval = 1000
	// maxRRule is the longest RRULE, in bytes.
	maxRRule = 500
	// maxExceptions bounds each list of exceptions.
	maxExceptions = 400
)

// rruleShape is what an RRULE may be written with.
var rruleShape = regexp.MustCompile(`^[A-Z0-9;=,+-]*$`)

// parseRRULE reads the value of an RRULE for a series that begins at start. It
// takes in what a loudspeaker can have sensibly, and says why it refuses the rest.
func parseRRULE(s string, start time.Time) (rrule.ROption, error) {
	fail := func(format string, args ...any) (rrule.ROption, error) {
		return rrule.ROption{}, fmt.Errorf(format, args...)
	}
	s = strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(s)), "RRULE:")
	if s == "" {
		return rrule.ROption{Freq: rrule.DAILY, Count: 1, Dtstart: start}, nil
	}
	if len(s) > maxRRule {
		return fail("the rule has %d characters, at most %d are accepted", len(s), maxRRule)
	}
	if !rruleShape.MatchString(s) {
		return fail("only letters, digits and ; = , + - belong into a rule")
	}
	seen := map[string]bool{}
	for part := range strings.SplitSeq(s, ";") {
		key, value, _ := strings.Cut(part, "=")
		if seen[key] {
			return fail("%s stands there twice", key)
		}
		seen[key] = true
		switch {
		case key == "DTSTART", key == "BYSECOND", key == "BYEASTER":
			return fail("%s cannot be used here", key)
		case (key == "COUNT" || key == "INTERVAL") && strings.TrimLeft(value, "0") == "":
			return fail("%s must be 1 or more", key)
		}
	}
	parsed, err := rrule.StrToROptionInLocation(s, start.Location())
	if err != nil {
		return fail("%w", err)
	}
	opt := *parsed
	opt.Dtstart = start
	if opt.Interval == 1 {
		opt.Interval = 0
	}
	if i := strings.Index(s, "UNTIL="); i >= 0 {
		value, _, _ := strings.Cut(s[i+len("UNTIL="):], ";")
		if len(value) == len(rrule.DateFormat) {
			y, m, d := opt.Until.Date() // the whole of the last day
			opt.Until = time.Date(y, m, d, 23, 59, 59, 0, start.Location())
		}
	}
	if err := checkParts(opt, seen); err != nil {
		return rrule.ROption{}, err
	}
	if _, err := rrule.NewRRule(opt); err != nil {
		return fail("%w", err)
	}
	return opt, nil
}

func checkParts(opt rrule.ROption, has map[string]bool) error {
	nth := slices.ContainsFunc(opt.Byweekday, func(d rrule.Weekday) bool { return d.N() != 0 })
	step := opt.Freq == rrule.HOURLY || opt.Freq == rrule.MINUTELY
	switch {
	case opt.Freq == rrule.SECONDLY, opt.Freq == rrule.MINUTELY && opt.Interval < int(minApart/time.Minute):
		return errTooOften
	case opt.Interval < 0 || opt.Interval > maxInterval:
		return fmt.Errorf("INTERVAL is %d, 1 to %d are accepted", opt.Interval, maxInterval)
	case opt.Count < 0 || opt.Count > maxCount:
		return fmt.Errorf("COUNT is %d, 1 to %d are accepted", opt.Count, maxCount)
	case opt.Count > 0 && !opt.Until.IsZero():
		return errors.New("COUNT and UNTIL exclude each other")
	case nth && opt.Freq != rrule.MONTHLY && opt.Freq != rrule.YEARLY:
		return errors.New("a numbered BYDAY needs FREQ=MONTHLY or YEARLY")
	case (has["BYWEEKNO"] || has["BYYEARDAY"]) && opt.Freq != rrule.YEARLY:
		return errors.New("BYWEEKNO and BYYEARDAY need FREQ=YEARLY")
	case step && (has["BYSETPOS"] || has["BYYEARDAY"] || has["BYWEEKNO"]):
		return errors.New("BYSETPOS does not go with FREQ=HOURLY or MINUTELY")
	case has["BYSETPOS"] && !(has["BYDAY"] || has["BYMONTH"] || has["BYMONTHDAY"] || has["BYYEARDAY"] || has["BYWEEKNO"] || has["BYHOUR"] || has["BYMINUTE"]):
		return errors.New("BYSETPOS needs another BY part")
	}
	return nil
}

// errTooOften says that a rule would make the loudspeakers sound without a break.
var errTooOften = errors.New("it sounds more often than every 5 minutes")

// option is the RFC 5545 form of a checked series.
func (w When) option(loc *time.Location) (rrule.ROption, error) {
	if w.Kind == Rule {
		start, err := time.ParseInLocation(LocalFormat, w.Start, loc)
		if err != nil {
			return rrule.ROption{}, err
		}
		return parseRRULE(w.RRule, start)
	}
	hour, minute, err := ParseClock(w.Time)
	if err != nil {
		return rrule.ROption{}, err
	}
	first, err := time.ParseInLocation(DayFormat, w.From, loc)
	if err != nil {
		return rrule.ROption{}, err
	}
	y, m, d := first.Date()
	opt := rrule.ROption{Freq: rrule.DAILY, Dtstart: time.Date(y, m, d, hour, minute, 0, 0, loc)}
	if opt.Dtstart.Hour() != hour || opt.Dtstart.Minute() != minute {
		// The clocks were put forward over it on the first day, not on the others.
		opt.Byhour, opt.Byminute = []int{hour}, []int{minute}
	}
	if w.Until != "" {
		last, err := time.ParseInLocation(DayFormat, w.Until, loc)
		if err != nil {
			return rrule.ROption{}, err
		}
		y, m, d := last.Date()
		opt.Until = time.Date(y, m, d, 23, 59, 59, 0, loc)
	}
	if w.Kind == Weekly {
		opt.Freq = rrule.WEEKLY
		for _, day := range w.Days {
			if day < 1 || day > 7 {
				return rrule.ROption{}, fmt.Errorf("%d is no weekday", day)
			}
			opt.Byweekday = append(opt.Byweekday, isoDays[day-1])
		}
	}
	return opt, nil
}
