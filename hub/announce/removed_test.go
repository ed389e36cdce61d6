package announce_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

func TestWhatHasNoClusterLeftStandsInTheJournalWithTheReason(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		at := local("2026-03-02 06:30")
		a := h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-02"}}, schedule.When{Kind: schedule.Once, At: &at}))
		h.remove("loa-02")
		time.Sleep(3 * time.Hour)
		synctest.Wait()
		h.wantTold("when its time is over", "loa-02 stopped cluster_removed")
		if got := h.past(a.ID); !slices.Equal(got, []string{"02 06:30 played 0/0"}) {
			t.Errorf("the calendar says %q", got)
		}
		h = h.again(nil)
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		h.wantTold("a day later", "loa-02 stopped cluster_removed")
	})
}

func TestAClusterOwesNothingForTheTimeInWhichItDidNotExist(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		at := local("2026-03-02 06:30")
		once := h.submit(say(announce.Target{All: true}, schedule.When{Kind: schedule.Once, At: &at}))
		h.remove("loa-02")
		time.Sleep(4 * time.Hour)
		h.add("loa-02", "na-chuong")
		h = h.again(nil)
		time.Sleep(26 * time.Hour)
		synctest.Wait()
		for _, line := range h.told() {
			if line[:6] == "loa-02" {
				t.Errorf("the journal says %q", line)
			}
		}
		if got := h.past(once.ID); !slices.Equal(got, []string{"02 06:30 played 0/3"}) {
			t.Errorf("the calendar says %q", got)
		}
	})
}
