package protocol

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// fuzzPayload holds that whatever is accepted is accepted again after it was
// written anew: the hub and a device never disagree about a message.
func fuzzPayload[P any, T interface {
	*P
	payload
}](f *testing.F, golden ...string) {
	for _, name := range golden {
		data, err := os.ReadFile(filepath.Join("testdata", name+".json"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, junk := range []string{"", "null", "{}", "[]", `{"at":"1970-01-01T00:00:00Z"}`, "\xff"} {
		f.Add([]byte(junk))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := Decode[P, T](data)
		if err != nil {
			return
		}
		again, err := json.Marshal(p)
		if err != nil {
			t.Fatalf("accepted, but cannot be written: %v", err)
		}
		if _, err := Decode[P, T](again); err != nil && len(again) <= MaxPayload {
			t.Fatalf("accepted, but not what it is written as: %v\n%s", err, again)
		}
	})
}

func FuzzState(f *testing.F) { fuzzPayload[State](f, "state", "state-last-will") }
func FuzzPlan(f *testing.F)  { fuzzPayload[Plan](f, "plan") }
func FuzzCommand(f *testing.F) {
	const item = `{"occurrence":"tb-1@1","announcement":"tb-1","level":"emergency","start":"2026-11-22T05:30:00Z","deadline":"2026-11-22T05:40:00Z",` +
		`"audio":[{"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","bytes":9,"duration_ms":9,"gap_ms":7200000}],` +
		`"again":{"until":"2026-11-22T06:00:00Z","gap_ms":5000},"awaits_more":true}`
	for _, rest := range []string{`"kind":"more","item":` + item, `"kind":"play","item":` + item, `"kind":"mute","until":"2026-11-22T06:00:00Z"`,
		`"kind":"mute","until":"0000-01-01T00:00:00Z"`, `"kind":"selftest"`, `"kind":"reboot"`, `"kind":"refresh"`} {
		f.Add([]byte(`{"id":"cmd-1","issued_at":"2026-11-22T05:30:00Z","expires_at":"2026-11-22T05:31:00Z",` + rest + `}`))
	}
	fuzzPayload[Command](f, "command-play", "command-stop", "command-volume")
}
func FuzzAck(f *testing.F)   { fuzzPayload[Ack](f, "ack") }
func FuzzPlays(f *testing.F) { fuzzPayload[Plays](f, "plays") }
func FuzzTelemetry(f *testing.F) {
	fuzzPayload[Telemetry](f, "telemetry")
}
func FuzzReceipt(f *testing.F)     { fuzzPayload[Receipt](f, "receipt") }
func FuzzClockAsk(f *testing.F)    { fuzzPayload[ClockAsk](f, "clock-ask") }
func FuzzClockAnswer(f *testing.F) { fuzzPayload[ClockAnswer](f, "clock-answer") }
func FuzzHubState(f *testing.F)    { fuzzPayload[HubState](f, "hub") }

func FuzzParseTopic(f *testing.F) {
	for _, s := range []string{"sc/1/luc-binh/loa-01/state", "sc/1/luc-binh/loa-01/clock/ask", "sc/1/a/b/c/d", "sc/2/a/b/state", "sc/1/+/#/plan", "", "sc/1///"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, c, err := ParseTopic(s)
		if err == nil && a.Topic(c) != s {
			t.Fatalf("%q is read as %s of %s, which is %q", s, c, a, a.Topic(c))
		}
	})
}
