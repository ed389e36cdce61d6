package httpapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/account"
	"github.com/smart-commune/smart-commune/hub/live"
)

// page is a WebSocket client that is logged in.
type page struct {
	t *testing.T
	*websocket.Conn
}

// connect opens a socket with the session of b.
func (r *rig) connect(b *browser, header http.Header) (*page, *http.Response, error) {
	r.t.Helper()
	d := websocket.Dialer{Jar: b.http.Jar, EnableCompression: true, HandshakeTimeout: 20 * time.Second}
	c, resp, err := d.DialContext(r.t.Context(), "ws"+strings.TrimPrefix(r.url, "http")+"/ws", header)
	if err != nil {
		return nil, resp, err
	}
	r.t.Cleanup(func() { c.Close() })
	return &page{r.t, c}, resp, nil
}

func (r *rig) page(b *browser, h live.Hello) *page {
	r.t.Helper()
	p, _, err := r.connect(b, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	if err := p.WriteJSON(h); err != nil {
		r.t.Fatal(err)
	}
	return p
}

// next reads messages until f takes one.
func (p *page) next(what string, f func(live.Message) bool) live.Message {
	p.t.Helper()
	p.SetReadDeadline(time.Now().Add(20 * time.Second))
	for {
		var m live.Message
		if err := p.ReadJSON(&m); err != nil {
			p.t.Fatalf("waiting for %s: %v", what, err)
		}
		if f(m) {
			return m
		}
	}
}

// closed waits for the end and returns its code and reason.
func (p *page) closed() (int, string) {
	p.t.Helper()
	p.SetReadDeadline(time.Now().Add(20 * time.Second))
	for {
		_, _, err := p.ReadMessage()
		var end *websocket.CloseError
		switch {
		case err == nil:
			continue
		case errors.As(err, &end):
			return end.Code, end.Text
		}
		p.t.Fatalf("the socket ended without a farewell: %v", err)
	}
}

func isSnapshot(m live.Message) bool { return m.Snapshot != nil }

func setOnline(on bool) func(*live.Cluster) { return func(c *live.Cluster) { c.Online = on } }

func TestSocketShowsChanges(t *testing.T) {
	r := newRig(t)
	a, b := r.page(r.as(phatthanh), live.Hello{}), r.page(r.as(congan), live.Hello{})
	snap := a.next("a snapshot", isSnapshot).Snapshot
	b.next("a snapshot", isSnapshot)
	if len(snap.Clusters) != 1 || snap.Clusters[0].Online {
		t.Fatalf("the snapshot shows %+v", snap.Clusters)
	}
	r.model.UpdateCluster("loa-01", setOnline(true))
	online := func(m live.Message) bool {
		return len(m.Changes) > 0 && m.Changes[0].Cluster != nil && m.Changes[0].Cluster.Online
	}
	seq := a.next("the change", online).Changes[0].Seq
	b.next("the change", online)

	// A page that was asleep goes on where it stood.
	a.Close()
	r.model.UpdateCluster("loa-01", setOnline(false))
	again := r.page(r.as(phatthanh), live.Hello{Epoch: snap.Epoch, Seq: seq})
	m := again.next("what it missed", func(m live.Message) bool { return m.Snapshot != nil || len(m.Changes) > 0 })
	if m.Snapshot != nil || m.Changes[0].Cluster.Online {
		t.Errorf("a page that comes back gets %+v", m)
	}
	// One from another run of the hub gets a new snapshot.
	r.page(r.as(phatthanh), live.Hello{Epoch: "another", Seq: 7}).next("a snapshot", isSnapshot)
}

func TestSocketCompressesLargeMessages(t *testing.T) {
	r := newRig(t)
	for i := range 60 {
		err := r.places.PutCluster(t.Context(), devices.Cluster{ID: devices.DeviceID(fmt.Sprintf("loa-%02d", i+10)),
			Name: "Cụm loa giữa thôn", Village: "na-chuong", Volume: 80})
		if err != nil {
			t.Fatal(err)
		}
	}
	p, resp, err := r.connect(r.as(phatthanh), nil)
	if err != nil {
		t.Fatal(err)
	}
	contains(t, "the extension", resp.Header.Get("Sec-Websocket-Extensions"), "server_no_context_takeover")
	if err := p.WriteJSON(live.Hello{}); err != nil {
		t.Fatal(err)
	}
	m := p.next("a snapshot", isSnapshot)
	if len(m.Snapshot.Clusters) != 61 {
		t.Errorf("%d clusters", len(m.Snapshot.Clusters))
	}
}

func TestSocketRefuses(t *testing.T) {
	r := newRig(t)
	mine := r.as(phatthanh)
	for _, c := range []struct {
		name   string
		b      *browser
		origin string
		status int
		code   string
	}{
		{"nobody", r.browser(), r.url, 401, "login_required"},
		{"another site", mine, "http://evil.example", 403, "wrong_origin"},
		{"another port", mine, "http://127.0.0.1:1", 403, "wrong_origin"},
		{"no origin at all", mine, "null", 403, "wrong_origin"},
	} {
		_, resp, err := r.connect(c.b, http.Header{"Origin": {c.origin}})
		if err == nil || resp == nil || resp.StatusCode != c.status {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var p problemBody
		if err := json.NewDecoder(resp.Body).Decode(&p); err != nil || p.Code != c.code {
			t.Errorf("%s: %+v, %v", c.name, p, err)
		}
	}
	if _, _, err := r.connect(mine, http.Header{"Origin": {r.url}}); err != nil {
		t.Errorf("the hub's own page: %v", err)
	}
	if a := mine.raw("GET", "/ws", "", nil); a.StatusCode != 400 {
		t.Errorf("a plain request: %d", a.StatusCode)
	}
}

func TestSocketClosesOnGarbage(t *testing.T) {
	r := newRig(t)
	b := r.as(phatthanh)
	for name, frame := range map[string]string{
		"no JSON":    "hello?",
		"unknown":    `{"epoch":"","seq":0,"sudo":true}`,
		"two":        `{"epoch":"","seq":0}{}`,
		"negative":   `{"epoch":"","seq":-1}`,
		"long":       `{"epoch":"` + strings.Repeat("a", 65) + `","seq":0}`,
		"wrong type": `[]`,
	} {
		p, _, err := r.connect(b, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.WriteMessage(websocket.TextMessage, []byte(frame)); err != nil {
			t.Fatal(err)
		}
		if code, reason := p.closed(); code != websocket.ClosePolicyViolation || reason == "" {
			t.Errorf("%s: closed with %d %q", name, code, reason)
		}
	}
	binary, _, err := r.connect(b, nil)
	if err != nil {
		t.Fatal(err)
	}
	binary.WriteMessage(websocket.BinaryMessage, []byte(`{"epoch":"","seq":0}`))
	if code, _ := binary.closed(); code != websocket.ClosePolicyViolation {
		t.Errorf("a binary frame: closed with %d", code)
	}
	huge, _, err := r.connect(b, nil)
	if err != nil {
		t.Fatal(err)
	}
	huge.EnableWriteCompression(false)
	huge.WriteMessage(websocket.TextMessage, make([]byte, 100_000))
	if code, _ := huge.closed(); code != websocket.CloseMessageTooBig && code != websocket.ClosePolicyViolation {
		t.Errorf("a huge frame: closed with %d", code)
	}
	bomb, _, err := r.connect(b, nil)
	if err != nil {
		t.Fatal(err)
	}
	bomb.WriteMessage(websocket.TextMessage, []byte(`{"epoch":"`+strings.Repeat(" ", 1<<20)+`"}`))
	if code, _ := bomb.closed(); code != websocket.ClosePolicyViolation {
		t.Errorf("a frame that unpacks to much: closed with %d", code)
	}
	talking := r.page(b, live.Hello{})
	talking.next("a snapshot", isSnapshot)
	talking.WriteMessage(websocket.TextMessage, []byte("more"))
	if code, reason := talking.closed(); code != websocket.ClosePolicyViolation || reason != errTalking.Error() {
		t.Errorf("a page that goes on talking: closed with %d %q", code, reason)
	}
}

func TestSocketEndsWithoutHello(t *testing.T) {
	r := newRig(t, func(_ *Config, tm *timing) { tm.hello = 500 * time.Millisecond })
	p, _, err := r.connect(r.as(phatthanh), nil)
	if err != nil {
		t.Fatal(err)
	}
	if code, _ := p.closed(); code != websocket.ClosePolicyViolation {
		t.Errorf("closed with %d", code)
	}
}

func TestSocketEndsWithItsSession(t *testing.T) {
	r := newRig(t)
	b := r.as(kythuat)
	p := r.page(b, live.Hello{})
	p.next("a snapshot", isSnapshot)
	// An administrator disables the account.
	_, err := r.accounts.UpdateUser(t.Context(), account.User{Name: kythuat, Role: account.Technician, Disabled: true})
	if err != nil {
		t.Fatal(err)
	}
	if code, _ := p.closed(); code != closeSessionEnded {
		t.Errorf("closed with %d", code)
	}
}

func TestSilentPageIsDropped(t *testing.T) {
	r := newRig(t, func(_ *Config, tm *timing) { tm.ping, tm.pong = 50*time.Millisecond, 500*time.Millisecond })
	p := r.page(r.as(phatthanh), live.Hello{})
	p.SetPingHandler(func(string) error { return nil }) // it never answers
	p.SetReadDeadline(time.Now().Add(20 * time.Second))
	for {
		if _, _, err := p.ReadMessage(); err != nil {
			var timeout net.Error
			if errors.As(err, &timeout) && timeout.Timeout() {
				t.Fatal("the hub keeps a page that never answers")
			}
			return
		}
	}
}

// TestSlowPageHurtsNobody lets one page stop reading while much changes.
func TestSlowPageHurtsNobody(t *testing.T) {
	r := newRig(t, func(_ *Config, tm *timing) { tm.write = 3 * time.Second })
	slow := r.page(r.as(phatthanh), live.Hello{})
	if tcp, ok := slow.NetConn().(*net.TCPConn); ok {
		tcp.SetReadBuffer(4 << 10)
	}
	quick := r.page(r.as(lanhdao), live.Hello{})
	quick.next("a snapshot", isSnapshot)

	// Random text does not compress, so the slow page's buffers fill.
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		for r.api.sockets.count() > 1 {
			select {
			case <-time.After(time.Millisecond):
			case <-t.Context().Done():
				return
			}
		}
	}()
	for i := 0; ; i++ {
		mark := fmt.Sprint(i)
		r.model.UpdateCluster("loa-01", func(c *live.Cluster) { c.Model = mark; c.Firmware = incompressible(i, 200_000) })
		quick.next("change "+mark, func(m live.Message) bool {
			return len(m.Changes) > 0 && m.Changes[len(m.Changes)-1].Cluster.Model == mark
		})
		select {
		case <-gone:
			return
		default:
		}
		if i > 2000 {
			t.Fatal("the slow page is still there")
		}
	}
}

// incompressible returns n letters that look random.
func incompressible(seed, n int) string {
	b := make([]byte, n)
	x := uint64(seed)*2654435761 + 88172645463325252
	for i := range b {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		b[i] = 'A' + byte(x%50)
	}
	return string(b)
}

func TestStoppingHubSaysSo(t *testing.T) {
	r := newRig(t)
	p := r.page(r.as(phatthanh), live.Hello{})
	p.next("a snapshot", isSnapshot)
	go r.api.sockets.close()
	if code, _ := p.closed(); code != websocket.CloseGoingAway {
		t.Errorf("closed with %d", code)
	}
	a := r.as(phatthanh).raw("GET", "/ws", "", nil)
	if a.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a page that comes while the hub stops: %d %s", a.StatusCode, a.body)
	}
}

// TestAnyJunkOnThePort holds that what does not speak HTTP is dropped.
func TestAnyJunkOnThePort(t *testing.T) {
	r := newRig(t)
	c, err := net.Dial("tcp", strings.TrimPrefix(r.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(20 * time.Second))
	fmt.Fprintf(c, "\x16\x03\x01\x02\x00OPTIONS rtsp://x RTSP/1.0\r\n\r\n")
	buf := make([]byte, 1024)
	n, _ := c.Read(buf)
	contains(t, "the answer", string(buf[:n]), "400 Bad Request")
	r.as(phatthanh).want(200, "GET", "/api/me", nil, nil)
}

func FuzzHello(f *testing.F) {
	for _, s := range []string{`{"epoch":"","seq":0}`, `{"epoch":"01j","seq":9007199254740993}`, `{}`, `null`, `[1]`, `{"seq":1e99}`, "\x00"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		h, err := decodeHello(data)
		if err != nil {
			if h != (live.Hello{}) {
				t.Errorf("a refused frame gave %+v", h)
			}
			return
		}
		if len(h.Epoch) > 64 || h.Seq < 0 {
			t.Errorf("%q gave %+v", data, h)
		}
	})
}
