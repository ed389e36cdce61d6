package endtoend

import (
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

const invitation = "Mời bà con đến nhà văn hóa thôn họp lúc 19 giờ 30"

// TestAnnouncementIsHeardAndProven is the main job: a text, typed once, sounds
// from ten clusters and stands in the journal with what each measured.
func TestAnnouncementIsHeardAndProven(t *testing.T) {
	r := start(t)
	out, err := r.hubCommand("announce", "--text", invitation, "--to", "all", "--now", "--wait", "--json")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	entries, err := r.journal()
	if err != nil {
		t.Fatal(err)
	}
	heard := map[string]entry{}
	for _, e := range entries {
		if e.Result != "played" || e.LevelDBFS == nil {
			t.Errorf("journal: %+v", e)
			continue
		}
		heard[e.Cluster] = e
	}
	if len(entries) != 10 || len(heard) != 10 {
		t.Fatalf("%d entries of %d clusters, want 10 of 10", len(entries), len(heard))
	}
	var speech []int16
	for cluster, e := range heard {
		samples := readWAV(t, filepath.Join(r.path("wav"), cluster+".wav"))
		if speech == nil {
			speech = samples
		}
		if len(samples) != len(speech) || len(samples) < 2*24000 {
			t.Errorf("%s sounded %d samples, another cluster %d: want the same speech of more than 2 s", cluster, len(samples), len(speech))
			continue
		}
		if measured := dbfs(samples); math.Abs(measured-*e.LevelDBFS) > 0.5 {
			t.Errorf("%s: the journal says %.1f dBFS, its sound has %.1f", cluster, *e.LevelDBFS, measured)
		}
	}
}

// TestPlannedAnnouncementNeedsNoHub kills the hub before the time has come.
func TestPlannedAnnouncementNeedsNoHub(t *testing.T) {
	r := start(t)
	at := time.Now().Add(25 * time.Second).Truncate(time.Second)
	if out, err := r.hubCommand("announce", "--text", invitation, "--to", "all", "--at", at.UTC().Format(time.RFC3339)); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	r.await(time.Until(at), "all clusters hold the new plan", r.allWell)
	r.hub.end(syscall.SIGKILL)
	if !time.Now().Before(at) {
		t.Fatal("the hub was killed too late for this test to mean anything")
	}
	r.await(time.Until(at)+30*time.Second, "ten clusters sound without a hub", func() error {
		for i := 1; i <= 10; i++ {
			if info, err := os.Stat(filepath.Join(r.path("wav"), fmt.Sprintf("loa-%02d.wav", i))); err != nil || info.Size() < 2*2*24000 {
				return fmt.Errorf("loa-%02d: %v", i, err)
			}
		}
		return nil
	})
	r.restartHub()
	r.await(60*time.Second, "the journal shows all ten", func() error {
		entries, err := r.journal()
		if err == nil && len(entries) < 10 {
			err = fmt.Errorf("%d entries", len(entries))
		}
		return err
	})
	r.await(time.Minute, "everyone is back", r.allWell)
	entries, err := r.journal()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, e := range entries {
		if e.Result != "played" || seen[e.Cluster] || !e.PlannedAt.Equal(at) {
			t.Errorf("journal: %+v", e)
		}
		seen[e.Cluster] = true
	}
	if len(seen) != 10 {
		t.Errorf("%d clusters in the journal", len(seen))
	}
}

// TestOfflineClusterIsNamed checks that silence is never without an entry.
func TestOfflineClusterIsNamed(t *testing.T) {
	r := start(t)
	r.fault("loa-05", "offline")
	r.await(time.Minute, "loa-05 is offline", func() error {
		s, err := r.status()
		if err == nil && s.Clusters[4].Online {
			err = errors.New("still online")
		}
		return err
	})
	out, err := r.hubCommand("announce", "--text", invitation, "--to", "cluster:loa-04,cluster:loa-05", "--now", "--wait", "--json")
	if err == nil {
		t.Errorf("exit 0 although loa-05 is offline:\n%s", out)
	}
	entries, err := r.journal()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, e := range entries {
		got[e.Cluster] = e.Result + " " + e.Reason
	}
	if len(got) != 2 || got["loa-04"] != "played " || got["loa-05"] != "missed offline" {
		t.Errorf("journal: %v", got)
	}
}

// TestCameraTellsWhatIsWrong follows one camera through its faults.
func TestCameraTellsWhatIsWrong(t *testing.T) {
	r := start(t)
	becomes := func(limit time.Duration, state, reason string) {
		t.Helper()
		took := r.await(limit+time.Minute, "cam-03 is "+state+" "+reason, func() error {
			if c := r.camera("cam-03"); c.State != state || c.Reason != reason {
				return fmt.Errorf("%+v", c)
			}
			return nil
		})
		t.Logf("%s %s after %v (promised: %v)", state, reason, took.Round(100*time.Millisecond), limit)
	}
	before := map[string]int{}
	for i := range 9 {
		id := fmt.Sprintf("cam-%02d", i+1)
		before[id] = len(r.told(id))
	}
	r.fault("cam-03", "stall")
	becomes(10*time.Second, "down", "no_frames")
	// A suspicion is over in seconds: who asks seldom may not see it.
	told := r.told("cam-03")[before["cam-03"]:]
	if down := slices.Index(told, "down no_frames"); down < 1 || told[down-1] != "suspect no_frames" {
		t.Errorf("it became %q", told)
	}
	r.fault("cam-03", "ok")
	becomes(10*time.Second, "healthy", "")
	r.fault("cam-03", "password")
	becomes(15*time.Second, "down", "wrong_password")
	r.fault("cam-03", "refuse")
	becomes(20*time.Second, "down", "refused")
	delete(before, "cam-03")
	for id, n := range before {
		if told := r.told(id)[n:]; slices.ContainsFunc(told, func(s string) bool { return strings.HasPrefix(s, "down") }) {
			t.Errorf("its neighbour %s suffered: %q", id, told)
		}
	}
}

// TestBadInputIsRefusedInWords gives the command line what cannot be right, and
// the ports what no client of ours would send.
func TestBadInputIsRefusedInWords(t *testing.T) {
	r := start(t)
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"long text":      {[]string{"announce", "--text", strings.Repeat("a ", 50000), "--to", "all", "--now"}, "characters"},
		"past":           {[]string{"announce", "--text", "a b", "--to", "all", "--at", "2020-01-01T00:00:00Z"}, ""},
		"no such target": {[]string{"announce", "--text", "a b", "--to", "cluster:loa-99", "--now"}, "loa-99"},
		"no audio":       {[]string{"announce", "--audio", "rig_test.go", "--to", "all", "--now"}, ""},
		"no metric":      {[]string{"readings", "--device", "loa-01", "--metric", "NO", "--since", "1h"}, ""},
	} {
		_, err := r.hubCommand(test.args...)
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 1 || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want exit 1 and %q", name, err, test.want)
		}
	}
	for _, addr := range []string{strings.TrimPrefix(r.run.HTTP, "http://"), strings.TrimPrefix(r.run.MQTT, "tcp://")} {
		for _, junk := range []string{"\x00\xff\x10\xff\xff\xff\xff", "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n\r\n\xff\xff", "DESCRIBE rtsp://x RTSP/1.0\r\n\r\n"} {
			conn, err := net.Dial("tcp", addr)
			if err != nil {
				t.Fatal(err)
			}
			conn.SetDeadline(time.Now().Add(time.Minute))
			conn.Write([]byte(junk))
			conn.(*net.TCPConn).CloseWrite()
			var late net.Error
			if _, err := io.Copy(io.Discard, conn); errors.As(err, &late) && late.Timeout() {
				t.Errorf("%s does not hang up on %q", addr, junk)
			}
			conn.Close()
		}
	}
	r.await(time.Minute, "everyone is well afterwards", r.allWell)
}

// TestFitsAnOldPC measures what the whole commune costs the hub at rest.
func TestFitsAnOldPC(t *testing.T) {
	r := start(t)
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", r.hub.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if kb, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(kb), " kB"))
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d MB resident", n/1000)
			if n > 80_000 {
				t.Errorf("the hub holds %d MB resident, promised are 80", n/1000)
			}
		}
	}
}

func readWAV(t *testing.T, name string) []int16 {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if len(data) < 44 || string(data[:4]) != "RIFF" || string(data[8:12]) != "WAVE" {
		t.Fatalf("%s is no WAV file", name)
	}
	data = data[44:]
	samples := make([]int16, len(data)/2)
	for i := range samples {
		samples[i] = int16(uint16(data[2*i]) | uint16(data[2*i+1])<<8)
	}
	return samples
}

// dbfs is the RMS level of the samples in dB below full scale.
func dbfs(samples []int16) float64 {
	var sum float64
	for _, s := range samples {
		v := float64(s) / 32768
		sum += v * v
	}
	return 10 * math.Log10(sum/float64(len(samples)))
}
