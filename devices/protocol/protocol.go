// Package protocol is the contract between the hub and its loudspeaker
// clusters over MQTT 3.1.1: topics, payloads, quality of service, retained
// flags and the last will. It is the specification that a maker of hardware
// reads. Every field is described at its type; testdata holds golden vectors in
// which every field occurs.
//
// # Topics
//
// Every topic is sc/1/{commune}/{device}/{channel}; ids are 1 to 32 of a-z,
// 0-9 and "-". All messages are JSON in UTF-8 and travel with QoS 1 unless said
// otherwise.
//
//	channel       direction     retained  payload
//	state         device → hub  yes       [State]; the last will is a State with online=false
//	telemetry     device → hub  no        [Telemetry]
//	play          device → hub  no        [Plays]
//	ack           device → hub  no        [Ack]
//	plan          hub → device  yes       [Plan]
//	cmd           hub → device  no        [Command]
//	receipt       hub → device  no        [Receipt]
//	clock/ask     device → hub  no        [ClockAsk] (QoS 0)
//	clock/answer  hub → device  no        [ClockAnswer] (QoS 0)
//
// The hub's own state is sc/1/{commune}/hub ([HubState], retained, with a last
// will of online=false).
//
// # Messages
//
// Instants are RFC 3339 in UTC, by the hub's clock, and lie between 2020 and 2100;
// the clock exchange counts Unix nanoseconds. Lengths of time are in milliseconds,
// volumes in percent. Ids of commands, plays, batches, occurrences and
// announcements are 1 to 100 letters, digits or @:._/- . A plan has at most
// [MaxPlan] bytes, every other message at most [MaxPayload], a batch at most
// [MaxBatch] entries. Both sides ignore fields that they do not know, so that fields
// can be added; a message that breaks a rule is logged and changes nothing. So does
// an empty message: a device forgets its plan only for another plan, be it one
// without items.
//
// # Who may do what
//
// A device logs in with "{commune}/{device}" as client id and as user, and its
// secret as password. It sets its last will on its own state topic, publishes to
// its own device → hub channels, subscribes to its own hub → device channels and
// may subscribe to the hub's state, each by its whole name, and nothing else. Its
// keep-alive is 10 s at most, so that a dead link is noticed after 15 s.
//
// # State
//
// A device publishes its [State] after it has connected and whenever it changes. Each
// connection has a greater Session than all before, across restarts; it is in the
// last will too, so that a late last will cannot hide a device that has come back.
// A device that is switched off publishes the same as its last will.
//
// # Plans
//
// A device keeps its newest [Plan] and the audio of it on disk and plays from them
// by its own clock, with or without a link. It writes a plan to disk whole before it
// tells its Hash in its state. It fetches first what is due first, and keeps what the
// plan needs longest within its room; what [Plan.Keep] names always stays.
//
// An [Item] is due from Start until Deadline. Of the items that are due the most
// urgent sounds: emergency before priority before normal, then the lower Order, the
// earlier Start, the lesser Occurrence. One that sounds gives way to a higher level
// only, at once; among equals the one that has begun is finished first
// ([devices.Arbitrate] is this rule in code). What gives way has its fate in
// OnInterrupted: resume where it stopped, restart, or skip. To go on it has as
// much time as it had to begin: Deadline minus Start, from when it was cut, and
// never less than until Deadline. A loss of power is such an interruption. An item
// that sounds when a new plan no longer names it sounds to its end; a stop silences
// it.
//
// Every occurrence is done once: what was played, missed, failed or stopped does not
// sound again, though a plan or a command names it again. Audio that is missing,
// damaged or removed is fetched again until the Deadline.
//
// Samples are multiplied by the cube of the volume: 100 % is 0 dB, 80 % −5.8 dB,
// 50 % −18 dB. Volume of an Item comes before that of the device.
//
// # Commands
//
// A [Command] carries an id and an expiry: the device carries out each id once, across
// restarts, and refuses it after its expiry. It reports each step by [Ack]. The hub
// sends a command again until it is acknowledged; a device that knows the id repeats
// its last Ack. A device that has just connected waits for its first clock exchange,
// but no longer than some seconds, and never with a stop.
//
//	kind      needs   acknowledged by received, and then              what becomes of it
//	play      item    started, then finished or failed at its end     a Play reports it
//	more      item    started, then finished or failed at its end     replaces the item that awaits it
//	stop      (stop)  finished                                        Plays with the result stopped
//	volume    volume  finished                                        State.Volume
//	mute      until   finished                                        State.MutedUntil; what sounds is stopped
//	selftest          started, then finished with Measured, or failed 1 kHz for 1 s, half of full scale, at the device's volume
//	reboot            finished after the new start                    what sounded goes on as after a loss of power
//	refresh           finished                                        a State; plan asked for again, audio verified
//
// Instead of all of it an Ack of expired or failed may come at once. A self-test fails
// when something sounds or the device is muted, and gives way to every item. A mute
// spares emergencies; what it silences is not made up for afterwards.
//
// # Reports
//
// Every play that has ended is reported as a [Play]: also the ones that were cut, and
// items that never sounded; before the Ack that ends its command, so that the hub has
// no word of its own to add. What was interrupted and is then stopped before it goes on
// is reported once more, with the start, end and level of what had sounded last. Result is played, failed, missed, interrupted or stopped;
// Reason is one of the constants that begin with Reason. A device keeps every play
// and every batch of readings ([Telemetry], one [Sample] every
// [devices.ReportInterval]) until a [Receipt] names it, and sends again after each
// reconnect what no receipt named; readings at least for seven days.
//
// # Emergencies
//
// A device always holds the audio that [Plan.Keep] names. An emergency comes as a
// play command whose item has the chime alone and AwaitsMore: the device sounds
// it at once from its own store, over anything, and repeats it with no silence
// longer than [MaxAlertSilence] while it fetches what the following command of
// kind [CommandMore] names. It then plays that item, again and again as
// [Item.Again] says, until a stop; what both items begin with is not repeated. A
// command of kind more that comes before its play is kept for it. A newer emergency
// takes the air from an older one, which goes on after it unless its time is over;
// [devices.Arbitrate] is the rule.
//
// So that clusters begin together the hub sends an emergency ahead of its start, by
// what the slowest of them tells in [State.OutputLatencyMS]. One that hears of it too
// late to begin in time begins at the next half second of the hub's clock, together
// with others that are late.
//
// # Clocks
//
// A device asks for the time by clock/ask, quickly after connecting and every some
// seconds later, and reckons offset and drift of its own clock from the four
// timestamps as NTP does: T1 and T2 bound the offset from one side, T3 and the
// instant T4 at which the answer came from the other. It begins an item at
// Item.Start by the hub's time, shifted by [Plan.OffsetMS], reckoned to where the sound
// leaves the loudspeaker, and stays in step while it plays.
//
// A device remembers its clock's offset and drift while it is off. One that does not
// know the time, because its clock was reset (1970) or is far ahead (2038), says so in
// [State.ClockUnset] and sounds nothing planned until the hub has told it; what it could
// not begin meanwhile is reported as missed with the reason [ReasonClockUnset].
// Commands are carried out.
//
// # Audio
//
// Audio is fetched by its SHA-256 from GET {hub}/media/{sha256} with HTTP Basic
// authentication, the same user and password as for MQTT; ranges are served, so that
// a download can be resumed. It is verified before it is used. It is FLAC, mono,
// 16 bit, 24 kHz.
package protocol

import (
	"fmt"
	"strings"

	"github.com/smart-commune/smart-commune/devices"
)

// Version is the version of this contract; it is part of every topic.
const Version = 1

// QoS is the quality of service of every message but those of the clock.
const QoS = 1

// MaxPayload is the largest payload accepted from a device, in bytes.
const MaxPayload = 256 << 10

// MaxPlan is the largest plan that a device accepts, in bytes: a week of long
// programmes with all their pieces.
const MaxPlan = 4 << 20

// Delivery format of all audio.
const (
	SampleRate = 24000 // Hz
	Channels   = 1
	BitDepth   = 16
)

// Channel is the last part of a device's topic.
type Channel string

// The channels of a device.
const (
	ChannelState       Channel = "state"
	ChannelTelemetry   Channel = "telemetry"
	ChannelPlay        Channel = "play"
	ChannelAck         Channel = "ack"
	ChannelPlan        Channel = "plan"
	ChannelCommand     Channel = "cmd"
	ChannelReceipt     Channel = "receipt"
	ChannelClockAsk    Channel = "clock/ask"
	ChannelClockAnswer Channel = "clock/answer"
)

// FromDevice lists the channels that a device publishes to.
func FromDevice() []Channel {
	return []Channel{ChannelState, ChannelTelemetry, ChannelPlay, ChannelAck, ChannelClockAsk}
}

// ToDevice lists the channels that a device subscribes to.
func ToDevice() []Channel {
	return []Channel{ChannelPlan, ChannelCommand, ChannelReceipt, ChannelClockAnswer}
}

// Address is a device with its commune.
type Address struct {
	Commune devices.CommuneID
	Device  devices.DeviceID
}

// String returns "{commune}/{device}", which is also the user name of the
// device towards the broker and the media store.
func (a Address) String() string { return string(a.Commune) + "/" + string(a.Device) }

// ParseAddress reads what [Address.String] prints.
func ParseAddress(s string) (Address, error) {
	commune, device, ok := strings.Cut(s, "/")
	if !ok {
		return Address{}, fmt.Errorf("%q is not {commune}/{device}", s)
	}
	if err := devices.CheckID(commune); err != nil {
		return Address{}, fmt.Errorf("commune of %q: %w", s, err)
	}
	if err := devices.CheckID(device); err != nil {
		return Address{}, fmt.Errorf("device of %q: %w", s, err)
	}
	return Address{devices.CommuneID(commune), devices.DeviceID(device)}, nil
}

// Topic returns the topic of a device's channel.
func (a Address) Topic(c Channel) string {
	return fmt.Sprintf("sc/%d/%s/%s/%s", Version, a.Commune, a.Device, c)
}

// HubTopic returns the topic of the hub's own state.
func HubTopic(c devices.CommuneID) string { return fmt.Sprintf("sc/%d/%s/hub", Version, c) }

// AllDevices returns the filter that matches a channel of every device of every
// commune.
func AllDevices(c Channel) string { return fmt.Sprintf("sc/%d/+/+/%s", Version, c) }

// ParseTopic splits the topic of a device's channel.
func ParseTopic(topic string) (Address, Channel, error) {
	rest, ok := strings.CutPrefix(topic, fmt.Sprintf("sc/%d/", Version))
	if !ok {
		return Address{}, "", fmt.Errorf("topic %q does not begin with sc/%d/", short(topic), Version)
	}
	parts := strings.SplitN(rest, "/", 3)
	if len(parts) != 3 {
		return Address{}, "", fmt.Errorf("topic %q is not sc/%d/{commune}/{device}/{channel}", short(topic), Version)
	}
	a, err := ParseAddress(parts[0] + "/" + parts[1])
	if err != nil {
		return Address{}, "", fmt.Errorf("topic %q: %w", short(topic), err)
	}
	switch c := Channel(parts[2]); c {
	case ChannelState, ChannelTelemetry, ChannelPlay, ChannelAck, ChannelPlan,
		ChannelCommand, ChannelReceipt, ChannelClockAsk, ChannelClockAnswer:
		return a, c, nil
	}
	return Address{}, "", fmt.Errorf("topic %q has an unknown channel", short(topic))
}

// short keeps a hostile topic from filling the log.
func short(s string) string {
	if len(s) > 120 {
		return s[:120] + "…"
	}
	return s
}
