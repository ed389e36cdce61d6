package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Whoever starts the hub is told in the language of the machine why it does not
// come up, and what to do.
func TestServeSaysWhyItCannotStart(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	used := t.TempDir()
	lock, err := os.Create(filepath.Join(used, "lock"))
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	damaged := t.TempDir()
	if err := os.WriteFile(filepath.Join(damaged, "hub.db"), []byte(strings.Repeat("no database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	free, busy := "127.0.0.1:0", taken.Addr().String()
	for name, c := range map[string]struct {
		data, http, mqtt string
		vi, en           string
	}{
		"port of the page":   {t.TempDir(), busy, free, "địa chỉ " + busy + " đã có chương trình khác dùng. Hãy dừng chương trình đó, hoặc chọn cổng khác bằng --http.", "or choose another port with --http."},
		"port of the broker": {t.TempDir(), free, busy, "địa chỉ " + busy + " đã có chương trình khác dùng. Hãy dừng chương trình đó, hoặc chọn cổng khác bằng --mqtt.", "or choose another port with --mqtt."},
		"folder in use":      {used, free, free, "thư mục dữ liệu " + used + " đang được một máy chủ khác dùng. Hãy dừng máy chủ đó, hoặc chọn thư mục khác bằng --data.", "is in use by another hub. Stop that one"},
		"a file":             {lock.Name(), free, free, lock.Name() + " không phải là thư mục. Hãy chọn thư mục dữ liệu khác bằng --data.", "is no folder. Choose another data folder"},
		"damaged":            {damaged, free, free, "cơ sở dữ liệu hub.db trong " + damaged + " bị hỏng. Hãy cất nó sang chỗ khác và chép bản sao lưu vào.", "is damaged. Put it aside"},
	} {
		t.Run(name, func(t *testing.T) {
			for lang, want := range map[string]string{inVietnamese: c.vi, "C": c.en} {
				code, _, stderr := runCommand(t, map[string]string{"LANG": lang}, "", "serve", "--config", "../configs/hub.yaml", "--data", c.data, "--http", c.http, "--mqtt", c.mqtt)
				if code != exitFailed || !strings.Contains(stderr, want) {
					t.Errorf("in %s: exit %d, %s\nwant %q", lang, code, stderr, want)
				}
			}
		})
	}
}
