package sqlitestore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce"
)

// Rules implements [announce.RuleBook].
func (s *Store) Rules(ctx context.Context, commune devices.CommuneID) (r announce.Rules, err error) {
	var body string
	err = s.read.QueryRowContext(ctx, `SELECT body FROM rules WHERE commune = ?`, commune).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return r, fmt.Errorf("rules of %s: %w", commune, announce.ErrUnknown)
	}
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal([]byte(body), &r)
}

// SaveRules implements [announce.RuleBook].
func (s *Store) SaveRules(ctx context.Context, commune devices.CommuneID, r announce.Rules) error {
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return s.tx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO rules (commune, body) VALUES (?, ?)
			ON CONFLICT (commune) DO UPDATE SET body = excluded.body`, commune, string(body))
		return err
	})
}
