package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/sync/errgroup"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/inventory"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/firmware-sim/camera"
	"github.com/smart-commune/smart-commune/firmware-sim/fault"
	"github.com/smart-commune/smart-commune/firmware-sim/speaker"
)

const (
	controlTimeout = 5 * time.Second // of one request, and of the last one at the end
	rebootAfter    = time.Second     // how soon a speaker that failed starts again; grows
	rebootMax      = time.Minute
)

// run simulates the fleet until ctx is done. Cameras come first, so that their
// addresses are known before there is a hub; the speakers follow when the hub
// is known.
func run(ctx context.Context, o options, log *slog.Logger) error {
	inv, err := inventory.Read(o.Inventory)
	if err != nil {
		return err
	}
	sound, err := parseAudio(o.Audio)
	if err != nil {
		return err
	}
	var script fault.Script
	if o.Script != "" {
		if script, err = fault.ReadScript(o.Script); err != nil {
			return err
		}
	}
	targets := map[devices.DeviceID]fault.Target{}
	group, ctx := errgroup.WithContext(ctx)
	running := runFile{Cameras: map[devices.DeviceID]string{}}

	if o.Only != "speakers" {
		cameras, err := camera.NewFleet(camera.Config{Cameras: inv.Cameras, Listen: o.RTSP, Log: log})
		if err != nil {
			return err
		}
		defer cameras.Close()
		for i, c := range inv.Cameras {
			running.Cameras[c.ID] = cameras.URL(c.ID)
			inv.Cameras[i].URL = cameras.URL(c.ID)
			targets[c.ID] = cameraTarget(cameras, c.ID)
		}
		group.Go(func() error { return cameras.Run(ctx) })
	}

	wires := map[devices.DeviceID]*wire{}
	if o.Only != "cameras" {
		for _, c := range inv.Clusters {
			w := newWire(o.Link)
			wires[c.ID] = w
			targets[c.ID] = fault.Target{Faults: []string{fault.OK, fault.Offline}, Set: func(f string) error {
				w.cut(f == fault.Offline)
				return nil
			}}
		}
		if sound.only != "" && wires[sound.only] == nil {
			return fmt.Errorf("--audio oto:%s: the inventory has no such cluster", sound.only)
		}
	}

	faults := fault.NewSwitchboard(targets, log)
	if err := script.Check(faults); err != nil {
		return err
	}
	if o.Control != "" {
		listener, err := net.Listen("tcp", o.Control)
		if err != nil {
			return fmt.Errorf("open the control port: %w", err)
		}
		running.Control = "http://" + listener.Addr().String()
		group.Go(func() error { return serve(ctx, listener, faults.Handler()) })
	}
	if o.NewInventory != "" {
		if err := inventory.Write(o.NewInventory, inv); err != nil {
			return err
		}
	}
	if err := running.write(o.Run); err != nil {
		return err
	}
	log.Info("the fleet is up", "component", "firmware-sim", "cameras", len(running.Cameras), "clusters", len(wires), "control", running.Control)

	if o.Only != "cameras" {
		group.Go(func() error { return runSpeakers(ctx, o, inv, sound, wires, log) })
	}
	group.Go(func() error { return script.Run(ctx, faults) })
	group.Go(func() error { <-ctx.Done(); return nil })
	return group.Wait()
}

// cameraTarget lets the faults of a camera be switched.
func cameraTarget(fleet *camera.Fleet, id devices.DeviceID) fault.Target {
	t := fault.Target{Set: func(name string) error {
		f, err := camera.ParseFault(name)
		if err != nil {
			return err
		}
		return fleet.SetFault(id, f)
	}}
	for _, f := range camera.Faults() {
		t.Faults = append(t.Faults, string(f))
	}
	return t
}

// runSpeakers waits for the hub's address and runs every cluster.
func runSpeakers(ctx context.Context, o options, inv devices.Inventory, sound audio, wires map[devices.DeviceID]*wire, log *slog.Logger) error {
	open, err := sound.outputs()
	if err != nil {
		return err
	}
	hub := hubAddress{HTTP: o.Hub, MQTT: o.MQTT}
	if o.HubRun != "" {
		if hub, err = awaitHub(ctx, o.HubRun); ctx.Err() != nil {
			return nil
		}
	} else {
		hub.credentials, err = readCredentials(o.Credentials)
	}
	if err != nil {
		return err
	}
	if hub.credentials.Commune != inv.Commune.ID {
		return fmt.Errorf("the credentials are for the commune %q, the inventory for %q", hub.credentials.Commune, inv.Commune.ID)
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, c := range inv.Clusters {
		secret, ok := hub.credentials.Devices[c.ID]
		if !ok {
			log.Warn("the hub has given no secret to this cluster: it stays off", "component", "firmware-sim", "device", c.ID)
			continue
		}
		out, err := open(c.ID)
		if err != nil {
			return errors.Join(err, group.Wait())
		}
		amp := &amplifier{Output: out}
		if o.HubRun != "" {
			wires[c.ID].reroute(hub.route(o.HubRun))
		}
		cfg := speaker.Config{
			Address: protocol.Address{Commune: inv.Commune.ID, Device: c.ID}, Secret: secret,
			Broker: hub.MQTT, Media: hub.HTTP, Dir: filepath.Join(o.State, string(c.ID)),
			Now: o.Clock.of(c.ID), Output: amp, Sensors: newSensors(c.ID, amp), Dial: wires[c.ID].dial,
			Quota: o.Quota << 20, Log: log, Firmware: "firmware-sim " + version, Model: "simulated cluster",
		}
		group.Go(func() error {
			keepRunning(ctx, cfg, log)
			return amp.Close()
		})
	}
	return group.Wait()
}

// keepRunning is the watchdog of a cluster: firmware that fails starts anew,
// and no cluster takes another down with it.
func keepRunning(ctx context.Context, cfg speaker.Config, log *slog.Logger) {
	wait := backoff.NewExponentialBackOff()
	wait.InitialInterval, wait.MaxInterval = rebootAfter, rebootMax
	for ctx.Err() == nil {
		s, err := speaker.New(cfg)
		if err == nil {
			err = s.Run(ctx)
		}
		if ctx.Err() != nil {
			return
		}
		if errors.Is(err, speaker.ErrReboot) {
			log.Info("the firmware starts anew", "component", "firmware-sim", "device", cfg.Address.Device)
			wait.Reset()
			continue
		}
		pause := wait.NextBackOff()
		log.Error("the firmware failed and starts again", "component", "firmware-sim", "device", cfg.Address.Device,
			"again_in", pause.Round(time.Millisecond).String(), "error", err)
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
	}
}

// serve answers the control port until ctx is done.
func serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{Handler: handler, ReadTimeout: controlTimeout, WriteTimeout: controlTimeout}
	stopped := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), controlTimeout)
		defer cancel()
		stopped <- server.Shutdown(last)
	})
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		stop()
		return fmt.Errorf("control port: %w", err)
	}
	return <-stopped
}

// runFile tells other programs where the fleet is.
type runFile struct {
	PID     int                         `json:"pid"`
	Control string                      `json:"control,omitempty"` // http://host:port
	Cameras map[devices.DeviceID]string `json:"cameras"`           // rtsp://host:port/id
}

// write replaces the file whole: who waits for it never reads half of it.
func (r runFile) write(path string) error {
	if path == "" {
		return nil
	}
	r.PID = os.Getpid()
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	tmp := path + ".new"
	err = os.WriteFile(tmp, slices.Concat(data, []byte("\n")), 0o644)
	if err == nil {
		err = os.Rename(tmp, path)
	}
	if err != nil {
		return fmt.Errorf("write the run file: %w", err)
	}
	return nil
}
