package schedule

import (
	"encoding/json"
	"errors"
	"fmt"
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
		{`{"kind":"now","at":"2001-01-01T00:00:00Z","time":"x","days":[9]}`, `{"kind":"now"}`},
		{fmt.Sprintf(`{"kind":"once","at":%q,"time":"x"}`, when.Format(time.RFC3339Nano)), `{"kind":"once","at":"2026-03-02T12:30:00Z"}`},
		{`{"kind":"daily","time":"04:00","days":[3]}`, `{"kind":"daily","time":"04:00","from":"2026-03-02"}`},
		{`{"kind":"weekly","time":"05:30","days":[7,1,7],"until":"2026-12-31"}`, `{"kind":"weekly","time":"05:30","days":[1,7],"from":"2026-03-02","until":"2026-12-31"}`},
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
