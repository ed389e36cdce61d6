package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/firmware-sim/speaker"
	"github.com/smart-commune/smart-commune/firmware-sim/speaker/otoout"
)

// audio says where the sound of the clusters goes.
type audio struct {
	card   bool             // to the sound card
	only   devices.DeviceID // only this cluster is heard, empty for all
	wavDir string           // to a WAV file for each cluster
}

func parseAudio(s string) (audio, error) {
	kind, argument, given := strings.Cut(s, ":")
	switch {
	case s == "none":
		return audio{}, nil
	case s == "oto":
		return audio{card: true}, nil
	case kind == "oto" && devices.CheckID(argument) == nil:
		return audio{card: true, only: devices.DeviceID(argument)}, nil
	case kind == "wav" && given && argument != "":
		return audio{wavDir: argument}, nil
	}
	return audio{}, fmt.Errorf("--audio %q: use none, oto, oto:DEVICE or wav:DIR", s)
}

// outputs returns what makes the output of each cluster.
func (a audio) outputs() (func(devices.DeviceID) (speaker.Output, error), error) {
	switch {
	case a.wavDir != "":
		if err := os.MkdirAll(a.wavDir, 0o755); err != nil {
			return nil, fmt.Errorf("--audio: %w", err)
		}
		return func(id devices.DeviceID) (speaker.Output, error) {
			return speaker.OpenWAV(filepath.Join(a.wavDir, string(id)+".wav"))
		}, nil
	case a.card:
		card, err := otoout.Open()
		if err != nil {
			return nil, err
		}
		return func(id devices.DeviceID) (speaker.Output, error) {
			if a.only != "" && a.only != id {
				return &speaker.Silent{}, nil
			}
			return card.Output(), nil
		}, nil
	}
	return func(devices.DeviceID) (speaker.Output, error) { return &speaker.Silent{}, nil }, nil
}
