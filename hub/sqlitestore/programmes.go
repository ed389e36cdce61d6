package sqlitestore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce"
)

// SaveProgrammes implements [announce.ProgrammeArchive].
func (s *Store) SaveProgrammes(ctx context.Context, commune devices.CommuneID, all []announce.Programme, orders []announce.Order) error {
	return s.tx(ctx, func(tx *sql.Tx) error {
		for _, p := range all {
			body, err := json.Marshal(p)
			if err != nil {
				return err
			}
			_, err = tx.ExecContext(ctx, `INSERT INTO programme (commune, id, state, created_at, body) VALUES (?, ?, ?, ?, ?)
				ON CONFLICT (commune, id) DO UPDATE SET state = excluded.state, body = excluded.body`,
				commune, p.ID, p.State, toMS(p.CreatedAt), string(body))
			if err != nil {
				return err
			}
		}
		return addOrders(ctx, tx, commune, orders)
	})
}

// Programme implements [announce.ProgrammeArchive].
func (s *Store) Programme(ctx context.Context, commune devices.CommuneID, id announce.ProgrammeID) (p announce.Programme, err error) {
	var body string
	err = s.read.QueryRowContext(ctx, `SELECT body FROM programme WHERE commune = ? AND id = ?`, commune, id).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return p, fmt.Errorf("programme %.80q: %w", string(id), announce.ErrUnknown)
	}
	if err != nil {
		return p, err
	}
	return p, json.Unmarshal([]byte(body), &p)
}

// Programmes implements [announce.ProgrammeArchive].
func (s *Store) Programmes(ctx context.Context, commune devices.CommuneID, states []announce.State) ([]announce.Programme, error) {
	out := []announce.Programme{}
	err := s.query(ctx, `SELECT state, body FROM programme WHERE commune = ? ORDER BY created_at DESC, id DESC`, []any{commune}, func(scan scanner) error {
		var state announce.State
		var body string
		if err := scan(&state, &body); err != nil {
			return err
		}
		if len(states) > 0 && !slices.Contains(states, state) {
			return nil
		}
		var p announce.Programme
		if err := json.Unmarshal([]byte(body), &p); err != nil {
			return err
		}
		out = append(out, p)
		return nil
	})
	return out, err
}
