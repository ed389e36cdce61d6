package sqlitestore

import (
	"reflect"
	"testing"

	"github.com/smart-commune/smart-commune/devices"
)

func TestAnInventoryComesBackAsItWasSaved(t *testing.T) {
	s, err := Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	inv := devices.Inventory{Commune: devices.Commune{ID: "luc-binh", Name: "Lục Bình", Province: "Bắc Kạn", TimeZone: "Asia/Ho_Chi_Minh"},
		Villages: []devices.Village{{ID: "na-chuong", Name: "Nà Chuông", Position: devices.Position{Lat: 22.2, Lon: 105.8}}},
		Clusters: []devices.Cluster{{ID: "loa-01", Name: "Loa nhà văn hóa", Village: "na-chuong", Volume: 80, OffsetMS: -120}},
		Cameras:  []devices.Camera{{ID: "cam-01", Name: "Ngã ba", Village: "na-chuong", URL: "rtsp://10.0.0.1/1", Username: "u", Password: "p"}}}
	if err := s.SaveInventory(t.Context(), inv); err != nil {
		t.Fatal(err)
	}
	if got, err := s.LoadInventory(t.Context()); err != nil || !reflect.DeepEqual(got, inv) {
		t.Errorf("got %+v, %v", got, err)
	}
}
