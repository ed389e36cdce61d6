package telemetrytest

import (
	"testing"

	"github.com/smart-commune/smart-commune/hub/telemetry"
)

func TestMemoryStore(t *testing.T) {
	TestStore(t, func(*testing.T) telemetry.Store { return &Store{} })
}

func TestMemorySink(t *testing.T) {
	bad := Make("loa-09", "broken", start, 1, 1)[0]
	sink := &Sink{Refuses: func(r telemetry.Reading) string {
		if r.Metric == bad.Metric {
			return "field type conflict"
		}
		return ""
	}}
	TestSink(t, sink, sink.Count, bad)
}
