package speaker

import (
	"encoding/json"
	"time"

	"github.com/smart-commune/smart-commune/devices"
)

// settings is what was set on the device.
type settings struct {
	// Volume is the last one told, by a command or by a plan.
	Volume int `json:"volume"`
	// PlanVolume is the volume of the last plan: only a plan that changes it
	// overrides a command.
	PlanVolume int `json:"plan_volume"`
	// MutedUntil is the end of a mute.
	MutedUntil time.Time `json:"muted_until,omitzero"`
}

func (s *Speaker) loadSettings() error {
	s.settings = settings{Volume: devices.DefaultVolume, PlanVolume: -1}
	data, err := readFile(s.file("settings.json"))
	if err != nil {
		return err
	}
	var read settings
	switch err := json.Unmarshal(data, &read); {
	case data == nil:
	case err != nil || read.Volume < 0 || read.Volume > 100:
		s.setAside("settings.json", err)
	default:
		s.settings = read
	}
	return nil
}

func (s *Speaker) set(changed settings) {
	if changed == s.settings {
		return
	}
	s.settings = changed
	data, _ := json.Marshal(changed) // cannot fail
	s.save("settings.json", data)
}
