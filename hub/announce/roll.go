package announce

import (
	"context"
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

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
		s.recordNowhere(ctx)
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
	u := &s.upcoming
	for len(u.slots) > 0 && !u.slots[0].Start.After(now) {
		if a, ok := s.active[u.slots[0].Announcement]; ok && u.slots[0].Start.Add(keepEnded).After(now) {
			if air := s.beginSlot(u.slots[0], planAllowance); len(air.Deliveries) == 0 {
				s.nowhere = append(s.nowhere, silent{air.ID, a.ID, air.itemStart, a.Target.Clusters})
			}
		}
		u.slots = u.slots[1:]
	}
	s.rolled = sooner(u.until, now)
	if !u.whole && (len(u.slots) < NextLength || !now.Before(u.until)) {
		s.wakePlanner.give()
	}
	s.tellNext()
	switch {
	case len(u.slots) > 0:
		wake = u.slots[0].Start
	case now.Before(u.until):
		wake = u.until
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
			done = append(done, *a)
		}
		if a.State != Scheduled || sounding[a.ID] {
			continue
		}
		if a.When.Kind == schedule.Now || len(a.firstStarts(now, 1, s.cfg.Location)) == 0 {
			done = append(done, *a)
		}
	}
	return done, wake
}

// recordNowhere puts into the journal, for each cluster that was named, what was due
// and had no cluster left to sound on. It was withdrawn when the last was removed.
func (s *Service) recordNowhere(ctx context.Context) {
	s.mu.Lock()
	due := s.nowhere
	s.nowhere = nil
	s.mu.Unlock()
	for _, o := range due {
		a, err := s.known(ctx, o.announcement)
		for _, cluster := range o.clusters {
			if err != nil {
				break
			}
			now := s.cfg.Now()
			err = s.recordInstead(ctx, journal.Entry{Commune: s.cfg.Commune, Cluster: cluster, Play: "hub-" + o.occurrence, Occurrence: o.occurrence, Announcement: o.announcement,
				Title: a.Title, PlannedAt: o.start, EndedAt: now, Result: devices.Stopped, Reason: journal.ReasonRemoved, RecordedAt: now})
		}
		if err != nil {
			s.cfg.Log.Error("what had no cluster left to sound on is not in the journal", "occurrence", o.occurrence, "error", err)
		}
	}
}

// tellNext reports the soonest occurrences when they are others than before; mu
// is held.
func (s *Service) tellNext() {
	next := make([]Occurrence, 0, NextLength)
	for _, o := range s.upcoming.slots[:min(NextLength, len(s.upcoming.slots))] {
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
	now, ok := s.active[a.ID]
	s.mu.Unlock()
	if !ok || (now.State != Scheduled && now.State != Approved) {
		return nil // cancelled in the meantime
	}
	a = *now
	a.State = Done
	return s.save(ctx, a, nil)
}
