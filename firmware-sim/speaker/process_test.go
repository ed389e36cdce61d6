package speaker

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"
	"time"
)

// deviceEnv makes this test program a device, as its JSON says.
const deviceEnv = "SPEAKER_TEST_DEVICE"

// inProcess is a device in a process of its own, which can be killed.
type inProcess struct {
	Broker, Media string
	Dir           string
	WAV           string // empty: sound goes nowhere
	Report        time.Duration
}

// runDevice is what the program does instead of testing; it returns the exit code.
func runDevice(settings string) int {
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	var d inProcess
	err := json.Unmarshal([]byte(settings), &d)
	if err == nil {
		err = d.run(log)
	}
	if err != nil {
		log.Error("the device ends", "error", err)
		return 1
	}
	return 0
}

func (d inProcess) run(log *slog.Logger) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	signal.Ignore(syscall.SIGXFSZ) // a write beyond the limit fails, as on a full disk
	var out Output = &Silent{}
	if d.WAV != "" {
		wav, err := OpenWAV(d.WAV)
		if err != nil {
			return err
		}
		defer wav.Close()
		out = wav
	}
	s, err := New(Config{Address: address, Secret: secret, Broker: d.Broker, Media: d.Media, Dir: d.Dir, Output: out, Report: d.Report,
		Log: log, sendAgain: 300 * time.Millisecond})
	if err != nil {
		return err
	}
	return s.Run(ctx)
}

// running is such a process.
type running struct {
	t    *testing.T
	cmd  *exec.Cmd
	log  bytes.Buffer
	ends chan error
}

func (h *hub) startProcess(dir, wav string) *running {
	h.t.Helper()
	settings, err := json.Marshal(inProcess{Broker: h.mqtt, Media: h.media.URL, Dir: dir, WAV: wav, Report: 200 * time.Millisecond})
	if err != nil {
		h.t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		h.t.Fatal(err)
	}
	r := &running{t: h.t, cmd: exec.Command(self), ends: make(chan error, 1)}
	r.cmd.Env = append(os.Environ(), deviceEnv+"="+string(settings))
	r.cmd.Stdout, r.cmd.Stderr = &r.log, &r.log
	if err := r.cmd.Start(); err != nil {
		h.t.Fatal(err)
	}
	go func() { r.ends <- r.cmd.Wait() }()
	h.t.Cleanup(func() {
		r.end(syscall.SIGTERM)
		if h.t.Failed() {
			h.t.Logf("the end of a device's log:\n%s", r.log.Bytes()[max(0, r.log.Len()-3000):])
		}
	})
	return r
}

// end sends a signal and waits until the process is gone.
func (r *running) end(s syscall.Signal) {
	r.t.Helper()
	if r.ends == nil {
		return
	}
	_ = r.cmd.Process.Signal(s)
	var err error
	select {
	case err = <-r.ends:
	case <-time.After(patience):
		_ = r.cmd.Process.Signal(syscall.SIGQUIT) // it tells where it stands
		err = <-r.ends
	}
	r.ends = nil
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.ExitCode() > 0 {
		r.t.Errorf("the device failed: %v\n%s", err, r.log.Bytes()[max(0, r.log.Len()-3000):])
	}
}
