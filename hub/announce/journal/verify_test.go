package journal_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce/announcetest"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
)

// kept is a journal as somebody holds it, with the head that was noted of it.
type kept struct {
	entries []journal.Entry
	head    journal.Head
}

func (k kept) JournalChain(_ context.Context, _ devices.CommuneID, after int64, limit int) ([]journal.Entry, error) {
	list := slices.DeleteFunc(slices.Clone(k.entries), func(e journal.Entry) bool { return e.Seq <= after })
	return list[:min(len(list), limit)], nil
}

func (k kept) JournalHead(context.Context, devices.CommuneID) (journal.Head, error) {
	return k.head, nil
}

// chained is a journal of six plays.
func chained() kept {
	var k kept
	var last journal.Entry
	for i := range 6 {
		last = announcetest.Entry(fmt.Sprint("p-", i), "loa-01", "tb-01@1").Chain(last)
		k.entries = append(k.entries, last)
	}
	k.head = journal.Head{Seq: last.Seq, Hash: last.Hash}
	return k
}

func TestAnAlteredJournalIsFound(t *testing.T) {
	for name, tc := range map[string]struct {
		seq    int64 // 0 for a journal that holds
		damage journal.Damage
		change func([]journal.Entry) []journal.Entry
	}{
		"untouched":     {0, "", func(e []journal.Entry) []journal.Entry { return e }},
		"result":        {3, journal.Altered, func(e []journal.Entry) []journal.Entry { e[2].Result = devices.Missed; return e }},
		"one byte":      {1, journal.Altered, func(e []journal.Entry) []journal.Entry { e[0].Title = "x" + e[0].Title; return e }},
		"time by 1 ms":  {5, journal.Altered, func(e []journal.Entry) []journal.Entry { e[4].EndedAt = e[4].EndedAt.Add(time.Millisecond); return e }},
		"level":         {2, journal.Altered, func(e []journal.Entry) []journal.Entry { l := -18.25001; e[1].LevelDBFS = &l; return e }},
		"removed":       {2, journal.Absent, func(e []journal.Entry) []journal.Entry { return slices.Delete(e, 1, 2) }},
		"first removed": {1, journal.Absent, func(e []journal.Entry) []journal.Entry { return e[1:] }},
		"end cut off":   {5, journal.CutOff, func(e []journal.Entry) []journal.Entry { return e[:4] }},
		"swapped":       {2, journal.Absent, func(e []journal.Entry) []journal.Entry { e[1], e[2] = e[2], e[1]; return e }},
		"swapped, renumbered": {2, journal.Altered, func(e []journal.Entry) []journal.Entry {
			e[1], e[2] = e[2], e[1]
			e[1].Seq, e[2].Seq = 2, 3
			return e
		}},
		"rehashed": {3, journal.Disorder, func(e []journal.Entry) []journal.Entry {
			e[1].Reason = "khác"
			e[1] = e[1].Chain(e[0])
			return e
		}},
		"written anew": {6, journal.Rewritten, func(e []journal.Entry) []journal.Entry {
			e[0].Reason = "khác"
			var last journal.Entry
			for i := range e {
				last = e[i].Chain(last)
				e[i] = last
			}
			return e
		}},
	} {
		t.Run(name, func(t *testing.T) {
			k := chained()
			k.entries = tc.change(k.entries)
			v, err := journal.Verify(t.Context(), k, commune)
			switch {
			case err != nil:
				t.Fatal(err)
			case tc.seq == 0 && (!v.Whole || v.Entries != 6 || v.Head != k.head):
				t.Errorf("verified %+v", v)
			case tc.seq != 0 && (v.Whole || v.Broken == nil || *v.Broken != journal.Broken{Seq: tc.seq, Damage: tc.damage}):
				t.Errorf("got %+v, want %s at %d", v.Broken, tc.damage, tc.seq)
			}
		})
	}
}

// TestAnOldJournalHolds reads entries that were hashed by an earlier version: what is
// hashed must stay the same for ever, or no journal of a commune would verify any more.
func TestAnOldJournalHolds(t *testing.T) {
	data, err := os.ReadFile("testdata/chain.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var k kept
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
		var e journal.Entry
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		k.entries = append(k.entries, e)
	}
	const noted = "fe23a9b7635872ae5629691cfddbc476564dae0378e5d9807d8018793b2716f2"
	k.head = journal.Head{Seq: 5, Hash: noted}
	if v, err := journal.Verify(t.Context(), k, commune); err != nil || !v.Whole || v.Entries != 5 {
		t.Errorf("verified %+v, %v: %v", v, err, v.Broken)
	}
	var last journal.Entry
	for i, e := range k.entries {
		if last = e.Chain(last); last.Hash != e.Hash {
			t.Errorf("entry %d would be hashed as %s today", i+1, last.Hash)
		}
	}
}
