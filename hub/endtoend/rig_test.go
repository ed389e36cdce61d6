package endtoend

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// bin is where TestMain builds the two programs.
var bin string

// client gives up a server that says nothing.
var client = &http.Client{Timeout: 2 * time.Minute}

func TestMain(m *testing.M) {
	log.SetOutput(io.Discard) // the FLAC decoder talks a lot
	dir, err := os.MkdirTemp("", "endtoend-*")
	if err != nil {
		panic(err)
	}
	bin = dir
	build := exec.Command("go", "build", "-o", dir, "./hub", "./firmware-sim")
	build.Dir = "../.."
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building the programs: %v\n%s", err, out)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// rig is a commune in a folder of its own, on free ports.
type rig struct {
	t    *testing.T
	dir  string
	env  []string
	hub  *process
	run  struct{ HTTP, MQTT string }
	sim  *process
	ctrl string
}

// start brings up the simulator and the hub and waits until every device is
// well.
func start(t *testing.T, env ...string) *rig {
	t.Helper()
	r := &rig{t: t, dir: t.TempDir(), env: append(env, "HUB_INVENTORY="+filepath.Join(t.TempDir(), "inventory.yaml"))}
	r.startSimulator("127.0.0.1:0")
	r.startHub("127.0.0.1:0", "127.0.0.1:0")
	r.await(2*time.Minute, "ten clusters with their plan and nine healthy cameras", r.allWell)
	return r
}

func (r *rig) path(name string) string { return filepath.Join(r.dir, name) }

func (r *rig) startSimulator(rtsp string) {
	r.sim = r.launch("firmware-sim", "--inventory", "../../configs/lucbinh.yaml", "--rtsp", rtsp,
		"--hub-run", r.path("run.json"), "--state", r.path("devices"), "--audio", "wav:"+r.path("wav"),
		"--run", r.path("sim.json"), "--write-inventory", strings.TrimPrefix(r.env[len(r.env)-1], "HUB_INVENTORY="))
	var sim struct{ Control string }
	r.await(time.Minute, "the simulator's addresses", func() error { return readJSON(r.path("sim.json"), &sim) })
	r.ctrl = sim.Control
}

func (r *rig) startHub(http, mqtt string) {
	r.hub = r.launch("hub", "serve", "--config", "../../configs/hub.yaml", "--data", r.dir, "--http", http, "--mqtt", mqtt)
	r.await(time.Minute, "the hub's addresses", func() error { return readJSON(r.path("run.json"), &r.run) })
}

// restartHub starts the hub on the addresses it had.
func (r *rig) restartHub() {
	httpAddr, mqttAddr := strings.TrimPrefix(r.run.HTTP, "http://"), strings.TrimPrefix(r.run.MQTT, "tcp://")
	os.Remove(r.path("run.json"))
	r.startHub(httpAddr, mqttAddr)
}

type clusterStatus struct {
	ID          string
	Online      bool
	PlanCurrent bool `json:"plan_current"`
}

type cameraStatus struct{ ID, State, Reason string }

type status struct {
	Clusters []clusterStatus
	Cameras  []cameraStatus
	Influx   struct {
		Configured bool
		LagPoints  int64 `json:"lag_points"`
	}
}

func (r *rig) status() (s status, err error) {
	out, err := r.hubCommand("status", "--json")
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(out, &s)
}

func (r *rig) camera(id string) cameraStatus {
	r.t.Helper()
	s, err := r.status()
	if err != nil {
		r.t.Fatal(err)
	}
	for _, c := range s.Cameras {
		if c.ID == id {
			return c
		}
	}
	r.t.Fatalf("no camera %s", id)
	return cameraStatus{}
}

// told is what the hub's log tells of a camera: each state that it came to, and why.
func (r *rig) told(camera string) (states []string) {
	r.t.Helper()
	log, err := os.ReadFile(r.path("hub.log"))
	if err != nil {
		r.t.Fatal(err)
	}
	became := regexp.MustCompile(`msg="camera is (\w+)" component=camera device=` + camera + ` reason="?(\w*)"? `)
	for _, m := range became.FindAllStringSubmatch(string(log), -1) {
		states = append(states, strings.TrimSpace(m[1]+" "+m[2]))
	}
	return states
}

func (r *rig) allWell() error {
	s, err := r.status()
	if err != nil {
		return err
	}
	if len(s.Clusters) != 10 || len(s.Cameras) != 9 {
		return fmt.Errorf("%d clusters, %d cameras", len(s.Clusters), len(s.Cameras))
	}
	for _, c := range s.Clusters {
		if !c.Online || !c.PlanCurrent {
			return fmt.Errorf("cluster %+v", c)
		}
	}
	for _, c := range s.Cameras {
		if c.State != "healthy" {
			return fmt.Errorf("camera %+v", c)
		}
	}
	return nil
}

type entry struct {
	Announcement string
	Cluster      string
	Result       string
	Reason       string
	StartedAt    *time.Time `json:"started_at"`
	PlannedAt    time.Time  `json:"planned_at"`
	LevelDBFS    *float64   `json:"level_dbfs"`
}

func (r *rig) journal() ([]entry, error) {
	out, err := r.hubCommand("journal", "--since", "1h", "--json")
	if err != nil {
		return nil, err
	}
	var list []entry
	return list, json.Unmarshal(out, &list)
}

// hubCommand runs the command line against the hub.
func (r *rig) hubCommand(args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(r.t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(bin, "hub"), append(args, "--data", r.dir)...)
	out, err := cmd.Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		err = fmt.Errorf("hub %s: %w: %s", args[0], err, exit.Stderr)
	}
	return out, err
}

func (r *rig) fault(device, fault string) {
	r.t.Helper()
	req, _ := http.NewRequestWithContext(r.t.Context(), http.MethodPut, r.ctrl+"/faults/"+device, strings.NewReader(`{"fault":"`+fault+`"}`))
	resp, err := client.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode >= 300 {
		r.t.Fatalf("setting the fault %s of %s: %s", fault, device, resp.Status)
	}
}

// await asks again and again until check is content, and says how long it took.
func (r *rig) await(limit time.Duration, what string, check func() error) time.Duration {
	r.t.Helper()
	began := time.Now()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		err := check()
		if err == nil {
			return time.Since(began)
		}
		if time.Since(began) > limit {
			r.t.Fatalf("%s: not within %v: %v", what, limit, err)
		}
		<-tick.C
	}
}

// process is a program of ours that the test started.
type process struct {
	t    *testing.T
	cmd  *exec.Cmd
	done chan struct{}
}

func (r *rig) launch(name string, args ...string) *process {
	r.t.Helper()
	log, err := os.OpenFile(r.path(name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		r.t.Fatal(err)
	}
	defer log.Close()
	p := &process{t: r.t, cmd: exec.CommandContext(context.Background(), filepath.Join(bin, name), args...), done: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), r.env...)
	p.cmd.Stdout, p.cmd.Stderr = log, log
	if err := p.cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	go func() { defer close(p.done); p.cmd.Wait() }()
	r.t.Cleanup(func() {
		p.end(syscall.SIGTERM)
		if r.t.Failed() {
			if data, err := os.ReadFile(log.Name()); err == nil {
				r.t.Logf("end of %s.log:\n%s", name, data[max(0, len(data)-4000):])
			}
		}
	})
	return p
}

// end sends a signal and waits until the process is gone.
func (p *process) end(sig os.Signal) {
	p.t.Helper()
	p.cmd.Process.Signal(sig)
	select {
	case <-p.done:
	case <-time.After(time.Minute):
		p.t.Errorf("%s does not end", filepath.Base(p.cmd.Path))
		p.cmd.Process.Signal(syscall.SIGQUIT) // its log shows where it stands
		<-p.done
	}
}

func readJSON(name string, v any) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, v)
}
