package protocol

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"regexp"
	"time"

	"github.com/smart-commune/smart-commune/devices"
)

// State is what a device says of itself whenever it changes (retained).
type State struct {
	// Session counts the device's connections and only ever grows, across
	// restarts too. A state with a smaller session than one already seen is a
	// late last will and is ignored.
	Session int64     `json:"session"`
	Online  bool      `json:"online"`
	At      time.Time `json:"at"`

	Firmware string `json:"firmware,omitempty"`
	Model    string `json:"model,omitempty"`
	// PlanHash is the hash of the plan that the device holds on disk, empty for
	// none.
	PlanHash string `json:"plan_hash,omitempty"`
	// Missing lists the audio of the plan that the device does not hold yet.
	Missing []string `json:"missing,omitempty"`
	// Playing is what sounds now.
	Playing *Playing `json:"playing,omitempty"`
	// Volume is 0 to 100 percent.
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
}

// Playing is the item that sounds on a device.
type Playing struct {
	Occurrence   string        `json:"occurrence"`
	Announcement string        `json:"announcement"`
	Title        string        `json:"title,omitempty"`
	Level        devices.Level `json:"level"`
	StartedAt    time.Time     `json:"started_at"`
	DurationMS   int64         `json:"duration_ms"`
}

// Audio names one piece of audio in the media store.
type Audio struct {
	SHA256     string `json:"sha256"` // lower-case hex of the FLAC file
	Bytes      int64  `json:"bytes"`
	DurationMS int64  `json:"duration_ms"`
	// GapMS is the silence kept before this piece, in milliseconds.
	GapMS int64 `json:"gap_ms,omitempty"`
}

// Item is one occurrence of an announcement on a cluster.
type Item struct {
	// Occurrence is unique in the commune and stays the same when the plan is
	// compiled again: "{announcement}@{start as Unix seconds}".
	Occurrence   string        `json:"occurrence"`
	Announcement string        `json:"announcement"`
	Title        string        `json:"title,omitempty"`
	Level        devices.Level `json:"level"`
	// Order is the place among items of the same level, lower first.
	Order int       `json:"order,omitempty"`
	Start time.Time `json:"start"`
	// Deadline is the instant after which the item is no longer begun and is
	// reported as missed.
	Deadline time.Time `json:"deadline"`
	// Volume is 0 to 100 percent; absent means the device's own.
	Volume        *int         `json:"volume,omitempty"`
	OnInterrupted devices.Fate `json:"on_interrupted,omitempty"`
	// Audio is played in order, each piece after its gap.
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
	Hash       string    `json:"hash"`
	CompiledAt time.Time `json:"compiled_at"`
	Until      time.Time `json:"until"`
	// Volume is the cluster's own volume, 0 to 100 percent.
	Volume int `json:"volume"`
	// OffsetMS delays everything that the cluster sounds, in milliseconds
	// (negative: earlier), so that neighbours that are heard together agree at
	// the listener; sound travels 17 m in 50 ms.
	OffsetMS int    `json:"offset_ms,omitempty"`
	Items    []Item `json:"items"`
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

// CommandKind is what a command asks for.
type CommandKind string

// The kinds of command.
const (
	CommandPlay   CommandKind = "play"   // sound Item at Item.Start, or at once when that is past
	CommandStop   CommandKind = "stop"   // silence the item Stop names, or everything
	CommandVolume CommandKind = "volume" // set the cluster's volume

	CommandMore     CommandKind = "more"     // Item is the whole of the item that [Item.AwaitsMore]
	CommandMute     CommandKind = "mute"     // keep silent until Until, emergencies excepted; a past Until ends it
	CommandSelfTest CommandKind = "selftest" // sound a short tone and report what was measured
	CommandReboot   CommandKind = "reboot"   // start the firmware anew
	CommandRefresh  CommandKind = "refresh"  // fetch plan and missing audio again and report the state
)

// Command is what a device carries out now, once for each id.
type Command struct {
	ID        string      `json:"id"`
	Kind      CommandKind `json:"kind"`
	IssuedAt  time.Time   `json:"issued_at"`
	ExpiresAt time.Time   `json:"expires_at"`
	Item      *Item       `json:"item,omitempty"` // play
	// Stop is the announcement to silence; empty means everything that sounds.
	Stop string `json:"stop,omitempty"`
	// Volume is 0 to 100 percent (volume). In a self-test it is what the hub takes
	// the cluster's own to be; the device changes nothing by it.
	Volume *int `json:"volume,omitempty"`
	// Until is the end of a mute.
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
	Command string    `json:"command"`
	Outcome Outcome   `json:"outcome"`
	At      time.Time `json:"at"`
	Reason  string    `json:"reason,omitempty"`
	// Measured is what a self-test found.
	Measured *Measured `json:"measured,omitempty"`
}

// Measured is what a device measured of its own sound.
type Measured struct {
	LevelDBFS float64 `json:"level_dbfs"` // RMS of the samples sounded
	CurrentA  float64 `json:"current_a"`  // mean amplifier current, in ampere
	SupplyV   float64 `json:"supply_v"`   // lowest supply voltage, in volt
}

// Play is the report of one play that has ended.
type Play struct {
	// ID is made by the device, is unique for it and stays the same when the
	// report is sent again.
	ID           string         `json:"id"`
	Occurrence   string         `json:"occurrence"`
	Announcement string         `json:"announcement"`
	PlannedAt    time.Time      `json:"planned_at"`
	StartedAt    *time.Time     `json:"started_at,omitempty"` // absent when nothing sounded
	EndedAt      time.Time      `json:"ended_at"`
	Result       devices.Result `json:"result"`
	// Reason says why the result is not "played", in a few English words or a
	// code: audio_missing, power_lost, preempted, stopped, deadline, output.
	Reason string `json:"reason,omitempty"`
	// LevelDBFS is the RMS level of what was sounded, measured on the samples.
	LevelDBFS *float64 `json:"level_dbfs,omitempty"`
	// CurrentA is the mean amplifier current while it sounded, in ampere.
	CurrentA *float64 `json:"current_a,omitempty"`
}

// Plays is a batch of play reports. A device sends at most [MaxBatch] at once.
type Plays struct {
	Plays []Play `json:"plays"`
}

// MaxBatch is the largest number of plays or samples in one message.
const MaxBatch = 500

// Sample is what a device measured at one instant.
type Sample struct {
	At time.Time `json:"at"`
	// Values by metric name; names are 1 to 40 of a-z, 0-9 and "_".
	Values map[string]float64 `json:"values"`
}

// Telemetry is a batch of samples, acknowledged as a whole.
type Telemetry struct {
	Batch   string   `json:"batch"` // made by the device, unique for it
	Samples []Sample `json:"samples"`
}

// The metrics that every cluster reports, with their units.
const (
	MetricTemperature = "temperature_c"
	MetricSupply      = "supply_v"
	MetricAmpCurrent  = "amp_current_a"
	MetricSignal      = "signal_dbm"
	MetricVolume      = "volume_pct"
	MetricPlaying     = "playing"    // 0 or 1
	MetricLevel       = "level_dbfs" // RMS of the last interval's samples; absent in silence
)

// The metrics that the hub measures of every camera, with their units.
const (
	MetricFPS     = "fps"
	MetricBitrate = "bitrate_kbps"
)

// Receipt tells a device what the hub has stored durably, so that the device
// may forget it.
type Receipt struct {
	Batches []string `json:"batches,omitempty"` // of Telemetry
	Plays   []string `json:"plays,omitempty"`   // ids of Play
}

// ClockAsk begins a four-timestamp exchange (RFC 5905). Times are Unix
// nanoseconds.
type ClockAsk struct {
	T1 int64 `json:"t1"` // device's clock at sending
}

// ClockAnswer is the hub's half of the exchange.
type ClockAnswer struct {
	T1 int64 `json:"t1"` // copied from the question
	T2 int64 `json:"t2"` // hub's clock at receipt
	T3 int64 `json:"t3"` // hub's clock at sending
}

// HubState is the hub's own state (retained).
type HubState struct {
	Online  bool      `json:"online"`
	At      time.Time `json:"at"`
	Version string    `json:"version,omitempty"`
}

// payload is any message body that can check itself.
type payload interface{ Check() error }

// Decode reads and checks a payload that came from outside.
func Decode[P any, T interface {
	*P
	payload
}](data []byte) (P, error) {
	var p P
	limit := MaxPayload
	if _, plan := any(p).(Plan); plan {
		limit = MaxPlan
	}
	if len(data) > limit {
		return p, fmt.Errorf("payload of %d bytes: at most %d are accepted", len(data), limit)
	}
	if err := json.Unmarshal(data, &p); err != nil {
		return p, fmt.Errorf("payload is no valid JSON of its kind: %w", err)
	}
	if err := T(&p).Check(); err != nil {
		return p, err
	}
	return p, nil
}

var (
	metricName = regexp.MustCompile(`^[a-z0-9_]{1,40}$`)
	tokenName  = regexp.MustCompile(`^[A-Za-z0-9@:._/-]{1,100}$`)
	sha256Name = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// IsSHA256 reports whether s is a lower-case hex SHA-256.
func IsSHA256(s string) bool { return sha256Name.MatchString(s) }

// IsMetric reports whether s is a valid metric name.
func IsMetric(s string) bool { return metricName.MatchString(s) }

func checkToken(what, s string) error {
	if !tokenName.MatchString(s) {
		return fmt.Errorf("%s %q: 1 to 100 letters, digits or @:._/- are expected", what, short(s))
	}
	return nil
}

// checkTime refuses instants that no sound clock shows, so that a reset clock
// (1970) or a broken one cannot scatter records over the ages.
func checkTime(what string, t time.Time) error {
	if y := t.Year(); y < 2020 || y > 2100 {
		return fmt.Errorf("%s is %s: the clock that wrote it is wrong", what, t.Format(time.RFC3339))
	}
	return nil
}

func checkVolume(v int) error {
	if v < 0 || v > 100 {
		return fmt.Errorf("volume %d: 0 to 100 percent are possible", v)
	}
	return nil
}

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
		if err := errors.Join(checkToken("occurrence", s.Playing.Occurrence), checkToken("announcement", s.Playing.Announcement)); err != nil {
			return err
		}
	}
	return checkVolume(s.Volume)
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

// Check implements payload.
func (p *Play) Check() error {
	err := errors.Join(checkToken("id", p.ID), checkToken("occurrence", p.Occurrence),
		checkToken("announcement", p.Announcement), checkTime("planned_at", p.PlannedAt), checkTime("ended_at", p.EndedAt))
	if err != nil {
		return err
	}
	if p.StartedAt != nil {
		if err := checkTime("started_at", *p.StartedAt); err != nil {
			return err
		}
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

// Check implements payload.
func (t *Telemetry) Check() error {
	if err := checkToken("batch", t.Batch); err != nil {
		return err
	}
	if len(t.Samples) == 0 || len(t.Samples) > MaxBatch {
		return fmt.Errorf("%d samples in a batch: 1 to %d are accepted", len(t.Samples), MaxBatch)
	}
	for i, s := range t.Samples {
		if err := checkTime("at", s.At); err != nil {
			return fmt.Errorf("sample %d: %w", i, err)
		}
		if len(s.Values) > 64 {
			return fmt.Errorf("sample %d has %d values: at most 64 are accepted", i, len(s.Values))
		}
		for name, v := range s.Values {
			if !IsMetric(name) {
				return fmt.Errorf("sample %d: metric %q: 1 to 40 of a-z, 0-9 and _ are expected", i, short(name))
			}
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("sample %d: %s is not a number", i, name)
			}
		}
	}
	return nil
}

// Check implements payload.
func (r *Receipt) Check() error { return nil }

// Check implements payload.
func (c *ClockAsk) Check() error { return nil }

// Check implements payload.
func (c *ClockAnswer) Check() error { return nil }

// Check implements payload.
func (h *HubState) Check() error { return nil }
