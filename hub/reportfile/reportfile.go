// Package reportfile writes the monthly report and the journal as files that a
// commune hands on: a page to print, PDF, CSV and XLSX.
//
// It guarantees that the page and the PDF say the same, in the form of a
// Vietnamese official document; that no word of a person becomes a formula in a
// spreadsheet; and that equal reports give equal files.
package reportfile

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Times and numbers as Vietnamese documents write them.

func day(t time.Time) string    { return t.Format("02/01/2006") }
func minute(t time.Time) string { return t.Format("15:04 02/01/2006") }
func longDay(t time.Time) string {
	return fmt.Sprintf("ngày %s tháng %s năm %d", two(t.Day()), month(t.Month()), t.Year())
}
func month(m time.Month) string {
	if m < 3 {
		return two(int(m))
	}
	return strconv.Itoa(int(m))
}
func two(n int) string   { return fmt.Sprintf("%02d", n) }
func count(n int) string { return grouped(strconv.Itoa(n)) }
func percent(v *float64) string {
	if v == nil {
		return "–"
	}
	// Never rounded up to 100 %: that would hide a play.
	tenths := math.Floor(*v * 1000)
	return strings.TrimSuffix(decimal(tenths/10, 1), ",0") + "%"
}

// minutes is a time on air as minutes and seconds, so that a column adds up.
func minutes(seconds int64) string { return count(int(seconds/60)) + ":" + two(int(seconds%60)) }

// inWords is a time on air inside a sentence.
func inWords(seconds int64) string {
	return fmt.Sprintf("%s phút %d giây", count(int(seconds/60)), seconds%60)
}

// decimal writes a number with a comma.
func decimal(v float64, places int) string {
	whole, frac, _ := strings.Cut(strconv.FormatFloat(v, 'f', places, 64), ".")
	if frac == "" {
		return grouped(whole)
	}
	return grouped(whole) + "," + frac
}

// grouped puts a point between thousands.
func grouped(digits string) string {
	sign := ""
	if rest, ok := strings.CutPrefix(digits, "-"); ok {
		sign, digits = "-", rest
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "." + digits[i:]
	}
	return sign + digits
}

// decimalPoint writes a number for style sheets.
func decimalPoint(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }
