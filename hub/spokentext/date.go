package spokentext

import "strings"

// day is a date as written; month and year may be missing in the first of a range.
type day struct {
	end   int
	d, m  int
	year  string // digits, empty for none
	sep   rune
	lunar bool
}

// dayMonth reads "15/8", "15-8-2026" or "15.8.2026" at p. A date of two parts has a
// slash; hyphens are dates there only when asked for.
func (r *reader) dayMonth(p int, hyphen bool) (day, bool) {
	dEnd := r.digitsEnd(p)
	sep := r.runeAt(dEnd)
	if sep != '/' && sep != '-' && sep != '.' {
		return day{}, false
	}
	mEnd := r.digitsEnd(dEnd + 1)
	t := day{end: mEnd, d: small(r.s[p:dEnd], 2), m: small(r.s[dEnd+1:mEnd], 2), sep: sep}
	if t.d < 1 || t.m < 1 || t.m > 12 || t.d > [...]int{31, 30, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[t.m-1] {
		return day{}, false
	}
	if r.runeAt(mEnd) == sep {
		yEnd := r.digitsEnd(mEnd + 1)
		year := r.s[mEnd+1 : yEnd]
		switch {
		case len(year) == 4 && isYear(year):
			t.year, t.end = year, yEnd
		case len(year) == 2 && sep == '/': // of this century
			t.year, t.end = "20"+year, yEnd
		case year != "":
			return day{}, false
		}
	}
	if t.year == "" && (sep == '.' && !hyphen && !r.lunarAt(t.end) || sep == '-' && !hyphen) || !r.dateEnds(t.end, sep) {
		return day{}, false
	}
	if t.d == 30 && t.m == 2 {
		return day{}, false
	}
	t.lunar = r.lunarAt(t.end)
	return t, true
}

// dateEnds reports whether no further part of a number stands at p.
func (r *reader) dateEnds(p int, sep rune) bool {
	c := r.runeAt(p)
	if isAlnum(c) || c == '/' || c == '%' {
		return false
	}
	return c == '-' || c != sep && c != '.' && c != ',' || !isDigit(r.runeAt(p+1))
}

// date reads everything that is a date or a range of dates at p.
func (r *reader) date(p int) (reading, bool) {
	for _, rule := range [...]func(int) (reading, bool){r.isoDate, r.dateRange, r.dayRange, r.firstOfDays, r.singleDate, r.monthYear, r.yearAfter, r.bareYear} {
		if got, ok := rule(p); ok {
			return got, true
		}
	}
	return reading{}, false
}

// isoDate reads 2026-08-15.
func (r *reader) isoDate(p int) (reading, bool) {
	if r.digitsEnd(p) != p+4 || len(r.s) < p+10 || r.s[p+4] != '-' || r.s[p+7] != '-' || r.digitsEnd(p+5) != p+7 || r.digitsEnd(p+8) != p+10 {
		return reading{}, false
	}
	t := day{end: p + 10, d: small(r.s[p+8:p+10], 2), m: small(r.s[p+5:p+7], 2), year: r.s[p : p+4]}
	if t.d < 1 || t.d > 31 || t.m < 1 || t.m > 12 || !isYear(t.year) || isAlnum(r.runeAt(t.end)) {
		return reading{}, false
	}
	return reading{t.end, r.dayPrefix() + t.spoken(r.lastWord()), Date}, true
}

// singleDate reads one date.
func (r *reader) singleDate(p int) (reading, bool) {
	said := r.said()
	t, ok := r.dayMonth(p, r.hyphenDate(said, p))
	if !ok || t.year == "" && t.sep == '/' && !r.isDate(t, said) {
		return reading{}, false
	}
	return reading{t.end, r.dayPrefix() + t.spoken(lastWordOf(said)), Date}, true
}

// dateRange reads 30/8-3/9 and 30/8/2026 - 3/9/2026.
func (r *reader) dateRange(p int) (reading, bool) {
	a, ok := r.dayMonth(p, false)
	if !ok {
		return reading{}, false
	}
	start, _, ok := r.dashAt(a.end)
	if !ok {
		return reading{}, false
	}
	b, ok := r.dayMonth(start, false)
	if !ok || b.sep != a.sep {
		return reading{}, false
	}
	last := r.lastWord()
	if a.d == b.d && a.m == b.m && a.year != "" && b.year != "" { // an anniversary
		return reading{b.end, r.dayPrefix() + a.spoken(last) + " - ngày " + b.spoken("ngày"), Date}, true
	}
	return reading{b.end, r.rangePrefix(last) + a.spoken(last) + " đến ngày " + b.spoken("ngày"), Date}, true
}

// dayRange reads 15-20/8 and 1-5/9/2026.
func (r *reader) dayRange(p int) (reading, bool) {
	dEnd := r.digitsEnd(p)
	d := small(r.s[p:dEnd], 2)
	start, _, ok := r.dashAt(dEnd)
	if !ok || d < 1 || d > 31 {
		return reading{}, false
	}
	b, ok := r.dayMonth(start, false)
	if !ok || b.sep != '/' || b.d <= d {
		return reading{}, false
	}
	last := r.lastWord()
	return reading{b.end, r.rangePrefix(last) + dayWord(d, last) + " đến ngày " + b.spoken("ngày"), Date}, true
}

// firstOfDays reads the first of days that are listed without the word: (28, 29/11),
// sáng 3 và 4/9.
func (r *reader) firstOfDays(p int) (reading, bool) {
	end := r.digitsEnd(p)
	d := small(r.s[p:end], 2)
	if d < 1 || d > 31 || r.before(p) != '(' && !r.saidAny(1, "sáng", "trưa", "chiều", "tối", "đêm") || !r.daysFollow(end) {
		return reading{}, false
	}
	return reading{end, "ngày " + dayWord(d, ""), Date}, true
}

// monthYear reads 8/2026, after "tháng" or alone; after "số", "đợt" and the like it
// is a number and a year.
func (r *reader) monthYear(p int) (reading, bool) {
	mEnd := r.digitsEnd(p)
	sep := r.runeAt(mEnd)
	yEnd := r.digitsEnd(mEnd + 1)
	if sep != '/' && sep != '-' || !isYear(r.s[min(mEnd+1, yEnd):yEnd]) || !r.dateEnds(yEnd, sep) {
		return reading{}, false
	}
	year := " năm " + cardinal(r.s[mEnd+1:yEnd])
	last := r.lastWord()
	m := small(r.s[p:mEnd], 2)
	switch {
	case sep == '-' && last != "tháng":
		return reading{}, false
	case isNumbered(last):
		if n := small(r.s[p:mEnd], 6); n >= 0 {
			return reading{yEnd, documentNumber(r.s[p:mEnd]) + year, Date}, true
		}
		return reading{}, false
	case m < 1 || m > 12:
		return reading{}, false
	case last == "tháng":
		return reading{yEnd, monthWord(m, false) + year, Date}, true
	}
	return reading{yEnd, "tháng " + monthWord(m, false) + year, Date}, true
}

// yearAfter reads "/2026" ranges of years such as 2025/2026.
func (r *reader) yearAfter(p int) (reading, bool) {
	first := r.digitsEnd(p)
	end := r.digitsEnd(first + 1)
	if r.runeAt(first) != '/' || !isYear(r.s[p:first]) || end < first+1 || !isYear(r.s[first+1:end]) || isAlnum(r.runeAt(end)) {
		return reading{}, false
	}
	return reading{end, cardinal(r.s[p:first]) + " - " + cardinal(r.s[first+1:end]), Date}, true
}

// bareYear reads a year without its word, where one is called for: Luật Đất đai 2024,
// so với cùng kỳ 2025, vụ xuân 2027.
func (r *reader) bareYear(p int) (reading, bool) {
	end := r.digitsEnd(p)
	if c := r.runeAt(end); !isYear(r.s[p:end]) || isAlnum(c) || strings.ContainsRune("/-–%", c) || (c == '.' || c == ',') && isDigit(r.runeAt(end+1)) {
		return reading{}, false
	}
	if _, unit := r.unitAt(end); unit || isCounted(r.nextWord(end)) || isMeasureWord(r.nextWord(end)) {
		return reading{}, false
	}
	switch r.lastWord() {
	case "năm", "số", "", "là":
		return reading{}, false
	case "xuân", "mùa", "hè", "thu", "đông", "chiêm", "tý", "sửu", "dần", "mão", "thìn", "tỵ", "ngọ", "mùi", "thân", "dậu", "tuất", "hợi":
	default:
		if !r.saidAny(6, "luật", "hiến pháp") && !r.saidAny(2, "cùng kỳ", "so với") {
			return reading{}, false
		}
	}
	return reading{end, "năm " + cardinal(r.s[p:end]), Date}, true
}

func (t day) spoken(last string) string {
	words := dayWord(t.d, last) + " tháng " + monthWord(t.m, t.lunar)
	if t.year != "" {
		words += " năm " + cardinal(t.year)
	}
	return words
}

// dayWord reads the day of a month: 1 to 10 with "mùng", as is said of both calendars
// and keeps "ngày mùng hai" from sounding like "ngày hai mươi…".
func dayWord(d int, last string) string {
	if d <= 10 && last != "mùng" && last != "mồng" {
		return "mùng " + cardinalOf(uint64(d))
	}
	return cardinalOf(uint64(d))
}

// monthWord reads the number of a month: tháng tư, and by the lunar calendar tháng
// giêng and tháng chạp.
func monthWord(m int, lunar bool) string {
	switch {
	case m == 4:
		return "tư"
	case lunar && m == 1:
		return "giêng"
	case lunar && m == 12:
		return "chạp"
	}
	return cardinalOf(uint64(m))
}
