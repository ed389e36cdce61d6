// Command skewbench measures by how much loudspeaker clusters are out of step,
// on recorded sound: a real hub, every cluster a firmware-sim process of its own
// with a clock that is wrong in its own way, each on its own channel of one
// virtual sound card. Snapcast, where it is wanted, plays on further channels of
// the same card at the same time. Then it launches an emergency and hears how soon
// it sounds.
//
// It is set by the environment:
//
//	SKEW_SECONDS    length of the long item, 10 to 3600 (60); 0 for the emergency alone
//	SKEW_STARTS     short items before it, to measure starts (4)
//	SKEW_SPEAKERS   clusters, 2 to 8 (4)
//	SKEW_SNAPCAST   snapclients beside them, 0 for none (as many as clusters)
//	SKEW_LINKS      links to measure, separated by spaces, as firmware-sim's --link
//	                takes them ("clean delay=50ms,jitter=30ms")
//	SKEW_BIN        folder of hub and firmware-sim (bin)
//	SKEW_TRACE      1: print how late each channel is in every window, and keep more
//	                in the logs
//	SKEW_KEEP       keep recordings and logs in this folder
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	log.SetOutput(io.Discard) // the FLAC decoder talks a lot
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "skewbench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	c := config{Bin: setting("SKEW_BIN", "bin"), Trace: os.Getenv("SKEW_TRACE") != ""}
	var seconds int
	for name, v := range map[string]struct {
		to             *int
		def, low, high int
	}{
		"SKEW_SECONDS":  {&seconds, 60, 0, 3600},
		"SKEW_STARTS":   {&c.Starts, 4, 0, 100},
		"SKEW_SPEAKERS": {&c.Speakers, 4, 2, 8},
		"SKEW_SNAPCAST": {&c.Snapclients, -1, 0, 8},
	} {
		n, err := number(name, v.def, v.low, v.high)
		if err != nil {
			return err
		}
		*v.to = n
	}
	if c.Snapclients < 0 {
		c.Snapclients = c.Speakers
	}
	c.Length = time.Duration(seconds) * time.Second
	for link := range strings.FieldsSeq(setting("SKEW_LINKS", "clean delay=50ms,jitter=30ms")) {
		c.Link = link
		dir, err := folder(link)
		if err != nil {
			return err
		}
		c.Dir = dir
		if seconds > 0 {
			found, err := measure(ctx, c)
			if err != nil {
				return fmt.Errorf("link %s: %w", link, err)
			}
			found.print(os.Stdout, c)
		}
		if err := measureEmergency(ctx, c, dir); err != nil {
			return fmt.Errorf("link %s: %w", link, err)
		}
		c.Snapclients = 0 // its links cannot be made worse: once is enough
	}
	return nil
}

// measureEmergency measures in a folder of its own inside of dir, and removes that.
func measureEmergency(ctx context.Context, c config, dir string) error {
	c.Dir = filepath.Join(dir, "alarm")
	if err := os.Mkdir(c.Dir, 0o755); err != nil {
		return err
	}
	found, err := measureAlarm(ctx, c)
	if err != nil {
		return fmt.Errorf("emergency: %w", err)
	}
	found.print(os.Stdout, c)
	if os.Getenv("SKEW_KEEP") == "" {
		return os.RemoveAll(dir)
	}
	return nil
}

func setting(name, def string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return def
}

func number(name string, def, low, high int) (int, error) {
	v := os.Getenv(name)
	if v == "" {
		return def, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < low || n > high {
		return 0, fmt.Errorf("%s=%q: %d to %d is expected", name, v, low, high)
	}
	return n, nil
}

// folder is for one measurement.
func folder(link string) (string, error) {
	keep := os.Getenv("SKEW_KEEP")
	if keep == "" {
		return os.MkdirTemp("", "skewbench-*")
	}
	dir := fmt.Sprintf("%s/%s", strings.TrimSuffix(keep, "/"), strings.NewReplacer("=", "-", ",", "_").Replace(link))
	if err := os.RemoveAll(dir); err != nil {
		return "", err
	}
	return dir, os.MkdirAll(dir, 0o755)
}
