package announce

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
)

// maxAhead is how far a device's clock may be ahead before its report gets a
// remark.
const maxAhead = time.Minute

// VerifyJournal looks through the whole journal and returns the number of entries
// that hold, and a [*journal.Broken] for the first that does not; see [journal.Verify].
func (s *Service) VerifyJournal(ctx context.Context) (entries int64, err error) {
	v, err := journal.Verify(ctx, s.cfg.Store, s.cfg.Commune)
	if err == nil && v.Broken != nil {
		err = v.Broken
	}
	return v.Entries, err
}

// Journal returns how each (occurrence, cluster) ended, the latest planned first.
func (s *Service) Journal(ctx context.Context, q JournalQuery) ([]journal.Entry, error) {
	return s.cfg.Store.Journal(ctx, s.cfg.Commune, q)
}

// HandlePlays takes in reports of plays. When it returns nil they are in the
// journal, each once, and the device may forget them. What nobody asked for is
// there with a remark, of each device so many a day; see [journal.Entry.Unasked].
func (s *Service) HandlePlays(ctx context.Context, from protocol.Address, plays protocol.Plays) error {
	if err := s.load(ctx); err != nil {
		return err
	}
	if from.Commune != s.cfg.Commune {
		s.strays.Add(int64(len(plays.Plays)))
		s.cfg.Log.Warn("plays of another commune's device are not in the journal", "device", from, "plays", len(plays.Plays))
		return nil
	}
	var asked, unasked, remarked []journal.Entry
	for _, p := range plays.Plays {
		e, err := s.entryOf(ctx, from.Device, p)
		if err != nil {
			return fmt.Errorf("look up announcement of play: %w", err)
		}
		if e.Reason != p.Reason {
			remarked = append(remarked, e)
		}
		if e.Unasked() {
			unasked = append(unasked, e)
		} else {
			asked = append(asked, e)
		}
	}
	s.recording.Lock()
	_, err := s.record(ctx, asked)
	left := 0
	if err == nil {
		left, err = s.recordUnasked(ctx, from.Device, unasked)
	}
	s.recording.Unlock()
	if err != nil {
		return err
	}
	s.logOdd(from, remarked, left)
	s.reported(ctx, append(asked, unasked...))
	return nil
}

// logOdd names the first odd report of a message: a device that was away for
// weeks may bring hundreds, and the journal holds them with a remark.
func (s *Service) logOdd(from protocol.Address, remarked []journal.Entry, left int) {
	if len(remarked) > 0 {
		s.cfg.Log.Warn("plays are in the journal with a remark", "device", from, "plays", len(remarked)-left, "left_out", left,
			"announcement", remarked[0].Announcement, "occurrence", remarked[0].Occurrence, "reason", remarked[0].Reason)
	}
}

// reported ends the play orders of what devices have reported, for a report says
// more than an acknowledgement that may have been lost.
func (s *Service) reported(ctx context.Context, entries []journal.Entry) {
	var ended []Order
	s.mu.Lock()
	for _, o := range s.orders {
		if o.Kind == protocol.CommandPlay && slices.ContainsFunc(entries, func(e journal.Entry) bool {
			return e.Cluster == o.Cluster && e.Occurrence == o.Item.Occurrence && e.Announcement == o.Announcement
		}) {
			ended = append(ended, o.Order)
		}
	}
	s.mu.Unlock()
	for _, o := range ended {
		s.setOutcome(ctx, o, protocol.OutcomeFinished, "")
	}
}

// known returns an announcement from memory or the store.
func (s *Service) known(ctx context.Context, id ID) (Announcement, error) {
	s.mu.Lock()
	have := s.active[id]
	s.mu.Unlock()
	if have != nil {
		return *have, nil
	}
	a, err := s.cfg.Store.Announcement(ctx, s.cfg.Commune, id)
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.placed(a), err
}

// entryOf is what the journal takes down of a report.
func (s *Service) entryOf(ctx context.Context, cluster devices.DeviceID, p protocol.Play) (journal.Entry, error) {
	a, err := s.known(ctx, ID(p.Announcement))
	if err != nil && !errors.Is(err, ErrUnknown) {
		return journal.Entry{}, err
	}
	now := s.cfg.Now()
	e := journal.Entry{
		Commune: s.cfg.Commune, Cluster: cluster, Play: p.ID,
		Occurrence: p.Occurrence, Announcement: ID(p.Announcement), Title: a.Title,
		PlannedAt: p.PlannedAt, StartedAt: p.StartedAt, EndedAt: p.EndedAt,
		Result: p.Result, Reason: p.Reason, LevelDBFS: p.LevelDBFS, CurrentA: p.CurrentA,
		RecordedAt: now,
	}
	mend(&e, now, err == nil)
	switch {
	case err != nil:
		e.Reason = remark(e.Reason, journal.ReasonUnknown)
	case !s.planned(a, p.Occurrence, cluster):
		e.Reason = remark(e.Reason, journal.ReasonUnplanned)
	case early(e, now):
		e.Reason = remark(e.Reason, journal.ReasonNotDue)
	}
	if e.Unasked() && e.PlannedAt.After(now) {
		e.PlannedAt = now // nobody looks for it in years to come
	}
	if err == nil && (s.Rules().exempts(a.Level, e.PlannedAt.In(s.cfg.Location)) || a.Override.has(FoundExempt)) {
		e.Reason = remark(e.Reason, journal.ReasonExempt)
	}
	return e, nil
}

// mend puts what can be known in the place of what cannot be, with a remark. Only of
// its own announcements does the hub know what it named their occurrences.
func mend(e *journal.Entry, now time.Time, known bool) {
	if _, start, ok := startOf(e.Occurrence); known && ok && e.PlannedAt.Sub(start).Abs() >= time.Second {
		e.PlannedAt = start // as the hub named it
	} else if (!known || !ok) && !protocol.Plausible(e.PlannedAt) {
		e.PlannedAt = now
	}
	switch {
	case clockWrong(e):
		e.Reason, e.EndedAt = remark(e.Reason, journal.ReasonClockWrong), now
		if e.StartedAt != nil {
			e.StartedAt = &now // that it sounded is known, not for how long
		}
	case e.EndedAt.After(now.Add(maxAhead)):
		e.Reason, e.EndedAt = remark(e.Reason, journal.ReasonClockAhead), now // by then it was over
		if e.StartedAt != nil && e.StartedAt.After(now) {
			e.StartedAt = &now
		}
	}
	if beyond(e.LevelDBFS, -200, 20) || beyond(e.CurrentA, -1000, 1000) {
		e.Reason, e.LevelDBFS, e.CurrentA = remark(e.Reason, journal.ReasonMeasured), nil, nil
	}
}

// clockWrong reports whether its times are of another age, or those of a play that
// began before it was due or ended before it began.
func clockWrong(e *journal.Entry) bool {
	if !protocol.Plausible(e.EndedAt) {
		return true
	}
	return e.StartedAt != nil && (!protocol.Plausible(*e.StartedAt) || e.EndedAt.Add(maxAhead).Before(*e.StartedAt) || e.StartedAt.Add(maxAhead).Before(e.PlannedAt))
}

func beyond(v *float64, low, high float64) bool { return v != nil && (*v < low || *v > high) }

func remark(reason, more string) string {
	if reason == "" {
		return more
	}
	return reason + "; " + more
}

// recordInstead writes the hub's own word on a play into the journal, unless
// there is one already. After a crash it may be called again: the journal takes
// the entry once.
func (s *Service) recordInstead(ctx context.Context, e journal.Entry) error {
	s.recording.Lock()
	defer s.recording.Unlock()
	told, err := s.cfg.Store.Journal(ctx, s.cfg.Commune, JournalQuery{Announcement: e.Announcement, Occurrence: e.Occurrence, Cluster: e.Cluster, Limit: 1})
	if err != nil {
		return err
	}
	if len(told) == 0 || told[0].Remarked(journal.ReasonNotDue) {
		_, err = s.record(ctx, []journal.Entry{e})
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.proven(told[0])
	return nil
}

// record appends entries to the journal, tells the page of those on air and returns
// how many are new; recording is held.
func (s *Service) record(ctx context.Context, entries []journal.Entry) (int, error) {
	if len(entries) == 0 {
		return 0, nil
	}
	added, err := s.cfg.Store.AppendJournal(ctx, s.cfg.Commune, entries)
	if err != nil {
		return 0, fmt.Errorf("append to journal: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range added {
		s.proven(e)
	}
	return len(added), nil
}

// proven shows what the journal says of a play that is on air; mu is held.
func (s *Service) proven(e journal.Entry) {
	if air := s.air[e.Occurrence]; air == nil || air.Announcement != e.Announcement {
		return
	}
	s.deliver(e.Occurrence, e.Cluster, func(d *Delivery) {
		d.State, d.Reason, d.Entry = string(e.Result), e.Reason, &e
	})
}

// hubEntry is the hub's own word on an order that no device carried out. Its
// play id makes it unique, also when it is written again after a crash.
func (s *Service) hubEntry(ctx context.Context, o Order, result devices.Result, reason string) journal.Entry {
	now := s.cfg.Now()
	e := journal.Entry{
		Commune: s.cfg.Commune, Cluster: o.Cluster, Play: "hub-" + o.ID,
		Occurrence: o.Item.Occurrence, Announcement: o.Announcement,
		PlannedAt: o.Item.Start, EndedAt: now, Result: result, Reason: reason, RecordedAt: now,
	}
	if a, err := s.known(ctx, o.Announcement); err == nil {
		e.Title = a.Title
	}
	return e
}
