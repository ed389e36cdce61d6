package announce_test

import (
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

var (
	openingSound = protocol.Audio{SHA256: strings.Repeat("1", 64), Bytes: 10, DurationMS: 3000}
	closingSound = protocol.Audio{SHA256: strings.Repeat("2", 64), Bytes: 10, DurationMS: 2000}
)

func broadcastChimes(c *announce.Config) {
	c.Chimes = map[announce.Chime]protocol.Audio{announce.OpeningChime: openingSound, announce.ClosingChime: closingSound}
}

// content is an announcement for programmes.
func content(title string, level devices.Level, clusters ...devices.DeviceID) announce.Draft {
	return announce.Draft{Title: title, Level: level, Text: title, Target: announce.Target{Clusters: clusters}, When: schedule.When{Kind: schedule.InProgramme}}
}

func morning(items ...announce.ProgrammeItem) announce.ProgrammeDraft {
	return announce.ProgrammeDraft{Title: "Bản tin sáng", Target: everywhere, Opening: announce.OpeningChime, Closing: announce.ClosingChime,
		When: schedule.When{Kind: schedule.Rule, Start: "2026-03-02T05:30", RRule: "FREQ=DAILY", Lunar: &schedule.Lunar{Except: []schedule.LunarDay{{Day: 15}}}}, Items: items}
}

func (h *hub) programme(d announce.ProgrammeDraft) announce.Programme {
	h.t.Helper()
	p, err := h.SaveProgramme(h.t.Context(), "phatthanh", d, false)
	if err != nil {
		h.t.Fatal(err)
	}
	synctest.Wait()
	return p
}

// on lists what a cluster's plan plays on a day: "05:30:00 title[pieces]".
func (h *hub) on(c devices.DeviceID, day string) string {
	var s []string
	for _, it := range h.air.plan(c).Items {
		if t := it.Start.In(hanoi); t.Format("2006-01-02") == day {
			_, title, _ := strings.Cut(it.Title, ": ")
			s = append(s, fmt.Sprintf("%s %s[%d]", t.Format("15:04:05"), title, len(it.Audio)))
		}
	}
	return strings.Join(s, "; ")
}

func TestAProgrammeIsPlanned(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, broadcastChimes)
		fixed := h.submit(content("Thời sự", devices.Normal))
		h.submit(content("Tiêm phòng", devices.Normal))
		time.Sleep(time.Second)
		h.submit(content("Cắt điện", devices.Priority, "loa-01", "loa-02"))
		p := h.programme(morning(announce.ProgrammeItem{Announcement: fixed.ID, Repeat: 2, GapS: 5}, announce.ProgrammeItem{Fill: &announce.Fill{Max: 5}}))
		if p.State != announce.Scheduled {
			t.Fatalf("it is %s", p.State)
		}
		// Opening chime 3 s, 0.4 s, 10 s: the repetition begins 5 s later, at a whole second.
		if got, want := h.on("loa-01", "2026-03-02"), "05:30:00 Thời sự[2]; 05:30:19 Thời sự[1]; 05:30:34 Cắt điện[1]; 05:30:46 Tiêm phòng[2]"; got != want {
			t.Errorf("loa-01\n got %s\nwant %s", got, want)
		}
		if got, want := h.on("loa-03", "2026-03-02"), "05:30:00 Thời sự[2]; 05:30:19 Thời sự[1]; 05:30:46 Tiêm phòng[2]"; got != want {
			t.Errorf("loa-03\n got %s\nwant %s", got, want)
		}
		// 2026-03-03 is the 15th of the first lunar month.
		if got := h.on("loa-01", "2026-03-03"); got != "" {
			t.Errorf("at rằm: %s", got)
		}
		if got := h.on("loa-01", "2026-03-04"); !strings.HasPrefix(got, "05:30:00 Thời sự") {
			t.Errorf("after rằm: %s", got)
		}
		items := h.air.plan("loa-01").Items
		if id := items[1].Occurrence; id != fmt.Sprintf("%s/2@%d", fixed.ID, items[1].Start.Unix()) {
			t.Errorf("the repetition is named %s", id)
		}
		if a := items[0].Audio; a[0].SHA256 != openingSound.SHA256 || a[1].GapMS != 400 {
			t.Errorf("it opens with %+v", a)
		}
		if a := items[3].Audio; a[1].SHA256 != closingSound.SHA256 {
			t.Errorf("it closes with %+v", a)
		}
		h.mu.Lock()
		next := h.next[0]
		h.mu.Unlock()
		if next.Title != "Bản tin sáng: Thời sự" || next.Programme != p.ID {
			t.Errorf("next is %+v", next)
		}
		// It is on air with its clusters, and its report is in the journal without a remark.
		time.Sleep(30*time.Minute + 20*time.Second)
		if got := h.states(items[1].Occurrence); got != "loa-01=pending loa-02=pending loa-03=pending loa-04=pending" {
			t.Errorf("on air: %s", got)
		}
		h.played("loa-01", items[1], devices.Played)
		if j := h.journal(); len(j) != 1 || j[0].Reason != "" || j[0].Announcement != fixed.ID {
			t.Errorf("journal %+v", j)
		}
		occ, err := h.Occurrences(t.Context(), fixed.ID)
		if err != nil {
			t.Fatal(err)
		}
		played := 0
		for _, o := range occ {
			for _, d := range o.Deliveries {
				if d.State == "played" && o.ID == items[1].Occurrence {
					played++
				}
			}
		}
		if played != 1 {
			t.Errorf("the announcement's page shows %d plays of it", played)
		}
	})
}

func TestARunningProgrammeIsNotShifted(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		store := announcetest.NewMemory()
		h := start(t, store, nil, broadcastChimes)
		a := h.submit(content("Một", devices.Normal))
		time.Sleep(time.Second)
		h.submit(content("Hai", devices.Normal))
		p := h.programme(morning(announce.ProgrammeItem{Fill: &announce.Fill{Max: 5}}))
		time.Sleep(time.Until(local("2026-03-02 05:30")) + 5*time.Second)
		// Something more urgent is approved and the first is withdrawn meanwhile.
		h.submit(content("Khẩn", devices.Priority))
		if _, err := h.Cancel(t.Context(), "lanhdao", a.ID); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if got := h.on("loa-01", "2026-03-02"); got != "05:30:16 Hai[2]" {
			t.Errorf("while it runs: %s", got)
		}
		if got := h.on("loa-01", "2026-03-04"); got != "05:30:00 Khẩn[2]; 05:30:16 Hai[2]" {
			t.Errorf("the next time: %s", got)
		}
		// The form changes: what runs ends as it began, also after a restart.
		d := p.ProgrammeDraft
		d.Opening = announce.NoChime
		if _, err := h.EditProgramme(t.Context(), "phatthanh", p.ID, d); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		h.stop()
		h = start(t, store, h.air, broadcastChimes)
		if got := h.on("loa-01", "2026-03-02"); got != "05:30:16 Hai[2]" {
			t.Errorf("after the change: %s", got)
		}
		if got := h.on("loa-01", "2026-03-04"); got != "05:30:00 Khẩn[1]; 05:30:12 Hai[2]" {
			t.Errorf("the next time after the change: %s", got)
		}
		time.Sleep(12 * time.Second)
		if _, err := h.CancelProgramme(t.Context(), "lanhdao", p.ID); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if len(h.air.plan("loa-01").Items) != 0 {
			t.Error("a cancelled programme is planned")
		}
		h.online("loa-01", 1, nil)
		time.Sleep(3 * time.Second)
		if sent := h.air.sent("loa-01"); len(sent) == 0 || sent[len(sent)-1].Kind != protocol.CommandStop {
			t.Errorf("a cancelled programme goes on sounding: %+v", sent)
		}
	})
}

func TestAProgrammeIsDecidedByTwo(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, func(c *announce.Config) { c.Approval = announce.TwoPerson })
		a := h.submit(content("Một", devices.Normal))
		p := h.programme(morning(announce.ProgrammeItem{Announcement: a.ID}))
		_, err := h.ApproveProgramme(t.Context(), "phatthanh", p.ID)
		wantProblem(t, err, problem.Forbidden, "own_programme", "")
		_, err = h.ReturnProgramme(t.Context(), "lanhdao", p.ID, " ")
		wantProblem(t, err, problem.Invalid, "remark_missing", "remark")
		if _, err = h.ReturnProgramme(t.Context(), "lanhdao", p.ID, "sớm quá"); err != nil {
			t.Fatal(err)
		}
		d := p.ProgrammeDraft
		d.When = schedule.When{Kind: schedule.Daily, Time: "06:00"}
		if _, err = h.EditProgramme(t.Context(), "phatthanh", p.ID, d); err != nil {
			t.Fatal(err)
		}
		if _, err = h.SubmitProgramme(t.Context(), "phatthanh", p.ID); err != nil {
			t.Fatal(err)
		}
		if p, err = h.ApproveProgramme(t.Context(), "lanhdao", p.ID); err != nil || p.State != announce.Scheduled {
			t.Fatal(p.State, err)
		}
		synctest.Wait()
		if got := h.on("loa-01", "2026-03-03"); got != "" {
			t.Errorf("content that is not approved is planned: %s", got)
		}
		if _, err = h.Approve(t.Context(), "lanhdao", a.ID); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if got := h.on("loa-01", "2026-03-03"); got != "06:00:00 Một[1]" {
			t.Errorf("planned: %s", got)
		}
		// A change waits; the programme goes on as it is.
		d.When.Time = "07:00"
		if p, err = h.EditProgramme(t.Context(), "phatthanh", p.ID, d); err != nil || p.Proposed == nil {
			t.Fatal(p.Proposed, err)
		}
		synctest.Wait()
		if got := h.on("loa-01", "2026-03-03"); got != "06:00:00 Một[1]" {
			t.Errorf("with a change that waits: %s", got)
		}
		if _, err = h.ApproveProgramme(t.Context(), "lanhdao", p.ID); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if got := h.on("loa-01", "2026-03-03"); got != "07:00:00 Một[1]" {
			t.Errorf("after the change: %s", got)
		}
		if _, err = h.EditProgrammeSeries(t.Context(), "phatthanh", false, p.ID, schedule.SeriesEdit{Start: local("2026-03-03 07:00"), Scope: schedule.ThisOne, Cancel: true}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if got := h.on("loa-01", "2026-03-03") + "|" + h.on("loa-01", "2026-03-04"); got != "|07:00:00 Một[1]" {
			t.Errorf("one left out: %s", got)
		}
		_, err = h.ApproveProgramme(t.Context(), "lanhdao", p.ID)
		wantProblem(t, err, problem.Conflict, "already_decided", "")
		_, err = h.Programme(t.Context(), "ct-none")
		wantProblem(t, err, problem.NotFound, "programme_not_found", "")
	})
}

func TestAProgrammeEndsAfterHalfADay(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, broadcastChimes)
		for range 3 {
			h.submit(content("Thời sự", devices.Normal))
		}
		h.programme(morning(announce.ProgrammeItem{Fill: &announce.Fill{Max: 50}, Repeat: 10, GapS: 7200}))
		first := h.air.plan("loa-01").Items[0].Start
		for _, it := range h.air.plan("loa-01").Items {
			if s := it.Start.In(hanoi); s.Format("02") == "02" && s.Sub(first) > 12*time.Hour {
				t.Errorf("a piece begins at %v, and would be lost at midnight", s)
			}
		}
	})
}

func TestProgrammesThatAreRefused(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		own := h.submit(say(everywhere, schedule.When{Kind: schedule.Daily, Time: "05:30"}))
		news := h.submit(content("Thời sự", devices.Normal))
		fill := announce.ProgrammeItem{Fill: &announce.Fill{Max: 3}}
		for _, tc := range []struct {
			change      func(*announce.ProgrammeDraft)
			code, field string
		}{
			{func(d *announce.ProgrammeDraft) { d.Title = " " }, "title_missing", "title"},
			{func(d *announce.ProgrammeDraft) { d.Items = nil }, "no_items", "items"},
			{func(d *announce.ProgrammeDraft) { d.Items = make([]announce.ProgrammeItem, 60) }, "too_many_items", "items"},
			{func(d *announce.ProgrammeDraft) { d.Items = []announce.ProgrammeItem{{}} }, "item_invalid", "items[0]"},
			{func(d *announce.ProgrammeDraft) { d.Items[0].Fill.Max = 0 }, "fill_out_of_range", "items[0].fill.max"},
			{func(d *announce.ProgrammeDraft) { d.Items[0].Repeat = 11 }, "repeat_out_of_range", "items[0].repeat"},
			{func(d *announce.ProgrammeDraft) { d.Items[0].GapS = 7201 }, "gap_out_of_range", "items[0].gap_s"},
			{func(d *announce.ProgrammeDraft) { d.Items = []announce.ProgrammeItem{{Announcement: "tb-none"}} }, "announcement_not_found", "items[0].announcement"},
			{func(d *announce.ProgrammeDraft) { d.Items = []announce.ProgrammeItem{{Announcement: own.ID}} }, "own_schedule", "items[0].announcement"},
			{func(d *announce.ProgrammeDraft) { d.Opening = announce.EmergencyChime }, "chime_unknown", "opening"},
			{func(d *announce.ProgrammeDraft) { d.When = schedule.When{Kind: schedule.Now} }, "when_unknown", "when.kind"},
			{func(d *announce.ProgrammeDraft) { d.Target = announce.Target{Villages: []devices.VillageID{"x"}} }, "village_unknown", "target.villages"},
			{func(d *announce.ProgrammeDraft) { d.When.RRule = "FREQ=SECONDLY" }, "too_often", "when"},
			{func(d *announce.ProgrammeDraft) {
				d.Items = []announce.ProgrammeItem{{Announcement: news.ID, Repeat: 10, GapS: 7200}}
			}, "too_long_in_all", "items"},
		} {
			d := morning(announce.ProgrammeItem{Fill: &announce.Fill{Max: fill.Fill.Max}})
			tc.change(&d)
			_, err := h.SaveProgramme(t.Context(), "phatthanh", d, true)
			wantProblem(t, err, problem.Invalid, tc.code, tc.field)
		}
	})
}

func TestAProgrammeIsNotOverInAGap(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		a := h.submit(content("Một", devices.Normal))
		at := local("2026-03-02 06:00")
		d := morning(announce.ProgrammeItem{Announcement: a.ID, Repeat: 2, GapS: 7200})
		d.When = schedule.When{Kind: schedule.Once, At: &at}
		p := h.programme(d)
		state := func() announce.State {
			t.Helper()
			now, err := h.Programme(t.Context(), p.ID)
			if err != nil {
				t.Fatal(err)
			}
			return now.State
		}
		time.Sleep(time.Until(at) + time.Hour)
		if got := state(); got != announce.Scheduled {
			t.Errorf("between its two pieces it is %s", got)
		}
		time.Sleep(2 * time.Hour)
		if got := state(); got != announce.Done {
			t.Errorf("after both it is %s", got)
		}
	})
}

func TestThePastOfACancelledProgramme(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, broadcastChimes)
		first, second := h.submit(content("Một", devices.Normal)), h.submit(content("Hai", devices.Normal))
		d := morning(announce.ProgrammeItem{Announcement: first.ID, GapS: 60}, announce.ProgrammeItem{Announcement: second.ID, GapS: 60}, announce.ProgrammeItem{Announcement: first.ID})
		d.When = schedule.When{Kind: schedule.Daily, Time: "05:30"}
		p := h.programme(d)
		items := h.air.plan("loa-01").Items
		time.Sleep(24*time.Hour + 30*time.Minute + 100*time.Second) // the second piece of the second day
		h.played("loa-01", items[0], devices.Played)
		if _, err := h.CancelProgramme(t.Context(), "lanhdao", p.ID); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if n := len(h.air.plan("loa-01").Items); n > 0 {
			t.Errorf("%d items of it are still planned", n)
		}
		want := "02 05:30:00 Một; 02 05:31:14 Hai; 02 05:32:24 Một; 03 05:30:00 Một; 03 05:31:14 Hai"
		check := func(h *hub, when string) {
			t.Helper()
			planned, err := h.Planned(t.Context(), local("2026-03-02 00:00"), local("2026-03-09 00:00"))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, p := range planned {
				if len(p.Announcement.Clusters) != 4 {
					t.Errorf("%s %s was to sound on %v", when, p.Occurrence, p.Announcement.Clusters)
				}
				got = append(got, p.Start.In(hanoi).Format("02 15:04:05 ")+p.Announcement.Title)
			}
			if s := strings.Join(got, "; "); s != want {
				t.Errorf("%s it says %s, want %s", when, s, want)
			}
			c, err := h.Calendar(t.Context(), local("2026-03-02 00:00"), local("2026-03-09 00:00"))
			if err != nil {
				t.Fatal(err)
			}
			got = nil
			for _, e := range c.Entries {
				got = append(got, fmt.Sprintf("%s %s played %d/%d", e.Start.In(hanoi).Format("02"), e.Title, e.Results[devices.Played], e.Of))
			}
			if s := strings.Join(got, "; "); s != "02 Bản tin sáng played 1/12; 03 Bản tin sáng played 0/8" {
				t.Errorf("%s the week shows %s", when, s)
			}
		}
		check(h, "cancelled,")
		time.Sleep(24 * time.Hour)
		check(h.again(broadcastChimes), "a day later, after a restart,")
	})
}
