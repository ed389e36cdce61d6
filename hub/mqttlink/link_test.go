package mqttlink

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"
	"go.uber.org/goleak"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/broker"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type anyDevice struct{}

func (anyDevice) CheckDevice(context.Context, string, string) bool { return true }

func startBroker(t *testing.T, addr string) *broker.Broker {
	t.Helper()
	b, err := broker.Start(addr, anyDevice{}, "s", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// heard is what the handler was given, as one value a call.
type heard struct {
	addr protocol.Address
	v    any
}

type recorder struct {
	calls chan heard
	fail  chan error // taken by HandleTelemetry and HandlePlays when there is one
}

func (r *recorder) verdict() error {
	select {
	case err := <-r.fail:
		return err
	default:
		return nil
	}
}

func (r *recorder) HandleState(_ context.Context, a protocol.Address, v protocol.State) {
	r.calls <- heard{a, v}
}
func (r *recorder) HandleAck(_ context.Context, a protocol.Address, v protocol.Ack) {
	r.calls <- heard{a, v}
}
func (r *recorder) HandleTelemetry(_ context.Context, a protocol.Address, v protocol.Telemetry) error {
	r.calls <- heard{a, v}
	return r.verdict()
}
func (r *recorder) HandlePlays(_ context.Context, a protocol.Address, v protocol.Plays) error {
	r.calls <- heard{a, v}
	return r.verdict()
}

var own = protocol.Address{Commune: "x", Device: "loa-01"}

type rig struct {
	broker *broker.Broker
	link   *Link
	rec    *recorder
	up     chan bool
	log    lines
}

func start(t *testing.T) *rig {
	t.Helper()
	return startWith(t, func(r *recorder) Handler { return r })
}

// startWith lets something else take what the recorder would.
func startWith(t *testing.T, handler func(*recorder) Handler) *rig {
	t.Helper()
	r := &rig{broker: startBroker(t, "127.0.0.1:0"), rec: &recorder{make(chan heard, 100), make(chan error, 1)}, up: make(chan bool, 10)}
	r.link = New(Config{
		URL: "tcp://" + r.broker.Addr().String(), Username: broker.HubUser, Password: "s", Commune: "x", Version: "test",
		Handler: handler(r.rec), Changed: func(up bool) { r.up <- up }, Log: slog.New(slog.NewTextHandler(&r.log, nil)),
	})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); r.link.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-ended; r.broker.Close() })
	if !within(t, r.up) {
		t.Fatal("the link came down first")
	}
	return r
}

func within[T any](t *testing.T, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(20 * time.Second):
		t.Fatal("nothing within 20 s")
		panic("unreachable")
	}
}

// device is a bare client with the device's rights; what it hears goes to in.
func (r *rig) device(t *testing.T, in chan mqtt.Message) mqtt.Client {
	t.Helper()
	c := mqtt.NewClient(mqtt.NewClientOptions().AddBroker("tcp://" + r.broker.Addr().String()).
		SetClientID(own.String()).SetUsername(own.String()).SetPassword("x").SetAutoReconnect(false))
	filters := map[string]byte{protocol.HubTopic("x"): 1}
	for _, ch := range protocol.ToDevice() {
		filters[own.Topic(ch)] = 1
	}
	done(t, c.Connect())
	done(t, c.SubscribeMultiple(filters, func(_ mqtt.Client, m mqtt.Message) { in <- m }))
	t.Cleanup(func() { c.Disconnect(0) })
	return c
}

func done(t *testing.T, token mqtt.Token) {
	t.Helper()
	if !token.WaitTimeout(20*time.Second) || token.Error() != nil {
		t.Fatalf("no success within 20 s: %v", token.Error())
	}
}

func publish(t *testing.T, c mqtt.Client, ch protocol.Channel, v any) {
	t.Helper()
	data, ok := v.([]byte)
	if !ok {
		data, _ = json.Marshal(v)
	}
	done(t, c.Publish(own.Topic(ch), 1, false, data))
}

func hears[T any](t *testing.T, in <-chan mqtt.Message, ch protocol.Channel) T {
	t.Helper()
	for {
		m := within(t, in)
		if m.Topic() != own.Topic(ch) {
			continue
		}
		var v T
		if err := json.Unmarshal(m.Payload(), &v); err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestReceiptComesOnlyAfterStorage(t *testing.T) {
	r := start(t)
	in := make(chan mqtt.Message, 100)
	d := r.device(t, in)
	batch := func(id string) protocol.Telemetry {
		return protocol.Telemetry{Batch: id, Samples: []protocol.Sample{{At: time.Now(), Values: map[string]float64{"x": 1}}}}
	}
	r.rec.fail <- errors.New("disk full")
	publish(t, d, protocol.ChannelTelemetry, batch("b1"))
	within(t, r.rec.calls)
	publish(t, d, protocol.ChannelTelemetry, batch("b2"))
	if got := within(t, r.rec.calls); got.addr != own || got.v.(protocol.Telemetry).Batch != "b2" {
		t.Errorf("handler got %+v", got)
	}
	play := protocol.Play{ID: "p1", Occurrence: "tb-1@2", Announcement: "tb-1", PlannedAt: time.Now(), EndedAt: time.Now(), Result: devices.Played}
	publish(t, d, protocol.ChannelPlay, protocol.Plays{Plays: []protocol.Play{play}})
	if got := hears[protocol.Receipt](t, in, protocol.ChannelReceipt); len(got.Batches) != 1 || got.Batches[0] != "b2" {
		t.Errorf("first receipt %+v, want b2 alone: b1 was not stored", got)
	}
	if got := hears[protocol.Receipt](t, in, protocol.ChannelReceipt); len(got.Plays) != 1 || got.Plays[0] != "p1" {
		t.Errorf("second receipt %+v, want p1", got)
	}
}

func TestMalformedMessagesAreIgnored(t *testing.T) {
	r := start(t)
	d := r.device(t, make(chan mqtt.Message, 100))
	for _, ch := range []protocol.Channel{protocol.ChannelState, protocol.ChannelTelemetry, protocol.ChannelPlay, protocol.ChannelAck, protocol.ChannelClockAsk} {
		title := `{"playing":{"occurrence":"o","announcement":"a","title":"` + strings.Repeat("x", 5000) + `","level":"normal"}}`
		for _, bad := range []string{"", "{", "[]", `{"session":"x"}`, `{"samples":[]}`, `{"volume":900}`, title, "\xff\xfe"} {
			publish(t, d, ch, []byte(bad))
		}
	}
	publish(t, d, protocol.ChannelAck, protocol.Ack{Command: "c1", Outcome: protocol.OutcomeReceived})
	for {
		switch got := within(t, r.rec.calls).v.(type) {
		case protocol.State:
			if got.Playing != nil || got.Volume != 0 { // one that says nothing makes sense
				t.Errorf("a state that makes no sense is taken in: %.200v", got)
			}
		case protocol.Ack:
			if got.Command != "c1" {
				t.Errorf("got %+v", got)
			}
			return
		}
	}
}

func TestPlanWaitsForTheDeviceAndCommandsDoNot(t *testing.T) {
	r := start(t)
	plan := protocol.Plan{Volume: 70}
	plan.Hash = plan.ContentHash()
	if err := r.link.Send(t.Context(), own, protocol.Command{ID: "early"}); err != nil {
		t.Fatal(err)
	}
	// The broker says that it has the command before it passes it on; when it has the
	// plan, it has done so.
	if err := r.link.PublishPlan(t.Context(), own, plan); err != nil {
		t.Fatal(err)
	}
	in := make(chan mqtt.Message, 100)
	r.device(t, in)
	if got := hears[protocol.Plan](t, in, protocol.ChannelPlan); got.Hash != plan.Hash {
		t.Errorf("plan %+v", got)
	}
	if err := r.link.Send(t.Context(), own, protocol.Command{ID: "now"}); err != nil {
		t.Fatal(err)
	}
	if got := hears[protocol.Command](t, in, protocol.ChannelCommand); got.ID != "now" {
		t.Errorf("command %+v: an old command was kept", got)
	}
}

func TestClockIsAnswered(t *testing.T) {
	r := start(t)
	in := make(chan mqtt.Message, 100)
	d := r.device(t, in)
	t1 := time.Now().UnixNano()
	publish(t, d, protocol.ChannelClockAsk, protocol.ClockAsk{T1: t1})
	a := hears[protocol.ClockAnswer](t, in, protocol.ChannelClockAnswer)
	if a.T1 != t1 || a.T2 < t1 || a.T3 < a.T2 || a.T3 > time.Now().UnixNano() {
		t.Errorf("answer %+v", a)
	}
}

func TestComesBackAfterTheBroker(t *testing.T) {
	r := start(t)
	addr := r.broker.Addr().String()
	r.broker.Close()
	if within(t, r.up) {
		t.Fatal("the link did not notice that the broker is gone")
	}
	if err := r.link.Send(t.Context(), own, protocol.Command{ID: "c"}); err == nil {
		t.Error("a command went into the void without an error")
	}
	r.broker = startBroker(t, addr)
	if !within(t, r.up) {
		t.Fatal("the link did not come back")
	}
	d := r.device(t, make(chan mqtt.Message, 10))
	publish(t, d, protocol.ChannelState, protocol.State{Session: 7, Online: true, At: time.Now()})
	if got := within(t, r.rec.calls); got.v.(protocol.State).Session != 7 {
		t.Errorf("after the return: %+v", got)
	}
}

// hesitant lets everybody in and takes longer than the hub waits to answer the first
// who subscribes.
type hesitant struct {
	mochi.HookBase
	first sync.Once
}

func (*hesitant) ID() string { return "hesitant" }

func (*hesitant) Provides(b byte) bool {
	return b == mochi.OnConnectAuthenticate || b == mochi.OnACLCheck || b == mochi.OnSubscribe
}

func (*hesitant) OnConnectAuthenticate(*mochi.Client, packets.Packet) bool { return true }

func (*hesitant) OnACLCheck(*mochi.Client, string, bool) bool { return true }

func (h *hesitant) OnSubscribe(_ *mochi.Client, p packets.Packet) packets.Packet {
	h.first.Do(func() { <-time.After(sendTimeout + time.Second) })
	return p
}

// A broker on a machine that is busy for a moment must not leave the hub on a line
// on which it hears nothing.
func TestABrokerThatHesitatesIsAskedAgain(t *testing.T) {
	l, err := broker.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := mochi.New(&mochi.Options{Logger: slog.New(slog.DiscardHandler)})
	if err := errors.Join(b.AddHook(new(hesitant), nil), b.AddListener(l), b.Serve()); err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	up := make(chan bool, 10)
	link := New(Config{URL: "tcp://" + l.Address(), Username: broker.HubUser, Password: "s", Commune: "x",
		Handler: &recorder{}, Changed: func(is bool) { up <- is }, Log: slog.New(slog.DiscardHandler)})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- link.Run(ctx) }()
	if !within(t, up) || !link.Up() {
		t.Error("the line does not stand")
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// unhurried takes a moment to store readings, as a disk does, and has no time for
// states.
type unhurried struct{ *recorder }

func (unhurried) HandleState(context.Context, protocol.Address, protocol.State) {}

func (unhurried) HandleTelemetry(context.Context, protocol.Address, protocol.Telemetry) error {
	<-time.After(2 * time.Millisecond)
	return nil
}

// A device that has gone mad tells its state without pause: what it and others send
// meanwhile is stored and gets its receipt all the same.
func TestADeviceThatTalksWithoutPauseHoldsUpNobody(t *testing.T) {
	r := startWith(t, func(r *recorder) Handler { return unhurried{r} })
	in := make(chan mqtt.Message, 1000)
	d := r.device(t, in)
	readings := func(batch string) protocol.Telemetry {
		return protocol.Telemetry{Batch: batch, Samples: []protocol.Sample{{At: time.Now(), Values: map[string]float64{"x": 1}}}}
	}
	for i := range 2000 {
		d.Publish(own.Topic(protocol.ChannelState), 1, false, `{"session":7,"online":true}`)
		if i%10 == 0 {
			data, _ := json.Marshal(readings(fmt.Sprint("b", i)))
			d.Publish(own.Topic(protocol.ChannelTelemetry), 1, false, data)
		}
	}
	limit := time.After(20 * time.Second)
	again := time.NewTicker(time.Second) // what gets no receipt is sent again
	defer again.Stop()
	for {
		select {
		case m := <-in:
			if strings.Contains(string(m.Payload()), `"last"`) {
				return
			}
		case <-again.C:
			publish(t, d, protocol.ChannelTelemetry, readings("last"))
		case <-limit:
			t.Fatal("there was no receipt for 20 s")
		}
	}
}

func TestAReportThatMakesNoSenseHoldsUpNoOther(t *testing.T) {
	r := start(t)
	in := make(chan mqtt.Message, 100)
	d := r.device(t, in)
	const sound = `{"id":"p1","occurrence":"tb-1@2","announcement":"tb-1","planned_at":"2026-11-21T05:00:00Z","ended_at":"1970-01-01T00:00:09Z","result":"played"}`
	publish(t, d, protocol.ChannelPlay, []byte(`{"plays":[{"id":"p0","result":"sung"},`+sound+`,{"result":"played"}]}`))
	if got := within(t, r.rec.calls).v.(protocol.Plays); len(got.Plays) != 1 || got.Plays[0].ID != "p1" {
		t.Errorf("the hub got %+v", got)
	}
	if got := hears[protocol.Receipt](t, in, protocol.ChannelReceipt); !slices.Equal(got.Plays, []string{"p1", "p0"}) {
		t.Errorf("receipt %+v: the device would send the others for ever", got)
	}
	// Nothing but nonsense is told of too.
	publish(t, d, protocol.ChannelPlay, []byte(`{"plays":[{"id":"p2","result":"sung"}]}`))
	if got := hears[protocol.Receipt](t, in, protocol.ChannelReceipt); !slices.Equal(got.Plays, []string{"p2"}) {
		t.Errorf("receipt %+v", got)
	}
}

func TestAPlanOf5MBDoesNotCostTheLine(t *testing.T) {
	r := start(t)
	huge := protocol.Plan{Volume: 70, Items: []protocol.Item{{Title: strings.Repeat("x", 5<<20)}}}
	if err := r.link.PublishPlan(t.Context(), own, huge); err == nil {
		t.Error("a plan that no device takes went out without an error")
	}
	plan := protocol.Plan{Volume: 70}
	plan.Hash = plan.ContentHash()
	if err := r.link.PublishPlan(t.Context(), own, plan); err != nil || !r.link.Up() {
		t.Errorf("after it: %v, the line stands: %v", err, r.link.Up())
	}
	if len(r.up) > 0 {
		t.Error("the line was cut in between")
	}
}

func TestADeviceThatTalksNonsenseDoesNotFillTheLog(t *testing.T) {
	r := start(t)
	d := r.device(t, make(chan mqtt.Message, 100))
	for range 200 {
		publish(t, d, protocol.ChannelState, []byte("{"))
	}
	publish(t, d, protocol.ChannelState, protocol.State{Session: 7, Online: true})
	within(t, r.rec.calls)
	if n := r.log.count("ignored"); n != 1 {
		t.Errorf("%d lines in the log, want one", n)
	}
}

// lines keeps a log.
type lines struct {
	mu  sync.Mutex
	all []byte
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, p...)
	return len(p), nil
}

func (l *lines) count(what string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return bytes.Count(l.all, []byte(what))
}
