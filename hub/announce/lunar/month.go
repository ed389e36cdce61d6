package lunar

// month is one lunar month.
type month struct {
	year, number int
	leap         bool
	start, end   int // Julian day numbers; end is the first day of the next month
}

// monthAt returns the month in which a day lies.
func (z Zone) monthAt(n int) (month, bool) {
	if !covered(n) {
		return month{}, false
	}
	solstice := solarOf(n).Year
	if n >= z.newMoonDay(z.month11(solstice)) {
		solstice++
	}
	for _, m := range z.solsticeYear(solstice) {
		if n >= m.start && n < m.end {
			return m, true
		}
	}
	return month{}, false
}

// month11 returns the number of the new moon that begins month 11 of a solar year,
// the month in which the December solstice falls.
func (z Zone) month11(year int) int {
	last := Solar{year, 12, 31}.number()
	k := newMoonNear(last)
	for z.newMoonDay(k) > last {
		k--
	}
	// Nine thirds of a quarter have passed at the solstice: 270°. When the month has
	// begun after it, the solstice lies in the month before.
	if z.sector(z.newMoonDay(k)) >= 9 {
		k--
	}
	return k
}

// solsticeYear returns the 12 or 13 months from month 11 of the solar year before
// to the last before month 11 of the given one.
func (z Zone) solsticeYear(year int) []month {
	first, next := z.month11(year-1), z.month11(year)
	leap := 0 // month 11 itself is never leap: it holds the solstice
	if next-first == 13 {
		for i := 1; i < 13 && leap == 0; i++ {
			if z.sector(z.newMoonDay(first+i)) == z.sector(z.newMoonDay(first+i+1)) {
				leap = i
			}
		}
	}
	months := make([]month, 0, 13)
	for i := range next - first {
		number := 11 + i
		if leap > 0 && i >= leap {
			number--
		}
		m := month{year: year - 1, number: number, leap: leap > 0 && i == leap, start: z.newMoonDay(first + i), end: z.newMoonDay(first + i + 1)}
		if number > 12 {
			m.year, m.number = year, number-12
		}
		months = append(months, m)
	}
	return months
}
