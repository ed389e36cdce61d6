package accelerated

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

// TestWeekWithoutHubAndBroker cuts ten clusters off when they hold their plan of
// twenty items a day. Seven days later all of it must have been played, and the
// journal must say so, each once.
func TestWeekWithoutHubAndBroker(t *testing.T) {
	inCommune(t, 10, local(time.March, 2, 4, 0), func(t *testing.T, c *commune) {
		var all []devices.DeviceID
		for _, cl := range c.clusters {
			all = append(all, cl.ID)
		}
		type daily struct {
			announce.Announcement
			hour, minute int
			on           []devices.DeviceID
		}
		var items []daily
		say := func(hour, minute int, d announce.Draft, on []devices.DeviceID) {
			d.When = schedule.When{Kind: schedule.Daily, Time: fmt.Sprintf("%02d:%02d", hour, minute)}
			items = append(items, daily{c.submit(d), hour, minute, on})
		}
		everywhere := announce.Target{All: true}
		for i := range 16 {
			say(5+i, 30, announce.Draft{Text: fmt.Sprintf("Bản tin %d", i), Target: everywhere}, all)
		}
		// Two that meet, in the order that the user gave them; one that interrupts
		// another.
		say(17, 0, announce.Draft{Text: "Tin sau cùng giờ", Target: everywhere, Order: 2}, all)
		say(17, 0, announce.Draft{Text: "Tin trước cùng giờ", Target: everywhere, Order: 1}, all)
		say(18, 59, announce.Draft{Text: "Tin dài nhắc lại nhiều lần", Target: everywhere, Repeat: 3, GapS: 35, OnInterrupted: devices.Resume}, all)
		say(19, 0, announce.Draft{Text: "Tin ưu tiên", Level: devices.Priority, Target: everywhere, Repeat: 2, GapS: 3}, all)
		c.heldByAll(2 * time.Minute)

		cutAt := time.Now()
		c.ether.cut(true)
		c.stopHub()
		before := map[devices.DeviceID]time.Duration{}
		for cl, s := range c.speakers {
			before[cl] = s.out.sounded()
		}
		// Two of them lose their power in mid-item on the third day, for a minute.
		until(local(time.March, 4, 18, 59).Add(30 * time.Second))
		for _, cl := range all[:2] {
			c.speakers[cl].off()
		}
		time.Sleep(time.Minute)
		for _, cl := range all[:2] {
			c.speakers[cl].on()
		}
		until(cutAt.Add(7 * 24 * time.Hour))
		backAt := time.Now()
		if n, err := c.store.JournalHead(t.Context(), id); err != nil || n.Seq != 0 {
			t.Fatalf("the hub knows of plays already: %+v, %v", n, err)
		}
		c.startHub()
		c.ether.cut(false)
		time.Sleep(5 * time.Minute)
		synctest.Wait()

		w := want{}
		for _, it := range items {
			for day := 2; day <= 9; day++ {
				if at := local(time.March, day, it.hour, it.minute); at.After(cutAt) && at.Before(backAt) {
					w.add(it.Announcement, at, it.on...)
				}
			}
		}
		if len(w) != 7*20*10 {
			t.Fatalf("%d plays are expected, not 7 × 20 × 10", len(w))
		}
		c.proven(w, 3*time.Minute)
		// The clusters that never lost their power sounded every sample once.
		sum := time.Duration(0)
		for _, it := range items {
			sum += 7 * time.Duration(c.length(it.Announcement)) * time.Millisecond
		}
		for _, cl := range all[2:] {
			if got := c.speakers[cl].out.sounded() - before[cl]; got != sum {
				t.Errorf("%s sounded %s, planned were %s", cl, got, sum)
			}
		}
	})
}
