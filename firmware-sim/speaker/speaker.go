package speaker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
)

// Config is what the firmware of a cluster needs.
type Config struct {
	Address protocol.Address
	// Secret is the device's password towards broker and media store.
	Secret string
	// Broker is tcp://host:port.
	Broker string
	// Media is the base URL of the media store: audio is at {Media}/media/{sha256}.
	Media string
	// Dir holds all state of this device and of no other.
	Dir string
	// Output makes the sound. The speaker does not close it.
	Output Output
	// Sensors measure the cluster. They default to none.
	Sensors Sensors
	// Dial makes every connection of the device. It defaults to a [net.Dialer].
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	// Now is the device's own clock, right or wrong. It defaults to [time.Now].
	Now func() time.Time
	// Quota is for audio, in bytes. It defaults to 2 GB.
	Quota int64
	// Report is how often the sensors are read for the hub. It defaults to
	// [devices.ReportInterval].
	Report time.Duration
	// Transport connects to the hub. It defaults to MQTT at Broker through Dial.
	Transport Transport
	// Log defaults to discarding.
	Log *slog.Logger
	// Firmware and Model are told to the hub.
	Firmware, Model string

	// sendAgain is how long the device waits for a receipt. It defaults to 15 s.
	sendAgain time.Duration
}

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
	sure     bool               // the hub has told the time
	rough    bool               // the time was taken from a command

	session      int64 // of the link, 0 without one
	connected    time.Time
	told         protocol.State // the state told last on this link
	nextAsk      time.Time
	clockNoted   time.Time // local, zero when not in this run
	nextSample   time.Time
	playSent     map[string]time.Time // when each unconfirmed play was sent on this link
	level        meter                // of the samples since the last report
	measureAgain time.Time
}

// shelfChanged says that audio came or went.
type shelfChanged struct{}

// ErrReboot is returned by [Speaker.Run] when the hub asked for a new start: the
// caller makes a new Speaker at once.
var ErrReboot = errors.New("the hub asks for a new start")

// New opens the state of a device on disk; it does not dial.
func New(cfg Config) (*Speaker, error) {
	if cfg.Output == nil || cfg.Dir == "" || cfg.Broker == "" && cfg.Transport == nil || cfg.Media == "" {
		return nil, errors.New("a speaker needs an output, a directory, a broker and a media store")
	}
	if cfg.Report == 0 {
		cfg.Report = devices.ReportInterval
	}
	if cfg.Sensors == nil {
		cfg.Sensors = noSensors{}
	}
	if cfg.Dial == nil {
		cfg.Dial = (&net.Dialer{}).DialContext
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Quota == 0 {
		cfg.Quota = 2 << 30
	}
	if cfg.sendAgain == 0 {
		cfg.sendAgain = 15 * time.Second
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	s := &Speaker{
		cfg:   cfg,
		log:   cfg.Log.With("component", "speaker", "device", cfg.Address.Device),
		clock: newClock(cfg.Now),
		inbox: make(chan any, 64),
		dirty: true,
	}
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("state of %s: %w", cfg.Address, err)
	}
	var err error
	if s.shelf, err = openShelf(filepath.Join(cfg.Dir, "audio"), cfg.Quota, s.log); err != nil {
		return nil, fmt.Errorf("audio of %s: %w", cfg.Address, err)
	}
	if s.journal, err = openJournal(s.file("journal.log")); err != nil {
		return nil, fmt.Errorf("journal of %s: %w", cfg.Address, err)
	}
	if s.backlog, err = openBacklog(s.file("readings"), backlogSamples); err != nil {
		return nil, errors.Join(fmt.Errorf("readings of %s: %w", cfg.Address, err), s.journal.close())
	}
	s.fetcher = newFetcher(cfg.Media, cfg.Address, cfg.Secret, cfg.Dial, s.shelf, s.log, func() {
		select {
		case s.inbox <- shelfChanged{}:
		default: // the loop looks at the shelf anyway when it has emptied its inbox
		}
	})
	if cfg.Transport == nil {
		cfg.Transport = MQTT{Address: cfg.Address, Secret: cfg.Secret, Broker: cfg.Broker, Dial: cfg.Dial}
	}
	s.link = newLink(cfg, s.clock, s.log, func(ctx context.Context, event any) {
		select {
		case s.inbox <- event:
		case <-ctx.Done():
		}
	})
	if err := errors.Join(s.loadClock(), s.loadPlan(), s.loadSettings(), s.loadBegun()); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

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
	err := s.loop(ctx)
	cancel()
	others.Wait()
	return errors.Join(err, s.close())
}

// loop owns the device: it decides what sounds, sounds it piece by piece, and
// between the pieces takes what came in and sends what is due.
func (s *Speaker) loop(ctx context.Context) error {
	now := s.cfg.Now()
	s.nextSample = s.sampleAfter(now)
	s.playSent = map[string]time.Time{}
	if err := errors.Join(s.afterPowerLoss(), s.afterStart()); err != nil {
		return err
	}
	s.need()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for ctx.Err() == nil && !s.reboot {
		if err := s.work(); err != nil {
			return err
		}
		if s.voice != nil || s.trial != nil {
			if err := s.soundSomething(ctx); err != nil {
				return err
			}
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
	if err := s.silence(); err != nil || !s.reboot {
		return err
	}
	return ErrReboot
}

// soundSomething sounds one chunk: an item comes before a self-test.
func (s *Speaker) soundSomething(ctx context.Context) error {
	if s.voice == nil {
		return s.soundTrial(ctx)
	}
	if err := s.failTrial(reasonPreempted); err != nil {
		return err
	}
	return s.sound(ctx)
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
func (s *Speaker) work() error {
	now := s.clock.now()
	if s.dirty || !s.wake.IsZero() && !now.Before(s.wake) {
		if err := s.decide(now); err != nil {
			return err
		}
	}
	local := s.cfg.Now()
	s.measure(local)
	if len(s.held) > 0 && local.Sub(s.connected) >= clockPatience {
		s.releaseHeld()
	}
	if s.session != 0 {
		s.tell()
		s.askClock(local)
		s.sendPlays(local)
		return s.sendReadings(local)
	}
	return nil
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
	if s.session != 0 {
		d = min(d, s.nextAsk.Sub(local))
		if len(s.held) > 0 {
			d = min(d, 100*time.Millisecond)
		}
	}
	if len(s.playSent) > 0 || len(s.backlog.batches) > 0 {
		d = min(d, s.cfg.sendAgain)
	}
	return min(max(d, 0), s.cfg.Report)
}

// handle takes one event.
func (s *Speaker) handle(event any) {
	switch e := event.(type) {
	case linkUp:
		s.dirty = true
		s.session, s.connected = e.session, s.cfg.Now()
		s.told = protocol.State{}
		s.clock.connected()
		s.nextAsk = s.connected
		clear(s.playSent)
		for _, b := range s.backlog.batches {
			b.sent = time.Time{}
		}
		s.fetcher.retry()
		s.catchUp()
	case linkDown:
		s.session = 0
	case shelfChanged:
		s.dirty = true
	case message:
		s.receive(e)
	}
}

// receive takes a message of the hub. One that makes no sense is logged and
// changes nothing.
func (s *Speaker) receive(m message) {
	var err error
	switch m.channel {
	case protocol.ChannelClockAnswer:
		var a protocol.ClockAnswer
		if a, err = protocol.Decode[protocol.ClockAnswer](m.payload); err == nil && s.clock.answer(a, m.at) {
			s.dirty = s.dirty || s.lost || !s.sure
			s.sure = true
			s.noteClock()
			s.releaseHeld()
		}
	case protocol.ChannelPlan:
		s.dirty = true
		err = s.takePlan(m.payload)
	case protocol.ChannelCommand:
		s.dirty = true
		var c protocol.Command
		if c, err = protocol.Decode[protocol.Command](m.payload); err == nil {
			err = s.command(c)
		}
	case protocol.ChannelReceipt:
		var r protocol.Receipt
		if r, err = protocol.Decode[protocol.Receipt](m.payload); err == nil {
			err = s.confirm(r)
		}
	}
	if err != nil {
		s.log.Warn("a message of the hub is refused", "channel", m.channel, "error", err)
	}
}

// confirm forgets what the hub has stored.
func (s *Speaker) confirm(r protocol.Receipt) error {
	err := s.journal.receive(r.Plays)
	for _, id := range r.Plays {
		delete(s.playSent, id)
	}
	for _, name := range r.Batches {
		err = errors.Join(err, s.backlog.remove(name))
	}
	return errors.Join(err, s.journal.compact(s.clock.now(), s.planned))
}

// tell publishes the state when it differs from what was told last.
func (s *Speaker) tell() {
	offset, _ := s.clock.state()
	state := protocol.State{
		Session: s.session, Online: true, Firmware: s.cfg.Firmware, Model: s.cfg.Model,
		Volume: s.settings.Volume, Missing: s.lacking, ClockUnset: s.lost,
		ClockOffsetMS: float64(offset.Round(time.Millisecond)) / float64(time.Millisecond),
	}
	if s.plan != nil {
		state.PlanHash = s.plan.Hash
	}
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

// askClock asks the hub for its time when that is due.
func (s *Speaker) askClock(local time.Time) {
	if local.Before(s.nextAsk) {
		return
	}
	s.link.send(protocol.ChannelClockAsk, s.clock.ask())
	pause := s.clock.pause()
	s.nextAsk = local.Add(pause + rand.N(pause/10))
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

func (s *Speaker) sendReadings(local time.Time) error {
	for _, b := range s.backlog.batches[:min(len(s.backlog.batches), batchesAtOnce)] {
		if !b.sent.IsZero() && local.Sub(b.sent) < s.cfg.sendAgain {
			continue
		}
		t, err := s.backlog.take(b)
		if err != nil {
			return err
		}
		if !s.link.send(protocol.ChannelTelemetry, t) {
			return nil
		}
		b.sent = local
	}
	return nil
}
