package announce

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
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
	fate     devices.Fate // when it is interrupted
	// itemStart is the start as devices know it, to the millisecond.
	itemStart time.Time
	settled   time.Time // when the last cluster reported, zero before
}

// latestEnd is when nothing of the occurrence sounds any more, if nothing
// interrupts it.
func (a *airing) latestEnd() time.Time {
	return a.deadline.Add(time.Duration(a.DurationMS) * time.Millisecond)
}

// proven reports whether the journal has a word of every cluster.
func (a *airing) proven() bool {
	return !slices.ContainsFunc(a.Deliveries, func(d Delivery) bool { return d.Entry == nil })
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
	return s.beginSlot(slot{Occurrence: occurrenceOf(&a, start), clusters: a.Clusters, fate: a.OnInterrupted}, allowance)
}

// beginSlot puts an occurrence of the plans on air; mu is held.
func (s *Service) beginSlot(o slot, allowance time.Duration) *airing {
	if air := s.air[o.ID]; air != nil {
		return air
	}
	air := &airing{Occurrence: o.Occurrence, deadline: o.Start.Add(allowance), itemStart: o.Start, fate: o.fate}
	if a := s.active[o.Announcement]; a != nil && a.Alert != nil {
		air.deadline = a.Alert.Until // it is begun again until then
	}
	air.Deliveries = make([]Delivery, 0, len(o.clusters))
	for _, c := range s.standingOf(o.clusters) {
		air.Deliveries = append(air.Deliveries, Delivery{Cluster: c, State: pending})
	}
	s.air[o.ID] = air
	for c, d := range s.devices {
		if d.playing == o.ID {
			s.deliver(o.ID, c, func(d *Delivery) { d.State = playing })
		}
	}
	s.onAir(air)
	s.wakeClock.give()
	s.wakeProof.give()
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

// airWords takes over the length of an emergency that got its words; mu is held.
func (s *Service) airWords(a Announcement) {
	for _, air := range s.air {
		if air.Announcement == a.ID && a.Alert != nil && air.DurationMS != a.durationMS() {
			air.DurationMS = a.durationMS()
			s.onAir(air)
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

// startOf reads the start out of the name of an occurrence. Devices make names up
// when they are ill: an instant that cannot be is none.
func startOf(occurrence string) (ID, time.Time, bool) {
	id, unix, ok := strings.Cut(occurrence, "@")
	id, _, _ = strings.Cut(id, "/") // a repetition in a programme
	sec, err := strconv.ParseInt(unix, 10, 64)
	start := time.Unix(sec, 0).UTC()
	return ID(id), start, ok && err == nil && protocol.Plausible(start)
}

// planned reports whether the hub planned or commanded an occurrence of a
// scheduled announcement for a cluster.
func (s *Service) planned(a Announcement, occurrence string, cluster devices.DeviceID) bool {
	id, start, ok := startOf(occurrence)
	if _, until := Window(s.cfg.Now(), s.cfg.Location); !ok || id != a.ID || a.DecidedAt == nil || !start.Before(until) {
		return false // no plan reaches so far
	}
	if a.When.Kind == schedule.Now {
		// It was approved at DecidedAt, which a later cancellation has moved on.
		return slices.Contains(a.Clusters, cluster) && !start.After(a.DecidedAt.Add(lead))
	}
	s.mu.Lock()
	aimed := a.everywhere() || s.ground.aims(a.Target, cluster, start)
	s.mu.Unlock()
	if a.When.Kind == schedule.InProgramme {
		return aimed && s.programmeAt(start, cluster)
	}
	return aimed && len(a.startsIn(start, start.Add(1), s.cfg.Location)) == 1
}

// restoreAir puts on air again what was there before a restart; mu is held.
func (s *Service) restoreAir(orders []Order, entries []journal.Entry) {
	now := s.cfg.Now()
	for _, o := range orders {
		if a, ok := s.active[o.Announcement]; ok && o.Kind == protocol.CommandPlay {
			s.begin(*a, o.Item.Start, nowAllowance)
		}
	}
	// Long enough for the latest end of the longest audio to be in it.
	begun := newCompiler(s.sources(now), now.Add(-keepOnAir-planAllowance-maxSounding), now)
	for _, o := range begun.slots(begun.from, now) {
		if o.Start.Add(keepOnAir + planAllowance + time.Duration(o.DurationMS)*time.Millisecond).After(now) {
			s.beginSlot(o, planAllowance)
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
		if !e.Remarked(journal.ReasonNotDue) {
			s.proven(e)
		}
	}
	from, to := Window(now, s.cfg.Location)
	s.upcoming = newCompiler(s.sources(now), from, to).upcoming(s.rolled)
}
