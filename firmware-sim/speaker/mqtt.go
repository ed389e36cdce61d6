package speaker

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"sync/atomic"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"github.com/smart-commune/smart-commune/devices/protocol"
)

const (
	// keepAlive lets the broker notice a dead link after 15 s.
	keepAlive      = 10 * time.Second
	connectTimeout = 10 * time.Second
	farewellTime   = time.Second
)

// MQTT is the transport of package protocol: MQTT 3.1.1 with the device's own
// login and last will.
type MQTT struct {
	Address protocol.Address
	Secret  string
	Broker  string // tcp://host:port
	Dial    func(ctx context.Context, network, addr string) (net.Conn, error)
}

var _ Transport = MQTT{}

type mqttConnection struct {
	address protocol.Address
	client  mqtt.Client
	lost    chan error
	cut     context.CancelFunc
}

// Connect implements [Transport].
func (m MQTT) Connect(ctx context.Context, o Opening) (Connection, error) {
	// It outlives ctx, so that the device can take leave.
	over, cut := context.WithCancel(context.WithoutCancel(ctx))
	c := &mqttConnection{address: m.Address, lost: make(chan error, 1), cut: cut}
	var reached atomic.Bool
	c.client = mqtt.NewClient(mqtt.NewClientOptions().
		AddBroker(m.Broker).
		SetClientID(m.Address.String()).
		SetUsername(m.Address.String()).
		SetPassword(m.Secret).
		SetProtocolVersion(4).
		SetCleanSession(true).
		SetAutoReconnect(false).
		SetKeepAlive(keepAlive).
		SetPingTimeout(keepAlive/2).
		SetConnectTimeout(connectTimeout).
		SetWriteTimeout(connectTimeout).
		SetBinaryWill(m.Address.Topic(protocol.ChannelState), o.Will, protocol.QoS, true).
		SetCustomOpenConnectionFn(func(u *url.URL, o mqtt.ClientOptions) (net.Conn, error) {
			dialing, stop := context.WithTimeout(ctx, o.ConnectTimeout)
			defer stop()
			conn, err := m.Dial(dialing, "tcp", u.Host)
			if err == nil {
				reached.Store(true)
				context.AfterFunc(over, func() { _ = conn.Close() })
			}
			return conn, err
		}).
		SetConnectionLostHandler(func(_ mqtt.Client, err error) { c.lost <- err }).
		SetDefaultPublishHandler(func(_ mqtt.Client, m mqtt.Message) {
			if _, channel, err := protocol.ParseTopic(m.Topic()); err == nil {
				o.Receive(channel, m.Payload())
			}
		}))
	err := await(ctx, c.client.Connect(), connectTimeout+time.Second)
	if err != nil {
		err = fmt.Errorf("connect to %s: %w", m.Broker, err)
		if !reached.Load() {
			err = errors.Join(ErrUnreached, err)
		}
	} else if err = await(ctx, c.subscribe(), connectTimeout); err != nil {
		err = fmt.Errorf("subscribe: %w", err)
	}
	if err != nil {
		cut()
		c.client.Disconnect(0)
		return nil, err
	}
	return c, nil
}

func (c *mqttConnection) subscribe() mqtt.Token {
	filters := map[string]byte{}
	for _, ch := range protocol.ToDevice() {
		filters[c.address.Topic(ch)] = qos(ch)
	}
	return c.client.SubscribeMultiple(filters, nil)
}

// Send implements [Connection].
func (c *mqttConnection) Send(ch protocol.Channel, payload []byte) {
	c.client.Publish(c.address.Topic(ch), qos(ch), ch == protocol.ChannelState, payload)
}

// Refresh implements [Connection]: who subscribes again gets what is retained
// again.
func (c *mqttConnection) Refresh() { c.subscribe() }

// Lost implements [Connection].
func (c *mqttConnection) Lost() <-chan error { return c.lost }

// Close implements [Connection].
func (c *mqttConnection) Close(farewell []byte) {
	defer c.cut()
	if c.client.IsConnectionOpen() {
		c.client.Publish(c.address.Topic(protocol.ChannelState), protocol.QoS, true, farewell).WaitTimeout(farewellTime)
	}
	c.client.Disconnect(uint(farewellTime.Milliseconds() / 4))
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
