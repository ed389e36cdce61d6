// Package inventory reads the file that lists what stands in a commune: its
// villages, loudspeaker clusters and cameras. The hub imports it; the simulator
// plays it.
package inventory

import (
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/strictyaml"
)

// Read reads and checks the file name.
func Read(name string) (devices.Inventory, error) {
	inv := defaults()
	f, err := strictyaml.Read(name, &inv)
	if err != nil {
		return devices.Inventory{}, err
	}
	return complete(inv, f.Errorf)
}

// Parse reads and checks data; name stands for it in errors.
func Parse(name string, data []byte) (devices.Inventory, error) {
	inv := defaults()
	f, err := strictyaml.Parse(name, data, &inv)
	if err != nil {
		return devices.Inventory{}, err
	}
	return complete(inv, f.Errorf)
}

// Write writes an inventory with the passwords of its cameras to the file name,
// for [Read].
func Write(name string, inv devices.Inventory) error { return strictyaml.Write(name, inv) }

func defaults() devices.Inventory {
	return devices.Inventory{Commune: devices.Commune{TimeZone: "Asia/Ho_Chi_Minh"}}
}

func complete(inv devices.Inventory, errorf func(key, format string, args ...any) error) (devices.Inventory, error) {
	for i := range inv.Clusters {
		if c := &inv.Clusters[i]; c.Volume == 0 {
			c.Volume = devices.DefaultVolume
		}
	}
	if key, err := check(inv); err != nil {
		return devices.Inventory{}, errorf(key, "%v", err)
	}
	return inv, nil
}

// Check reports the first thing that is wrong with an inventory.
func Check(inv devices.Inventory) error {
	if key, err := check(inv); err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	return nil
}

func check(inv devices.Inventory) (key string, err error) {
	if err := CheckCommune(inv.Commune); err != nil {
		return "commune", err
	}
	villages := map[devices.VillageID]bool{}
	for i, v := range inv.Villages {
		at := fmt.Sprintf("villages[%d]", i)
		if err := CheckVillage(v); err != nil {
			return at, err
		}
		if villages[v.ID] {
			return at + ".id", fmt.Errorf("the id %q is used twice", v.ID)
		}
		villages[v.ID] = true
	}
	ids := map[devices.DeviceID]bool{}
	device := func(at string, id devices.DeviceID, village devices.VillageID) (string, error) {
		if ids[id] {
			return at + ".id", fmt.Errorf("the id %q is used twice; clusters and cameras share one space of ids", id)
		}
		ids[id] = true
		if !villages[village] {
			return at + ".village", fmt.Errorf("there is no village %q", village)
		}
		return "", nil
	}
	for i, c := range inv.Clusters {
		at := fmt.Sprintf("clusters[%d]", i)
		if err := CheckCluster(c); err != nil {
			return at, err
		}
		if key, err := device(at, c.ID, c.Village); err != nil {
			return key, err
		}
	}
	for i, c := range inv.Cameras {
		at := fmt.Sprintf("cameras[%d]", i)
		if err := CheckCamera(c); err != nil {
			return at, err
		}
		if key, err := device(at, c.ID, c.Village); err != nil {
			return key, err
		}
	}
	return "", nil
}

// CheckCommune reports what is wrong with a commune.
func CheckCommune(c devices.Commune) error {
	if err := devices.CheckID(string(c.ID)); err != nil {
		return err
	}
	// The empty name and Local are no zones: they mean whatever this machine has.
	if _, err := time.LoadLocation(c.TimeZone); err != nil || c.TimeZone == "" || c.TimeZone == "Local" {
		return fmt.Errorf("the time zone %q is not known: use an IANA name such as Asia/Ho_Chi_Minh", c.TimeZone)
	}
	return checkName(c.Name)
}

// CheckVillage reports what is wrong with a village.
func CheckVillage(v devices.Village) error {
	return first(devices.CheckID(string(v.ID)), checkName(v.Name), v.Position.Check())
}

// CheckCluster reports what is wrong with a cluster, apart from its village.
func CheckCluster(c devices.Cluster) error {
	if c.Volume < 0 || c.Volume > 100 {
		return fmt.Errorf("the volume is %d: 0 to 100 percent are possible", c.Volume)
	}
	if c.OffsetMS < -1000 || c.OffsetMS > 1000 {
		return fmt.Errorf("the offset is %d ms: -1000 to 1000 are possible", c.OffsetMS)
	}
	return first(checkDeviceID(c.ID), checkName(c.Name), c.Position.Check())
}

// CheckCamera reports what is wrong with a camera, apart from its village.
func CheckCamera(c devices.Camera) error {
	if err := first(checkDeviceID(c.ID), checkName(c.Name), c.Position.Check()); err != nil {
		return err
	}
	u, err := url.Parse(c.URL)
	switch {
	case err != nil, u.Scheme != "rtsp" && u.Scheme != "rtsps", u.Host == "":
		return fmt.Errorf("the camera's url %q is not of the form rtsp://host:port/path", c.URL)
	case u.User != nil:
		return fmt.Errorf("the camera's url holds a user or password: write them as username and password")
	}
	return nil
}

func checkDeviceID(id devices.DeviceID) error {
	if id == "hub" {
		return fmt.Errorf("the id %q is taken by the hub itself", id)
	}
	return devices.CheckID(string(id))
}

func checkName(name string) error {
	switch {
	case devices.TidyName(name) == "":
		return fmt.Errorf("a name is missing")
	case !utf8.ValidString(name), strings.ContainsFunc(name, unicode.IsControl):
		return fmt.Errorf("the name %q has broken characters: type it again", name)
	case len(name) > 200:
		return fmt.Errorf("a name has %d bytes: at most 200 are possible", len(name))
	}
	return nil
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
