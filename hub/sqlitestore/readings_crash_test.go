package sqlitestore

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/telemetry"
	"github.com/smart-commune/smart-commune/hub/telemetry/telemetrytest"
)

var start = time.Date(2026, 10, 4, 5, 30, 0, 0, time.UTC)

func at(t time.Time) func() time.Time { return func() time.Time { return t } }

// crashed returns a copy of the database as a kill at this moment leaves it on
// disk.
func crashed(t *testing.T, dir string) string {
	t.Helper()
	copied := t.TempDir()
	for _, name := range []string{"hub.db", "hub.db-wal"} { // the -shm is rebuilt
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(copied, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return copied
}

func TestReadingsSurviveACrash(t *testing.T) {
	dir := t.TempDir()
	r := openReadings(t, dir)
	if err := r.UseSink(t.Context(), "influx"); err != nil {
		t.Fatal(err)
	}
	s := telemetry.New(telemetry.Config{Store: r, Now: at(start), Log: slog.New(slog.DiscardHandler)})
	readings := telemetrytest.Make("loa-01", "supply_v", start, time.Second, 100)
	if err := s.Ingest(t.Context(), readings); err != nil {
		t.Fatal(err)
	}
	if err := r.Advance(t.Context(), "influx", 30, []telemetry.Refusal{{Reading: readings[7], Reason: "field type conflict"}}); err != nil {
		t.Fatal(err)
	}

	r = openReadings(t, crashed(t, dir))
	if lag, rejected := r.Backlog("influx"); lag != 70 || rejected != 1 {
		t.Errorf("after the crash lag is %d and rejected %d, want 70 and 1", lag, rejected)
	}
	left, err := r.Pending(t.Context(), "influx", 1000)
	if err != nil || len(left) != 70 || left[0] != readings[30] {
		t.Errorf("after the crash %d readings are pending (%v), want the last 70", len(left), err)
	}
	if fresh, err := r.Append(t.Context(), readings); err != nil || len(fresh) != 0 {
		t.Errorf("after the crash %d of the acknowledged readings are new (%v)", len(fresh), err)
	}
	var reason string
	if err := r.s.read.QueryRowContext(t.Context(), `SELECT reason FROM reading_rejected WHERE at = ?`, toMS(readings[7].At)).Scan(&reason); err != nil || reason != "field type conflict" {
		t.Errorf("the refused reading is kept with %q, %v", reason, err)
	}
	// Numbers go on where they were, also when the queue is empty.
	if err := r.Advance(t.Context(), "influx", 70, nil); err != nil {
		t.Fatal(err)
	}
	r = openReadings(t, crashed(t, filepath.Dir(databasePath(t, r))))
	more := telemetrytest.Make("loa-01", "supply_v", start.Add(time.Hour), time.Second, 5)
	if _, err := r.Append(t.Context(), more); err != nil {
		t.Fatal(err)
	}
	if left, err := r.Pending(t.Context(), "influx", 1000); err != nil || len(left) != 5 {
		t.Errorf("%d readings are pending (%v), want the 5 new ones", len(left), err)
	}
}

func databasePath(t *testing.T, r *Readings) (path string) {
	t.Helper()
	if err := r.s.read.QueryRowContext(t.Context(), `SELECT file FROM pragma_database_list WHERE name = 'main'`).Scan(&path); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestManyDevicesAtOnceWhileForwardingAndReading(t *testing.T) {
	r := openReadings(t, t.TempDir())
	if err := r.UseSink(t.Context(), "influx"); err != nil {
		t.Fatal(err)
	}
	s := telemetry.New(telemetry.Config{Store: r, Now: at(start), Log: slog.New(slog.DiscardHandler)})
	const fleet, batches, size = 30, 10, 7
	var devicesEnd, forwarderEnd sync.WaitGroup
	for i := range fleet {
		id := devices.DeviceID(fmt.Sprintf("loa-%02d", i))
		devicesEnd.Go(func() {
			for b := range batches {
				batch := telemetrytest.Make(id, "supply_v", start.Add(-time.Duration(b)*time.Minute), time.Second, size)
				for range 2 { // its receipt got lost: it sends again
					if err := s.Ingest(t.Context(), batch); err != nil {
						t.Error(err)
					}
				}
				if _, err := s.History(t.Context(), telemetry.Query{Commune: "luc-binh", Device: id, Metric: "supply_v", Since: start.Add(-time.Hour), Until: start.Add(time.Hour), Points: 10}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	done, forwarded := make(chan struct{}), 0
	forwarderEnd.Go(func() {
		for last := false; ; {
			got, err := r.Pending(t.Context(), "influx", 11)
			if err != nil {
				t.Error(err)
				return
			}
			if len(got) == 0 {
				if last {
					return
				}
				select {
				case <-done:
					last = true
				default:
				}
				continue
			}
			if err := r.Advance(t.Context(), "influx", len(got), nil); err != nil {
				t.Error(err)
				return
			}
			forwarded += len(got)
		}
	})
	devicesEnd.Wait()
	close(done)
	forwarderEnd.Wait()
	if want := fleet * batches * size; forwarded != want {
		t.Errorf("%d readings were forwarded, want each of %d once", forwarded, want)
	}
	if lag, _ := r.Backlog("influx"); lag != 0 {
		t.Errorf("lag is %d at the end", lag)
	}
}

func FuzzReadQueued(f *testing.F) {
	var w queueWriter
	w.add(1, toMS(start), 12.5)
	w.add(300, toMS(start)+10_000, -1)
	f.Add(w.data)
	f.Add([]byte{})
	f.Add([]byte{0x80})
	f.Fuzz(func(t *testing.T, data []byte) {
		var again queueWriter
		err := readQueued(data, func(series, ms int64, v float64) error { again.add(series, ms, v); return nil })
		if err != nil {
			return
		}
		var n, m int
		_ = readQueued(data, func(int64, int64, float64) error { n++; return nil })
		if err := readQueued(again.data, func(int64, int64, float64) error { m++; return nil }); err != nil || n != m {
			t.Errorf("%d readings became %d when written again (%v)", n, m, err)
		}
	})
}
