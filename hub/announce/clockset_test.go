package announce_test

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/announcetest"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// wallClock can be set, as the clock of a machine can.
type wallClock struct{ off atomic.Int64 }

func (c *wallClock) now() time.Time          { return time.Now().Round(0).Add(time.Duration(c.off.Load())) }
func (c *wallClock) set(to time.Time)        { c.off.Store(int64(to.Sub(time.Now().Round(0)))) }
func (c *wallClock) right()                  { c.off.Store(0) }
func (c *wallClock) of(cfg *announce.Config) { cfg.Now = c.now }

func TestAClockThatIsYearsAheadForAWhileCostsNothing(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		var clock wallClock
		h := start(t, nil, nil, clock.of)
		campaign := h.submit(say(everywhere, schedule.When{Kind: schedule.Daily, Time: "05:30", Until: "2026-03-20"}))
		tomorrow := time.Now().Add(24 * time.Hour)
		once := h.submit(say(everywhere, schedule.When{Kind: schedule.Once, At: &tomorrow}))
		content := h.submit(announce.Draft{Text: "Giữ vệ sinh", When: schedule.When{Kind: schedule.InProgramme}, ValidUntil: "2026-04-01"})
		p, err := h.SaveProgramme(t.Context(), "phatthanh", announce.ProgrammeDraft{Title: "Sáng", Target: everywhere,
			When: schedule.When{Kind: schedule.Daily, Time: "06:00", Until: "2026-03-20"}, Items: []announce.ProgrammeItem{{Announcement: content.ID}}}, false)
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		hash := h.PlanOf("loa-01")

		clock.set(time.Date(2038, 1, 19, 3, 14, 8, 0, time.UTC))
		time.Sleep(15 * time.Minute)
		if h.state(campaign.ID) != announce.Done {
			t.Errorf("in 2038 the campaign is %s", h.state(campaign.ID))
		}
		clock.right()
		time.Sleep(3 * time.Minute)

		for id, want := range map[announce.ID]announce.State{campaign.ID: announce.Scheduled, once.ID: announce.Scheduled, content.ID: announce.Approved} {
			if a, err := h.Get(t.Context(), id); err != nil || a.State != want {
				t.Errorf("%s is %s, want %s (%v)", id, a.State, want, err)
			}
		}
		if p, err = h.Programme(t.Context(), p.ID); err != nil || p.State != announce.Scheduled {
			t.Errorf("the programme is %s (%v)", p.State, err)
		}
		if got := h.air.plan("loa-01"); got.Hash != hash || got.Hash != h.PlanOf("loa-01") {
			t.Errorf("the plan on the cluster is another one than before: %d items", len(got.Items))
		}
		// What comes next is shown and followed.
		time.Sleep(time.Until(time.Date(2026, 3, 2, 5, 30, 1, 0, hanoi)))
		if it := h.air.plan("loa-01").Items[0]; h.states(it.Occurrence) == "" {
			t.Errorf("%s is not on air", it.Occurrence)
		}
	})
}

func TestWhatWasDecidedByAClockThatIsAheadCounts(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		var clock wallClock
		h := start(t, nil, nil, func(c *announce.Config) { clock.of(c); c.Approval = announce.TwoPerson })
		a := h.submit(say(everywhere, schedule.When{Kind: schedule.Daily, Time: "17:00"}))
		clock.set(time.Now().AddDate(1, 0, 0))
		time.Sleep(15 * time.Minute)
		if _, err := h.Approve(t.Context(), "lanhdao", a.ID); err != nil {
			t.Fatal(err)
		}
		clock.right()
		time.Sleep(3 * time.Minute)
		if got := h.planned("loa-01"); len(got) == 0 || got[:8] != "02 17:00" {
			t.Errorf("planned %q: it would be silent for a year", got)
		}
	})
}

func TestAHubThatStartsWithTheClockAheadIsMendedByTheNextStart(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		store := announcetest.NewMemory()
		var clock wallClock
		h := start(t, store, nil, clock.of)
		a := h.submit(say(everywhere, schedule.When{Kind: schedule.Daily, Time: "17:00", Until: "2026-03-20"}))
		h.stop()
		clock.set(time.Date(2038, 1, 19, 3, 14, 8, 0, time.UTC))
		h = start(t, store, nil, clock.of)
		if h.state(a.ID) != announce.Done {
			t.Fatalf("in 2038 it is %s", h.state(a.ID))
		}
		h.stop()
		clock.right()
		h = start(t, store, nil, clock.of)
		if h.state(a.ID) != announce.Scheduled || len(h.air.plan("loa-01").Items) != 8 {
			t.Errorf("it is %s with %d items in the plan", h.state(a.ID), len(h.air.plan("loa-01").Items))
		}
	})
}

func TestAClockThatWasResetLeavesThePlansAlone(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		store, a := announcetest.NewMemory(), newAir()
		var clock wallClock
		h := start(t, store, a, clock.of)
		daily := h.submit(say(everywhere, schedule.When{Kind: schedule.Daily, Time: "17:00", Until: "2026-03-20"}))
		h.stop()
		before := a.plan("loa-01").Hash

		// The machine lost its power, its clock has no battery, the time server is far.
		clock.set(time.Unix(60, 0))
		h = start(t, store, a, clock.of)
		time.Sleep(10 * time.Minute)
		if got := a.plan("loa-01"); got.Hash != before || h.state(daily.ID) != announce.Scheduled {
			t.Errorf("with the clock in 1970 the clusters got a plan of %d items, the series is %s", len(got.Items), h.state(daily.ID))
		}
		_, err := h.Submit(t.Context(), "phatthanh", false, say(everywhere, now))
		wantProblem(t, err, problem.Unavailable, "clock_wrong", "")
		_, err = h.Emergency(t.Context(), "lanhdao", true, announce.EmergencyDraft{Text: "Lũ về", Target: everywhere})
		wantProblem(t, err, problem.Unavailable, "clock_wrong", "")
		if _, err := h.Stop(t.Context(), "lanhdao", announce.Target{}, false); err != nil {
			t.Errorf("a stop asks for no time: %v", err)
		}

		clock.right()
		time.Sleep(2 * time.Minute)
		h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-01"}}, schedule.When{Kind: schedule.Daily, Time: "18:00"}))
		if got := a.plan("loa-01"); got.Hash == before || len(got.Items) != 16 {
			t.Errorf("once the clock is right the plan has %d items", len(got.Items))
		}
	})
}

func TestWhatComesNextIsKnownAfterALeap(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		var clock wallClock
		h := start(t, nil, nil, clock.of)
		h.submit(say(everywhere, schedule.When{Kind: schedule.Daily, Time: "17:00"})) // has no end, so that nothing is to be mended
		for i := range 20 {
			clock.set(time.Now().AddDate(12, 0, 0))
			time.Sleep(time.Duration(3+i) * time.Minute)
			clock.right()
			time.Sleep(3 * time.Minute)
			h.mu.Lock()
			next := h.next
			h.mu.Unlock()
			if len(next) == 0 || time.Until(next[0].Start) > 24*time.Hour {
				t.Fatalf("next comes %+v", next)
			}
		}
		for _, e := range h.journal() {
			if time.Until(e.PlannedAt) > 0 {
				t.Errorf("the journal, which takes nothing back, says of %v: %s", e.PlannedAt, e.Result)
			}
		}
	})
}
