// Package httpapi is the hub's front door over HTTP: the JSON API with its
// OpenAPI description, the WebSocket of the page, audio for devices, the page
// itself, and what monitoring asks for.
//
// It guarantees that every operation names who may call it and checks that
// before anything else, that every change is in the audit log with who, what,
// when and from where, and that every error reaches a person as a
// [problem.Problem] in Vietnamese and English.
package httpapi

import (
	"encoding/json"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/account"
)

// Config is what the API serves. Everything but Page and Public is needed.
type Config struct {
	Accounts      *account.Service
	Announcements Announcements
	Library       Library
	Programmes    Programmes
	Alarms        Alarms
	Texts         Texts
	Sounds        Sounds
	Media         Media
	Readings      Readings
	Cameras       Cameras
	Places        Places
	Live          Live
	Reports       Reports
	Files         Files
	// Feed is the calendar under /feed/ for those who were given its address.
	Feed Feed
	// Public is the page for everybody under /public/, nil where the commune has
	// not opened it.
	Public http.Handler
	// Commune is the key of everything in the stores.
	Commune devices.CommuneID
	// Page holds the built page, nil when it was not built.
	Page fs.FS
	// Ready names each part that must work before the hub is ready, with a
	// check that returns at once.
	Ready map[string]func() error
	// Metrics is what /metrics shows; the API adds its own. It defaults to a
	// registry of its own.
	Metrics *prometheus.Registry
	Version string
	// Now defaults to time.Now.
	Now func() time.Time
	Log *slog.Logger
}

// API answers HTTP requests. Make it with [New].
type API struct {
	cfg     Config
	log     *slog.Logger
	now     func() time.Time
	api     huma.API
	handler http.Handler
	looks   *looks
	sockets *sockets
	meter   *meter
	jobs    *jobs

	operations []operation
	timing     timing
}

// timing is how patient the API is.
type timing struct {
	body  time.Duration // for the body of an ordinary call
	hello time.Duration // for the first frame of a socket
	write time.Duration // for a browser to take a frame
	ping  time.Duration // between pings
	pong  time.Duration // for a browser to be silent
	check time.Duration // between looks at a socket's session
}

func patience() timing {
	return timing{body: 30 * time.Second, hello: 10 * time.Second, write: 10 * time.Second,
		ping: 20 * time.Second, pong: 50 * time.Second, check: time.Minute}
}

// New returns the API.
func New(cfg Config) *API { return newAPI(cfg, patience()) }

func newAPI(cfg Config, t timing) *API {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Metrics == nil {
		cfg.Metrics = prometheus.NewRegistry()
	}
	a := &API{cfg: cfg, log: cfg.Log.With("component", "httpapi"), now: cfg.Now,
		looks: newLooks(cfg.Now), sockets: newSockets(), jobs: newJobs(cfg.Now), timing: t}
	a.meter = newMeter(cfg.Metrics, a.sockets)

	calls := http.NewServeMux()
	a.api = humago.New(calls, openAPIConfig(cfg.Version))
	a.registerSessions()
	a.registerLive()
	a.registerAnnouncements()
	a.registerLibrary()
	a.registerProgrammes()
	a.registerFeed()
	a.registerEmergency()
	a.registerAudio()
	a.registerJobs()
	a.registerRecords()
	a.registerReports()
	a.registerPlaces()
	a.registerCameras()
	a.registerUsers()
	tidySchemas(a.api.OpenAPI())
	a.handler = a.wrap(a.routes(calls))
	return a
}

// Handler returns the whole front door.
func (a *API) Handler() http.Handler { return a.handler }

// OpenAPI returns the description of the API as JSON. It needs no services.
func OpenAPI() ([]byte, error) { return New(Config{Version: "1"}).openAPI() }

func (a *API) openAPI() ([]byte, error) {
	b, err := json.MarshalIndent(a.api.OpenAPI(), "", "  ")
	return append(b, '\n'), err
}
