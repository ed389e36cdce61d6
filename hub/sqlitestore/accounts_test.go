package sqlitestore

import (
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/hub/account"
)

func TestAuditLogOnlyGrows(t *testing.T) {
	s, err := Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.AppendAudit(t.Context(), account.AuditEntry{At: time.Now(), Who: "quantri", Action: "user.create"}); err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{`UPDATE audit SET who = 'x'`, `DELETE FROM audit`} {
		if _, err := s.write.ExecContext(t.Context(), statement); err == nil {
			t.Errorf("%s was carried out", statement)
		}
	}
	entries, err := s.LoadAudit(t.Context(), time.Time{}, 10)
	if err != nil || len(entries) != 1 || entries[0].Who != "quantri" {
		t.Errorf("the log is %+v, %v", entries, err)
	}
}
