package httpapi

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/smart-commune/smart-commune/hub/live"
)

func zipped(t *testing.T, s string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	io.WriteString(w, s)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func withPage(t *testing.T) func(*Config, *timing) {
	return func(c *Config, _ *timing) {
		c.Page = fstest.MapFS{
			"index.html":            {Data: []byte("<!doctype html>trang")},
			"favicon.svg":           {Data: []byte("<svg/>")},
			"assets/app-1a2b.js":    {Data: []byte("console.log(1)")},
			"assets/app-1a2b.js.gz": {Data: zipped(t, "console.log(1)")},
		}
	}
}

func TestPage(t *testing.T) {
	r := newRig(t, withPage(t))
	b := r.browser()
	b.http.Transport.(*http.Transport).DisableCompression = true
	for _, c := range []struct {
		path, accept string
		status       int
		contentType  string
		cache        string
		encoding     string
		body         string
	}{
		{"/", "", 200, "text/html; charset=utf-8", "no-cache", "", "<!doctype html>trang"},
		{"/phat-thanh", "", 200, "text/html; charset=utf-8", "no-cache", "", "<!doctype html>trang"},
		{"/camera/cam-01", "", 200, "text/html; charset=utf-8", "no-cache", "", "<!doctype html>trang"},
		{"/assets", "", 200, "text/html; charset=utf-8", "no-cache", "", "<!doctype html>trang"},
		{"/favicon.svg", "", 200, "image/svg+xml", "no-cache", "", "<svg/>"},
		{"/favicon.ico", "", 200, "image/svg+xml", "no-cache", "", "<svg/>"},
		{"/assets/app-1a2b.js", "", 200, "text/javascript; charset=utf-8", "public, max-age=31536000, immutable", "", "console.log(1)"},
		{"/assets/app-1a2b.js", "br, gzip;q=0.8", 200, "text/javascript; charset=utf-8", "public, max-age=31536000, immutable", "gzip", string(zipped(t, "console.log(1)"))},
		{"/assets/app-1a2b.js", "gzip;q=0", 200, "text/javascript; charset=utf-8", "public, max-age=31536000, immutable", "", "console.log(1)"},
		{"/assets/old-9z.js", "", 404, "text/plain; charset=utf-8", "", "", ""},
		{"/%2e%2e/%2e%2e/etc/passwd", "", 200, "text/html; charset=utf-8", "no-cache", "", "<!doctype html>trang"},
	} {
		a := b.raw("GET", c.path, "", nil, "Accept-Encoding", c.accept)
		h := a.Header
		if a.StatusCode != c.status || h.Get("Content-Type") != c.contentType || h.Get("Cache-Control") != c.cache ||
			h.Get("Content-Encoding") != c.encoding || (c.body != "" && string(a.body) != c.body) {
			t.Errorf("%s: %d %v %q", c.path, a.StatusCode, h, a.body)
		}
	}
	first := b.raw("GET", "/", "", nil)
	if a := b.raw("GET", "/", "", nil, "If-None-Match", first.Header.Get("ETag")); a.StatusCode != 304 {
		t.Errorf("the page that the browser holds: %d", a.StatusCode)
	}
	if a := b.raw("POST", "/", "", nil); a.StatusCode != 405 {
		t.Errorf("posting to the page: %d", a.StatusCode)
	}
}

func TestPageThatWasNotBuilt(t *testing.T) {
	r := newRig(t)
	a := r.browser().raw("GET", "/", "", nil)
	contains(t, "the page", string(a.body), "make build")
}

func TestSecurityHeaders(t *testing.T) {
	r := newRig(t, withPage(t))
	b := r.browser()
	for _, path := range []string{"/", "/api/me", "/api/nothing", "/assets/app-1a2b.js", "/healthz"} {
		h := b.raw("GET", path, "", nil).Header
		contains(t, path+": the content policy", h.Get("Content-Security-Policy"), "default-src 'self'")
		contains(t, path+": the content policy", h.Get("Content-Security-Policy"), "frame-ancestors 'none'")
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "same-origin" {
			t.Errorf("%s: %v", path, h)
		}
		if strings.HasPrefix(path, "/api/") && h.Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be cached: %q", path, h.Get("Cache-Control"))
		}
	}
}

func TestHealth(t *testing.T) {
	r := newRig(t)
	b := r.browser()
	if a := b.raw("GET", "/healthz", "", nil); a.StatusCode != 200 {
		t.Errorf("healthz: %d", a.StatusCode)
	}
	a := b.raw("GET", "/readyz", "", nil)
	if got := strings.TrimSpace(string(a.body)); a.StatusCode != 200 || got != `{"ready":true,"checks":[{"name":"broker","ok":true},{"name":"store","ok":true}]}` {
		t.Errorf("readyz: %d %s", a.StatusCode, got)
	}
	r.storeErr = errors.New("disk full")
	a = b.raw("GET", "/readyz", "", nil)
	if got := strings.TrimSpace(string(a.body)); a.StatusCode != 503 || got != `{"ready":false,"checks":[{"name":"broker","ok":true},{"name":"store","ok":false,"error":"disk full"}]}` {
		t.Errorf("readyz with a full disk: %d %s", a.StatusCode, got)
	}
	r.as(phatthanh).want(200, "GET", "/api/snapshot", nil, nil)
	metrics := string(b.raw("GET", "/metrics", "", nil).body)
	contains(t, "metrics", metrics, `smart_commune_http_request_seconds_count{operation="snapshot",status="200"} 1`)
	contains(t, "metrics", metrics, "smart_commune_sockets 0")
	contains(t, "the description", string(b.raw("GET", "/openapi.json", "", nil).body), `"/api/announcements"`)
}

func TestLargeAnswersAreCompressed(t *testing.T) {
	r := newRig(t)
	b := r.as(phatthanh)
	b.http.Transport.(*http.Transport).DisableCompression = true
	r.model.UpdateCluster("loa-01", func(c *live.Cluster) { c.Firmware = strings.Repeat("1.0 ", 1000) })
	a := b.raw("GET", "/api/snapshot", "", nil, "Accept-Encoding", "gzip")
	if a.Header.Get("Content-Encoding") != "gzip" || len(a.body) > 2000 {
		t.Errorf("%d bytes, %q", len(a.body), a.Header.Get("Content-Encoding"))
	}
	a = b.raw("GET", "/media/"+sha, "", nil, "Accept-Encoding", "gzip")
	if a.Header.Get("Content-Encoding") != "" || a.Header.Get("Accept-Ranges") != "bytes" {
		t.Errorf("audio: %v", a.Header)
	}
}

// TestStopLetsRequestsFinish stops the hub in the middle of a request.
func TestStopLetsRequestsFinish(t *testing.T) {
	r := newRig(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	second := New(r.api.cfg2())
	go func() { ended <- second.Serve(ctx, l) }()
	b := r.operator()
	b.url = "http://" + l.Addr().String()
	b.want(200, "GET", "/api/me", nil, nil)
	r.said.submits = func() {
		stop()
		for { // until the hub takes nobody else in
			c, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				return
			}
			c.Close()
		}
	}
	b.want(200, "POST", "/api/announcements", draft(), nil)
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("Serve does not return")
	}
}

// cfg2 is the configuration for a second API beside the first.
func (a *API) cfg2() Config {
	c := a.cfg
	c.Metrics = nil
	return c
}

func FuzzInstant(f *testing.F) {
	for _, s := range []string{"24h", "7d", "1h30m", "2026-08-15T05:30:00+07:00", "", "-1h", "99999999999d", "2026-02-30T00:00:00Z", "∞"} {
		f.Add(s)
	}
	now := time.Date(2026, 8, 15, 5, 30, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseInstant(s, now)
		if err == nil && (got.Year() < 2000 || got.Year() > 2100 || got.Location() != time.UTC) {
			t.Errorf("%q is %v", s, got)
		}
	})
}

func TestParseInstant(t *testing.T) {
	now := time.Date(2026, 8, 15, 5, 30, 0, 0, time.UTC)
	for s, want := range map[string]string{
		"24h": "2026-08-14T05:30:00Z", "7d": "2026-08-08T05:30:00Z", "90m": "2026-08-15T04:00:00Z",
		"2026-08-15T05:30:00+07:00": "2026-08-14T22:30:00Z", "0s": "2026-08-15T05:30:00Z",
	} {
		got, err := ParseInstant(s, now)
		if err != nil || got.Format(time.RFC3339) != want {
			t.Errorf("%q is %v (%v), want %s", s, got, err, want)
		}
	}
}
