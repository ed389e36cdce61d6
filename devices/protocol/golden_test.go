package protocol

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
)

var update = flag.Bool("update", false, "rewrite the golden vectors")

const (
	shaOne = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	shaTwo = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
)

var noon = time.Date(2026, 11, 21, 5, 0, 0, 0, time.UTC)

func ptr[T any](v T) *T { return &v }

// vector is one golden file: a payload and how it is read back.
type vector struct {
	value any
	read  func([]byte) (any, error)
}

func vectorOf[P any, T interface {
	*P
	payload
}](p P) vector {
	return vector{p, func(data []byte) (any, error) { return Decode[P, T](data) }}
}

func vectors() map[string]vector {
	item := Item{Occurrence: "tb-1@1795237200", Announcement: "tb-1", Title: "Mời họp thôn", Level: devices.Priority, Order: 1,
		Start: noon, Deadline: noon.Add(10 * time.Minute), Volume: ptr(70), OnInterrupted: devices.Resume,
		Audio: []Audio{{SHA256: shaOne, Bytes: 48213, DurationMS: 6200}}}
	plan := Plan{CompiledAt: noon, Until: noon.Add(7 * 24 * time.Hour), Volume: 80, Items: []Item{item}}
	plan.Hash = plan.ContentHash()
	return map[string]vector{
		"state": vectorOf(State{Session: 1795237190, Online: true, At: noon, Firmware: "1.0", Model: "cụm loa", PlanHash: shaOne, Missing: []string{shaTwo},
			Playing: &Playing{Occurrence: item.Occurrence, Announcement: item.Announcement, Title: item.Title, Level: item.Level, StartedAt: noon, DurationMS: 6200},
			Volume:  80, ClockOffsetMS: -12.5}),
		"state-last-will": vectorOf(State{Session: 1795237190, At: noon}),
		"plan":            vectorOf(plan),
		"command-play":    vectorOf(Command{ID: "c-1", Kind: CommandPlay, IssuedAt: noon, ExpiresAt: noon.Add(time.Minute), Item: &item}),
		"command-stop":    vectorOf(Command{ID: "c-2", Kind: CommandStop, IssuedAt: noon, ExpiresAt: noon.Add(time.Minute), Stop: "tb-1"}),
		"command-volume":  vectorOf(Command{ID: "c-3", Kind: CommandVolume, IssuedAt: noon, ExpiresAt: noon.Add(time.Minute), Volume: ptr(60)}),
		"ack":             vectorOf(Ack{Command: "c-1", Outcome: OutcomeStarted, At: noon}),
		"plays": vectorOf(Plays{Plays: []Play{
			{ID: "p-1", Occurrence: item.Occurrence, Announcement: "tb-1", PlannedAt: noon, StartedAt: ptr(noon), EndedAt: noon.Add(6 * time.Second),
				Result: devices.Played, LevelDBFS: ptr(-21.5), CurrentA: ptr(1.25)},
			{ID: "p-2", Occurrence: "tb-2@1795237200", Announcement: "tb-2", PlannedAt: noon, EndedAt: noon.Add(10 * time.Minute),
				Result: devices.Missed, Reason: "deadline"}}}),
		"telemetry": vectorOf(Telemetry{Batch: "b-1", Samples: []Sample{{At: noon, Values: map[string]float64{
			MetricTemperature: 31.5, MetricSupply: 12.4, MetricAmpCurrent: 0.12, MetricSignal: -81, MetricVolume: 80, MetricPlaying: 0}}}}),
		"receipt":      vectorOf(Receipt{Batches: []string{"b-1"}, Plays: []string{"p-1", "p-2"}}),
		"clock-ask":    vectorOf(ClockAsk{T1: noon.UnixNano()}),
		"clock-answer": vectorOf(ClockAnswer{T1: noon.UnixNano(), T2: noon.UnixNano() + 5e6, T3: noon.UnixNano() + 6e6}),
		"hub":          vectorOf(HubState{Online: true, At: noon, Version: "1.0"}),
	}
}

func TestGoldenVectors(t *testing.T) {
	for name, v := range vectors() {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join("testdata", name+".json")
			got, err := json.MarshalIndent(v.value, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, '\n')
			if *update {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatalf("%v (write it with -update)", err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("the contract changed: %s is now\n%s", path, got)
			}
			back, err := v.read(want)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(back, v.value) {
				t.Errorf("%s is read as\n%+v, not\n%+v", path, back, v.value)
			}
		})
	}
}
