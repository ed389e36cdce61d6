package announce_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/announcetest"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// tongues speaks every text with a length of its own, so that pieces are told
// apart: one second a letter.
type tongues struct{}

func (tongues) Speak(_ context.Context, language, text string) (protocol.Audio, error) {
	if language == "tyz" {
		return protocol.Audio{}, problem.New(problem.Invalid, "no_voice", "không", "none").At("language")
	}
	return protocol.Audio{SHA256: fmt.Sprintf("%064x", len(text)), Bytes: 1, DurationMS: int64(len(text)) * 1000}, nil
}

func (tongues) Find(_ context.Context, sha string) (protocol.Audio, error) {
	return protocol.Audio{SHA256: sha, Bytes: 1, DurationMS: 1000}, nil
}

var chimes = map[announce.Chime]protocol.Audio{
	announce.OpeningChime:   {SHA256: strings.Repeat("1", 64), Bytes: 1, DurationMS: 2600},
	announce.ClosingChime:   {SHA256: strings.Repeat("2", 64), Bytes: 1, DurationMS: 2400},
	announce.EmergencyChime: {SHA256: strings.Repeat("3", 64), Bytes: 1, DurationMS: 3000},
}

func withChimes(c *announce.Config) { c.Sounds, c.Chimes = tongues{}, chimes }

func twoPersons(c *announce.Config) { withChimes(c); c.Approval = announce.TwoPerson }

func TestAnItemIsChimeVersionsRepeatedAndChime(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, withChimes)
		d := say(everywhere, schedule.When{Kind: schedule.Daily, Time: "17:00"})
		d.Text, d.Opening, d.Closing, d.Repeat, d.GapS = "abcd", announce.OpeningChime, announce.ClosingChime, 2, 30
		d.Versions = []announce.Version{{Language: "en", Text: "ab"}}
		d.Order, d.OnInterrupted = 3, devices.Resume
		h.submit(d)
		plan := h.air.plan("loa-01")
		it := plan.Items[0]
		var heard []string
		for _, a := range it.Audio {
			heard = append(heard, fmt.Sprintf("%d+%d", a.GapMS, a.DurationMS))
		}
		// Silence before + length of each piece, in ms.
		want := "0+2600 400+4000 1000+2000 30000+4000 1000+2000 400+2400"
		if got := strings.Join(heard, " "); got != want {
			t.Errorf("it sounds as %s, want %s", got, want)
		}
		if it.Order != 3 || it.OnInterrupted != devices.Resume {
			t.Errorf("among others: order %d, %s", it.Order, it.OnInterrupted)
		}
		if len(plan.Keep) != 3 {
			t.Errorf("the cluster keeps %d chimes, want 3", len(plan.Keep))
		}
		if len(h.next) == 0 || h.next[0].DurationMS != it.DurationMS() {
			t.Errorf("the page shows %+v", h.next)
		}
	})
}

func TestADraftIsKeptChangedHandedInReturnedAndHandedInAgain(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, twoPersons)
		ctx := t.Context()
		a, err := h.SaveDraft(ctx, "phatthanh", announce.Draft{Title: "Họp", When: schedule.When{Kind: schedule.Now}})
		if err != nil || a.State != announce.Drafted {
			t.Fatalf("kept as %+v, %v", a, err)
		}
		_, err = h.SubmitDraft(ctx, "phatthanh", false, a.ID)
		wantProblem(t, err, problem.Invalid, "no_content", "text")
		_, err = h.Approve(ctx, "lanhdao", a.ID)
		wantProblem(t, err, problem.Conflict, "already_decided", "")
		d := say(everywhere, now)
		if a, err = h.EditDraft(ctx, "phatthanh", a.ID, d); err != nil || a.Text != d.Text {
			t.Fatalf("changed to %+v, %v", a, err)
		}
		if a, err = h.SubmitDraft(ctx, "phatthanh", false, a.ID); err != nil || a.State != announce.Submitted || a.Sound.SHA256 == "" {
			t.Fatalf("handed in as %+v, %v", a, err)
		}
		if a, err = h.Return(ctx, "lanhdao", a.ID, "Thiếu địa điểm"); err != nil {
			t.Fatal(err)
		}
		// An approver who corrects it himself is not the second person any more.
		d.Text += " tại nhà văn hóa"
		if a, err = h.EditDraft(ctx, "lanhdao", a.ID, d); err != nil || a.State != announce.Drafted || a.Remark == "" {
			t.Fatalf("changed to %+v, %v", a, err)
		}
		if a, err = h.SubmitDraft(ctx, "phatthanh", false, a.ID); err != nil || a.State != announce.Submitted || a.Remark != "" {
			t.Fatalf("handed in again as %+v, %v", a, err)
		}
		_, err = h.Approve(ctx, "lanhdao", a.ID)
		wantProblem(t, err, problem.Forbidden, "own_announcement", "")
		// While it waits its writer takes it back.
		if a, err = h.EditDraft(ctx, "phatthanh", a.ID, d); err != nil || a.State != announce.Drafted {
			t.Fatalf("taken back as %+v, %v", a, err)
		}
		_, err = h.Approve(ctx, "phochutich", a.ID)
		wantProblem(t, err, problem.Conflict, "already_decided", "")
		if _, err = h.SubmitDraft(ctx, "phatthanh", false, a.ID); err != nil {
			t.Fatal(err)
		}
		if a, err = h.Approve(ctx, "phochutich", a.ID); err != nil || a.State != announce.Scheduled {
			t.Fatalf("approved as %+v, %v", a, err)
		}
		_, err = h.EditDraft(ctx, "phatthanh", a.ID, d)
		wantProblem(t, err, problem.Conflict, "already_decided", "")
	})
}

func TestDraftsThatCannotBe(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, withChimes)
		for field, change := range map[string]func(*announce.Draft){
			"blanks_left text":                    func(d *announce.Draft) { d.Text = "Mời bà con {tên thôn} đi họp lúc {giờ}" },
			"blanks_left versions[0].text":        func(d *announce.Draft) { d.Versions = []announce.Version{{Language: "en", Text: "Meeting at {time}"}} },
			"language_twice versions[0].language": func(d *announce.Draft) { d.Versions = []announce.Version{{Language: "vi", Text: "x"}} },
			"language_twice versions[1].language": func(d *announce.Draft) {
				d.Versions = []announce.Version{{Language: "en", Text: "x"}, {Language: "en", Text: "y"}}
			},
			"text_too_long text":                    func(d *announce.Draft) { d.Text = strings.Repeat("ặ", announce.MaxText+1) },
			"language_invalid language":             func(d *announce.Draft) { d.Language = "Tiếng Việt" },
			"no_content versions[0].text":           func(d *announce.Draft) { d.Versions = []announce.Version{{Language: "en"}} },
			"language_invalid versions[0].language": func(d *announce.Draft) { d.Versions = []announce.Version{{Text: "x"}} },
			"no_voice versions[0].text":             func(d *announce.Draft) { d.Versions = []announce.Version{{Language: "tyz", Text: "x"}} },
			"date_invalid valid_from":               func(d *announce.Draft) { d.ValidFrom = "2026-02-30" },
			"until_before_from valid_until":         func(d *announce.Draft) { d.ValidFrom, d.ValidUntil = "2026-03-04", "2026-03-03" },
			"validity_over valid_until":             func(d *announce.Draft) { d.ValidUntil = "2026-03-01" },
			"never_valid valid_until":               func(d *announce.Draft) { d.ValidFrom = "2026-03-03" }, // and it sounds now
			"chime_unknown opening":                 func(d *announce.Draft) { d.Opening = "gong" },
			"repeat_out_of_range repeat":            func(d *announce.Draft) { d.Repeat = 11 },
			"gap_out_of_range gap_s":                func(d *announce.Draft) { d.GapS = 7201 },
			"too_long_in_all repeat":                func(d *announce.Draft) { d.Repeat, d.GapS = 10, 7200 },
			"order_out_of_range order":              func(d *announce.Draft) { d.Order = -1001 },
			"fate_unknown on_interrupted":           func(d *announce.Draft) { d.OnInterrupted = "forget" },
			"source_too_long source.signer":         func(d *announce.Draft) { d.Source.Signer = strings.Repeat("x", 201) },
		} {
			d := say(everywhere, now)
			change(&d)
			_, err := h.Submit(t.Context(), "phatthanh", false, d)
			code, at, _ := strings.Cut(field, " ")
			wantProblem(t, err, problem.Invalid, code, at)
			if field == "blanks_left text" && !strings.Contains(err.Error(), "{tên thôn}, {giờ}") {
				t.Errorf("the blanks are not named: %v", err)
			}
		}
		// What is half written is kept all the same.
		d := say(everywhere, now)
		d.Text = "Mời bà con {tên thôn} đi họp"
		kept, err := h.SaveDraft(t.Context(), "phatthanh", d)
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.SubmitDraft(t.Context(), "phatthanh", false, kept.ID)
		wantProblem(t, err, problem.Invalid, "blanks_left", "text")
	})
}

func TestItSoundsOnlyWhileItIsValid(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, withChimes)
		d := say(everywhere, schedule.When{Kind: schedule.Daily, Time: "17:00"})
		d.ValidFrom, d.ValidUntil = "2026-03-04", "2026-03-05"
		a := h.submit(d)
		var days []string
		for _, it := range h.air.plan("loa-02").Items {
			days = append(days, it.Start.In(hanoi).Format("02.01 15:04"))
		}
		if got := strings.Join(days, ", "); got != "04.03 17:00, 05.03 17:00" {
			t.Errorf("it is planned for %s", got)
		}
		time.Sleep(5 * 24 * time.Hour)
		synctest.Wait()
		if h.state(a.ID) != announce.Done {
			t.Errorf("when its validity is over it is %s", h.state(a.ID))
		}
	})
}

func TestContentForProgrammesIsApprovedWithoutATime(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, twoPersons)
		d := say(announce.Target{}, schedule.When{Kind: schedule.InProgramme})
		d.ValidUntil = "2026-03-03"
		a := h.submit(d)
		a, err := h.Approve(t.Context(), "lanhdao", a.ID)
		if err != nil || a.State != announce.Approved || len(h.air.sent("loa-01")) != 0 || len(h.air.plan("loa-01").Items) != 0 {
			t.Fatalf("approved as %+v, %v", a, err)
		}
		time.Sleep(48 * time.Hour)
		synctest.Wait()
		if h.state(a.ID) != announce.Done {
			t.Errorf("when its validity is over it is %s", h.state(a.ID))
		}
	})
}

func TestRules(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		store := announcetest.NewMemory()
		var told []announce.Rules
		h := start(t, store, nil, func(c *announce.Config) {
			twoPersons(c)
			c.RulesChanged = func(r announce.Rules) { told = append(told, r) }
		})
		ctx := t.Context()
		r, err := h.CurrentRules(ctx)
		if err != nil || r.Approval != announce.TwoPerson || r.QuietHours != (announce.Span{From: "21:00", To: "06:00"}) {
			t.Fatalf("the first rules are %+v, %v", r, err)
		}
		emergency := devices.Emergency
		r.Approval = announce.OnePerson
		r.Volumes = []announce.VolumeRule{{Volume: 70}, {Volume: 40, From: "21:00", To: "06:00"}, {Level: &emergency, Volume: 100},
			{Cluster: "loa-02", Volume: 55}}
		if _, err := h.SetRules(ctx, "quantri", r); err != nil {
			t.Fatal(err)
		}
		_, err = h.SetRules(ctx, "kythuat", r)
		wantProblem(t, err, problem.Conflict, "rules_changed", "")
		if len(told) != 2 || told[1].Version != 1 {
			t.Errorf("others were told %d times", len(told))
		}
		// One person decides from now on, and the volumes are in the plans.
		a := h.submit(say(everywhere, schedule.When{Kind: schedule.Daily, Time: "17:00"}))
		if a.State != announce.Scheduled {
			t.Errorf("with one person it is %s", a.State)
		}
		h.submit(say(everywhere, schedule.When{Kind: schedule.Daily, Time: "05:30"}))
		for cluster, want := range map[devices.DeviceID]string{"loa-01": "05:30=40 17:00=70", "loa-02": "05:30=55 17:00=55"} {
			var got []string
			for _, it := range h.air.plan(cluster).Items[:2] {
				got = append(got, fmt.Sprintf("%s=%d", it.Start.In(hanoi).Format("15:04"), *it.Volume))
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%s sounds at %v, want %s", cluster, got, want)
			}
		}
		d := say(everywhere, now)
		d.Level = devices.Emergency
		h.submit(d)
		if v := h.air.sent("loa-01")[0].Item.Volume; v == nil || *v != 100 {
			t.Errorf("an emergency sounds at %v", v)
		}
		// They outlive the hub.
		h.stop()
		again := start(t, store, nil, twoPersons)
		if r := again.Rules(); r.Version != 1 || r.Approval != announce.OnePerson {
			t.Errorf("after a restart %+v", r)
		}
	})
}

func TestRulesThatCannotBe(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		for field, change := range map[string]func(*announce.Rules){
			"approval_unknown approval":               func(r *announce.Rules) { r.Approval = "nobody" },
			"time_invalid quiet_hours.to":             func(r *announce.Rules) { r.QuietHours.To = "6:00" },
			"limit_out_of_range sessions.max_minutes": func(r *announce.Rules) { r.Sessions.MaxMinutes = -1 },
			"volume_out_of_range volumes[0].volume":   func(r *announce.Rules) { r.Volumes = []announce.VolumeRule{{Volume: 101}} },
			"cluster_unknown volumes[0].cluster":      func(r *announce.Rules) { r.Volumes = []announce.VolumeRule{{Cluster: "Loa 1"}} },
			"cluster_unknown volumes[1].cluster":      func(r *announce.Rules) { r.Volumes = []announce.VolumeRule{{Cluster: "loa-01"}, {Cluster: "loa-99"}} },
			"span_empty volumes[0].to":                func(r *announce.Rules) { r.Volumes = []announce.VolumeRule{{From: "06:00", To: "06:00", Volume: 50}} },
			"span_empty quiet_hours.to":               func(r *announce.Rules) { r.QuietHours = announce.Span{From: "06:00", To: "06:00"} },
			"time_invalid volumes[0].to":              func(r *announce.Rules) { r.Volumes = []announce.VolumeRule{{From: "05:00"}} },
			"abbreviation_invalid abbreviations":      func(r *announce.Rules) { r.Abbreviations = map[string]string{"": "x"} },
			"template_name templates[1].name":         func(r *announce.Rules) { r.Templates[1].Name = r.Templates[0].Name },
			"template_text templates[0].text":         func(r *announce.Rules) { r.Templates[0].Text = "Mời họp {giờ" },
			"title_invalid templates[0].title":        func(r *announce.Rules) { r.Templates[0].Title = "" },
			"too_many_entries volumes":                func(r *announce.Rules) { r.Volumes = make([]announce.VolumeRule, 201) },
		} {
			r, err := h.CurrentRules(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			r.Templates = append([]announce.Template{}, r.Templates...)
			change(&r)
			_, err = h.SetRules(t.Context(), "quantri", r)
			code, at, _ := strings.Cut(field, " ")
			wantProblem(t, err, problem.Invalid, code, at)
		}
	})
}

func TestVolumeByTheMostExactRule(t *testing.T) {
	emergency, normal := devices.Emergency, devices.Normal
	r := announce.Rules{Volumes: []announce.VolumeRule{
		{Volume: 70}, {Volume: 71}, {From: "22:00", To: "05:00", Volume: 30}, {Level: &emergency, Volume: 100},
		{Cluster: "loa-01", Volume: 60}, {Cluster: "loa-01", Level: &normal, From: "12:00", To: "13:00", Volume: 20}}}
	for _, tc := range []struct {
		cluster devices.DeviceID
		level   devices.Level
		at      string
		want    int
	}{
		{"loa-02", devices.Normal, "08:00", 70}, {"loa-02", devices.Normal, "22:00", 30}, {"loa-02", devices.Normal, "04:59", 30},
		{"loa-02", devices.Normal, "05:00", 70}, {"loa-02", devices.Emergency, "23:00", 100}, {"loa-01", devices.Emergency, "23:00", 60},
		{"loa-01", devices.Normal, "12:30", 20}, {"loa-01", devices.Normal, "13:00", 60},
	} {
		at, err := time.ParseInLocation("15:04", tc.at, hanoi)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := r.Volume(tc.cluster, tc.level, at); !ok || got != tc.want {
			t.Errorf("%s, %s at %s: %d, want %d", tc.cluster, tc.level, tc.at, got, tc.want)
		}
	}
	if _, ok := (announce.Rules{}).Volume("loa-01", normal, time.Now()); ok {
		t.Error("without rules there is a volume")
	}
}

func TestTemplates(t *testing.T) {
	r := announce.DefaultRules(announce.TwoPerson)
	if len(r.Templates) < 15 {
		t.Fatalf("%d templates are shipped", len(r.Templates))
	}
	for _, tm := range r.Templates {
		blanks := map[string]string{}
		for _, b := range tm.Blanks() {
			blanks[b] = "MỘT HAI BA"
		}
		text, err := tm.Fill(blanks)
		if err != nil || strings.ContainsAny(text, "{}") || len(blanks) == 0 && tm.Name != "chay-nha" {
			t.Errorf("%s: %v: %s", tm.Name, err, text)
		}
		_, err = tm.Fill(nil)
		wantProblem(t, err, problem.Invalid, "blanks_missing", "blanks")
	}
}
