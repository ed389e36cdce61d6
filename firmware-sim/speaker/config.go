package speaker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
)

// Config is what the firmware of a cluster needs.
type Config struct {
	Address protocol.Address
	// Secret is the device's password towards broker and media store.
	Secret string
	// Broker is tcp://host:port.
	Broker string
	// Media is the base URL of the media store: audio is at {Media}/media/{sha256}.
	Media string
	// Dir holds all state of this device and of no other.
	Dir string
	// Output makes the sound. The speaker does not close it.
	Output Output
	// Sensors measure the cluster. They default to none.
	Sensors Sensors
	// Dial makes every connection of the device. It defaults to a [net.Dialer].
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	// Now is the device's own clock, right or wrong. It defaults to [time.Now].
	Now func() time.Time
	// Quota is for audio, in bytes. It defaults to 2 GB.
	Quota int64
	// Report is how often the sensors are read for the hub. It defaults to
	// [devices.ReportInterval].
	Report time.Duration
	// Transport connects to the hub. It defaults to MQTT at Broker through Dial.
	Transport Transport
	// Log defaults to discarding.
	Log *slog.Logger
	// Firmware and Model are told to the hub.
	Firmware, Model string

	// sendAgain is how long the device waits for a receipt. It defaults to 15 s.
	sendAgain time.Duration
	// free tells how many bytes the disk of a directory can still take, if that is
	// known. It defaults to asking the system.
	free func(dir string) (bytes int64, known bool)
}

// New opens the state of a device on disk; it does not dial.
func New(cfg Config) (*Speaker, error) {
	if cfg.Output == nil || cfg.Dir == "" || cfg.Broker == "" && cfg.Transport == nil || cfg.Media == "" {
		return nil, errors.New("a speaker needs an output, a directory, a broker and a media store")
	}
	if cfg.Report == 0 {
		cfg.Report = devices.ReportInterval
	}
	if cfg.Sensors == nil {
		cfg.Sensors = noSensors{}
	}
	if cfg.Dial == nil {
		cfg.Dial = (&net.Dialer{}).DialContext
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Quota == 0 {
		cfg.Quota = 2 << 30
	}
	if cfg.sendAgain == 0 {
		cfg.sendAgain = 15 * time.Second
	}
	if cfg.free == nil {
		cfg.free = diskFree
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return open(cfg)
}

// open opens what lies in the device's directory.
func open(cfg Config) (*Speaker, error) {
	s := &Speaker{
		cfg:     cfg,
		log:     cfg.Log.With("component", "speaker", "device", cfg.Address.Device),
		clock:   newClock(cfg.Now),
		inbox:   make(chan any, 64),
		dirty:   true,
		unsaved: map[string][]byte{},
	}
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("state of %s: %w", cfg.Address, err)
	}
	var err error
	if s.shelf, err = openShelf(filepath.Join(cfg.Dir, "audio"), cfg.Quota, cfg.free, s.log); err != nil {
		return nil, fmt.Errorf("audio of %s: %w", cfg.Address, err)
	}
	if s.journal, err = openJournal(s.file("journal.log")); err != nil {
		return nil, fmt.Errorf("journal of %s: %w", cfg.Address, err)
	}
	if s.backlog, err = openBacklog(s.file("readings"), backlogSamples, s.log); err != nil {
		return nil, errors.Join(fmt.Errorf("readings of %s: %w", cfg.Address, err), s.journal.close())
	}
	s.fetcher = newFetcher(cfg.Media, cfg.Address, cfg.Secret, cfg.Dial, s.shelf, s.log, func() {
		select {
		case s.inbox <- shelfChanged{}:
		default: // the loop looks at the shelf anyway when it has emptied its inbox
		}
	})
	if cfg.Transport == nil {
		cfg.Transport = MQTT{Address: cfg.Address, Secret: cfg.Secret, Broker: cfg.Broker, Dial: cfg.Dial}
	}
	s.link = newLink(cfg, s.clock, s.log, func(ctx context.Context, event any) {
		select {
		case s.inbox <- event:
		case <-ctx.Done():
		}
	})
	if err := errors.Join(s.loadClock(), s.loadPlan(), s.loadSettings(), s.loadBegun()); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}
