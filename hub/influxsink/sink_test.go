package influxsink_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/cenkalti/backoff/v5"
	"go.uber.org/goleak"

	"github.com/smart-commune/smart-commune/hub/influxsink"
	"github.com/smart-commune/smart-commune/hub/influxsink/influxtest"
	"github.com/smart-commune/smart-commune/hub/telemetry"
	"github.com/smart-commune/smart-commune/hub/telemetry/telemetrytest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var start = time.Date(2026, 10, 4, 5, 30, 0, 0, time.UTC)

func newSink(t testing.TB, cfg influxsink.Config) *influxsink.Sink {
	t.Helper()
	if cfg.Bucket == "" {
		cfg.Bucket = influxtest.Bucket
	}
	sink, err := influxsink.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sink.Close() })
	return sink
}

// refusedReading is one that the database refuses, as its field is of another type.
func refusedReading(s *influxtest.Server, t testing.TB) telemetry.Reading {
	t.Helper()
	write(t, s, fmt.Sprintf("reading,commune=luc-binh,device=loa-09 broken=1i %d", start.UnixNano()))
	return telemetrytest.Make("loa-03", "broken", start, time.Second, 1)[0]
}

func write(t testing.TB, s *influxtest.Server, line string) {
	t.Helper()
	resp, err := http.Post(s.URL+"/write?db="+influxtest.Database, "text/plain", strings.NewReader(line))
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	http.DefaultClient.CloseIdleConnections()
	if resp.StatusCode != http.StatusNoContent {
		t.Fatalf("InfluxDB answers %s to %s", resp.Status, line)
	}
}

func TestSinkOnRealInfluxDB(t *testing.T) {
	t.Parallel()
	server := influxtest.Start(t)
	sink := newSink(t, influxsink.Config{URL: server.URL})
	refused := refusedReading(server, t)
	telemetrytest.TestSink(t, sink, func() int { return server.Count("reading") - 1 }, refused)

	t.Run("history", func(t *testing.T) {
		if err := sink.Write(t.Context(), telemetrytest.Make("cam-01", "fps", start, time.Second, 600)); err != nil {
			t.Fatal(err)
		}
		telemetrytest.TestArchive(t, sink)
	})
	t.Run("metrics named as tags, and as the time", func(t *testing.T) {
		before := server.Count("reading")
		for _, metric := range []string{"commune", "device", "time", "_field"} {
			readings := telemetrytest.Make("loa-07", metric, start, time.Second, 3)
			if err := sink.Write(t.Context(), readings); err != nil {
				t.Fatalf("%s: %v", metric, err)
			}
			points, err := sink.History(t.Context(), telemetry.Query{Commune: "luc-binh", Device: "loa-07", Metric: metric,
				Since: start, Until: start.Add(time.Minute), Points: 5000})
			if err != nil || len(points) != 3 || points[2].Mean != 2 {
				t.Errorf("%s: history is %v, %v, want the values 0 to 2", metric, points, err)
			}
		}
		if n := server.Count("reading") - before; n != 12 {
			t.Errorf("%d readings arrived, want 12", n)
		}
	})
	t.Run("points beyond the retention policy are refused in one go", func(t *testing.T) {
		server.Query(`CREATE RETENTION POLICY short ON ` + influxtest.Database + ` DURATION 1h REPLICATION 1`)
		short := newSink(t, influxsink.Config{URL: server.URL, Bucket: influxtest.Database + "/short"})
		var old []telemetry.Reading
		for _, r := range telemetrytest.Make("loa-01", "supply_v", start.AddDate(-2, 0, 0), time.Second, 2500) {
			old = append(old, r)
			r.Metric = "playing" // on the same line
			old = append(old, r)
		}
		err := short.Write(t.Context(), old)
		var refused *telemetry.RefusedError
		if !errors.As(err, &refused) || len(refused.Refusals) != 5000 {
			t.Fatalf("5000 points beyond the retention policy: %v", err)
		}
	})
	t.Run("unknown database", func(t *testing.T) {
		wantError(t, newSink(t, influxsink.Config{URL: server.URL, Bucket: "nothing/autogen"}), "no such bucket")
	})
}

func TestSinkWithPassword(t *testing.T) {
	t.Parallel()
	server := influxtest.StartWithAuth(t)
	wantError(t, newSink(t, influxsink.Config{URL: server.URL, Token: influxtest.User + ":sai"}), "refuses the token")
	sink := newSink(t, influxsink.Config{URL: server.URL, Token: influxtest.User + ":" + influxtest.Password})
	if err := sink.Write(t.Context(), telemetrytest.Make("loa-01", "supply_v", start, time.Second, 10)); err != nil {
		t.Fatal(err)
	}
	if n := server.Count("reading"); n != 10 {
		t.Errorf("the database has %d readings, want 10", n)
	}
	points, err := sink.History(t.Context(), telemetry.Query{Commune: "luc-binh", Device: "loa-01", Metric: "supply_v", Since: start, Until: start.Add(time.Hour), Points: 2})
	if err != nil || len(points) != 1 || points[0].Count != 10 {
		t.Errorf("history is %v, %v", points, err)
	}
}

// wantError wants a failure of the whole, which leaves the readings in the queue.
func wantError(t *testing.T, sink *influxsink.Sink, words string) error {
	t.Helper()
	err := sink.Write(t.Context(), telemetrytest.Make("loa-01", "supply_v", start, time.Second, 10))
	var refused *telemetry.RefusedError
	if err == nil || errors.As(err, &refused) || !strings.Contains(err.Error(), words) {
		t.Errorf("Write returned %v, want an error with %q that is no refusal", err, words)
	}
	return err
}

// answering is a server that answers every request alike.
func answering(t *testing.T, status int, header, body string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if k, v, ok := strings.Cut(header, ": "); ok {
			w.Header().Set(k, v)
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestNothingIsLostToStrangeAnswers(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		header string
		body   string
		want   string
	}{
		{"a captive portal", 200, "Content-Type: text/html", "<html>Đăng nhập Wi-Fi</html>", "as InfluxDB does not"},
		{"a redirect", 302, "Location: http://127.0.0.1:1/login", "", "302"},
		{"a proxy without the database", 502, "", "Bad Gateway", "502"},
		{"a setting that is wrong for all", 400, "Content-Type: application/json", `{"code":"invalid","message":"org is required"}`, "refuses everything: org is required"},
		{"a body that is too large whatever we do", 413, "", "", "413 Request Entity Too Large"},
		{"no JSON where JSON was promised", 400, "Content-Type: application/json", `{"code":`, "refuses everything"},
	} {
		t.Run(c.name, func(t *testing.T) {
			wantError(t, newSink(t, influxsink.Config{URL: answering(t, c.status, c.header, c.body)}), c.want)
		})
	}
}

func TestHistoryFromSomethingElseIsNoEmptyChart(t *testing.T) {
	q := telemetry.Query{Commune: "luc-binh", Device: "loa-01", Metric: "supply_v", Since: start, Until: start.Add(time.Hour), Points: 10}
	for _, url := range []string{
		answering(t, 200, "Content-Type: text/html", "<html>Đăng nhập Wi-Fi</html>"),
		answering(t, 401, "", "unauthorized"),
		"http://127.0.0.1:1",
	} {
		if points, err := newSink(t, influxsink.Config{URL: url}).History(t.Context(), q); err == nil {
			t.Errorf("history is %v without an error", points)
		}
	}
}

func TestBusyServerSaysWhenToComeBack(t *testing.T) {
	sink := newSink(t, influxsink.Config{URL: answering(t, 429, "Retry-After: 7", "")})
	var after *backoff.RetryAfterError
	if err := wantError(t, sink, "429"); !errors.As(err, &after) || after.Duration != 7*time.Second {
		t.Errorf("the error asks to wait %v, want 7 s", after)
	}
}

func TestSilentServerIsGivenUp(t *testing.T) {
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer server.Close()
	defer close(release)
	wantError(t, newSink(t, influxsink.Config{URL: server.URL, Timeout: 50 * time.Millisecond}), "cannot be reached")
}

// A refusal in words that nobody knows concerns the point when others are taken.
func TestUnknownRefusalOfOnePoint(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(body(t, r), "value=13") {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte("thirteen is not welcome"))
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	defer server.Close()
	sink := newSink(t, influxsink.Config{URL: server.URL})
	err := sink.Write(t.Context(), telemetrytest.Make("loa-01", "value", start, time.Second, 100))
	var refused *telemetry.RefusedError
	if !errors.As(err, &refused) || len(refused.Refusals) != 1 || refused.Refusals[0].Value != 13 ||
		refused.Refusals[0].Reason != "thirteen is not welcome" {
		t.Errorf("Write returned %v, want the value 13 refused", err)
	}
}

func TestBadConfiguration(t *testing.T) {
	for want, cfg := range map[string]influxsink.Config{
		"expected http://host:port":  {URL: "127.0.0.1:8086", Bucket: "b"},
		"expected http://host:port ": {URL: "ftp://127.0.0.1", Bucket: "b"},
		"belong into the token":      {URL: "http://hub:x@127.0.0.1:8086", Bucket: "b"},
		"bucket of InfluxDB is":      {URL: "http://127.0.0.1:8086"},
		"line breaks":                {URL: "http://127.0.0.1:8086", Bucket: "b", Token: "a\nb"},
	} {
		if _, err := influxsink.New(cfg); err == nil || !strings.Contains(err.Error(), strings.TrimSpace(want)) {
			t.Errorf("New(%+v) = %v, want an error with %q", cfg, err, want)
		}
	}
}
