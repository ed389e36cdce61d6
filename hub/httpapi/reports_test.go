package httpapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
	"github.com/smart-commune/smart-commune/hub/report"
)

var hanoi = time.FixedZone("Asia/Ho_Chi_Minh", 7*3600)

// fakeReports writes down what it was asked for; the real parts are tested in
// hub/app.
type fakeReports struct{}

var (
	_ Reports = fakeReports{}
	_ Files   = fakeReports{}
)

func (fakeReports) Zone() *time.Location { return hanoi }

func (fakeReports) Month(_ context.Context, m report.Month) (report.Report, error) {
	if m.Year == 2099 {
		return report.Report{}, errors.New("disk full")
	}
	return report.Compile(report.Sources{Month: m, Zone: hanoi, Now: time.Now()}), nil
}

func (fakeReports) Lines(_ context.Context, entries []journal.Entry) ([]journal.Line, error) {
	lines := make([]journal.Line, len(entries))
	for i, e := range entries {
		if lines[i] = (journal.Line{Entry: e}); e.Result == devices.Played {
			lines[i].Heard = journal.HeardNo
		}
	}
	return lines, nil
}

func (fakeReports) Verify(_ context.Context, noted ...journal.Head) (journal.Verification, error) {
	v := journal.Verification{Commune: "luc-binh", Whole: len(noted) == 0, Entries: 3}
	if len(noted) > 0 {
		v.Broken = &journal.Broken{Seq: noted[0].Seq, Damage: journal.Rewritten}
	}
	return v, nil
}

func (fakeReports) Page(_ context.Context, w io.Writer, m report.Month) error {
	_, err := fmt.Fprint(w, "page ", m)
	return err
}

func (fakeReports) PDF(_ context.Context, w io.Writer, m report.Month) error {
	fmt.Fprint(w, "half a file")
	if m.Year == 2099 {
		return errors.New("disk full")
	}
	return nil
}

func (fakeReports) Workbook(_ context.Context, w io.Writer, m report.Month) error {
	_, err := fmt.Fprint(w, "book ", m)
	return err
}

func (fakeReports) JournalCSV(_ context.Context, w io.Writer, since, until time.Time) error {
	_, err := fmt.Fprint(w, "csv ", since.In(hanoi).Format(time.DateTime), " ", until.In(hanoi).Format(time.DateTime))
	return err
}

func (f fakeReports) JournalXLSX(ctx context.Context, w io.Writer, since, until time.Time) error {
	return f.JournalCSV(ctx, w, since, until)
}

func TestReportFiles(t *testing.T) {
	r := newRig(t)
	b := r.as(phatthanh)
	for _, c := range []struct{ path, kind, file, body string }{
		{"/report?month=2026-11", "text/html; charset=utf-8", "", "page 2026-11"},
		{"/api/report.pdf?month=2026-11", "application/pdf", "bao-cao-truyen-thanh-2026-11.pdf", "half a file"},
		{"/api/report.xlsx?month=2026-11", xlsxType, "bao-cao-truyen-thanh-2026-11.xlsx", "book 2026-11"},
		{"/api/journal.csv?month=2026-02", "text/csv; charset=utf-8", "nhat-ky-truyen-thanh-2026-02.csv", "csv 2026-02-01 00:00:00 2026-03-01 00:00:00"},
		{"/api/journal.csv?since=2026-08-15T00:00:00%2B07:00&until=2026-08-16T00:00:00%2B07:00", "text/csv; charset=utf-8", "nhat-ky-truyen-thanh-2026-08-15.csv", "csv 2026-08-15 00:00:00 2026-08-16 00:00:00"},
		{"/api/journal.csv?since=2026-08-09T00:00:00%2B07:00&until=2026-08-16T00:00:00%2B07:00", "text/csv; charset=utf-8", "nhat-ky-truyen-thanh-2026-08-09-den-2026-08-15.csv", "csv 2026-08-09 00:00:00 2026-08-16 00:00:00"},
		{"/api/journal.xlsx?since=2026-08-15T05:30:00%2B07:00", xlsxType, ".xlsx", "csv 2026-08-15 05:30:00 2200-01-01 07:00:00"},
	} {
		a := b.raw(http.MethodGet, c.path, "", nil)
		if a.StatusCode != 200 || a.Header.Get("Content-Type") != c.kind || string(a.body) != c.body || !strings.Contains(a.Header.Get("Content-Disposition"), c.file) {
			t.Errorf("%s: %d %s %s %q", c.path, a.StatusCode, a.Header.Get("Content-Type"), a.Header.Get("Content-Disposition"), a.body)
		}
	}
	var rep report.Report
	b.want(200, "GET", "/api/report", nil, &rep)
	if want := report.MonthOf(time.Now(), hanoi).String(); rep.Month != want {
		t.Errorf("without a month it is %s, want %s", rep.Month, want)
	}
	for path, code := range map[string]string{"/report?month=11-2026": "bad_month", "/api/report?month=2026-13": "bad_month", "/api/journal.csv?since=x": "bad_instant",
		"/api/journal/verify?head=12": "bad_head"} {
		if a := b.raw(http.MethodGet, path, "", nil); a.StatusCode != 422 || a.problem(t).Code != code {
			t.Errorf("%s: %d %s", path, a.StatusCode, a.body)
		}
	}
	// What fails in the middle is an error, not a broken file.
	if a := b.raw(http.MethodGet, "/api/report.pdf?month=2099-01", "", nil); a.StatusCode != 500 || a.problem(t).Code != "internal" {
		t.Errorf("a file that failed: %d %s", a.StatusCode, a.body)
	}
}

// TestAVisitorIsShownTheWayIn opens addresses as a person does who is not logged
// in, and as a program does.
func TestAVisitorIsShownTheWayIn(t *testing.T) {
	r := newRig(t)
	b := r.browser()
	b.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	visit := []string{"Accept", "text/html,application/xhtml+xml,*/*;q=0.8"}
	for path, to := range map[string]string{"/report?month=2026-11": "/?return=%2Freport%3Fmonth%3D2026-11", "/api/report.pdf": "/?return=%2Fapi%2Freport.pdf"} {
		if a := b.raw("GET", path, "", nil, visit...); a.StatusCode != 303 || a.Header.Get("Location") != to {
			t.Errorf("%s leads to %d %q, want %q", path, a.StatusCode, a.Header.Get("Location"), to)
		}
		for what, header := range map[string][]string{"a program": {"Accept", "*/*"}, "a wrong token": append([]string{"Authorization", "Bearer x"}, visit...)} {
			if a := b.raw("GET", path, "", nil, header...); a.StatusCode != 401 || a.problem(t).Code != "login_required" {
				t.Errorf("%s with %s: %d %s", path, what, a.StatusCode, a.body)
			}
		}
	}
	if a := b.raw("POST", "/api/stop", "application/json", strings.NewReader("{}"), visit...); a.StatusCode != 401 {
		t.Errorf("what changes something: %d", a.StatusCode)
	}
	// One who is logged in but may not is told so.
	police := r.as(congan)
	police.http.CheckRedirect = b.http.CheckRedirect
	if a := police.raw("GET", "/api/audit", "", nil, visit...); a.StatusCode != 403 {
		t.Errorf("without the right: %d", a.StatusCode)
	}
}

func TestTheJournalTellsWhatWasHeard(t *testing.T) {
	r := newRig(t)
	r.said.journal = []journal.Entry{{Seq: 2, Result: devices.Played, Hash: "ab"}, {Seq: 1, Result: devices.Missed}}
	var out struct {
		Entries []journal.Line `json:"entries"`
	}
	r.as(phatthanh).want(200, "GET", "/api/journal", nil, &out)
	if len(out.Entries) != 2 || out.Entries[0].Heard != journal.HeardNo || out.Entries[0].Hash != "ab" || out.Entries[1].Heard != "" {
		t.Errorf("entries %+v", out.Entries)
	}
}

func TestVerifyingTheJournal(t *testing.T) {
	b := newRig(t).as(kythuat)
	var v journal.Verification
	b.want(200, "GET", "/api/journal/verify", nil, &v)
	if !v.Whole || v.Entries != 3 {
		t.Errorf("got %+v", v)
	}
	b.want(200, "GET", "/api/journal/verify?head=7:"+strings.Repeat("0A", 32), nil, &v)
	if v.Whole || v.Broken == nil || v.Broken.Seq != 7 {
		t.Errorf("with another head: %+v", v)
	}
}

func FuzzHead(f *testing.F) {
	f.Add("1:" + strings.Repeat("0f", 32))
	f.Add("0:ab")
	f.Add(" 12 : ")
	f.Add("99999999999999999999:" + strings.Repeat("0", 64))
	f.Fuzz(func(t *testing.T, s string) {
		h, err := ParseHead(s)
		if err == nil && (h.Seq < 1 || len(h.Hash) != 64) {
			t.Errorf("%q is read as %+v", s, h)
		}
	})
}
