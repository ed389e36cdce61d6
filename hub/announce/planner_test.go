package announce_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

// compilations are what the hub's log says of them: "1 of 4".
type compilations struct {
	slog.Handler
	mu   sync.Mutex
	list []string
}

func (c *compilations) log(cfg *announce.Config) {
	c.Handler = slog.DiscardHandler
	cfg.Log = slog.New(c)
}

func (c *compilations) Enabled(context.Context, slog.Level) bool { return true }
func (c *compilations) WithAttrs([]slog.Attr) slog.Handler       { return c }

func (c *compilations) Handle(_ context.Context, r slog.Record) error {
	if r.Message != "plans compiled" {
		return nil
	}
	said := map[string]string{}
	r.Attrs(func(a slog.Attr) bool { said[a.Key] = a.Value.String(); return true })
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list = append(c.list, said["clusters"]+" of "+said["of"])
	return nil
}

// since returns what was compiled since the last call.
func (c *compilations) since() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	defer func() { c.list = nil }()
	return c.list
}

func TestAPlanReachesOnlyTheClustersItConcerns(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		var made compilations
		h := start(t, nil, nil, made.log)
		if got := made.since(); !slices.Equal(got, []string{"4 of 4"}) {
			t.Errorf("at its start it compiled %q", got)
		}
		first := h.air.publications()
		if len(first) != 4 {
			t.Fatalf("at its start the hub published %v", first)
		}
		a := h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-03"}}, schedule.When{Kind: schedule.Daily, Time: "05:30"}))
		if got := made.since(); !slices.Equal(got, []string{"1 of 4"}) {
			t.Errorf("for one cluster it compiled %q", got)
		}
		got := h.air.publications()
		if got["loa-03"] != 2 || got["loa-01"] != 1 || got["loa-02"] != 1 || got["loa-04"] != 1 {
			t.Errorf("publications %v", got)
		}
		p := h.air.plan("loa-03")
		if len(p.Items) != 8 || p.Hash != h.PlanOf("loa-03") {
			t.Fatalf("plan with %d items", len(p.Items))
		}
		if want := time.Date(2026, 3, 2, 5, 30, 0, 0, hanoi); !p.Items[0].Start.Equal(want) || p.Items[0].Deadline.Sub(p.Items[0].Start) != 10*time.Minute {
			t.Errorf("first item %+v", p.Items[0])
		}
		if _, err := h.Cancel(t.Context(), "lanhdao", a.ID); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if n := len(h.air.plan("loa-03").Items); n != 0 {
			t.Errorf("%d items are left after the cancellation", n)
		}
		if got := made.since(); !slices.Equal(got, []string{"1 of 4"}) {
			t.Errorf("for its cancellation it compiled %q", got)
		}
	})
}

func TestPlansReachABrokerThatWasAway(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a := newAir()
		a.cut(errors.New("no broker"))
		var made compilations
		h := start(t, nil, a, made.log)
		h.submit(say(everywhere, schedule.When{Kind: schedule.Daily, Time: "05:30"}))
		made.since()
		time.Sleep(5 * time.Minute)
		if got := made.since(); len(got) > 0 {
			t.Errorf("while the broker was away it compiled %q", got)
		}
		h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-01"}}, schedule.When{Kind: schedule.Daily, Time: "17:00"}))
		if got := made.since(); !slices.Equal(got, []string{"1 of 4"}) {
			t.Errorf("for a change in the meantime it compiled %q", got)
		}
		a.cut(nil)
		time.Sleep(time.Minute)
		for c, n := range a.publications() {
			if n != 1 {
				t.Errorf("%s got %d plans", c, n)
			}
		}
		if len(a.publications()) != 4 || len(a.plan("loa-04").Items) != 8 || a.plan("loa-04").Hash != h.PlanOf("loa-04") {
			t.Errorf("plans after the broker came back: %v", a.publications())
		}
		h.Republish()
		synctest.Wait()
		if n := a.publications()["loa-02"]; n != 2 {
			t.Errorf("%d publications after the broker forgot them", n)
		}
	})
}

func TestPlansMoveOnWithTheDay(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-01"}}, schedule.When{Kind: schedule.Daily, Time: "05:30"}))
		for day := range 30 {
			time.Sleep(24 * time.Hour)
			items := h.air.plan("loa-01").Items
			last := items[len(items)-1].Start
			if ahead := time.Until(last); ahead < 7*24*time.Hour-19*time.Hour {
				t.Fatalf("on day %d the plan reaches %v ahead", day, ahead)
			}
		}
		if n := h.air.publications()["loa-01"]; n != 32 {
			t.Errorf("%d publications in 30 days, want one a day", n)
		}
		if n := h.air.publications()["loa-02"]; n != 1 {
			t.Errorf("%d publications for a cluster without announcements", n)
		}
	})
}

func TestAPlanHoldsNoMoreThanADeviceTakes(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		other := h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-02"}}, schedule.When{Kind: schedule.Daily, Time: "17:00"}))
		d := say(announce.Target{Clusters: []devices.DeviceID{"loa-01"}}, schedule.When{Kind: schedule.Rule, Start: "2026-03-02T05:30", RRule: "FREQ=MINUTELY;INTERVAL=5;BYHOUR=5,6,7,8,9"})
		d.Title = strings.Repeat("<", 200)
		for range 5 {
			d.Repeat = 10
			h.submit(d)
		}
		p := h.air.plan("loa-01")
		data, err := json.Marshal(p)
		if err != nil || len(data) > protocol.MaxPlan || len(data) < protocol.MaxPlan*9/10 {
			t.Errorf("the plan has %d bytes, %v", len(data), err)
		}
		if p.Hash != h.PlanOf("loa-01") {
			t.Error("the plan is not the one that the hub knows")
		}
		if last := p.Items[len(p.Items)-1].Start; !p.Until.After(last) || p.Until.Sub(last) > 5*time.Minute || time.Until(p.Until) < 24*time.Hour {
			t.Errorf("it says that it holds all until %v, the last item is at %v", p.Until, last)
		}
		// Nobody else suffers, and the rest follows.
		if n := len(h.air.plan("loa-02").Items); n != 8 {
			t.Errorf("another cluster has %d items of %s", n, other.ID)
		}
		time.Sleep(24 * time.Hour)
		if next := h.air.plan("loa-01"); !next.Until.After(p.Until) {
			t.Errorf("a day later it still ends at %v", next.Until)
		}
	})
}

func TestClustersThatChange(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		h.submit(say(everywhere, schedule.When{Kind: schedule.Daily, Time: "05:30"}))
		h.village.edit(func(l []devices.Cluster) []devices.Cluster { l[0].Volume, l[0].OffsetMS = 40, 120; return l[:3] })
		h.PlacesChanged(t.Context())
		synctest.Wait()
		if p := h.air.plan("loa-01"); p.Volume != 40 || p.OffsetMS != 120 {
			t.Errorf("volume %d and offset %d ms in the plan", p.Volume, p.OffsetMS)
		}
		if p := h.air.plan("loa-04"); len(p.Items) != 0 {
			t.Errorf("a cluster that was removed still has %d items", len(p.Items))
		}
		if h.PlanOf("loa-04") != "" {
			t.Error("a cluster that was removed has a plan hash")
		}
		if n := h.air.publications()["loa-02"]; n != 2 {
			t.Errorf("%d publications for a cluster that did not change", n)
		}
	})
}
