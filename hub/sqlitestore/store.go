// Package sqlitestore keeps the hub's state in one SQLite file: the inventory,
// accounts, announcements with their journal, and readings. Each feature's part
// is in a file of its own and implements the store interface that the feature
// declares.
//
// Every write is durable when its call returns (WAL with synchronous=FULL).
package sqlitestore

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path/filepath"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
	"modernc.org/sqlite" // and the driver of this name
	sqlite3 "modernc.org/sqlite/lib"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Store is the hub's database. Its methods may be called by many goroutines.
type Store struct {
	// write has a single connection: SQLite has one writer, and waiting for it
	// in Go is fairer than in its busy handler.
	write *sql.DB
	read  *sql.DB
}

// Open opens or makes the database DIR/hub.db and brings its schema up to date.
func Open(ctx context.Context, dir string) (*Store, error) {
	path := filepath.Join(dir, "hub.db")
	write, err := open(path, 1, "rwc")
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, caused(err))
	}
	if err := migrate(ctx, write); err != nil {
		return nil, errors.Join(fmt.Errorf("bring store %s up to date: %w", path, caused(err)), write.Close())
	}
	read, err := open(path, 4, "ro")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open store %s for reading: %w", path, caused(err)), write.Close())
	}
	s := &Store{write: write, read: read}
	// SQLite opens a file that may only be read without a word.
	if _, err := write.ExecContext(ctx, `UPDATE journal_head SET seq = seq WHERE false`); err != nil {
		return nil, errors.Join(fmt.Errorf("write to store %s: %w", path, caused(err)), s.Close())
	}
	return s, nil
}

// Why a database cannot be opened.
var (
	ErrFull     = errors.New("the disk is full")
	ErrReadOnly = errors.New("the file cannot be opened for writing")
	ErrDamaged  = errors.New("the file is damaged, or no database")
)

// caused names the cause of an error of the driver where there is something to do.
func caused(err error) error {
	var said *sqlite.Error
	if !errors.As(err, &said) {
		return err
	}
	switch said.Code() & 0xff {
	case sqlite3.SQLITE_FULL:
		return errors.Join(ErrFull, err)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return errors.Join(ErrReadOnly, err)
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return errors.Join(ErrDamaged, err)
	}
	return err
}

// Close closes the database.
func (s *Store) Close() error { return errors.Join(s.read.Close(), s.write.Close()) }

// Ping reports whether the database can be read at once.
func (s *Store) Ping() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	return s.read.PingContext(ctx)
}

func open(path string, conns int, mode string) (*sql.DB, error) {
	q := url.Values{
		"mode": {mode},
		"_pragma": {"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)",
			"foreign_keys(ON)", "cache_size(-2000)", "temp_store(MEMORY)"},
		"_txlock": {"immediate"},
	}
	if mode == "ro" {
		q.Set("_txlock", "deferred")
		q["_pragma"] = []string{"busy_timeout(10000)", "query_only(ON)", "cache_size(-2000)", "temp_store(MEMORY)"}
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+q.Encode())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db, db.Ping()
}

func migrate(ctx context.Context, db *sql.DB) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(database.DialectSQLite3, db, files)
	if err != nil {
		return err
	}
	_, err = p.Up(ctx)
	return err
}

// tx runs f in a write transaction and commits it when f returns nil.
func (s *Store) tx(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// Instants are stored as Unix milliseconds.

func toMS(t time.Time) int64 { return t.UnixMilli() }

func fromMS(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
