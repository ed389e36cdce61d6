package protocol

import (
	"errors"
	"fmt"
	"time"

	"github.com/smart-commune/smart-commune/devices"
)

// State is what a device says of itself whenever it changes (retained).
type State struct {
	// Session counts the device's connections and only ever grows, across
	// restarts too. An offline state with a smaller session than one already seen is
	// a late last will and is ignored; an online one is of a device that has lost
	// its count, and counts from then on.
	Session int64 `json:"session"`
	// Online is false in the last will and in the state that a device sends when it
	// is switched off.
	Online bool `json:"online"`
	// At is when the state was so, by the hub's time as well as the device knows it;
	// of a last will: when it was left.
	At time.Time `json:"at"`

	// Firmware and Model are told to the technician, at most 100 bytes each.
	Firmware string `json:"firmware,omitempty"`
	Model    string `json:"model,omitempty"` // of the device
	// PlanHash is the hash of the plan that the device holds on disk, empty for
	// none.
	PlanHash string `json:"plan_hash,omitempty"`
	// Missing lists the audio of the plan that the device does not hold yet, by its
	// SHA-256.
	Missing []string `json:"missing,omitempty"`
	// Playing is what sounds now, absent for silence.
	Playing *Playing `json:"playing,omitempty"`
	// Volume is 0 to 100 percent, as it was last set by a plan or a command.
	Volume int `json:"volume"`
	// MutedUntil is set while the device keeps silent by command, emergencies
	// excepted.
	MutedUntil *time.Time `json:"muted_until,omitempty"`
	// ClockUnset says that the device does not know the time, and sounds nothing
	// planned until the hub has told it.
	ClockUnset bool `json:"clock_unset,omitempty"`
	// ClockOffsetMS is by how much the hub's clock is ahead of the device's,
	// in milliseconds.
	ClockOffsetMS float64 `json:"clock_offset_ms"`
	// OutputLatencyMS is how long before it is heard an item must be known to the
	// device, in milliseconds: what its sound card and amplifier take, and what the
	// device takes to begin. An emergency that shall begin everywhere at once is sent
	// so much ahead. Absent where it is not known.
	OutputLatencyMS int `json:"output_latency_ms,omitempty"`
}

// Late reports whether the state is the last will of a connection older than the
// newest one seen, which comes late and says nothing.
func (s State) Late(newest int64) bool { return !s.Online && s.Session < newest }

// Playing is the item that sounds on a device.
type Playing struct {
	Occurrence   string        `json:"occurrence"`
	Announcement string        `json:"announcement"`
	Title        string        `json:"title,omitempty"`
	Level        devices.Level `json:"level"`
	// StartedAt is when this play was first heard.
	StartedAt time.Time `json:"started_at"`
	// DurationMS is the length of the whole item, played once, in milliseconds.
	DurationMS int64 `json:"duration_ms"`
}

// HubState is the hub's own state (retained). A device needs nothing of it.
type HubState struct {
	// Online is false in the last will and after the hub was switched off.
	Online  bool      `json:"online"`
	At      time.Time `json:"at"`
	Version string    `json:"version,omitempty"` // of the hub's program
}

// maxOutputLatencyMS is more than any sound card takes.
const maxOutputLatencyMS = 60_000

// Check implements payload.
func (s *State) Check() error {
	if s.Session < 0 {
		return fmt.Errorf("session %d is negative", s.Session)
	}
	if len(s.Firmware) > 100 || len(s.Model) > 100 {
		return errors.New("firmware and model are at most 100 characters")
	}
	if s.PlanHash != "" && !IsSHA256(s.PlanHash) {
		return fmt.Errorf("plan_hash %q is no SHA-256", short(s.PlanHash))
	}
	for _, m := range s.Missing {
		if !IsSHA256(m) {
			return fmt.Errorf("missing audio %q is no SHA-256", short(m))
		}
	}
	if s.Playing != nil {
		if n := len(s.Playing.Title); n > 4096 {
			return fmt.Errorf("the title of what plays has %d bytes: at most 4096 are accepted", n)
		}
		if err := errors.Join(checkToken("occurrence", s.Playing.Occurrence), checkToken("announcement", s.Playing.Announcement)); err != nil {
			return err
		}
	}
	if s.OutputLatencyMS < 0 || s.OutputLatencyMS > maxOutputLatencyMS {
		return fmt.Errorf("an output latency of %d ms: 0 to %d are possible", s.OutputLatencyMS, maxOutputLatencyMS)
	}
	return checkVolume(s.Volume)
}

// Check implements payload.
func (h *HubState) Check() error { return nil }
