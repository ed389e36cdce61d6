package protocol

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
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
	audio := []Audio{{SHA256: shaOne, Bytes: 48213, DurationMS: 6200}}
	item := Item{Occurrence: "tb-1@1795237200", Announcement: "tb-1", Title: "Mời họp thôn", Level: devices.Priority, Order: 1,
		Start: noon, Deadline: noon.Add(10 * time.Minute), Volume: ptr(70), OnInterrupted: devices.Resume, Audio: audio}
	plan := Plan{CompiledAt: noon, Until: noon.Add(7 * 24 * time.Hour), Volume: 80, Items: []Item{item}}
	plan.Hash = plan.ContentHash()

	// A neighbour on a hill: a repeated item of two pieces, and the chimes.
	repeated := item
	repeated.Audio = append(slices.Clone(audio), Audio{SHA256: shaTwo, Bytes: 90110, DurationMS: 11800, GapMS: 400})
	repeated.Again = &Again{Until: noon.Add(2 * time.Minute), GapMS: 30_000}
	rich := Plan{CompiledAt: noon, Until: noon.Add(7 * 24 * time.Hour), Volume: 80, OffsetMS: -35, Items: []Item{repeated},
		Keep: []Audio{{SHA256: shaTwo, Bytes: 21044, DurationMS: 2900}}}
	rich.Hash = rich.ContentHash()
	none := Plan{CompiledAt: noon, Until: noon, Volume: devices.DefaultVolume, Items: []Item{}}
	none.Hash = none.ContentHash()

	// An emergency: first the chime, then chime and words.
	chime := Item{Occurrence: "tb-9@1795237200", Announcement: "tb-9", Title: "Nước lũ", Level: devices.Emergency,
		Start: noon, Deadline: noon.Add(10 * time.Minute), Audio: audio, Again: &Again{Until: noon.Add(10 * time.Minute), GapMS: 5000}, AwaitsMore: true}
	words := chime
	words.Audio, words.AwaitsMore = repeated.Audio, false

	command := func(n int, kind CommandKind, change func(*Command)) vector {
		c := Command{ID: fmt.Sprint("c-", n), Kind: kind, IssuedAt: noon, ExpiresAt: noon.Add(time.Minute)}
		change(&c)
		return vectorOf(c)
	}
	as := func(*Command) {}
	return map[string]vector{
		"state": vectorOf(State{Session: 1795237190, Online: true, At: noon, Firmware: "1.0", Model: "cụm loa", PlanHash: shaOne, Missing: []string{shaTwo},
			Playing: &Playing{Occurrence: item.Occurrence, Announcement: item.Announcement, Title: item.Title, Level: item.Level, StartedAt: noon, DurationMS: 6200},
			Volume:  80, ClockOffsetMS: -12.5, OutputLatencyMS: 280}),
		"state-muted":     vectorOf(State{Session: 1795237190, Online: true, At: noon, Volume: 80, MutedUntil: ptr(noon.Add(time.Hour))}),
		"state-no-clock":  vectorOf(State{Session: 1795237190, Online: true, At: noon, PlanHash: shaOne, Volume: 80, ClockUnset: true}),
		"state-last-will": vectorOf(State{Session: 1795237190, At: noon}),

		"plan":      vectorOf(plan),
		"plan-rich": vectorOf(rich),
		"plan-none": vectorOf(none),

		"command-play":      command(1, CommandPlay, func(c *Command) { c.Item = &item }),
		"command-stop":      command(2, CommandStop, func(c *Command) { c.Stop = "tb-1" }),
		"command-stop-all":  command(2, CommandStop, as),
		"command-volume":    command(3, CommandVolume, func(c *Command) { c.Volume = ptr(60) }),
		"command-emergency": command(4, CommandPlay, func(c *Command) { c.Item = &chime }),
		"command-more":      command(5, CommandMore, func(c *Command) { c.Item = &words }),
		"command-mute":      command(6, CommandMute, func(c *Command) { c.Until = ptr(noon.Add(time.Hour)) }),
		"command-selftest":  command(7, CommandSelfTest, func(c *Command) { c.Volume = ptr(80) }),
		"command-reboot":    command(8, CommandReboot, as),
		"command-refresh":   command(9, CommandRefresh, as),

		"ack":          vectorOf(Ack{Command: "c-1", Outcome: OutcomeStarted, At: noon}),
		"ack-failed":   vectorOf(Ack{Command: "c-1", Outcome: OutcomeFailed, At: noon, Reason: ReasonAudioMissing}),
		"ack-expired":  vectorOf(Ack{Command: "c-1", Outcome: OutcomeExpired, At: noon, Reason: "expired 14s ago"}),
		"ack-selftest": vectorOf(Ack{Command: "c-7", Outcome: OutcomeFinished, At: noon, Measured: &Measured{LevelDBFS: -14.95, CurrentA: 0.86, SupplyV: 12.31}}),

		"plays": vectorOf(Plays{Plays: []Play{
			{ID: "p-1", Occurrence: item.Occurrence, Announcement: "tb-1", PlannedAt: noon, StartedAt: ptr(noon), EndedAt: noon.Add(6 * time.Second),
				Result: devices.Played, LevelDBFS: ptr(-21.5), CurrentA: ptr(1.25)},
			{ID: "p-2", Occurrence: "tb-2@1795237200", Announcement: "tb-2", PlannedAt: noon, EndedAt: noon.Add(10 * time.Minute),
				Result: devices.Missed, Reason: ReasonDeadline}}}),
		"telemetry": vectorOf(Telemetry{Batch: "b-1", Samples: []Sample{{At: noon, Values: map[string]float64{
			MetricTemperature: 31.5, MetricSupply: 12.4, MetricAmpCurrent: 0.12, MetricSignal: -81, MetricVolume: 80, MetricPlaying: 0}}}}),
		"telemetry-playing": vectorOf(Telemetry{Batch: "b-2", Samples: []Sample{{At: noon, Values: map[string]float64{
			MetricTemperature: 32, MetricSupply: 12.1, MetricAmpCurrent: 1.25, MetricSignal: -80, MetricVolume: 80, MetricPlaying: 1, MetricLevel: -21.5}}}}),
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
