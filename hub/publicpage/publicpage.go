// Package publicpage is the page for everybody: what the commune's loudspeakers
// said and will say, to read and to listen to again, as a page, as RSS, JSON Feed
// and calendar, with a QR code to print. A commune opens it by its configuration. The
// calendar alone is also to be had under an address that nobody guesses, see [Feed].
//
// It guarantees that nothing is shown that was not approved, that nobody listens
// to what has not been broadcast, that no name of a user of the hub is on it, and
// that however many ask, the hub looks at most every [freshFor].
package publicpage

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/klauspost/compress/gzhttp"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
	"github.com/smart-commune/smart-commune/hub/audio"
)

const (
	// freshFor is how old what is shown may be.
	freshFor = 10 * time.Second
	// back and ahead are how far the page looks.
	back, ahead = 30 * 24 * time.Hour, 7 * 24 * time.Hour
	// maxPast and maxComing bound the page, so that it stays light.
	maxPast, maxComing = 60, 100
)

// Announced knows what was and will be broadcast.
type Announced interface {
	Planned(ctx context.Context, from, to time.Time) ([]announce.Planned, error)
	Journal(ctx context.Context, q announce.JournalQuery) ([]journal.Entry, error)
	Get(ctx context.Context, id announce.ID) (announce.Announcement, error)
}

// Sounds hands out audio that every phone plays.
type Sounds interface {
	MP3(ctx context.Context, sha256 string) (io.ReadSeekCloser, audio.Info, error)
	MP3Size(sha256 string, durationMS int64) int64
}

// Places knows the names of places.
type Places interface {
	Inventory(ctx context.Context) (devices.Inventory, error)
}

// Config says what a [Page] works with.
type Config struct {
	Announced Announced
	Sounds    Sounds
	Places    Places
	Zone      *time.Location
	// Address is where everybody reaches the page, "https://loa.lucbinh.vn". It
	// defaults to the address that each request came by.
	Address string
	// Now defaults to time.Now.
	Now func() time.Time
	Log *slog.Logger
}

// Page answers everything under /public/. Make it with [New].
type Page struct {
	cfg     Config
	log     *slog.Logger
	shown   newest
	limits  *limits
	handler http.Handler
}

// New returns the page.
func New(cfg Config) (*Page, error) {
	if cfg.Announced == nil || cfg.Sounds == nil || cfg.Places == nil || cfg.Zone == nil {
		return nil, errors.New("publicpage: announcements, sounds, places and a time zone are needed")
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	p := &Page{cfg: cfg, log: cfg.Log.With("component", "publicpage"), limits: newLimits(cfg.Now)}
	compress, err := gzhttp.NewWrapper(gzhttp.MinSize(1024), gzhttp.EnableZstd(false), gzhttp.ContentTypes([]string{
		"text/html", "application/rss+xml", "application/feed+json", "text/calendar", "image/svg+xml"}))
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /public/{$}", p.page)
	mux.HandleFunc("GET /public/rss.xml", p.rss)
	mux.HandleFunc("GET /public/feed.json", p.jsonFeed)
	mux.HandleFunc("GET /public/lich.ics", p.calendar)
	mux.HandleFunc("GET /public/qr", p.poster)
	mux.HandleFunc("GET /public/qr.svg", p.qrSVG)
	mux.HandleFunc("GET /public/qr.png", p.qrPNG)
	mux.HandleFunc("/public/", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/public/", http.StatusSeeOther)
	})
	packed := compress(mux)
	outer := http.NewServeMux()
	outer.HandleFunc("GET /public/audio/{file}", p.listen)
	outer.Handle("/public/", packed)
	p.handler = p.limited(outer)
	return p, nil
}

// ServeHTTP implements [http.Handler].
func (p *Page) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.handler.ServeHTTP(w, r) }

// fail answers a request that the hub could not carry out.
func (p *Page) fail(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() == nil {
		p.log.Error("public page failed", "path", r.URL.Path, "error", err)
	}
	w.Header().Set("Retry-After", "30")
	http.Error(w, "Trang đang bận, vui lòng thử lại sau ít phút. / The page is busy, please try again in a few minutes.", http.StatusServiceUnavailable)
}
