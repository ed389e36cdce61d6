package sqlitestore

import (
	"database/sql"
	"maps"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
)

func TestWhereClustersStoodIsKept(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now().Add(-time.Second)
	inv := devices.Inventory{Commune: devices.Commune{ID: "luc-binh"}, Villages: []devices.Village{{ID: "na-chuong"}, {ID: "ban-pieng"}},
		Clusters: []devices.Cluster{{ID: "loa-01", Village: "na-chuong", Volume: 80}}}
	save := func() {
		t.Helper()
		if err := s.SaveInventory(t.Context(), inv); err != nil {
			t.Fatal(err)
		}
	}
	save()
	inv.Clusters[0].Volume = 50 // it stands where it stood
	save()
	// What is changed within the same millisecond has never been otherwise.
	for now := time.Now().UnixMilli(); time.Now().UnixMilli() == now; {
	}
	inv.Clusters[0].Village = "ban-pieng"
	save()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = Open(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	stood, err := s.Stood(t.Context(), "luc-binh", time.Now())
	if err != nil || len(stood) != 2 {
		t.Fatalf("%+v, %v", stood, err)
	}
	for i, want := range []devices.VillageID{"na-chuong", "ban-pieng"} {
		if got := stood[i]; !maps.Equal(got.Clusters, map[devices.DeviceID]devices.VillageID{"loa-01": want}) || got.Since.Before(began) || got.Since.After(time.Now()) {
			t.Errorf("%d: %+v", i, got)
		}
	}
	if !stood[0].Since.Before(stood[1].Since) {
		t.Error("both at the same instant")
	}
	if other, err := s.Stood(t.Context(), "quan-ha", time.Now()); err != nil || len(other) > 0 {
		t.Errorf("elsewhere: %+v, %v", other, err)
	}
}

// A machine without a battery begins in 1970, one that was set wrong may be years
// ahead: what was noted then holds from when it can have held.
func TestWhereClustersStoodIsKeptByAClockThatLeaps(t *testing.T) {
	s, err := Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	now := time.Now()
	for _, step := range []struct {
		clock   time.Time
		village devices.VillageID
	}{
		{now.AddDate(0, 0, -30), "a"},
		{now.AddDate(12, 0, 0), "b"}, // ahead by twelve years
		{now.AddDate(0, 0, -20), "c"},
		{time.Unix(100, 0), "d"},
		{now.AddDate(0, 0, -10), "b"},
		{now.AddDate(13, 0, 0), "e"}, // and nothing after it
	} {
		inv := devices.Inventory{Commune: devices.Commune{ID: "x"}, Clusters: []devices.Cluster{{ID: "loa-01", Village: step.village}}}
		if err := s.tx(t.Context(), func(tx *sql.Tx) error { return noteStanding(t.Context(), tx, inv, step.clock) }); err != nil {
			t.Fatal(err)
		}
	}
	for day, want := range map[int]devices.VillageID{-31: "", -25: "a", -15: "d", -5: "b", 1: "e"} {
		inv, _, ok, err := s.Standing(t.Context(), "x", now.AddDate(0, 0, day), now)
		if err != nil || ok != (want != "") {
			t.Fatalf("day %d: %v, %v", day, ok, err)
		}
		if ok && inv.Clusters[0].Village != want {
			t.Errorf("day %d: it stood in %q, want %q", day, inv.Clusters[0].Village, want)
		}
	}
	stood, err := s.Stood(t.Context(), "x", now)
	if err != nil || len(stood) != 6 {
		t.Fatalf("%+v, %v", stood, err)
	}
	for i := range stood[1:] {
		if stood[i+1].Since.Before(stood[i].Since) || stood[i+1].Since.After(time.Now()) {
			t.Errorf("%d: since %v", i+1, stood[i+1].Since)
		}
	}
}
