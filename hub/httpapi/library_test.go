package httpapi

import (
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/account"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/audio"
)

// audited returns the actions in the audit log, the newest first.
func (r *rig) audited() (actions []string) {
	r.t.Helper()
	var log struct{ Entries []account.AuditEntry }
	r.as(quantri).want(200, "GET", "/api/audit?limit=20", nil, &log)
	for _, e := range log.Entries {
		if e.Action != "session.login" {
			actions = append(actions, e.Action+" "+e.Detail)
		}
	}
	return actions
}

func TestDraftOverHTTP(t *testing.T) {
	r := newRig(t)
	writer, boss := r.as(phatthanh), r.as(lanhdao)
	var a announce.Announcement
	writer.want(200, "POST", "/api/announcements?draft=true", map[string]any{"title": "Họp", "level": "normal", "target": map[string]any{}, "when": map[string]any{"kind": "now"}}, &a)
	if a.State != announce.Drafted || a.CreatedBy != phatthanh {
		t.Fatalf("kept as %+v", a)
	}
	path := "/api/announcements/" + string(a.ID)
	full := map[string]any{"title": "Họp thôn", "level": "normal", "text": "Mời họp", "target": map[string]any{"all": true}, "when": map[string]any{"kind": "now"},
		"opening": "opening", "closing": "closing", "repeat": 2, "gap_s": 10, "versions": []any{map[string]any{"language": "en", "text": "Meeting"}},
		"valid_until": "2100-01-01", "source": map[string]any{"signer": "Chủ tịch", "document": "12/TB-UBND"}, "on_interrupted": "resume", "order": 1}
	writer.want(200, "PUT", path, full, &a)
	if a.Title != "Họp thôn" || a.Source.Document != "12/TB-UBND" || len(a.Versions) != 1 {
		t.Errorf("changed to %+v", a)
	}
	writer.want(200, "POST", path+"/submit", map[string]any{}, &a)
	if a.State != announce.Submitted || len(a.VersionSounds) != 1 {
		t.Errorf("handed in as %+v", a)
	}
	if p := boss.call("POST", path+"/submit", map[string]any{}).problem(t); p.Code != "already_decided" {
		t.Errorf("handed in twice: %+v", p)
	}
	if got := r.audited()[:3]; !slices.Equal(got, []string{"announcement.submit Họp thôn", "announcement.edit Họp thôn", "announcement.create draft: Họp"}) {
		t.Errorf("in the audit log: %q", got)
	}
}

func TestRulesOverHTTP(t *testing.T) {
	r := newRig(t)
	technician, admin := r.as(kythuat), r.as(quantri)
	var rules announce.Rules
	r.as(phatthanh).want(200, "GET", "/api/rules", nil, &rules)
	if len(rules.Templates) < 15 || rules.Approval != announce.TwoPerson {
		t.Fatalf("a broadcaster sees %d templates, %s", len(rules.Templates), rules.Approval)
	}
	rules.Abbreviations = map[string]string{"NVH": "nhà văn hóa"}
	technician.want(200, "PUT", "/api/rules", rules, &rules)
	if rules.Version != 1 {
		t.Errorf("after one change it is version %d", rules.Version)
	}
	rules.Approval = announce.OnePerson
	if a := technician.call("PUT", "/api/rules", rules); a.StatusCode != 403 || a.problem(t).Code != "approval_of_admin" {
		t.Errorf("a technician switched the second person off: %d", a.StatusCode)
	}
	admin.want(200, "PUT", "/api/rules", rules, &rules)
	if got := r.audited()[0]; got != "rules.change two-person → one-person" {
		t.Errorf("in the audit log: %q", got)
	}
	rules.Limits = announce.StopLimits
	if a := technician.call("PUT", "/api/rules", rules); a.StatusCode != 403 || a.problem(t).Code != "limits_of_admin" {
		t.Errorf("a technician made the limits bind: %d", a.StatusCode)
	}
	admin.want(200, "PUT", "/api/rules", rules, &rules)
	if got := r.audited()[0]; rules.Limits != announce.StopLimits || got != "rules.change limits warn → stop" {
		t.Errorf("limits %q; in the audit log: %q", rules.Limits, got)
	}
	rules.Version = 0
	if a := admin.call("PUT", "/api/rules", rules); a.StatusCode != 409 {
		t.Errorf("an old version was taken: %d", a.StatusCode)
	}
}

func TestWhatWillBeReadOut(t *testing.T) {
	var s Spoken
	newRig(t).as(phatthanh).want(200, "POST", "/api/normalise", map[string]any{"text": "Họp tại NVH"}, &s)
	if s.Spoken != "Họp tại nhà văn hóa" || len(s.Replacements) != 1 || s.Replacements[0].Class != "abbreviation" {
		t.Errorf("%+v", s)
	}
}

func TestEmergencyAndStopOverHTTP(t *testing.T) {
	r := newRig(t)
	e := map[string]any{"text": "Lũ về", "target": map[string]any{"all": true}}
	if a := r.as(phatthanh).call("POST", "/api/emergency", e); a.StatusCode != 403 || a.problem(t).Code != "emergency_needs_approver" {
		t.Errorf("a broadcaster launched one: %d", a.StatusCode)
	}
	boss := r.as(lanhdao)
	var a announce.Announcement
	boss.want(200, "POST", "/api/emergency", e, &a)
	if a.Level != devices.Emergency || a.Alert == nil || a.Alert.Speech != announce.SpeechPending || len(a.Clusters) != 1 {
		t.Errorf("launched %+v", a)
	}
	var s announce.Stopped
	boss.want(200, "POST", "/api/stop", map[string]any{}, &s)
	if len(s.Clusters) != 1 || s.Silenced == nil {
		t.Errorf("stopped %+v", s)
	}
	if got := r.audited()[:2]; !slices.Equal(got, []string{"stop 1 clusters, 0 silenced", "emergency.launch 1 clusters: Lũ về"}) {
		t.Errorf("in the audit log: %q", got)
	}
}

func TestCommandsOverHTTP(t *testing.T) {
	r := newRig(t)
	technician := r.as(kythuat)
	var made announce.Instructed
	technician.want(200, "POST", "/api/clusters/loa-01/commands", map[string]any{"kind": "volume", "volume": 70}, &made)
	technician.want(200, "POST", "/api/clusters/loa-01/commands", map[string]any{"kind": "mute", "until": time.Now().Add(time.Hour)}, &made)
	var all struct{ Commands []announce.Instructed }
	technician.want(200, "GET", "/api/clusters/loa-01/commands?limit=5", nil, &all)
	if len(all.Commands) != 2 || all.Commands[0].ID != made.ID || all.Commands[0].By != kythuat || all.Commands[0].Outcome != "waiting" || *all.Commands[1].Volume != 70 {
		t.Errorf("asked of the cluster: %+v", all.Commands)
	}
	if a := technician.call("POST", "/api/clusters/loa-09/commands", map[string]any{"kind": "reboot"}); a.StatusCode != 404 {
		t.Errorf("to a cluster that is not there: %d", a.StatusCode)
	}
	if a := technician.call("POST", "/api/clusters/loa-01/commands", map[string]any{"kind": "play"}); a.StatusCode != 422 {
		t.Errorf("a technician let it play: %d", a.StatusCode)
	}
	if got := r.audited()[0]; got != "cluster.command mute" {
		t.Errorf("in the audit log: %q", got)
	}
}

// Somebody else asks how far an upload is while it comes in.
func TestProgressOfAnUpload(t *testing.T) {
	r := newRig(t)
	b, other := r.as(phatthanh), r.as(lanhdao)
	reader := &gate{open: make(chan struct{}), reached: make(chan struct{})}
	type result struct{ status int }
	ended := make(chan result, 1)
	go func() {
		ended <- result{b.raw("POST", "/api/audio?name=hop.mp3&job=tai-len-0001", "application/octet-stream", reader, forgeryHeader, forgeryValue).StatusCode}
	}()
	<-reader.reached
	var state jobState
	deadline := time.Now().Add(20 * time.Second)
	for b.want(200, "GET", "/api/jobs/tai-len-0001", nil, &state); state.Step == "unknown"; b.want(200, "GET", "/api/jobs/tai-len-0001", nil, &state) {
		if time.Now().After(deadline) {
			t.Fatal("the upload is not told of in 20 s")
		}
	}
	if state.Done || state.Step != string(audio.Receiving) {
		t.Errorf("while it comes in: %+v", state)
	}
	if other.want(200, "GET", "/api/jobs/tai-len-0001", nil, &state); state.Step != "unknown" {
		t.Errorf("somebody else sees it: %+v", state)
	}
	close(reader.open)
	if got := <-ended; got.status != 200 {
		t.Fatalf("the upload ended with %d", got.status)
	}
	b.want(200, "GET", "/api/jobs/tai-len-0001", nil, &state)
	if !state.Done {
		t.Errorf("when it is over: %+v", state)
	}
}

// gate gives some bytes, then waits, then gives the rest.
type gate struct {
	open, reached chan struct{}
	sent          int
}

func (g *gate) Read(p []byte) (int, error) {
	g.sent++
	switch g.sent {
	case 1:
		return copy(p, strings.Repeat("x", 1000)), nil
	case 2:
		close(g.reached)
		<-g.open
		return copy(p, "end"), nil
	}
	return 0, io.EOF
}
