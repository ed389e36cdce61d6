// Package app puts the hub together: it opens the stores, makes the features
// with the adapters they need, starts everything in order and stops it in the
// opposite one. All wiring of the product is here and reads top to bottom.
package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/smart-commune/smart-commune/dashboard"
	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/inventory"
	"github.com/smart-commune/smart-commune/hub/account"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/audio"
	"github.com/smart-commune/smart-commune/hub/broker"
	"github.com/smart-commune/smart-commune/hub/camera"
	"github.com/smart-commune/smart-commune/hub/config"
	"github.com/smart-commune/smart-commune/hub/httpapi"
	"github.com/smart-commune/smart-commune/hub/influxsink"
	"github.com/smart-commune/smart-commune/hub/keyframejpeg"
	"github.com/smart-commune/smart-commune/hub/live"
	"github.com/smart-commune/smart-commune/hub/mqttlink"
	"github.com/smart-commune/smart-commune/hub/place"
	"github.com/smart-commune/smart-commune/hub/publicpage"
	"github.com/smart-commune/smart-commune/hub/rtspprobe"
	"github.com/smart-commune/smart-commune/hub/sqlitestore"
	"github.com/smart-commune/smart-commune/hub/telemetry"
)

// Options is what the command line says of one run.
type Options struct {
	ConfigFile string
	// DataDir holds all state; it is made when it does not exist.
	DataDir string
	// Env looks environment variables up; the command line's addresses are laid
	// over it.
	Env     func(string) string
	Version string
	// Out is where the first admin's one-time password is printed.
	Out io.Writer
	// Log is made from the configuration when nil.
	Log *slog.Logger
	// Ready is called once everything is up; it may be nil.
	Ready func(RunInfo)
}

// Run runs a hub until ctx ends.
func Run(ctx context.Context, o Options) (err error) {
	cfg, err := config.Load(o.ConfigFile, o.Env)
	if err != nil {
		return err
	}
	log := o.Log
	if log == nil {
		log = newLogger(cfg.Log)
	}
	started := time.Now()

	dir, err := openDataDir(o.DataDir)
	if err != nil {
		return err
	}
	defer dir.Close()

	store, err := sqlitestore.Open(ctx, dir.path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()

	h := &hub{log: log, cfg: cfg, sessions: newSessions(), texts: newTexts()}

	// What stands in the commune.
	h.places, err = place.New(ctx, store, h.inventoryChanged)
	if err != nil {
		return err
	}
	inv, err := firstInventory(ctx, h.places, cfg.Inventory)
	if err != nil {
		return err
	}
	zone, err := time.LoadLocation(inv.Commune.TimeZone)
	if err != nil {
		return fmt.Errorf("time zone of the commune: %w", err)
	}
	h.commune, h.standing = inv.Commune.ID, map[devices.DeviceID]bool{}
	for _, c := range inv.Clusters {
		h.standing[c.ID] = true
	}

	// Who may do what.
	h.accounts = account.New(account.Config{Store: store, Log: log})
	if err := firstAccounts(ctx, h.accounts, cfg.DemoAccounts, o.Out); err != nil {
		return err
	}
	h.credentials = dir.file("device-credentials.json")
	if err := h.enrolDevices(ctx, inv); err != nil {
		return err
	}

	// What the page sees.
	h.model = live.New(live.Hub{
		Version: o.Version, StartedAt: started.UTC(),
		Influx: live.Influx{Configured: cfg.Influx.URL != ""}, Approval: string(cfg.Announcements.Approval),
	}, time.Now)
	h.model.SetInventory(inv)

	// Readings.
	readings, err := store.Readings(ctx)
	if err != nil {
		return err
	}
	telemetryConfig := telemetry.Config{Store: readings, Retention: cfg.Readings.Keep(), Log: log, Changed: h.readingsStored}
	if cfg.Influx.URL != "" {
		sink, err := influxsink.New(influxsink.Config{URL: cfg.Influx.URL, Token: cfg.Influx.Token, Org: cfg.Influx.Org, Bucket: cfg.Influx.Bucket, Log: log})
		if err != nil {
			return err
		}
		defer sink.Close()
		telemetryConfig.Sink = sink
		if cfg.Influx.History {
			telemetryConfig.Archive = sink
		}
	}
	h.telemetry = telemetry.New(telemetryConfig)

	// The line to the devices: the hub's own broker, or an outside one.
	line := mqttlink.Config{
		URL: cfg.MQTT.URL, Username: cfg.MQTT.Username, Password: cfg.MQTT.Password,
		Commune: h.commune, Version: o.Version, Handler: h, Changed: h.linkChanged, Log: log.With("component", "mqttlink"),
	}
	if cfg.MQTT.URL == "" {
		secret := rand.Text()
		b, err := broker.Start(cfg.MQTT.Listen, h.accounts, secret, log.With("component", "broker"))
		if err != nil {
			return err
		}
		defer b.Close()
		line.URL, line.Username, line.Password = "tcp://"+loopback(b.Addr()), broker.HubUser, secret
	}
	h.link = mqttlink.New(line)

	// Sound and announcements.
	media, err := audio.OpenMedia(dir.file("media"))
	if err != nil {
		return err
	}
	h.audio, err = audio.New(audio.Config{Media: media, Engine: cfg.Announcements.Speech, Voices: cfg.Announcements.Voices,
		Read: h.texts.read, Log: log})
	if err != nil {
		return err
	}
	h.announce, err = announce.New(announce.Config{
		Store: store, Sounds: sounds{h.audio}, Chimes: h.chimes(), Link: h.link, Places: h.places,
		Commune: h.commune, Approval: announce.Approval(cfg.Announcements.Approval), Location: zone, Log: log,
		Changed: h.model.SetAnnouncement, ProgrammeChanged: h.model.SetProgramme, OnAir: h.model.SetOnAir, Next: h.model.SetNext, Planned: h.planChanged,
		RulesChanged: h.rulesChanged, SetVolume: h.setVolume,
	})
	if err != nil {
		return err
	}

	// Cameras.
	h.cameras, err = camera.New(camera.Config{
		Prober: rtspprobe.New(rtspprobe.Config{}), Decoder: keyframejpeg.New(keyframejpeg.Config{}),
		Log: log, Changed: h.cameraChanged, Reading: h.cameraReading,
	})
	if err != nil {
		return err
	}
	h.cameras.Set(inv.Cameras)

	// The front door.
	metrics := prometheus.NewRegistry()
	h.registerMetrics(metrics)
	page, built := dashboard.Files()
	if !built {
		page = nil
		log.Warn("the page was not built: run `make build` on a machine with Node 20 or newer")
	}
	listener, err := net.Listen("tcp", cfg.HTTP.Listen)
	if err != nil {
		return fmt.Errorf("listen for HTTP on %s: %w", cfg.HTTP.Listen, err)
	}
	reports := &reports{commune: h.commune, zone: zone, store: store, announce: h.announce, places: h.places,
		listener: announce.NewListener(store, h.commune), now: time.Now}
	var public http.Handler
	if cfg.PublicPage {
		public, err = publicpage.New(publicpage.Config{Announced: h.announce, Sounds: h.audio, Places: h.places, Zone: zone, Address: cfg.PublicAddress, Log: log})
		if err != nil {
			return err
		}
	}
	api := httpapi.New(httpapi.Config{
		Reports: reports, Files: files{reports}, Public: public,
		Accounts: h.accounts, Announcements: h.announce, Library: h.announce, Programmes: h.announce, Alarms: h.announce, Texts: h.texts, Sounds: h.audio, Media: media, Readings: h.telemetry,
		Cameras: h.cameras, Places: h.places, Live: readModel{h.model},
		Commune: h.commune, Page: page, Metrics: metrics, Version: o.Version, Log: log,
		Ready: map[string]func() error{"store": store.Ping, "broker": h.brokerReady},
	})

	info := RunInfo{PID: os.Getpid(), HTTP: "http://" + loopback(listener.Addr()), MQTT: line.URL, Version: o.Version}
	if err := dir.announce(info, h.accounts.OperatorToken()); err != nil {
		return err
	}
	defer dir.withdraw()

	// Stopped in the opposite order: first the doors (page, devices, cameras),
	// so that nothing new comes in, then what works on it, last where it ends.
	var parts parts
	parts.start("telemetry", log, h.telemetry.Run)
	parts.start("announce", log, h.announce.Run)
	parts.start("status", log, h.watchForwarding)
	parts.start("cameras", log, h.cameras.Run)
	parts.start("mqttlink", log, h.link.Run)
	parts.start("http", log, func(ctx context.Context) error { return api.Serve(ctx, listener) })

	log.Info("hub is up", "version", o.Version, "commune", h.commune, "http", info.HTTP, "mqtt", info.MQTT,
		"data", dir.path, "took", time.Since(started).Round(time.Millisecond))
	if o.Ready != nil {
		o.Ready(info)
	}
	return parts.wait(ctx)
}

// firstInventory returns what stands in the commune; an empty store is filled
// from the file of the configuration.
func firstInventory(ctx context.Context, places *place.Service, file string) (devices.Inventory, error) {
	inv, err := places.Inventory(ctx)
	if err != nil || inv.Commune.ID != "" {
		return inv, err
	}
	if file == "" {
		return inv, errors.New("the database is empty and the configuration names no inventory: add the line `inventory: FILE` (see configs/lucbinh.yaml)")
	}
	from, err := inventory.Read(file)
	if err != nil {
		return inv, err
	}
	if _, err := places.Import(ctx, from); err != nil {
		return inv, err
	}
	return places.Inventory(ctx)
}

// firstAccounts makes the accounts of a new hub.
func firstAccounts(ctx context.Context, accounts *account.Service, demo bool, out io.Writer) error {
	if demo {
		return accounts.EnsureDemo(ctx)
	}
	name, password, err := accounts.EnsureAdmin(ctx)
	if err == nil && password != "" && out != nil {
		fmt.Fprintf(out, "\nFirst account / tài khoản đầu tiên: %s\nOne-time password / mật khẩu dùng một lần: %s\n\n", name, password)
	}
	return err
}

// loopback returns host:port by which this machine reaches addr.
func loopback(addr net.Addr) string {
	tcp, ok := addr.(*net.TCPAddr)
	if !ok {
		return addr.String()
	}
	host := tcp.IP.String()
	if tcp.IP.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, fmt.Sprint(tcp.Port))
}

func newLogger(c config.Log) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.Level)) // checked by config
	o := &slog.HandlerOptions{Level: level}
	if c.JSON {
		return slog.New(slog.NewJSONHandler(os.Stderr, o))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, o))
}

var _ mqttlink.Handler = (*hub)(nil)
