package spokentext

import "strings"

// What stands round a number that may be a date.

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
	if isPartNumber(last) || r.partList() || r.saidAny(2, "thị lực") || t.d == 24 && t.m == 7 && (isRoundTheClock(last) || r.afterPhone()) {
		return false
	}
	words := r.nextWords(t.end, 2)
	if len(words) > 0 && (isWhole(words[0]) || isCounted(words[0])) {
		return false
	}
	if r.dateContext(said) {
		return true
	}
	if t.d < t.m && (isMeasureContext(last) || everyday(t.d, t.m)) {
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

// partList reports whether such numbers are being listed: hạng 1/4, 2/4.
func (r *reader) partList() bool {
	if r.last != Number || !r.saidAny(14, "hạng") {
		return false
	}
	switch strings.TrimSpace(string(r.out[r.lastEnd:])) {
	case ",", "và", "hoặc":
		return true
	}
	return false
}

// afterPhone reports whether a telephone number has just been said: 1900 6769 (24/7).
func (r *reader) afterPhone() bool {
	if r.last != Phone {
		return false
	}
	switch strings.TrimSpace(string(r.out[r.lastEnd:])) {
	case "", "(", ",", "-":
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
