package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/hub/account"
	"github.com/smart-commune/smart-commune/hub/httpapi"
	"github.com/smart-commune/smart-commune/hub/place"
	"github.com/smart-commune/smart-commune/hub/sqlitestore"
)

var update = flag.Bool("update", false, "rewrite testdata/*.golden")

func TestMain(m *testing.M) {
	// Output shows the time of the place where it is read.
	time.Local = time.FixedZone("+07", 7*3600)
	os.Exit(m.Run())
}

// cannedHub answers each call with the next of its answers, the last of them for
// ever.
type cannedHub struct {
	mu      sync.Mutex
	answers map[string][]string
	got     []string
}

func (h *cannedHub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var body bytes.Buffer
	body.ReadFrom(r.Body)
	call := r.Method + " " + r.URL.RequestURI()
	h.got = append(h.got, strings.TrimSpace(call+" "+body.String()))
	if r.Header.Get("Authorization") != "Bearer geheim" {
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"code":"login_required","message":{"vi":"Chưa đăng nhập.","en":"You are not logged in."}}`)
		return
	}
	list := h.answers[call]
	if len(list) == 0 {
		http.Error(w, "not canned: "+call, http.StatusNotFound)
		return
	}
	if len(list) > 1 {
		h.answers[call] = list[1:]
	}
	status, text := http.StatusOK, list[0]
	if rest, ok := strings.CutPrefix(text, "422 "); ok {
		status, text = http.StatusUnprocessableEntity, rest
	}
	w.WriteHeader(status)
	fmt.Fprint(w, text)
}

func announced(state string, deliveries ...string) string {
	return `{"announcement":{"id":"tb-1","level":"normal","target":{"all":true},"when":{"kind":"now"},"sound":{"sha256":"","bytes":0,"duration_ms":5000},` +
		`"state":"` + state + `","created_by":"cli","created_at":"2026-08-15T05:30:00Z","clusters":["loa-01","loa-02"]},` +
		`"occurrences":[{"id":"tb-1@1","announcement":"tb-1","title":"","level":"normal","start":"2026-08-15T05:30:00Z","duration_ms":5000,"deliveries":[` +
		strings.Join(deliveries, ",") + `]}]}`
}

func delivery(cluster, state string) string {
	entry := ""
	if state == "played" {
		entry = `,"entry":{"started_at":"2026-08-15T05:30:02Z","ended_at":"2026-08-15T05:30:07Z","level_dbfs":-18.25}`
	}
	reason := ""
	if state == "missed" {
		reason = `,"reason":"offline"`
	}
	return `{"cluster":"` + cluster + `","state":"` + state + `"` + reason + entry + `}`
}

const (
	statusJSON = `{"clusters":[{"id":"loa-01","online":true,"since":"2026-08-15T05:30:00Z","plan_hash":"ab12","plan_current":true},{"id":"loa-02","online":false,"plan_hash":"","plan_current":false}],
"cameras":[{"id":"cam-01","state":"healthy","reason":"","since":"2026-08-15T05:30:00Z","fps":12.5,"bitrate":812.25,"last_frame_at":"2026-08-15T06:00:00Z"},{"id":"cam-02","state":"down","reason":"wrong_password","since":"2026-08-15T05:31:00Z","fps":0,"bitrate":0}],
"broker":true,"store":true,"influx":{"configured":true,"lag_points":12}}`
	journalJSON = `{"entries":[{"seq":2,"commune":"luc-binh","cluster":"loa-01","play":"p1","occurrence":"tb-1@1","announcement":"tb-1","title":"Họp","planned_at":"2026-08-15T05:30:00Z","started_at":"2026-08-15T05:30:00.02Z","ended_at":"2026-08-15T05:30:07Z","result":"played","level_dbfs":-18.25,"recorded_at":"2026-08-15T05:30:08Z","prev_hash":"","hash":""},
{"seq":1,"commune":"luc-binh","cluster":"loa-02","play":"p2","occurrence":"tb-1@1","announcement":"tb-1","planned_at":"2026-08-15T05:30:00Z","ended_at":"2026-08-15T05:31:00Z","result":"missed","reason":"offline","recorded_at":"2026-08-15T05:31:00Z","prev_hash":"","hash":""}]}`
	readingsJSON = `{"device":"loa-01","metric":"temperature_c","points":[{"at":"2026-08-15T05:30:00Z","mean":41.25,"min":40,"max":42.5,"count":6}]}`
	usersJSON    = `{"users":[{"name":"congan","display_name":"Công an xã","role":"police","created_at":"2026-08-15T05:30:00Z","last_login_at":"2026-08-15T05:31:00Z"},{"name":"quantri","display_name":"Quản trị","role":"admin","created_at":"2026-08-15T05:30:00Z","disabled":true}]}`
	made         = `{"id":"tb-1","level":"normal","target":{"all":true},"when":{"kind":"now"},"state":"scheduled"}`
	waits        = `{"id":"tb-1","level":"normal","target":{"all":true},"when":{"kind":"now"},"state":"submitted"}`
)

func TestOutput(t *testing.T) {
	const (
		get, post = "GET /api/announcements/tb-1", "POST /api/announcements"
		vi        = "vi_VN.UTF-8"
	)
	sound := filepath.Join(t.TempDir(), "hop.mp3")
	if err := os.WriteFile(sound, []byte("ID3"), 0o600); err != nil {
		t.Fatal(err)
	}
	say := []string{"announce", "--text", "Mời bà con", "--to", "all", "--now"}
	with := func(args []string, more ...string) []string { return append(append([]string(nil), args...), more...) }
	for _, c := range []struct {
		name    string
		lang    string
		args    []string
		answers map[string][]string
	}{
		{"status", "", []string{"status"}, map[string][]string{"GET /api/status": {statusJSON}}},
		{"status-vi", vi, []string{"status"}, map[string][]string{"GET /api/status": {statusJSON}}},
		{"status-json", vi, []string{"status", "--json"}, map[string][]string{"GET /api/status": {statusJSON}}},
		{"journal", "", []string{"journal", "--since", "1h"}, map[string][]string{"GET /api/journal?limit=1000&since=1h": {journalJSON}}},
		{"journal-vi", vi, []string{"journal", "--since", "1h"}, map[string][]string{"GET /api/journal?limit=1000&since=1h": {journalJSON}}},
		{"journal-json", "", []string{"journal", "--since", "1h", "--json"}, map[string][]string{"GET /api/journal?limit=1000&since=1h": {journalJSON}}},
		{"journal-empty", "", []string{"journal"}, map[string][]string{"GET /api/journal?limit=1000&since=24h": {`{"entries":[]}`}}},
		{"journal-empty-json", "", []string{"journal", "--json"}, map[string][]string{"GET /api/journal?limit=1000&since=24h": {`{"entries":[]}`}}},
		{"readings", "", []string{"readings", "--device", "loa-01", "--metric", "temperature_c", "--since", "1h"},
			map[string][]string{"GET /api/readings?device=loa-01&metric=temperature_c&points=500&since=1h": {readingsJSON}}},
		{"readings-json", "", []string{"readings", "--device", "loa-01", "--metric", "temperature_c", "--points", "10", "--json"},
			map[string][]string{"GET /api/readings?device=loa-01&metric=temperature_c&points=10&since=1h": {readingsJSON}}},
		{"announce", "", with(say, "--title", "Họp", "--level", "priority"), map[string][]string{post: {made}}},
		{"announce-json", "", with(say, "--json"), map[string][]string{post: {made}}},
		{"announce-waits-vi", vi, say, map[string][]string{post: {waits}}},
		{"announce-at", "", []string{"announce", "--text", "x", "--to", "village:na-chuong,cluster:loa-01", "--at", "2026-08-15T17:00:00+07:00"},
			map[string][]string{post: {made}}},
		{"announce-audio", "", []string{"announce", "--audio", sound, "--to", "all", "--now"},
			map[string][]string{post: {made}, "POST /api/audio?name=hop.mp3": {`{"sha256":"ab12","bytes":3,"duration_ms":1,"lufs":-16,"true_peak_dbtp":-1}`}}},
		{"announce-refused", "", say, map[string][]string{post: {`422 {"code":"text_too_long","message":{"vi":"Dài quá.","en":"The text is too long."},"field":"text"}`}}},
		{"announce-refused-vi", vi, say, map[string][]string{post: {`422 {"code":"text_too_long","message":{"vi":"Dài quá.","en":"The text is too long."},"field":"text"}`}}},
		{"wait-played", "", with(say, "--wait"), map[string][]string{post: {made}, get: {
			announced("scheduled", delivery("loa-01", "pending"), delivery("loa-02", "received")),
			announced("done", delivery("loa-01", "played"), delivery("loa-02", "played"))}}},
		{"wait-missed-vi", vi, with(say, "--wait"), map[string][]string{post: {made}, get: {
			announced("done", delivery("loa-01", "played"), delivery("loa-02", "missed"))}}},
		{"wait-json", "", with(say, "--wait", "--json"), map[string][]string{post: {made}, get: {
			announced("done", delivery("loa-01", "played"), delivery("loa-02", "missed"))}}},
		{"wait-returned", "", with(say, "--wait"), map[string][]string{post: {waits}, get: {announced("returned")}}},
		{"wait-timeout", "", with(say, "--wait", "--timeout", "1ns"), map[string][]string{post: {made}, get: {
			announced("scheduled", delivery("loa-01", "playing"))}}},
		{"users", "", []string{"user", "list"}, map[string][]string{"GET /api/users": {usersJSON}}},
		{"users-json", "", []string{"user", "list", "--json"}, map[string][]string{"GET /api/users": {usersJSON}}},
		{"user-add", "", []string{"user", "add", "binh", "--role", "police", "--password", "-", "--display", "Bình"},
			map[string][]string{"POST /api/users": {`{"name":"binh","display_name":"Bình","role":"police"}`}}},
		{"user-passwd-vi", vi, []string{"user", "passwd", "binh", "--password", "mat khau tot"},
			map[string][]string{"PUT /api/users/binh/password": {``}}},
		{"emergency", "", []string{"emergency", "Lũ về", "--to", "village:na-chuong", "--json"}, map[string][]string{"POST /api/emergency": {made}}},
		{"stop", "", []string{"stop"}, map[string][]string{"POST /api/stop": {stoppedJSON}}},
		{"stop-vi", vi, []string{"stop", "--to", "cluster:loa-01"}, map[string][]string{"POST /api/stop": {stoppedJSON}}},
		{"approve", "", []string{"approve", "tb-1"}, map[string][]string{"POST /api/announcements/tb-1/approve": {made}}},
		{"volume", "", []string{"volume", "loa-01", "70"}, map[string][]string{"POST /api/clusters/loa-01/commands": {instructedJSON("volume", "finished", "")}}},
		{"volume-wrong", "", []string{"volume", "loa-01", "101"}, nil},
		{"selftest", "", []string{"selftest", "loa-01"}, map[string][]string{"POST /api/clusters/loa-01/commands": {instructedJSON("selftest", "waiting", "")},
			"GET /api/clusters/loa-01/commands": {`{"commands":[` + instructedJSON("selftest", "received", "") + `]}`, `{"commands":[` + instructedJSON("selftest", "finished", "good") + `]}`}}},
		{"volume-offline", "", []string{"volume", "loa-01", "70", "--json"}, map[string][]string{"POST /api/clusters/loa-01/commands": {
			`{"id":"cmd-1","cluster":"loa-01","kind":"volume","volume":70,"by":"cli","outcome":"waiting","reason":"offline"}`}}},
		{"selftest-offline-vi", vi, []string{"selftest", "loa-01"}, map[string][]string{"POST /api/clusters/loa-01/commands": {
			`{"id":"cmd-1","cluster":"loa-01","kind":"selftest","by":"cli","outcome":"waiting","reason":"offline","expires_at":"2020-08-15T10:05:00Z"}`}}},
		{"stop-rest", "", []string{"stop", "--rest"}, map[string][]string{"POST /api/stop": {`{"clusters":["loa-01"],"silenced":[],"ended":[` + comingJSON + `],"coming":[]}`}}},
		{"stop-goes-on-vi", vi, []string{"stop"}, map[string][]string{"POST /api/stop": {`{"clusters":["loa-01"],"silenced":[],"ended":[],"coming":[` + comingJSON + `]}`}}},
		{"selftest-weak-vi", vi, []string{"selftest", "loa-01"}, map[string][]string{"POST /api/clusters/loa-01/commands": {instructedJSON("selftest", "finished", "weak")}}},
		{"normalise", "", []string{"normalise", "Họp tại NVH"}, map[string][]string{"POST /api/normalise": {`{"spoken":"Họp tại nhà văn hóa","replacements":[]}`}}},
		{"announce-refused-json", vi, with(say, "--json"), map[string][]string{post: {`422 {"code":"text_too_long","message":{"vi":"Dài quá.","en":"The text is too long."},"field":"text"}`}}},
		{"bad-flag-json", "", []string{"status", "--json", "--loud"}, nil},
		{"no-target", "", []string{"announce", "--text", "x", "--now"}, nil},
		{"bad-target", "", []string{"announce", "--text", "x", "--to", "all,village:x", "--now"}, nil},
		{"bad-id", "", []string{"announce", "--text", "x", "--to", "village:Nà Chuông", "--now"}, nil},
		{"bad-at", "", []string{"announce", "--text", "x", "--to", "all", "--at", "17:00"}, nil},
		{"two-contents", "", []string{"announce", "--text", "x", "--audio", "y", "--to", "all", "--now"}, nil},
		{"unknown-command", "", []string{"shout"}, nil},
		{"bad-role", "", []string{"user", "add", "binh", "--role", "king"}, nil},
		{"wrong-token", "", []string{"status", "--token", "falsch"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			hub := &cannedHub{answers: c.answers}
			srv := httptest.NewServer(hub)
			defer srv.Close()
			env := map[string]string{"HUB_URL": srv.URL, "HUB_TOKEN": "geheim", "LANG": c.lang}
			code, stdout, stderr := runCommand(t, env, "mat khau tot\n", c.args...)
			got := fmt.Sprintf("$ hub %s\n", strings.Join(c.args, " "))
			for _, call := range hub.got {
				got += "> " + call + "\n"
			}
			got += stdout
			for line := range strings.Lines(stderr) {
				got += "! " + line
			}
			got += fmt.Sprintf("exit %d\n", code)
			got = strings.ReplaceAll(strings.ReplaceAll(got, srv.URL, "http://hub"), sound, "hop.mp3")
			golden(t, c.name, got)
		})
	}
}

const comingJSON = `{"id":"ct-1@1","programme":"ct-1","title":"Bản tin sáng","start":"2026-08-14T22:30:00Z","next":"2026-08-14T22:31:00Z","running":true,"pieces":2,"clusters":["loa-01"]}`

const stoppedJSON = `{"clusters":["loa-01","loa-02"],"silenced":[{"occurrence":"tb-1@1","announcement":"tb-1","title":"Họp","level":"normal","clusters":["loa-01"]}]}`

func instructedJSON(kind, outcome, verdict string) string {
	s := fmt.Sprintf(`{"id":"cmd-1","cluster":"loa-01","kind":%q,"by":"cli","outcome":%q`, kind, outcome)
	if verdict != "" {
		s += fmt.Sprintf(`,"measured":{"level_dbfs":-18.2,"current_a":1.15,"supply_v":23.9},"compared":{"verdict":%q}`, verdict)
	}
	return s + "}"
}

// Who stops waiting is told what goes on without them.
func TestWhatGoesOnWhenNobodyWaits(t *testing.T) {
	for _, c := range []struct {
		name, want string
		args       []string
		answers    map[string][]string
	}{
		{"a self-test", "lệnh cho cụm loa loa-01 vẫn còn hiệu lực đến", []string{"selftest", "loa-01"}, map[string][]string{
			"POST /api/clusters/loa-01/commands": {instructedJSON("selftest", "waiting", "")},
			"GET /api/clusters/loa-01/commands":  {`{"commands":[` + instructedJSON("selftest", "waiting", "") + `]}`}}},
		{"an announcement", "bản tin tb-1 vẫn còn ở máy chủ", []string{"announce", "--text", "x", "--to", "all", "--now", "--wait"}, map[string][]string{
			"POST /api/announcements": {made}, "GET /api/announcements/tb-1": {announced("scheduled", delivery("loa-01", "pending"))}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, interrupt := context.WithCancel(t.Context())
			canned := &cannedHub{answers: c.answers}
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodGet {
					interrupt() // as Ctrl-C does while it waits
				}
				canned.ServeHTTP(w, r)
			}))
			defer srv.Close()
			env := map[string]string{"HUB_URL": srv.URL, "HUB_TOKEN": "geheim", "LANG": "vi_VN.UTF-8"}
			var out, errs bytes.Buffer
			code := run(&terminal{ctx: ctx, env: func(k string) string { return env[k] }, stdout: &out, stderr: &errs}, c.args)
			if code != exitFailed || !strings.Contains(errs.String(), c.want) || strings.Contains(errs.String(), "context") {
				t.Errorf("exit %d: %s%s", code, out.String(), errs.String())
			}
		})
	}
}

func runCommand(t *testing.T, env map[string]string, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(&terminal{ctx: t.Context(), env: func(k string) string { return env[k] }, stdin: strings.NewReader(stdin), stdout: &out, stderr: &errs}, args)
	return code, out.String(), errs.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (run go test ./hub -update)", err)
	}
	if got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestNoHub(t *testing.T) {
	code, _, stderr := runCommand(t, map[string]string{"HUB_URL": "http://127.0.0.1:1"}, "", "status")
	if code != exitUnreachable || !strings.Contains(stderr, "hub serve") {
		t.Errorf("exit %d, %q", code, stderr)
	}
	code, _, stderr = runCommand(t, nil, "", "status", "--data", t.TempDir())
	if code != exitUnreachable || !strings.Contains(stderr, "not running") {
		t.Errorf("exit %d, %q", code, stderr)
	}
	code, _, stderr = runCommand(t, nil, "", "status", "--json", "--data", t.TempDir())
	var f failure
	if err := json.Unmarshal([]byte(stderr), &f); code != exitUnreachable || err != nil || f.Code != "unreachable" || f.Message.VI == "" {
		t.Errorf("exit %d, %q", code, stderr)
	}
	page := httptest.NewServer(http.NotFoundHandler())
	defer page.Close()
	code, _, stderr = runCommand(t, map[string]string{"HUB_URL": page.URL}, "", "status")
	if code != exitUnreachable || !strings.Contains(stderr, "no hub") {
		t.Errorf("another server: exit %d, %q", code, stderr)
	}
	if code, _, _ = runCommand(t, map[string]string{"HUB_URL": "hub.example:8080"}, "", "status"); code != exitFailed {
		t.Errorf("a bad address: exit %d", code)
	}
}

func TestHelp(t *testing.T) {
	code, stdout, _ := runCommand(t, nil, "", "--help")
	if code != exitOK || !strings.Contains(stdout, "announce") || strings.Contains(stdout, "openapi") {
		t.Errorf("exit %d, %s", code, stdout)
	}
}

func TestVersion(t *testing.T) {
	if code, stdout, _ := runCommand(t, nil, "", "version"); code != exitOK || strings.TrimSpace(stdout) == "" {
		t.Errorf("exit %d, %q", code, stdout)
	}
}

func TestCheckConfig(t *testing.T) {
	file := filepath.Join(t.TempDir(), "hub.yaml")
	if err := os.WriteFile(file, []byte("http:\n  listen: \":0\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, stdout, stderr := runCommand(t, nil, "", "check-config", file); code != exitOK || !strings.Contains(stdout, "hub.yaml") {
		t.Errorf("exit %d, %q, %q", code, stdout, stderr)
	}
	if err := os.WriteFile(file, []byte("http:\n  lissen: \":0\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := runCommand(t, nil, "", "check-config", file); code != exitFailed || !strings.Contains(stderr, "lissen") {
		t.Errorf("exit %d, %q", code, stderr)
	}
}

// TestRealFrontDoor lets the command line speak to the API itself, found by the
// files of a data folder.
func TestRealFrontDoor(t *testing.T) {
	dir := t.TempDir()
	store, err := sqlitestore.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	places, err := place.New(t.Context(), store, nil)
	if err != nil {
		t.Fatal(err)
	}
	accounts := account.New(account.Config{Store: store})
	srv := httptest.NewServer(httpapi.New(httpapi.Config{Accounts: accounts, Places: places}).Handler())
	defer srv.Close()
	for name, text := range map[string]string{"run.json": `{"http":"` + srv.URL + `"}`, "cli.token": accounts.OperatorToken() + "\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	hub := func(want int, args ...string) string {
		t.Helper()
		code, stdout, stderr := runCommand(t, nil, "", append(args, "--data", dir)...)
		if code != want {
			t.Errorf("hub %s: exit %d, %s%s", strings.Join(args, " "), code, stdout, stderr)
		}
		return stdout
	}
	if out := hub(exitOK, "import", "../configs/lucbinh.yaml", "--json"); !strings.Contains(out, `"unchanged": 0`) {
		t.Errorf("the import says %s", out)
	}
	if out := hub(exitOK, "import", "../configs/lucbinh.yaml"); !strings.HasPrefix(out, "0 added, 0 changed,") {
		t.Errorf("the second import says %s", out)
	}
	hub(exitFailed, "import", "main.go")

	out := hub(exitOK, "user", "add", "binh", "--role", "technician")
	password := strings.TrimSpace(strings.TrimPrefix(out, "One-time password of binh:"))
	if s, err := accounts.Login(t.Context(), "binh", password, ""); err != nil || !s.User.MustChangePassword {
		t.Errorf("login with the one-time password %q: %+v, %v", password, s.User, err)
	}
	hub(exitOK, "user", "passwd", "binh", "--password", "mat khau tot")
	if s, err := accounts.Login(t.Context(), "binh", "mat khau tot", ""); err != nil || s.User.MustChangePassword {
		t.Errorf("login with the new password: %+v, %v", s.User, err)
	}
	hub(exitFailed, "user", "add", "binh", "--role", "technician")
	hub(exitFailed, "user", "passwd", "nobody", "--password", "mat khau tot")
	if out := hub(exitOK, "user", "list"); !strings.Contains(out, "binh") {
		t.Errorf("the list is %s", out)
	}
}
