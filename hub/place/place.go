// Package place owns what stands where: the commune, its villages, loudspeaker
// clusters and cameras. It fills an empty store from an inventory file; from
// then on the store is the truth, and every change is checked as a whole before
// it is saved.
package place

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/inventory"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// Store keeps one commune's inventory.
type Store interface {
	// LoadInventory returns the zero inventory while none was saved.
	LoadInventory(context.Context) (devices.Inventory, error)
	// SaveInventory replaces the inventory as one change.
	SaveInventory(context.Context, devices.Inventory) error
}

// Summary counts what an import did.
type Summary struct {
	Added     int `json:"added"`
	Changed   int `json:"changed"`
	Unchanged int `json:"unchanged"`
}

// Service answers for the inventory. Its methods may be called by many
// goroutines.
type Service struct {
	store   Store
	changed func(devices.Inventory)

	// editing is held through a whole change, changed included; mu only while
	// inv is read or replaced, so that whoever is told of a change can ask.
	editing sync.Mutex
	mu      sync.RWMutex
	inv     devices.Inventory
}

// New loads the inventory. After every change, changed is called with the new
// one, one call at a time; it may be nil.
func New(ctx context.Context, store Store, changed func(devices.Inventory)) (*Service, error) {
	inv, err := store.LoadInventory(ctx)
	if err != nil {
		return nil, fmt.Errorf("load inventory: %w", err)
	}
	if changed == nil {
		changed = func(devices.Inventory) {}
	}
	return &Service{store: store, changed: changed, inv: inv}, nil
}

// Inventory returns what stands in the commune, sorted by id. The caller may
// keep and change it.
func (s *Service) Inventory(context.Context) (devices.Inventory, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return clone(s.inv), nil
}

// Clusters returns the clusters of the commune, sorted by id.
func (s *Service) Clusters(context.Context) ([]devices.Cluster, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Clone(s.inv.Clusters), nil
}

// Import brings what is in the given inventory up to date, by id, and removes
// nothing. A camera without a password keeps the one it had.
func (s *Service) Import(ctx context.Context, in devices.Inventory) (Summary, error) {
	var sum Summary
	err := s.change(ctx, func(inv *devices.Inventory) error {
		commune, err := sameCommune(inv.Commune, in.Commune)
		if err != nil {
			return err
		}
		inv.Commune = commune
		for _, v := range in.Villages {
			sum.count(upsert(&inv.Villages, v, func(v devices.Village) string { return string(v.ID) }))
		}
		for _, c := range in.Clusters {
			sum.count(upsert(&inv.Clusters, c, clusterID))
		}
		for _, c := range in.Cameras {
			sum.count(putCamera(inv, c))
		}
		return nil
	})
	return sum, err
}

// sameCommune returns what the hub knows of its commune after a file about it. What
// the file leaves out stays, and so does the time zone: everything planned and
// reported was meant by its clock.
func sameCommune(known, given devices.Commune) (devices.Commune, error) {
	switch {
	case known.ID == "": // the first file
		return given, nil
	case given.ID != known.ID:
		return known, problem.New(problem.Conflict, "other_commune",
			"Tệp này thuộc xã “%s”, còn máy chủ này phục vụ xã “%s”. Hãy chọn đúng tệp.",
			"This file is of the commune %q, this hub serves %q. Choose the right file.", given.ID, known.ID)
	case given.TimeZone != known.TimeZone:
		return known, problem.New(problem.Conflict, "other_time_zone",
			"Tệp này ghi múi giờ “%s”, còn mọi lịch phát của xã đã lập theo “%s”. Hãy ghi time_zone: %s trong tệp rồi nhập lại.",
			"This file says the time zone %q, and all schedules of the commune were made in %q. Write time_zone: %s in the file and import it again.",
			given.TimeZone, known.TimeZone, known.TimeZone)
	}
	if given.Province == "" {
		given.Province = known.Province
	}
	return given, nil
}

// PutVillage adds or replaces a village.
func (s *Service) PutVillage(ctx context.Context, v devices.Village) error {
	return s.change(ctx, func(inv *devices.Inventory) error {
		upsert(&inv.Villages, v, func(v devices.Village) string { return string(v.ID) })
		return nil
	})
}

// PutCluster adds or replaces a cluster.
func (s *Service) PutCluster(ctx context.Context, c devices.Cluster) error {
	return s.change(ctx, func(inv *devices.Inventory) error {
		upsert(&inv.Clusters, c, clusterID)
		return nil
	})
}

// PutCamera adds or replaces a camera; without a password it keeps the one it
// had.
func (s *Service) PutCamera(ctx context.Context, c devices.Camera) error {
	return s.change(ctx, func(inv *devices.Inventory) error {
		putCamera(inv, c)
		return nil
	})
}

// DeleteVillage removes a village in which nothing stands.
func (s *Service) DeleteVillage(ctx context.Context, id devices.VillageID) error {
	return s.change(ctx, func(inv *devices.Inventory) error {
		for _, c := range inv.Clusters {
			if c.Village == id {
				return inUse(c.Name)
			}
		}
		for _, c := range inv.Cameras {
			if c.Village == id {
				return inUse(c.Name)
			}
		}
		return remove(&inv.Villages, func(v devices.Village) bool { return v.ID == id })
	})
}

// DeleteCluster removes a cluster.
func (s *Service) DeleteCluster(ctx context.Context, id devices.DeviceID) error {
	return s.change(ctx, func(inv *devices.Inventory) error {
		return remove(&inv.Clusters, func(c devices.Cluster) bool { return c.ID == id })
	})
}

// DeleteCamera removes a camera.
func (s *Service) DeleteCamera(ctx context.Context, id devices.DeviceID) error {
	return s.change(ctx, func(inv *devices.Inventory) error {
		return remove(&inv.Cameras, func(c devices.Camera) bool { return c.ID == id })
	})
}

// change edits a copy, checks it, saves it and tells of it.
func (s *Service) change(ctx context.Context, edit func(*devices.Inventory) error) error {
	s.editing.Lock()
	defer s.editing.Unlock()
	inv := clone(s.inv)
	if err := edit(&inv); err != nil {
		return err
	}
	tidyNames(&inv)
	sortByID(inv.Villages, func(v devices.Village) string { return string(v.ID) })
	sortByID(inv.Clusters, clusterID)
	sortByID(inv.Cameras, cameraID)
	if err := inventory.Check(inv); err != nil {
		said := problem.OfData(err)
		return problem.New(problem.Invalid, "inventory",
			"Dữ liệu về thôn hoặc thiết bị chưa đúng: %[1]s. Hãy sửa rồi lưu lại.",
			"The inventory would not be right: %[2]s. Mend this and save again.", said.VI, said.EN)
	}
	if err := s.store.SaveInventory(ctx, inv); err != nil {
		return fmt.Errorf("save inventory: %w", err)
	}
	s.mu.Lock()
	s.inv = inv
	s.mu.Unlock()
	s.changed(clone(inv))
	return nil
}

func tidyNames(inv *devices.Inventory) {
	inv.Commune.Name, inv.Commune.Province = devices.TidyName(inv.Commune.Name), devices.TidyName(inv.Commune.Province)
	for i := range inv.Villages {
		inv.Villages[i].Name = devices.TidyName(inv.Villages[i].Name)
	}
	for i := range inv.Clusters {
		inv.Clusters[i].Name = devices.TidyName(inv.Clusters[i].Name)
	}
	for i := range inv.Cameras {
		inv.Cameras[i].Name = devices.TidyName(inv.Cameras[i].Name)
	}
}

func clusterID(c devices.Cluster) string { return string(c.ID) }
func cameraID(c devices.Camera) string   { return string(c.ID) }

func inUse(name string) error {
	return problem.New(problem.Conflict, "village_in_use",
		"Thôn này còn thiết bị “%s”. Hãy chuyển hoặc xóa thiết bị trước.",
		"The device %q still stands in this village. Move or delete it first.", name)
}

func putCamera(inv *devices.Inventory, c devices.Camera) change {
	if c.Password == "" {
		for _, old := range inv.Cameras {
			if old.ID == c.ID {
				c.Password = old.Password
			}
		}
	}
	return upsert(&inv.Cameras, c, cameraID)
}

type change int

const (
	unchanged change = iota
	added
	changed
)

func (s *Summary) count(c change) {
	switch c {
	case added:
		s.Added++
	case changed:
		s.Changed++
	default:
		s.Unchanged++
	}
}

func upsert[T comparable](list *[]T, v T, id func(T) string) change {
	i := slices.IndexFunc(*list, func(old T) bool { return id(old) == id(v) })
	switch {
	case i < 0:
		*list = append(*list, v)
		return added
	case (*list)[i] == v:
		return unchanged
	}
	(*list)[i] = v
	return changed
}

func remove[T any](list *[]T, match func(T) bool) error {
	i := slices.IndexFunc(*list, match)
	if i < 0 {
		return problem.New(problem.NotFound, "not_found", "Không tìm thấy mục này; có thể người khác đã xóa.",
			"There is no such entry; somebody else may have deleted it.")
	}
	*list = slices.Delete(*list, i, i+1)
	return nil
}

func sortByID[T any](list []T, id func(T) string) {
	slices.SortFunc(list, func(a, b T) int { return strings.Compare(id(a), id(b)) })
}

func clone(inv devices.Inventory) devices.Inventory {
	inv.Villages = slices.Clone(inv.Villages)
	inv.Clusters = slices.Clone(inv.Clusters)
	inv.Cameras = slices.Clone(inv.Cameras)
	return inv
}
