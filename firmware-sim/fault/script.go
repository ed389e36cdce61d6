package fault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/smart-commune/smart-commune/devices"
)

// Step switches one fault at an instant counted from the start of the script.
type Step struct {
	At     time.Duration    `yaml:"at"`
	Device devices.DeviceID `yaml:"device"`
	Fault  string           `yaml:"fault"`
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

// ParseScript reads a script; name stands in its errors.
func ParseScript(name string, data []byte) (Script, error) {
	var s Script
	err := yaml.NewDecoder(bytes.NewReader(data), yaml.DisallowUnknownField()).Decode(&s)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: a fault script is a list of {at: 30s, device: cam-03, fault: stall}: %s", name, yaml.FormatError(err, false, true))
	}
	for i, step := range s {
		if step.At < 0 {
			return nil, fmt.Errorf("%s: step %d: at: %s is before the start", name, i+1, step.At)
		}
		if err := devices.CheckID(string(step.Device)); err != nil {
			return nil, fmt.Errorf("%s: step %d: device: %w", name, i+1, err)
		}
		if step.Fault == "" {
			return nil, fmt.Errorf("%s: step %d: fault is missing", name, i+1)
		}
	}
	slices.SortStableFunc(s, func(a, b Step) int { return int(a.At - b.At) })
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
