// Package app puts the hub together: it opens the stores, makes the features
// with the adapters they need, starts everything in order and stops it in the
// opposite one. All wiring of the product is here and reads top to bottom.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/inventory"
	"github.com/smart-commune/smart-commune/hub/account"
	"github.com/smart-commune/smart-commune/hub/config"
	"github.com/smart-commune/smart-commune/hub/mqttlink"
	"github.com/smart-commune/smart-commune/hub/place"
	"github.com/smart-commune/smart-commune/hub/problem"
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

// Run runs a hub until ctx ends: it opens everything from the inside out, lets it
// run, and closes it in the opposite order.
func Run(ctx context.Context, o Options) (err error) {
	cfg, err := config.Load(o.ConfigFile, o.Env)
	if err != nil {
		return err
	}
	log := o.Log
	if log == nil {
		log = newLogger(cfg.Log)
	}
	h := &hub{options: o, cfg: cfg, log: log, started: time.Now(), sessions: newSessions(), texts: newTexts(), disconnect: func(string) {}}
	defer func() { err = errors.Join(err, h.close()) }()
	for _, open := range []func(context.Context) error{
		h.openState,         // the data folder, which is this hub's alone, and the database
		h.openPlaces,        // what stands in the commune
		h.openAccounts,      // who may do what
		h.openModel,         // what the page sees
		h.openReadings,      // what devices measure, and where it is forwarded to
		h.openLine,          // the line to the devices: the hub's own broker, or an outside one
		h.openSound,         // the voice and the media store
		h.openAnnouncements, // what is said, where and when
		h.openCameras,
		h.openDoor, // the page and the API; from here on people are let in, once it is served
	} {
		if err := open(ctx); err != nil {
			return startProblem(o.DataDir, err)
		}
	}
	return h.serve(ctx)
}

// serve runs what was opened until ctx ends. Parts are stopped in the opposite
// order of their start: first the doors (people, devices, cameras), so that nothing
// new comes in, then what works on it, last where it ends.
func (h *hub) serve(ctx context.Context) error {
	info := RunInfo{PID: os.Getpid(), HTTP: "http://" + loopback(h.listener.Addr()), MQTT: h.lineURL, Version: h.options.Version}
	if err := h.dir.announce(info, h.accounts.OperatorToken()); err != nil {
		return startProblem(h.dir.path, err)
	}
	defer h.dir.withdraw() // whoever looks for the hub finds none, not a dead one

	var parts parts
	parts.start("telemetry", h.log, h.telemetry.Run) // ends last: whatever the others still bring is kept
	parts.start("announce", h.log, h.announce.Run)
	parts.start("old audio", h.log, h.oldAudio.run)
	parts.start("status", h.log, h.watchForwarding)
	parts.start("cameras", h.log, h.cameras.Run)
	parts.start("mqttlink", h.log, h.link.Run)
	parts.start("http", h.log, func(ctx context.Context) error { return h.api.Serve(ctx, h.listener) })

	h.log.Info("hub is up", "version", info.Version, "commune", h.commune, "http", info.HTTP, "mqtt", info.MQTT,
		"data", h.dir.path, "took", time.Since(h.started).Round(time.Millisecond))
	if h.options.Ready != nil {
		h.options.Ready(info)
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
		return inv, problem.New(problem.Unavailable, "no_inventory", "cơ sở dữ liệu còn trống và cấu hình không ghi danh mục nào. Hãy thêm dòng `inventory: TỆP` vào tệp cấu hình (xem configs/lucbinh.yaml).",
			"the database is empty and the configuration names no inventory. Add the line `inventory: FILE` to it (see configs/lucbinh.yaml).")
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
