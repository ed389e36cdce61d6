package broker

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
	"go.uber.org/goleak"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const hubSecret = "hub-secret"

type fixedPassword string

func (p fixedPassword) CheckDevice(_ context.Context, _, password string) bool {
	return password == string(p)
}

func start(t *testing.T) *Broker {
	t.Helper()
	b, err := Start("127.0.0.1:0", fixedPassword("pw"), hubSecret, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

func options(b *Broker, user, password string) *mqtt.ClientOptions {
	return mqtt.NewClientOptions().AddBroker("tcp://" + b.Addr().String()).SetClientID(user).
		SetUsername(user).SetPassword(password).SetAutoReconnect(false).SetConnectTimeout(20 * time.Second)
}

func connect(t *testing.T, o *mqtt.ClientOptions) mqtt.Client {
	t.Helper()
	c := mqtt.NewClient(o)
	done(t, c.Connect())
	t.Cleanup(func() { c.Disconnect(0) })
	return c
}

func done(t *testing.T, token mqtt.Token) {
	t.Helper()
	if !token.WaitTimeout(20*time.Second) || token.Error() != nil {
		t.Fatalf("no success within 20 s: %v", token.Error())
	}
}

func TestOnlyKnownClientsConnect(t *testing.T) {
	b := start(t)
	own := protocol.Address{Commune: "x", Device: "loa-01"}
	for name, test := range map[string]struct {
		o  *mqtt.ClientOptions
		ok bool
	}{
		"device":                {options(b, "x/loa-01", "pw"), true},
		"will on own state":     {options(b, "x/loa-01", "pw").SetWill(own.Topic(protocol.ChannelState), "{}", 1, true), true},
		"hub":                   {options(b, HubUser, hubSecret), true},
		"wrong password":        {options(b, "x/loa-01", "no"), false},
		"no user":               {options(b, "", ""), false},
		"user is no address":    {options(b, "loa-01", "pw"), false},
		"client id of another":  {options(b, "x/loa-01", "pw").SetClientID("x/loa-02"), false},
		"will on another topic": {options(b, "x/loa-01", "pw").SetWill("sc/1/x/loa-02/state", "{}", 1, true), false},
		"false hub":             {options(b, HubUser, "pw"), false},
	} {
		c := mqtt.NewClient(test.o)
		token := c.Connect()
		if !token.WaitTimeout(20 * time.Second) {
			t.Fatalf("%s: no answer", name)
		}
		if (token.Error() == nil) != test.ok {
			t.Errorf("%s: connected=%v, want %v", name, token.Error() == nil, test.ok)
		}
		c.Disconnect(0)
	}
}

func TestDeviceKeepsToItsOwnTopics(t *testing.T) {
	b := start(t)
	hub := connect(t, options(b, HubUser, hubSecret))
	got := make(chan string, 10)
	done(t, hub.Subscribe("sc/1/+/+/#", 1, func(_ mqtt.Client, m mqtt.Message) { got <- m.Topic() }))

	for _, topic := range []string{"sc/1/x/loa-02/state", "sc/1/y/loa-01/state", "sc/1/x/loa-01/plan", "sc/1/x/hub", "elsewhere"} {
		lost := make(chan struct{})
		c := connect(t, options(b, "x/loa-01", "pw").SetConnectionLostHandler(func(mqtt.Client, error) { close(lost) }))
		c.Publish(topic, 1, false, "{}")
		select {
		case <-lost:
		case <-time.After(20 * time.Second):
			t.Errorf("a device that speaks on %s is not cut off", topic)
		}
	}
	c := connect(t, options(b, "x/loa-01", "pw"))
	for _, topic := range []string{"sc/1/x/loa-02/plan", "sc/1/x/+/plan", "#", "sc/1/x/loa-01/#", "$SYS/#"} {
		token := c.Subscribe(topic, 1, nil)
		token.WaitTimeout(20 * time.Second)
		if granted := token.(*mqtt.SubscribeToken).Result()[topic]; granted != 0x80 {
			t.Errorf("a device may listen on %s (granted %#x)", topic, granted)
		}
	}
	done(t, c.Publish("sc/1/x/loa-01/state", 1, false, "{}"))
	if topic := <-got; topic != "sc/1/x/loa-01/state" {
		t.Errorf("the first message to pass was on %s", topic)
	}
}

func TestStalledSubscriberHoldsUpNobody(t *testing.T) {
	b := start(t)
	conn, err := net.Dial("tcp", b.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	// A device that logs in (keepalive 0), subscribes to its plan and never
	// reads again.
	connectPacket := []byte("\x10\x1c\x00\x04MQTT\x04\xc2\x00\x00\x00\x08x/loa-09\x00\x08x/loa-09\x00\x02pw")
	connectPacket[1] = byte(len(connectPacket) - 2)
	subscribe := []byte("\x82\x00\x00\x01\x00\x14sc/1/x/loa-09/plan\x01")
	subscribe[1], subscribe[5] = byte(len(subscribe)-2), 18
	if _, err := conn.Write(append(connectPacket, subscribe...)); err != nil {
		t.Fatal(err)
	}
	reply := make([]byte, 9) // CONNACK and SUBACK
	if _, err := io.ReadFull(conn, reply); err != nil || reply[0] != 0x20 || reply[3] != 0 || reply[4] != 0x90 || reply[8] != 1 {
		t.Fatalf("answer %x, %v", reply, err)
	}

	hub := connect(t, options(b, HubUser, hubSecret))
	big := make([]byte, 256<<10)
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		for range 100 { // 25 MB: more than the sockets' buffers hold
			hub.Publish("sc/1/x/loa-09/plan", 1, true, big).Wait()
		}
	}()
	select {
	case <-finished:
	case <-time.After(30 * time.Second):
		t.Fatal("the publisher hangs behind a subscriber that does not read")
	}
}

func TestGarbageOnThePortHurtsNobody(t *testing.T) {
	b := start(t)
	device := connect(t, options(b, "x/loa-01", "pw"))
	for _, junk := range [][]byte{
		[]byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
		{0x10, 0xff, 0xff, 0xff, 0xff, 0xff},
		{0x10, 0x00},
		[]byte(rand.Text() + rand.Text()),
	} {
		conn, err := net.Dial("tcp", b.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		conn.Write(junk)
		conn.(*net.TCPConn).CloseWrite()
		io.Copy(io.Discard, conn)
		conn.Close()
	}
	done(t, device.Publish("sc/1/x/loa-01/state", 1, true, "{}"))
}

// TestADeviceThatComesBackHears lets a device come back again and again, as after a
// change of the radio cell: while its line before still stands, and at the moment at
// which it takes leave on that one.
func TestADeviceThatComesBackHears(t *testing.T) {
	b := start(t)
	hub := connect(t, options(b, HubUser, hubSecret))
	topic := protocol.Address{Commune: "x", Device: "loa-01"}.Topic(protocol.ChannelCommand)
	before := mqtt.NewClient(options(b, "x/loa-01", "pw"))
	for i := range 500 {
		if i%2 == 0 {
			before.Disconnect(0)
		}
		heard := make(chan struct{}, 1)
		c := mqtt.NewClient(options(b, "x/loa-01", "pw"))
		done(t, c.Connect())
		done(t, c.Subscribe(topic, 1, func(mqtt.Client, mqtt.Message) { heard <- struct{}{} }))
		done(t, hub.Publish(topic, 1, false, "{}"))
		select {
		case <-heard:
		case <-time.After(20 * time.Second):
			t.Fatalf("when it came back for the %dth time it heard nothing", i)
		}
		before.Disconnect(0)
		before = c
	}
	before.Disconnect(0)
}

// TestClosesWhileClientsComeAndGo closes brokers on which devices log in and out
// at that very moment.
func TestClosesWhileClientsComeAndGo(t *testing.T) {
	for range 30 {
		b, err := Start("127.0.0.1:0", fixedPassword("pw"), hubSecret, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		var coming sync.WaitGroup
		for i := range 8 {
			o := options(b, protocol.Address{Commune: "x", Device: devices.DeviceID(fmt.Sprintf("loa-%02d", i))}.String(), "pw")
			coming.Go(func() {
				for {
					c := mqtt.NewClient(o)
					if token := c.Connect(); !token.WaitTimeout(20*time.Second) || token.Error() != nil {
						return
					}
					c.Disconnect(0)
				}
			})
		}
		time.Sleep(20 * time.Millisecond)
		closed := make(chan error, 1)
		go func() { closed <- b.Close() }()
		select {
		case err := <-closed:
			if err != nil {
				t.Fatal(err)
			}
		case <-time.After(20 * time.Second):
			t.Fatal("the broker does not close")
		}
		coming.Wait()
	}
}
