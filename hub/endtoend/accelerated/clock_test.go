package accelerated

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

// ends is how each occurrence ended on each cluster by what they told, report by
// report.
func (c *commune) ends(id announce.ID) map[string][]string {
	c.t.Helper()
	chain, err := c.store.JournalChain(c.t.Context(), "luc-binh", 0, 1_000_000)
	if err != nil {
		c.t.Fatal(err)
	}
	out := map[string][]string{}
	for _, e := range chain {
		if e.Announcement == id && e.Result != devices.Unreported {
			key := fmt.Sprintf("%s %s", e.Cluster, e.PlannedAt.In(hanoi).Format("02 15:04"))
			out[key] = append(out[key], string(e.Result)+" "+e.Reason)
		}
	}
	return out
}

func (c *commune) ended(id announce.ID, want map[string][]string) {
	c.t.Helper()
	got := c.ends(id)
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if !slices.Equal(got[key], want[key]) {
			c.t.Errorf("%s: the journal says %q, want %q", key, got[key], want[key])
		}
		delete(got, key)
	}
	if len(got) > 0 {
		c.t.Errorf("and the journal says %v", got)
	}
}

// began checks that a cluster began to sound at an instant by a right clock, once.
func (s *cluster) began(at time.Time, within time.Duration) {
	s.t.Helper()
	var near []time.Time
	for _, h := range s.out.heard(at.Add(-time.Hour)) {
		if h.at.Before(at.Add(time.Hour)) {
			near = append(near, h.at)
		}
	}
	if len(near) != 1 || near[0].Sub(at).Abs() > within {
		s.t.Errorf("%s was to sound at %s, and began %v", s.cfg.Address, at.In(hanoi), near)
	}
}

// reset sets the clock of a device that is off.
func (s *cluster) reset(to time.Time) {
	began := time.Now()
	s.cfg.Now = func() time.Time { return to.Add(time.Since(began)) }
}

// TestTimeIsKeptThroughARestartWithoutHub switches clusters off and on again while hub
// and broker are away. Their clocks, fast or slow by seconds a day, must go on as they
// were disciplined.
func TestTimeIsKeptThroughARestartWithoutHub(t *testing.T) {
	inCommune(t, 4, local(time.March, 2, 4, 0), func(t *testing.T, c *commune) {
		a := c.submit(announce.Draft{Text: "Bản tin sáng", Target: announce.Target{All: true}, When: schedule.When{Kind: schedule.Daily, Time: "05:30"}})
		c.heldByAll(2 * time.Minute)
		until(local(time.March, 2, 12, 0))
		c.ether.cut(true)
		c.stopHub()
		for _, s := range c.speakers {
			s.off()
		}
		time.Sleep(3 * time.Hour)
		for _, s := range c.speakers {
			s.on()
		}
		until(local(time.March, 6, 12, 0))
		c.startHub()
		c.ether.cut(false)
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		want := map[string][]string{}
		for id, s := range c.speakers {
			for day := 2; day <= 6; day++ {
				s.began(local(time.March, day, 5, 30), 50*time.Millisecond)
				want[fmt.Sprintf("%s %02d 05:30", id, day)] = []string{"played "}
			}
		}
		c.ended(a.ID, want)
	})
}

// TestClocksThatWereReset powers clusters up whose clocks have lost the time: to the
// year 1970, ahead to 2040, and beyond all years that count.
func TestClocksThatWereReset(t *testing.T) {
	resets := map[devices.DeviceID]time.Time{"loa-01": time.Unix(3, 0), "loa-02": time.Date(2040, 5, 5, 5, 5, 5, 0, time.UTC),
		"loa-03": time.Date(2110, 1, 1, 0, 0, 0, 0, time.UTC)}
	inCommune(t, 4, local(time.March, 2, 3, 0), func(t *testing.T, c *commune) {
		daily := func(text, at string) announce.Announcement {
			return c.submit(announce.Draft{Text: text, Target: announce.Target{All: true}, When: schedule.When{Kind: schedule.Daily, Time: at}})
		}
		early, morning, evening := daily("Tin rất sớm", "04:20"), daily("Bản tin sáng", "05:30"), daily("Bản tin chiều", "17:00")
		c.heldByAll(2 * time.Minute)
		lose := func(off time.Duration) {
			for id := range resets {
				c.speakers[id].off()
			}
			time.Sleep(off)
			for id, to := range resets {
				c.speakers[id].reset(to)
				c.speakers[id].on()
			}
		}

		// Without a hub they keep silent, and say why once there is one: over the first
		// they were off, over the second they did not know the time.
		until(local(time.March, 2, 4, 0))
		c.ether.cut(true)
		lose(time.Hour)
		until(local(time.March, 2, 7, 0))
		for id := range resets {
			if heard := c.speakers[id].out.heard(local(time.March, 2, 4, 0)); len(heard) > 0 {
				t.Errorf("%s does not know the time and sounds at %s", id, heard[0].at.In(hanoi))
			}
		}
		c.ether.cut(false)
		until(local(time.March, 2, 18, 0))

		// With a hub they know the time at once.
		lose(time.Second)
		until(local(time.March, 3, 18, 0))
		synctest.Wait()
		reasons := func(id devices.DeviceID, reason string) []string {
			if _, ok := resets[id]; ok {
				return []string{reason}
			}
			return []string{"played "}
		}
		wantEarly, wantMorning, wantEvening := map[string][]string{}, map[string][]string{}, map[string][]string{}
		for id, s := range c.speakers {
			s.began(local(time.March, 2, 17, 0), 50*time.Millisecond)
			s.began(local(time.March, 3, 5, 30), 50*time.Millisecond)
			wantEarly[string(id)+" 02 04:20"] = reasons(id, "missed power_lost")
			wantMorning[string(id)+" 02 05:30"] = reasons(id, "missed clock_unset")
			wantEarly[string(id)+" 03 04:20"], wantMorning[string(id)+" 03 05:30"] = []string{"played "}, []string{"played "}
			wantEvening[string(id)+" 02 17:00"], wantEvening[string(id)+" 03 17:00"] = []string{"played "}, []string{"played "}
		}
		c.ended(early.ID, wantEarly)
		c.ended(morning.ID, wantMorning)
		c.ended(evening.ID, wantEvening)
	})
}
