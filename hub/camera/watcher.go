package camera

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/smart-commune/smart-commune/devices"
)

const (
	// figuresEvery is how often new figures alone are told.
	figuresEvery = 2 * time.Second
	// The time from the start of one attempt to the next grows to this one, plus
	// up to a third of it by chance: short enough for healthy within 10 s of the
	// camera's return.
	attemptEvery = 5 * time.Second
	// Many cameras lock out who keeps on trying a wrong password. A password
	// that is corrected in the hub is tried at once, so there is no hurry.
	wrongPasswordPatience = 2 * time.Minute
	wrongPasswordEvery    = 30 * time.Second
)

// watcher watches one camera.
type watcher struct {
	m   *Monitor
	cam devices.Camera
	log *slog.Logger

	// ctx and cancel are set by start, once.
	ctx    context.Context
	cancel context.CancelFunc
	kick   chan struct{} // the state has changed: tell it now

	mu      sync.Mutex
	judge   *judge
	renew   context.CancelFunc // gives up the present session
	picture *picture           // the newest, nil if there was none

	telling sync.Mutex // held while something is told
	stopped bool       // nothing may be told any more
}

func newWatcher(m *Monitor, cam devices.Camera) *watcher {
	return &watcher{
		m: m, cam: cam, judge: newJudge(m.cfg.Now()),
		log:  m.cfg.Log.With("device", string(cam.ID)),
		kick: make(chan struct{}, 1),
	}
}

func (w *watcher) sameStream(cam devices.Camera) bool {
	return w.cam.URL == cam.URL && w.cam.Username == cam.Username && w.cam.Password == cam.Password
}

// start reports whether the watcher had not been started before.
func (w *watcher) start(ctx context.Context) bool {
	if w.ctx != nil {
		return false
	}
	w.ctx, w.cancel = context.WithCancel(ctx)
	return true
}

func (w *watcher) stop() {
	if w.cancel != nil {
		w.cancel()
	}
	w.telling.Lock()
	w.stopped = true
	w.telling.Unlock()
}

func (w *watcher) report() Health {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.judge.report(w.m.cfg.Now())
}

// run watches until its context is done.
func (w *watcher) run() {
	defer w.cancel()
	var wg sync.WaitGroup
	wg.Go(w.read)
	w.look()
	wg.Wait()
}

// read keeps one session open, over and over.
func (w *watcher) read() {
	pace := &backoff.ExponentialBackOff{
		InitialInterval: tick, Multiplier: 2, MaxInterval: attemptEvery, RandomizationFactor: 0.3,
	}
	pace.Reset()
	var wrongSince time.Time
	for w.ctx.Err() == nil {
		began := w.m.cfg.Now()
		had, err := w.session()
		if w.ctx.Err() != nil {
			return
		}
		w.log.Debug("camera session ended", "error", err)
		now := w.m.cfg.Now()
		if had && now.Sub(began) > attemptEvery {
			pace.Reset() // a camera that gives one frame and hangs up is not hammered
		}
		wait := pace.NextBackOff()
		if t := (*Trouble)(nil); !errors.As(err, &t) || t.Reason != devices.CameraWrongPassword {
			wrongSince = time.Time{}
		} else if wrongSince.IsZero() {
			wrongSince = now
		} else if now.Sub(wrongSince) > wrongPasswordPatience {
			wait = wrongPasswordEvery
		}
		// The attempt itself is part of the pause, but two never touch.
		pause := time.NewTimer(max(wait-now.Sub(began), tick))
		select {
		case <-w.ctx.Done():
			pause.Stop()
			return
		case <-pause.C:
		}
	}
}

// session reads the camera once and reports whether a fresh frame came.
func (w *watcher) session() (had bool, err error) {
	ctx, cancel := context.WithCancel(w.ctx)
	defer cancel()
	w.mu.Lock()
	w.renew = cancel
	w.mu.Unlock()
	err = w.m.cfg.Prober.Watch(ctx, w.cam, (*viewer)(w))
	w.mu.Lock()
	had = w.judge.playing && w.judge.hadFrame
	w.judge.ended(err)
	w.mu.Unlock()
	w.hurry()
	return had, err
}

// hurry makes look look at once.
func (w *watcher) hurry() {
	select {
	case w.kick <- struct{}{}:
	default:
	}
}

// look passes the time to the judge and is the only one to tell of the camera.
func (w *watcher) look() {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	told := w.report()
	toldAt := w.m.cfg.Now()
	readAt := toldAt
	w.tell(func() { w.m.cfg.Changed(w.cam.ID, told) })
	for {
		select {
		case <-w.ctx.Done():
			return
		case <-ticker.C:
		case <-w.kick:
		}
		now := w.m.cfg.Now()
		health := w.pass(now)
		became := health.State != told.State || health.Reason != told.Reason
		if became {
			w.logChange(told, health)
		}
		if became || now.Sub(toldAt) >= figuresEvery && health != told {
			w.tell(func() { w.m.cfg.Changed(w.cam.ID, health) })
			told, toldAt = health, now
		}
		if late := now.Sub(readAt); late >= devices.ReportInterval {
			readAt = readAt.Add(late.Truncate(devices.ReportInterval))
			if health.State != devices.CameraUnknown {
				w.tell(func() {
					w.m.cfg.Reading(w.cam.ID, map[string]float64{"fps": health.FPS, "bitrate_kbps": health.BitrateKbps})
				})
			}
		}
	}
}

// pass lets the judge look, and gives up a session that it is done with.
func (w *watcher) pass(now time.Time) Health {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, renew := w.judge.look(now); renew {
		w.renew()
	}
	return w.judge.report(now)
}

// tell calls f unless the camera was taken away.
func (w *watcher) tell(f func()) {
	w.telling.Lock()
	defer w.telling.Unlock()
	if !w.stopped {
		f()
	}
}

func (w *watcher) logChange(was, is Health) {
	level := slog.LevelWarn
	if is.State == devices.CameraHealthy {
		level = slog.LevelInfo
	}
	w.log.Log(context.Background(), level, "camera is "+string(is.State),
		"reason", string(is.Reason), "detail", is.Detail, "was", string(was.State), "for", is.Since.Sub(was.Since).Round(time.Second))
}

// viewer is the watcher as its prober sees it.
type viewer watcher

// Playing implements [Viewer].
func (v *viewer) Playing(s Stream) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.judge.play(s)
}

// Frame implements [Viewer].
func (v *viewer) Frame(f Frame) {
	v.mu.Lock()
	changed := v.judge.frame(v.m.cfg.Now(), f)
	v.mu.Unlock()
	if changed {
		(*watcher)(v).hurry()
	}
}

// Keyframe implements [Viewer].
func (v *viewer) Keyframe(codec string, data []byte) {
	v.mu.Lock()
	defer v.mu.Unlock()
	now := v.m.cfg.Now()
	v.judge.keyframe(now)
	v.picture = newPicture(codec, data, now)
}
