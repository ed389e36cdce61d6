package spokentext

import "strings"

// digitWord returns the word of one digit, '0' to '9'.
func digitWord(d byte) string {
	return [...]string{"không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"}[d-'0']
}

// digitByDigit reads "0209" as "không hai không chín"; other characters are left out.
func digitByDigit(digits string) string {
	words := make([]string, 0, len(digits))
	for i := range len(digits) {
		if isDigit(rune(digits[i])) {
			words = append(words, digitWord(digits[i]))
		}
	}
	return strings.Join(words, " ")
}

// longestCardinal is the most digits that are read as one number: a million billion
// is said, more is an identifier.
const longestCardinal = 15

// cardinal reads digits as one number. Zeros before it are not read, as in "05 hộ";
// three and more digits that begin with a zero, and what is too long to be a number,
// are read digit by digit.
func cardinal(digits string) string {
	if len(digits) > longestCardinal || len(digits) > 2 && digits[0] == '0' || digits == "00" {
		return digitByDigit(digits)
	}
	var n uint64
	for i := range len(digits) {
		n = n*10 + uint64(digits[i]-'0')
	}
	return cardinalOf(n)
}

// cardinalOf reads a number below 10^18.
func cardinalOf(n uint64) string {
	if n == 0 {
		return digitWord('0')
	}
	return strings.Join(appendCardinal(nil, n, false), " ")
}

// appendCardinal appends the words of a number that is not zero; inner tells that
// higher groups have been read, so that hundreds are said even if there are none:
// 1.005 is "một nghìn không trăm linh năm". Groups of zeros are passed over: 1.000.005
// is "một triệu không trăm linh năm".
func appendCardinal(words []string, n uint64, inner bool) []string {
	for _, scale := range [...]struct {
		value uint64
		name  string
	}{{1e9, "tỷ"}, {1e6, "triệu"}, {1e3, "nghìn"}} {
		if n < scale.value {
			continue
		}
		words = append(appendCardinal(words, n/scale.value, inner), scale.name)
		n %= scale.value
		inner = true
	}
	if n == 0 {
		return words
	}
	return appendBelowThousand(words, int(n), inner)
}

func appendBelowThousand(words []string, n int, inner bool) []string {
	digit := func(d int) string { return digitWord(byte('0' + d)) }
	hundreds, tens, units := n/100, n/10%10, n%10
	if hundreds > 0 || inner {
		words = append(words, digit(hundreds), "trăm")
		if tens == 0 && units > 0 {
			return append(words, "linh", digit(units))
		}
	}
	switch {
	case tens == 1:
		words = append(words, "mười")
	case tens > 1:
		words = append(words, digit(tens), "mươi")
	}
	switch {
	case units == 0:
	case units == 5 && tens > 0:
		words = append(words, "lăm")
	case units == 1 && tens > 1:
		words = append(words, "mốt")
	case units == 4 && tens > 1:
		words = append(words, "tư")
	default:
		words = append(words, digit(units))
	}
	return words
}

// isNumberWord reports whether a word is part of a spoken number.
func isNumberWord(w string) bool {
	switch w {
	case "không", "một", "hai", "ba", "bốn", "tư", "năm", "lăm", "sáu", "bảy", "tám", "chín", "mười", "mươi", "mốt",
		"linh", "lẻ", "trăm", "nghìn", "ngàn", "vạn", "triệu", "tỷ", "tỉ", "phẩy", "rưỡi":
		return true
	}
	return false
}
