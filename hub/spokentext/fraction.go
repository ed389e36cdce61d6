package spokentext

// fraction reads what has a slash and is no date: 1/2, 120/80, 24/7.
func (r *reader) fraction(p int) (reading, bool) {
	aEnd := r.digitsEnd(p)
	if r.runeAt(aEnd) != '/' {
		return reading{}, false
	}
	bEnd := r.digitsEnd(aEnd + 1)
	if bEnd == aEnd+1 {
		return reading{}, false
	}
	if c := r.runeAt(bEnd); c == '.' && isDigit(r.runeAt(bEnd+1)) { // 1/10.000
		if n, ok := r.number(aEnd + 1); ok && n.grouped {
			return reading{n.end, cardinal(r.s[p:aEnd]) + " phần " + n.spoken(true), Number}, true
		}
	}
	a, b := r.s[p:aEnd], r.s[aEnd+1:bEnd]
	x, y := small(a, 4), small(b, 6)
	words := cardinal(a) + " trên " + cardinal(b)
	counted := isCounted(r.nextWord(bEnd)) && !everyday(x, y)
	if (!isPartNumber(r.lastWord()) || r.lastWord() == "lệ") && !r.partList() && !r.saidAny(2, "thị lực") {
		if x > 0 && x < y && !counted && (x == 1 || y <= 10) {
			words = cardinal(a) + " phần " + fourth(y, b)
		}
	}
	if x == 1 && y == 2 && isHalved(r.nextWord(bEnd)) {
		words = "nửa"
	}
	got := reading{bEnd, words, Number}
	if u, ok := r.unitAt(bEnd); ok { // 24/24h
		got = r.perUnits(reading{u.end, words + " " + u.spoken, Measure}, false)
	}
	return got, true
}

// everyday reports whether a fraction is one of the halves, thirds and quarters that
// stay fractions even of counted things: 2/3 hộ.
func everyday(x, y int) bool { return y <= 4 && x < y && (x != 2 || y != 4) }

// isHalved reports whether 1/2 before the word is "nửa": 1/2 ngày.
func isHalved(w string) bool {
	switch w {
	case "ngày", "tháng", "năm", "buổi", "giờ", "đêm":
		return true
	}
	return false
}

func fourth(y int, digits string) string {
	if y == 4 {
		return "tư"
	}
	return cardinal(digits)
}
