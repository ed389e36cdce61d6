package fault

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/strictyaml"
)

// Step switches one fault at an instant counted from the start of the script.
type Step struct {
	At     time.Duration
	Device devices.DeviceID
	Fault  string
}

// Script is what happens to a fleet, in the order of time.
type Script []Step

// ReadScript reads a script file: a YAML list of
//
//   - {at: 30s, device: cam-03, fault: stall}
func ReadScript(path string) (Script, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the fault script: %w", err)
	}
	return ParseScript(path, data)
}

// ParseScript reads a script; its errors begin with name and line.
func ParseScript(name string, data []byte) (Script, error) {
	var written []struct {
		At     string           `yaml:"at"`
		Device devices.DeviceID `yaml:"device"`
		Fault  string           `yaml:"fault"`
	}
	file, err := strictyaml.Parse(name, data, &written)
	if err != nil {
		return nil, fmt.Errorf("%w (a fault script is a list of {at: 30s, device: cam-03, fault: stall})", err)
	}
	var s Script
	for i, step := range written {
		key := fmt.Sprintf("[%d].", i)
		at, err := time.ParseDuration(step.At)
		if err != nil {
			return nil, file.Errorf(key+"at", "%q is no duration: write it as 30s, 5m or 1h30m", step.At)
		}
		if at < 0 {
			return nil, file.Errorf(key+"at", "%s is before the start", at)
		}
		if err := devices.CheckID(string(step.Device)); err != nil {
			return nil, file.Errorf(key+"device", "%s", err)
		}
		if step.Fault == "" {
			return nil, file.Errorf(key+"fault", "the fault is missing")
		}
		s = append(s, Step{at, step.Device, step.Fault})
	}
	slices.SortStableFunc(s, func(a, b Step) int { return cmp.Compare(a.At, b.At) })
	return s, nil
}

// Check reports a step that the fleet cannot carry out.
func (s Script) Check(b *Switchboard) error {
	for i, step := range s {
		if err := b.Check(step.Device, step.Fault); err != nil {
			return fmt.Errorf("fault script, step %d: %w", i+1, err)
		}
	}
	return nil
}

// Run carries the script out; it returns at its end or when ctx is done.
func (s Script) Run(ctx context.Context, b *Switchboard) error {
	start := time.Now()
	for _, step := range s {
		t := time.NewTimer(time.Until(start.Add(step.At)))
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return nil
		}
		if err := b.Set(step.Device, step.Fault); err != nil {
			return err
		}
	}
	return nil
}
