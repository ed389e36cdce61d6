package reportfile

import (
	"bytes"
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/inventory"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
	"github.com/smart-commune/smart-commune/hub/report"
)

var (
	update = flag.Bool("update", false, "rewrite testdata/*.golden")
	keep   = flag.String("keep", "", "folder to leave the written files in, to look at them")
	zone   = time.FixedZone("Asia/Ho_Chi_Minh", 7*3600)
)

// sample is November 2026 in Lục Bình: three announcements, of which one is on
// every morning, a cluster without power, one without a horn, one that is gone.
func sample(t *testing.T) (report.Report, Journal) {
	t.Helper()
	inv, err := inventory.Read("../../configs/lucbinh.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var all []devices.DeviceID
	for _, c := range inv.Clusters {
		all = append(all, c.ID)
	}
	src := report.Sources{Month: report.Month{Year: 2026, Month: time.November}, Zone: zone, Now: time.Date(2026, 12, 1, 8, 0, 0, 0, zone), Inventory: inv,
		Announcements: map[string]report.Announcement{
			"tb-1": {Title: "Bản tin sáng của xã", Level: devices.Normal, Clusters: append(all, "loa-99")},
			"tb-2": {Title: "Tiêm phòng sởi cho trẻ từ 1 đến 5 tuổi tại trạm y tế xã, đề nghị gia đình đưa trẻ đến đúng giờ và mang theo sổ tiêm chủng", Level: devices.Priority, Clusters: all[:4]},
			"tb-3": {Title: `Cảnh báo lũ quét <khẩn> & "sơ tán"`, Level: devices.Emergency, Clusters: all},
		},
	}
	var lines []journal.Line
	add := func(announcement string, start time.Time, cluster devices.DeviceID, result devices.Result, reason string, unheard bool) {
		level, current := -24.25, 1.9
		e := journal.Entry{Seq: int64(len(lines) + 1), Commune: inv.Commune.ID, Cluster: cluster, Play: fmt.Sprint("p-", len(lines)), Announcement: announce.ID(announcement),
			Occurrence: fmt.Sprintf("%s@%d", announcement, start.Unix()), Title: src.Announcements[announcement].Title,
			PlannedAt: start, EndedAt: start.Add(95 * time.Second), Result: result, Reason: reason, RecordedAt: start.Add(2 * time.Minute), Hash: strings.Repeat("0af1", 16)}
		if result == devices.Played || result == devices.Interrupted || result == devices.Stopped {
			began := start.Add(20 * time.Millisecond)
			e.StartedAt, e.LevelDBFS, e.CurrentA = &began, &level, &current
		}
		heard := journal.Heard("")
		if result == devices.Played {
			if heard = journal.HeardYes; unheard {
				heard, current = journal.HeardNo, 0.04
			}
		}
		lines = append(lines, journal.Line{Entry: e, Heard: heard})
		src.Plays = append(src.Plays, report.Play{Seq: e.Seq, Cluster: cluster, Occurrence: e.Occurrence, Announcement: announcement, Title: e.Title,
			PlannedAt: start, StartedAt: e.StartedAt, EndedAt: e.EndedAt, Result: result, Reason: reason, Unheard: unheard})
	}
	for d := 1; d <= 30; d++ {
		start := time.Date(2026, 11, d, 5, 30, 0, 0, zone)
		src.Expected = append(src.Expected, report.Expectation{Occurrence: fmt.Sprintf("tb-1@%d", start.Unix()), Announcement: "tb-1", Start: start, Over: start.Add(15 * time.Minute)})
		for i, c := range all {
			switch {
			case i == 2 && d > 20 && d < 24:
				add("tb-1", start, c, devices.Missed, "power_lost", false)
			case i == 5 && d == 7:
				// never told of
			case i == 8 && d > 27:
				add("tb-1", start, c, devices.Played, "", true)
			default:
				add("tb-1", start, c, devices.Played, "", false)
			}
		}
		if d < 3 {
			add("tb-1", start, "loa-99", devices.Failed, "=cmd|' /C calc'!A0", false)
		}
	}
	for _, c := range all[:4] {
		add("tb-2", time.Date(2026, 11, 12, 17, 0, 0, 0, zone), c, devices.Interrupted, "preempted", false)
	}
	for i, c := range all {
		result, reason := devices.Stopped, "stopped"
		if i == 2 {
			result, reason = devices.Missed, "offline; command_expired"
		}
		add("tb-3", time.Date(2026, 11, 12, 17, 0, 30, 0, zone), c, result, reason, false)
	}
	src.Head = report.Head{Seq: int64(len(lines)), Hash: strings.Repeat("0af1", 16)}
	levels := map[announce.ID]devices.Level{"tb-2": devices.Priority, "tb-3": devices.Emergency, "tb-1": devices.Normal}
	return report.Compile(src), NewJournal(lines, levels, inv, zone)
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	keepFile(t, name, got)
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs from %s; look at it, then run with -update", name, file)
	}
}

// keepFile leaves a file to look at.
func keepFile(t *testing.T, name string, data []byte) {
	t.Helper()
	if *keep == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(*keep, name), data, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestThePage(t *testing.T) {
	r, _ := sample(t)
	var b bytes.Buffer
	if err := HTML(&b, r, zone); err != nil {
		t.Fatal(err)
	}
	golden(t, "report.html", b.Bytes())
	for _, want := range []string{"XÃ LỤC BÌNH", "ngày 01 tháng 12 năm 2026", "tháng 11 năm 2026", "Cụm loa mất điện", "Không có báo cáo", "&lt;khẩn&gt;"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

func TestThePDF(t *testing.T) {
	r, _ := sample(t)
	var a, b bytes.Buffer
	for _, w := range []*bytes.Buffer{&a, &b} {
		if err := PDF(w, r, zone); err != nil {
			t.Fatal(err)
		}
	}
	keepFile(t, "report.pdf", a.Bytes())
	if !bytes.HasPrefix(a.Bytes(), []byte("%PDF-")) || a.Len() > 200_000 {
		t.Errorf("%d bytes that begin with %.8q", a.Len(), a.Bytes())
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("the same report gives two files")
	}
	if !bytes.Contains(a.Bytes(), []byte("FontFile2")) {
		t.Error("no font is embedded")
	}
}

// TestOddReports: what is empty, long or strange still makes files.
func TestOddReports(t *testing.T) {
	long := strings.Repeat("đượcnghe", 300)
	for name, change := range map[string]func(*report.Report){
		"empty": func(r *report.Report) {
			*r = report.Compile(report.Sources{Month: report.Month{Year: 2026, Month: 2}, Zone: zone})
		},
		"in the middle": func(r *report.Report) { r.Complete = false },
		"a ward":        func(r *report.Report) { r.Commune.Name = "Phường Bắc Kạn" },
		"long words":    func(r *report.Report) { r.Items[0].Title, r.Villages[0].Name, r.Commune.Name = long, long, long },
		"other scripts": func(r *report.Report) { r.Items[0].Title = "ꪀꪱ 漢字 😀 \x00\xff عربي" },
		"many items": func(r *report.Report) {
			for range 6 {
				r.Items = append(r.Items, r.Items...)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			r, j := sample(t)
			change(&r)
			var page, pdf, book bytes.Buffer
			if err := HTML(&page, r, zone); err != nil {
				t.Error(err)
			}
			if err := PDF(&pdf, r, zone); err != nil {
				t.Error(err)
			}
			if err := XLSX(&book, r, j); err != nil {
				t.Error(err)
			}
			keepFile(t, strings.ReplaceAll(name, " ", "-")+".pdf", pdf.Bytes())
			if _, err := excelize.OpenReader(&book); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestTheCSV(t *testing.T) {
	_, j := sample(t)
	j.Lines = append(j.Lines[:3:3], j.Lines[len(j.Lines)-3:]...)
	j.Lines[1].Title, j.Lines[1].Reason = "=1+1", "@SUM(A1)"
	j.Lines[2].Title = "hai\ndòng; \"ngoặc\""
	var b bytes.Buffer
	if err := j.CSV(&b); err != nil {
		t.Fatal(err)
	}
	golden(t, "journal.csv", b.Bytes())
	text, ok := strings.CutPrefix(b.String(), "\ufeff")
	if !ok {
		t.Fatal("Excel takes it for another code page: there is no byte order mark")
	}
	in := csv.NewReader(strings.NewReader(text))
	in.Comma = ';'
	rows, err := in.ReadAll()
	if err != nil || len(rows) != len(j.Lines)+1 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if rows[2][8] != "'=1+1" || rows[2][11] != "'@SUM(A1)" || rows[3][8] != `hai dòng; "ngoặc"` || rows[1][13] != "-24,25" {
		t.Errorf("cells %q, %q, %q, %q", rows[2][8], rows[2][11], rows[3][8], rows[1][13])
	}
}

func TestTheWorkbook(t *testing.T) {
	r, j := sample(t)
	j.Lines[0].Title = "=HYPERLINK(\"http://x\")"
	var b bytes.Buffer
	if err := XLSX(&b, r, j); err != nil {
		t.Fatal(err)
	}
	keepFile(t, "report.xlsx", b.Bytes())
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got := strings.Join(f.GetSheetList(), ", "); got != "Theo thôn, Theo cụm loa, Theo bản tin, Nguyên nhân, Nhật ký" {
		t.Errorf("sheets %s", got)
	}
	rows, err := f.GetRows("Nhật ký")
	if err != nil || len(rows) != len(j.Lines)+1 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if got := rows[1][1]; got != "01/11/2026 05:30:00" {
		t.Errorf("planned at %q", got)
	}
	if kind, err := f.GetCellType("Nhật ký", "N2"); err != nil || kind == excelize.CellTypeInlineString || rows[1][13] != "-24.25" {
		t.Errorf("the level is %q of type %v, %v", rows[1][13], kind, err)
	}
	if formula, err := f.GetCellFormula("Nhật ký", "I2"); err != nil || formula != "" || rows[1][8] != j.Lines[0].Title {
		t.Errorf("the title %q became %q with the formula %q, %v", j.Lines[0].Title, rows[1][8], formula, err)
	}
	if total, err := f.GetCellValue("Theo thôn", fmt.Sprintf("D%d", len(r.Villages)+2)); err != nil || total != fmt.Sprint(r.Total.Expected) {
		t.Errorf("total %q, %v, want %d", total, err, r.Total.Expected)
	}
}

func FuzzHarmless(f *testing.F) {
	for _, s := range []string{"=1", "  +1", "\t@x", "Mời họp", "-18", "\xff=", "\n=1", "'=", "\u00a0=1", "＝1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := harmless(s)
		if trimmed := strings.TrimSpace(got); trimmed != "" && strings.ContainsRune("=+-@", []rune(trimmed)[0]) {
			t.Errorf("%q becomes %q, which is a formula", s, got)
		}
		if strings.ContainsAny(got, "\r\n\t\x00") {
			t.Errorf("%q becomes %q, which is more than a line", s, got)
		}
	})
}

func TestNumbersAsTheyAreWritten(t *testing.T) {
	whole, most, none := 1.0, 0.99999, 0.0
	for _, c := range []struct{ got, want string }{
		{percent(&whole), "100%"}, {percent(&most), "99,9%"}, {percent(&none), "0%"}, {percent(nil), "–"},
		{minutes(0), "0:00"}, {minutes(1), "0:01"}, {minutes(90), "1:30"}, {minutes(60*1234 + 24), "1.234:24"}, {inWords(60*1234 + 5), "1.234 phút 5 giây"},
		{count(1234567), "1.234.567"}, {count(-1234), "-1.234"}, {count(12), "12"},
		{placeName("Lục Bình"), "xã Lục Bình"}, {placeName("Phường Bắc Kạn"), "phường Bắc Kạn"}, {bareName("Xã Lục Bình"), "Lục Bình"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

// TestTheFontsHaveWhatIsDrawn: a character that a font has not would break the PDF.
func TestTheFontsHaveWhatIsDrawn(t *testing.T) {
	r, _ := sample(t)
	var every strings.Builder
	for _, span := range drawn.R16 {
		for c := rune(span.Lo); c <= rune(span.Hi); c++ {
			every.WriteRune(c)
		}
	}
	r.Items[0].Title, r.Commune.Name = every.String(), every.String()
	var b bytes.Buffer
	if err := PDF(&b, r, zone); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ in, want string }{
		{"Ho\u0323p tho\u0302n", "Họp thôn"}, {"lũ 😀\u200d!", "lũ ?!"}, {"a\u00a0b\tc", "a\u00a0b c"}, {"\xff", "?"},
	} {
		if got := written(c.in); got != c.want {
			t.Errorf("%q is written %q, want %q", c.in, got, c.want)
		}
	}
}
