package httpapi

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// Most programs read an answer only when all is sent: one that came before, with the
// connection's end, would be lost.
func TestWhoSendsTooMuchWithoutAskingReadsWhy(t *testing.T) {
	r := newRig(t)
	b := r.operator()
	for name, chunked := range map[string]bool{"with its length": false, "without": true} {
		t.Run(name, func(t *testing.T) {
			req := b.request("POST", "/api/audio?name=dai.wav", "audio/wav", io.LimitReader(zeros{}, maxUpload+30<<20))
			if !chunked {
				req.ContentLength = maxUpload + 30<<20
			}
			conn, err := net.Dial("tcp", req.URL.Host)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if err := req.Write(conn); err != nil {
				t.Fatalf("it could not send all: %v", err)
			}
			resp, err := http.ReadResponse(bufio.NewReader(conn), req)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			said, err := io.ReadAll(resp.Body)
			if err != nil || resp.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(string(said), fmt.Sprintf("%d MB", maxUpload>>20)) {
				t.Errorf("status %d, %s, %v", resp.StatusCode, said, err)
			}
		})
	}
}
