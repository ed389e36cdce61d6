package broker

import (
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/mochi-mqtt/server/v2/listeners"
)

const writeTimeout = 2 * time.Second // of one write to one client

// Listener is the broker's listener for TCP.
//
// It takes the place of the library's own (2.7.9), which closes its clients while
// it takes their lock for reading a second time: a client that leaves in between
// stops both for ever. It also overlooks a client that is logging in.
type Listener struct {
	socket net.Listener

	mu      sync.Mutex
	open    map[net.Conn]bool // nil: closed
	clients sync.WaitGroup
}

// Listen opens addr (port 0 takes a free one).
func Listen(addr string) (*Listener, error) {
	socket, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen for MQTT on %s: %w", addr, err)
	}
	return &Listener{socket: socket, open: map[net.Conn]bool{}}, nil
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
		if !l.admit(c) {
			c.Close()
			return
		}
		go func() {
			defer l.leave(c)
			_ = establish(l.ID(), deadlineConn{c}) // why it ended is told to the gate
		}()
	}
}

func (l *Listener) admit(c net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open == nil {
		return false
	}
	l.open[c] = true
	l.clients.Add(1)
	return true
}

func (l *Listener) leave(c net.Conn) {
	l.mu.Lock()
	delete(l.open, c)
	l.mu.Unlock()
	c.Close()
	l.clients.Done()
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
