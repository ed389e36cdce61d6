package spokentext

import (
	_ "embed" // the list of abbreviations
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// entry is one abbreviation.
type entry struct {
	written, spoken string
	when            string // what must stand round it, empty for nothing
}

// lexicon holds the abbreviations by their first character, the longest first.
type lexicon map[rune][]entry

//go:embed abbreviations.tsv
var abbreviationList string

// builtinLexicon returns the abbreviations that every commune uses.
func builtinLexicon() lexicon {
	l := lexicon{}
	for line := range strings.Lines(abbreviationList) {
		line = strings.TrimRight(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		fields := append(strings.Split(line, "\t"), "")
		l.add(entry{fields[0], fields[1], fields[2]})
	}
	return l
}

// add adds an entry, and its lower case if it can be nothing else: ubnd, cccd.
func (l lexicon) add(e entry) {
	l.insert(e)
	first, _ := utf8.DecodeRuneInString(e.spoken)
	if utf8.RuneCountInString(e.written) >= 3 && e.when == "" && unicode.IsLower(first) && strings.ToUpper(e.written) == e.written && !pronounceable(e.written) {
		e.written = strings.ToLower(e.written)
		l.insert(e)
	}
}

func (l lexicon) insert(e entry) {
	first, _ := utf8.DecodeRuneInString(e.written)
	list := l[first]
	i := 0
	for i < len(list) && (len(list[i].written) > len(e.written) || len(list[i].written) == len(e.written) && list[i].when != "") {
		i++
	}
	l[first] = slices.Insert(list, i, e)
}

// replace puts a commune's own reading before all others of the same writing; an
// empty one only removes them.
func (l lexicon) replace(written, spoken string) {
	first, _ := utf8.DecodeRuneInString(written)
	l[first] = slices.DeleteFunc(l[first], func(e entry) bool { return e.written == written })
	if spoken != "" {
		l.insert(entry{written: written, spoken: spoken})
	}
}

// exact returns the reading of an abbreviation that needs nothing round it.
func (l lexicon) exact(written string) (string, bool) {
	first, _ := utf8.DecodeRuneInString(written)
	for _, e := range l[first] {
		if e.written == written && e.when == "" {
			return e.spoken, true
		}
	}
	return "", false
}

// CheckAbbreviation tells what is wrong with an abbreviation of the commune's own:
// it must begin with a letter or digit, be at most 40 characters, not all of them
// lower-case letters of one plain word, and have a reading.
func CheckAbbreviation(written, spoken string) error {
	written = Clean(written)
	first, _ := utf8.DecodeRuneInString(written)
	switch n := utf8.RuneCountInString(written); {
	case n == 0 || !isAlnum(first) || strings.Contains(written, "\n"):
		return fmt.Errorf("abbreviation %.60q: must begin with a letter or a digit", written)
	case n > 40:
		return fmt.Errorf("abbreviation %.60q: at most 40 characters", written)
	case !strings.ContainsFunc(spoken, unicode.IsLetter) || utf8.RuneCountInString(spoken) > 200:
		return fmt.Errorf("abbreviation %.60q: its reading must have words, at most 200 characters", written)
	}
	return nil
}

// abbreviation reads the longest abbreviation that stands at p as a whole word.
func (r *reader) abbreviation(p int) (reading, bool) {
	for _, e := range r.abbreviations[r.runeAt(p)] {
		if !strings.HasPrefix(r.s[p:], e.written) {
			continue
		}
		end := p + len(e.written)
		last, _ := utf8.DecodeLastRuneInString(e.written)
		next := r.runeAt(end)
		if unicode.IsMark(next) || isAlnum(last) && unicode.IsLetter(next) || isDigit(last) && isDigit(next) {
			continue
		}
		if e.when == "" || r.holds(e.when, p, end) {
			return reading{end, e.spoken, Abbreviation}, true
		}
	}
	return reading{}, false
}

// holds reports whether what stands round an abbreviation is what it needs.
func (r *reader) holds(when string, p, end int) bool {
	next := r.skipSpaces(end)
	word := r.nextWord(end)
	switch when {
	case "name": // a name or number follows: TP. Bắc Kạn, Q.1
		return unicode.IsUpper(r.runeAt(next)) || isDigit(r.runeAt(next))
	case "place": // the same, and no initial of a name: not Nguyễn P. Anh
		return r.placeFollows(next)
	case "person":
		return unicode.IsUpper(r.runeAt(next)) || word == "bí" || word == "chủ" || word == "trưởng" || word == "phó"
	case "colon":
		return r.runeAt(next) == ':'
	case "phone": // ĐT: 0209…, ĐT 0912…
		return r.runeAt(next) == ':' || r.runeAt(next) == '0' || r.runeAt(next) == '+' || r.runeAt(next) == '('
	case "road":
		n := r.digitsEnd(next) - next
		return n >= 1 && n <= 3
	case "decree": // TT 39/2020
		digits := r.digitsEnd(next)
		return digits > next && r.runeAt(digits) == '/'
	case "police":
		return r.saidAny(1, "bộ", "ngành") || word == "xã" || word == "phường" || word == "tỉnh" || word == "huyện" || word == "thị" || word == "thành" || word == "viên"
	case "centre":
		switch word {
		case "y", "văn", "giáo", "dạy", "hành", "phục", "hội", "học", "truyền", "bồi", "chính", "dịch", "công", "kiểm", "khuyến", "thông", "thể":
			return true
		}
		return false
	case "company":
		return r.saidAny(3, "công ty", "ngân hàng", "doanh nghiệp")
	case "school":
		return r.saidAny(2, "trường", "lớp", "cấp", "các trường", "điểm trường")
	case "papers":
		return r.saidAny(3, "nộp", "bộ", "nhận", "xử lý", "giải quyết", "trả")
	case "weekend":
		if r.runeAt(next) == ',' && isDigit(r.runeAt(r.skipSpaces(next+1))) { // CN, 6/12
			return true
		}
		return word == "ngày" || word == "hằng" || word == "hàng" || r.saidAny(5, "thứ", "sáng", "chiều", "tối", "ngày", "nghỉ", "trưa")
	case "congress":
		return word == "đảng" || word == "đại" || word == "chi" || word == "đoàn"
	case "lunar": // after the name of a month
		return r.saidAny(3, "tháng")
	case "digit":
		return isDigit(r.runeAt(next))
	case "level": // báo động 2, báo động II
		return isDigit(r.runeAt(next)) || romanValue(r.s[next:r.wordEnd(next)]) > 0
	case "measured": // HA 140/90
		return isDigit(r.runeAt(next)) || strings.ContainsRune("<>≤≥", r.runeAt(next))
	case "animal": // tiêm vắc xin THT
		return r.saidAny(8, "vắc xin", "bệnh", "lở mồm long móng", "dịch", "tiêm phòng")
	case "year":
		return isYear(r.s[next:r.digitsEnd(next)])
	case "plan": // đạt 105% KH
		return r.saidAny(2, "phần trăm", "so với", "vượt")
	case "unit": // a number stands before it
		return isNumberWord(r.lastWord())
	}
	return false
}

// placeFollows reports whether "P." and the like at next stand before the name or
// number of a place and not within a person's name.
func (r *reader) placeFollows(next int) bool {
	if isDigit(r.runeAt(next)) {
		return true
	}
	if end := r.wordEnd(next); !unicode.IsUpper(r.runeAt(next)) || utf8.RuneCountInString(r.s[next:end]) < 2 || r.runeAt(end) == '.' && utf8.RuneCountInString(r.s[next:end]) < 3 {
		return false
	}
	said := strings.TrimRight(string(r.out[max(0, len(r.out)-60):]), " ")
	i := strings.LastIndexFunc(said, func(c rune) bool { return !isAlnum(c) })
	first, _ := utf8.DecodeRuneInString(said[i+1:])
	if i == len(said)-1 && strings.HasSuffix(said, ".") {
		return false // H. T. Lan
	}
	return !unicode.IsUpper(first)
}
