package sqlitestore

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/telemetry"
)

var metrics = []string{"temperature_c", "supply_v", "amp_current_a", "signal_dbm", "volume_pct", "playing", "level_dbfs"}

// samples are n samples of all metrics of a device, as it reports them.
func samples(device int, from time.Time, n int) []telemetry.Reading {
	readings := make([]telemetry.Reading, 0, n*len(metrics))
	for i := range n {
		for m, name := range metrics {
			readings = append(readings, telemetry.Reading{Commune: "luc-binh", Device: devices.DeviceID(fmt.Sprintf("loa-%04d", device)),
				Metric: name, At: from.Add(time.Duration(i) * devices.ReportInterval), Value: float64((i*7919+m*104729)%10000) / 100})
		}
	}
	return readings
}

func benchService(b *testing.B, r *Readings) *telemetry.Service {
	return telemetry.New(telemetry.Config{Store: r, Now: at(start), MaxAhead: 1000 * time.Hour, Retention: 1000 * 24 * time.Hour, Log: slog.New(slog.DiscardHandler)})
}

// BenchmarkIngest measures what reaches the disk durably: devices that report one
// sample each at the same time, and one that was offline and brings what it kept.
func BenchmarkIngest(b *testing.B) {
	for _, c := range []struct {
		name           string
		fleet, samples int
		sink           string
	}{
		{"one device, a sample", 1, 1, ""},
		{"200 devices, a sample each", 200, 1, ""},
		{"200 devices, a sample each, queued for a sink", 200, 1, "influx"},
		{"200 devices, 100 kept samples each", 200, 100, ""},
	} {
		b.Run(c.name, func(b *testing.B) {
			r := openReadings(b, b.TempDir())
			if err := r.UseSink(b.Context(), c.sink); err != nil {
				b.Fatal(err)
			}
			s := benchService(b, r)
			points := 0
			for i := range b.N {
				from := start.Add(time.Duration(i*c.samples) * devices.ReportInterval)
				var fleet sync.WaitGroup
				for d := range c.fleet {
					fleet.Go(func() {
						if err := s.Ingest(b.Context(), samples(d, from, c.samples)); err != nil {
							b.Error(err)
						}
					})
				}
				fleet.Wait()
				points += c.fleet * c.samples * len(metrics)
			}
			b.StopTimer()
			b.ReportMetric(float64(points)/b.Elapsed().Seconds(), "points/s")
			b.ReportMetric(bytesPerPoint(b, r), "bytes/point")
		})
	}
}

func bytesPerPoint(b *testing.B, r *Readings) float64 {
	b.Helper()
	var bytes, n float64
	err := r.s.read.QueryRowContext(context.Background(), `SELECT (SELECT sum(pgsize) FROM dbstat WHERE name = 'reading'), (SELECT count(*) FROM reading)`).Scan(&bytes, &n)
	if err != nil {
		b.Fatal(err)
	}
	return bytes / n
}

// BenchmarkHistory asks for 30 days of one metric in 500 points.
func BenchmarkHistory(b *testing.B) {
	r := openReadings(b, b.TempDir())
	s := benchService(b, r)
	const days = 30
	for day := range days {
		for d := range 2 {
			if err := s.Ingest(b.Context(), samples(d, start.AddDate(0, 0, day-days), 24*360)); err != nil {
				b.Fatal(err)
			}
		}
	}
	q := telemetry.Query{Commune: "luc-binh", Device: "loa-0001", Metric: "supply_v", Since: start.AddDate(0, 0, -days), Until: start, Points: 500}
	for b.Loop() {
		points, err := s.History(b.Context(), q)
		if err != nil || len(points) < 490 {
			b.Fatalf("%d points, %v", len(points), err)
		}
	}
	b.ReportMetric(bytesPerPoint(b, r), "bytes/point")
}

// BenchmarkForward measures the cursor alone: the sink takes readings for nothing.
func BenchmarkForward(b *testing.B) {
	for _, way := range []string{"queue", "what was there before"} {
		b.Run(way, func(b *testing.B) {
			r := openReadings(b, b.TempDir())
			if way == "queue" {
				if err := r.UseSink(b.Context(), "discard"); err != nil {
					b.Fatal(err)
				}
			}
			const fleet, each = 50, 200
			s := benchService(b, r)
			for d := range fleet {
				if err := s.Ingest(b.Context(), samples(d, start, each)); err != nil {
					b.Fatal(err)
				}
			}
			points := 0
			for i := range b.N {
				b.StopTimer()
				name := "discard"
				if way != "queue" {
					name = fmt.Sprint("discard ", i)
				}
				if way == "queue" && i > 0 {
					from := start.Add(time.Duration(i*each) * devices.ReportInterval)
					for d := range fleet {
						if err := s.Ingest(b.Context(), samples(d, from, each)); err != nil {
							b.Fatal(err)
						}
					}
				}
				b.StartTimer()
				if err := r.UseSink(b.Context(), name); err != nil {
					b.Fatal(err)
				}
				for {
					batch, err := r.Pending(b.Context(), name, 5000)
					if err != nil {
						b.Fatal(err)
					}
					if len(batch) == 0 {
						break
					}
					if err := r.Advance(b.Context(), name, len(batch), nil); err != nil {
						b.Fatal(err)
					}
					points += len(batch)
				}
			}
			b.ReportMetric(float64(points)/b.Elapsed().Seconds(), "points/s")
		})
	}
}
