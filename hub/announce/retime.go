package announce

import (
	"reflect"
	"strings"
	"time"

	"github.com/smart-commune/smart-commune/hub/announce/schedule"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// How a finding names an instant, in Vietnamese and in English.
const (
	viMoment = "15:04 ngày 02/01"
	enMoment = "15:04 on 2 Jan"
)

// move offers the first start from an instant on at which nothing else sounds and
// which is not in the quiet hours.
func (c *check) move(s span, from time.Time) *Fix {
	to := c.free(s, roundUp(from))
	if patch := retime(c.when, s.due, to, c.src.Location); patch != nil {
		to = to.In(c.src.Location)
		return &Fix{problem.Say("Chuyển sang "+to.Format(viMoment), "Move it to "+to.Format(enMoment)), patch}
	}
	return advice("Chọn giờ khác", "Choose another time")
}

// free is the first start from an instant on, within a day, at which a sounding
// disturbs nobody; the instant itself when there is none.
func (c *check) free(s span, from time.Time) time.Time {
	length, quiet := s.end.Sub(s.start), c.src.Rules.QuietHours
	for to := from; to.Sub(from) < 24*time.Hour; {
		moved := s
		moved.start, moved.end = to, to.Add(length)
		if quiet.touches(moved, c.src.Location) {
			to = nextClock(to, quiet.To, c.src.Location)
			continue
		}
		next := to
		for _, o := range c.others {
			if moved.meets(o) && len(moved.common(o)) > 0 {
				next = later(next, roundUp(o.end.Add(time.Minute)))
			}
		}
		if next.Equal(to) {
			return to
		}
		to = next
	}
	return from
}

// touches reports whether a sounding begins or ends in the span of the day.
func (s Span) touches(one span, loc *time.Location) bool {
	return s.Contains(one.start.In(loc)) || s.Contains(one.end.In(loc).Add(-time.Second))
}

// roundUp is the next instant whose minutes are a multiple of five.
func roundUp(t time.Time) time.Time { return t.Add(5*time.Minute - 1).Truncate(5 * time.Minute) }

// nextClock is the next instant after t at a time of day.
func nextClock(t time.Time, clock string, loc *time.Location) time.Time {
	h, m, err := schedule.ParseClock(clock)
	if err != nil {
		return t
	}
	y, mo, d := t.In(loc).Date()
	next := time.Date(y, mo, d, h, m, 0, 0, loc)
	if !next.After(t) {
		next = time.Date(y, mo, d+1, h, m, 0, 0, loc)
	}
	return next
}

// retime is the merge patch of a draft that moves its schedule by what lies
// between two instants, nil when that cannot be.
func retime(w schedule.When, from, to time.Time, loc *time.Location) map[string]any {
	local := to.In(loc)
	sameDay := from.In(loc).Format(schedule.DayFormat) == local.Format(schedule.DayFormat)
	switch {
	case w.Kind == schedule.Now || w.Kind == schedule.Once:
		at := to.UTC()
		w = schedule.When{Kind: schedule.Once, At: &at}
	case w.Kind == schedule.Daily, w.Kind == schedule.Weekly && sameDay:
		w.Time = local.Format("15:04")
	default:
		moved, err := w.Shifted(from, to, loc)
		if err != nil {
			return nil
		}
		w = moved
	}
	return map[string]any{"when": whenPatch(w)}
}

// whenPatch is the merge patch that makes any schedule this one: what it has not
// is removed.
func whenPatch(w schedule.When) map[string]any {
	out := map[string]any{}
	v := reflect.ValueOf(w)
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if out[name] = v.Field(i).Interface(); v.Field(i).IsZero() {
			out[name] = nil
		}
	}
	return out
}
