package spokentext

import (
	"strings"
	"unicode"
)

// amount is a number with its units.
type amount struct {
	number
	end   int
	units string // spoken, empty for none
	class Class
}

func (a amount) spoken() string {
	if a.units == "" {
		return a.number.spoken(false)
	}
	return a.number.spoken(true) + " " + a.units
}

// amountAt reads a number and the units after it.
func (r *reader) amountAt(p int) (amount, bool) {
	n, ok := r.number(p)
	if !ok {
		return amount{}, false
	}
	a := amount{number: n, end: n.end, class: Number}
	if got, ok := r.splitUnit(n); ok {
		return got, true
	}
	u, ok := r.unitAt(a.end)
	if ok && len(n.whole) == 1 && r.s[n.end:u.end] == "K" {
		ok = false // "5K" is a slogan, "50K" is money
	}
	for ok {
		a.units = strings.TrimLeft(a.units+" "+u.spoken, " ")
		a.end = u.end
		switch {
		case u.kind == moneyUnit && u.spoken == "đồng" && n.decimals != "" && a.class == Number && strings.HasSuffix(r.s[:u.end], "đ"):
			a.units, a.class = "điểm", Measure // no one owes half a đồng
		case u.kind == moneyUnit:
			a.class = Money
		case u.kind == symbolUnit:
			a.class = Measure
		}
		if u.kind != magnitude {
			break
		}
		a.class = Money
		if !isMoneyMagnitude(r.s[n.end:u.end]) {
			a.class = Number
		}
		u, ok = r.unitAt(a.end)
	}
	if a.units == "" && n.point && isMeasureWord(r.nextWord(a.end)) {
		a.point = false
	}
	if a.class != Number {
		got := r.perUnits(reading{end: a.end, spoken: a.units}, a.class == Money)
		a.units, a.end = got.spoken, got.end
	}
	return a, true
}

// isMoneyMagnitude reports whether an abbreviated magnitude alone means money.
func isMoneyMagnitude(written string) bool {
	switch strings.TrimSpace(written) {
	case "k", "K", "tr":
		return true
	}
	return false
}

// splitUnit reads a unit between two numbers: 1m70, 3tr5.
func (r *reader) splitUnit(n number) (amount, bool) {
	if !n.isWhole() || !unicode.IsLetter(r.runeAt(n.end)) {
		return amount{}, false
	}
	unitEnd := r.wordEnd(n.end)
	end := r.digitsEnd(unitEnd)
	rest := r.s[unitEnd:end]
	if rest == "" || isAlnum(r.runeAt(end)) {
		return amount{}, false
	}
	a := amount{number: n, end: end}
	switch symbol := r.s[n.end:unitEnd]; {
	case symbol == "m" && len(rest) == 2, symbol == "m" && rest != "2" && rest != "3" && len(rest) == 1:
		a.units, a.class = "mét "+centimetres(rest), Measure
	case symbol == "tr" && len(rest) == 1:
		a.units, a.class = "triệu "+cardinal(rest)+" trăm nghìn", Money
	case symbol == "tr" && len(rest) == 3:
		a.units, a.class = "triệu "+cardinal(strings.TrimLeft(rest, "0"))+" nghìn", Money
	default:
		return amount{}, false
	}
	return a, true
}

func centimetres(digits string) string {
	if digits[0] == '0' {
		return digitByDigit(digits)
	}
	return cardinal(digits)
}

// quantity reads numbers with their units and signs between them: 50.000đ/kg,
// 20-25°C, 3x4m, 1-2-3.
func (r *reader) quantity(p int) (reading, bool) {
	if got, ok := r.chain(p); ok {
		return got, true
	}
	a, ok := r.amountAt(p)
	if !ok {
		return reading{}, false
	}
	if got, ok := r.inContext(a); ok {
		return got, true
	}
	got := reading{a.end, a.spoken(), a.class}
	for range 4 { // more than 3 × 4 × 5 – 6 is no quantity
		next, ok := r.joined(a, got)
		if !ok {
			break
		}
		a, got = next.amount, next.reading
	}
	got.end = r.spelledAgain(got)
	return got, true
}

// spelledAgain returns the end of a reading and of the same in words in brackets, which
// offices add for safety and nobody says twice: 02 (hai) bộ, 50.000đ (năm mươi nghìn
// đồng chẵn).
func (r *reader) spelledAgain(got reading) int {
	const longest = 160 // bytes
	q := r.skipSpaces(got.end)
	if r.runeAt(q) != '(' {
		return got.end
	}
	words, _, ok := strings.Cut(r.s[q+1:min(len(r.s), q+longest)], ")")
	if !ok {
		return got.end
	}
	plain := strings.NewReplacer("ngàn", "nghìn", "lẻ", "linh", "bẩy", "bảy", "./.", "", " chẵn", "").Replace(strings.ToLower(words))
	if strings.TrimSpace(plain) != strings.ToLower(got.spoken) {
		return got.end
	}
	return q + 1 + len(words) + 1
}

type joinedAmount struct {
	amount
	reading
}

// joined reads a further amount after a sign: "đến" for a range, "nhân" for a size.
func (r *reader) joined(a amount, got reading) (joinedAmount, bool) {
	word, p := "", 0
	if q := r.skipSpaces(got.end); a.units == "" && r.runeAt(q) == '×' || isTimes(r.s[q:]) {
		word = "nhân"
		_, size := firstRune(r.s[q:])
		p = r.skipSpaces(q + size)
	} else if end, spaced, ok := r.dashAt(got.end); ok {
		b, isAmount := r.amountAt(end)
		if !isAmount || !r.isRange(a, b, spaced) {
			return joinedAmount{}, false
		}
		word, p = "đến", end
	}
	if word == "" || !isDigit(r.runeAt(p)) {
		return joinedAmount{}, false
	}
	b, ok := r.amountAt(p)
	if !ok {
		return joinedAmount{}, false
	}
	got.end = b.end
	if a.units == "" && b.units != "" && a.point {
		got.spoken = a.number.spoken(true)
	}
	switch {
	case word == "đến" && isYear(a.whole) && isYear(b.whole) && b.value() == a.value()+1:
		got.spoken += " - " + b.spoken() // năm học 2025-2026: one year, not a range
	case word == "đến" && a.units == "" && b.units == "" && (a.value() >= b.value() || r.saidAny(16, "tỷ số", "tỉ số")):
		got.spoken += " " + b.spoken() // tỷ số 2-1
	default:
		got.spoken += " " + word + " " + b.spoken()
	}
	if b.class != Number {
		got.class = b.class
	}
	return joinedAmount{b, got}, true
}

func isTimes(s string) bool {
	return len(s) > 1 && (s[0] == 'x' || s[0] == 'X') && (isDigit(rune(s[1])) || s[1] == ' ' && len(s) > 2 && isDigit(rune(s[2]))) || strings.HasPrefix(s, "×")
}

func firstRune(s string) (rune, int) {
	for i, c := range s {
		return c, len(string(c)) + i
	}
	return 0, 0
}

// isRange reports whether a dash between two amounts is read: a spaced dash is a
// pause unless the second amount is greater.
func (r *reader) isRange(a, b amount, spaced bool) bool {
	if !spaced {
		return true
	}
	if a.units != "" && b.units == "" {
		return false
	}
	return a.units != "" && a.class == b.class || a.value() < b.value() && !a.grouped == !b.grouped
}

// chain reads digits with the same sign between them, three or more: 1.2.3, 1-2-3.
func (r *reader) chain(p int) (reading, bool) {
	end := r.digitsEnd(p)
	sep := r.runeAt(end)
	if sep != '.' && sep != '-' && sep != ':' {
		return reading{}, false
	}
	if n, ok := r.number(p); ok && n.grouped {
		return reading{}, false
	}
	parts := []string{r.s[p:end]}
	const most = 32 // parts; a longer chain goes on as another
	for len(parts) < most && r.runeAt(end) == sep && isDigit(r.runeAt(end+1)) {
		next := r.digitsEnd(end + 1)
		parts = append(parts, r.s[end+1:next])
		end = next
	}
	zero := func() bool { // 012-345 is a code
		for _, part := range parts {
			if len(part) > 2 && part[0] == '0' {
				return true
			}
		}
		return false
	}
	if len(parts) < 2 || len(parts) == 2 && (sep != '-' || !zero()) || isAlnum(r.runeAt(end)) {
		return reading{}, false
	}
	words := make([]string, len(parts))
	for i, part := range parts {
		words[i] = cardinal(part)
		if zero() {
			words[i] = digitByDigit(part)
		}
	}
	joint := map[rune]string{'.': " chấm ", '-': ", ", ':': ", "}[sep]
	return reading{end, strings.Join(words, joint), Number}, true
}
