package spokentext

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// reader goes through a cleaned text once, from left to right. What stands before is
// judged by what has been said of it (out), what follows by a bounded look ahead.
type reader struct {
	abbreviations lexicon
	s             string // the cleaned text
	p             int    // where the unread part begins
	out           []byte // what is said of the part before p
	keep          bool   // segments are wanted
	segments      []Segment
	romanEnd      int    // what has been said up to the last Roman numeral, in bytes
	last          Class  // of the reading that was said last
	lastEnd       int    // what has been said up to it, in bytes
	tail          string // what said returned when it was asked at tailEnd
	tailEnd       int
}

// reading is how a piece of the text from the place asked about to end is read.
type reading struct {
	end    int
	spoken string
	class  Class
}

func (r *reader) run() {
	for r.p < len(r.s) {
		if got, ok := r.at(r.p); ok {
			r.say(got)
			continue
		}
		r.copyToken()
	}
	r.trim()
}

// trim takes the blanks away that dropped signs have left at either end.
func (r *reader) trim() {
	r.out = bytes.TrimSpace(r.out)
	for i := range r.segments {
		s := &r.segments[i]
		if s.Spoken = strings.TrimLeftFunc(s.Spoken, unicode.IsSpace); s.Spoken != "" {
			break
		}
	}
	for i := len(r.segments) - 1; i >= 0; i-- {
		s := &r.segments[i]
		if s.Spoken = strings.TrimRightFunc(s.Spoken, unicode.IsSpace); s.Spoken != "" {
			break
		}
	}
}

// at returns how the text at p is read, if not as written.
func (r *reader) at(p int) (reading, bool) {
	c := r.runeAt(p)
	switch {
	case isDigit(c):
		return r.atDigit(p)
	case unicode.IsLetter(c):
		return r.atLetter(p)
	case c == ' ' || c == '\n':
		return reading{}, false
	}
	return r.atSymbol(p)
}

func (r *reader) atDigit(p int) (reading, bool) {
	if !isAlnum(r.before(p)) {
		if got, ok := r.electronic(p); ok {
			return got, true
		}
		if got, ok := r.abbreviation(p); ok {
			return got, true
		}
	}
	for _, rule := range [...]func(int) (reading, bool){
		r.document, r.date, r.phone, r.plate, r.clock, r.identifier, r.fraction,
	} {
		if got, ok := rule(p); ok {
			return got, true
		}
	}
	return r.quantity(p)
}

func (r *reader) atLetter(p int) (reading, bool) {
	if isAlnum(r.before(p)) {
		return reading{}, false
	}
	for _, rule := range [...]func(int) (reading, bool){
		r.electronic, r.lettersAndDigits, r.abbreviation, r.roman, r.currencyFirst, r.looseUnit, r.times, r.unknown,
	} {
		if got, ok := rule(p); ok {
			return got, true
		}
	}
	return reading{}, false
}

// say appends a reading; it keeps words apart that stood together as signs and
// digits.
func (r *reader) say(got reading) {
	spoken := got.spoken
	if spoken != "" {
		first, _ := utf8.DecodeRuneInString(spoken)
		last, _ := utf8.DecodeLastRuneInString(spoken)
		if last := r.lastSaid(); isAlnum(first) && (isAlnum(last) || last == ',') {
			spoken = " " + spoken
		}
		if next := r.runeAt(got.end); isAlnum(next) && (isAlnum(last) || last == ',') {
			spoken += " "
		}
	}
	if r.keep {
		r.segments = append(r.segments, Segment{Start: r.p, Written: r.s[r.p:got.end], Spoken: spoken, Class: got.class})
	}
	r.out = append(r.out, spoken...)
	r.last, r.lastEnd = got.class, len(r.out)
	if got.class == Roman {
		r.romanEnd = len(r.out)
	}
	r.p = got.end
}

// copyToken says a word, or one other character, as it is written.
func (r *reader) copyToken() {
	end := r.p + utf8.RuneLen(r.runeAt(r.p))
	if unicode.IsLetter(r.runeAt(r.p)) {
		end = r.wordEnd(r.p)
	}
	text := r.s[r.p:end]
	if r.keep {
		if n := len(r.segments); n > 0 && r.segments[n-1].Class == "" {
			r.segments[n-1].Written += text
			r.segments[n-1].Spoken += text
		} else {
			r.segments = append(r.segments, Segment{Start: r.p, Written: text, Spoken: text})
		}
	}
	r.out = append(r.out, text...)
	r.p = end
}

// Looking at what is written.

// runeAt returns the character at p, a line break at either end of the text.
func (r *reader) runeAt(p int) rune {
	if p < 0 || p >= len(r.s) {
		return '\n'
	}
	c, _ := utf8.DecodeRuneInString(r.s[p:])
	return c
}

// before returns the character that ends at p.
func (r *reader) before(p int) rune {
	if p <= 0 {
		return '\n'
	}
	c, _ := utf8.DecodeLastRuneInString(r.s[:p])
	return c
}

// wordEnd returns where the run of letters and marks at p ends.
func (r *reader) wordEnd(p int) int {
	for p < len(r.s) {
		c, n := utf8.DecodeRuneInString(r.s[p:])
		if !unicode.IsLetter(c) && !unicode.IsMark(c) {
			break
		}
		p += n
	}
	return p
}

// digitsEnd returns where the run of digits at p ends.
func (r *reader) digitsEnd(p int) int {
	for p < len(r.s) && isDigit(rune(r.s[p])) {
		p++
	}
	return p
}

// skipSpaces returns where the blanks at p end, within the line.
func (r *reader) skipSpaces(p int) int {
	for p < len(r.s) && r.s[p] == ' ' {
		p++
	}
	return p
}

// dashAt returns the end of the dash at p and of the blanks round it; spaced tells
// whether there are any.
func (r *reader) dashAt(p int) (end int, spaced, ok bool) {
	q := r.skipSpaces(p)
	switch r.runeAt(q) {
	case '-':
		end = q + 1
	case '–', '—':
		end = q + len("–")
	default:
		return 0, false, false
	}
	after := r.skipSpaces(end)
	return after, q > p || after > end, true
}

// nextWords returns the next n words in lower case, blanks alone between them.
func (r *reader) nextWords(p, n int) []string {
	words := make([]string, 0, n)
	for len(words) < n {
		p = r.skipSpaces(p)
		end := min(r.wordEnd(p), p+40)
		if end == p {
			break
		}
		words = append(words, strings.ToLower(r.s[p:end]))
		p = end
	}
	return words
}

// nextWord returns the word after p in lower case, "" if something else follows.
func (r *reader) nextWord(p int) string {
	if w := r.nextWords(p, 1); len(w) == 1 {
		return w[0]
	}
	return ""
}

// Looking at what has been said.

// justSaid reports whether a reading of the class has just been said.
func (r *reader) justSaid(c Class) bool { return r.last == c && r.lastEnd == len(r.out) }

func (r *reader) lastSaid() rune {
	if len(r.out) == 0 {
		return '\n'
	}
	c, _ := utf8.DecodeLastRune(r.out)
	return c
}

// said returns the end of what has been said on this line, in lower case.
func (r *reader) said() string {
	if r.tailEnd == len(r.out) {
		return r.tail
	}
	const enough = 160 // bytes
	from := max(0, len(r.out)-enough)
	for from < len(r.out) && !utf8.RuneStart(r.out[from]) {
		from++
	}
	tail := string(r.out[from:])
	if i := strings.LastIndexByte(tail, '\n'); i >= 0 {
		tail = tail[i+1:]
	}
	r.tail, r.tailEnd = strings.ToLower(tail), len(r.out)
	return r.tail
}

// lastWord returns the word that has just been said, "" after anything but blanks.
func (r *reader) lastWord() string { return lastWordOf(r.said()) }

func lastWordOf(tail string) string {
	tail = strings.TrimRight(tail, " ")
	i := strings.LastIndexFunc(tail, func(c rune) bool { return !isAlnum(c) })
	if i < 0 {
		return tail
	}
	_, n := utf8.DecodeRuneInString(tail[i:])
	return tail[i+n:]
}

// clauseWords returns at most n words that have just been said in the same clause;
// commas, colons and the like do not end it.
func (r *reader) clauseWords(n int) []string {
	tail := r.said()
	if i := strings.LastIndexAny(tail, ".;!?"); i >= 0 {
		tail = tail[i+1:]
	}
	words := strings.FieldsFunc(tail, func(c rune) bool { return !isAlnum(c) })
	return words[max(0, len(words)-n):]
}

// saidAny reports whether one of the phrases is among the last n words of the
// clause.
func (r *reader) saidAny(n int, phrases ...string) bool {
	text := " " + strings.Join(r.clauseWords(n), " ") + " "
	for _, p := range phrases {
		if strings.Contains(text, " "+p+" ") {
			return true
		}
	}
	return false
}
