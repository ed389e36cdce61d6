package camera

import (
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// hall is where the connections of all the cameras' ports come together: the
// listener of the one RTSP server.
type hall struct {
	in    chan net.Conn
	ready chan struct{} // closed when the streams stand
	done  chan struct{}
	once  sync.Once
}

func newHall() *hall {
	return &hall{in: make(chan net.Conn), ready: make(chan struct{}), done: make(chan struct{})}
}

func (h *hall) Accept() (net.Conn, error) {
	select {
	case <-h.ready:
	case <-h.done:
	}
	select {
	case c := <-h.in:
		return c, nil
	case <-h.done:
		return nil, net.ErrClosed
	}
}

func (h *hall) Close() error {
	h.once.Do(func() { close(h.done) })
	return nil
}

func (h *hall) Addr() net.Addr { return &net.TCPAddr{} }

// door is the port of one camera. Shut, nothing listens on it.
type door struct {
	hall *hall
	addr string // host:port, the same through every opening

	mu   sync.Mutex
	ln   net.Listener // nil while shut
	mute bool         // let nobody through
	open map[*visitor]struct{}
	wg   sync.WaitGroup
}

// visitor is a connection through a door.
type visitor struct {
	net.Conn
	door *door
}

// Close ends the connection.
func (v *visitor) Close() error {
	v.door.mu.Lock()
	delete(v.door.open, v)
	v.door.mu.Unlock()
	return v.Conn.Close()
}

// unlock listens on the door's address, if it does not yet.
func (d *door) unlock() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ln != nil {
		return nil
	}
	ln, err := net.Listen("tcp", d.addr)
	if err != nil {
		return err
	}
	d.ln, d.addr = ln, ln.Addr().String()
	d.wg.Go(func() { d.serve(ln) })
	return nil
}

// shut stops listening.
func (d *door) shut() {
	d.mu.Lock()
	ln := d.ln
	d.ln = nil
	d.mu.Unlock()
	if ln != nil {
		_ = ln.Close()
	}
}

// setMute says whether new visitors are let in without ever being answered.
func (d *door) setMute(mute bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.mute = mute
}

// empty ends all connections.
func (d *door) empty() {
	d.mu.Lock()
	visitors := make([]*visitor, 0, len(d.open))
	for v := range d.open {
		visitors = append(visitors, v)
	}
	d.mu.Unlock()
	for _, v := range visitors {
		_ = v.Close()
	}
}

// remove shuts the door for good and returns when nobody stands in it.
func (d *door) remove() {
	d.shut()
	d.empty()
	d.wg.Wait()
}

func (d *door) serve(ln net.Listener) {
	for {
		c, err := ln.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // out of files, most likely: it passes
			time.Sleep(50 * time.Millisecond)
			continue
		}
		v := &visitor{Conn: c, door: d}
		d.mu.Lock()
		shut, mute := d.ln != ln, d.mute
		if !shut {
			if d.open == nil {
				d.open = make(map[*visitor]struct{})
			}
			d.open[v] = struct{}{}
		}
		d.mu.Unlock()
		switch {
		case shut:
			_ = v.Close()
		case mute:
			d.wg.Go(func() {
				_, _ = io.Copy(io.Discard, v)
				_ = v.Close()
			})
		default:
			select {
			case d.hall.in <- v:
			case <-d.hall.done:
				_ = v.Close()
			}
		}
	}
}
