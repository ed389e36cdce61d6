package announce

import (
	"cmp"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
)

// maker makes plans, one after another, for one goroutine.
type maker struct {
	c       *compiler
	hashes  map[string]string
	recipes map[recipeKey]*recipe
	// What follows is used again for each cluster and each show.
	refs  []ref
	own   []ref     // of one announcement
	until time.Time // up to here refs are all of the cluster's
	text  []byte
	ends  []int
	stage stage
}

func (c *compiler) maker() *maker {
	return &maker{c: c, hashes: map[string]string{}, recipes: map[recipeKey]*recipe{}}
}

// each calls f for every cluster, by place in the list, from as many goroutines as
// there are cores. Clusters that stand together in the list share most.
func (c *compiler) each(clusters []devices.Cluster, f func(m *maker, i int)) {
	c.serve(clusters)
	var wg sync.WaitGroup
	hands := runtime.GOMAXPROCS(0)
	for h := range hands {
		wg.Go(func() {
			m := c.maker()
			for i := h * len(clusters) / hands; i < (h+1)*len(clusters)/hands; i++ {
				f(m, i)
			}
		})
	}
	wg.Wait()
}

// gather collects the items of a cluster in order of start, as many as a device
// takes, and returns a key that is the same for clusters with the same plan.
func (m *maker) gather(cluster devices.Cluster) (key string) {
	c, moved := m.c, m.c.moved[cluster.ID]
	k := strconv.AppendInt(m.text[:0], int64(cluster.Volume), 10)
	k = strconv.AppendInt(append(k, '+'), int64(cluster.OffsetMS), 10)
	m.refs = m.refs[:0]
	for _, l := range c.own[cluster.ID] {
		for _, r := range m.refsOf(l) {
			if !moved || c.ground.aims(l.a.Target, cluster.ID, r.at()) {
				m.refs = append(m.refs, r)
			}
		}
		k = strconv.AppendInt(append(k, ' '), int64(l.n), 10)
		if l.left.Add(-1) <= 0 {
			l.refs.Store(nil)
		}
	}
	for _, sh := range c.played[cluster.ID] {
		mx := c.mixOf(cluster.ID, sh)
		cut := sh.cutOn(cluster.ID)
		m.refs = m.refsOfShow(m.refs, sh, mx, cut)
		k = strconv.AppendInt(append(k, " p"...), int64(sh.n), 10)
		k = strconv.AppendInt(append(k, '/'), int64(mx.n), 10)
		if !cut.IsZero() {
			k = strconv.AppendInt(append(k, '<'), cut.UnixNano(), 10)
		}
		if sh.left.Add(-1) <= 0 {
			sh.layout.Store(nil)
		}
	}
	if moved || c.src.Rules.nameCluster(cluster.ID) {
		k = append(append(k, " @"...), cluster.ID...)
	}
	key, m.text = string(k), k
	slices.SortFunc(m.refs, ref.compare)
	m.until = c.to
	if n := m.fitting(); n < len(m.refs) {
		m.until, m.refs = m.refs[n].at(), m.refs[:n]
	}
	return key
}

const (
	// planRoom is what of the largest plan is left for its items, in bytes.
	planRoom = protocol.MaxPlan - 64<<10
	// longestItem is more than the longest item has, in bytes: all of its language
	// versions repeated ten times.
	longestItem = 16 << 10
)

// fitting is how many of the items a device takes. The rest follows when the
// window has moved on: a plan that is refused would silence the cluster wholly.
func (m *maker) fitting() int {
	if len(m.refs) < planRoom/longestItem {
		return len(m.refs) // almost always
	}
	room := planRoom
	for i := range m.refs {
		m.text = m.refs[i].appendJSON(m.text[:0], 100)
		if room -= len(m.text) + 1; room < 0 {
			for i > 0 && m.refs[i-1].start == m.refs[i].start {
				i--
			}
			return i
		}
	}
	return len(m.refs)
}

// compare orders items by start, and the more urgent first.
func (r ref) compare(s ref) int {
	return cmp.Or(cmp.Compare(r.start, s.start), cmp.Compare(s.item.Level, r.item.Level), cmp.Compare(r.item.Announcement, s.item.Announcement), cmp.Compare(r.n, s.n))
}

func pointer(n int) *int { return &n }

// hash is the hash of a cluster's plan without the plan.
func (m *maker) hash(cluster devices.Cluster) string { return m.hashOf(cluster, m.gather(cluster)) }

// hashOf is the hash of what was gathered.
func (m *maker) hashOf(cluster devices.Cluster, key string) string {
	hash, ok := m.hashes[key]
	if !ok {
		h, named := protocol.NewContentHash(cluster.Volume), m.c.src.Rules.nameCluster(cluster.ID)
		for i := range m.refs {
			m.text = m.refs[i].appendJSON(m.text[:0], m.volume(cluster.ID, named, &m.refs[i]))
			h.Add(m.text)
		}
		hash = h.Sum(cluster.OffsetMS, m.c.src.Keep)
		m.hashes[key] = hash
	}
	return hash
}

// volume is that of an item on a cluster, -1 for the cluster's own; named says that
// the rules name the cluster.
func (m *maker) volume(cluster devices.DeviceID, named bool, r *ref) int {
	if named {
		return m.c.src.volume(cluster, r)
	}
	return int(r.volume)
}

// plan is the plan of a cluster.
func (m *maker) plan(cluster devices.Cluster) protocol.Plan {
	hash, named := m.hashOf(cluster, m.gather(cluster)), m.c.src.Rules.nameCluster(cluster.ID)
	p := protocol.Plan{Hash: hash, CompiledAt: m.c.src.Now.UTC(), Until: m.until.UTC(), Volume: cluster.Volume, OffsetMS: cluster.OffsetMS,
		Items: make([]protocol.Item, len(m.refs)), Keep: m.c.src.Keep}
	m.ends, m.text = m.ends[:0], m.text[:0]
	for i := range m.refs {
		m.text = m.refs[i].appendID(m.text)
		m.ends = append(m.ends, len(m.text))
	}
	names, begin := string(m.text), 0 // one string for all
	for i := range m.refs {
		r, it := &m.refs[i], &p.Items[i]
		*it = r.item
		it.Occurrence, it.Start, it.Deadline = names[begin:m.ends[i]], r.at(), r.at().Add(planAllowance)
		if v := m.volume(cluster.ID, named, r); v >= 0 {
			it.Volume = pointer(v) // only here does it need memory of its own
		}
		begin = m.ends[i]
	}
	return p
}
