package announce

import (
	"reflect"
	"slices"

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
	clusters = map[devices.DeviceID]bool{}
	touch := func(ids []devices.DeviceID) {
		for _, id := range ids {
			clusters[id] = true
		}
	}
	before := map[devices.DeviceID]devices.Cluster{}
	for _, c := range was.Clusters {
		before[c.ID] = c
	}
	for _, c := range now.Clusters {
		if b, ok := before[c.ID]; !ok || b != c {
			clusters[c.ID] = true
		}
		delete(before, c.ID)
	}
	for id := range before {
		clusters[id] = true
	}
	touchedBy(was.Announcements, now.Announcements, func(a Announcement) ID { return a.ID }, func(a *Announcement) {
		switch {
		case a.State == Submitted:
		case a.When.Kind != schedule.InProgramme || len(a.Clusters) > 0:
			touch(a.Clusters)
		default:
			for _, p := range slices.Concat(was.Programmes, now.Programmes) {
				touch(p.Clusters)
			}
		}
	})
	touchedBy(was.Programmes, now.Programmes, func(p Programme) ProgrammeID { return p.ID }, func(p *Programme) { touch(p.Clusters) })
	return clusters, false
}

// touchedBy calls touch for the old and the new form of everything that was
// added, changed or removed.
func touchedBy[T any, K comparable](was, now []T, key func(T) K, touch func(*T)) {
	before := make(map[K]*T, len(was))
	for i := range was {
		before[key(was[i])] = &was[i]
	}
	for i := range now {
		k := key(now[i])
		b := before[k]
		delete(before, k)
		if b != nil && reflect.DeepEqual(*b, now[i]) {
			continue
		}
		if b != nil {
			touch(b)
		}
		touch(&now[i])
	}
	for _, b := range before {
		touch(b)
	}
}
