package speaker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
	mqtt "github.com/eclipse/paho.mqtt.golang"
	"github.com/smart-commune/smart-commune/devices/protocol"
)

const (
	// keepAlive lets the broker notice a dead link after 15 s.
	keepAlive      = 10 * time.Second
	connectTimeout = 10 * time.Second
	reconnectAfter = 500 * time.Millisecond // grows
	reconnectMax   = 15 * time.Second
	farewellTime   = time.Second
)

// link keeps the connection to the broker. It makes a new one, with a session
// number of its own in the last will, whenever the old one is lost.
type link struct {
	cfg   Config
	clock *clock
	log   *slog.Logger
	// deliver hands over what happens on the link: linkUp, linkDown, message.
	// It must return when ctx is done.
	deliver func(ctx context.Context, event any)
	out     chan outgoing
}

type outgoing struct {
	channel protocol.Channel
	payload []byte
}

type linkUp struct{ session int64 }

type linkDown struct{}

type message struct {
	channel protocol.Channel
	payload []byte
	at      time.Time // local clock
}

func newLink(cfg Config, c *clock, log *slog.Logger, deliver func(context.Context, any)) *link {
	// What does not fit is dropped: everything that matters is sent again until
	// the hub confirms it.
	return &link{cfg: cfg, clock: c, log: log, deliver: deliver, out: make(chan outgoing, 64)}
}

// send queues a message; it never blocks. It reports whether there was room.
func (l *link) send(c protocol.Channel, payload any) bool {
	data, err := json.Marshal(payload)
	if err != nil {
		l.log.Error("cannot encode a message", "channel", c, "error", err)
		return false
	}
	select {
	case l.out <- outgoing{c, data}:
		return true
	default:
		return false
	}
}

func (l *link) run(ctx context.Context) {
	wait := backoff.NewExponentialBackOff()
	wait.InitialInterval, wait.MaxInterval = reconnectAfter, reconnectMax
	for ctx.Err() == nil {
		connected, err := l.session(ctx)
		if ctx.Err() != nil {
			return
		}
		if connected {
			wait.Reset()
		}
		pause := wait.NextBackOff()
		l.log.Warn("no link to the hub", "again_in", pause.Round(time.Millisecond).String(), "error", err)
		_ = sleep(ctx, pause)
	}
}

// nextSession persists and returns a number greater than every one before. It
// is at least the Unix time, so that a device whose disk was replaced is
// believed too.
func (l *link) nextSession() (int64, error) {
	path := filepath.Join(l.cfg.Dir, "session")
	data, err := readFile(path)
	if err != nil {
		return 0, err
	}
	last, _ := strconv.ParseInt(strings.TrimSpace(string(data)), 10, 64)
	next := max(last+1, l.cfg.Now().Unix())
	return next, writeFile(path, fmt.Appendf(nil, "%d\n", next))
}

// session serves one connection until it is lost or ctx is done.
func (l *link) session(ctx context.Context) (connected bool, err error) {
	number, err := l.nextSession()
	if err != nil {
		return false, fmt.Errorf("persist the session number: %w", err)
	}
	will, err := json.Marshal(l.farewell(number))
	if err != nil {
		return false, err
	}
	over, end := context.WithCancel(ctx)
	defer end()
	lost := make(chan error, 1)
	client := mqtt.NewClient(mqtt.NewClientOptions().
		AddBroker(l.cfg.Broker).
		SetClientID(l.cfg.Address.String()).
		SetUsername(l.cfg.Address.String()).
		SetPassword(l.cfg.Secret).
		SetProtocolVersion(4).
		SetCleanSession(true).
		SetAutoReconnect(false).
		SetKeepAlive(keepAlive).
		SetPingTimeout(keepAlive/2).
		SetConnectTimeout(connectTimeout).
		SetWriteTimeout(connectTimeout).
		SetBinaryWill(l.cfg.Address.Topic(protocol.ChannelState), will, protocol.QoS, true).
		SetCustomOpenConnectionFn(func(u *url.URL, o mqtt.ClientOptions) (net.Conn, error) {
			dialing, stop := context.WithTimeout(over, o.ConnectTimeout)
			defer stop()
			conn, err := l.cfg.Dial(dialing, "tcp", u.Host)
			if err == nil {
				context.AfterFunc(over, func() { _ = conn.Close() })
			}
			return conn, err
		}).
		SetConnectionLostHandler(func(_ mqtt.Client, err error) { lost <- err }).
		SetDefaultPublishHandler(func(_ mqtt.Client, m mqtt.Message) {
			at := l.cfg.Now()
			_, channel, err := protocol.ParseTopic(m.Topic())
			if err != nil {
				l.log.Warn("message on a strange topic", "error", err)
				return
			}
			l.deliver(over, message{channel, m.Payload(), at})
		}))
	if err := await(ctx, client.Connect(), connectTimeout+time.Second); err != nil {
		end()
		client.Disconnect(0)
		return false, fmt.Errorf("connect to %s: %w", l.cfg.Broker, err)
	}
	defer client.Disconnect(uint(farewellTime.Milliseconds() / 4))
	filters := map[string]byte{}
	for _, c := range protocol.ToDevice() {
		filters[l.cfg.Address.Topic(c)] = qos(c)
	}
	if err := await(ctx, client.SubscribeMultiple(filters, nil), connectTimeout); err != nil {
		return false, fmt.Errorf("subscribe: %w", err)
	}
	for len(l.out) > 0 {
		<-l.out // meant for the link before
	}
	l.deliver(over, linkUp{number})
	defer l.deliver(ctx, linkDown{})
	l.log.Info("connected", "session", number)
	for {
		select {
		case m := <-l.out:
			retained := m.channel == protocol.ChannelState
			client.Publish(l.cfg.Address.Topic(m.channel), qos(m.channel), retained, m.payload)
		case err := <-lost:
			return true, fmt.Errorf("connection lost: %w", err)
		case <-ctx.Done():
			// The last will is for the unexpected; a device that is switched off
			// says so.
			if data, err := json.Marshal(l.farewell(number)); err == nil {
				t := client.Publish(l.cfg.Address.Topic(protocol.ChannelState), protocol.QoS, true, data)
				t.WaitTimeout(farewellTime)
			}
			return true, nil
		}
	}
}

func (l *link) farewell(session int64) protocol.State {
	return protocol.State{Session: session, At: l.clock.now(), Firmware: l.cfg.Firmware, Model: l.cfg.Model}
}

func qos(c protocol.Channel) byte {
	if c == protocol.ChannelClockAsk || c == protocol.ChannelClockAnswer {
		return 0
	}
	return protocol.QoS
}

func await(ctx context.Context, t mqtt.Token, limit time.Duration) error {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-t.Done():
		return t.Error()
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return errors.New("no answer in time")
	}
}
