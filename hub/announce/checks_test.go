package announce

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

func codes(all []Finding) string {
	var out []string
	for _, f := range all {
		fix := ""
		if f.Fix != nil {
			fix = "+"
		}
		out = append(out, f.Code+":"+string(f.Severity)+fix)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func TestChecks(t *testing.T) {
	now := at(hanoi, "2026-03-02 12:00")
	when := func(clock string) schedule.When {
		return schedule.When{Kind: schedule.Daily, Time: clock, From: "2026-03-01"}
	}
	other := scheduled(1, when("17:00"), "loa-01", "loa-02")
	other.Sound.DurationMS = 10 * 60_000
	base := CheckSources{Sources: Sources{Now: now, Location: hanoi, Clusters: fleet, Announcements: []*Announcement{other}},
		Standing: map[devices.DeviceID]Standing{}}
	for _, c := range fleet {
		base.Standing[c.ID] = Standing{Online: true, Current: true}
	}
	mine := func(w schedule.When, clusters ...devices.DeviceID) Announcement { return *scheduled(2, w, clusters...) }
	urgent := func(a Announcement, l devices.Level) Announcement { a.Level = l; return a }
	for _, tc := range []struct {
		name   string
		change func(*CheckSources)
		a      Announcement
		want   string
	}{
		{"nothing", nil, mine(when("18:00"), "loa-01"), ""},
		{"elsewhere", nil, mine(when("17:00"), "loa-03"), ""},
		{"overlap", nil, mine(when("17:05"), "loa-01"), "overlap:warn+"},
		{"the later one would be missed", func(s *CheckSources) { s.Announcements[0].Sound.DurationMS = 40 * 60_000 }, mine(when("17:05"), "loa-01"), "overlap:stop+"},
		{"it interrupts", nil, urgent(mine(when("17:05"), "loa-01"), devices.Priority), "overlap:warn+"},
		{"two of priority", func(s *CheckSources) { s.Announcements[0].Level = devices.Priority }, urgent(mine(when("17:00"), "loa-01"), devices.Priority), "priority_collision:stop+"},
		{"two of priority, mine first", func(s *CheckSources) { s.Announcements[0].Level = devices.Priority },
			func() Announcement {
				a := urgent(mine(when("17:00"), "loa-01"), devices.Priority)
				a.Order = -10
				return a
			}(), "overlap:warn+"},
		{"two of priority, in order", func(s *CheckSources) { s.Announcements[0].Level, s.Announcements[0].Order = devices.Priority, 3 },
			urgent(mine(when("17:00"), "loa-01"), devices.Priority), "overlap:warn+"},
		{"quiet hours", func(s *CheckSources) { s.Rules.QuietHours = Span{"21:00", "06:00"} }, mine(when("22:00"), "loa-01"), "quiet_hours:warn+"},
		{"quiet hours over midnight", func(s *CheckSources) { s.Rules.QuietHours = Span{"21:00", "06:00"} }, mine(when("05:30"), "loa-01"), "quiet_hours:warn+"},
		{"too often a day", func(s *CheckSources) { s.Rules.Sessions.MaxPerDay = 1 }, mine(when("18:00"), "loa-01"), "session_limits:warn+"},
		{"too often a week", func(s *CheckSources) { s.Rules.Sessions.MaxDaysPerWeek = 5 }, mine(when("18:00"), "loa-03"), "session_limits:warn+"},
		{"too long", func(s *CheckSources) { s.Rules.Sessions.MaxMinutes = 1 }, func() Announcement {
			a := mine(when("18:00"), "loa-03")
			a.Repeat, a.GapS = 8, 5
			return a
		}(), "longer_than_slot:warn+"},
		{"lost audio", func(s *CheckSources) { s.Lost = map[string]bool{spokenSound.SHA256: true} }, mine(when("18:00"), "loa-01"), "missing_audio:stop"},
		{"offline", func(s *CheckSources) { s.Standing["loa-01"] = Standing{} }, mine(when("18:00"), "loa-01", "loa-02"), "cluster_offline:warn+"},
		{"all offline", func(s *CheckSources) { s.Standing["loa-01"] = Standing{} }, mine(when("18:00"), "loa-01"), "cluster_offline:warn"},
		{"plan not held", func(s *CheckSources) {
			s.Standing["loa-01"] = Standing{Online: true, Missing: []string{"x"}, Current: true}
		}, mine(when("18:00"), "loa-01"), "plan_not_held:info"},
		{"an emergency is exempt", func(s *CheckSources) { s.Rules.QuietHours = Span{"21:00", "06:00"} }, urgent(mine(when("22:00"), "loa-01"), devices.Emergency), "emergency_exempt:info"},
		{"now in quiet hours", func(s *CheckSources) { s.Rules.QuietHours = Span{"11:00", "13:00"} }, mine(schedule.When{Kind: schedule.Now}, "loa-01"), "quiet_hours:warn+"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			src := base
			src.Announcements = slices.Clone(base.Announcements)
			src.Standing = map[devices.DeviceID]Standing{}
			for c, s := range base.Standing {
				src.Standing[c] = s
			}
			if tc.change != nil {
				tc.change(&src)
			}
			got := CheckAnnouncement(src, tc.a)
			if codes(got) != tc.want {
				t.Errorf("got %s, want %s", codes(got), tc.want)
			}
			// A fix cures what it was offered for.
			for _, f := range got {
				if f.Fix == nil || f.Code == FoundOffline {
					continue
				}
				fixed := tc.a
				fixed.Draft = patched(t, tc.a.Draft, f.Fix.Patch)
				if again := CheckAnnouncement(src, fixed); strings.Contains(codes(again), f.Code) {
					t.Errorf("%v leaves %s", f.Fix.Patch, codes(again))
				}
				if f.Message.VI == "" || strings.Contains(f.Message.VI+f.Message.EN+f.Fix.Label.VI, "%!") {
					t.Errorf("words %+v", f)
				}
			}
		})
	}
}

// patched applies a merge patch of one or two levels.
func patched(t *testing.T, d Draft, patch map[string]any) Draft {
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
	var out Draft
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
	now := at(hanoi, "2026-03-02 12:00")
	a := scheduled(1, schedule.When{Kind: schedule.InProgramme})
	a.State = Approved
	b := scheduled(2, schedule.When{Kind: schedule.InProgramme})
	b.State = Submitted
	src := CheckSources{Sources: Sources{Now: now, Location: hanoi, Clusters: fleet, Announcements: []*Announcement{a, b, scheduled(3, schedule.When{Kind: schedule.Daily, Time: "17:00", From: "2026-03-01"}, "loa-01")}},
		Standing: map[devices.DeviceID]Standing{"loa-01": {Online: true, Current: true}}}
	p := Programme{ProgrammeDraft: ProgrammeDraft{Title: "Chiều", Target: Target{Clusters: []devices.DeviceID{"loa-01"}}, When: schedule.When{Kind: schedule.Daily, Time: "17:00", From: "2026-03-01"},
		Items: []ProgrammeItem{{Announcement: a.ID}, {Announcement: b.ID}}}}
	if got, want := codes(CheckProgramme(src, p)), "content_not_approved:warn+ overlap:warn+"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	p.Items, p.When.Time = []ProgrammeItem{{Announcement: b.ID}}, "18:00"
	if got, want := codes(CheckProgramme(src, p)), "content_not_approved:warn+ nothing_to_play:warn"; got != want {
		t.Errorf("got %s, want %s", got, want)
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
	var journal []Entry
	for _, s := range spans(src, from, now) {
		for _, c := range s.clusters {
			journal = append(journal, Entry{Occurrence: s.id, Cluster: c, Result: devices.Played, PlannedAt: s.start})
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if n := len(calendarOf(spans(src, from, to), journal, nil, now)); n < 100 {
			b.Fatal(n)
		}
	}
}
