package report_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/report"
)

var (
	zone = time.FixedZone("Asia/Ho_Chi_Minh", 7*3600)
	nov  = report.Month{Year: 2026, Month: time.November}
	noon = time.Date(2026, 11, 10, 12, 0, 0, 0, zone)
)

func sources() report.Sources {
	return report.Sources{Month: nov, Zone: zone, Now: time.Date(2026, 12, 2, 0, 0, 0, 0, zone),
		Inventory: devices.Inventory{Commune: devices.Commune{ID: "luc-binh", Name: "Lục Bình"},
			Villages: []devices.Village{{ID: "a", Name: "A"}, {ID: "b", Name: "B"}},
			Clusters: []devices.Cluster{{ID: "loa-01", Village: "a"}, {ID: "loa-02", Village: "b"}}},
		Announcements: map[string]report.Announcement{"tb-1": {Title: "Họp", Level: devices.Priority, Clusters: []devices.DeviceID{"loa-01", "loa-02"}}}}
}

func play(seq int64, cluster devices.DeviceID, occurrence string, result devices.Result) report.Play {
	p := report.Play{Seq: seq, Cluster: cluster, Occurrence: occurrence, Announcement: "tb-1", Title: "Họp", PlannedAt: noon, EndedAt: noon.Add(time.Minute), Result: result}
	if result == devices.Played || result == devices.Interrupted || result == devices.Stopped {
		p.StartedAt = &p.PlannedAt
	}
	return p
}

// only is the figures of a report with these plays, checked for what always holds.
func only(t *testing.T, src report.Sources) report.Report {
	t.Helper()
	r := report.Compile(src)
	var villages, clusters, levels report.Figures
	add := func(sum *report.Figures, f report.Figures) {
		if f.Expected != f.Played+f.InPart+f.Interrupted+f.Failed+f.Missed+f.Unreported {
			t.Errorf("%+v does not add up", f)
		}
		sum.Expected, sum.Played, sum.Seconds, sum.NotHeard = sum.Expected+f.Expected, sum.Played+f.Played, sum.Seconds+f.Seconds, sum.NotHeard+f.NotHeard
	}
	for _, v := range r.Villages {
		add(&villages, v.Figures)
		for _, c := range v.Clusters {
			add(&clusters, c.Figures)
		}
	}
	for _, l := range r.Levels {
		add(&levels, l.Figures)
	}
	for name, sum := range map[string]report.Figures{"villages": villages, "clusters": clusters, "levels": levels} {
		if sum.Expected != r.Total.Expected || sum.Played != r.Total.Played || sum.Seconds != r.Total.Seconds || sum.NotHeard != r.Total.NotHeard {
			t.Errorf("the sum over %s is %+v, the total %+v", name, sum, r.Total)
		}
	}
	failed := 0
	for _, f := range r.Failures {
		failed += f.Plays
	}
	if failed != r.Total.NotPlayed() {
		t.Errorf("%d failures are explained, %d there are", failed, r.Total.NotPlayed())
	}
	return r
}

func TestWhatCounts(t *testing.T) {
	early, late := noon.Add(-time.Hour), noon.AddDate(20, 0, 0)
	for name, c := range map[string]struct {
		plays func() []report.Play
		want  report.Figures
	}{
		"the newest entry is the truth, every sounding is on air": {func() []report.Play {
			again, on := play(2, "loa-01", "tb-1@1", devices.Played), noon.Add(2*time.Minute)
			again.StartedAt, again.EndedAt = &on, on.Add(time.Minute)
			return []report.Play{play(1, "loa-01", "tb-1@1", devices.Interrupted), again, play(3, "loa-02", "tb-1@1", devices.Played)}
		}, report.Figures{Announcements: 1, Occurrences: 1, Expected: 2, Played: 2, Seconds: 180}},
		"a cluster that said nothing": {func() []report.Play { return []report.Play{play(1, "loa-01", "tb-1@1", devices.Played)} },
			report.Figures{Announcements: 1, Occurrences: 1, Expected: 2, Played: 1, Unreported: 1, Seconds: 60}},
		"stopped while it sounded, withdrawn before": {func() []report.Play {
			w := play(2, "loa-02", "tb-1@1", devices.Stopped)
			w.StartedAt = nil
			return []report.Play{play(1, "loa-01", "tb-1@1", devices.Stopped), w}
		}, report.Figures{Announcements: 1, Occurrences: 1, Expected: 1, InPart: 1, Withdrawn: 1, Seconds: 60}},
		"an alarm that was stopped, heard whole on one cluster": {func() []report.Play {
			whole := play(1, "loa-01", "tb-1@1", devices.Stopped)
			whole.Reason = devices.HeardWhole
			return []report.Play{whole, play(2, "loa-02", "tb-1@1", devices.Stopped)}
		}, report.Figures{Announcements: 1, Occurrences: 1, Expected: 2, Played: 1, InPart: 1, Seconds: 120}},
		"interrupted, and stopped before it went on": {func() []report.Play {
			return []report.Play{play(1, "loa-01", "tb-1@1", devices.Interrupted), play(2, "loa-01", "tb-1@1", devices.Stopped), play(3, "loa-02", "tb-1@1", devices.Played)}
		}, report.Figures{Announcements: 1, Occurrences: 1, Expected: 2, Played: 1, InPart: 1, Seconds: 120}},
		"what nobody planned": {func() []report.Play {
			p := play(1, "loa-01", "bogus", devices.Played)
			p.Unplanned = true
			return []report.Play{p}
		}, report.Figures{Unplanned: 1, Seconds: 60}},
		"not heard": {func() []report.Play {
			p := play(1, "loa-01", "tb-1@1", devices.Played)
			p.Unheard = true
			return []report.Play{p, play(2, "loa-02", "tb-1@1", devices.Failed)}
		}, report.Figures{Announcements: 1, Occurrences: 1, Expected: 2, Played: 1, Failed: 1, NotHeard: 1, Seconds: 60}},
		"clocks that were set in between": {func() []report.Play {
			a, b := play(1, "loa-01", "tb-1@1", devices.Played), play(2, "loa-02", "tb-1@1", devices.Played)
			a.EndedAt, b.EndedAt = early, late
			return []report.Play{a, b}
		}, report.Figures{Announcements: 1, Occurrences: 1, Expected: 2, Played: 2}},
		"nothing at all": {func() []report.Play { return nil }, report.Figures{}},
	} {
		t.Run(name, func(t *testing.T) {
			src := sources()
			src.Plays = c.plays()
			got := only(t, src).Total
			if c.want.Expected > 0 {
				if share := float64(c.want.Played) / float64(c.want.Expected); got.Coverage == nil || *got.Coverage != share {
					t.Errorf("coverage %v, want %v", got.Coverage, share)
				}
			} else if got.Coverage != nil {
				t.Errorf("coverage %v of nothing", *got.Coverage)
			}
			got.Coverage = nil
			if got != c.want {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

func TestWhatWasPlannedAndNeverTold(t *testing.T) {
	src := sources()
	at := func(d, h int) report.Expectation {
		start := time.Date(2026, 11, d, h, 0, 0, 0, zone)
		return report.Expectation{Occurrence: start.String(), Announcement: "tb-1", Start: start, Over: start.Add(20 * time.Minute)}
	}
	src.Expected = []report.Expectation{at(1, 0), at(9, 5), at(10, 12), at(10, 13), at(31, 0)} // the last is in December
	src.Now = time.Date(2026, 11, 10, 12, 10, 0, 0, zone)
	r := only(t, src)
	if r.Total.Unreported != 4 || r.Complete || !r.Until.Equal(src.Now) {
		t.Errorf("%d plays without a word, want 4 (two occurrences on two clusters): %+v", r.Total.Unreported, r)
	}
	if len(r.Failures) != 1 || r.Failures[0].Words.VI != "Cụm loa chưa gửi báo cáo phát" || len(r.Failures[0].Clusters) != 2 {
		t.Errorf("failures %+v", r.Failures)
	}
}

func TestClustersThatAreGone(t *testing.T) {
	src := sources()
	src.Plays = []report.Play{play(1, "loa-01", "tb-1@1", devices.Played), play(2, "loa-09", "tb-1@1", devices.Missed)}
	src.Plays[1].Reason = "offline; command_expired"
	r := only(t, src)
	last := r.Villages[len(r.Villages)-1]
	if len(r.Villages) != 3 || last.ID != "" || len(last.Clusters) != 1 || last.Clusters[0].ID != "loa-09" || last.Missed != 1 {
		t.Errorf("villages %+v", r.Villages)
	}
	if r.Failures[0].Reason != "offline" && r.Failures[1].Reason != "offline" {
		t.Errorf("failures %+v", r.Failures)
	}

	// It keeps its name, and nothing is expected of it that the journal does not tell.
	src.Gone = []devices.Cluster{{ID: "loa-09", Name: "Cụm chợ", Village: "a"}}
	src.Announcements["tb-1"] = report.Announcement{Title: "Họp", Clusters: []devices.DeviceID{"loa-01", "loa-09"}}
	src.Plays = append(src.Plays, play(3, "loa-01", "tb-1@2", devices.Played), play(4, "loa-09", "tb-1@3", devices.Played))
	src.Plays[3].Unheard = true
	r = only(t, src)
	last = r.Villages[len(r.Villages)-1]
	if last.Clusters[0].Name != "Cụm chợ" || last.Expected != 2 || last.Unreported != 0 {
		t.Errorf("villages %+v", r.Villages)
	}
	if len(r.NotHeard) != 1 || r.NotHeard[0].Name != "Cụm chợ" || r.NotHeard[0].Village != "A" {
		t.Errorf("not heard %+v", r.NotHeard)
	}
}

func TestSilenceThatTheJournalTellsOf(t *testing.T) {
	src := sources()
	silent := play(2, "loa-02", "tb-1@1", devices.Unreported)
	silent.Reason = "offline"
	src.Plays = []report.Play{play(1, "loa-01", "tb-1@1", devices.Played), silent}
	r := only(t, src)
	if r.Total.Unreported != 1 || r.Total.Expected != 2 || len(r.Failures) != 1 || r.Failures[0].Result != "unreported" || r.Failures[0].Words.VI != "Cụm loa mất kết nối" {
		t.Errorf("%+v, %+v", r.Total, r.Failures)
	}
}

func TestThePartsOfTheTimeOnAirAddUp(t *testing.T) {
	src := sources()
	for i, ms := range []int{400, 600, 1499, 59_500} {
		p := play(int64(i+1), []devices.DeviceID{"loa-01", "loa-02"}[i%2], fmt.Sprint("tb-1@", i), devices.Played)
		p.EndedAt = p.StartedAt.Add(time.Duration(ms) * time.Millisecond)
		src.Plays = append(src.Plays, p)
	}
	r := only(t, src)
	if a, b := r.Villages[0].Seconds, r.Villages[1].Seconds; a != 0+1 || b != 1+60 || r.Total.Seconds != a+b {
		t.Errorf("%d s and %d s are %d s in all", a, b, r.Total.Seconds)
	}
}

func TestMonths(t *testing.T) {
	for s, want := range map[string]string{"2026-11": "2026-11", "2026-2": "", "2026-13": "", "1999-01": "", "": "", "2026-11-01": "", "99999999-01": ""} {
		m, err := report.ParseMonth(s)
		if (err == nil) != (want != "") || (err == nil && m.String() != want) {
			t.Errorf("%q is %v, %v", s, m, err)
		}
	}
	from, to := report.Month{Year: 2026, Month: time.December}.Span(zone)
	if from.Format(time.RFC3339) != "2026-12-01T00:00:00+07:00" || to.Format(time.RFC3339) != "2027-01-01T00:00:00+07:00" {
		t.Errorf("December is %v to %v", from, to)
	}
	if m := report.MonthOf(time.Date(2026, 10, 31, 17, 0, 0, 0, time.UTC), zone); m != nov {
		t.Errorf("the month in the commune is %v", m)
	}
}

func FuzzParseMonth(f *testing.F) {
	for _, s := range []string{"2026-11", "2026-02-30", "-", "２０２６-11", "2026-1\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if m, err := report.ParseMonth(s); err == nil && m.String() != s {
			t.Errorf("%q is read as %v", s, m)
		}
	})
}
