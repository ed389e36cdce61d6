package announce

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

// stopAllowance is how long a stop of everything is worth sending: later it
// would silence what nobody meant.
const stopAllowance = time.Minute

// stopLooksAhead is how far a stop tells what sounds next.
const stopLooksAhead = time.Hour

// Stopped is what a stop silenced, and what it did not.
type Stopped struct {
	Clusters []devices.DeviceID `json:"clusters"`
	// Silenced is what sounded, and what had given way to something more urgent and
	// would have gone on.
	Silenced []Interruption `json:"silenced"`
	// Ended are the programmes of which the rest was taken away on these clusters, as
	// it would have gone on.
	Ended []Coming `json:"ended"`
	// Coming is what sounds next on these clusters in spite of the stop: the rest of
	// programmes that run, and what is planned within an hour; soonest first.
	Coming []Coming `json:"coming"`
}

// Coming is an occurrence that sounds on clusters which were told to stop.
type Coming struct {
	// ID is the occurrence's, "{announcement or programme}@{start as Unix seconds}".
	ID           string      `json:"id"`
	Announcement ID          `json:"announcement,omitempty"`
	Programme    ProgrammeID `json:"programme,omitempty"`
	Title        string      `json:"title"`
	// Start is when the occurrence was or is due; Next when it sounds next there.
	Start time.Time `json:"start"`
	Next  time.Time `json:"next"`
	// Running says that it has begun, so that this is its rest.
	Running  bool               `json:"running,omitempty"`
	Pieces   int                `json:"pieces"` // how many are left
	Clusters []devices.DeviceID `json:"clusters"`
}

// Stop silences everything on the clusters of the target, at once: what sounds,
// and what was to sound now. What is planned for later goes on as planned, and so
// does the rest of a programme that runs, unless rest says that it is taken away,
// too; the answer tells of both. A zero target means everywhere.
func (s *Service) Stop(ctx context.Context, who string, target Target, rest bool) (Stopped, error) {
	if err := s.load(ctx); err != nil {
		return Stopped{}, err
	}
	if !target.All && len(target.Villages) == 0 && len(target.Clusters) == 0 {
		target.All = true
	}
	clusters, err := s.resolve(target)
	if err != nil {
		return Stopped{}, err
	}
	now := s.cfg.Now().UTC()
	silenced := s.silenceable(clusters)
	// The devices come first; the books follow.
	orders := make([]Order, len(clusters))
	for i, c := range clusters {
		orders[i] = Order{Cluster: c, By: who, Command: protocol.Command{
			ID: "cmd-" + newID(now), Kind: protocol.CommandStop, IssuedAt: now, ExpiresAt: now.Add(stopAllowance)}}
	}
	if err := s.addOrders(ctx, orders); err != nil {
		return Stopped{}, err
	}
	out := Stopped{Clusters: clusters, Silenced: silenced, Ended: []Coming{}, Coming: []Coming{}}
	s.cfg.Log.Warn("stop", "who", who, "clusters", len(clusters), "silenced", len(out.Silenced), "rest", rest)

	s.deciding.Lock()
	defer s.deciding.Unlock()
	for _, a := range s.nowOn(clusters) {
		if err := s.stopNow(ctx, a, who, clusters); err != nil {
			return out, err
		}
	}
	out.Coming = s.coming(clusters, now)
	if !rest {
		return out, nil
	}
	if err := s.cutRest(ctx, who, out.Coming); err != nil {
		return out, err
	}
	for _, c := range out.Coming {
		if c.Running {
			out.Ended = append(out.Ended, c)
		}
	}
	out.Coming = s.coming(clusters, now)
	return out, nil
}

// coming tells what sounds next on some clusters.
func (s *Service) coming(clusters []devices.DeviceID, now time.Time) []Coming {
	s.mu.Lock()
	src := s.sources(now)
	s.mu.Unlock()
	on := slices.Sorted(slices.Values(clusters))
	out := []Coming{}
	for _, sp := range spans(src, now, now.Add(stopLooksAhead), on) {
		c := Coming{ID: sp.id, Announcement: sp.announcement, Programme: sp.programme, Title: sp.title, Start: sp.due, Running: !sp.start.After(now)}
		add := func(at time.Time, on []devices.DeviceID) {
			if on == nil || !at.After(now) {
				return
			}
			if c.Pieces++; c.Next.IsZero() {
				c.Next = at
			}
			c.Clusters = union(c.Clusters, on)
		}
		if sp.programme == "" {
			add(sp.start, intersection(sp.clusters, on))
		}
		for _, p := range sp.pieces {
			add(p.Start, intersection(p.clusters, on))
		}
		if c.Pieces > 0 {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b Coming) int { return a.Next.Compare(b.Next) })
	return out
}

// nowOn returns the announcements that sound or were to sound now on some of the
// clusters.
func (s *Service) nowOn(clusters []devices.DeviceID) (list []Announcement) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.active {
		if a.State == Scheduled && a.When.Kind == schedule.Now && slices.ContainsFunc(a.Clusters, func(c devices.DeviceID) bool {
			return slices.Contains(clusters, c) && !slices.Contains(a.StoppedOn, c)
		}) {
			list = append(list, *a)
		}
	}
	return list
}

// stopNow ends an announcement on some clusters, and wholly when it is left
// nowhere; deciding is held.
func (s *Service) stopNow(ctx context.Context, a Announcement, who string, on []devices.DeviceID) error {
	a.StoppedOn = slices.Clone(a.StoppedOn)
	left := false
	for _, c := range a.Clusters {
		switch {
		case slices.Contains(a.StoppedOn, c):
		case slices.Contains(on, c):
			a.StoppedOn = append(a.StoppedOn, c)
		default:
			left = true
		}
	}
	// A device that is away for longer than a general stop lives is told by name.
	stops := slices.DeleteFunc(s.stops(a), func(o Order) bool { return !slices.Contains(on, o.Cluster) })
	if !left {
		_, err := s.settle(ctx, a, who, Cancelled, stops)
		return err
	}
	return s.save(ctx, a, stops)
}

// addOrders makes orders that belong to no announcement durable and sends them.
func (s *Service) addOrders(ctx context.Context, orders []Order) error {
	if err := s.cfg.Store.AddOrders(ctx, s.cfg.Commune, orders); err != nil {
		return fmt.Errorf("save commands: %w", err)
	}
	s.mu.Lock()
	for _, o := range orders {
		s.orders[o.ID] = &openOrder{Order: o}
	}
	s.mu.Unlock()
	s.wakeCommander.give()
	return nil
}
