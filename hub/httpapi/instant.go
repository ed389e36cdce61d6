package httpapi

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ParseInstant reads an instant of the years 2000 to 2100 (RFC 3339), or how
// long before now it was: a Go duration such as 90m, or days such as 7d.
func ParseInstant(s string, now time.Time) (time.Time, error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		ago, err := parseAgo(s)
		if err != nil {
			return time.Time{}, err
		}
		t = now.Add(-ago)
	}
	if y := t.UTC().Year(); y < 2000 || y > 2100 {
		return time.Time{}, fmt.Errorf("%q lies outside the years 2000 to 2100", s)
	}
	return t.UTC(), nil
}

func parseAgo(s string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, err := strconv.ParseUint(days, 10, 16)
		if err != nil {
			return 0, fmt.Errorf("%q is neither an instant nor a duration", s)
		}
		return time.Duration(n) * 24 * time.Hour, nil
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%q is neither an instant nor a duration", s)
	}
	return d, nil
}
