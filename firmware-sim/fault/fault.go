// Package fault switches the faults of a simulated fleet, by hand over a HTTP
// control port or by a script. It knows which faults a device can have; how a
// fault is simulated is the device's own affair.
package fault

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"

	"github.com/smart-commune/smart-commune/devices"
)

// The faults that any device can have. A camera has more, named by its package.
const (
	OK      = "ok"      // none
	Offline = "offline" // a speaker's link is cut; it goes on playing
)

// Target is a device whose faults can be switched.
type Target struct {
	// Faults are the names it accepts, "ok" among them.
	Faults []string
	// Set switches to one of them.
	Set func(fault string) error
}

// Switchboard knows every device of the fleet and the fault it has.
type Switchboard struct {
	log     *slog.Logger
	targets map[devices.DeviceID]Target

	mu      sync.Mutex
	present map[devices.DeviceID]string
}

// NewSwitchboard takes the fleet; every device begins without a fault.
func NewSwitchboard(targets map[devices.DeviceID]Target, log *slog.Logger) *Switchboard {
	b := &Switchboard{log: log, targets: targets, present: map[devices.DeviceID]string{}}
	for id := range targets {
		b.present[id] = OK
	}
	return b
}

// UnknownDeviceError says that the fleet has no such device.
type UnknownDeviceError struct{ ID devices.DeviceID }

func (e UnknownDeviceError) Error() string {
	return fmt.Sprintf("the fleet has no device %q", e.ID)
}

// UnknownFaultError says that a device cannot have such a fault.
type UnknownFaultError struct {
	ID       devices.DeviceID
	Fault    string
	Accepted []string
}

func (e UnknownFaultError) Error() string {
	return fmt.Sprintf("%s cannot have the fault %q: use %s", e.ID, e.Fault, strings.Join(e.Accepted, ", "))
}

// Check reports why a device cannot have a fault.
func (b *Switchboard) Check(id devices.DeviceID, fault string) error {
	t, ok := b.targets[id]
	if !ok {
		return UnknownDeviceError{id}
	}
	if !slices.Contains(t.Faults, fault) {
		return UnknownFaultError{id, fault, t.Faults}
	}
	return nil
}

// Set switches a device's fault.
func (b *Switchboard) Set(id devices.DeviceID, fault string) error {
	if err := b.Check(id, fault); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.targets[id].Set(fault); err != nil {
		return fmt.Errorf("switch %s to %q: %w", id, fault, err)
	}
	b.present[id] = fault
	b.log.Info("fault", "component", "fault", "device", id, "fault", fault)
	return nil
}

// Present returns the fault of every device.
func (b *Switchboard) Present() map[devices.DeviceID]string {
	b.mu.Lock()
	defer b.mu.Unlock()
	present := make(map[devices.DeviceID]string, len(b.present))
	for id, f := range b.present {
		present[id] = f
	}
	return present
}
