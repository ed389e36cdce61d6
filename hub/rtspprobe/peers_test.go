package rtspprobe

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
)

// patience is what the silence of a host costs a test, and long enough for one that
// answers on a busy machine.
const patience = 4 * time.Second

// peer is a scripted host: it calls serve for each connection.
func peer(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			serve(c)
			c.Close()
		}
	}()
	t.Cleanup(func() { ln.Close(); <-done })
	return ln.Addr().String()
}

// request reads one request and returns its method and CSeq, empty at the end.
func request(r *bufio.Reader) (method, cseq, all string) {
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return "", "", all
		}
		all += line
		line = strings.TrimSpace(line)
		switch {
		case method == "":
			method, _, _ = strings.Cut(line, " ")
		case strings.HasPrefix(line, "CSeq:"):
			cseq = strings.TrimSpace(line[5:])
		case line == "":
			return method, cseq, all
		}
	}
}

// rtsp answers each request with what answer returns after the status line and
// CSeq; an empty answer is silence.
func rtsp(answer func(method, all string) string) func(net.Conn) {
	return func(c net.Conn) {
		r := bufio.NewReader(c)
		for {
			method, cseq, all := request(r)
			if method == "" {
				return
			}
			if method == "OPTIONS" {
				fmt.Fprintf(c, "RTSP/1.0 200 OK\r\nCSeq: %s\r\nPublic: DESCRIBE, SETUP, PLAY\r\n\r\n", cseq)
				continue
			}
			if a := answer(method, all); a != "" {
				status, rest, _ := strings.Cut(a, "\r\n")
				fmt.Fprintf(c, "RTSP/1.0 %s\r\nCSeq: %s\r\n%s", status, cseq, rest)
			}
		}
	}
}

func sdp(lines ...string) string {
	body := "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\n" + strings.Join(lines, "\r\n") + "\r\n"
	return fmt.Sprintf("200 OK\r\nContent-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
}

const (
	audioMedia = "m=audio 0 RTP/AVP 0\r\na=control:trackID=0"
	videoMedia = "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1\r\na=control:trackID=1"
	setUp      = "200 OK\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nSession: 1;timeout=60\r\n\r\n"
	fine       = "200 OK\r\nSession: 1\r\n\r\n"
)

// talks writes to every connection and then reads until the other side ends.
func talks(say string) func(net.Conn) {
	return func(c net.Conn) {
		_, _ = io.WriteString(c, say)
		_, _ = io.Copy(io.Discard, c)
	}
}

// Hosts that are no good camera: each has its reason, within the time bound,
// and a detail that a technician can use.
func TestScriptedPeers(t *testing.T) {
	var redirects atomic.Int64
	var loop string
	loop = peer(t, rtsp(func(string, string) string {
		redirects.Add(1)
		return "302 Moved\r\nLocation: rtsp://" + loop + "/x\r\n\r\n"
	}))
	var leaked atomic.Bool
	tests := []struct {
		name   string
		addr   string
		want   devices.CameraReason
		detail string
	}{
		{"hangs up at once", peer(t, func(net.Conn) {}), devices.CameraRefused, ""},
		{"half a reply, then hangs up", peer(t, func(c net.Conn) {
			request(bufio.NewReader(c))
			_, _ = io.WriteString(c, "RTSP/1.0 200 OK\r\nCSe")
		}), devices.CameraProtocol, `"RTSP/1.0 200 OK`},
		{"half a reply, then silence", peer(t, talks("RTSP/1.0 200 OK\r\nCSe")), devices.CameraProtocol, ""},
		{"garbage", peer(t, talks(strings.Repeat("\x00\x16\x03\x01\xff", 200))), devices.CameraProtocol, "does not speak RTSP"},
		{"a web server", peer(t, talks("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")), devices.CameraProtocol, `"HTTP/1.1 400`},
		{"an SSH server", peer(t, talks("SSH-2.0-OpenSSH_9.2\r\n")), devices.CameraProtocol, `"SSH-2.0`},
		{"answers OPTIONS alone", peer(t, rtsp(func(string, string) string { return "" })), devices.CameraTimeout, "did not begin to send in time"},
		{"asks for the password for ever", peer(t, rtsp(func(string, string) string {
			return "401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"x\", nonce=\"1\"\r\n\r\n"
		})), devices.CameraWrongPassword, "401"},
		{"the user has no right", peer(t, rtsp(func(string, string) string { return "403 Forbidden\r\n\r\n" })), devices.CameraWrongPassword, "403"},
		{"redirects without end", loop, devices.CameraProtocol, "again and again"},
		{"redirects to another host", peer(t, rtsp(func(_, all string) string {
			if strings.Contains(all, "Authorization") {
				leaked.Store(true)
			}
			return "302 Moved\r\nLocation: rtsp://localhost:1/x\r\n\r\n"
		})), devices.CameraProtocol, "another host"},
		{"no description", peer(t, rtsp(func(string, string) string { return "200 OK\r\n\r\n" })), devices.CameraProtocol, "Content-Type"},
		{"broken description", peer(t, rtsp(func(string, string) string {
			return "200 OK\r\nContent-Type: application/sdp\r\nContent-Length: 5\r\n\r\nx=\x00\r\n"
		})), devices.CameraProtocol, "SDP"},
		{"audio alone", peer(t, rtsp(func(string, string) string { return sdp(audioMedia) })), devices.CameraUnsupported, "only audio G711"},
		{"too busy", peer(t, rtsp(func(string, string) string { return "453 Not Enough Bandwidth\r\n\r\n" })), devices.CameraProtocol, "453"},
		{"UDP alone", peer(t, rtsp(func(method, _ string) string {
			if method == "DESCRIBE" {
				return sdp(videoMedia)
			}
			return "461 Unsupported Transport\r\n\r\n"
		})), devices.CameraUnsupported, "461"},
		{"plays, then hangs up", peer(t, func(c net.Conn) {
			rtsp(func(method, _ string) string {
				switch method {
				case "DESCRIBE":
					return sdp(audioMedia, videoMedia)
				case "SETUP":
					return setUp
				}
				go c.Close()
				return fine
			})(c)
		}), devices.CameraNoFrames, ""},
	}
	t.Run("at once", func(t *testing.T) {
		for _, tc := range tests {
			t.Run(tc.name, func(t *testing.T) {
				t.Parallel()
				ctx, cancel := context.WithTimeout(t.Context(), 5*patience) // far beyond the time bound
				defer cancel()
				err := New(Config{OpenTimeout: patience}).Watch(ctx, devices.Camera{URL: "rtsp://" + tc.addr + "/x", Username: "u", Password: "hidden-secret"}, newRecorder())
				if got := reasonOf(err); got != tc.want {
					t.Errorf("reason %q (%v), want %q", got, err, tc.want)
				}
				if !strings.Contains(err.Error(), tc.detail) {
					t.Errorf("%q does not say %q", err, tc.detail)
				}
				if strings.Contains(err.Error(), "hidden-secret") {
					t.Errorf("the password is in %q", err)
				}
			})
		}
	})
	if n := redirects.Load(); n > maxDials {
		t.Errorf("followed %d redirects", n)
	}
	if leaked.Load() {
		t.Error("credentials were sent unasked")
	}
}
