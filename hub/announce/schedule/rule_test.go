package schedule

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/hub/problem"
)

func rule(start, rrule string) When { return When{Kind: Rule, Start: start, RRule: rrule} }

func shown(w When, loc *time.Location, from, to string) string {
	var got []string
	for _, s := range w.Starts(at(loc, from), at(loc, to), loc) {
		got = append(got, s.In(loc).Format("2006-01-02 15:04"))
	}
	return strings.Join(got, "; ")
}

func TestRules(t *testing.T) {
	with := func(w When, change func(*When)) When { change(&w); return w }
	daily := rule("2026-11-20T05:30", "FREQ=DAILY")
	for _, tc := range []struct {
		name     string
		when     When
		loc      *time.Location
		from, to string
		want     string
	}{
		{"no rule is its start alone", rule("2026-11-22T05:30", ""), hanoi, "2026-11-01 00:00", "2027-11-01 00:00", "2026-11-22 05:30"},
		{"weekdays at two times", rule("2026-11-20T05:30", "FREQ=WEEKLY;BYDAY=MO,FR;BYHOUR=5,17"), hanoi, "2026-11-20 06:00", "2026-11-24 00:00",
			"2026-11-20 17:30; 2026-11-23 05:30; 2026-11-23 17:30"},
		{"the last Sunday of a month", rule("2026-11-01T07:00", "FREQ=MONTHLY;BYDAY=-1SU"), hanoi, "2026-11-01 00:00", "2027-01-31 00:00",
			"2026-11-29 07:00; 2026-12-27 07:00"},
		{"the 31st leaves short months out", rule("2026-10-31T07:00", "FREQ=MONTHLY"), hanoi, "2026-10-01 00:00", "2027-02-01 00:00",
			"2026-10-31 07:00; 2026-12-31 07:00; 2027-01-31 07:00"},
		{"every second week keeps its beat far from its beginning", rule("2025-01-06T06:00", "FREQ=WEEKLY;INTERVAL=2"), hanoi, "2026-11-01 00:00", "2026-12-01 00:00",
			"2026-11-09 06:00; 2026-11-23 06:00"},
		{"every third day keeps its beat", rule("2025-01-01T06:00", "FREQ=DAILY;INTERVAL=3"), hanoi, "2026-11-20 00:00", "2026-11-27 00:00",
			"2026-11-22 06:00; 2026-11-25 06:00"},
		{"a count counts from the beginning", rule("2026-11-20T05:30", "FREQ=DAILY;COUNT=4"), hanoi, "2026-11-22 00:00", "2027-11-01 00:00",
			"2026-11-22 05:30; 2026-11-23 05:30"},
		{"the last day of a day-only UNTIL counts", rule("2026-11-20T05:30", "FREQ=DAILY;UNTIL=20261121"), hanoi, "2026-11-01 00:00", "2027-11-01 00:00",
			"2026-11-20 05:30; 2026-11-21 05:30"},
		{"every two hours on Sundays", rule("2026-11-20T06:00", "FREQ=HOURLY;INTERVAL=2;BYDAY=SU;BYHOUR=6,8,9"), hanoi, "2026-11-21 00:00", "2026-11-24 00:00",
			"2026-11-22 06:00; 2026-11-22 08:00"},
		{"every second hour at two minutes of it", rule("2026-11-20T06:10", "FREQ=HOURLY;INTERVAL=2;BYMINUTE=30,0;COUNT=4"), hanoi, "2026-11-01 00:00", "2026-12-01 00:00",
			"2026-11-20 06:30; 2026-11-20 08:00; 2026-11-20 08:30; 2026-11-20 10:00"},
		{"every hour, from within an hour", rule("2026-11-20T06:00", "FREQ=HOURLY;BYMINUTE=15,45;UNTIL=20261120T004500Z"), hanoi, "2026-11-20 06:20", "2026-12-01 00:00",
			"2026-11-20 06:45; 2026-11-20 07:15; 2026-11-20 07:45"},
		{"every 30 minutes, three times", rule("2026-11-20T06:00", "FREQ=MINUTELY;INTERVAL=30;COUNT=3"), hanoi, "2026-11-01 00:00", "2026-12-01 00:00",
			"2026-11-20 06:00; 2026-11-20 06:30; 2026-11-20 07:00"},
		{"a day and a start left out", with(daily, func(w *When) { w.Except = []string{"2026-11-21", "2026-11-23T05:30", "2026-11-24T17:00"} }), hanoi,
			"2026-11-20 00:00", "2026-11-25 00:00", "2026-11-20 05:30; 2026-11-22 05:30; 2026-11-24 05:30"},
		{"what is left out beats what is added", with(daily, func(w *When) {
			w.Except, w.Extra = []string{"2026-11-21"}, []string{"2026-11-21T17:00", "2026-11-22T17:00", "2026-11-22T05:30"}
		}), hanoi, "2026-11-21 00:00", "2026-11-23 00:00", "2026-11-22 05:30; 2026-11-22 17:00"},
		{"a moved start", with(daily, func(w *When) { w.Moved = []Move{{"2026-11-21T05:30", "2026-11-25T18:00"}} }), hanoi,
			"2026-11-20 00:00", "2026-11-22 00:00", "2026-11-20 05:30"},
		{"a moved start where it went", with(daily, func(w *When) { w.Moved = []Move{{"2026-11-21T05:30", "2026-11-25T18:00"}} }), hanoi,
			"2026-11-25 00:00", "2026-11-26 00:00", "2026-11-25 05:30; 2026-11-25 18:00"},
		{"a moved start of a day that is left out", with(daily, func(w *When) {
			w.Moved, w.Except = []Move{{"2026-11-21T05:30", "2026-11-25T18:00"}}, []string{"2026-11-21"}
		}), hanoi, "2026-11-25 00:00", "2026-11-26 00:00", "2026-11-25 05:30"},
		// 2026-11-23 is the 15th of the tenth lunar month.
		{"not at rằm", with(daily, func(w *When) { w.Lunar = &Lunar{Except: []LunarDay{{Day: 15}}} }), hanoi,
			"2026-11-22 00:00", "2026-11-25 00:00", "2026-11-22 05:30; 2026-11-24 05:30"},
		{"rằm and mùng một alone", with(daily, func(w *When) { w.Lunar = &Lunar{Only: []LunarDay{{Day: 15}, {Day: 1}}} }), hanoi,
			"2026-11-20 00:00", "2026-12-25 00:00", "2026-11-23 05:30; 2026-12-09 05:30; 2026-12-23 05:30"},
		{"Tết 2027 in Việt Nam", with(daily, func(w *When) { w.Lunar = &Lunar{Only: []LunarDay{{Month: 1, Day: 1}}} }), hanoi,
			"2026-12-20 00:00", "2027-12-25 00:00", "2027-02-06 05:30"},
		{"three times a week by turns", with(rule("2026-11-23T00:00", "FREQ=DAILY"), func(w *When) { w.Spread = &Spread{3, []string{"05:30", "17:00"}} }), hanoi,
			"2026-11-20 00:00", "2026-12-07 00:00",
			"2026-11-24 05:30; 2026-11-26 17:00; 2026-11-28 05:30; 2026-12-01 17:00; 2026-12-03 05:30; 2026-12-05 17:00"},
		{"ten times a week in two slots", with(rule("2026-11-23T12:00", "FREQ=DAILY;UNTIL=20261129"), func(w *When) { w.Spread = &Spread{10, []string{"05:30", "17:00"}} }), hanoi,
			"2026-11-20 00:00", "2026-12-07 00:00",
			"2026-11-23 05:30; 2026-11-24 05:30; 2026-11-24 17:00; 2026-11-25 17:00; 2026-11-26 05:30; 2026-11-26 17:00; 2026-11-27 05:30; 2026-11-28 05:30; 2026-11-28 17:00; 2026-11-29 17:00"},
		{"a first week with fewer places than times", with(rule("2026-11-28T12:00", "FREQ=DAILY"), func(w *When) { w.Spread = &Spread{9, []string{"05:30", "17:00"}} }), hanoi,
			"2026-11-20 00:00", "2026-11-30 00:00", "2026-11-28 05:30; 2026-11-28 17:00; 2026-11-29 05:30; 2026-11-29 17:00"},
		{"the time of day holds over a change of clocks", rule("2026-03-28T05:30", "FREQ=DAILY"), paris,
			"2026-03-28 00:00", "2026-03-31 00:00", "2026-03-28 05:30; 2026-03-29 05:30; 2026-03-30 05:30"},
		{"a time that the clocks are put forward over", rule("2026-03-28T02:30", "FREQ=DAILY"), paris,
			"2026-03-28 00:00", "2026-03-31 00:00", "2026-03-28 02:30; 2026-03-29 03:30; 2026-03-30 02:30"},
		{"a series that begins with it", rule("2026-03-29T02:30", "FREQ=DAILY"), paris,
			"2026-03-28 00:00", "2026-03-31 00:00", "2026-03-29 03:30; 2026-03-30 02:30"},
		{"a time that comes twice", rule("2026-10-24T02:30", "FREQ=DAILY"), paris,
			"2026-10-24 00:00", "2026-10-27 00:00", "2026-10-24 02:30; 2026-10-25 02:30; 2026-10-26 02:30"},
		{"some times of one day over the change", rule("2026-03-28T00:00", "FREQ=DAILY;BYHOUR=2,3;BYMINUTE=30"), paris,
			"2026-03-28 00:00", "2026-03-31 00:00", "2026-03-28 02:30; 2026-03-28 03:30; 2026-03-29 03:30; 2026-03-30 02:30; 2026-03-30 03:30"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if g := shown(tc.when, tc.loc, tc.from, tc.to); g != tc.want {
				t.Errorf("got  %s\nwant %s", g, tc.want)
			}
			checked, err := tc.when.Check(at(tc.loc, tc.from), tc.loc)
			if err != nil && tc.name != "a moved start of a day that is left out" {
				t.Fatalf("refused: %v", err)
			}
			if err == nil && shown(checked, tc.loc, tc.from, tc.to) != tc.want {
				t.Errorf("once checked it is %s", shown(checked, tc.loc, tc.from, tc.to))
			}
		})
	}
}

func TestRulesThatAreRefused(t *testing.T) {
	now := at(hanoi, "2026-11-21 12:00")
	for _, tc := range []struct {
		when        When
		code, field string
	}{
		{rule("", "FREQ=DAILY"), "time_missing", "when.start"},
		{rule("2026-02-30T05:30", "FREQ=DAILY"), "date_invalid", "when.start"},
		{rule("2036-02-20T05:30", "FREQ=DAILY"), "time_too_far", "when.start"},
		{rule("1970-02-20T05:30", "FREQ=DAILY"), "date_past", "when.start"},
		{rule("2026-11-22T05:30", "FREQ=SECONDLY"), "too_often", "when"},
		{rule("2026-11-22T05:30", "FREQ=MINUTELY"), "too_often", "when"},
		{rule("2026-11-22T05:30", "FREQ=MINUTELY;INTERVAL=4"), "too_often", "when"},
		{rule("2026-11-22T05:30", "FREQ=DAILY;BYMINUTE=0,1"), "too_often", "when"},
		{rule("2026-11-22T05:30", "FREQ=HOURLY;BYMINUTE=0,1"), "too_often", "when"},
		{rule("2026-11-22T05:30", "FREQ=MINUTELY;INTERVAL=10"), "too_many_starts", "when"},
		{rule("2026-11-22T05:30", "FREQ=MINUTELY;INTERVAL=10;UNTIL=20261231"), "", ""},
		{When{Kind: Rule, Start: "2026-11-22T05:30", Spread: &Spread{20, []string{"05:30", "17:00"}}}, "times_beyond_slots", "when.spread.times_per_week"},
		{When{Kind: Rule, Start: "2026-11-22T05:30", RRule: "FREQ=WEEKLY;BYDAY=MO,TH", Spread: &Spread{5, []string{"05:30", "17:00"}}}, "times_beyond_slots", "when.spread.times_per_week"},
		{When{Kind: Rule, Start: "2026-11-22T05:30", RRule: "FREQ=WEEKLY;BYDAY=MO,TH", Spread: &Spread{4, []string{"05:30", "17:00"}}}, "", ""},
		{rule("2026-11-22T05:30", "FREQ=DAILY;BYHOUR=0,23;BYMINUTE=0,57"), "too_often", "when"},
		{rule("2026-11-22T05:30", "FREQ=DAILY;BYSECOND=0,1"), "rule_invalid", "when.rrule"},
		{rule("2026-11-22T05:30", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"), "never", "when"},
		{rule("2026-11-22T05:30", "FREQ=HOURLY;INTERVAL=2;BYHOUR=6"), "never", "when"},
		{rule("2026-11-22T05:30", "FREQ=DAILY;UNTIL=20261120"), "never", "when"},
		{rule("2026-11-01T05:30", "FREQ=DAILY;COUNT=3"), "never", "when"},
		{rule("2026-11-22T05:30", "FREQ=YEARLY;INTERVAL=1000;COUNT=2;BYMONTH=1"), "never", "when"},
		{rule("2026-11-22T05:30", "FREQ=DAILY;COUNT=99999999999"), "rule_invalid", "when.rrule"},
		{rule("2026-11-22T05:30", "FREQ=DAILY;COUNT=1000000"), "rule_invalid", "when.rrule"},
		{rule("2026-11-22T05:30", "FREQ=DAILY;COUNT=0"), "rule_invalid", "when.rrule"},
		{rule("2026-11-22T05:30", "FREQ=DAILY;INTERVAL=-1"), "rule_invalid", "when.rrule"},
		{rule("2026-11-22T05:30", "FREQ=DAILY;UNTIL=99991231"), "time_too_far", "when.rrule"},
		{rule("2026-11-22T05:30", "FREQ=DAILY;COUNT=3;UNTIL=20261231"), "rule_invalid", "when.rrule"},
		{rule("2026-11-22T05:30", "FREQ=WEEKLY;BYDAY=1MO"), "rule_invalid", "when.rrule"},
		{rule("2026-11-22T05:30", "BYDAY=MO"), "rule_invalid", "when.rrule"},
		{rule("2026-11-22T05:30", "FREQ=DAILY\nDTSTART:20260101T000000"), "rule_invalid", "when.rrule"},
		{rule("2026-11-22T05:30", "FREQ=DAILY;BYHOUR="+strings.Repeat("1,", 400)+"1"), "rule_invalid", "when.rrule"},
		{When{Kind: Rule, Start: "2026-11-22T05:30", RRule: "FREQ=DAILY", Except: []string{"mai"}}, "date_invalid", "when.except"},
		{When{Kind: Rule, Start: "2026-11-22T05:30", RRule: "FREQ=DAILY", Extra: []string{"2026-11-22"}}, "date_invalid", "when.extra"},
		{When{Kind: Rule, Start: "2026-11-22T05:30", RRule: "FREQ=DAILY", Extra: []string{"2026-11-22T05:33"}}, "too_often", "when"},
		{When{Kind: Rule, Start: "2026-11-22T05:30", RRule: "FREQ=DAILY", Moved: []Move{{"2026-11-22T05:31", "2026-11-22T07:00"}}}, "moved_unknown", "when.moved"},
		{When{Kind: Rule, Start: "2026-11-22T05:30", RRule: "FREQ=DAILY", Moved: []Move{{"2026-11-22T05:30", "2026-11-23T05:30"}}}, "too_often", "when"},
		{When{Kind: Rule, Start: "2026-11-22T05:30", RRule: "FREQ=DAILY", Extra: make([]string, 500)}, "too_many_exceptions", "when.extra"},
		{When{Kind: Rule, Start: "2026-11-22T05:30", RRule: "FREQ=DAILY", Lunar: &Lunar{Only: []LunarDay{{Day: 0}}}}, "lunar_invalid", "when.lunar"},
		{When{Kind: Rule, Start: "2026-11-22T05:30", RRule: "FREQ=DAILY", Lunar: &Lunar{Except: []LunarDay{{Day: 31}}}}, "lunar_invalid", "when.lunar"},
		{When{Kind: Rule, Start: "2026-11-22T05:30", Spread: &Spread{0, []string{"05:30"}}}, "times_invalid", "when.spread.times_per_week"},
		{When{Kind: Rule, Start: "2026-11-22T05:30", Spread: &Spread{2, nil}}, "slots_missing", "when.spread.slots"},
		{When{Kind: Rule, Start: "2026-11-22T05:30", Spread: &Spread{14, []string{"05:30", "05:32"}}}, "too_often", "when"},
	} {
		_, err := tc.when.Check(now, hanoi)
		if err == nil && tc.code == "" {
			continue
		}
		var p *problem.Problem
		if !errors.As(err, &p) || p.Code != tc.code || p.Field != tc.field {
			t.Errorf("%+v: %v, want %s at %s", tc.when, err, tc.code, tc.field)
		}
	}
}

// A rule of every minute is refused for what it names, before it is walked for two years.
func TestARuleOfEveryMinuteIsRefusedAtOnce(t *testing.T) {
	minutes := make([]string, 60)
	for i := range minutes {
		minutes[i] = fmt.Sprint(i)
	}
	w := rule("2026-11-22T05:30", "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23;BYMINUTE="+strings.Join(minutes, ","))
	allocs := testing.AllocsPerRun(1, func() {
		if _, err := w.Check(at(hanoi, "2026-11-21 12:00"), hanoi); codeOf(err) != "too_often when" {
			t.Errorf("every minute: %v", err)
		}
	})
	if allocs > 100_000 { // a million starts in two years
		t.Errorf("it was walked: %.0f allocations", allocs)
	}
}

// TestARuleThatIsWrongIsSaidInBothLanguages asks for what is wrong, and for what to
// write instead.
func TestARuleThatIsWrongIsSaidInBothLanguages(t *testing.T) {
	for rule, want := range map[string][2]string{
		"FREQ=SOMETIMES":                    {"Không có nhịp lặp “SOMETIMES”. Hãy ghi FREQ=DAILY", "There is no FREQ=SOMETIMES. Write FREQ=DAILY"},
		"BYDAY=MO":                          {"Hãy thêm FREQ=DAILY", "Add FREQ=DAILY"},
		"FREQ=DAILY;COUNT=0":                {"COUNT=0 không hợp lệ. Hãy ghi một số từ 1 đến 10000.", "COUNT=0 is not possible. Write a number from 1 to 10000."},
		"FREQ=DAILY;INTERVAL=x":             {"INTERVAL=X không hợp lệ. Hãy ghi một số từ 1 đến 1000.", "Write a number from 1 to 1000."},
		"FREQ=DAILY;UNTIL=20260231":         {"Hãy ghi theo dạng UNTIL=20261231.", "Write it as UNTIL=20261231."},
		"FREQ=WEEKLY;BYDAY=MO,XX":           {"BYDAY=XX không phải là ngày trong tuần. Hãy ghi MO", "BYDAY=XX is no weekday. Write MO"},
		"FREQ=WEEKLY;BYDAY=99MO":            {"BYDAY=99MO không phải", "BYDAY=99MO is no weekday"},
		"FREQ=WEEKLY;BYDAY=MO,":             {"không phải là ngày trong tuần", "is no weekday"},
		"FREQ=WEEKLY;WKST=1MO":              {"WKST=1MO không phải", "WKST=1MO is no weekday"},
		"FREQ=DAILY;BYHOUR=5,25":            {"BYHOUR=25 không hợp lệ. Hãy ghi số từ 0 đến 23, cách", "BYHOUR=25 is not possible. Write numbers from 0 to 23 with"},
		"FREQ=MONTHLY;BYMONTHDAY=0":         {"từ 1 đến 31 (hoặc -1 đến -31 nếu đếm từ cuối)", "from 1 to 31 (or -1 to -31, counted from the end)"},
		"FREQ=DAILY;BYMINUTE=-1":            {"từ 0 đến 59,", "from 0 to 59 with"},
		"FREQ=DAILY;BYEASTER=1":             {"Không dùng được “BYEASTER”", `"BYEASTER" cannot be used`},
		"FREQ=DAILY;DTSTART=20260101":       {"chọn ngày giờ bắt đầu ở ô riêng", "in their own field"},
		"FREQ=DAILY;FREQ=DAILY":             {"FREQ được ghi hai lần", "FREQ stands there twice"},
		"FREQ=DAILY;BYDAY":                  {"Phần “BYDAY” thiếu giá trị", `The part "BYDAY" has no value`},
		"FREQ=DAILY;BYDAY=A=B":              {"không phải là ngày trong tuần", "is no weekday"},
		"hằng ngày":                         {"Quy tắc chỉ gồm chữ cái không dấu", "Only letters, digits"},
		"FREQ=DAILY;BYSETPOS=1":             {"BYSETPOS cần một phần khác", "BYSETPOS needs another part"},
		"FREQ=DAILY;BYWEEKNO=1":             {"chỉ dùng với FREQ=YEARLY", "need FREQ=YEARLY"},
		"FREQ=HOURLY;BYSETPOS=1":            {"ghi các giờ bằng BYHOUR", "name the hours with BYHOUR"},
		"FREQ=WEEKLY;BYDAY=1MO":             {"Hãy đổi FREQ, hoặc bỏ số", "leave the number out"},
		"FREQ=DAILY;COUNT=3;UNTIL=20261231": {"Hãy chỉ giữ số lần", "Keep the number"},
	} {
		_, err := parseRRULE(rule, at(hanoi, "2026-11-22 05:30"))
		var f fault
		if !errors.As(err, &f) || !strings.Contains(f.VI, want[0]) || !strings.Contains(f.EN, want[1]) {
			t.Errorf("%s: %+v", rule, err)
		}
		if strings.Contains(f.VI+f.EN, "%!") {
			t.Errorf("%s: %s / %s", rule, f.VI, f.EN)
		}
	}
}

func TestDescriptions(t *testing.T) {
	once := at(hanoi, "2026-11-22 19:30")
	for _, tc := range []struct {
		when   When
		vi, en string
	}{
		{When{Kind: Now}, "Ngay bây giờ", "Now"},
		{When{Kind: Once, At: &once}, "Một lần, lúc 19:30 ngày 22/11/2026", "Once at 19:30 on 22 Nov 2026"},
		{When{Kind: Daily, Time: "05:30", From: "2026-11-20", Until: "2026-12-01"}, "Hằng ngày lúc 05:30, đến hết 01/12/2026", "Daily at 05:30, until 1 Dec 2026"},
		{When{Kind: Weekly, Time: "05:30", Days: []int{1, 5}, From: "2026-11-20"}, "Thứ Hai và thứ Sáu hằng tuần lúc 05:30", "Every Monday and Friday at 05:30"},
		{When{Kind: Rule, Start: "2026-11-20T05:30", RRule: "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR,SA", Lunar: &Lunar{Except: []LunarDay{{Day: 15}}}},
			"Hằng ngày lúc 05:30, trừ Chủ nhật và ngày rằm", "Daily at 05:30, except Sunday and the full moon (rằm)"},
		{When{Kind: Rule, Start: "2026-11-20T05:30", RRule: "FREQ=DAILY;COUNT=5;BYHOUR=5,17", Except: []string{"2026-11-22", "2026-11-23T05:30"}},
			"Hằng ngày lúc 05:30 và 17:30, 5 lần, trừ 22/11/2026 và 05:30 ngày 23/11/2026", "Daily at 05:30 and 17:30, 5 times, except 22 Nov 2026 and 05:30 on 23 Nov 2026"},
		{rule("2026-11-20T05:30", "FREQ=WEEKLY;INTERVAL=2"), "Thứ Sáu, cứ 2 tuần một lần lúc 05:30, từ 20/11/2026", "Friday, every 2 weeks at 05:30, from 20 Nov 2026"},
		{rule("2026-11-20T05:30", "FREQ=MONTHLY;BYDAY=1MO,-1SU"), "Hằng tháng vào thứ Hai đầu tiên và Chủ nhật cuối cùng lúc 05:30", "Monthly on the first Monday and the last Sunday at 05:30"},
		{rule("2026-09-02T06:00", "FREQ=YEARLY"), "Hằng năm vào ngày 2 tháng 9 lúc 06:00", "Yearly on day 2 of month 9 at 06:00"},
		{When{Kind: Rule, Start: "2026-11-20T05:30", Extra: []string{"2026-11-24T05:30"}}, "Ngày 20/11/2026 lúc 05:30, thêm 05:30 ngày 24/11/2026", "On 20 Nov 2026 at 05:30, also 05:30 on 24 Nov 2026"},
		{When{Kind: Rule, Start: "2026-11-20T05:30", RRule: "FREQ=DAILY", Lunar: &Lunar{Only: []LunarDay{{Day: 1}, {Day: 15}}}}, "Hằng ngày lúc 05:30, chỉ vào mùng một và ngày rằm",
			"Daily at 05:30, only on the first lunar day (mùng một) and the full moon (rằm)"},
		{When{Kind: Rule, Start: "2026-11-20T00:00", RRule: "FREQ=DAILY;UNTIL=20261220", Spread: &Spread{3, []string{"05:30", "17:00"}}},
			"3 lần mỗi tuần, luân phiên lúc 05:30 và 17:00, từ 20/11/2026, đến hết 20/12/2026", "3 times a week, by turns at 05:30 and 17:00, from 20 Nov 2026, until 20 Dec 2026"},
		{rule("2026-11-20T05:30", "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=2"), "Hằng tháng vào thứ Hai lần thứ hai trong tháng lúc 05:30", "Monthly on the second Monday at 05:30"},
		{rule("2026-11-20T05:30", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"), "Theo lịch riêng, những lần đầu: 05:30 ngày 30/11/2026, 05:30 ngày 31/12/2026 và 05:30 ngày 29/01/2027",
			"By a schedule of its own, at first 05:30 on 30 Nov 2026, 05:30 on 31 Dec 2026 and 05:30 on 29 Jan 2027"},
		{rule("2026-11-20T05:30", "FREQ=HOURLY"), "Hằng giờ, từ 05:30 ngày 20/11/2026", "Every hour, from 05:30 on 20 Nov 2026"},
		{rule("2026-11-20T05:30", "FREQ=HOURLY;INTERVAL=2;BYDAY=SU,SA;BYHOUR=7,9"), "Cứ 2 giờ một lần vào thứ Bảy và Chủ nhật, trong khoảng 07:00–07:59 và 09:00–09:59, từ 05:30 ngày 20/11/2026",
			"Every 2 hours on Saturday and Sunday, within 07:00–07:59 and 09:00–09:59, from 05:30 on 20 Nov 2026"},
		{rule("2026-11-20T05:30", "FREQ=HOURLY;BYMINUTE=0,30"), "Hằng giờ, vào phút 0 và 30, từ 05:30 ngày 20/11/2026", "Every hour, at minute 0 and 30, from 05:30 on 20 Nov 2026"},
		{rule("2026-11-20T05:30", "FREQ=HOURLY;BYHOUR=6,8"), "Hằng ngày lúc 06:30 và 08:30", "Daily at 06:30 and 08:30"},
		{rule("2026-11-20T05:30", "FREQ=MINUTELY;INTERVAL=30;BYHOUR=6"), "Cứ 30 phút một lần, trong khoảng 06:00–06:59, từ 05:30 ngày 20/11/2026", "Every 30 minutes, within 06:00–06:59, from 05:30 on 20 Nov 2026"},
		{rule("2026-11-20T05:30", "FREQ=YEARLY;BYMONTH=11;BYDAY=2MO"), "Hằng năm vào thứ Hai lần thứ hai tháng 11 lúc 05:30", "Yearly on the second Monday of month 11 at 05:30"},
		{rule("2026-11-20T05:30", "FREQ=YEARLY;BYDAY=1MO"), "Hằng năm vào thứ Hai đầu tiên trong năm lúc 05:30", "Yearly on the first Monday of the year at 05:30"},
		{rule("2026-11-20T05:30", "FREQ=YEARLY;BYMONTHDAY=15"), "Hằng tháng vào ngày 15 lúc 05:30", "Monthly on day 15 at 05:30"},
		{rule("2026-11-20T05:30", "FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=27"), "Hằng năm vào ngày 27 tháng 1 và ngày 27 tháng 7 lúc 05:30", "Yearly on day 27 of month 1 and day 27 of month 7 at 05:30"},
		{rule("2026-11-20T05:30", "FREQ=YEARLY;BYYEARDAY=100"), "Theo lịch riêng, những lần đầu: 05:30 ngày 10/04/2027, 05:30 ngày 09/04/2028 và 05:30 ngày 10/04/2029",
			"By a schedule of its own, at first 05:30 on 10 Apr 2027, 05:30 on 9 Apr 2028 and 05:30 on 10 Apr 2029"},
		{When{Kind: Rule, Start: "2026-11-20T05:30", RRule: "FREQ=DAILY", Moved: []Move{{"2026-11-21T05:30", "2026-11-21T07:00"}}},
			"Hằng ngày lúc 05:30, dời 05:30 ngày 21/11/2026 sang 07:00 ngày 21/11/2026", "Daily at 05:30, moved: 05:30 on 21 Nov 2026 to 07:00 on 21 Nov 2026"},
	} {
		if got := tc.when.Describe(hanoi); got != (problem.Words{VI: tc.vi, EN: tc.en}) {
			t.Errorf("got  %s | %s\nwant %s | %s", got.VI, got.EN, tc.vi, tc.en)
		}
	}
}

// FuzzRule holds that any rule is refused or sane: it ends, sounds, keeps its
// distance, and is described.
func FuzzRule(f *testing.F) {
	for _, s := range []string{"FREQ=DAILY", "FREQ=YEARLY;BYWEEKNO=53;BYDAY=1MO", "FREQ=MONTHLY;BYMONTHDAY=-1,31;BYSETPOS=-1", "FREQ=HOURLY;INTERVAL=7;BYMONTHDAY=-31",
		"FREQ=MINUTELY;INTERVAL=61;BYHOUR=3", "FREQ=HOURLY;INTERVAL=3;BYMINUTE=5,50", "FREQ=SECONDLY", "FREQ=DAILY;COUNT=3", "FREQ=WEEKLY;WKST=SU;INTERVAL=2;BYDAY=TU,SU", "FREQ=DAILY;UNTIL=20270101T000000Z",
		"FREQ=YEARLY;BYYEARDAY=366", "RRULE:FREQ=DAILY;BYHOUR=24", "FREQ=MONTHLY;BYDAY=+5FR", "FREQ=YEARLY;BYDAY=53MO;INTERVAL=999"} {
		f.Add(s, "2026-11-22T05:30", "2026-11-23", 15)
	}
	f.Fuzz(func(t *testing.T, s, start, except string, lunarDay int) {
		now := at(hanoi, "2026-11-21 12:00")
		w := When{Kind: Rule, Start: start, RRule: s, Except: []string{except}, Lunar: &Lunar{Except: []LunarDay{{Day: lunarDay}}}}
		checked, err := w.Check(now, hanoi)
		if err != nil {
			var p *problem.Problem
			if !errors.As(err, &p) || p.VI == "" {
				t.Fatalf("refused without words: %v", err)
			}
			return
		}
		again, err := checked.Check(now, hanoi)
		if err != nil {
			t.Fatalf("what was accepted is refused: %+v: %v", checked, err)
		}
		from, to := at(hanoi, "2026-11-21 12:00"), at(hanoi, "2027-01-21 12:00")
		starts := checked.Starts(from, to, hanoi)
		if shown(again, hanoi, "2026-11-21 12:00", "2027-01-21 12:00") != shown(checked, hanoi, "2026-11-21 12:00", "2027-01-21 12:00") {
			t.Fatal("checking it again changed it")
		}
		// A window shows what two halves of it show.
		mid := at(hanoi, "2026-12-13 00:00")
		if n := len(checked.Starts(from, mid, hanoi)) + len(checked.Starts(mid, to, hanoi)); n != len(starts) {
			t.Fatalf("%+v: %d starts in two halves, %d at once", checked, n, len(starts))
		}
		for i := 1; i < len(starts); i++ {
			if starts[i].Sub(starts[i-1]) < minApart {
				t.Fatalf("%v follows %v", starts[i], starts[i-1])
			}
		}
		if d := checked.Describe(hanoi); d.VI == "" || strings.Contains(d.VI+d.EN, "%!") || strings.Contains(d.VI+d.EN, "FREQ") {
			t.Fatalf("%+v is described as %q", checked, d)
		}
	})
}
