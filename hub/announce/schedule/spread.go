package schedule

import (
	"slices"
	"time"

	"github.com/teambition/rrule-go"
)

// Monday is the local midnight that begins the week of t.
func Monday(t time.Time, loc *time.Location) time.Time {
	y, m, d := t.In(loc).Date()
	return time.Date(y, m, d-isoDay(t.In(loc))+1, 0, 0, 0, 0, loc)
}

// spread returns the starts of a campaign. A week always has the same starts,
// whatever the window, so that plans do not change from day to day.
func (w When) spread(opt rrule.ROption, from, to time.Time, loc *time.Location) []time.Time {
	begin := Monday(from, loc)
	if first := Monday(opt.Dtstart, loc); begin.Before(first) {
		begin = first
	}
	if !begin.Before(to) {
		return nil
	}
	end := Monday(to, loc).AddDate(0, 0, 7)
	// Candidates are days: the time of day is that of the slots.
	y, m, d := opt.Dtstart.Date()
	opt.Dtstart = time.Date(y, m, d, 0, 0, 0, 0, loc)
	weeks := map[time.Time][]time.Time{}
	for _, day := range w.onLunar(expand(opt, begin, end), loc) {
		y, m, d := day.In(loc).Date()
		day = time.Date(y, m, d, 0, 0, 0, 0, loc)
		week := Monday(day, loc)
		if n := len(weeks[week]); n == 0 || !weeks[week][n-1].Equal(day) {
			weeks[week] = append(weeks[week], day)
		}
	}
	first := Monday(opt.Dtstart, loc)
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
			hour, minute, err := ParseClock(s.Slots[i])
			if err != nil {
				continue // a checked schedule has proper slots
			}
			y, m, d := day.Date()
			out = append(out, time.Date(y, m, d, hour, minute, 0, 0, day.Location()))
		}
	}
	return out
}
