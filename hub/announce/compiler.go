package announce

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

// compiler makes the plans of single clusters from common sources. It holds what
// clusters share once, and a plan only while it is made, so that ten thousand
// clusters take little memory. It is for one goroutine.
type compiler struct {
	src      Sources
	from, to time.Time
	own      map[devices.DeviceID][]*line // announcements with a schedule of their own
	played   map[devices.DeviceID][]*show
	library  []*Announcement // what programmes may take up, in turn
	// everywhere and heard are the places in the library of what is meant for every
	// cluster and for a single one.
	everywhere []int
	heard      map[devices.DeviceID][]int
	hashes     map[string]string
	patterns   map[patternKey]*pattern
}

// patternKey names the pieces of programmes that share a pattern.
type patternKey struct {
	form          *ProgrammeDraft
	announcement  *Announcement
	opens, closes bool
}

// line is an announcement with a schedule of its own.
type line struct {
	key  string
	a    *Announcement
	refs []*ref // made when a cluster needs them first
	made bool
	left int // clusters that have not asked yet
}

// show is an occurrence of a programme with its forms by what clusters may hear.
type show struct {
	key      string
	session  session
	variants map[string]*variant
	left     int // clusters that have not asked yet
}

type variant struct {
	pieces []piece
	refs   []*ref
}

// ref is an item of plans with its JSON, which many plans share.
type ref struct {
	item    protocol.Item
	encoded []byte // at the volume, -1 for the cluster's own
	volume  int
	like    *pattern // of all items of an announcement, nil for none
}

// newCompiler prepares plans of [from, to).
func newCompiler(src Sources, from, to time.Time) *compiler {
	c := &compiler{src: src, from: from, to: to, own: map[devices.DeviceID][]*line{}, played: map[devices.DeviceID][]*show{},
		heard: map[devices.DeviceID][]int{}, hashes: map[string]string{}, patterns: map[patternKey]*pattern{}}
	for i := range src.Announcements {
		a := &src.Announcements[i]
		if a.State == Scheduled && a.When.Kind != schedule.InProgramme && a.When.Kind != schedule.Now {
			l := &line{key: strconv.Itoa(i), a: a, left: len(a.Clusters)}
			for _, cluster := range a.Clusters {
				c.own[cluster] = append(c.own[cluster], l)
			}
		}
	}
	c.prepareProgrammes()
	return c
}

func (c *compiler) prepareProgrammes() {
	named := map[ID]bool{}
	for i := range c.src.Programmes {
		p := &c.src.Programmes[i]
		for n, s := range p.sessions(c.from.Add(-maxSounding), c.to, c.src.Location) {
			for _, it := range s.form.Items {
				named[it.Announcement] = true
			}
			sh := &show{key: "p" + strconv.Itoa(i) + "." + strconv.Itoa(n), session: s, variants: map[string]*variant{}, left: len(s.clusters)}
			for _, cluster := range s.clusters {
				c.played[cluster] = append(c.played[cluster], sh)
			}
		}
	}
	if len(c.played) == 0 {
		return
	}
	for i := range c.src.Announcements {
		if a := &c.src.Announcements[i]; a.When.Kind == schedule.InProgramme || named[a.ID] {
			c.library = append(c.library, a)
		}
	}
	slices.SortFunc(c.library, inTurn)
	for i, a := range c.library {
		for _, cluster := range a.Clusters {
			if _, ok := c.played[cluster]; ok {
				c.heard[cluster] = append(c.heard[cluster], i)
			}
		}
		if len(a.Clusters) == 0 {
			c.everywhere = append(c.everywhere, i)
		}
	}
}

// libraryOf is what programmes may take up on a cluster, in turn.
func (c *compiler) libraryOf(cluster devices.DeviceID) []*Announcement {
	places := slices.Concat(c.everywhere, c.heard[cluster])
	slices.Sort(places)
	out := make([]*Announcement, len(places))
	for i, p := range places {
		out[i] = c.library[p]
	}
	return out
}

// variantKey is the same for clusters that may hear the same.
func (c *compiler) variantKey(cluster devices.DeviceID) string {
	var k []byte
	for _, i := range c.heard[cluster] {
		k = strconv.AppendInt(append(k, ' '), int64(i), 10)
	}
	return string(k)
}

// variantFor is what a show plays on a cluster.
func (c *compiler) variantFor(sh *show, cluster devices.DeviceID) *variant {
	key := c.variantKey(cluster)
	v := sh.variants[key]
	if v == nil {
		v = &variant{pieces: sh.session.timeline(c.libraryOf(cluster), c.src.Chimes, c.src.Location)}
		for _, p := range v.pieces {
			if p.start.Before(c.from) {
				continue // of a programme that began before
			}
			key := patternKey{sh.session.form, p.announcement, p.opens, p.closes}
			like := c.patterns[key]
			if like == nil {
				like = &pattern{}
				c.patterns[key] = like
			}
			v.refs = append(v.refs, &ref{item: sh.session.itemOfPiece(p), like: like})
		}
		sh.variants[key] = v
	}
	return v
}

func (c *compiler) refsOf(l *line) []*ref {
	if l.made {
		return l.refs
	}
	starts := plannedStarts(*l.a, c.from, c.to, c.src.Location)
	if len(starts) == 0 {
		return nil
	}
	made := make([]ref, len(starts))
	refs := make([]*ref, len(starts))
	like := &pattern{}
	first := itemOf(*l.a, starts[0], planAllowance)
	for i, start := range starts {
		it := first // they share their audio
		it.Occurrence, it.Start, it.Deadline = occurrenceID(l.a.ID, start), start.UTC(), start.Add(planAllowance).UTC()
		made[i] = ref{item: it, like: like}
		refs[i] = &made[i]
	}
	l.refs, l.made = refs, true
	return refs
}

// items are those of a cluster in order of start, as many as a device takes, with
// the instant up to which they are all, and a key that is the same for clusters
// with the same plan.
func (c *compiler) items(cluster devices.Cluster) (refs []*ref, until time.Time, key string) {
	k := strconv.AppendInt(nil, int64(cluster.Volume), 10)
	// What no further cluster needs is let go of.
	for _, l := range c.own[cluster.ID] {
		if list := c.refsOf(l); len(list) > 0 {
			refs = append(refs, list...)
			k = append(append(k, ' '), l.key...)
		}
		if l.left--; l.left == 0 {
			l.refs, l.made = nil, false
		}
	}
	for _, sh := range c.played[cluster.ID] {
		if v := c.variantFor(sh, cluster.ID); len(v.refs) > 0 {
			refs = append(refs, v.refs...)
			k = append(append(append(append(k, ' '), sh.key...), '/'), c.variantKey(cluster.ID)...)
		}
		if sh.left--; sh.left == 0 {
			clear(sh.variants)
		}
	}
	if c.src.Rules.nameCluster(cluster.ID) {
		k = append(append(k, " @"...), cluster.ID...)
	}
	slices.SortFunc(refs, func(a, b *ref) int { return soonest(a.item, b.item) })
	if n := c.fitting(cluster.ID, refs); n < len(refs) {
		return refs[:n], refs[n].item.Start, string(k)
	}
	return refs, c.to, string(k)
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
func (c *compiler) fitting(cluster devices.DeviceID, refs []*ref) int {
	if len(refs) < planRoom/longestItem {
		return len(refs) // almost always
	}
	room := planRoom
	for i, r := range refs {
		if room -= len(r.json(c.volume(cluster, r.item))) + 1; room < 0 {
			return i
		}
	}
	return len(refs)
}

// volume is that of an item on a cluster, -1 for the cluster's own.
func (c *compiler) volume(cluster devices.DeviceID, it protocol.Item) int {
	if len(c.src.Rules.Volumes) == 0 {
		return -1
	}
	if v := c.src.Rules.itemVolume(cluster, it, c.src.Location); v != nil {
		return *v
	}
	return -1
}

func (r *ref) at(volume int) protocol.Item {
	it := r.item
	if volume >= 0 {
		it.Volume = &volume
	}
	return it
}

func (r *ref) json(volume int) []byte {
	if r.encoded == nil || r.volume != volume {
		r.encoded, r.volume = r.like.json(r.at(volume), volume), volume // the next cluster mostly wants the same
	}
	return r.encoded
}

// pattern is the JSON of one of several items that differ in their name and times
// alone, as those of one announcement do: encoding each anew is what compiling
// would cost most.
type pattern struct {
	volume       int
	middle, rest []byte // between the name and the start, and after the deadline
}

func (p *pattern) json(it protocol.Item, volume int) []byte {
	if p == nil || p.middle == nil || p.volume != volume {
		// Encoding an item cannot fail.
		b, _ := json.Marshal(it)
		if p != nil {
			p.learn(b, it, volume)
		}
		return b
	}
	b := make([]byte, 0, len(itemHead)+len(it.Occurrence)+len(p.middle)+len(p.rest)+80)
	b = append(append(append(b, itemHead...), it.Occurrence...), p.middle...)
	b = append(it.Start.AppendFormat(append(b, itemStart...), time.RFC3339Nano), itemDeadline...)
	return append(it.Deadline.AppendFormat(b, time.RFC3339Nano), p.rest...)
}

// These cannot stand inside a JSON string, where a quotation mark is escaped.
const (
	itemHead     = `{"occurrence":"`
	itemStart    = `"start":"`
	itemDeadline = `","deadline":"`
)

// learn takes a pattern from the JSON of an item.
func (p *pattern) learn(b []byte, it protocol.Item, volume int) {
	head := itemHead + it.Occurrence
	times := itemStart + it.Start.Format(time.RFC3339Nano) + itemDeadline + it.Deadline.Format(time.RFC3339Nano)
	if i := bytes.Index(b, []byte(times)); i >= len(head) && bytes.HasPrefix(b, []byte(head)) {
		p.volume, p.middle, p.rest = volume, b[len(head):i], b[i+len(times):]
	}
}

// hash is the hash of a cluster's plan without the plan.
func (c *compiler) hash(cluster devices.Cluster) string {
	refs, _, key := c.items(cluster)
	return c.hashOf(cluster, refs, key)
}

func (c *compiler) hashOf(cluster devices.Cluster, refs []*ref, key string) string {
	hash, ok := c.hashes[key]
	if !ok {
		h := protocol.NewContentHash(cluster.Volume)
		for _, r := range refs {
			h.Add(r.json(c.volume(cluster.ID, r.item)))
		}
		hash = h.Sum(0, c.src.Keep)
		c.hashes[key] = hash
	}
	return hash
}

// plan is the plan of a cluster.
func (c *compiler) plan(cluster devices.Cluster) protocol.Plan {
	refs, until, key := c.items(cluster)
	p := protocol.Plan{Hash: c.hashOf(cluster, refs, key), CompiledAt: c.src.Now.UTC(), Until: until.UTC(), Volume: cluster.Volume,
		Items: make([]protocol.Item, len(refs)), Keep: c.src.Keep}
	for i, r := range refs {
		p.Items[i] = r.at(c.volume(cluster.ID, r.item))
	}
	return p
}

// slot is an occurrence that plans hold, with the clusters whose plans they are.
type slot struct {
	Occurrence
	clusters []devices.DeviceID
}

// slots are all occurrences of the plans in [from, to), soonest first.
func (c *compiler) slots(from, to time.Time) (out []slot) {
	inside := func(t time.Time) bool { return !t.Before(from) && t.Before(to) }
	for i := range c.src.Announcements {
		a := &c.src.Announcements[i]
		if a.When.Kind == schedule.InProgramme {
			continue
		}
		for _, start := range plannedStarts(*a, from, to, c.src.Location) {
			out = append(out, slot{occurrenceOf(*a, start), a.Clusters})
		}
	}
	seen := map[*show]bool{}
	for _, list := range c.played {
		for _, sh := range list {
			if !seen[sh] {
				seen[sh] = true
				out = append(out, slices.DeleteFunc(c.slotsOf(sh), func(s slot) bool { return !inside(s.Start) })...)
			}
		}
	}
	slices.SortFunc(out, func(a, b slot) int {
		if n := a.Start.Compare(b.Start); n != 0 {
			return n
		}
		return compare(a.ID, b.ID)
	})
	return out
}

// slotsOf are the pieces of a show with their clusters.
func (c *compiler) slotsOf(sh *show) (out []slot) {
	clusters := map[*variant][]devices.DeviceID{}
	var order []*variant
	for _, id := range sh.session.clusters {
		v := c.variantFor(sh, id)
		if clusters[v] == nil {
			order = append(order, v)
		}
		clusters[v] = append(clusters[v], id)
	}
	index := map[string]int{}
	for _, v := range order {
		for _, p := range v.pieces {
			id := p.occurrence()
			i, ok := index[id]
			if !ok {
				i = len(out)
				index[id] = i
				out = append(out, slot{Occurrence: Occurrence{ID: id, Announcement: p.announcement.ID, Title: sh.session.titleOf(p.announcement),
					Level: p.announcement.Level, Start: p.start.UTC(), DurationMS: p.durationMS(), Programme: sh.session.programme.ID, Deliveries: []Delivery{}}})
			}
			out[i].clusters = append(out[i].clusters, clusters[v]...)
		}
	}
	return out
}
