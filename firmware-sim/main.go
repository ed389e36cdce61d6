// Command firmware-sim stands in for a commune's devices: loudspeaker clusters
// that really fetch, decode and play, and cameras that really serve RTSP. It
// reaches the hub over the wire alone, as real devices do.
package main

import (
	"context"
	"fmt"
	"io"
	stdlog "log"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// version is set by the linker.
var version = "dev"

// options are the flags of the command.
type options struct {
	Inventory    string     `required:"" type:"existingfile" help:"The commune's inventory (YAML)."`
	Hub          string     `help:"URL of the hub, for audio: http://host:port."`
	MQTT         string     `name:"mqtt" help:"URL of the broker: tcp://host:port."`
	Credentials  string     `help:"The hub's device-credentials.json."`
	HubRun       string     `help:"The hub's run.json: takes the place of --hub, --mqtt and --credentials. The simulator waits until the hub has written it."`
	RTSP         string     `name:"rtsp" default:"127.0.0.1:8554" help:"host:port of the first camera, each further one is a port higher; port 0 gives each a free one."`
	State        string     `default:"firmware-sim-state" help:"Directory for the disks of the speakers."`
	Quota        int64      `default:"2048" help:"Megabytes of audio that each speaker keeps."`
	Audio        string     `default:"none" help:"Where sound goes: none, oto (the sound card, all mixed), oto:DEVICE (one cluster), wav:DIR."`
	Clock        wrongClock `default:"right" help:"By how much the clusters' clocks are wrong: right, random (each in its own way), or for example offset=12s,drift=40ppm."`
	Link         slowLink   `default:"clean" help:"What the clusters' links are like, each way: clean, or for example delay=50ms,jitter=30ms,asym=10ms,loss=1%. With asym the way to the hub takes longer by that."`
	Control      string     `default:"127.0.0.1:0" help:"host:port of the control port for faults; empty for none."`
	Script       string     `help:"Fault script (YAML), begun when the fleet is up."`
	Only         string     `enum:",speakers,cameras" default:"" help:"Simulate only the speakers or only the cameras."`
	Run          string     `help:"Write the real addresses to this JSON file once they are known."`
	NewInventory string     `name:"write-inventory" help:"Write the inventory with the cameras' real addresses to this file once they are known, for the hub to read."`
	Verbose      bool       `short:"v" help:"Log more."`
	Version      kong.VersionFlag
}

// Validate is called by kong.
func (o *options) Validate() error {
	if o.Only == "cameras" {
		return nil
	}
	direct := o.Hub != "" || o.MQTT != "" || o.Credentials != ""
	switch {
	case o.HubRun != "" && direct:
		return fmt.Errorf("--hub-run takes the place of --hub, --mqtt and --credentials: give one or the other")
	case o.HubRun == "" && (o.Hub == "" || o.MQTT == "" || o.Credentials == ""):
		return fmt.Errorf("the speakers need --hub, --mqtt and --credentials, or --hub-run")
	}
	_, err := parseAudio(o.Audio)
	return err
}

func main() {
	var o options
	kong.Parse(&o, kong.Name("firmware-sim"), kong.Description("Simulates a commune's loudspeaker clusters and cameras."),
		kong.UsageOnError(), kong.Vars{"version": version})
	// The FLAC decoder writes a line to the standard logger for every frame of a
	// sample rate that its authors had no file of; ours is one of those.
	stdlog.SetOutput(io.Discard)
	level := slog.LevelInfo
	if o.Verbose {
		level = slog.LevelDebug
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	err := run(ctx, o, log)
	stop()
	if err != nil {
		log.Error("firmware-sim ends", "error", err)
		os.Exit(1)
	}
}
