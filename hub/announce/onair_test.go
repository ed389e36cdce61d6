package announce_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

func TestAPlannedOccurrenceIsFollowedOnThePage(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		when := time.Now().Add(time.Hour)
		a := h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-01", "loa-02"}}, schedule.When{Kind: schedule.Once, At: &when}))
		h.mu.Lock()
		next := h.next
		h.mu.Unlock()
		if len(next) != 1 || next[0].Announcement != a.ID || !next[0].Start.Equal(when) || len(next[0].Deliveries) != 0 {
			t.Fatalf("next %+v", next)
		}
		it := h.air.plan("loa-01").Items[0]
		// A device whose clock is a little ahead begins before the hub's instant.
		time.Sleep(time.Hour - 50*time.Millisecond)
		h.online("loa-02", 1, &protocol.Playing{Occurrence: it.Occurrence, Announcement: it.Announcement})
		if got := h.states(it.Occurrence); got != "loa-01=pending loa-02=playing" {
			t.Errorf("on the page: %s", got)
		}
		time.Sleep(time.Second)
		h.mu.Lock()
		if len(h.next) != 0 {
			t.Errorf("next still has %+v", h.next)
		}
		h.mu.Unlock()
		h.online("loa-01", 1, &protocol.Playing{Occurrence: it.Occurrence, Announcement: it.Announcement})
		h.HandleState(t.Context(), addr("loa-01"), protocol.State{Session: 0, Online: false}) // a late last will
		synctest.Wait()
		if got := h.states(it.Occurrence); got != "loa-01=playing loa-02=playing" {
			t.Errorf("on the page: %s", got)
		}
		time.Sleep(9 * time.Second)
		h.online("loa-01", 1, nil)
		h.played("loa-01", it, devices.Played)
		if got := h.states(it.Occurrence); got != "loa-01=played loa-02=playing" {
			t.Errorf("on the page: %s", got)
		}
		if h.state(a.ID) != announce.Scheduled {
			t.Errorf("it is %s while it still sounds", h.state(a.ID))
		}
		if len(h.air.sent("loa-01")) != 0 {
			t.Error("a planned occurrence was commanded too")
		}
		// The other cluster is never heard of again: it is over in the end.
		time.Sleep(15 * time.Minute)
		if h.state(a.ID) != announce.Done {
			t.Errorf("it is %s after its end", h.state(a.ID))
		}
	})
}

func TestAnInterruptedPlayGoesOn(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		a := h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-01"}}, now))
		it := *h.air.sent("loa-01")[0].Item
		time.Sleep(5 * time.Second)
		h.played("loa-01", it, devices.Interrupted)
		if h.state(a.ID) == announce.Done {
			t.Error("it is done though it will go on")
		}
		h.online("loa-01", 1, &protocol.Playing{Occurrence: it.Occurrence, Announcement: it.Announcement})
		if got := h.states(it.Occurrence); got != "loa-01=playing" {
			t.Errorf("on the page: %s", got)
		}
	})
}
