package announce

import (
	"context"
	"slices"

	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

// EditProgrammeSeries changes when a programme sounds, at one of its occurrences,
// as [Service.EditSeries] does for an announcement.
func (s *Service) EditProgrammeSeries(ctx context.Context, who string, canApprove bool, id ProgrammeID, e schedule.SeriesEdit) ([]Programme, error) {
	var out []Programme
	_, err := s.decideProgramme(ctx, id, func(p Programme) (Programme, error) {
		if p.State == Done || p.State == Cancelled {
			return p, programmeDecided(p)
		}
		if _, err := p.When.Edit(e, s.cfg.Now(), s.cfg.Location); err != nil {
			return p, err
		}
		alone := e.Cancel || s.Rules().Approval == OnePerson || (canApprove && !p.writtenBy(who))
		if p.State == Scheduled && !alone {
			p.Proposed = &ProgrammeProposal{Edit: &e, By: who, At: s.cfg.Now().UTC()}
			p.Revision++
			out = []Programme{p}
			return p, s.saveProgramme(ctx, p)
		}
		if p.State != Scheduled && !p.writtenBy(who) {
			p.EditedBy = append(slices.Clone(p.EditedBy), who)
		}
		var err error
		out, err = s.applyProgrammeEdit(ctx, p, e, who)
		return p, err
	})
	return out, err
}

// applyProgrammeEdit records an edit of a series; deciding is held.
func (s *Service) applyProgrammeEdit(ctx context.Context, p Programme, e schedule.SeriesEdit, who string) ([]Programme, error) {
	now := s.cfg.Now().UTC()
	edited, err := p.When.Edit(e, now, s.cfg.Location)
	if err != nil {
		return nil, err
	}
	if edited.Over {
		p.Proposed = nil
		p, err := s.settleProgramme(ctx, p, who, Cancelled, nil)
		return []Programme{p}, err
	}
	changed := p
	changed.When, changed.Proposed, changed.Remark = edited.Kept, nil, ""
	changed.Revision++
	if p.State == Scheduled {
		changed.Earlier = append(slices.Clone(p.Earlier), EarlierProgramme{p.ProgrammeDraft, p.lastSince(), now})
		changed.DecidedBy, changed.DecidedAt = who, &now
	}
	all := []Programme{changed}
	if edited.Next != nil {
		next := changed
		next.ID, next.Follows, next.When, next.Earlier, next.CreatedAt = ProgrammeID("ct-"+newID(now)), p.ID, *edited.Next, nil, now
		if next.State == Scheduled {
			next.ApprovedAt = &now
		}
		all = append(all, next)
	}
	for i := range all {
		if p.State != Scheduled || e.Cancel {
			break // it waits for approval, or only sounds less
		}
		if all[i].Override, err = s.vetProgrammeEdit(ctx, p, all[i], who); err != nil {
			return nil, err
		}
	}
	return all, s.saveProgramme(ctx, all...)
}
