// Package lunar is the Vietnamese lunisolar calendar (âm lịch): it tells the lunar
// date of a day, the day of a lunar date, and the days on which a lunar feast
// falls, so that a schedule can name rằm, mùng một or Tết.
//
// The rules are those that Hồ Ngọc Đức published ("Thuật toán tính âm lịch",
// https://www.informatik.uni-leipzig.de/~duc/amlich/calrules.html): a month begins
// on the day of the new moon, the winter solstice falls in month 11, and where 13
// months lie between two solstices the first without a major solar term is leap.
// A day is that of the calendar's zone: Việt Nam reckons at UTC+7, China at UTC+8,
// Korea at UTC+9, and so their Tết may differ by a day or, rarely, a month.
//
// The package is pure: no state, no clock, no time zone data. Days are those of the
// Gregorian calendar. It answers for the solar years 1800 to 2199 and agrees with
// Hồ Ngọc Đức's conversion tables from 1968, when Việt Nam adopted UTC+7, to 2053.
// From 2054 to 2099 three months (2054-4, 2072-11, 2077-10) begin a day later than in
// the tables: their new moons come within two minutes of midnight, which nobody can
// foretell. For the years before 1968 the tables follow UTC+8, as [China] does here.
package lunar

import "time"

// The solar years for which the package answers.
const (
	FirstYear = 1800
	LastYear  = 2199
)

// Zone is the zone that decides on which day a new moon or a solar term falls, in
// whole hours east of UTC.
type Zone int

// Zones of the calendars in use.
const (
	Vietnam Zone = 7
	China   Zone = 8
	Korea   Zone = 9
)

// Date is a day of the lunar calendar.
type Date struct {
	Year  int  // the solar year in which the lunar year begins
	Month int  // 1 (tháng giêng) to 12 (tháng chạp)
	Day   int  // 1 to 29 or 30
	Leap  bool // a leap month follows the month of the same number
}

// Solar is a day of the Gregorian calendar.
type Solar struct {
	Year, Month, Day int
}

// At returns the instant of a time of day on s in a location.
func (s Solar) At(hour, minute int, loc *time.Location) time.Time {
	return time.Date(s.Year, time.Month(s.Month), s.Day, hour, minute, 0, 0, loc)
}

// FromSolar returns the Vietnamese lunar date of a day. A day outside its month
// counts on into the next as in [time.Date]. Outside the years of the package the
// result is the zero Date.
func FromSolar(year, month, day int) Date { return Vietnam.FromSolar(year, month, day) }

// ToSolar returns the day of a Vietnamese lunar date; ok is false for a date that
// does not exist (day 30 of a short month, a leap month in a year without it) or
// lies outside the years of the package.
func ToSolar(d Date) (s Solar, ok bool) { return Vietnam.ToSolar(d) }

// FromSolar returns the lunar date of a day as reckoned in the zone.
func (z Zone) FromSolar(year, month, day int) Date {
	n := Solar{year, month, day}.number()
	m, ok := z.monthAt(n)
	if !ok {
		return Date{}
	}
	return Date{Year: m.year, Month: m.number, Day: n - m.start + 1, Leap: m.leap}
}

// ToSolar returns the day of a lunar date as reckoned in the zone.
func (z Zone) ToSolar(d Date) (s Solar, ok bool) {
	// Months 11 and 12 belong to the solstice year that ends in the next solar year.
	solstice := d.Year
	if d.Month >= 11 {
		solstice++
	}
	if solstice < FirstYear || solstice > LastYear+1 {
		return Solar{}, false
	}
	for _, m := range z.solsticeYear(solstice) {
		if m.year == d.Year && m.number == d.Month && m.leap == d.Leap {
			n := m.start + d.Day - 1
			if d.Day < 1 || n >= m.end || !covered(n) {
				return Solar{}, false
			}
			return solarOf(n), true
		}
	}
	return Solar{}, false
}

// unixEpoch is the Julian day number of 1 January 1970.
const unixEpoch = 2440588

// number returns the Julian day number of the day.
func (s Solar) number() int {
	// The years are bounded so that no conversion overflows.
	year := min(max(s.Year, -9999), 99999)
	t := time.Date(year, time.Month(s.Month), s.Day, 0, 0, 0, 0, time.UTC)
	seconds := t.Unix()
	days := seconds / 86400
	if seconds%86400 < 0 {
		days--
	}
	return int(days) + unixEpoch
}

// solarOf returns the day of a Julian day number.
func solarOf(n int) Solar {
	y, m, d := time.Unix(int64(n-unixEpoch)*86400, 0).UTC().Date()
	return Solar{y, int(m), d}
}

// covered reports whether a day lies in the years of the package.
func covered(n int) bool {
	return n >= Solar{FirstYear, 1, 1}.number() && n <= Solar{LastYear, 12, 31}.number()
}
