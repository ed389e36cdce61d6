package fault

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/smart-commune/smart-commune/devices"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func board(set func(device, fault string)) *Switchboard {
	target := func(id string, faults ...string) Target {
		return Target{faults, func(f string) error { set(id, f); return nil }}
	}
	return NewSwitchboard(map[devices.DeviceID]Target{
		"loa-01": target("loa-01", OK, Offline), "cam-01": target("cam-01", OK, "stall", "refuse"),
	}, slog.New(slog.DiscardHandler))
}

func TestControlPort(t *testing.T) {
	var did []string
	server := httptest.NewServer(board(func(device, fault string) { did = append(did, device+" "+fault) }).Handler())
	defer server.Close()
	call := func(method, path, body string) (int, string) {
		t.Helper()
		req, err := http.NewRequest(method, server.URL+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		res, err := server.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, strings.TrimSpace(string(text))
	}
	for _, c := range []struct {
		path, body string
		status     int
		says       string
	}{
		{"/faults/cam-01", `{"fault":"stall"}`, 204, ""},
		{"/faults/loa-01", `{"fault":"offline"}`, 204, ""},
		{"/faults/loa-01", `{"fault":"stall"}`, 422, "use ok, offline"},
		{"/faults/loa-99", `{"fault":"ok"}`, 404, "no device"},
		{"/faults/loa-01", `{"fault":"ok","for":"1h"}`, 400, "unknown field"},
		{"/faults/loa-01", `{"fault":"ok"} {}`, 400, "nothing behind"},
		{"/faults/loa-01", `{}`, 400, "missing"},
		{"/faults/loa-01", ``, 400, "must be"},
		{"/faults/loa-01", `{"fault":"` + strings.Repeat("x", 2*maxBody) + `"}`, 400, "too large"},
	} {
		if status, says := call(http.MethodPut, c.path, c.body); status != c.status || !strings.Contains(says, c.says) {
			t.Errorf("PUT %s %.40s: %d %s; expected %d and %q", c.path, c.body, status, says, c.status, c.says)
		}
	}
	if status, says := call(http.MethodGet, "/faults", ""); status != 200 || says != `{"cam-01":"stall","loa-01":"offline"}` {
		t.Errorf("GET /faults: %d %s", status, says)
	}
	if strings.Join(did, ", ") != "cam-01 stall, loa-01 offline" {
		t.Errorf("carried out: %v", did)
	}
}

func TestScriptRunsInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var did []string
		b := board(func(device, fault string) { did = append(did, time.Since(start).String()+" "+device+" "+fault) })
		s, err := ParseScript("s.yaml", []byte("- {at: 1m, device: cam-01, fault: ok}\n- {at: 30s, device: cam-01, fault: stall}\n"))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Check(b); err != nil {
			t.Fatal(err)
		}
		if err := s.Run(context.Background(), b); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(did, ", "); got != "30s cam-01 stall, 1m0s cam-01 ok" {
			t.Errorf("carried out: %s", got)
		}
	})
}

func TestBadScripts(t *testing.T) {
	for text, says := range map[string]string{
		"- {at: 30s, device: cam-01, fault: stall, x: 1}": "unknown field",
		"- {at: soon, device: cam-01, fault: stall}":      "no duration",
		"- {at: -1s, device: cam-01, fault: stall}":       "before the start",
		"- {at: 1s, device: CAM, fault: stall}":           "[0].device",
		"- {at: 1s, device: cam-01}":                      "the fault is missing",
		"at: 30s":                                         "a fault script is a list",
	} {
		_, err := ParseScript("s.yaml", []byte(text))
		if err == nil || !strings.Contains(err.Error(), says) || !strings.HasPrefix(err.Error(), "s.yaml") {
			t.Errorf("%q: the error is %v; expected the file and %q", text, err, says)
		}
	}
	s, err := ParseScript("s.yaml", []byte("- {at: 1s, device: loa-01, fault: stall}"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Check(board(nil)); err == nil || !strings.Contains(err.Error(), "step 1") {
		t.Errorf("a fault that the device cannot have: %v", err)
	}
}

func FuzzParseScript(f *testing.F) {
	f.Add([]byte("- {at: 30s, device: cam-03, fault: stall}\n"))
	f.Add([]byte("- &a {at: 1s}\n- *a\n"))
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := ParseScript("s.yaml", data)
		if err != nil {
			return
		}
		for i, step := range s {
			if step.At < 0 || step.Device == "" || step.Fault == "" || i > 0 && step.At < s[i-1].At {
				t.Fatalf("accepted: %+v", s)
			}
		}
	})
}
