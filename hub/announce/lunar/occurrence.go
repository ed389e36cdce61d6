package lunar

// Feast is a day that returns every lunar month or every lunar year.
type Feast struct {
	// Month is 1 to 12, or 0 for every month, leap months included. A yearly feast is
	// kept in the regular month alone, as custom has it.
	Month int
	// Day is 1 to 30, or LastDay. Day 30 does not occur in a month of 29 days.
	Day int
}

// LastDay is the 29th or 30th, whichever ends the month.
const LastDay = -1

// FullMoon is rằm, the 15th of every month.
func FullMoon() Feast { return Feast{Day: 15} }

// FirstOfMonth is mùng một, the first of every month.
func FirstOfMonth() Feast { return Feast{Day: 1} }

// Tet is Tết Nguyên đán, the first day of the year.
func Tet() Feast { return Feast{Month: 1, Day: 1} }

// TetEve is the last day of the year (30 Tết, in some years the 29th).
func TetEve() Feast { return Feast{Month: 12, Day: LastDay} }

// Valid reports whether such a day can occur.
func (f Feast) Valid() bool {
	return f.Month >= 0 && f.Month <= 12 && (f.Day == LastDay || f.Day >= 1 && f.Day <= 30)
}

// Between returns the days of a feast from the first to the last day given, both
// included, as reckoned in Việt Nam, soonest first. What lies outside the years of
// the package is left out, and so a range costs at most those.
func Between(first, last Solar, f Feast) []Solar { return Vietnam.Between(first, last, f) }

// Between returns the days of a feast from the first to the last day given, both
// included, as reckoned in the zone.
func (z Zone) Between(first, last Solar, f Feast) []Solar {
	if !f.Valid() {
		return nil
	}
	from := max(first.number(), Solar{FirstYear, 1, 1}.number())
	to := min(last.number(), Solar{LastYear, 12, 31}.number())
	if from > to {
		return nil
	}
	var days []Solar
	for year := solarOf(from).Year; year <= solarOf(to).Year+1; year++ {
		for _, m := range z.solsticeYear(year) {
			if f.Month != 0 && (m.number != f.Month || m.leap) {
				continue
			}
			n := m.start + f.Day - 1
			if f.Day == LastDay {
				n = m.end - 1
			}
			if n < m.end && n >= from && n <= to {
				days = append(days, solarOf(n))
			}
		}
	}
	return days
}

// Next returns at most n days of a feast, the first on or after the given day, as
// reckoned in Việt Nam.
func Next(after Solar, f Feast, n int) []Solar { return Vietnam.Next(after, f, n) }

// Next returns at most n days of a feast, the first on or after the given day, as
// reckoned in the zone.
func (z Zone) Next(after Solar, f Feast, n int) []Solar {
	if n <= 0 {
		return nil
	}
	years := n + 1
	if f.Month == 0 {
		years = n/6 + 1
	}
	// Day 30 of one month may be missing for several years.
	for {
		days := z.Between(after, Solar{after.Year + years, after.Month, after.Day}, f)
		if len(days) >= n || after.Year+years > LastYear {
			return days[:min(n, len(days))]
		}
		years *= 2
	}
}
