package camera

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/smart-commune/smart-commune/devices"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// ffmpeg runs FFmpeg and returns what it printed to standard output and what
// it complained about.
func ffmpeg(t *testing.T, stdin io.Reader, args ...string) ([]byte, string) {
	t.Helper()
	path, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Fatal("this test needs FFmpeg: apt-get install ffmpeg")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, append([]string{"-hide_banner", "-loglevel", "warning", "-nostdin"}, args...)...)
	var out, complaints bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, &out, &complaints
	if err := cmd.Run(); err != nil {
		t.Fatalf("ffmpeg: %v\n%s", err, complaints.String())
	}
	return out.Bytes(), complaints.String()
}

// startFleet runs n cameras named cam-01 … on free ports for the test.
func startFleet(t *testing.T, n int) *Fleet {
	t.Helper()
	var cams []devices.Camera
	for i := range n {
		id := fmt.Sprintf("cam-%02d", i+1)
		cams = append(cams, devices.Camera{ID: devices.DeviceID(id), Name: "Cổng ủy ban", Username: "hub", Password: "secret-" + id})
	}
	f, err := NewFleet(Config{Cameras: cams, Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return f
}

// A decoder that others rely on must see exactly what was drawn, for key
// pictures and for those in between, without a word of complaint.
func TestFFmpegDecodesEveryPictureExactly(t *testing.T) {
	const frames = 3 * keyEvery
	scene := newScene(devices.Camera{ID: "cam-07", Name: "Ngã ba Nà Chuông"})
	var e encoder
	var stream, want bytes.Buffer
	at := time.Date(2026, 2, 28, 23, 59, 58, 0, time.UTC)
	for n := range frames {
		scene.advance(at.Add(time.Duration(n) * time.Second / framesPerSecond))
		for _, nal := range e.encode(scene.picture, n%keyEvery == 0) {
			stream.Write([]byte{0, 0, 0, 1})
			stream.Write(nal)
		}
		want.Write(scene.picture.y)
		want.Write(scene.picture.u)
		want.Write(scene.picture.v)
	}
	kbps := float64(stream.Len()) * 8 / 1000 / (frames / framesPerSecond)
	if t.Logf("%.0f kbit/s", kbps); kbps > 1000 {
		t.Errorf("the stream takes %.0f kbit/s: a sub-stream takes less than 1000", kbps)
	}
	got, complaints := ffmpeg(t, &stream, "-f", "h264", "-i", "pipe:0", "-fps_mode", "passthrough", "-pix_fmt", "yuv420p", "-f", "rawvideo", "pipe:1")
	if complaints != "" {
		t.Errorf("ffmpeg complains: %s", complaints)
	}
	if !bytes.Equal(got, want.Bytes()) {
		t.Errorf("ffmpeg decoded %d bytes that differ from the %d drawn", len(got), want.Len())
	}
}

func TestFFmpegReadsACameraOverRTSP(t *testing.T) {
	f := startFleet(t, 2)
	url := strings.Replace(f.URL("cam-02"), "rtsp://", "rtsp://hub:secret-cam-02@", 1)
	out, complaints := ffmpeg(t, nil, "-rtsp_transport", "tcp", "-i", url, "-frames:v", "30", "-pix_fmt", "yuv420p", "-f", "rawvideo", "pipe:1")
	if complaints != "" {
		t.Errorf("ffmpeg complains: %s", complaints)
	}
	const size = width * height * 3 / 2
	if len(out) != 30*size {
		t.Fatalf("ffmpeg decoded %d bytes, want 30 pictures of %d", len(out), size)
	}
	if bytes.Equal(out[:size], out[29*size:]) {
		t.Error("the picture does not move")
	}
}

func TestRefusingCameraHasNoPortAndComesBackOnTheSame(t *testing.T) {
	f := startFleet(t, 2)
	addr := f.Addr("cam-01")
	if err := f.SetFault("cam-01", Refuse); err != nil {
		t.Fatal(err)
	}
	if c, err := net.Dial("tcp", addr); err == nil {
		c.Close()
		t.Error("a refusing camera accepted a connection")
	}
	if c, err := net.Dial("tcp", f.Addr("cam-02")); err != nil {
		t.Errorf("its neighbour is hurt: %v", err)
	} else {
		c.Close()
	}
	if err := f.SetFault("cam-01", OK); err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatalf("the healed camera does not listen on its old address: %v", err)
	}
	c.Close()
}

func TestMuteCameraAcceptsAndSaysNothing(t *testing.T) {
	f := startFleet(t, 1)
	if err := f.SetFault("cam-01", Mute); err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("tcp", f.Addr("cam-01"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := fmt.Fprintf(c, "OPTIONS %s RTSP/1.0\r\nCSeq: 1\r\n\r\n", f.URL("cam-01")); err != nil {
		t.Fatal(err)
	}
	if err := c.SetReadDeadline(time.Now().Add(300 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if n, err := c.Read(make([]byte, 1)); n != 0 || !isTimeout(err) {
		t.Errorf("a mute camera answered: %d bytes, %v", n, err)
	}
}

func isTimeout(err error) bool {
	ne, ok := err.(net.Error)
	return ok && ne.Timeout()
}

func TestBadSettings(t *testing.T) {
	cam := devices.Camera{ID: "cam-01"}
	for _, tc := range []struct {
		cfg  Config
		want string
	}{
		{Config{Listen: "nowhere"}, "missing port"},
		{Config{Listen: "127.0.0.1:70000", Cameras: []devices.Camera{cam}}, "the port must be 0 to 65535"},
		{Config{Listen: "127.0.0.1:0", Cameras: []devices.Camera{cam, cam}}, "cam-01 is listed twice"},
	} {
		f, err := NewFleet(tc.cfg)
		if err == nil {
			f.Close()
			t.Errorf("%+v was accepted", tc.cfg)
		} else if !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%q does not say %q", err, tc.want)
		}
	}
	f := startFleet(t, 1)
	if err := f.SetFault("cam-01", "asleep"); err == nil || !strings.Contains(err.Error(), "use ok, refuse, password, mute, stall") {
		t.Errorf("unknown fault: %v", err)
	}
	if err := f.SetFault("cam-99", Stall); err == nil {
		t.Error("a fault of an unknown camera was accepted")
	}
}

func TestPlainTakesMarksOff(t *testing.T) {
	if got := plain("Đường Nà Nghịu, thôn Lủng Chang №5"); got != "Duong Na Nghiu, thon Lung Chang 5" {
		t.Error(got)
	}
}
