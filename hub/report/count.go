package report

import (
	"cmp"
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/devices"
)

// tally adds up the figures of one place, level or announcement.
type tally struct {
	f             Figures
	aired         time.Duration
	announcements map[string]bool
	occurrences   map[string]bool
	title         string    // of an announcement
	first         time.Time // of an announcement
}

func newTally() *tally {
	return &tally{announcements: map[string]bool{}, occurrences: map[string]bool{}}
}

func (t *tally) add(f fate) {
	t.announcements[f.announcement], t.occurrences[f.occurrence] = true, true
	switch f.count() {
	case devices.InFull:
		t.f.Played++
		if f.play.Unheard {
			t.f.NotHeard++
		}
	case devices.InPart:
		t.f.InPart++
	case devices.Withdrawn:
		t.f.Withdrawn++
	case devices.NotPlayed:
		t.addFailure(f.result)
	}
}

func (t *tally) addFailure(r devices.Result) {
	switch r {
	case devices.Interrupted:
		t.f.Interrupted++
	case devices.Failed:
		t.f.Failed++
	case devices.Missed:
		t.f.Missed++
	case devices.Unreported:
		t.f.Unreported++
	}
}

// figures returns what was added up; nothing for a tally that there is not.
func (t *tally) figures() Figures {
	if t == nil {
		return Figures{}
	}
	f := t.f
	f.Announcements, f.Occurrences = len(t.announcements), len(t.occurrences)
	f.Seconds = int64(t.aired / time.Second)
	f.Expected = f.Played + f.InPart + f.NotPlayed()
	if f.Expected > 0 {
		c := float64(f.Played) / float64(f.Expected)
		f.Coverage = &c
	}
	return f
}

// counter keeps the tallies of a report.
type counter struct {
	src      Sources
	known    map[devices.DeviceID]devices.Cluster
	gone     map[devices.DeviceID]devices.Cluster
	names    map[devices.VillageID]string
	total    *tally
	villages map[devices.VillageID]*tally
	clusters map[devices.DeviceID]*tally
	levels   map[devices.Level]*tally
	items    map[string]*tally
}

func newCounter(src Sources) *counter {
	c := &counter{src: src, known: map[devices.DeviceID]devices.Cluster{}, gone: map[devices.DeviceID]devices.Cluster{}, names: map[devices.VillageID]string{}, total: newTally(),
		villages: map[devices.VillageID]*tally{}, clusters: map[devices.DeviceID]*tally{}, levels: map[devices.Level]*tally{}, items: map[string]*tally{}}
	for _, v := range src.Inventory.Villages {
		c.names[v.ID] = v.Name
	}
	for _, cl := range src.Inventory.Clusters {
		if _, ok := c.names[cl.Village]; !ok {
			cl.Village = "" // never in an inventory that was checked
		}
		c.known[cl.ID] = cl
	}
	for _, cl := range src.Gone {
		c.gone[cl.ID] = cl
	}
	return c
}

// cluster is what is known of a cluster that stands, or stood; nothing beside its
// id for one that nobody has heard of.
func (c *counter) cluster(id devices.DeviceID) devices.Cluster {
	if cl, ok := c.known[id]; ok {
		return cl
	}
	cl := c.gone[id]
	cl.ID = id
	return cl
}

func of[K comparable](m map[K]*tally, k K) *tally {
	if m[k] == nil {
		m[k] = newTally()
	}
	return m[k]
}

// tallied are the tallies that a play on a cluster belongs to.
func (c *counter) tallied(cluster devices.DeviceID) []*tally {
	return []*tally{c.total, of(c.villages, c.known[cluster].Village), of(c.clusters, cluster)}
}

// tallies are those that a play of an announcement on a cluster belongs to.
func (c *counter) tallies(announcement string, cluster devices.DeviceID) []*tally {
	return append(c.tallied(cluster), of(c.levels, c.src.Announcements[announcement].Level), of(c.items, announcement))
}

func (c *counter) count(f fate) {
	for _, t := range c.tallies(f.announcement, f.cluster) {
		t.add(f)
	}
	if t := c.items[f.announcement]; t.first.IsZero() {
		t.first, t.title = f.at, f.title(c.src) // fates come in order of time
	}
}

// air adds the time on air of a play, and plays that nobody planned. What the hub
// does not know is of no announcement, and its times are the device's word alone. The
// same sounding may be told of twice: when it was cut, and when a person stopped what
// waited to go on.
func (c *counter) air(p Play, told map[sounding]time.Duration) {
	if p.Unknown {
		for _, t := range c.tallied(p.Cluster) {
			t.f.Unplanned++
		}
		return
	}
	aired := p.aired()
	if p.StartedAt != nil {
		s := sounding{p.Occurrence, p.Cluster, p.StartedAt.UnixMilli()}
		aired, told[s] = max(0, aired-told[s]), max(aired, told[s])
	}
	for _, t := range c.tallies(p.Announcement, p.Cluster) {
		t.aired += aired
		if p.Unplanned {
			t.f.Unplanned++
		}
	}
	if t := c.items[p.Announcement]; t.first.IsZero() {
		t.first, t.title = p.PlannedAt, orID(p.Title, p.Announcement)
	}
}

// sounding is one stretch in which an occurrence sounded on a cluster.
type sounding struct {
	occurrence string
	cluster    devices.DeviceID
	started    int64 // Unix milliseconds
}

// placed is a village with its clusters.
type placed struct {
	id       devices.VillageID
	name     string
	clusters []devices.Cluster
}

// places lists every village with its clusters in the order of the inventory,
// and last, when there are any, the clusters that stand there no more.
func (c *counter) places() []placed {
	var out []placed
	for _, v := range c.src.Inventory.Villages {
		out = append(out, placed{id: v.ID, name: v.Name})
	}
	var gone []devices.Cluster
	for id := range c.clusters {
		if c.known[id].Village == "" {
			gone = append(gone, c.cluster(id))
		}
	}
	slices.SortFunc(gone, func(a, b devices.Cluster) int { return cmp.Compare(a.ID, b.ID) })
	for i := range out {
		for _, cl := range c.src.Inventory.Clusters {
			if cl.Village == out[i].id {
				out[i].clusters = append(out[i].clusters, cl)
			}
		}
	}
	if len(gone) > 0 {
		out = append(out, placed{name: "Cụm loa không còn trong danh mục", clusters: gone})
	}
	return out
}
