package telemetry_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/problem"
	"github.com/smart-commune/smart-commune/hub/telemetry"
	"github.com/smart-commune/smart-commune/hub/telemetry/telemetrytest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var start = time.Date(2026, 10, 4, 5, 30, 0, 0, time.UTC)

func at(t time.Time) func() time.Time { return func() time.Time { return t } }

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func ingest(t *testing.T, s *telemetry.Service, readings []telemetry.Reading) {
	t.Helper()
	if err := s.Ingest(t.Context(), readings); err != nil {
		t.Fatal(err)
	}
}

func TestWhatCanNeverBeKeptIsDroppedAndTheRestStored(t *testing.T) {
	var log bytes.Buffer
	store := &telemetrytest.Store{}
	s := telemetry.New(telemetry.Config{Store: store, Now: at(start), Log: slog.New(slog.NewTextHandler(&log, nil))})
	good := telemetrytest.Make("loa-01", "supply_v", start, time.Second, 9)
	change := []func(*telemetry.Reading){
		func(r *telemetry.Reading) { r.Metric = "Điện áp" },
		func(r *telemetry.Reading) { r.Metric = "" },
		func(r *telemetry.Reading) { r.Value = math.NaN() },
		func(r *telemetry.Reading) { r.Value = math.Inf(-1) },
		func(r *telemetry.Reading) { r.Value = 1e308 },
		func(r *telemetry.Reading) { r.At = start.Add(5*time.Minute + time.Millisecond) },
		func(r *telemetry.Reading) { r.At = start.Add(-30*24*time.Hour - time.Millisecond) },
		func(r *telemetry.Reading) { r.Device = "Loa 1" },
		func(r *telemetry.Reading) { r.Commune = "" },
	}
	bad := telemetrytest.Make("loa-01", "supply_v", start.Add(time.Minute), time.Second, len(change))
	for i, f := range change {
		f(&bad[i])
	}
	edge := telemetrytest.Make("loa-02", "supply_v", start.Add(5*time.Minute), -30*24*time.Hour-5*time.Minute, 2)
	ingest(t, s, append(append(bad, good...), edge...))
	if n := s.Dropped(); n != int64(len(bad)) {
		t.Errorf("%d readings dropped, want %d", n, len(bad))
	}
	points, err := s.History(t.Context(), telemetry.Query{Commune: "luc-binh", Device: "loa-01", Metric: "supply_v",
		Since: start.AddDate(-1, 0, 0), Until: start.AddDate(1, 0, 0), Points: 1})
	if err != nil || len(points) != 1 || points[0].Count != len(good) {
		t.Errorf("kept %v (%v), want the %d good readings", points, err, len(good))
	}
	points, err = s.History(t.Context(), telemetry.Query{Commune: "luc-binh", Device: "loa-02", Metric: "supply_v",
		Since: start.AddDate(-1, 0, 0), Until: start.AddDate(1, 0, 0), Points: 1})
	if err != nil || len(points) != 1 || points[0].Count != 2 {
		t.Errorf("kept %v (%v), want the two readings just inside the limits", points, err)
	}
	for range 100 { // a device that sends nothing else does not fill the log
		ingest(t, s, bad[:1])
	}
	if got := log.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "device=luc-binh/loa-01") || !strings.Contains(got, "readings=9") {
		t.Errorf("the log says:\n%s", got)
	}
}

func TestDeviceThatMakesNamesUpIsLimited(t *testing.T) {
	store := &telemetrytest.Store{}
	names := func(from, to int) (readings []telemetry.Reading) {
		for i := from; i < to; i++ {
			readings = append(readings, telemetrytest.Make("loa-01", fmt.Sprintf("m%d", i), start, time.Second, 1)...)
		}
		return readings
	}
	s := telemetry.New(telemetry.Config{Store: store, Now: at(start), Log: quiet()})
	ingest(t, s, names(0, telemetry.MaxMetrics-1))
	s = telemetry.New(telemetry.Config{Store: store, Now: at(start), Log: quiet()}) // a restart forgets nothing
	ingest(t, s, names(telemetry.MaxMetrics-10, telemetry.MaxMetrics+50))
	ingest(t, s, telemetrytest.Make("loa-01", "m3", start.Add(time.Minute), time.Second, 1))
	known, err := s.Metrics(t.Context(), "luc-binh", "loa-01")
	if err != nil || len(known) != telemetry.MaxMetrics || s.Dropped() != 50 {
		t.Errorf("the device has %d metrics (%v) and %d readings were dropped, want %d and 50", len(known), err, s.Dropped(), telemetry.MaxMetrics)
	}
	ingest(t, s, telemetrytest.Make("loa-01", protocol.MetricSupply, start, time.Second, 1))
	if known, _ := s.Metrics(t.Context(), "luc-binh", "loa-01"); len(known) != telemetry.MaxMetrics+1 || s.Dropped() != 50 {
		t.Errorf("a device that made names up is not measured any more once it is mended: %d metrics, %d dropped", len(known), s.Dropped())
	}
	ingest(t, s, telemetrytest.Make("loa-02", "m999", start, time.Second, 1))
	if s.Dropped() != 50 {
		t.Error("one device's limit hits another")
	}
}

func TestChangedTellsNewReadingsOnceAndAfterTheyAreStored(t *testing.T) {
	store := &telemetrytest.Store{}
	var told []telemetry.Reading
	s := telemetry.New(telemetry.Config{Store: store, Now: at(start), Log: quiet(), Changed: func(r []telemetry.Reading) {
		points, err := store.History(t.Context(), telemetry.Query{Commune: "luc-binh", Device: "loa-01", Metric: "supply_v", Since: start, Until: start.Add(time.Hour), Points: 1})
		if err != nil || len(points) == 0 {
			t.Errorf("told before the readings are stored (%v)", err)
		}
		told = append(told, r...)
	}})
	readings := telemetrytest.Make("loa-01", "supply_v", start, time.Second, 5)
	readings[2].At = readings[2].At.Add(300 * time.Microsecond) // stores keep milliseconds
	ingest(t, s, readings[:3])
	ingest(t, s, readings)
	ingest(t, s, readings)
	if len(told) != 5 {
		t.Errorf("told of %d readings, want each of the 5 once", len(told))
	}
}

func TestFailureOfTheStoreReachesEveryCaller(t *testing.T) {
	store := &telemetrytest.Store{Before: func() error { return errors.New("disk full") }}
	s := telemetry.New(telemetry.Config{Store: store, Now: at(start), Log: quiet(), Changed: func([]telemetry.Reading) { t.Error("told of readings that were not stored") }})
	var calls sync.WaitGroup
	for i := range 20 {
		calls.Go(func() {
			err := s.Ingest(t.Context(), telemetrytest.Make(devices.DeviceID(fmt.Sprintf("loa-%d", i)), "supply_v", start, time.Second, 3))
			if err == nil || !strings.Contains(err.Error(), "disk full") {
				t.Errorf("Ingest returned %v, want the disk to be full", err)
			}
		})
	}
	calls.Wait()
}

// While one transaction is on its way to the disk, all who come share the next.
func TestWritersShareTransactions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		commits := 0
		store := &telemetrytest.Store{Before: func() error { commits++; time.Sleep(20 * time.Millisecond); return nil }}
		s := telemetry.New(telemetry.Config{Store: store, Now: at(start), Log: quiet()})
		var calls sync.WaitGroup
		began := time.Now()
		for i := range 500 {
			calls.Go(func() {
				ingest(t, s, telemetrytest.Make(devices.DeviceID(fmt.Sprintf("loa-%d", i)), "supply_v", start, time.Second, 7))
			})
		}
		calls.Wait()
		if took := time.Since(began); commits > 2 || took > 40*time.Millisecond {
			t.Errorf("500 devices took %d transactions and %s, want 2 and 40 ms", commits, took)
		}
		if err := store.UseSink(t.Context(), "count"); err != nil {
			t.Fatal(err)
		}
		if n, _ := store.Backlog("count"); n != 3500 {
			t.Errorf("%d readings are stored, want 3500", n)
		}
	})
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &telemetrytest.Store{Before: func() error { time.Sleep(time.Hour); return nil }}
		s := telemetry.New(telemetry.Config{Store: store, Now: at(start), Log: quiet()})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		var calls sync.WaitGroup
		calls.Go(func() { ingest(t, s, telemetrytest.Make("loa-01", "supply_v", start, time.Second, 1)) })
		synctest.Wait()
		for i := range 50 { // far more than may wait at once
			calls.Go(func() {
				err := s.Ingest(ctx, telemetrytest.Make(devices.DeviceID(fmt.Sprintf("cam-%d", i)), "fps", start, time.Millisecond, 30_000))
				if !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("Ingest returned %v, want the end of its context", err)
				}
			})
		}
		calls.Wait()
		if err := store.UseSink(t.Context(), "count"); err != nil {
			t.Fatal(err)
		}
		if n, _ := store.Backlog("count"); n != 1 {
			t.Errorf("%d readings are stored, want only the one that was being written", n)
		}
	})
}

// run runs the service until the returned function is called.
func run(t *testing.T, s *telemetry.Service) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	return func() {
		t.Helper()
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run returned %v", err)
		}
	}
}

func TestForwardingOutlivesALongOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var down atomic.Bool
		down.Store(true)
		sink := &telemetrytest.Sink{Fails: func() error {
			if down.Load() {
				return errors.New("connection refused")
			}
			return nil
		}}
		var log bytes.Buffer
		s := telemetry.New(telemetry.Config{Store: &telemetrytest.Store{}, Sink: sink, Log: slog.New(slog.NewTextHandler(&log, nil))})
		stop := run(t, s)
		var all []telemetry.Reading
		const days = 3
		for range days * 24 { // a batch an hour
			batch := telemetrytest.Make("loa-01", "supply_v", time.Now(), -10*time.Second, 360)
			ingest(t, s, batch)
			all = append(all, batch...)
			time.Sleep(time.Hour)
		}
		lag, _, err := s.Forwarding()
		if lag != int64(len(all)) || err == nil || !strings.Contains(err.Error(), "connection refused") {
			t.Errorf("while the sink is away: lag %d, error %v, want %d and its words", lag, err, len(all))
		}
		if n := sink.Writes(); n > days*24*3600/5 {
			t.Errorf("the sink was asked %d times in three days: that is no patience", n)
		}
		down.Store(false)
		time.Sleep(16 * time.Second) // the longest pause with its jitter
		synctest.Wait()
		if missing := sink.Missing(all); len(missing) > 0 {
			t.Errorf("%d of %d readings are missing 16 s after the sink came back", len(missing), len(all))
		}
		if lag, rejected, err := s.Forwarding(); lag != 0 || rejected != 0 || err != nil {
			t.Errorf("after the outage: lag %d, rejected %d, error %v", lag, rejected, err)
		}
		stop()
		if n := strings.Count(log.String(), "\n"); n != 2 {
			t.Errorf("the outage is told in %d lines, want its begin and its end:\n%s", n, log.String())
		}
	})
}

// A sink that cannot take a large batch in its time gets small ones.
func TestSlowSinkGetsSmallerBatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &slowSink{Sink: &telemetrytest.Sink{}, most: 150}
		s := telemetry.New(telemetry.Config{Store: &telemetrytest.Store{}, Sink: sink, Log: quiet()})
		readings := telemetrytest.Make("loa-01", "supply_v", time.Now(), -time.Second, 3000)
		ingest(t, s, readings)
		stop := run(t, s)
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if missing := sink.Missing(readings); len(missing) > 0 {
			t.Errorf("%d of 3000 readings have not arrived after 10 minutes", len(missing))
		}
		stop()
	})
}

// slowSink times out on more than it can take.
type slowSink struct {
	*telemetrytest.Sink
	most int
}

func (s *slowSink) Write(ctx context.Context, readings []telemetry.Reading) error {
	if len(readings) > s.most {
		return context.DeadlineExceeded
	}
	return s.Sink.Write(ctx, readings)
}

func TestNothingIsAskedWhenNothingIsNew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &telemetrytest.Sink{}
		s := telemetry.New(telemetry.Config{Store: &telemetrytest.Store{}, Sink: sink, Log: quiet()})
		stop := run(t, s)
		ingest(t, s, telemetrytest.Make("loa-01", "supply_v", time.Now(), time.Second, 12))
		synctest.Wait()
		if sink.Count() != 12 || sink.Writes() != 1 {
			t.Errorf("%d readings in %d writes without a pause, want 12 in 1", sink.Count(), sink.Writes())
		}
		time.Sleep(100 * time.Hour)
		if n := sink.Writes(); n != 1 {
			t.Errorf("the sink was written to %d times, want 1", n)
		}
		stop()
	})
}

func TestRefusedReadingsHoldUpNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &telemetrytest.Sink{Refuses: func(r telemetry.Reading) string {
			if r.Value == 3 {
				return "field type conflict"
			}
			return ""
		}}
		s := telemetry.New(telemetry.Config{Store: &telemetrytest.Store{}, Sink: sink, Log: quiet()})
		stop := run(t, s)
		ingest(t, s, telemetrytest.Make("loa-01", "supply_v", time.Now(), time.Millisecond, 12_000))
		synctest.Wait()
		if lag, rejected, err := s.Forwarding(); lag != 0 || rejected != 1 || err != nil || sink.Count() != 11_999 || sink.Writes() != 3 {
			t.Errorf("lag %d, rejected %d, error %v, %d in the sink by %d writes; want 0, 1, none, 11999, 3", lag, rejected, err, sink.Count(), sink.Writes())
		}
		stop()
	})
}

func TestRetention(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := telemetry.New(telemetry.Config{Store: &telemetrytest.Store{}, Retention: 48 * time.Hour, Log: quiet()})
		stop := run(t, s)
		began := time.Now()
		ingest(t, s, telemetrytest.Make("loa-01", "supply_v", began, -time.Hour, 40))
		q := telemetry.Query{Commune: "luc-binh", Device: "loa-01", Metric: "supply_v", Since: began.Add(-100 * time.Hour), Until: began.Add(time.Hour), Points: 1}
		time.Sleep(24*time.Hour + time.Minute)
		points, err := s.History(t.Context(), q)
		if err != nil || len(points) != 1 || points[0].Count != 25 {
			t.Errorf("a day later %v (%v) are left of 40 hourly readings, want the 25 of the last 48 hours", points, err)
		}
		stop()
	})
}

func TestRetentionByAClockThatIsAheadCostsADayAtMost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ahead atomic.Int64
		s := telemetry.New(telemetry.Config{Store: &telemetrytest.Store{}, Retention: 90 * 24 * time.Hour, Log: quiet(),
			Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }})
		began := time.Now()
		ingest(t, s, telemetrytest.Make("loa-01", "supply_v", began, -24*time.Hour, 30))
		ahead.Store(int64(12 * 365 * 24 * time.Hour))
		stop := run(t, s)
		time.Sleep(59 * time.Minute)
		ahead.Store(0)
		time.Sleep(24 * time.Hour)
		points, err := s.History(t.Context(), telemetry.Query{Commune: "luc-binh", Device: "loa-01", Metric: "supply_v", Since: began.Add(-100 * 24 * time.Hour), Until: began.Add(time.Hour), Points: 1})
		if err != nil || len(points) != 1 || points[0].Count < 29 {
			t.Errorf("%v (%v) are left of 30 readings", points, err)
		}
		stop()
	})
}

// broken is an archive that does not answer.
type broken struct{}

func (broken) History(context.Context, telemetry.Query) ([]telemetry.Point, error) {
	return nil, errors.New("connection refused")
}

func TestHistory(t *testing.T) {
	q := telemetry.Query{Commune: "luc-binh", Device: "loa-01", Metric: "supply_v", Since: start, Until: start.Add(time.Hour), Points: 100}
	t.Run("the store answers for an archive that is away", func(t *testing.T) {
		s := telemetry.New(telemetry.Config{Store: &telemetrytest.Store{}, Archive: broken{}, Now: at(start), Log: quiet()})
		ingest(t, s, telemetrytest.Make("loa-01", "supply_v", start, time.Second, 3))
		points, err := s.History(t.Context(), q)
		if err != nil || len(points) == 0 {
			t.Errorf("history is %v, %v", points, err)
		}
		old := q
		old.Since = start.AddDate(-1, 0, 0)
		if points, err := s.History(t.Context(), old); !problem.Is(err, problem.Unavailable) {
			t.Errorf("history from before the store's retention is %v, %v, want it to be unavailable", points, err)
		}
	})
	t.Run("questions that cannot be right", func(t *testing.T) {
		s := telemetry.New(telemetry.Config{Store: &telemetrytest.Store{}, Log: quiet()})
		for field, change := range map[string]func(*telemetry.Query){
			"device": func(q *telemetry.Query) { q.Device = "../etc" },
			"metric": func(q *telemetry.Query) { q.Metric = "a b" },
			"points": func(q *telemetry.Query) { q.Points = 5001 },
			"since":  func(q *telemetry.Query) { q.Since = q.Until },
		} {
			bad := q
			change(&bad)
			_, err := s.History(t.Context(), bad)
			var p *problem.Problem
			if !errors.As(err, &p) || p.Kind != problem.Invalid || p.Field != field || p.VI == "" || p.EN == "" {
				t.Errorf("%+v: %v, want a problem of the field %s", bad, err, field)
			}
		}
	})
}
