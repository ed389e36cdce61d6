package spokentext

import (
	"strings"
	"unicode"
)

type unitKind int

const (
	symbolUnit unitKind = iota // km, °C: "trên" joins two of them
	moneyUnit
	magnitude // nghìn, triệu: a unit may follow
)

type unit struct {
	end    int
	spoken string
	kind   unitKind
}

// unitAt reads a unit at p, with or without a blank before it.
func (r *reader) unitAt(p int) (unit, bool) {
	if u, ok := r.unitHere(p, true); ok {
		return u, true
	}
	if q := r.skipSpaces(p); q == p+1 {
		return r.unitHere(q, false)
	}
	return unit{}, false
}

// unitHere reads a unit that begins at p; attached tells that it follows the number
// without a blank, as symbols of one letter must that are words or names too.
func (r *reader) unitHere(p int, attached bool) (unit, bool) {
	switch r.runeAt(p) {
	case '%':
		return unit{p + 1, "phần trăm", symbolUnit}, true
	case '‰':
		return unit{p + len("‰"), "phần nghìn", symbolUnit}, true
	case '°':
		return r.degree(p + len("°")), true
	}
	if u, ok := r.currencySign(p); ok {
		return u, true
	}
	end := r.wordEnd(p)
	if end == p {
		return unit{}, false
	}
	symbol := r.s[p:end]
	if u, ok := r.raised(end, symbol); ok {
		return u, true
	}
	if isDigit(r.runeAt(end)) {
		return unit{}, false
	}
	if spoken, kind, ok := moneyWord(symbol, attached); ok {
		if symbol == "tr" && strings.HasPrefix(r.s[end:], ".đ") && !isAlnum(r.runeAt(end+len(".đ"))) {
			return unit{end + len(".đ"), "triệu đồng", moneyUnit}, true
		}
		return unit{end, spoken, kind}, true
	}
	if spoken, ok := attachedSymbol(symbol); ok && attached {
		return unit{end, spoken, symbolUnit}, true
	}
	if spoken, ok := symbolWord(symbol); ok {
		return unit{end, spoken, symbolUnit}, true
	}
	return unit{}, false
}

// degree reads what follows the degree sign.
func (r *reader) degree(p int) unit {
	q := r.skipSpaces(p)
	end := r.wordEnd(q)
	if isDigit(r.runeAt(end)) {
		return unit{p, "độ", symbolUnit}
	}
	switch r.s[q:end] {
	case "C", "c":
		return unit{end, "độ xê", symbolUnit}
	case "F":
		return unit{end, "độ ép", symbolUnit}
	case "N":
		return unit{end, "độ vĩ bắc", symbolUnit}
	case "E":
		return unit{end, "độ kinh đông", symbolUnit}
	}
	return unit{p, "độ", symbolUnit}
}

// raised reads m2 and m3; the 2 or 3 stands at p.
func (r *reader) raised(p int, base string) (unit, bool) {
	c := r.runeAt(p)
	if c != '2' && c != '3' || isAlnum(r.runeAt(p+1)) {
		return unit{}, false
	}
	switch base {
	case "m", "km", "hm", "dm", "cm", "mm":
	default:
		return unit{}, false
	}
	spoken, _ := symbolWord(base)
	if c == '2' {
		return unit{p + 1, spoken + " vuông", symbolUnit}, true
	}
	return unit{p + 1, spoken + " khối", symbolUnit}, true
}

// currencySign reads $, US$, €, £, ¥ and ₫.
func (r *reader) currencySign(p int) (unit, bool) {
	for _, sign := range [...]struct{ written, spoken string }{
		{"US$", "đô la Mỹ"}, {"USD", "đô la Mỹ"}, {"$", "đô la Mỹ"}, {"€", "ơ rô"}, {"£", "bảng Anh"}, {"¥", "yên"}, {"₫", "đồng"},
		{"VNĐ", "đồng"}, {"VND", "đồng"}, {"EUR", "ơ rô"}, {"CNY", "nhân dân tệ"},
	} {
		if end := p + len(sign.written); strings.HasPrefix(r.s[p:], sign.written) && !unicode.IsLetter(r.runeAt(end)) {
			return unit{end, sign.spoken, moneyUnit}, true
		}
	}
	return unit{}, false
}

// currencyAt reports whether an amount of money ends at p.
func (r *reader) currencyAt(p int) bool {
	u, ok := r.unitAt(p)
	return ok && u.kind == moneyUnit || !ok && r.nextWord(p) == "đồng"
}

// moneyWord returns how letters after an amount are read.
func moneyWord(symbol string, attached bool) (spoken string, kind unitKind, ok bool) {
	switch symbol {
	case "đ", "Đ", "vnđ", "vnd", "Vnđ", "đồng", "Đồng":
		return "đồng", moneyUnit, true
	case "trđ", "trđồng":
		return "triệu đồng", moneyUnit, true
	case "ngđ", "nđ":
		return "nghìn đồng", moneyUnit, true
	case "usd":
		return "đô la Mỹ", moneyUnit, true
	case "nghìn", "ngàn", "vạn", "triệu", "tỷ", "tỉ":
		return symbol, magnitude, true
	case "tr":
		return "triệu", magnitude, true
	case "k", "K":
		return "nghìn", magnitude, attached
	}
	return "", 0, false
}

// attachedSymbol returns units of one letter that are units only beside the number:
// "lớp 12 A" and "tổ 3 V" are none.
func attachedSymbol(symbol string) (string, bool) {
	switch symbol {
	case "W":
		return "oát", true
	case "V", "v":
		return "vôn", true
	case "T":
		return "tấn", true
	case "s":
		return "giây", true
	case "p":
		return "phút", true
	}
	return "", false
}

// symbolWord returns how a symbol of measure is read. Syllables stand apart, without
// hyphens: engines read "ki lô mét" more evenly than "ki-lô-mét".
func symbolWord(symbol string) (string, bool) {
	switch symbol {
	case "km", "Km", "KM":
		return "ki lô mét", true
	case "hm":
		return "héc tô mét", true
	case "m":
		return "mét", true
	case "dm":
		return "đề xi mét", true
	case "cm":
		return "xăng ti mét", true
	case "mm":
		return "mi li mét", true
	case "ha", "Ha":
		return "héc ta", true
	case "kg", "Kg", "KG":
		return "ki lô gam", true
	case "g", "gr", "gam":
		return "gam", true
	case "mg":
		return "mi li gam", true
	case "mcg", "µg", "μg":
		return "mi crô gam", true
	case "l", "L":
		return "lít", true
	case "ml", "mL":
		return "mi li lít", true
	case "cc":
		return "xê xê", true
	case "kW", "KW", "kw":
		return "ki lô oát", true
	case "kWh", "KWh", "kwh", "KWH":
		return "ki lô oát giờ", true
	case "MW":
		return "mê ga oát", true
	case "kWp", "KWp":
		return "ki lô oát đỉnh", true
	case "kV", "KV":
		return "ki lô vôn", true
	case "kVA", "KVA":
		return "ki lô vôn am pe", true
	case "mA":
		return "mi li am pe", true
	case "Ah":
		return "am pe giờ", true
	case "Hz":
		return "héc", true
	case "kHz":
		return "ki lô héc", true
	case "MHz":
		return "mê ga héc", true
	case "GHz":
		return "ghi ga héc", true
	case "dB":
		return "đề xi ben", true
	case "mb":
		return "mi li ba", true
	case "hPa":
		return "héc tô pát can", true
	case "kPa":
		return "ki lô pát can", true
	case "mmHg":
		return "mi li mét thủy ngân", true
	case "mmol":
		return "mi li mol", true
	case "kcal":
		return "ki lô ca lo", true
	case "KB", "kB":
		return "ki lô bai", true
	case "MB":
		return "mê ga bai", true
	case "GB":
		return "ghi ga bai", true
	case "TB":
		return "tê ra bai", true
	case "Mbps":
		return "mê ga bít trên giây", true
	case "Gbps":
		return "ghi ga bít trên giây", true
	case "HP", "CV":
		return "mã lực", true
	case "h", "H":
		return "giờ", true
	case "ph":
		return "phút", true
	case "oC":
		return "độ xê", true
	}
	return "", false
}

// isMeasureWord reports whether a word after a number makes it an amount, so that
// its decimal point is read as a comma.
func isMeasureWord(w string) bool {
	switch w {
	case "triệu", "tỷ", "tỉ", "nghìn", "ngàn", "vạn", "trăm", "tấn", "tạ", "yến", "cân", "lạng", "lít", "mét", "giờ", "phút", "giây", "ngày", "tháng",
		"năm", "tuổi", "độ", "điểm", "lần", "sào", "mẫu", "công", "khối", "héc", "phần", "đồng":
		return true
	}
	return false
}

// looseUnit reads the symbols of measure that are no words where a number written
// as a word, or nothing, stands before them: "hai mươi km", "tính bằng kg".
func (r *reader) looseUnit(p int) (reading, bool) {
	end := r.wordEnd(p)
	symbol := r.s[p:end]
	if u, ok := r.raised(end, symbol); ok {
		return reading{u.end, u.spoken, Measure}, true
	}
	if (symbol == "C" || symbol == "c") && r.lastWord() == "độ" {
		return reading{end, "xê", Measure}, true
	}
	if isDigit(r.runeAt(end)) {
		return reading{}, false
	}
	switch symbol {
	case "km", "cm", "mm", "kg", "kWh", "kW", "ml", "MHz", "kHz", "mmHg":
	case "ha", "m", "g", "l", "đ", "VNĐ", "VND", "USD":
		if !isNumberWord(r.lastWord()) {
			return reading{}, false
		}
	default:
		return reading{}, false
	}
	class := Measure
	spoken, ok := symbolWord(symbol)
	if !ok {
		class = Money
		if u, found := r.currencySign(p); found {
			spoken = u.spoken
		} else {
			spoken, _, _ = moneyWord(symbol, true)
		}
	}
	return r.perUnits(reading{end, spoken, class}, class == Money), true
}

// perUnits reads "/h" and "/kg" after a unit: "trên" between symbols, "mỗi" after
// money. A word that follows ("/người") is left to the sign itself.
func (r *reader) perUnits(got reading, money bool) reading {
	for r.runeAt(got.end) == '/' {
		p := got.end + 1
		if !unicode.IsLetter(r.runeAt(p)) {
			break
		}
		u, ok := r.unitHere(p, true)
		if !ok || u.kind != symbolUnit {
			break
		}
		if money {
			got.spoken += " mỗi " + u.spoken
		} else {
			got.spoken += " trên " + u.spoken
		}
		got.end = u.end
	}
	return got
}
