package announce

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
)

// ref is an item of plans. There are millions of them in a province, so that it
// holds nothing but what differs from its siblings.
type ref struct {
	*recipe
	start int64 // as Unix seconds: nothing begins between two
	n     int16 // which repetition in a programme, from 1
	// volume is that of clusters which the rules do not name, -1 for their own.
	volume int16
}

func (src *Sources) newRef(of *recipe, n int16, start int64) ref {
	r := ref{recipe: of, start: start, n: n, volume: -1}
	if len(src.Rules.Volumes) > 0 {
		r.volume = int16(src.volume("", &r))
	}
	return r
}

// volume is what the rules say for an item on a cluster, -1 for nothing.
func (src *Sources) volume(cluster devices.DeviceID, r *ref) int {
	if v, ok := src.Rules.Volume(cluster, r.item.Level, time.Unix(r.start, 0).In(src.Location)); ok {
		return v
	}
	return -1
}

func (r *ref) at() time.Time { return time.Unix(r.start, 0).UTC() }

// appendID appends the name of the occurrence: every repetition is one of its own,
// so that the journal proves each.
func (r *ref) appendID(b []byte) []byte {
	b = append(b, r.item.Announcement...)
	if r.n > 1 {
		b = strconv.AppendInt(append(b, '/'), int64(r.n), 10)
	}
	return strconv.AppendInt(append(b, '@'), r.start, 10)
}

// recipe is what items of an announcement, or of it in a form of a programme, have
// in common, with their JSON: encoding each anew is what compiling would cost most.
// It is never changed.
type recipe struct {
	item         protocol.Item // without name, times and volume
	middle, rest []byte        // between the name and the start, and after the deadline
}

// recipeKey is what a recipe of a programme is made from: programmes of the same
// title have theirs in common.
type recipeKey struct {
	title                string
	order                int
	opening, closing     Chime
	announcement         *Announcement
	opens, waits, closes bool
}

// The beginning of an item, and its times, in JSON. They cannot stand inside a
// string, where a quotation mark is escaped.
const (
	itemHead     = `{"occurrence":"`
	itemStart    = `"start":"`
	itemDeadline = `","deadline":"`
	noTime       = "0001-01-01T00:00:00Z"
)

func newRecipe(it protocol.Item) *recipe {
	it.Occurrence, it.Start, it.Deadline, it.Volume = "", time.Time{}, time.Time{}, nil
	// Encoding an item cannot fail.
	b, _ := json.Marshal(it)
	middle, rest, _ := bytes.Cut(b[len(itemHead):], []byte(itemStart+noTime+itemDeadline+noTime+`"`))
	return &recipe{it, middle, rest}
}

// appendJSON appends the item as [json.Marshal] would encode it, with a volume
// unless it is negative.
func (r *ref) appendJSON(b []byte, volume int) []byte {
	b = append(r.appendID(append(b, itemHead...)), r.middle...)
	b = r.at().AppendFormat(append(b, itemStart...), time.RFC3339Nano)
	b = append(r.at().Add(planAllowance).AppendFormat(append(b, itemDeadline...), time.RFC3339Nano), '"')
	if volume >= 0 {
		b = strconv.AppendInt(append(b, `,"volume":`...), int64(volume), 10)
	}
	return append(b, r.rest...)
}
