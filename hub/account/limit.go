package account

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// maxTracked bounds the memory of [limits]: beyond it, those who have not failed
// lately are forgotten.
const maxTracked = 10_000

// limits counts failures by name or by address: burst of them in a row, then one
// each interval.
type limits struct {
	burst int
	every rate.Limit

	mu  sync.Mutex
	all map[string]*rate.Limiter
}

func newLimits(burst int, interval time.Duration) *limits {
	return &limits{burst: burst, every: rate.Every(interval), all: map[string]*rate.Limiter{}}
}

// try takes one token of key. It returns what gives the token back when the
// attempt succeeds, and false when there is none.
func (l *limits) try(key string, now time.Time) (giveBack func(), ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	lim := l.all[key]
	if lim == nil {
		if len(l.all) >= maxTracked {
			l.forget(now)
		}
		lim = rate.NewLimiter(l.every, l.burst)
		l.all[key] = lim
	}
	r := lim.ReserveN(now, 1)
	if r.DelayFrom(now) > 0 {
		r.CancelAt(now)
		return nil, false
	}
	return func() { r.CancelAt(now) }, true
}

// forget drops those who are back to a full burst, and everyone when nobody is:
// a flood of invented names must not fill the memory.
func (l *limits) forget(now time.Time) {
	for key, lim := range l.all {
		if lim.TokensAt(now) >= float64(l.burst) {
			delete(l.all, key)
		}
	}
	if len(l.all) >= maxTracked {
		clear(l.all)
	}
}
