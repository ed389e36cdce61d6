package main

import (
	"context"
	"errors"
	"net"
	"sync"
)

// wire is the link of one simulated device. Cut, it behaves as a dead mobile
// link does: connections stay open and nothing passes, new ones are refused.
// Mended, the old connections break, so that the device connects anew.
type wire struct {
	dialer net.Dialer
	link   slowLink

	mu     sync.Mutex
	route  func(addr string) string // says where an address is now, nil for there
	mended chan struct{}            // open while the wire is cut, nil otherwise
	conns  map[*wireConn]bool
}

var errCut = errors.New("the link is cut (simulated)")

func newWire(link slowLink) *wire { return &wire{link: link, conns: map[*wireConn]bool{}} }

func (w *wire) reroute(route func(addr string) string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.route = route
}

func (w *wire) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	if w.cutUntil() != nil {
		return nil, errCut
	}
	w.mu.Lock()
	route := w.route
	w.mu.Unlock()
	if route != nil {
		addr = route(addr)
	}
	conn, err := w.dialer.DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	c := &wireConn{Conn: w.link.slow(conn), wire: w, closed: make(chan struct{})}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.conns[c] = true
	return c, nil
}

// cut cuts or mends the wire.
func (w *wire) cut(cut bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if cut == (w.mended != nil) {
		return
	}
	if cut {
		w.mended = make(chan struct{})
		return
	}
	close(w.mended)
	w.mended = nil
	for c := range w.conns {
		_ = c.Conn.Close()
	}
}

// cutUntil is closed when the cut wire is mended; nil for a sound wire.
func (w *wire) cutUntil() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.mended
}

type wireConn struct {
	net.Conn
	wire   *wire
	once   sync.Once
	closed chan struct{}
}

func (c *wireConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if mended := c.wire.cutUntil(); mended != nil {
		select {
		case <-mended:
		case <-c.closed:
		}
		return 0, errCut
	}
	return n, err
}

func (c *wireConn) Write(p []byte) (int, error) {
	if c.wire.cutUntil() != nil {
		return len(p), nil // as into the buffer of a modem
	}
	return c.Conn.Write(p)
}

func (c *wireConn) Close() error {
	c.once.Do(func() {
		close(c.closed)
		c.wire.mu.Lock()
		delete(c.wire.conns, c)
		c.wire.mu.Unlock()
	})
	return c.Conn.Close()
}
