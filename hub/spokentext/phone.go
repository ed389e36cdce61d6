package spokentext

import (
	"strings"
	"unicode"
)

// phone reads telephone numbers digit by digit, with a pause between the groups:
// 0912 345 678, (0209) 3870 123, +84 912 345 678, 1900 1234, and 113 where it is
// called.
func (r *reader) phone(p int) (reading, bool) {
	if got, ok := r.shortPhone(p); ok {
		return got, true
	}
	switch {
	case r.s[p] == '0':
		return r.longPhone(p)
	case strings.HasPrefix(r.s[p:], "1800"), strings.HasPrefix(r.s[p:], "1900"):
		return r.servicePhone(p)
	}
	return reading{}, false
}

// shortPhone reads the numbers of three and four digits that people call: 111 to
// 115 and 1022 after a word of calling and before no counted thing.
func (r *reader) shortPhone(p int) (reading, bool) {
	end := r.digitsEnd(p)
	switch r.s[p:end] {
	case "1022", "1080":
		if r.lastWord() == "số" {
			return reading{end, digitByDigit(r.s[p:end]), Phone}, true
		}
	case "111", "112", "113", "114", "115":
	default:
		return reading{}, false
	}
	if c := r.runeAt(end); isAlnum(c) || (c == '.' || c == ',' || c == '/') && isDigit(r.runeAt(end+1)) || c == '%' {
		return reading{}, false
	}
	if u, ok := r.unitAt(end); ok && u.end > end {
		return reading{}, false
	}
	w := r.nextWord(end)
	if r.last == Phone {
		switch strings.TrimSpace(string(r.out[r.lastEnd:])) {
		case ",", "hoặc", "và", ", hoặc", "-", "–":
			return reading{end, digitByDigit(r.s[p:end]), Phone}, true
		}
	}
	if isCounted(w) || w == "đồng" || w == "hộ" || w == "triệu" || !r.saidAny(9, "gọi", "điện thoại", "hotline", "đường dây nóng", "tổng đài", "liên hệ", "cấp cứu", "cứu hỏa",
		"chữa cháy", "cảnh sát", "công an", "báo cho", "báo ngay", "cứu nạn", "cứu hộ", "số máy", "liên lạc", "bấm", "bảo vệ trẻ em") {
		return reading{}, false
	}
	return reading{end, digitByDigit(r.s[p:end]), Phone}, true
}

// longPhone reads numbers of 10 or 11 digits that begin with zero.
func (r *reader) longPhone(p int) (reading, bool) {
	want := 10
	if strings.HasPrefix(r.s[p:], "02") {
		want = 11
	}
	groups, end := r.phoneGroups(p, want)
	if groups == nil && want == 11 {
		groups, end = r.phoneGroups(p, 10)
	}
	if groups == nil {
		return reading{}, false
	}
	return reading{end, sayGroups(groups), Phone}, true
}

// phoneGroups reads groups of digits that together have want digits. Points, blanks
// or hyphens may stand between them, a bracket after the first.
func (r *reader) phoneGroups(p, want int) (groups []string, end int) {
	total := 0
	var sep rune
	for {
		end = r.digitsEnd(p)
		total += end - p
		if end-p < 2 && len(groups) != 1 || end == p || total > want {
			return nil, 0
		}
		if n := len(groups); n == 2 && len(groups[1]) == 1 {
			groups[1] += r.s[p:end] // 0209.3.870.123
		} else {
			groups = append(groups, r.s[p:end])
		}
		if total == want {
			if isAlnum(r.runeAt(end)) {
				return nil, 0
			}
			return groups, end
		}
		p = end
		if r.runeAt(p) == ')' && len(groups) == 1 {
			p++
		}
		c := r.runeAt(p)
		switch {
		case isDigit(c):
		case (c == '.' || c == ' ' || c == '-') && (sep == 0 || sep == c || len(groups) == 2) && isDigit(r.runeAt(p+1)):
			sep = c
			p++
		default:
			return nil, 0
		}
	}
}

// servicePhone reads numbers that begin with 1800 or 1900, of 8 to 10 digits.
func (r *reader) servicePhone(p int) (reading, bool) {
	for want := 10; want >= 8; want-- {
		groups, end := r.phoneGroups(p, want)
		if groups == nil || len(groups[0]) == 4 && len(groups) == 2 && r.s[p+4] == '-' && isYear(groups[1]) {
			continue
		}
		if n, ok := r.number(p); ok && n.grouped {
			continue
		}
		return reading{end, sayGroups(groups), Phone}, true
	}
	return reading{}, false
}

// internationalPhone reads +84 and what follows; p is after the plus.
func (r *reader) internationalPhone(p int) (reading, bool) {
	end := r.digitsEnd(p)
	if !strings.HasPrefix(r.s[p:], "84") {
		return reading{}, false
	}
	rest := p + 2
	if end > rest { // +84912345678
		groups, end := r.phoneGroups(p, 11)
		if groups == nil {
			groups, end = r.phoneGroups(p, 12)
		}
		if groups == nil {
			return reading{}, false
		}
		groups = append([]string{"84"}, splitGroups(strings.Join(groups, "")[2:])...)
		return reading{end, "cộng " + sayGroups(groups), Phone}, true
	}
	if r.runeAt(rest) == ')' {
		rest++
	}
	if c := r.runeAt(rest); c == ' ' || c == '.' || c == '-' {
		rest++
	}
	for want := 10; want >= 9; want-- {
		if groups, end := r.phoneGroups(rest, want); groups != nil {
			if len(groups) == 1 {
				groups = splitGroups(groups[0])
			}
			return reading{end, "cộng " + sayGroups(append([]string{"84"}, groups...)), Phone}, true
		}
	}
	return reading{}, false
}

// sayGroups reads groups digit by digit with a pause after each.
func sayGroups(groups []string) string {
	if len(groups) == 1 {
		groups = splitGroups(groups[0])
	}
	var words []string
	for _, g := range groups {
		for _, part := range splitGroups(g) {
			words = append(words, digitByDigit(part))
		}
	}
	return strings.Join(words, ", ")
}

// splitGroups makes groups of three and four of digits that were written together,
// as numbers are said in Việt Nam: 4-3-3 for a mobile, threes for identity numbers,
// the area code apart for the fixed lines of the two large cities.
func splitGroups(digits string) []string {
	n := len(digits)
	count := (n + 3) / 4
	if n%3 == 0 {
		count = n / 3
	}
	var groups []string
	if n == 11 && (strings.HasPrefix(digits, "024") || strings.HasPrefix(digits, "028")) {
		groups, digits, count = append(groups, digits[:3]), digits[3:], 2
	}
	for ; count > 0; count-- {
		size := (len(digits) + count - 1) / count // the longer ones first
		groups, digits = append(groups, digits[:size]), digits[size:]
	}
	return groups
}

// identifier reads identity cards, accounts and codes digit by digit: nine digits
// and more together, fewer after a word that announces a code.
func (r *reader) identifier(p int) (reading, bool) {
	end := r.digitsEnd(p)
	digits := r.s[p:end]
	if got, ok := r.dottedCode(p); ok {
		return got, true
	}
	if c := r.runeAt(end); unicode.IsLetter(c) && len(digits) < 9 || (c == '.' || c == ',' || c == '/') && isDigit(r.runeAt(end+1)) {
		return reading{}, false
	}
	if groups, e := r.spacedCode(p); groups != nil {
		return reading{e, sayGroups(groups), Identifier}, true
	}
	code := len(digits) >= 4 && r.saidAny(6, "căn cước", "căn cước công dân", "chứng minh nhân dân", "tài khoản", "mã", "mã số", "điện thoại", "hotline",
		"zalo", "số thẻ", "mật khẩu", "ô tê pê", "tổng đài", "số máy")
	if !code && len(digits) < 9 {
		return reading{}, false
	}
	if u, ok := r.unitAt(end); ok && u.end > end || isMeasureWord(r.nextWord(end)) {
		if len(digits) <= longestCardinal {
			return reading{}, false
		}
	}
	return reading{end, sayGroups([]string{digits}), Identifier}, true
}

// dottedCode reads the number of an account with points in it: 7111.1056789.
func (r *reader) dottedCode(p int) (reading, bool) {
	if n, ok := r.number(p); !ok || n.grouped || !r.saidAny(6, "tài khoản", "mã số", "số thẻ") {
		return reading{}, false
	}
	var groups []string
	total := 0
	for len(groups) < 6 {
		end := r.digitsEnd(p)
		if end == p {
			return reading{}, false
		}
		groups, total = append(groups, r.s[p:end]), total+end-p
		if p = end; r.runeAt(p) != '.' || !isDigit(r.runeAt(p+1)) {
			break
		}
		p++
	}
	if len(groups) < 2 || total < 8 || isAlnum(r.runeAt(p)) {
		return reading{}, false
	}
	return reading{p, sayGroups(groups), Identifier}, true
}

// spacedCode reads 019 085 012 345: groups of three or four digits, the first with
// a zero before it or announced as an account.
func (r *reader) spacedCode(p int) (groups []string, end int) {
	announced := r.saidAny(6, "căn cước", "tài khoản", "mã số", "mã", "số thẻ")
	if !announced && r.s[p] != '0' {
		return nil, 0
	}
	total := 0
	for {
		e := r.digitsEnd(p)
		if n := e - p; n < 3 || n > 4 || len(groups) > 0 && isAlnum(r.runeAt(e)) {
			break
		}
		groups, end, total = append(groups, r.s[p:e]), e, total+e-p
		if r.runeAt(e) != ' ' || len(groups) == 6 {
			break
		}
		p = e + 1
	}
	if len(groups) < 3 || total < 9 {
		return nil, 0
	}
	return groups, end
}

// plate reads the number of a vehicle: 97B1-234.56, 29A-12345.
func (r *reader) plate(p int) (reading, bool) {
	province := r.digitsEnd(p)
	if province != p+2 {
		return reading{}, false
	}
	q := province
	if r.runeAt(q) == '-' {
		q++
	}
	letters := q
	for q < len(r.s) && q < letters+4 && isPlateLetter(r.runeAt(q)) {
		q += len(string(r.runeAt(q)))
	}
	series := q
	if q == letters || q > letters+3 {
		return reading{}, false
	}
	if isDigit(r.runeAt(q)) && (r.runeAt(q+1) == '-' || r.runeAt(q+1) == ' ' || r.runeAt(q+1) == '.') {
		q++
	}
	seriesEnd, sep := q, r.runeAt(q)
	if sep != '-' && sep != ' ' && sep != '.' {
		return reading{}, false
	}
	number := r.digitsEnd(q + 1)
	tail := ""
	switch n := number - q - 1; {
	case n == 3 && r.runeAt(number) == '.' && r.digitsEnd(number+1) == number+3:
		tail = r.s[number+1 : number+3]
	case n == 4 || n == 5:
	default:
		return reading{}, false
	}
	end := number
	words := digitByDigit(r.s[p:province]) + " " + letterNames(r.s[letters:series])
	if seriesEnd > series {
		words += " " + digitByDigit(r.s[series:seriesEnd])
	}
	words += ", " + digitByDigit(r.s[q+1:number])
	if tail != "" {
		words, end = words+", "+digitByDigit(tail), number+3
	}
	if isAlnum(r.runeAt(end)) || sep == ' ' && seriesEnd == series && !r.saidAny(8, "biển", "xe", "ô tô", "xe máy") {
		return reading{}, false
	}
	return reading{end, words, Identifier}, true
}

func isPlateLetter(c rune) bool { return c >= 'A' && c <= 'Z' || c == 'Đ' }
