package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/smart-commune/smart-commune/firmware-sim/soundrig"
)

// startSnapcast lets snapclients play a file, over and over, on the channels
// from first on.
func startSnapcast(ctx context.Context, cfg config, rig *soundrig.Rig, first int, sound string) (*processes, error) {
	for _, program := range []string{"snapserver", "snapclient"} {
		if _, err := exec.LookPath(program); err != nil {
			return nil, fmt.Errorf("%w (Debian: %s; or SKEW_SNAPCAST=0)", err, program)
		}
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	file := filepath.Join(cfg.Dir, "snapserver.conf")
	settings := fmt.Sprintf("[server]\ndatadir = %s\n[http]\nenabled = false\n[tcp]\nenabled = false\n[stream]\nbind_to_address = 127.0.0.1\nport = %d\n"+
		"source = file://%s?name=skew&sampleformat=%d:16:2\ncodec = pcm\n", cfg.Dir, port, sound, soundrig.Rate)
	if err := os.WriteFile(file, []byte(settings), 0o600); err != nil {
		return nil, err
	}
	p := new(processes)
	err = p.start(filepath.Join(cfg.Dir, "snapserver.log"), append(os.Environ(), "HOME="+cfg.Dir), "snapserver", "--config", file)
	if err == nil {
		err = awaitPort(ctx, port)
	}
	for i := 0; err == nil && i < cfg.Snapclients; i++ {
		err = p.start(filepath.Join(cfg.Dir, fmt.Sprintf("snapclient-%d.log", i)), rig.Env(first+i), "snapclient",
			"--host", "127.0.0.1", "--port", fmt.Sprint(port), "--instance", fmt.Sprint(i+1), "--hostID", fmt.Sprintf("skew-%d", i), "--logsink", "stdout")
	}
	if err != nil {
		_ = p.close()
		return nil, fmt.Errorf("snapcast: %w", err)
	}
	return p, nil
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

func awaitPort(ctx context.Context, port int) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	for {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			return conn.Close()
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return err
		}
	}
}
