package protocol

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/smart-commune/smart-commune/devices"
)

// Play is the report of one play that has ended, or of an item that never sounded.
// The hub takes it in whatever its instants say: a device whose clock was reset must
// not keep its reports for ever.
type Play struct {
	// ID is made by the device, is unique for it and stays the same when the
	// report is sent again.
	ID           string `json:"id"`
	Occurrence   string `json:"occurrence"`   // of the item
	Announcement string `json:"announcement"` // of the item
	// PlannedAt is the item's start.
	PlannedAt time.Time `json:"planned_at"`
	// StartedAt is when it was first heard; absent when nothing sounded.
	StartedAt *time.Time `json:"started_at,omitempty"`
	// EndedAt is when the last of it was heard, or when it was given up.
	EndedAt time.Time `json:"ended_at"`
	// Result is played, failed, missed, interrupted or stopped.
	Result devices.Result `json:"result"`
	// Reason says why the result is not "played": one of the reasons below, or a few
	// English words; at most 200 bytes.
	Reason string `json:"reason,omitempty"`
	// LevelDBFS is the RMS level of what was sounded, gaps left out, measured on the
	// samples, in dB of a full-scale square wave.
	LevelDBFS *float64 `json:"level_dbfs,omitempty"`
	// CurrentA is the mean amplifier current while it sounded, in ampere.
	CurrentA *float64 `json:"current_a,omitempty"`
}

// The reasons why a play did not come to its end. They are codes that the hub puts
// into words.
const (
	ReasonAudioMissing = "audio_missing"    // failed: the device does not have the audio
	ReasonAudioInvalid = "audio_invalid"    // failed: the audio cannot be decoded
	ReasonOutput       = "output"           // failed: the sound card or the amplifier
	ReasonDeadline     = "deadline"         // missed: something else sounded until it was too late
	ReasonClockUnset   = "clock_unset"      // missed: the device did not know the time when it was due
	ReasonMuted        = "muted"            // missed, or stopped: the device was muted
	ReasonStopped      = "stopped"          // stopped: by a command
	ReasonHeardWhole   = devices.HeardWhole // stopped: by a command, and all of it was heard at least once before
	ReasonPreempted    = "preempted"        // interrupted: something more urgent cut in
	ReasonPowerLost    = "power_lost"       // interrupted: the power was lost
)

// Plays is a batch of play reports. A device sends at most [MaxBatch] at once.
type Plays struct {
	Plays []Play `json:"plays"`
}

// MaxBatch is the largest number of plays or samples in one message.
const MaxBatch = 500

// Receipt tells a device what the hub has stored durably, so that the device
// may forget it.
type Receipt struct {
	Batches []string `json:"batches,omitempty"` // of Telemetry
	Plays   []string `json:"plays,omitempty"`   // ids of Play
}

// Check implements payload.
func (p *Play) Check() error {
	err := errors.Join(checkToken("id", p.ID), checkToken("occurrence", p.Occurrence), checkToken("announcement", p.Announcement))
	if err != nil {
		return err
	}
	if len(p.Reason) > 200 {
		return errors.New("a reason is at most 200 characters")
	}
	switch p.Result {
	case devices.Played, devices.Failed, devices.Missed, devices.Interrupted, devices.Stopped:
		return nil
	}
	return fmt.Errorf("unknown result %q", short(string(p.Result)))
}

// Check implements payload.
func (p *Plays) Check() error {
	if len(p.Plays) == 0 || len(p.Plays) > MaxBatch {
		return fmt.Errorf("%d plays in a message: 1 to %d are accepted", len(p.Plays), MaxBatch)
	}
	for i := range p.Plays {
		if err := p.Plays[i].Check(); err != nil {
			return fmt.Errorf("play %d: %w", i, err)
		}
	}
	return nil
}

// Refused is a record of a batch that makes no sense.
type Refused struct {
	ID  string // as far as it can be read
	Err error
}

// DecodePlays reads a batch of play reports that came from outside, each by
// itself: one that makes no sense must not hold up the others, for a device sends
// again for ever what no receipt names.
func DecodePlays(data []byte) (sound Plays, refused []Refused, err error) {
	if len(data) > MaxPayload {
		return sound, nil, fmt.Errorf("payload of %d bytes: at most %d are accepted", len(data), MaxPayload)
	}
	var batch struct {
		Plays []json.RawMessage `json:"plays"`
	}
	if err := json.Unmarshal(data, &batch); err != nil {
		return sound, nil, fmt.Errorf("payload is no valid JSON of its kind: %w", err)
	}
	if n := len(batch.Plays); n == 0 || n > MaxBatch {
		return sound, nil, fmt.Errorf("%d plays in a message: 1 to %d are accepted", n, MaxBatch)
	}
	for _, one := range batch.Plays {
		var p Play
		err := json.Unmarshal(one, &p)
		if err == nil {
			err = p.Check()
		}
		if err == nil {
			sound.Plays = append(sound.Plays, p)
			continue
		}
		var named struct {
			ID string `json:"id"`
		}
		// Without an id it cannot be named in a receipt.
		if json.Unmarshal(one, &named) != nil || checkToken("id", named.ID) != nil {
			named.ID = ""
		}
		refused = append(refused, Refused{named.ID, err})
	}
	return sound, refused, nil
}

// Check implements payload.
func (r *Receipt) Check() error { return nil }
