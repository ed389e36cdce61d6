package protocol

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// fuzzPayload holds that whatever is accepted is accepted again after it was
// written anew: the hub and a device never disagree about a message. It begins with
// the golden vectors of its kind.
func fuzzPayload[P any, T interface {
	*P
	payload
}](f *testing.F) {
	for name, v := range vectors() {
		if _, ours := v.value.(P); !ours {
			continue
		}
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

func FuzzState(f *testing.F)       { fuzzPayload[State](f) }
func FuzzPlan(f *testing.F)        { fuzzPayload[Plan](f) }
func FuzzCommand(f *testing.F)     { fuzzPayload[Command](f) }
func FuzzAck(f *testing.F)         { fuzzPayload[Ack](f) }
func FuzzPlays(f *testing.F)       { fuzzPayload[Plays](f) }
func FuzzTelemetry(f *testing.F)   { fuzzPayload[Telemetry](f) }
func FuzzReceipt(f *testing.F)     { fuzzPayload[Receipt](f) }
func FuzzClockAsk(f *testing.F)    { fuzzPayload[ClockAsk](f) }
func FuzzClockAnswer(f *testing.F) { fuzzPayload[ClockAnswer](f) }
func FuzzHubState(f *testing.F)    { fuzzPayload[HubState](f) }

// FuzzPlay and FuzzItem decode what is a message only as a part of another.
func FuzzPlay(f *testing.F) { fuzzPayload[Play](f) }
func FuzzItem(f *testing.F) { fuzzPayload[Item](f) }

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

func FuzzParseAddress(f *testing.F) {
	for _, s := range []string{"luc-binh/loa-01", "luc-binh/", "/loa-01", "a/b/c", "A/b", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if a, err := ParseAddress(s); err == nil && a.String() != s {
			t.Fatalf("%q is read as %s", s, a)
		}
	})
}
