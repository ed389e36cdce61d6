package sqlitestore

import (
	"math"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/hub/telemetry"
	"github.com/smart-commune/smart-commune/hub/telemetry/telemetrytest"
)

func openReadings(t testing.TB, dir string) *Readings {
	t.Helper()
	s, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	r, err := s.Readings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestReadings(t *testing.T) {
	telemetrytest.TestStore(t, func(t *testing.T) telemetry.Store { return openReadings(t, t.TempDir()) })
}

func TestFailedAppendLeavesNothingBehind(t *testing.T) {
	r := openReadings(t, t.TempDir())
	if err := r.UseSink(t.Context(), "influx"); err != nil {
		t.Fatal(err)
	}
	readings := telemetrytest.Make("loa-01", "supply_v", start, time.Second, 5)
	bad := telemetrytest.Make("loa-02", "supply_v", start, time.Second, 1)[0]
	bad.Value = math.NaN() // SQLite keeps it as NULL, which the table refuses
	if fresh, err := r.Append(t.Context(), append(readings[:5:5], bad)); err == nil || len(fresh) != 0 {
		t.Fatalf("Append of a value that cannot be kept returned %d readings, %v", len(fresh), err)
	}
	if lag, _ := r.Backlog("influx"); lag != 0 {
		t.Errorf("%d readings of the failed transaction are queued", lag)
	}
	if fresh, err := r.Append(t.Context(), readings); err != nil || len(fresh) != 5 {
		t.Errorf("afterwards %d of 5 readings are new, %v", len(fresh), err)
	}
	if got, err := r.Pending(t.Context(), "influx", 10); err != nil || len(got) != 5 {
		t.Errorf("afterwards %d readings are pending, %v", len(got), err)
	}
}
