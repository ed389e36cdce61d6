package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/smart-commune/smart-commune/firmware-sim/soundrig"
)

const endTimeout = 10 * time.Second

// processes are programs at work, each with its output in a file.
type processes struct{ running []process }

type process struct {
	cmd   *exec.Cmd
	log   string
	ended chan struct{}
}

// start runs a program undisturbed, see [soundrig.Command].
func (p *processes) start(log string, env []string, program string, args ...string) error {
	return p.run(log, env, soundrig.Command(context.Background(), program, args...))
}

// run runs a program; its name is that of its log.
func (p *processes) run(log string, env []string, cmd *exec.Cmd) error {
	out, err := os.Create(log)
	if err != nil {
		return err
	}
	defer out.Close()
	cmd.Env, cmd.Stdout, cmd.Stderr = env, out, out
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", filepath.Base(log), err)
	}
	one := process{cmd, log, make(chan struct{})}
	go func() { _ = cmd.Wait(); close(one.ended) }()
	p.running = append(p.running, one)
	return nil
}

// ended tells of a program that ended by itself.
func (p *processes) ended() error {
	for _, one := range p.running {
		select {
		case <-one.ended:
			data, _ := os.ReadFile(one.log)
			return fmt.Errorf("%s ended by itself: %s", filepath.Base(one.log), data[max(0, len(data)-1000):])
		default:
		}
	}
	return nil
}

// close ends them, the last one first.
func (p *processes) close() error {
	for i := len(p.running) - 1; i >= 0; i-- {
		one := p.running[i]
		_ = one.cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-one.ended:
		case <-time.After(endTimeout):
			_ = one.cmd.Process.Kill()
			<-one.ended
		}
	}
	p.running = nil
	return nil
}
