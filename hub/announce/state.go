package announce

import (
	"context"
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
)

// HandleState takes in what a device says of itself. Farewells of an older session
// than the newest are late last wills and change nothing.
func (s *Service) HandleState(ctx context.Context, from protocol.Address, st protocol.State) {
	if err := s.load(ctx); err != nil {
		s.cfg.Log.Error("state not taken in", "device", from, "error", err)
		return
	}
	if from.Commune != s.cfg.Commune {
		return
	}
	now := deviceState{session: st.Session, online: st.Online, volume: st.Volume, planHash: st.PlanHash, missing: st.Missing}
	if st.Online && st.Playing != nil {
		now.playing = st.Playing.Occurrence
	}
	now.latency = time.Duration(st.OutputLatencyMS) * time.Millisecond
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.devices[from.Device]
	if st.Late(was.session) {
		return
	}
	if !st.Online {
		// A last will knows none of them; what is on the disk stays there.
		now.volume, now.planHash, now.missing = was.volume, was.planHash, was.missing
	}
	s.devices[from.Device] = now
	if len(now.missing) > 0 {
		s.wakeRemaker.give()
	}
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
		if d.Entry == nil || slices.Contains([]devices.Result{devices.Interrupted, devices.Missed, devices.Unreported}, d.Entry.Result) {
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
	for _, o := range s.upcoming.slots {
		if o.ID == occurrence {
			s.beginSlot(o, planAllowance)
			return
		}
	}
}
