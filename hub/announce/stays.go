package announce

import (
	"time"

	"github.com/smart-commune/smart-commune/devices"
)

// Stood is what stood in the commune since an instant.
type Stood struct {
	Since    time.Time
	Clusters map[devices.DeviceID]devices.VillageID
}

// stay is the time that a cluster stood in a village. A target stays what the
// broadcaster said; on which clusters it sounds at an instant is told by the stays
// of that instant. So a cluster that is added to a village joins what is aimed at
// it, one that is removed leaves it, and the past stays as it was.
type stay struct {
	cluster devices.DeviceID
	village devices.VillageID
	// since is zero for what stood there before anybody took note, until for what
	// stands there still.
	since, until time.Time
}

func (s stay) at(t time.Time) bool { return s.meets(t, t.Add(1)) }

func (s stay) meets(from, to time.Time) bool {
	return s.since.Before(to) && (s.until.IsZero() || s.until.After(from))
}

// staysOf are the stays of clusters that stand as they are found now, and stood as
// was noted before. What was noted by a clock that was ahead holds from now on.
func staysOf(noted []Stood, clusters []devices.Cluster, clock time.Time) (stays []stay) {
	now := Stood{Clusters: make(map[devices.DeviceID]devices.VillageID, len(clusters))}
	for _, c := range clusters {
		now.Clusters[c.ID] = c.Village
	}
	if n := len(noted); n > 0 {
		now.Since = noted[n-1].Since
		noted = noted[:n-1]
	}
	open := map[devices.DeviceID]stay{}
	for i, s := range append(noted[:len(noted):len(noted)], now) {
		since := sooner(s.Since, clock)
		if i == 0 {
			since = time.Time{}
		}
		for id, was := range open {
			if village, stands := s.Clusters[id]; stands && village == was.village {
				continue
			}
			if was.until = since; was.since.Before(since) {
				stays = append(stays, was)
			}
			delete(open, id)
		}
		for id, village := range s.Clusters {
			if _, stands := open[id]; !stands {
				open[id] = stay{cluster: id, village: village, since: since}
			}
		}
	}
	for _, s := range open {
		stays = append(stays, s)
	}
	return stays
}
