package accelerated

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

// audioOnDisk is where a cluster keeps the audio of an announcement.
func (s *cluster) audioOnDisk(a announce.Announcement) string {
	return filepath.Join(s.cfg.Dir, "audio", a.Sound.SHA256+".flac")
}

// alter changes a byte of a file and nothing else.
func alter(t *testing.T, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 0x40
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestAudioThatIsAlteredOrRemoved tampers with the disks of two of three clusters while
// an item is planned. With a hub they fetch the audio again in time; without one the
// journal says in the end that they did not have it.
func TestAudioThatIsAlteredOrRemoved(t *testing.T) {
	inCommune(t, 3, local(time.March, 2, 4, 0), func(t *testing.T, c *commune) {
		daily := func(text, at string) announce.Announcement {
			return c.submit(announce.Draft{Text: text, Target: announce.Target{All: true}, When: schedule.When{Kind: schedule.Daily, Time: at, Until: "2026-03-02"}})
		}
		morning, evening := daily("Bản tin sáng hôm nay", "05:30"), daily("Bản tin chiều hôm nay", "17:00")
		c.heldByAll(2 * time.Minute)
		tamper := func(a announce.Announcement) {
			t.Helper()
			alter(t, c.speakers["loa-01"].audioOnDisk(a))
			if err := os.Remove(c.speakers["loa-02"].audioOnDisk(a)); err != nil {
				t.Fatal(err)
			}
		}
		tamper(morning)
		until(local(time.March, 2, 12, 0))
		tamper(evening)
		c.media.away.Store(true)
		until(local(time.March, 2, 18, 0))
		synctest.Wait()
		for id, s := range c.speakers {
			s.began(local(time.March, 2, 5, 30), time.Second)
			hums := s.out.heard(local(time.March, 2, 5, 0))
			if len(hums) == 0 || hums[0].level != level(morning.Text) || hums[0].lasts != time.Duration(c.length(morning))*time.Millisecond {
				t.Errorf("%s sounded %+v", id, hums)
			}
		}
		c.ended(morning.ID, map[string][]string{"loa-01 02 05:30": {"played "}, "loa-02 02 05:30": {"played "}, "loa-03 02 05:30": {"played "}})
		c.ended(evening.ID, map[string][]string{"loa-01 02 17:00": {"failed audio_missing"}, "loa-02 02 17:00": {"failed audio_missing"}, "loa-03 02 17:00": {"played "}})
	})
}

// TestClusterThatIsRenamedOrDeletedWhileItPlays edits the inventory in mid-item. A name
// is nothing to a device; one that is deleted sounds the item to its end and nothing
// after it, and all is in the journal.
func TestClusterThatIsRenamedOrDeletedWhileItPlays(t *testing.T) {
	inCommune(t, 3, local(time.March, 2, 4, 0), func(t *testing.T, c *commune) {
		a := c.submit(announce.Draft{Text: "Tin dài được nhắc lại", Repeat: 5, GapS: 5, Target: announce.Target{All: true}, When: schedule.When{Kind: schedule.Daily, Time: "05:30"}})
		c.heldByAll(2 * time.Minute)
		until(local(time.March, 2, 5, 30).Add(10 * time.Second))
		left := slices.Clone(c.clusters)
		left[0].Name = "Tên mới"
		c.moved(slices.Delete(left, 1, 2))
		time.Sleep(time.Second)
		synctest.Wait()
		for id, s := range c.speakers {
			if got := s.plays(); got != string(a.ID) {
				t.Errorf("%s sounds %q after the edit", id, got)
			}
		}
		until(local(time.March, 3, 6, 0))
		synctest.Wait()
		for id, s := range c.speakers {
			var sounded time.Duration
			for _, h := range s.out.heard(local(time.March, 2, 5, 0)) {
				sounded += h.lasts
			}
			days := 2
			if id == "loa-02" {
				days = 1
			}
			if want := time.Duration(days) * time.Duration(c.length(a)) * time.Millisecond; sounded != want {
				t.Errorf("%s sounded %s, not %s", id, sounded, want)
			}
		}
		c.ended(a.ID, map[string][]string{"loa-01 02 05:30": {"played "}, "loa-02 02 05:30": {"played "}, "loa-03 02 05:30": {"played "},
			"loa-01 03 05:30": {"played "}, "loa-03 03 05:30": {"played "}})
	})
}

// TestPlanOfThousandsOfItems gives a cluster an item for every second. It must play
// them, and still hear of an emergency at once.
func TestPlanOfThousandsOfItems(t *testing.T) {
	const items, watched = 3000, 40
	inCommune(t, 1, local(time.March, 2, 4, 0), func(t *testing.T, c *commune) {
		c.heldByAll(2 * time.Minute)
		s := c.speakers["loa-01"]
		audio, err := c.media.Speak(context.Background(), "", "tích")
		if err != nil {
			t.Fatal(err)
		}
		begin := time.Now().Truncate(time.Second).Add(10 * time.Second)
		plan := protocol.Plan{CompiledAt: time.Now().UTC(), Until: time.Now().Add(24 * time.Hour).UTC(), Volume: 80}
		for i := range items {
			at := begin.Add(time.Duration(i) * time.Second).UTC()
			plan.Items = append(plan.Items, protocol.Item{Occurrence: fmt.Sprintf("tich@%d", at.Unix()), Announcement: "tich", Start: at, Deadline: at.Add(500 * time.Millisecond),
				Audio: []protocol.Audio{audio}})
		}
		plan.Hash = plan.ContentHash()
		if err := c.ether.PublishPlan(t.Context(), s.cfg.Address, plan); err != nil {
			t.Fatal(err)
		}
		until(begin.Add(watched*time.Second - 100*time.Millisecond))
		heard := s.out.heard(begin.Add(-time.Second))
		if len(heard) != watched {
			t.Fatalf("%d of %d items sounded", len(heard), watched)
		}
		for i, h := range heard {
			if off := h.at.Sub(begin.Add(time.Duration(i) * time.Second)); off.Abs() > 20*time.Millisecond {
				t.Errorf("item %d began %s off", i, off)
			}
		}
		launched := time.Now()
		if _, err := c.hub().Emergency(t.Context(), "lanhdao", true, announce.EmergencyDraft{Text: "Lũ về", Target: announce.Target{All: true}}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		alarm := slices.IndexFunc(s.out.heard(launched), func(h hum) bool { return h.level == level(string(announce.EmergencyChime)) })
		if alarm < 0 || s.plays() == "tich" {
			t.Errorf("a second after its launch the emergency is not heard: %q sounds", s.plays())
		}
		if _, err := c.hub().Stop(t.Context(), "lanhdao", announce.Target{}, false); err != nil {
			t.Fatal(err)
		}
	})
}
