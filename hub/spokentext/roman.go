package spokentext

import "strings"

// roman reads Roman numerals. They need a word that calls for one before them (khóa,
// thế kỷ, quý, Đại hội), as I, V and VI are names and letters too; three and more of
// I, V and X together are nothing else.
func (r *reader) roman(p int) (reading, bool) {
	end := r.wordEnd(p)
	n := romanValue(r.s[p:end])
	if n == 0 || isDigit(r.runeAt(end)) || !r.isRoman(p, end, n) {
		return reading{}, false
	}
	last := r.lastWord()
	got := reading{end, cardinalOf(uint64(n)), Roman}
	if last == "thứ" && n == 1 {
		got.spoken = "nhất"
	} else if last == "thứ" && n == 4 {
		got.spoken = "tư"
	}
	if start, _, ok := r.dashAt(end); ok {
		if m := romanValue(r.s[start:r.wordEnd(start)]); m > n && !isDigit(r.runeAt(r.wordEnd(start))) {
			got.end, got.spoken = r.wordEnd(start), got.spoken+" đến "+cardinalOf(uint64(m))
		}
	}
	return got, true
}

func (r *reader) isRoman(p, end, n int) bool {
	word := r.s[p:end]
	plain := strings.Trim(word, "IVX") == ""
	switch {
	case plain && len(word) >= 3 && word != "XXX":
		return true
	case r.romanHeading(p, end, n):
		return true
	case !plain && len(word) < 2:
		return false
	}
	switch last := r.lastWord(); last {
	case "khóa", "khoá", "kỷ", "kỉ", "thứ":
		return true
	case "quý":
		return n <= 4
	case "chương", "phần", "mục", "hạng", "loại", "cấp", "nhóm", "vùng", "vực", "tập", "bậc", "đợt", "đoạn", "lục", "kỳ", "biểu", "bảng",
		"thôn", "xóm", "bản", "tổ", "đội":
		return plain
	case "khu", "đoàn":
		return plain && r.saidAny(2, "quân khu", "quân đoàn", "khu")
	case "hội":
		return plain && r.saidAny(2, "đại hội")
	}
	return plain && (len(word) > 1 && r.saidAny(4, "đại hội") || r.afterRoman())
}

// romanHeading reports whether a line begins with a numeral: "II. Nội dung"; the
// initials of a name ("V. I. Lê-nin") are none.
func (r *reader) romanHeading(p, end, n int) bool {
	if r.before(p) != '\n' || n > 20 || r.runeAt(end) != '.' && r.runeAt(end) != ')' {
		return false
	}
	q := r.skipSpaces(end + 1)
	word := r.wordEnd(q)
	return q > end+1 && word > q && !(r.runeAt(word) == '.' && len([]rune(r.s[q:word])) == 1)
}

// afterRoman reports whether a numeral has just been read and only "," or "và" has
// been said since: quý I, II và III.
func (r *reader) afterRoman() bool {
	if r.romanEnd == 0 || r.romanEnd > len(r.out) {
		return false
	}
	switch strings.TrimSpace(string(r.out[r.romanEnd:])) {
	case ",", "và", ", và", "đến", "hoặc", ";":
		return true
	}
	return false
}

// romanValue returns the value of a Roman numeral below 100 in its one right form,
// and 0 for anything else.
func romanValue(s string) int {
	if s == "" || len(s) > 8 {
		return 0
	}
	n, rest := 0, s
	for _, step := range [...]struct {
		written string
		value   int
	}{{"XC", 90}, {"L", 50}, {"XL", 40}, {"X", 10}, {"IX", 9}, {"V", 5}, {"IV", 4}, {"I", 1}} {
		for strings.HasPrefix(rest, step.written) {
			rest, n = rest[len(step.written):], n+step.value
		}
	}
	if rest != "" || n == 0 || n > 99 || romanForm(n) != s {
		return 0
	}
	return n
}

func romanForm(n int) string {
	tens := [...]string{"", "X", "XX", "XXX", "XL", "L", "LX", "LXX", "LXXX", "XC"}
	units := [...]string{"", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"}
	return tens[n/10] + units[n%10]
}
