package spokentext

import (
	"strings"
	"unicode"
)

// atSymbol reads signs; punctuation that gives pauses is left as it is.
func (r *reader) atSymbol(p int) (reading, bool) {
	c := r.runeAt(p)
	end := p + len(string(c))
	sign := func(word string) (reading, bool) { return reading{end, word, Symbol}, true }
	switch c {
	case '(':
		return r.bracketedPhone(p)
	case '+':
		return r.plus(p)
	case '-', '−':
		return r.minus(p, end)
	case '/':
		return r.slash(p)
	case ',', ';':
		if isDigit(r.before(p)) && isDigit(r.runeAt(end)) {
			return sign(string(c) + " ")
		}
	case '.':
		if strings.HasPrefix(r.s[p:], "./.") { // the end of an official text
			return reading{p + len("./."), ".", Symbol}, true
		}
		if isDigit(r.before(p)) && isDigit(r.runeAt(end)) {
			return sign(" chấm ")
		}
	case ':':
		if isDigit(r.before(p)) && isDigit(r.runeAt(end)) {
			return sign(r.ratio())
		}
	case '&':
		return sign("và")
	case '@':
		return sign("a còng")
	case '%':
		return sign("phần trăm")
	case '‰':
		return sign("phần nghìn")
	case '=':
		return sign("bằng")
	case '±':
		return sign("cộng trừ")
	case '×':
		return sign("nhân")
	case '÷':
		return sign("đến") // as engineers write ranges: 5÷7
	case '°':
		u := r.degree(end)
		return reading{u.end, u.spoken, Measure}, true
	case '<', '>', '≤', '≥', '≈', '~':
		return r.comparison(p, c)
	case '$', '€', '£', '¥', '₫':
		return r.currencyFirst(p)
	case '_':
		for r.runeAt(end) == '_' {
			end++
		}
		return reading{end, " ", Symbol}, true
	}
	return reading{}, false
}

// sameAgain reports whether what has just been said is named again at p with another
// number, so that the dash between them is a range: thứ 2 - thứ 6, Km 25 - Km 27,
// 9 giờ - 11 giờ.
func (r *reader) sameAgain(p int) bool {
	if last := r.lastWord(); isDigit(r.runeAt(p)) && (last == "giờ" || last == "phút") {
		_, ok := r.clockAt(p)
		return ok || r.nextWord(r.digitsEnd(p)) == "giờ"
	}
	word := r.nextWord(p)
	next := r.skipSpaces(min(len(r.s), p+len(word)))
	if word == "" || !isDigit(r.runeAt(next)) {
		return false
	}
	words := r.clauseWords(14)
	i := len(words) - 1
	for i >= 0 && isNumberWord(words[i]) {
		i--
	}
	if i < 0 || i == len(words)-1 {
		return false
	}
	switch word {
	case "km":
		return words[i] == "cộng" || words[i] == "mét"
	case "bđ":
		return words[i] == "động"
	case "ngày":
		return words[i] == "ngày" || words[i] == "mùng" || words[i] == "tháng"
	case "thứ", "tháng", "mùng", "mồng", "quý", "tuần", "lớp", "khóa", "đợt", "tổ", "thôn", "cấp", "điều", "khoản", "mục", "nhóm":
		return words[i] == word
	}
	return false
}

// ratio reads the colon between two numbers.
func (r *reader) ratio() string {
	if r.saidAny(4, "tỷ số", "tỉ số") {
		return " "
	}
	return " trên "
}

func (r *reader) bracketedPhone(p int) (reading, bool) {
	q := p + 1
	if r.runeAt(q) == '+' {
		if got, ok := r.internationalPhone(q + 1); ok {
			return got, true
		}
	}
	if r.runeAt(q) != '0' {
		return reading{}, false
	}
	// Only when the bracket closes after the area code; "(0912 345 678)" keeps both.
	if end := r.digitsEnd(q); r.runeAt(end) != ')' || end-q > 5 {
		return reading{}, false
	}
	return r.longPhone(q)
}

// plus reads +84…, and any other plus between things; at the beginning of a line it
// is a bullet and not said.
func (r *reader) plus(p int) (reading, bool) {
	if got, ok := r.internationalPhone(p + 1); ok {
		return got, true
	}
	if r.lineBegins() && r.runeAt(p+1) == ' ' {
		return reading{r.skipSpaces(p + 1), "", Symbol}, true
	}
	return reading{p + 1, "cộng", Symbol}, true
}

// lineBegins reports whether nothing but blanks has been said on the line.
func (r *reader) lineBegins() bool { return strings.TrimSpace(r.said()) == "" }

// minus reads "-5°C" as "âm năm độ xê". A hyphen between a letter and a digit is not
// said (COVID-19), all others are pauses.
func (r *reader) minus(p, end int) (reading, bool) {
	before, next := r.before(p), r.runeAt(end)
	if r.sameAgain(r.skipSpaces(end)) {
		return reading{end, "đến", Symbol}, true
	}
	if !isDigit(next) {
		return reading{}, false
	}
	if unicode.IsLetter(before) {
		return reading{end, " ", Symbol}, true
	}
	if before != ' ' && before != '(' && before != '\n' && before != '/' {
		return reading{}, false
	}
	a, ok := r.amountAt(end)
	cold := ok && (strings.HasPrefix(a.units, "độ") || r.nextWord(a.end) == "độ")
	if r.s[p] != '-' || cold || !r.lineBegins() && r.saidAny(1, "từ", "đến", "xuống", "dưới", "khoảng", "mức", "là", "còn") {
		return reading{end, "âm", Number}, true
	}
	return reading{}, false
}

// slash reads "/" between words: "mỗi" for what is counted (3 lần/ngày), nothing for
// forms of address (ông/bà), a pause for all others (xã/phường).
func (r *reader) slash(p int) (reading, bool) {
	before, next := r.before(p), r.runeAt(p+1)
	if r.justSaid(Time) { // 7h/15/8
		return reading{p + 1, " ", Symbol}, true
	}
	if !isAlnum(before) && before != '%' && before != ')' || !isAlnum(next) {
		if before == ' ' || next == ' ' || before == '.' {
			return reading{p + 1, ",", Symbol}, true
		}
		return reading{p + 1, " ", Symbol}, true
	}
	switch {
	case r.justSaid(Phone):
		return reading{p + 1, ", ", Symbol}, true
	case r.justSaid(Roman) && isYear(r.s[p+1:r.digitsEnd(p+1)]): // quý II/2026
		return reading{p + 1, " năm ", Symbol}, true
	case isDigit(before) && isPer(r.nextWord(p+1)):
		return reading{p + 1, " mỗi ", Symbol}, true
	case isDigit(next) && !isDigit(before) && (r.justSaid(Abbreviation) || !r.countedBefore()): // 4G/5G
		return reading{p + 1, ", ", Symbol}, true
	case isDigit(before) || isDigit(next):
		return reading{p + 1, " trên ", Symbol}, true
	}
	last, word := r.lastWord(), r.nextWord(p+1)
	if (last == "mét" || last == "khối" || last == "lít") && (word == "giờ" || word == "giây" || word == "phút") {
		return reading{p + 1, " trên ", Symbol}, true
	}
	if u, ok := r.unitHere(p+1, true); ok && u.kind == symbolUnit && r.countedBefore() {
		if isMeasureWord(last) && last != "đồng" && last != "lần" && last != "triệu" && last != "nghìn" {
			return reading{u.end, " trên " + u.spoken, Measure}, true // 5 tấn/ha
		}
		return reading{u.end, " mỗi " + u.spoken, Measure}, true
	}
	switch {
	case isPer(word) && r.countedBefore():
		return reading{p + 1, " mỗi ", Symbol}, true
	case isAddress(last) && isAddress(word), last == "và" && word == "hoặc":
		return reading{p + 1, " ", Symbol}, true
	}
	return reading{p + 1, ", ", Symbol}, true
}

// countedBefore reports whether what was said ends with an amount: "ba lần", "năm
// trăm nghìn đồng".
func (r *reader) countedBefore() bool {
	words := r.clauseWords(7)
	if n := len(words); n > 0 {
		switch words[n-1] {
		case "đồng", "triệu", "nghìn", "ngàn", "tỷ", "mỹ", "giờ", "phút", "gam", "lít", "mét", "tấn", "tạ", "oát":
			return true
		}
	}
	for i, w := range words {
		if i < len(words)-1 && isNumberWord(w) {
			return true
		}
	}
	// đồng/người/tháng: after one "mỗi" come others.
	return len(words) > 1 && words[len(words)-2] == "mỗi"
}

func isPer(w string) bool {
	switch w {
	case "ngày", "đêm", "tuần", "tháng", "quý", "năm", "giờ", "phút", "giây", "người", "hộ", "lần", "buổi", "vụ", "suất", "em", "cháu", "học", "xã",
		"thôn", "khẩu", "sào", "tấn", "tạ", "cân", "lít", "con", "cái", "chiếc", "cây", "bao", "hộp", "đợt", "ca", "lượt", "kg", "ha", "m", "km", "khóa",
		"khoá", "kỳ", "mũi", "liều", "bộ", "viên", "gói", "chai", "bình", "công", "đầu", "nhân", "phòng", "xe", "chuyến", "số", "tổ", "đội", "bữa",
		"sản", "bó", "lô", "thửa", "mẻ", "trang", "bản", "tiết mục", "mớ", "quả", "giống", "mẫu", "trẻ", "cụ", "hội", "đồng", "hồ", "đơn", "l", "tiết":
		return true
	}
	return false
}

func isAddress(w string) bool {
	switch w {
	case "ông", "bà", "anh", "chị", "em", "cô", "chú", "bác", "cha", "mẹ", "bố", "vợ", "chồng", "con", "cháu":
		return true
	}
	return false
}

// times reads the x of "2 viên x 3 lần".
func (r *reader) times(p int) (reading, bool) {
	if r.s[p] != 'x' || r.before(p) != ' ' || r.runeAt(p+1) != ' ' || !isDigit(r.runeAt(r.skipSpaces(p+1))) {
		return reading{}, false
	}
	return reading{p + 1, "nhân", Symbol}, true
}

// comparison reads < > ≤ ≥ before a number as notices mean them ("dưới", "trên"), and
// ~ as "khoảng"; elsewhere they are decoration.
func (r *reader) comparison(p int, c rune) (reading, bool) {
	end := p + len(string(c))
	if r.runeAt(end) == '=' && (c == '<' || c == '>') {
		end++
		c = map[rune]rune{'<': '≤', '>': '≥'}[c]
	}
	if !isDigit(r.runeAt(r.skipSpaces(end))) {
		return reading{end, " ", Symbol}, true
	}
	if c == '≥' {
		return r.atLeast(r.skipSpaces(end))
	}
	word := map[rune]string{'<': "dưới", '>': "trên", '≤': "không quá", '≈': "khoảng", '~': "khoảng"}[c]
	if c == '~' && isDigit(r.before(p)) {
		word = "đến"
	}
	return reading{end, word, Symbol}, true
}

// atLeast reads what follows ≥ at p: "≥ 18 tuổi" is "từ mười tám tuổi trở lên".
func (r *reader) atLeast(p int) (reading, bool) {
	got, ok := r.atDigit(p)
	if !ok {
		return reading{p, "ít nhất", Symbol}, true
	}
	if got.class == Number { // what is counted goes with it
		q := r.skipSpaces(got.end)
		end := min(r.wordEnd(q), q+40)
		if !unicode.IsLower(r.runeAt(q)) {
			return reading{p, "ít nhất", Symbol}, true
		}
		got.spoken, got.end = got.spoken+" "+r.s[q:end], end
	}
	from := "từ "
	if r.lastWord() == "từ" {
		from = ""
	}
	return reading{got.end, from + got.spoken + " trở lên", got.class}, true
}

// currencyFirst reads "$100" and "VND 50.000" with the currency last.
func (r *reader) currencyFirst(p int) (reading, bool) {
	u, ok := r.currencySign(p)
	if !ok {
		return reading{}, false
	}
	if q := r.skipSpaces(u.end); isDigit(r.runeAt(q)) {
		if a, ok := r.amountAt(q); ok && a.class == Number {
			return reading{a.end, a.number.spoken(true) + strings.TrimRight(" "+a.units, " ") + " " + u.spoken, Money}, true
		}
	}
	if unicode.IsLetter(r.runeAt(p)) && u.spoken == "nhân dân tệ" {
		return reading{}, false
	}
	return reading{u.end, u.spoken, Money}, true
}
