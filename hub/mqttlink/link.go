// Package mqttlink is the hub's line to its devices over an MQTT broker, its own
// or an outside one, on Eclipse Paho.
//
// It decodes and checks every payload before a feature sees it, keeps the order
// of one device's messages, acknowledges readings and plays only after the
// handler has stored them, and never lets one busy device hold up another:
// when the hub cannot keep up, readings and plays are left to the device, which
// sends again what no receipt named.
package mqttlink

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
)

const (
	lanes       = 16  // devices share them by hash; one device stays in one lane
	laneDepth   = 128 // messages that wait in a lane
	sendTimeout = 5 * time.Second
	// subscribeAgain is after what pause a broker that did not answer is asked again.
	subscribeAgain = time.Second
	keepAlive      = 10 * time.Second
	maxReconnect   = 10 * time.Second
)

// Handler takes what devices say. Calls for one device come one at a time and
// in order; different devices come at the same time.
type Handler interface {
	HandleState(context.Context, protocol.Address, protocol.State)
	HandleAck(context.Context, protocol.Address, protocol.Ack)
	// HandleTelemetry and HandlePlays return nil once everything is durable;
	// only then does the device get its receipt.
	HandleTelemetry(context.Context, protocol.Address, protocol.Telemetry) error
	HandlePlays(context.Context, protocol.Address, protocol.Plays) error
}

// Config is what a Link needs.
type Config struct {
	URL      string // tcp://host:port, ssl://…, ws://…
	Username string
	Password string
	Commune  devices.CommuneID
	Version  string // of the hub, told to the devices
	Handler  Handler
	// Changed is called when the line to the broker comes up or goes down.
	Changed func(up bool)
	Log     *slog.Logger
}

// Link is the hub's line to its devices.
type Link struct {
	cfg     Config
	client  mqtt.Client
	lanes   [lanes]chan message
	seed    maphash.Seed
	up      atomic.Bool
	dropped atomic.Int64
	refused struct {
		mu  sync.Mutex
		all map[refusedKind]*refusals
	}
}

type message struct {
	addr    protocol.Address
	channel protocol.Channel
	payload []byte
}

// New returns a link that connects when Run is called.
func New(cfg Config) *Link {
	l := &Link{cfg: cfg, seed: maphash.MakeSeed()}
	for i := range l.lanes {
		l.lanes[i] = make(chan message, laneDepth)
	}
	will, _ := json.Marshal(protocol.HubState{Online: false, At: time.Now().UTC()})
	o := mqtt.NewClientOptions().
		AddBroker(cfg.URL).
		SetClientID("hub").
		SetUsername(cfg.Username).
		SetPassword(cfg.Password).
		SetCleanSession(true).
		SetKeepAlive(keepAlive).
		SetPingTimeout(5*time.Second).
		SetWriteTimeout(sendTimeout).
		SetConnectTimeout(5*time.Second).
		SetConnectRetry(true).
		SetConnectRetryInterval(time.Second).
		SetMaxReconnectInterval(maxReconnect).
		SetTLSConfig(&tls.Config{MinVersion: tls.VersionTLS12}).
		SetBinaryWill(protocol.HubTopic(cfg.Commune), will, protocol.QoS, true).
		SetOnConnectHandler(l.connected).
		SetConnectionLostHandler(func(_ mqtt.Client, err error) { cfg.Log.Warn("line to the broker lost", "error", err) }).
		// Paho calls this before it makes a new line, the handler above at any time
		// after the loss: even when the new line stands already.
		SetReconnectingHandler(func(mqtt.Client, *mqtt.ClientOptions) { l.setUp(false) })
	l.client = mqtt.NewClient(o)
	return l
}

// Up reports whether the line to the broker stands.
func (l *Link) Up() bool { return l.up.Load() && l.client.IsConnectionOpen() }

// Dropped counts the messages that were left to the devices to send again.
func (l *Link) Dropped() int64 { return l.dropped.Load() }

// Run connects, keeps connected and passes messages on until ctx ends; then it
// takes leave of the devices.
func (l *Link) Run(ctx context.Context) error {
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	var wg sync.WaitGroup
	for _, lane := range l.lanes {
		wg.Go(func() {
			for {
				select {
				case m := <-lane:
					l.handle(work, m)
				case <-work.Done():
					return
				}
			}
		})
	}
	l.client.Connect() // retries by itself until it succeeds
	<-ctx.Done()
	if l.Up() {
		state, _ := json.Marshal(protocol.HubState{Online: false, At: time.Now().UTC()})
		l.client.Publish(protocol.HubTopic(l.cfg.Commune), protocol.QoS, true, state).WaitTimeout(time.Second)
	}
	l.client.Disconnect(250)
	stopWork()
	wg.Wait()
	return nil
}

// PublishPlan gives a device its plan (retained).
func (l *Link) PublishPlan(ctx context.Context, addr protocol.Address, plan protocol.Plan) error {
	return l.publish(ctx, addr.Topic(protocol.ChannelPlan), true, plan)
}

// Send gives a device a command.
func (l *Link) Send(ctx context.Context, addr protocol.Address, cmd protocol.Command) error {
	return l.publish(ctx, addr.Topic(protocol.ChannelCommand), false, cmd)
}

var errDown = errors.New("the line to the broker is down")

func (l *Link) publish(ctx context.Context, topic string, retained bool, v any) error {
	token, err := l.hand(topic, retained, v)
	if err != nil {
		return fmt.Errorf("publish %s: %w", topic, err)
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	select {
	case <-token.Done():
		if err := token.Error(); err != nil {
			return fmt.Errorf("publish %s: %w", topic, err)
		}
		return nil
	case <-ctx.Done():
		return fmt.Errorf("publish %s: %w", topic, ctx.Err())
	}
}

// hand gives the line a message; the token tells when the broker has it.
func (l *Link) hand(topic string, retained bool, v any) (mqtt.Token, error) {
	payload, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	if len(payload) > protocol.MaxPlan {
		// A broker cuts the line of who sends more than it takes.
		return nil, fmt.Errorf("%d bytes are more than the %d that a device accepts", len(payload), protocol.MaxPlan)
	}
	if !l.Up() {
		return nil, errDown
	}
	return l.client.Publish(topic, protocol.QoS, retained, payload), nil
}

func (l *Link) setUp(up bool) {
	if l.up.Swap(up) != up && l.cfg.Changed != nil {
		l.cfg.Changed(up)
	}
}

// connected subscribes anew after every connect: the session is a clean one.
func (l *Link) connected(c mqtt.Client) {
	filters := map[string]byte{protocol.AllDevices(protocol.ChannelClockAsk): 0}
	for _, ch := range protocol.FromDevice() {
		if ch != protocol.ChannelClockAsk {
			filters[protocol.AllDevices(ch)] = protocol.QoS
		}
	}
	for {
		t := c.SubscribeMultiple(filters, l.receive)
		if t.WaitTimeout(sendTimeout) && t.Error() == nil {
			break
		}
		if !c.IsConnectionOpen() {
			return // the next line subscribes
		}
		l.cfg.Log.Error("the broker does not take the hub's subscriptions; they are tried again", "error", t.Error())
		<-time.After(subscribeAgain)
	}
	state, _ := json.Marshal(protocol.HubState{Online: true, At: time.Now().UTC(), Version: l.cfg.Version})
	c.Publish(protocol.HubTopic(l.cfg.Commune), protocol.QoS, true, state)
	l.cfg.Log.Info("line to the broker stands", "url", l.cfg.URL)
	l.setUp(true)
}

// receive is called by Paho for each message, in order; it must not wait long.
func (l *Link) receive(_ mqtt.Client, m mqtt.Message) {
	received := time.Now()
	addr, channel, err := protocol.ParseTopic(m.Topic())
	if err != nil {
		l.cfg.Log.Warn("message ignored", "error", err)
		return
	}
	if channel == protocol.ChannelClockAsk {
		l.answerClock(addr, m.Payload(), received)
		return
	}
	lane := l.lanes[maphash.String(l.seed, addr.String())%lanes]
	msg := message{addr, channel, m.Payload()}
	switch channel {
	case protocol.ChannelTelemetry, protocol.ChannelPlay:
		select {
		case lane <- msg:
		default: // the device sends again what got no receipt
			l.dropped.Add(1)
		}
	default:
		lane <- msg
	}
}

func (l *Link) answerClock(addr protocol.Address, payload []byte, received time.Time) {
	ask, err := protocol.Decode[protocol.ClockAsk](payload)
	if err != nil {
		l.refuse(addr, protocol.ChannelClockAsk, err)
		return
	}
	if !protocol.Plausible(received) {
		return // a hub whose own clock was reset tells nobody the time
	}
	answer, _ := json.Marshal(protocol.ClockAnswer{T1: ask.T1, T2: received.UnixNano(), T3: time.Now().UnixNano()})
	l.client.Publish(addr.Topic(protocol.ChannelClockAnswer), 0, false, answer)
}

func (l *Link) handle(ctx context.Context, m message) {
	switch m.channel {
	case protocol.ChannelState:
		if len(m.payload) == 0 {
			return // a retained state was deleted
		}
		if s, err := protocol.Decode[protocol.State](m.payload); err != nil {
			l.refuse(m.addr, m.channel, err)
		} else {
			l.cfg.Handler.HandleState(ctx, m.addr, s)
		}
	case protocol.ChannelAck:
		if a, err := protocol.Decode[protocol.Ack](m.payload); err != nil {
			l.refuse(m.addr, m.channel, err)
		} else {
			l.cfg.Handler.HandleAck(ctx, m.addr, a)
		}
	case protocol.ChannelTelemetry:
		t, err := protocol.Decode[protocol.Telemetry](m.payload)
		if err != nil {
			l.refuse(m.addr, m.channel, err)
			return
		}
		if err := l.cfg.Handler.HandleTelemetry(ctx, m.addr, t); err != nil {
			l.cfg.Log.Error("readings not stored; the device will send them again", "device", m.addr, "error", err)
			return
		}
		l.receipt(m.addr, protocol.Receipt{Batches: []string{t.Batch}})
	case protocol.ChannelPlay:
		l.plays(ctx, m)
	}
}

// plays hands on the reports that make sense. The others are named in the receipt
// all the same: nothing better would ever come of them.
func (l *Link) plays(ctx context.Context, m message) {
	p, refused, err := protocol.DecodePlays(m.payload)
	if err != nil {
		l.refuse(m.addr, m.channel, err)
		return
	}
	if len(p.Plays) > 0 {
		if err := l.cfg.Handler.HandlePlays(ctx, m.addr, p); err != nil {
			l.cfg.Log.Error("plays not stored; the device will send them again", "device", m.addr, "error", err)
			return
		}
	}
	ids := make([]string, 0, len(p.Plays)+len(refused))
	for _, play := range p.Plays {
		ids = append(ids, play.ID)
	}
	for _, r := range refused {
		l.refuse(m.addr, m.channel, fmt.Errorf("the report %q: %w", r.ID, r.Err))
		if r.ID != "" {
			ids = append(ids, r.ID)
		}
	}
	if len(ids) > 0 {
		l.receipt(m.addr, protocol.Receipt{Plays: ids})
	}
}

// receipt does not wait until the broker has it: a lane that waits for the broker
// while what the broker says waits for the lane would hold up everybody.
func (l *Link) receipt(addr protocol.Address, r protocol.Receipt) {
	if _, err := l.hand(addr.Topic(protocol.ChannelReceipt), false, r); err != nil {
		l.cfg.Log.Warn("receipt not sent; the device will ask again", "device", addr, "error", err)
	}
}

// refuse tells of a message that makes no sense: each kind of a device's once a
// minute, with how many there were, so that a broken device does not fill the log.
func (l *Link) refuse(addr protocol.Address, ch protocol.Channel, err error) {
	l.refused.mu.Lock()
	defer l.refused.mu.Unlock()
	if l.refused.all == nil || len(l.refused.all) > maxTold {
		l.refused.all = map[refusedKind]*refusals{}
	}
	kind := refusedKind{addr, ch}
	r := l.refused.all[kind]
	if r == nil {
		r = &refusals{}
		l.refused.all[kind] = r
	}
	r.count++
	if now := time.Now(); r.told.IsZero() || now.Sub(r.told) >= tellEvery {
		l.cfg.Log.Warn("bad message from a device ignored", "device", addr, "channel", ch, "messages", r.count, "error", err)
		*r = refusals{told: now}
	}
}

const (
	tellEvery = time.Minute
	// maxTold bounds what refuse remembers: names of devices are made up easily on
	// an outside broker.
	maxTold = 10_000
)

type refusedKind struct {
	addr    protocol.Address
	channel protocol.Channel
}

// refusals are the messages of a kind that nobody was told of yet.
type refusals struct {
	count int
	told  time.Time
}
