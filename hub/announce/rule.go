package announce

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/teambition/rrule-go"

	"github.com/smart-commune/smart-commune/hub/announce/lunar"
)

// localFormat is a local date and time of day, "2026-11-22T05:30".
const localFormat = "2006-01-02T15:04"

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

// occurrence is one start of a schedule.
type occurrence struct {
	at time.Time
	// rule is where the rule has it; another instant only when it was moved.
	rule time.Time
}

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
		start, err := time.ParseInLocation(localFormat, w.Start, loc)
		if err != nil {
			return rrule.ROption{}, err
		}
		return parseRRULE(w.RRule, start)
	}
	hour, minute, err := parseClock(w.Time)
	if err != nil {
		return rrule.ROption{}, err
	}
	first, err := time.ParseInLocation(dayFormat, w.From, loc)
	if err != nil {
		return rrule.ROption{}, err
	}
	y, m, d := first.Date()
	opt := rrule.ROption{Freq: rrule.DAILY, Dtstart: time.Date(y, m, d, hour, minute, 0, 0, loc)}
	if w.Until != "" {
		last, err := time.ParseInLocation(dayFormat, w.Until, loc)
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

// expand returns the instants in [from, to) that a rule gives, soonest first. It
// ends for every rule that parseRRULE lets pass: the library gives up by itself
// at the year 9999 (a tenth of a second), and steps below a day are ours.
func expand(opt rrule.ROption, from, to time.Time) []time.Time {
	if opt.Freq == rrule.HOURLY || opt.Freq == rrule.MINUTELY {
		return expandSteps(opt, from, to)
	}
	// Without a count the rule may as well begin shortly before the window: an
	// old series costs no more than a young one.
	if opt.Count == 0 && opt.Dtstart.Before(from) {
		days := 0
		switch opt.Freq {
		case rrule.DAILY:
			days = max(opt.Interval, 1)
		case rrule.WEEKLY:
			days = 7 * max(opt.Interval, 1)
		}
		if days > 0 {
			passed := int(from.Sub(opt.Dtstart).Hours()/24) - days - 1
			if k := passed / days; k > 0 {
				opt.Dtstart = opt.Dtstart.AddDate(0, 0, k*days)
			}
		}
	}
	r, err := rrule.NewRRule(opt)
	if err != nil {
		return nil // a checked schedule has a rule
	}
	var out []time.Time
	next := r.Iterator()
	for t, ok := next(); ok && t.Before(to); t, ok = next() {
		if !t.Before(from) {
			out = append(out, t)
		}
	}
	return out
}

// expandSteps walks a rule of hours or minutes.
func expandSteps(opt rrule.ROption, from, to time.Time) []time.Time {
	step := time.Minute
	if opt.Freq == rrule.HOURLY {
		step = time.Hour
	}
	step *= time.Duration(max(opt.Interval, 1))
	t, n := opt.Dtstart, 0
	if opt.Count == 0 && t.Before(from) {
		t = t.Add(from.Sub(t) / step * step)
	}
	var out []time.Time
	for ; t.Before(to) && (opt.Until.IsZero() || !t.After(opt.Until)); t = t.Add(step) {
		if !stepFits(opt, t) {
			continue
		}
		if !t.Before(from) {
			out = append(out, t)
		}
		if n++; n == opt.Count {
			break
		}
	}
	return out
}

func stepFits(opt rrule.ROption, t time.Time) bool {
	_, month, day := t.Date()
	fits := func(list []int, v int) bool { return len(list) == 0 || slices.Contains(list, v) }
	left := day - daysOf(t) - 1 // -1 on the last day
	return fits(opt.Bymonth, int(month)) && fits(opt.Byhour, t.Hour()) && fits(opt.Byminute, t.Minute()) &&
		(fits(opt.Bymonthday, day) || slices.Contains(opt.Bymonthday, left)) &&
		(len(opt.Byweekday) == 0 || slices.ContainsFunc(opt.Byweekday, func(d rrule.Weekday) bool { return d.Day() == isoDay(t)-1 }))
}

// daysOf is the number of days of t's month.
func daysOf(t time.Time) int { return time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day() }

// isoDay is the ISO weekday, 1 Monday to 7 Sunday.
func isoDay(t time.Time) int { return (int(t.Weekday())+6)%7 + 1 }

// occurrences returns the starts in [from, to) of a checked schedule that plans
// can hold, soonest first. A schedule that was not checked may move two
// to the same instant.
//
// Exceptions, by day, by start or by lunar day, beat what the rule gives and what
// was added (as EXDATE beats RRULE and RDATE); a start that was moved sounds where
// it was moved to, whatever day that is.
func (w When) occurrences(from, to time.Time, loc *time.Location) []occurrence {
	switch w.Kind {
	case Once:
		if w.At.Before(from) || !w.At.Before(to) {
			return nil
		}
		return []occurrence{{w.At.UTC(), w.At.UTC()}}
	case Daily, Weekly, Rule:
	default:
		return nil
	}
	not := w.exceptions(from, to, loc)
	var out []occurrence
	keep := func(t time.Time) {
		if !not.has(t.In(loc)) {
			out = append(out, occurrence{t.UTC(), t.UTC()})
		}
	}
	for _, t := range w.ruled(from, to, loc) {
		keep(t)
	}
	for _, s := range w.Extra {
		if t, err := time.ParseInLocation(localFormat, s, loc); err == nil && !t.Before(from) && t.Before(to) {
			keep(t)
		}
	}
	for _, m := range w.Moved {
		was, err1 := time.ParseInLocation(localFormat, m.From, loc)
		is, err2 := time.ParseInLocation(localFormat, m.To, loc)
		if err1 != nil || err2 != nil || is.Before(from) || !is.Before(to) || slices.Contains(w.Except, m.From) || slices.Contains(w.Except, m.From[:len(dayFormat)]) {
			continue
		}
		out = append(out, occurrence{is.UTC(), was.UTC()})
	}
	slices.SortFunc(out, func(a, b occurrence) int {
		return cmp.Or(a.at.Compare(b.at), a.rule.Compare(b.rule))
	})
	// What is added where the rule has a start anyway is no second one.
	return slices.CompactFunc(out, func(a, b occurrence) bool { return a.at.Equal(b.at) && a.rule.Equal(b.rule) })
}

// exceptions are the local days, "2006-01-02", and starts, "2006-01-02T15:04",
// that a schedule leaves out.
type exceptions map[string]bool

func (e exceptions) has(local time.Time) bool {
	if len(e) == 0 {
		return false
	}
	s := local.Format(localFormat)
	return e[s] || e[s[:len(dayFormat)]]
}

// exceptions collects what is left out, moved starts included: those sound
// elsewhere.
func (w When) exceptions(from, to time.Time, loc *time.Location) exceptions {
	e := exceptions{}
	for _, s := range w.Except {
		e[s] = true
	}
	for _, m := range w.Moved {
		e[m.From] = true
	}
	if w.Lunar != nil {
		for day := range lunarDays(w.Lunar.Except, from, to, loc) {
			e[day] = true
		}
	}
	return e
}

// lunarDays are the solar days in [from, to) on which any of the lunar days falls.
func lunarDays(days []LunarDay, from, to time.Time, loc *time.Location) map[string]bool {
	out := map[string]bool{}
	for _, d := range days {
		for _, s := range lunar.Between(solarDay(from.In(loc)), solarDay(to.In(loc)), lunar.Feast{Month: d.Month, Day: d.Day}) {
			out[fmt.Sprintf("%04d-%02d-%02d", s.Year, s.Month, s.Day)] = true
		}
	}
	return out
}

func solarDay(t time.Time) lunar.Solar {
	y, m, d := t.Date()
	return lunar.Solar{Year: y, Month: int(m), Day: d}
}

// ruled are the starts in [from, to) that the rule itself gives, with the lunar
// days it keeps to and the campaign's spread.
func (w When) ruled(from, to time.Time, loc *time.Location) []time.Time {
	opt, err := w.option(loc)
	if err != nil {
		return nil // a checked schedule has a rule
	}
	if w.Spread != nil {
		return w.spread(opt, from, to, loc)
	}
	return w.onLunar(expand(opt, from, to), loc)
}

// onLunar keeps the starts that fall on the lunar days of the schedule.
func (w When) onLunar(starts []time.Time, loc *time.Location) []time.Time {
	if w.Lunar == nil || len(w.Lunar.Only) == 0 || len(starts) == 0 {
		return starts
	}
	days := lunarDays(w.Lunar.Only, starts[0], starts[len(starts)-1], loc)
	return slices.DeleteFunc(starts, func(t time.Time) bool { return !days[t.In(loc).Format(dayFormat)] })
}

// monday is the local midnight that begins the week of t.
func monday(t time.Time, loc *time.Location) time.Time {
	y, m, d := t.In(loc).Date()
	return time.Date(y, m, d-isoDay(t.In(loc))+1, 0, 0, 0, 0, loc)
}

// spread returns the starts of a campaign. A week always has the same starts,
// whatever the window, so that plans do not change from day to day.
func (w When) spread(opt rrule.ROption, from, to time.Time, loc *time.Location) []time.Time {
	begin := monday(from, loc)
	if first := monday(opt.Dtstart, loc); begin.Before(first) {
		begin = first
	}
	if !begin.Before(to) {
		return nil
	}
	end := monday(to, loc).AddDate(0, 0, 7)
	// Candidates are days: the time of day is that of the slots.
	y, m, d := opt.Dtstart.Date()
	opt.Dtstart = time.Date(y, m, d, 0, 0, 0, 0, loc)
	weeks := map[time.Time][]time.Time{}
	for _, day := range w.onLunar(expand(opt, begin, end), loc) {
		y, m, d := day.In(loc).Date()
		day = time.Date(y, m, d, 0, 0, 0, 0, loc)
		week := monday(day, loc)
		if n := len(weeks[week]); n == 0 || !weeks[week][n-1].Equal(day) {
			weeks[week] = append(weeks[week], day)
		}
	}
	first := monday(opt.Dtstart, loc)
	var out []time.Time
	for week := begin; week.Before(end); week = week.AddDate(0, 0, 7) {
		number := int(week.Sub(first).Hours()/24+0.5) / 7
		for _, t := range w.Spread.week(weeks[week], number) {
			if !t.Before(from) && t.Before(to) {
				out = append(out, t)
			}
		}
	}
	return out
}

// week chooses the soundings of a week out of its days. number counts the weeks
// of the campaign, so that the slots take turns from week to week too.
func (s Spread) week(days []time.Time, number int) []time.Time {
	n := min(s.TimesPerWeek, len(days)*len(s.Slots))
	var out []time.Time
	turn := number * s.TimesPerWeek
	for i, day := range days {
		today := (2*(i+1)*n+len(days))/(2*len(days)) - (2*i*n+len(days))/(2*len(days))
		slots := make([]int, 0, today)
		for range today {
			slots = append(slots, turn%len(s.Slots))
			turn++
		}
		slices.Sort(slots)
		for _, i := range slots {
			hour, minute, err := parseClock(s.Slots[i])
			if err != nil {
				continue // a checked schedule has proper slots
			}
			y, m, d := day.Date()
			out = append(out, time.Date(y, m, d, hour, minute, 0, 0, day.Location()))
		}
	}
	return out
}
