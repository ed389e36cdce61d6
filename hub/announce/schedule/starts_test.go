package schedule

import (
	"strings"
	"testing"
	"time"
)

// hanoi has no daylight saving time; paris proves that nothing leans on that.
var (
	hanoi = time.FixedZone("Asia/Ho_Chi_Minh", 7*3600)
	paris = func() *time.Location {
		l, err := time.LoadLocation("Europe/Paris")
		if err != nil {
			panic(err)
		}
		return l
	}()
)

func at(loc *time.Location, s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, loc)
	if err != nil {
		panic(err)
	}
	return t
}

func TestStarts(t *testing.T) {
	once := at(hanoi, "2026-03-31 19:30")
	for _, tc := range []struct {
		name     string
		when     When
		loc      *time.Location
		from, to string
		want     string // local, "; " between
	}{
		{"now has no plan", When{Kind: Now}, hanoi, "2026-03-01 00:00", "2026-04-01 00:00", ""},
		{"once", When{Kind: Once, At: &once}, hanoi, "2026-03-31 19:30", "2026-03-31 19:31", "2026-03-31 19:30"},
		{"once, the end is outside", When{Kind: Once, At: &once}, hanoi, "2026-03-30 00:00", "2026-03-31 19:30", ""},
		{"once, over", When{Kind: Once, At: &once}, hanoi, "2026-03-31 19:31", "2026-05-01 00:00", ""},
		{"daily over a month's end", When{Kind: Daily, Time: "05:30", From: "2026-01-01"}, hanoi,
			"2026-02-27 06:00", "2026-03-02 05:30", "2026-02-28 05:30; 2026-03-01 05:30"},
		{"daily in a leap year", When{Kind: Daily, Time: "17:00", From: "2028-02-28"}, hanoi,
			"2028-02-28 00:00", "2028-03-02 00:00", "2028-02-28 17:00; 2028-02-29 17:00; 2028-03-01 17:00"},
		{"daily, not before its first day", When{Kind: Daily, Time: "05:30", From: "2026-03-05"}, hanoi,
			"2026-03-01 00:00", "2026-03-06 12:00", "2026-03-05 05:30; 2026-03-06 05:30"},
		{"daily, its last day counts", When{Kind: Daily, Time: "23:59", From: "2026-03-01", Until: "2026-03-02"}, hanoi,
			"2026-03-01 00:00", "2026-04-01 00:00", "2026-03-01 23:59; 2026-03-02 23:59"},
		{"daily at midnight", When{Kind: Daily, Time: "00:00", From: "2026-03-01", Until: "2026-03-02"}, hanoi,
			"2026-02-01 00:00", "2026-04-01 00:00", "2026-03-01 00:00; 2026-03-02 00:00"},
		{"weekly on Monday and Sunday", When{Kind: Weekly, Time: "06:00", Days: []int{1, 7}, From: "2026-03-04"}, hanoi,
			"2026-03-01 00:00", "2026-03-17 00:00", "2026-03-08 06:00; 2026-03-09 06:00; 2026-03-15 06:00; 2026-03-16 06:00"},
		{"weekly, until cuts the week", When{Kind: Weekly, Time: "06:00", Days: []int{1, 3, 5}, From: "2026-03-02", Until: "2026-03-04"}, hanoi,
			"2026-03-01 00:00", "2026-03-31 00:00", "2026-03-02 06:00; 2026-03-04 06:00"},
		{"an old series", When{Kind: Weekly, Time: "06:00", Days: []int{2, 4}, From: "2019-01-05"}, hanoi,
			"2026-03-02 00:00", "2026-03-09 00:00", "2026-03-03 06:00; 2026-03-05 06:00"},
		{"over a year's end", When{Kind: Weekly, Time: "06:00", Days: []int{4}, From: "2026-12-01"}, hanoi,
			"2026-12-28 00:00", "2027-01-10 00:00", "2026-12-31 06:00; 2027-01-07 06:00"},
		{"the time of day holds over a change of clocks", When{Kind: Daily, Time: "05:30", From: "2026-03-28"}, paris,
			"2026-03-28 00:00", "2026-03-31 00:00", "2026-03-28 05:30; 2026-03-29 05:30; 2026-03-30 05:30"},
		{"only on the day on which the clocks are put forward over it", When{Kind: Daily, Time: "02:30", From: "2026-03-29"}, paris,
			"2026-03-28 00:00", "2026-04-01 00:00", "2026-03-29 03:30; 2026-03-30 02:30; 2026-03-31 02:30"},
		{"an hour that comes twice is used once", When{Kind: Daily, Time: "02:30", From: "2026-10-24"}, paris,
			"2026-10-24 00:00", "2026-10-27 00:00", "2026-10-24 02:30; 2026-10-25 02:30; 2026-10-26 02:30"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var got []string
			for _, s := range tc.when.Starts(at(tc.loc, tc.from), at(tc.loc, tc.to), tc.loc) {
				got = append(got, s.In(tc.loc).Format("2006-01-02 15:04"))
				if s.Location() != time.UTC {
					t.Errorf("%v is not in UTC", s)
				}
			}
			if g := strings.Join(got, "; "); g != tc.want {
				t.Errorf("got  %s\nwant %s", g, tc.want)
			}
		})
	}
}

func TestRRULE(t *testing.T) {
	once := at(hanoi, "2026-03-31 19:30")
	saigon, err := time.LoadLocation("Asia/Ho_Chi_Minh")
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		when When
		want string
	}{
		{When{Kind: Now}, ""},
		{When{Kind: Once, At: &once}, "DTSTART:20260331T123000Z"},
		{When{Kind: Daily, Time: "05:30", From: "2026-03-01"}, "DTSTART;TZID=Asia/Ho_Chi_Minh:20260301T053000\nRRULE:FREQ=DAILY"},
		{When{Kind: Weekly, Time: "05:30", Days: []int{1, 7}, From: "2026-03-01", Until: "2026-03-31"},
			"DTSTART;TZID=Asia/Ho_Chi_Minh:20260301T053000\nRRULE:FREQ=WEEKLY;UNTIL=20260331T165959Z;BYDAY=MO,SU"},
	} {
		got, err := tc.when.RRULE(saigon)
		if err != nil || got != tc.want {
			t.Errorf("got %q, %v; want %q", got, err, tc.want)
		}
	}
}

func TestClock(t *testing.T) {
	for s, want := range map[string]int{"00:00": 0, "05:30": 330, "23:59": 1439} {
		if h, m, err := ParseClock(s); err != nil || h*60+m != want {
			t.Errorf("%s: %d:%d, %v", s, h, m, err)
		}
	}
	for _, s := range []string{"", "5:30", "05:3", "24:00", "12:60", "+5:30", "05:-3", "0530", "05:30:00", " 5:30", "05:30 ", "٠٥:٣٠", "aa:bb"} {
		if h, m, err := ParseClock(s); err == nil {
			t.Errorf("%q was read as %d:%d", s, h, m)
		}
	}
}

func FuzzClock(f *testing.F) {
	for _, s := range []string{"05:30", "23:59", "24:00", "+1:00", "", ":", "٠٥:٣٠"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		h, m, err := ParseClock(s)
		if err != nil {
			return
		}
		if h < 0 || h > 23 || m < 0 || m > 59 || len(s) != 5 {
			t.Errorf("%q was read as %d:%d", s, h, m)
		}
		if got := time.Date(2026, 1, 1, h, m, 0, 0, time.UTC).Format("15:04"); got != s {
			t.Errorf("%q was read as %s", s, got)
		}
	})
}
