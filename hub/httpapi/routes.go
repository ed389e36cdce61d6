package httpapi

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/klauspost/compress/gzhttp"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/smart-commune/smart-commune/hub/problem"
)

// routes puts the JSON calls together with what is none: the socket, the page
// and what monitoring asks for.
func (a *API) routes(calls *http.ServeMux) http.Handler {
	compress, err := gzhttp.NewWrapper(gzhttp.MinSize(1024), gzhttp.EnableZstd(false),
		gzhttp.ContentTypes([]string{"application/json"}))
	if err != nil {
		panic(err) // the options are constants
	}
	calls.HandleFunc("/api/", func(w http.ResponseWriter, r *http.Request) {
		a.writeProblem(w, r, problem.New(problem.NotFound, "no_such_call",
			"Máy chủ không có chức năng này. Hãy tải lại trang để dùng bản mới nhất.",
			"The hub has no such call; /openapi.json lists them all."))
	})
	mux := http.NewServeMux()
	mux.Handle("/api/", compress(calls))
	mux.Handle("/media/", calls)
	mux.Handle("/report", calls)
	if a.cfg.Feed != nil {
		mux.Handle("/feed/", a.cfg.Feed)
	}
	if a.cfg.Public != nil {
		mux.Handle("/public/", a.cfg.Public)
	}
	mux.Handle("GET /openapi.json", compress(http.HandlerFunc(a.serveOpenAPI)))
	mux.HandleFunc("GET /ws", a.serveSocket)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Write([]byte("ok\n"))
	})
	mux.HandleFunc("GET /readyz", a.serveReady)
	mux.Handle("GET /metrics", promhttp.HandlerFor(a.cfg.Metrics, promhttp.HandlerOpts{}))
	mux.Handle("/", a.page())
	return mux
}

func (a *API) serveOpenAPI(w http.ResponseWriter, r *http.Request) {
	b, err := a.openAPI()
	if err != nil {
		a.writeProblem(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(b)
}

// readiness says what the hub still waits for.
type readiness struct {
	Ready  bool             `json:"ready"`
	Checks []readinessCheck `json:"checks"`
}

type readinessCheck struct {
	Name  string `json:"name"`
	OK    bool   `json:"ok"`
	Error string `json:"error,omitempty"`
}

func (a *API) serveReady(w http.ResponseWriter, _ *http.Request) {
	r := readiness{Ready: true, Checks: []readinessCheck{}}
	for name, check := range a.cfg.Ready {
		c := readinessCheck{Name: name, OK: true}
		if err := check(); err != nil {
			c.OK, c.Error, r.Ready = false, err.Error(), false
		}
		r.Checks = append(r.Checks, c)
	}
	slices.SortFunc(r.Checks, func(a, b readinessCheck) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	w.Header().Set("Content-Type", "application/json")
	if !r.Ready {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	// The caller may have gone.
	_ = json.NewEncoder(w).Encode(r)
}

// contentPolicy lets the page load from the hub alone. Styles may be inline:
// maps and charts place their parts so.
const contentPolicy = "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; " +
	"style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// wrap adds what holds for every answer.
func (a *API) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(self)")
		if isCall(r.URL.Path) {
			h.Set("Cache-Control", "no-store")
		}
		defer func() {
			if v := recover(); v != nil && v != any(http.ErrAbortHandler) {
				a.log.Error("request panicked", "method", r.Method, "path", r.URL.Path, "panic", v)
				// Whatever was written is cut off, so that nobody takes it for whole.
				panic(http.ErrAbortHandler)
			}
		}()
		next.ServeHTTP(w, r)
	})
}
