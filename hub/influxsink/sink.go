// Package influxsink writes readings to InfluxDB and reads them back: 1.8 and
// 2.x through one client, and whatever else takes /api/v2/write.
//
// Readings become one measurement with the tags commune and device, a field for
// each metric, and milliseconds. It guarantees that Write returns nil only after
// the database has confirmed every reading, and that a reading is called
// refused only when that is the reading's own fault.
package influxsink

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
	influxdb "github.com/influxdata/influxdb-client-go/v2"
	"github.com/influxdata/influxdb-client-go/v2/api"
	influxhttp "github.com/influxdata/influxdb-client-go/v2/api/http"

	"github.com/smart-commune/smart-commune/hub/telemetry"
)

// Config says which database. InfluxDB 1.8: Bucket is "database/retention-policy",
// Token is "user:password" or empty, Org is empty. InfluxDB 2.x: all three.
type Config struct {
	URL    string // for example "http://127.0.0.1:8086"
	Org    string
	Bucket string
	Token  string
	// Measurement defaults to "reading".
	Measurement string
	// Timeout is for one request, answer included. It defaults to 20 s.
	Timeout time.Duration
	Log     *slog.Logger // defaults to slog.Default()
}

// Sink is a database that takes readings and answers for them.
type Sink struct {
	cfg       Config
	log       *slog.Logger
	transport *http.Transport
	write     api.WriteAPIBlocking
	query     api.QueryAPI
}

var (
	_ telemetry.Sink    = (*Sink)(nil)
	_ telemetry.Archive = (*Sink)(nil)
)

// New checks the configuration; it does not connect.
func New(cfg Config) (*Sink, error) {
	u, err := url.Parse(cfg.URL)
	if err != nil {
		return nil, fmt.Errorf("address of InfluxDB: expected http://host:port or https://host:port: %w", err)
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil, fmt.Errorf("address of InfluxDB %q: expected http://host:port or https://host:port", u.Redacted())
	}
	if u.User != nil || u.RawQuery != "" {
		return nil, fmt.Errorf("address of InfluxDB %q: user and password belong into the token", u.Redacted())
	}
	if cfg.Bucket == "" {
		return nil, errors.New("bucket of InfluxDB is missing: use the bucket's name, or database/retention-policy for InfluxDB 1.8")
	}
	if strings.ContainsAny(cfg.Bucket+cfg.Org+cfg.Token+cfg.Measurement, "\r\n") {
		return nil, errors.New("bucket, org, token and measurement of InfluxDB cannot hold line breaks")
	}
	cfg.Measurement = cmp.Or(cfg.Measurement, "reading")
	cfg.Timeout = cmp.Or(cfg.Timeout, 20*time.Second)
	cfg.Log = cmp.Or(cfg.Log, slog.Default())
	transport := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
		TLSHandshakeTimeout: 5 * time.Second,
		MaxIdleConnsPerHost: 2,
		IdleConnTimeout:     90 * time.Second,
	}
	options := influxdb.DefaultOptions().
		SetUseGZip(true).
		SetPrecision(time.Millisecond).
		SetApplicationName("smart-commune").
		SetHTTPClient(&http.Client{
			Transport: confirmed{transport},
			// A write that is sent elsewhere would arrive there as a GET.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		})
	// The client is never closed: it owns nothing but the asynchronous writers
	// that we do not use, and its Close has a known panic.
	client := influxdb.NewClientWithOptions(strings.TrimSuffix(cfg.URL, "/"), cfg.Token, options)
	return &Sink{
		cfg:       cfg,
		log:       cfg.Log.With("component", "influx"),
		transport: transport,
		write:     client.WriteAPIBlocking(cfg.Org, cfg.Bucket),
		query:     client.QueryAPI(cfg.Org),
	}, nil
}

// Close drops the idle connections. The sink may still be used.
func (s *Sink) Close() error {
	s.transport.CloseIdleConnections()
	return nil
}

// Name implements [telemetry.Sink].
func (s *Sink) Name() string {
	return fmt.Sprintf("influx %s %s %s %s", s.cfg.URL, s.cfg.Org, s.cfg.Bucket, s.cfg.Measurement)
}

// confirmed takes an answer for InfluxDB's only when it is: 204 to a write, CSV to
// a query. A proxy or a captive portal answers 200 with a page to anything.
type confirmed struct{ next http.RoundTripper }

func (c confirmed) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := c.next.RoundTrip(req)
	if err != nil || resp.StatusCode < 200 || resp.StatusCode > 299 {
		return resp, err
	}
	kind := resp.Header.Get("Content-Type")
	if strings.HasSuffix(req.URL.Path, "/write") && resp.StatusCode != http.StatusNoContent ||
		strings.HasSuffix(req.URL.Path, "/query") && !strings.Contains(kind, "csv") {
		_ = resp.Body.Close()
		return nil, fmt.Errorf("%s answers %q with %q, as InfluxDB does not", req.URL.Host, resp.Status, kind)
	}
	return resp, nil
}

// Write implements [telemetry.Sink]. When the database refuses points of the
// batch, it is halved until those are found.
func (s *Sink) Write(ctx context.Context, readings []telemetry.Reading) error {
	w := writing{s: s}
	if err := w.write(ctx, readings); err != nil {
		return err
	}
	if err := w.doubt(1); err != nil {
		return err
	}
	if refused := append(w.refused, w.doubtful...); len(refused) > 0 {
		return &telemetry.RefusedError{Refusals: refused}
	}
	return nil
}

// writing is one call of Write.
type writing struct {
	s        *Sink
	taken    bool // the database has confirmed some of the readings
	refused  []telemetry.Refusal
	doubtful []telemetry.Refusal
}

func (w *writing) write(ctx context.Context, readings []telemetry.Reading) error {
	if len(readings) == 0 {
		return nil
	}
	lines, count := encode(w.s.cfg.Measurement, readings)
	// The client leaves bodies of queries open, so that a time limit of net/http's
	limited, cancel := context.WithTimeout(ctx, w.s.cfg.Timeout)
	err := w.s.write.WriteRecord(limited, lines)
	cancel()
	if err == nil {
		w.taken = true
		return nil
	}
	refusal, ok := asRefusal(err)
	switch {
	case !ok:
		return describe(err)
	case refusal.dropped == count && (count == len(readings) || refusal.whole), len(readings) == 1 && refusal.known:
		w.refused = append(w.refused, refuse(readings, refusal.words)...)
	case len(readings) == 1:
		w.doubtful = append(w.doubtful, refuse(readings, refusal.words)...)
		return w.doubt(enoughDoubt)
	default:
		half := len(readings) / 2
		if err := w.write(ctx, readings[:half]); err != nil {
			return err
		}
		return w.write(ctx, readings[half:])
	}
	return nil
}

// enoughDoubt is how many points are asked for one by one before a batch of
// which the database takes nothing is given up.
const enoughDoubt = 100

// doubt reports that the database takes nothing, when it has refused n points in
// words that are not known. Such a refusal may be about the request as a whole, a
// setting say; it is the points' own fault when others are taken.
func (w *writing) doubt(n int) error {
	if w.taken || len(w.doubtful) < n {
		return nil
	}
	return fmt.Errorf("InfluxDB refuses everything: %s", w.doubtful[0].Reason)
}

func refuse(readings []telemetry.Reading, reason string) []telemetry.Refusal {
	refused := make([]telemetry.Refusal, len(readings))
	for i, r := range readings {
		refused[i] = telemetry.Refusal{Reading: r, Reason: reason}
	}
	return refused
}

// describe says what a failure means to who looks after the hub.
func describe(err error) error {
	var answer *influxhttp.Error
	if !errors.As(err, &answer) || answer.StatusCode == 0 {
		return fmt.Errorf("InfluxDB cannot be reached: %w", err)
	}
	words := wordsOf(answer)
	switch answer.StatusCode {
	case http.StatusUnauthorized, http.StatusForbidden:
		return fmt.Errorf("InfluxDB refuses the token (%d %s)", answer.StatusCode, words)
	case http.StatusNotFound:
		return fmt.Errorf("InfluxDB has no such bucket, organisation or database (404 %s)", words)
	}
	err = fmt.Errorf("InfluxDB answers %d %s", answer.StatusCode, words)
	if answer.RetryAfter > 0 {
		// An hour bounds what a broken answer could make us wait.
		wait := min(time.Duration(answer.RetryAfter)*time.Second, time.Hour)
		return errors.Join(err, &backoff.RetryAfterError{Duration: wait})
	}
	return err
}
