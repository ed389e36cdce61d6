package accelerated

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

// TestMonthOfSeriesWithExceptionsAndEdits plays March 2026. Modems are on line
// four times a day; the broker is away for two days, the hub is restarted, one cluster
// is put up and another taken down. What has to be played is written down here by
// hand, from the calendar on the wall.
func TestMonthOfSeriesWithExceptionsAndEdits(t *testing.T) {
	inCommune(t, 6, local(time.March, 1, 3, 0), func(t *testing.T, c *commune) {
		var all, naChuong []devices.DeviceID
		for _, cl := range c.clusters {
			all = append(all, cl.ID)
			if cl.Village == "na-chuong" {
				naChuong = append(naChuong, cl.ID)
			}
		}
		const (
			isNew = devices.DeviceID("loa-07") // in na-chuong, from noon of the 18th
			isOld = devices.DeviceID("loa-06") // in ban-pieng, until noon of the 25th
		)
		w := want{}
		// add wants a play of something that is aimed at the clusters' villages.
		add := func(a announce.Announcement, at time.Time, clusters ...devices.DeviceID) {
			if !at.Before(local(time.March, 18, 12, 0)) {
				clusters = append(slices.Clone(clusters), isNew)
			}
			if !at.Before(local(time.March, 25, 12, 0)) {
				clusters = slices.DeleteFunc(slices.Clone(clusters), func(d devices.DeviceID) bool { return d == isOld })
			}
			w.add(a, at, clusters...)
		}
		days := func(from, to int, each func(day int)) {
			for day := from; day <= to; day++ {
				each(day)
			}
		}

		// Every morning everywhere, but not on rằm and mùng một (3 and 19 March are
		// 15/1 and 1/2 of the lunar year) nor on Women's Day.
		morning := c.submit(announce.Draft{Text: "Bản tin buổi sáng", Target: announce.Target{All: true}, Opening: announce.OpeningChime,
			When: schedule.When{Kind: schedule.Rule, Start: "2026-03-01T05:30", RRule: "FREQ=DAILY", Except: []string{"2026-03-08"},
				Lunar: &schedule.Lunar{Except: []schedule.LunarDay{{Day: 1}, {Day: 15}}}}})
		days(1, 31, func(day int) {
			if day != 3 && day != 8 && day != 19 {
				add(morning, local(time.March, day, 5, 30), all...)
			}
		})
		// At the same time something more urgent, on one cluster.
		urgent := c.submit(announce.Draft{Text: "Cắt điện", Level: devices.Priority, Target: announce.Target{Clusters: all[:1]},
			When: schedule.When{Kind: schedule.Daily, Time: "05:30", From: "2026-03-05", Until: "2026-03-07"}})
		days(5, 7, func(day int) { w.add(urgent, local(time.March, day, 5, 30), all[0]) })
		// Mondays and Thursdays in one village; from the 24th on it is cancelled.
		weekly := c.submit(announce.Draft{Text: "Họp thôn", Target: announce.Target{Villages: []devices.VillageID{"na-chuong"}}, Repeat: 2, GapS: 4,
			When: schedule.When{Kind: schedule.Weekly, Time: "17:00", Days: []int{1, 4}}})
		for _, day := range []int{2, 5, 9, 12, 16, 19, 23} {
			add(weekly, local(time.March, day, 17, 0), naChuong...)
		}
		// Every evening on two clusters: the 12th is moved to 18:45, the 18th left
		// out, and from the 20th on it is at 19:15.
		two := all[2:4]
		evening := c.submit(announce.Draft{Text: "Thời tiết ngày mai", Target: announce.Target{Clusters: two},
			When: schedule.When{Kind: schedule.Daily, Time: "18:00"}})
		days(1, 19, func(day int) {
			switch day {
			case 12:
				w.add(evening, local(time.March, day, 18, 45), two...)
			case 18:
			default:
				w.add(evening, local(time.March, day, 18, 0), two...)
			}
		})
		edit := func(e schedule.SeriesEdit) []announce.Announcement {
			t.Helper()
			edited, err := c.hub().EditSeries(t.Context(), "phatthanh", true, evening.ID, e)
			if err != nil {
				t.Fatal(err)
			}
			return edited
		}
		c.heldByAll(2 * time.Minute)

		// What happens beside the passing of time, at noon of a day.
		noon := map[int]func(){
			10: func() {
				to := local(time.March, 12, 18, 45)
				edit(schedule.SeriesEdit{Start: local(time.March, 12, 18, 0), Scope: schedule.ThisOne, MoveTo: &to})
			},
			11: func() { c.ether.cut(true) }, // the broker
			13: func() { c.ether.cut(false) },
			15: func() { c.stopHub(); c.startHub() },
			16: func() {
				edit(schedule.SeriesEdit{Start: local(time.March, 18, 18, 0), Scope: schedule.ThisOne, Cancel: true})
				at := local(time.March, 21, 9, 0)
				once := c.submit(announce.Draft{Text: "Tiêm phòng cho trẻ", Target: announce.Target{All: true}, When: schedule.When{Kind: schedule.Once, At: &at}})
				add(once, at, all...)
			},
			17: func() {
				to := local(time.March, 20, 19, 15)
				edited := edit(schedule.SeriesEdit{Start: local(time.March, 20, 18, 0), Scope: schedule.Following, MoveTo: &to})
				days(20, 31, func(day int) { w.add(edited[len(edited)-1], local(time.March, day, 19, 15), two...) })
			},
			18: func() { c.putUp(isNew, "na-chuong") },
			25: func() { c.takeDown(isOld) },
			24: func() {
				if _, err := c.hub().Cancel(t.Context(), "phatthanh", weekly.ID); err != nil {
					t.Fatal(err)
				}
			},
		}
		for day := 1; day <= 31; day++ {
			for _, hour := range []int{3, 9, 15, 21} {
				if hour == 15 {
					until(local(time.March, day, 12, 0))
					if f := noon[day]; f != nil {
						f()
					}
				}
				until(local(time.March, day, hour, 0))
				c.ether.cut(false, append(all, isNew)...)
				time.Sleep(3 * time.Minute)
				c.ether.cut(true, append(all, isNew)...)
			}
		}
		until(local(time.April, 1, 4, 0))
		c.ether.cut(false, append(all, isNew)...)
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		c.proven(w, time.Minute)
	})
}
