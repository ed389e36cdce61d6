package httpapi

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
	"github.com/smart-commune/smart-commune/hub/problem"
)

func TestProgrammeOverHTTP(t *testing.T) {
	r := newRig(t)
	writer, boss := r.as(phatthanh), r.as(lanhdao)
	tomorrow := time.Now().Add(24 * time.Hour).In(time.FixedZone("", 7*3600)).Format("2006-01-02")
	content, err := r.announce.Submit(t.Context(), phatthanh, false, announce.Draft{Title: "Thời sự", Text: "Mời nghe", When: schedule.When{Kind: schedule.InProgramme}})
	if err != nil {
		t.Fatal(err)
	}
	draft := map[string]any{"title": "Bản tin sáng", "target": map[string]any{"all": true}, "opening": "opening", "closing": "closing",
		"when":  map[string]any{"kind": "rule", "start": tomorrow + "T06:30", "rrule": "FREQ=DAILY", "lunar": map[string]any{"except": []any{map[string]any{"day": 15}}}},
		"items": []any{map[string]any{"announcement": content.ID, "repeat": 2}, map[string]any{"fill": map[string]any{"max": 3}}}}
	var found struct{ Findings []announce.Finding }
	writer.want(200, "POST", "/api/programmes/checks", draft, &found)
	if !slices.ContainsFunc(found.Findings, func(f announce.Finding) bool { return f.Code == announce.FoundNotApproved && f.Fix != nil }) {
		t.Errorf("found %+v", found)
	}
	if _, err := r.announce.Approve(t.Context(), lanhdao, content.ID); err != nil {
		t.Fatal(err)
	}
	var layout announce.Layout
	writer.want(200, "POST", "/api/programmes/preview", draft, &layout)
	if len(layout.Pieces) != 2 || layout.Pieces[0].Title != "Thời sự" {
		t.Errorf("layout %+v", layout)
	}
	var p ProgrammeView
	writer.want(200, "POST", "/api/programmes", draft, &p)
	if p.State != announce.Submitted || !strings.HasPrefix(p.Described.VI, "Hằng ngày lúc 06:30") || len(p.Next) != 5 {
		t.Fatalf("made %+v", p)
	}
	path := "/api/programmes/" + string(p.ID)
	if pr := writer.call("POST", path+"/approve", map[string]any{}).problem(t); pr.Code != "not_allowed" {
		t.Errorf("approved by its maker: %+v", pr)
	}
	boss.want(200, "POST", path+"/return", map[string]any{"remark": "muộn hơn"}, nil)
	writer.want(200, "PUT", path, draft, nil)
	writer.want(200, "POST", path+"/submit", map[string]any{}, nil)
	boss.want(200, "POST", path+"/approve", map[string]any{}, &p)
	if p.State != announce.Scheduled {
		t.Errorf("approved it is %s", p.State)
	}
	var cal announce.Calendar
	writer.want(200, "GET", "/api/calendar?from="+tomorrow+"T00:00:00%2B07:00&to="+tomorrow+"T23:00:00%2B07:00", nil, &cal)
	if len(p.Next) > 0 && p.Next[0].In(time.FixedZone("", 7*3600)).Format("2006-01-02") == tomorrow && (len(cal.Entries) != 1 || len(cal.Entries[0].Pieces) != 2) {
		t.Errorf("calendar %+v", cal)
	}
	var edited struct{ Programmes []ProgrammeView }
	writer.want(200, "POST", path+"/occurrences", map[string]any{"start": p.Next[1], "scope": "this", "cancel": true}, &edited)
	if len(edited.Programmes) != 1 || len(edited.Programmes[0].When.Except) != 1 {
		t.Errorf("edited %+v", edited)
	}
	var all struct{ Programmes []ProgrammeView }
	writer.want(200, "GET", "/api/programmes?state=scheduled", nil, &all)
	writer.want(200, "GET", path, nil, nil)
	boss.want(200, "POST", path+"/cancel", map[string]any{}, &p)
	if len(all.Programmes) != 1 || p.State != announce.Cancelled {
		t.Errorf("listed %d, cancelled it is %s", len(all.Programmes), p.State)
	}
	if got := r.audited()[:3]; !slices.Equal(got[:1], []string{"programme.cancel Bản tin sáng"}) || !strings.HasPrefix(got[1], "programme.reschedule this from") {
		t.Errorf("in the audit log: %q", got)
	}
}

func TestScheduleOverHTTP(t *testing.T) {
	r := newRig(t)
	writer := r.as(phatthanh)
	var s struct {
		Described problem.Words
		Next      []time.Time
	}
	writer.want(200, "POST", "/api/schedule", map[string]any{"kind": "daily", "time": "05:30"}, &s)
	if s.Described.EN != "Daily at 05:30" || len(s.Next) != 10 {
		t.Errorf("described %+v", s)
	}
	start := time.Now().Add(24*time.Hour).Format("2006-01-02") + "T05:30"
	for rule, code := range map[string]string{"FREQ=SECONDLY": "too_often", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30": "never", "FREQ=SOMETIMES": "rule_invalid"} {
		p := writer.call("POST", "/api/schedule", map[string]any{"kind": "rule", "start": start, "rrule": rule}).problem(t)
		if p.Code != code || p.Message.VI == "" {
			t.Errorf("%s: %+v, want %s", rule, p, code)
		}
	}
	var a announce.Announcement
	draft := map[string]any{"title": "Họp", "level": "normal", "text": "Mời họp", "target": map[string]any{"all": true}, "when": map[string]any{"kind": "daily", "time": "17:00"}}
	var found struct{ Findings []announce.Finding }
	writer.want(200, "POST", "/api/announcements/checks", draft, &found)
	if len(found.Findings) != 1 || found.Findings[0].Code != announce.FoundOffline {
		t.Errorf("found %+v", found)
	}
	a, err := r.announce.Submit(t.Context(), phatthanh, false, announce.Draft{Text: "Mời họp", Target: announce.Target{All: true}, When: schedule.When{Kind: schedule.Daily, Time: "17:00"}})
	if err != nil {
		t.Fatal(err)
	}
	_, next := r.announce.Describe(a.When, 2)
	to := next[1].Add(time.Hour)
	var out struct{ Announcements []announce.Announcement }
	writer.want(200, "POST", "/api/announcements/"+string(a.ID)+"/occurrences", map[string]any{"start": next[1], "scope": "following", "move_to": to}, &out)
	if len(out.Announcements) != 2 || out.Announcements[1].Follows != a.ID {
		t.Errorf("edited %+v", out)
	}
}
