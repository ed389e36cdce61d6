package publicpage

import (
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// A reader may ask so much. Many phones share one address of a mobile network, so
// that this stops programs alone.
const (
	perSecond = 10
	atOnce    = 120
	// maxReaders bounds how many addresses are remembered.
	maxReaders = 4096
)

// limits remembers how much each address asked.
type limits struct {
	now func() time.Time

	mu      sync.Mutex
	readers map[netip.Addr]*reader
}

type reader struct {
	*rate.Limiter
	seen time.Time
}

func newLimits(now func() time.Time) *limits {
	return &limits{now: now, readers: map[netip.Addr]*reader{}}
}

// allow reports whether an address may ask now.
func (l *limits) allow(from netip.Addr) bool {
	if from.Is6() && !from.Is4In6() {
		// One household has a whole /64.
		if p, err := from.Prefix(64); err == nil {
			from = p.Addr()
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	r := l.readers[from]
	if r == nil {
		if len(l.readers) >= maxReaders {
			l.forget(now)
		}
		r = &reader{Limiter: rate.NewLimiter(perSecond, atOnce)}
		l.readers[from] = r
	}
	r.seen = now
	return r.AllowN(now, 1)
}

// forget drops those who have their whole allowance again; when that is nobody,
// all.
func (l *limits) forget(now time.Time) {
	for a, r := range l.readers {
		if now.Sub(r.seen) > atOnce/perSecond*time.Second {
			delete(l.readers, a)
		}
	}
	if len(l.readers) >= maxReaders {
		clear(l.readers)
	}
}

func (p *Page) limited(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		host, _, err := net.SplitHostPort(r.RemoteAddr)
		if err != nil {
			host = r.RemoteAddr
		}
		from, _ := netip.ParseAddr(host)
		if !p.limits.allow(from.Unmap()) {
			w.Header().Set("Retry-After", "5")
			http.Error(w, "Quá nhiều yêu cầu, vui lòng đợi vài giây. / Too many requests, please wait a few seconds.", http.StatusTooManyRequests)
			return
		}
		next.ServeHTTP(w, r)
	})
}
