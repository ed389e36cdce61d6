package schedule

import (
	"slices"
	"time"

	"github.com/teambition/rrule-go"

	"github.com/smart-commune/smart-commune/hub/problem"
)

// Shifted is the schedule with all its starts moved by what lies between two
// instants.
func (w When) Shifted(from, to time.Time, loc *time.Location) (When, error) {
	return w.asRule(loc).shift(from.In(loc), to.In(loc), loc)
}

// shift moves a whole rule by what lies between two local instants. Only rules
// that say the same a day or an hour later can be moved so.
func (w When) shift(from, to time.Time, loc *time.Location) (When, error) {
	hard := problem.New(problem.Conflict, "needs_schedule",
		"Không dời được mọi lần phát của lịch này như vậy. Hãy dời từng lần hoặc đặt lịch mới.",
		"This series cannot be moved as a whole like that. Move a single occurrence, or give it a new schedule.").At("move_to")
	if w.Spread != nil {
		return w, hard
	}
	y1, m1, d1 := from.Date()
	y2, m2, d2 := to.Date()
	days := int(time.Date(y2, m2, d2, 0, 0, 0, 0, time.UTC).Sub(time.Date(y1, m1, d1, 0, 0, 0, 0, time.UTC)).Hours() / 24)
	minutes := to.Hour()*60 + to.Minute() - from.Hour()*60 - from.Minute()
	move := func(s string) string {
		t, err := time.ParseInLocation(LocalFormat, s, loc)
		if err != nil {
			return s // a day stays the day it is
		}
		return time.Date(t.Year(), t.Month(), t.Day()+days, t.Hour(), t.Minute()+minutes, 0, 0, loc).Format(LocalFormat)
	}
	if w.RRule != "" {
		opt, err := w.option(loc)
		if err != nil {
			return w, err
		}
		if days != 0 && w.Lunar != nil && len(w.Lunar.Only) > 0 || !shiftDays(&opt, days, to) || !shiftClock(&opt, minutes) {
			return w, hard
		}
		if !opt.Until.IsZero() {
			u := opt.Until.In(loc)
			opt.Until = time.Date(u.Year(), u.Month(), u.Day()+days, u.Hour(), u.Minute()+minutes, u.Second(), 0, loc)
		}
		w.RRule = ruleText(opt)
	}
	w.Start = move(w.Start)
	out := w
	out.Except, out.Extra, out.Moved = nil, nil, nil
	for _, s := range w.Except {
		out.Except = append(out.Except, move(s))
	}
	for _, s := range w.Extra {
		out.Extra = append(out.Extra, move(s))
	}
	for _, m := range w.Moved {
		// Where a person put it is where it stays.
		if m.From = move(m.From); m.From != m.To && !m.is(from, move) {
			out.Moved = append(out.Moved, m)
		}
	}
	return out, nil
}

// is reports whether a move is that of the occurrence that is moved with its
// series now.
func (m Move) is(from time.Time, move func(string) string) bool {
	return m.From == move(from.Format(LocalFormat))
}

// shiftDays moves the days of a rule; it reports whether the rule can be moved.
func shiftDays(opt *rrule.ROption, days int, to time.Time) bool {
	if days == 0 {
		return true
	}
	if len(opt.Bysetpos)+len(opt.Byyearday)+len(opt.Byweekno)+len(opt.Bymonth) > 0 {
		return false
	}
	switch opt.Freq {
	case rrule.WEEKLY:
		for i, d := range opt.Byweekday {
			opt.Byweekday[i] = isoDays[((d.Day()+days)%7+7)%7]
		}
		return len(opt.Bymonthday) == 0
	case rrule.MONTHLY:
		if len(opt.Byweekday) > 0 || len(opt.Bymonthday) > 1 {
			return false
		}
		if len(opt.Bymonthday) == 1 {
			opt.Bymonthday = []int{to.Day()}
		}
		return true
	case rrule.YEARLY, rrule.DAILY:
		return len(opt.Byweekday)+len(opt.Bymonthday) == 0
	}
	return false
}

// shiftClock moves the times of day that a rule names.
func shiftClock(opt *rrule.ROption, minutes int) bool {
	if minutes == 0 {
		return true
	}
	if opt.Freq == rrule.HOURLY || opt.Freq == rrule.MINUTELY {
		return len(opt.Byhour)+len(opt.Byminute) == 0
	}
	if len(opt.Byhour)+len(opt.Byminute) == 0 {
		return true // the start says it
	}
	hours, mins := map[int]bool{}, map[int]bool{}
	times := clockTimes(*opt)
	for _, s := range times {
		h, m, _ := ParseClock(s)
		t := h*60 + m + minutes
		if t < 0 || t >= 24*60 {
			return false
		}
		hours[t/60], mins[t%60] = true, true
	}
	if len(hours)*len(mins) != len(times) {
		return false
	}
	opt.Byhour, opt.Byminute = keys(hours), keys(mins)
	return true
}

func keys(set map[int]bool) (out []int) {
	for k := range set {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
