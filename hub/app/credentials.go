package app

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"os"

	"github.com/smart-commune/smart-commune/devices"
)

// handedOut is device-credentials.json: what an installer types into a device,
// and what the simulator reads.
type handedOut struct {
	Commune devices.CommuneID           `json:"commune"`
	Devices map[devices.DeviceID]string `json:"devices"`
}

// enrolDevices gives every cluster that has none a secret of its own and adds it
// to the hand-out file. The hub itself keeps only hashes.
func (h *hub) enrolDevices(ctx context.Context, inv devices.Inventory) error {
	ids := make([]devices.DeviceID, len(inv.Clusters))
	for i, c := range inv.Clusters {
		ids[i] = c.ID
	}
	made, err := h.accounts.EnsureDevices(ctx, inv.Commune.ID, ids)
	if err != nil || len(made) == 0 {
		return err
	}
	out, err := readHandedOut(h.credentials)
	if err != nil {
		// The new secrets are known to nobody else: they must not go down with it.
		h.log.Error("the secrets of the devices cannot be read, the file is set aside", "file", h.credentials+".damaged", "error", err)
		if err := os.Rename(h.credentials, h.credentials+".damaged"); err != nil {
			return err
		}
		out = handedOut{}
	}
	out.Commune = inv.Commune.ID
	if out.Devices == nil {
		out.Devices = map[devices.DeviceID]string{}
	}
	maps.Copy(out.Devices, made)
	data, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return err
	}
	h.log.Info("devices enrolled", "count", len(made), "secrets", h.credentials)
	return writeFile(h.credentials, append(data, '\n'))
}

// readHandedOut returns nothing while there is no file.
func readHandedOut(name string) (out handedOut, err error) {
	data, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		return out, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &out)
	}
	return out, err
}
