package app

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/inventory"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
	"github.com/smart-commune/smart-commune/hub/place"
	"github.com/smart-commune/smart-commune/hub/report"
	"github.com/smart-commune/smart-commune/hub/sqlitestore"
)

// nothing stands in for sound and for the line to the devices.
type nothing struct{}

func (nothing) Speak(context.Context, string, string) (protocol.Audio, error) {
	return protocol.Audio{}, nil
}
func (nothing) Find(context.Context, string) (protocol.Audio, error) { return protocol.Audio{}, nil }
func (nothing) PublishPlan(context.Context, protocol.Address, protocol.Plan) error {
	return nil
}
func (nothing) Send(context.Context, protocol.Address, protocol.Command) error { return nil }

const minuteMS = 60_000

// november fills a real store with a month of announcements and a journal with
// all that happens: losses, late and double reports, interruptions, quiet horns.
func november(t *testing.T) (*reports, string) {
	t.Helper()
	dir := t.TempDir()
	store, err := sqlitestore.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	places, err := place.New(t.Context(), store, func(devices.Inventory) {})
	if err != nil {
		t.Fatal(err)
	}
	inv, err := inventory.Read("../../configs/lucbinh.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := places.Import(t.Context(), inv); err != nil {
		t.Fatal(err)
	}
	// The volumes are as old as the commune, not as this test.
	db, err := sql.Open("sqlite", filepath.Join(dir, "hub.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), `UPDATE cluster_volume SET at = 0`); err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation(inv.Commune.TimeZone)
	if err != nil {
		t.Fatal(err)
	}
	service, err := announce.New(announce.Config{Commune: inv.Commune.ID, Store: store, Sounds: nothing{}, Link: nothing{}, Places: places, Location: zone})
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(11, 2026))
	var all []devices.DeviceID
	for _, c := range inv.Clusters {
		all = append(all, c.ID)
	}
	approved := time.Date(2026, 10, 20, 8, 0, 0, 0, zone)
	for i, a := range []announce.Announcement{
		{Draft: announce.Draft{Title: "Bản tin sáng", Level: devices.Normal, When: schedule.When{Kind: schedule.Daily, Time: "05:30", From: "2026-10-01"}}, Clusters: all, State: announce.Scheduled},
		{Draft: announce.Draft{Title: "Bản tin chiều", Level: devices.Normal, When: schedule.When{Kind: schedule.Weekly, Days: []int{1, 3, 5}, Time: "17:00", From: "2026-10-01", Until: "2026-11-20"}}, Clusters: all[:6], State: announce.Done},
		{Draft: announce.Draft{Title: "Mưa lũ", Level: devices.Emergency, When: schedule.When{Kind: schedule.Now}}, Clusters: all, State: announce.Cancelled},
		{Draft: announce.Draft{Title: "Nửa đêm", Level: devices.Priority, When: schedule.When{Kind: schedule.Daily, Time: "00:00", From: "2026-10-01"}}, Clusters: all[7:], State: announce.Scheduled},
	} {
		a.Target.Clusters = a.Clusters
		a.ID, a.CreatedAt, a.DecidedAt, a.Sound = announce.ID(fmt.Sprintf("tb-%d", i)), approved, &approved, protocol.Audio{DurationMS: minuteMS}
		if err := store.SaveAnnouncement(t.Context(), inv.Commune.ID, a, nil); err != nil {
			t.Fatal(err)
		}
		// From the last days of October into December.
		for day := approved.AddDate(0, 0, 1); day.Before(time.Date(2026, 12, 4, 0, 0, 0, 0, zone)); day = day.AddDate(0, 0, 1) {
			at := map[int]time.Duration{0: 330 * time.Minute, 1: 17 * time.Hour, 2: 9 * time.Hour, 3: 0}[i]
			start := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone).Add(at)
			if i == 1 && (start.Weekday()%2 == 0 || start.After(time.Date(2026, 11, 21, 0, 0, 0, 0, zone))) || i == 2 && day.Day() != 9 {
				continue
			}
			if err := play(t, store, random, a, start); err != nil {
				t.Fatal(err)
			}
		}
	}
	now := time.Date(2026, 12, 15, 8, 0, 0, 0, zone)
	return &reports{commune: inv.Commune.ID, zone: zone, store: store, announce: service, places: places,
		listener: journal.NewListener(store, inv.Commune.ID), now: func() time.Time { return now }}, dir
}

// play writes what became of one occurrence into the journal.
func play(t *testing.T, store *sqlitestore.Store, random *rand.Rand, a announce.Announcement, start time.Time) error {
	var all []journal.Entry
	for _, c := range a.Clusters {
		e := journal.Entry{Cluster: c, Occurrence: fmt.Sprintf("%s@%d", a.ID, start.Unix()), Announcement: a.ID, Title: a.Title, PlannedAt: start,
			EndedAt: start.Add(time.Minute), RecordedAt: start.Add(2 * time.Minute), Result: devices.Played}
		began, level, current := start.Add(time.Duration(random.IntN(200))*time.Millisecond), -20-3*random.Float64(), 1.8+random.Float64()/5
		e.StartedAt, e.LevelDBFS, e.CurrentA = &began, &level, &current
		var more []journal.Entry
		switch random.IntN(12) {
		case 0:
			e.Result, e.Reason, e.StartedAt, e.LevelDBFS, e.CurrentA = devices.Missed, "power_lost", nil, nil, nil
		case 1:
			e.Result, e.Reason = devices.Interrupted, "preempted"
			e.EndedAt = began.Add(7 * time.Second)
			again := e
			switch random.IntN(3) {
			case 0:
				on := start.Add(2 * time.Minute)
				again.Result, again.Reason, again.StartedAt, again.EndedAt = devices.Played, "", &on, start.Add(3*time.Minute)
				more = append(more, again)
			case 1: // a person stops it before it goes on
				again.Result, again.Reason = devices.Stopped, "stopped"
				more = append(more, again)
			}
		case 2:
			continue // nobody ever tells
		case 3:
			e.Result, e.Reason = devices.Stopped, "stopped"
			e.EndedAt = began.Add(20 * time.Second)
			switch random.IntN(3) {
			case 0:
				e.Reason = devices.HeardWhole
			case 1:
				e.Reason, e.StartedAt, e.LevelDBFS, e.CurrentA = "cancelled", nil, nil, nil
			}
		case 4:
			e.Result, e.Reason, e.StartedAt, e.LevelDBFS, e.CurrentA = devices.Missed, "offline", nil, nil, nil
			late := e
			late.Result, late.Reason, late.StartedAt, late.LevelDBFS = devices.Played, "", &began, &level
			more = append(more, late)
		case 5:
			current = 0.02 // no horn
		case 6:
			if e.Occurrence, e.Reason = "other@12", journal.ReasonUnplanned; random.IntN(2) == 0 {
				e.Announcement, e.Title, e.Reason = "tb-unknown", "", journal.ReasonUnknown
				e.EndedAt, *e.LevelDBFS = start.Add(11*time.Hour), -90 // it says so
			}
		case 8:
			e.Result, e.Reason, e.StartedAt, e.LevelDBFS, e.CurrentA = devices.Unreported, "offline", nil, nil, nil
			if random.IntN(2) == 0 { // told late
				late := e
				late.Result, late.Reason, late.StartedAt, late.LevelDBFS = devices.Played, "", &began, &level
				more = append(more, late)
			}
		case 7:
			e.Result, e.Reason, e.EndedAt = devices.Failed, "output; "+journal.ReasonClockAhead, start.AddDate(30, 0, 0)
		}
		for i, entry := range append([]journal.Entry{e}, more...) {
			entry.Play = fmt.Sprintf("%s-%s-%d-%d", c, a.ID, start.Unix(), i)
			all = append(all, entry)
		}
	}
	_, err := store.AppendJournal(t.Context(), "luc-binh", all)
	return err
}

// TestTheReportIsWhatTheJournalSays reckons the figures of November again, from
// the database alone and in another way: rows, loops and SQL.
func TestTheReportIsWhatTheJournalSays(t *testing.T) {
	r, dir := november(t)
	got, err := r.Month(t.Context(), report.Month{Year: 2026, Month: time.November})
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, "hub.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	one := func(query string, args ...any) (n int) {
		t.Helper()
		if err := db.QueryRowContext(t.Context(), query, args...).Scan(&n); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		return n
	}
	// November in Hà Nội, in Unix milliseconds.
	from, to := time.Date(2026, 10, 31, 17, 0, 0, 0, time.UTC).UnixMilli(), time.Date(2026, 11, 30, 17, 0, 0, 0, time.UTC).UnixMilli()
	const newest = `SELECT count(*) FROM journal j WHERE planned_at >= ? AND planned_at < ? AND reason NOT LIKE '%unplanned%' AND reason NOT LIKE '%unknown%'
		AND NOT EXISTS (SELECT 1 FROM journal n WHERE n.occurrence = j.occurrence AND n.cluster = j.cluster AND n.seq > j.seq)`
	where := func(more string, args ...any) int { return one(newest+more, append([]any{from, to}, args...)...) }
	clusterFigures := func(more string, args ...any) (f report.Figures) {
		f.InPart = where(` AND result = 'stopped' AND started_at IS NOT NULL AND reason NOT LIKE 'heard_whole%'`+more, args...)
		f.Played = where(` AND (result = 'played' OR result = 'stopped' AND started_at IS NOT NULL AND reason LIKE 'heard_whole%')`+more, args...)
		f.Missed = where(` AND result = 'missed'`+more, args...)
		f.Failed = where(` AND result = 'failed'`+more, args...)
		f.Interrupted = where(` AND result = 'interrupted'`+more, args...)
		f.Withdrawn = where(` AND result = 'stopped' AND started_at IS NULL`+more, args...)
		f.Unreported = where(` AND result = 'unreported'`+more, args...)
		// Two entries that begin at the same instant tell of the same sounding.
		seconds := one(`SELECT ifnull(sum(aired), 0) FROM (SELECT max((ended_at - started_at + 500) / 1000) AS aired FROM journal j WHERE planned_at >= ? AND planned_at < ? AND ended_at - started_at <= 43200000
			AND reason NOT LIKE '%unknown%'`+more+` GROUP BY occurrence, cluster, started_at)`, append([]any{from, to}, args...)...)
		f.Seconds = int64(seconds)
		f.Unplanned = one(`SELECT count(*) FROM journal j WHERE planned_at >= ? AND planned_at < ? AND (reason LIKE '%unplanned%' OR reason LIKE '%unknown%')`+more, append([]any{from, to}, args...)...)
		return f
	}
	// What was to sound is counted from the calendar: every morning and midnight
	// of 30 days, nine Mondays, Wednesdays and Fridays until the 20th, one flood.
	type due struct {
		announcement string
		starts       []time.Time
		clusters     []string
	}
	var ids []string
	rows, err := db.QueryContext(t.Context(), `SELECT id FROM cluster ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	dues := []due{{"tb-0", nil, ids}, {"tb-1", nil, ids[:6]}, {"tb-2", nil, ids}, {"tb-3", nil, ids[7:]}}
	for d := 1; d <= 30; d++ {
		midnight := time.Date(2026, 11, d, 0, 0, 0, 0, time.FixedZone("", 7*3600))
		dues[0].starts = append(dues[0].starts, midnight.Add(5*time.Hour+30*time.Minute))
		dues[3].starts = append(dues[3].starts, midnight)
		if w := midnight.Weekday(); d <= 20 && (w == time.Monday || w == time.Wednesday || w == time.Friday) {
			dues[1].starts = append(dues[1].starts, midnight.Add(17*time.Hour))
		}
		if d == 9 {
			dues[2].starts = append(dues[2].starts, midnight.Add(9*time.Hour))
		}
	}
	silent := map[string]int{} // plays that nobody told of, by cluster
	for _, d := range dues {
		for _, start := range d.starts {
			for _, c := range d.clusters {
				if one(`SELECT count(*) FROM journal WHERE occurrence = ? AND cluster = ?`, fmt.Sprintf("%s@%d", d.announcement, start.Unix()), c) == 0 {
					silent[c]++
				}
			}
		}
	}
	compare := func(what string, got, want report.Figures) {
		t.Helper()
		want.Expected = want.Played + want.InPart + want.Interrupted + want.Failed + want.Missed + want.Unreported
		if got.Coverage == nil || *got.Coverage != float64(want.Played)/float64(want.Expected) {
			t.Errorf("%s: coverage %v, want %d of %d", what, got.Coverage, want.Played, want.Expected)
		}
		want.Announcements, want.Occurrences, want.NotHeard, want.Coverage, got.Coverage = got.Announcements, got.Occurrences, got.NotHeard, nil, nil
		if got != want {
			t.Errorf("%s:\n got %+v\nwant %+v", what, got, want)
		}
	}
	total := clusterFigures("")
	quiet := 0
	for _, v := range got.Villages {
		var sum report.Figures
		for _, c := range v.Clusters {
			want := clusterFigures(` AND cluster = ?`, string(c.ID))
			want.Unreported += silent[string(c.ID)]
			compare(string(c.ID), c.Figures, want)
			total.Unreported += silent[string(c.ID)]
			sum.Played, sum.Seconds = sum.Played+want.Played, sum.Seconds+want.Seconds
			if n := notHeard(t, db, string(c.ID), from, to); n != c.NotHeard {
				t.Errorf("%s: %d plays not heard, want %d", c.ID, c.NotHeard, n)
			} else {
				quiet += n
			}
		}
		if v.Played != sum.Played || v.Seconds != sum.Seconds {
			t.Errorf("%s: played %d in %d s, its clusters %d in %d s", v.ID, v.Played, v.Seconds, sum.Played, sum.Seconds)
		}
	}
	compare("the commune", got.Total, total)
	if got.Total.NotHeard != quiet || len(got.NotHeard) != quiet || quiet == 0 {
		t.Errorf("%d plays not heard and %d listed, want %d", got.Total.NotHeard, len(got.NotHeard), quiet)
	}
	if f := got.Total; f.InPart == 0 || one(`SELECT count(*) FROM journal WHERE reason LIKE 'heard_whole%'`) == 0 {
		t.Errorf("the month has no play of each kind: %+v", f)
	}
	if got.Total.Announcements != 4 || got.Total.Occurrences != 30+30+9+1 {
		t.Errorf("%d announcements and %d occurrences, want 4 and 70", got.Total.Announcements, got.Total.Occurrences)
	}
	for _, f := range got.Failures {
		want := where(` AND result = ? AND reason LIKE ?`, f.Result, f.Reason+"%")
		if f.Reason == journal.ReasonNoReport {
			for _, n := range silent {
				want += n
			}
		}
		if f.Plays != want {
			t.Errorf("%s, %s: %d plays, want %d", f.Result, f.Reason, f.Plays, want)
		}
	}
	for i, l := range got.Levels {
		level := []string{"emergency", "priority", "normal"}[i]
		id := map[string]string{"emergency": "'tb-2'", "priority": "'tb-3'", "normal": "'tb-0', 'tb-1'"}[level]
		if want := where(` AND (result = 'played' OR result = 'stopped' AND started_at IS NOT NULL AND reason LIKE 'heard_whole%') AND announcement IN (` + id + `)`); l.Level.String() != level || l.Played != want {
			t.Errorf("level %v: played %d, want %d %s", l.Level, l.Played, want, level)
		}
	}
	if n := one(`SELECT count(*) FROM journal`); got.Head.Seq != int64(n) {
		t.Errorf("the report prints the head %d of a journal of %d entries", got.Head.Seq, n)
	}
}

// notHeard counts the newest plays of a cluster in a span that were too quiet, by
// the rule as it is written down: median of the last 20 that were not.
func notHeard(t *testing.T, db *sql.DB, cluster string, from, to int64) (n int) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `SELECT level_dbfs, current_a, planned_at >= ? AND planned_at < ? AND reason NOT LIKE '%unplanned%' AND NOT EXISTS
		(SELECT 1 FROM journal n WHERE n.occurrence = j.occurrence AND n.cluster = j.cluster AND n.seq > j.seq)
		FROM journal j WHERE cluster = ? AND result = 'played' AND reason NOT LIKE '%unknown%' ORDER BY seq`, from, to, cluster)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	middle := func(list []float64) float64 {
		s := slices.Sorted(slices.Values(list[max(0, len(list)-20):]))
		return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
	}
	var levels, currents []float64
	for rows.Next() {
		var level, current sql.NullFloat64
		var counts bool
		if err := rows.Scan(&level, &current, &counts); err != nil {
			t.Fatal(err)
		}
		if level.Valid && len(levels) >= 5 && level.Float64 < middle(levels)-12 || current.Valid && len(currents) >= 5 && current.Float64 < 0.3*middle(currents) {
			if counts {
				n++
			}
			continue
		}
		if level.Valid {
			levels = append(levels, level.Float64)
		}
		if current.Valid {
			currents = append(currents, current.Float64)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestFilesOfARealMonth(t *testing.T) {
	r, _ := november(t)
	m := report.Month{Year: 2026, Month: time.November}
	for name, write := range map[string]func(*bytes.Buffer) error{
		"page": func(b *bytes.Buffer) error { return files{r}.Page(t.Context(), b, m) },
		"PDF":  func(b *bytes.Buffer) error { return files{r}.PDF(t.Context(), b, m) },
		"book": func(b *bytes.Buffer) error { return files{r}.Workbook(t.Context(), b, m) },
		"CSV":  func(b *bytes.Buffer) error { return files{r}.JournalCSV(t.Context(), b, time.UnixMilli(0), r.now()) },
		"XLSX": func(b *bytes.Buffer) error { return files{r}.JournalXLSX(t.Context(), b, time.UnixMilli(0), r.now()) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil || b.Len() < 1000 {
			t.Errorf("%s: %d bytes, %v", name, b.Len(), err)
		}
		if name == "CSV" {
			v, err := r.Verify(t.Context())
			if err != nil || !v.Whole || int64(strings.Count(b.String(), "\r\n")) != v.Entries+1 {
				t.Errorf("%d lines of a journal of %d entries, %v", strings.Count(b.String(), "\r\n"), v.Entries, err)
			}
		}
	}
}

// TestAPastMonthNamesPlacesAsTheyWereThen renames one cluster and removes another
// after November.
func TestAPastMonthNamesPlacesAsTheyWereThen(t *testing.T) {
	r, dir := november(t)
	db, err := sql.Open("sqlite", filepath.Join(dir, "hub.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	move := func(what string, by time.Time) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), `UPDATE standing SET at = ? + at - (SELECT min(at) FROM standing WHERE `+what+`) WHERE `+what, by.UnixMilli()); err != nil {
			t.Fatal(err)
		}
	}
	move("true", time.Date(2026, 10, 1, 0, 0, 0, 0, r.zone))
	inv, err := r.places.Inventory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	renamed, removed := inv.Clusters[0], inv.Clusters[1]
	was := renamed.Name
	renamed.Name = "Cụm loa mới"
	if err := r.places.PutCluster(t.Context(), renamed); err != nil {
		t.Fatal(err)
	}
	if err := r.places.DeleteCluster(t.Context(), removed.ID); err != nil {
		t.Fatal(err)
	}
	move(fmt.Sprint("at > ", time.Date(2026, 10, 2, 0, 0, 0, 0, r.zone).UnixMilli()), time.Date(2026, 12, 5, 0, 0, 0, 0, r.zone))

	named := func(month time.Month) (names map[devices.DeviceID]string, gone []string) {
		t.Helper()
		got, err := r.Month(t.Context(), report.Month{Year: 2026, Month: month})
		if err != nil {
			t.Fatal(err)
		}
		names = map[devices.DeviceID]string{}
		for _, v := range got.Villages {
			for _, c := range v.Clusters {
				if names[c.ID] = c.Name; v.ID == "" {
					gone = append(gone, c.Name)
				}
			}
		}
		return names, gone
	}
	names, gone := named(time.November)
	if names[renamed.ID] != was || names[removed.ID] != removed.Name || gone != nil {
		t.Errorf("November calls them %q and %q, %q are gone", names[renamed.ID], names[removed.ID], gone)
	}
	names, gone = named(time.December)
	if names[renamed.ID] != "Cụm loa mới" || !slices.Equal(gone, []string{removed.Name}) {
		t.Errorf("December calls it %q, and %q are gone", names[renamed.ID], gone)
	}
	var csv bytes.Buffer
	if err := (files{r}).JournalCSV(t.Context(), &csv, time.Date(2026, 11, 1, 0, 0, 0, 0, r.zone), time.Date(2026, 12, 1, 0, 0, 0, 0, r.zone)); err != nil {
		t.Fatal(err)
	}
	if s := csv.String(); !strings.Contains(s, was) || !strings.Contains(s, removed.Name) || strings.Contains(s, "Cụm loa mới") {
		t.Error("the journal of November names places as they are called now")
	}
}
