package devices

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// joiner holds the parts of one picture together, a family among them; it is the
// only invisible character a name needs.
const joiner = '\u200d'

// TidyName returns a name or title as it is shown on one line: without invisible
// characters (text copied from a web page carries some, and one that turns the
// direction of writing makes what follows unreadable), with single blanks, and
// empty when nothing of it can be seen. Broken text stays as it is, for whoever
// checks it.
func TidyName(s string) string {
	if !utf8.ValidString(s) {
		return s
	}
	s = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if r != joiner && unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)), " ")
	if strings.Trim(s, string(joiner)+" ") == "" {
		return ""
	}
	return s
}
