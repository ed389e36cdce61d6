package telemetry

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
)

// MaxMetrics is how many metrics a device may ever have. It keeps a device that
// makes names up from filling the hub's memory and every database behind it. Those
// of the protocol always fit: such a device may be mended one day.
const MaxMetrics = 200

// Metrics returns the names of all metrics that a device ever had, sorted.
func (s *Service) Metrics(ctx context.Context, commune devices.CommuneID, device devices.DeviceID) ([]string, error) {
	return s.cfg.Store.Metrics(ctx, commune, device)
}

// catalogue knows the metrics of the devices that have reported since the start.
type catalogue struct {
	store Store
	mu    sync.Mutex
	known map[protocol.Address]map[string]bool
}

// of returns what is known of a device; only admit may use it.
func (c *catalogue) of(ctx context.Context, a protocol.Address) (map[string]bool, error) {
	if names, ok := c.known[a]; ok {
		return names, nil
	}
	stored, err := c.store.Metrics(ctx, a.Commune, a.Device)
	if err != nil {
		return nil, fmt.Errorf("metrics of %s: %w", a, err)
	}
	names := make(map[string]bool, len(stored))
	for _, name := range stored {
		names[name] = true
	}
	c.known[a] = names
	return names, nil
}

// admit reports, for each reading, why its device or metric cannot be kept. The
// error is of the store.
func (c *catalogue) admit(ctx context.Context, readings []Reading) ([]error, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	reasons := make([]error, len(readings))
	for i, r := range readings {
		if err := checkDevice(r); err != nil {
			reasons[i] = err
			continue
		}
		names, err := c.of(ctx, protocol.Address{Commune: r.Commune, Device: r.Device})
		switch {
		case err != nil:
			return nil, err
		case names[r.Metric]:
		case !protocol.IsMetric(r.Metric):
			reasons[i] = fmt.Errorf("metric %.60q: 1 to 40 of a-z, 0-9 and _ are expected", r.Metric)
		case len(names) >= MaxMetrics && !slices.Contains(protocol.Metrics(), r.Metric):
			reasons[i] = fmt.Errorf("metric %s is new, and the device has %d already", r.Metric, len(names))
		default:
			names[r.Metric] = true
		}
	}
	return reasons, nil
}

func checkDevice(r Reading) error {
	if err := devices.CheckID(string(r.Commune)); err != nil {
		return err
	}
	return devices.CheckID(string(r.Device))
}
