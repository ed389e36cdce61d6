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
	"github.com/smart-commune/smart-commune/hub/problem"
)

const commune = devices.CommuneID("luc-binh")

var hanoi = time.FixedZone("Asia/Ho_Chi_Minh", 7*3600)

func addr(c devices.DeviceID) protocol.Address { return protocol.Address{Commune: commune, Device: c} }

// voice answers every text with audio of ten seconds.
type voice struct{}

var spoken = protocol.Audio{SHA256: strings.Repeat("a", 64), Bytes: 1000, DurationMS: 10_000}

func (voice) Speak(_ context.Context, text string) (protocol.Audio, error) {
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
	mu   sync.Mutex
	list []devices.Cluster
}

func newVillage() *village {
	v := &village{}
	for i := range 4 {
		v.list = append(v.list, devices.Cluster{ID: devices.DeviceID(fmt.Sprintf("loa-%02d", i+1)),
			Village: []devices.VillageID{"na-chuong", "ban-pieng"}[i/2], Volume: 80})
	}
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
	v.list = f(v.list)
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
	cfg := announce.Config{Commune: commune, Store: store, Sounds: voice{}, Link: a, Places: h.village, Location: hanoi,
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

func (h *hub) journal() []announce.Entry {
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

func say(target announce.Target, when announce.When) announce.Draft {
	return announce.Draft{Text: "Mời bà con đến nhà văn hóa thôn họp lúc 19 giờ 30", Target: target, When: when}
}

var (
	everywhere = announce.Target{All: true}
	now        = announce.When{Kind: announce.Now}
)

func TestNowIsCommandedAcknowledgedAndProven(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		h.online("loa-01", 1, nil)
		h.online("loa-02", 1, nil)
		a := h.submit(say(announce.Target{Villages: []devices.VillageID{"na-chuong"}}, now))
		if a.State != announce.Scheduled || a.DecidedBy != "phatthanh" || a.Title != "Mời bà con đến nhà văn hóa thôn họp lúc 19 giờ 30" {
			t.Fatalf("submitted as %+v", a)
		}
		cmds := h.air.sent("loa-01")
		if len(cmds) != 1 || cmds[0].Kind != protocol.CommandPlay {
			t.Fatalf("sent %+v", cmds)
		}
		it := *cmds[0].Item
		if d := time.Until(it.Start); d != 2*time.Second || it.Deadline.Sub(it.Start) != time.Minute || it.Occurrence != fmt.Sprintf("%s@%d", a.ID, it.Start.Unix()) {
			t.Errorf("item %+v starts in %v", it, d)
		}
		if len(h.air.sent("loa-03")) != 0 {
			t.Error("a cluster of another village got it too")
		}
		h.ack("loa-01", cmds[0].ID, protocol.OutcomeReceived)
		if got := h.states(it.Occurrence); got != "loa-01=received loa-02=pending" {
			t.Errorf("on the page: %s", got)
		}
		time.Sleep(2 * time.Second)
		playing := &protocol.Playing{Occurrence: it.Occurrence, Announcement: it.Announcement, StartedAt: time.Now()}
		h.ack("loa-01", cmds[0].ID, protocol.OutcomeStarted)
		h.online("loa-02", 1, playing)
		if got := h.states(it.Occurrence); got != "loa-01=playing loa-02=playing" {
			t.Errorf("on the page: %s", got)
		}
		time.Sleep(10 * time.Second)
		h.played("loa-01", it, devices.Played)
		h.played("loa-01", it, devices.Played) // sent again, for its receipt was lost
		h.played("loa-02", it, devices.Played)
		if got := h.states(it.Occurrence); got != "loa-01=played loa-02=played" {
			t.Errorf("on the page: %s", got)
		}
		if j := h.journal(); len(j) != 2 || j[0].Result != devices.Played || *j[0].LevelDBFS != -18.5 || j[0].Title != a.Title {
			t.Errorf("journal %+v", j)
		}
		if h.state(a.ID) != announce.Done {
			t.Errorf("the announcement is %s", h.state(a.ID))
		}
		occ, err := h.Occurrences(t.Context(), a.ID)
		if err != nil || len(occ) != 1 || len(occ[0].Deliveries) != 2 || occ[0].Deliveries[1].Entry == nil {
			t.Errorf("occurrences %+v, %v", occ, err)
		}
		if n, err := h.VerifyJournal(t.Context()); n != 2 || err != nil {
			t.Errorf("verified %d entries, %v", n, err)
		}
	})
}

func TestAPlanReachesOnlyTheClustersItConcerns(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		first := h.air.publications()
		if len(first) != 4 {
			t.Fatalf("at its start the hub published %v", first)
		}
		a := h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-03"}}, announce.When{Kind: announce.Daily, Time: "05:30"}))
		got := h.air.publications()
		if got["loa-03"] != 2 || got["loa-01"] != 1 || got["loa-02"] != 1 || got["loa-04"] != 1 {
			t.Errorf("publications %v", got)
		}
		p := h.air.plan("loa-03")
		if len(p.Items) != 8 || p.Hash != h.PlanOf("loa-03") {
			t.Fatalf("plan with %d items", len(p.Items))
		}
		if want := time.Date(2026, 3, 2, 5, 30, 0, 0, hanoi); !p.Items[0].Start.Equal(want) || p.Items[0].Deadline.Sub(p.Items[0].Start) != 10*time.Minute {
			t.Errorf("first item %+v", p.Items[0])
		}
		if _, err := h.Cancel(t.Context(), "lanhdao", a.ID); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if n := len(h.air.plan("loa-03").Items); n != 0 {
			t.Errorf("%d items are left after the cancellation", n)
		}
	})
}

func TestACommandIsSentUntilItIsAcknowledgedOrExpires(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		for _, c := range []devices.DeviceID{"loa-01", "loa-02"} {
			h.online(c, 1, nil)
		}
		h.HandleState(t.Context(), addr("loa-03"), protocol.State{Session: 5, Online: false})
		a := h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-01", "loa-02", "loa-03"}}, now))
		time.Sleep(7 * time.Second)
		h.ack("loa-01", h.air.sent("loa-01")[0].ID, protocol.OutcomeReceived)
		time.Sleep(19*time.Second + time.Second/2)
		if n := len(h.air.sent("loa-01")); n != 3 {
			t.Errorf("sent %d times in 7 s until it was acknowledged, want 3", n)
		}
		cmds := h.air.sent("loa-02")
		if n := len(cmds); n != 9 || cmds[0].ID != cmds[8].ID {
			t.Errorf("sent %d times in 26.5 s without an answer, want 9 with the same id", n)
		}
		if n := len(h.air.sent("loa-03")); n != 0 {
			t.Errorf("sent %d times to a cluster that is offline", n)
		}
		// It comes back in time.
		h.online("loa-03", 6, nil)
		if n := len(h.air.sent("loa-03")); n != 1 {
			t.Errorf("sent %d times to a cluster that came back, want once", n)
		}
		time.Sleep(time.Minute)
		occ := cmds[0].Item.Occurrence
		if got := h.states(occ); got != "loa-01=received loa-02=missed loa-03=missed" {
			t.Errorf("on the page: %s", got)
		}
		sent := len(h.air.sent("loa-02"))
		time.Sleep(time.Minute)
		if n := len(h.air.sent("loa-02")); n != sent {
			t.Error("it was sent again after its expiry")
		}
		j := h.journal()
		if len(j) != 2 || j[0].Result != devices.Missed || j[0].Reason != announce.ReasonOffline || j[0].StartedAt != nil {
			t.Fatalf("journal %+v", j)
		}
		// A late report is the newer truth, and is there once.
		h.played("loa-02", *cmds[0].Item, devices.Played)
		j = h.journal()
		if len(j) != 2 || !slices.ContainsFunc(j, func(e announce.Entry) bool { return e.Cluster == "loa-02" && e.Result == devices.Played }) {
			t.Errorf("journal after a late report %+v", j)
		}
		if n, err := h.VerifyJournal(t.Context()); n != 3 || err != nil {
			t.Errorf("verified %d, %v", n, err)
		}
		h.played("loa-01", *cmds[0].Item, devices.Played)
		if h.state(a.ID) != announce.Done {
			t.Errorf("the announcement is %s", h.state(a.ID))
		}
	})
}

func TestALostAcknowledgementMakesNoPlayMissed(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-01"}}, now))
		time.Sleep(13 * time.Second)
		h.played("loa-01", *h.air.sent("loa-01")[0].Item, devices.Played)
		sent := len(h.air.sent("loa-01"))
		time.Sleep(2 * time.Minute)
		if j := h.journal(); len(j) != 1 || j[0].Result != devices.Played {
			t.Errorf("journal %+v", j)
		}
		if n := len(h.air.sent("loa-01")); n != sent {
			t.Error("the command was sent again after the report")
		}
	})
}

func TestAPlayThatADeviceRefusesStandsInTheJournal(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-01", "loa-02"}}, now))
		cmd := h.air.sent("loa-01")[0]
		h.ack("loa-02", cmd.ID, protocol.OutcomeFailed) // not its own command
		h.HandleAck(t.Context(), addr("loa-01"), protocol.Ack{Command: cmd.ID, Outcome: protocol.OutcomeFailed, At: time.Now(), Reason: "audio_missing"})
		h.ack("loa-01", cmd.ID, protocol.OutcomeFailed)
		j := h.journal()
		if len(j) != 1 || j[0].Cluster != "loa-01" || j[0].Result != devices.Failed || !strings.Contains(j[0].Reason, "audio_missing") {
			t.Errorf("journal %+v", j)
		}
		if got := h.states(cmd.Item.Occurrence); got != "loa-01=failed loa-02=pending" {
			t.Errorf("on the page: %s", got)
		}
	})
}

func TestAPlannedOccurrenceIsFollowedOnThePage(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		when := time.Now().Add(time.Hour)
		a := h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-01", "loa-02"}}, announce.When{Kind: announce.Once, At: &when}))
		h.mu.Lock()
		next := h.next
		h.mu.Unlock()
		if len(next) != 1 || next[0].Announcement != a.ID || !next[0].Start.Equal(when) || len(next[0].Deliveries) != 0 {
			t.Fatalf("next %+v", next)
		}
		it := h.air.plan("loa-01").Items[0]
		// A device whose clock is a little ahead begins before the hub's instant.
		time.Sleep(time.Hour - 50*time.Millisecond)
		h.online("loa-02", 1, &protocol.Playing{Occurrence: it.Occurrence, Announcement: it.Announcement})
		if got := h.states(it.Occurrence); got != "loa-01=pending loa-02=playing" {
			t.Errorf("on the page: %s", got)
		}
		time.Sleep(time.Second)
		h.mu.Lock()
		if len(h.next) != 0 {
			t.Errorf("next still has %+v", h.next)
		}
		h.mu.Unlock()
		h.online("loa-01", 1, &protocol.Playing{Occurrence: it.Occurrence, Announcement: it.Announcement})
		h.HandleState(t.Context(), addr("loa-01"), protocol.State{Session: 0, Online: false}) // a late last will
		synctest.Wait()
		if got := h.states(it.Occurrence); got != "loa-01=playing loa-02=playing" {
			t.Errorf("on the page: %s", got)
		}
		time.Sleep(9 * time.Second)
		h.online("loa-01", 1, nil)
		h.played("loa-01", it, devices.Played)
		if got := h.states(it.Occurrence); got != "loa-01=played loa-02=playing" {
			t.Errorf("on the page: %s", got)
		}
		if h.state(a.ID) != announce.Scheduled {
			t.Errorf("it is %s while it still sounds", h.state(a.ID))
		}
		if len(h.air.sent("loa-01")) != 0 {
			t.Error("a planned occurrence was commanded too")
		}
		// The other cluster is never heard of again: it is over in the end.
		time.Sleep(15 * time.Minute)
		if h.state(a.ID) != announce.Done {
			t.Errorf("it is %s after its end", h.state(a.ID))
		}
	})
}

func TestAnInterruptedPlayGoesOn(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		a := h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-01"}}, now))
		it := *h.air.sent("loa-01")[0].Item
		time.Sleep(5 * time.Second)
		h.played("loa-01", it, devices.Interrupted)
		if h.state(a.ID) == announce.Done {
			t.Error("it is done though it will go on")
		}
		h.online("loa-01", 1, &protocol.Playing{Occurrence: it.Occurrence, Announcement: it.Announcement})
		if got := h.states(it.Occurrence); got != "loa-01=playing" {
			t.Errorf("on the page: %s", got)
		}
	})
}

func TestCancelling(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		h.HandleState(t.Context(), addr("loa-03"), protocol.State{Session: 1, Online: false})
		a := h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-01", "loa-02", "loa-03"}}, now))
		it := *h.air.sent("loa-01")[0].Item
		h.ack("loa-01", h.air.sent("loa-01")[0].ID, protocol.OutcomeReceived)
		h.ack("loa-02", h.air.sent("loa-02")[0].ID, protocol.OutcomeReceived)
		time.Sleep(4 * time.Second)
		h.played("loa-02", it, devices.Played)
		got, err := h.Cancel(t.Context(), "lanhdao", a.ID)
		if err != nil || got.State != announce.Cancelled || got.DecidedBy != "lanhdao" {
			t.Fatalf("cancelled as %+v, %v", got, err)
		}
		synctest.Wait()
		last := func(c devices.DeviceID) protocol.Command {
			all := h.air.sent(c)
			return all[len(all)-1]
		}
		if c := last("loa-01"); c.Kind != protocol.CommandStop || c.Stop != string(a.ID) {
			t.Errorf("where it sounds, the last command is %+v", c)
		}
		if c := last("loa-02"); c.Kind != protocol.CommandPlay {
			t.Errorf("where it is over, the last command is %+v", c)
		}
		// The cluster that was offline gets no play any more.
		h.online("loa-03", 2, nil)
		for _, c := range h.air.sent("loa-03") {
			if c.Kind == protocol.CommandPlay {
				t.Error("a cancelled announcement was sent to a cluster that came back")
			}
		}
		if got := h.states(it.Occurrence); got != "loa-01=received loa-02=played loa-03=stopped" {
			t.Errorf("on the page: %s", got)
		}
		h.ack("loa-01", last("loa-01").ID, protocol.OutcomeFinished)
		sent := len(h.air.sent("loa-01"))
		h.played("loa-01", it, devices.Stopped)
		time.Sleep(5 * time.Minute)
		if n := len(h.air.sent("loa-01")); n != sent {
			t.Errorf("%d commands more after the stop was acknowledged", n-sent)
		}
		_, err = h.Cancel(t.Context(), "lanhdao", a.ID)
		wantProblem(t, err, problem.Conflict, "already_decided", "")
		_, err = h.Cancel(t.Context(), "lanhdao", "tb-none")
		wantProblem(t, err, problem.NotFound, "announcement_not_found", "")
	})
}

func TestApproval(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, func(c *announce.Config) { c.Approval = announce.TwoPerson })
		ctx := t.Context()
		a := h.submit(say(everywhere, now))
		if a.State != announce.Submitted || len(h.air.sent("loa-01")) != 0 || a.DecidedAt != nil {
			t.Fatalf("without approval: %+v, %d commands", a, len(h.air.sent("loa-01")))
		}
		_, err := h.Approve(ctx, "phatthanh", a.ID)
		wantProblem(t, err, problem.Forbidden, "own_announcement", "")
		time.Sleep(time.Hour)
		// Two approvers at once: one decides.
		ended := make(chan error, 2)
		for _, who := range []string{"lanhdao", "phochutich"} {
			go func() { _, err := h.Approve(ctx, who, a.ID); ended <- err }()
		}
		synctest.Wait()
		e1, e2 := <-ended, <-ended
		if (e1 == nil) == (e2 == nil) {
			t.Fatalf("two approvers: %v, %v", e1, e2)
		}
		wantProblem(t, errors.Join(e1, e2), problem.Conflict, "already_decided", "")
		cmds := h.air.sent("loa-04")
		if len(cmds) != 1 || time.Until(cmds[0].Item.Start) != 2*time.Second {
			t.Errorf("after the approval %+v", cmds)
		}
		_, err = h.Return(ctx, "lanhdao", a.ID, "muộn")
		wantProblem(t, err, problem.Conflict, "already_decided", "")

		b := h.submit(say(everywhere, now))
		_, err = h.Return(ctx, "lanhdao", b.ID, "  ")
		wantProblem(t, err, problem.Invalid, "remark_missing", "remark")
		_, err = h.Return(ctx, "lanhdao", b.ID, strings.Repeat("x", 1001))
		wantProblem(t, err, problem.Invalid, "remark_too_long", "remark")
		r, err := h.Return(ctx, "lanhdao", b.ID, "Sửa giờ họp")
		if err != nil || r.State != announce.Returned || r.Remark != "Sửa giờ họp" {
			t.Errorf("returned as %+v, %v", r, err)
		}
		_, err = h.Approve(ctx, "lanhdao", b.ID)
		wantProblem(t, err, problem.Conflict, "already_decided", "")

		// Its time passes while it waits.
		when := time.Now().Add(time.Minute)
		c := h.submit(say(everywhere, announce.When{Kind: announce.Once, At: &when}))
		time.Sleep(2 * time.Minute)
		_, err = h.Approve(ctx, "lanhdao", c.ID)
		wantProblem(t, err, problem.Conflict, "time_past", "")

		// An emergency by an approver goes out at once, by a broadcaster it does not.
		fire := say(everywhere, now)
		fire.Level = devices.Emergency
		if d := h.submit(fire); d.State != announce.Submitted {
			t.Errorf("an emergency by a broadcaster is %s", d.State)
		}
		if d, err := h.Submit(ctx, "lanhdao", true, fire); err != nil || d.State != announce.Scheduled || d.DecidedBy != "lanhdao" {
			t.Errorf("an emergency by an approver is %s, %v", d.State, err)
		}
		if d, err := h.Submit(ctx, "lanhdao", true, say(everywhere, now)); err != nil || d.State != announce.Submitted {
			t.Errorf("an approver's own is %s, %v", d.State, err)
		}
	})
}

func TestDraftsThatAreRefused(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		for _, tc := range []struct {
			code, field string
			draft       announce.Draft
		}{
			{"no_content", "text", announce.Draft{Target: everywhere, When: now}},
			{"text_too_long", "text", announce.Draft{Text: strings.Repeat("a ", 50_000), Target: everywhere, When: now}},
			{"audio_not_found", "audio", announce.Draft{Audio: strings.Repeat("b", 64), Target: everywhere, When: now}},
			{"no_target", "target", say(announce.Target{}, now)},
			{"when_unknown", "when.kind", say(everywhere, announce.When{})},
		} {
			_, err := h.Submit(t.Context(), "phatthanh", false, tc.draft)
			wantProblem(t, err, problem.Invalid, tc.code, tc.field)
		}
		if list, err := h.List(t.Context(), "", 10); err != nil || len(list) != 0 {
			t.Errorf("kept %+v, %v", list, err)
		}
		_, err := h.List(t.Context(), "vui", 10)
		wantProblem(t, err, problem.Invalid, "state_unknown", "state")
	})
}

func TestPreview(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, func(c *announce.Config) { c.Approval = announce.TwoPerson })
		p, err := h.Preview(t.Context(), announce.Draft{Target: announce.Target{Villages: []devices.VillageID{"ban-pieng"}},
			When: announce.When{Kind: announce.Weekly, Time: "17:00", Days: []int{1, 5}}})
		if err != nil || fmt.Sprint(p.Clusters) != "[loa-03 loa-04]" || len(p.Starts) != 10 || !p.NeedsApproval {
			t.Fatalf("preview %+v, %v", p, err)
		}
		if want := time.Date(2026, 3, 6, 17, 0, 0, 0, hanoi); !p.Starts[1].Equal(want) {
			t.Errorf("the second start is %v", p.Starts[1].In(hanoi))
		}
		p, err = h.Preview(t.Context(), say(everywhere, now))
		if err != nil || len(p.Starts) != 1 || time.Until(p.Starts[0]) != 2*time.Second {
			t.Errorf("preview of now %+v, %v", p, err)
		}
	})
}

func TestPlansReachABrokerThatWasAway(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a := newAir()
		a.cut(errors.New("no broker"))
		h := start(t, nil, a, nil)
		h.submit(say(everywhere, announce.When{Kind: announce.Daily, Time: "05:30"}))
		time.Sleep(5 * time.Minute)
		a.cut(nil)
		time.Sleep(time.Minute)
		for c, n := range a.publications() {
			if n != 1 {
				t.Errorf("%s got %d plans", c, n)
			}
		}
		if len(a.publications()) != 4 || len(a.plan("loa-04").Items) != 8 || a.plan("loa-04").Hash != h.PlanOf("loa-04") {
			t.Errorf("plans after the broker came back: %v", a.publications())
		}
		h.Republish()
		synctest.Wait()
		if n := a.publications()["loa-02"]; n != 2 {
			t.Errorf("%d publications after the broker forgot them", n)
		}
	})
}

func TestPlansMoveOnWithTheDay(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-01"}}, announce.When{Kind: announce.Daily, Time: "05:30"}))
		for day := range 30 {
			time.Sleep(24 * time.Hour)
			items := h.air.plan("loa-01").Items
			last := items[len(items)-1].Start
			if ahead := time.Until(last); ahead < 7*24*time.Hour-19*time.Hour {
				t.Fatalf("on day %d the plan reaches %v ahead", day, ahead)
			}
		}
		if n := h.air.publications()["loa-01"]; n != 32 {
			t.Errorf("%d publications in 30 days, want one a day", n)
		}
		if n := h.air.publications()["loa-02"]; n != 1 {
			t.Errorf("%d publications for a cluster without announcements", n)
		}
	})
}

func TestClustersThatChange(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		h.submit(say(everywhere, announce.When{Kind: announce.Daily, Time: "05:30"}))
		h.village.edit(func(l []devices.Cluster) []devices.Cluster { l[0].Volume = 40; return l[:3] })
		h.PlacesChanged(t.Context())
		synctest.Wait()
		if p := h.air.plan("loa-01"); p.Volume != 40 {
			t.Errorf("volume %d in the plan", p.Volume)
		}
		if p := h.air.plan("loa-04"); len(p.Items) != 0 {
			t.Errorf("a cluster that was removed still has %d items", len(p.Items))
		}
		if h.PlanOf("loa-04") != "" {
			t.Error("a cluster that was removed has a plan hash")
		}
		if n := h.air.publications()["loa-02"]; n != 2 {
			t.Errorf("%d publications for a cluster that did not change", n)
		}
	})
}

func TestARestartForgetsNothing(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		store := announcetest.NewMemory()
		h := start(t, store, nil, nil)
		when := time.Now().Add(30 * time.Second)
		planned := h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-01", "loa-02"}}, announce.When{Kind: announce.Once, At: &when}))
		atOnce := h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-03", "loa-04"}}, now))
		cancelled := h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-01"}}, now))
		h.ack("loa-03", h.air.sent("loa-03")[0].ID, protocol.OutcomeReceived)
		it, itNow := h.air.plan("loa-01").Items[0], *h.air.sent("loa-03")[0].Item
		if _, err := h.Cancel(t.Context(), "lanhdao", cancelled.ID); err != nil {
			t.Fatal(err)
		}
		h.stop()
		time.Sleep(40 * time.Second)

		again := start(t, store, nil, nil)
		if again.air.plan("loa-01").Hash != h.air.plan("loa-01").Hash {
			t.Error("the plan is another one after the restart")
		}
		if n := len(again.air.sent("loa-03")); n != 0 {
			t.Errorf("an acknowledged command was sent %d times more", n)
		}
		if n := len(again.air.sent("loa-04")); n != 1 || again.air.sent("loa-04")[0].ID != h.air.sent("loa-04")[0].ID {
			t.Errorf("an open command was sent %d times after the restart", n)
		}
		for _, c := range again.air.sent("loa-01") {
			if c.Kind == protocol.CommandPlay {
				t.Error("a cancelled announcement was sent again after the restart")
			}
		}
		if got := again.states(it.Occurrence); got != "loa-01=pending loa-02=pending" {
			t.Errorf("on the page, the planned one: %s", got)
		}
		if got := again.states(itNow.Occurrence); got != "loa-03=received loa-04=pending" {
			t.Errorf("on the page, the one sent at once: %s", got)
		}
		again.played("loa-01", it, devices.Played)
		again.played("loa-02", it, devices.Played)
		again.played("loa-03", itNow, devices.Played)
		again.played("loa-04", itNow, devices.Played)
		for _, id := range []announce.ID{planned.ID, atOnce.ID} {
			if again.state(id) != announce.Done {
				t.Errorf("%s is %s", id, again.state(id))
			}
		}
		played := map[devices.DeviceID]int{}
		for _, e := range again.journal() {
			if e.Result == devices.Played {
				played[e.Cluster]++
			}
		}
		if fmt.Sprint(played) != "map[loa-01:1 loa-02:1 loa-03:1 loa-04:1]" {
			t.Errorf("played %v", played)
		}
	})
}

func TestReportsThatAreOdd(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		when := time.Now().Add(time.Minute)
		a := h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-01"}}, announce.When{Kind: announce.Once, At: &when}))
		it := h.air.plan("loa-01").Items[0]
		report := func(id, occurrence, announcement string, ended time.Time) error {
			return h.HandlePlays(t.Context(), addr("loa-01"), protocol.Plays{Plays: []protocol.Play{{ID: id, Occurrence: occurrence,
				Announcement: announcement, PlannedAt: ended, EndedAt: ended, Result: devices.Played}}})
		}
		for _, err := range []error{
			report("1", "tb-unknown@1", "tb-unknown", time.Now()),
			report("2", it.Occurrence, string(a.ID), time.Now().Add(24*time.Hour)),
			report("3", string(a.ID)+"@12345", string(a.ID), time.Now()),
			report("4", "bogus", string(a.ID), time.Now()),
			h.HandlePlays(t.Context(), protocol.Address{Commune: "quan-ha", Device: "loa-01"}, protocol.Plays{Plays: []protocol.Play{{ID: "5",
				Occurrence: it.Occurrence, Announcement: string(a.ID), EndedAt: time.Now(), Result: devices.Played}}}),
		} {
			if err != nil {
				t.Errorf("a device would send it for ever: %v", err)
			}
		}
		if h.Strays() != 2 {
			t.Errorf("%d strays, want 2", h.Strays())
		}
		reasons := map[string]string{}
		for _, e := range h.journal() {
			reasons[e.Play] = e.Reason
		}
		if want := "map[2:clock_ahead 3:unplanned 4:unplanned]"; fmt.Sprint(reasons) != want {
			t.Errorf("remarks %v, want %s", reasons, want)
		}
		if _, err := h.Occurrences(t.Context(), a.ID); err != nil {
			t.Error(err)
		}
	})
}

func TestAReportIsNotAcknowledgedBeforeItIsStored(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		store := announcetest.NewMemory()
		h := start(t, store, nil, nil)
		a := h.submit(say(announce.Target{Clusters: []devices.DeviceID{"loa-01"}}, now))
		p := protocol.Plays{Plays: []protocol.Play{{ID: "p", Occurrence: h.air.sent("loa-01")[0].Item.Occurrence, Announcement: string(a.ID),
			EndedAt: time.Now(), Result: devices.Played}}}
		store.Fail(errors.New("disk full"))
		if err := h.HandlePlays(t.Context(), addr("loa-01"), p); err == nil {
			t.Fatal("a report that was not stored was taken in")
		}
		if _, err := h.Submit(t.Context(), "phatthanh", false, say(everywhere, now)); err == nil {
			t.Error("an announcement that was not stored was taken in")
		}
		store.Fail(nil)
		if err := h.HandlePlays(t.Context(), addr("loa-01"), p); err != nil || len(h.journal()) != 1 {
			t.Errorf("after the disk healed: %v, journal %+v", err, h.journal())
		}
	})
}

// tampered is a store of which one page of the journal comes back changed.
type tampered struct {
	*announcetest.Memory
	change func([]announce.Entry) []announce.Entry
}

func (s tampered) JournalChain(ctx context.Context, c devices.CommuneID, after int64, limit int) ([]announce.Entry, error) {
	all, err := s.Memory.JournalChain(ctx, c, 0, 0)
	all = s.change(all)
	return slices.DeleteFunc(all, func(e announce.Entry) bool { return e.Seq <= after }), err
}

func TestAnAlteredJournalIsFound(t *testing.T) {
	for name, tc := range map[string]struct {
		seq    int64 // 0 for a journal that holds
		change func([]announce.Entry) []announce.Entry
	}{
		"untouched":     {0, func(e []announce.Entry) []announce.Entry { return e }},
		"result":        {3, func(e []announce.Entry) []announce.Entry { e[2].Result = devices.Missed; return e }},
		"one byte":      {1, func(e []announce.Entry) []announce.Entry { e[0].Title = "x" + e[0].Title; return e }},
		"time by 1 ms":  {5, func(e []announce.Entry) []announce.Entry { e[4].EndedAt = e[4].EndedAt.Add(time.Millisecond); return e }},
		"level":         {2, func(e []announce.Entry) []announce.Entry { l := -18.25001; e[1].LevelDBFS = &l; return e }},
		"removed":       {2, func(e []announce.Entry) []announce.Entry { return slices.Delete(e, 1, 2) }},
		"first removed": {1, func(e []announce.Entry) []announce.Entry { return e[1:] }},
		"swapped":       {2, func(e []announce.Entry) []announce.Entry { e[1], e[2] = e[2], e[1]; return e }},
		"swapped, renumbered": {2, func(e []announce.Entry) []announce.Entry {
			e[1], e[2] = e[2], e[1]
			e[1].Seq, e[2].Seq = 2, 3
			return e
		}},
		"rehashed": {3, func(e []announce.Entry) []announce.Entry {
			e[1].Reason = "khác"
			e[1] = e[1].Chain(e[0])
			return e
		}},
	} {
		t.Run(name, func(t *testing.T) {
			m := announcetest.NewMemory()
			for i := range 6 {
				if _, err := m.AppendJournal(t.Context(), commune, []announce.Entry{announcetest.Entry(fmt.Sprint("p-", i), "loa-01", "tb-01@1")}); err != nil {
					t.Fatal(err)
				}
			}
			s, err := announce.New(announce.Config{Commune: commune, Store: tampered{m, tc.change}, Sounds: voice{}, Link: newAir(), Places: newVillage(), Location: hanoi})
			if err != nil {
				t.Fatal(err)
			}
			n, err := s.VerifyJournal(t.Context())
			var broken *announce.BrokenError
			switch {
			case tc.seq == 0 && (err != nil || n != 6):
				t.Errorf("verified %d, %v", n, err)
			case tc.seq != 0 && (!errors.As(err, &broken) || broken.Seq != tc.seq):
				t.Errorf("got %v, want a break at %d", err, tc.seq)
			}
		})
	}
}
