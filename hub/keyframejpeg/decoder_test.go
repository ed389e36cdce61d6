package keyframejpeg

import (
	"bytes"
	"context"
	"errors"
	"image/jpeg"
	"os/exec"
	"strings"
	"testing"
)

// keyframe has FFmpeg encode one red picture.
func keyframe(t *testing.T, encoder, format string) []byte {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin",
		"-f", "lavfi", "-i", "color=c=red:size=320x240", "-frames:v", "1", "-c:v", encoder, "-pix_fmt", "yuv420p", "-f", format, "pipe:1").Output()
	if err != nil {
		t.Fatalf("this test needs FFmpeg with %s (apt-get install ffmpeg): %v", encoder, err)
	}
	return out
}

func TestJPEGOfAKeyframe(t *testing.T) {
	for codec, how := range map[string][2]string{"H264": {"libx264", "h264"}, "H265": {"libx265", "hevc"}} {
		t.Run(codec, func(t *testing.T) {
			data, err := New(Config{}).JPEG(t.Context(), codec, keyframe(t, how[0], how[1]))
			if err != nil {
				t.Fatal(err)
			}
			picture, err := jpeg.Decode(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			if size := picture.Bounds().Size(); size.X != 320 || size.Y != 240 {
				t.Errorf("a picture of %v", size)
			}
			if r, g, b, _ := picture.At(160, 120).RGBA(); r < 0xe000 || g > 0x2000 || b > 0x2000 {
				t.Errorf("red became %x %x %x", r, g, b)
			}
		})
	}
}

func TestWhatIsNoKeyframe(t *testing.T) {
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for _, tc := range []struct {
		name    string
		ctx     context.Context
		program string
		codec   string
		data    string
		want    string
	}{
		{"garbage", t.Context(), "", "H264", strings.Repeat("no picture ", 1000), "make a picture with ffmpeg"},
		{"nothing", t.Context(), "", "H264", "", "make a picture with ffmpeg"},
		{"a playlist that names a file", t.Context(), "", "H264", "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n", "make a picture with ffmpeg"},
		{"another codec", t.Context(), "", "VP8", "x", "no picture can be made of VP8"},
		{"no FFmpeg", t.Context(), "ffmpeg-that-is-not-there", "H264", "x", "install FFmpeg"},
		{"nobody waits", gone, "", "H264", "x", "canceled"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			data, err := New(Config{Program: tc.program}).JPEG(tc.ctx, tc.codec, []byte(tc.data))
			if err == nil || data != nil {
				t.Fatalf("a picture of %d bytes came out", len(data))
			}
			if !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%q does not say %q", err, tc.want)
			}
		})
	}
	if _, err := New(Config{}).JPEG(gone, "H264", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("a viewer that left: %v", err)
	}
}
