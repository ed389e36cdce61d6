package announce

import (
	"context"
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

// programmeAt reports whether a piece of some programme may have been planned for
// a cluster at the instant. What exactly it was, only the plan of then knew; mu is
// not held.
func (s *Service) programmeAt(start time.Time, cluster devices.DeviceID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.programmes {
		for _, held := range p.everHeld(start.Add(-maxSounding), start.Add(1), s.cfg.Location) {
			if s.ground.aims(held.form.Target, cluster, held.start) {
				return true
			}
		}
	}
	return false
}

// keepPlace remembers an announcement that was approved once and is over now: in
// a programme that is running it keeps its place. mu is held.
func (s *Service) keepPlace(a Announcement) {
	delete(s.ended, a.ID)
	if a.When.Kind == schedule.InProgramme && a.ApprovedAt != nil && a.DecidedAt != nil && (a.State == Cancelled || a.State == Done) {
		s.ended[a.ID] = &a
	}
}

// finishProgrammes marks the programmes that have nothing left to play.
func (s *Service) finishProgrammes(ctx context.Context, now time.Time) {
	s.mu.Lock()
	busy := map[ProgrammeID]bool{}
	for _, o := range s.upcoming.slots {
		busy[o.Programme] = true
	}
	for _, air := range s.air {
		if air.end().After(now) {
			busy[air.Programme] = true
		}
	}
	var over []*Programme
	for _, p := range s.programmes {
		if p.State == Scheduled && !busy[p.ID] && !p.mayBeUncut(now) && len(p.When.FirstStarts(now, 1, s.cfg.Location)) == 0 && !s.running(p, now) {
			over = append(over, p)
		}
	}
	s.mu.Unlock()
	for _, p := range over {
		_, err := s.decideProgramme(ctx, p.ID, func(p Programme) (Programme, error) {
			if p.State != Scheduled || len(p.When.FirstStarts(now, 1, s.cfg.Location)) > 0 {
				return p, nil // edited in the meantime
			}
			p.State, p.Proposed = Done, nil
			return p, s.saveProgramme(ctx, p)
		})
		if err != nil {
			s.cfg.Log.Error("programme not marked as done", "programme", p.ID, "error", err)
		}
	}
}

// running reports whether an occurrence of a programme that has begun has pieces
// left; mu is held.
func (s *Service) running(p *Programme, now time.Time) bool {
	begun := now.Add(-maxSounding)
	if len(p.everHeld(begun, now, s.cfg.Location)) == 0 {
		return false
	}
	src := s.sources(now)
	src.Programmes = []*Programme{p}
	src.Announcements = slices.DeleteFunc(src.Announcements, func(a *Announcement) bool { return a.When.Kind != schedule.InProgramme })
	return len(newCompiler(src, begun, now).slots(now, now.Add(maxSounding))) > 0
}
