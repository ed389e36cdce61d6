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

// TestAClusterThatWasTakenAway leaves one of two clusters without power for three
// days. Every day the journal must say that nothing is known of it; once it is back
// it tells itself that it missed them.
func TestAClusterThatWasTakenAway(t *testing.T) {
	inCommune(t, 2, local(time.March, 2, 4, 0), func(t *testing.T, c *commune) {
		a := c.submit(announce.Draft{Text: "Bản tin sáng", Target: announce.Target{All: true}, When: schedule.When{Kind: schedule.Daily, Time: "06:00"}})
		c.heldByAll(2 * time.Minute)
		gone := c.speakers["loa-02"]
		gone.off()
		told := func() map[string]int {
			synctest.Wait()
			entries, err := c.hub().Journal(t.Context(), announce.JournalQuery{Announcement: a.ID})
			if err != nil {
				t.Fatal(err)
			}
			count := map[string]int{}
			for _, e := range entries {
				count[fmt.Sprintf("%s %s %s", e.Cluster, e.Result, e.Reason)]++
			}
			return count
		}
		want := func(when string, want map[string]int) {
			t.Helper()
			if got := told(); fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s the journal says %v, want %v", when, got, want)
			}
		}
		for day := range 3 {
			until(local(time.March, 2+day, 7, 0))
			want(fmt.Sprintf("on day %d", day+1), map[string]int{"loa-01 played ": day + 1, "loa-02 unreported offline": day + 1})
		}
		gone.on()
		time.Sleep(5 * time.Minute)
		want("when it is back", map[string]int{"loa-01 played ": 3, "loa-02 missed power_lost": 3})
		if n, err := c.hub().VerifyJournal(t.Context()); err != nil || n != 9 {
			t.Errorf("%d entries verified: %v", n, err)
		}
	})
}

// TestEmergencyOverEmergency launches emergencies while others sound: the newest has
// the air at once, and an older one goes on after it as long as it is valid.
func TestEmergencyOverEmergency(t *testing.T) {
	inCommune(t, 3, local(time.March, 2, 9, 0), func(t *testing.T, c *commune) {
		c.heldByAll(2 * time.Minute)
		launch := func(text string, lasts time.Duration) announce.Announcement {
			t.Helper()
			end := time.Now().Add(lasts)
			a, err := c.hub().Emergency(t.Context(), "lanhdao", true, announce.EmergencyDraft{Text: text, Target: announce.Target{All: true}, RepeatUntil: &end})
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		sounds := func(what string, id announce.ID) {
			t.Helper()
			time.Sleep(time.Second)
			synctest.Wait()
			for cl, s := range c.speakers {
				if got := s.plays(); got != string(id) {
					t.Errorf("%s: %s sounds %q, not %q", what, cl, got, id)
				}
			}
		}
		stop := func(a announce.Announcement) {
			t.Helper()
			if _, err := c.hub().Cancel(t.Context(), "lanhdao", a.ID); err != nil {
				t.Fatal(err)
			}
		}
		fire := launch("Cháy rừng ở Nà Chuông", 10*time.Minute)
		sounds("launched", fire.ID)
		time.Sleep(time.Minute)
		flood := launch("Lũ về", 10*time.Minute)
		if i := flood.Alert.Interrupted; len(i) != 1 || i[0].Announcement != fire.ID || len(i[0].Clusters) != 3 {
			t.Errorf("it says that it interrupts %+v", i)
		}
		sounds("a newer one", flood.ID)
		time.Sleep(time.Minute)
		stop(flood)
		sounds("the newer one stopped", fire.ID)
		quake := launch("Động đất", time.Hour)
		sounds("another", quake.ID)
		until(fire.Alert.Until.Add(time.Minute))
		stop(quake)
		sounds("the older one is over meanwhile", "")

		entries, err := c.hub().Journal(t.Context(), announce.JournalQuery{})
		if err != nil {
			t.Fatal(err)
		}
		ends := map[announce.ID]map[string]int{fire.ID: {}, flood.ID: {}, quake.ID: {}}
		for _, e := range entries {
			ends[e.Announcement][string(e.Result)+" "+e.Reason]++
		}
		for id, want := range map[announce.ID]string{fire.ID: "interrupted preempted", flood.ID: "stopped heard_whole", quake.ID: "stopped heard_whole"} {
			if ends[id][want] != 3 {
				t.Errorf("%s ended as %v, want %s on all", id, ends[id], want)
			}
		}
		if a, err := c.hub().Get(t.Context(), fire.ID); err != nil || a.State != announce.Done || a.Level != devices.Emergency {
			t.Errorf("the first is %s, %v", a.State, err)
		}
	})
}
