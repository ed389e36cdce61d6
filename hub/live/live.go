package live

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce"
)

const (
	// gather is how long the first of several changes waits for the others, so
	// that ten clusters that report at once make one message.
	gather = 100 * time.Millisecond
	// ringSize is how many changes a browser may miss and still catch up
	// without a snapshot.
	ringSize = 4096
	// heartbeat is the longest silence on a subscription.
	heartbeat = 2 * time.Second

	keepOnAir   = 10 * time.Minute // after the end
	keepDecided = 24 * time.Hour
)

// key names one part of the model that changes as a whole.
type key struct {
	kind string
	id   string
}

// Model is the read model. Its methods may be called by many goroutines and
// never wait for a subscriber.
type Model struct {
	epoch string
	now   func() time.Time

	mu            sync.Mutex
	commune       devices.Commune
	villages      []devices.Village
	clusters      map[devices.DeviceID]*Cluster
	cameras       map[devices.DeviceID]*Camera
	announcements map[announce.ID]announce.Announcement
	programmes    map[announce.ProgrammeID]announce.Programme
	onAir         map[string]announce.Occurrence
	next          []announce.Occurrence
	hub           Hub

	dirty  map[key]struct{}
	order  []key // of dirty, oldest first
	timer  *time.Timer
	ring   []change // the last ringSize changes, oldest first
	seq    int64
	notify chan struct{} // closed and replaced when changes were made
}

type change struct {
	key key
	Change
}

// New returns an empty model; now is [time.Now] outside tests.
func New(hub Hub, now func() time.Time) *Model {
	return &Model{
		epoch: ulid.Make().String(), now: now, hub: hub,
		clusters:      map[devices.DeviceID]*Cluster{},
		cameras:       map[devices.DeviceID]*Camera{},
		announcements: map[announce.ID]announce.Announcement{},
		programmes:    map[announce.ProgrammeID]announce.Programme{},
		onAir:         map[string]announce.Occurrence{},
		dirty:         map[key]struct{}{},
		notify:        make(chan struct{}),
	}
}

// SetInventory takes over what stands in the commune and keeps the state of
// every device that stays.
func (m *Model) SetInventory(inv devices.Inventory) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.commune, m.villages = inv.Commune, slices.Clone(inv.Villages)
	clusters := make(map[devices.DeviceID]*Cluster, len(inv.Clusters))
	for _, c := range inv.Clusters {
		was := m.clusters[c.ID]
		if was == nil {
			was = &Cluster{SetVolume: c.Volume}
		}
		was.Cluster = c
		clusters[c.ID] = was
	}
	cameras := make(map[devices.DeviceID]*Camera, len(inv.Cameras))
	for _, c := range inv.Cameras {
		was := m.cameras[c.ID]
		if was == nil {
			was = &Camera{}
			was.Health.State, was.Health.Since = devices.CameraUnknown, m.now().UTC()
		}
		was.Camera = c
		// How a camera is reached is for those who edit it, not for every page.
		was.Camera.URL, was.Camera.Username, was.Camera.Password = "", "", ""
		cameras[c.ID] = was
	}
	m.clusters, m.cameras = clusters, cameras
	m.touch(key{"inventory", ""})
}

// UpdateCluster lets edit change a cluster; an unknown id is ignored.
func (m *Model) UpdateCluster(id devices.DeviceID, edit func(*Cluster)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if c := m.clusters[id]; c != nil {
		edit(c)
		m.touch(key{"cluster", string(id)})
	}
}

// UpdateCamera lets edit change a camera; an unknown id is ignored.
func (m *Model) UpdateCamera(id devices.DeviceID, edit func(*Camera)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if c := m.cameras[id]; c != nil {
		edit(c)
		m.touch(key{"camera", string(id)})
	}
}

// UpdateHub lets edit change the state of the hub's own parts.
func (m *Model) UpdateHub(edit func(*Hub)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	was := m.hub
	if edit(&m.hub); m.hub != was {
		m.touch(key{"hub", ""})
	}
}

// SetAnnouncement adds or replaces an announcement.
func (m *Model) SetAnnouncement(a announce.Announcement) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.announcements[a.ID] = a
	m.touch(key{"announcement", string(a.ID)})
}

// SetProgramme adds or replaces a programme.
func (m *Model) SetProgramme(p announce.Programme) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.programmes[p.ID] = p
	m.touch(key{"programme", string(p.ID)})
}

// SetOnAir adds or replaces an occurrence that sounds.
func (m *Model) SetOnAir(o announce.Occurrence) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.onAir[o.ID] = o
	m.touch(key{"on_air", o.ID})
}

// SetNext replaces the list of what comes next.
func (m *Model) SetNext(next []announce.Occurrence) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.next = next
	m.touch(key{"next", ""})
}

// touch marks a part as changed; m.mu is held.
func (m *Model) touch(k key) {
	if _, waits := m.dirty[k]; !waits {
		m.dirty[k] = struct{}{}
		m.order = append(m.order, k)
	}
	if m.timer == nil {
		m.timer = time.AfterFunc(gather, func() {
			m.mu.Lock()
			defer m.mu.Unlock()
			m.timer = nil
			m.flush()
		})
	}
}

// flush turns what is dirty into numbered changes; m.mu is held.
func (m *Model) flush() {
	if len(m.order) == 0 {
		return
	}
	for _, k := range m.order {
		if c, ok := m.describe(k); ok {
			m.seq++
			c.Seq = m.seq
			m.ring = append(m.ring, change{k, c})
		}
	}
	m.order = m.order[:0]
	clear(m.dirty)
	if extra := len(m.ring) - ringSize; extra > 0 {
		m.ring = slices.Delete(m.ring, 0, extra)
	}
	close(m.notify)
	m.notify = make(chan struct{})
}

func (m *Model) describe(k key) (c Change, ok bool) {
	switch k.kind {
	case "cluster":
		if v := m.clusters[devices.DeviceID(k.id)]; v != nil {
			copied := v.clone()
			c.Cluster = &copied
		}
		return c, c.Cluster != nil
	case "camera":
		if v := m.cameras[devices.DeviceID(k.id)]; v != nil {
			copied := *v
			c.Camera = &copied
		}
		return c, c.Camera != nil
	case "announcement":
		a := m.announcements[announce.ID(k.id)]
		c.Announcement = &a
	case "programme":
		p := m.programmes[announce.ProgrammeID(k.id)]
		c.Programme = &p
	case "on_air":
		o := m.onAir[k.id]
		c.OnAir = &o
	case "next":
		next := m.next
		c.Next = &next
	case "hub":
		hub := m.hub
		c.Hub = &hub
	case "inventory":
		c.Inventory = &Inventory{Villages: m.villages, Clusters: m.sortedClusters(), Cameras: m.sortedCameras()}
	}
	return c, true
}

func (c *Cluster) clone() Cluster {
	copied := *c
	copied.Readings = maps.Clone(c.Readings)
	return copied
}

func (m *Model) sortedClusters() []Cluster {
	list := make([]Cluster, 0, len(m.clusters))
	for _, c := range m.clusters {
		list = append(list, c.clone())
	}
	slices.SortFunc(list, func(a, b Cluster) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

func (m *Model) sortedCameras() []Camera {
	list := make([]Camera, 0, len(m.cameras))
	for _, c := range m.cameras {
		list = append(list, *c)
	}
	slices.SortFunc(list, func(a, b Camera) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

// Snapshot returns the whole model.
func (m *Model) Snapshot() Snapshot {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.snapshot()
}

func (m *Model) snapshot() Snapshot {
	m.flush() // so that the sequence number covers all that the snapshot shows
	now := m.now().UTC()
	m.forget(now)
	return Snapshot{
		Epoch: m.epoch, Seq: m.seq, Now: now,
		Commune: m.commune, Villages: slices.Clone(m.villages),
		Clusters: m.sortedClusters(), Cameras: m.sortedCameras(),
		Announcements: slices.SortedFunc(maps.Values(m.announcements), func(a, b announce.Announcement) int {
			return b.CreatedAt.Compare(a.CreatedAt)
		}),
		Programmes: slices.SortedFunc(maps.Values(m.programmes), func(a, b announce.Programme) int {
			return b.CreatedAt.Compare(a.CreatedAt)
		}),
		OnAir: slices.SortedFunc(maps.Values(m.onAir), func(a, b announce.Occurrence) int { return a.Start.Compare(b.Start) }),
		Next:  slices.Clone(m.next), Hub: m.hub,
	}
}

// forget drops what nobody needs any more; m.mu is held.
func (m *Model) forget(now time.Time) {
	old := func(over bool, decided *time.Time) bool {
		return over && decided != nil && now.Sub(*decided) > keepDecided
	}
	maps.DeleteFunc(m.onAir, func(_ string, o announce.Occurrence) bool {
		// What begins in years was put there by a clock that was set right since.
		return now.Sub(o.Start) > keepOnAir+time.Duration(o.DurationMS)*time.Millisecond || o.Start.Sub(now) > keepDecided
	})
	maps.DeleteFunc(m.announcements, func(_ announce.ID, a announce.Announcement) bool { return old(a.Over(), a.DecidedAt) })
	maps.DeleteFunc(m.programmes, func(_ announce.ProgrammeID, p announce.Programme) bool { return old(p.Over(), p.DecidedAt) })
}

// Subscription is one reader's place in the changes.
type Subscription struct {
	m     *Model
	epoch string
	seq   int64
}

// Subscribe begins where the reader says it stands.
func (m *Model) Subscribe(h Hello) *Subscription {
	return &Subscription{m: m, epoch: h.Epoch, seq: h.Seq}
}

// Next waits for something that the reader does not know yet and returns all of
// it, each part once and in its newest form; after two seconds of nothing it
// returns a heartbeat. It ends with the context's error.
func (s *Subscription) Next(ctx context.Context) (Message, error) {
	if err := ctx.Err(); err != nil {
		return Message{}, err
	}
	msg, notify, ok := s.take()
	if ok {
		return msg, nil
	}
	t := time.NewTimer(heartbeat)
	defer t.Stop()
	select {
	case <-notify:
		msg, _, _ = s.take()
	case <-t.C:
		msg.Now = s.m.now().UTC()
	case <-ctx.Done():
		return Message{}, ctx.Err()
	}
	return msg, nil
}

// Close ends the subscription; it holds nothing.
func (s *Subscription) Close() {}

func (s *Subscription) take() (msg Message, notify <-chan struct{}, ok bool) {
	m := s.m
	m.mu.Lock()
	defer m.mu.Unlock()
	msg.Now = m.now().UTC()
	oldest := m.seq - int64(len(m.ring)) // the state before the first change of the ring
	if s.epoch != m.epoch || s.seq < oldest || s.seq > m.seq {
		snap := m.snapshot()
		s.epoch, s.seq = snap.Epoch, snap.Seq
		msg.Snapshot = &snap
		return msg, nil, true
	}
	if s.seq == m.seq {
		return msg, m.notify, false
	}
	missed := m.ring[len(m.ring)-int(m.seq-s.seq):]
	newest := make(map[key]int64, len(missed))
	for _, c := range missed {
		newest[c.key] = c.Seq
	}
	for _, c := range missed {
		if newest[c.key] == c.Seq {
			msg.Changes = append(msg.Changes, c.Change)
		}
	}
	s.seq = m.seq
	return msg, nil, true
}
