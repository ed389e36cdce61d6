package spokentext

import (
	"strings"
	"unicode"
)

// inContext reads the number after "thứ" and "tháng", and the numbers of roads, which
// differ from the plain number.
func (r *reader) inContext(a amount) (reading, bool) {
	if !a.isWhole() || a.units != "" {
		return reading{}, false
	}
	n := small(a.whole, 2)
	said := r.said()
	got := reading{a.end, cardinal(a.whole), Number}
	switch last := lastWordOf(said); {
	case last == "thứ" && n == 1:
		got.spoken = "nhất"
	case last == "thứ" && n == 4, n == 4 && weekdayList(said):
		got.spoken = "tư"
	case last == "tháng" && n >= 1 && n <= 12 && !r.months(said, a.end):
		got.spoken, got.class = monthWord(n, r.lunarAt(a.end)), Date
	case n >= 1 && n <= 10 && (isDayOfMonth(last) && r.monthFollows(a.end) || (isDayOfMonth(last) || dayList(said)) && r.daysFollow(a.end)):
		got.spoken, got.class = dayWord(n, last), Date
	case len(a.whole) == 3 && r.saidAny(2, "quốc lộ", "tỉnh lộ", "đường tỉnh", "huyện lộ"):
		got.spoken = digitByDigit(a.whole) // quốc lộ hai bảy chín
	case len(a.whole) == 2 && a.whole[0] == '0' && r.saidAny(2, "đề án", "chỉ thị", "nghị quyết", "kết luận", "công điện", "quy định"):
		got.spoken = digitByDigit(a.whole) // Đề án 06
	case len(a.whole) == 2 && a.whole[0] == '0' && unicode.IsUpper(r.before(a.end-2)) && !r.justSaid(Abbreviation):
		got.spoken = digitByDigit(a.whole) // PC06, J02
	case len(a.whole) > 2 && len(a.whole) < 9 && a.whole[0] == '0':
		got.spoken = digitByDigit(a.whole)
	}
	// thứ 2-6; "thứ 2 - thứ 6" is left to the words.
	if lastWordOf(said) == "thứ" && n >= 2 && n <= 7 {
		if end, _, ok := r.dashAt(a.end); ok {
			if m := small(r.s[end:r.digitsEnd(end)], 1); m > n && m <= 7 {
				day := cardinal(r.s[end:r.digitsEnd(end)])
				if m == 4 {
					day = "tư"
				}
				got.end, got.spoken = r.digitsEnd(end), got.spoken+" đến thứ "+day
				return got, true
			}
		}
	}
	return got, got.spoken != cardinal(a.whole)
}

// weekdayList reports whether days of the week are being listed: "thứ hai, ".
func weekdayList(said string) bool {
	i := strings.LastIndex(said, "thứ ")
	if i < 0 {
		return false
	}
	words := strings.FieldsFunc(said[i+len("thứ "):], func(c rune) bool { return !isAlnum(c) })
	if len(words) == 0 || len(words) > 8 || !strings.HasSuffix(strings.TrimRight(said, " "), ",") && words[len(words)-1] != "và" {
		return false
	}
	for _, w := range words {
		switch w {
		case "hai", "ba", "tư", "năm", "sáu", "bảy", "và":
		default:
			return false
		}
	}
	return true
}
