package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/account"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/audio"
	"github.com/smart-commune/smart-commune/hub/camera"
	"github.com/smart-commune/smart-commune/hub/config"
	"github.com/smart-commune/smart-commune/hub/httpapi"
	"github.com/smart-commune/smart-commune/hub/live"
	"github.com/smart-commune/smart-commune/hub/mqttlink"
	"github.com/smart-commune/smart-commune/hub/place"
	"github.com/smart-commune/smart-commune/hub/sqlitestore"
	"github.com/smart-commune/smart-commune/hub/telemetry"
)

// hub carries what one feature learns to the others: it is the only place that
// knows them all.
type hub struct {
	options Options
	cfg     config.Config
	log     *slog.Logger
	started time.Time
	closers []func() error // in the order of opening

	dir         *dataDir
	store       *sqlitestore.Store
	commune     devices.CommuneID
	zone        *time.Location
	credentials string // file that the devices' secrets are handed out in
	lineURL     string // of the broker
	// disconnect cuts a device off; with an outside broker that is up to its owner.
	disconnect func(user string)

	places    *place.Service
	accounts  *account.Service
	model     *live.Model
	telemetry *telemetry.Service
	link      *mqttlink.Link
	media     *audio.Media
	audio     *audio.Service
	oldAudio  *oldAudio
	announce  *announce.Service
	cameras   *camera.Monitor
	texts     *texts
	listener  net.Listener
	api       *httpapi.API

	sessions *sessions
	// standing are the clusters of the newest inventory; only inventoryChanged
	// uses it, one call at a time.
	standing map[devices.DeviceID]bool
}

// inventoryChanged follows an edit of villages or devices through the features.
func (h *hub) inventoryChanged(inv devices.Inventory) {
	was := h.standing
	h.standing = map[devices.DeviceID]bool{}
	for _, c := range inv.Clusters {
		h.standing[c.ID] = true
	}
	if h.announce == nil {
		return // the first import, before anything runs
	}
	h.model.SetInventory(inv)
	h.cameras.Set(inv.Cameras)
	ctx := context.Background()
	if err := h.enrolDevices(ctx, inv); err != nil {
		h.log.Error("new devices got no credentials", "error", err)
	}
	for id := range was {
		if !h.standing[id] {
			if err := h.accounts.RemoveDevice(ctx, protocol.Address{Commune: inv.Commune.ID, Device: id}); err != nil {
				h.log.Error("a removed device keeps its credentials", "device", id, "error", err)
			}
		}
	}
	h.announce.PlacesChanged(ctx)
}

// linkChanged follows the line to the broker.
func (h *hub) linkChanged(up bool) {
	h.model.UpdateHub(func(s *live.Hub) { s.Broker = up })
	if up {
		h.announce.Republish() // a broker that was restarted has forgotten the plans
	}
}

func (h *hub) brokerReady() error {
	if !h.link.Up() {
		return errors.New("the line to the MQTT broker is down")
	}
	return nil
}

// clockReady reports a clock of this machine that cannot be right.
func clockReady() error {
	if now := time.Now(); !protocol.Plausible(now) {
		return fmt.Errorf("the clock of this machine shows %s: set it", now.Format(time.RFC3339))
	}
	return nil
}

// HandleState implements [mqttlink.Handler].
func (h *hub) HandleState(ctx context.Context, addr protocol.Address, s protocol.State) {
	if addr.Commune != h.commune || !h.sessions.accept(addr, s) {
		return
	}
	h.announce.HandleState(ctx, addr, s)
	plan := h.announce.PlanOf(addr.Device)
	h.model.UpdateCluster(addr.Device, func(c *live.Cluster) {
		if c.Online != s.Online || c.Since == nil {
			now := time.Now().UTC()
			c.Online, c.Since = s.Online, &now
		}
		c.Playing = nil
		if !s.Online {
			return // a last will says nothing else
		}
		c.Firmware, c.Model, c.SetVolume, c.ClockOffsetMS = s.Firmware, s.Model, s.Volume, s.ClockOffsetMS
		c.MutedUntil = s.MutedUntil
		c.PlanHash, c.MissingAudio = s.PlanHash, len(s.Missing)
		c.PlanCurrent = s.PlanHash == plan && len(s.Missing) == 0
		if p := s.Playing; p != nil {
			c.Playing = &live.Playing{Occurrence: p.Occurrence, Announcement: p.Announcement, Title: p.Title,
				Level: p.Level, StartedAt: p.StartedAt, DurationMS: p.DurationMS}
		}
	})
}

// planChanged is told that a cluster has a new plan, which it does not hold yet.
func (h *hub) planChanged(id devices.DeviceID, hash string) {
	h.model.UpdateCluster(id, func(c *live.Cluster) {
		c.PlanCurrent = c.PlanHash == hash && c.MissingAudio == 0
	})
}

// HandleAck implements [mqttlink.Handler].
func (h *hub) HandleAck(ctx context.Context, addr protocol.Address, a protocol.Ack) {
	h.announce.HandleAck(ctx, addr, a)
}

// HandlePlays implements [mqttlink.Handler].
func (h *hub) HandlePlays(ctx context.Context, addr protocol.Address, p protocol.Plays) error {
	return h.announce.HandlePlays(ctx, addr, p)
}

// HandleTelemetry implements [mqttlink.Handler].
func (h *hub) HandleTelemetry(ctx context.Context, addr protocol.Address, t protocol.Telemetry) error {
	var readings []telemetry.Reading
	for _, s := range t.Samples {
		for metric, v := range s.Values {
			readings = append(readings, telemetry.Reading{Commune: addr.Commune, Device: addr.Device, Metric: metric, At: s.At, Value: v})
		}
	}
	return h.telemetry.Ingest(ctx, readings)
}

// readingsStored shows the newest value of each metric of the clusters.
func (h *hub) readingsStored(readings []telemetry.Reading) {
	byDevice := map[devices.DeviceID][]telemetry.Reading{}
	for _, r := range readings {
		byDevice[r.Device] = append(byDevice[r.Device], r)
	}
	for id, list := range byDevice {
		h.model.UpdateCluster(id, func(c *live.Cluster) {
			if c.Readings == nil {
				c.Readings = map[string]live.Reading{}
			}
			for _, r := range list {
				if r.At.After(c.Readings[r.Metric].At) {
					c.Readings[r.Metric] = live.Reading{At: r.At.UTC(), Value: r.Value}
				}
			}
		})
	}
}

func (h *hub) cameraChanged(id devices.DeviceID, health camera.Health) {
	h.model.UpdateCamera(id, func(c *live.Camera) { c.Health = health })
}

// cameraReading keeps what the hub itself measured of a camera.
func (h *hub) cameraReading(id devices.DeviceID, values map[string]float64) {
	now := time.Now()
	var readings []telemetry.Reading
	for metric, v := range values {
		readings = append(readings, telemetry.Reading{Commune: h.commune, Device: id, Metric: metric, At: now, Value: v})
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := h.telemetry.Ingest(ctx, readings); err != nil {
		h.log.Error("a camera's readings were not stored", "device", id, "error", err)
	}
}

// watchForwarding shows how far InfluxDB is behind.
func (h *hub) watchForwarding(ctx context.Context) error {
	if h.cfg.Influx.URL == "" {
		<-ctx.Done()
		return nil
	}
	tick := time.NewTicker(2 * time.Second)
	defer tick.Stop()
	for {
		lag, rejected, err := h.telemetry.Forwarding()
		h.model.UpdateHub(func(s *live.Hub) {
			s.Influx.LagPoints, s.Influx.Rejected, s.Influx.Error = lag, rejected, ""
			if err != nil {
				s.Influx.Error = err.Error()
			}
		})
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// registerMetrics makes the figures that monitoring asks for.
func (h *hub) registerMetrics(r *prometheus.Registry) {
	gauge := func(name, help string, f func() float64) {
		r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "smart_commune", Name: name, Help: help}, f))
	}
	gauge("clusters_online", "Loudspeaker clusters that are online.", func() (n float64) {
		for _, c := range h.model.Snapshot().Clusters {
			if c.Online {
				n++
			}
		}
		return n
	})
	gauge("cameras_healthy", "Cameras that deliver fresh pictures.", func() (n float64) {
		for _, c := range h.model.Snapshot().Cameras {
			if c.Health.State == devices.CameraHealthy {
				n++
			}
		}
		return n
	})
	gauge("broker_up", "1 while the line to the MQTT broker stands.", func() float64 {
		if h.link.Up() {
			return 1
		}
		return 0
	})
	gauge("influx_lag_points", "Readings that InfluxDB has not got yet.", func() float64 {
		lag, _, _ := h.telemetry.Forwarding()
		return float64(lag)
	})
	counter := func(name, help string, f func() int64) {
		r.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "smart_commune", Name: name, Help: help},
			func() float64 { return float64(f()) }))
	}
	counter("mqtt_messages_deferred_total", "Messages that were left to the devices to send again.", h.link.Dropped)
	counter("readings_dropped_total", "Readings that could not be right and were not kept.", h.telemetry.Dropped)
	counter("plays_stray_total", "Reports of plays that are not in the journal: of another commune, or too many that nobody had asked for.", h.announce.Strays)
}

// sessions keeps the newest session of each device, so that a late last will
// does not mark a device lost that has reconnected.
type sessions struct {
	mu   sync.Mutex
	last map[protocol.Address]int64
}

func newSessions() *sessions { return &sessions{last: map[protocol.Address]int64{}} }

// accept reports whether the state is no late last will.
func (s *sessions) accept(addr protocol.Address, state protocol.State) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if state.Late(s.last[addr]) {
		return false
	}
	s.last[addr] = state.Session
	return true
}

// sounds lets announcements speak and find audio.
type sounds struct{ audio *audio.Service }

var _ announce.Sounds = sounds{}

// Speak implements [announce.Sounds].
func (s sounds) Speak(ctx context.Context, language, text string) (protocol.Audio, error) {
	if announce.Urgent(ctx) {
		ctx = audio.Urgent(ctx)
	}
	sound, err := s.audio.Speak(ctx, language, text)
	return sound.Audio, err
}

// Find implements [announce.Sounds].
func (s sounds) Find(ctx context.Context, sha256 string) (protocol.Audio, error) {
	sound, err := s.audio.Find(ctx, sha256)
	return sound.Audio, err
}

// readModel lets the front door subscribe.
type readModel struct{ *live.Model }

// Subscribe implements [httpapi.Live].
func (r readModel) Subscribe(h live.Hello) httpapi.Subscription { return r.Model.Subscribe(h) }
