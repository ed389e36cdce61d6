package influxsink

import (
	"strconv"
	"strings"

	"github.com/smart-commune/smart-commune/hub/telemetry"
)

// encode writes readings as line protocol with milliseconds and returns the
// number of lines. Neighbours of the same device and instant share a line.
func encode(measurement string, readings []telemetry.Reading) (lines string, count int) {
	b := make([]byte, 0, 64*len(readings))
	name := escape(measurement, ", ")
	for i, r := range readings {
		if i > 0 && sameLine(readings[i-1], r) {
			b = append(b, ',')
		} else {
			if i > 0 {
				b = endLine(b, readings[i-1])
			}
			count++
			b = append(b, name...)
			b = append(b, ",commune="...)
			b = append(b, escape(string(r.Commune), ",= ")...)
			b = append(b, ",device="...)
			b = append(b, escape(string(r.Device), ",= ")...)
			b = append(b, ' ')
		}
		b = append(b, escape(field(r.Metric), ",= ")...)
		b = append(b, '=')
		b = strconv.AppendFloat(b, r.Value, 'g', -1, 64)
	}
	if len(readings) > 0 {
		b = endLine(b, readings[len(readings)-1])
	}
	return string(b), count
}

func sameLine(a, b telemetry.Reading) bool {
	return a.At.UnixMilli() == b.At.UnixMilli() && a.Device == b.Device && a.Commune == b.Commune && a.Metric != b.Metric
}

func endLine(b []byte, r telemetry.Reading) []byte {
	b = append(b, ' ')
	b = strconv.AppendInt(b, r.At.UnixMilli(), 10)
	return append(b, '\n')
}

// field is the field of a metric. A field cannot have the name of a tag (InfluxDB
// 3) or of the time (all), nor begin with "_" (2.x); no metric has a dot.
func field(metric string) string {
	switch {
	case metric == "commune", metric == "device", metric == "time", strings.HasPrefix(metric, "_"):
		return "metric." + metric
	}
	return metric
}

func escape(s, special string) string {
	if !strings.ContainsAny(s, special) {
		return s
	}
	var b strings.Builder
	for _, c := range s {
		if strings.ContainsRune(special, c) {
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}
