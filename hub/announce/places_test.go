package announce_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

// move edits the list of clusters.
func (h *hub) move(f func([]devices.Cluster) []devices.Cluster) {
	h.t.Helper()
	h.village.edit(f)
	h.PlacesChanged(h.t.Context())
	synctest.Wait()
}

func (h *hub) add(id devices.DeviceID, v devices.VillageID) {
	h.move(func(l []devices.Cluster) []devices.Cluster {
		return append(l, devices.Cluster{ID: id, Village: v, Volume: 80})
	})
}

func (h *hub) remove(ids ...devices.DeviceID) {
	h.move(func(l []devices.Cluster) []devices.Cluster {
		return slices.DeleteFunc(l, func(c devices.Cluster) bool { return slices.Contains(ids, c.ID) })
	})
}

// again stops the hub and starts another on the same store and places.
func (h *hub) again(change func(*announce.Config)) *hub {
	h.stop()
	return start(h.t, h.store, h.air, func(cfg *announce.Config) {
		if cfg.Places, cfg.Stood = h.village, h.village.Stood; change != nil {
			change(cfg)
		}
	})
}

func (h *hub) targets(id announce.ID) string {
	h.t.Helper()
	a, err := h.Get(h.t.Context(), id)
	if err != nil {
		h.t.Fatal(err)
	}
	return strings.Trim(fmt.Sprint(a.Clusters), "[]")
}

func TestAClusterJoinsWhatIsAimedAtItsVillage(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		daily := func(target announce.Target) announce.ID {
			return h.submit(say(target, schedule.When{Kind: schedule.Daily, Time: "05:30"})).ID
		}
		village := daily(announce.Target{Villages: []devices.VillageID{"na-chuong"}})
		all := daily(announce.Target{All: true})
		named := daily(announce.Target{Clusters: []devices.DeviceID{"loa-01", "loa-04"}})
		first := h.air.plan("loa-01").Hash
		time.Sleep(7 * time.Hour) // it is noon

		h.add("loa-09", "na-chuong")
		want := "03 05:30; 03 05:30; 04 05:30; 04 05:30"
		if got := h.planned("loa-09"); !strings.HasPrefix(got, want) {
			t.Errorf("the new cluster's plan begins with %.40s, want %s", got, want)
		}
		if h.air.plan("loa-01").Hash != first || h.air.publications()["loa-01"] != 4 {
			t.Errorf("a neighbour got a new plan: %v", h.air.publications())
		}
		for id, want := range map[announce.ID]string{village: "loa-01 loa-02 loa-09", all: "loa-01 loa-02 loa-03 loa-04 loa-09", named: "loa-01 loa-04"} {
			if got := h.targets(id); got != want {
				t.Errorf("it sounds on %s, want %s", got, want)
			}
			h.mu.Lock()
			if told := strings.Trim(fmt.Sprint(h.changed[id].Clusters), "[]"); told != want {
				t.Errorf("the page was told %s, want %s", told, want)
			}
			h.mu.Unlock()
		}

		h.move(func(l []devices.Cluster) []devices.Cluster { l[4].Village = "ban-pieng"; return l })
		h.remove("loa-02")
		if got := h.targets(village) + "|" + h.targets(all); got != "loa-01|loa-01 loa-03 loa-04 loa-09" {
			t.Errorf("after one moved and one was removed: %s", got)
		}
		if got := h.planned("loa-09"); !strings.HasPrefix(got, "03 05:30; 04 05:30") {
			t.Errorf("the plan of the one that moved: %s", got)
		}
		h = h.again(nil)
		if got := h.targets(village) + "|" + h.planned("loa-02"); got != "loa-01|" {
			t.Errorf("after a restart: %s", got)
		}
	})
}

// past is what the calendar says of an announcement until now: "02 05:30 played 1/2".
func (h *hub) past(id announce.ID) (out []string) {
	h.t.Helper()
	c, err := h.Calendar(h.t.Context(), local("2026-03-02 00:00"), time.Now())
	if err != nil {
		h.t.Fatal(err)
	}
	for _, e := range c.Entries {
		if e.Announcement == id {
			out = append(out, fmt.Sprintf("%s played %d/%d", e.Start.In(hanoi).Format("02 15:04"), e.Results[devices.Played], e.Of))
		}
	}
	return out
}

func TestThePastStaysAsItWasWhenClustersMove(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		a := h.submit(say(announce.Target{Villages: []devices.VillageID{"na-chuong"}}, schedule.When{Kind: schedule.Daily, Time: "05:30"}))
		items := h.air.plan("loa-01").Items
		time.Sleep(time.Hour)
		h.played("loa-01", items[0], devices.Played)
		h.move(func(l []devices.Cluster) []devices.Cluster { l[0].Village = "ban-pieng"; return l })
		h.remove("loa-02")
		h.add("loa-09", "na-chuong")
		// A report that comes late is of what was planned then.
		h.played("loa-02", items[0], devices.Played)
		for _, e := range h.journal() {
			if e.Reason != "" {
				t.Errorf("the late report has the remark %s", e.Reason)
			}
		}
		time.Sleep(24 * time.Hour)
		h.played("loa-09", items[1], devices.Played)
		want := []string{"02 05:30 played 2/2", "03 05:30 played 1/1"}
		if got := h.past(a.ID); !slices.Equal(got, want) {
			t.Errorf("the calendar says %q, want %q", got, want)
		}
		h.played("loa-01", items[1], devices.Played) // it is aimed at another village now
		j, err := h.Journal(t.Context(), announce.JournalQuery{Cluster: "loa-01"})
		if err != nil || len(j) != 2 || j[0].Reason != journal.ReasonUnplanned {
			t.Errorf("what nobody planned for it: %+v, %v", j, err)
		}
		h = h.again(nil)
		planned, err := h.Planned(t.Context(), local("2026-03-02 00:00"), local("2026-03-05 00:00"))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range planned {
			got = append(got, p.Start.In(hanoi).Format("02 ")+strings.Trim(fmt.Sprint(p.Announcement.Clusters), "[]"))
		}
		if want := []string{"02 loa-01 loa-02", "03 loa-09", "04 loa-09"}; !slices.Equal(got, want) {
			t.Errorf("planned %q, want %q", got, want)
		}
		occ, err := h.Occurrences(t.Context(), a.ID)
		if err != nil {
			t.Fatal(err)
		}
		got = nil
		for _, o := range occ[len(occ)-2:] {
			var on []string
			for _, d := range o.Deliveries {
				on = append(on, fmt.Sprintf("%s=%s", d.Cluster, d.State))
			}
			got = append(got, o.Start.In(hanoi).Format("02 ")+strings.Join(on, " "))
		}
		if want := []string{"03 loa-09=played loa-01=played", "02 loa-01=played loa-02=played"}; !slices.Equal(got, want) {
			t.Errorf("its page shows %q, want %q", got, want)
		}
	})
}

func TestWhatWentOutAtOnceStaysWhereItIs(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		a := h.submit(say(announce.Target{Villages: []devices.VillageID{"na-chuong"}}, now))
		h.add("loa-09", "na-chuong")
		time.Sleep(5 * time.Second)
		if got := h.targets(a.ID); got != "loa-01 loa-02" {
			t.Errorf("it sounds on %s", got)
		}
		if sent := h.air.sent("loa-09"); len(sent) > 0 {
			t.Errorf("a new cluster is told %+v", sent)
		}
	})
}

func TestATargetThatIsGone(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, broadcastChimes)
		aimed := h.submit(content("Họp thôn", devices.Normal, "loa-01"))
		h.submit(content("Thời sự", devices.Normal))
		p := h.programme(morning(announce.ProgrammeItem{Fill: &announce.Fill{Max: 5}}))
		d := p.ProgrammeDraft
		d.Target = announce.Target{Clusters: []devices.DeviceID{"loa-01"}}
		alone := h.programme(d)
		h.remove("loa-01")
		a, err := h.Get(t.Context(), aimed.ID)
		if err != nil || len(a.Clusters) > 0 || a.Gone == nil || !slices.Equal(a.Gone.Clusters, []devices.DeviceID{"loa-01"}) {
			t.Errorf("the announcement: %v, gone %+v, %v", a.Clusters, a.Gone, err)
		}
		alone, err = h.Programme(t.Context(), alone.ID)
		if err != nil || len(alone.Clusters) > 0 || alone.Gone == nil {
			t.Errorf("the programme: %v, gone %+v, %v", alone.Clusters, alone.Gone, err)
		}
		if p, err = h.Programme(t.Context(), p.ID); err != nil || p.Gone != nil || len(p.Clusters) != 3 {
			t.Errorf("the programme everywhere: %v, gone %+v, %v", p.Clusters, p.Gone, err)
		}
		// What was meant for nobody else must not sound everywhere now.
		if got := h.on("loa-02", "2026-03-02"); got != "05:30:00 Thời sự[3]" {
			t.Errorf("elsewhere: %s", got)
		}
		// It stands again: all is as it was said.
		h.add("loa-01", "na-chuong")
		if got := h.on("loa-01", "2026-03-02"); !strings.Contains(got, "Họp thôn") {
			t.Errorf("put up again: %s", got)
		}
	})
}

// slowPlaces answer the first question of all with what they knew when it was asked,
// long after everything else.
type slowPlaces struct {
	announce.Places
	asked atomic.Bool
}

func (p *slowPlaces) Clusters(ctx context.Context) ([]devices.Cluster, error) {
	clusters, err := p.Places.Clusters(ctx)
	if !p.asked.Swap(true) {
		time.Sleep(time.Minute)
	}
	return clusters, err
}

func TestAnOldAnswerDoesNotTakeAClusterAway(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, func(cfg *announce.Config) { cfg.Places = &slowPlaces{Places: cfg.Places} })
		h.village.edit(func(l []devices.Cluster) []devices.Cluster {
			return append(l, devices.Cluster{ID: "loa-77", Village: "na-chuong", Volume: 80})
		})
		go h.PlacesChanged(t.Context())
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if h.PlanOf("loa-77") == "" {
			t.Error("a cluster that was added while the hub started has no plan")
		}
	})
}
