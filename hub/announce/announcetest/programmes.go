package announcetest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

type programmeKey struct {
	commune devices.CommuneID
	id      announce.ProgrammeID
}

// SaveProgrammes implements [announce.ProgrammeArchive].
func (m *Memory) SaveProgrammes(_ context.Context, commune devices.CommuneID, all []announce.Programme, orders []announce.Order) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return m.fail
	}
	for _, o := range orders {
		if slices.ContainsFunc(m.orders[commune], func(have announce.Order) bool { return have.ID == o.ID }) {
			return errors.New("an order with this id is there already")
		}
	}
	for _, p := range all {
		m.programmes[programmeKey{commune, p.ID}] = p
	}
	m.orders[commune] = append(m.orders[commune], orders...)
	return nil
}

// Programme implements [announce.ProgrammeArchive].
func (m *Memory) Programme(_ context.Context, commune devices.CommuneID, id announce.ProgrammeID) (announce.Programme, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p, ok := m.programmes[programmeKey{commune, id}]
	if !ok {
		return p, fmt.Errorf("programme %q: %w", string(id), announce.ErrUnknown)
	}
	return p, nil
}

// Programmes implements [announce.ProgrammeArchive].
func (m *Memory) Programmes(_ context.Context, commune devices.CommuneID, states []announce.State) ([]announce.Programme, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := []announce.Programme{}
	for k, p := range m.programmes {
		if k.commune == commune && (len(states) == 0 || slices.Contains(states, p.State)) {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b announce.Programme) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.ID, a.ID))
	})
	return out, nil
}

// Programme returns a programme with every field set.
func Programme(n int) announce.Programme {
	at := noon.Add(time.Hour)
	draft := announce.ProgrammeDraft{Title: "Bản tin sáng", Target: announce.Target{All: true}, Opening: announce.OpeningChime, Closing: announce.ClosingChime,
		When: schedule.When{Kind: schedule.Rule, Start: "2026-03-02T05:30", RRule: "FREQ=DAILY", Except: []string{"2026-03-08"}, Extra: []string{"2026-03-08T06:00"},
			Moved: []schedule.Move{{From: "2026-03-09T05:30", To: "2026-03-09T06:00"}}, Lunar: &schedule.Lunar{Except: []schedule.LunarDay{{Day: 15}}},
			Spread: &schedule.Spread{TimesPerWeek: 2, Slots: []string{"05:30"}}},
		Items: []announce.ProgrammeItem{{Announcement: "tb-01", Repeat: 2, GapS: 3}, {Fill: &announce.Fill{Max: 5}}}}
	return announce.Programme{ID: announce.ProgrammeID(fmt.Sprintf("ct-%02d", n)), ProgrammeDraft: draft, State: announce.Scheduled, Remark: "x",
		CreatedBy: "phatthanh", CreatedAt: noon.Add(time.Duration(n) * time.Minute), EditedBy: []string{"khac"}, DecidedBy: "lanhdao", DecidedAt: &at, ApprovedAt: &at,
		Clusters: []devices.DeviceID{"loa-01"}, Follows: "ct-00",
		Earlier:  []announce.EarlierProgramme{{ProgrammeDraft: draft, Since: noon, Until: at}},
		Proposed: &announce.ProgrammeProposal{Draft: &draft, Edit: &schedule.SeriesEdit{Start: at, Scope: schedule.ThisOne, Cancel: true}, By: "phatthanh", At: at}}
}

func programmes(t *testing.T, s announce.Store) {
	ctx := t.Context()
	one, two := Programme(1), Programme(2)
	two.State = announce.Submitted
	check(t, s.SaveProgrammes(ctx, here, []announce.Programme{one, two}, []announce.Order{Order(1, Announcement(1))}))
	check(t, s.SaveProgrammes(ctx, there, []announce.Programme{Programme(3)}, nil))
	same(t, "read back", must[announce.Programme](t)(s.Programme(ctx, here, one.ID)), one)
	same(t, "all", must[[]announce.Programme](t)(s.Programmes(ctx, here, nil)), []announce.Programme{two, one})
	same(t, "those that wait", must[[]announce.Programme](t)(s.Programmes(ctx, here, []announce.State{announce.Submitted, announce.Done})), []announce.Programme{two})
	if got := must[[]announce.Order](t)(s.Orders(ctx, here, announce.OrderQuery{})); len(got) != 1 {
		t.Errorf("%d orders, want 1", len(got))
	}
	two.State = announce.Cancelled
	if err := s.SaveProgrammes(ctx, here, []announce.Programme{two}, []announce.Order{Order(1, Announcement(1))}); err == nil {
		t.Error("an order with a used id was accepted")
	}
	two.State = announce.Submitted
	same(t, "after a refused save", must[announce.Programme](t)(s.Programme(ctx, here, two.ID)), two)
	if _, err := s.Programme(ctx, there, one.ID); !errors.Is(err, announce.ErrUnknown) {
		t.Errorf("elsewhere: %v, want ErrUnknown", err)
	}
}
