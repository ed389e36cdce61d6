package spokentext

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// letterNames spells letters by their Vietnamese names: "QĐ" is "quy đê".
func letterNames(letters string) string {
	var names []string
	for _, c := range strings.ToUpper(letters) {
		if name := letterName(c); name != "" {
			names = append(names, name)
		}
	}
	return strings.Join(names, " ")
}

// letterName returns the name of a capital; consonants by the names in use at
// offices (bê, xê, dê), one syllable each.
func letterName(c rune) string {
	switch c {
	case 'A', 'E', 'I', 'O', 'U', 'Y', 'Ă', 'Ê', 'Ô', 'Ơ', 'Ư':
		return strings.ToLower(string(c))
	case 'Â':
		return "ớ"
	case 'B':
		return "bê"
	case 'C':
		return "xê"
	case 'D':
		return "dê"
	case 'Đ':
		return "đê"
	case 'F':
		return "ép"
	case 'G':
		return "gờ"
	case 'H':
		return "hát"
	case 'J':
		return "gi"
	case 'K':
		return "ca"
	case 'L':
		return "lờ"
	case 'M':
		return "mờ"
	case 'N':
		return "nờ"
	case 'P':
		return "pê"
	case 'Q':
		return "quy"
	case 'R':
		return "rờ"
	case 'S':
		return "ét"
	case 'T':
		return "tê"
	case 'V':
		return "vê"
	case 'W':
		return "vê kép"
	case 'X':
		return "ích"
	case 'Z':
		return "dét"
	}
	return ""
}

// unknown spells capitals that no one can pronounce and that are not in the list:
// QLDA, VTV. Titles in capitals are words and stay.
func (r *reader) unknown(p int) (reading, bool) {
	end := r.wordEnd(p)
	word := r.s[p:end]
	if last, _ := utf8.DecodeLastRuneInString(word); !unicode.IsUpper(last) {
		return reading{}, false
	}
	if n := len([]rune(word)); n < 2 || n > 8 || strings.ToUpper(word) != word || pronounceable(word) {
		return reading{}, false
	}
	spelled := letterNames(word)
	if len(strings.Fields(spelled)) < len([]rune(word)) {
		return reading{}, false // letters of other scripts
	}
	return reading{end, spelled, Letters}, true
}

// pronounceable reports whether capitals can be a word: every run of consonants is
// one that words begin, join or end with. A letter with a tone mark always makes a
// word.
func pronounceable(word string) bool {
	var runs []string // of consonants: before the first vowel, between, after the last
	run, vowels := "", false
	for _, c := range word {
		base := []rune(norm.NFD.String(string(c)))
		if hasTone(base) {
			return true
		}
		if strings.ContainsRune("AEIOUYaeiouy", base[0]) {
			if run != "" || !vowels {
				runs, run = append(runs, run), ""
			}
			vowels = true
			continue
		}
		run += string(unicode.ToUpper(c))
	}
	if !vowels {
		return false
	}
	for i, between := range runs {
		if i == 0 && !isOnset(between) || i > 0 && len([]rune(between)) > 3 {
			return false
		}
	}
	return isCoda(run)
}

func hasTone(decomposed []rune) bool {
	for _, c := range decomposed {
		switch c {
		case '\u0300', '\u0301', '\u0303', '\u0309', '\u0323':
			return true
		}
	}
	return false
}

func isOnset(s string) bool {
	switch s {
	case "", "B", "C", "CH", "D", "Đ", "F", "G", "GH", "H", "J", "K", "KH", "L", "M", "N", "NG", "NGH", "NH", "P", "PH", "Q", "R", "S", "T", "TH",
		"TR", "V", "W", "X", "Z", "BL", "BR", "CL", "CR", "DR", "FL", "FR", "GL", "GR", "PL", "PR", "SC", "SH", "SK", "SL", "SM", "SN", "SP", "ST",
		"STR", "SW", "TW":
		return true
	}
	return false
}

func isCoda(s string) bool {
	switch s {
	case "", "B", "C", "CH", "D", "F", "G", "H", "K", "L", "M", "N", "NG", "NH", "P", "R", "S", "T", "W", "X", "Z", "CK", "CT", "FT", "KS", "LD", "LK",
		"LL", "LS", "LT", "MP", "NC", "ND", "NK", "NS", "NT", "RD", "RK", "RM", "RN", "RS", "RT", "SH", "SK", "SS", "ST", "TH", "TS":
		return true
	}
	return false
}

// lettersAndDigits reads what begins with letters and goes on with digits and is not
// just both in turn: T7, Km12, the number of a health card.
func (r *reader) lettersAndDigits(p int) (reading, bool) {
	end := r.wordEnd(p)
	digits := r.digitsEnd(end)
	if digits == end {
		return reading{}, false
	}
	word := r.s[p:end]
	if got, ok := r.weekday(p); ok {
		return got, true
	}
	switch {
	case word == "T" && r.runeAt(digits) == '/' && isYear(r.s[digits+1:r.digitsEnd(digits+1)]):
		return reading{end, "tháng", Date}, true
	case word == "Km" || word == "km" || word == "KM":
		return reading{end, "ki lô mét", Measure}, true
	case digits-end >= 5 && len([]rune(word)) <= 4 && strings.ToUpper(word) == word && letterNames(word) != "":
		if isAlnum(r.runeAt(digits)) {
			return reading{}, false
		}
		return reading{digits, letterNames(word) + " " + sayGroups([]string{r.s[end:digits]}), Identifier}, true
	}
	return reading{}, false
}

// weekday reads T2 to T7 where days of the week are named: T2-T6, T7 và CN.
func (r *reader) weekday(p int) (reading, bool) {
	day, end, ok := r.weekdayAt(p)
	if !ok {
		return reading{}, false
	}
	if q, _, ok := r.dashAt(end); ok {
		if last, e, ok := r.weekdayAt(q); ok {
			return reading{e, day + " đến " + last, Date}, true
		}
	}
	if r.saidAny(1, "sáng", "trưa", "chiều", "tối", "đêm") {
		return reading{end, day, Date}, true
	}
	if r.runeAt(end) != ',' && r.nextWord(end) != "và" && !weekdayList(r.said()) {
		return reading{}, false
	}
	if weekdayList(r.said()) {
		return reading{end, day, Date}, true
	}
	q := r.skipSpaces(end)
	if r.runeAt(q) == ',' {
		q = r.skipSpaces(q + 1)
	} else {
		q = r.skipSpaces(r.wordEnd(q))
	}
	_, _, ok = r.weekdayAt(q)
	return reading{end, day, Date}, ok
}

// weekdayAt reads T2 to T7 and CN.
func (r *reader) weekdayAt(p int) (day string, end int, ok bool) {
	rest := r.s[p:]
	if strings.HasPrefix(rest, "CN") && !isAlnum(r.runeAt(p+2)) {
		return "chủ nhật", p + 2, true
	}
	if len(rest) < 2 || rest[0] != 'T' || rest[1] < '2' || rest[1] > '7' || isAlnum(r.runeAt(p+2)) {
		return "", 0, false
	}
	if rest[1] == '4' {
		return "thứ tư", p + 2, true
	}
	return "thứ " + digitWord(rest[1]), p + 2, true
}
