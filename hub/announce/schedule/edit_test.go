package schedule

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/hub/problem"
)

func TestSeriesEdits(t *testing.T) {
	now := at(hanoi, "2026-11-21 12:00")
	daily := When{Kind: Daily, Time: "05:30", From: "2026-11-01"}
	six := rule("2026-11-20T05:30", "FREQ=DAILY;COUNT=6") // 20 to 25 November
	busy := six
	busy.Except, busy.Extra = []string{"2026-11-23"}, []string{"2026-11-24T17:00"}
	busy.Moved = []Move{{"2026-11-22T05:30", "2026-11-22T06:30"}, {"2026-11-25T05:30", "2026-11-25T07:30"}}
	move := func(s string) *time.Time { t := at(hanoi, s); return &t }
	weekly := rule("2026-11-02T05:30", "FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=5,17;BYMINUTE=30")
	for _, tc := range []struct {
		name       string
		when       When
		edit       SeriesEdit
		kept, next string // what is left until 30 November, after now
	}{
		{"cancel one", daily, SeriesEdit{Start: at(hanoi, "2026-11-23 05:30"), Scope: ThisOne, Cancel: true}, "22 05:30; 24 05:30; 25 05:30; 26 05:30; 27 05:30; 28 05:30; 29 05:30", ""},
		{"move one", six, SeriesEdit{Start: at(hanoi, "2026-11-23 05:30"), Scope: ThisOne, MoveTo: move("2026-11-28 17:00")}, "22 05:30; 24 05:30; 25 05:30; 28 17:00", ""},
		{"move one that was moved", busy, SeriesEdit{Start: at(hanoi, "2026-11-22 06:30"), Scope: ThisOne, MoveTo: move("2026-11-22 08:00")}, "22 08:00; 24 05:30; 24 17:00; 25 07:30", ""},
		{"move one back", busy, SeriesEdit{Start: at(hanoi, "2026-11-22 06:30"), Scope: ThisOne, MoveTo: move("2026-11-22 05:30")}, "22 05:30; 24 05:30; 24 17:00; 25 07:30", ""},
		{"cancel one that was moved", busy, SeriesEdit{Start: at(hanoi, "2026-11-25 07:30"), Scope: ThisOne, Cancel: true}, "22 06:30; 24 05:30; 24 17:00", ""},
		{"move one that was added", busy, SeriesEdit{Start: at(hanoi, "2026-11-24 17:00"), Scope: ThisOne, MoveTo: move("2026-11-24 19:00")}, "22 06:30; 24 05:30; 24 19:00; 25 07:30", ""},
		{"cancel one that was added", busy, SeriesEdit{Start: at(hanoi, "2026-11-24 17:00"), Scope: ThisOne, Cancel: true}, "22 06:30; 24 05:30; 25 07:30", ""},
		{"cancel from here", six, SeriesEdit{Start: at(hanoi, "2026-11-24 05:30"), Scope: Following, Cancel: true}, "22 05:30; 23 05:30", ""},
		{"move from here, the rest of the count goes along", busy, SeriesEdit{Start: at(hanoi, "2026-11-24 05:30"), Scope: Following, MoveTo: move("2026-11-24 06:00")},
			"22 06:30", "24 06:00; 24 17:30; 25 07:30"},
		{"another schedule from here", daily, SeriesEdit{Start: at(hanoi, "2026-11-24 05:30"), Scope: Following, When: &When{Kind: Daily, Time: "17:00", From: "2026-11-24", Until: "2026-11-25"}},
			"22 05:30; 23 05:30", "24 17:00; 25 17:00"},
		{"from the first that is left is all", six, SeriesEdit{Start: at(hanoi, "2026-11-22 05:30"), Scope: Following, MoveTo: move("2026-11-22 06:00")}, "22 06:00; 23 06:00; 24 06:00; 25 06:00", ""},
		{"move all", busy, SeriesEdit{Start: at(hanoi, "2026-11-24 05:30"), Scope: AllOfIt, MoveTo: move("2026-11-24 06:00")}, "22 06:30; 24 06:00; 24 17:30; 25 07:30", ""},
		{"what is over does not come again", daily, SeriesEdit{Start: at(hanoi, "2026-11-22 05:30"), Scope: AllOfIt, MoveTo: move("2026-11-22 18:00")},
			"22 18:00; 23 18:00; 24 18:00; 25 18:00; 26 18:00; 27 18:00; 28 18:00; 29 18:00", ""},
		{"another schedule for all", daily, SeriesEdit{Start: at(hanoi, "2026-11-24 05:30"), Scope: AllOfIt, When: &When{Kind: Weekly, Time: "17:00", Days: []int{1}, From: "2026-11-01"}}, "23 17:00", ""},
		{"the weekdays move too", weekly, SeriesEdit{Start: at(hanoi, "2026-11-26 05:30"), Scope: Following, MoveTo: move("2026-11-27 06:00")}, "23 05:30; 23 17:30", "27 06:00; 27 18:00"},
		{"once is moved", When{Kind: Once, At: move("2026-11-22 10:00")}, SeriesEdit{Start: at(hanoi, "2026-11-22 10:00"), Scope: AllOfIt, MoveTo: move("2026-11-23 11:00")}, "23 11:00", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := tc.when.Edit(tc.edit, now, hanoi)
			if err != nil {
				t.Fatal(err)
			}
			list := func(w When) string {
				var s []string
				for _, t := range w.Starts(now, at(hanoi, "2026-11-30 00:00"), hanoi) {
					s = append(s, t.In(hanoi).Format("02 15:04"))
				}
				return strings.Join(s, "; ")
			}
			next := ""
			if got.Next != nil {
				next = list(*got.Next)
			}
			if list(got.Kept) != tc.kept || next != tc.next || got.Over {
				t.Errorf("kept %s\nwant %s\nnext %s\nwant %s (over %v)", list(got.Kept), tc.kept, next, tc.next, got.Over)
			}
		})
	}
	for _, tc := range []struct {
		when When
		edit SeriesEdit
	}{
		{daily, SeriesEdit{Start: at(hanoi, "2026-11-22 05:30"), Scope: AllOfIt, Cancel: true}},
		{six, SeriesEdit{Start: at(hanoi, "2026-11-22 05:30"), Scope: Following, Cancel: true}},
		{rule("2026-11-22T05:30", ""), SeriesEdit{Start: at(hanoi, "2026-11-22 05:30"), Scope: ThisOne, Cancel: true}},
		{When{Kind: Once, At: move("2026-11-22 10:00")}, SeriesEdit{Start: at(hanoi, "2026-11-22 10:00"), Scope: ThisOne, Cancel: true}},
	} {
		if got, err := tc.when.Edit(tc.edit, now, hanoi); err != nil || !got.Over {
			t.Errorf("%v of %v: %+v, %v, want over", tc.edit, tc.when, got, err)
		}
	}
}

func TestSeriesEditsThatAreRefused(t *testing.T) {
	now := at(hanoi, "2026-11-21 12:00")
	daily := When{Kind: Daily, Time: "05:30", From: "2026-11-01"}
	move := func(s string) *time.Time { t := at(hanoi, s); return &t }
	spread := When{Kind: Rule, Start: "2026-11-01T00:00", RRule: "FREQ=DAILY", Spread: &Spread{7, []string{"05:30"}}}
	for _, tc := range []struct {
		when        When
		edit        SeriesEdit
		code, field string
	}{
		{daily, SeriesEdit{Start: at(hanoi, "2026-11-22 05:31"), Scope: ThisOne, Cancel: true}, "occurrence_unknown", "start"},
		{daily, SeriesEdit{Start: at(hanoi, "2026-11-21 05:30"), Scope: ThisOne, Cancel: true}, "occurrence_over", "start"},
		{daily, SeriesEdit{Start: at(hanoi, "2036-11-21 05:30"), Scope: ThisOne, Cancel: true}, "time_too_far", "start"},
		{daily, SeriesEdit{Start: at(hanoi, "2026-11-22 05:30"), Scope: ThisOne}, "one_change", "scope"},
		{daily, SeriesEdit{Start: at(hanoi, "2026-11-22 05:30"), Scope: ThisOne, Cancel: true, MoveTo: move("2026-11-22 06:30")}, "one_change", "scope"},
		{daily, SeriesEdit{Start: at(hanoi, "2026-11-22 05:30"), Scope: "some", Cancel: true}, "scope_unknown", "scope"},
		{daily, SeriesEdit{Start: at(hanoi, "2026-11-22 05:30"), Scope: ThisOne, When: &daily}, "scope_too_small", "when"},
		{daily, SeriesEdit{Start: at(hanoi, "2026-11-22 05:30"), Scope: ThisOne, MoveTo: move("2026-11-21 11:00")}, "time_past", "move_to"},
		{daily, SeriesEdit{Start: at(hanoi, "2026-11-22 05:30"), Scope: ThisOne, MoveTo: move("2046-11-21 11:00")}, "time_too_far", "move_to"},
		{daily, SeriesEdit{Start: at(hanoi, "2026-11-22 05:30"), Scope: ThisOne, MoveTo: move("2026-11-23 05:30")}, "too_often", "when"},
		{daily, SeriesEdit{Start: at(hanoi, "2026-11-22 05:30"), Scope: Following, When: &When{Kind: Now}}, "when_unknown", "when.kind"},
		{When{Kind: Now}, SeriesEdit{Start: now, Scope: ThisOne, Cancel: true}, "no_schedule", "scope"},
		{rule("2026-11-02T05:30", "FREQ=MONTHLY;BYDAY=-1SU"), SeriesEdit{Start: at(hanoi, "2026-11-29 05:30"), Scope: AllOfIt, MoveTo: move("2026-11-30 05:30")}, "needs_schedule", "move_to"},
		{rule("2026-11-02T05:30", "FREQ=DAILY;BYHOUR=5,23"), SeriesEdit{Start: at(hanoi, "2026-11-22 05:30"), Scope: AllOfIt, MoveTo: move("2026-11-22 06:30")}, "needs_schedule", "move_to"},
		{spread, SeriesEdit{Start: at(hanoi, "2026-11-22 05:30"), Scope: AllOfIt, MoveTo: move("2026-11-22 06:30")}, "needs_schedule", "move_to"},
	} {
		_, err := tc.when.Edit(tc.edit, now, hanoi)
		var p *problem.Problem
		if !errors.As(err, &p) || p.Code != tc.code || p.Field != tc.field {
			t.Errorf("%v: %v, want %s at %s", tc.edit, err, tc.code, tc.field)
		}
	}
}

// TestEditsKeepToTheirModel edits random series over and over and compares them
// with a list that is edited by hand.
func TestEditsKeepToTheirModel(t *testing.T) {
	for seed := range uint64(120) {
		r := rand.New(rand.NewPCG(seed, 7))
		if err := editModel(r); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}

// someRule is a random series of whole series edits can move.
func someRule(r *rand.Rand) When {
	rules := []string{"FREQ=DAILY", "FREQ=DAILY;INTERVAL=2", "FREQ=DAILY;COUNT=25", "FREQ=WEEKLY;BYDAY=MO,WE,SA", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU",
		"FREQ=DAILY;BYHOUR=5,9,17", "FREQ=MONTHLY;BYMONTHDAY=1,15,-1", "FREQ=DAILY;UNTIL=20261220", "FREQ=DAILY;INTERVAL=3;COUNT=9", "FREQ=HOURLY;INTERVAL=12"}
	w := rule(fmt.Sprintf("2026-11-%02dT%02d:30", 10+r.IntN(10), 4+r.IntN(4)), rules[r.IntN(len(rules))])
	if r.IntN(2) == 0 {
		w.Lunar = &Lunar{Except: []LunarDay{{Day: 15}, {Day: 1}}}
	}
	if r.IntN(2) == 0 {
		w.Except = []string{"2026-12-04", "2026-12-11"}
	}
	if r.IntN(2) == 0 {
		w.Extra = []string{"2026-12-05T20:00", "2026-12-13T20:15"}
	}
	return w
}

func editModel(r *rand.Rand) error {
	now, end := at(hanoi, "2026-11-21 12:00"), at(hanoi, "2027-01-15 00:00")
	first, err := someRule(r).Check(now, hanoi)
	if err != nil {
		return nil // never, by its exceptions
	}
	all := []When{first}                        // the series that come of the edits
	model := first.occurrences(now, end, hanoi) // what must be left
	key := func(o occurrence) string { return o.at.In(hanoi).Format(LocalFormat) }
	for n := 0; n < 8 && len(all) > 0; n++ {
		i := r.IntN(len(all))
		have := all[i].occurrences(now, end, hanoi)
		if len(have) == 0 {
			continue
		}
		o := have[r.IntN(len(have))]
		minutes := (r.IntN(9) - 4) * 7
		to := o.rule.Add(time.Duration(minutes) * time.Minute)
		e := SeriesEdit{Start: o.at, Scope: []Scope{ThisOne, ThisOne, Following, AllOfIt}[r.IntN(4)], Cancel: r.IntN(4) == 0}
		if e.Scope == ThisOne {
			to = o.at.Add(time.Duration(r.IntN(3000)-1500) * 7 * time.Minute)
		}
		if !e.Cancel {
			e.MoveTo = &to
		}
		got, err := all[i].Edit(e, now, hanoi)
		if err != nil {
			var p *problem.Problem
			if !errors.As(err, &p) {
				return fmt.Errorf("%v: %w", e, err)
			}
			continue // refused as a whole: nothing changes
		}
		want := []occurrence{}
		mine := map[string]bool{}
		for _, h := range have {
			mine[key(h)] = true
		}
		for _, m := range model {
			touched := mine[key(m)] && (m.at.Equal(o.at) || e.Scope == AllOfIt || (e.Scope == Following && !m.rule.Before(o.rule)))
			switch {
			case !touched:
				want = append(want, m)
			case e.Cancel:
			case e.Scope == ThisOne || m.at.Equal(o.at):
				want = append(want, occurrence{at: to, rule: to})
			case !m.at.Equal(m.rule):
				want = append(want, m) // overrides stay where a person put them
			default:
				m.at = m.at.Add(to.Sub(o.rule))
				m.rule = m.at
				want = append(want, m)
			}
		}
		all = slices.Delete(all, i, i+1)
		if !got.Over {
			all = append(all, got.Kept)
		}
		if got.Next != nil {
			all = append(all, *got.Next)
		}
		model = nil
		var gotKeys, wantKeys []string
		for _, w := range all {
			for _, h := range w.occurrences(now, end, hanoi) {
				model = append(model, h)
				gotKeys = append(gotKeys, key(h))
			}
		}
		for _, m := range want {
			if k := key(m); m.at.After(now) && m.at.Before(end) {
				wantKeys = append(wantKeys, k)
			}
		}
		slices.Sort(gotKeys)
		slices.Sort(wantKeys)
		// Near the end of the window, what moves out and in is not looked at.
		cut := func(l []string) []string {
			return slices.DeleteFunc(l, func(s string) bool { return s > "2027-01-13" })
		}
		if g, w := cut(gotKeys), cut(wantKeys); !slices.Equal(g, w) {
			return fmt.Errorf("%v\n got %v\nwant %v\nnow %+v", e, g, w, all)
		}
	}
	return nil
}
