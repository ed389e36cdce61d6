package announce

import (
	"context"
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

// setUpcoming lists the starts that roll has not seen yet; mu is held.
func (s *Service) setUpcoming(c *compiler, now time.Time) {
	from := now
	if !s.rolled.IsZero() && s.rolled.Before(now) { // else the clock was set back
		// What began before can sound no more: a clock that leaps ahead must not put
		// years on air.
		from = later(s.rolled, now.Add(-keepEnded))
	}
	s.upcoming = c.slots(from, c.to)
}

// roll moves occurrences from next to on air to over as time goes by.
func (s *Service) roll(ctx context.Context) error {
	var looked time.Time // by the wall clock
	for {
		now := s.cfg.Now().Round(0)
		if s.clockStopped(now) {
			if err := s.wakeClock.wait(ctx, s.cfg.Now, now, now.Add(nap)); err != nil {
				return err
			}
			continue
		}
		if now.Before(looked.Add(-setBack)) {
			s.clockSetBack(ctx, looked, now)
		}
		looked = now
		done, wake := s.rollTo(now)
		for _, a := range done {
			if err := s.finish(ctx, a); err != nil {
				s.cfg.Log.Error("announcement not marked as done", "announcement", a.ID, "error", err)
			}
		}
		s.finishProgrammes(ctx, now)
		if err := s.wakeClock.wait(ctx, s.cfg.Now, now, wake); err != nil {
			return err
		}
	}
}

// rollTo returns the announcements that are over and when to look again.
func (s *Service) rollTo(now time.Time) (done []Announcement, wake time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.upcoming) > 0 && !s.upcoming[0].Start.After(now) {
		if _, ok := s.active[s.upcoming[0].Announcement]; ok && s.upcoming[0].Start.Add(keepEnded).After(now) {
			s.beginSlot(s.upcoming[0], planAllowance)
		}
		s.upcoming = s.upcoming[1:]
	}
	s.rolled = now
	s.tellNext()
	if len(s.upcoming) > 0 {
		wake = s.upcoming[0].Start
	}
	sounding := map[ID]bool{}
	for id, air := range s.air {
		end := air.end()
		gone := end.Add(keepOnAir)
		switch {
		case end.After(now):
			sounding[air.Announcement] = true
			wake = sooner(wake, end)
		case gone.After(now):
			wake = sooner(wake, gone)
		case air.proven():
			delete(s.air, id)
		default:
			wake = sooner(wake, now.Add(reportAllowance)) // until the journal has a word of everybody
		}
	}
	for _, a := range s.active {
		if a.State == Approved && a.ValidUntil != "" && a.ValidUntil < now.In(s.cfg.Location).Format(schedule.DayFormat) {
			done = append(done, a)
		}
		if a.State != Scheduled || sounding[a.ID] {
			continue
		}
		if a.When.Kind == schedule.Now || len(a.firstStarts(now, 1, s.cfg.Location)) == 0 {
			done = append(done, a)
		}
	}
	return done, wake
}

// tellNext reports the soonest occurrences when they are others than before; mu
// is held.
func (s *Service) tellNext() {
	next := make([]Occurrence, 0, NextLength)
	for _, o := range s.upcoming[:min(NextLength, len(s.upcoming))] {
		next = append(next, o.Occurrence)
	}
	if s.next != nil && slices.EqualFunc(next, s.next, func(a, b Occurrence) bool {
		return a.ID == b.ID && a.Title == b.Title
	}) {
		return
	}
	s.next = next
	if f := s.cfg.Next; f != nil {
		told := slices.Clone(s.next)
		s.event(func() { f(told) })
	}
}

// finish marks an announcement as done. Who decided it stays.
func (s *Service) finish(ctx context.Context, a Announcement) error {
	s.deciding.Lock()
	defer s.deciding.Unlock()
	s.mu.Lock()
	a, ok := s.active[a.ID]
	s.mu.Unlock()
	if !ok || (a.State != Scheduled && a.State != Approved) {
		return nil // cancelled in the meantime
	}
	a.State = Done
	return s.save(ctx, a, nil)
}
