package announce

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
)

// The hub's own reasons in the journal. It appends them to what a device said.
const (
	ReasonOffline    = "offline"          // the command reached no device before its expiry, or no report came of a device that is away
	ReasonNoReport   = "no_report"        // no report came, although the device is there
	ReasonCancelled  = "cancelled"        // withdrawn before the device had it
	ReasonClockAhead = "clock_ahead"      // the report comes from the future
	ReasonNoWords    = "no_words"         // an emergency of which the device has the chime alone
	ReasonExempt     = "emergency_exempt" // an emergency in the quiet hours, which only an emergency may be
	ReasonUnplanned  = "unplanned"        // the hub never planned this occurrence for this cluster
	ReasonClockWrong = "clock_wrong"      // the report's own times cannot be; its end is when it came
	ReasonMeasured   = "measured_wrong"   // what was measured cannot be and is left out
)

// maxAhead is how far a device's clock may be ahead before its report gets a
// remark.
const maxAhead = time.Minute

// Canonical returns the entry as it is hashed and stored: instants in UTC with a
// resolution of a millisecond, and no negative zero, which stores do not keep.
func (e Entry) Canonical() Entry {
	for _, v := range []**float64{&e.LevelDBFS, &e.CurrentA} {
		if *v != nil && **v == 0 {
			*v = new(float64)
		}
	}
	ms := func(t time.Time) time.Time { return time.UnixMilli(t.UnixMilli()).UTC() }
	e.PlannedAt, e.EndedAt, e.RecordedAt = ms(e.PlannedAt), ms(e.EndedAt), ms(e.RecordedAt)
	if e.StartedAt != nil {
		t := ms(*e.StartedAt)
		e.StartedAt = &t
	}
	return e
}

// Chain returns the entry as the one after prev, which is the zero Entry for
// the first.
func (e Entry) Chain(prev Entry) Entry {
	e = e.Canonical()
	e.Seq, e.PrevHash = prev.Seq+1, prev.Hash
	e.Hash = e.sum()
	return e
}

// sum is the hex SHA-256 over the entry before and this entry's content as JSON.
func (e Entry) sum() string {
	e.Hash = ""
	h := sha256.New()
	// Encoding an entry cannot fail: it holds no number that JSON has not.
	_ = json.NewEncoder(h).Encode(e)
	return hex.EncodeToString(h.Sum(nil))
}

// VerifyJournal looks through the whole journal and returns the number of entries
// that hold, and a [*Broken] for the first that does not; see [Verify].
func (s *Service) VerifyJournal(ctx context.Context) (entries int64, err error) {
	v, err := Verify(ctx, s.cfg.Store, s.cfg.Commune)
	if err == nil && v.Broken != nil {
		err = v.Broken
	}
	return v.Entries, err
}

// Journal returns how each (occurrence, cluster) ended, the latest planned first.
func (s *Service) Journal(ctx context.Context, q JournalQuery) ([]Entry, error) {
	return s.cfg.Store.Journal(ctx, s.cfg.Commune, q)
}

// HandlePlays takes in reports of plays. When it returns nil they are in the
// journal, each once, and the device may forget them. Reports of announcements
// that this hub does not know are logged and counted instead, for a device must
// not send them for ever.
func (s *Service) HandlePlays(ctx context.Context, from protocol.Address, plays protocol.Plays) error {
	if err := s.load(ctx); err != nil {
		return err
	}
	var entries, remarked []Entry
	var strays []protocol.Play
	for _, p := range plays.Plays {
		a, err := s.known(ctx, ID(p.Announcement))
		if errors.Is(err, ErrUnknown) || (err == nil && from.Commune != s.cfg.Commune) {
			strays = append(strays, p)
			continue
		} else if err != nil {
			return fmt.Errorf("look up announcement of play: %w", err)
		}
		e := s.entryOf(from.Device, a, p)
		if e.Reason != p.Reason {
			remarked = append(remarked, e)
		}
		entries = append(entries, e)
	}
	s.logOdd(from, strays, remarked)
	s.recording.Lock()
	err := s.record(ctx, entries)
	s.recording.Unlock()
	if err != nil {
		return err
	}
	s.reported(ctx, entries)
	return nil
}

// logOdd names the first odd reports of a message: a device that was away for
// weeks may bring hundreds, and the journal holds those with a remark.
func (s *Service) logOdd(from protocol.Address, strays []protocol.Play, remarked []Entry) {
	if n := len(strays); n > 0 {
		s.strays.Add(int64(n))
		p := strays[0]
		s.cfg.Log.Warn("plays of an unknown announcement are not in the journal", "device", from, "plays", n,
			"announcement", p.Announcement, "occurrence", p.Occurrence, "result", p.Result, "ended_at", p.EndedAt)
	}
	if n := len(remarked); n > 0 {
		s.cfg.Log.Warn("plays are in the journal with a remark", "device", from, "plays", n,
			"occurrence", remarked[0].Occurrence, "reason", remarked[0].Reason)
	}
}

// reported ends the play orders of what devices have reported, for a report says
// more than an acknowledgement that may have been lost.
func (s *Service) reported(ctx context.Context, entries []Entry) {
	var ended []Order
	s.mu.Lock()
	for _, o := range s.orders {
		if o.Kind == protocol.CommandPlay && slices.ContainsFunc(entries, func(e Entry) bool {
			return e.Cluster == o.Cluster && e.Occurrence == o.Item.Occurrence
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

func (s *Service) entryOf(cluster devices.DeviceID, a Announcement, p protocol.Play) Entry {
	now := s.cfg.Now()
	e := Entry{
		Commune: s.cfg.Commune, Cluster: cluster, Play: p.ID,
		Occurrence: p.Occurrence, Announcement: a.ID, Title: a.Title,
		PlannedAt: p.PlannedAt, StartedAt: p.StartedAt, EndedAt: p.EndedAt,
		Result: p.Result, Reason: p.Reason, LevelDBFS: p.LevelDBFS, CurrentA: p.CurrentA,
		RecordedAt: now,
	}
	e.mend(now)
	if !s.planned(a, p.Occurrence, cluster) {
		e.Reason = remark(e.Reason, ReasonUnplanned)
	}
	if s.Rules().exempts(a.Level, e.PlannedAt.In(s.cfg.Location)) || a.Override.has(FoundExempt) {
		e.Reason = remark(e.Reason, ReasonExempt)
	}
	return e
}

// mend puts what can be known in the place of what cannot be, with a remark.
func (e *Entry) mend(now time.Time) {
	if _, start, ok := startOf(e.Occurrence); ok && e.PlannedAt.Sub(start).Abs() >= time.Second {
		e.PlannedAt = start // as the hub named it
	} else if !ok && !protocol.Plausible(e.PlannedAt) {
		e.PlannedAt = now
	}
	switch {
	case !protocol.Plausible(e.EndedAt) || e.StartedAt != nil && !protocol.Plausible(*e.StartedAt):
		e.Reason, e.EndedAt = remark(e.Reason, ReasonClockWrong), now
		if e.StartedAt != nil {
			e.StartedAt = &now // that it sounded is known, not for how long
		}
	case e.EndedAt.After(now.Add(maxAhead)):
		e.Reason = remark(e.Reason, ReasonClockAhead)
	}
	if beyond(e.LevelDBFS, -200, 20) || beyond(e.CurrentA, -1000, 1000) {
		e.Reason, e.LevelDBFS, e.CurrentA = remark(e.Reason, ReasonMeasured), nil, nil
	}
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
func (s *Service) recordInstead(ctx context.Context, e Entry) error {
	s.recording.Lock()
	defer s.recording.Unlock()
	told, err := s.cfg.Store.Journal(ctx, s.cfg.Commune, JournalQuery{Occurrence: e.Occurrence, Cluster: e.Cluster, Limit: 1})
	if err != nil {
		return err
	}
	if len(told) == 0 {
		return s.record(ctx, []Entry{e})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.proven(told[0])
	return nil
}

// record appends entries to the journal and tells the page of those on air;
// recording is held.
func (s *Service) record(ctx context.Context, entries []Entry) error {
	if len(entries) == 0 {
		return nil
	}
	added, err := s.cfg.Store.AppendJournal(ctx, s.cfg.Commune, entries)
	if err != nil {
		return fmt.Errorf("append to journal: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range added {
		s.proven(e)
	}
	return nil
}

// proven shows what the journal says of a play that is on air; mu is held.
func (s *Service) proven(e Entry) {
	s.deliver(e.Occurrence, e.Cluster, func(d *Delivery) {
		d.State, d.Reason, d.Entry = string(e.Result), e.Reason, &e
	})
}

// hubEntry is the hub's own word on an order that no device carried out. Its
// play id makes it unique, also when it is written again after a crash.
func (s *Service) hubEntry(ctx context.Context, o Order, result devices.Result, reason string) Entry {
	now := s.cfg.Now()
	e := Entry{
		Commune: s.cfg.Commune, Cluster: o.Cluster, Play: "hub-" + o.ID,
		Occurrence: o.Item.Occurrence, Announcement: o.Announcement,
		PlannedAt: o.Item.Start, EndedAt: now, Result: result, Reason: reason, RecordedAt: now,
	}
	if a, err := s.known(ctx, o.Announcement); err == nil {
		e.Title = a.Title
	}
	return e
}
