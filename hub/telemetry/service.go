package telemetry

import (
	"cmp"
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// Config is what a [Service] works with.
type Config struct {
	Store Store
	// Sink is where readings are forwarded to; nil means nowhere.
	Sink Sink
	// Archive answers history queries; it defaults to Store. While it fails, the
	// store answers what it still holds.
	Archive Archive
	// Retention is how long the store keeps a reading. It defaults to 90 days.
	Retention time.Duration
	// MaxAge is the age beyond which an arriving reading is dropped. It defaults
	// to 30 days and is at most Retention.
	MaxAge time.Duration
	// MaxAhead is by how much a device's clock may be ahead before its readings
	// are dropped. It defaults to 5 minutes.
	MaxAhead time.Duration
	Now      func() time.Time // defaults to time.Now
	Log      *slog.Logger     // defaults to slog.Default()
	// Changed is told of new readings after they were stored, in that order,
	// one call at a time. It must return quickly.
	Changed func([]Reading)
}

// Service takes readings in, forwards them and answers questions about them.
type Service struct {
	cfg Config
	log *slog.Logger

	room    *semaphore.Weighted // bounds the readings that wait to be stored
	group   group
	metrics catalogue
	drops   drops

	stored chan struct{} // a token means that there may be readings to forward
	mu     sync.Mutex
	failed error // why the sink does not take readings now
}

// New returns a service. Readings are taken in at once; forwarding and
// retention begin with [Service.Run].
func New(cfg Config) *Service {
	cfg.Retention = cmp.Or(cfg.Retention, 90*24*time.Hour)
	cfg.MaxAge = min(cmp.Or(cfg.MaxAge, 30*24*time.Hour), cfg.Retention)
	cfg.MaxAhead = cmp.Or(cfg.MaxAhead, 5*time.Minute)
	cfg.Log = cmp.Or(cfg.Log, slog.Default())
	if cfg.Archive == nil {
		cfg.Archive = cfg.Store
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Service{
		cfg:     cfg,
		log:     cfg.Log.With("component", "telemetry"),
		room:    semaphore.NewWeighted(maxWaiting),
		group:   group{lead: make(chan struct{}, 1)},
		metrics: catalogue{store: cfg.Store, known: map[protocol.Address]map[string]bool{}},
		drops:   drops{told: map[string]time.Time{}},
		stored:  make(chan struct{}, 1),
	}
}

// Run forwards readings to the sink and deletes old ones until the context
// ends; then it returns nil.
func (s *Service) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { s.forward(ctx); return nil })
	g.Go(func() error { s.retain(ctx); return nil })
	return g.Wait()
}

// History returns the readings that q asks for, summed up in spans.
func (s *Service) History(ctx context.Context, q Query) ([]Point, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	points, err := s.cfg.Archive.History(ctx, q)
	if err == nil || ctx.Err() != nil {
		return points, err
	}
	own := q.Since.After(s.cfg.Now().Add(-s.cfg.Retention))
	if s.cfg.Archive != Archive(s.cfg.Store) && own {
		s.log.Warn("the database for history fails, the hub's own store answers", "error", err)
		if points, err = s.cfg.Store.History(ctx, q); err == nil {
			return points, nil
		}
	}
	return nil, problem.New(problem.Unavailable, "history_unavailable",
		"Hiện không đọc được số liệu cũ. Hãy thử lại sau ít phút; nếu vẫn lỗi, hãy kiểm tra cơ sở dữ liệu.",
		"Past readings cannot be read now. Try again in a few minutes; if it stays so, check the database.").Because(err)
}

// Forwarding tells how many stored readings the sink has yet to get, how many it
// has refused for good, and why it takes none now (nil while it does). It is
// cheap. Without a sink all are zero.
func (s *Service) Forwarding() (lag, rejected int64, err error) {
	if s.cfg.Sink == nil {
		return 0, 0, nil
	}
	lag, rejected = s.cfg.Store.Backlog(s.cfg.Sink.Name())
	s.mu.Lock()
	defer s.mu.Unlock()
	return lag, rejected, s.failed
}

// retainStep bounds what one round of retention deletes: a clock that is years
// ahead must not cost years of readings before somebody sets it right.
const retainStep = 24 * time.Hour

// deleteOld deletes readings that are older than the retention.
func (s *Service) deleteOld(ctx context.Context) (int64, error) {
	oldest, err := s.cfg.Store.Oldest(ctx)
	if err != nil || oldest.IsZero() {
		return 0, err
	}
	before := s.cfg.Now().Add(-s.cfg.Retention)
	if most := oldest.Add(retainStep); before.After(most) {
		before = most
	}
	return s.cfg.Store.DeleteBefore(ctx, before)
}

// retain deletes readings that are older than the retention, at the start and
// then every hour.
func (s *Service) retain(ctx context.Context) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		deleted, err := s.deleteOld(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			s.log.Error("old readings were not deleted", "error", err)
		case deleted > 0:
			s.log.Info("old readings deleted", "readings", deleted)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// Dropped is how many readings were dropped because they could never be kept.
func (s *Service) Dropped() int64 { return s.drops.count.Load() }

// drops counts dropped readings and keeps a device that sends nothing else from
// filling the log.
type drops struct {
	count atomic.Int64
	mu    sync.Mutex
	told  map[string]time.Time // when a device's drops were last logged
}

const (
	tellEvery   = time.Minute
	toldDevices = 10000 // the memory of told is bounded
)

// tell reports whether drops of a device are due to be logged.
func (d *drops) tell(device string, now time.Time) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if last, ok := d.told[device]; ok && now.Sub(last) < tellEvery {
		return false
	}
	if len(d.told) >= toldDevices {
		clear(d.told)
	}
	d.told[device] = now
	return true
}
