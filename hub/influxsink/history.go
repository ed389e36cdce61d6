package influxsink

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/smart-commune/smart-commune/hub/telemetry"
)

// History implements [telemetry.Archive] by Flux.
func (s *Sink) History(ctx context.Context, q telemetry.Query) ([]telemetry.Point, error) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Timeout)
	defer cancel()
	result, err := s.query.Query(ctx, s.flux(q))
	if err != nil {
		return nil, fmt.Errorf("history: %w", describe(err))
	}
	defer result.Close()
	spans := map[time.Time]*telemetry.Point{}
	for result.Next() {
		record := result.Record()
		if record == nil { // of an answer that has a table's head alone
			return nil, errors.New("history: InfluxDB's answer is no table")
		}
		stamp, ok := record.ValueByKey("_time").(time.Time)
		if !ok || !stamp.Before(q.Until) {
			return nil, errors.New("history: InfluxDB's answer has no fitting time")
		}
		at := q.SpanStart(stamp)
		p := spans[at]
		if p == nil {
			p = &telemetry.Point{At: at}
			spans[at] = p
		}
		if err := set(p, record.ValueByKey("result"), record.ValueByKey("_value")); err != nil {
			return nil, err
		}
	}
	if err := result.Err(); err != nil {
		return nil, fmt.Errorf("history: %w", describe(err))
	}
	points := make([]telemetry.Point, 0, len(spans))
	for _, p := range spans {
		points = append(points, *p)
	}
	slices.SortFunc(points, func(a, b telemetry.Point) int { return a.At.Compare(b.At) })
	return points, nil
}

// set puts one figure of a span in.
func set(p *telemetry.Point, result, value any) error {
	count, isCount := value.(int64)
	figure, isFigure := value.(float64)
	switch {
	case result == "count" && isCount:
		p.Count = int(count)
	case result == "mean" && isFigure:
		p.Mean = figure
	case result == "min" && isFigure:
		p.Min = figure
	case result == "max" && isFigure:
		p.Max = figure
	default:
		return fmt.Errorf("history: InfluxDB answers a %.20v of type %T", result, value)
	}
	return nil
}

// flux asks for the spans of q. The windows of Flux begin at multiples of their
// length since the epoch, as those of the query do.
func (s *Sink) flux(q telemetry.Query) string {
	var b strings.Builder
	// InfluxDB 1.8 takes what lies at the stop itself in, 2.x does not.
	stop := q.Until.Truncate(time.Millisecond).Add(-time.Nanosecond)
	fmt.Fprintf(&b, "data = from(bucket: %s) |> range(start: %s, stop: %s)\n",
		quote(s.cfg.Bucket), instant(q.Since.Truncate(time.Millisecond)), instant(stop))
	fmt.Fprintf(&b, "  |> filter(fn: (r) => r._measurement == %s and r._field == %s and r.commune == %s and r.device == %s)\n",
		quote(s.cfg.Measurement), quote(field(q.Metric)), quote(string(q.Commune)), quote(string(q.Device)))
	for _, fn := range []string{"mean", "min", "max", "count"} {
		fmt.Fprintf(&b, "data |> aggregateWindow(every: %dms, fn: %s, timeSrc: \"_start\", createEmpty: false) |> yield(name: %q)\n",
			q.Span().Milliseconds(), fn, fn)
	}
	return b.String()
}

func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000000Z") }

var fluxEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "${", `\${`)

// quote is a Flux string.
func quote(s string) string { return `"` + fluxEscapes.Replace(s) + `"` }
