package schedule

import (
	"fmt"
	"slices"
	"time"

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
	if next, err = next.Check(now, loc); err != nil {
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
			if to, err := time.ParseInLocation(LocalFormat, m.To, loc); err != nil || !to.After(now) {
				continue
			}
			if m.From == occ.rule.In(loc).Format(LocalFormat) {
				m.To = e.MoveTo.In(loc).Format(LocalFormat)
			}
			next.Moved = append(next.Moved, m)
		}
	}
	next, err = next.Check(now, loc)
	return Edited{Kept: next}, err
}

// replace is the schedule that takes the place of what comes from an occurrence
// on.
func (w When) replace(e SeriesEdit, occ occurrence, loc *time.Location) (When, error) {
	if e.MoveTo != nil {
		return w.shift(occ.rule.In(loc), e.MoveTo.In(loc), loc)
	}
	if !slices.Contains([]Kind{Once, Daily, Weekly, Rule}, e.When.Kind) {
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
		return occurrence{}, invalid("scope", "no_schedule", "Bản tin này không có lịch phát nên không sửa được.", "This announcement has no schedule that could be changed.")
	}
	if e.Start.After(now.Add(farthest)) {
		return occurrence{}, tooFar("start")
	}
	found := w.occurrences(e.Start, e.Start.Add(time.Second), loc)
	if len(found) == 0 {
		return occurrence{}, problem.New(problem.Conflict, "occurrence_unknown", "Không có lần phát nào lúc %[1]s. Lịch có thể vừa được sửa; hãy tải lại rồi thử lại.",
			"There is no occurrence at %[2]s. The schedule may just have been changed; reload it and try again.", e.Start.In(loc).Format(vietnamese.dateTime), e.Start.In(loc).Format(english.dateTime)).At("start")
	}
	if !e.Start.After(now) {
		return occurrence{}, problem.New(problem.Conflict, "occurrence_over", "Lần phát này đã đến giờ hoặc đã qua nên không sửa được nữa.",
			"This occurrence has begun or is over and cannot be changed.").At("start")
	}
	if m := e.MoveTo; m != nil {
		switch {
		case !m.After(now):
			return occurrence{}, invalid("move_to", "time_past", "Giờ mới %[1]s đã qua. Hãy chọn giờ muộn hơn.", "%[2]s is in the past. Choose a later time.",
				m.In(loc).Format(vietnamese.dateTime), m.In(loc).Format(english.dateTime))
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
		kept, err := e.When.Check(now, loc)
		return Edited{Kept: kept}, err
	}
	at := e.MoveTo.UTC().Truncate(time.Second)
	return Edited{Kept: When{Kind: Once, At: &at}}, nil
}

// settle checks what is kept; a new series takes the place of one that has
// nothing left to come.
func (w When) settle(next *When, now time.Time, loc *time.Location) (Edited, error) {
	over := len(w.FirstStarts(now.Add(1), 1, loc)) == 0
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
	return When{Kind: Rule, Start: start.Format(LocalFormat), RRule: opt.RRuleString()}
}

// withoutOne leaves one occurrence out.
func (w When) withoutOne(o occurrence, loc *time.Location) When {
	key := o.rule.In(loc).Format(LocalFormat)
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
	key := o.rule.In(loc).Format(LocalFormat)
	w.Moved = slices.DeleteFunc(slices.Clone(w.Moved), func(m Move) bool { return m.From == key })
	if goal := to.Format(LocalFormat); goal != key {
		w.Moved = append(w.Moved, Move{key, goal})
	}
	return w
}
