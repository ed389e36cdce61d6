package telemetrytest

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/telemetry"
)

// Start is the instant around which test readings lie.
var start = time.Date(2026, 10, 4, 5, 30, 0, 0, time.UTC)

// Make returns n readings of a metric of a device, every from at on, with the
// values 0, 1, 2 …
func Make(device devices.DeviceID, metric string, at time.Time, every time.Duration, n int) []telemetry.Reading {
	readings := make([]telemetry.Reading, n)
	for i := range readings {
		readings[i] = telemetry.Reading{Commune: "luc-binh", Device: device, Metric: metric, At: at.Add(time.Duration(i) * every), Value: float64(i)}
	}
	return readings
}

// TestStore checks what [telemetry.Store] promises; open returns an empty store.
func TestStore(t *testing.T, open func(t *testing.T) telemetry.Store) {
	t.Run("the same reading is stored once, the first value stays", func(t *testing.T) {
		s := open(t)
		first := Make("loa-01", "supply_v", start, 10*time.Second, 3)
		wantAppended(t, s, first, 3)
		again := Make("loa-01", "supply_v", start, 10*time.Second, 5)
		again[0].Value = 99
		again = append(again, again[4])
		wantAppended(t, s, again, 2)
		points := history(t, s, telemetry.Query{Commune: "luc-binh", Device: "loa-01", Metric: "supply_v", Since: start, Until: start.Add(time.Hour), Points: 5000})
		if len(points) != 5 || points[0].Mean != 0 || points[4].Mean != 4 {
			t.Errorf("history is %v, want the values 0 to 4", points)
		}
	})
	t.Run("devices, metrics and communes do not mix", func(t *testing.T) {
		s := open(t)
		other := Make("loa-01", "supply_v", start, time.Second, 4)
		for i := range other {
			other[i].Commune = "nam-cuong"
		}
		wantAppended(t, s, Make("loa-01", "supply_v", start, time.Second, 1), 1)
		wantAppended(t, s, Make("loa-02", "supply_v", start, time.Second, 2), 2)
		wantAppended(t, s, Make("loa-01", "playing", start, time.Second, 3), 3)
		wantAppended(t, s, other, 4)
		q := telemetry.Query{Commune: "luc-binh", Device: "loa-01", Metric: "supply_v", Since: start, Until: start.Add(time.Hour), Points: 5000}
		for n, change := range []func(){func() {}, func() { q.Device = "loa-02" }, func() { q.Device, q.Metric = "loa-01", "playing" }, func() { q.Metric, q.Commune = "supply_v", "nam-cuong" }} {
			change()
			if points := history(t, s, q); len(points) != n+1 {
				t.Errorf("%s/%s %s has %d points, want %d", q.Commune, q.Device, q.Metric, len(points), n+1)
			}
		}
		if names, err := s.Metrics(t.Context(), "luc-binh", "loa-01"); err != nil || !slices.Equal(names, []string{"playing", "supply_v"}) {
			t.Errorf("the metrics of loa-01 are %v, %v", names, err)
		}
		q.Device = "loa-99"
		if points := history(t, s, q); len(points) != 0 {
			t.Errorf("an unknown device has %d points", len(points))
		}
	})
	t.Run("history is summed up in equal spans", func(t *testing.T) {
		s := open(t)
		wantAppended(t, s, Make("cam-01", "fps", start, time.Second, 600), 600)
		TestArchive(t, s)
	})
	t.Run("a sink gets what was there before it and what comes after, whole", func(t *testing.T) {
		s := open(t)
		before := append(Make("loa-01", "supply_v", start, time.Second, 7), Make("loa-02", "playing", start, time.Second, 8)...)
		wantAppended(t, s, before, 15)
		use(t, s, "influx")
		wantBacklog(t, s, "influx", 15, 0)
		after := append(Make("loa-01", "supply_v", start.Add(-time.Hour), time.Second, 5), Make("loa-03", "supply_v", start, time.Second, 4)...)
		wantAppended(t, s, after, 9)
		wantAll(t, append(before, after...), drain(t, s, "influx", 4))
		wantBacklog(t, s, "influx", 0, 0)

		wantAppended(t, s, before, 0)
		if more := drain(t, s, "influx", 4); len(more) != 0 {
			t.Errorf("readings that came again are pending again: %v", more)
		}
		late := Make("loa-01", "supply_v", start.Add(-48*time.Hour), time.Second, 3)
		wantAppended(t, s, late, 3)
		wantBacklog(t, s, "influx", 3, 0)
		wantAll(t, late, drain(t, s, "influx", 2))
	})
	t.Run("pending stays until the sink is done with it", func(t *testing.T) {
		s := open(t)
		use(t, s, "influx")
		readings := Make("loa-01", "supply_v", start, time.Second, 6)
		wantAppended(t, s, readings, 6)
		wantAll(t, readings[:5], pending(t, s, "influx", 5))
		wantAll(t, readings[:5], pending(t, s, "influx", 5))
		advance(t, s, "influx", 2, telemetry.Refusal{Reading: readings[1], Reason: "field type conflict"})
		wantAll(t, readings[2:], pending(t, s, "influx", 5))
		wantBacklog(t, s, "influx", 4, 1)
		use(t, s, "influx") // as after a restart
		wantAll(t, readings[2:], pending(t, s, "influx", 5))
		wantBacklog(t, s, "influx", 4, 1)
	})
	t.Run("another sink begins from the start", func(t *testing.T) {
		s := open(t)
		use(t, s, "influx")
		readings := Make("loa-01", "supply_v", start, time.Second, 6)
		wantAppended(t, s, readings, 6)
		drain(t, s, "influx", 3)
		use(t, s, "other")
		wantBacklog(t, s, "other", 6, 0)
		wantAll(t, readings, drain(t, s, "other", 5))
		if _, err := s.Pending(t.Context(), "influx", 5); err == nil {
			t.Error("a sink that is not in use has pending readings")
		}
	})
	t.Run("the oldest reading", func(t *testing.T) {
		s := open(t)
		if oldest, err := s.Oldest(t.Context()); err != nil || !oldest.IsZero() {
			t.Errorf("the oldest of no readings is of %v (%v)", oldest, err)
		}
		wantAppended(t, s, Make("loa-02", "fps", start.Add(time.Second), time.Second, 2), 2)
		wantAppended(t, s, Make("loa-01", "supply_v", start, time.Second, 3), 3)
		if oldest, err := s.Oldest(t.Context()); err != nil || !oldest.Equal(start) {
			t.Errorf("the oldest is of %v (%v), want %v", oldest, err, start)
		}
	})
	t.Run("retention deletes the old, but not what a sink has yet to get", func(t *testing.T) {
		s := open(t)
		readings := Make("loa-01", "supply_v", start, time.Second, 10)
		wantAppended(t, s, readings, 10)
		use(t, s, "influx")
		if _, err := s.DeleteBefore(t.Context(), start.Add(4*time.Second)); err != nil {
			t.Fatal(err)
		}
		wantAll(t, readings, drain(t, s, "influx", 3))
		if n, err := s.DeleteBefore(t.Context(), start.Add(4*time.Second)); err != nil || n != 4 {
			t.Errorf("deleted %d readings (%v), want 4", n, err)
		}
		q := telemetry.Query{Commune: "luc-binh", Device: "loa-01", Metric: "supply_v", Since: start, Until: start.Add(time.Hour), Points: 5000}
		if points := history(t, s, q); len(points) != 6 || points[0].Mean != 4 {
			t.Errorf("after retention history is %v, want the values 4 to 9", points)
		}
		use(t, s, "")
		if n, err := s.DeleteBefore(t.Context(), start.Add(time.Hour)); err != nil || n != 6 {
			t.Errorf("without a sink deleted %d readings (%v), want 6", n, err)
		}
	})
}

// TestArchive checks what [telemetry.Archive] promises, on an archive that holds
// the readings 0, 1, 2 … 599 of "fps" of "cam-01", one a second from 2026-10-04
// 05:30:00 UTC on.
func TestArchive(t *testing.T, a telemetry.Archive) {
	q := telemetry.Query{Commune: "luc-binh", Device: "cam-01", Metric: "fps", Since: start, Until: start.Add(600 * time.Second), Points: 11}
	points := history(t, a, q)
	if len(points) != 10 {
		t.Fatalf("600 s thinned to 11 points are %d points, want 10 spans of a minute: %v", len(points), points)
	}
	for i, p := range points {
		first := float64(i * 60)
		want := telemetry.Point{At: start.Add(time.Duration(i) * time.Minute), Mean: first + 29.5, Min: first, Max: first + 59, Count: 60}
		if !reflect.DeepEqual(p, want) {
			t.Errorf("point %d is %v, want %v", i, p, want)
		}
	}

	// Not aligned: the outer spans are cut, and later asking gives the same inner spans.
	q.Since, q.Until = start.Add(90*time.Second), start.Add(390*time.Second)
	q.Points = 6
	points = history(t, a, q)
	if len(points) != 6 || points[0].Count != 30 || !points[0].At.Equal(q.Since) || points[5].Count != 30 || points[1].Count != 60 {
		t.Errorf("300 s from 1:30 on in 6 points are %v", points)
	}

	q.Points = 1
	if points = history(t, a, q); len(points) != 1 || points[0].Count != 300 || points[0].Min != 90 || points[0].Max != 389 || !points[0].At.Equal(q.Since) {
		t.Errorf("one point is %v, want 300 readings from 90 to 389", points)
	}

	q.Since, q.Until, q.Points = start, start.Add(3*time.Second), 5000
	if points = history(t, a, q); len(points) != 3 || points[2].Mean != 2 || points[2].Count != 1 {
		t.Errorf("3 readings in 5000 points are %v", points)
	}
	q.Since, q.Until = start.Add(time.Hour), start.Add(2*time.Hour)
	if points = history(t, a, q); len(points) != 0 {
		t.Errorf("an hour without readings has %v", points)
	}
}

func wantAppended(t *testing.T, s telemetry.Store, readings []telemetry.Reading, want int) {
	t.Helper()
	fresh, err := s.Append(t.Context(), readings)
	if err != nil {
		t.Fatal(err)
	}
	if len(fresh) != want {
		t.Fatalf("%d readings were new, want %d", len(fresh), want)
	}
}

func history(t *testing.T, a telemetry.Archive, q telemetry.Query) []telemetry.Point {
	t.Helper()
	points, err := a.History(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	if len(points) > q.Points {
		t.Errorf("%d points, at most %d were asked for", len(points), q.Points)
	}
	return points
}

func use(t *testing.T, s telemetry.Store, sink string) {
	t.Helper()
	if err := s.UseSink(t.Context(), sink); err != nil {
		t.Fatal(err)
	}
}

func pending(t *testing.T, s telemetry.Store, sink string, max int) []telemetry.Reading {
	t.Helper()
	readings, err := s.Pending(t.Context(), sink, max)
	if err != nil {
		t.Fatal(err)
	}
	if len(readings) > max {
		t.Fatalf("%d readings pending, at most %d were asked for", len(readings), max)
	}
	return readings
}

func advance(t *testing.T, s telemetry.Store, sink string, n int, refused ...telemetry.Refusal) {
	t.Helper()
	if err := s.Advance(t.Context(), sink, n, refused); err != nil {
		t.Fatal(err)
	}
}

// drain takes everything that is pending, max at a time.
func drain(t *testing.T, s telemetry.Store, sink string, max int) (all []telemetry.Reading) {
	t.Helper()
	for {
		readings := pending(t, s, sink, max)
		if len(readings) == 0 {
			return all
		}
		all = append(all, readings...)
		advance(t, s, sink, len(readings))
	}
}

// wantAll wants the same readings, each at least once.
func wantAll(t *testing.T, want, got []telemetry.Reading) {
	t.Helper()
	if w, g := slices.Compact(sorted(want)), slices.Compact(sorted(got)); !reflect.DeepEqual(w, g) {
		t.Errorf("%d readings, want %d\n got %v\nwant %v", len(g), len(w), g, w)
	}
}

func wantBacklog(t *testing.T, s telemetry.Store, sink string, lag, rejected int64) {
	t.Helper()
	if l, r := s.Backlog(sink); l != lag || r != rejected {
		t.Errorf("lag is %d and rejected %d, want %d and %d", l, r, lag, rejected)
	}
}

// TestSink checks what [telemetry.Sink] promises. count is how many readings the
// database behind the sink has; refused is a reading that it refuses for good.
func TestSink(t *testing.T, sink telemetry.Sink, count func() int, refused telemetry.Reading) {
	readings := append(Make("loa-01", "supply_v", start, time.Second, 300), Make("loa-02", "level_dbfs", start, time.Second, 300)...)
	for range 2 { // writing again changes nothing
		if err := sink.Write(t.Context(), readings); err != nil {
			t.Fatal(err)
		}
		if n := count(); n != 600 {
			t.Fatalf("the database has %d readings, want 600", n)
		}
	}
	more := Make("loa-03", "supply_v", start, time.Second, 40)
	mixed := append(append(append([]telemetry.Reading{}, more[:17]...), refused), more[17:]...)
	err := sink.Write(t.Context(), mixed)
	r, ok := err.(*telemetry.RefusedError)
	if !ok || len(r.Refusals) != 1 || !reflect.DeepEqual(r.Refusals[0].Reading, refused) || r.Refusals[0].Reason == "" {
		t.Fatalf("Write with one bad reading returned %v, want this one refused: %v", err, refused)
	}
	if n := count(); n != 640 {
		t.Errorf("the database has %d readings, want 640: a refused one must not cost its neighbours", n)
	}
	if err := sink.Write(t.Context(), nil); err != nil {
		t.Errorf("writing nothing: %v", err)
	}
}
