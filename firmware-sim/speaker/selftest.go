package speaker

import (
	"context"
	"math"

	"github.com/smart-commune/smart-commune/devices/protocol"
)

const (
	trialTone   = 1000                     // Hz
	trialLength = protocol.SampleRate      // samples: one second
	trialFade   = protocol.SampleRate / 50 // samples: no click at either end
	trialPeak   = 0.5 * 32767
)

// trial is a self-test: a short tone at the cluster's volume and what is measured
// meanwhile.
type trial struct {
	command  string
	position int
	level    meter
	current  mean
	supply   float64 // lowest
	pcm      []int16
}

// beginTrial starts a self-test, unless something sounds.
func (s *Speaker) beginTrial(command string) {
	switch {
	case s.voice != nil || s.trial != nil:
		s.outcome(command, protocol.OutcomeFailed, "something sounds already")
	case s.muted(s.clock.now()):
		s.outcome(command, protocol.OutcomeFailed, protocol.ReasonMuted)
	default:
		s.trial = &trial{command: command, supply: math.Inf(1), pcm: make([]int16, chunk)}
		s.outcome(command, protocol.OutcomeStarted, "")
	}
}

// failTrial ends a self-test that cannot be finished.
func (s *Speaker) failTrial(reason string) {
	t := s.trial
	if t == nil {
		return
	}
	s.trial = nil
	s.cfg.Output.Drop()
	s.outcome(t.command, protocol.OutcomeFailed, reason)
}

// soundTrial sounds one chunk of the self-test.
func (s *Speaker) soundTrial(ctx context.Context) {
	t := s.trial
	n := min(chunk, trialLength-t.position)
	for i := range t.pcm[:n] {
		at := t.position + i
		fade := math.Min(1, float64(min(at, trialLength-at))/trialFade)
		t.pcm[i] = int16(trialPeak * fade * math.Sin(2*math.Pi*trialTone*float64(at)/protocol.SampleRate))
	}
	pcm := t.pcm[:n]
	amplify(pcm, Gain(s.settings.Volume))
	t.level.add(pcm)
	t.position += n
	err := s.cfg.Output.Write(ctx, pcm)
	if err == nil && t.position == trialLength {
		err = s.cfg.Output.Drain(ctx)
	}
	switch {
	case ctx.Err() != nil:
		return // switched off; the next start says so
	case err != nil:
		s.log.Error("the output fails", "error", err)
		s.failTrial(protocol.ReasonOutput)
		return
	}
	values := s.cfg.Sensors.Read()
	if a, ok := values[protocol.MetricAmpCurrent]; ok {
		t.current.add(a)
	}
	if v, ok := values[protocol.MetricSupply]; ok {
		t.supply = min(t.supply, v)
	}
	if t.position < trialLength {
		return
	}
	s.trial = nil
	found := protocol.Measured{LevelDBFS: *t.level.dbfs()}
	if a := t.current.value(); a != nil {
		found.CurrentA = *a
	}
	if !math.IsInf(t.supply, 0) {
		found.SupplyV = t.supply
	}
	s.log.Info("self-test", "level_dbfs", found.LevelDBFS, "current_a", found.CurrentA, "supply_v", found.SupplyV)
	s.conclude(outcomeNote{ID: t.command, Outcome: protocol.OutcomeFinished, Measured: &found})
}
