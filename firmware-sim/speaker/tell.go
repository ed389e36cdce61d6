package speaker

import (
	"reflect"
	"time"

	"github.com/smart-commune/smart-commune/devices/protocol"
)

// tell publishes the state when it differs from what was told last.
func (s *Speaker) tell() {
	offset, _ := s.clock.state()
	state := protocol.State{
		Session: s.session, Online: true, Firmware: s.cfg.Firmware, Model: s.cfg.Model,
		Volume: s.settings.Volume, Missing: s.lacking, ClockUnset: s.lost,
		ClockOffsetMS:   float64(offset.Round(time.Millisecond)) / float64(time.Millisecond),
		OutputLatencyMS: s.latencyToTell(),
	}
	state.PlanHash = s.planSaved
	if v := s.voice; v != nil {
		it := v.begun.Item
		state.Playing = &protocol.Playing{Occurrence: it.Occurrence, Announcement: it.Announcement, Title: it.Title,
			Level: it.Level, StartedAt: v.begun.StartedAt, DurationMS: it.DurationMS()}
	}
	if s.muted(s.clock.now()) {
		state.MutedUntil = &s.settings.MutedUntil
	}
	// A few milliseconds more or less are no news.
	if d := state.ClockOffsetMS - s.told.ClockOffsetMS; s.told.Session != 0 && d*d < 25 {
		state.ClockOffsetMS = s.told.ClockOffsetMS
	}
	state.At = s.told.At
	if reflect.DeepEqual(state, s.told) {
		return
	}
	state.At = s.clock.now()
	if s.link.send(protocol.ChannelState, state) {
		s.told = state
	}
}

// latencyStep is what the told latency of the output is rounded up to: it moves by
// less from moment to moment.
const latencyStep = 50 * time.Millisecond

// latencyToTell is the latency of the output in milliseconds, 0 when it is not
// known. Less is told only when it is clearly less.
func (s *Speaker) latencyToTell() int {
	out, ok := s.cfg.Output.(Timed)
	if !ok {
		return 0
	}
	latency := (out.Latency() + latencyStep - 1).Truncate(latencyStep)
	told := time.Duration(s.told.OutputLatencyMS) * time.Millisecond
	if latency > 0 && latency < told && told-latency <= 2*latencyStep {
		latency = told
	}
	return int(latency.Milliseconds())
}

const (
	// playsAtOnce and batchesAtOnce bound what is on its way without a receipt.
	playsAtOnce   = 100
	batchesAtOnce = 4
)

func (s *Speaker) sendPlays(local time.Time) {
	var p protocol.Plays
	for _, play := range s.journal.plays[:min(len(s.journal.plays), playsAtOnce)] {
		if at, sent := s.playSent[play.ID]; !sent || local.Sub(at) >= s.cfg.sendAgain {
			p.Plays = append(p.Plays, play)
		}
	}
	if len(p.Plays) == 0 || !s.link.send(protocol.ChannelPlay, p) {
		return
	}
	for _, play := range p.Plays {
		s.playSent[play.ID] = local
	}
}

func (s *Speaker) sendReadings(local time.Time) {
	for _, b := range s.backlog.batches[:min(len(s.backlog.batches), batchesAtOnce)] {
		if !b.sent.IsZero() && local.Sub(b.sent) < s.cfg.sendAgain {
			continue
		}
		b.sent = local
		t, err := s.backlog.take(b)
		if err != nil {
			s.log.Error("a batch of readings cannot be read", "batch", b.name, "error", err)
			continue
		}
		if !s.link.send(protocol.ChannelTelemetry, t) {
			b.sent = time.Time{}
			return
		}
	}
}
