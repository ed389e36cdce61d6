package announce

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
)

// keepOnAir is how long an occurrence stays in view after its end.
const keepOnAir = 10 * time.Minute

// The states of a [Delivery] beside the results of a play.
const (
	pending  = "pending"
	received = "received"
	playing  = "playing"
)

// airing is an occurrence that sounds or has just sounded.
type airing struct {
	Occurrence
	deadline time.Time
	settled  time.Time // when the last cluster reported, zero before
}

// latestEnd is when nothing of the occurrence sounds any more, if nothing
// interrupts it.
func (a *airing) latestEnd() time.Time {
	return a.deadline.Add(time.Duration(a.DurationMS) * time.Millisecond)
}

// end is when it was over, or will be.
func (a *airing) end() time.Time { return sooner(a.settled, a.latestEnd()) }

// onAir queues the news of an occurrence; mu is held.
func (s *Service) onAir(air *airing) {
	if f := s.cfg.OnAir; f != nil {
		o := air.Occurrence
		o.Deliveries = slices.Clone(o.Deliveries)
		s.event(func() { f(o) })
	}
}

// begin puts an occurrence on air; mu is held.
func (s *Service) begin(a Announcement, start time.Time, allowance time.Duration) *airing {
	id := occurrenceID(a.ID, start)
	if air := s.air[id]; air != nil {
		return air
	}
	air := &airing{Occurrence: occurrenceOf(a, start), deadline: start.Add(allowance)}
	for _, c := range a.Clusters {
		air.Deliveries = append(air.Deliveries, Delivery{Cluster: c, State: pending})
	}
	s.air[id] = air
	for c, d := range s.devices {
		if d.playing == id {
			s.deliver(id, c, func(d *Delivery) { d.State = playing })
		}
	}
	s.onAir(air)
	s.wakeClock.give()
	return air
}

// airOrders puts what goes out now on air; mu is held.
func (s *Service) airOrders(a Announcement, orders []Order) {
	for _, o := range orders {
		if o.Kind == protocol.CommandPlay {
			s.begin(a, o.Item.Start, nowAllowance)
		}
	}
}

// deliver changes how a cluster stands with an occurrence that is on air; mu is
// held.
func (s *Service) deliver(occurrence string, cluster devices.DeviceID, change func(*Delivery)) {
	air := s.air[occurrence]
	if air == nil {
		return
	}
	i := slices.IndexFunc(air.Deliveries, func(d Delivery) bool { return d.Cluster == cluster })
	if i < 0 {
		return
	}
	was := air.Deliveries[i]
	change(&air.Deliveries[i])
	if air.Deliveries[i] == was {
		return
	}
	air.settled = time.Time{}
	if !slices.ContainsFunc(air.Deliveries, func(d Delivery) bool { return !d.over() }) {
		air.settled = s.cfg.Now()
		s.wakeClock.give()
	}
	s.onAir(air)
}

// over reports whether the cluster will not sound the occurrence any more.
func (d Delivery) over() bool {
	return d.Entry != nil && d.State == string(d.Entry.Result) && d.Entry.Result != devices.Interrupted
}

// HandleState takes in what a device says of itself. States of an older session
// than the newest are late last wills and change nothing.
func (s *Service) HandleState(ctx context.Context, from protocol.Address, st protocol.State) {
	if err := s.load(ctx); err != nil {
		s.cfg.Log.Error("state not taken in", "device", from, "error", err)
		return
	}
	if from.Commune != s.cfg.Commune {
		return
	}
	now := deviceState{session: st.Session, online: st.Online}
	if st.Online && st.Playing != nil {
		now.playing = st.Playing.Occurrence
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.devices[from.Device]
	if st.Session < was.session {
		return
	}
	s.devices[from.Device] = now
	if now.online && !was.online {
		s.wakeCommander.give()
	}
	if was.playing != "" && was.playing != now.playing {
		s.deliver(was.playing, from.Device, func(d *Delivery) {
			if d.State == playing {
				d.State = received // until its report comes
			}
		})
	}
	if now.playing == "" {
		return
	}
	s.beginEarly(now.playing)
	s.deliver(now.playing, from.Device, func(d *Delivery) {
		if d.Entry == nil || d.Entry.Result == devices.Interrupted || d.Entry.Result == devices.Missed {
			d.State, d.Reason = playing, ""
		}
	})
}

// beginEarly puts an occurrence on air that a device began before the hub's
// clock got there; mu is held.
func (s *Service) beginEarly(occurrence string) {
	if s.air[occurrence] != nil {
		return
	}
	for _, o := range s.upcoming {
		if o.ID == occurrence {
			s.begin(s.active[o.Announcement], o.Start, planAllowance)
			return
		}
	}
}

// startOf reads the start out of the name of an occurrence.
func startOf(occurrence string) (ID, time.Time, bool) {
	id, unix, ok := strings.Cut(occurrence, "@")
	sec, err := strconv.ParseInt(unix, 10, 64)
	return ID(id), time.Unix(sec, 0).UTC(), ok && err == nil
}

// planned reports whether the hub planned or commanded an occurrence of a
// scheduled announcement for a cluster.
func (s *Service) planned(a Announcement, occurrence string, cluster devices.DeviceID) bool {
	id, start, ok := startOf(occurrence)
	if !ok || id != a.ID || a.DecidedAt == nil || !slices.Contains(a.Clusters, cluster) {
		return false
	}
	if a.When.Kind == Now {
		// It was approved at DecidedAt, which a later cancellation has moved on.
		return !start.After(a.DecidedAt.Add(lead))
	}
	return len(a.When.starts(start, start.Add(1), s.cfg.Location)) == 1
}

// restoreAir puts on air again what was there before a restart; mu is held.
func (s *Service) restoreAir(orders []Order, entries []Entry) {
	now := s.cfg.Now()
	for _, o := range orders {
		if a, ok := s.active[o.Announcement]; ok && o.Kind == protocol.CommandPlay {
			s.begin(a, o.Item.Start, nowAllowance)
		}
	}
	for _, a := range s.active {
		// Long enough for the latest end of the longest audio to be in it.
		span := keepOnAir + planAllowance + time.Duration(a.Sound.DurationMS)*time.Millisecond
		for _, start := range plannedStarts(a, now.Add(-span), now, s.cfg.Location) {
			s.begin(a, start, planAllowance)
		}
	}
	for _, o := range orders {
		if o.Kind == protocol.CommandPlay {
			s.deliver(o.Item.Occurrence, o.Cluster, func(d *Delivery) {
				switch o.Outcome {
				case protocol.OutcomeReceived:
					d.State = received
				case protocol.OutcomeStarted:
					d.State = playing
				}
			})
		}
	}
	for _, e := range slices.Backward(entries) {
		s.deliver(e.Occurrence, e.Cluster, func(d *Delivery) {
			d.State, d.Reason, d.Entry = string(e.Result), e.Reason, &e
		})
	}
	s.setUpcoming(now)
}

// setUpcoming lists the starts that roll has not seen yet; mu is held.
func (s *Service) setUpcoming(now time.Time) {
	from := now
	if !s.rolled.IsZero() {
		from = s.rolled
	}
	_, to := Window(now, s.cfg.Location)
	s.upcoming = nil
	for _, a := range s.active {
		for _, start := range plannedStarts(a, from, to, s.cfg.Location) {
			s.upcoming = append(s.upcoming, occurrenceOf(a, start))
		}
	}
	slices.SortFunc(s.upcoming, func(a, b Occurrence) int {
		if c := a.Start.Compare(b.Start); c != 0 {
			return c
		}
		return compare(a.ID, b.ID)
	})
}

// roll moves occurrences from next to on air to over as time goes by.
func (s *Service) roll(ctx context.Context) error {
	for {
		now := s.cfg.Now()
		done, wake := s.rollTo(now)
		for _, a := range done {
			if err := s.finish(ctx, a); err != nil {
				s.cfg.Log.Error("announcement not marked as done", "announcement", a.ID, "error", err)
			}
		}
		if err := s.wakeClock.wait(ctx, s.cfg.Now, wake); err != nil {
			return err
		}
	}
}

// rollTo returns the announcements that are over and when to look again.
func (s *Service) rollTo(now time.Time) (done []Announcement, wake time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.upcoming) > 0 && !s.upcoming[0].Start.After(now) {
		o := s.upcoming[0]
		s.upcoming = s.upcoming[1:]
		if a, ok := s.active[o.Announcement]; ok {
			s.begin(a, o.Start, planAllowance)
		}
	}
	s.rolled = now
	s.tellNext()
	if len(s.upcoming) > 0 {
		wake = s.upcoming[0].Start
	}
	sounding := map[ID]bool{}
	for id, air := range s.air {
		end := air.end()
		if gone := end.Add(keepOnAir); !gone.After(now) {
			delete(s.air, id)
			continue
		}
		if end.After(now) {
			sounding[air.Announcement] = true
			wake = sooner(wake, end)
		} else {
			wake = sooner(wake, end.Add(keepOnAir))
		}
	}
	for _, a := range s.active {
		if a.State != Scheduled || sounding[a.ID] {
			continue
		}
		if a.When.Kind == Now || len(a.When.firstStarts(now, 1, s.cfg.Location)) == 0 {
			done = append(done, a)
		}
	}
	return done, wake
}

// tellNext reports the soonest occurrences when they are others than before; mu
// is held.
func (s *Service) tellNext() {
	next := s.upcoming[:min(NextLength, len(s.upcoming))]
	if s.next != nil && slices.EqualFunc(next, s.next, func(a, b Occurrence) bool {
		return a.ID == b.ID && a.Title == b.Title
	}) {
		return
	}
	s.next = append([]Occurrence{}, next...)
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
	if !ok || a.State != Scheduled {
		return nil // cancelled in the meantime
	}
	a.State = Done
	return s.save(ctx, a, nil)
}

// Occurrences returns the soundings of an announcement, the latest first, each
// with all its clusters: those that the journal or a command knows, those of the
// last day and those of the plan. At most the 200 latest are returned.
func (s *Service) Occurrences(ctx context.Context, id ID) ([]Occurrence, error) {
	if err := s.load(ctx); err != nil {
		return nil, err
	}
	a, err := s.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	orders, err := s.cfg.Store.Orders(ctx, s.cfg.Commune, OrderQuery{Announcement: id})
	if err != nil {
		return nil, err
	}
	entries, err := s.cfg.Store.Journal(ctx, s.cfg.Commune, JournalQuery{Announcement: id, Limit: 200 * max(1, len(a.Clusters))})
	if err != nil {
		return nil, err
	}
	now := s.cfg.Now()
	_, to := Window(now, s.cfg.Location)
	found := map[string]*Occurrence{}
	add := func(start time.Time) *Occurrence {
		o := occurrenceOf(a, start)
		if found[o.ID] == nil {
			for _, c := range a.Clusters {
				o.Deliveries = append(o.Deliveries, Delivery{Cluster: c, State: pending})
			}
			found[o.ID] = &o
		}
		return found[o.ID]
	}
	for _, start := range plannedStarts(a, now.Add(-24*time.Hour), to, s.cfg.Location) {
		add(start)
	}
	for _, o := range orders {
		if o.Kind == protocol.CommandPlay {
			occ := add(o.Item.Start)
			if d := occ.delivery(o.Cluster); o.Outcome != "" {
				d.State = received
			}
		}
	}
	for _, e := range slices.Backward(entries) {
		of, start, ok := startOf(e.Occurrence)
		if !ok || of != id {
			continue // in the journal with a remark, but no occurrence of ours
		}
		d := add(start).delivery(e.Cluster)
		d.State, d.Reason, d.Entry = string(e.Result), e.Reason, &e
	}
	s.mu.Lock()
	for id, air := range s.air {
		if air.Announcement == a.ID {
			o := air.Occurrence
			o.Deliveries = slices.Clone(o.Deliveries)
			found[id] = &o
		}
	}
	s.mu.Unlock()
	out := make([]Occurrence, 0, len(found))
	for _, o := range found {
		out = append(out, *o)
	}
	slices.SortFunc(out, func(a, b Occurrence) int { return b.Start.Compare(a.Start) })
	return out[:min(len(out), 200)], nil
}

// delivery returns the line of a cluster, which is added when it is new.
func (o *Occurrence) delivery(c devices.DeviceID) *Delivery {
	for i := range o.Deliveries {
		if o.Deliveries[i].Cluster == c {
			return &o.Deliveries[i]
		}
	}
	o.Deliveries = append(o.Deliveries, Delivery{Cluster: c, State: pending})
	return &o.Deliveries[len(o.Deliveries)-1]
}
