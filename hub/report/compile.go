package report

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/smart-commune/smart-commune/devices"
)

// longestPlay bounds what one play adds to the time on air: a clock that was set
// in between would add years. Nothing is relayed for longer.
const longestPlay = 12 * time.Hour

// Compile makes the report. Equal sources give equal reports.
func Compile(src Sources) Report {
	from, to := src.Month.Span(src.Zone)
	r := Report{
		Month: src.Month.String(), Commune: src.Inventory.Commune, From: from.UTC(), Until: to.UTC(), Complete: !src.Now.Before(to),
		GeneratedAt: src.Now.UTC().Truncate(time.Second), Head: src.Head,
		Villages: []VillageLine{}, Levels: []LevelLine{}, Failures: []FailureLine{}, NotHeard: []NotHeardLine{}, Items: []ItemLine{},
	}
	if !r.Complete {
		r.Until = src.Now.UTC().Truncate(time.Second)
	}
	c := newCounter(src)
	fates := fates(src, from, to)
	for _, f := range fates {
		c.count(f)
	}
	told := map[sounding]time.Duration{}
	for _, p := range src.Plays {
		c.air(p, told)
	}
	r.Total = c.total.figures()
	for _, v := range c.places() {
		line := VillageLine{ID: v.id, Name: v.name, Figures: c.villages[v.id].figures(), Clusters: []ClusterLine{}}
		for _, cl := range v.clusters {
			line.Clusters = append(line.Clusters, ClusterLine{ID: cl.ID, Name: orID(cl.Name, cl.ID), Figures: c.clusters[cl.ID].figures()})
		}
		r.Villages = append(r.Villages, line)
	}
	for _, l := range []devices.Level{devices.Emergency, devices.Priority, devices.Normal} {
		r.Levels = append(r.Levels, LevelLine{Level: l, Figures: c.levels[l].figures()})
	}
	r.Failures = failures(fates)
	for _, f := range fates {
		if f.play == nil || !f.play.Unheard || f.count() != devices.InFull {
			continue
		}
		cl := c.cluster(f.cluster)
		r.NotHeard = append(r.NotHeard, NotHeardLine{Cluster: f.cluster, Name: orID(cl.Name, f.cluster), Village: c.names[cl.Village],
			Title: f.title(src), PlannedAt: f.play.PlannedAt})
	}
	slices.SortStableFunc(r.NotHeard, func(a, b NotHeardLine) int {
		return cmp.Or(a.PlannedAt.Compare(b.PlannedAt), cmp.Compare(a.Cluster, b.Cluster))
	})
	for id, t := range c.items {
		r.Items = append(r.Items, ItemLine{ID: id, Title: t.title, Level: src.Announcements[id].Level, First: t.first.UTC(), Figures: t.figures()})
	}
	slices.SortFunc(r.Items, func(a, b ItemLine) int { return cmp.Or(a.First.Compare(b.First), cmp.Compare(a.ID, b.ID)) })
	return r
}

// fate is what became of one occurrence on one cluster.
type fate struct {
	occurrence   string
	announcement string
	cluster      devices.DeviceID
	at           time.Time
	result       devices.Result
	reason       string
	play         *Play // the newest, nil when there is none
}

// count is how it counts.
func (f fate) count() devices.Count {
	return devices.CountOf(f.result, f.play != nil && f.play.StartedAt != nil, f.reason)
}

func (f fate) title(src Sources) string {
	if f.play != nil && f.play.Title != "" {
		return f.play.Title
	}
	return orID(src.Announcements[f.announcement].Title, f.announcement)
}

type pair struct {
	occurrence string
	cluster    devices.DeviceID
}

// fates joins what was expected with what the journal says. An occurrence that
// any cluster played was let out, so that all targets of its announcement are
// expected to have played it.
func fates(src Sources, from, to time.Time) []fate {
	newest := map[pair]*Play{}
	expected := map[string]Expectation{}
	for _, e := range src.Expected {
		if !e.Start.Before(from) && e.Start.Before(to) {
			expected[e.Occurrence] = e
		}
	}
	for i := range src.Plays {
		p := &src.Plays[i]
		if p.Unplanned {
			continue
		}
		newest[pair{p.Occurrence, p.Cluster}] = p
		if _, ok := expected[p.Occurrence]; !ok {
			expected[p.Occurrence] = Expectation{Occurrence: p.Occurrence, Announcement: p.Announcement, Start: p.PlannedAt, Over: p.PlannedAt.Add(longestPlay)}
		}
	}
	stands := map[devices.DeviceID]bool{}
	for _, c := range src.Inventory.Clusters {
		stands[c.ID] = true
	}
	var out []fate
	for _, e := range expected {
		targets := e.Clusters
		if targets == nil {
			targets = src.Announcements[e.Announcement].Clusters
		}
		for _, cluster := range targets {
			// Of a cluster that is gone the journal tells all that there is to tell.
			if newest[pair{e.Occurrence, cluster}] == nil && stands[cluster] && e.Over.Before(src.Now) {
				out = append(out, fate{occurrence: e.Occurrence, announcement: e.Announcement, cluster: cluster, at: e.Start, result: devices.Unreported, reason: noReport})
			}
		}
	}
	for key, p := range newest {
		out = append(out, fate{occurrence: key.occurrence, announcement: p.Announcement, cluster: key.cluster, at: p.PlannedAt, result: p.Result, reason: p.Reason, play: p})
	}
	slices.SortFunc(out, func(a, b fate) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.occurrence, b.occurrence), cmp.Compare(a.cluster, b.cluster))
	})
	return out
}

// aired is the time on air of one play, in whole seconds.
func (p Play) aired() time.Duration {
	if p.StartedAt == nil {
		return 0
	}
	d := p.EndedAt.Sub(*p.StartedAt)
	if d < 0 || d > longestPlay {
		return 0
	}
	return d.Round(time.Second)
}

func failures(fates []fate) []FailureLine {
	type key struct{ result, reason string }
	by := map[key]*FailureLine{}
	for _, f := range fates {
		if f.count() != devices.NotPlayed {
			continue
		}
		k := key{string(f.result), cause(f.reason)}
		line := by[k]
		if line == nil {
			line = &FailureLine{Result: k.result, Reason: k.reason, Words: ReasonWords(k.reason), Clusters: []devices.DeviceID{}}
			by[k] = line
		}
		line.Plays++
		if !slices.Contains(line.Clusters, f.cluster) {
			line.Clusters = append(line.Clusters, f.cluster)
		}
	}
	out := []FailureLine{}
	for _, line := range by {
		slices.Sort(line.Clusters)
		out = append(out, *line)
	}
	slices.SortFunc(out, func(a, b FailureLine) int {
		return cmp.Or(cmp.Compare(b.Plays, a.Plays), strings.Compare(a.Result, b.Result), strings.Compare(a.Reason, b.Reason))
	})
	return out
}
