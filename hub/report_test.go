package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/smart-commune/smart-commune/hub/announce/announcetest"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
	"github.com/smart-commune/smart-commune/hub/sqlitestore"
)

// speak runs a command in a language and returns what it printed.
func speak(t *testing.T, lang string, env map[string]string, args ...string) (code int, out string) {
	t.Helper()
	var b bytes.Buffer
	code = run(&terminal{ctx: t.Context(), stdout: &b, stderr: &b, env: func(key string) string {
		if key == "LANG" {
			return lang
		}
		return env[key]
	}}, args)
	return code, b.String()
}

func TestVerifyingADataFolder(t *testing.T) {
	dir := t.TempDir()
	store, err := sqlitestore.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	var entries []journal.Entry
	for _, play := range []string{"p-1", "p-2", "p-3"} {
		entries = append(entries, announcetest.Entry(play, "loa-01", "tb-01@1"))
	}
	added, err := store.AppendJournal(t.Context(), "luc-binh", entries)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"HUB_DATA": dir}
	if code, out := speak(t, "", env, "journal", "verify"); code != exitOK || !strings.Contains(out, "luc-binh: the journal is whole, 3 entries. Head to note: 3:"+added[2].Hash) {
		t.Errorf("%d %s", code, out)
	}
	if code, out := speak(t, "", nil, "journal", "verify", "--data", dir, "--head", "2:"+added[1].Hash); code != exitOK {
		t.Errorf("with a head that it has: %d %s", code, out)
	}
	if code, out := speak(t, "vi_VN.UTF-8", env, "journal", "verify", "--head", "9:"+added[1].Hash); code != exitFailed || !strings.Contains(out, "từ mục 4: mục này và các mục sau đã bị cắt") {
		t.Errorf("with a head that it lacks: %d %s", code, out)
	}
	if code, out := speak(t, "", env, "journal", "verify", "--head", "what"); code != exitUsage {
		t.Errorf("with no head: %d %s", code, out)
	}
	// One byte of the second entry, in the file itself.
	path := filepath.Join(dir, "hub.db")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(data, []byte("p-2"))
	data[at+2] = '9'
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	code, out := speak(t, "", env, "journal", "verify", "--json")
	var v verified
	if err := json.Unmarshal([]byte(out), &v); err != nil || code != exitFailed || v.Whole || len(v.Journals) != 1 || *v.Journals[0].Broken != (journal.Broken{Seq: 2, Damage: journal.Altered}) {
		t.Errorf("%d %v %s", code, err, out)
	}
	if code, out := speak(t, "", nil, "journal", "verify", "--data", t.TempDir()); code != exitFailed || !strings.Contains(out, "is this the data folder of a hub?") {
		t.Errorf("an empty folder: %d %s", code, out)
	}
}

func TestBadMonth(t *testing.T) {
	if code, out := speak(t, "", nil, "report", "--month", "11/2026"); code != exitUsage || !strings.Contains(out, "write it as 2026-11") {
		t.Errorf("%d %s", code, out)
	}
}

func TestVerifyingWhatIsNoDatabase(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "hub.db"), bytes.Repeat([]byte("lạ "), 4000), 0o600); err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[string]string{"vi_VN.UTF-8": "không phải là cơ sở dữ liệu của máy chủ", "": "is no database of a hub"} {
		if code, out := speak(t, lang, nil, "journal", "verify", "--data", dir); code != exitFailed || !strings.Contains(out, want) {
			t.Errorf("exit %d: %s", code, out)
		}
	}
}
