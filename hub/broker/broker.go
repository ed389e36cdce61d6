// Package broker is the hub's own MQTT broker, on mochi-mqtt.
//
// It guarantees that only known devices and the hub itself connect, that a
// device speaks and hears on its own topics alone and cannot push another off
// the line, and that a subscriber that stops reading is cut off instead of
// holding up everybody who publishes to it.
package broker

import (
	"bytes"
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"slices"
	"time"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"

	"github.com/smart-commune/smart-commune/devices/protocol"
)

// HubUser is the user name and client id of the hub itself.
const HubUser = "hub"

const (
	keepRetained = 30 * 24 * time.Hour
	keepSession  = 24 * time.Hour
	maxPacket    = protocol.MaxPlan + 64<<10 // the largest plan and its header
)

// Authenticator knows the devices.
type Authenticator interface {
	// CheckDevice reports whether user ("{commune}/{device}") has this password.
	CheckDevice(ctx context.Context, user, password string) bool
}

// Broker is a running MQTT broker.
type Broker struct {
	server   *mqtt.Server
	listener *Listener
}

// Start listens on addr (port 0 takes a free one) and serves until Close.
// hubSecret is the password of [HubUser].
func Start(addr string, auth Authenticator, hubSecret string, log *slog.Logger) (*Broker, error) {
	caps := mqtt.NewDefaultServerCapabilities()
	caps.MaximumMessageExpiryInterval = int64(keepRetained / time.Second)
	caps.MaximumSessionExpiryInterval = uint32(keepSession / time.Second)
	caps.MaximumPacketSize = maxPacket
	caps.MaximumClientWritesPending = 512
	caps.MaximumInflight = 512
	server := mqtt.New(&mqtt.Options{
		Capabilities: caps,
		// The library logs every refused or cut connection; what matters of it
		// is logged below with the device's id.
		Logger:                   slog.New(slog.DiscardHandler),
		ClientNetReadBufferSize:  1024,
		ClientNetWriteBufferSize: 1024,
		SysTopicResendInterval:   60,
	})
	l, err := Listen(addr)
	if err != nil {
		return nil, err
	}
	err = server.AddHook(&gate{auth: auth, hubSecret: []byte(hubSecret), log: log}, nil)
	if err == nil {
		err = server.AddHook(l.Turns(), nil)
	}
	if err == nil {
		err = server.AddListener(l)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("set up broker: %w", err), l.socket.Close())
	}
	if err := server.Serve(); err != nil {
		return nil, errors.Join(fmt.Errorf("start broker: %w", err), l.socket.Close())
	}
	return &Broker{server: server, listener: l}, nil
}

// Addr returns the address that the broker listens on.
func (b *Broker) Addr() net.Addr { return b.listener.socket.Addr() }

// Disconnect ends the connection of a device, which may come back if it still knows
// its password.
func (b *Broker) Disconnect(user string) {
	if cl, ok := b.server.Clients.Get(user); ok {
		_ = b.server.DisconnectClient(cl, packets.ErrNotAuthorized) // it returns the reason given
	}
}

// Close ends all connections and stops.
func (b *Broker) Close() error { return b.server.Close() }

// gate decides who may connect and on which topics.
type gate struct {
	mqtt.HookBase
	auth      Authenticator
	hubSecret []byte
	log       *slog.Logger
}

func (g *gate) ID() string { return "gate" }

func (g *gate) Provides(b byte) bool {
	return bytes.IndexByte([]byte{mqtt.OnConnectAuthenticate, mqtt.OnACLCheck, mqtt.OnDisconnect, mqtt.OnSessionEstablished}, b) >= 0
}

// OnConnectAuthenticate lets the hub and known devices in.
func (g *gate) OnConnectAuthenticate(cl *mqtt.Client, pk packets.Packet) bool {
	user, password := string(pk.Connect.Username), pk.Connect.Password
	refuse := func(why string) bool {
		g.log.Warn("MQTT connection refused", "device", clip(user), "from", cl.Net.Remote, "why", why)
		return false
	}
	if user == HubUser {
		if subtle.ConstantTimeCompare(password, g.hubSecret) != 1 || !isLoopback(cl.Net.Remote) {
			return refuse("only the hub itself connects as hub")
		}
		return true
	}
	addr, err := protocol.ParseAddress(user)
	switch {
	case err != nil:
		return refuse("its user name is not {commune}/{device}")
	case pk.Connect.ClientIdentifier != user:
		return refuse("its client id is not its user name")
	case pk.Connect.WillFlag && pk.Connect.WillTopic != addr.Topic(protocol.ChannelState):
		return refuse("its last will is not on its own state topic")
	case !g.auth.CheckDevice(context.Background(), user, string(password)):
		return refuse("unknown device or wrong password")
	}
	return true
}

// OnACLCheck keeps a device to its own topics.
func (g *gate) OnACLCheck(cl *mqtt.Client, topic string, write bool) bool {
	user := string(cl.Properties.Username)
	if user == HubUser {
		return true
	}
	if mayUse(user, topic, write) {
		return true
	}
	g.log.Warn("MQTT topic refused", "device", clip(user), "topic", clip(topic), "publish", write)
	return false
}

func mayUse(user, topic string, write bool) bool {
	own, err := protocol.ParseAddress(user)
	if err != nil {
		return false
	}
	if !write && topic == protocol.HubTopic(own.Commune) {
		return true
	}
	addr, channel, err := protocol.ParseTopic(topic)
	if err != nil || addr != own {
		return false
	}
	if write {
		return slices.Contains(protocol.FromDevice(), channel)
	}
	return slices.Contains(protocol.ToDevice(), channel)
}

func (g *gate) OnSessionEstablished(cl *mqtt.Client, _ packets.Packet) {
	g.log.Info("MQTT connected", "device", clip(string(cl.Properties.Username)), "from", cl.Net.Remote)
}

func (g *gate) OnDisconnect(cl *mqtt.Client, err error, _ bool) {
	if len(cl.Properties.Username) == 0 {
		return // never logged in
	}
	why := "closed by the device"
	if err != nil && !errors.Is(err, io.EOF) {
		why = clip(err.Error())
	}
	g.log.Info("MQTT disconnected", "device", clip(string(cl.Properties.Username)), "why", why)
}

func isLoopback(remote string) bool {
	host, _, err := net.SplitHostPort(remote)
	return err == nil && net.ParseIP(host).IsLoopback()
}

// clip keeps hostile names from filling the log.
func clip(s string) string {
	if len(s) > 100 {
		return s[:100] + "…"
	}
	return s
}
