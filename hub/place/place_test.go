package place_test

import (
	"context"
	"reflect"
	"testing"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/inventory"
	"github.com/smart-commune/smart-commune/hub/place"
	"github.com/smart-commune/smart-commune/hub/problem"
	"github.com/smart-commune/smart-commune/hub/sqlitestore"
)

func open(t *testing.T, dir string, changed func(devices.Inventory)) *place.Service {
	t.Helper()
	store, err := sqlitestore.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	s, err := place.New(t.Context(), store, changed)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func lucbinh(t *testing.T) devices.Inventory {
	t.Helper()
	inv, err := inventory.Read("../../configs/lucbinh.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return inv
}

func TestImportIsIdempotentAndSurvivesRestart(t *testing.T) {
	dir, ctx := t.TempDir(), context.Background()
	s := open(t, dir, nil)
	in := lucbinh(t)
	if sum, err := s.Import(ctx, in); err != nil || sum != (place.Summary{Added: 27}) {
		t.Fatalf("first import: %+v, %v", sum, err)
	}
	if sum, err := s.Import(ctx, in); err != nil || sum != (place.Summary{Unchanged: 27}) {
		t.Fatalf("second import: %+v, %v", sum, err)
	}
	in.Clusters[3].Name, in.Cameras[0].Password = "Loa mới", ""
	if sum, err := s.Import(ctx, in); err != nil || sum != (place.Summary{Changed: 1, Unchanged: 26}) {
		t.Fatalf("import with one change: %+v, %v", sum, err)
	}
	before, _ := s.Inventory(ctx)
	if before.Cameras[0].Password != "camera-demo-01" {
		t.Errorf("a camera without a password lost the one it had: %q", before.Cameras[0].Password)
	}
	if after, _ := open(t, dir, nil).Inventory(ctx); !reflect.DeepEqual(before, after) {
		t.Errorf("after a restart:\n%+v\nwant\n%+v", after, before)
	}
}

func TestEditsAreCheckedAsAWhole(t *testing.T) {
	ctx, told := context.Background(), 0
	var s *place.Service
	s = open(t, t.TempDir(), func(devices.Inventory) {
		told++
		if _, err := s.Clusters(ctx); err != nil { // whoever is told may ask
			t.Error(err)
		}
	})
	if _, err := s.Import(ctx, lucbinh(t)); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		edit func() error
		kind problem.Kind
	}{
		"village in use":  {func() error { return s.DeleteVillage(ctx, "cao-loc") }, problem.Conflict},
		"unknown village": {func() error { return s.PutCluster(ctx, devices.Cluster{ID: "loa-11", Name: "L", Village: "x"}) }, problem.Invalid},
		"taken id":        {func() error { return s.PutCluster(ctx, devices.Cluster{ID: "cam-01", Name: "L", Village: "cao-loc"}) }, problem.Invalid},
		"unknown device":  {func() error { return s.DeleteCluster(ctx, "loa-99") }, problem.NotFound},
		"other commune": {func() error {
			_, err := s.Import(ctx, devices.Inventory{Commune: devices.Commune{ID: "y", Name: "Y", TimeZone: "UTC"}})
			return err
		}, problem.Conflict},
		"other time zone": {func() error {
			_, err := s.Import(ctx, devices.Inventory{Commune: devices.Commune{ID: "luc-binh", Name: "Y", TimeZone: "Europe/Paris"}})
			return err
		}, problem.Conflict},
		"name nobody sees": {func() error { return s.PutVillage(ctx, devices.Village{ID: "x", Name: "\u200b \u202e"}) }, problem.Invalid},
		"broken name":      {func() error { return s.PutVillage(ctx, devices.Village{ID: "x", Name: "a\x00b"}) }, problem.Invalid},
	} {
		if err := test.edit(); !problem.Is(err, test.kind) {
			t.Errorf("%s: got %v, want a problem of kind %s", name, err, test.kind)
		}
	}
	if told != 1 {
		t.Errorf("told of %d changes, want 1: refused edits change nothing", told)
	}
	if _, err := s.Import(ctx, devices.Inventory{Commune: devices.Commune{ID: "luc-binh", Name: "Xã Lục Bình\u200b", TimeZone: "Asia/Ho_Chi_Minh"}}); err != nil {
		t.Fatal(err)
	}
	want := lucbinh(t)
	want.Commune.Name = "Xã Lục Bình"
	if inv, _ := s.Inventory(ctx); inv.Commune != want.Commune || len(inv.Villages) != len(want.Villages) {
		t.Errorf("a file that names only the commune left %+v with %d villages, want %+v with all", inv.Commune, len(inv.Villages), want.Commune)
	}
	if err := s.DeleteCluster(ctx, "loa-06"); err != nil {
		t.Fatal(err)
	}
	if cs, _ := s.Clusters(ctx); len(cs) != 9 || told != 3 {
		t.Errorf("%d clusters, told %d times; want 9, 3", len(cs), told)
	}
}
