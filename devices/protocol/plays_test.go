package protocol

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

const soundPlay = `{"id":"p-%d","occurrence":"tb-1@1795237200","announcement":"tb-1","planned_at":"2026-11-21T05:00:00Z","ended_at":"2026-11-21T05:00:06Z","result":"played"}`

func TestOneReportThatMakesNoSenseCostsNoOther(t *testing.T) {
	for name, tc := range map[string]struct{ spoilt, id string }{
		"unknown result":       {strings.Replace(fmt.Sprintf(soundPlay, 7), "played", "sung", 1), "p-7"},
		"no occurrence":        {`{"id":"p-7"}`, "p-7"},
		"no date":              {strings.Replace(fmt.Sprintf(soundPlay, 7), "2026-11-21T05:00:06Z", "0000-00-00", 1), "p-7"},
		"year 10000":           {strings.Replace(fmt.Sprintf(soundPlay, 7), "2026-11-21T05:00:06Z", "10000-01-01T00:00:00Z", 1), "p-7"},
		"no id":                {`{"result":"played"}`, ""},
		"an id of a paragraph": {`{"id":"` + strings.Repeat("x", 101) + `"}`, ""},
		"no object":            {`"p-7"`, ""},
		"deep":                 {strings.Repeat("[", 5000) + strings.Repeat("]", 5000), ""},
	} {
		t.Run(name, func(t *testing.T) {
			plays, refused, err := DecodePlays([]byte(`{"plays":[` + fmt.Sprintf(soundPlay, 1) + `,` + tc.spoilt + `,` + fmt.Sprintf(soundPlay, 2) + `]}`))
			if err != nil || len(plays.Plays) != 2 || plays.Plays[1].ID != "p-2" {
				t.Fatalf("got %+v, %v", plays, err)
			}
			if len(refused) != 1 || refused[0].ID != tc.id || refused[0].Err == nil {
				t.Errorf("refused %+v, want %q", refused, tc.id)
			}
		})
	}
}

func TestAReportOfAClockThatWasResetIsTakenIn(t *testing.T) {
	for _, when := range []string{"1970-01-01T00:00:05Z", "2038-01-19T03:14:08Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"} {
		one := strings.Replace(fmt.Sprintf(soundPlay, 1), "2026-11-21T05:00:06Z", when, 1)
		if plays, refused, err := DecodePlays([]byte(`{"plays":[` + one + `]}`)); err != nil || len(plays.Plays) != 1 {
			t.Errorf("%s: %+v, %+v, %v", when, plays, refused, err)
		}
	}
}

func TestBatchesThatCannotBe(t *testing.T) {
	many := strings.TrimSuffix(strings.Repeat("{},", MaxBatch+1), ",")
	for _, data := range []string{"", "{", `{"plays":[]}`, `{"plays":{}}`, `{"plays":[` + many + `]}`, `{"plays":[` + strings.Repeat(" ", MaxPayload) + `{}]}`} {
		if plays, refused, err := DecodePlays([]byte(data)); err == nil {
			t.Errorf("%.40q is read as %+v and %+v", data, plays, refused)
		}
	}
}

func FuzzDecodePlays(f *testing.F) {
	f.Add([]byte(`{"plays":[` + fmt.Sprintf(soundPlay, 1) + `,{"id":"p-2"},7]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		plays, refused, err := DecodePlays(data)
		if err != nil {
			return
		}
		if n := len(plays.Plays) + len(refused); n == 0 || n > MaxBatch {
			t.Fatalf("%d reports", n)
		}
		if len(plays.Plays) == 0 {
			return
		}
		again, err := json.Marshal(plays)
		if err != nil {
			t.Fatalf("accepted, but cannot be written: %v", err)
		}
		if back, bad, err := DecodePlays(again); len(again) <= MaxPayload && (err != nil || len(bad) > 0 || len(back.Plays) != len(plays.Plays)) {
			t.Fatalf("accepted, but not what it is written as: %v %v\n%s", bad, err, again)
		}
	})
}
