// Package telemetry owns readings: it checks them, keeps them durably before
// anyone is told that they have arrived, forwards them to an outside database
// by a cursor over its own store, and answers questions about the past.
//
// It guarantees that a reading for which [Service.Ingest] returned nil survives
// a crash, is stored once however often it is sent, and reaches the sink at
// least once, however long the sink is away. A reading that can never be kept
// (see [Service.Ingest]) or that the sink will never take is counted and told
// in the log, and holds up no other.
package telemetry

import (
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// Reading is one value of one metric of one device. (Commune, Device, Metric,
// At) is its identity: storing it again changes nothing.
type Reading struct {
	Commune devices.CommuneID
	Device  devices.DeviceID
	Metric  string
	At      time.Time // millisecond resolution
	Value   float64
}

// Query asks for one metric of one device in [Since, Until), thinned to at most
// Points points.
type Query struct {
	Commune devices.CommuneID
	Device  devices.DeviceID
	Metric  string
	Since   time.Time
	Until   time.Time
	Points  int // 1 to 5000
}

// Point is the readings of one span of time, summed up. A span of a single
// reading has Mean, Min and Max equal.
type Point struct {
	At    time.Time `json:"at"` // the start of the span
	Mean  float64   `json:"mean"`
	Min   float64   `json:"min"`
	Max   float64   `json:"max"`
	Count int       `json:"count"`
}

// Span is the length of the spans that answer q, a whole number of
// milliseconds. Spans begin at multiples of it since the Unix epoch, so that a
// question asked again a moment later gets the same spans; the first and the
// last one may be cut short by Since and Until.
func (q Query) Span() time.Duration {
	from, to := q.Since.UnixMilli(), q.Until.UnixMilli()
	width := to // a single span begins at the epoch
	if q.Points > 1 {
		width = (to - from + int64(q.Points) - 2) / int64(q.Points-1)
	}
	return time.Duration(max(width, 1)) * time.Millisecond
}

// SpanStart is the start of the span that holds at, not before Since.
func (q Query) SpanStart(at time.Time) time.Time {
	span := q.Span().Milliseconds()
	return time.UnixMilli(max(at.UnixMilli()/span*span, q.Since.UnixMilli())).UTC()
}

// MaxPoints is the largest number of points that one query may ask for.
const MaxPoints = 5000

func (q Query) check() error {
	switch {
	case devices.CheckID(string(q.Commune)) != nil || devices.CheckID(string(q.Device)) != nil:
		return problem.New(problem.Invalid, "bad_device", "Mã thiết bị không hợp lệ.", "The device id is not valid.").At("device")
	case !protocol.IsMetric(q.Metric):
		return problem.New(problem.Invalid, "bad_metric", "Tên số liệu không hợp lệ: dùng 1 đến 40 ký tự a-z, 0-9 và _.",
			"The metric's name is not valid: use 1 to 40 of a-z, 0-9 and _.").At("metric")
	case q.Points < 1 || q.Points > MaxPoints:
		return problem.New(problem.Invalid, "bad_points", "Số điểm phải từ 1 đến %d.", "The number of points must be 1 to %d.", MaxPoints).At("points")
	case q.Since.UnixMilli() < 0 || q.Until.Year() > 2200:
		return problem.New(problem.Invalid, "bad_time", "Thời điểm nằm ngoài khoảng 1970 đến 2200.", "The times must lie between 1970 and 2200.").At("since")
	case !q.Since.Before(q.Until):
		return problem.New(problem.Invalid, "bad_time", "Thời điểm bắt đầu phải trước thời điểm kết thúc.", "The start must lie before the end.").At("since")
	}
	return nil
}

// Add puts a reading into the last of the points, or into a further one when it
// lies in a later span. Readings come in order of time; Mean is kept current.
func (q Query) Add(points []Point, at time.Time, value float64) []Point {
	start := q.SpanStart(at)
	if n := len(points) - 1; n >= 0 && points[n].At.Equal(start) {
		p := &points[n]
		p.Count++
		p.Mean += (value - p.Mean) / float64(p.Count)
		p.Min, p.Max = min(p.Min, value), max(p.Max, value)
		return points
	}
	return append(points, Point{At: start, Mean: value, Min: value, Max: value, Count: 1})
}
