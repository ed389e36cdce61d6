package spokentext

import (
	"strings"
)

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
	return !isAlnum(c) && c != '/' && c != '%' && !((c == sep || c == '.' || c == ',') && isDigit(r.runeAt(p+1)) && c != '-')
}

// date reads everything that is a date or a range of dates at p.
func (r *reader) date(p int) (reading, bool) {
	for _, rule := range [...]func(int) (reading, bool){r.isoDate, r.dateRange, r.dayRange, r.singleDate, r.monthYear, r.yearAfter} {
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

// lunarAt reports whether "âm lịch" follows.
func (r *reader) lunarAt(p int) bool {
	p = r.skipSpaces(p)
	if r.runeAt(p) == '(' {
		p++
	}
	switch w := r.nextWords(p, 2); {
	case len(w) == 0:
		return false
	case len(w) == 2 && w[0] == "âm" && w[1] == "lịch":
		return true
	default:
		return w[0] == "âl" || w[0] == "al"
	}
}

// monthFollows reports whether a day of a month stands before p.
func (r *reader) monthFollows(p int) bool {
	w := r.nextWords(p, 2)
	if len(w) == 0 {
		return false
	}
	return w[0] == "tháng" || w[0] == "âm" || w[0] == "tết" || len(w) == 2 && (w[0] == "hằng" || w[0] == "hàng") && w[1] == "tháng"
}

// daysFollow reports whether a list of days goes on at p to one with its month:
// the ", 4 và 5/9" after ngày 3.
func (r *reader) daysFollow(p int) bool {
	for range 8 {
		q := r.skipSpaces(p)
		if r.runeAt(q) == ',' {
			q = r.skipSpaces(q + 1)
		}
		if r.nextWord(q) == "và" {
			q = r.skipSpaces(r.wordEnd(q))
		}
		end := r.digitsEnd(q)
		if q == p || end == q || end > q+2 {
			return false
		}
		if _, ok := r.dayMonth(q, false); ok {
			return true
		}
		p = end
	}
	return false
}

// months reports whether "tháng" has counted months: 5 tháng 4 ngày.
func (r *reader) months(said string, end int) bool {
	words := strings.Fields(said)
	return len(words) > 1 && isNumberWord(words[len(words)-2]) && r.nextWord(end) == "ngày"
}

func isDayOfMonth(w string) bool {
	switch w {
	case "ngày", "hôm", "mùng", "mồng":
		return true
	}
	return false
}

// dayPrefix returns "ngày " unless it has been said.
func (r *reader) dayPrefix() string {
	said := r.said()
	if isDayOfMonth(lastWordOf(said)) || dayList(said) {
		return ""
	}
	return "ngày "
}

// rangePrefix returns what is missing of "từ ngày" before a range.
func (r *reader) rangePrefix(last string) string {
	switch {
	case isDayOfMonth(last):
		return ""
	case last == "từ", last == "sáng", last == "trưa", last == "chiều", last == "tối", last == "đêm":
		return "ngày "
	}
	return "từ ngày "
}

// dayList reports whether days are being listed: "ngày mười lăm, mười sáu và ".
func dayList(said string) bool {
	i := strings.LastIndex(said, "ngày ")
	if i < 0 {
		return false
	}
	words := strings.FieldsFunc(said[i+len("ngày "):], func(c rune) bool { return !isAlnum(c) })
	if len(words) == 0 || len(words) > 16 {
		return false
	}
	for _, w := range words {
		switch w {
		case "và", "đến", "hoặc", "mùng", "mồng":
		default:
			if !isNumberWord(w) {
				return false
			}
		}
	}
	return true
}

// isDate decides whether "1/2" is a day or a fraction. Where nothing else tells, it
// is a day, as notices are full of them, but for the everyday halves, thirds and
// quarters.
func (r *reader) isDate(t day, said string) bool {
	last := lastWordOf(said)
	if isDayOfMonth(last) || dayList(said) {
		return true
	}
	if isPartNumber(last) || t.d == 24 && t.m == 7 && isRoundTheClock(last) {
		return false
	}
	words := r.nextWords(t.end, 2)
	if len(words) > 0 && (isWhole(words[0]) || isCounted(words[0])) {
		return false
	}
	if r.dateContext(said) {
		return true
	}
	if t.d < t.m && (isMeasureContext(last) || t.m <= 4 && t.d <= 3 && !(t.d == 2 && t.m == 4)) {
		return false
	}
	return true
}

// dateContext reports whether what was said calls for a date.
func (r *reader) dateContext(said string) bool {
	words := r.clauseWords(2)
	if len(words) == 0 {
		return false
	}
	switch words[len(words)-1] {
	case "sáng", "trưa", "chiều", "tối", "đêm", "từ", "đến", "tới", "trước", "sau", "lễ", "dịp", "hạn", "vào", "nhật", "giờ", "phút", "nay", "mai",
		"tết", "khánh", "hết", "niệm", "rằm":
		return true
	case "hai", "ba", "tư", "năm", "sáu", "bảy":
		if len(words) == 2 && words[0] == "thứ" { // thứ bảy, 1/3
			return true
		}
	}
	// 30/4, 1/5: a date after a date.
	if i := strings.LastIndex(said, "tháng "); i >= 0 {
		rest := strings.TrimRight(said[i+len("tháng "):], " ")
		for _, joint := range [...]string{",", " và", " đến", " -", " –"} {
			if m, ok := strings.CutSuffix(rest, joint); ok && isMonthWords(m) {
				return true
			}
		}
	}
	return false
}

func isMonthWords(m string) bool {
	for i := 1; i <= 12; i++ {
		if m == monthWord(i, false) || m == monthWord(i, true) {
			return true
		}
	}
	return false
}

// hyphenDate reports whether "2-9" is a date: after "ngày", "lễ", "Quốc khánh" and
// in a list of dates.
func (r *reader) hyphenDate(said string, p int) bool {
	end := r.digitsEnd(p)
	end = r.digitsEnd(end + 1)
	if end > len(r.s) || r.nextWord(end) == "tháng" {
		return false
	}
	switch lastWordOf(said) {
	case "ngày", "lễ", "khánh", "hôm", "dịp":
		return true
	case "":
		return r.dateContext(said) && strings.Contains(said, "tháng")
	}
	return false
}

// isPartNumber reports whether a slash after this word joins numbers that are read
// with "trên": houses, classes, blood pressure.
func isPartNumber(w string) bool {
	switch w {
	case "ngõ", "ngách", "hẻm", "kiệt", "nhà", "lớp", "độ", "hóa", "hoá", "vấn", "hạng", "thửa", "tờ", "áp", "lô", "ô", "số", "lệ":
		return true
	}
	return false
}

// isRoundTheClock reports whether 24/7 after the word means always.
func isRoundTheClock(w string) bool {
	switch w {
	case "trực", "trợ", "động", "vụ", "tuyến", "tục", "suốt", "cửa", "nóng", "gác", "cứu":
		return true
	}
	return false
}

// isNumbered reports whether a number and a year after this word are those of a
// document or a round.
func isNumbered(w string) bool {
	switch w {
	case "số", "đợt", "kỳ", "lần", "khóa", "khoá", "vụ", "tuần", "quý", "định", "tư", "thị", "quyết", "luật", "hoạch", "văn", "báo", "cáo", "tờ":
		return true
	}
	return false
}

// isWhole reports whether a fraction is of what follows: 2/3 số hộ.
func isWhole(w string) bool {
	switch w {
	case "số", "diện", "dân", "tổng", "lượng", "giá", "quãng", "chặng", "thời", "cốc", "thìa", "ly", "bát", "quả", "mức", "sản", "khối", "thành",
		"chiều", "lít", "kg", "mức lương":
		return true
	}
	return false
}

// isCounted reports whether "8/10" is how many of what follows.
func isCounted(w string) bool {
	switch w {
	case "hộ", "thôn", "xã", "người", "đại", "hội", "phiếu", "bản", "em", "cháu", "học", "đảng", "chi", "tiêu", "chỉ", "điểm", "trường", "tổ",
		"thành", "ủy", "gia", "nhiệm", "nội", "câu", "ý", "cơ", "công", "đơn", "khu", "xóm":
		return true
	}
	return false
}

// isMeasureContext reports whether an amount is to be expected after the word.
func isMeasureContext(w string) bool {
	switch w {
	case "khoảng", "hơn", "gần", "chiếm", "bằng", "còn", "giảm", "tăng", "được", "quá", "nhất", "thiểu", "mất", "đạt", "với", "là", "có":
		return true
	}
	return false
}
