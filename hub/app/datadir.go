package app

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/smart-commune/smart-commune/hub/problem"
)

// RunInfo is DATA/run.json: where a running hub is reached.
type RunInfo struct {
	PID     int    `json:"pid"`
	HTTP    string `json:"http"` // http://host:port
	MQTT    string `json:"mqtt"` // tcp://host:port
	Version string `json:"version"`
}

// dataDir is the folder of all state, locked against a second hub.
type dataDir struct {
	path string
	lock *os.File
}

func openDataDir(path string) (*dataDir, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	lock, err := os.OpenFile(filepath.Join(path, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the data folder: %w", err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		lock.Close()
		return nil, problem.New(problem.Conflict, "data_in_use", "thư mục dữ liệu %s đang được một máy chủ khác dùng. Hãy dừng máy chủ đó, hoặc chọn thư mục khác bằng --data.",
			"the data folder %s is in use by another hub. Stop that one, or choose another folder with --data.", path)
	}
	return &dataDir{path, lock}, nil
}

func (d *dataDir) file(name string) string { return filepath.Join(d.path, name) }

// announce writes where the hub is reached and the operator's token; the token
// comes first, so that whoever sees run.json can use it.
func (d *dataDir) announce(info RunInfo, token string) error {
	if err := writeFile(d.file("cli.token"), []byte(token+"\n")); err != nil {
		return err
	}
	data, err := json.Marshal(info)
	if err != nil {
		return err
	}
	return writeFile(d.file("run.json"), append(data, '\n'))
}

// withdraw removes what announce wrote; the hub is no longer reached.
func (d *dataDir) withdraw() {
	os.Remove(d.file("run.json"))
	os.Remove(d.file("cli.token"))
}

// Close lets another hub use the folder.
func (d *dataDir) Close() error { return d.lock.Close() }

// writeFile replaces a file of the owner's eyes only, whole or not at all.
func writeFile(name string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(name), ".tmp-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	if _, err = tmp.Write(data); err == nil {
		err = tmp.Sync()
	}
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return os.Rename(tmp.Name(), name)
}
