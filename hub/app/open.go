package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/smart-commune/smart-commune/dashboard"
	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/account"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
	"github.com/smart-commune/smart-commune/hub/audio"
	"github.com/smart-commune/smart-commune/hub/broker"
	"github.com/smart-commune/smart-commune/hub/camera"
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

// onClose has something closed when the hub is over, before what was opened
// earlier.
func (h *hub) onClose(f func() error) { h.closers = append(h.closers, f) }

func (h *hub) close() error {
	var errs []error
	for _, f := range slices.Backward(h.closers) {
		errs = append(errs, f())
	}
	return errors.Join(errs...)
}

func (h *hub) openState(ctx context.Context) (err error) {
	if h.dir, err = openDataDir(h.options.DataDir); err != nil {
		return err
	}
	h.onClose(h.dir.Close)
	if h.store, err = sqlitestore.Open(ctx, h.dir.path); err != nil {
		return err
	}
	h.onClose(h.store.Close)
	return nil
}

func (h *hub) openPlaces(ctx context.Context) (err error) {
	if h.places, err = place.New(ctx, h.store, h.inventoryChanged); err != nil {
		return err
	}
	inv, err := firstInventory(ctx, h.places, h.cfg.Inventory)
	if err != nil {
		return err
	}
	if h.zone, err = time.LoadLocation(inv.Commune.TimeZone); err != nil {
		return fmt.Errorf("time zone of the commune: %w", err)
	}
	h.commune, h.standing = inv.Commune.ID, map[devices.DeviceID]bool{}
	for _, c := range inv.Clusters {
		h.standing[c.ID] = true
	}
	return nil
}

func (h *hub) openAccounts(ctx context.Context) error {
	h.accounts = account.New(account.Config{Store: h.store, Log: h.log, Rotated: func(user string) { h.disconnect(user) }})
	if err := firstAccounts(ctx, h.accounts, h.cfg.DemoAccounts, h.options.Out); err != nil {
		return err
	}
	inv, err := h.places.Inventory(ctx)
	if err != nil {
		return err
	}
	h.credentials = h.dir.file("device-credentials.json")
	return h.enrolDevices(ctx, inv)
}

func (h *hub) openModel(ctx context.Context) error {
	inv, err := h.places.Inventory(ctx)
	if err != nil {
		return err
	}
	h.model = live.New(live.Hub{
		Version: h.options.Version, StartedAt: h.started.UTC(),
		Influx: live.Influx{Configured: h.cfg.Influx.URL != ""}, Approval: string(h.cfg.Announcements.Approval),
	}, time.Now)
	h.model.SetInventory(inv)
	return nil
}

func (h *hub) openReadings(ctx context.Context) error {
	readings, err := h.store.Readings(ctx)
	if err != nil {
		return err
	}
	c := telemetry.Config{Store: readings, Retention: h.cfg.Readings.Keep(), Log: h.log, Changed: h.readingsStored}
	if in := h.cfg.Influx; in.URL != "" {
		sink, err := influxsink.New(influxsink.Config{URL: in.URL, Token: in.Token, Org: in.Org, Bucket: in.Bucket, Log: h.log})
		if err != nil {
			return err
		}
		h.onClose(sink.Close)
		if c.Sink = sink; in.History {
			c.Archive = sink
		}
	}
	h.telemetry = telemetry.New(c)
	return nil
}

func (h *hub) openLine(context.Context) error {
	c := mqttlink.Config{
		URL: h.cfg.MQTT.URL, Username: h.cfg.MQTT.Username, Password: h.cfg.MQTT.Password,
		Commune: h.commune, Version: h.options.Version, Handler: h, Changed: h.linkChanged, Log: h.log.With("component", "mqttlink"),
	}
	if c.URL == "" {
		secret := rand.Text()
		b, err := broker.Start(h.cfg.MQTT.Listen, h.accounts, secret, h.log.With("component", "broker"))
		if err != nil {
			return listenProblem(h.cfg.MQTT.Listen, "--mqtt", err)
		}
		h.onClose(b.Close)
		h.disconnect = b.Disconnect
		c.URL, c.Username, c.Password = "tcp://"+loopback(b.Addr()), broker.HubUser, secret
	}
	h.lineURL, h.link = c.URL, mqttlink.New(c)
	return nil
}

func (h *hub) openSound(context.Context) (err error) {
	if h.media, err = audio.OpenMedia(h.dir.file("media")); err != nil {
		return err
	}
	h.audio, err = audio.New(audio.Config{Media: h.media, Engine: h.cfg.Announcements.Speech, Voices: h.cfg.Announcements.Voices,
		Read: h.texts.read, Log: h.log})
	return err
}

func (h *hub) openAnnouncements(context.Context) (err error) {
	chimes := h.chimes()
	h.announce, err = announce.New(announce.Config{
		Store: h.store, Sounds: sounds{h.audio}, Chimes: chimes, Link: h.link, Places: h.places,
		Stood:   func(ctx context.Context) ([]announce.Stood, error) { return h.store.Stood(ctx, h.commune, time.Now()) },
		Commune: h.commune, Approval: announce.Approval(h.cfg.Announcements.Approval), Limits: announce.Limits(h.cfg.Announcements.Limits), Location: h.zone, Log: h.log,
		Changed: h.model.SetAnnouncement, ProgrammeChanged: h.model.SetProgramme, OnAir: h.model.SetOnAir, Next: h.model.SetNext,
		Planned: h.planChanged, RulesChanged: h.rulesChanged, SetVolume: h.setVolume,
	})
	h.oldAudio = &oldAudio{commune: h.commune, store: h.store, media: h.media, chimes: chimes, noted: h.dir.file("audio-clock.json"),
		keep: h.cfg.Audio.Keep(), now: time.Now, log: h.log}
	return err
}

func (h *hub) openCameras(ctx context.Context) (err error) {
	h.cameras, err = camera.New(camera.Config{
		Prober: rtspprobe.New(rtspprobe.Config{}), Decoder: keyframejpeg.New(keyframejpeg.Config{}),
		Log: h.log, Changed: h.cameraChanged, Reading: h.cameraReading,
	})
	if err != nil {
		return err
	}
	inv, err := h.places.Inventory(ctx)
	if err != nil {
		return err
	}
	h.cameras.Set(inv.Cameras)
	return nil
}

// feedFile holds the secret part of the address of the calendar feed.
const feedFile = "calendar-feed.token"

func (h *hub) openDoor(context.Context) (err error) {
	metrics := prometheus.NewRegistry()
	h.registerMetrics(metrics)
	page, built := dashboard.Files()
	if !built {
		page = nil
		h.log.Warn("the page was not built: run `make build` on a machine with Node 20 or newer")
	}
	reports := &reports{commune: h.commune, zone: h.zone, store: h.store, announce: h.announce, places: h.places,
		listener: journal.NewListener(h.store, h.commune), now: time.Now}
	shown, err := publicpage.New(publicpage.Config{Announced: h.announce, Sounds: h.audio, Places: h.places, Zone: h.zone, Address: h.cfg.PublicAddress, Log: h.log})
	if err != nil {
		return err
	}
	token, err := os.ReadFile(h.dir.file(feedFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read the address of the calendar: %w", err)
	}
	feed := publicpage.NewFeed(shown, strings.TrimSpace(string(token)), func(token string) error {
		return writeFile(h.dir.file(feedFile), []byte(token+"\n"))
	})
	var public http.Handler
	if h.cfg.PublicPage {
		public = shown
		h.model.UpdateHub(func(s *live.Hub) { s.PublicPage = strings.TrimSuffix(h.cfg.PublicAddress, "/") + "/public/" })
	}
	h.api = httpapi.New(httpapi.Config{
		Reports: reports, Files: files{reports}, Public: public, Feed: feed, Accounts: h.accounts,
		Announcements: h.announce, Library: h.announce, Programmes: h.announce, Alarms: h.announce, Texts: h.texts, Sounds: h.audio, Media: h.media,
		Readings: h.telemetry, Cameras: h.cameras, Places: h.places, Live: readModel{h.model},
		Commune: h.commune, Page: page, Metrics: metrics, Version: h.options.Version, Log: h.log,
		Ready: map[string]func() error{"store": h.store.Ping, "broker": h.brokerReady, "clock": clockReady},
	})
	if h.listener, err = net.Listen("tcp", h.cfg.HTTP.Listen); err != nil {
		return listenProblem(h.cfg.HTTP.Listen, "--http", fmt.Errorf("listen for HTTP on %s: %w", h.cfg.HTTP.Listen, err))
	}
	h.onClose(func() error { h.listener.Close(); return nil }) // a second time, when it was served
	return nil
}
