package announce

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// codes names findings: "overlap:warn+", with a plus for a fix that the page can
// apply and a minus for one that a person has to carry out.
func codes(all []Finding) string {
	var out []string
	for _, f := range all {
		fix := ""
		switch {
		case f.Fix == nil:
		case len(f.Fix.Patch) > 0:
			fix = "+"
		default:
			fix = "-"
		}
		out = append(out, f.Code+":"+string(f.Severity)+fix)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// checkSources is a commune of which all clusters are well, at noon of a Monday.
func checkSources(others ...*Announcement) CheckSources {
	src := CheckSources{Sources: Sources{Now: at(hanoi, "2026-03-02 12:00"), Location: hanoi, Clusters: fleet, Announcements: others},
		Standing: map[devices.DeviceID]Standing{}}
	for _, c := range fleet {
		src.Standing[c.ID] = Standing{Online: true, Current: true}
	}
	return src
}

func everyDay(clock string) schedule.When {
	return schedule.When{Kind: schedule.Daily, Time: clock, From: "2026-03-01"}
}

func TestChecks(t *testing.T) {
	mine := func(w schedule.When, clusters ...devices.DeviceID) Announcement { return *scheduled(2, w, clusters...) }
	urgent := func(a Announcement, l devices.Level) Announcement { a.Level = l; return a }
	long := mine(everyDay("18:00"), "loa-03")
	long.Repeat, long.GapS = 8, 5
	endless := long
	endless.Repeat, endless.Sound.DurationMS = 1, 90_000
	spoken, uploaded, translated := mine(everyDay("18:00"), "loa-01"), mine(everyDay("18:00"), "loa-01"), mine(everyDay("18:00"), "loa-01")
	spoken.Text, uploaded.Audio = "Họp thôn", spokenSound.SHA256
	translated.Text, translated.Versions, translated.VersionSounds = "Họp", []Version{{Language: "tyz", Audio: "x"}}, []protocol.Audio{{SHA256: "x", DurationMS: 1000}}
	twice := func(repeat int, lengthMS int64) Announcement { // at 18:00 and 18:10
		a := mine(schedule.When{Kind: schedule.Rule, Start: "2026-03-01T18:00", RRule: "FREQ=DAILY;BYHOUR=18;BYMINUTE=0,10"}, "loa-03")
		a.Repeat, a.Sound.DurationMS = repeat, lengthMS
		return a
	}
	night := func(s *CheckSources) { s.Rules.QuietHours = Span{"21:00", "06:00"} }
	for _, tc := range []struct {
		name   string
		change func(s *CheckSources, other *Announcement)
		a      Announcement
		want   string
	}{
		{"nothing", nil, mine(everyDay("18:00"), "loa-01"), ""},
		{"elsewhere", nil, mine(everyDay("17:00"), "loa-03"), ""},
		{"overlap", nil, mine(everyDay("17:05"), "loa-01"), "overlap:warn+"},
		{"overlap, and the next hours are taken too", func(s *CheckSources, _ *Announcement) {
			next := scheduled(3, everyDay("17:15"), "loa-01")
			next.Sound.DurationMS = 50 * 60_000
			s.Announcements = append(s.Announcements, next)
		}, mine(everyDay("17:05"), "loa-01"), "overlap:warn+"},
		{"the later one would be missed", func(_ *CheckSources, o *Announcement) { o.Sound.DurationMS = 40 * 60_000 }, mine(everyDay("17:05"), "loa-01"), "overlap:stop+"},
		{"it interrupts", nil, urgent(mine(everyDay("17:05"), "loa-01"), devices.Priority), "overlap:warn+"},
		{"two of priority", func(_ *CheckSources, o *Announcement) { o.Level = devices.Priority }, urgent(mine(everyDay("17:00"), "loa-01"), devices.Priority), "priority_collision:stop+"},
		{"two of priority, the other the last of all", func(_ *CheckSources, o *Announcement) { o.Level, o.Order = devices.Priority, maxOrder },
			func() Announcement {
				a := urgent(mine(everyDay("17:00"), "loa-01"), devices.Priority)
				a.Order = maxOrder
				return a
			}(), "priority_collision:stop+"},
		{"two of priority, mine first", func(_ *CheckSources, o *Announcement) { o.Level = devices.Priority },
			func() Announcement {
				a := urgent(mine(everyDay("17:00"), "loa-01"), devices.Priority)
				a.Order = -10
				return a
			}(), "overlap:warn+"},
		{"two of priority, in order", func(_ *CheckSources, o *Announcement) { o.Level, o.Order = devices.Priority, 3 },
			urgent(mine(everyDay("17:00"), "loa-01"), devices.Priority), "overlap:warn+"},
		{"quiet hours", func(s *CheckSources, _ *Announcement) { night(s) }, mine(everyDay("22:00"), "loa-01"), "quiet_hours:warn+"},
		{"quiet hours over midnight", func(s *CheckSources, _ *Announcement) { night(s) }, mine(everyDay("05:30"), "loa-01"), "quiet_hours:warn+"},
		{"quiet hours, held", func(s *CheckSources, _ *Announcement) { night(s); s.Rules.Limits = StopLimits }, mine(everyDay("22:00"), "loa-01"), "quiet_hours:stop+"},
		{"too often a day", func(s *CheckSources, _ *Announcement) { s.Rules.Sessions.MaxPerDay = 1 }, mine(everyDay("18:00"), "loa-01"), "session_limits:warn+"},
		{"too often a week", func(s *CheckSources, _ *Announcement) { s.Rules.Sessions.MaxDaysPerWeek = 5 }, mine(everyDay("18:00"), "loa-03"), "session_limits:warn+"},
		{"too often a week, held", func(s *CheckSources, _ *Announcement) {
			s.Rules.Sessions.MaxDaysPerWeek, s.Rules.Limits = 5, StopLimits
		}, mine(everyDay("18:00"), "loa-03"), "session_limits:stop+"},
		{"too long", func(s *CheckSources, _ *Announcement) { s.Rules.Sessions.MaxMinutes = 1 }, long, "longer_than_slot:warn+"},
		{"too long, held", func(s *CheckSources, _ *Announcement) { s.Rules.Sessions.MaxMinutes, s.Rules.Limits = 1, StopLimits }, long, "longer_than_slot:stop+"},
		{"too long said once", func(s *CheckSources, _ *Announcement) { s.Rules.Sessions.MaxMinutes = 1 }, endless, "longer_than_slot:warn-"},
		{"over when it begins again", nil, twice(2, 120_000), ""},
		{"not over when it begins again", nil, twice(3, 5*60_000), "self_overlap:warn+"},
		{"not over for long when it begins again", nil, twice(2, 12*60_000), "self_overlap:stop-"},
		{"an upload is lost", func(s *CheckSources, _ *Announcement) { s.Lost = map[string]bool{spokenSound.SHA256: true} }, uploaded, "missing_audio:stop-"},
		{"speech is lost", func(s *CheckSources, _ *Announcement) { s.Lost = map[string]bool{spokenSound.SHA256: true} }, spoken, "missing_audio:info-"},
		{"a version is lost", func(s *CheckSources, _ *Announcement) { s.Lost = map[string]bool{"x": true} }, translated, "missing_audio:stop+"},
		{"offline", func(s *CheckSources, _ *Announcement) { s.Standing["loa-01"] = Standing{} }, mine(everyDay("18:00"), "loa-01", "loa-02"), "cluster_offline:warn+"},
		{"all offline", func(s *CheckSources, _ *Announcement) { s.Standing["loa-01"] = Standing{} }, mine(everyDay("18:00"), "loa-01"), "cluster_offline:warn-"},
		{"plan not held", func(s *CheckSources, _ *Announcement) {
			s.Standing["loa-01"] = Standing{Online: true, Missing: []string{"x"}, Current: true}
		}, mine(everyDay("18:00"), "loa-01"), "plan_not_held:info-"},
		{"a place is gone", nil, mine(everyDay("18:00"), "loa-01", "loa-99"), "target_gone:warn+"},
		{"all places are gone", nil, mine(everyDay("18:00"), "loa-99"), "target_gone:stop-"},
		{"an emergency is exempt", func(s *CheckSources, _ *Announcement) { night(s); s.Rules.Limits = StopLimits }, urgent(mine(everyDay("22:00"), "loa-01"), devices.Emergency), "emergency_exempt:info-"},
		{"an emergency that nothing restrains", nil, urgent(mine(everyDay("18:00"), "loa-01"), devices.Emergency), ""},
		{"now in quiet hours", func(s *CheckSources, _ *Announcement) { s.Rules.QuietHours = Span{"11:00", "13:00"} }, mine(schedule.When{Kind: schedule.Now}, "loa-01"), "quiet_hours:warn+"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			other := scheduled(1, everyDay("17:00"), "loa-01", "loa-02")
			other.Sound.DurationMS = 10 * 60_000
			src := checkSources(other)
			if tc.change != nil {
				tc.change(&src, other)
			}
			got := CheckAnnouncement(src, tc.a)
			if codes(got) != tc.want {
				t.Errorf("got %s, want %s", codes(got), tc.want)
			}
			for _, f := range got {
				wellSaid(t, f)
				// A fix cures what it was offered for, and brings no other trouble.
				if len(f.Fix.Patch) == 0 {
					continue
				}
				fixed := tc.a
				fixed.Draft = patched(t, tc.a.Draft, f.Fix.Patch)
				if _, ok := f.Fix.Patch["versions"]; ok {
					fixed.VersionSounds = nil
				}
				if again := codes(CheckAnnouncement(src, fixed)); again != "" && again != "overlap:warn+" || again == codes(got) {
					t.Errorf("%v leaves %s", f.Fix.Patch, again)
				}
			}
		})
	}
}

// wellSaid checks the words of a finding.
func wellSaid(t *testing.T, f Finding) {
	t.Helper()
	if f.Fix == nil || f.Fix.Patch == nil {
		t.Fatalf("%s offers no fix", f.Code)
	}
	for _, w := range []problem.Words{f.Message, f.Fix.Label} {
		if w.VI == "" || w.EN == "" || strings.Contains(w.VI+w.EN, "%!") {
			t.Errorf("words %+v", w)
		}
	}
}

// patched applies a merge patch of one or two levels.
func patched[D any](t *testing.T, d D, patch map[string]any) D {
	t.Helper()
	whole := map[string]any{}
	data, _ := json.Marshal(d)
	if err := json.Unmarshal(data, &whole); err != nil {
		t.Fatal(err)
	}
	data, _ = json.Marshal(patch)
	var p map[string]any
	if err := json.Unmarshal(data, &p); err != nil {
		t.Fatal(err)
	}
	mergePatch(whole, p)
	data, _ = json.Marshal(whole)
	var out D
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatalf("%s: %v", data, err)
	}
	return out
}

func mergePatch(into, patch map[string]any) {
	for k, v := range patch {
		inner, isMap := v.(map[string]any)
		have, had := into[k].(map[string]any)
		switch {
		case v == nil:
			delete(into, k)
		case isMap && had:
			mergePatch(have, inner)
		default:
			into[k] = v
		}
	}
}

func TestProgrammeChecks(t *testing.T) {
	content := func(n int, minutes int, level devices.Level) *Announcement {
		a := scheduled(n, schedule.When{Kind: schedule.InProgramme})
		a.State, a.Sound.DurationMS, a.Level = Approved, int64(minutes)*60_000, level
		return a
	}
	short, urgent, waits := content(1, 1, devices.Normal), content(2, 1, devices.Priority), content(3, 1, devices.Normal)
	waits.State = Submitted
	programme := func(id ProgrammeID, clock string, order int, items ...ProgrammeItem) *Programme {
		approved := at(hanoi, "2026-03-01 00:00")
		return &Programme{ID: id, State: Scheduled, ApprovedAt: &approved, DecidedAt: &approved, ProgrammeDraft: ProgrammeDraft{Title: "Chương trình " + string(id), Order: order,
			Target: Target{Clusters: []devices.DeviceID{"loa-01"}}, When: everyDay(clock), Items: items}}
	}
	one, two, three, fill := ProgrammeItem{Announcement: short.ID}, ProgrammeItem{Announcement: urgent.ID}, ProgrammeItem{Announcement: waits.ID}, ProgrammeItem{Fill: &Fill{Max: 20}}
	often := func(items ...ProgrammeItem) *Programme { // every ten minutes in the evening
		p := programme("", "18:00", 0, items...)
		p.When = schedule.When{Kind: schedule.Rule, Start: "2026-03-01T18:00", RRule: "FREQ=DAILY;BYHOUR=18;BYMINUTE=0,10,20,30"}
		return p
	}
	meets := func(p *Programme) func(*CheckSources) {
		return func(s *CheckSources) { s.Programmes = append(s.Programmes, p) }
	}
	for _, tc := range []struct {
		name   string
		change func(*CheckSources)
		p      *Programme
		want   string
	}{
		{"nothing", nil, programme("", "18:00", 0, one), ""},
		{"what is not approved", nil, programme("", "18:00", 0, one, three), "content_not_approved:warn+"},
		{"nothing is approved", nil, programme("", "18:00", 0, three), "content_not_approved:warn- nothing_to_play:warn-"},
		{"it meets an announcement", nil, programme("", "17:00", 0, one), "overlap:warn+"},
		{"an announcement that waits for one of its pieces", func(s *CheckSources) { s.Announcements[0].When.Time = "17:00" },
			programme("", "16:45", 0, ProgrammeItem{Announcement: short.ID, Repeat: 10, GapS: 30}, one), "overlap:warn+"},
		{"its pieces would be missed", func(s *CheckSources) { s.Announcements[0].Sound.DurationMS = 30 * 60_000 }, programme("", "17:05", 0, one), "overlap:stop+"},
		{"one that sounds goes on first", meets(programme("ct-1", "17:58", 0, one, one, one)), programme("", "18:00", 0, one), "overlap:warn+"},
		{"two at the same time", meets(programme("ct-1", "18:00", 0, one)), programme("", "18:00", 0, one), "overlap:warn+"},
		{"two at the same time, in order", meets(programme("ct-1", "18:00", 0, one)), programme("", "18:00", 1, one), "overlap:warn+"},
		{"two of priority at the same time", meets(programme("ct-1", "18:00", 0, two)), programme("", "18:00", 0, two), "priority_collision:stop+"},
		{"two of priority, in order", meets(programme("ct-1", "18:00", 1, two)), programme("", "18:00", 2, two), "overlap:warn+"},
		{"of priority, as an announcement", func(s *CheckSources) { s.Announcements[0].Level = devices.Priority }, programme("", "17:00", 0, two), "priority_collision:stop+"},
		{"of priority, at another second", func(s *CheckSources) { s.Announcements[0].Level = devices.Priority }, programme("", "16:59", 0, two, one, one), "overlap:warn+"},
		{"too long, each said often", func(s *CheckSources) { s.Rules.Sessions.MaxMinutes = 5 }, programme("", "18:00", 0, ProgrammeItem{Announcement: short.ID, Repeat: 9}), "longer_than_slot:warn+"},
		{"too much is filled in", func(s *CheckSources) {
			s.Rules.Sessions.MaxMinutes = 5
			for n := 10; n < 20; n++ {
				s.Announcements = append(s.Announcements, content(n, 1, devices.Normal))
			}
		}, programme("", "18:00", 0, one, fill), "longer_than_slot:warn+"},
		{"too long whatever is left out", func(s *CheckSources) { s.Rules.Sessions.MaxMinutes = 1; short.Sound.DurationMS = 90_000 }, programme("", "18:00", 0, one), "longer_than_slot:warn-"},
		{"not over when it begins again", nil, often(ProgrammeItem{Announcement: short.ID, Repeat: 9, GapS: 30}), "self_overlap:warn+"},
		{"later and later", nil, often(ProgrammeItem{Announcement: short.ID, Repeat: 10, GapS: 120}, one), "self_overlap:stop+"},
		{"quiet hours", func(s *CheckSources) { s.Rules.QuietHours = Span{"21:00", "06:00"} }, programme("", "22:00", 0, one), "quiet_hours:warn+"},
		{"too often", func(s *CheckSources) { s.Rules.Sessions.MaxPerDay = 1 }, programme("", "18:00", 0, one), "session_limits:warn-"},
		{"audio is lost", func(s *CheckSources) { s.Lost = map[string]bool{spokenSound.SHA256: true} }, programme("", "18:00", 0, one, fill), "missing_audio:stop+"},
		{"a place is gone", nil, func() *Programme {
			p := programme("", "18:00", 0, one)
			p.Target.Villages = []devices.VillageID{"cao-loc"}
			return p
		}(), "target_gone:warn+"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			short.Sound.DurationMS = 60_000
			other := scheduled(4, everyDay("17:00"), "loa-01")
			other.Sound.DurationMS = 5 * 60_000
			src := checkSources(other, short, urgent, waits)
			if tc.change != nil {
				tc.change(&src)
			}
			got := CheckProgramme(src, *tc.p)
			if codes(got) != tc.want {
				t.Errorf("got %s, want %s", codes(got), tc.want)
			}
			for _, f := range got {
				wellSaid(t, f)
				if len(f.Fix.Patch) == 0 {
					continue
				}
				fixed := *tc.p
				fixed.ProgrammeDraft = patched(t, tc.p.ProgrammeDraft, f.Fix.Patch)
				if again := codes(CheckProgramme(src, fixed)); strings.Contains(again, ":stop") || again == codes(got) && !strings.Contains(tc.name, "same time") {
					t.Errorf("%v leaves %s", f.Fix.Patch, again)
				}
			}
		})
	}
}

// BenchmarkWeek makes the calendar of a commune of 60 clusters with 20 soundings a
// day, a past half of it in the journal.
func BenchmarkWeek(b *testing.B) {
	now := at(hanoi, "2026-03-05 12:00")
	src := Sources{Now: now, Location: hanoi}
	for i := range 60 {
		src.Clusters = append(src.Clusters, devices.Cluster{ID: devices.DeviceID(fmt.Sprintf("loa-%02d", i)), Village: devices.VillageID(fmt.Sprint("thon-", i%36))})
	}
	var ids []devices.DeviceID
	for _, c := range src.Clusters {
		ids = append(ids, c.ID)
	}
	for n := range 20 {
		src.Announcements = append(src.Announcements, scheduled(n, schedule.When{Kind: schedule.Daily, Time: fmt.Sprintf("%02d:%02d", n, n), From: "2026-01-01"}, ids...))
	}
	from, to := at(hanoi, "2026-03-02 00:00"), at(hanoi, "2026-03-09 00:00")
	var told []journal.Entry
	for _, s := range spans(src, from, now, nil) {
		for _, c := range s.clusters {
			told = append(told, journal.Entry{Occurrence: s.id, Cluster: c, Result: devices.Played, PlannedAt: s.start})
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if n := len(calendarOf(spans(src, from, to, nil), told, nil, now)); n < 100 {
			b.Fatal(n)
		}
	}
}
