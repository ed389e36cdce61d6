package announce

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

// BenchmarkPlanCompile10k makes the plans of a province: 10,000 clusters with 20
// items a day, no two clusters alike. "shared" takes them from a common stock, as
// communes do; "programmes" are villages' programmes filled from such a stock; in
// "own" no cluster shares any announcement with another; "one-change" compiles
// what one changed announcement for ten clusters touches. live-MB is what is held
// at the end of it.
func BenchmarkPlanCompile10k(b *testing.B) {
	const clusters, daily = 10_000, 20
	base := Sources{Now: at(hanoi, "2026-03-02 06:00"), Location: hanoi}
	for i := range clusters {
		base.Clusters = append(base.Clusters, devices.Cluster{ID: devices.DeviceID(fmt.Sprintf("loa-%05d", i)), Volume: 80})
	}
	day := func(n int, c ...devices.DeviceID) Announcement {
		return scheduled(n, schedule.When{Kind: schedule.Daily, Time: fmt.Sprintf("%02d:%02d", n%24, n%60), From: "2026-01-01"}, c...)
	}
	shared := base
	for n := range 400 {
		shared.Announcements = append(shared.Announcements, day(n))
	}
	for i, c := range base.Clusters {
		for k := range daily {
			a := &shared.Announcements[k*20+(i/pow(7, k%5)+k*i)%20]
			a.Clusters = append(a.Clusters, c.ID)
		}
	}
	own := base
	for i, c := range base.Clusters {
		for k := range daily {
			own.Announcements = append(own.Announcements, day(i*daily+k, c.ID))
		}
	}
	programmes := base
	for n := range 300 {
		a := scheduled(n, schedule.When{Kind: schedule.InProgramme})
		a.State, a.Level = Approved, devices.Level(n%2)
		for i, c := range base.Clusters {
			if (i+n)%15 == 0 || (i*7+n)%300 == 1 {
				a.Clusters = append(a.Clusters, c.ID)
			}
		}
		programmes.Announcements = append(programmes.Announcements, a)
	}
	for n := range 1000 { // villages
		p := Programme{ID: ProgrammeID(fmt.Sprint("ct-", n)), State: Scheduled, DecidedAt: programmes.Announcements[0].DecidedAt, ApprovedAt: programmes.Announcements[0].DecidedAt,
			ProgrammeDraft: ProgrammeDraft{Title: "Bản tin sáng", When: schedule.When{Kind: schedule.Daily, Time: "05:30", From: "2026-01-01"}, Items: []ProgrammeItem{{Fill: &Fill{Max: daily}}}}}
		for i := range 10 {
			p.Clusters = append(p.Clusters, base.Clusters[n*10+i].ID)
		}
		programmes.Programmes = append(programmes.Programmes, p)
	}
	for _, tc := range []struct {
		name string
		src  Sources
		some int // clusters to compile
	}{{"shared", shared, clusters}, {"programmes", programmes, clusters}, {"own", own, clusters}, {"one-change", shared, 10}} {
		b.Run(tc.name, func(b *testing.B) {
			items, distinct := 0, map[string]bool{}
			var most uint64
			b.ReportAllocs()
			for b.Loop() {
				items = 0
				from, to := Window(tc.src.Now, tc.src.Location)
				c := newCompiler(tc.src, from, to)
				for i, cluster := range tc.src.Clusters[:tc.some] {
					p := c.plan(cluster)
					items += len(p.Items)
					distinct[p.Hash] = true
					if i == tc.some-1 {
						var m runtime.MemStats
						runtime.ReadMemStats(&m)
						most = max(most, m.HeapAlloc)
					}
				}
			}
			b.ReportMetric(float64(items), "items")
			b.ReportMetric(float64(len(distinct)), "plans")
			b.ReportMetric(float64(most)/1e6, "heap-MB")
		})
	}
}

func pow(n, k int) int {
	out := 1
	for range k {
		out *= n
	}
	return out
}
