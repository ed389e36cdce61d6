package journal_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce/announcetest"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
)

const commune = devices.CommuneID("luc-binh")

var dawn = time.Date(2026, 11, 2, 22, 30, 0, 0, time.UTC)

// plays makes a journal of one play an hour; each is "level current", "-" where
// nothing was measured, or a result.
func plays(specs ...string) (list []journal.Entry) {
	for i, spec := range specs {
		at := dawn.Add(time.Duration(i) * time.Hour)
		e := journal.Entry{Seq: int64(i + 1), Commune: commune, Cluster: "loa-01", Play: fmt.Sprint("p-", i), PlannedAt: at, StartedAt: &at,
			EndedAt: at.Add(time.Minute), RecordedAt: at.Add(time.Minute), Result: devices.Played}
		words := strings.Fields(spec)
		if len(words) == 1 {
			e.Result, words = devices.Result(spec), []string{"-20", "2"}
		}
		for j, to := range []**float64{&e.LevelDBFS, &e.CurrentA} {
			var v float64
			if _, err := fmt.Sscan(words[j], &v); err == nil {
				*to = &v
			}
		}
		list = append(list, e)
	}
	return list
}

func repeat(n int, spec string) (list []string) {
	for range n {
		list = append(list, spec)
	}
	return list
}

func TestWhatWasHeard(t *testing.T) {
	five := slices.Clip(repeat(5, "-20 2"))
	for name, c := range map[string]struct {
		plays []string
		last  journal.Heard
	}{
		"too few to compare":            {[]string{"-20 2", "-90 0"}, journal.HeardUnknown},
		"as usual":                      {append(five, "-21.5 1.9"), journal.HeardYes},
		"12 dB quieter is still heard":  {append(five, "-32 2"), journal.HeardYes},
		"more than 12 dB quieter":       {append(five, "-32.01 2"), journal.HeardNo},
		"a third of the current":        {append(five, "-20 0.61"), journal.HeardYes},
		"no horn on the amplifier":      {append(five, "-20 0.59"), journal.HeardNo},
		"level alone":                   {append(repeat(5, "-20 -"), "-40 -"), journal.HeardNo},
		"current alone":                 {append(repeat(5, "- 2"), "- 0.1"), journal.HeardNo},
		"nothing was measured":          {append(five, "- -"), journal.HeardUnknown},
		"no current is usual here":      {append(repeat(5, "-20 0.01"), "-20 0"), journal.HeardYes},
		"a failed play has no hearing":  {append(five, "failed"), ""},
		"missed ones are no comparison": {append(repeat(30, "missed"), "-20 2"), journal.HeardUnknown},
		// What is not heard does not become the usual, however long it lasts.
		"a month without a horn":        {append(five, repeat(60, "-20 0.1")...), journal.HeardNo},
		"and mended":                    {append(append(five, repeat(60, "-20 0.1")...), "-20 2"), journal.HeardYes},
		"one odd play while it learned": {[]string{"-90 0", "-20 2", "-20 2", "-20 2", "-20 2", "-60 2"}, journal.HeardNo},
		"slow change of the content":    {append(append(five, repeat(20, "-27 2")...), "-34 2"), journal.HeardYes},
	} {
		t.Run(name, func(t *testing.T) {
			list := plays(c.plays...)
			if got := journal.Hear(list, nil)[int64(len(list))]; got != c.last {
				t.Errorf("got %q, want %q", got, c.last)
			}
		})
	}
}

func TestAnotherVolumeBeginsAnew(t *testing.T) {
	list := plays(append(repeat(6, "-20 2"), repeat(7, "-38 0.5")...)...)
	changed := map[devices.DeviceID][]time.Time{"loa-01": {dawn.Add(-time.Hour), dawn.Add(330 * time.Minute)}}
	got := journal.Hear(list, changed)
	if got[6] != journal.HeardYes || got[7] != journal.HeardUnknown || got[12] != journal.HeardYes {
		t.Errorf("before %q, after %q, later %q", got[6], got[7], got[12])
	}
	if got := journal.Hear(list, nil); got[7] != journal.HeardNo || got[13] != journal.HeardNo {
		t.Errorf("with the same volume: %q, %q", got[7], got[13])
	}
	late := list[0]
	late.Seq, late.Play = 99, "late"
	quiet := -90.0
	late.LevelDBFS = &quiet
	if got := journal.Hear(append(list, late), changed); got[99] != journal.HeardUnknown {
		t.Errorf("a late report from before the change: %q", got[99])
	}
}

func TestOneClusterSaysNothingOfAnother(t *testing.T) {
	list := plays(repeat(10, "-20 2")...)
	for i := range list {
		list[i].Cluster = devices.DeviceID(fmt.Sprintf("loa-%02d", i%2+1))
	}
	quiet := plays("-50 2")[0]
	quiet.Seq, quiet.Cluster = 11, "loa-03"
	if got := journal.Hear(append(list, quiet), nil); got[11] != journal.HeardUnknown {
		t.Errorf("got %q", got[11])
	}
}

// journalled is a store with volume changes.
type journalled struct {
	*announcetest.Memory
	changes map[devices.DeviceID][]time.Time
}

func (j journalled) VolumeChanges(context.Context, devices.CommuneID) (map[devices.DeviceID][]time.Time, error) {
	return j.changes, nil
}

func TestTheListenerHearsWhatHearHears(t *testing.T) {
	m := announcetest.NewMemory()
	list := plays("-20 2", "-20 2", "-21 2", "failed", "-20 2", "-19 2", "-60 2", "-20 2", "-20 0.1", "- -", "missed", "-20 2")
	changes := map[devices.DeviceID][]time.Time{"loa-01": {dawn.Add(8 * time.Hour)}}
	l := journal.NewListener(journalled{m, changes}, commune)
	want := journal.Hear(list, changes)
	var entries []journal.Entry
	for i := range list {
		added, err := m.AppendJournal(t.Context(), commune, list[i:i+1])
		if err != nil {
			t.Fatal(err)
		}
		entries = append(entries, added...)
		if i%5 != 0 {
			continue // now and then it catches up
		}
		if _, err := l.Lines(t.Context(), entries); err != nil {
			t.Fatal(err)
		}
	}
	lines, err := l.Lines(t.Context(), entries)
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range lines {
		if line.Heard != want[line.Seq] || line.Entry != entries[i] {
			t.Errorf("entry %d: %q, want %q", line.Seq, line.Heard, want[line.Seq])
		}
	}
	if want[7] != journal.HeardNo || want[9] != journal.HeardUnknown {
		t.Errorf("the journal tries too little: %v", want)
	}
	// What is shown is the chain's own content with a word beside it.
	if v, err := journal.Verify(t.Context(), m, commune); err != nil || !v.Whole {
		t.Errorf("after listening: %+v, %v", v, err)
	}
}
