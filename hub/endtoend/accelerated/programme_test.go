package accelerated

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// TestMonthOfADailyProgramme plays March 2026 of a programme that one person makes
// and another approves, as are its edits. What has to be played, to the second, is
// written down here by hand: a word of the voice lasts a quarter of a second, and so
// does a chime.
func TestMonthOfADailyProgramme(t *testing.T) {
	inCommune(t, 4, local(time.March, 1, 3, 0), func(t *testing.T, c *commune) {
		ctx := t.Context()
		rules := c.hub().Rules()
		rules.Approval = announce.TwoPerson
		if _, err := c.hub().SetRules(ctx, "quantri", rules); err != nil {
			t.Fatal(err)
		}
		var all, naChuong, banPieng []devices.DeviceID
		for _, cl := range c.clusters {
			all = append(all, cl.ID)
			if cl.Village == "na-chuong" {
				naChuong = append(naChuong, cl.ID)
			} else {
				banPieng = append(banPieng, cl.ID)
			}
		}

		// The library: what one person submits, another lets out.
		content := func(d announce.Draft) announce.Announcement {
			t.Helper()
			d.When = schedule.When{Kind: schedule.InProgramme}
			a := c.submit(d)
			if a.State != announce.Submitted {
				t.Fatalf("%q is %s before anybody approved it", d.Text, a.State)
			}
			a, err := c.hub().Approve(ctx, "lanhdao", a.ID)
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		news := content(announce.Draft{Text: "Thời sự trong xã hôm nay", Target: announce.Target{All: true}})
		vaccination := content(announce.Draft{Text: "Lịch tiêm phòng cho trẻ em tháng này", Target: announce.Target{All: true}})
		notice := content(announce.Draft{Text: "Vệ sinh đường làng", Target: announce.Target{All: true}, ValidFrom: "2026-03-05", ValidUntil: "2026-03-22"})
		var late announce.Announcement // is written on the 10th

		// The programme, approved by somebody else.
		p, err := c.hub().SaveProgramme(ctx, "phatthanh", announce.ProgrammeDraft{Title: "Bản tin sáng", Target: announce.Target{All: true},
			Opening: announce.OpeningChime, Closing: announce.ClosingChime,
			When: schedule.When{Kind: schedule.Rule, Start: "2026-03-01T05:30", RRule: "FREQ=DAILY",
				Lunar: &schedule.Lunar{Except: []schedule.LunarDay{{Day: 1}, {Day: 15}}}},
			Items: []announce.ProgrammeItem{{Announcement: news.ID}, {Announcement: vaccination.ID, Repeat: 2, GapS: 3}, {Fill: &announce.Fill{Max: 2}}}}, false)
		if err != nil || p.State != announce.Submitted {
			t.Fatalf("the programme is %s: %v", p.State, err)
		}
		if _, err := c.hub().ApproveProgramme(ctx, "phatthanh", p.ID); !problem.Is(err, problem.Forbidden) {
			t.Fatalf("who made it approved it: %v", err)
		}
		approve := func(id announce.ProgrammeID) {
			t.Helper()
			if _, err := c.hub().ApproveProgramme(ctx, "lanhdao", id); err != nil {
				t.Fatal(err)
			}
		}
		approve(p.ID)
		c.heldByAll(2 * time.Minute)

		// edit asks for a change of the series that another person approves, unless it
		// only makes things quieter.
		edit := func(id announce.ProgrammeID, e schedule.SeriesEdit) {
			t.Helper()
			edited, err := c.hub().EditProgrammeSeries(ctx, "phatthanh", false, id, e)
			if err != nil {
				t.Fatal(err)
			}
			if e.Cancel {
				return
			}
			if edited[0].Proposed == nil {
				t.Fatal("the edit held before anybody approved it")
			}
			approve(id)
		}
		var second announce.Programme // from the 20th on
		noon := map[int]func(){
			4: func() {
				edit(p.ID, schedule.SeriesEdit{Start: local(time.March, 9, 5, 30), Scope: schedule.ThisOne, Cancel: true})
			},
			10: func() {
				late = content(announce.Draft{Text: "Cắt điện", Level: devices.Priority, Target: announce.Target{Villages: []devices.VillageID{"na-chuong"}}})
				to := local(time.March, 12, 6, 45)
				edit(p.ID, schedule.SeriesEdit{Start: local(time.March, 12, 5, 30), Scope: schedule.ThisOne, MoveTo: &to})
			},
			13: func() { c.ether.cut(true) }, // the broker
			14: func() { c.ether.cut(false) },
			15: func() { c.stopHub(); c.startHub() },
			16: func() {
				to := local(time.March, 20, 6, 0)
				edit(p.ID, schedule.SeriesEdit{Start: local(time.March, 20, 5, 30), Scope: schedule.Following, MoveTo: &to})
				programmes, err := c.hub().Programmes(ctx, announce.Scheduled)
				if err != nil {
					t.Fatal(err)
				}
				for _, q := range programmes {
					if q.Follows == p.ID {
						second = q
					}
				}
				if second.ID == "" {
					t.Fatalf("no programme follows %s", p.ID)
				}
			},
			21: func() {
				edit(second.ID, schedule.SeriesEdit{Start: local(time.March, 26, 6, 0), Scope: schedule.ThisOne, Cancel: true})
			},
			24: func() { // another form of it
				d := second.ProgrammeDraft
				d.Items = []announce.ProgrammeItem{{Announcement: news.ID}, {Fill: &announce.Fill{Max: 1}}}
				// As the page does, with the schedule as it stands now.
				now, err := c.hub().Programme(ctx, second.ID)
				if err != nil {
					t.Fatal(err)
				}
				d.When = now.When
				if _, err := c.hub().EditProgramme(ctx, "phatthanh", second.ID, d); err != nil {
					t.Fatal(err)
				}
				approve(second.ID)
			},
		}
		for day := 1; day <= 31; day++ {
			for _, hour := range []int{3, 15} { // when modems are on line
				if hour == 15 {
					until(local(time.March, day, 12, 0))
					if f := noon[day]; f != nil {
						f()
					}
				}
				until(local(time.March, day, hour, 0))
				c.ether.cut(false, all...)
				time.Sleep(2 * time.Minute)
				c.ether.cut(true, all...)
			}
		}
		until(local(time.April, 1, 4, 0))
		c.ether.cut(false, all...)
		time.Sleep(5 * time.Minute)
		synctest.Wait()

		w, sounded := want{}, map[devices.DeviceID]time.Duration{}
		// play wants the n-th playing of a, so many seconds into the programme.
		play := func(a announce.Announcement, n int, begins time.Time, second int, words int, on []devices.DeviceID) {
			id := string(a.ID)
			if n > 1 {
				id += fmt.Sprintf("/%d", n)
			}
			for _, cl := range on {
				w[[2]string{fmt.Sprintf("%s@%d", id, begins.Unix()+int64(second)), string(cl)}] = true
				sounded[cl] += time.Duration(words) * 250 * time.Millisecond
			}
		}
		for day := 1; day <= 31; day++ {
			begins := local(time.March, day, 5, 30)
			switch {
			case day == 3 || day == 19: // rằm of the first, mùng một of the second lunar month
				continue
			case day == 9 || day == 26: // cancelled
				continue
			case day == 12:
				begins = local(time.March, day, 6, 45)
			case day >= 20:
				begins = local(time.March, day, 6, 0)
			}
			// Around each, two chimes with 0.4 s between them and the words.
			for _, cl := range all {
				sounded[cl] += 2 * (250 + 400) * time.Millisecond
			}
			play(news, 1, begins, 0, 6, all) // ends at 2.15 s
			if day >= 25 {
				// The one place to be filled: what is most urgent, else the older of what is
				// valid and not named any more.
				play(late, 1, begins, 5, 2, naChuong)
				play(vaccination, 1, begins, 5, 8, banPieng)
				continue
			}
			play(vaccination, 1, begins, 5, 8, all) // ends at 7 s
			play(vaccination, 2, begins, 10, 8, all)
			fill := 15
			if day > 10 { // in one village the more urgent comes first; then all say the rest together
				play(late, 1, begins, fill, 2, naChuong)
				if day <= 22 {
					play(notice, 1, begins, fill+3, 4, all)
				}
			} else if day >= 5 {
				play(notice, 1, begins, fill, 4, all)
			}
		}
		c.proven(w, time.Minute)
		for _, cl := range all {
			if got := c.speakers[cl].out.sounded(); got != sounded[cl] {
				t.Errorf("%s sounded %s, planned were %s", cl, got, sounded[cl])
			}
		}
	})
}
