// Package protocol is the contract between the hub and its loudspeaker
// clusters over MQTT 3.1.1: topics, payloads, quality of service, retained
// flags and the last will. It is the specification that a maker of hardware
// reads; testdata holds one golden vector for each payload.
//
// # Topics
//
// Every topic is sc/1/{commune}/{device}/{channel}; ids are 1 to 32 of a-z,
// 0-9 and "-". All messages are JSON and travel with QoS 1.
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
// # Who may do what
//
// A device logs in with "{commune}/{device}" as client id and as user, and its
// secret as password. It sets its last will on its own state topic, publishes to
// its own device → hub channels, subscribes to its own hub → device channels and
// to the hub's state, each by its whole name, and nothing else.
//
// # Guarantees asked of a device
//
// A device keeps its newest plan and the audio of it on disk and plays from
// them by its own clock, with or without a link. It keeps every play and every
// batch of readings until a [Receipt] names it, and sends again after each
// reconnect what no receipt named. A command carries an id and an expiry: the
// device carries out each id once, refuses it after its expiry, and reports
// each step by [Ack].
//
// # Emergencies
//
// A device always holds the audio that [Plan.Keep] names. An emergency comes as a
// play command whose item has the chime alone and AwaitsMore: the device sounds
// it at once from its own store, over anything, and repeats it with no silence
// longer than [MaxAlertSilence] while it fetches what the following command of
// kind [CommandMore] names. It then plays that item, again and again as
// [Item.Again] says, until a stop.
//
// # Clocks
//
// A device asks for the time by clock/ask and reckons offset and drift of its own
// clock from the four timestamps as NTP does. It begins an item at Item.Start by
// the hub's time, shifted by [Plan.OffsetMS].
//
// # Audio
//
// Audio is fetched by its SHA-256 from GET {hub}/media/{sha256} with HTTP Basic
// authentication, the same user and password as for MQTT. It is FLAC, mono,
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
