package lunar

import (
	"fmt"
	"testing"
	"time"
)

// tet are the first days of the Vietnamese years as published (official
// calendars, Hồ Ngọc Đức's tables), month and day by year from 1990.
var tet = [...]string{
	"01-27", "02-15", "02-04", "01-23", "02-10", "01-31", "02-19", "02-07", "01-28", "02-16", // 1990
	"02-05", "01-24", "02-12", "02-01", "01-22", "02-09", "01-29", "02-17", "02-07", "01-26", // 2000
	"02-14", "02-03", "01-23", "02-10", "01-31", "02-19", "02-08", "01-28", "02-16", "02-05", // 2010
	"01-25", "02-12", "02-01", "01-22", "02-10", "01-29", "02-17", "02-06", "01-26", "02-13", // 2020
	"02-02", "01-23", "02-11", "01-31", "02-19", "02-08", "01-28", "02-15", "02-04", "01-24", // 2030
	"02-12", "02-01", "01-22", "02-10", "01-30", "02-17", "02-06", "01-26", "02-14", "02-02", // 2040
	"01-23", // 2050
}

// leapMonths are all leap months of the years 1968 to 2053, by year.
var leapMonths = map[int]int{
	1968: 7, 1971: 5, 1974: 4, 1976: 8, 1979: 6, 1982: 4, 1985: 2, 1987: 7, 1990: 5, 1993: 3, 1995: 8, 1998: 5,
	2001: 4, 2004: 2, 2006: 7, 2009: 5, 2012: 4, 2014: 9, 2017: 6, 2020: 4, 2023: 2, 2025: 6, 2028: 5, 2031: 3,
	2033: 11, 2036: 6, 2039: 5, 2042: 2, 2044: 7, 2047: 5, 2050: 3, 2052: 8,
}

func (s Solar) String() string { return fmt.Sprintf("%04d-%02d-%02d", s.Year, s.Month, s.Day) }

func TestTetFallsOnThePublishedDays(t *testing.T) {
	for i, day := range tet {
		year := 1990 + i
		want := fmt.Sprintf("%d-%s", year, day)
		got, ok := ToSolar(Date{Year: year, Month: 1, Day: 1})
		if !ok || got.String() != want {
			t.Errorf("Tết %d: got %s, %v, want %s", year, got, ok, want)
		}
	}
}

func TestLeapMonthsAreThePublishedOnes(t *testing.T) {
	for year := 1968; year <= 2053; year++ {
		for month := 1; month <= 12; month++ {
			_, ok := ToSolar(Date{Year: year, Month: month, Day: 1, Leap: true})
			if want := leapMonths[year] == month; ok != want {
				t.Errorf("leap month %d of %d exists: got %v, want %v", month, year, ok, want)
			}
		}
	}
}

func TestNeighboursReckonInTheirZone(t *testing.T) {
	for _, c := range []struct {
		zone Zone
		tet  string
	}{
		{Vietnam, "1968-01-29"}, {China, "1968-01-30"},
		{Vietnam, "1985-01-21"}, {China, "1985-02-20"}, // a month apart
		{Vietnam, "2007-02-17"}, {China, "2007-02-18"}, {Korea, "2007-02-18"},
		{Vietnam, "2026-02-17"}, {China, "2026-02-17"}, {Korea, "2026-02-17"},
		// The new moon of 6 February 2027 comes at 15:56 UTC: midnight has passed in
		// Korea alone.
		{Vietnam, "2027-02-06"}, {China, "2027-02-06"}, {Korea, "2027-02-07"},
		{Vietnam, "2030-02-02"}, {China, "2030-02-03"}, {Korea, "2030-02-03"},
	} {
		var year int
		_, _ = fmt.Sscanf(c.tet, "%4d", &year)
		if got, _ := c.zone.ToSolar(Date{Year: year, Month: 1, Day: 1}); got.String() != c.tet {
			t.Errorf("first day of %d at UTC+%d: got %s, want %s", year, c.zone, got, c.tet)
		}
	}
	// China's leap months of 1984 (10) and 1987 (6) were 1985 (2) and 1987 (7) in
	// Việt Nam.
	for _, d := range []Date{{1984, 10, 1, true}, {1987, 6, 1, true}} {
		if _, ok := China.ToSolar(d); !ok {
			t.Errorf("China: %+v is missing", d)
		}
		if _, ok := Vietnam.ToSolar(d); ok {
			t.Errorf("Việt Nam: %+v exists", d)
		}
	}
}

func TestKnownDays(t *testing.T) {
	for _, c := range []struct {
		solar Solar
		lunar Date
	}{
		{Solar{2026, 11, 21}, Date{2026, 10, 13, false}},
		{Solar{2024, 4, 18}, Date{2024, 3, 10, false}},  // Giỗ tổ Hùng Vương
		{Solar{2025, 4, 7}, Date{2025, 3, 10, false}},   // Giỗ tổ Hùng Vương
		{Solar{2024, 9, 17}, Date{2024, 8, 15, false}},  // Trung thu
		{Solar{2025, 10, 6}, Date{2025, 8, 15, false}},  // Trung thu
		{Solar{2025, 7, 25}, Date{2025, 6, 1, true}},    // the leap month begins
		{Solar{2023, 3, 22}, Date{2023, 2, 1, true}},    // the leap month begins
		{Solar{2026, 2, 16}, Date{2025, 12, 29, false}}, // a year without 30 Tết
		{Solar{2024, 2, 9}, Date{2023, 12, 30, false}},
		{Solar{2025, 1, 32}, Date{2025, 1, 4, false}}, // counts on into February
	} {
		if got := FromSolar(c.solar.Year, c.solar.Month, c.solar.Day); got != c.lunar {
			t.Errorf("%s: got %+v, want %+v", c.solar, got, c.lunar)
		}
	}
}

func TestDaysThatDoNotExist(t *testing.T) {
	for _, d := range []Date{
		{}, {2025, 12, 30, false}, {2026, 1, 0, false}, {2026, 1, 31, false}, {2026, 0, 1, false}, {2026, 13, 1, false},
		{2026, 6, 1, true}, {2025, 5, 1, true}, {1799, 1, 1, false}, {2200, 1, 1, false}, {-1 << 62, 1, 1, false}, {2026, 1, 1 << 40, false},
	} {
		if s, ok := ToSolar(d); ok {
			t.Errorf("%+v became %s", d, s)
		}
	}
	for _, s := range []Solar{{1799, 12, 31}, {2200, 1, 1}, {1 << 40, 1, 1}, {-1 << 40, 1, 1}} {
		if got := FromSolar(s.Year, s.Month, s.Day); got != (Date{}) {
			t.Errorf("%s became %+v", s, got)
		}
	}
}

// Every month follows from the one before, and its first, middle and last days lead
// there and back. The days between are counted from the first.
func TestEveryMonthThereAndBack(t *testing.T) {
	before := FromSolar(1899, 12, 31)
	n := (Solar{1900, 1, 1}).number()
	for n <= (Solar{2100, 12, 31}).number() {
		s := solarOf(n)
		first := FromSolar(s.Year, s.Month, s.Day)
		length := 29
		if end := solarOf(n + 29 - (first.Day - 1)); FromSolar(end.Year, end.Month, end.Day).Day == 30 {
			length = 30
		}
		for day := first.Day; day <= length; day += 1 + max(0, min(13, length-day-1)) {
			s, want := solarOf(n+day-first.Day), first
			want.Day = day
			if d := FromSolar(s.Year, s.Month, s.Day); d != want {
				t.Fatalf("%s: got %+v, want %+v", s, d, want)
			}
			if back, ok := ToSolar(want); !ok || back != s {
				t.Fatalf("%+v leads to %s, %v, not to %s", want, back, ok, s)
			}
		}
		if first.Day == 1 {
			regular := first.Year == before.Year && first.Month == before.Month+1 && !first.Leap
			leap := first.Year == before.Year && first.Month == before.Month && first.Leap && !before.Leap
			year := first.Year == before.Year+1 && first.Month == 1 && before.Month == 12 && !first.Leap
			if before.Day < 29 || !regular && !leap && !year {
				t.Fatalf("%s: %+v follows %+v", s, first, before)
			}
		}
		before, n = first, n+length-first.Day+1
		before.Day = length
	}
}

func TestFeastsOfARange(t *testing.T) {
	year := func(y int) (Solar, Solar) { return Solar{y, 1, 1}, Solar{y, 12, 31} }
	for _, c := range []struct {
		name  string
		first Solar
		last  Solar
		feast Feast
		want  []string
	}{
		{"rằm, first months of 2026", Solar{2026, 1, 1}, Solar{2026, 4, 30}, FullMoon(), []string{"2026-01-03", "2026-02-02", "2026-03-03", "2026-04-02"}},
		{"mùng một round a leap month", Solar{2025, 6, 1}, Solar{2025, 8, 31}, FirstOfMonth(), []string{"2025-06-25", "2025-07-25", "2025-08-23"}},
		{"Tết", Solar{2026, 1, 1}, Solar{2028, 12, 31}, Tet(), []string{"2026-02-17", "2027-02-06", "2028-01-26"}},
		{"the last day of the year", Solar{2024, 1, 1}, Solar{2026, 12, 31}, TetEve(), []string{"2024-02-09", "2025-01-28", "2026-02-16"}},
		{"a yearly feast keeps out of the leap month", Solar{2025, 6, 1}, Solar{2025, 9, 30}, Feast{Month: 6, Day: 10}, []string{"2025-07-04"}},
		{"both ends count", Solar{2026, 2, 17}, Solar{2026, 2, 17}, Tet(), []string{"2026-02-17"}},
		{"nothing in a short month", Solar{2026, 1, 20}, Solar{2026, 2, 17}, Feast{Day: 30}, nil},
		{"backwards", Solar{2026, 3, 1}, Solar{2026, 2, 1}, FirstOfMonth(), nil},
		{"no such day", Solar{2026, 1, 1}, Solar{2026, 12, 31}, Feast{Day: 31}, nil},
		{"beyond the years", Solar{2300, 1, 1}, Solar{1 << 40, 1, 1}, FirstOfMonth(), nil},
	} {
		var got []string
		for _, s := range Between(c.first, c.last, c.feast) {
			got = append(got, s.String())
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
	// A solar year holds 12 or 13 full moons.
	for y := FirstYear; y <= LastYear; y++ {
		first, last := year(y)
		if n := len(Between(first, last, FullMoon())); n < 12 || n > 13 {
			t.Errorf("%d full moons in %d", n, y)
		}
	}
}

func TestNextDays(t *testing.T) {
	from := Solar{2026, 11, 21}
	if got := fmt.Sprint(Next(from, FullMoon(), 2)); got != "[2026-11-23 2026-12-23]" {
		t.Errorf("next rằm: %s", got)
	}
	if got := fmt.Sprint(Next(from, Tet(), 1)); got != "[2027-02-06]" {
		t.Errorf("next Tết: %s", got)
	}
	if got := Next(from, Feast{Month: 12, Day: 30}, 3); len(got) != 3 {
		t.Errorf("three 30ths of month 12: %v", got)
	}
	if got := Next(Solar{2199, 12, 1}, Tet(), 2); len(got) != 0 {
		t.Errorf("after the last year: %v", got)
	}
	if got := Next(from, Feast{Month: 13, Day: 1}, 1); got != nil {
		t.Errorf("a feast that cannot occur: %v", got)
	}
}

func TestAtIsTheLocalTimeOfTheDay(t *testing.T) {
	loc := time.FixedZone("+07", 7*3600)
	if got := (Solar{2027, 2, 6}).At(5, 30, loc).UTC().Format(time.RFC3339); got != "2027-02-05T22:30:00Z" {
		t.Error(got)
	}
}

func BenchmarkFromSolar(b *testing.B) {
	for b.Loop() {
		FromSolar(2026, 11, 21)
	}
}

func BenchmarkYearOfFullMoons(b *testing.B) {
	for b.Loop() {
		Between(Solar{2026, 1, 1}, Solar{2026, 12, 31}, FullMoon())
	}
}
