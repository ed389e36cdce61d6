package announce

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

// BenchmarkPlanCompile10k makes the plans of a province: 10,000 clusters with 20
// items a day. In "shared" they are taken from a common stock, no two clusters
// alike, as communes do; "programmes" are villages' programmes filled from such a
// stock; in "own" no cluster shares any announcement with another; "one-change"
// compiles what one changed announcement for ten clusters touches.
//
// source-MB is what plans are made from (the announcements, in memory anyway),
// compile-MB the most that lives beside it, heap-MB the most of the whole heap, with
// what is not collected yet.
func BenchmarkPlanCompile10k(b *testing.B) {
	for _, tc := range []struct {
		name   string
		source func() Sources
		some   int // clusters to compile
	}{{"shared", sharedStock, tenThousand}, {"programmes", villageProgrammes, tenThousand}, {"own", ownAnnouncements, tenThousand}, {"one-change", sharedStock, 10}} {
		b.Run(tc.name, func(b *testing.B) {
			defer debug.SetGCPercent(debug.SetGCPercent(50)) // as in the hub
			before := heap(b, true)
			src := tc.source()
			clusters := src.Clusters[:tc.some]
			base := heap(b, true) - before
			from, to := Window(src.Now, src.Location)
			var items, most atomic.Uint64
			b.ReportAllocs()
			for b.Loop() {
				items.Store(0)
				newCompiler(src, from, to).each(clusters, func(m *maker, i int) {
					items.Add(uint64(len(m.plan(clusters[i]).Items)))
					if i%100 == 0 {
						most.Store(max(most.Load(), heap(b, false)))
					}
				})
			}
			b.ReportMetric(float64(items.Load()), "items")
			b.ReportMetric(float64(base)/1e6, "source-MB")
			b.ReportMetric(float64(living(b, src, clusters)-base-before)/1e6, "compile-MB")
			b.ReportMetric(float64(most.Load()-before)/1e6, "heap-MB")
		})
	}
}

// living is what is in use in the middle of it, at most.
func living(b *testing.B, src Sources, clusters []devices.Cluster) (most uint64) {
	from, to := Window(src.Now, src.Location)
	var mu sync.Mutex
	newCompiler(src, from, to).each(clusters, func(m *maker, i int) {
		m.plan(clusters[i])
		if (i+1)%max(1, len(clusters)/5) == 0 {
			mu.Lock()
			defer mu.Unlock()
			most = max(most, heap(b, true))
		}
	})
	return most
}

// heap is the memory that objects take.
func heap(b *testing.B, collected bool) uint64 {
	b.Helper()
	if collected {
		runtime.GC()
	}
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

const (
	tenThousand = 10_000
	daily       = 20
)

func province() Sources {
	src := Sources{Now: at(hanoi, "2026-03-02 06:00"), Location: hanoi}
	for i := range tenThousand {
		src.Clusters = append(src.Clusters, devices.Cluster{ID: devices.DeviceID(fmt.Sprintf("loa-%05d", i)), Volume: 80,
			Village: devices.VillageID(fmt.Sprintf("thon-%04d", i/10))})
	}
	src.ground = standing(src.Clusters)
	return src
}

func onceADay(n int, c ...devices.DeviceID) *Announcement {
	return scheduled(n, schedule.When{Kind: schedule.Daily, Time: fmt.Sprintf("%02d:%02d", n%24, n%60), From: "2026-01-01"}, c...)
}

func sharedStock() Sources {
	src := province()
	for n := range 400 {
		src.Announcements = append(src.Announcements, onceADay(n))
	}
	for i, c := range src.Clusters {
		for k := range daily {
			a := src.Announcements[k*20+(i/pow(7, k%5)+k*i)%20]
			a.Target.Clusters = append(a.Target.Clusters, c.ID)
		}
	}
	return src
}

func ownAnnouncements() Sources {
	src := province()
	for i, c := range src.Clusters {
		for k := range daily {
			src.Announcements = append(src.Announcements, onceADay(i*daily+k, c.ID))
		}
	}
	return src
}

func villageProgrammes() Sources {
	src := province()
	for n := range 300 {
		a := scheduled(n, schedule.When{Kind: schedule.InProgramme})
		a.State, a.Level = Approved, devices.Level(n%2)
		for i, c := range src.Clusters {
			if (i+n)%15 == 0 || (i*7+n)%300 == 1 {
				a.Target.Clusters = append(a.Target.Clusters, c.ID)
			}
		}
		src.Announcements = append(src.Announcements, a)
	}
	for n := range tenThousand / 10 {
		approved := src.Announcements[0].DecidedAt
		src.Programmes = append(src.Programmes, &Programme{ID: ProgrammeID(fmt.Sprint("ct-", n)), State: Scheduled, DecidedAt: approved, ApprovedAt: approved,
			ProgrammeDraft: ProgrammeDraft{Title: "Bản tin sáng", When: schedule.When{Kind: schedule.Daily, Time: "05:30", From: "2026-01-01"}, Items: []ProgrammeItem{{Fill: &Fill{Max: daily}}},
				Target: Target{Villages: []devices.VillageID{src.Clusters[n*10].Village}}}})
	}
	return src
}

func pow(n, k int) int {
	out := 1
	for range k {
		out *= n
	}
	return out
}
