package sqlitestore

import (
	"testing"

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
