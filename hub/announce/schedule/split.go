package schedule

import (
	"slices"
	"time"

	"github.com/teambition/rrule-go"

	"github.com/smart-commune/smart-commune/hub/problem"
)

// split ends a rule before an instant and returns what comes from then on.
func (w When) split(at time.Time, loc *time.Location) (before, after When, err error) {
	opt, err := w.option(loc)
	if err != nil {
		return w, w, err
	}
	before, after = w, w
	day, key := at.In(loc).Format(DayFormat), at.In(loc).Format(LocalFormat)
	before.Except, after.Except = part(w.Except, func(s string) bool { return s < key }), part(w.Except, func(s string) bool { return s >= day })
	before.Extra, after.Extra = part(w.Extra, func(s string) bool { return s < key }), part(w.Extra, func(s string) bool { return s >= key })
	before.Moved, after.Moved = part(w.Moved, func(m Move) bool { return m.From < key }), part(w.Moved, func(m Move) bool { return m.From >= key })
	if w.Spread != nil {
		return w.splitSpread(opt, before, after, at, loc)
	}
	done := expand(opt, opt.Dtstart, at)
	rest := expand(opt, at, at.Add(2*farthest))
	end, begin := opt, opt
	if opt.Count > 0 {
		end.Count, begin.Count = len(done), opt.Count-len(done)
	} else if last := at.Add(-time.Second); opt.Until.IsZero() || opt.Until.After(last) {
		end.Until = last
	}
	if len(rest) > 0 {
		begin.Dtstart = rest[0]
		after.Start, after.RRule = rest[0].In(loc).Format(LocalFormat), ruleText(begin)
	} else {
		after = after.ofExtras()
	}
	if w.RRule == "" && len(rest) > 0 {
		after.RRule = ""
	}
	switch {
	case len(done) == 0:
		before = before.ofExtras()
	case w.RRule != "":
		before.RRule = ruleText(end)
	}
	return before, after, nil
}

// splitSpread splits a campaign. Its weeks and turns are counted from its
// beginning, which therefore stays; the days of the other part are left out.
func (w When) splitSpread(opt rrule.ROption, before, after When, at time.Time, loc *time.Location) (When, When, error) {
	end := opt
	end.Count = 0
	end.Until = at.Add(-time.Second)
	for _, t := range w.ruled(at, at.Add(24*time.Hour), loc) {
		if t.In(loc).Format(DayFormat) == at.In(loc).Format(DayFormat) {
			before.Except = append(before.Except, t.In(loc).Format(LocalFormat))
		}
	}
	if opt.Count == 0 {
		before.RRule = ruleText(end)
		return before, after, nil
	}
	return before, after, problem.New(problem.Conflict, "needs_schedule",
		"Đợt tuyên truyền có số lần cố định nên không tách được. Hãy đặt lịch mới cho cả đợt.",
		"A campaign with a fixed count cannot be split. Give the whole campaign a new schedule.")
}

// ofExtras is a schedule of which only added and moved starts are left.
func (w When) ofExtras() When {
	w.RRule, w.Lunar, w.Spread = "", nil, nil
	if len(w.Extra) > 0 {
		w.Start, w.Extra = w.Extra[0], w.Extra[1:]
		return w
	}
	w.Except = append(slices.Clone(w.Except), w.Start)
	return w
}

func part[T any](list []T, keep func(T) bool) []T {
	return slices.DeleteFunc(slices.Clone(list), func(v T) bool { return !keep(v) })
}

func ruleText(opt rrule.ROption) string {
	opt.Dtstart = time.Time{}
	return opt.RRuleString()
}
