package announce

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/oklog/ulid/v2"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/problem"
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
	when, err := d.When.check(now, s.cfg.Location)
	if err != nil {
		return Preview{}, err
	}
	clusters, err := s.resolve(d.Target)
	if err != nil {
		return Preview{}, err
	}
	return Preview{clusters, when.firstStarts(now, 10, s.cfg.Location), s.cfg.Approval == TwoPerson}, nil
}

func (s *Service) resolve(t Target) ([]devices.DeviceID, error) {
	s.mu.Lock()
	clusters := s.clusters
	s.mu.Unlock()
	return t.resolve(clusters)
}

// Submit takes in a draft. It waits for approval, or is decided by its creator
// where the mode of approval allows that; canApprove says that who is an approver.
func (s *Service) Submit(ctx context.Context, who string, canApprove bool, d Draft) (Announcement, error) {
	if err := s.load(ctx); err != nil {
		return Announcement{}, err
	}
	if err := d.checkContent(); err != nil {
		return Announcement{}, err
	}
	when, err := d.When.check(s.cfg.Now(), s.cfg.Location)
	if err != nil {
		return Announcement{}, err
	}
	clusters, err := s.resolve(d.Target)
	if err != nil {
		return Announcement{}, err
	}
	sound, err := s.sound(ctx, d)
	if err != nil {
		return Announcement{}, err
	}
	d.When = when
	now := s.cfg.Now().UTC()
	a := Announcement{
		ID: ID("tb-" + newID(now)), Draft: d, Sound: sound, State: Submitted,
		CreatedBy: who, CreatedAt: now, Clusters: clusters,
	}
	alone := s.cfg.Approval == OnePerson || (canApprove && d.Level == devices.Emergency)
	s.deciding.Lock()
	defer s.deciding.Unlock()
	if alone {
		return s.schedule(ctx, a, who)
	}
	if err := s.save(ctx, a, nil); err != nil {
		return Announcement{}, err
	}
	return a, nil
}

// sound makes or finds the audio of a draft.
func (s *Service) sound(ctx context.Context, d Draft) (protocol.Audio, error) {
	if d.Text != "" {
		audio, err := s.cfg.Sounds.Speak(ctx, d.Text)
		if err != nil {
			return protocol.Audio{}, inField(err, "text")
		}
		return audio, nil
	}
	audio, err := s.cfg.Sounds.Find(ctx, d.Audio)
	if err != nil {
		return protocol.Audio{}, inField(err, "audio")
	}
	return audio, nil
}

func newID(now time.Time) string {
	return strings.ToLower(ulid.MustNew(ulid.Timestamp(now), ulid.DefaultEntropy()).String())
}

// Approve lets an announcement out.
func (s *Service) Approve(ctx context.Context, who string, id ID) (Announcement, error) {
	return s.decide(ctx, id, func(a Announcement) (Announcement, error) {
		if err := mustWait(a); err != nil {
			return a, err
		}
		if s.cfg.Approval == TwoPerson && a.CreatedBy == who {
			return a, problem.New(problem.Forbidden, "own_announcement",
				"Bạn là người soạn bản tin này nên không thể tự duyệt. Hãy nhờ lãnh đạo khác duyệt.",
				"You made this announcement and cannot approve it yourself. Ask another approver.")
		}
		// What the approver has listened to goes out; only audio that was lost is
		// made again.
		_, err := s.cfg.Sounds.Find(ctx, a.Sound.SHA256)
		if err != nil {
			if a.Sound, err = s.sound(ctx, a.Draft); err != nil {
				return a, err
			}
		}
		if a.Clusters, err = s.resolve(a.Target); err != nil {
			return a, err
		}
		return s.schedule(ctx, a, who)
	})
}

// Return sends an announcement back to its creator.
func (s *Service) Return(ctx context.Context, who string, id ID, remark string) (Announcement, error) {
	return s.decide(ctx, id, func(a Announcement) (Announcement, error) {
		if err := mustWait(a); err != nil {
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

func mustWait(a Announcement) error {
	if a.State == Submitted {
		return nil
	}
	return decided(a)
}

func decided(a Announcement) error {
	words := map[State][2]string{
		Returned: {"đã được trả lại", "was returned"}, Scheduled: {"đã được duyệt", "was approved"},
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
	now := s.cfg.Now().UTC()
	if a.When.Kind != Now && len(a.When.firstStarts(now, 1, s.cfg.Location)) == 0 {
		return a, problem.New(problem.Conflict, "time_past",
			"Thời gian phát đã qua nên không thể duyệt. Hãy trả lại để người soạn chọn giờ khác.",
			"Its time is over, so it cannot be approved. Return it so that another time is chosen.")
	}
	var orders []Order
	if a.When.Kind == Now {
		orders = playOrders(a, now)
	}
	return s.settle(ctx, a, who, Scheduled, orders)
}

// settle records a decision with the orders that follow from it.
func (s *Service) settle(ctx context.Context, a Announcement, who string, to State, orders []Order) (Announcement, error) {
	now := s.cfg.Now().UTC()
	a.State, a.DecidedBy, a.DecidedAt = to, who, &now
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
	s.mu.Lock()
	defer s.mu.Unlock()
	if a.Over() {
		delete(s.active, a.ID)
	} else {
		s.active[a.ID] = a
	}
	for _, o := range orders {
		s.orders[o.ID] = &openOrder{Order: o}
	}
	if a.State == Scheduled {
		s.airOrders(a, orders)
	}
	s.changed(a)
	if a.State != Submitted {
		s.wakePlanner.give()
		s.wakeCommander.give()
		s.wakeClock.give()
	}
	return nil
}

// Get returns an announcement. An unknown id is a problem of kind NotFound.
func (s *Service) Get(ctx context.Context, id ID) (Announcement, error) {
	a, err := s.known(ctx, id)
	if errors.Is(err, ErrUnknown) {
		return a, problem.New(problem.NotFound, "announcement_not_found",
			"Không tìm thấy bản tin này. Có thể đường dẫn bị sai.", "There is no such announcement. The address may be wrong.").Because(err)
	}
	return a, err
}

// List returns the newest announcements; an empty state means all.
func (s *Service) List(ctx context.Context, state State, limit int) ([]Announcement, error) {
	q := AnnouncementQuery{Limit: limit}
	if state != "" {
		if !slices.Contains([]State{Submitted, Returned, Scheduled, Done, Cancelled}, state) {
			return nil, invalid("state", "state_unknown", "Trạng thái %.40q không có. Hãy chọn lại.", "There is no state %.40q. Choose again.", string(state))
		}
		q.States = []State{state}
	}
	return s.cfg.Store.Announcements(ctx, s.cfg.Commune, q)
}
