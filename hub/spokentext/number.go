package spokentext

import (
	"strconv"
	"strings"
)

// number is a number as written: 1.234.567, 50,000, 3,14, 05.
type number struct {
	end      int
	whole    string // digits without separators
	decimals string // digits, empty for a whole number
	point    bool   // the decimals follow a point rather than a comma
	grouped  bool
}

// number reads the number at p. A point or comma before groups of three digits
// separates thousands, otherwise it begins the decimals; "1,250" is a decimal as
// Vietnamese writes it, "50,000" and "1,250,000" are thousands as spreadsheets do.
func (r *reader) number(p int) (number, bool) {
	first := r.digitsEnd(p)
	if first == p {
		return number{}, false
	}
	n := number{end: first, whole: r.s[p:first]}
	if listed := r.before(p) == ',' && isDigit(r.before(p-1)); !listed {
		n = r.groups(p, n)
	}
	c := r.runeAt(n.end)
	if c != '.' && c != ',' {
		return n, true
	}
	end := r.digitsEnd(n.end + 1)
	if end == n.end+1 || n.grouped && n.end > first && rune(r.s[first]) == c {
		return n, true
	}
	// 1.2.3 is a chain, 15,16/8 and 1,2,3 are lists.
	switch after := r.runeAt(end); {
	case (after == '.' || after == ',') && isDigit(r.runeAt(end+1)),
		after == '/' && isDigit(r.runeAt(end+1)),
		r.before(p) == ',' && isDigit(r.before(p-1)):
		return n, true
	}
	n.decimals, n.point, n.end = r.s[n.end+1:end], c == '.', end
	return n, true
}

// groups extends a number by its groups of three digits.
func (r *reader) groups(p int, n number) number {
	if len(n.whole) > 3 || n.whole[0] == '0' {
		return n
	}
	sep := r.runeAt(n.end)
	if sep != '.' && sep != ',' {
		return n
	}
	end, count := n.end, 0
	for count < 6 && r.runeAt(end) == sep && r.digitsEnd(end+1) == end+4 {
		end += 4
		count++
	}
	if count == 0 || r.runeAt(end) == sep && isDigit(r.runeAt(end+1)) {
		return n
	}
	if sep == ',' && count == 1 && r.s[end-3:end] != "000" && !r.currencyAt(end) {
		return n
	}
	n.whole, n.end, n.grouped = strings.ReplaceAll(r.s[p:end], string(sep), ""), end, true
	return n
}

// spoken reads the number. A decimal point is "chấm" as in "mục 1.2" unless a unit
// follows; measured makes it "phẩy".
func (n number) spoken(measured bool) string {
	words := cardinal(n.whole)
	if n.decimals == "" {
		return words
	}
	if n.point && !measured {
		words += " chấm "
	} else {
		words += " phẩy "
	}
	// Two decimals are one number (ba phẩy mười bốn), more are digits.
	if len(n.decimals) <= 2 && n.decimals[0] != '0' {
		return words + cardinal(n.decimals)
	}
	return words + digitByDigit(n.decimals)
}

// value is for comparing; too long numbers are alike.
func (n number) value() float64 {
	v, err := strconv.ParseFloat(n.whole+"."+n.decimals+"0", 64)
	if err != nil {
		return 0
	}
	return v
}

// isWhole reports whether the number is plain digits.
func (n number) isWhole() bool { return n.decimals == "" && !n.grouped }

// small returns the value of at most n digits, and -1 for anything else.
func small(digits string, n int) int {
	if digits == "" || len(digits) > n {
		return -1
	}
	v, err := strconv.Atoi(digits)
	if err != nil {
		return -1
	}
	return v
}

// isYear reports whether digits can be a year of our time.
func isYear(digits string) bool {
	return len(digits) == 4 && digits >= "1800" && digits < "2200"
}
