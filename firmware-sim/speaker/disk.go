package speaker

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// diskRetry is how often a disk that takes nothing is tried again. Sounding goes on
// meanwhile: what is not on disk is kept in memory.
const diskRetry = 10 * time.Second

// save replaces a file of the device's state. It reports whether the disk took it;
// if not it is tried again until it does, or until there is newer content.
func (s *Speaker) save(name string, data []byte) bool {
	err := writeFile(s.file(name), data)
	if err == nil {
		delete(s.unsaved, name)
		return true
	}
	s.unsaved[name] = data
	s.diskTook(err)
	return false
}

// diskTook takes note of whether the disk took something.
func (s *Speaker) diskTook(err error) {
	if err == nil {
		return
	}
	if s.diskAgain.IsZero() {
		s.log.Error("the disk takes nothing: what happens now is lost if the power is", "error", err)
	}
	s.diskAgain = s.cfg.Now().Add(diskRetry)
}

// saveAgain tries again what the disk did not take.
func (s *Speaker) saveAgain(local time.Time) {
	if s.diskAgain.IsZero() || local.Before(s.diskAgain) && s.diskAgain.Sub(local) <= diskRetry {
		return
	}
	s.diskTook(s.journal.flush())
	for name, data := range s.unsaved {
		if s.save(name, data) && name == planFile {
			s.planSaved = s.plan.Hash
		}
	}
	if len(s.unsaved) == 0 && len(s.journal.unwritten) == 0 {
		s.log.Info("the disk takes again what is written")
		s.diskAgain = time.Time{}
	}
}

// writeFile replaces a file so that after a crash either the old or the new
// content is there, whole.
func writeFile(path string, data []byte) error {
	tmp := path + ".new"
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return rename(tmp, path)
}

// rename moves a synced file to its final name and makes the name durable.
func rename(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return syncDir(filepath.Dir(to))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// readFile returns nil without an error for a file that is not there.
func readFile(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

// setAside keeps a damaged file for whoever looks into it, and out of the way.
func (s *Speaker) setAside(name string, err error) {
	s.log.Error("a damaged file is set aside", "file", name, "error", err)
	if err := os.Rename(s.file(name), s.file(name)+".damaged"); err != nil {
		s.log.Error("cannot set it aside", "file", name, "error", err)
	}
}
