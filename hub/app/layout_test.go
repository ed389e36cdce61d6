package app

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/smart-commune/smart-commune/"

var features = []string{"hub/account", "hub/alarm", "hub/announce", "hub/audio", "hub/camera", "hub/place", "hub/report", "hub/telemetry"}

// mayImport says which of our packages a package may import, beside devices and
// what is below it.
func mayImport(from, to string) (ok bool, why string) {
	within := func(p, dir string) bool { return p == dir || strings.HasPrefix(p, dir+"/") }
	if within(to, "devices") {
		return true, ""
	}
	switch {
	case within(from, "devices"):
		return false, "the vocabulary knows nobody"
	case within(from, "firmware-sim"):
		return within(to, "firmware-sim"), "the simulator reaches the hub through devices and the wire alone"
	case from == "hub" || from == "hub/app":
		return true, ""
	case within(to, from):
		return true, "" // a package and what it keeps below itself
	case to == "hub/problem":
		return true, ""
	case featureOf(from) != "":
		return featureOf(to) == featureOf(from), "a feature imports no adapter and no other feature: declare the interface and let hub/app join them"
	case from == "hub/live":
		return featureOf(to) != "", "the read model knows the features alone"
	default: // adapters
		return featureOf(to) != "" || to == "hub/live" || within(from, to),
			"an adapter serves features and knows no other adapter"
	}
}

// featureOf is the feature that a package is or belongs to, empty for none.
func featureOf(p string) string {
	for _, f := range features {
		if p == f || strings.HasPrefix(p, f+"/") {
			return f
		}
	}
	return ""
}

// behind says which packages a dependency is kept behind, so that it can be
// replaced by changing one of them.
var behind = map[string][]string{
	"github.com/bluenviron/gortsplib":     {"hub/rtspprobe", "firmware-sim/camera"},
	"github.com/mochi-mqtt/server":        {"hub/broker"},
	"github.com/eclipse/paho":             {"hub/mqttlink", "firmware-sim/speaker"},
	"github.com/influxdata":               {"hub/influxsink"},
	"modernc.org/sqlite":                  {"hub/sqlitestore"},
	"github.com/pressly/goose":            {"hub/sqlitestore"},
	"github.com/teambition/rrule-go":      {"hub/announce/schedule"},
	"github.com/danielgtaylor/huma":       {"hub/httpapi"},
	"github.com/gorilla/websocket":        {"hub/httpapi"},
	"github.com/hajimehoshi/oto":          {"firmware-sim/speaker/otoout"},
	"github.com/jfreymuth/pulse":          {"firmware-sim/speaker/otoout"},
	"github.com/goccy/go-yaml":            {"devices/strictyaml"},
	"github.com/alecthomas/kong":          {"hub", "firmware-sim"},
	"golang.org/x/crypto":                 {"hub/account"},
	"codeberg.org/go-pdf/fpdf":            {"hub/reportfile"},
	"github.com/xuri/excelize":            {"hub/reportfile"},
	"github.com/arran4/golang-ical":       {"hub/publicpage"},
	"rsc.io/qr":                           {"hub/publicpage"},
	"github.com/prometheus/client_golang": {"hub/app", "hub/httpapi"},
}

func TestArrowsPointInwards(t *testing.T) {
	for _, p := range packages(t) {
		from := strings.TrimPrefix(p.ImportPath, module)
		if p.Doc == "" {
			t.Errorf("%s has no package comment: say what it owns and guarantees", from)
		}
		if slices.Contains([]string{"core", "util", "utils", "common", "defs", "types", "helpers", "http"}, path.Base(from)) {
			t.Errorf("%s: the name says nothing of what it owns", from)
		}
		for _, to := range p.Imports {
			if ours, ok := strings.CutPrefix(to, module); ok {
				if ok, why := mayImport(from, ours); !ok {
					t.Errorf("%s imports %s: %s", from, ours, why)
				}
				continue
			}
			for dependency, owners := range behind {
				if strings.HasPrefix(to, dependency) && !slices.Contains(owners, from) {
					t.Errorf("%s imports %s, which is kept behind %v so that it can be replaced", from, to, owners)
				}
			}
		}
	}
}

type listed struct {
	ImportPath string
	Doc        string
	Imports    []string
}

func packages(t *testing.T) (list []listed) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Doc,Imports", "./...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
	if len(list) < 15 {
		t.Fatalf("only %d packages were listed", len(list))
	}
	return list
}
