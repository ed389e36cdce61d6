package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"github.com/smart-commune/smart-commune/hub/live"
	"github.com/smart-commune/smart-commune/hub/problem"
)

const (
	maxSockets    = 1000
	maxHelloBytes = 4 << 10
	// compressFrom is the smallest message worth compressing, in bytes.
	compressFrom = 1 << 10

	// closeSessionEnded tells the page to show the login.
	closeSessionEnded = 4401
)

// sockets are the open WebSockets.
type sockets struct {
	ctx  context.Context // ends them all
	stop context.CancelFunc

	// buffers are shared, so that an idle page holds none.
	buffers sync.Pool

	mu     sync.Mutex
	open   int
	closed bool
	wg     sync.WaitGroup
}

func newSockets() *sockets {
	s := &sockets{}
	s.ctx, s.stop = context.WithCancel(context.Background())
	return s
}

// enter counts a socket in, and reports false when there are too many or the
// hub stops.
func (s *sockets) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.open >= maxSockets {
		return false
	}
	s.open++
	s.wg.Add(1)
	return true
}

func (s *sockets) leave() {
	s.mu.Lock()
	s.open--
	s.mu.Unlock()
	s.wg.Done()
}

func (s *sockets) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open
}

// close ends all sockets and waits for them.
func (s *sockets) close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.stop()
	s.wg.Wait()
}

// sameOrigin accepts the hub's own page, and programs, which send no Origin.
func sameOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && strings.EqualFold(u.Host, r.Host)
}

func (a *API) serveSocket(w http.ResponseWriter, r *http.Request) {
	who, err := a.identify(r, member)
	if err == nil {
		err = member.check(who)
	}
	if err == nil && !sameOrigin(r) {
		err = problem.New(problem.Forbidden, "wrong_origin",
			"Trang này không thuộc hệ thống nên không được kết nối.", "This page does not belong to the hub and may not connect.")
	}
	if err != nil {
		a.writeProblem(w, r, err)
		return
	}
	if !a.sockets.enter() {
		a.writeProblem(w, r, problem.New(problem.Unavailable, "too_many_pages",
			"Đang có quá nhiều trang mở cùng lúc. Hãy đóng bớt rồi thử lại.", "Too many pages are open. Close some and try again."))
		return
	}
	defer a.sockets.leave()
	up := websocket.Upgrader{HandshakeTimeout: a.timing.hello, ReadBufferSize: 1 << 10, WriteBufferSize: 4 << 10,
		WriteBufferPool: &a.sockets.buffers, EnableCompression: true, CheckOrigin: sameOrigin}
	conn, err := up.Upgrade(w, r, nil)
	if err != nil {
		a.log.Debug("socket refused", "from", who.from, "error", err) // Upgrade has answered
		return
	}
	s := &socket{api: a, conn: conn, who: who}
	err = s.run(a.sockets.ctx)
	a.log.Debug("socket closed", "who", who.Name, "from", who.from, "reason", err)
}

// socket is one page that is connected.
type socket struct {
	api  *API
	conn *websocket.Conn
	who  caller
}

// run serves the page until it leaves, is too slow, breaks the rules, loses its
// session, or ctx ends; it says which.
func (s *socket) run(ctx context.Context) error {
	defer s.conn.Close()
	hello, err := s.hello()
	if err != nil {
		s.bye(websocket.ClosePolicyViolation, err.Error())
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	var reader sync.WaitGroup
	reader.Go(func() { cancel(s.read()) })
	err = s.write(ctx, hello)
	switch {
	case errors.Is(err, errSessionEnded):
		s.bye(closeSessionEnded, err.Error())
	case errors.Is(context.Cause(ctx), errTalking):
		err = errTalking
		s.bye(websocket.ClosePolicyViolation, err.Error())
	case s.api.sockets.ctx.Err() != nil:
		s.bye(websocket.CloseGoingAway, "the hub stops")
	}
	cancel(err)
	s.conn.Close() // ends the reader
	reader.Wait()
	return err
}

var (
	errSessionEnded = errors.New("the session has ended")
	errTalking      = errors.New("nothing is expected after the first frame")
)

// hello reads the first frame.
func (s *socket) hello() (live.Hello, error) {
	s.conn.SetReadLimit(maxHelloBytes)
	if err := s.conn.SetReadDeadline(time.Now().Add(s.api.timing.hello)); err != nil {
		return live.Hello{}, err
	}
	kind, r, err := s.conn.NextReader()
	if err != nil {
		return live.Hello{}, errors.New("the first frame did not arrive")
	}
	if kind != websocket.TextMessage {
		return live.Hello{}, errors.New("the first frame must be text")
	}
	// The socket's own limit counts what is on the wire, which may be
	// compressed.
	data, err := io.ReadAll(io.LimitReader(r, maxHelloBytes))
	if err != nil {
		return live.Hello{}, errors.New("the first frame did not arrive whole")
	}
	return decodeHello(data)
}

// decodeHello reads what the page says that it holds.
func decodeHello(data []byte) (h live.Hello, err error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&h); err != nil {
		return live.Hello{}, errors.New(`the first frame must be {"epoch":"…","seq":0}`)
	}
	if _, err := d.Token(); err != io.EOF {
		return live.Hello{}, errors.New("the first frame must be one JSON object")
	}
	if len(h.Epoch) > 64 || h.Seq < 0 {
		return live.Hello{}, errors.New("epoch has at most 64 characters, seq is not negative")
	}
	return h, nil
}

// read takes pongs and the page's farewell; anything else breaks the rules.
func (s *socket) read() error {
	alive := func(string) error { return s.conn.SetReadDeadline(time.Now().Add(s.api.timing.pong)) }
	s.conn.SetPongHandler(alive)
	if err := alive(""); err != nil {
		return err
	}
	if _, _, err := s.conn.NextReader(); err != nil {
		return fmt.Errorf("the page is gone: %w", err)
	}
	return errTalking
}

// write is the only one to write messages. What the page has not taken yet is
// coalesced by the subscription, so a slow page costs no memory.
func (s *socket) write(ctx context.Context, hello live.Hello) error {
	sub := s.api.cfg.Live.Subscribe(hello)
	defer sub.Close()
	pinged, checked := time.Now(), time.Now()
	for {
		m, err := sub.Next(ctx)
		if err != nil {
			return errors.Join(err, context.Cause(ctx))
		}
		if time.Since(checked) >= s.api.timing.check {
			if _, err := s.api.cfg.Accounts.Identify(ctx, s.who.token); err != nil {
				if problem.Is(err, problem.Unauthorized) {
					return errSessionEnded
				}
				return err
			}
			checked = time.Now()
		}
		if err := s.send(m); err != nil {
			return err
		}
		if time.Since(pinged) >= s.api.timing.ping {
			if err := s.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(s.api.timing.write)); err != nil {
				return err
			}
			pinged = time.Now()
		}
	}
}

func (s *socket) send(m live.Message) error {
	data, err := json.Marshal(wireMessage(m))
	if err != nil {
		return fmt.Errorf("encode live message: %w", err)
	}
	s.conn.EnableWriteCompression(len(data) > compressFrom)
	if err := s.conn.SetWriteDeadline(time.Now().Add(s.api.timing.write)); err != nil {
		return err
	}
	return s.conn.WriteMessage(websocket.TextMessage, data)
}

// bye closes the socket with a reason; the page may have gone already.
func (s *socket) bye(code int, reason string) {
	if len(reason) > 120 {
		reason = reason[:120]
	}
	_ = s.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason), time.Now().Add(time.Second))
}
