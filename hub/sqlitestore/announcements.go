package sqlitestore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce"
)

var _ announce.Store = (*Store)(nil)

// SaveAnnouncements implements [announce.Archive].
func (s *Store) SaveAnnouncements(ctx context.Context, commune devices.CommuneID, all []announce.Announcement) error {
	return s.tx(ctx, func(tx *sql.Tx) error {
		for _, a := range all {
			if err := putAnnouncement(ctx, tx, commune, a); err != nil {
				return err
			}
		}
		return nil
	})
}

func putAnnouncement(ctx context.Context, tx *sql.Tx, commune devices.CommuneID, a announce.Announcement) error {
	body, err := json.Marshal(a)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO announcement (commune, id, state, created_at, body) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (commune, id) DO UPDATE SET state = excluded.state, body = excluded.body`,
		commune, a.ID, a.State, toMS(a.CreatedAt), string(body))
	return err
}

// SaveAnnouncement implements [announce.Archive].
func (s *Store) SaveAnnouncement(ctx context.Context, commune devices.CommuneID, a announce.Announcement, orders []announce.Order) error {
	return s.tx(ctx, func(tx *sql.Tx) error {
		if err := putAnnouncement(ctx, tx, commune, a); err != nil {
			return err
		}
		return addOrders(ctx, tx, commune, orders)
	})
}

// AddOrders implements [announce.Outbox].
func (s *Store) AddOrders(ctx context.Context, commune devices.CommuneID, orders []announce.Order) error {
	return s.tx(ctx, func(tx *sql.Tx) error { return addOrders(ctx, tx, commune, orders) })
}

func addOrders(ctx context.Context, tx *sql.Tx, commune devices.CommuneID, orders []announce.Order) error {
	for _, o := range orders {
		body, err := json.Marshal(o.Command)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO command (commune, id, cluster, announcement, issued_at, outcome, reason, body, issuer, reference)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			commune, o.ID, o.Cluster, o.Announcement, toMS(o.IssuedAt), o.Outcome, o.Reason, string(body), o.By, o.Reference)
		if err != nil {
			return err
		}
	}
	return nil
}

// Announcement implements [announce.Archive].
func (s *Store) Announcement(ctx context.Context, commune devices.CommuneID, id announce.ID) (a announce.Announcement, err error) {
	var body string
	err = s.read.QueryRowContext(ctx, `SELECT body FROM announcement WHERE commune = ? AND id = ?`, commune, id).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return a, fmt.Errorf("announcement %.80q: %w", string(id), announce.ErrUnknown)
	}
	if err != nil {
		return a, err
	}
	return a, json.Unmarshal([]byte(body), &a)
}

// Announcements implements [announce.Archive].
func (s *Store) Announcements(ctx context.Context, commune devices.CommuneID, q announce.AnnouncementQuery) ([]announce.Announcement, error) {
	where, args := filter{}.and("commune = ?", commune).build()
	if len(q.States) > 0 {
		marks := make([]string, len(q.States))
		for i, st := range q.States {
			marks[i] = "?"
			args = append(args, st)
		}
		where += " AND state IN (" + strings.Join(marks, ", ") + ")"
	}
	out := []announce.Announcement{}
	err := s.query(ctx, `SELECT body FROM announcement WHERE `+where+` ORDER BY created_at DESC, id DESC LIMIT ?`,
		append(args, limitOf(q.Limit)), func(scan scanner) error {
			var body string
			if err := scan(&body); err != nil {
				return err
			}
			var a announce.Announcement
			if err := json.Unmarshal([]byte(body), &a); err != nil {
				return err
			}
			out = append(out, a)
			return nil
		})
	return out, err
}

// SetOutcome implements [announce.Outbox].
func (s *Store) SetOutcome(ctx context.Context, commune devices.CommuneID, o announce.Order) error {
	measured := ""
	if o.Measured != nil {
		body, err := json.Marshal(o.Measured)
		if err != nil {
			return err
		}
		measured = string(body)
	}
	return s.tx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE command SET outcome = ?, reason = ?, outcome_at = ?, measured = ? WHERE commune = ? AND id = ?`,
			o.Outcome, o.Reason, toMS(o.OutcomeAt), measured, commune, o.ID)
		return err
	})
}

// Orders implements [announce.Outbox].
func (s *Store) Orders(ctx context.Context, commune devices.CommuneID, q announce.OrderQuery) ([]announce.Order, error) {
	f := filter{}.and("commune = ?", commune)
	if q.Announcement != "" {
		f = f.and("announcement = ?", q.Announcement)
	}
	if q.Cluster != "" {
		f = f.and("cluster = ?", q.Cluster)
	}
	if q.Own {
		f = f.and("announcement = ?", "")
	}
	if !q.Since.IsZero() {
		if q.OrOpen {
			f = f.and("(issued_at >= ? OR outcome = '')", toMS(q.Since))
		} else {
			f = f.and("issued_at >= ?", toMS(q.Since))
		}
	}
	where, args := f.build()
	out := []announce.Order{}
	err := s.query(ctx, `SELECT cluster, announcement, outcome, reason, outcome_at, body, issuer, measured, reference FROM command WHERE `+where+` ORDER BY issued_at, id`,
		args, func(scan scanner) error {
			var o announce.Order
			var outcome, body, measured string
			var at sql.NullInt64
			if err := scan(&o.Cluster, &o.Announcement, &outcome, &o.Reason, &at, &body, &o.By, &measured, &o.Reference); err != nil {
				return err
			}
			o.Outcome = protocol.Outcome(outcome)
			if at.Valid {
				o.OutcomeAt = fromMS(at.Int64)
			}
			if measured != "" {
				if err := json.Unmarshal([]byte(measured), &o.Measured); err != nil {
					return err
				}
			}
			if err := json.Unmarshal([]byte(body), &o.Command); err != nil {
				return err
			}
			out = append(out, o)
			return nil
		})
	return out, err
}

// filter collects the conditions of a query with their arguments.
type filter struct {
	terms []string
	args  []any
}

func (f filter) and(term string, arg any) filter {
	return filter{append(f.terms, term), append(f.args, arg)}
}

func (f filter) build() (where string, args []any) { return strings.Join(f.terms, " AND "), f.args }

// limitOf is the LIMIT of a query: none for 0.
func limitOf(n int) int {
	if n <= 0 {
		return -1
	}
	return n
}

// query runs a query with any number of arguments and calls each for every row.
func (s *Store) query(ctx context.Context, query string, args []any, each func(scanner) error) error {
	rows, err := s.read.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}
