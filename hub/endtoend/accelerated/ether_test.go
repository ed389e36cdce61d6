package accelerated

import (
	"context"
	"encoding/json"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/firmware-sim/speaker"
	"github.com/smart-commune/smart-commune/hub/announce"
)

// ether stands in for the broker and both ends' MQTT clients. It retains plans,
// checks every message as the hub does, and can be away: for all or for one
// device.
type ether struct {
	t     *testing.T
	state chan state // holds the one state: waiting for it is waiting in fake time
	hub   atomic.Pointer[announce.Service]
}

type state struct {
	plans  map[devices.DeviceID][]byte
	links  map[devices.DeviceID]*link
	away   map[devices.DeviceID]bool
	nobody bool          // the broker is away
	change chan struct{} // closed when somebody may come back
}

// Of a link's questions for the time the first answeredAtFirst are answered, and then
// one of answeredLater: that is enough here, and each takes its time.
const answeredAtFirst, answeredLater = 20, 50

func newEther(t *testing.T) *ether {
	e := &ether{t: t, state: make(chan state, 1)}
	e.state <- state{plans: map[devices.DeviceID][]byte{}, links: map[devices.DeviceID]*link{},
		away: map[devices.DeviceID]bool{}, change: make(chan struct{})}
	return e
}

// cut takes the line away, or gives it back; no device means the broker.
func (e *ether) cut(away bool, who ...devices.DeviceID) {
	st := <-e.state
	if len(who) == 0 {
		st.nobody = away
	}
	for _, d := range who {
		st.away[d] = away
	}
	for d, l := range st.links {
		if st.nobody || st.away[d] {
			l.lost <- errors.New("the line is cut")
			delete(st.links, d)
		}
	}
	close(st.change)
	st.change = make(chan struct{})
	e.state <- st
}

var errAway = errors.New("the line to the broker is down")

// PublishPlan implements announce.Link.
func (e *ether) PublishPlan(_ context.Context, to protocol.Address, p protocol.Plan) error {
	st := <-e.state
	if st.nobody {
		e.state <- st
		return errAway
	}
	data, err := json.Marshal(p)
	if err != nil {
		e.state <- st
		return err
	}
	st.plans[to.Device] = data
	l := st.links[to.Device]
	e.state <- st
	l.hear(protocol.ChannelPlan, data)
	return nil
}

// Send implements announce.Link.
func (e *ether) Send(_ context.Context, to protocol.Address, c protocol.Command) error {
	data, err := json.Marshal(c)
	if err != nil {
		return err
	}
	st := <-e.state
	l := st.links[to.Device]
	e.state <- st
	if st.nobody {
		return errAway
	}
	l.hear(protocol.ChannelCommand, data)
	return nil
}

// line is the transport of one device.
type line struct {
	ether *ether
	addr  protocol.Address
}

// Connect implements speaker.Transport. A modem without a network waits.
func (n line) Connect(ctx context.Context, o speaker.Opening) (speaker.Connection, error) {
	l := &link{line: n, opening: o, lost: make(chan error, 1), turn: make(chan struct{}, 1)}
	for {
		st := <-n.ether.state
		if !st.nobody && !st.away[n.addr.Device] {
			st.links[n.addr.Device] = l
			n.ether.state <- st
			go l.Refresh()
			return l, nil
		}
		n.ether.state <- st
		select {
		case <-ctx.Done():
			return nil, errors.Join(speaker.ErrUnreached, ctx.Err())
		case <-st.change:
		}
	}
}

// link is one connection of a device.
type link struct {
	line
	opening speaker.Opening
	lost    chan error
	turn    chan struct{}
	asked   int
}

// hear gives the device a message; nil is nobody.
func (l *link) hear(c protocol.Channel, payload []byte) {
	if l == nil {
		return
	}
	l.turn <- struct{}{}
	l.opening.Receive(c, payload)
	<-l.turn
}

func (l *link) tell(c protocol.Channel, payload any) {
	data, err := json.Marshal(payload)
	if err != nil {
		l.ether.t.Error(err)
		return
	}
	l.hear(c, data)
}

func (l *link) stands() bool {
	st := <-l.ether.state
	defer func() { l.ether.state <- st }()
	return st.links[l.addr.Device] == l
}

// Send implements speaker.Connection: what the hub's link does with a message.
func (l *link) Send(c protocol.Channel, payload []byte) {
	hub := l.ether.hub.Load()
	if hub == nil || !l.stands() {
		return
	}
	ctx := context.Background()
	switch c {
	case protocol.ChannelState:
		hub.HandleState(ctx, l.addr, decode[protocol.State](l, payload))
	case protocol.ChannelAck:
		hub.HandleAck(ctx, l.addr, decode[protocol.Ack](l, payload))
	case protocol.ChannelPlay:
		plays := decode[protocol.Plays](l, payload)
		if err := hub.HandlePlays(ctx, l.addr, plays); err != nil {
			return
		}
		var r protocol.Receipt
		for _, p := range plays.Plays {
			r.Plays = append(r.Plays, p.ID)
		}
		l.tell(protocol.ChannelReceipt, r)
	case protocol.ChannelTelemetry:
		l.tell(protocol.ChannelReceipt, protocol.Receipt{Batches: []string{decode[protocol.Telemetry](l, payload).Batch}})
	case protocol.ChannelClockAsk:
		if l.asked++; l.asked > answeredAtFirst && l.asked%answeredLater != 0 {
			return
		}
		now := time.Now().UnixNano()
		l.tell(protocol.ChannelClockAnswer, protocol.ClockAnswer{T1: decode[protocol.ClockAsk](l, payload).T1, T2: now, T3: now})
	}
}

func decode[P any, T interface {
	*P
	Check() error
}](l *link, data []byte) P {
	p, err := protocol.Decode[P, T](data)
	if err != nil {
		l.ether.t.Errorf("%s sends what the contract forbids: %v\n%s", l.addr, err, data)
	}
	return p
}

// Refresh implements speaker.Connection. The plan is looked up when it is its turn, or
// it could come after a newer one.
func (l *link) Refresh() {
	l.turn <- struct{}{}
	defer func() { <-l.turn }()
	st := <-l.ether.state
	plan := st.plans[l.addr.Device]
	l.ether.state <- st
	if plan != nil {
		l.opening.Receive(protocol.ChannelPlan, plan)
	}
}

// Lost implements speaker.Connection.
func (l *link) Lost() <-chan error { return l.lost }

// Close implements speaker.Connection.
func (l *link) Close(farewell []byte) {
	l.Send(protocol.ChannelState, farewell)
	st := <-l.ether.state
	if st.links[l.addr.Device] == l {
		delete(st.links, l.addr.Device)
	}
	l.ether.state <- st
}
