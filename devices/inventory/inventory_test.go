package inventory

import (
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestShippedInventoryIsWhole(t *testing.T) {
	inv, err := Read("../../configs/lucbinh.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(inv.Villages) != 8 || len(inv.Clusters) != 10 || len(inv.Cameras) != 9 {
		t.Fatalf("%d villages, %d clusters, %d cameras; want 8, 10, 9", len(inv.Villages), len(inv.Clusters), len(inv.Cameras))
	}
	for _, c := range inv.Cameras {
		if !c.Position.Known() || c.Password == "" {
			t.Errorf("%s lacks a position or a password", c.ID)
		}
	}
}

func TestWrittenInventoryIsReadBack(t *testing.T) {
	inv, err := Read("../../configs/lucbinh.yaml")
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "inventory.yaml")
	if err := Write(name, inv); err != nil {
		t.Fatal(err)
	}
	if again, err := Read(name); err != nil || !reflect.DeepEqual(inv, again) {
		t.Errorf("read back %+v, %v", again, err)
	}
}

const head = "commune: {id: x, name: X}\nvillages:\n  - {id: a, name: A}\n"

func TestErrorsNameFileLineAndKey(t *testing.T) {
	for name, test := range map[string]struct{ yaml, want string }{
		"unknown key":    {head + "colour: red\n", `f.yaml:4: unknown field "colour"`},
		"no name":        {"commune:\n  id: x\n", "f.yaml:2: commune: a name is missing"},
		"unseen name":    {"commune:\n  id: x\n  name: \"\\u200b\"\n", "f.yaml:2: commune: a name is missing"},
		"broken name":    {"commune:\n  id: x\n  name: \"a\\0b\"\n", `f.yaml:2: commune: the name "a\x00b" has broken characters`},
		"no zone":        {"commune: {id: x, name: X, time_zone: Local}\n", `f.yaml:1: commune: the time zone "Local" is not known`},
		"bad id":         {"commune: {id: X, name: X}\n", `f.yaml:1: commune: the id "X" has the character 'X': only a-z, 0-9 and "-" are allowed`},
		"zone":           {"commune: {id: x, name: X, time_zone: Mars}\n", `f.yaml:1: commune: the time zone "Mars" is not known: use an IANA name such as Asia/Ho_Chi_Minh`},
		"village twice":  {head + "  - {id: a, name: A}\n", `f.yaml:4: villages[1].id: the id "a" is used twice`},
		"no village":     {head + "clusters:\n  - {id: l, name: L, village: b}\n", `f.yaml:5: clusters[0].village: there is no village "b"`},
		"offset":         {head + "clusters:\n  - {id: l, name: L, village: a, offset_ms: 1001}\n", `f.yaml:5: clusters[0]: the offset is 1001 ms: -1000 to 1000 are possible`},
		"volume":         {head + "clusters:\n  - {id: l, name: L, village: a, volume: 101}\n", `f.yaml:5: clusters[0]: the volume is 101: 0 to 100 percent are possible`},
		"volume of text": {head + "clusters:\n  - {id: l, name: L, village: a, volume: loud}\n", `f.yaml:5: the value is of the wrong kind: a whole number is expected`},
		"camera url":     {head + "cameras:\n  - {id: c, name: C, village: a, url: 'http://x/'}\n", `f.yaml:5: cameras[0]: the camera's url "http://x/" is not of the form rtsp://host:port/path`},
		"secret in url":  {head + "cameras:\n  - {id: c, name: C, village: a, url: 'rtsp://u:p@x/'}\n", `f.yaml:5: cameras[0]: the camera's url holds a user or password`},
		"hub":            {head + "clusters:\n  - {id: hub, name: L, village: a}\n", `f.yaml:5: clusters[0]: the id "hub" is taken by the hub itself`},
		"brackets":       {"villages: " + strings.Repeat("[{a: ", 200_000), "f.yaml: more than 200 brackets are open at one place"},
		"not yaml":       {"commune: [", "f.yaml:1: "},
		"two documents":  {head + "---\n" + head, "f.yaml: the file has several YAML documents"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse("f.yaml", []byte(test.yaml))
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Fatalf("got  %v\nwant %s…", err, test.want)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(head))
	f.Add([]byte("commune: [\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		inv, err := Parse("f.yaml", data)
		if err == nil && Check(inv) != nil {
			t.Fatal("an accepted inventory does not pass its own check")
		}
	})
}
