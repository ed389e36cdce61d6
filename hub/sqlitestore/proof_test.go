package sqlitestore

import (
	"bytes"
	"database/sql"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce/announcetest"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
)

const proofEntries = 6

// writtenJournal is the data folder of a hub with a journal of six entries, as the
// hub leaves it.
func writtenJournal(t *testing.T) (dir string, added []journal.Entry) {
	t.Helper()
	dir = t.TempDir()
	s, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	for i := range proofEntries {
		e := announcetest.Entry(fmt.Sprint("p-", i+1), "loa-01", fmt.Sprintf("tb-01@%d", i+1))
		e.Title = fmt.Sprintf("Mời họp lần %d", i+1)
		if i == 3 {
			e.StartedAt, e.LevelDBFS, e.CurrentA, e.Title, e.Result = nil, nil, nil, "", devices.Missed
		}
		one, err := s.AppendJournal(t.Context(), "luc-binh", []journal.Entry{e})
		if err != nil {
			t.Fatal(err)
		}
		added = append(added, one...)
	}
	if _, err := s.write.ExecContext(t.Context(), `PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return dir, added
}

// copied is a copy of a data folder.
func copied(t *testing.T, dir string) string {
	t.Helper()
	to := t.TempDir()
	data, err := os.ReadFile(filepath.Join(dir, "hub.db"))
	if err == nil {
		err = os.WriteFile(filepath.Join(to, "hub.db"), data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return to
}

// tamper changes a database as somebody does who has the file: without the hub
// and without the triggers that would refuse it.
func tamper(t *testing.T, dir string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "hub.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	statements = append([]string{`DROP TRIGGER journal_no_update`, `DROP TRIGGER journal_no_delete`, `DROP TRIGGER journal_note_head`}, statements...)
	for _, q := range statements {
		if _, err := db.ExecContext(t.Context(), q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
}

func verify(t *testing.T, dir string, noted ...journal.Head) journal.Verification {
	t.Helper()
	f, err := OpenJournal(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	v, err := journal.Verify(t.Context(), f, "luc-binh", noted...)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestAnUntouchedJournalIsWhole(t *testing.T) {
	dir, added := writtenJournal(t)
	last := added[len(added)-1]
	v := verify(t, dir, journal.Head{Seq: 3, Hash: added[2].Hash})
	if want := (journal.Verification{Commune: "luc-binh", Whole: true, Entries: proofEntries, Head: journal.Head{Seq: last.Seq, Hash: last.Hash}}); !reflect.DeepEqual(v, want) {
		t.Errorf("got %+v, want %+v", v, want)
	}
	empty := t.TempDir()
	if s, err := Open(t.Context(), empty); err != nil {
		t.Fatal(err)
	} else if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if v := verify(t, empty); !v.Whole || v.Entries != 0 {
		t.Errorf("an empty journal: %+v", v)
	}
}

// TestOddNumbersAreNoAlteration writes what databases keep otherwise than it came.
func TestOddNumbersAreNoAlteration(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range []float64{math.Copysign(0, -1), 0, -18, 1e15, 1 << 53, -1e-320, math.Pi, -17.999999999999996} {
		e := announcetest.Entry(fmt.Sprint("p-", i), "loa-01", "tb-01@1")
		e.LevelDBFS, e.CurrentA, e.Reason, e.Title = &v, &v, "a\x00b \u2028 \u202e", "\U0001F600\u200b"
		if _, err := s.AppendJournal(t.Context(), "luc-binh", []journal.Entry{e}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if v := verify(t, dir); !v.Whole || v.Entries != 8 {
		t.Errorf("%+v", v)
	}
}

// TestEveryAlteredColumnIsFound changes each column of each entry, one at a time.
func TestEveryAlteredColumnIsFound(t *testing.T) {
	columns := map[string]string{
		"commune": `'quan-ha'`, "seq": `seq + 100`, "cluster": `'loa-02'`, "play": `play || 'x'`, "occurrence": `'tb-01@99'`,
		"announcement": `'tb-02'`, "title": `title || ' '`, "planned_at": `planned_at + 1`, "started_at": `ifnull(started_at, 0) + 1`,
		"ended_at": `ended_at - 1`, "result": `iif(result = 'played', 'missed', 'played')`, "reason": `''`,
		"level_dbfs": `ifnull(level_dbfs, 0) - 0.0000001`, "current_a": `ifnull(current_a, 0) + 0.0000001`, "recorded_at": `recorded_at + 1`,
		"prev_hash": `substr(prev_hash, 2) || '0'`, "hash": `substr(hash, 2) || 'g'`,
	}
	s, err := Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	seen := 0
	err = s.rows(t.Context(), `SELECT name FROM pragma_table_info(?)`, "journal", func(scan scanner) error {
		var name string
		if err := scan(&name); err != nil {
			return err
		}
		seen++
		if columns[name] == "" {
			t.Errorf("the column %s is not tried", name)
		}
		return nil
	})
	if err != nil || seen != len(columns) {
		t.Fatalf("%d columns, %v", seen, err)
	}
	whole, _ := writtenJournal(t)
	for column, value := range columns {
		for seq := int64(1); seq <= proofEntries; seq++ {
			t.Run(fmt.Sprintf("%s of %d", column, seq), func(t *testing.T) {
				dir := copied(t, whole)
				tamper(t, dir, fmt.Sprintf(`UPDATE journal SET %s = %s WHERE seq = %d`, column, value, seq))
				if v := verify(t, dir); v.Whole || v.Broken == nil || v.Broken.Seq != seq {
					t.Errorf("got %+v %v, want it found at %d", v, v.Broken, seq)
				}
			})
		}
	}
}

func TestOtherDamageIsFound(t *testing.T) {
	whole, _ := writtenJournal(t)
	for name, c := range map[string]struct {
		do   []string
		want journal.Broken
	}{
		"first removed":  {[]string{`DELETE FROM journal WHERE seq = 1`}, journal.Broken{Seq: 1, Damage: journal.Absent}},
		"middle removed": {[]string{`DELETE FROM journal WHERE seq = 4`}, journal.Broken{Seq: 4, Damage: journal.Absent}},
		"removed and closed up": {[]string{`DELETE FROM journal WHERE seq = 2`, `UPDATE journal SET seq = seq + 100 WHERE seq > 2`, `UPDATE journal SET seq = seq - 101 WHERE seq > 100`},
			journal.Broken{Seq: 2, Damage: journal.Altered}},
		"two swapped": {[]string{`UPDATE journal SET seq = 100 WHERE seq = 2`, `UPDATE journal SET seq = 2 WHERE seq = 3`, `UPDATE journal SET seq = 3 WHERE seq = 100`},
			journal.Broken{Seq: 2, Damage: journal.Altered}},
		"tail cut":           {[]string{`DELETE FROM journal WHERE seq >= 5`}, journal.Broken{Seq: 5, Damage: journal.CutOff}},
		"all cut":            {[]string{`DELETE FROM journal`}, journal.Broken{Seq: 1, Damage: journal.CutOff}},
		"tail and note cut":  {[]string{`DELETE FROM journal WHERE seq >= 5`, `DELETE FROM journal_head`}, journal.Broken{Seq: 4, Damage: journal.Unnoted}},
		"one put in":         {[]string{`INSERT INTO journal SELECT commune, 7, cluster, 'new', occurrence, announcement, title, planned_at, started_at, ended_at, result, reason, level_dbfs, current_a, recorded_at, prev_hash, hash FROM journal WHERE seq = 6`}, journal.Broken{Seq: 7, Damage: journal.Altered}},
		"not a number":       {[]string{`UPDATE journal SET level_dbfs = 9e999 WHERE seq = 3`}, journal.Broken{Seq: 3, Damage: journal.Altered}},
		"not text":           {[]string{`UPDATE journal SET title = CAST(x'ff' AS TEXT) WHERE seq = 3`}, journal.Broken{Seq: 3, Damage: journal.Altered}},
		"number for nothing": {[]string{`UPDATE journal SET started_at = 0 WHERE seq = 4`}, journal.Broken{Seq: 4, Damage: journal.Altered}},
		"nothing for number": {[]string{`UPDATE journal SET current_a = NULL WHERE seq = 3`}, journal.Broken{Seq: 3, Damage: journal.Altered}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := copied(t, whole)
			tamper(t, dir, c.do...)
			if v := verify(t, dir); v.Whole || v.Broken == nil || *v.Broken != c.want {
				t.Errorf("got %+v %v, want %v", v, v.Broken, &c.want)
			}
		})
	}
}

// TestWhoCanHashIsFoundByANote: somebody who computes the chain anew, and sets the
// head that the store keeps, is found only by what was noted elsewhere.
func TestWhoCanHashIsFoundByANote(t *testing.T) {
	dir, added := writtenJournal(t)
	noted := journal.Head{Seq: 5, Hash: added[4].Hash}
	statements := []string{`DELETE FROM journal`}
	var prev journal.Entry
	for i, e := range added {
		if i == 1 {
			e.Reason = "viết lại"
		}
		e = e.Chain(prev)
		prev = e
		args := fmt.Sprintf(`'luc-binh', %d, '%s', '%s', '%s', '%s', '%s', %d, %s, %d, '%s', '%s', %s, %s, %d, '%s', '%s'`,
			e.Seq, e.Cluster, e.Play, e.Occurrence, e.Announcement, e.Title, toMS(e.PlannedAt), orNull(e.StartedAt, toMS), toMS(e.EndedAt),
			e.Result, e.Reason, orNull(e.LevelDBFS, same), orNull(e.CurrentA, same), toMS(e.RecordedAt), e.PrevHash, e.Hash)
		statements = append(statements, `INSERT INTO journal VALUES (`+args+`)`)
	}
	statements = append(statements, fmt.Sprintf(`UPDATE journal_head SET seq = %d, hash = '%s'`, prev.Seq, prev.Hash))
	tamper(t, dir, statements...)
	if v := verify(t, dir); !v.Whole {
		t.Fatalf("the chain was not written anew: %v", v.Broken)
	}
	if v := verify(t, dir, noted); v.Broken == nil || *v.Broken != (journal.Broken{Seq: 5, Damage: journal.Rewritten}) {
		t.Errorf("got %v, want entry 5 told as written anew", v.Broken)
	}
	if v := verify(t, dir, journal.Head{Seq: 9, Hash: "noted"}); v.Broken == nil || *v.Broken != (journal.Broken{Seq: 7, Damage: journal.CutOff}) {
		t.Errorf("got %v, want entry 7 told as cut off", v.Broken)
	}
}

func same(v float64) float64 { return v }

func orNull[T, V any](p *T, f func(T) V) string {
	if p == nil {
		return "NULL"
	}
	return fmt.Sprint(f(*p))
}

// TestAByteOfTheFileIsFound flips one bit of each byte of an entry's words in the
// database file itself.
func TestAByteOfTheFileIsFound(t *testing.T) {
	dir, added := writtenJournal(t)
	path := filepath.Join(dir, "hub.db")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const seq = 3
	words := []byte(added[seq-1].Title)
	at := bytes.Index(data, words)
	if at < 0 {
		t.Fatal("the title is not in the file")
	}
	for i := range words {
		data[at+i] ^= 1
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if v := verify(t, dir); v.Broken == nil || v.Broken.Seq != seq {
			t.Errorf("byte %d of the title: %+v", i, v)
		}
		data[at+i] ^= 1
	}
}

func TestTheFileIsReadWhileAHubWrites(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.AppendJournal(t.Context(), "luc-binh", []journal.Entry{announcetest.Entry("p-1", "loa-01", "tb-01@1")}); err != nil {
		t.Fatal(err)
	}
	if v := verify(t, dir); !v.Whole || v.Entries != 1 {
		t.Errorf("beside a running hub: %+v", v)
	}
	if _, err := OpenJournal(t.TempDir()); err == nil {
		t.Error("a folder without a database was opened")
	}
	f, err := OpenJournal(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if list, err := f.Communes(t.Context()); err != nil || !reflect.DeepEqual(list, []devices.CommuneID{"luc-binh"}) {
		t.Errorf("communes %v, %v", list, err)
	}
	if _, err := f.s.read.ExecContext(t.Context(), `DELETE FROM journal_head`); err == nil {
		t.Error("the file can be written")
	}
}

func TestVolumeChangesAreNoted(t *testing.T) {
	s, err := Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	inv := devices.Inventory{Commune: devices.Commune{ID: "luc-binh", Name: "Lục Bình", TimeZone: "Asia/Ho_Chi_Minh"},
		Villages: []devices.Village{{ID: "na-chuong", Name: "Nà Chuông"}},
		Clusters: []devices.Cluster{{ID: "loa-01", Name: "Một", Village: "na-chuong", Volume: 80}}}
	before := time.Now().Add(-time.Second)
	for _, volume := range []int{80, 80, 50, 50} {
		inv.Clusters[0].Volume = volume
		if err := s.SaveInventory(t.Context(), inv); err != nil {
			t.Fatal(err)
		}
	}
	changes, err := s.VolumeChanges(t.Context(), "luc-binh")
	// Two saves within one millisecond leave the newer volume.
	if got := changes["loa-01"]; err != nil || len(got) == 0 || len(got) > 2 || got[len(got)-1].Before(before) {
		t.Errorf("changes %v, %v", changes, err)
	}
	if _, err := s.write.ExecContext(t.Context(), `UPDATE cluster SET volume = 30`); err != nil {
		t.Fatal(err)
	}
	if again, err := s.VolumeChanges(t.Context(), "luc-binh"); err != nil || len(again["loa-01"]) < len(changes["loa-01"]) {
		t.Errorf("after an update: %v, %v", again, err)
	}
}
