package announce_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/announcetest"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

func TestARestartForgetsNothing(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		store := announcetest.NewMemory()
		h := start(t, store, nil, nil)
		when := time.Now().Add(30 * time.Second)
		planned := h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-01", "loa-02"}}, schedule.When{Kind: schedule.Once, At: &when}))
		atOnce := h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-03", "loa-04"}}, now))
		cancelled := h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-01"}}, now))
		h.ack("loa-03", h.air.sent("loa-03")[0].ID, protocol.OutcomeReceived)
		it, itNow := h.air.plan("loa-01").Items[0], *h.air.sent("loa-03")[0].Item
		if _, err := h.Cancel(t.Context(), "lanhdao", cancelled.ID); err != nil {
			t.Fatal(err)
		}
		h.stop()
		time.Sleep(40 * time.Second)

		again := start(t, store, nil, nil)
		if again.air.plan("loa-01").Hash != h.air.plan("loa-01").Hash {
			t.Error("the plan is another one after the restart")
		}
		if n := len(again.air.sent("loa-03")); n != 0 {
			t.Errorf("an acknowledged command was sent %d times more", n)
		}
		if n := len(again.air.sent("loa-04")); n != 1 || again.air.sent("loa-04")[0].ID != h.air.sent("loa-04")[0].ID {
			t.Errorf("an open command was sent %d times after the restart", n)
		}
		for _, c := range again.air.sent("loa-01") {
			if c.Kind == protocol.CommandPlay {
				t.Error("a cancelled announcement was sent again after the restart")
			}
		}
		if got := again.states(it.Occurrence); got != "loa-01=pending loa-02=pending" {
			t.Errorf("on the page, the planned one: %s", got)
		}
		if got := again.states(itNow.Occurrence); got != "loa-03=received loa-04=pending" {
			t.Errorf("on the page, the one sent at once: %s", got)
		}
		again.played("loa-01", it, devices.Played)
		again.played("loa-02", it, devices.Played)
		again.played("loa-03", itNow, devices.Played)
		again.played("loa-04", itNow, devices.Played)
		for _, id := range []announce.ID{planned.ID, atOnce.ID} {
			if again.state(id) != announce.Done {
				t.Errorf("%s is %s", id, again.state(id))
			}
		}
		played := map[devices.DeviceID]int{}
		for _, e := range again.journal() {
			if e.Result == devices.Played {
				played[e.Cluster]++
			}
		}
		if fmt.Sprint(played) != "map[loa-01:1 loa-02:1 loa-03:1 loa-04:1]" {
			t.Errorf("played %v", played)
		}
	})
}
