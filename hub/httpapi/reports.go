package httpapi

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/smart-commune/smart-commune/hub/announce/journal"
	"github.com/smart-commune/smart-commune/hub/problem"
	"github.com/smart-commune/smart-commune/hub/report"
)

// Reports makes what the commune hands on of its journal.
type Reports interface {
	// Zone is the commune's.
	Zone() *time.Location
	Month(ctx context.Context, m report.Month) (report.Report, error)
	Proof
}

// Proof tells what the journal is worth.
type Proof interface {
	// Lines adds to entries whether they were heard.
	Lines(ctx context.Context, entries []journal.Entry) ([]journal.Line, error)
	// Verify looks through the whole journal; noted are heads from elsewhere.
	Verify(ctx context.Context, noted ...journal.Head) (journal.Verification, error)
}

// Files writes reports and the journal as files. Each call writes one whole file.
type Files interface {
	Page(ctx context.Context, w io.Writer, m report.Month) error
	PDF(ctx context.Context, w io.Writer, m report.Month) error
	Workbook(ctx context.Context, w io.Writer, m report.Month) error
	// JournalCSV and JournalXLSX write what was planned in [since, until).
	JournalCSV(ctx context.Context, w io.Writer, since, until time.Time) error
	JournalXLSX(ctx context.Context, w io.Writer, since, until time.Time) error
}

type monthInput struct {
	Month string `query:"month" maxLength:"7" doc:"Of the commune's calendar, such as 2026-11; defaults to the present one" example:"2026-11"`
}

type reportOutput struct {
	Body report.Report
}

type exportInput struct {
	Month string `query:"month" maxLength:"7" doc:"Of the commune's calendar, such as 2026-11; defaults to the present one" example:"2026-11"`
	Since string `query:"since" maxLength:"40" doc:"Instead of a month: RFC 3339, or how long ago: 24h, 7d"`
	Until string `query:"until" maxLength:"40" doc:"The same; defaults to now and later"`
}

type verifyInput struct {
	Head string `query:"head" maxLength:"100" doc:"A head that was noted before, SEQ:HASH, as reports print it" example:"1234:9f86d0…"`
}

type verifyOutput struct {
	Body journal.Verification
}

// fileOutput is a file; it is written whole before the answer begins, so that an
// error is an error and no broken file.
type fileOutput struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (a *API) registerReports() {
	register(a, operation{id: "report", method: "GET", path: "/api/report", summary: "The report of a month", access: member}, a.report)
	for _, f := range []struct{ id, path, kind, summary string }{
		{"report-page", "/report", "text/html; charset=utf-8", "The report of a month as a page to print (Vietnamese)"},
		{"report-pdf", "/api/report.pdf", "application/pdf", "The report of a month as PDF (Vietnamese, A4)"},
		{"report-xlsx", "/api/report.xlsx", xlsxType, "The report of a month and its journal as a workbook"},
	} {
		op := operation{id: f.id, method: "GET", path: f.path, summary: f.summary, access: member, produces: f.kind}
		register(a, op, func(ctx context.Context, in *monthInput) (*fileOutput, error) { return a.reportFile(ctx, op, in) })
	}
	for _, f := range []struct{ id, path, kind, summary string }{
		{"journal-csv", "/api/journal.csv", "text/csv; charset=utf-8", "The journal for a Vietnamese Excel: UTF-8 with a byte order mark, semicolons, decimal commas"},
		{"journal-xlsx", "/api/journal.xlsx", xlsxType, "The journal as a workbook"},
	} {
		op := operation{id: f.id, method: "GET", path: f.path, summary: f.summary, access: member, produces: f.kind}
		register(a, op, func(ctx context.Context, in *exportInput) (*fileOutput, error) { return a.journalFile(ctx, op, in) })
	}
	register(a, operation{id: "verify-journal", method: "GET", path: "/api/journal/verify", summary: "Look through the whole journal for what was altered, removed or moved",
		access: member, slow: true}, a.verifyJournal)
}

const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

func (a *API) month(in *monthInput) (report.Month, error) {
	if in.Month == "" {
		return report.MonthOf(a.now(), a.cfg.Reports.Zone()), nil
	}
	m, err := report.ParseMonth(in.Month)
	if err != nil {
		return m, problem.New(problem.Invalid, "bad_month", "Tháng không đúng. Viết như 2026-11.", "That is no month. Write it as 2026-11.").At("month").Because(err)
	}
	return m, nil
}

func (a *API) report(ctx context.Context, in *monthInput) (*reportOutput, error) {
	m, err := a.month(in)
	if err != nil {
		return nil, err
	}
	r, err := a.cfg.Reports.Month(ctx, m)
	return &reportOutput{r}, err
}

func (a *API) reportFile(ctx context.Context, op operation, in *monthInput) (*fileOutput, error) {
	m, err := a.month(in)
	if err != nil {
		return nil, err
	}
	write, disposition := a.cfg.Files.Page, "inline"
	switch op.id {
	case "report-pdf":
		write, disposition = a.cfg.Files.PDF, named("bao-cao-truyen-thanh-", m.String(), ".pdf")
	case "report-xlsx":
		write, disposition = a.cfg.Files.Workbook, named("bao-cao-truyen-thanh-", m.String(), ".xlsx")
	}
	var b bytes.Buffer
	if err := write(ctx, &b, m); err != nil {
		return nil, err
	}
	return &fileOutput{op.produces, disposition, b.Bytes()}, nil
}

func named(parts ...string) string { return `attachment; filename="` + strings.Join(parts, "") + `"` }

// anyTime is after everything that the journal can hold.
var anyTime = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)

func (a *API) journalFile(ctx context.Context, op operation, in *exportInput) (*fileOutput, error) {
	m, err := a.month(&monthInput{in.Month})
	if err != nil {
		return nil, err
	}
	name := m.String()
	since, until := m.Span(a.cfg.Reports.Zone())
	if in.Month == "" && (in.Since != "" || in.Until != "") {
		if since, err = a.instant("since", in.Since, time.UnixMilli(0)); err != nil {
			return nil, err
		}
		if until, err = a.instant("until", in.Until, anyTime); err != nil {
			return nil, err
		}
		name = daysOf(since, until, a.now(), a.cfg.Reports.Zone())
	}
	write, ext := a.cfg.Files.JournalCSV, ".csv"
	if op.id == "journal-xlsx" {
		write, ext = a.cfg.Files.JournalXLSX, ".xlsx"
	}
	var b bytes.Buffer
	if err := write(ctx, &b, since, until); err != nil {
		return nil, err
	}
	return &fileOutput{op.produces, named("nhat-ky-truyen-thanh-", name, ext), b.Bytes()}, nil
}

// daysOf names the days of [since, until) up to now: "2026-11-14-den-2026-11-20", or
// the last one where there is but one or no beginning.
func daysOf(since, until, now time.Time, zone *time.Location) string {
	last := until.Add(-time.Nanosecond)
	if last.After(now) {
		last = now
	}
	from, to := since.In(zone).Format(time.DateOnly), last.In(zone).Format(time.DateOnly)
	if from == to || since.Unix() == 0 {
		return to
	}
	return from + "-den-" + to
}

func (a *API) verifyJournal(ctx context.Context, in *verifyInput) (*verifyOutput, error) {
	var noted []journal.Head
	if in.Head != "" {
		h, err := ParseHead(in.Head)
		if err != nil {
			return nil, problem.New(problem.Invalid, "bad_head", "Dấu mốc không đúng. Viết số mục, dấu hai chấm rồi mã kiểm tra, như trong báo cáo.",
				"That is no head. Write the number of the entry, a colon and the hash, as in the report.").At("head").Because(err)
		}
		noted = append(noted, h)
	}
	v, err := a.cfg.Reports.Verify(ctx, noted...)
	return &verifyOutput{v}, err
}

var headFormat = regexp.MustCompile(`^([1-9][0-9]{0,17}):([0-9a-fA-F]{64})$`)

// ParseHead reads "SEQ:HASH".
func ParseHead(s string) (journal.Head, error) {
	g := headFormat.FindStringSubmatch(strings.ReplaceAll(strings.TrimSpace(s), " ", ""))
	if g == nil {
		return journal.Head{}, fmt.Errorf("%.120q is no head of a journal: write SEQ:HASH with a hash of 64 digits", s)
	}
	seq, err := strconv.ParseInt(g[1], 10, 64)
	return journal.Head{Seq: seq, Hash: strings.ToLower(g[2])}, err
}
