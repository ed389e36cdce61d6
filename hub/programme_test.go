package main

import (
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const programmeJSON = `{"id":"ct-1","title":"Bản tin sáng","target":{"all":true},"when":{"kind":"rule","start":"2026-11-22T05:30","rrule":"FREQ=DAILY"},
"items":[{"announcement":"tb-1","repeat":2,"gap_s":5},{"fill":{"max":5}}],"state":%q,"created_by":"cli","created_at":"2026-08-15T05:30:00Z","clusters":["loa-01"],
"described":{"vi":"Hằng ngày lúc 05:30, trừ ngày rằm","en":"Daily at 05:30, except the full moon (rằm)"},"next":["2026-11-21T22:30:00Z"]}`

func TestProgrammeCommands(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	good := write("sang.yaml", `title: Bản tin sáng
target: {all: true}
opening: opening
closing: closing
when:
  kind: rule
  start: "2026-11-22T05:30"
  rrule: FREQ=DAILY
  lunar: {except: [{day: 15}]}
items:
  - {announcement: tb-1, repeat: 2, gap_s: 5}
  - fill: {max: 5}
`)
	wrong := write("sai.yaml", "title: x\nvolume: 3\n")
	list := `{"programmes":[` + fmt.Sprintf(programmeJSON, "scheduled") + `]}`
	for _, c := range []struct {
		name, lang string
		args       []string
		answers    map[string][]string
	}{
		{"programme-list", "", []string{"programme", "list", "--state", "scheduled"}, map[string][]string{"GET /api/programmes?state=scheduled": {list}}},
		{"programme-list-vi", "vi_VN.UTF-8", []string{"programme", "list"}, map[string][]string{"GET /api/programmes": {list}}},
		{"programme-show", "", []string{"programme", "show", "ct-1"}, map[string][]string{"GET /api/programmes/ct-1": {fmt.Sprintf(programmeJSON, "scheduled")}}},
		{"programme-show-json", "", []string{"programme", "show", "ct-1", "--json"}, map[string][]string{"GET /api/programmes/ct-1": {fmt.Sprintf(programmeJSON, "scheduled")}}},
		{"programme-add", "", []string{"programme", "add", good}, map[string][]string{"POST /api/programmes": {fmt.Sprintf(programmeJSON, "submitted")}}},
		{"programme-add-wrong", "", []string{"programme", "add", wrong}, nil},
		{"programme-approve", "", []string{"programme", "approve", "ct-1"}, map[string][]string{"POST /api/programmes/ct-1/approve": {fmt.Sprintf(programmeJSON, "scheduled")}}},
		{"programme-cancel-vi", "vi_VN.UTF-8", []string{"programme", "cancel", "ct-1"},
			map[string][]string{"POST /api/programmes/ct-1/cancel": {`422 {"code":"already_decided","message":{"vi":"Chương trình này đã bị hủy.","en":"It was cancelled."}}`}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			hub := &cannedHub{answers: c.answers}
			srv := httptest.NewServer(hub)
			defer srv.Close()
			env := map[string]string{"HUB_URL": srv.URL, "HUB_TOKEN": "geheim", "LANG": c.lang}
			code, stdout, stderr := runCommand(t, env, "", c.args...)
			got := fmt.Sprintf("$ hub %s\n", strings.Join(c.args, " "))
			for _, call := range hub.got {
				got += "> " + call + "\n"
			}
			got += stdout
			for line := range strings.Lines(stderr) {
				got += "! " + line
			}
			got += fmt.Sprintf("exit %d\n", code)
			golden(t, c.name, strings.ReplaceAll(got, dir+string(filepath.Separator), ""))
		})
	}
}

// FuzzParseProgramme reads files that somebody has written badly.
func FuzzParseProgramme(f *testing.F) {
	for _, s := range []string{"title: x\ntarget: {all: true}\nitems: [{fill: {max: 5}}]\n", "", "- a", "title: [1]", "items: {a: .nan}", "1: 2", "? [a]\n: b", "when: !!binary x"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := parseProgramme("sang.yaml", data); err != nil && !strings.HasPrefix(err.Error(), "sang.yaml") {
			t.Errorf("%v does not say which file", err)
		}
	})
}
