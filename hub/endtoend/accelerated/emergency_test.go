package accelerated

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

// sum is for how long a level was sounded.
func sum(hums []hum, level int16) (lasts time.Duration) {
	for _, h := range hums {
		if h.level == level {
			lasts += h.lasts
		}
	}
	return lasts
}

// first is when a level was heard first, zero for never.
func first(hums []hum, level int16) time.Time {
	for _, h := range hums {
		if h.level == level {
			return h.at
		}
	}
	return time.Time{}
}

// TestEmergenciesInAProgramme launches an emergency in each of three items of a
// programme: a second one in the first of them, and the third when hub and broker die
// right after the launch. The items resume, restart and are skipped as they say.
func TestEmergenciesInAProgramme(t *testing.T) {
	inCommune(t, 4, local(time.March, 2, 4, 0), func(t *testing.T, c *commune) {
		ctx := t.Context()
		content := func(word string, fate devices.Fate) announce.Announcement {
			return c.submit(announce.Draft{Text: strings.TrimSpace(strings.Repeat(word+" ", 80)), OnInterrupted: fate, // 20 s
				Target: announce.Target{All: true}, When: schedule.When{Kind: schedule.InProgramme}})
		}
		resumes, restarts, skips := content("tiếp", devices.Resume), content("lại", devices.Restart), content("bỏ", devices.Skip)
		at := local(time.March, 2, 5, 30)
		if _, err := c.hub().SaveProgramme(ctx, "phatthanh", announce.ProgrammeDraft{Title: "Bản tin sáng", Target: announce.Target{All: true},
			When:  schedule.When{Kind: schedule.Once, At: &at},
			Items: []announce.ProgrammeItem{{Announcement: resumes.ID}, {Announcement: restarts.ID}, {Announcement: skips.ID}}}, false); err != nil {
			t.Fatal(err)
		}
		c.heldByAll(2 * time.Minute)
		launch := func(text string, lasts time.Duration) announce.Announcement {
			t.Helper()
			end := time.Now().Add(lasts)
			a, err := c.hub().Emergency(ctx, "lanhdao", true, announce.EmergencyDraft{Text: text, Target: announce.Target{All: true}, RepeatUntil: &end})
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		stop := func(a announce.Announcement) {
			t.Helper()
			if _, err := c.hub().Cancel(ctx, "lanhdao", a.ID); err != nil {
				t.Fatal(err)
			}
		}
		// soon checks that chime and words began on every cluster as is promised.
		chime := level(string(announce.EmergencyChime))
		soon := func(a announce.Announcement, launched time.Time) {
			t.Helper()
			synctest.Wait()
			for id, s := range c.speakers {
				heard := s.out.heard(launched)
				if took := first(heard, chime).Sub(launched); took <= 0 || took > time.Second {
					t.Errorf("%s: %q: the chime after %s", id, a.Text, took)
				}
				if took := first(heard, level(a.Text)).Sub(launched); took <= 0 || took > synthesis+1500*time.Millisecond {
					t.Errorf("%s: %q: the words after %s", id, a.Text, took)
				}
			}
		}
		// playing waits until an item sounds on all clusters for some seconds.
		playing := func(a announce.Announcement) {
			t.Helper()
			for began := time.Now(); ; time.Sleep(100 * time.Millisecond) {
				all := true
				for _, s := range c.speakers {
					all = all && s.plays() == string(a.ID)
				}
				if all {
					break
				}
				if time.Since(began) > 5*time.Minute {
					t.Fatalf("%.10q does not sound", a.Text)
				}
			}
			time.Sleep(5 * time.Second)
		}

		until(at)
		playing(resumes)
		launched := time.Now()
		fire := launch("Cháy rừng ở Nà Chuông", 10*time.Minute)
		time.Sleep(20 * time.Second)
		soon(fire, launched)
		launched = time.Now()
		flood := launch("Lũ về bà con lên cao", 10*time.Minute)
		time.Sleep(20 * time.Second)
		soon(flood, launched)
		stop(flood)
		time.Sleep(5 * time.Second)
		stop(fire)

		playing(restarts)
		launched = time.Now()
		quake := launch("Động đất", 10*time.Minute)
		time.Sleep(20 * time.Second)
		soon(quake, launched)
		stop(quake)

		// Hub and broker die when the words are there: it repeats until its time is over.
		playing(skips)
		launched = time.Now()
		storm := launch("Bão lớn đang vào", time.Minute)
		time.Sleep(4 * time.Second)
		c.stopHub()
		c.ether.cut(true)
		time.Sleep(10 * time.Minute)
		soon(storm, launched)
		c.startHub()
		c.ether.cut(false)
		time.Sleep(5 * time.Minute)
		synctest.Wait()

		const whole = 20 * time.Second
		for id, s := range c.speakers {
			heard := s.out.heard(at.Add(-time.Minute))
			if got := sum(heard, level(resumes.Text)); got != whole {
				t.Errorf("%s sounded %s of what resumes", id, got)
			}
			if got := sum(heard, level(restarts.Text)); got < whole+4*time.Second || got > whole+7*time.Second {
				t.Errorf("%s sounded %s of what restarts", id, got)
			}
			if got := sum(heard, level(skips.Text)); got < 4*time.Second || got > 7*time.Second {
				t.Errorf("%s sounded %s of what is skipped", id, got)
			}
			last := heard[len(heard)-1]
			if ends := last.at.Add(last.lasts); ends.Before(launched.Add(50*time.Second)) || ends.After(launched.Add(75*time.Second)) {
				t.Errorf("%s: without a hub the emergency of a minute ended after %s", id, ends.Sub(launched))
			}
			longest := time.Duration(0)
			for _, h := range s.out.heard(launched) {
				if h.level == 0 {
					longest = max(longest, h.lasts)
				}
			}
			if longest > 10*time.Second {
				t.Errorf("%s: the emergency was silent for %s", id, longest)
			}
		}
		for _, w := range []struct {
			a    announce.Announcement
			want []string
		}{
			{resumes, []string{"interrupted preempted", "played "}},
			{restarts, []string{"interrupted preempted", "played "}},
			{skips, []string{"interrupted preempted"}},
			{fire, []string{"interrupted preempted", "stopped heard_whole"}},
			{flood, []string{"stopped heard_whole"}},
			{quake, []string{"stopped heard_whole"}},
			{storm, []string{"played "}},
		} {
			c.endedEverywhere(w.a, w.want)
		}
	})
}

// endedEverywhere checks what every cluster told of the one occurrence of a, but for
// the remark that an emergency was exempt from the quiet hours.
func (c *commune) endedEverywhere(a announce.Announcement, want []string) {
	c.t.Helper()
	for key, got := range c.ends(a.ID) {
		for i := range got {
			got[i] = strings.TrimSuffix(strings.TrimSuffix(got[i], journal.ReasonExempt), "; ")
		}
		if strings.Join(got, ", ") != strings.Join(want, ", ") {
			c.t.Errorf("%.20q on %s: the journal says %q, want %q", a.Text, key, got, want)
		}
	}
	if n := len(c.ends(a.ID)); n != len(c.clusters) {
		c.t.Errorf("%.20q is in the journal of %d clusters", a.Text, n)
	}
}
