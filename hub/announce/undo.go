package announce

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// undoFor is how long after an edit whoever made it may take it back.
const undoFor = time.Minute

// UndoEdit takes the newest edit of a series back: one that waits for approval is
// withdrawn, one that holds gives way to the schedule before it, which was
// approved already. Only who made the edit may, within a minute. It returns all
// announcements that were changed, the edited one first.
func (s *Service) UndoEdit(ctx context.Context, who string, id ID) ([]Announcement, error) {
	var out []Announcement
	_, err := s.decide(ctx, id, func(a Announcement) (Announcement, error) {
		if a.Proposed != nil && a.Proposed.By == who {
			a.Proposed = nil
			out = []Announcement{a}
			return a, s.save(ctx, a, nil)
		}
		now, n := s.cfg.Now().UTC(), len(a.Earlier)
		if a.Proposed != nil || a.State != Scheduled || n == 0 || a.DecidedBy != who || now.Sub(a.lastSince()) > undoFor {
			return a, tooLateToUndo()
		}
		out = s.laterParts(a, now)
		was := a.Earlier[n-1].When
		a.Earlier = append(slices.Clone(a.Earlier), Earlier{a.When, a.lastSince(), now})
		a.When, a.DecidedAt = was, &now
		out = append([]Announcement{a}, out...)
		if err := s.cfg.Store.SaveAnnouncements(ctx, s.cfg.Commune, out); err != nil {
			return a, fmt.Errorf("save announcement %s: %w", a.ID, err)
		}
		for _, one := range out {
			s.took(one, nil)
		}
		s.cfg.Log.Info("edit of a series taken back", "announcement", a.ID, "who", who)
		return a, nil
	})
	return out, err
}

// laterParts are the series that the newest edit of a made of its later part,
// cancelled.
func (s *Service) laterParts(a Announcement, now time.Time) (out []Announcement) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, next := range s.active {
		if next := *next; next.Follows == a.ID && next.CreatedAt.Equal(a.lastSince()) {
			next.State, next.DecidedBy, next.DecidedAt = Cancelled, a.DecidedBy, &now
			out = append(out, next)
		}
	}
	return out
}

// UndoProgrammeEdit takes the newest change of a programme back, as
// [Service.UndoEdit] does for an announcement; a rest that was taken away sounds
// again as far as it is still to come.
func (s *Service) UndoProgrammeEdit(ctx context.Context, who string, id ProgrammeID) ([]Programme, error) {
	var out []Programme
	_, err := s.decideProgramme(ctx, id, func(p Programme) (Programme, error) {
		now, n := s.cfg.Now().UTC(), len(p.Earlier)
		if p.State == Scheduled && p.uncut(who, now) {
			out = []Programme{p}
			s.cfg.Log.Info("rest of a programme given back", "programme", p.ID, "who", who)
			return p, s.saveProgramme(ctx, p)
		}
		if p.Proposed != nil && p.Proposed.By == who {
			p.Proposed = nil
			out = []Programme{p}
			return p, s.saveProgramme(ctx, p)
		}
		if p.Proposed != nil || p.State != Scheduled || n == 0 || p.DecidedBy != who || now.Sub(p.lastSince()) > undoFor {
			return p, tooLateToUndo()
		}
		out = s.laterProgrammes(p, now)
		was := p.Earlier[n-1]
		p.Earlier = append(slices.Clone(p.Earlier), EarlierProgramme{p.ProgrammeDraft, p.lastSince(), now})
		p.ProgrammeDraft, p.DecidedAt = was.ProgrammeDraft, &now
		var err error
		if p.Clusters, err = s.resolve(p.Target); err != nil {
			return p, err
		}
		out = append([]Programme{p}, out...)
		s.cfg.Log.Info("change of a programme taken back", "programme", p.ID, "who", who)
		return p, s.saveProgramme(ctx, out...)
	})
	return out, err
}

func (s *Service) laterProgrammes(p Programme, now time.Time) (out []Programme) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, next := range s.programmes {
		if next := *next; next.Follows == p.ID && next.CreatedAt.Equal(p.lastSince()) && next.State == Scheduled {
			next.State, next.DecidedBy, next.DecidedAt = Cancelled, p.DecidedBy, &now
			out = append(out, next)
		}
	}
	return out
}

func tooLateToUndo() error {
	return conflict("too_late_to_undo", "Không hoàn tác được nữa: đã quá một phút, hoặc lịch vừa được người khác sửa. Hãy dời lại bằng tay.",
		"It can no longer be taken back: more than a minute has passed, or somebody else has changed the schedule. Move it back by hand.")
}
