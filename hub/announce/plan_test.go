package announce

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

var hanoi = time.FixedZone("Asia/Ho_Chi_Minh", 7*3600)

func at(loc *time.Location, s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, loc)
	if err != nil {
		panic(err)
	}
	return t
}

var fleet = []devices.Cluster{{ID: "loa-02", Village: "na-chuong"}, {ID: "loa-01", Village: "na-chuong"}, {ID: "loa-03", Village: "ban-pieng"}}

var spokenSound = protocol.Audio{SHA256: strings.Repeat("a", 64), Bytes: 1000, DurationMS: 10_000}

func scheduled(n int, when schedule.When, clusters ...devices.DeviceID) *Announcement {
	decided := at(hanoi, "2026-03-02 05:00")
	return &Announcement{ID: ID(fmt.Sprintf("tb-%026d", n)), Draft: Draft{Title: fmt.Sprint("Bản tin ", n), When: when, Target: Target{Clusters: clusters}},
		Sound: spokenSound, State: Scheduled, DecidedAt: &decided}
}

func TestPlansAreTheSameForTheSameSources(t *testing.T) {
	day := func(n int, clock string, c ...devices.DeviceID) *Announcement {
		return scheduled(n, schedule.When{Kind: schedule.Daily, Time: clock, From: "2026-03-01"}, c...)
	}
	src := Sources{Now: at(hanoi, "2026-03-02 06:00"), Location: hanoi, Clusters: fleet, Announcements: []*Announcement{
		day(1, "05:30", "loa-01", "loa-02"), day(2, "05:30", "loa-01"), day(3, "04:30", "loa-01")}}
	src.Announcements[1].Level = devices.Priority
	first := Compile(src)
	slices.Reverse(src.Announcements)
	src.Now = at(hanoi, "2026-03-02 23:59")
	second := Compile(src)
	for _, c := range fleet {
		if first[c.ID].Hash != second[c.ID].Hash {
			t.Errorf("the plan of %s changed with the time of day or the order of announcements", c.ID)
		}
		p := first[c.ID]
		data, _ := json.Marshal(p)
		if _, err := protocol.Decode[protocol.Plan](data); err != nil {
			t.Errorf("a device refuses the plan of %s: %v", c.ID, err)
		}
	}
	var got []string
	for _, it := range first["loa-01"].Items[:4] {
		got = append(got, it.Start.In(hanoi).Format("02 15:04 ")+it.Title)
	}
	// What was due before the approval is not made up for; the more urgent of two
	// comes first.
	if want := "[02 05:30 Bản tin 2 02 05:30 Bản tin 1 03 04:30 Bản tin 3 03 05:30 Bản tin 2]"; fmt.Sprint(got) != want {
		t.Errorf("got  %v\nwant %s", got, want)
	}
	if len(first["loa-03"].Items) != 0 || first["loa-03"].Items == nil {
		t.Errorf("a cluster without announcements has the items %v", first["loa-03"].Items)
	}
	src.Clusters = slices.Clone(fleet)
	src.Clusters[0].Volume = 30
	if Compile(src)["loa-02"].Hash == first["loa-02"].Hash {
		t.Error("another volume gave the same plan")
	}
}

// BenchmarkPlanCompile compiles 20 announcements a day for each of 10 and 1,000
// clusters, no two of which have the same programme.
func BenchmarkPlanCompile(b *testing.B) {
	for _, clusters := range []int{10, 1000} {
		b.Run(fmt.Sprintf("%d-clusters", clusters), func(b *testing.B) {
			src := Sources{Now: at(hanoi, "2026-03-02 06:00"), Location: hanoi}
			for i := range clusters {
				src.Clusters = append(src.Clusters, devices.Cluster{ID: devices.DeviceID(fmt.Sprintf("loa-%04d", i)), Volume: 80})
			}
			// Each cluster leaves out some of a common stock.
			for n := range 25 {
				var c []devices.DeviceID
				for i := range clusters {
					if (i*7+n)%25 >= 5 || (i>>(n%10))&1 == 1 {
						c = append(c, src.Clusters[i].ID)
					}
				}
				src.Announcements = append(src.Announcements, scheduled(n, schedule.When{Kind: schedule.Daily, Time: fmt.Sprintf("%02d:%02d", n%24, n%60), From: "2026-01-01"}, c...))
			}
			items := 0
			b.ReportAllocs()
			for b.Loop() {
				items = 0
				for _, p := range Compile(src) {
					items += len(p.Items)
				}
			}
			b.ReportMetric(float64(items), "items")
		})
	}
}

func TestWindowIsTheSameAllDay(t *testing.T) {
	f1, t1 := Window(at(hanoi, "2026-03-02 00:00"), hanoi)
	f2, t2 := Window(at(hanoi, "2026-03-02 23:59"), hanoi)
	if !f1.Equal(f2) || !t1.Equal(t2) || !t1.Equal(at(hanoi, "2026-03-10 00:00")) || !f1.Equal(at(hanoi, "2026-03-01 23:00")) {
		t.Errorf("windows %v–%v and %v–%v", f1, t1, f2, t2)
	}
	if next := nextDay(at(hanoi, "2026-02-28 23:59"), hanoi); !next.Equal(at(hanoi, "2026-03-01 00:00")) {
		t.Errorf("the next day begins at %v", next)
	}
}
