package speaker

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"github.com/smart-commune/smart-commune/devices/protocol"
)

// Speaker is the firmware of one cluster at work.
type Speaker struct {
	cfg     Config
	log     *slog.Logger
	clock   *clock
	shelf   *shelf
	journal *journal
	backlog *backlog
	fetcher *fetcher
	link    *link
	inbox   chan any

	// All that follows belongs to the goroutine of Run.
	plan     *protocol.Plan
	settings settings
	begun    []*begun // items begun and not done: the one that sounds and those that were interrupted
	voice    *voice   // what sounds now, nil for silence
	servo    servo    // keeps it in step
	dirty    bool     // something changed: decide again
	wake     time.Time
	held     []protocol.Command // commands that wait for the clock to be right
	unsaid   []outcomeNote      // acknowledgements that wait for a link
	trial    *trial             // the self-test that sounds, nil for none
	reboot   bool               // start anew
	lacking  []string           // the audio of the plan that is missing
	lost     bool               // the time is not known
	found    time.Time          // when it became known again, zero when it always was
	sure     bool               // the hub has told the time
	rough    bool               // the time was taken from a command

	session      int64 // of the link, 0 without one
	connected    time.Time
	told         protocol.State // the state told last on this link
	clockNoted   time.Time      // local, zero when not in this run
	nextSample   time.Time
	playSent     map[string]time.Time // when each unconfirmed play was sent on this link
	level        meter                // of the samples since the last report
	measureAgain time.Time

	unsaved   map[string][]byte // files that the disk has not taken yet
	diskAgain time.Time         // local, when it is tried again; zero when nothing waits
	planSaved string            // hash of the plan on disk
}

// ErrReboot is returned by [Speaker.Run] when the hub asked for a new start: the
// caller makes a new Speaker at once.
var ErrReboot = errors.New("the hub asks for a new start")

func (s *Speaker) file(name string) string { return filepath.Join(s.cfg.Dir, name) }

func (s *Speaker) close() error {
	s.backlog.close()
	return s.journal.close()
}

// Run works until ctx is done and returns when all its goroutines have ended.
// What sounds then goes on after the next start, as after a loss of power. A
// Speaker runs once.
func (s *Speaker) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	var others sync.WaitGroup
	others.Go(func() { s.link.run(ctx) })
	others.Go(func() { s.fetcher.run(ctx) })
	s.loop(ctx)
	cancel()
	others.Wait()
	err := s.close()
	if s.reboot {
		return errors.Join(ErrReboot, err)
	}
	return err
}

// loop owns the device: it decides what sounds, sounds it piece by piece, and
// between the pieces takes what came in and sends what is due.
func (s *Speaker) loop(ctx context.Context) {
	now := s.cfg.Now()
	s.nextSample = s.sampleAfter(now)
	s.playSent = map[string]time.Time{}
	s.afterPowerLoss()
	s.afterStart()
	s.need()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for ctx.Err() == nil && !s.reboot {
		s.work()
		if s.voice != nil || s.trial != nil {
			s.soundSomething(ctx)
			s.handleWaiting()
			continue
		}
		timer.Reset(s.pause())
		select {
		case event := <-s.inbox:
			s.handle(event)
			s.handleWaiting()
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	s.silence()
}

// soundSomething sounds one chunk: an item comes before a self-test.
func (s *Speaker) soundSomething(ctx context.Context) {
	if s.voice == nil {
		s.soundTrial(ctx)
		return
	}
	s.failTrial(protocol.ReasonPreempted)
	s.sound(ctx)
}

// handleWaiting takes the events that are there already.
func (s *Speaker) handleWaiting() {
	for {
		select {
		case event := <-s.inbox:
			s.handle(event)
		default:
			return
		}
	}
}

// work does all that is due.
func (s *Speaker) work() {
	now := s.clock.now()
	if s.dirty || !s.wake.IsZero() && !now.Before(s.wake) {
		s.decide(now)
	}
	local := s.cfg.Now()
	s.measure(local)
	s.saveAgain(local)
	if len(s.held) > 0 && local.Sub(s.connected) >= clockPatience {
		s.releaseHeld()
	}
	if s.session != 0 {
		s.tell()
		s.sendPlays(local)
		s.sendReadings(local)
	}
}

// pause is for how long nothing is due.
func (s *Speaker) pause() time.Duration {
	if s.dirty {
		return 0
	}
	local := s.cfg.Now()
	d := s.nextSample.Sub(local)
	if !s.wake.IsZero() {
		d = min(d, s.wake.Sub(s.clock.now()))
	}
	if s.session != 0 && len(s.held) > 0 {
		d = min(d, 100*time.Millisecond)
	}
	if !s.diskAgain.IsZero() {
		d = min(d, s.diskAgain.Sub(local))
	}
	if len(s.playSent) > 0 || len(s.backlog.batches) > 0 {
		d = min(d, s.cfg.sendAgain)
	}
	return min(max(d, 0), s.cfg.Report)
}
