// Package influxtest runs a real InfluxDB 1.8 for tests: the program influxd in
// a folder of its own, on ports of its own, which a test may kill and start again.
package influxtest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// Database is the database that [Start] makes; Bucket is its name for clients of
// the v2 API.
const (
	Database = "smart_commune"
	Bucket   = Database + "/autogen"
)

// User and Password are the administrator of a server with authentication.
const (
	User     = "hub"
	Password = "bi-mat"
)

// Server is a running influxd.
type Server struct {
	URL string // http://127.0.0.1:port, the same after a restart

	t    testing.TB
	dir  string
	auth bool

	mu      sync.Mutex
	cmd     *exec.Cmd
	ended   chan struct{} // closed when cmd has ended
	console []string      // its last lines
}

// Start runs an InfluxDB with an empty database until the test ends.
func Start(t testing.TB) *Server {
	t.Helper()
	s := &Server{t: t, dir: t.TempDir()}
	s.start()
	s.Query("CREATE DATABASE " + Database)
	return s
}

// StartWithAuth is [Start] with a server that takes [User] and [Password] alone.
func StartWithAuth(t testing.TB) *Server {
	t.Helper()
	s := &Server{t: t, dir: t.TempDir(), auth: true}
	s.start()
	s.Query(fmt.Sprintf("CREATE USER %q WITH PASSWORD '%s' WITH ALL PRIVILEGES", User, Password))
	s.Query("CREATE DATABASE " + Database)
	return s
}

// Kill ends the server at once, as kill -9 does. Its data stay.
func (s *Server) Kill() {
	s.t.Helper()
	s.stop()
}

// Restart starts the server again on the same port and data.
func (s *Server) Restart() {
	s.t.Helper()
	s.stop()
	s.start()
}

// Count is how many values of all fields of a measurement the database holds.
func (s *Server) Count(measurement string) int {
	s.t.Helper()
	total := 0
	for _, row := range s.Query(fmt.Sprintf("SELECT count(*) FROM %q", measurement)) {
		for _, v := range row[1:] { // the first is the time
			n, ok := v.(float64)
			if !ok {
				s.t.Fatalf("InfluxDB counted %v", v)
			}
			total += int(n)
		}
	}
	return total
}

// Query runs InfluxQL and returns the rows of all series in its answer.
func (s *Server) Query(q string) (rows [][]any) {
	s.t.Helper()
	form := url.Values{"db": {Database}, "q": {q}}.Encode()
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.URL+"/query", strings.NewReader(form))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if s.auth {
		req.SetBasicAuth(User, Password)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatalf("InfluxDB: %s: %v", q, err)
	}
	defer resp.Body.Close()
	defer http.DefaultClient.CloseIdleConnections()
	var answer struct {
		Error   string
		Results []struct {
			Error  string
			Series []struct{ Values [][]any }
		}
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		s.t.Fatalf("InfluxDB: %s: %s: %v", q, resp.Status, err)
	}
	for _, result := range answer.Results {
		answer.Error += result.Error
		for _, series := range result.Series {
			rows = append(rows, series.Values...)
		}
	}
	if answer.Error != "" {
		s.t.Fatalf("InfluxDB: %s: %s", q, answer.Error)
	}
	return rows
}

// config is the whole configuration: everything on the loopback, nothing on a
// fixed port, nothing sent home.
const config = `reporting-disabled = true
bind-address = "127.0.0.1:0"

[meta]
  dir = "%[1]s/meta"

[data]
  dir = "%[1]s/data"
  wal-dir = "%[1]s/wal"
  series-id-set-cache-size = 100
  query-log-enabled = false

[monitor]
  store-enabled = false

[http]
  bind-address = "%[2]s"
  flux-enabled = true
  log-enabled = false
  auth-enabled = %[3]t

[logging]
  format = "logfmt"
  level = "info"
`

var listening = regexp.MustCompile(`msg="Listening on HTTP".* addr=(\S+)`)

const startTime = 2 * time.Minute

func (s *Server) start() {
	s.t.Helper()
	program := binary(s.t)
	address := "127.0.0.1:0"
	if s.URL != "" {
		address = strings.TrimPrefix(s.URL, "http://")
	}
	file := filepath.Join(s.dir, "influxd.conf")
	if err := os.WriteFile(file, fmt.Appendf(nil, config, filepath.ToSlash(s.dir), address, s.auth), 0o600); err != nil {
		s.t.Fatal(err)
	}
	cmd := exec.Command(program, "run", "-config", file)
	cmd.Env = append(os.Environ(), "GOMAXPROCS=2")
	cmd.SysProcAttr = dieWithUs()
	stderr, err := cmd.StderrPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		s.t.Fatalf("start %s: %v", program, err)
	}
	bound, ended := make(chan string, 1), make(chan struct{})
	s.mu.Lock()
	s.cmd, s.ended, s.console = cmd, ended, nil
	s.mu.Unlock()
	go func() {
		defer close(ended)
		s.listen(stderr, bound)
		_ = cmd.Wait()
	}()
	s.t.Cleanup(s.stop)

	// What it says itself proves that the port is its own and not another's.
	select {
	case addr := <-bound:
		s.URL = "http://" + addr
	case <-ended:
		s.t.Fatalf("influxd ended at its start:\n%s", s.tail())
	case <-time.After(startTime):
		s.t.Fatalf("influxd does not listen after %s:\n%s", startTime, s.tail())
	}
}

func (s *Server) listen(stderr io.Reader, bound chan<- string) {
	lines := bufio.NewScanner(stderr)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if m := listening.FindStringSubmatch(lines.Text()); m != nil {
			bound <- m[1]
		}
		s.mu.Lock()
		s.console = append(s.console, lines.Text())
		s.console = s.console[max(0, len(s.console)-30):]
		s.mu.Unlock()
	}
	_, _ = io.Copy(io.Discard, stderr)
}

func (s *Server) tail() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.console, "\n")
}

func (s *Server) stop() {
	s.mu.Lock()
	cmd, ended := s.cmd, s.ended
	s.mu.Unlock()
	_ = cmd.Process.Kill() // it may have ended by itself
	<-ended
}

// binary finds influxd where the Makefile puts it.
func binary(t testing.TB) string {
	t.Helper()
	cache := os.Getenv("SMART_COMMUNE_CACHE")
	if cache == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			t.Fatal(err)
		}
		cache = filepath.Join(home, ".cache", "smart-commune")
	}
	path := filepath.Join(cache, "bin", "influxd")
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("the tests need a real InfluxDB: %v\nrun `make test`, or: GOBIN=%s go install github.com/influxdata/influxdb/cmd/influxd@v1.8.10", err, filepath.Dir(path))
	}
	return path
}
