package main

import (
	"strings"
	"testing"
)

func TestBadCredentials(t *testing.T) {
	for text, says := range map[string]string{
		``:                                   "is expected",
		`{"commune":"c","devices":{},"x":1}`: "unknown field",
		`{"devices":{}}`:                     "commune",
		`{"commune":"c","devices":{"loa-01":""}}`: "empty secret",
		`{"commune":"c","devices":{"LOA":"x"}}`:   "devices",
		`{"commune":"c","devices":{}} {}`:         "behind the end",
	} {
		if _, err := parseCredentials([]byte(text)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: the error is %v; expected %q", text, err, says)
		}
	}
}

func FuzzParseCredentials(f *testing.F) {
	f.Add([]byte(`{"commune":"luc-binh","devices":{"loa-01":"secret"}}`))
	f.Add([]byte(`{"commune":"luc-binh"}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := parseCredentials(data)
		if err != nil {
			return
		}
		for id, secret := range c.Devices {
			if c.Commune == "" || id == "" || secret == "" {
				t.Fatalf("accepted: %s", data)
			}
		}
	})
}
