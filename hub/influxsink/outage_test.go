package influxsink_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/influxsink"
	"github.com/smart-commune/smart-commune/hub/influxsink/influxtest"
	"github.com/smart-commune/smart-commune/hub/sqlitestore"
	"github.com/smart-commune/smart-commune/hub/telemetry"
)

// fleet is ten devices that measure without pause; acknowledged is what the hub
// has taken from them.
type fleet struct {
	service      *telemetry.Service
	stop         chan struct{}
	devices      sync.WaitGroup
	mu           sync.Mutex
	acknowledged int
	grown        chan struct{}
}

func runFleet(t *testing.T, s *telemetry.Service) *fleet {
	f := &fleet{service: s, stop: make(chan struct{}), grown: make(chan struct{}, 1)}
	for i := range 10 {
		f.devices.Go(func() { f.device(t, devices.DeviceID(fmt.Sprintf("loa-%02d", i+1))) })
	}
	return f
}

func (f *fleet) device(t *testing.T, id devices.DeviceID) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	at := time.Now().Add(-time.Hour)
	for {
		select {
		case <-f.stop:
			return
		case <-tick.C:
		}
		var batch []telemetry.Reading
		for _, metric := range []string{"temperature_c", "supply_v", "amp_current_a", "signal_dbm", "volume_pct", "playing", "level_dbfs"} {
			batch = append(batch, telemetry.Reading{Commune: "luc-binh", Device: id, Metric: metric, At: at, Value: float64(at.UnixMilli() % 1000)})
		}
		at = at.Add(10 * time.Millisecond)
		if err := f.service.Ingest(t.Context(), batch); err != nil {
			t.Error(err)
			return
		}
		f.mu.Lock()
		f.acknowledged += len(batch)
		f.mu.Unlock()
		select {
		case f.grown <- struct{}{}:
		default:
		}
	}
}

// more waits until the hub has taken n further readings.
func (f *fleet) more(t *testing.T, n int) {
	t.Helper()
	end := f.count() + n
	for f.count() < end {
		select {
		case <-f.grown:
		case <-time.After(20 * time.Second):
			t.Fatalf("the fleet does not get readings in: %d of %d", f.count(), end)
		}
	}
}

func (f *fleet) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.acknowledged
}

func (f *fleet) end() int {
	close(f.stop)
	f.devices.Wait()
	return f.count()
}

// hub is what of the hub takes part: its store and its telemetry.
type hub struct {
	service *telemetry.Service
	store   *sqlitestore.Store
	cancel  context.CancelFunc
	ended   chan error
}

func runHub(t *testing.T, dir string, sink *influxsink.Sink) *hub {
	t.Helper()
	store, err := sqlitestore.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	readings, err := store.Readings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	cfg := telemetry.Config{Store: readings, Log: slog.New(slog.DiscardHandler)}
	if sink != nil {
		cfg.Sink = sink
	}
	ctx, cancel := context.WithCancel(t.Context())
	h := &hub{service: telemetry.New(cfg), store: store, cancel: cancel, ended: make(chan error, 1)}
	go func() { h.ended <- h.service.Run(ctx) }()
	t.Cleanup(h.stop)
	return h
}

func (h *hub) stop() {
	h.cancel()
	h.ended <- <-h.ended // may be stopped twice
}

// failing waits until forwarding has been seen to fail.
func (h *hub) failing(t *testing.T) {
	t.Helper()
	poll := time.NewTicker(10 * time.Millisecond)
	defer poll.Stop()
	deadline := time.After(time.Minute)
	for {
		if _, _, err := h.service.Forwarding(); err != nil {
			return
		}
		select {
		case <-poll.C:
		case <-deadline:
			t.Fatal("nobody says that InfluxDB is away")
		}
	}
}

// drained waits until the database has everything and what was rejected is as told.
func (h *hub) drained(t *testing.T, rejected int64) {
	t.Helper()
	poll := time.NewTicker(10 * time.Millisecond)
	defer poll.Stop()
	deadline := time.After(2 * time.Minute)
	for {
		lag, refused, err := h.service.Forwarding()
		if lag == 0 && err == nil && refused == rejected {
			return
		}
		select {
		case <-poll.C:
		case <-deadline:
			t.Fatalf("forwarding does not come to an end: lag %d, rejected %d (want %d), error %v", lag, refused, rejected, err)
		}
	}
}

// The issue's own case: InfluxDB starts after the readings, is killed for a while
// under load, comes back, and then holds every reading that was acknowledged.
func TestNoAcknowledgedReadingIsMissingAfterOutages(t *testing.T) {
	t.Parallel()
	server := influxtest.Start(t)
	server.Kill()
	sink := newSink(t, influxsink.Config{URL: server.URL, Timeout: 10 * time.Second})
	dir := t.TempDir()
	h := runHub(t, dir, sink)
	f := runFleet(t, h.service)

	f.more(t, 700) // before InfluxDB is there
	h.failing(t)
	if lag, _, _ := h.service.Forwarding(); lag < 700 {
		t.Errorf("without InfluxDB the lag is %d", lag)
	}
	server.Restart()
	f.more(t, 700)
	server.Kill()
	f.more(t, 700) // while it is away
	server.Restart()
	f.more(t, 700)
	acknowledged := f.end()
	h.drained(t, 0)
	if n := server.Count("reading"); n != acknowledged {
		t.Errorf("InfluxDB holds %d readings, %d were acknowledged: %d are missing", n, acknowledged, acknowledged-n)
	}

	// A hub that starts again goes on from its cursor, with nothing to send.
	h.stop()
	_ = h.store.Close()
	h = runHub(t, dir, sink)
	f = runFleet(t, h.service)
	f.more(t, 300)
	acknowledged += f.end()
	h.drained(t, 0)
	if n := server.Count("reading"); n != acknowledged {
		t.Errorf("after the hub's restart InfluxDB holds %d readings, %d were acknowledged", n, acknowledged)
	}
}

func TestInfluxConfiguredLaterGetsThePast(t *testing.T) {
	t.Parallel()
	server := influxtest.Start(t)
	dir := t.TempDir()
	h := runHub(t, dir, nil)
	f := runFleet(t, h.service)
	f.more(t, 6000)
	acknowledged := f.end()
	h.stop()
	_ = h.store.Close()

	h = runHub(t, dir, newSink(t, influxsink.Config{URL: server.URL}))
	f = runFleet(t, h.service)
	f.more(t, 300)
	acknowledged += f.end()
	h.drained(t, 0)
	if n := server.Count("reading"); n != acknowledged {
		t.Errorf("InfluxDB holds %d readings, %d were acknowledged", n, acknowledged)
	}
}

func TestRefusedReadingIsKeptAsideAndCounted(t *testing.T) {
	t.Parallel()
	server := influxtest.Start(t)
	// The same field was written as an integer by somebody else.
	now := time.Now().Truncate(time.Millisecond)
	write(t, server, fmt.Sprintf("reading,commune=luc-binh,device=other supply_v=12i %d", now.UnixNano()))
	h := runHub(t, t.TempDir(), newSink(t, influxsink.Config{URL: server.URL}))
	var batch []telemetry.Reading
	for _, metric := range []string{"temperature_c", "supply_v", "playing"} {
		batch = append(batch, telemetry.Reading{Commune: "luc-binh", Device: "loa-01", Metric: metric, At: now, Value: 1})
	}
	if err := h.service.Ingest(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	h.drained(t, 1)
	if n := server.Count("reading"); n != 3 { // with the integer
		t.Errorf("InfluxDB holds %d values, want the foreign one and the two that do fit", n)
	}
}
