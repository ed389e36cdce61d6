package announce

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// setBack is by how much the wall clock must go back before what it had done is
// looked through; time servers make small corrections all the time.
const setBack = time.Minute

// clockSet refuses what needs the time while the hub's own clock shows a year that
// cannot be: the clusters would take nothing that carries it.
func (s *Service) clockSet() error {
	now := s.cfg.Now()
	if protocol.Plausible(now) {
		return nil
	}
	return problem.New(problem.Unavailable, "clock_wrong", "Đồng hồ của máy chủ đang chỉ %s nên chưa phát được. Hãy nhờ kỹ thuật viên chỉnh lại ngày giờ của máy chủ.",
		"The hub's own clock shows %s, so nothing can be announced. Set the date and time of the machine.", now.In(s.cfg.Location).Format("15:04 02/01/2006"))
}

// clockStopped reports whether the loops must do nothing for the clock's sake:
// plans made by it would silence every cluster, and all would seem to be over.
func (s *Service) clockStopped(now time.Time) bool {
	if protocol.Plausible(now) {
		return false
	}
	s.cfg.Log.Error("the clock of this machine is wrong: plans stay as they are until it is set", "clock", now)
	return true
}

// clockSetBack mends what was done while the clock was ahead: what seemed to be
// over is planned again, and what was decided then counts from now on.
func (s *Service) clockSetBack(ctx context.Context, was, now time.Time) {
	s.cfg.Log.Warn("the clock of this machine was set back", "from", was, "to", now)
	s.deciding.Lock()
	defer s.deciding.Unlock()
	all, err := s.cfg.Store.Announcements(ctx, s.cfg.Commune, AnnouncementQuery{States: []State{Done}, Limit: maxRevived})
	if err != nil {
		s.cfg.Log.Error("what seemed to be over is not looked through", "error", err)
	}
	s.mu.Lock()
	maps.DeleteFunc(s.air, func(_ string, air *airing) bool { return air.Start.After(now.Add(setBack)) })
	for _, a := range s.active {
		all = append(all, *a)
	}
	var programmes []Programme
	for _, p := range s.programmes {
		programmes = append(programmes, *p)
	}
	s.mu.Unlock()
	if err := s.readPlaces(ctx); err != nil {
		s.cfg.Log.Error("where clusters stood is not mended", "error", err)
	}
	s.wakePlanner.give() // what comes next was passed over
	for _, a := range all {
		if mended, ok := a.mended(now, s.cfg.Location); ok {
			s.revived(s.save(ctx, mended, nil), string(a.ID))
		}
	}
	for _, p := range programmes {
		if mended, ok := p.mended(now, s.cfg.Location); ok {
			s.revived(s.saveProgramme(ctx, mended), string(p.ID))
		}
	}
}

// maxRevived bounds how far back is looked for what only seemed to be over.
const maxRevived = 3000

func (s *Service) revived(err error, id string) {
	if err != nil {
		s.cfg.Log.Error("not mended after the clock was set back", "id", id, "error", err)
		return
	}
	s.cfg.Log.Warn("mended after the clock was set back", "id", id)
}

// reviveStored mends what the store holds from before a start; deciding is held.
func (s *Service) reviveStored(ctx context.Context, all []Announcement, programmes []Programme) error {
	now := s.cfg.Now()
	if !protocol.Plausible(now) {
		return nil
	}
	for i, a := range all {
		if mended, ok := a.mended(now, s.cfg.Location); ok {
			if err := s.cfg.Store.SaveAnnouncement(ctx, s.cfg.Commune, mended, nil); err != nil {
				return fmt.Errorf("mend announcement %s: %w", a.ID, err)
			}
			all[i] = mended
			s.revived(nil, string(a.ID))
		}
	}
	for i, p := range programmes {
		if mended, ok := p.mended(now, s.cfg.Location); ok {
			if err := s.cfg.Store.SaveProgrammes(ctx, s.cfg.Commune, []Programme{mended}, nil); err != nil {
				return fmt.Errorf("mend programme %s: %w", p.ID, err)
			}
			programmes[i] = mended
			s.revived(nil, string(p.ID))
		}
	}
	return nil
}

// mended is the announcement as it would be had the clock never been ahead. Done
// means that nothing is to come.
func (a Announcement) mended(now time.Time, loc *time.Location) (_ Announcement, changed bool) {
	switch {
	case a.State != Done || a.When.Kind == schedule.Now:
	case a.When.Kind == schedule.InProgramme:
		if a.ApprovedAt != nil && (a.ValidUntil == "" || a.ValidUntil >= now.In(loc).Format(schedule.DayFormat)) {
			a.State, changed = Approved, true
		}
	case len(a.firstStarts(now, 1, loc)) > 0:
		a.State, changed = Scheduled, true
	}
	a.Earlier = slices.Clone(a.Earlier)
	for i := range a.Earlier {
		changed = notAhead(now, &a.Earlier[i].Since, &a.Earlier[i].Until) || changed
	}
	return a, decidedBy(now, &a.DecidedAt, &a.ApprovedAt) || changed
}

func (p Programme) mended(now time.Time, loc *time.Location) (_ Programme, changed bool) {
	if p.State == Done && len(p.When.FirstStarts(now, 1, loc)) > 0 {
		p.State, changed = Scheduled, true
	}
	p.Earlier = slices.Clone(p.Earlier)
	for i := range p.Earlier {
		changed = notAhead(now, &p.Earlier[i].Since, &p.Earlier[i].Until) || changed
	}
	return p, decidedBy(now, &p.DecidedAt, &p.ApprovedAt) || changed
}

// notAhead brings instants that lie ahead back to now.
func notAhead(now time.Time, instants ...*time.Time) (changed bool) {
	for _, t := range instants {
		if t.After(now.Add(setBack)) {
			*t, changed = now.UTC(), true
		}
	}
	return changed
}

func decidedBy(now time.Time, instants ...**time.Time) (changed bool) {
	for _, p := range instants {
		if *p != nil {
			t := **p
			if notAhead(now, &t) {
				*p, changed = &t, true
			}
		}
	}
	return changed
}
