package announce

import (
	"reflect"
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

// touched tells which clusters may have other plans when sources became others;
// all says that every cluster may.
func touched(was, now Sources) (clusters map[devices.DeviceID]bool, all bool) {
	f1, t1 := Window(was.Now, was.Location)
	f2, t2 := Window(now.Now, now.Location)
	if !f1.Equal(f2) || !t1.Equal(t2) || was.Rules.Version != now.Rules.Version {
		return nil, true
	}
	t := &toucher{was: &was, now: &now, from: f1, to: t1, clusters: map[devices.DeviceID]bool{}, shifted: map[devices.DeviceID]bool{}}
	t.places()
	touchedBy(was.Announcements, now.Announcements, func(a *Announcement) ID { return a.ID }, (*Announcement).sameAs, t.announcement)
	touchedBy(was.Programmes, now.Programmes, func(p *Programme) ProgrammeID { return p.ID }, (*Programme).sameAs, func(p *Programme) {
		for _, f := range p.forms(t.from) {
			t.shift(t.meant(f.Target))
		}
	})
	t.follow()
	return t.clusters, false
}

// toucher collects the clusters.
type toucher struct {
	was, now *Sources
	from, to time.Time
	clusters map[devices.DeviceID]bool
	shifted  map[devices.DeviceID]bool // those of programmes that may be longer or shorter
}

func (t *toucher) touch(ids []devices.DeviceID) {
	for _, id := range ids {
		t.clusters[id] = true
	}
}

// shift touches the clusters of a programme.
func (t *toucher) shift(ids []devices.DeviceID) {
	t.touch(ids)
	for _, id := range ids {
		t.shifted[id] = true
	}
}

// follow touches the programmes that may have to wait for those that shifted, and
// those that wait for them.
func (t *toucher) follow() {
	for n := 0; n != len(t.shifted); {
		n = len(t.shifted)
		for _, p := range t.now.Programmes {
			for _, f := range p.forms(t.from) {
				if ids := t.meant(f.Target); slices.ContainsFunc(ids, func(id devices.DeviceID) bool { return t.shifted[id] }) {
					t.shift(ids)
				}
			}
		}
	}
}

// meant are the clusters of a target, before and after.
func (t *toucher) meant(target Target) []devices.DeviceID {
	before, after := t.was.places().within(target, t.from, t.to), t.now.places().within(target, t.from, t.to)
	if slices.Equal(before, after) {
		return after
	}
	return union(before, after)
}

// places touches the clusters that changed, and those that are in a programme with
// them: all of them keep in step.
func (t *toucher) places() {
	before := map[devices.DeviceID]devices.Cluster{}
	for _, c := range t.was.Clusters {
		before[c.ID] = c
	}
	moved := map[devices.DeviceID]bool{}
	for _, c := range t.now.Clusters {
		b, ok := before[c.ID]
		if !ok || b != c {
			t.clusters[c.ID] = true
		}
		if !ok || b.Village != c.Village {
			moved[c.ID] = true
		}
		delete(before, c.ID)
	}
	for id := range before {
		t.clusters[id], moved[id] = true, true
	}
	if len(moved) == 0 {
		return
	}
	for _, p := range t.now.Programmes {
		for _, f := range p.forms(t.from) {
			if ids := t.meant(f.Target); slices.ContainsFunc(ids, func(id devices.DeviceID) bool { return moved[id] }) {
				t.shift(ids)
			}
		}
	}
}

// announcement touches the clusters of an announcement; one that programmes take
// up has its place in theirs.
func (t *toucher) announcement(a *Announcement) {
	own := t.meant(a.Target)
	switch {
	case a.State == Submitted:
	case a.When.Kind != schedule.InProgramme:
		t.touch(own)
	default:
		for _, p := range slices.Concat(t.was.Programmes, t.now.Programmes) {
			for _, f := range p.forms(t.from) {
				if ids := t.meant(f.Target); f.takesUp(a) && (a.everywhere() || intersection(ids, own) != nil) {
					t.shift(ids)
				}
			}
		}
	}
}

// forms are those that a programme has, and had since shortly before an instant.
func (p *Programme) forms(since time.Time) []*ProgrammeDraft {
	out := []*ProgrammeDraft{&p.ProgrammeDraft}
	for i := range p.Earlier {
		if e := &p.Earlier[i]; e.Until.After(since.Add(-maxSounding)) {
			out = append(out, &e.ProgrammeDraft)
		}
	}
	return out
}

// takesUp reports whether a programme may play an announcement.
func (d *ProgrammeDraft) takesUp(a *Announcement) bool {
	return d.names(a.ID) || slices.ContainsFunc(d.Items, func(it ProgrammeItem) bool { return it.Fill != nil })
}

// sameAs reports whether nothing of an announcement changed that plans are made
// from; where its clusters stand is told by the ground.
func (a *Announcement) sameAs(b *Announcement) bool {
	if a == b {
		return true
	}
	x, y := *a, *b
	x.Clusters, y.Clusters, x.Gone, y.Gone = nil, nil, nil, nil
	return reflect.DeepEqual(x, y)
}

// sameAs is that of an announcement for a programme.
func (p *Programme) sameAs(q *Programme) bool {
	if p == q {
		return true
	}
	x, y := *p, *q
	x.Clusters, y.Clusters, x.Gone, y.Gone = nil, nil, nil, nil
	return reflect.DeepEqual(x, y)
}

// touchedBy calls touch for the old and the new form of everything that was
// added, changed or removed.
func touchedBy[T any, K comparable](was, now []*T, key func(*T) K, same func(a, b *T) bool, touch func(*T)) {
	before := make(map[K]*T, len(was))
	for _, v := range was {
		before[key(v)] = v
	}
	for _, v := range now {
		k := key(v)
		b := before[k]
		delete(before, k)
		if b != nil && same(b, v) {
			continue
		}
		if b != nil {
			touch(b)
		}
		touch(v)
	}
	for _, b := range before {
		touch(b)
	}
}
