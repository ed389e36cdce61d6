package spokentext

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestAddress bounds how far an address is looked for, in bytes.
const longestAddress = 256

// electronic reads e-mail and web addresses. Of a web address with a query, or a
// long path, only the host is said.
func (r *reader) electronic(p int) (reading, bool) {
	q := p
	for q < len(r.s) && r.s[q] < utf8.RuneSelf && isAlnum(rune(r.s[q])) {
		q++
	}
	if q == len(r.s) || !strings.ContainsRune(".@:-_+", rune(r.s[q])) {
		return reading{}, false // a plain word
	}
	token := r.s[p:min(len(r.s), p+longestAddress)]
	if i := strings.IndexAny(token, " \n<>()\"“”,;"); i >= 0 {
		token = token[:i]
	} else if len(token) == longestAddress {
		return reading{}, false
	}
	token = strings.TrimRight(token, ".:!?'’…/")
	if !strings.Contains(token, ".") {
		return reading{}, false
	}
	end := p + len(token)
	for r.runeAt(end) == '/' {
		end++
	}
	if user, host, ok := strings.Cut(token, "@"); ok {
		if user == "" || !isHost(host, false) || !isPlainASCII(user) {
			return reading{}, false
		}
		return reading{end, r.addressWords(user) + " a còng " + r.addressWords(host), Electronic}, true
	}
	rest, scheme := cutScheme(token)
	host, path := rest, ""
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		host, path = rest[:i], strings.TrimPrefix(rest[i:], "/")
	}
	if !isHost(host, !scheme) {
		return reading{}, false
	}
	words := r.addressWords(host)
	if path = strings.TrimRight(path, "/"); path != "" && len(path) <= 24 && !strings.ContainsAny(path, "?#=&%") && isPlainASCII(path) {
		words += " gạch chéo " + r.addressWords(path)
	}
	return reading{end, words, Electronic}, true
}

func cutScheme(token string) (rest string, ok bool) {
	for _, scheme := range [...]string{"https://", "http://", "HTTPS://", "HTTP://"} {
		if rest, ok := strings.CutPrefix(token, scheme); ok {
			return rest, true
		}
	}
	return token, strings.HasPrefix(token, "www.")
}

// isHost reports whether s is the name of a host; strict asks for an ending that is
// in use, so that "ngày.Sau" is none.
func isHost(s string, strict bool) bool {
	labels := strings.Split(s, ".")
	if len(labels) < 2 {
		return false
	}
	for _, label := range labels {
		if label == "" || !isPlainASCII(label) || strings.ContainsAny(label, "/@:_") {
			return false
		}
	}
	last := labels[len(labels)-1]
	if !strict {
		return len(last) >= 2 && strings.Trim(last, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
	}
	switch last {
	case "vn", "com", "net", "org", "info", "edu", "gov", "me", "io", "tv", "asia", "online", "site":
		return !unicode.IsDigit(rune(labels[0][0])) || len(labels) > 2 || len(labels[0]) > 3
	}
	return false
}

func isPlainASCII(s string) bool {
	for i := range len(s) {
		if c := s[i]; !isAlnum(rune(c)) && !strings.ContainsRune(".-_+/@:~%", rune(c)) || c >= 0x80 {
			return false
		}
	}
	return true
}

// addressWords reads the parts of an address: digits one by one, what cannot be
// pronounced letter by letter, signs by name.
func (r *reader) addressWords(s string) string {
	var words []string
	for s != "" {
		n := strings.IndexFunc(s, func(c rune) bool { return !unicode.IsLetter(c) })
		if n < 0 {
			n = len(s)
		}
		if n > 0 {
			words, s = append(words, r.addressWord(s[:n])), s[n:]
			continue
		}
		switch c := s[0]; c {
		case '.':
			words = append(words, "chấm")
		case '-':
			words = append(words, "gạch ngang")
		case '_':
			words = append(words, "gạch dưới")
		case '/':
			words = append(words, "gạch chéo")
		case '+':
			words = append(words, "cộng")
		case '@':
			words = append(words, "a còng")
		case ':':
			words = append(words, "hai chấm")
		default:
			if isDigit(rune(c)) {
				words = append(words, digitWord(c))
			}
		}
		s = s[1:]
	}
	return strings.Join(words, " ")
}

func (r *reader) addressWord(word string) string {
	switch lower := strings.ToLower(word); lower {
	case "www":
		return "ba vê kép"
	case "com":
		return "com"
	case "vn":
		return "vê nờ"
	case "gov":
		return "gờ o vê"
	case "edu":
		return "e đu"
	case "net":
		return "nét"
	case "org":
		return "oóc"
	case "gmail":
		return "gờ meo"
	case "vnpost":
		return "vê nờ pốt"
	default:
		if len(lower) > 1 && len(lower) <= 8 && !pronounceable(strings.ToUpper(lower)) || len(lower) == 1 {
			return letterNames(lower)
		}
		if name, ok := r.abbreviations.exact(lower); ok { // dichvucong, the commune's own name
			return name
		}
		return lower
	}
}
