package announce

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
)

// Sounds is where audio comes from. Both return problems with words for a person.
type Sounds interface {
	// Speak turns a text in a language (BCP 47) into stored audio; the same text
	// gives the same audio. What is [Urgent] waits for no other.
	Speak(ctx context.Context, language, text string) (protocol.Audio, error)
	// Find describes stored audio.
	Find(ctx context.Context, sha256 string) (protocol.Audio, error)
}

// Link carries plans and commands to devices. A nil error means that the broker
// has the message, not that the device has it.
type Link interface {
	PublishPlan(ctx context.Context, to protocol.Address, plan protocol.Plan) error
	Send(ctx context.Context, to protocol.Address, cmd protocol.Command) error
}

// Places knows which clusters there are.
type Places interface {
	Clusters(ctx context.Context) ([]devices.Cluster, error)
}

// Config says what a [Service] works with. The callbacks may be nil. They are
// called one at a time and in order, by a goroutine of Run, with objects that
// they may keep and must not change, and they may call the service.
type Config struct {
	Commune devices.CommuneID
	Store   Store
	Sounds  Sounds
	// Chimes are the audio of the hub's chimes; every cluster keeps them all.
	Chimes map[Chime]protocol.Audio
	Link   Link
	Places Places
	// Stood returns what stood in the commune since every instant at which that
	// changed, oldest first and the present last. When it is nil or returns nothing,
	// the clusters have always stood where they stand.
	Stood func(ctx context.Context) ([]Stood, error)
	// Approval is that of a commune that has settled no rules yet. It defaults to
	// two persons.
	Approval Approval
	// Limits is that of a commune that has settled no rules yet. It defaults to warn.
	Limits Limits
	// Location is the commune's time zone.
	Location *time.Location
	// Now is [time.Now] outside tests.
	Now func() time.Time
	Log *slog.Logger

	// SetVolume keeps the volume that somebody gave a cluster; nil keeps none.
	SetVolume func(ctx context.Context, cluster devices.DeviceID, percent int) error

	// Changed gets every announcement that was made or changed; when Run begins,
	// those that wait or are planned.
	Changed func(Announcement)
	// ProgrammeChanged gets every programme that was made or changed; when Run
	// begins, those that wait or are planned.
	ProgrammeChanged func(Programme)
	// OnAir gets every occurrence that begins or of which a delivery changed.
	OnAir func(Occurrence)
	// RulesChanged gets the rules when they are first read and after each change,
	// at once and before the call that changes them returns.
	RulesChanged func(Rules)
	// Next gets the soonest occurrences, at most [NextLength], whenever they change.
	Next func([]Occurrence)
	// Planned gets the hash of each cluster's newest plan when it changes.
	Planned func(devices.DeviceID, string)
}

// NextLength is how many occurrences [Config.Next] gets at most.
const NextLength = 20

// Service is the announcing of one commune. Its methods may be called by many
// goroutines.
type Service struct {
	cfg Config

	// deciding is held while an announcement goes from one state to the next, so
	// that two approvers cannot both decide. It is taken before mu.
	deciding sync.Mutex
	loaded   atomic.Bool
	rules    atomic.Pointer[Rules] // never nil; replaced as a whole
	strays   atomic.Int64
	// recording is held while the journal is asked and added to, so that the hub's
	// own word never takes the place of a report. It is taken before mu.
	recording sync.Mutex
	unasked   map[devices.DeviceID]unaskedOf // under recording
	// placing holds a token while places are read and taken over: what was read earlier
	// never replaces what was read later.
	placing chan struct{}

	// mu guards what follows and is never held over the disk or the network.
	mu       sync.Mutex
	clusters []devices.Cluster
	ground   *ground              // where they stand and stood; replaced as a whole
	active   map[ID]*Announcement // submitted and scheduled
	devices  map[devices.DeviceID]deviceState
	orders   map[string]*openOrder // by command id
	air      map[string]*airing    // by occurrence id
	// programmes are those that wait or are planned; ended are announcements that
	// keep their place in a running programme.
	programmes map[ProgrammeID]*Programme
	ended      map[ID]*Announcement
	upcoming   upcoming // starts of the plans after rolled
	// nowhere is what was due and had no cluster left, until the journal has it.
	nowhere  []silent
	compiled Sources      // what hashes were made from
	rolled   time.Time    // up to here occurrences were put on air
	next     []Occurrence // what Config.Next was told last
	hashes   map[devices.DeviceID]string
	events   []func()

	// Each loop of Run has one; a signal that is already there is enough.
	wakePlanner, wakeCommander, wakeClock, wakeVoice, wakeRemaker, wakeProof, wakeEvents signal
	// republish asks the planner to publish every plan again.
	republish atomic.Bool
}

// deviceState is what is known of a cluster from its own words.
type deviceState struct {
	session int64
	online  bool
	playing string // occurrence
	// planHash and missing are the plan that it holds and the audio it has not yet.
	planHash string
	missing  []string
	volume   int           // 0 to 100 percent, as of its last word
	latency  time.Duration // of its output, 0 when it is not known
}

// New returns a service over cfg. It starts nothing and reads nothing.
func New(cfg Config) (*Service, error) {
	switch {
	case cfg.Store == nil || cfg.Sounds == nil || cfg.Link == nil || cfg.Places == nil:
		return nil, errors.New("announce: a store, sounds, a link and places are needed")
	case devices.CheckID(string(cfg.Commune)) != nil:
		return nil, fmt.Errorf("announce: commune: %w", devices.CheckID(string(cfg.Commune)))
	case cfg.Location == nil:
		return nil, errors.New("announce: a time zone is needed")
	}
	if cfg.Approval == "" {
		cfg.Approval = TwoPerson
	}
	if _, err := ParseApproval(string(cfg.Approval)); err != nil {
		return nil, fmt.Errorf("announce: %w", err)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	cfg.Log = cfg.Log.With("component", "announce")
	s := &Service{
		cfg:        cfg,
		ground:     newGround(nil),
		active:     map[ID]*Announcement{},
		devices:    map[devices.DeviceID]deviceState{},
		orders:     map[string]*openOrder{},
		air:        map[string]*airing{},
		programmes: map[ProgrammeID]*Programme{},
		ended:      map[ID]*Announcement{},
		hashes:     map[devices.DeviceID]string{},
		unasked:    map[devices.DeviceID]unaskedOf{},
		placing:    make(chan struct{}, 1),

		wakePlanner: newSignal(), wakeCommander: newSignal(), wakeClock: newSignal(), wakeVoice: newSignal(), wakeRemaker: newSignal(), wakeProof: newSignal(), wakeEvents: newSignal(),
	}
	limits, err := ParseLimits(string(cfg.Limits))
	if err != nil {
		return nil, fmt.Errorf("announce: %w", err)
	}
	rules := DefaultRules(cfg.Approval)
	rules.Limits = limits
	s.rules.Store(&rules)
	return s, nil
}

// Run keeps plans published, commands sent and the page informed until ctx ends.
// It publishes every plan when it begins. It returns nil when ctx ended, and an
// error only when the store cannot be read at the beginning.
func (s *Service) Run(ctx context.Context) error {
	if err := s.load(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	for _, a := range s.active {
		s.changed(*a)
	}
	for _, p := range s.programmes {
		if f := s.cfg.ProgrammeChanged; f != nil && !p.Over() {
			s.event(func() { f(*p) })
		}
	}
	for _, air := range s.air {
		s.onAir(air)
	}
	s.mu.Unlock()
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return s.plan(ctx) })
	g.Go(func() error { return s.command(ctx) })
	g.Go(func() error { return s.roll(ctx) })
	g.Go(func() error { return s.voice(ctx) })
	g.Go(func() error { return s.prove(ctx) })
	g.Go(func() error { return s.remake(ctx) })
	g.Go(func() error { return s.tell(ctx) })
	if err := g.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// load reads what is under way from the store, once.
func (s *Service) load(ctx context.Context) error {
	if s.loaded.Load() {
		return nil
	}
	s.deciding.Lock()
	defer s.deciding.Unlock()
	if s.loaded.Load() {
		return nil
	}
	if err := s.loadRules(ctx); err != nil {
		return err
	}
	if err := s.readPlaces(ctx); err != nil {
		return err
	}
	active, err := s.cfg.Store.Announcements(ctx, s.cfg.Commune, AnnouncementQuery{States: []State{Submitted, Approved, Scheduled}})
	if err != nil {
		return fmt.Errorf("read announcements: %w", err)
	}
	orders, err := s.cfg.Store.Orders(ctx, s.cfg.Commune, OrderQuery{Since: s.cfg.Now().Add(-keepOrders), OrOpen: true})
	if err != nil {
		return fmt.Errorf("read commands: %w", err)
	}
	// What plays now has been planned in the last hours; reports of it decide
	// what is still on air.
	entries, err := s.cfg.Store.Journal(ctx, s.cfg.Commune, JournalQuery{Since: s.cfg.Now().Add(-4 * time.Hour)})
	if err != nil {
		return fmt.Errorf("read journal: %w", err)
	}
	programmes, err := s.cfg.Store.Programmes(ctx, s.cfg.Commune, []State{Submitted, Scheduled, Done, Cancelled})
	if err != nil {
		return fmt.Errorf("read programmes: %w", err)
	}
	ended, err := s.cfg.Store.Announcements(ctx, s.cfg.Commune, AnnouncementQuery{States: []State{Cancelled, Done}, Limit: maxRevived})
	if err != nil {
		return fmt.Errorf("read announcements: %w", err)
	}
	// This machine's clock may have been ahead when the hub ran last.
	if err := errors.Join(s.reviveStored(ctx, active, programmes), s.reviveStored(ctx, ended, nil)); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range programmes {
		p = s.placedProgramme(p)
		s.programmes[p.ID] = &p
	}
	for _, a := range append(active, ended...) {
		if a.Over() {
			s.keepPlace(a)
		} else {
			a = s.placed(a)
			s.active[a.ID] = &a
		}
	}
	for _, o := range orders {
		if !final(o.Outcome) {
			s.orders[o.ID] = &openOrder{Order: o}
		}
	}
	s.restoreAir(orders, entries)
	s.loaded.Store(true)
	if f := s.cfg.RulesChanged; f != nil {
		f(s.Rules())
	}
	return nil
}

// Republish publishes every plan again, for a broker that has forgotten them.
func (s *Service) Republish() {
	s.republish.Store(true)
	s.wakePlanner.give()
}

// Strays counts the play reports since the start that are not in the journal: those
// of another commune, and of plays that nobody had asked for what was too much.
func (s *Service) Strays() int64 { return s.strays.Load() }

func (s *Service) address(d devices.DeviceID) protocol.Address {
	return protocol.Address{Commune: s.cfg.Commune, Device: d}
}
