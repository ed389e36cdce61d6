package app

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/smart-commune/smart-commune/hub/problem"
	"github.com/smart-commune/smart-commune/hub/sqlitestore"
)

// What cannot be brought about as root, on every machine.
func TestStartProblemsOfTheDisk(t *testing.T) {
	path := func(err error) error {
		return fmt.Errorf("write: %w", &fs.PathError{Op: "open", Path: "/x/lock", Err: err})
	}
	for code, list := range map[string][]error{
		"disk_full":         {path(syscall.ENOSPC), path(syscall.EDQUOT), errors.Join(sqlitestore.ErrFull, errors.New("insert"))},
		"data_not_writable": {path(syscall.EACCES), path(syscall.EPERM), path(syscall.EROFS), sqlitestore.ErrReadOnly},
	} {
		for _, err := range list {
			var said *problem.Problem
			if got := startProblem("/x", err); !errors.As(got, &said) || said.Code != code || !errors.Is(got, err) {
				t.Errorf("%v is said as %v, want %s", err, got, code)
			}
		}
	}
	if err := path(syscall.EIO); startProblem("/x", err) != err {
		t.Error("what nobody knows is given another cause")
	}
}

func TestAStoreSaysThatItCannotBeOpened(t *testing.T) {
	_, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "none"))
	if !errors.Is(err, sqlitestore.ErrReadOnly) {
		t.Errorf("in a folder that is not there: %v", err)
	}
}
