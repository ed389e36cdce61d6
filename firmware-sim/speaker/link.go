package speaker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/smart-commune/smart-commune/devices/protocol"
)

const (
	reconnectAfter = 500 * time.Millisecond // grows
	reconnectMax   = 15 * time.Second
)

// link keeps the connection to the broker. It makes a new one, with a session
// number of its own in the last will, whenever the old one is lost.
type link struct {
	cfg   Config
	clock *clock
	log   *slog.Logger
	// deliver hands over what happens on the link: linkUp, linkDown, message, timeTold.
	// It must return when ctx is done.
	deliver func(ctx context.Context, event any)
	out     chan outgoing
	again   chan struct{} // ask for the plan again
	unused  int64         // session number of an attempt that reached nobody
	last    int64         // session number
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
}

// timeTold says that the clock has learnt something.
type timeTold struct{}

func newLink(cfg Config, c *clock, log *slog.Logger, deliver func(context.Context, any)) *link {
	// What does not fit is dropped: everything that matters is sent again until
	// the hub confirms it.
	return &link{cfg: cfg, clock: c, log: log, deliver: deliver, out: make(chan outgoing, 64), again: make(chan struct{}, 1)}
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
// is at least the Unix time, so that a device whose disk was replaced, or takes
// nothing, is believed too.
func (l *link) nextSession() int64 {
	path := filepath.Join(l.cfg.Dir, "session")
	data, err := readFile(path)
	noted, _ := strconv.ParseInt(strings.TrimSpace(string(data)), 10, 64)
	l.last = max(max(noted, l.last)+1, l.cfg.Now().Unix())
	if err == nil {
		err = writeFile(path, fmt.Appendf(nil, "%d\n", l.last))
	}
	if err != nil {
		l.log.Error("the session number is not noted", "session", l.last, "error", err)
	}
	return l.last
}

// session serves one connection until it is lost or ctx is done.
func (l *link) session(ctx context.Context) (connected bool, err error) {
	number := l.unused
	if number == 0 {
		number = l.nextSession()
	}
	l.unused = 0
	over, end := context.WithCancel(ctx)
	defer end()
	conn, err := l.cfg.Transport.Connect(ctx, Opening{Will: l.farewell(number), Receive: func(c protocol.Channel, payload []byte) {
		if c == protocol.ChannelClockAnswer {
			l.learn(over, payload, l.cfg.Now())
		} else {
			l.deliver(over, message{c, payload})
		}
	}})
	if errors.Is(err, ErrUnreached) {
		l.unused = number // nobody has seen it
	}
	if err != nil {
		return false, err
	}
	// The last will is for the unexpected; a device that is switched off says so.
	defer func() { conn.Close(l.farewell(number)) }()
	for len(l.out) > 0 {
		<-l.out // meant for the link before
	}
	l.deliver(over, linkUp{number})
	defer l.deliver(ctx, linkDown{})
	l.log.Info("connected", "session", number)
	var asking sync.WaitGroup
	asking.Go(func() { l.keepTime(over, conn) })
	defer asking.Wait()
	defer end()
	for {
		select {
		case m := <-l.out:
			conn.Send(m.channel, m.payload)
		case <-l.again:
			conn.Refresh()
		case err := <-conn.Lost():
			return true, fmt.Errorf("connection lost: %w", err)
		case <-ctx.Done():
			for len(l.out) > 0 {
				m := <-l.out
				conn.Send(m.channel, m.payload)
			}
			return true, nil
		}
	}
}

// keepTime asks the hub for its time as often as the clock wants to know. It does
// so beside everything else: what waits here for something is an error of the clock.
func (l *link) keepTime(ctx context.Context, conn Connection) {
	l.clock.connected()
	for {
		ask, _ := json.Marshal(l.clock.ask()) // cannot fail
		conn.Send(protocol.ChannelClockAsk, ask)
		pause := l.clock.pause()
		if sleep(ctx, pause+rand.N(pause/10)) != nil {
			return
		}
	}
}

// learn takes the hub's answer, which came at a local instant.
func (l *link) learn(ctx context.Context, payload []byte, at time.Time) {
	a, err := protocol.Decode[protocol.ClockAnswer](payload)
	if err != nil {
		l.log.Warn("a message of the hub is refused", "channel", protocol.ChannelClockAnswer, "error", err)
		return
	}
	if l.clock.answer(a, at) {
		l.deliver(ctx, timeTold{})
	}
}

// refresh asks for the plan again.
func (l *link) refresh() {
	select {
	case l.again <- struct{}{}:
	default:
	}
}

// farewell is the last word of a session.
func (l *link) farewell(session int64) []byte {
	// Encoding a state cannot fail.
	data, _ := json.Marshal(protocol.State{Session: session, At: l.clock.now(), Firmware: l.cfg.Firmware, Model: l.cfg.Model})
	return data
}
