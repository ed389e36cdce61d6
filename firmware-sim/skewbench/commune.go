package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/inventory"
	"github.com/smart-commune/smart-commune/firmware-sim/soundrig"
)

const (
	upTimeout = 60 * time.Second
	settle    = 3 * time.Second // from when the clusters are up to the first item
)

// commune is a hub with its clusters at work.
type commune struct {
	cfg   config
	procs processes
}

func (c *commune) path(name string) string { return filepath.Join(c.cfg.Dir, name) }

// clock is that of a cluster: wrong in its own way, within ±30 s and ±50 ppm.
func clock(i int) string {
	offsets := []string{"29s", "-12.345s", "3.21s", "-29.5s", "0.7s", "17s", "-0.004s", "-21s"}
	drifts := []int{-50, 50, 17, -31, 40, -8, 0, 25}
	return fmt.Sprintf("offset=%s,drift=%dppm", offsets[i%8], drifts[i%8])
}

func cluster(i int) devices.Cluster {
	return devices.Cluster{ID: devices.DeviceID(fmt.Sprintf("loa-%02d", i+1)), Name: fmt.Sprintf("Loa %d", i+1), Village: "thon", Volume: 100}
}

// startCommune returns when all clusters are online with their plan.
func startCommune(ctx context.Context, cfg config, rig *soundrig.Rig) (*commune, error) {
	c := &commune{cfg: cfg}
	whole := devices.Inventory{Commune: devices.Commune{ID: "do-lech", Name: "Đo lệch", Province: "Bắc Kạn", TimeZone: "Asia/Ho_Chi_Minh"},
		Villages: []devices.Village{{ID: "thon", Name: "Thôn"}}}
	for i := range cfg.Speakers {
		one := whole
		one.Clusters = []devices.Cluster{cluster(i)}
		if err := inventory.Write(c.path(fmt.Sprintf("inventory-%d.yaml", i)), one); err != nil {
			return nil, err
		}
		whole.Clusters = append(whole.Clusters, cluster(i))
	}
	if err := inventory.Write(c.path("inventory.yaml"), whole); err != nil {
		return nil, err
	}
	if err := os.WriteFile(c.path("hub.yaml"), []byte("inventory: inventory.yaml\ndemo_accounts: true\nannouncements:\n  approval: one-person\n"), 0o600); err != nil {
		return nil, err
	}
	err := c.procs.run(c.path("hub.log"), os.Environ(), exec.Command(filepath.Join(cfg.Bin, "hub"), "serve", "--config", c.path("hub.yaml"),
		"--data", c.path("hub"), "--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0"))
	for i := 0; err == nil && i < cfg.Speakers; i++ {
		args := []string{"--inventory", c.path(fmt.Sprintf("inventory-%d.yaml", i)), "--only", "speakers", "--audio", "oto",
			"--hub-run", c.path("hub/run.json"), "--state", c.path(fmt.Sprintf("device-%d", i)), "--control", "", "--clock", clock(i), "--link", cfg.Link}
		if cfg.Trace {
			args = append(args, "-v")
		}
		err = c.procs.start(c.path(fmt.Sprintf("speaker-%d.log", i)), rig.Env(i), filepath.Join(cfg.Bin, "firmware-sim"), args...)
	}
	if err == nil {
		err = c.await(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

// await returns when all clusters are up for a while.
func (c *commune) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, upTimeout)
	defer cancel()
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for {
		err := c.allUp(ctx)
		if err == nil {
			break
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("the clusters do not come up (logs in %s): %w", c.cfg.Dir, err)
		}
	}
	select {
	case <-time.After(settle):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *commune) allUp(ctx context.Context) error {
	if err := c.procs.ended(); err != nil {
		return err
	}
	out, err := c.hub(ctx, "status", "--json")
	if err != nil {
		return err
	}
	var status struct {
		Clusters []struct {
			ID          string
			Online      bool
			PlanCurrent bool `json:"plan_current"`
		}
	}
	if err := json.Unmarshal(out, &status); err != nil {
		return err
	}
	if len(status.Clusters) != c.cfg.Speakers {
		return fmt.Errorf("the hub has %d clusters", len(status.Clusters))
	}
	for _, s := range status.Clusters {
		if !s.Online || !s.PlanCurrent {
			return fmt.Errorf("%s: online %t, plan current %t", s.ID, s.Online, s.PlanCurrent)
		}
	}
	return nil
}

// hub runs a command of the hub's command line.
func (c *commune) hub(ctx context.Context, args ...string) ([]byte, error) {
	out, err := exec.CommandContext(ctx, filepath.Join(c.cfg.Bin, "hub"), append(args, "--data", c.path("hub"))...).Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		err = fmt.Errorf("hub %s: %w: %s", args[0], err, exit.Stderr)
	}
	return out, err
}

// play sounds a file on all clusters and returns when all report that they
// played it.
func (c *commune) play(ctx context.Context, file string) error {
	_, err := c.hub(ctx, "announce", "--audio", file, "--to", "all", "--now", "--wait")
	return err
}

func (c *commune) close() error { return c.procs.close() }
