package sqlitestore

import (
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
	stood, err := s.Stood(t.Context(), "luc-binh")
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
	if other, err := s.Stood(t.Context(), "quan-ha"); err != nil || len(other) > 0 {
		t.Errorf("elsewhere: %+v, %v", other, err)
	}
}
