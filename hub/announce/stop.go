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

// Stopped is what a stop silenced.
type Stopped struct {
	Clusters []devices.DeviceID `json:"clusters"`
	Silenced []Interruption     `json:"silenced"`
}

// Stop silences everything on the clusters of the target, at once: what sounds,
// and what was to sound now. What is planned for later goes on as planned. A zero
// target means everywhere.
func (s *Service) Stop(ctx context.Context, who string, target Target) (Stopped, error) {
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
	silenced := s.sounding(clusters)
	// The devices come first; the books follow.
	orders := make([]Order, len(clusters))
	for i, c := range clusters {
		orders[i] = Order{Cluster: c, By: who, Command: protocol.Command{
			ID: "cmd-" + newID(now), Kind: protocol.CommandStop, IssuedAt: now, ExpiresAt: now.Add(stopAllowance)}}
	}
	if err := s.addOrders(ctx, orders); err != nil {
		return Stopped{}, err
	}
	out := Stopped{Clusters: clusters, Silenced: silenced}
	s.cfg.Log.Warn("stop", "who", who, "clusters", len(clusters), "silenced", len(out.Silenced))

	s.deciding.Lock()
	defer s.deciding.Unlock()
	for _, a := range s.nowOn(clusters) {
		if err := s.stopNow(ctx, a, who, clusters); err != nil {
			return out, err
		}
	}
	return out, nil
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
