// Package soundrig hears what programs really sound, without a sound card: a
// PulseAudio of its own with one virtual card, each program on a channel of its
// own, and all channels recorded on one clock. It measures by how much the
// channels are out of step.
//
// It needs pulseaudio, pactl and parec, and for programs that speak ALSA its
// PulseAudio plugin (Debian: pulseaudio, pulseaudio-utils, libasound2-plugins).
package soundrig

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Rate is the sample rate of the card and of recordings, in Hz.
const Rate = 48000

// MaxChannels is how many programs fit on a card.
const MaxChannels = 16

const (
	startTimeout = 20 * time.Second
	stopTimeout  = 5 * time.Second
)

// Rig is a virtual sound card at work.
type Rig struct {
	dir      string
	channels int
	server   *exec.Cmd
	log      bytes.Buffer
	ended    chan struct{}
}

// Start starts a card with so many channels. dir must exist and stay until
// [Rig.Close]; it belongs to the rig.
func Start(ctx context.Context, dir string, channels int) (*Rig, error) {
	if channels < 1 || channels > MaxChannels {
		return nil, fmt.Errorf("sound rig: %d channels: 1 to %d are possible", channels, MaxChannels)
	}
	r := &Rig{dir: dir, channels: channels, ended: make(chan struct{})}
	// Programs that speak ALSA find the card as the default one.
	if err := os.WriteFile(filepath.Join(dir, ".asoundrc"), []byte("pcm.!default { type pulse }\nctl.!default { type pulse }\n"), 0o600); err != nil {
		return nil, err
	}
	r.server = command(context.WithoutCancel(ctx), "4", "pulseaudio", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--log-level=warn", "-n",
		"-L", fmt.Sprintf("module-null-sink sink_name=card rate=%d channels=%d channel_map=%s", Rate, channels, r.channelMap()),
		"-L", "module-native-protocol-unix auth-anonymous=1 socket="+r.socket())
	r.server.Env = r.env()
	r.server.Stdout, r.server.Stderr = &r.log, &r.log
	if err := r.server.Start(); err != nil {
		return nil, fmt.Errorf("sound rig: start PulseAudio: %w", err)
	}
	go func() { _ = r.server.Wait(); close(r.ended) }()
	err := r.await(ctx)
	if err == nil {
		// At its start PulseAudio gives up what it was given. Where this is not
		// allowed it works as well as it can.
		_ = exec.CommandContext(ctx, "chrt", "--rr", "--pid", "4", strconv.Itoa(r.server.Process.Pid)).Run()
	}
	for i := 0; err == nil && i < channels; i++ {
		_, err = r.pactl(ctx, "load-module", "module-remap-sink", "sink_name="+sink(i), "master=card",
			"channels=1", "channel_map=mono", fmt.Sprintf("master_channel_map=aux%d", i), "remix=no")
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("sound rig: %w", err), r.Close())
	}
	return r, nil
}

// Command is a program that other work on this machine shall not disturb, where
// that is allowed (real-time priority, or else a high one): every loudspeaker has
// a processor of its own in the field, and sound must not be late because tests
// run beside it.
func Command(ctx context.Context, program string, args ...string) *exec.Cmd {
	return command(ctx, "1", program, args...)
}

// command has a real-time priority; that of PulseAudio's own thread is 5, and
// all else of the card must come before the programs.
func command(ctx context.Context, priority, program string, args ...string) *exec.Cmd {
	before := []string{"nice", "-n", "-15"}
	if realTime := []string{"chrt", "--rr", priority}; exec.CommandContext(ctx, realTime[0], append(realTime[1:], "true")...).Run() == nil {
		before = realTime
	}
	return exec.CommandContext(ctx, before[0], slices.Concat(before[1:], []string{program}, args)...)
}

func sink(channel int) string { return fmt.Sprintf("channel%d", channel) }

func (r *Rig) socket() string { return filepath.Join(r.dir, "pulse.sock") }

func (r *Rig) channelMap() string {
	names := make([]string, r.channels)
	for i := range names {
		names[i] = fmt.Sprintf("aux%d", i)
	}
	return strings.Join(names, ",")
}

// env is that of this process, with all that PulseAudio writes kept in dir.
func (r *Rig) env(more ...string) []string {
	return append(append(os.Environ(), "HOME="+r.dir, "XDG_RUNTIME_DIR="+r.dir, "XDG_CONFIG_HOME="+r.dir,
		"PULSE_SERVER=unix:"+r.socket()), more...)
}

// Env is the environment of a program that sounds on a channel, counted from 0.
func (r *Rig) Env(channel int) []string { return r.env("PULSE_SINK=" + sink(channel)) }

// await returns when the server answers.
func (r *Rig) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		if _, err := r.pactl(ctx, "info"); err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-r.ended:
			return fmt.Errorf("PulseAudio ended by itself: %s", r.log.String())
		case <-ctx.Done():
			return fmt.Errorf("PulseAudio does not answer: %w", ctx.Err())
		}
	}
}

func (r *Rig) pactl(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "pactl", args...)
	cmd.Env = r.env()
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("pactl %s: %w: %s", args[0], err, bytes.TrimSpace(out))
	}
	return string(out), nil
}

// Close ends the card.
func (r *Rig) Close() error {
	_ = r.server.Process.Signal(syscall.SIGTERM)
	select {
	case <-r.ended:
	case <-time.After(stopTimeout):
		_ = r.server.Process.Kill()
		<-r.ended
	}
	return nil
}
