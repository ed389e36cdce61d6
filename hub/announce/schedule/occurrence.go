package schedule

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/hub/announce/lunar"
)

// occurrence is one start of a schedule.
type occurrence struct {
	at time.Time
	// rule is where the rule has it; another instant only when it was moved.
	rule time.Time
}

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
		if t, err := time.ParseInLocation(LocalFormat, s, loc); err == nil && !t.Before(from) && t.Before(to) {
			keep(t)
		}
	}
	for _, m := range w.Moved {
		was, err1 := time.ParseInLocation(LocalFormat, m.From, loc)
		is, err2 := time.ParseInLocation(LocalFormat, m.To, loc)
		if err1 != nil || err2 != nil || is.Before(from) || !is.Before(to) || slices.Contains(w.Except, m.From) || slices.Contains(w.Except, m.From[:len(DayFormat)]) {
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
	s := local.Format(LocalFormat)
	return e[s] || e[s[:len(DayFormat)]]
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
