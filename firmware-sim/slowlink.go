package main

import (
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"
)

// slowLink says what the links of the devices are like. The zero value is that
// of this machine.
type slowLink struct {
	delay  time.Duration // each way
	jitter time.Duration // plus or minus, each way and message by itself
	asym   time.Duration // by how much the way to the hub always takes longer
	loss   float64       // of what is sent: TCP sends it again
}

// lossTimeout is what TCP waits before it sends again, beside the way there and
// back.
const lossTimeout = 200 * time.Millisecond

// UnmarshalText reads delay=50ms,jitter=30ms,asym=10ms,loss=1%.
func (l *slowLink) UnmarshalText(text []byte) error {
	*l = slowLink{}
	if string(text) == "clean" {
		return nil
	}
	duration := func(d *time.Duration, least time.Duration) func(string) error {
		return func(v string) (err error) {
			if *d, err = time.ParseDuration(v); err == nil && (*d < least || *d > time.Minute) {
				err = fmt.Errorf("%s is out of bounds", v)
			}
			return err
		}
	}
	return eachSetting(string(text), map[string]func(string) error{
		"delay": duration(&l.delay, 0), "jitter": duration(&l.jitter, 0), "asym": duration(&l.asym, -time.Minute),
		"loss": func(v string) error {
			percent, err := strconv.ParseFloat(strings.TrimSuffix(v, "%"), 64)
			if err != nil || !(percent >= 0 && percent <= 50) {
				return fmt.Errorf("%q is not 0%% to 50%%", v)
			}
			l.loss = percent / 100
			return nil
		},
	})
}

// takes is for how long something is on its way; up is towards the hub.
func (l slowLink) takes(up bool) time.Duration {
	d := l.delay + time.Duration((rand.Float64()*2-1)*float64(l.jitter))
	if up {
		d += l.asym / 2
	} else {
		d -= l.asym / 2
	}
	for rand.Float64() < l.loss {
		d += lossTimeout + 2*l.delay
	}
	return max(d, 0)
}

// parcel is on its way until an instant.
type parcel struct {
	data []byte
	err  error
	at   time.Time
}

// slowConn delays what passes through a connection, and keeps its order.
type slowConn struct {
	net.Conn
	link     slowLink
	up, down chan parcel
	once     sync.Once
	closed   chan struct{}

	sending sync.Mutex
	sent    time.Time // when the last parcel arrives at the hub
	rest    []byte    // received, not yet read; belongs to the reader
}

// slow puts a connection on the link.
func (l slowLink) slow(conn net.Conn) net.Conn {
	if l == (slowLink{}) {
		return conn
	}
	c := &slowConn{Conn: conn, link: l, up: make(chan parcel, 1024), down: make(chan parcel, 64), closed: make(chan struct{})}
	go c.carryUp()
	go c.carryDown()
	return c
}

func (c *slowConn) carryUp() {
	for {
		select {
		case p := <-c.up:
			if !c.until(p.at) {
				return
			}
			if _, err := c.Conn.Write(p.data); err != nil {
				_ = c.Close() // the reader is told
				return
			}
		case <-c.closed:
			return
		}
	}
}

func (c *slowConn) carryDown() {
	var last time.Time
	for {
		buf := make([]byte, 16<<10)
		n, err := c.Conn.Read(buf)
		if at := time.Now().Add(c.link.takes(false)); at.After(last) {
			last = at
		}
		select {
		case c.down <- parcel{data: buf[:n], at: last}:
		case <-c.closed:
			return
		}
		if err != nil {
			select {
			case c.down <- parcel{err: err, at: last}:
			case <-c.closed:
			}
			return
		}
	}
}

// until waits for an instant; it reports whether the connection is still open.
func (c *slowConn) until(at time.Time) bool {
	t := time.NewTimer(time.Until(at))
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-c.closed:
		return false
	}
}

func (c *slowConn) Read(p []byte) (int, error) {
	for len(c.rest) == 0 {
		select {
		case got := <-c.down:
			if !c.until(got.at) {
				return 0, net.ErrClosed
			}
			if got.err != nil {
				return 0, got.err
			}
			c.rest = got.data
		case <-c.closed:
			return 0, net.ErrClosed
		}
	}
	n := copy(p, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}

func (c *slowConn) Write(p []byte) (int, error) {
	c.sending.Lock()
	defer c.sending.Unlock()
	if at := time.Now().Add(c.link.takes(true)); at.After(c.sent) {
		c.sent = at
	}
	select {
	case c.up <- parcel{data: append([]byte(nil), p...), at: c.sent}:
		return len(p), nil
	case <-c.closed:
		return 0, net.ErrClosed
	}
}

func (c *slowConn) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}
