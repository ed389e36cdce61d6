package announcetest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

const (
	here  = devices.CommuneID("luc-binh")
	there = devices.CommuneID("quan-ha")
)

var noon = time.Date(2026, 3, 2, 5, 0, 0, 123e6, time.UTC)

// TestStore checks that a store does what [announce.Store] promises. open
// returns an empty one.
func TestStore(t *testing.T, open func(t *testing.T) announce.Store) {
	for name, check := range map[string]func(*testing.T, announce.Store){
		"an announcement comes back whole":        wholeAnnouncement,
		"announcements by state, newest first":    announcementsByState,
		"announcement and orders, all or nothing": allOrNothing,
		"programmes come back whole":              programmes,
		"several announcements at once":           severalAnnouncements,
		"orders with their outcome":               orders,
		"journal takes each play once":            journalOnce,
		"journal chains each commune":             journalChains,
		"journal shows the newest of each":        journalNewest,
		"journal queries":                         journalQueries,
		"many writers to one journal":             journalWriters,
		"rules of each commune":                   rules,
	} {
		t.Run(name, func(t *testing.T) { check(t, open(t)) })
	}
}

// Announcement returns an announcement with every field set.
func Announcement(n int) announce.Announcement {
	at := noon.Add(time.Hour)
	return announce.Announcement{
		ID: announce.ID(fmt.Sprintf("tb-%02d", n)),
		Draft: announce.Draft{Title: "Mời họp", Level: devices.Priority, Text: "Mời bà con", Audio: "", Target: announce.Target{
			All: true, Villages: []devices.VillageID{"na-chuong"}, Clusters: []devices.DeviceID{"loa-01"}},
			When: schedule.When{Kind: schedule.Weekly, At: &at, Time: "05:30", Days: []int{1, 5}, From: "2026-03-02", Until: "2026-04-02"}},
		Sound: protocol.Audio{SHA256: "ab", Bytes: 7, DurationMS: 10}, State: announce.Submitted, Remark: "sửa",
		CreatedBy: "phatthanh", CreatedAt: noon.Add(time.Duration(n) * time.Minute), DecidedBy: "lanhdao", DecidedAt: &at,
		Clusters: []devices.DeviceID{"loa-01", "loa-02"},
	}
}

// Order returns the nth order of an announcement.
func Order(n int, a announce.Announcement) announce.Order {
	return announce.Order{Cluster: "loa-01", Announcement: a.ID, Command: protocol.Command{
		ID: fmt.Sprintf("cmd-%s-%02d", a.ID, n), Kind: protocol.CommandPlay, IssuedAt: noon.Add(time.Duration(n) * time.Second), ExpiresAt: noon.Add(time.Hour),
		Item: &protocol.Item{Occurrence: string(a.ID) + "@1", Announcement: string(a.ID), Title: a.Title, Start: noon, Deadline: noon, Audio: []protocol.Audio{a.Sound}}}}
}

// Entry returns a journal entry with every field set.
func Entry(play string, cluster devices.DeviceID, occurrence string) journal.Entry {
	started, level, current := noon.Add(time.Second), -18.25, 1.5
	return journal.Entry{Commune: here, Cluster: cluster, Play: play, Occurrence: occurrence, Announcement: "tb-01", Title: "Mời họp",
		PlannedAt: noon, StartedAt: &started, EndedAt: noon.Add(time.Minute), Result: devices.Played, Reason: "x",
		LevelDBFS: &level, CurrentA: &current, RecordedAt: noon.Add(2 * time.Minute)}
}

func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

func wholeAnnouncement(t *testing.T, s announce.Store) {
	ctx := t.Context()
	a := Announcement(1)
	check(t, s.SaveAnnouncement(ctx, here, a, nil))
	same(t, "read back", must[announce.Announcement](t)(s.Announcement(ctx, here, a.ID)), a)
	a.State, a.Title = announce.Scheduled, "khác"
	check(t, s.SaveAnnouncement(ctx, here, a, nil))
	same(t, "replaced", must[announce.Announcement](t)(s.Announcement(ctx, here, a.ID)), a)
	for _, c := range []devices.CommuneID{here, there} {
		id := a.ID
		if c == here {
			id = "tb-none"
		}
		if _, err := s.Announcement(ctx, c, id); !errors.Is(err, announce.ErrUnknown) {
			t.Errorf("%s in %s: %v, want ErrUnknown", id, c, err)
		}
	}
}

func severalAnnouncements(t *testing.T, s announce.Store) {
	ctx := t.Context()
	a, b := Announcement(1), Announcement(2)
	check(t, s.SaveAnnouncement(ctx, here, a, nil))
	a.Title = "khác"
	check(t, s.SaveAnnouncements(ctx, here, []announce.Announcement{a, b}))
	for _, want := range []announce.Announcement{a, b} {
		same(t, "read back", must[announce.Announcement](t)(s.Announcement(ctx, here, want.ID)), want)
	}
}

func announcementsByState(t *testing.T, s announce.Store) {
	ctx := t.Context()
	for n, state := range []announce.State{announce.Submitted, announce.Scheduled, announce.Done, announce.Submitted} {
		a := Announcement(n)
		a.State = state
		check(t, s.SaveAnnouncement(ctx, here, a, nil))
	}
	check(t, s.SaveAnnouncement(ctx, there, Announcement(9), nil))
	for _, tc := range []struct {
		q    announce.AnnouncementQuery
		want []announce.ID
	}{
		{announce.AnnouncementQuery{}, []announce.ID{"tb-03", "tb-02", "tb-01", "tb-00"}},
		{announce.AnnouncementQuery{Limit: 2}, []announce.ID{"tb-03", "tb-02"}},
		{announce.AnnouncementQuery{States: []announce.State{announce.Submitted}}, []announce.ID{"tb-03", "tb-00"}},
		{announce.AnnouncementQuery{States: []announce.State{announce.Done, announce.Scheduled}, Limit: 5}, []announce.ID{"tb-02", "tb-01"}},
		{announce.AnnouncementQuery{States: []announce.State{announce.Cancelled}}, []announce.ID{}},
	} {
		got := []announce.ID{}
		for _, a := range must[[]announce.Announcement](t)(s.Announcements(ctx, here, tc.q)) {
			got = append(got, a.ID)
		}
		same(t, fmt.Sprintf("%+v", tc.q), got, tc.want)
	}
}

func allOrNothing(t *testing.T, s announce.Store) {
	ctx := t.Context()
	a, b := Announcement(1), Announcement(2)
	check(t, s.SaveAnnouncement(ctx, here, a, []announce.Order{Order(1, a)}))
	if err := s.SaveAnnouncement(ctx, here, b, []announce.Order{Order(2, a), Order(1, a)}); err == nil {
		t.Error("an order with a used id was accepted")
	}
	if _, err := s.Announcement(ctx, here, b.ID); !errors.Is(err, announce.ErrUnknown) {
		t.Errorf("the announcement of a refused save is there: %v", err)
	}
	if got := must[[]announce.Order](t)(s.Orders(ctx, here, announce.OrderQuery{})); len(got) != 1 {
		t.Errorf("%d orders, want 1", len(got))
	}
}

func orders(t *testing.T, s announce.Store) {
	ctx := t.Context()
	a, b := Announcement(1), Announcement(2)
	o1, o2, o3 := Order(1, a), Order(2, a), Order(3, b)
	check(t, s.SaveAnnouncement(ctx, here, a, []announce.Order{o2, o1}))
	check(t, s.SaveAnnouncement(ctx, here, b, []announce.Order{o3}))
	o1.Outcome, o1.Reason, o1.OutcomeAt = protocol.OutcomeFailed, "audio_missing", noon.Add(time.Minute)
	check(t, s.SetOutcome(ctx, here, o1))
	get := func(q announce.OrderQuery) []announce.Order {
		return must[[]announce.Order](t)(s.Orders(ctx, here, q))
	}
	same(t, "all", get(announce.OrderQuery{}), []announce.Order{o1, o2, o3})
	same(t, "of one", get(announce.OrderQuery{Announcement: b.ID}), []announce.Order{o3})
	same(t, "since", get(announce.OrderQuery{Since: noon.Add(2 * time.Second)}), []announce.Order{o2, o3})
	same(t, "since or open", get(announce.OrderQuery{Since: noon.Add(3 * time.Second), OrOpen: true}), []announce.Order{o2, o3})
	own := announce.Order{Cluster: "loa-02", By: "kythuat", Reference: true, Command: protocol.Command{
		ID: "cmd-own", Kind: protocol.CommandSelfTest, IssuedAt: noon.Add(9 * time.Second).Truncate(time.Millisecond), ExpiresAt: noon.Add(time.Hour)}}
	check(t, s.AddOrders(ctx, here, []announce.Order{own}))
	own.Outcome, own.OutcomeAt, own.Measured = protocol.OutcomeFinished, noon.Add(time.Minute), &protocol.Measured{LevelDBFS: -18.5, CurrentA: 1.25, SupplyV: 23.5}
	check(t, s.SetOutcome(ctx, here, own))
	same(t, "own", get(announce.OrderQuery{Cluster: "loa-02", Own: true}), []announce.Order{own})
	same(t, "own of another", get(announce.OrderQuery{Cluster: "loa-01", Own: true}), []announce.Order{})
	same(t, "of one cluster", get(announce.OrderQuery{Cluster: "loa-01"}), []announce.Order{o1, o2, o3})
	same(t, "elsewhere", must[[]announce.Order](t)(s.Orders(ctx, there, announce.OrderQuery{})), []announce.Order{})
}

func appendTo(t *testing.T, s announce.Store, c devices.CommuneID, e ...journal.Entry) []journal.Entry {
	t.Helper()
	return must[[]journal.Entry](t)(s.AppendJournal(t.Context(), c, e))
}

func journalOnce(t *testing.T, s announce.Store) {
	e := Entry("p-1", "loa-01", "tb-01@1")
	if got := appendTo(t, s, here, e, e, Entry("p-1", "loa-02", "tb-01@1")); len(got) != 2 || got[0].Seq != 1 || got[1].Seq != 2 {
		t.Errorf("added %+v, want two", got)
	}
	if got := appendTo(t, s, here, e); len(got) != 0 {
		t.Errorf("added again: %+v", got)
	}
	if got := appendTo(t, s, here); len(got) != 0 {
		t.Errorf("added of nothing: %+v", got)
	}
	got := must[[]journal.Entry](t)(s.JournalChain(t.Context(), here, 0, 10))
	if len(got) != 2 {
		t.Fatalf("%d entries, want 2", len(got))
	}
	want := e.Chain(journal.Entry{})
	same(t, "first entry", got[0], want)
}

func journalChains(t *testing.T, s announce.Store) {
	for n := range 5 {
		c := here
		if n%2 == 1 {
			c = there
		}
		e := Entry(fmt.Sprint("p-", n), "loa-01", "tb-01@1")
		e.Commune, e.StartedAt, e.LevelDBFS, e.CurrentA = c, nil, nil, nil
		appendTo(t, s, c, e)
	}
	for c, n := range map[devices.CommuneID]int{here: 3, there: 2} {
		chain := must[[]journal.Entry](t)(s.JournalChain(t.Context(), c, 0, 10))
		if len(chain) != n {
			t.Fatalf("%s has %d entries, want %d", c, len(chain), n)
		}
		var prev journal.Entry
		for _, e := range chain {
			same(t, fmt.Sprint(c, " entry ", e.Seq), e, e.Chain(prev))
			prev = e
		}
		same(t, "second page", must[[]journal.Entry](t)(s.JournalChain(t.Context(), c, 1, 1)), chain[1:2])
	}
}

func journalNewest(t *testing.T, s announce.Store) {
	missed := Entry("hub-1", "loa-01", "tb-01@1")
	missed.Result = devices.Missed
	appendTo(t, s, here, missed, Entry("p-2", "loa-02", "tb-01@1"))
	appendTo(t, s, here, Entry("p-1", "loa-01", "tb-01@1"))
	got := must[[]journal.Entry](t)(s.Journal(t.Context(), here, announce.JournalQuery{}))
	if len(got) != 2 || got[0].Play != "p-1" || got[1].Play != "p-2" {
		t.Errorf("journal shows %+v", got)
	}
}

func journalQueries(t *testing.T, s announce.Store) {
	for n := range 4 {
		e := Entry(fmt.Sprint("p-", n), devices.DeviceID(fmt.Sprint("loa-", n%2)), fmt.Sprintf("tb-%d@%d", n/2, n))
		e.Announcement, e.PlannedAt = announce.ID(fmt.Sprint("tb-", n/2)), noon.Add(time.Duration(n)*time.Hour)
		appendTo(t, s, here, e)
	}
	for _, tc := range []struct {
		q    announce.JournalQuery
		want string
	}{
		{announce.JournalQuery{}, "[p-3 p-2 p-1 p-0]"},
		{announce.JournalQuery{Limit: 3}, "[p-3 p-2 p-1]"},
		{announce.JournalQuery{Since: noon.Add(time.Hour)}, "[p-3 p-2 p-1]"},
		{announce.JournalQuery{Until: noon.Add(time.Hour)}, "[p-0]"},
		{announce.JournalQuery{Announcement: "tb-0"}, "[p-1 p-0]"},
		{announce.JournalQuery{Cluster: "loa-1"}, "[p-3 p-1]"},
		{announce.JournalQuery{Occurrence: "tb-1@2"}, "[p-2]"},
		{announce.JournalQuery{Announcement: "tb-0", Cluster: "loa-1", Since: noon.Add(2 * time.Hour)}, "[]"},
	} {
		got := []string{}
		for _, e := range must[[]journal.Entry](t)(s.Journal(t.Context(), here, tc.q)) {
			got = append(got, e.Play)
		}
		if fmt.Sprint(got) != tc.want {
			t.Errorf("%+v: %v, want %s", tc.q, got, tc.want)
		}
	}
}

func journalWriters(t *testing.T, s announce.Store) {
	const writers, each = 4, 10
	ended := make(chan error, writers)
	for w := range writers {
		go func() {
			var err error
			for n := range each {
				_, aerr := s.AppendJournal(context.WithoutCancel(t.Context()), here, []journal.Entry{
					Entry(fmt.Sprint("p-", n), devices.DeviceID(fmt.Sprint("loa-", w)), "tb-01@1")})
				err = errors.Join(err, aerr)
			}
			ended <- err
		}()
	}
	for range writers {
		check(t, <-ended)
	}
	chain := must[[]journal.Entry](t)(s.JournalChain(t.Context(), here, 0, 100))
	if len(chain) != writers*each {
		t.Fatalf("%d entries, want %d", len(chain), writers*each)
	}
	var prev journal.Entry
	for _, e := range chain {
		if e.Hash != e.Chain(prev).Hash {
			t.Fatalf("entry %d does not follow", e.Seq)
		}
		prev = e
	}
}

func rules(t *testing.T, s announce.Store) {
	ctx := t.Context()
	if _, err := s.Rules(ctx, here); !errors.Is(err, announce.ErrUnknown) {
		t.Errorf("rules that nobody has settled: %v, want ErrUnknown", err)
	}
	r := announce.DefaultRules(announce.OnePerson)
	emergency := devices.Emergency
	r.Version, r.Abbreviations = 1, map[string]string{"NVH": "nhà văn hóa"}
	r.Volumes = []announce.VolumeRule{{Cluster: "loa-01", Level: &emergency, From: "05:00", To: "06:00", Volume: 60}}
	check(t, s.SaveRules(ctx, here, r))
	same(t, "read back", must[announce.Rules](t)(s.Rules(ctx, here)), r)
	r.Version = 2
	check(t, s.SaveRules(ctx, here, r))
	same(t, "replaced", must[announce.Rules](t)(s.Rules(ctx, here)), r)
	if _, err := s.Rules(ctx, there); !errors.Is(err, announce.ErrUnknown) {
		t.Errorf("rules of another commune: %v", err)
	}
}
