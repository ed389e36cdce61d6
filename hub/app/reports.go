package app

import (
	"context"
	"io"
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
	"github.com/smart-commune/smart-commune/hub/httpapi"
	"github.com/smart-commune/smart-commune/hub/place"
	"github.com/smart-commune/smart-commune/hub/report"
	"github.com/smart-commune/smart-commune/hub/reportfile"
	"github.com/smart-commune/smart-commune/hub/sqlitestore"
)

// reports joins the journal, what was planned and what stands in the commune to
// reports and exports.
type reports struct {
	commune  devices.CommuneID
	zone     *time.Location
	store    *sqlitestore.Store
	announce *announce.Service
	places   *place.Service
	listener *journal.Listener
	now      func() time.Time
}

var _ httpapi.Reports = (*reports)(nil)

// Zone implements [httpapi.Reports].
func (r *reports) Zone() *time.Location { return r.zone }

// Lines implements [httpapi.Reports].
func (r *reports) Lines(ctx context.Context, entries []journal.Entry) ([]journal.Line, error) {
	return r.listener.Lines(ctx, entries)
}

// Verify implements [httpapi.Reports].
func (r *reports) Verify(ctx context.Context, noted ...journal.Head) (journal.Verification, error) {
	return journal.Verify(ctx, r.store, r.commune, noted...)
}

// Month implements [httpapi.Reports].
func (r *reports) Month(ctx context.Context, m report.Month) (report.Report, error) {
	src, _, err := r.sources(ctx, m)
	if err != nil {
		return report.Report{}, err
	}
	return report.Compile(src), nil
}

// files writes reports and the journal as files.
type files struct{ *reports }

var _ httpapi.Files = files{}

// Page implements [httpapi.Files].
func (f files) Page(ctx context.Context, w io.Writer, m report.Month) error {
	return f.month(ctx, w, m, reportfile.HTML)
}

// PDF implements [httpapi.Files].
func (f files) PDF(ctx context.Context, w io.Writer, m report.Month) error {
	return f.month(ctx, w, m, reportfile.PDF)
}

func (f files) month(ctx context.Context, w io.Writer, m report.Month, write func(io.Writer, report.Report, *time.Location) error) error {
	r, err := f.Month(ctx, m)
	if err != nil {
		return err
	}
	return write(w, r, f.zone)
}

// Workbook implements [httpapi.Files].
func (f files) Workbook(ctx context.Context, w io.Writer, m report.Month) error {
	src, j, err := f.sources(ctx, m)
	if err != nil {
		return err
	}
	return reportfile.XLSX(w, report.Compile(src), j)
}

// JournalCSV implements [httpapi.Files].
func (f files) JournalCSV(ctx context.Context, w io.Writer, since, until time.Time) error {
	j, err := f.export(ctx, since, until)
	if err != nil {
		return err
	}
	return j.CSV(w)
}

// JournalXLSX implements [httpapi.Files].
func (f files) JournalXLSX(ctx context.Context, w io.Writer, since, until time.Time) error {
	j, err := f.export(ctx, since, until)
	if err != nil {
		return err
	}
	return j.XLSX(w)
}

func (f files) export(ctx context.Context, since, until time.Time) (j reportfile.Journal, err error) {
	inv, gone, err := f.standing(ctx, earlier(until, f.now()))
	if err != nil {
		return j, err
	}
	inv.Clusters = append(inv.Clusters, gone...)
	known, err := f.known(ctx)
	if err != nil {
		return j, err
	}
	lines, err := f.lines(ctx, since, until)
	if err != nil {
		return j, err
	}
	return reportfile.NewJournal(lines, levels(known), inv, f.zone), nil
}

func (r *reports) lines(ctx context.Context, since, until time.Time) ([]journal.Line, error) {
	entries, err := r.store.JournalPlays(ctx, r.commune, since, until)
	if err != nil {
		return nil, err
	}
	return r.listener.Lines(ctx, entries)
}

// known are all announcements, by id.
func (r *reports) known(ctx context.Context) (map[announce.ID]announce.Announcement, error) {
	list, err := r.store.Announcements(ctx, r.commune, announce.AnnouncementQuery{})
	if err != nil {
		return nil, err
	}
	known := make(map[announce.ID]announce.Announcement, len(list))
	for _, a := range list {
		known[a.ID] = a
	}
	return known, nil
}

func levels(known map[announce.ID]announce.Announcement) map[announce.ID]devices.Level {
	out := make(map[announce.ID]devices.Level, len(known))
	for id, a := range known {
		out[id] = a.Level
	}
	return out
}

// sources collects what the report of a month is made from, and the journal of
// that month.
func (r *reports) sources(ctx context.Context, m report.Month) (report.Sources, reportfile.Journal, error) {
	from, to := m.Span(r.zone)
	src := report.Sources{Month: m, Zone: r.zone, Now: r.now(), Announcements: map[string]report.Announcement{}}
	fail := func(err error) (report.Sources, reportfile.Journal, error) { return src, reportfile.Journal{}, err }
	// The head is read first: what comes after it is in the report, or not.
	head, err := r.store.JournalHead(ctx, r.commune)
	if err != nil {
		return fail(err)
	}
	src.Head = report.Head(head)
	if src.Inventory, src.Gone, err = r.standing(ctx, earlier(to, src.Now)); err != nil {
		return fail(err)
	}
	known, err := r.known(ctx)
	if err != nil {
		return fail(err)
	}
	for id, a := range known {
		src.Announcements[string(id)] = report.Announcement{Title: a.Title, Level: a.Level, Clusters: a.Clusters}
	}
	planned, err := r.announce.Planned(ctx, from, earlier(to, src.Now))
	if err != nil {
		return fail(err)
	}
	for _, p := range planned {
		src.Expected = append(src.Expected, report.Expectation{Occurrence: p.Occurrence, Announcement: string(p.Announcement.ID), Start: p.Start, Over: p.Over, Clusters: p.Announcement.Clusters})
	}
	lines, err := r.lines(ctx, from, to)
	if err != nil {
		return fail(err)
	}
	for _, l := range lines {
		src.Plays = append(src.Plays, report.Play{Seq: l.Seq, Cluster: l.Cluster, Occurrence: l.Occurrence, Announcement: string(l.Announcement), Title: l.Title,
			PlannedAt: l.PlannedAt, StartedAt: l.StartedAt, EndedAt: l.EndedAt, Result: l.Result, Reason: l.Reason,
			Unplanned: l.Unasked(), Unknown: l.Unknown(), Unheard: l.Heard == journal.HeardNo})
	}
	named := src.Inventory
	named.Clusters = slices.Concat(named.Clusters, src.Gone)
	return src, reportfile.NewJournal(lines, levels(known), named, r.zone), nil
}

// standing is what stood in the commune just before an instant, as it was called
// then, and the clusters that had stood there earlier.
func (r *reports) standing(ctx context.Context, before time.Time) (inv devices.Inventory, gone []devices.Cluster, err error) {
	now, err := r.places.Inventory(ctx)
	if err != nil {
		return inv, nil, err
	}
	inv, gone, known, err := r.store.Standing(ctx, r.commune, before, r.now())
	if err != nil || !known {
		return now, nil, err
	}
	inv.Commune = now.Commune
	return inv, gone, nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
