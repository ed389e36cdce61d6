package schedule

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/hub/problem"
)

func codeOf(err error) string {
	var p *problem.Problem
	if !errors.As(err, &p) {
		return fmt.Sprint(err)
	}
	if p.VI == "" || p.EN == "" || strings.Contains(p.VI+p.EN, "%!") {
		return fmt.Sprintf("without proper words: %q / %q", p.VI, p.EN)
	}
	return p.Code + " " + p.Field
}

func TestSchedulesThatCannotBe(t *testing.T) {
	now := at(hanoi, "2026-03-02 05:00") // a Monday
	instant := func(s string) *time.Time { t := at(hanoi, s); return &t }
	for _, tc := range []struct {
		when When
		want string
	}{
		{When{}, "when_unknown when.kind"},
		{When{Kind: "hourly"}, "when_unknown when.kind"},
		{When{Kind: Once}, "time_missing when.at"},
		{When{Kind: Once, At: instant("2026-03-02 04:59")}, "time_past when.at"},
		{When{Kind: Once, At: instant("2026-03-02 05:00")}, "time_past when.at"},
		{When{Kind: Once, At: instant("1970-01-01 07:00")}, "time_past when.at"},
		{When{Kind: Once, At: instant("2038-01-19 03:14")}, "time_too_far when.at"},
		{When{Kind: Daily}, "time_missing when.time"},
		{When{Kind: Daily, Time: "5:30"}, "time_invalid when.time"},
		{When{Kind: Daily, Time: "25:00"}, "time_invalid when.time"},
		{When{Kind: Daily, Time: "%s%d"}, "time_invalid when.time"},
		{When{Kind: Daily, Time: "05:30", From: "2026-02-30"}, "date_invalid when.from"},
		{When{Kind: Daily, Time: "05:30", Until: "hôm nay"}, "date_invalid when.until"},
		{When{Kind: Daily, Time: "05:30", From: "2026-03-10", Until: "2026-03-09"}, "until_before_from when.until"},
		{When{Kind: Daily, Time: "05:30", Until: "2026-03-01", From: "2026-02-01"}, "never when"},
		{When{Kind: Daily, Time: "04:30", Until: "2026-03-02"}, "never when"},
		{When{Kind: Daily, Time: "05:30", From: "2030-01-01"}, "time_too_far when.from"},
		{When{Kind: Daily, Time: "05:30", From: "0001-01-01"}, "date_past when.from"},
		{When{Kind: Weekly, Time: "05:30"}, "days_missing when.days"},
		{When{Kind: Weekly, Time: "05:30", Days: []int{0}}, "day_invalid when.days"},
		{When{Kind: Weekly, Time: "05:30", Days: []int{1, 8}}, "day_invalid when.days"},
		{When{Kind: Weekly, Time: "05:30", Days: []int{7}, Until: "2026-03-07"}, "never when"},
	} {
		if _, err := tc.when.Check(now, hanoi); codeOf(err) != tc.want {
			t.Errorf("%+v: %s, want %s", tc.when, codeOf(err), tc.want)
		}
	}
}

func TestSchedulesAreBroughtToOneForm(t *testing.T) {
	now := at(hanoi, "2026-03-02 05:00")
	when := at(hanoi, "2026-03-02 19:30").Add(700 * time.Millisecond)
	for _, tc := range []struct{ in, want string }{
		{`{"kind":"now","days":[],"except":[],"lunar":{}}`, `{"kind":"now"}`},
		{fmt.Sprintf(`{"kind":"once","at":%q}`, when.Format(time.RFC3339Nano)), `{"kind":"once","at":"2026-03-02T12:30:00Z"}`},
		{`{"kind":"daily","time":"04:00"}`, `{"kind":"daily","time":"04:00","from":"2026-03-02"}`},
		{`{"kind":"weekly","time":"05:30","days":[7,1,7],"until":"2026-12-31"}`, `{"kind":"weekly","time":"05:30","days":[1,7],"from":"2026-03-02","until":"2026-12-31"}`},
		// 2026-03-03 is a rằm.
		{`{"kind":"daily","time":"05:30","lunar":{"except":[{"day":15}]},"except":["2026-03-05"]}`,
			`{"kind":"rule","start":"2026-03-02T05:30","rrule":"FREQ=DAILY","except":["2026-03-05"],"lunar":{"except":[{"day":15}]}}`},
		{`{"kind":"weekly","time":"05:30","days":[2,4],"until":"2026-03-20","extra":["2026-03-06T07:00"]}`,
			`{"kind":"rule","start":"2026-03-02T05:30","rrule":"FREQ=WEEKLY;UNTIL=20260320T165959Z;BYDAY=TU,TH","extra":["2026-03-06T07:00"]}`},
	} {
		var w When
		if err := json.Unmarshal([]byte(tc.in), &w); err != nil {
			t.Fatal(err)
		}
		got, err := w.Check(now, hanoi)
		text, _ := json.Marshal(got)
		if err != nil || string(text) != tc.want {
			t.Errorf("%s became %s, %v; want %s", tc.in, text, err, tc.want)
		}
	}
}

// TestNoFieldVanishes gives each kind of schedule each field: it counts, or it is
// refused by its name.
func TestNoFieldVanishes(t *testing.T) {
	now := at(hanoi, "2026-03-02 05:00") // a Monday; the day after is a rằm
	kinds := map[Kind]string{
		Now: `{}`, InProgramme: `{}`, Once: `{"at":"2026-03-04T12:30:00Z"}`, Daily: `{"time":"05:30"}`, Weekly: `{"time":"05:30","days":[2,3]}`,
		Rule: `{"start":"2026-03-02T05:30","rrule":"FREQ=DAILY"}`,
	}
	values := map[string]string{
		"at": `"2026-03-04T12:30:00Z"`, "time": `"06:45"`, "days": `[3]`, "from": `"2026-03-04"`, "until": `"2026-03-05"`,
		"start": `"2026-03-03T06:45"`, "rrule": `"FREQ=DAILY;COUNT=3"`, "except": `["2026-03-03"]`, "extra": `["2026-03-06T10:00"]`,
		"moved": `[{"from":"2026-03-03T05:30","to":"2026-03-03T18:00"}]`, "lunar": `{"except":[{"day":15}]}`, "spread": `{"times_per_week":2,"slots":["17:00"]}`,
	}
	for i := range reflect.TypeFor[When]().NumField() {
		name, _, _ := strings.Cut(reflect.TypeFor[When]().Field(i).Tag.Get("json"), ",")
		if name == "kind" {
			continue
		}
		if values[name] == "" {
			t.Fatalf("%s is not tried", name)
		}
		for kind, plain := range kinds {
			without, with := read(t, plain), read(t, plain)
			if err := json.Unmarshal([]byte(`{"`+name+`":`+values[name]+`}`), &with); err != nil {
				t.Fatal(err)
			}
			without.Kind, with.Kind = kind, kind
			bare, err := without.Check(now, hanoi)
			if err != nil {
				t.Fatal(err)
			}
			checked, err := with.Check(now, hanoi)
			given := strings.Contains(plain, `"`+name+`"`)
			if err != nil {
				if codeOf(err) != "field_unused when."+name || given || !strings.Contains(err.Error(), name) {
					t.Errorf("%s with %s: %v", kind, name, err)
				}
				continue
			}
			from, to := "2026-03-01 00:00", "2026-03-16 00:00"
			if kind != Once && shown(checked, hanoi, from, to) == shown(bare, hanoi, from, to) {
				t.Errorf("%s with %s sounds as without: %s", kind, name, shown(bare, hanoi, from, to))
			}
			if kind != Once && checked.Describe(hanoi) == bare.Describe(hanoi) && name != "from" {
				t.Errorf("%s with %s is described as without: %s", kind, name, bare.Describe(hanoi).EN)
			}
		}
	}
}

func read(t *testing.T, s string) (w When) {
	t.Helper()
	if err := json.Unmarshal([]byte(s), &w); err != nil {
		t.Fatal(err)
	}
	return w
}
