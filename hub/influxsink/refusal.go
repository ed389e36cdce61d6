package influxsink

import (
	"cmp"
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	influxhttp "github.com/influxdata/influxdb-client-go/v2/api/http"
)

// refusal is an answer that writing the same again would get again.
type refusal struct {
	words   string
	known   bool // the words are about points, not about the request as a whole
	whole   bool // the words are about whole lines, not about one of their fields
	dropped int  // how many lines it says it dropped, -1 when it does not
}

var droppedCount = regexp.MustCompile(`partial write: .*\bdropped=(\d+)`)

// pointsFault are words of InfluxDB 1.8, 2.x and 3 about points.
var pointsFault = []string{
	"partial write", "unable to parse", "field type conflict", "beyond retention policy",
	"outside retention", "invalid field", "invalid number", "line protocol",
}

// maxReason bounds the words that are kept with a refused reading, in bytes.
const maxReason = 300

// asRefusal reports whether err is a refusal of points: 400 and 422, and 413
// (too large), which halving cures.
func asRefusal(err error) (refusal, bool) {
	var answer *influxhttp.Error
	if !errors.As(err, &answer) {
		return refusal{}, false
	}
	switch answer.StatusCode {
	case http.StatusBadRequest, http.StatusUnprocessableEntity, http.StatusRequestEntityTooLarge:
	default:
		return refusal{}, false
	}
	words := wordsOf(answer)
	r := refusal{words: words, dropped: -1, whole: strings.Contains(words, "beyond retention policy")}
	for _, w := range pointsFault {
		r.known = r.known || strings.Contains(words, w)
	}
	if m := droppedCount.FindStringSubmatch(words); m != nil {
		if n, err := strconv.Atoi(m[1]); err == nil {
			r.dropped = n
		}
	}
	return r, true
}

// wordsOf is what a server says, bounded, as it may be a whole page of HTML.
func wordsOf(answer *influxhttp.Error) string {
	words := cmp.Or(strings.TrimSpace(answer.Message), answer.Code, http.StatusText(answer.StatusCode))
	if len(words) > maxReason {
		words = words[:maxReason] + "…"
	}
	return strings.ToValidUTF8(words, "")
}
