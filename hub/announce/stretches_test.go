package announce

import (
	"fmt"
	"testing"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

// TestChecksOfWhatIsFarAhead checks what begins weeks or months from now as what
// begins tomorrow.
func TestChecksOfWhatIsFarAhead(t *testing.T) {
	once := func(n int, local string, level devices.Level) *Announcement {
		due := at(hanoi, local)
		a := scheduled(n, schedule.When{Kind: schedule.Once, At: &due}, "loa-01")
		a.Level = level
		return a
	}
	series := func(n int, when schedule.When, level devices.Level) *Announcement {
		a := scheduled(n, when, "loa-01")
		a.Level = level
		return a
	}
	rule := func(start, rrule string) schedule.When {
		return schedule.When{Kind: schedule.Rule, Start: start, RRule: rrule}
	}
	validLater := series(2, everyDay("22:00"), devices.Normal)
	validLater.ValidFrom = "2026-04-01"
	for _, tc := range []struct {
		name  string
		a     *Announcement
		other *Announcement
		want  string
	}{
		{"in the quiet hours in ten days", once(2, "2026-03-12 22:00", devices.Normal), nil, "quiet_hours:stop+"},
		{"in the quiet hours in two years", once(2, "2028-03-01 22:00", devices.Normal), nil, "quiet_hours:stop+"},
		{"in good time in ten days", once(2, "2026-03-12 18:00", devices.Normal), nil, ""},
		{"daily from a day on", series(2, schedule.When{Kind: schedule.Daily, Time: "22:00", From: "2026-06-01"}, devices.Normal), nil, "quiet_hours:stop+"},
		{"valid from a day on", validLater, nil, "quiet_hours:stop+"},
		{"two of priority in twelve days", once(2, "2026-03-14 17:00", devices.Priority), once(1, "2026-03-14 17:00", devices.Priority), "priority_collision:stop+"},
		{"one day of a series of priority", once(2, "2026-03-14 17:00", devices.Priority), series(1, everyDay("17:00"), devices.Priority), "priority_collision:stop+"},
		{"a series, and another that is far ahead", series(2, everyDay("17:00"), devices.Priority), once(1, "2026-05-14 17:00", devices.Priority), "priority_collision:stop+"},
		{"a series, and another that comes once a month", series(2, everyDay("17:00"), devices.Priority), series(1, rule("2026-02-20T17:00", "FREQ=MONTHLY"), devices.Priority), "priority_collision:stop+"},
		{"once a month, the second time", series(2, rule("2026-03-04T17:00", "FREQ=MONTHLY"), devices.Priority), once(1, "2026-04-04 17:00", devices.Priority), "priority_collision:stop+"},
		{"far ahead, on another day", once(2, "2026-03-14 17:00", devices.Priority), once(1, "2026-03-15 17:00", devices.Priority), ""},
		{"too many that day", once(2, "2026-03-14 18:00", devices.Normal), once(1, "2026-03-14 17:00", devices.Normal), "session_limits:stop+"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			src := checkSources()
			src.Rules.QuietHours, src.Rules.Limits = Span{"21:00", "06:00"}, StopLimits
			if tc.other != nil {
				src.Announcements = append(src.Announcements, tc.other)
			}
			if tc.name == "too many that day" {
				src.Rules.Sessions.MaxPerDay = 1
			}
			got := CheckAnnouncement(src, *tc.a)
			if codes(got) != tc.want {
				t.Errorf("got %s, want %s", codes(got), tc.want)
			}
			for _, f := range got {
				wellSaid(t, f)
			}
		})
	}
}

// A programme's occurrence has no announcement, and neither has a draft that was not
// kept yet: they are not the same.
func TestADraftMeetsAProgramme(t *testing.T) {
	approved := at(hanoi, "2026-03-01 00:00")
	item := scheduled(4, schedule.When{Kind: schedule.InProgramme})
	item.State, item.Sound.DurationMS = Approved, 5*60_000
	src := checkSources(item)
	src.Programmes = []*Programme{{ID: "ct-1", State: Scheduled, ApprovedAt: &approved, DecidedAt: &approved,
		ProgrammeDraft: ProgrammeDraft{Title: "Buổi chiều", Target: Target{Clusters: []devices.DeviceID{"loa-01"}}, When: everyDay("17:00"), Items: []ProgrammeItem{{Announcement: item.ID}}}}}
	draft := scheduled(2, everyDay("17:02"), "loa-01")
	draft.ID = ""
	if got := codes(CheckAnnouncement(src, *draft)); got != "overlap:warn+" {
		t.Errorf("a draft that sounds in the midst of a programme: %q", got)
	}
}

// BenchmarkCheck checks a daily announcement for a commune of 60 clusters with 20
// soundings a day, and with a hundred more that are far ahead.
func BenchmarkCheck(b *testing.B) {
	for _, far := range []int{0, 100} {
		b.Run(fmt.Sprint("far=", far), func(b *testing.B) {
			src := checkSources()
			src.Clusters = nil
			var ids []devices.DeviceID
			for i := range 60 {
				ids = append(ids, devices.DeviceID(fmt.Sprintf("loa-%02d", i)))
				src.Clusters = append(src.Clusters, devices.Cluster{ID: ids[i], Village: devices.VillageID(fmt.Sprint("thon-", i%36))})
			}
			for n := range 20 {
				src.Announcements = append(src.Announcements, scheduled(n, everyDay(fmt.Sprintf("%02d:%02d", n, n)), ids...))
			}
			for n := range far {
				due := at(hanoi, "2026-04-01 17:00").AddDate(0, 0, 3*n)
				src.Announcements = append(src.Announcements, scheduled(100+n, schedule.When{Kind: schedule.Once, At: &due}, ids...))
			}
			mine := *scheduled(1000, everyDay("21:30"), ids...)
			b.ReportAllocs()
			for b.Loop() {
				CheckAnnouncement(src, mine)
			}
		})
	}
}
