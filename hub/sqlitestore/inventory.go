package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/place"
)

var _ place.Store = (*Store)(nil)

// LoadInventory implements [place.Store].
func (s *Store) LoadInventory(ctx context.Context) (inv devices.Inventory, err error) {
	c := &inv.Commune
	err = s.read.QueryRowContext(ctx, `SELECT id, name, province, time_zone FROM commune`).Scan(&c.ID, &c.Name, &c.Province, &c.TimeZone)
	if errors.Is(err, sql.ErrNoRows) {
		return devices.Inventory{}, nil
	}
	if err != nil {
		return inv, err
	}
	return inv, errors.Join(
		s.rows(ctx, `SELECT id, name, lat, lon FROM village WHERE commune = ? ORDER BY id`, c.ID, func(scan scanner) error {
			var v devices.Village
			defer func() { inv.Villages = append(inv.Villages, v) }()
			return scan(&v.ID, &v.Name, &v.Position.Lat, &v.Position.Lon)
		}),
		s.rows(ctx, `SELECT id, name, village, lat, lon, volume, offset_ms FROM cluster WHERE commune = ? ORDER BY id`, c.ID, func(scan scanner) error {
			var v devices.Cluster
			defer func() { inv.Clusters = append(inv.Clusters, v) }()
			return scan(&v.ID, &v.Name, &v.Village, &v.Position.Lat, &v.Position.Lon, &v.Volume, &v.OffsetMS)
		}),
		s.rows(ctx, `SELECT id, name, village, lat, lon, url, username, password FROM camera WHERE commune = ? ORDER BY id`, c.ID, func(scan scanner) error {
			var v devices.Camera
			defer func() { inv.Cameras = append(inv.Cameras, v) }()
			return scan(&v.ID, &v.Name, &v.Village, &v.Position.Lat, &v.Position.Lon, &v.URL, &v.Username, &v.Password)
		}),
	)
}

// SaveInventory implements [place.Store].
func (s *Store) SaveInventory(ctx context.Context, inv devices.Inventory) error {
	c := inv.Commune
	return s.tx(ctx, func(tx *sql.Tx) error {
		exec := func(query string, args ...any) func() error {
			return func() error { _, err := tx.ExecContext(ctx, query, args...); return err }
		}
		steps := []func() error{
			exec(`DELETE FROM camera WHERE commune = ?`, c.ID),
			exec(`DELETE FROM cluster WHERE commune = ?`, c.ID),
			exec(`DELETE FROM village WHERE commune = ?`, c.ID),
			exec(`INSERT INTO commune (id, name, province, time_zone) VALUES (?, ?, ?, ?)
				ON CONFLICT (id) DO UPDATE SET name = excluded.name, province = excluded.province, time_zone = excluded.time_zone`,
				c.ID, c.Name, c.Province, c.TimeZone),
		}
		for _, v := range inv.Villages {
			steps = append(steps, exec(`INSERT INTO village (commune, id, name, lat, lon) VALUES (?, ?, ?, ?, ?)`,
				c.ID, v.ID, v.Name, v.Position.Lat, v.Position.Lon))
		}
		for _, v := range inv.Clusters {
			steps = append(steps, exec(`INSERT INTO cluster (commune, id, name, village, lat, lon, volume, offset_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
				c.ID, v.ID, v.Name, v.Village, v.Position.Lat, v.Position.Lon, v.Volume, v.OffsetMS))
		}
		for _, v := range inv.Cameras {
			steps = append(steps, exec(`INSERT INTO camera (commune, id, name, village, lat, lon, url, username, password) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
				c.ID, v.ID, v.Name, v.Village, v.Position.Lat, v.Position.Lon, v.URL, v.Username, v.Password))
		}
		for _, step := range steps {
			if err := step(); err != nil {
				return err
			}
		}
		return noteStanding(ctx, tx, inv, time.Now())
	})
}

type scanner func(dest ...any) error

// rows runs a query with one argument on the reading side and calls each for
// every row.
func (s *Store) rows(ctx context.Context, query string, arg any, each func(scanner) error) error {
	rows, err := s.read.QueryContext(ctx, query, arg)
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
