package schedule

import (
	"slices"
	"time"

	"github.com/teambition/rrule-go"
)

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
	minutes := []int{0} // after t
	if opt.Freq == rrule.HOURLY && len(opt.Byminute) > 0 {
		minutes = slices.Compact(slices.Sorted(slices.Values(opt.Byminute)))
		t = t.Add(-time.Duration(t.Minute()) * time.Minute)
	}
	if opt.Count == 0 && t.Before(from) {
		t = t.Add(from.Sub(t) / step * step)
	}
	var out []time.Time
	for ; t.Before(to) && (opt.Until.IsZero() || !t.After(opt.Until)); t = t.Add(step) {
		for _, m := range minutes {
			at := t.Add(time.Duration(m) * time.Minute)
			if at.Before(opt.Dtstart) || !at.Before(to) || !opt.Until.IsZero() && at.After(opt.Until) || !stepFits(opt, at) {
				continue
			}
			if !at.Before(from) {
				out = append(out, at)
			}
			if n++; n == opt.Count {
				return out
			}
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
	return slices.DeleteFunc(starts, func(t time.Time) bool { return !days[t.In(loc).Format(DayFormat)] })
}
