package broker

import (
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"
)

const (
	writeTimeout = 2 * time.Second  // of one write to one client
	leaveTimeout = 10 * time.Second // of the broker, to be done with a client that was cut off
)

// Listener is the broker's listener for TCP.
//
// It takes the place of the library's own (2.7.9), which closes its clients while
// it takes their lock for reading a second time: a client that leaves in between
// stops both for ever. It also overlooks a client that is logging in. A broker that
// uses it needs [Listener.Turns], too.
type Listener struct {
	socket net.Listener

	mu      sync.Mutex
	open    map[net.Conn]*visit // nil: closed
	newest  map[string]*visit   // by client id
	clients sync.WaitGroup
}

// visit is one connection.
type visit struct {
	conn   net.Conn
	client string        // its id, once it has logged in
	left   chan struct{} // closed when the broker is done with it
}

// Listen opens addr (port 0 takes a free one).
func Listen(addr string) (*Listener, error) {
	socket, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen for MQTT on %s: %w", addr, err)
	}
	return &Listener{socket: socket, open: map[net.Conn]*visit{}, newest: map[string]*visit{}}, nil
}

// Init implements [listeners.Listener], as do the methods that follow.
func (l *Listener) Init(*slog.Logger) error { return nil }

// ID tells the only listener there is.
func (l *Listener) ID() string { return "tcp" }

// Protocol tells what is spoken below MQTT.
func (l *Listener) Protocol() string { return "tcp" }

// Address is "host:port", with the port that was taken.
func (l *Listener) Address() string { return l.socket.Addr().String() }

// Serve hands every connection to the broker until the socket is closed.
func (l *Listener) Serve(establish listeners.EstablishFn) {
	for {
		c, err := l.socket.Accept()
		if err != nil {
			return
		}
		v := l.admit(c)
		if v == nil {
			c.Close()
			return
		}
		go func() {
			defer l.leave(v)
			_ = establish(l.ID(), deadlineConn{c}) // why it ended is told to the gate
		}()
	}
}

func (l *Listener) admit(c net.Conn) *visit {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open == nil {
		return nil
	}
	v := &visit{conn: c, left: make(chan struct{})}
	l.open[c] = v
	l.clients.Add(1)
	return v
}

func (l *Listener) leave(v *visit) {
	v.conn.Close()
	l.mu.Lock()
	delete(l.open, v.conn)
	if l.newest[v.client] == v {
		delete(l.newest, v.client)
	}
	l.mu.Unlock()
	close(v.left)
	l.clients.Done()
}

// Turns is to be added to the broker. A client that comes back while the broker is
// still at work with its line before waits until that is over: cleaning up after the
// old line, the library (2.7.9) would take the new one's subscriptions away, and
// nothing would reach the client any more.
func (l *Listener) Turns() mqtt.Hook { return &turns{listener: l} }

type turns struct {
	mqtt.HookBase
	listener *Listener
}

func (*turns) ID() string { return "turns" }

func (*turns) Provides(b byte) bool { return b == mqtt.OnSessionEstablish }

// OnSessionEstablish is called when a client has logged in and nothing is done for
// it yet.
func (t *turns) OnSessionEstablish(cl *mqtt.Client, _ packets.Packet) {
	c, ok := cl.Net.Conn.(deadlineConn)
	if ok && !t.listener.follow(cl.ID, c.Conn) {
		c.Close()
	}
}

// follow ends the connection that a client has had before c, and waits until the
// broker is done with it.
func (l *Listener) follow(client string, c net.Conn) bool {
	l.mu.Lock()
	v, before := l.open[c], l.newest[client]
	if v != nil {
		v.client, l.newest[client] = client, v
	}
	l.mu.Unlock()
	if v == nil {
		return false // the listener is closed
	}
	if before == nil {
		return true
	}
	before.conn.Close()
	select {
	case <-before.left:
		return true
	case <-time.After(leaveTimeout):
		return false
	}
}

// Close closes the socket and every connection and waits until all have left.
func (l *Listener) Close(listeners.CloseFn) {
	l.socket.Close()
	l.mu.Lock()
	open := l.open
	l.open = nil
	l.mu.Unlock()
	for c := range open {
		c.Close()
	}
	l.clients.Wait()
}

// deadlineConn gives every write a time limit: the broker holds a client's lock
// while it writes, so that one client that stops reading would stop everybody who
// publishes to it.
type deadlineConn struct{ net.Conn }

func (c deadlineConn) Write(p []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return 0, err
	}
	n, err := c.Conn.Write(p)
	if err != nil {
		// The broker goes on writing to a client after a failed write; each
		// would wait anew. Closing ends the client at once.
		c.Conn.Close()
	}
	return n, err
}
