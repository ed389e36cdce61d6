package protocol

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/smart-commune/smart-commune/devices"
)

// Audio names one piece of audio in the media store.
type Audio struct {
	SHA256 string `json:"sha256"` // lower-case hex, of the FLAC file
	Bytes  int64  `json:"bytes"`  // length of the file
	// DurationMS is the length of the sound, in milliseconds.
	DurationMS int64 `json:"duration_ms"`
	// GapMS is the silence kept before this piece, in milliseconds, at most two
	// hours.
	GapMS int64 `json:"gap_ms,omitempty"`
}

// Item is one occurrence of an announcement on a cluster.
type Item struct {
	// Occurrence is unique in the commune and stays the same when the plan is
	// compiled again: "{announcement}@{start as Unix seconds}". A device sounds each
	// occurrence to its end once, however often it is named by plans and commands.
	Occurrence string `json:"occurrence"`
	// Announcement is what is announced; a stop names it.
	Announcement string        `json:"announcement"`
	Title        string        `json:"title,omitempty"` // for people
	Level        devices.Level `json:"level"`           // normal, priority or emergency
	// Order is the place among items of the same level, lower first.
	Order int `json:"order,omitempty"`
	// Start is when the item shall be heard.
	Start time.Time `json:"start"`
	// Deadline is the instant after which the item is no longer begun and is
	// reported as missed.
	Deadline time.Time `json:"deadline"`
	// Volume is 0 to 100 percent; absent means the device's own.
	Volume *int `json:"volume,omitempty"`
	// OnInterrupted is what becomes of the item when something more urgent or a loss
	// of power cuts it: resume, restart or skip. It defaults to restart.
	OnInterrupted devices.Fate `json:"on_interrupted,omitempty"`
	// Audio is played in order, each piece after its gap; there is at least one.
	Audio []Audio `json:"audio"`
	// Again repeats all of Audio until it is over; an emergency is repeated so
	// until somebody stops it.
	Again *Again `json:"again,omitempty"`
	// AwaitsMore says that a command of kind [CommandMore] brings the rest: until
	// then the device repeats what it has, with no silence of more than
	// [MaxAlertSilence].
	AwaitsMore bool `json:"awaits_more,omitempty"`
}

// Again is how an item is repeated.
type Again struct {
	// Until is the instant after which no further repetition begins.
	Until time.Time `json:"until"`
	// GapMS is the silence between two repetitions, in milliseconds.
	GapMS int64 `json:"gap_ms,omitempty"`
}

// MaxAlertSilence is the longest silence in an emergency that still awaits its
// message (ISO 7240-16).
const MaxAlertSilence = 10 * time.Second

// DurationMS is the length of all audio of the item with its gaps, played once,
// in milliseconds.
func (it Item) DurationMS() (ms int64) {
	for _, a := range it.Audio {
		ms += a.GapMS + a.DurationMS
	}
	return ms
}

// Plan is what a cluster plays in the next days (retained). It replaces every
// earlier plan.
type Plan struct {
	// Hash is the [Plan.ContentHash]; the device reports it back in [State].
	Hash string `json:"hash"`
	// CompiledAt is when the hub made the plan: a device whose clock shows something
	// long before it, or long after Until, does not know the time.
	CompiledAt time.Time `json:"compiled_at"`
	// Until is the end of what was planned: nothing is known of later.
	Until time.Time `json:"until"`
	// Volume is the cluster's own volume, 0 to 100 percent. It is set when it differs
	// from that of the plan before; until then a volume set by command holds.
	Volume int `json:"volume"`
	// OffsetMS delays everything that the cluster sounds, in milliseconds
	// (negative: earlier; at most 1000 either way), so that neighbours that are heard
	// together agree at the listener; sound travels 17 m in 50 ms.
	OffsetMS int `json:"offset_ms,omitempty"`
	// Items need no order, and may be none.
	Items []Item `json:"items"`
	// Keep lists audio that the device holds whether or not an item needs it now:
	// the chimes, so that an emergency can begin before its message is there.
	Keep []Audio `json:"keep,omitempty"`
}

// ContentHash is the hex SHA-256 over everything but the hash and the times of
// compiling, so that compiling the same plan again gives the same hash.
func (p Plan) ContentHash() string {
	h := sha256.New()
	// Encoding these types cannot fail.
	_ = json.NewEncoder(h).Encode(struct {
		Volume   int
		Items    []Item
		OffsetMS int     `json:",omitempty"`
		Keep     []Audio `json:",omitempty"`
	}{p.Volume, p.Items, p.OffsetMS, p.Keep})
	return hex.EncodeToString(h.Sum(nil))
}

// maxGapMS is the longest silence inside an item, two hours.
const maxGapMS = 7200 * 1000

func (a Audio) check() error {
	switch {
	case !IsSHA256(a.SHA256) || a.Bytes <= 0 || a.DurationMS <= 0:
		return errors.New("audio needs sha256, bytes and duration_ms")
	case a.GapMS < 0 || a.GapMS > maxGapMS:
		return fmt.Errorf("a gap of %d ms: 0 to %d are possible", a.GapMS, maxGapMS)
	}
	return nil
}

// Check implements payload.
func (it *Item) Check() error {
	err := errors.Join(checkToken("occurrence", it.Occurrence), checkToken("announcement", it.Announcement),
		checkTime("start", it.Start), checkTime("deadline", it.Deadline))
	if err != nil {
		return err
	}
	if it.Volume != nil {
		if err := checkVolume(*it.Volume); err != nil {
			return err
		}
	}
	if len(it.Audio) == 0 {
		return fmt.Errorf("item %s has no audio", it.Occurrence)
	}
	for _, a := range it.Audio {
		if err := a.check(); err != nil {
			return fmt.Errorf("item %s: %w", it.Occurrence, err)
		}
	}
	if it.Again != nil && (it.Again.GapMS < 0 || it.Again.GapMS > maxGapMS) {
		return fmt.Errorf("item %s: a gap of %d ms: 0 to %d are possible", it.Occurrence, it.Again.GapMS, maxGapMS)
	}
	_, err = devices.ParseFate(string(it.OnInterrupted))
	return err
}

// Check implements payload.
func (p *Plan) Check() error {
	for i := range p.Items {
		if err := p.Items[i].Check(); err != nil {
			return fmt.Errorf("item %d: %w", i, err)
		}
	}
	for _, a := range p.Keep {
		if err := a.check(); err != nil {
			return fmt.Errorf("audio to keep: %w", err)
		}
	}
	if p.OffsetMS < -1000 || p.OffsetMS > 1000 {
		return fmt.Errorf("an offset of %d ms: -1000 to 1000 are possible", p.OffsetMS)
	}
	if got := p.ContentHash(); p.Hash != got {
		return fmt.Errorf("plan hash is %s, its content says %s", short(p.Hash), got)
	}
	return checkVolume(p.Volume)
}
