package httpapi

import (
	"context"
	"fmt"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/inventory"
	"github.com/smart-commune/smart-commune/hub/account"
	"github.com/smart-commune/smart-commune/hub/place"
	"github.com/smart-commune/smart-commune/hub/problem"
)

type inventoryOutput struct {
	Body devices.Inventory
}

type villageInput struct {
	ID   devices.VillageID `path:"id" maxLength:"32"`
	Body struct {
		Name     string           `json:"name" minLength:"1" maxLength:"100"`
		Position devices.Position `json:"position,omitempty"`
	}
}

type clusterInput struct {
	ID   devices.DeviceID `path:"id" maxLength:"32"`
	Body struct {
		Name     string            `json:"name" minLength:"1" maxLength:"100"`
		Village  devices.VillageID `json:"village"`
		Position devices.Position  `json:"position,omitempty"`
		Volume   *int              `json:"volume,omitempty" minimum:"0" maximum:"100" doc:"Percent; defaults to 80"`
		OffsetMS int               `json:"offset_ms,omitempty" minimum:"-1000" maximum:"1000" doc:"Sounds so many milliseconds later than the others"`
	}
}

type cameraInput struct {
	ID   devices.DeviceID `path:"id" maxLength:"32"`
	Body struct {
		Name     string            `json:"name" minLength:"1" maxLength:"100"`
		Village  devices.VillageID `json:"village"`
		Position devices.Position  `json:"position,omitempty"`
		URL      string            `json:"url" maxLength:"500" doc:"rtsp://host:port/path, without user and password"`
		Username string            `json:"username,omitempty" maxLength:"100"`
		Password string            `json:"password,omitempty" maxLength:"100" doc:"Empty keeps the one that is set"`
	}
}

type villagePath struct {
	ID devices.VillageID `path:"id" maxLength:"32"`
}

type devicePath struct {
	ID devices.DeviceID `path:"id" maxLength:"32"`
}

type importInput struct {
	RawBody []byte `contentType:"application/yaml"`
}

type importOutput struct {
	Body place.Summary
}

func (a *API) registerPlaces() {
	edit := those(account.CanEditPlace)
	register(a, operation{id: "inventory", method: "GET", path: "/api/inventory", summary: "Villages, clusters and cameras",
		access: edit}, a.inventory)
	register(a, operation{id: "import-inventory", method: "POST", path: "/api/inventory/import", summary: "Import an inventory file (YAML)",
		access: edit, audit: "inventory.import", maxBody: 4 << 20}, a.importInventory)
	register(a, operation{id: "put-village", method: "PUT", path: "/api/villages/{id}", summary: "Make or change a village",
		access: edit, audit: "village.put"}, a.putVillage)
	register(a, operation{id: "delete-village", method: "DELETE", path: "/api/villages/{id}", summary: "Remove a village",
		access: edit, audit: "village.delete"}, a.deleteVillage)
	register(a, operation{id: "put-cluster", method: "PUT", path: "/api/clusters/{id}", summary: "Make or change a cluster",
		access: edit, audit: "cluster.put"}, a.putCluster)
	register(a, operation{id: "delete-cluster", method: "DELETE", path: "/api/clusters/{id}", summary: "Remove a cluster",
		access: edit, audit: "cluster.delete"}, a.deleteCluster)
	register(a, operation{id: "put-camera", method: "PUT", path: "/api/cameras/{id}", summary: "Make or change a camera",
		access: edit, audit: "camera.put"}, a.putCamera)
	register(a, operation{id: "delete-camera", method: "DELETE", path: "/api/cameras/{id}", summary: "Remove a camera",
		access: edit, audit: "camera.delete"}, a.deleteCamera)
}

func (a *API) inventory(ctx context.Context, _ *none) (*inventoryOutput, error) {
	inv, err := a.cfg.Places.Inventory(ctx)
	inv.Villages, inv.Clusters, inv.Cameras = list(inv.Villages), list(inv.Clusters), list(inv.Cameras)
	return &inventoryOutput{inv}, err
}

func (a *API) importInventory(ctx context.Context, in *importInput) (*importOutput, error) {
	inv, err := inventory.Parse("inventory", in.RawBody)
	if err != nil {
		said := problem.OfData(err)
		return nil, problem.New(problem.Invalid, "bad_inventory",
			"Tệp danh mục có lỗi: %[1]s", "The inventory file has an error: %[2]s", said.VI, said.EN)
	}
	sum, err := a.cfg.Places.Import(ctx, inv)
	if err != nil {
		return nil, err
	}
	note(ctx, string(inv.Commune.ID), fmt.Sprintf("added %d, changed %d, unchanged %d", sum.Added, sum.Changed, sum.Unchanged))
	return &importOutput{sum}, nil
}

func (a *API) putVillage(ctx context.Context, in *villageInput) (*none, error) {
	note(ctx, string(in.ID), in.Body.Name)
	return nil, a.cfg.Places.PutVillage(ctx, devices.Village{ID: in.ID, Name: in.Body.Name, Position: in.Body.Position})
}

func (a *API) putCluster(ctx context.Context, in *clusterInput) (*none, error) {
	c := devices.Cluster{ID: in.ID, Name: in.Body.Name, Village: in.Body.Village,
		Position: in.Body.Position, Volume: devices.DefaultVolume, OffsetMS: in.Body.OffsetMS}
	if in.Body.Volume != nil {
		c.Volume = *in.Body.Volume
	}
	note(ctx, string(in.ID), fmt.Sprintf("%s, volume %d%%", c.Name, c.Volume))
	return nil, a.cfg.Places.PutCluster(ctx, c)
}

func (a *API) putCamera(ctx context.Context, in *cameraInput) (*none, error) {
	note(ctx, string(in.ID), in.Body.Name+", "+in.Body.URL)
	return nil, a.cfg.Places.PutCamera(ctx, devices.Camera{ID: in.ID, Name: in.Body.Name, Village: in.Body.Village,
		Position: in.Body.Position, URL: in.Body.URL, Username: in.Body.Username, Password: in.Body.Password})
}

func (a *API) deleteVillage(ctx context.Context, in *villagePath) (*none, error) {
	note(ctx, string(in.ID), "")
	return nil, a.cfg.Places.DeleteVillage(ctx, in.ID)
}

func (a *API) deleteCluster(ctx context.Context, in *devicePath) (*none, error) {
	note(ctx, string(in.ID), "")
	return nil, a.cfg.Places.DeleteCluster(ctx, in.ID)
}

func (a *API) deleteCamera(ctx context.Context, in *devicePath) (*none, error) {
	note(ctx, string(in.ID), "")
	return nil, a.cfg.Places.DeleteCamera(ctx, in.ID)
}
