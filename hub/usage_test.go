package main

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

const inVietnamese = "vi_VN.UTF-8"

// What is written wrongly is said in the language of the machine, with what to
// write instead.
func TestWrongUsageIsSaidInVietnamese(t *testing.T) {
	hub := httptest.NewServer(&cannedHub{})
	defer hub.Close()
	dir := t.TempDir()
	wrong := filepath.Join(dir, "sai.yaml")
	if err := os.WriteFile(wrong, []byte("http:\n  lissen: x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	loud := filepath.Join(dir, "to.yaml")
	if err := os.WriteFile(loud, []byte("title: x\nvolume: 3\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args string
		exit int
		says string
	}{
		{"", 2, `thiếu lệnh: hãy dùng một trong các lệnh "serve"`},
		{"shout", 2, "không hiểu “shout”"},
		{"announc", 2, `không hiểu “announc”, có phải là "announce"`},
		{"status --loud", 2, "không có tùy chọn --loud"},
		{"status --jsn", 2, `không có tùy chọn --jsn, có phải là "--json"`},
		{"announce --text x", 2, "thiếu tùy chọn: --now hoặc --at=RFC3339, --to=WHERE"},
		{"announce --text x --audio y --to all --now", 2, "không dùng --text cùng với --audio"},
		{"announce --text x --to all --at 17:00", 2, "--at “17:00”: hãy viết thời điểm như 2026-08-15T05:30:00+07:00"},
		{"announce --text x --to all --now --level loud", 2, `--level phải là một trong "normal","priority","emergency", không phải “loud”`},
		{"announce --text x --to all --now --timeout soon", 2, "--timeout: “soon” không phải là khoảng thời gian, hãy viết như 30s, 10m, 2h"},
		{"announce --text x --now --to", 2, "--to: thiếu giá trị"},
		{"announce --text x --to village:Thôn --now", 2, "--to: “Thôn” không phải là mã"},
		{"announce --text x --to thôn --now", 2, "--to “thôn”: hãy viết all, village:MÃ hoặc cluster:MÃ"},
		{"announce --text x --to all,village:a --now", 2, "--to all không dùng cùng với thôn"},
		{"announce --audio /không/có.mp3 --to all --now --url http://127.0.0.1:1", 1, "không có tệp hoặc thư mục /không/có.mp3"},
		{"emergency", 2, "thiếu tham số: <text>"},
		{"emergency x --for -1h", 2, "--for: thiếu giá trị, có phải là --for=\"-1h\""},
		{"volume loa-01", 2, "thiếu tham số: <percent>"},
		{"volume loa-01 to", 2, "<percent>: “to” không phải là số nguyên"},
		{"volume loa-01 101", 2, "âm lượng 101: phải từ 0 đến 100"},
		{"volume LOA 50", 2, "“LOA” không phải là mã"},
		{"programme", 2, `thiếu lệnh: hãy dùng một trong các lệnh "list", "show"`},
		{"programme add /không/có.yaml", 2, "không có tệp hoặc thư mục /không/có.yaml"},
		{"programme add " + loud, 2, "to.yaml: không có mục “volume”"},
		{"report --month 13-2026", 2, "--month “13-2026” không phải là tháng: hãy viết như 2026-11"},
		{"journal verify --head x", 2, "--head “x” không phải là dấu mốc"},
		{"journal verify --data " + dir, 1, "không có cơ sở dữ liệu"},
		{"check-config /không/có.yaml", 1, "không có tệp hoặc thư mục /không/có.yaml"},
		{"check-config " + wrong, 1, "sai.yaml:2: không có mục “lissen”"},
		{"import " + dir, 1, "cần một tệp, đây là thư mục"},
		{"status --data " + dir, 3, "máy chủ chưa chạy"},
		{"status --url http://127.0.0.1:1", 3, "không có gì chạy ở địa chỉ đó"},
		{"status --url foo", 1, "Địa chỉ máy chủ “foo” không đúng"},
		{"status --token sai --url " + hub.URL, 1, "máy chủ không nhận mã này"},
		{"user passwd binh --password - --url http://127.0.0.1:1", 2, "đầu vào chuẩn không có mật khẩu"},
	} {
		code, stdout, stderr := runCommand(t, map[string]string{"LANG": inVietnamese}, "", strings.Fields(c.args)...)
		if code != c.exit || !strings.Contains(stderr, c.says) || stdout != "" {
			t.Errorf("hub %s: exit %d, %s%s\nwant exit %d and %q", c.args, code, stdout, stderr, c.exit, c.says)
		}
	}
}

// Every command and every flag is explained in Vietnamese too.
func TestHelpSpeaksVietnamese(t *testing.T) {
	english, translated := map[string]bool{}, 0
	var collect func(reflect.Type)
	collect = func(c reflect.Type) {
		for i := range c.NumField() {
			f := c.Field(i)
			if help := f.Tag.Get("help"); help != "" {
				english[help] = true
				if vi := f.Tag.Get("vi"); vi == "" || vi == help {
					t.Errorf("%s of %s is not explained in Vietnamese", f.Name, c)
				}
				translated++
			}
			if f.Type.Kind() == reflect.Struct {
				collect(f.Type)
			}
		}
	}
	collect(reflect.TypeFor[commands]())
	if translated < 60 {
		t.Fatalf("only %d commands and flags are looked at", translated)
	}
	for _, args := range [][]string{{"help"}, {"--help"}, {"help", "announce"}, {"announce", "--help"}, {"programme", "--help"}, {"help", "volume"}, {"journal", "--help"}, {"serve", "--help"}} {
		code, stdout, _ := runCommand(t, map[string]string{"LANG": inVietnamese}, "", args...)
		if code != exitOK || !strings.Contains(stdout, "Cách dùng: hub") || !strings.Contains(stdout, "Xem cách dùng.") {
			t.Errorf("hub %s: exit %d\n%s", strings.Join(args, " "), code, stdout)
		}
		flat := strings.Join(strings.Fields(stdout), " ")
		for _, word := range []string{"Usage", "Flags", "Commands", "Arguments", "Show ", "<command>", "[flags]", "for more information"} {
			english[word] = true
		}
		for help := range english {
			if strings.Contains(flat, help) {
				t.Errorf("hub %s says %q", strings.Join(args, " "), help)
			}
		}
	}
	if code, stdout, _ := runCommand(t, nil, "", "help", "announce"); code != exitOK || !strings.Contains(stdout, "Usage: hub announce") {
		t.Errorf("in English: exit %d\n%s", code, stdout)
	}
}
