package sqlitestore

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/announcetest"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
)

func TestAnnouncementsAndJournal(t *testing.T) {
	announcetest.TestStore(t, func(t *testing.T) announce.Store {
		s, err := Open(t.Context(), t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		return s
	})
}

// TestAnnouncementsSurviveAKill copies the files of a store in use, as a kill -9
// leaves them, and opens the copy.
func TestAnnouncementsSurviveAKill(t *testing.T) {
	dir, copied := t.TempDir(), t.TempDir()
	s, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	a := announcetest.Announcement(1)
	o := announcetest.Order(1, a)
	if err := s.SaveAnnouncement(t.Context(), "luc-binh", a, []announce.Order{o}); err != nil {
		t.Fatal(err)
	}
	added, err := s.AppendJournal(t.Context(), "luc-binh", []journal.Entry{announcetest.Entry("p-1", "loa-01", "tb-01@1")})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"hub.db", "hub.db-wal"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(copied, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	again, err := Open(t.Context(), copied)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if got, err := again.Announcement(t.Context(), "luc-binh", a.ID); err != nil || !reflect.DeepEqual(got, a) {
		t.Errorf("announcement %+v, %v", got, err)
	}
	if got, err := again.Orders(t.Context(), "luc-binh", announce.OrderQuery{}); err != nil || !reflect.DeepEqual(got, []announce.Order{o}) {
		t.Errorf("orders %+v, %v", got, err)
	}
	if got, err := again.JournalChain(t.Context(), "luc-binh", 0, 10); err != nil || !reflect.DeepEqual(got, added) {
		t.Errorf("journal %+v, %v", got, err)
	}
}

func TestTheJournalCannotBeChanged(t *testing.T) {
	s, err := Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.AppendJournal(t.Context(), "luc-binh", []journal.Entry{announcetest.Entry("p-1", "loa-01", "tb-01@1")}); err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{`UPDATE journal SET result = 'played'`, `DELETE FROM journal`} {
		if _, err := s.write.ExecContext(t.Context(), q); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: %v", q, err)
		}
	}
}
