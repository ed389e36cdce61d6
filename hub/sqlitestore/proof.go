package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// JournalHead implements [announce.Ledger].
func (s *Store) JournalHead(ctx context.Context, commune devices.CommuneID) (h journal.Head, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT seq, hash FROM journal_head WHERE commune = ?`, commune).Scan(&h.Seq, &h.Hash)
	if errors.Is(err, sql.ErrNoRows) {
		return journal.Head{}, nil
	}
	return h, err
}

// JournalPlays returns every entry that was planned in [since, until), also those
// that a later one has taken the place of, oldest first.
func (s *Store) JournalPlays(ctx context.Context, commune devices.CommuneID, since, until time.Time) ([]journal.Entry, error) {
	return s.entries(ctx, commune, `SELECT `+journalColumns+` FROM journal WHERE commune = ? AND planned_at >= ? AND planned_at < ? ORDER BY seq`,
		[]any{commune, toMS(since), toMS(until)})
}

// JournalAnnouncements returns which announcements the journal has plays of that
// were planned at or after an instant.
func (s *Store) JournalAnnouncements(ctx context.Context, commune devices.CommuneID, since time.Time) (map[announce.ID]bool, error) {
	out := map[announce.ID]bool{}
	err := s.query(ctx, `SELECT DISTINCT announcement FROM journal WHERE commune = ? AND planned_at >= ?`, []any{commune, toMS(since)}, func(scan scanner) error {
		var id announce.ID
		if err := scan(&id); err != nil {
			return err
		}
		out[id] = true
		return nil
	})
	return out, err
}

// VolumeChanges returns when each cluster got a new volume, oldest first.
func (s *Store) VolumeChanges(ctx context.Context, commune devices.CommuneID) (map[devices.DeviceID][]time.Time, error) {
	out := map[devices.DeviceID][]time.Time{}
	err := s.rows(ctx, `SELECT cluster, at FROM cluster_volume WHERE commune = ? ORDER BY at`, commune, func(scan scanner) error {
		var id devices.DeviceID
		var at int64
		if err := scan(&id, &at); err != nil {
			return err
		}
		out[id] = append(out[id], fromMS(at))
		return nil
	})
	return out, err
}

// JournalFile is the journal in the database file of a hub, opened for reading
// alone, whether or not the hub runs.
type JournalFile struct{ s Store }

var _ journal.Chain = (*JournalFile)(nil)

// OpenJournal opens the journal of the database DIR/hub.db. It changes nothing in
// it.
func OpenJournal(dir string) (*JournalFile, error) {
	path := filepath.Join(dir, "hub.db")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, problem.New(problem.NotFound, "no_database", "không có cơ sở dữ liệu %s: đây có phải là thư mục dữ liệu của máy chủ không?",
			"there is no database %s: is this the data folder of a hub?", path)
	}
	db, err := open(path, 1, "ro")
	if err != nil {
		return nil, fmt.Errorf("open %s for reading: %w", path, err)
	}
	return &JournalFile{Store{read: db}}, nil
}

// Damaged gives an error of reading a database file words for a person when it says
// that the file is no database or broken; any other it returns as it is.
func Damaged(path string, err error) error {
	var said *sqlite.Error
	if !errors.As(err, &said) {
		return err
	}
	switch said.Code() & 0xff {
	case sqlite3.SQLITE_NOTADB:
		return problem.New(problem.Invalid, "not_a_database", "%s không phải là cơ sở dữ liệu của máy chủ, hoặc phần đầu tệp đã hỏng. Hãy kiểm tra lại thư mục; nếu đúng, hãy khôi phục từ bản sao lưu.",
			"%s is no database of a hub, or its beginning is damaged. Check the folder; if it is right, restore a backup.", path).Because(err)
	case sqlite3.SQLITE_CORRUPT:
		return problem.New(problem.Invalid, "database_damaged", "Cơ sở dữ liệu %s đã hỏng nên không đọc được hết nhật ký. Hãy giữ lại tệp này làm bằng chứng và khôi phục từ bản sao lưu.",
			"The database %s is damaged, so the journal cannot be read to its end. Keep the file as evidence and restore a backup.", path).Because(err)
	}
	return err
}

// Close closes the file.
func (f *JournalFile) Close() error { return f.s.read.Close() }

// Communes returns every commune that the file has a journal or a head of.
func (f *JournalFile) Communes(ctx context.Context) (list []devices.CommuneID, err error) {
	heads, err := f.hasHeads(ctx)
	if err != nil {
		return nil, err
	}
	query := `SELECT DISTINCT commune FROM journal`
	if heads {
		query += ` UNION SELECT commune FROM journal_head`
	}
	err = f.s.query(ctx, query+` ORDER BY commune`, nil, func(scan scanner) error {
		var c devices.CommuneID
		defer func() { list = append(list, c) }()
		return scan(&c)
	})
	return list, err
}

// JournalChain implements [journal.Chain].
func (f *JournalFile) JournalChain(ctx context.Context, commune devices.CommuneID, after int64, limit int) ([]journal.Entry, error) {
	return f.s.JournalChain(ctx, commune, after, limit)
}

// JournalHead implements [journal.Chain].
func (f *JournalFile) JournalHead(ctx context.Context, commune devices.CommuneID) (journal.Head, error) {
	if ok, err := f.hasHeads(ctx); !ok {
		return journal.Head{}, err
	}
	return f.s.JournalHead(ctx, commune)
}

// hasHeads is false for the file of a hub from before heads were noted.
func (f *JournalFile) hasHeads(ctx context.Context) (ok bool, err error) {
	err = f.s.read.QueryRowContext(ctx, `SELECT count(*) > 0 FROM sqlite_master WHERE type = 'table' AND name = 'journal_head'`).Scan(&ok)
	return ok, err
}
