package protocol

import (
	"encoding/json"
	"fmt"
	"regexp"
	"time"
)

// payload is any message body that can check itself.
type payload interface{ Check() error }

// Decode reads and checks a payload that came from outside.
func Decode[P any, T interface {
	*P
	payload
}](data []byte) (P, error) {
	var p P
	limit := MaxPayload
	if _, plan := any(p).(Plan); plan {
		limit = MaxPlan
	}
	if len(data) > limit {
		return p, fmt.Errorf("payload of %d bytes: at most %d are accepted", len(data), limit)
	}
	if err := json.Unmarshal(data, &p); err != nil {
		return p, fmt.Errorf("payload is no valid JSON of its kind: %w", err)
	}
	if err := T(&p).Check(); err != nil {
		return p, err
	}
	return p, nil
}

var (
	metricName = regexp.MustCompile(`^[a-z0-9_]{1,40}$`)
	tokenName  = regexp.MustCompile(`^[A-Za-z0-9@:._/-]{1,100}$`)
	sha256Name = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// IsSHA256 reports whether s is a lower-case hex SHA-256.
func IsSHA256(s string) bool { return sha256Name.MatchString(s) }

// IsMetric reports whether s is a valid metric name.
func IsMetric(s string) bool { return metricName.MatchString(s) }

func checkToken(what, s string) error {
	if !tokenName.MatchString(s) {
		return fmt.Errorf("%s %q: 1 to 100 letters, digits or @:._/- are expected", what, short(s))
	}
	return nil
}

// Plausible reports whether a clock that is right can show t. One that was reset
// (1970) or is broken cannot scatter records over the ages.
func Plausible(t time.Time) bool {
	y := t.UTC().Year()
	return y >= 2020 && y <= 2100
}

func checkTime(what string, t time.Time) error {
	if !Plausible(t) {
		return fmt.Errorf("%s is %s: the clock that wrote it is wrong", what, t.Format(time.RFC3339))
	}
	return nil
}

func checkVolume(v int) error {
	if v < 0 || v > 100 {
		return fmt.Errorf("volume %d: 0 to 100 percent are possible", v)
	}
	return nil
}
