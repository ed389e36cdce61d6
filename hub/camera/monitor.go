package camera

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/smart-commune/smart-commune/devices"
)

// Config is what a monitor needs.
type Config struct {
	Prober Prober
	// Decoder makes pictures; without one only MJPEG cameras have them.
	Decoder Decoder
	// Now defaults to [time.Now].
	Now func() time.Time
	// Log defaults to discarding.
	Log *slog.Logger
	// Changed is called with every new state at once, and with new figures every
	// two seconds at most; for one camera always in order. It must not block
	// for long nor call the monitor's Set.
	Changed func(devices.DeviceID, Health)
	// Reading is called every [devices.ReportInterval] with "fps" and
	// "bitrate_kbps" of each camera that has been looked at.
	Reading func(devices.DeviceID, map[string]float64)
}

// Monitor watches cameras.
type Monitor struct {
	cfg         Config
	conversions chan struct{} // a place for each that may run
	wg          sync.WaitGroup

	mu       sync.Mutex
	ctx      context.Context // of Run, nil while it does not run
	watchers map[devices.DeviceID]*watcher
}

// maxConversions bounds the processor time that pictures take.
const maxConversions = 2

// New returns a monitor that watches nothing yet.
func New(cfg Config) (*Monitor, error) {
	if cfg.Prober == nil {
		return nil, errors.New("camera monitor: a prober is missing")
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Changed == nil {
		cfg.Changed = func(devices.DeviceID, Health) {}
	}
	if cfg.Reading == nil {
		cfg.Reading = func(devices.DeviceID, map[string]float64) {}
	}
	cfg.Log = cfg.Log.With("component", "camera")
	return &Monitor{
		cfg:         cfg,
		conversions: make(chan struct{}, maxConversions),
		watchers:    make(map[devices.DeviceID]*watcher),
	}, nil
}

// Set says which cameras to watch from now on. A camera whose address, user or
// password is the same as before is watched without a break. After Set
// returns, nothing more is told of a camera that was taken away.
func (m *Monitor) Set(cameras []devices.Camera) {
	m.mu.Lock()
	defer m.mu.Unlock()
	old := m.watchers
	m.watchers = make(map[devices.DeviceID]*watcher, len(cameras))
	for _, cam := range cameras {
		if w, ok := old[cam.ID]; ok && w.sameStream(cam) {
			m.watchers[cam.ID] = w
			delete(old, cam.ID)
			continue
		}
		m.watchers[cam.ID] = newWatcher(m, cam)
	}
	for _, w := range old {
		w.stop()
	}
	m.start()
}

// start starts the watchers that do not run yet, if the monitor runs.
func (m *Monitor) start() {
	if m.ctx == nil || m.ctx.Err() != nil {
		return
	}
	for _, w := range m.watchers {
		if w.start(m.ctx) {
			m.wg.Go(w.run)
		}
	}
}

// Run watches until ctx is done and returns nil when every watcher has ended.
// It runs once.
func (m *Monitor) Run(ctx context.Context) error {
	m.mu.Lock()
	m.ctx = ctx
	m.start()
	m.mu.Unlock()
	<-ctx.Done()
	m.mu.Lock()   // Set may be about to start a watcher
	m.mu.Unlock() //nolint:staticcheck // see above
	m.wg.Wait()
	return nil
}

func (m *Monitor) find(id devices.DeviceID) *watcher {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.watchers[id]
}

// Health returns what is believed of a camera now; false for one that is not
// watched.
func (m *Monitor) Health(id devices.DeviceID) (Health, bool) {
	w := m.find(id)
	if w == nil {
		return Health{State: devices.CameraUnknown}, false
	}
	return w.report(), true
}
