package announce

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

// morningAnd is a programme of one announcement, which has its title.
func morningAnd(src *Sources, n int, start time.Time, length time.Duration, target Target) *Programme {
	approved := src.Now.Add(-time.Hour)
	a := scheduled(n, schedule.When{Kind: schedule.InProgramme})
	a.State, a.ApprovedAt, a.Sound.DurationMS = Approved, &approved, length.Milliseconds()/2-2000
	p := &Programme{ID: ProgrammeID(fmt.Sprintf("ct-%02d", n)), State: Scheduled, DecidedAt: &approved, ApprovedAt: &approved, ProgrammeDraft: ProgrammeDraft{
		Title: fmt.Sprint("Chương trình ", n), Target: target, When: schedule.When{Kind: schedule.Once, At: &start}, Items: []ProgrammeItem{{Announcement: a.ID, Repeat: 2}}}}
	src.Announcements, src.Programmes = append(src.Announcements, a), append(src.Programmes, p)
	return p
}

// turns is what a cluster plays, one programme after another: "05:30 0; 05:40 1".
func turns(src Sources, id devices.DeviceID) string {
	var out []string
	last := ""
	for _, it := range Compile(src)[id].Items {
		title, _, _ := strings.Cut(it.Title, ":")
		if n := strings.TrimPrefix(title, "Chương trình "); n != last {
			out, last = append(out, it.Start.In(hanoi).Format("15:04 ")+n), n
		}
	}
	return strings.Join(out, "; ")
}

func TestProgrammesThatMeetTakeTurns(t *testing.T) {
	start := at(hanoi, "2026-03-02 05:30")
	src := Sources{Now: at(hanoi, "2026-03-02 05:00"), Location: hanoi, Clusters: fleet}
	all, one := Target{All: true}, Target{Clusters: []devices.DeviceID{"loa-01"}}
	first := morningAnd(&src, 0, start, 10*time.Minute, all)
	second := morningAnd(&src, 1, start, 6*time.Minute, one)
	morningAnd(&src, 2, start.Add(5*time.Minute), 4*time.Minute, Target{Clusters: []devices.DeviceID{"loa-01", "loa-02"}})
	morningAnd(&src, 3, start.Add(17*time.Minute), 4*time.Minute, Target{Clusters: []devices.DeviceID{"loa-02"}})
	check := func(when, one, two, three string) {
		t.Helper()
		if got := turns(src, "loa-01") + "|" + turns(src, "loa-02") + "|" + turns(src, "loa-03"); got != one+"|"+two+"|"+three {
			t.Errorf("%s:\n got %s\nwant %s|%s|%s", when, got, one, two, three)
		}
	}
	check("the older first", "05:30 0; 05:40 1; 05:46 2", "05:30 0; 05:46 2; 05:50 3", "05:30 0")
	first.Order = 1
	check("in the order that a person gave", "05:30 1; 05:36 0; 05:46 2", "05:36 0; 05:46 2; 05:50 3", "05:36 0")
	first.Order = 0

	// Withdrawn while it sounds, it has had its turn; withdrawn before, it has none.
	src.Now = start.Add(7 * time.Minute)
	first.State, first.DecidedAt = Cancelled, &src.Now
	check("withdrawn at 05:37", "05:40 1; 05:46 2", "05:46 2; 05:50 3", "")
	src.Now = start.Add(-time.Minute)
	check("withdrawn before", "05:30 1; 05:36 2", "05:36 2; 05:47 3", "")
	second.When.At = ptr(start.AddDate(0, 0, 1))
	check("put off", "05:35 2; 05:30 1", "05:35 2; 05:47 3", "")
}

func ptr[T any](v T) *T { return &v }

// TestProgrammesNeverAlternate lets random programmes meet, and listens on every
// cluster for one that begins before another is over.
func TestProgrammesNeverAlternate(t *testing.T) {
	waited := 0
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 7))
		src := someProgramme(r)
		for n := range 3 {
			p := *src.Programmes[0]
			p.ID, p.Title, p.Order = ProgrammeID(fmt.Sprint("ct-", n+2)), fmt.Sprint("Thêm ", n), r.IntN(2)
			p.When.Time = fmt.Sprintf("05:%02d", 28+r.IntN(6))
			if p.Target = (Target{Villages: []devices.VillageID{devices.VillageID(fmt.Sprint("thon-", r.IntN(4)))}}); r.IntN(3) == 0 {
				p.Target = Target{All: true}
			}
			src.Programmes = append(src.Programmes, &p)
		}
		from, to := Window(src.Now, hanoi)
		for _, s := range spans(src, from, to, nil) {
			if s.start.After(s.due) {
				waited++
			}
		}
		for id, plan := range Compile(src) {
			var order []string
			all := listen(plan, id)
			for i, it := range plan.Items {
				title, _, _ := strings.Cut(it.Title, ":")
				if i > 0 && all[i].begin.Before(all[i-1].to) {
					t.Fatalf("seed %d: on %s %s begins before the piece before it is over", seed, id, it.Occurrence)
				}
				if len(order) > 0 && order[len(order)-1] == title {
					continue
				}
				if slices.Contains(order, title) {
					t.Fatalf("seed %d: on %s %q comes again after %q", seed, id, title, order)
				}
				order = append(order, title)
			}
		}
	}
	if waited < 100 {
		t.Errorf("only %d had to wait", waited)
	}
}
