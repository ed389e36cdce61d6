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

// Config is what the API serves. Everything but Page is needed.
type Config struct {
	Accounts      *account.Service
	Announcements Announcements
	Audio         Audio
	Readings      Readings
	Cameras       Cameras
	Places        Places
	Live          Live
	// ParseInventory reads an inventory file.
	ParseInventory func([]byte) (devices.Inventory, error)
	// Commune is the key of everything in the stores.
	Commune devices.CommuneID
	// Page holds the built page, nil when it was not built.
	Page fs.FS
	// Ready names each part that must work before the hub is ready, with a
	// check that returns at once.
	Ready map[string]func() error
	// Metrics is what /metrics shows.
	Metrics prometheus.Gatherer
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
}

// New returns the API.
func New(cfg Config) *API {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	a := &API{cfg: cfg, log: cfg.Log.With("component", "httpapi"), now: cfg.Now,
		looks: newLooks(cfg.Now), sockets: newSockets()}

	mux := http.NewServeMux()
	a.api = humago.New(mux, openAPIConfig(cfg.Version))
	a.registerSessions()
	a.registerLive()
	a.registerAnnouncements()
	a.registerAudio()
	a.registerRecords()
	a.registerPlaces()
	a.registerCameras()
	a.registerUsers()
	tidySchemas(a.api.OpenAPI())
	a.registerPlain(mux)
	a.handler = a.wrap(mux)
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
