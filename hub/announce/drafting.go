package announce

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

// Preview is what would come of a draft.
type Preview struct {
	Clusters      []devices.DeviceID `json:"clusters"`
	Starts        []time.Time        `json:"starts"` // at most 10, soonest first
	NeedsApproval bool               `json:"needs_approval"`
}

// Preview tells where and when a draft would sound. It does not look at what is
// to be said, so that the page can show it while someone still types.
func (s *Service) Preview(ctx context.Context, d Draft) (Preview, error) {
	if err := s.load(ctx); err != nil {
		return Preview{}, err
	}
	now := s.cfg.Now()
	when, err := d.When.Check(now, s.cfg.Location)
	if err != nil {
		return Preview{}, err
	}
	d.When = when
	clusters, err := s.place(d)
	if err != nil {
		return Preview{}, err
	}
	return Preview{clusters, d.firstStarts(now, 10, s.cfg.Location), s.Rules().Approval == TwoPerson}, nil
}

// place returns the clusters on which a draft sounds. What programmes take up
// sounds where they do and needs no target of its own.
func (s *Service) place(d Draft) ([]devices.DeviceID, error) {
	if d.aimed() == nil && d.Target.said() != nil {
		return []devices.DeviceID{}, nil
	}
	return s.resolve(d.Target)
}

// aimed reports whether a draft has the target that it needs.
func (d Draft) aimed() error {
	if d.When.Kind == schedule.InProgramme {
		return nil
	}
	return d.Target.said()
}

// meant returns the clusters that a draft means now. That some places of its target
// are gone is no error, that all of them are is one.
func (s *Service) meant(d Draft) ([]devices.DeviceID, error) {
	s.mu.Lock()
	clusters := s.ground.now(d.Target)
	s.mu.Unlock()
	if len(clusters) == 0 {
		return s.place(d)
	}
	return clusters, nil
}

func (s *Service) resolve(t Target) ([]devices.DeviceID, error) {
	s.mu.Lock()
	clusters := s.clusters
	s.mu.Unlock()
	return t.resolve(clusters)
}

// firstStarts returns at most n starts from the instant on, of the days on which
// the draft is valid.
func (d Draft) firstStarts(from time.Time, n int, loc *time.Location) []time.Time {
	if t := from.Add(lead); d.When.Kind == schedule.Now && d.ValidOn(t.In(loc)) {
		return []time.Time{t}
	}
	// A series may have all of its first starts before it is valid.
	for ask := n; ; ask *= 4 {
		all := d.When.FirstStarts(from, ask, loc)
		got := len(all)
		all = slices.DeleteFunc(all, func(t time.Time) bool { return !d.ValidOn(t.In(loc)) })
		if len(all) >= n || got < ask || ask > 4000 {
			return all[:min(n, len(all))]
		}
	}
}

// SaveDraft keeps a draft that may be half written. It asks nobody for approval.
func (s *Service) SaveDraft(ctx context.Context, who string, d Draft) (Announcement, error) {
	if err := s.load(ctx); err != nil {
		return Announcement{}, err
	}
	if err := d.tidy(); err != nil {
		return Announcement{}, err
	}
	now := s.cfg.Now().UTC()
	a := Announcement{ID: ID("tb-" + newID(now)), Revision: 1, Draft: d, State: Drafted, CreatedBy: who, CreatedAt: now}
	a.Clusters, _ = s.place(d) // it may have no target yet
	s.deciding.Lock()
	defer s.deciding.Unlock()
	return a, s.save(ctx, a, nil)
}

// EditDraft replaces what stands in a draft, in an announcement that was
// returned, or in one that still waits, which is taken back by that.
func (s *Service) EditDraft(ctx context.Context, who string, id ID, d Draft) (Announcement, error) {
	if err := d.tidy(); err != nil {
		return Announcement{}, err
	}
	return s.decide(ctx, id, func(a Announcement) (Announcement, error) {
		if !slices.Contains([]State{Drafted, Returned, Submitted}, a.State) {
			return a, decided(a)
		}
		a.Draft, a.State = d, Drafted
		a.Revision++
		a.Clusters, _ = s.place(d)
		if !a.writtenBy(who) {
			a.EditedBy = append(slices.Clone(a.EditedBy), who)
		}
		return a, s.save(ctx, a, nil)
	})
}

// Submit takes in a draft. It waits for approval, or is decided by its creator
// where the mode of approval allows that; canApprove says that who is an approver.
func (s *Service) Submit(ctx context.Context, who string, canApprove bool, d Draft) (Announcement, error) {
	if err := errors.Join(s.load(ctx), s.clockSet()); err != nil {
		return Announcement{}, err
	}
	now := s.cfg.Now().UTC()
	a, err := s.ready(ctx, Announcement{Revision: 1, Draft: d, CreatedBy: who, CreatedAt: now})
	if err != nil {
		return Announcement{}, err
	}
	a.ID = ID("tb-" + newID(now))
	s.deciding.Lock()
	defer s.deciding.Unlock()
	return s.handIn(ctx, a, who, canApprove)
}

// SubmitDraft hands in a draft, or an announcement that was returned.
func (s *Service) SubmitDraft(ctx context.Context, who string, canApprove bool, id ID) (Announcement, error) {
	if err := s.load(ctx); err != nil {
		return Announcement{}, err
	}
	kept, err := s.Get(ctx, id)
	if err != nil {
		return Announcement{}, err
	}
	if kept.State != Drafted && kept.State != Returned {
		return Announcement{}, decided(kept)
	}
	a, err := s.ready(ctx, kept) // takes seconds, so it is done before the lock
	if err != nil {
		return Announcement{}, err
	}
	return s.decide(ctx, id, func(now Announcement) (Announcement, error) {
		if now.State != kept.State || !reflect.DeepEqual(now.Draft, kept.Draft) {
			return a, conflict("draft_changed", "Bản tin vừa được người khác sửa. Hãy xem lại rồi gửi.",
				"Somebody has just changed this announcement. Look at it again, then hand it in.")
		}
		return s.handIn(ctx, a, who, canApprove)
	})
}

// ready checks an announcement whole and makes its sounds.
func (s *Service) ready(ctx context.Context, a Announcement) (Announcement, error) {
	now := s.cfg.Now()
	if err := a.checkContent(now, s.cfg.Location); err != nil {
		return a, err
	}
	if err := a.checkBlanks(); err != nil {
		return a, err
	}
	when, err := a.When.Check(now, s.cfg.Location)
	if err != nil {
		return a, err
	}
	a.When = when
	if when.Kind != schedule.InProgramme && len(a.firstStarts(now, 1, s.cfg.Location)) == 0 {
		return a, invalid("valid_until", "never_valid", "Không có lần phát nào nằm trong thời gian hiệu lực. Hãy sửa lịch phát hoặc thời gian hiệu lực.",
			"It never sounds on a day on which it is valid. Change the schedule or the validity.")
	}
	if a.Clusters, err = s.place(a.Draft); err != nil {
		return a, err
	}
	if a, err = s.dress(ctx, a); err != nil {
		return a, err
	}
	return a, checkLength(a)
}

// handIn lets an announcement wait for approval, or decides it where one person
// may; deciding is held.
func (s *Service) handIn(ctx context.Context, a Announcement, who string, canApprove bool) (Announcement, error) {
	a.State, a.Remark, a.DecidedBy, a.DecidedAt, a.Override = Submitted, "", "", nil, nil
	if s.Rules().Approval == OnePerson || (canApprove && a.Level == devices.Emergency) {
		return s.schedule(ctx, a, who)
	}
	return a, s.save(ctx, a, nil)
}

func newID(now time.Time) string {
	return strings.ToLower(ulid.MustNew(ulid.Timestamp(now), ulid.DefaultEntropy()).String())
}
