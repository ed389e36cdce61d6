package announce

import (
	"context"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
)

const (
	// lead is how long before its start a command goes out, so that clusters
	// start together.
	lead = 2 * time.Second
	// nowAllowance is how late a play-now item may begin.
	nowAllowance = 60 * time.Second
	// resend is how often a command is sent until the device has it.
	resend = 3 * time.Second
	// keepOrders is how long after its expiry an order still takes answers.
	keepOrders = 24 * time.Hour
	// sendLimit bounds one try.
	sendLimit = 5 * time.Second
)

// openOrder is an order with its last sending.
type openOrder struct {
	Order
	sentAt time.Time
}

func (o *openOrder) waits() bool { return o.Outcome == "" }

// rank orders outcomes by progress; the last three are final.
func rank(o protocol.Outcome) int {
	return slices.Index([]protocol.Outcome{"", protocol.OutcomeReceived, protocol.OutcomeStarted}, o)
}

func final(o protocol.Outcome) bool { return rank(o) < 0 }

// playOrders are the commands that sound an announcement now.
func (s *Service) playOrders(a Announcement, now time.Time) []Order {
	item := itemOf(&a, now.Add(lead).Truncate(time.Millisecond), nowAllowance)
	return s.ordersFor(a, protocol.CommandPlay, item, now)
}

// ordersFor are commands of a kind with an item to all clusters of an
// announcement on which nobody has stopped it.
func (s *Service) ordersFor(a Announcement, kind protocol.CommandKind, item protocol.Item, now time.Time) []Order {
	var orders []Order
	for _, c := range a.Clusters {
		if !slices.Contains(a.StoppedOn, c) {
			orders = append(orders, Order{Cluster: c, Announcement: a.ID, Command: protocol.Command{
				ID: "cmd-" + newID(now), Kind: kind, IssuedAt: now, ExpiresAt: item.Deadline, Item: s.itemFor(c, item)}})
		}
	}
	return orders
}

// itemFor is an item with the volume that the rules give it on a cluster.
func (s *Service) itemFor(c devices.DeviceID, it protocol.Item) *protocol.Item {
	it.Volume = s.Rules().itemVolume(c, it, s.cfg.Location)
	return &it
}

// stops returns the commands that silence an announcement wherever it may be
// sounding.
func (s *Service) stops(a Announcement) (stops []Order) {
	now := s.cfg.Now().UTC()
	s.mu.Lock()
	defer s.mu.Unlock()
	until := map[devices.DeviceID]time.Time{} // when it is silent anyway
	for _, air := range s.air {
		if air.Announcement != a.ID {
			continue
		}
		for _, d := range air.Deliveries {
			if d.Entry == nil || d.Entry.Result == devices.Interrupted {
				until[d.Cluster] = air.latestEnd()
			}
		}
	}
	for _, cluster := range s.clusters {
		cluster := cluster.ID
		if end, ok := until[cluster]; ok {
			stops = append(stops, Order{Cluster: cluster, Announcement: a.ID, Command: protocol.Command{
				ID: "cmd-" + newID(now), Kind: protocol.CommandStop, IssuedAt: now,
				ExpiresAt: end.Add(time.Minute), Stop: string(a.ID)}})
		}
	}
	return stops
}

// giveUp ends an order that no device acknowledged in time, or whose
// announcement was cancelled, with a word in the journal. A device that has the
// order in spite of that gets a stop too, and its report takes the word's place.
func (s *Service) giveUp(ctx context.Context, o Order) {
	result, reason := devices.Missed, journal.ReasonOffline
	if o.ExpiresAt.After(s.cfg.Now()) {
		result, reason = devices.Stopped, journal.ReasonCancelled
	}
	if o.Kind == protocol.CommandPlay {
		// The journal comes first: after a crash this is done again and the
		// journal takes the entry once.
		if err := s.recordInstead(ctx, s.hubEntry(ctx, o, result, reason)); err != nil {
			s.cfg.Log.Error("a missed play is not in the journal yet", "device", o.Cluster, "occurrence", o.Item.Occurrence, "error", err)
			return
		}
	}
	s.cfg.Log.Warn("command given up", "device", o.Cluster, "command", o.ID, "kind", o.Kind, "reason", reason)
	s.setOutcome(ctx, o, protocol.OutcomeExpired, reason)
}

// setOutcome records what became of an order and forgets it when that is final.
func (s *Service) setOutcome(ctx context.Context, o Order, outcome protocol.Outcome, reason string) {
	o.Outcome, o.Reason, o.OutcomeAt = outcome, reason, s.cfg.Now().UTC()
	if err := s.cfg.Store.SetOutcome(ctx, s.cfg.Commune, o); err != nil {
		s.cfg.Log.Error("outcome of command not stored", "device", o.Cluster, "command", o.ID, "error", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if final(outcome) {
		delete(s.orders, o.ID)
	} else if open := s.orders[o.ID]; open != nil {
		open.Order = o
	}
}

// HandleAck takes in how far a device came with a command. Acknowledgements of
// commands that are over, or that another device got, change nothing.
func (s *Service) HandleAck(ctx context.Context, from protocol.Address, ack protocol.Ack) {
	if err := s.load(ctx); err != nil {
		s.cfg.Log.Error("acknowledgement not taken in", "device", from, "error", err)
		return
	}
	s.mu.Lock()
	open := s.orders[ack.Command]
	if open == nil || open.Cluster != from.Device || from.Commune != s.cfg.Commune ||
		(!final(ack.Outcome) && rank(ack.Outcome) <= rank(open.Outcome)) {
		s.mu.Unlock()
		return
	}
	o := open.Order
	// From here on it is not sent again.
	open.Outcome = ack.Outcome
	s.mu.Unlock()
	if m := ack.Measured; m != nil && !beyond(&m.LevelDBFS, -200, 20) && !beyond(&m.CurrentA, -1000, 1000) && !beyond(&m.SupplyV, -1000, 1000) {
		o.Measured = m
	}
	s.setOutcome(ctx, o, ack.Outcome, ack.Reason)
	if o.Kind == protocol.CommandMore && ack.Outcome == protocol.OutcomeFailed {
		ack.Reason = remark(journal.ReasonNoWords, ack.Reason) // only the chime is heard there
		s.refused(ctx, o, ack)
	}
	if o.Kind != protocol.CommandPlay {
		return
	}
	switch ack.Outcome {
	case protocol.OutcomeFailed, protocol.OutcomeExpired:
		s.refused(ctx, o, ack)
	case protocol.OutcomeReceived, protocol.OutcomeStarted:
		s.mu.Lock()
		defer s.mu.Unlock()
		s.deliver(o.Item.Occurrence, o.Cluster, func(d *Delivery) {
			if d.Entry != nil {
				return
			}
			if d.State = "received"; ack.Outcome == protocol.OutcomeStarted {
				d.State = "playing"
			}
		})
	}
}

// refused puts a play that a device could not carry out into the journal. A
// report of the device itself takes its place.
func (s *Service) refused(ctx context.Context, o Order, ack protocol.Ack) {
	result := devices.Failed
	if ack.Outcome == protocol.OutcomeExpired {
		result = devices.Missed
	}
	if err := s.recordInstead(ctx, s.hubEntry(ctx, o, result, remark(ack.Reason, "command_"+string(ack.Outcome)))); err != nil {
		s.cfg.Log.Error("a failed play is not in the journal", "device", o.Cluster, "occurrence", o.Item.Occurrence, "error", err)
	}
}

// command sends orders until devices have them or they expire.
func (s *Service) command(ctx context.Context) error {
	var sending errgroup.Group
	defer func() { _ = sending.Wait() }()
	busy := map[devices.DeviceID]bool{} // guarded by mu
	for {
		now := s.cfg.Now()
		due, over, wake := s.dueOrders(now, busy)
		for _, o := range over {
			s.giveUp(ctx, o)
		}
		for cluster, orders := range due {
			sending.Go(func() error {
				s.send(ctx, orders)
				s.mu.Lock()
				delete(busy, cluster)
				s.mu.Unlock()
				s.wakeCommander.give()
				return nil
			})
		}
		if err := s.wakeCommander.wait(ctx, s.cfg.Now, now, wake); err != nil {
			return err
		}
	}
}

// dueOrders returns what is to be sent now, by cluster and in order of issue,
// what has expired or was cancelled, and when to look again. Clusters with something to send are
// marked busy: one at a time keeps a stop behind the play it ends.
func (s *Service) dueOrders(now time.Time, busy map[devices.DeviceID]bool) (due map[devices.DeviceID][]Order, over []Order, wake time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	due = map[devices.DeviceID][]Order{}
	for id, o := range s.orders {
		if !o.waits() {
			// The rest is told by the play report; an answer after a day is none.
			if now.Sub(o.ExpiresAt) > keepOrders {
				delete(s.orders, id)
			}
			continue
		}
		if !o.ExpiresAt.After(now) || !s.wanted(o.Order) {
			over = append(over, o.Order)
			// Should the journal fail, look again soon.
			wake = sooner(wake, now.Add(resend))
			continue
		}
		wake = sooner(wake, o.ExpiresAt)
		// A device that was not heard of yet gets one try like any other.
		if dev, heard := s.devices[o.Cluster]; (heard && !dev.online) || busy[o.Cluster] {
			continue
		}
		if next := o.sentAt.Add(resend); next.After(now) {
			wake = sooner(wake, next)
			continue
		}
		due[o.Cluster] = append(due[o.Cluster], o.Order)
	}
	for cluster, orders := range due {
		busy[cluster] = true
		slices.SortFunc(orders, func(a, b Order) int { return compare(a.ID, b.ID) })
	}
	return due, over, wake
}

// wanted reports whether an order still makes sense; mu is held.
func (s *Service) wanted(o Order) bool {
	if o.Kind != protocol.CommandPlay && o.Kind != protocol.CommandMore {
		return true
	}
	a := s.active[o.Announcement]
	return a != nil && a.State == Scheduled && !slices.Contains(a.StoppedOn, o.Cluster)
}

func (s *Service) send(ctx context.Context, orders []Order) {
	for _, o := range orders {
		s.mu.Lock()
		open := s.orders[o.ID]
		still := open != nil && open.waits() && s.wanted(o)
		s.mu.Unlock()
		if !still {
			continue
		}
		tryCtx, cancel := context.WithTimeout(ctx, sendLimit)
		err := s.cfg.Link.Send(tryCtx, s.address(o.Cluster), o.Command)
		cancel()
		if err != nil && ctx.Err() == nil {
			s.cfg.Log.Warn("command not sent, it is tried again", "device", o.Cluster, "command", o.ID, "error", err)
		}
		s.mu.Lock()
		if open := s.orders[o.ID]; open != nil {
			open.sentAt = s.cfg.Now()
		}
		s.mu.Unlock()
	}
}
