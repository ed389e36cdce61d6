package announce_test

import (
	"testing"
	"testing/synctest"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// Two that are handed in for the same time know nothing of each other until one
// is approved; whoever approves the second says which comes first.
func TestAnApproverOrdersWhatCollides(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, func(c *announce.Config) { c.Approval = announce.TwoPerson })
		draft := say(everywhere, schedule.When{Kind: schedule.Daily, Time: "17:00"})
		draft.Level = devices.Priority
		first, second := h.submit(draft), h.submit(draft)
		if _, err := h.Approve(t.Context(), "lanhdao", first.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Approve(t.Context(), "lanhdao", second.ID); !problem.Is(err, problem.Conflict) {
			t.Fatalf("approved without an order: %v", err)
		}
		found, err := h.Check(t.Context(), second.ID, second.Draft)
		if err != nil || found[len(found)-1].Rival == nil || found[len(found)-1].Rival.Announcement != first.ID {
			t.Fatalf("found %+v, %v", found, err)
		}
		// Who still writes is asked too, although nothing is spoken yet.
		unsaid := draft
		unsaid.Text = "Một tin khác"
		if found, err = h.Check(t.Context(), "", unsaid); err != nil || found[len(found)-1].Code != announce.FoundPriorityCollision {
			t.Errorf("a text that is not spoken yet: %+v, %v", found, err)
		}
		if _, err = h.SetOrder(t.Context(), "lanhdao", second.ID, -10); err != nil {
			t.Fatal(err)
		}
		// Who orders has not written: the same person approves.
		if _, err = h.Approve(t.Context(), "lanhdao", second.ID); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		for _, it := range h.air.plan("loa-01").Items {
			if want := map[string]int{string(first.ID): 0, string(second.ID): -10}[it.Announcement]; it.Order != want {
				t.Errorf("%s has order %d, want %d", it.Announcement, it.Order, want)
			}
		}
		if _, err = h.SetOrder(t.Context(), "phatthanh", first.ID, 2000); !problem.Is(err, problem.Invalid) {
			t.Errorf("an order of 2000: %v", err)
		}
	})
}
