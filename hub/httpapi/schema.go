package httpapi

import (
	"maps"
	"reflect"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/account"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
	"github.com/smart-commune/smart-commune/hub/live"
	"github.com/smart-commune/smart-commune/hub/report"
)

const schemaPrefix = "#/components/schemas/"

// openAPIConfig returns the API's configuration without huma's own pages, which
// load scripts from outside.
func openAPIConfig(version string) huma.Config {
	reg := huma.NewMapRegistry(schemaPrefix, schemaName)
	for t, alias := range enums() {
		reg.RegisterTypeAlias(t, alias)
	}
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{Title: "Smart commune hub", Version: version,
				Description: "Instants are RFC 3339 in UTC. Every error has the shape of Problem."},
			Components: &huma.Components{Schemas: reg, SecuritySchemes: map[string]*huma.SecurityScheme{
				"session": {Type: "apiKey", In: "cookie", Name: sessionCookie},
				"bearer":  {Type: "http", Scheme: "bearer"},
				"device":  {Type: "http", Scheme: "basic"},
			}},
		},
		Formats:       map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat: "application/json",
		Transformers:  []huma.Transformer{inOurWords},
	}
}

// schemaName gives the read model the plain names and tells its namesakes in
// other packages apart.
func schemaName(t reflect.Type, hint string) string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t {
	case reflect.TypeFor[devices.Cluster]():
		return "PlacedCluster"
	case reflect.TypeFor[devices.Camera]():
		return "PlacedCamera"
	case reflect.TypeFor[devices.Inventory]():
		return "PlaceInventory"
	case reflect.TypeFor[journal.Entry]():
		return "JournalEntry"
	case reflect.TypeFor[journal.Line]():
		return "JournalLine"
	case reflect.TypeFor[journal.Head]():
		return "JournalHead"
	case reflect.TypeFor[report.Head]():
		return "ReportHead"
	case reflect.TypeFor[journal.Verification]():
		return "JournalVerification"
	case reflect.TypeFor[journal.Broken]():
		return "JournalBroken"
	case reflect.TypeFor[report.Figures]():
		return "ReportFigures"
	case reflect.TypeFor[report.VillageLine]():
		return "ReportVillage"
	case reflect.TypeFor[report.ClusterLine]():
		return "ReportCluster"
	case reflect.TypeFor[report.LevelLine]():
		return "ReportLevel"
	case reflect.TypeFor[report.FailureLine]():
		return "ReportFailure"
	case reflect.TypeFor[report.NotHeardLine]():
		return "ReportNotHeard"
	case reflect.TypeFor[report.ItemLine]():
		return "ReportItem"
	case reflect.TypeFor[problemBody]():
		return "Problem"
	}
	return huma.DefaultSchemaNamer(t, hint)
}

// tidySchemas finishes the description: the first frame of the socket is in it,
// and lists are never null.
func tidySchemas(o *huma.OpenAPI) {
	reg := o.Components.Schemas
	reg.Schema(reflect.TypeFor[live.Hello](), true, "")
	reg.Schema(reflect.TypeFor[problemBody](), true, "")
	delete(reg.Map(), "ErrorModel")
	delete(reg.Map(), "ErrorDetail")
	for _, s := range reg.Map() {
		neverNull(s)
	}
}

func neverNull(s *huma.Schema) {
	if s == nil {
		return
	}
	if s.Type == huma.TypeArray {
		s.Nullable = false
	}
	neverNull(s.Items)
	for _, p := range slices.Sorted(maps.Keys(s.Properties)) {
		neverNull(s.Properties[p])
	}
	if sub, ok := s.AdditionalProperties.(*huma.Schema); ok {
		neverNull(sub)
	}
}

// enums names, for each enumeration of the domain, a type that lists its values
// in the description; the domain itself knows nothing of OpenAPI.
func enums() map[reflect.Type]reflect.Type {
	return map[reflect.Type]reflect.Type{
		reflect.TypeFor[devices.Level]():        reflect.TypeFor[levelEnum](),
		reflect.TypeFor[devices.Result]():       reflect.TypeFor[resultEnum](),
		reflect.TypeFor[devices.CameraState]():  reflect.TypeFor[cameraStateEnum](),
		reflect.TypeFor[devices.CameraReason](): reflect.TypeFor[cameraReasonEnum](),
		reflect.TypeFor[announce.State]():       reflect.TypeFor[announcementStateEnum](),
		reflect.TypeFor[account.Role]():         reflect.TypeFor[roleEnum](),
		reflect.TypeFor[account.Permission]():   reflect.TypeFor[permissionEnum](),
	}
}

type (
	levelEnum             struct{}
	resultEnum            struct{}
	cameraStateEnum       struct{}
	cameraReasonEnum      struct{}
	announcementStateEnum struct{}
	roleEnum              struct{}
	permissionEnum        struct{}
)

func (levelEnum) Schema(huma.Registry) *huma.Schema {
	return oneOf(devices.Normal.String(), devices.Priority.String(), devices.Emergency.String())
}

func (resultEnum) Schema(huma.Registry) *huma.Schema {
	return oneOf(devices.Played, devices.Failed, devices.Missed, devices.Interrupted, devices.Stopped, devices.Unreported)
}

func (cameraStateEnum) Schema(huma.Registry) *huma.Schema {
	return oneOf(devices.CameraUnknown, devices.CameraHealthy, devices.CameraSuspect, devices.CameraDown)
}

func (cameraReasonEnum) Schema(huma.Registry) *huma.Schema {
	return oneOf(devices.CameraFine, devices.CameraRefused, devices.CameraTimeout, devices.CameraWrongPassword,
		devices.CameraNotFound, devices.CameraNoFrames, devices.CameraUnsupported, devices.CameraProtocol)
}

func (announcementStateEnum) Schema(huma.Registry) *huma.Schema {
	return oneOf(announce.Drafted, announce.Submitted, announce.Returned, announce.Approved, announce.Scheduled, announce.Done, announce.Cancelled)
}

func (roleEnum) Schema(huma.Registry) *huma.Schema {
	return oneOf(account.Broadcaster, account.Approver, account.Police, account.Technician, account.Admin)
}

func (permissionEnum) Schema(huma.Registry) *huma.Schema {
	return oneOf(account.CanAnnounce, account.CanApprove, account.CanSeePicture, account.CanEditPlace,
		account.CanManage, account.CanReadAudit, account.CanOperate)
}

func oneOf[S ~string](values ...S) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString}
	for _, v := range values {
		s.Enum = append(s.Enum, string(v))
	}
	return s
}
