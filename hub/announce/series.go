package announce

import (
	"fmt"
	"slices"
	"time"

	"github.com/teambition/rrule-go"

	"github.com/smart-commune/smart-commune/hub/problem"
)

// Scope is how much of a series an edit changes.
type Scope string

// The scopes of an edit.
const (
	ThisOne   Scope = "this"      // one occurrence
	Following Scope = "following" // one occurrence and all after it
	AllOfIt   Scope = "all"       // every occurrence that is still to come
)

// SeriesEdit changes a series at one of its occurrences. It has exactly one of
// MoveTo, Cancel and When.
type SeriesEdit struct {
	// Start is when the occurrence sounds as things stand.
	Start time.Time `json:"start"`
	Scope Scope     `json:"scope" enum:"this,following,all"`
	// MoveTo is when the occurrence sounds instead; with a wider scope the others
	// move by as much.
	MoveTo *time.Time `json:"move_to,omitempty"`
	Cancel bool       `json:"cancel,omitempty"`
	// When is the schedule instead (following, all).
	When *When `json:"when,omitempty"`
}

// Edited is what becomes of a series.
type Edited struct {
	// Kept is the schedule that the series has from now on.
	Kept When
	// Over says that nothing of Kept is to come.
	Over bool
	// Next is the series that begins where Kept ends (following), nil for none.
	Next *When
}

// Edit returns what becomes of a checked schedule. Starts that are over are never
// touched. "This" keys an override by the original start or leaves that start out.
// "Following" ends the series before the occurrence and begins a new one there,
// with the exceptions and overrides that come later and the rest of the count.
// "All" is the same from the next start on, in one series.
func (w When) Edit(e SeriesEdit, now time.Time, loc *time.Location) (Edited, error) {
	occ, err := w.checkEdit(e, now, loc)
	if err != nil {
		return Edited{}, err
	}
	if w.Kind == Once {
		return w.editOnce(e, now, loc)
	}
	w = w.asRule(loc)
	if e.Scope == ThisOne {
		kept := w.withoutOne(occ, loc)
		if e.MoveTo != nil {
			kept = w.moveOne(occ, e.MoveTo.In(loc), loc)
		}
		return kept.settle(nil, now, loc)
	}
	if e.Scope == AllOfIt {
		return w.editAll(e, occ, now, loc)
	}
	kept, after, err := w.split(occ.rule, loc)
	if err != nil {
		return Edited{}, err
	}
	if e.Cancel {
		return kept.settle(nil, now, loc)
	}
	next, err := after.replace(e, occ, loc)
	if err != nil {
		return Edited{}, err
	}
	if next, err = next.check(now, loc); err != nil {
		return Edited{}, err
	}
	return kept.settle(&next, now, loc)
}

// editAll changes everything that is still to come.
func (w When) editAll(e SeriesEdit, occ occurrence, now time.Time, loc *time.Location) (Edited, error) {
	if e.Cancel {
		return Edited{Kept: w, Over: true}, nil
	}
	first := occ.rule
	for _, o := range w.occurrences(now.Add(1), e.Start, loc) {
		if o.rule.After(now) && o.rule.Before(first) {
			first = o.rule
		}
	}
	before, after, err := w.split(first, loc)
	if err != nil {
		return Edited{}, err
	}
	next, err := after.replace(e, occ, loc)
	if err != nil {
		return Edited{}, err
	}
	if e.MoveTo != nil {
		// Starts of the past that were put into the future stay where they are.
		for _, m := range before.Moved {
			if to, err := time.ParseInLocation(localFormat, m.To, loc); err != nil || !to.After(now) {
				continue
			}
			if m.From == occ.rule.In(loc).Format(localFormat) {
				m.To = e.MoveTo.In(loc).Format(localFormat)
			}
			next.Moved = append(next.Moved, m)
		}
	}
	next, err = next.check(now, loc)
	return Edited{Kept: next}, err
}

// replace is the schedule that takes the place of what comes from an occurrence
// on.
func (w When) replace(e SeriesEdit, occ occurrence, loc *time.Location) (When, error) {
	if e.MoveTo != nil {
		return w.shift(occ.rule.In(loc), e.MoveTo.In(loc), loc)
	}
	if !slices.Contains([]WhenKind{Once, Daily, Weekly, Rule}, e.When.Kind) {
		return w, invalid("when.kind", "when_unknown", "Hãy chọn lịch phát một lần, hằng ngày, hằng tuần hoặc theo quy tắc.", "Choose a schedule: once, daily, weekly or by a rule.")
	}
	return *e.When, nil
}

// checkEdit checks an edit and finds its occurrence.
func (w When) checkEdit(e SeriesEdit, now time.Time, loc *time.Location) (occurrence, error) {
	changes := 0
	for _, has := range []bool{e.MoveTo != nil, e.Cancel, e.When != nil} {
		if has {
			changes++
		}
	}
	switch {
	case changes != 1:
		return occurrence{}, invalid("scope", "one_change", "Hãy chọn một việc: dời giờ, bỏ hoặc đặt lịch mới.", "Choose one change: move, cancel or a new schedule.")
	case !slices.Contains([]Scope{ThisOne, Following, AllOfIt}, e.Scope):
		return occurrence{}, invalid("scope", "scope_unknown", "Hãy chọn phạm vi: chỉ lần này, từ lần này trở đi hoặc tất cả.", "Choose the scope: this, following or all.")
	case e.Scope == ThisOne && e.When != nil:
		return occurrence{}, invalid("when", "scope_too_small", "Một lần phát không có lịch riêng. Hãy dời giờ, hoặc chọn từ lần này trở đi.",
			"One occurrence has no schedule of its own. Move it, or choose this and following.")
	case w.Kind == Now || w.Kind == InProgramme:
		return occurrence{}, invalid("scope", "no_schedule", "Bản tin này không có lịch phát để sửa.", "This announcement has no schedule that could be changed.")
	}
	found := w.occurrences(e.Start, e.Start.Add(time.Second), loc)
	if len(found) == 0 {
		return occurrence{}, problem.New(problem.Conflict, "occurrence_unknown", "Không có lần phát nào vào lúc %s. Lịch có thể vừa được sửa; hãy tải lại rồi thử lại.",
			"There is no occurrence at %s. The schedule may just have been changed; reload it and try again.", e.Start.In(loc).Format("15:04 02/01/2006")).At("start")
	}
	if e.Start.After(now.Add(farthest)) {
		return occurrence{}, tooFar("start")
	}
	if !e.Start.After(now) {
		return occurrence{}, problem.New(problem.Conflict, "occurrence_over", "Lần phát này đã đến giờ hoặc đã qua nên không sửa được nữa.",
			"This occurrence has begun or is over and cannot be changed.").At("start")
	}
	if m := e.MoveTo; m != nil {
		switch {
		case !m.After(now):
			return occurrence{}, invalid("move_to", "time_past", "Giờ mới %s đã qua. Hãy chọn một giờ sau thời điểm này.", "%s is in the past. Choose a later time.",
				m.In(loc).Format("15:04 02/01/2006"))
		case m.After(now.Add(farthest)):
			return occurrence{}, tooFar("move_to")
		}
	}
	return found[0], nil
}

// editOnce edits a schedule of one occurrence, which is the same in every scope.
func (w When) editOnce(e SeriesEdit, now time.Time, loc *time.Location) (Edited, error) {
	switch {
	case e.Cancel:
		return Edited{Kept: w, Over: true}, nil
	case e.When != nil:
		kept, err := e.When.check(now, loc)
		return Edited{Kept: kept}, err
	}
	at := e.MoveTo.UTC().Truncate(time.Second)
	return Edited{Kept: When{Kind: Once, At: &at}}, nil
}

// settle checks what is kept; a new series takes the place of one that has
// nothing left to come.
func (w When) settle(next *When, now time.Time, loc *time.Location) (Edited, error) {
	over := len(w.firstStarts(now.Add(1), 1, loc)) == 0
	switch {
	case over && next != nil:
		return Edited{Kept: *next}, nil
	case over:
		return Edited{Kept: w, Over: true}, nil
	}
	kept, err := w.checkRule(now, loc)
	return Edited{Kept: kept, Next: next}, err
}

// asRule writes a checked daily or weekly schedule as a rule.
func (w When) asRule(loc *time.Location) When {
	if w.Kind == Rule {
		w.Except, w.Extra, w.Moved = slices.Clone(w.Except), slices.Clone(w.Extra), slices.Clone(w.Moved)
		return w
	}
	opt, err := w.option(loc)
	if err != nil {
		return w // a checked schedule has a rule
	}
	start := opt.Dtstart
	opt.Dtstart = time.Time{}
	return When{Kind: Rule, Start: start.Format(localFormat), RRule: opt.RRuleString()}
}

// withoutOne leaves one occurrence out.
func (w When) withoutOne(o occurrence, loc *time.Location) When {
	key := o.rule.In(loc).Format(localFormat)
	w.Except, w.Extra, w.Moved = slices.Clone(w.Except), slices.Clone(w.Extra), slices.Clone(w.Moved)
	w.Moved = slices.DeleteFunc(w.Moved, func(m Move) bool { return m.From == key })
	w.Extra = slices.DeleteFunc(w.Extra, func(s string) bool { return s == key })
	if len(w.occurrences(o.rule, o.rule.Add(time.Second), loc)) > 0 {
		w.Except = append(w.Except, key)
	}
	return w
}

// moveOne puts one occurrence elsewhere.
func (w When) moveOne(o occurrence, to time.Time, loc *time.Location) When {
	key := o.rule.In(loc).Format(localFormat)
	w.Moved = slices.DeleteFunc(slices.Clone(w.Moved), func(m Move) bool { return m.From == key })
	if goal := to.Format(localFormat); goal != key {
		w.Moved = append(w.Moved, Move{key, goal})
	}
	return w
}

// split ends a rule before an instant and returns what comes from then on.
func (w When) split(at time.Time, loc *time.Location) (before, after When, err error) {
	opt, err := w.option(loc)
	if err != nil {
		return w, w, err
	}
	before, after = w, w
	day, key := at.In(loc).Format(dayFormat), at.In(loc).Format(localFormat)
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
		after.Start, after.RRule = rest[0].In(loc).Format(localFormat), ruleText(begin)
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
		if t.In(loc).Format(dayFormat) == at.In(loc).Format(dayFormat) {
			before.Except = append(before.Except, t.In(loc).Format(localFormat))
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

// shift moves a whole rule by what lies between two local instants. Only rules
// that say the same a day or an hour later can be moved so.
func (w When) shift(from, to time.Time, loc *time.Location) (When, error) {
	hard := problem.New(problem.Conflict, "needs_schedule",
		"Lịch này không dời cả chuỗi như vậy được. Hãy dời từng lần, hoặc đặt lịch mới.",
		"This series cannot be moved as a whole like that. Move a single occurrence, or give it a new schedule.").At("move_to")
	if w.Spread != nil {
		return w, hard
	}
	y1, m1, d1 := from.Date()
	y2, m2, d2 := to.Date()
	days := int(time.Date(y2, m2, d2, 0, 0, 0, 0, time.UTC).Sub(time.Date(y1, m1, d1, 0, 0, 0, 0, time.UTC)).Hours() / 24)
	minutes := to.Hour()*60 + to.Minute() - from.Hour()*60 - from.Minute()
	move := func(s string) string {
		t, err := time.ParseInLocation(localFormat, s, loc)
		if err != nil {
			return s // a day stays the day it is
		}
		return time.Date(t.Year(), t.Month(), t.Day()+days, t.Hour(), t.Minute()+minutes, 0, 0, loc).Format(localFormat)
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
	return m.From == move(from.Format(localFormat))
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
		h, m, _ := parseClock(s)
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

// String prints an edit for the log.
func (e SeriesEdit) String() string {
	s := fmt.Sprintf("%s from %s", e.Scope, e.Start.Format(time.RFC3339))
	switch {
	case e.Cancel:
		return s + ": cancelled"
	case e.MoveTo != nil:
		return s + ": moved to " + e.MoveTo.Format(time.RFC3339)
	}
	return s + ": new schedule"
}
