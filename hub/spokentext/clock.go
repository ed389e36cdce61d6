package spokentext

import "strings"

// clockTime is a time of day as written; minutes and seconds may be missing.
type clockTime struct {
	end             int
	hour            int
	minute, seconds string // digits
	named           bool   // with h or giờ, not a colon
}

// clock reads times of day and ranges of them: 7h30, 19:30, 7h-11h30.
func (r *reader) clock(p int) (reading, bool) {
	a, ok := r.clockAt(p)
	if !ok {
		return r.hourRange(p)
	}
	got := reading{a.end, a.spoken(), Time}
	if start, _, ok := r.dashAt(a.end); ok {
		if b, ok := r.clockAt(start); ok {
			got.end, got.spoken = b.end, got.spoken+" đến "+b.spoken()
		}
	}
	return got, true
}

// hourRange reads 7-11h30, whose first hour has no sign.
func (r *reader) hourRange(p int) (reading, bool) {
	end := r.digitsEnd(p)
	hour := small(r.s[p:end], 2)
	start, _, ok := r.dashAt(end)
	if !ok || hour < 0 || hour > 24 {
		return reading{}, false
	}
	b, ok := r.clockAt(start)
	if !ok || b.hour <= hour || !b.named {
		return reading{}, false
	}
	words := cardinalOf(uint64(hour)) + " giờ đến "
	if r.saidAny(1, "trong", "khoảng", "sau", "dài") { // how long, not from when
		words = cardinalOf(uint64(hour)) + " đến "
	}
	return reading{b.end, words + b.spoken(), Time}, true
}

// clockAt reads one time of day.
func (r *reader) clockAt(p int) (clockTime, bool) {
	end := r.digitsEnd(p)
	t := clockTime{hour: small(r.s[p:end], 2)}
	if t.hour < 0 || t.hour > 24 {
		return clockTime{}, false
	}
	if r.runeAt(end) == ':' || r.runeAt(end) == '.' && r.dotTime(p) {
		return r.colonTime(t, end)
	}
	q := r.skipSpaces(end)
	t.named = true
	switch rest := r.s[q:]; {
	case strings.HasPrefix(rest, "giờ") || strings.HasPrefix(rest, "Giờ") || strings.HasPrefix(rest, "GIỜ"):
		q = r.wordEnd(q)
		return r.spelledMinutes(t, q)
	case strings.HasPrefix(rest, "h") || strings.HasPrefix(rest, "H"):
		q++
	case strings.HasPrefix(rest, "g") && q == end && isDigit(r.runeAt(q+1)) && r.digitsEnd(q+1) == q+3:
		q++ // 7g30; 7g alone is a weight
	default:
		return clockTime{}, false
	}
	t.end = q
	m := q
	if c := r.runeAt(q); (c == ':' || c == '.') && r.digitsEnd(q+1) == q+3 {
		m = q + 1 // 7h:30, 7h.30
	} else if s := r.skipSpaces(q); s == q+1 && r.digitsEnd(s) == s+2 && r.minuteSign(s+2) > s+2 {
		m = s // 7h 30'
	}
	mEnd := r.digitsEnd(m)
	if n := small(r.s[m:mEnd], 2); n >= 0 && n < 60 && !(m == q+1 && r.s[q] == '.' && r.dateOrAmountAt(mEnd)) {
		t.minute, t.end = r.s[m:mEnd], r.minuteSign(mEnd)
	}
	if isAlnum(r.runeAt(t.end)) {
		return clockTime{}, false
	}
	return t, true
}

// spelledMinutes reads "7 giờ 30"; without minutes the words are left as they are.
func (r *reader) spelledMinutes(t clockTime, p int) (clockTime, bool) {
	m := r.skipSpaces(p)
	end := r.digitsEnd(m)
	n := small(r.s[m:end], 2)
	if end != m+2 || n < 0 || n > 59 || r.dateOrAmountAt(end) {
		return clockTime{}, false
	}
	t.minute, t.end = r.s[m:end], r.minuteSign(end)
	return t, true
}

// dateOrAmountAt reports whether the two digits before p begin something else than
// minutes: 7 giờ 15/8, 2 giờ 30 người.
func (r *reader) dateOrAmountAt(p int) bool {
	c := r.runeAt(p)
	if c == '/' || c == '-' || c == '%' || (c == '.' || c == ',' || c == ':') && isDigit(r.runeAt(p+1)) {
		return true
	}
	return isCounted(r.nextWord(p)) || r.nextWord(p) == "tháng"
}

// dotTime reports whether 7.30 at p is a time of day: after "lúc", or from one to
// another.
func (r *reader) dotTime(p int) bool {
	dotted := func(p int) (end int, ok bool) {
		hours := r.digitsEnd(p)
		end = r.digitsEnd(hours + 1)
		h, m := small(r.s[p:hours], 2), small(r.s[min(hours+1, end):end], 2)
		return end, r.runeAt(hours) == '.' && end == hours+3 && h >= 0 && h <= 24 && m >= 0 && m < 60
	}
	end, ok := dotted(p)
	if !ok {
		return false
	}
	switch r.lastWord() {
	case "lúc", "hồi":
		return true
	case "từ":
		if q := r.skipSpaces(end); r.nextWord(q) == "đến" {
			_, ok := dotted(r.skipSpaces(r.wordEnd(q)))
			return ok
		}
	case "đến":
		return r.last == Time && strings.TrimSpace(string(r.out[r.lastEnd:])) == "đến"
	}
	return false
}

// colonTime reads 19:30 and 19:30:15 from the first colon on. After "tỷ lệ" and "tỷ
// số" it is none.
func (r *reader) colonTime(t clockTime, p int) (clockTime, bool) {
	end := r.digitsEnd(p + 1)
	if n := small(r.s[p+1:end], 2); end != p+3 || n < 0 || n > 59 || r.saidAny(3, "tỷ lệ", "tỉ lệ", "tỷ số", "tỉ số") {
		return clockTime{}, false
	}
	t.minute, t.end = r.s[p+1:end], end
	if r.runeAt(end) == ':' {
		sEnd := r.digitsEnd(end + 1)
		if n := small(r.s[end+1:sEnd], 2); sEnd != end+3 || n < 0 || n > 59 {
			return clockTime{}, false
		}
		t.seconds, t.end = r.s[end+1:sEnd], sEnd
	}
	if q := r.skipSpaces(t.end); strings.HasPrefix(r.s[q:], "h") && !isAlnum(r.runeAt(q+1)) {
		t.end = q + 1 // 19:30h
	}
	if c := r.runeAt(t.end); isAlnum(c) || c == ':' && isDigit(r.runeAt(t.end+1)) {
		return clockTime{}, false
	}
	return t, true
}

// minuteSign returns the end of ', p, ph or phút at p.
func (r *reader) minuteSign(p int) int {
	for _, sign := range [...]string{"'", "′", "’"} {
		if strings.HasPrefix(r.s[p:], sign) {
			return p + len(sign)
		}
	}
	q := r.skipSpaces(p)
	switch end := r.wordEnd(q); r.s[q:end] {
	case "p", "ph", "phút", "Phút", "PHÚT":
		return end
	}
	return p
}

// spoken reads a time: 7h00 is "bảy giờ", 7h05 "bảy giờ năm phút".
func (t clockTime) spoken() string {
	words := cardinalOf(uint64(t.hour)) + " giờ"
	if m := small(t.minute, 2); m > 0 || m == 0 && t.seconds != "" {
		words += " " + cardinalOf(uint64(m)) + " phút"
	}
	if t.seconds != "" {
		words += " " + cardinalOf(uint64(small(t.seconds, 2))) + " giây"
	}
	return words
}
