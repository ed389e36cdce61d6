package live

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce"
)

func commune(clusters int) devices.Inventory {
	inv := devices.Inventory{Commune: devices.Commune{ID: "x", Name: "X"}, Villages: []devices.Village{{ID: "v", Name: "V"}}}
	for i := range clusters {
		inv.Clusters = append(inv.Clusters, devices.Cluster{ID: devices.DeviceID(fmt.Sprintf("loa-%03d", i)), Name: "L", Village: "v", Volume: 80})
	}
	inv.Cameras = []devices.Camera{{ID: "cam-01", Name: "C", Village: "v"}}
	return inv
}

func newModel(clusters int) *Model {
	m := New(Hub{Version: "test"}, time.Now)
	m.SetInventory(commune(clusters))
	return m
}

func next(t *testing.T, s *Subscription) Message {
	t.Helper()
	msg, err := s.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return msg
}

func TestSnapshotThenCoalescedChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newModel(10)
		s := m.Subscribe(Hello{})
		first := next(t, s)
		if first.Snapshot == nil || len(first.Snapshot.Clusters) != 10 {
			t.Fatalf("first message: %+v", first)
		}
		for i := range 50 { // many changes of one cluster, few of another
			m.UpdateCluster("loa-003", func(c *Cluster) { c.SetVolume = i })
		}
		m.UpdateCluster("loa-004", func(c *Cluster) { c.Online = true })
		msg := next(t, s)
		if len(msg.Changes) != 2 || msg.Changes[0].Cluster.SetVolume != 49 || !msg.Changes[1].Cluster.Online {
			t.Fatalf("changes: %+v", msg.Changes)
		}
		before := time.Now()
		if msg := next(t, s); msg.Snapshot != nil || msg.Changes != nil || time.Since(before) != heartbeat {
			t.Errorf("after %v of nothing: %+v", time.Since(before), msg)
		}
	})
}

func TestHowACameraIsReachedStaysInside(t *testing.T) {
	m := New(Hub{}, time.Now)
	inv := commune(1)
	inv.Cameras[0].URL, inv.Cameras[0].Username, inv.Cameras[0].Password = "rtsp://secret-host/x", "secret-user", "secret-word"
	m.SetInventory(inv)
	data, err := json.Marshal(m.Snapshot())
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(data), "secret") {
		t.Errorf("the snapshot tells how a camera is reached: %s", data)
	}
}

func TestSleeperCatchesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newModel(3)
		snap := m.Snapshot()
		hello := Hello{Epoch: snap.Epoch, Seq: snap.Seq}
		for i := range 200 {
			m.UpdateCluster("loa-001", func(c *Cluster) { c.SetVolume = i })
			time.Sleep(gather)
			synctest.Wait()
		}
		if msg := next(t, m.Subscribe(hello)); msg.Snapshot != nil || len(msg.Changes) != 1 || msg.Changes[0].Cluster.SetVolume != 199 {
			t.Errorf("within the ring: %+v", msg)
		}
		for range ringSize {
			m.UpdateCluster("loa-002", func(*Cluster) {})
			time.Sleep(gather)
			synctest.Wait()
		}
		for name, h := range map[string]Hello{"fallen out": hello, "other epoch": {Epoch: "old", Seq: 5}, "future": {Epoch: snap.Epoch, Seq: 1 << 40}, "negative": {Epoch: snap.Epoch, Seq: -1}} {
			if msg := next(t, m.Subscribe(h)); msg.Snapshot == nil {
				t.Errorf("%s: no snapshot", name)
			}
		}
	})
}

// TestReplayEqualsSnapshot checks that whoever applies the changes holds what a
// newcomer is shown, whatever was changed and whenever it was read.
func TestReplayEqualsSnapshot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(1, 2))
		m := newModel(5)
		s := m.Subscribe(Hello{})
		held := *next(t, s).Snapshot
		for range 300 {
			id := fmt.Sprintf("loa-%03d", r.IntN(5))
			switch r.IntN(8) {
			case 0, 1:
				m.UpdateCluster(devices.DeviceID(id), func(c *Cluster) {
					c.Readings = map[string]Reading{"x": {Value: r.Float64()}}
				})
			case 2:
				m.UpdateCamera("cam-01", func(c *Camera) { c.Health.FPS = r.Float64() })
			case 3:
				m.SetNext([]announce.Occurrence{{ID: id}})
			case 4:
				m.UpdateHub(func(h *Hub) { h.Broker = !h.Broker })
			case 5:
				m.SetInventory(commune(5))
			case 6:
				m.SetAnnouncement(announce.Announcement{ID: announce.ID(id), CreatedAt: made(id), Remark: fmt.Sprint(r.Uint32())})
			case 7:
				m.SetProgramme(announce.Programme{ID: announce.ProgrammeID(id), CreatedAt: made(id), Remark: fmt.Sprint(r.Uint32())})
			}
			if r.IntN(10) == 0 {
				apply(&held, next(t, s))
			}
		}
		apply(&held, next(t, s))
		want := m.Snapshot()
		held.Seq, held.Now = want.Seq, want.Now
		if !reflect.DeepEqual(held, want) {
			t.Errorf("replayed\n%+v\nsnapshot\n%+v", held, want)
		}
	})
}

// made is a time that tells ids apart, so that lists have one order.
func made(id string) time.Time { return time.Unix(int64(id[len(id)-1]), 0) }

// put replaces what has the same id, or adds what is new, the newest first.
func put[T any](list []T, item T, compare func(a, b T) int) []T {
	at, found := slices.BinarySearchFunc(list, item, compare)
	if found {
		list = slices.Clone(list)
		list[at] = item
		return list
	}
	return slices.Insert(slices.Clone(list), at, item)
}

func apply(held *Snapshot, msg Message) {
	for _, c := range msg.Changes {
		switch {
		case c.Cluster != nil:
			for i := range held.Clusters {
				if held.Clusters[i].ID == c.Cluster.ID {
					held.Clusters[i] = *c.Cluster
				}
			}
		case c.Camera != nil:
			held.Cameras[0] = *c.Camera
		case c.Announcement != nil:
			held.Announcements = put(held.Announcements, *c.Announcement, func(a, b announce.Announcement) int { return b.CreatedAt.Compare(a.CreatedAt) })
		case c.Programme != nil:
			held.Programmes = put(held.Programmes, *c.Programme, func(a, b announce.Programme) int { return b.CreatedAt.Compare(a.CreatedAt) })
		case c.Next != nil:
			held.Next = *c.Next
		case c.Hub != nil:
			held.Hub = *c.Hub
		case c.Inventory != nil:
			held.Villages, held.Clusters, held.Cameras = c.Inventory.Villages, c.Inventory.Clusters, c.Inventory.Cameras
		}
	}
}

// TestWhatWaitsIsShownUntilADayAfterItsDecision follows announcements and
// programmes alike: what waits or is planned stays, what is over goes after a day.
func TestWhatWaitsIsShownUntilADayAfterItsDecision(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newModel(1)
		s := m.Subscribe(Hello{})
		next(t, s)
		at := time.Now()
		for _, state := range []announce.State{announce.Submitted, announce.Scheduled, announce.Returned, announce.Cancelled, announce.Done} {
			a := announce.Announcement{ID: announce.ID("tb-" + state), State: state}
			p := announce.Programme{ID: announce.ProgrammeID("ct-" + state), State: state}
			if state != announce.Submitted {
				a.DecidedAt, p.DecidedAt = &at, &at
			}
			m.SetAnnouncement(a)
			m.SetProgramme(p)
		}
		shown := func() (ids []string) {
			snap := m.Snapshot()
			for _, a := range snap.Announcements {
				ids = append(ids, string(a.ID))
			}
			for _, p := range snap.Programmes {
				ids = append(ids, string(p.ID))
			}
			slices.Sort(ids)
			return ids
		}
		if msg := next(t, s); len(msg.Changes) != 10 || msg.Changes[0].Announcement.ID != "tb-submitted" || msg.Changes[1].Programme.ID != "ct-submitted" {
			t.Errorf("the page is told %+v", msg.Changes)
		}
		time.Sleep(keepDecided - time.Second)
		if got := shown(); len(got) != 10 {
			t.Errorf("within the day: %v", got)
		}
		time.Sleep(2 * time.Second)
		if got := shown(); fmt.Sprint(got) != "[ct-scheduled ct-submitted tb-scheduled tb-submitted]" {
			t.Errorf("a day later: %v", got)
		}
	})
}

func TestNextEndsWithItsContext(t *testing.T) {
	s := newModel(1).Subscribe(Hello{})
	next(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Next(ctx); err != context.Canceled {
		t.Errorf("got %v", err)
	}
}

// BenchmarkSnapshotEncode measures what one browser's first message costs for a
// commune of 60 clusters.
func BenchmarkSnapshotEncode(b *testing.B) {
	m := newModel(60)
	for i := range 60 {
		m.UpdateCluster(devices.DeviceID(fmt.Sprintf("loa-%03d", i)), func(c *Cluster) {
			c.Readings = map[string]Reading{}
			for _, name := range []string{"temperature_c", "supply_v", "amp_current_a", "signal_dbm", "volume_pct", "playing"} {
				c.Readings[name] = Reading{At: time.Now(), Value: 12.5}
			}
		})
	}
	var size int
	for b.Loop() {
		data, err := json.Marshal(m.Snapshot())
		if err != nil {
			b.Fatal(err)
		}
		size = len(data)
	}
	b.ReportMetric(float64(size), "bytes/snapshot")
}
