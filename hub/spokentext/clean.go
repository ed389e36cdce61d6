package spokentext

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Clean returns the text without what cannot be read: broken bytes, control and
// invisible characters, emoji and decoration. It composes diacritics (NFC) and gives
// digits, blanks and hyphens of every kind their plain form.
func Clean(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, " "), "\r\n", "\n")
	c := cleaner{out: make([]rune, 0, len(text))}
	for _, r := range norm.NFC.String(text) {
		c.add(r)
	}
	return strings.TrimSpace(norm.NFC.String(string(c.out)))
}

type cleaner struct {
	out []rune
	// dropped is set after a picture or mark was left out: it leaves one blank
	// between words and none beside another blank.
	dropped bool
}

func (c *cleaner) last() rune {
	if len(c.out) == 0 {
		return '\n'
	}
	return c.out[len(c.out)-1]
}

func (c *cleaner) add(r rune) {
	switch {
	case r == '\n' || r == '\r' || r == '\v' || r == '\f' || r == '\u2028' || r == '\u2029':
		c.dropped = false
		c.out = append(c.out, '\n')
	case unicode.IsSpace(r):
		if !c.dropped || !unicode.IsSpace(c.last()) {
			c.out = append(c.out, ' ')
		}
	case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
		// An invisible character may stand inside a word: nothing takes its place.
	case unicode.IsMark(r):
		if last := c.last(); unicode.IsLetter(last) || unicode.IsMark(last) {
			c.out = append(c.out, r)
		}
	case unicode.IsLetter(r):
		c.put(letterShape(r)...)
	case unicode.IsDigit(r):
		c.put('0' + digitValue(r))
	case unicode.IsNumber(r):
		c.numeral(r)
	default:
		c.symbol(r)
	}
}

// put appends what is read, apart from the word before a dropped mark.
func (c *cleaner) put(rs ...rune) {
	if c.dropped && isAlnum(c.last()) && isAlnum(rs[0]) {
		c.out = append(c.out, ' ')
	}
	c.dropped = false
	c.out = append(c.out, rs...)
}

// letterShape returns a letter that is only another shape of plain ones (fullwidth,
// ligatures, mathematical) as those.
func letterShape(r rune) []rune {
	if r == 'º' {
		return []rune{'°'}
	}
	if r >= 0xFB00 && r <= 0xFB06 || r >= 0xFF21 && r <= 0xFF5A || r >= 0x1D400 && r <= 0x1D7FF {
		return []rune(norm.NFKC.String(string(r)))
	}
	return []rune{r}
}

// digitValue returns the value of a decimal digit of any script: they stand in runs
// of ten that begin with zero.
func digitValue(r rune) rune {
	zero := r
	for unicode.IsDigit(zero - 1) {
		zero--
	}
	return (r - zero) % 10
}

// numeral takes ², ½, ①, Ⅳ and the like; numerals of other scripts are dropped.
func (c *cleaner) numeral(r rune) {
	plain := strings.ReplaceAll(norm.NFKC.String(string(r)), "⁄", "/")
	for _, p := range plain {
		if p >= utf8.RuneSelf || p != '/' && !isAlnum(p) {
			c.dropped = true
			return
		}
	}
	last := c.last()
	switch raised := strings.ContainsRune("²³¹⁰⁴⁵⁶⁷⁸⁹", r); {
	case raised && unicode.IsLetter(last): // m² is read as m2
	case raised && isDigit(last):
		c.put([]rune(" mũ ")...)
	case isAlnum(last):
		c.put(' ')
	}
	c.put([]rune(plain)...)
}

func (c *cleaner) symbol(r rune) {
	switch r {
	case '*', '#', '^', '`', '|', '\\', '{', '}', '•', '‣', '⁃', '·', '†', '‡', '§', '¶', '※', '¤', '¦', '©', '®', '¬', '¨', '´', '¸':
		c.dropped = true
	case '‐', '‑', '‒', '―', '﹣', '－':
		c.put('-')
	case '⁄', '∕', '／':
		c.put('/')
	case '℃':
		c.put('°', 'C')
	case '℉':
		c.put('°', 'F')
	case '№':
		c.put([]rune("số ")...)
	default:
		c.other(r)
	}
}

// other keeps punctuation and the signs that are read, takes compatibility forms
// (㎡, ：) as what they stand for and drops pictures.
func (c *cleaner) other(r rune) {
	if r < utf8.RuneSelf || strings.ContainsRune("°±×÷−≤≥≈‰€£¥₫", r) {
		c.put(r)
		return
	}
	if r >= 0xFF01 && r <= 0xFF5E || r >= 0x3300 && r <= 0x33FF {
		if plain := norm.NFKC.String(string(r)); plain[0] < utf8.RuneSelf {
			c.put([]rune(plain)...)
			return
		}
	}
	if unicode.IsPunct(r) {
		c.put(r)
		return
	}
	c.dropped = true
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func isAlnum(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) || isDigit(r) }
