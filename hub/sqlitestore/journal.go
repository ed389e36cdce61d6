package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
)

const journalColumns = `seq, cluster, play, occurrence, announcement, title, planned_at, started_at, ended_at,
	result, reason, level_dbfs, current_a, recorded_at, prev_hash, hash`

// AppendJournal implements [announce.Ledger].
func (s *Store) AppendJournal(ctx context.Context, commune devices.CommuneID, entries []journal.Entry) (added []journal.Entry, err error) {
	err = s.tx(ctx, func(tx *sql.Tx) error {
		added = nil
		var last journal.Entry
		err := tx.QueryRowContext(ctx, `SELECT seq, hash FROM journal WHERE commune = ? ORDER BY seq DESC LIMIT 1`, commune).Scan(&last.Seq, &last.Hash)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		for _, e := range entries {
			e.Commune = commune
			e = e.Chain(last)
			res, err := tx.ExecContext(ctx, `INSERT INTO journal (commune, `+journalColumns+`)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (commune, cluster, play) DO NOTHING`,
				commune, e.Seq, e.Cluster, e.Play, e.Occurrence, e.Announcement, e.Title, toMS(e.PlannedAt), toNullMS(e.StartedAt), toMS(e.EndedAt),
				e.Result, e.Reason, e.LevelDBFS, e.CurrentA, toMS(e.RecordedAt), e.PrevHash, e.Hash)
			if err != nil {
				return err
			}
			if n, err := res.RowsAffected(); err != nil {
				return err
			} else if n == 1 {
				added, last = append(added, e), e
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return added, nil
}

// Journal implements [announce.Ledger].
func (s *Store) Journal(ctx context.Context, commune devices.CommuneID, q announce.JournalQuery) ([]journal.Entry, error) {
	f := filter{}.and("commune = ?", commune)
	if !q.Since.IsZero() {
		f = f.and("planned_at >= ?", toMS(q.Since))
	}
	if !q.Until.IsZero() {
		f = f.and("planned_at < ?", toMS(q.Until))
	}
	if q.Announcement != "" {
		f = f.and("announcement = ?", q.Announcement)
	}
	if q.Occurrence != "" {
		f = f.and("occurrence = ?", q.Occurrence)
	}
	if q.Cluster != "" {
		f = f.and("cluster = ?", q.Cluster)
	}
	where, args := f.build()
	return s.entries(ctx, commune, `SELECT `+journalColumns+` FROM journal j WHERE `+where+`
		AND seq = (SELECT max(seq) FROM journal n WHERE n.commune = j.commune AND n.occurrence = j.occurrence AND n.cluster = j.cluster AND n.announcement = j.announcement)
		ORDER BY planned_at DESC, seq DESC LIMIT ?`, append(args, limitOf(q.Limit)))
}

// JournalChain implements [announce.Ledger].
func (s *Store) JournalChain(ctx context.Context, commune devices.CommuneID, after int64, limit int) ([]journal.Entry, error) {
	return s.entries(ctx, commune, `SELECT `+journalColumns+` FROM journal WHERE commune = ? AND seq > ? ORDER BY seq LIMIT ?`,
		[]any{commune, after, limitOf(limit)})
}

func (s *Store) entries(ctx context.Context, commune devices.CommuneID, query string, args []any) ([]journal.Entry, error) {
	out := []journal.Entry{}
	err := s.query(ctx, query, args, func(scan scanner) error {
		e := journal.Entry{Commune: commune}
		var result string
		var planned, ended, recorded int64
		var started sql.NullInt64
		if err := scan(&e.Seq, &e.Cluster, &e.Play, &e.Occurrence, &e.Announcement, &e.Title, &planned, &started, &ended,
			&result, &e.Reason, &e.LevelDBFS, &e.CurrentA, &recorded, &e.PrevHash, &e.Hash); err != nil {
			return err
		}
		e.Result = devices.Result(result)
		e.PlannedAt, e.EndedAt, e.RecordedAt = fromMS(planned), fromMS(ended), fromMS(recorded)
		if started.Valid {
			t := fromMS(started.Int64)
			e.StartedAt = &t
		}
		out = append(out, e)
		return nil
	})
	return out, err
}

func toNullMS(t *time.Time) sql.NullInt64 {
	if t == nil {
		return sql.NullInt64{}
	}
	return sql.NullInt64{Int64: toMS(*t), Valid: true}
}
