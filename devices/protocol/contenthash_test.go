package protocol

import (
	"encoding/json"
	"testing"
	"time"
)

func TestContentHashInParts(t *testing.T) {
	audio := Audio{SHA256: "ab", Bytes: 7, DurationMS: 10}
	item := Item{Occurrence: "tb-1@1", Title: "Mời họp <thôn> & \"xã\"", Start: time.Unix(1, 0).UTC(), Audio: []Audio{audio}}
	for _, p := range []Plan{
		{Volume: 80, Items: []Item{}},
		{Volume: 0, Items: []Item{item}},
		{Volume: 55, Items: []Item{item, item, {}}, Keep: []Audio{audio, audio}},
		{Volume: 55, Items: []Item{item}, Keep: []Audio{audio}, OffsetMS: -20},
	} {
		h := NewContentHash(p.Volume)
		for _, it := range p.Items {
			b, err := json.Marshal(it)
			if err != nil {
				t.Fatal(err)
			}
			h.Add(b)
		}
		if got, want := h.Sum(p.OffsetMS, p.Keep), p.ContentHash(); got != want {
			t.Errorf("%+v: %s in parts, %s as a whole", p, got, want)
		}
	}
}
