package announce

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/smart-commune/smart-commune/hub/announce/schedule"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// Approve lets an announcement out as it stands.
func (s *Service) Approve(ctx context.Context, who string, id ID) (Announcement, error) {
	return s.ApproveRevision(ctx, who, id, 0)
}

// ApproveRevision lets out what the approver has listened to: an announcement that
// was changed since is refused. Revision 0 means whatever stands there.
func (s *Service) ApproveRevision(ctx context.Context, who string, id ID, revision int) (Announcement, error) {
	// Speech that was lost is made again before anything is held: an emergency must
	// not wait for that.
	if a, err := s.Get(ctx, id); err == nil && a.State == Submitted && !s.dressed(ctx, a) {
		_, _ = s.dress(ctx, a) // what is wrong with it is told below
	}
	return s.decide(ctx, id, func(a Announcement) (Announcement, error) {
		if a.Proposed == nil {
			if err := mustWait(a); err != nil {
				return a, err
			}
		}
		if err := sameRevision(revision, a.Revision); err != nil {
			return a, err
		}
		if a.Proposed != nil {
			return s.approveEdit(ctx, a, who)
		}
		if s.Rules().Approval == TwoPerson && a.writtenBy(who) {
			return a, problem.New(problem.Forbidden, "own_announcement",
				"Bạn là người soạn bản tin này nên không thể tự duyệt. Hãy nhờ người khác có quyền duyệt.",
				"You made this announcement and cannot approve it yourself. Ask another approver.")
		}
		// What the approver has listened to goes out; only audio that was lost is
		// made again.
		var err error
		if !s.dressed(ctx, a) {
			if a, err = s.dress(ctx, a); err != nil {
				return a, err
			}
		}
		// What of its target is gone since is told by the checks.
		if a.Clusters, err = s.meant(a.Draft); err != nil {
			return a, err
		}
		return s.schedule(ctx, a, who)
	})
}

// sameRevision refuses to decide on something else than was looked at.
func sameRevision(seen, now int) error {
	if seen == 0 || seen == now {
		return nil
	}
	return conflict("changed_meanwhile", "Nội dung vừa được sửa sau khi bạn mở xem nên chưa duyệt. Hãy xem và nghe lại bản mới rồi duyệt.",
		"It was changed after you opened it, so it was not approved. Look at it and listen again, then approve.")
}

// Return sends an announcement back to its creator.
func (s *Service) Return(ctx context.Context, who string, id ID, remark string) (Announcement, error) {
	return s.decide(ctx, id, func(a Announcement) (Announcement, error) {
		if err := mustWait(a); err != nil && a.Proposed == nil {
			return a, err
		}
		remark = strings.TrimSpace(remark)
		if remark == "" {
			return a, invalid("remark", "remark_missing", "Hãy ghi lý do trả lại để người soạn biết cần sửa gì.",
				"Say why it is returned, so that its creator knows what to change.")
		}
		if n := utf8.RuneCountInString(remark); n > maxRemark || !utf8.ValidString(remark) {
			return a, invalid("remark", "remark_too_long", "Lý do có %d ký tự, tối đa là %d. Hãy rút gọn.",
				"The remark has %d characters, at most %d are accepted. Shorten it.", n, maxRemark)
		}
		a.Remark = remark
		if a.Proposed != nil {
			a.Proposed = nil // it goes on as it was
			return a, s.save(ctx, a, nil)
		}
		return s.settle(ctx, a, who, Returned, nil)
	})
}

// Cancel withdraws an announcement from the plans, and silences it where it
// sounds.
func (s *Service) Cancel(ctx context.Context, who string, id ID) (Announcement, error) {
	return s.decide(ctx, id, func(a Announcement) (Announcement, error) {
		if a.Over() {
			return a, decided(a)
		}
		return s.settle(ctx, a, who, Cancelled, s.stops(a))
	})
}

// decide runs one decision on an announcement, one at a time.
func (s *Service) decide(ctx context.Context, id ID, f func(Announcement) (Announcement, error)) (Announcement, error) {
	if err := s.load(ctx); err != nil {
		return Announcement{}, err
	}
	s.deciding.Lock()
	defer s.deciding.Unlock()
	a, err := s.Get(ctx, id)
	if err != nil {
		return Announcement{}, err
	}
	if a, err = f(a); err != nil {
		return Announcement{}, err
	}
	return a, nil
}

// writtenBy reports whether somebody had a hand in what is said.
func (a Announcement) writtenBy(who string) bool {
	return a.CreatedBy == who || slices.Contains(a.EditedBy, who)
}

func mustWait(a Announcement) error {
	if a.State == Submitted {
		return nil
	}
	return decided(a)
}

func decided(a Announcement) error {
	words := map[State][2]string{
		Drafted: {"đang được soạn lại", "is being written"}, Submitted: {"đang chờ duyệt", "waits for approval"},
		Approved: {"đã được duyệt", "was approved"}, Returned: {"đã được trả lại", "was returned"}, Scheduled: {"đã được duyệt", "was approved"},
		Done: {"đã phát xong", "has been played"}, Cancelled: {"đã bị hủy", "was cancelled"},
	}[a.State]
	p := problem.New(problem.Conflict, "already_decided", "", "")
	p.VI = "Bản tin này " + words[0] + ". Hãy tải lại trang để xem trạng thái mới."
	p.EN = "This announcement " + words[1] + ". Reload the page to see its state."
	return p
}

// schedule puts an announcement into the plans, or on air at once. deciding is
// held.
func (s *Service) schedule(ctx context.Context, a Announcement, who string) (Announcement, error) {
	if err := s.clockSet(); err != nil {
		return a, err
	}
	now := s.cfg.Now().UTC()
	var err error
	if a.Override, err = s.vet(ctx, a, who); err != nil {
		return a, err
	}
	if a.When.Kind == schedule.InProgramme {
		return s.settle(ctx, a, who, Approved, nil)
	}
	if a.When.Kind != schedule.Now && len(a.firstStarts(now, 1, s.cfg.Location)) == 0 {
		return a, problem.New(problem.Conflict, "time_past",
			"Giờ phát đã qua nên không duyệt được nữa. Hãy trả lại để người soạn chọn giờ khác.",
			"Its time is over, so it cannot be approved. Return it so that another time is chosen.")
	}
	var orders []Order
	if a.When.Kind == schedule.Now {
		orders = s.playOrders(a, now)
	}
	return s.settle(ctx, a, who, Scheduled, orders)
}

// settle records a decision with the orders that follow from it.
func (s *Service) settle(ctx context.Context, a Announcement, who string, to State, orders []Order) (Announcement, error) {
	now := s.cfg.Now().UTC()
	a.State, a.DecidedBy, a.DecidedAt = to, who, &now
	if to == Approved || to == Scheduled {
		a.ApprovedAt = &now
	}
	if err := s.save(ctx, a, orders); err != nil {
		return a, err
	}
	s.cfg.Log.Info("announcement "+string(to), "announcement", a.ID, "who", who, "when", a.When.Kind, "level", a.Level, "clusters", len(a.Clusters))
	return a, nil
}

// save makes a change durable, then lets the loops act on it. deciding is held.
func (s *Service) save(ctx context.Context, a Announcement, orders []Order) error {
	if err := s.cfg.Store.SaveAnnouncement(ctx, s.cfg.Commune, a, orders); err != nil {
		return fmt.Errorf("save announcement %s: %w", a.ID, err)
	}
	s.took(a, orders)
	return nil
}

// took lets the loops act on an announcement that was saved. deciding is held.
func (s *Service) took(a Announcement, orders []Order) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a.Over() || a.State == Drafted {
		delete(s.active, a.ID)
		s.keepPlace(a)
	} else {
		a = s.placed(a)
		s.active[a.ID] = &a
	}
	for _, o := range orders {
		s.orders[o.ID] = &openOrder{Order: o}
	}
	if a.State == Scheduled {
		s.airOrders(a, orders)
		s.airWords(a)
	}
	s.changed(a)
	if a.State != Submitted && a.State != Drafted {
		s.wakePlanner.give()
		s.wakeCommander.give()
		s.wakeClock.give()
	}
}

// Get returns an announcement. An unknown id is a problem of kind NotFound.
func (s *Service) Get(ctx context.Context, id ID) (Announcement, error) {
	a, err := s.known(ctx, id)
	if errors.Is(err, ErrUnknown) {
		return a, problem.New(problem.NotFound, "announcement_not_found",
			"Không tìm thấy bản tin này. Có thể đường dẫn sai.", "There is no such announcement. The address may be wrong.").Because(err)
	}
	return a, err
}

// List returns the newest announcements; an empty state means all.
func (s *Service) List(ctx context.Context, state State, limit int) ([]Announcement, error) {
	q := AnnouncementQuery{Limit: limit}
	if state != "" {
		if !slices.Contains([]State{Drafted, Submitted, Returned, Approved, Scheduled, Done, Cancelled}, state) {
			return nil, invalid("state", "state_unknown", "Trạng thái “%.40s” không có. Hãy chọn lại.", "There is no state %.40q. Choose again.", string(state))
		}
		q.States = []State{state}
	}
	list, err := s.cfg.Store.Announcements(ctx, s.cfg.Commune, q)
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range list {
		list[i] = s.placed(list[i])
	}
	return list, err
}
