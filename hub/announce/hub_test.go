package announce_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/announcetest"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
	"github.com/smart-commune/smart-commune/hub/problem"
)

const commune = devices.CommuneID("luc-binh")

var hanoi = time.FixedZone("Asia/Ho_Chi_Minh", 7*3600)

func addr(c devices.DeviceID) protocol.Address { return protocol.Address{Commune: commune, Device: c} }

// voice answers every text with audio of ten seconds.
type voice struct{}

var spoken = protocol.Audio{SHA256: strings.Repeat("a", 64), Bytes: 1000, DurationMS: 10_000}

func (voice) Speak(_ context.Context, _, text string) (protocol.Audio, error) {
	if len(text) > 5000 {
		return protocol.Audio{}, problem.New(problem.Invalid, "text_too_long", "dài", "long")
	}
	return spoken, nil
}

func (voice) Find(_ context.Context, sha string) (protocol.Audio, error) {
	if sha != spoken.SHA256 {
		return protocol.Audio{}, problem.New(problem.NotFound, "audio_not_found", "không có", "none")
	}
	return spoken, nil
}

// air is the link to a village: it keeps what was sent, and may be down.
type air struct {
	mu       sync.Mutex
	down     error
	plans    map[devices.DeviceID]protocol.Plan
	planned  map[devices.DeviceID]int // publications
	commands map[devices.DeviceID][]protocol.Command
	sentAt   map[devices.DeviceID][]time.Time
}

func newAir() *air {
	return &air{plans: map[devices.DeviceID]protocol.Plan{}, planned: map[devices.DeviceID]int{},
		commands: map[devices.DeviceID][]protocol.Command{}, sentAt: map[devices.DeviceID][]time.Time{}}
}

func (a *air) PublishPlan(_ context.Context, to protocol.Address, p protocol.Plan) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.down != nil {
		return a.down
	}
	if err := p.Check(); err != nil {
		return err
	}
	a.plans[to.Device] = p
	a.planned[to.Device]++
	return nil
}

func (a *air) Send(_ context.Context, to protocol.Address, c protocol.Command) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.down != nil {
		return a.down
	}
	if err := c.Check(); err != nil {
		return err
	}
	a.commands[to.Device] = append(a.commands[to.Device], c)
	a.sentAt[to.Device] = append(a.sentAt[to.Device], time.Now())
	return nil
}

func (a *air) cut(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.down = err
}

func (a *air) sent(c devices.DeviceID) []protocol.Command {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.commands[c])
}

func (a *air) plan(c devices.DeviceID) protocol.Plan {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.plans[c]
}

func (a *air) publications() map[devices.DeviceID]int {
	a.mu.Lock()
	defer a.mu.Unlock()
	out := map[devices.DeviceID]int{}
	for c, n := range a.planned {
		out[c] = n
	}
	return out
}

// village is the list of clusters; two in each of na-chuong and ban-pieng.
type village struct {
	mu    sync.Mutex
	list  []devices.Cluster
	stood []announce.Stood
}

func newVillage() *village {
	v := &village{}
	for i := range 4 {
		v.list = append(v.list, devices.Cluster{ID: devices.DeviceID(fmt.Sprintf("loa-%02d", i+1)),
			Village: []devices.VillageID{"na-chuong", "ban-pieng"}[i/2], Volume: 80})
	}
	v.note()
	return v
}

func (v *village) Clusters(context.Context) ([]devices.Cluster, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.list), nil
}

func (v *village) edit(f func([]devices.Cluster) []devices.Cluster) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.list = f(slices.Clone(v.list))
	v.note()
}

func (v *village) note() {
	now := announce.Stood{Since: time.Now(), Clusters: map[devices.DeviceID]devices.VillageID{}}
	for _, c := range v.list {
		now.Clusters[c.ID] = c.Village
	}
	v.stood = append(v.stood, now)
}

func (v *village) Stood(context.Context) ([]announce.Stood, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.stood), nil
}

// hub is a running service with all it works with, inside a synctest bubble.
type hub struct {
	*announce.Service
	t       *testing.T
	store   announce.Store
	air     *air
	village *village

	mu      sync.Mutex
	changed map[announce.ID]announce.Announcement
	onAir   map[string]announce.Occurrence
	next    []announce.Occurrence
	stop    func()
}

// start runs a hub over the given parts; nil ones are made.
func start(t *testing.T, store announce.Store, a *air, change func(*announce.Config)) *hub {
	t.Helper()
	if store == nil {
		store = announcetest.NewMemory()
	}
	if a == nil {
		a = newAir()
	}
	h := &hub{t: t, store: store, air: a, village: newVillage(),
		changed: map[announce.ID]announce.Announcement{}, onAir: map[string]announce.Occurrence{}}
	cfg := announce.Config{Commune: commune, Store: store, Sounds: voice{}, Link: a, Places: h.village, Stood: h.village.Stood, Location: hanoi,
		Approval: announce.OnePerson,
		Changed:  func(a announce.Announcement) { h.mu.Lock(); h.changed[a.ID] = a; h.mu.Unlock() },
		OnAir:    func(o announce.Occurrence) { h.mu.Lock(); h.onAir[o.ID] = o; h.mu.Unlock() },
		Next:     func(n []announce.Occurrence) { h.mu.Lock(); h.next = n; h.mu.Unlock() },
	}
	if change != nil {
		change(&cfg)
	}
	s, err := announce.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	h.Service = s
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	h.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run returned %v", err)
		}
	})
	t.Cleanup(h.stop)
	synctest.Wait()
	return h
}

// inBubble runs f with a fake clock that begins at 05:00 on a Monday in Hà Nội.
func inBubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		// The bubble begins on Saturday 2000-01-01 00:00 UTC, before the years
		// that payloads accept.
		time.Sleep(time.Until(time.Date(2026, 3, 2, 5, 0, 0, 0, hanoi)))
		f(t)
	})
}

func (h *hub) submit(d announce.Draft) announce.Announcement {
	h.t.Helper()
	a, err := h.Submit(h.t.Context(), "phatthanh", false, d)
	if err != nil {
		h.t.Fatal(err)
	}
	synctest.Wait()
	return a
}

func (h *hub) online(c devices.DeviceID, session int64, p *protocol.Playing) {
	h.HandleState(h.t.Context(), addr(c), protocol.State{Session: session, Online: true, At: time.Now(), Playing: p})
	synctest.Wait()
}

func (h *hub) ack(c devices.DeviceID, cmd string, o protocol.Outcome) {
	h.HandleAck(h.t.Context(), addr(c), protocol.Ack{Command: cmd, Outcome: o, At: time.Now()})
	synctest.Wait()
}

// played reports a play of an item that went well.
func (h *hub) played(c devices.DeviceID, it protocol.Item, result devices.Result) protocol.Plays {
	h.t.Helper()
	started, level := it.Start, -18.5
	ended := it.Start.Add(10 * time.Second)
	p := protocol.Plays{Plays: []protocol.Play{{ID: "p-" + it.Occurrence, Occurrence: it.Occurrence, Announcement: it.Announcement,
		PlannedAt: it.Start, StartedAt: &started, EndedAt: ended, Result: result, LevelDBFS: &level}}}
	if err := h.HandlePlays(h.t.Context(), addr(c), p); err != nil {
		h.t.Fatal(err)
	}
	synctest.Wait()
	return p
}

func (h *hub) journal() []journal.Entry {
	h.t.Helper()
	e, err := h.Journal(h.t.Context(), announce.JournalQuery{})
	if err != nil {
		h.t.Fatal(err)
	}
	return e
}

// states is how the clusters stand with an occurrence on the page: "loa-01=playing …".
func (h *hub) states(occurrence string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var s []string
	for _, d := range h.onAir[occurrence].Deliveries {
		s = append(s, string(d.Cluster)+"="+d.State)
	}
	return strings.Join(s, " ")
}

// aired is the occurrence of an announcement that is on the page.
func (h *hub) aired(a announce.Announcement) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	for id, o := range h.onAir {
		if o.Announcement == a.ID {
			return id
		}
	}
	h.t.Fatalf("%s is not on air", a.ID)
	return ""
}

func (h *hub) state(id announce.ID) announce.State {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.changed[id].State
}

func wantProblem(t *testing.T, err error, kind problem.Kind, code, field string) {
	t.Helper()
	var p *problem.Problem
	if !errors.As(err, &p) {
		t.Fatalf("got %v, want the problem %s", err, code)
	}
	if p.Kind != kind || p.Code != code || p.Field != field {
		t.Fatalf("got %s %s at %q, want %s %s at %q", p.Kind, p.Code, p.Field, kind, code, field)
	}
	if p.VI == "" || p.EN == "" || strings.Contains(p.VI+p.EN, "%!") {
		t.Errorf("without proper words: %q / %q", p.VI, p.EN)
	}
}

func say(target announce.Target, when schedule.When) announce.Draft {
	return announce.Draft{Text: "Mời bà con đến nhà văn hóa thôn họp lúc 19 giờ 30", Target: target, When: when}
}

var (
	everywhere = announce.Target{All: true}
	now        = schedule.When{Kind: schedule.Now}
)
