package announce

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
)

const (
	// reportAllowance is how long after its latest end a play may go without a
	// report before the journal says so: a device tells at once, or when its link
	// is back.
	reportAllowance = 5 * time.Minute
	// lookBack is how far back the hub looks for plays without a word, for it may
	// have been away itself. No plan that a device holds reaches further.
	lookBack      = 8 * 24 * time.Hour
	lookBackEvery = 24 * time.Hour
	// leapt is by how much a look may be late without that the clock was put forward;
	// the journal takes nothing back, so that such a clock is watched for as long
	// before what it says to have passed is written down.
	leapt = time.Hour
)

// silent is an occurrence that is over, with the clusters that may not have told
// of it.
type silent struct {
	occurrence   string
	announcement ID
	start        time.Time
	clusters     []devices.DeviceID
}

// prove puts into the journal what no device has told of, so that there is no
// silence without an entry. What was on air is looked at when it is over; what was
// to sound in the last days, when the hub begins and every day.
func (s *Service) prove(ctx context.Context) error {
	// Devices first have to come back and to tell what they have played.
	look := s.cfg.Now().Round(0).Add(reportAllowance)
	if err := signal(nil).wait(ctx, s.cfg.Now, s.cfg.Now(), look); err != nil {
		return err
	}
	for {
		now := s.cfg.Now().Round(0)
		over, wake := s.airedSilently(now)
		switch {
		case now.Sub(look) > leapt:
			look = now.Add(leapt) // the clock was put forward: does it stay so?
		case look.Sub(now) > lookBackEvery:
			look = now.Add(reportAllowance) // it was put back
		case !now.Before(look):
			look = now.Add(lookBackEvery)
			over = append(over, s.plannedSilently(ctx, now)...)
		}
		for _, o := range over {
			for _, cluster := range o.clusters {
				if err := s.recordSilence(ctx, o, cluster); err != nil {
					s.cfg.Log.Error("a play without a report is not in the journal yet", "device", cluster, "occurrence", o.occurrence, "error", err)
				}
			}
		}
		if err := s.wakeProof.wait(ctx, s.cfg.Now, now, sooner(wake, look)); err != nil {
			return err
		}
	}
}

// airedSilently is what was on air and is over without a word of some cluster, and
// when to look again.
func (s *Service) airedSilently(now time.Time) (over []silent, wake time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, air := range s.air {
		o := silent{occurrence: id, announcement: air.Announcement, start: air.itemStart}
		for _, d := range air.Deliveries {
			if d.Entry == nil {
				o.clusters = append(o.clusters, d.Cluster)
			}
		}
		due := air.latestEnd().Add(reportAllowance)
		switch {
		case o.clusters == nil:
		case due.After(now):
			wake = sooner(wake, due)
		default:
			over = append(over, o)
			wake = sooner(wake, now.Add(reportAllowance)) // it still sounds, or the store fails
		}
	}
	return over, wake
}

// plannedSilently is all that was to sound in the last days and is over, for the
// clusters that stand in the commune.
func (s *Service) plannedSilently(ctx context.Context, now time.Time) (over []silent) {
	planned, err := s.Planned(ctx, now.Add(-lookBack), now)
	if err != nil {
		s.cfg.Log.Error("it is not known what was to sound in the last days", "error", err)
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range planned {
		if p.Over.Add(reportAllowance).Before(now) {
			over = append(over, silent{p.Occurrence, p.Announcement.ID, p.Start, s.standingOf(p.Announcement.Clusters)})
		}
	}
	return over
}

// standingOf are those of the clusters that stand in the commune; mu is held.
func (s *Service) standingOf(clusters []devices.DeviceID) []devices.DeviceID {
	return slices.DeleteFunc(slices.Clone(clusters), func(id devices.DeviceID) bool {
		_, stands := slices.BinarySearchFunc(s.clusters, id, func(c devices.Cluster, id devices.DeviceID) int { return compare(c.ID, id) })
		return !stands
	})
}

// recordSilence writes the hub's word on a play into the journal, unless somebody
// has told of it.
func (s *Service) recordSilence(ctx context.Context, o silent, cluster devices.DeviceID) error {
	s.mu.Lock()
	dev := s.devices[cluster]
	s.mu.Unlock()
	if dev.online && dev.playing == o.occurrence {
		return nil // it was interrupted for long, and will tell
	}
	now := s.cfg.Now()
	e := journal.Entry{Commune: s.cfg.Commune, Cluster: cluster, Play: "hub-" + o.occurrence, Occurrence: o.occurrence, Announcement: o.announcement,
		PlannedAt: o.start, EndedAt: now, Result: devices.Unreported, Reason: journal.ReasonNoReport, RecordedAt: now}
	if !dev.online {
		e.Reason = journal.ReasonOffline
	}
	a, err := s.known(ctx, o.announcement)
	if err != nil {
		return fmt.Errorf("look up announcement: %w", err)
	}
	e.Title = a.Title
	return s.recordInstead(ctx, e)
}
