package announce

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/devices"
)

// Cut is an occurrence of a programme of which somebody took the rest away while it
// ran: from then on nothing of it sounds on the clusters. Others go on, in step as
// before.
type Cut struct {
	// Start is when the occurrence was due.
	Start    time.Time          `json:"start"`
	At       time.Time          `json:"at"`
	By       string             `json:"by"`
	Clusters []devices.DeviceID `json:"clusters"`
}

// maxCuts bounds how many are remembered of a programme, for the calendar's past.
const maxCuts = 500

// cutOn is from when on nothing of the session sounds on a cluster, zero for never.
func (s *session) cutOn(cluster devices.DeviceID) (at time.Time) {
	for i := range s.programme.Cuts {
		if c := &s.programme.Cuts[i]; c.Start.Equal(s.start) && slices.Contains(c.Clusters, cluster) && (at.IsZero() || c.At.Before(at)) {
			at = c.At
		}
	}
	return at
}

// cutRest takes the rest of what runs away on some clusters; deciding is held.
func (s *Service) cutRest(ctx context.Context, who string, coming []Coming) error {
	now := s.cfg.Now().UTC()
	for _, c := range coming {
		if !c.Running || c.Programme == "" {
			continue
		}
		p, err := s.Programme(ctx, c.Programme)
		if err != nil {
			return err
		}
		if p.State != Scheduled {
			continue // it was cancelled wholly
		}
		p.Cuts = append(slices.Clone(p.Cuts), Cut{Start: c.Start, At: now, By: who, Clusters: c.Clusters})
		p.Cuts = p.Cuts[max(0, len(p.Cuts)-maxCuts):]
		stops := slices.DeleteFunc(s.programmeStops(p.ID), func(o Order) bool { return !slices.Contains(c.Clusters, o.Cluster) })
		if err := s.cfg.Store.SaveProgrammes(ctx, s.cfg.Commune, []Programme{p}, stops); err != nil {
			return fmt.Errorf("save programme %s: %w", p.ID, err)
		}
		s.tookProgramme(p)
		s.mu.Lock()
		for _, o := range stops {
			s.orders[o.ID] = &openOrder{Order: o}
		}
		s.mu.Unlock()
		s.wakeCommander.give()
		s.cfg.Log.Info("rest of a programme taken away", "programme", p.ID, "who", who, "start", c.Start, "clusters", len(c.Clusters))
	}
	return nil
}

// uncut gives back the rest that who took away last, within the time for that.
func (p *Programme) uncut(who string, now time.Time) bool {
	n := len(p.Cuts)
	if n == 0 || p.Cuts[n-1].By != who || now.Sub(p.Cuts[n-1].At) > undoFor ||
		p.Proposed != nil && p.Proposed.At.After(p.Cuts[n-1].At) || p.lastSince().After(p.Cuts[n-1].At) {
		return false
	}
	p.Cuts = slices.Clone(p.Cuts[:n-1])
	return true
}

// mayBeUncut reports whether somebody may still give back a rest: until then a
// programme that has nothing else left is not over.
func (p *Programme) mayBeUncut(now time.Time) bool {
	n := len(p.Cuts)
	return n > 0 && now.Sub(p.Cuts[n-1].At) <= undoFor
}
