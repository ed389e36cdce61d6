package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/smart-commune/smart-commune/hub/account"
)

var _ account.Store = (*Store)(nil)

const userColumns = `name, display_name, role, disabled, must_change, created_at, last_login_at`

// userRow collects the columns of userColumns.
type userRow struct {
	account.User
	created int64
	login   sql.NullInt64
}

func (r *userRow) fields() []any {
	u := &r.User
	return []any{&u.Name, &u.DisplayName, &u.Role, &u.Disabled, &u.MustChangePassword, &r.created, &r.login}
}

func (r *userRow) user() account.User {
	r.CreatedAt = fromMS(r.created)
	if r.login.Valid {
		at := fromMS(r.login.Int64)
		r.LastLoginAt = &at
	}
	return r.User
}

// LoadUsers implements [account.UserStore].
func (s *Store) LoadUsers(ctx context.Context) (users []account.User, err error) {
	err = s.rows(ctx, `SELECT `+userColumns+` FROM user WHERE ? ORDER BY name`, true, func(scan scanner) error {
		var r userRow
		if err := scan(r.fields()...); err != nil {
			return err
		}
		users = append(users, r.user())
		return nil
	})
	return users, err
}

// LoadUser implements [account.UserStore].
func (s *Store) LoadUser(ctx context.Context, name string) (account.User, string, error) {
	var r userRow
	var hash string
	err := s.read.QueryRowContext(ctx, `SELECT `+userColumns+`, password FROM user WHERE name = ?`, name).
		Scan(append(r.fields(), &hash)...)
	if errors.Is(err, sql.ErrNoRows) {
		return account.User{}, "", account.ErrUnknown
	}
	return r.user(), hash, err
}

// AddUser implements [account.UserStore].
func (s *Store) AddUser(ctx context.Context, u account.User, passwordHash string) error {
	res, err := s.write.ExecContext(ctx, `INSERT INTO user (name, display_name, role, disabled, must_change, created_at, password)
		VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		u.Name, u.DisplayName, u.Role, u.Disabled, u.MustChangePassword, toMS(u.CreatedAt), passwordHash)
	return touched(res, err, account.ErrExists)
}

// ChangeUser implements [account.UserStore].
func (s *Store) ChangeUser(ctx context.Context, u account.User) error {
	return s.tx(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE user SET display_name = ?, role = ?, disabled = ? WHERE name = ?`,
			u.DisplayName, u.Role, u.Disabled, u.Name)
		if err := touched(res, err, account.ErrUnknown); err != nil {
			return err
		}
		var admins int
		err = tx.QueryRowContext(ctx, `SELECT count(*) FROM user WHERE role = ? AND NOT disabled`, account.Admin).Scan(&admins)
		if err != nil {
			return err
		}
		if admins == 0 {
			return account.ErrLastAdmin
		}
		if u.Disabled {
			_, err = tx.ExecContext(ctx, `DELETE FROM session WHERE user = ?`, u.Name)
		}
		return err
	})
}

// ChangePassword implements [account.UserStore].
func (s *Store) ChangePassword(ctx context.Context, name, passwordHash string, mustChange bool, keep account.SessionHash) error {
	return s.tx(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE user SET password = ?, must_change = ? WHERE name = ?`, passwordHash, mustChange, name)
		if err := touched(res, err, account.ErrUnknown); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM session WHERE user = ? AND hash <> ?`, name, keep[:])
		return err
	})
}

// AddSession implements [account.SessionStore].
func (s *Store) AddSession(ctx context.Context, r account.SessionRecord, stale time.Time) error {
	return s.tx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM session WHERE seen_at < ?`, toMS(stale))
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO session (hash, user, created_at, seen_at, origin) VALUES (?, ?, ?, ?, ?)`,
			r.Hash[:], r.Name, toMS(r.CreatedAt), toMS(r.SeenAt), r.From)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE user SET last_login_at = ? WHERE name = ?`, toMS(r.CreatedAt), r.Name)
		return err
	})
}

// LoadSession implements [account.SessionStore].
func (s *Store) LoadSession(ctx context.Context, h account.SessionHash) (account.SessionRecord, account.User, error) {
	var r userRow
	rec := account.SessionRecord{Hash: h}
	var created, seen int64
	err := s.read.QueryRowContext(ctx, `SELECT `+qualified+`, session.created_at, session.seen_at, session.origin
		FROM session JOIN user ON user.name = session.user WHERE session.hash = ?`, h[:]).
		Scan(append(r.fields(), &created, &seen, &rec.From)...)
	if errors.Is(err, sql.ErrNoRows) {
		return rec, account.User{}, account.ErrUnknown
	}
	rec.Name, rec.CreatedAt, rec.SeenAt = r.Name, fromMS(created), fromMS(seen)
	return rec, r.user(), err
}

const qualified = `user.name, user.display_name, user.role, user.disabled, user.must_change, user.created_at, user.last_login_at`

// TouchSession implements [account.SessionStore].
func (s *Store) TouchSession(ctx context.Context, h account.SessionHash, at time.Time) error {
	_, err := s.write.ExecContext(ctx, `UPDATE session SET seen_at = ? WHERE hash = ?`, toMS(at), h[:])
	return err
}

// DropSession implements [account.SessionStore].
func (s *Store) DropSession(ctx context.Context, h account.SessionHash) error {
	_, err := s.write.ExecContext(ctx, `DELETE FROM session WHERE hash = ?`, h[:])
	return err
}

// LoadDeviceKeys implements [account.DeviceStore].
func (s *Store) LoadDeviceKeys(ctx context.Context) (map[string]account.SecretHash, error) {
	keys := map[string]account.SecretHash{}
	err := s.rows(ctx, `SELECT user, secret FROM device_key WHERE ?`, true, func(scan scanner) error {
		var user string
		var secret []byte
		if err := scan(&user, &secret); err != nil {
			return err
		}
		var h account.SecretHash
		if len(secret) != len(h) {
			return fmt.Errorf("secret of device %s has %d bytes", user, len(secret))
		}
		copy(h[:], secret)
		keys[user] = h
		return nil
	})
	return keys, err
}

// SaveDeviceKeys implements [account.DeviceStore].
func (s *Store) SaveDeviceKeys(ctx context.Context, keys map[string]account.SecretHash) error {
	return s.tx(ctx, func(tx *sql.Tx) error {
		for user, h := range keys {
			_, err := tx.ExecContext(ctx, `INSERT INTO device_key (user, secret) VALUES (?, ?)
				ON CONFLICT (user) DO UPDATE SET secret = excluded.secret`, user, h[:])
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// DropDeviceKey implements [account.DeviceStore].
func (s *Store) DropDeviceKey(ctx context.Context, user string) error {
	_, err := s.write.ExecContext(ctx, `DELETE FROM device_key WHERE user = ?`, user)
	return err
}

// AppendAudit implements [account.AuditStore].
func (s *Store) AppendAudit(ctx context.Context, e account.AuditEntry) error {
	_, err := s.write.ExecContext(ctx, `INSERT INTO audit (at, who, origin, action, object, detail) VALUES (?, ?, ?, ?, ?, ?)`,
		toMS(e.At), e.Who, e.From, e.Action, e.Object, e.Detail)
	return err
}

// LoadAudit implements [account.AuditStore].
func (s *Store) LoadAudit(ctx context.Context, since time.Time, limit int) (entries []account.AuditEntry, err error) {
	rows, err := s.read.QueryContext(ctx, `SELECT seq, at, who, origin, action, object, detail FROM audit
		WHERE at >= ? ORDER BY seq DESC LIMIT ?`, toMS(since), limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var e account.AuditEntry
		var at int64
		if err := rows.Scan(&e.Seq, &at, &e.Who, &e.From, &e.Action, &e.Object, &e.Detail); err != nil {
			return nil, err
		}
		e.At = fromMS(at)
		entries = append(entries, e)
	}
	return entries, rows.Err()
}

// touched returns nothing when a statement changed a row, and otherwise none.
func touched(res sql.Result, err, none error) error {
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		return none
	}
	return err
}
