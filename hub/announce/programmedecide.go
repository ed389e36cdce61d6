package announce

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// ApproveProgramme lets a programme, or a change of one, out; see [Service.Approve].
func (s *Service) ApproveProgramme(ctx context.Context, who string, id ProgrammeID) (Programme, error) {
	return s.ApproveProgrammeRevision(ctx, who, id, 0)
}

// ApproveProgrammeRevision lets out what the approver has looked at; see
// [Service.ApproveRevision].
func (s *Service) ApproveProgrammeRevision(ctx context.Context, who string, id ProgrammeID, revision int) (Programme, error) {
	return s.decideProgramme(ctx, id, func(p Programme) (Programme, error) {
		if p.State != Submitted && p.Proposed == nil {
			return p, programmeDecided(p)
		}
		if err := sameRevision(revision, p.Revision); err != nil {
			return p, err
		}
		own := p.writtenBy(who)
		if p.Proposed != nil {
			own = p.Proposed.By == who
		}
		if s.Rules().Approval == TwoPerson && own {
			return p, problem.New(problem.Forbidden, "own_programme", "Bạn là người soạn chương trình này nên không thể tự duyệt. Hãy nhờ người khác có quyền duyệt.",
				"You made this programme or this change and cannot approve it yourself. Ask another approver.")
		}
		if p.Proposed == nil {
			if _, err := s.formed(ctx, p, p.ProgrammeDraft); err != nil {
				return p, err
			}
			return s.letProgrammeOut(ctx, p, who)
		}
		if e := p.Proposed.Edit; e != nil {
			all, err := s.applyProgrammeEdit(ctx, p, *e, who)
			if err != nil {
				return p, err
			}
			return all[0], nil
		}
		next, err := s.formed(ctx, p, *p.Proposed.Draft)
		if err != nil {
			return p, err
		}
		return s.replaceForm(ctx, p, next, who)
	})
}

// letProgrammeOut puts a programme into the plans unless something forbids it.
// deciding is held.
func (s *Service) letProgrammeOut(ctx context.Context, p Programme, who string) (Programme, error) {
	var err error
	if p.Override, err = s.vetProgramme(ctx, p, who); err != nil {
		return p, err
	}
	return s.settleProgramme(ctx, p, who, Scheduled, nil)
}

// ReturnProgramme sends a programme back to its creator; a change of an approved
// one is dropped.
func (s *Service) ReturnProgramme(ctx context.Context, who string, id ProgrammeID, remark string) (Programme, error) {
	return s.decideProgramme(ctx, id, func(p Programme) (Programme, error) {
		if p.State != Submitted && p.Proposed == nil {
			return p, programmeDecided(p)
		}
		remark = strings.TrimSpace(remark)
		if remark == "" || !utf8.ValidString(remark) || utf8.RuneCountInString(remark) > maxRemark {
			return p, invalid("remark", "remark_missing", "Hãy ghi lý do trả lại (tối đa %d ký tự) để người soạn biết cần sửa gì.",
				"Say why it is returned (at most %d characters), so that its creator knows what to change.", maxRemark)
		}
		p.Remark = remark
		if p.Proposed != nil {
			p.Proposed = nil
			return p, s.saveProgramme(ctx, p)
		}
		return s.settleProgramme(ctx, p, who, Returned, nil)
	})
}

// CancelProgramme withdraws a programme from the plans, and silences what of it
// sounds.
func (s *Service) CancelProgramme(ctx context.Context, who string, id ProgrammeID) (Programme, error) {
	return s.decideProgramme(ctx, id, func(p Programme) (Programme, error) {
		if p.State == Done || p.State == Cancelled {
			return p, programmeDecided(p)
		}
		return s.settleProgramme(ctx, p, who, Cancelled, s.programmeStops(p.ID))
	})
}

// programmeStops silences the pieces of a programme that sound.
func (s *Service) programmeStops(id ProgrammeID) (stops []Order) {
	now := s.cfg.Now().UTC()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, air := range s.air {
		if air.Programme != id {
			continue
		}
		for _, d := range air.Deliveries {
			if d.Entry == nil || d.Entry.Result == devices.Interrupted {
				stops = append(stops, Order{Cluster: d.Cluster, Announcement: air.Announcement, Command: protocol.Command{
					ID: "cmd-" + newID(now), Kind: protocol.CommandStop, IssuedAt: now,
					ExpiresAt: air.latestEnd().Add(time.Minute), Stop: string(air.Announcement)}})
			}
		}
	}
	return stops
}

// decideProgramme runs one decision on a programme, one at a time.
func (s *Service) decideProgramme(ctx context.Context, id ProgrammeID, f func(Programme) (Programme, error)) (Programme, error) {
	if err := s.load(ctx); err != nil {
		return Programme{}, err
	}
	s.deciding.Lock()
	defer s.deciding.Unlock()
	p, err := s.Programme(ctx, id)
	if err != nil {
		return Programme{}, err
	}
	if p, err = f(p); err != nil {
		return Programme{}, err
	}
	return p, nil
}

func programmeDecided(p Programme) error {
	words := map[State][2]string{
		Drafted: {"đang được soạn", "is being written"}, Submitted: {"đang chờ duyệt", "waits for approval"},
		Returned: {"đã được trả lại", "was returned"}, Scheduled: {"đã được duyệt", "was approved"},
		Done: {"đã phát xong", "is over"}, Cancelled: {"đã bị hủy", "was cancelled"},
	}[p.State]
	return conflict("already_decided", "Chương trình này "+words[0]+". Hãy tải lại trang để xem trạng thái mới.",
		"This programme "+words[1]+". Reload the page to see its state.")
}

// settleProgramme records a decision with the orders that follow from it.
func (s *Service) settleProgramme(ctx context.Context, p Programme, who string, to State, orders []Order) (Programme, error) {
	now := s.cfg.Now().UTC()
	p.State, p.DecidedBy, p.DecidedAt = to, who, &now
	if to == Scheduled {
		if err := s.clockSet(); err != nil {
			return p, err
		}
		p.ApprovedAt = &now
	}
	if err := s.cfg.Store.SaveProgrammes(ctx, s.cfg.Commune, []Programme{p}, orders); err != nil {
		return p, fmt.Errorf("save programme %s: %w", p.ID, err)
	}
	p = s.tookProgramme(p)
	s.mu.Lock()
	for _, o := range orders {
		s.orders[o.ID] = &openOrder{Order: o}
	}
	s.mu.Unlock()
	s.wakeCommander.give()
	s.cfg.Log.Info("programme "+string(to), "programme", p.ID, "who", who, "clusters", len(p.Clusters))
	return p, nil
}

// saveProgramme makes changes durable, then lets the loops act on them. deciding
// is held.
func (s *Service) saveProgramme(ctx context.Context, all ...Programme) error {
	if err := s.cfg.Store.SaveProgrammes(ctx, s.cfg.Commune, all, nil); err != nil {
		return fmt.Errorf("save programme %s: %w", all[0].ID, err)
	}
	for _, p := range all {
		s.tookProgramme(p)
	}
	return nil
}

func (s *Service) tookProgramme(p Programme) Programme {
	s.mu.Lock()
	defer s.mu.Unlock()
	p = s.placedProgramme(p)
	if p.State == Drafted || p.State == Returned {
		delete(s.programmes, p.ID)
	} else {
		s.programmes[p.ID] = &p
	}
	if f := s.cfg.ProgrammeChanged; f != nil {
		s.event(func() { f(p) })
	}
	s.wakePlanner.give()
	s.wakeClock.give()
	return p
}
