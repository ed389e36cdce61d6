package protocol

import (
	"errors"
	"fmt"
	"time"
)

// CommandKind is what a command asks for.
type CommandKind string

// The kinds of command.
const (
	CommandPlay   CommandKind = "play"   // sound Item at Item.Start, or at once when that is past
	CommandStop   CommandKind = "stop"   // silence the announcement that Stop names, or everything
	CommandVolume CommandKind = "volume" // set the cluster's volume

	CommandMore     CommandKind = "more"     // Item is the whole of the item that [Item.AwaitsMore]
	CommandMute     CommandKind = "mute"     // keep silent until Until, emergencies excepted; a past Until ends it
	CommandSelfTest CommandKind = "selftest" // sound a tone of 1 s and report what was measured
	CommandReboot   CommandKind = "reboot"   // start the firmware anew
	CommandRefresh  CommandKind = "refresh"  // fetch plan and missing audio again and report the state
)

// Command is what a device carries out now, once for each id.
type Command struct {
	ID   string      `json:"id"`
	Kind CommandKind `json:"kind"` // says which of the fields below are there
	// IssuedAt is when the hub made it; a device whose clock is unset and that is
	// told no time takes it from here.
	IssuedAt time.Time `json:"issued_at"`
	// ExpiresAt is the instant after which the device refuses the command.
	ExpiresAt time.Time `json:"expires_at"`
	// Item is what is to sound (play, more).
	Item *Item `json:"item,omitempty"`
	// Stop is the announcement to silence; empty means everything that sounds, and
	// everything that waits to sound now (stop).
	Stop string `json:"stop,omitempty"`
	// Volume is 0 to 100 percent (volume). In a self-test it is what the hub takes
	// the cluster's own to be; the device changes nothing by it.
	Volume *int `json:"volume,omitempty"`
	// Until is the end of a mute (mute).
	Until *time.Time `json:"until,omitempty"`
}

// Outcome is how far a device came with a command.
type Outcome string

// The outcomes of a command. Finished, Failed and Expired are final.
const (
	OutcomeReceived Outcome = "received" // understood and kept
	OutcomeStarted  Outcome = "started"  // sounding
	OutcomeFinished Outcome = "finished" // carried out; the play report tells the rest
	OutcomeFailed   Outcome = "failed"   // could not be carried out, see the reason
	OutcomeExpired  Outcome = "expired"  // came after its expiry
)

// Ack reports one step of a command.
type Ack struct {
	Command string    `json:"command"` // its id
	Outcome Outcome   `json:"outcome"` // received, started, finished, failed or expired
	At      time.Time `json:"at"`
	// Reason says why a command failed, in a few English words or one of the reasons
	// of a [Play]; at most 200 bytes.
	Reason string `json:"reason,omitempty"`
	// Measured is what a self-test found.
	Measured *Measured `json:"measured,omitempty"`
}

// Measured is what a device measured of its own sound.
type Measured struct {
	LevelDBFS float64 `json:"level_dbfs"` // RMS of the samples sounded
	CurrentA  float64 `json:"current_a"`  // mean amplifier current, in ampere
	SupplyV   float64 `json:"supply_v"`   // lowest supply voltage, in volt
}

// Check implements payload.
func (c *Command) Check() error {
	if err := errors.Join(checkToken("id", c.ID), checkTime("expires_at", c.ExpiresAt)); err != nil {
		return err
	}
	switch c.Kind {
	case CommandPlay, CommandMore:
		if c.Item == nil {
			return fmt.Errorf("a %s command needs an item", c.Kind)
		}
		return c.Item.Check()
	case CommandVolume:
		if c.Volume == nil {
			return errors.New("a volume command needs a volume")
		}
		return checkVolume(*c.Volume)
	case CommandMute:
		if c.Until == nil {
			return errors.New("a mute command needs the end of the mute")
		}
		return nil
	case CommandStop, CommandSelfTest, CommandReboot, CommandRefresh:
		return nil
	}
	return fmt.Errorf("unknown kind of command %q", short(string(c.Kind)))
}

// Check implements payload.
func (a *Ack) Check() error {
	switch a.Outcome {
	case OutcomeReceived, OutcomeStarted, OutcomeFinished, OutcomeFailed, OutcomeExpired:
	default:
		return fmt.Errorf("unknown outcome %q", short(string(a.Outcome)))
	}
	if len(a.Reason) > 200 {
		return errors.New("a reason is at most 200 characters")
	}
	return checkToken("command", a.Command)
}
