package announce

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/hub/announce/schedule"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// SaveProgramme makes a programme. It is handed in at once unless it is only to
// be kept as a draft.
func (s *Service) SaveProgramme(ctx context.Context, who string, d ProgrammeDraft, onlyDraft bool) (Programme, error) {
	if err := s.load(ctx); err != nil {
		return Programme{}, err
	}
	s.deciding.Lock()
	defer s.deciding.Unlock()
	now := s.cfg.Now().UTC()
	p := Programme{ID: ProgrammeID("ct-" + newID(now)), Revision: 1, State: Drafted, CreatedBy: who, CreatedAt: now}
	p, err := s.placedForm(ctx, p, d)
	if err != nil {
		return p, err
	}
	if onlyDraft {
		return p, s.saveProgramme(ctx, p)
	}
	return s.handInProgramme(ctx, p, who)
}

// placedForm gives a programme a form that was checked, with a target of which all
// places stand.
func (s *Service) placedForm(ctx context.Context, p Programme, d ProgrammeDraft) (Programme, error) {
	p, err := s.formed(ctx, p, d)
	if err != nil {
		return p, err
	}
	p.Clusters, err = s.resolve(d.Target)
	return p, err
}

// formed gives a programme a form that was checked. That places of its target are
// gone is told by the checks.
func (s *Service) formed(ctx context.Context, p Programme, d ProgrammeDraft) (Programme, error) {
	d, err := d.check(s.cfg.Now(), s.cfg.Location)
	if err != nil {
		return p, err
	}
	var length time.Duration
	for i, it := range d.Items {
		if it.Announcement == "" {
			continue
		}
		field := fmt.Sprintf("items[%d].announcement", i)
		a, err := s.known(ctx, it.Announcement)
		switch {
		case errors.Is(err, ErrUnknown):
			return p, invalid(field, "announcement_not_found", "Không có bản tin “%.60s”. Hãy chọn lại trong kho bản tin.", "There is no announcement %.60q. Choose again from the library.", string(it.Announcement))
		case err != nil:
			return p, err
		case a.When.Kind != schedule.InProgramme:
			return p, invalid(field, "own_schedule", "Bản tin “%s” có lịch phát riêng. Hãy chọn bản tin “Dùng trong chương trình”.",
				"The announcement \"%s\" has a schedule of its own. Choose one of kind \"programme\".", a.Title)
		case a.State == Cancelled || a.State == Done:
			return p, invalid(field, "announcement_over", "Bản tin “%s” đã hủy hoặc hết hiệu lực. Hãy chọn bản tin khác.",
				"The announcement \"%s\" was cancelled or is no longer valid. Choose another.", a.Title)
		}
		length += it.length(&a)
	}
	if length > maxSounding {
		return p, invalid("items", "too_long_in_all", "Cả chương trình dài hơn mức tối đa %d giờ. Hãy bớt bản tin, số lần phát hoặc khoảng nghỉ.",
			"The programme lasts more than %d hours, the most that is accepted. Take announcements out, repeat them less often or with shorter gaps.", int(maxSounding.Hours()))
	}
	p.ProgrammeDraft = d
	return p, nil
}

// handInProgramme lets a programme wait for approval, or decides it where one
// person may; deciding is held.
func (s *Service) handInProgramme(ctx context.Context, p Programme, who string) (Programme, error) {
	p.State, p.Remark, p.DecidedBy, p.DecidedAt, p.Override = Submitted, "", "", nil, nil
	if s.Rules().Approval == OnePerson {
		return s.letProgrammeOut(ctx, p, who)
	}
	return p, s.saveProgramme(ctx, p)
}

// EditProgramme gives a programme another form. One that is approved already goes
// on as it is until the change is approved; one that waits is taken back by it.
func (s *Service) EditProgramme(ctx context.Context, who string, id ProgrammeID, d ProgrammeDraft) (Programme, error) {
	return s.decideProgramme(ctx, id, func(p Programme) (Programme, error) {
		if p.State == Done || p.State == Cancelled {
			return p, programmeDecided(p)
		}
		next, err := s.placedForm(ctx, p, d)
		if err != nil {
			return p, err
		}
		p.Revision++
		next.Revision++
		if p.State != Scheduled {
			next.State = Drafted
			if !p.writtenBy(who) {
				next.EditedBy = append(slices.Clone(p.EditedBy), who)
			}
			return next, s.saveProgramme(ctx, next)
		}
		if s.Rules().Approval == OnePerson {
			return s.replaceForm(ctx, p, next, who)
		}
		p.Proposed = &ProgrammeProposal{Draft: &next.ProgrammeDraft, By: who, At: s.cfg.Now().UTC()}
		return p, s.saveProgramme(ctx, p)
	})
}

// replaceForm puts the form of next in the place of that of p; an occurrence that
// has begun ends as it began. deciding is held.
func (s *Service) replaceForm(ctx context.Context, p, next Programme, who string) (Programme, error) {
	now := s.cfg.Now().UTC()
	var err error
	if next.Override, err = s.vetProgramme(ctx, next, who); err != nil {
		return p, err
	}
	next.Earlier = append(slices.Clone(p.Earlier), EarlierProgramme{p.ProgrammeDraft, p.lastSince(), now})
	next.Proposed, next.Remark = nil, ""
	next.DecidedBy, next.DecidedAt = who, &now
	return next, s.saveProgramme(ctx, next)
}

// SubmitProgramme hands in a draft, or a programme that was returned.
func (s *Service) SubmitProgramme(ctx context.Context, who string, id ProgrammeID) (Programme, error) {
	return s.decideProgramme(ctx, id, func(p Programme) (Programme, error) {
		if p.State != Drafted && p.State != Returned {
			return p, programmeDecided(p)
		}
		p, err := s.placedForm(ctx, p, p.ProgrammeDraft)
		if err != nil {
			return p, err
		}
		return s.handInProgramme(ctx, p, who)
	})
}

// Programme returns a programme. An unknown id is a problem of kind NotFound.
func (s *Service) Programme(ctx context.Context, id ProgrammeID) (Programme, error) {
	p, err := s.cfg.Store.Programme(ctx, s.cfg.Commune, id)
	if errors.Is(err, ErrUnknown) {
		return p, problem.New(problem.NotFound, "programme_not_found", "Không tìm thấy chương trình này. Có thể đường dẫn sai; hãy chọn lại trong Lịch.",
			"There is no such programme. The address may be wrong.").Because(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.placedProgramme(p), err
}

// Programmes returns the newest first; an empty state means all.
func (s *Service) Programmes(ctx context.Context, state State) ([]Programme, error) {
	var states []State
	if state != "" {
		states = []State{state}
	}
	list, err := s.cfg.Store.Programmes(ctx, s.cfg.Commune, states)
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range list {
		list[i] = s.placedProgramme(list[i])
	}
	return list, err
}
