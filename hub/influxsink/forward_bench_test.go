package influxsink_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/influxsink"
	"github.com/smart-commune/smart-commune/hub/influxsink/influxtest"
	"github.com/smart-commune/smart-commune/hub/telemetry"
	"github.com/smart-commune/smart-commune/hub/telemetry/telemetrytest"
)

// BenchmarkWrite writes batches of 5,000 readings of a fleet, seven metrics a
// device and instant, to a real InfluxDB.
func BenchmarkWrite(b *testing.B) {
	server := influxtest.Start(b)
	sink := newSink(b, influxsink.Config{URL: server.URL})
	points := 0
	for i := range b.N {
		batch := make([]telemetry.Reading, 0, 5000)
		for d := 0; len(batch) < 5000; d++ {
			at := start.Add(time.Duration(i) * devices.ReportInterval)
			for m := range 7 {
				if len(batch) < 5000 {
					batch = append(batch, telemetry.Reading{Commune: "luc-binh", Device: devices.DeviceID(fmt.Sprintf("loa-%04d", d)),
						Metric: fmt.Sprintf("metric_%d", m), At: at, Value: float64((i*31+d*7+m)%1000) / 10})
				}
			}
		}
		if err := sink.Write(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
		points += len(batch)
	}
	b.ReportMetric(float64(points)/b.Elapsed().Seconds(), "points/s")
}

// BenchmarkHistory asks a real InfluxDB for 30 days of one metric in 500 points.
func BenchmarkHistory(b *testing.B) {
	server := influxtest.Start(b)
	sink := newSink(b, influxsink.Config{URL: server.URL})
	const days = 30
	for day := range days {
		readings := telemetrytest.Make("loa-01", "supply_v", start.AddDate(0, 0, day-days), devices.ReportInterval, 24*360)
		if err := sink.Write(b.Context(), readings); err != nil {
			b.Fatal(err)
		}
	}
	q := telemetry.Query{Commune: "luc-binh", Device: "loa-01", Metric: "supply_v", Since: start.AddDate(0, 0, -days), Until: start, Points: 500}
	for b.Loop() {
		points, err := sink.History(b.Context(), q)
		if err != nil || len(points) < 490 {
			b.Fatalf("%d points, %v", len(points), err)
		}
	}
}
