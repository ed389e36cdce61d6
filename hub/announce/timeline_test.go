package announce

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

// someProgramme is a programme for ten clusters in four villages, and a library of
// which each announcement is meant for all, for villages or for single clusters.
func someProgramme(r *rand.Rand) Sources {
	src := Sources{Now: at(hanoi, "2026-03-02 04:00"), Location: hanoi, Chimes: map[Chime]protocol.Audio{
		OpeningChime: {SHA256: "opening", DurationMS: int64(500 + r.IntN(4000))}, ClosingChime: {SHA256: "closing", DurationMS: 2100}}}
	for i := range 10 {
		src.Clusters = append(src.Clusters, devices.Cluster{ID: devices.DeviceID(fmt.Sprint("loa-", i)), Village: devices.VillageID(fmt.Sprint("thon-", i/3)), Volume: 80})
	}
	approved := src.Now.Add(-time.Hour)
	for n := range 3 + r.IntN(10) {
		a := scheduled(n, schedule.When{Kind: schedule.InProgramme})
		a.State, a.ApprovedAt, a.Level, a.Order = Approved, &approved, devices.Level(r.IntN(2)), r.IntN(2)
		a.Sound = protocol.Audio{SHA256: fmt.Sprint("words-", n), DurationMS: int64(700 + r.IntN(30_000))}
		switch r.IntN(4) {
		case 0, 1:
		case 2:
			a.Target.Villages = []devices.VillageID{devices.VillageID(fmt.Sprint("thon-", r.IntN(4))), devices.VillageID(fmt.Sprint("thon-", r.IntN(4)))}
		default:
			a.Target.Clusters = []devices.DeviceID{src.Clusters[r.IntN(10)].ID, src.Clusters[r.IntN(10)].ID}
		}
		src.Announcements = append(src.Announcements, a)
	}
	p := &Programme{ID: "ct-1", State: Scheduled, DecidedAt: &approved, ApprovedAt: &approved, ProgrammeDraft: ProgrammeDraft{Title: "Sáng",
		Target: Target{All: true}, When: schedule.When{Kind: schedule.Daily, Time: "05:30", From: "2026-03-02", Until: "2026-03-02"}}}
	if r.IntN(4) > 0 {
		p.Opening, p.Closing = OpeningChime, ClosingChime
	}
	for range 1 + r.IntN(4) {
		it := ProgrammeItem{Repeat: r.IntN(3), GapS: r.IntN(20)}
		if r.IntN(2) == 0 {
			it.Announcement = src.Announcements[r.IntN(len(src.Announcements))].ID
		} else {
			it.Fill = &Fill{Max: 1 + r.IntN(6)}
		}
		p.Items = append(p.Items, it)
	}
	src.Programmes = []*Programme{p}
	return src
}

// saying is one playing of an announcement as it is heard.
type saying struct {
	cluster     devices.DeviceID
	words       string
	opens       bool
	closes      bool
	begin, from time.Time // of the item, and of its first word
	to          time.Time // the end of its last word
}

// listen tells what is heard of a plan.
func listen(plan protocol.Plan, on devices.DeviceID) (out []saying) {
	for _, it := range plan.Items {
		s := saying{cluster: on, begin: it.Start}
		clock := it.Start
		for _, a := range it.Audio {
			clock = clock.Add(time.Duration(a.GapMS) * time.Millisecond)
			if strings.HasPrefix(a.SHA256, "words") {
				s.words, s.from = a.SHA256, clock
				s.to = clock.Add(time.Duration(a.DurationMS) * time.Millisecond)
			}
			s.opens, s.closes = s.opens || a.SHA256 == "opening", s.closes || a.SHA256 == "closing"
			clock = clock.Add(time.Duration(a.DurationMS) * time.Millisecond)
		}
		out = append(out, s)
	}
	return out
}

// TestNeighboursSayTheSameAtTheSameInstant lays random programmes out and listens to
// them as somebody would who stands where all clusters are heard.
func TestNeighboursSayTheSameAtTheSameInstant(t *testing.T) {
	shared, late := 0, 0
	for seed := range uint64(500) {
		src := someProgramme(rand.New(rand.NewPCG(seed, 5)))
		p, start := src.Programmes[0], at(hanoi, "2026-03-02 05:30")
		said := map[string][]time.Time{} // when, by words
		began := map[time.Time][]bool{}  // whether it was for want of a free cluster, by start and cluster
		for id, plan := range Compile(src) {
			all := listen(plan, id)
			mine := map[string][]time.Time{}
			for i, s := range all {
				mine[s.words] = append(mine[s.words], s.from)
				if s.opens != (p.Opening != "" && i == 0) || s.closes != (p.Closing != "" && i == len(all)-1) {
					t.Fatalf("seed %d: on %s the chimes of piece %d of %d are %v and %v", seed, id, i+1, len(all), s.opens, s.closes)
				}
				free := start
				if i > 0 {
					free = all[i-1].to
				}
				if s.begin.Before(free) {
					t.Fatalf("seed %d: on %s %s begins before the one before it is over", seed, id, s.words)
				}
				began[s.begin] = append(began[s.begin], s.begin.Sub(free) < 21*time.Second)
			}
			for words, when := range mine {
				if other, ok := said[words]; ok {
					if shared++; !slices.EqualFunc(when, other, time.Time.Equal) {
						t.Fatalf("seed %d: %s is said at %v, on %s at %v", seed, words, other, id, when)
					}
				}
				said[words] = when
			}
		}
		for begin, soon := range began {
			if !slices.Contains(soon, true) {
				t.Fatalf("seed %d: all were free long before what begins at %v", seed, begin)
			}
			if slices.Contains(soon, false) {
				late++
			}
		}
	}
	if shared < 5000 || late < 100 {
		t.Errorf("only %d were said by several, for %d some had to wait", shared, late)
	}
}

// TestOccurrencesThatAreAlikeAreLaidOutOnce counts the ways in which a week of a daily
// programme is played.
func TestOccurrencesThatAreAlikeAreLaidOutOnce(t *testing.T) {
	src := Sources{Now: at(hanoi, "2026-03-02 04:00"), Location: hanoi, Clusters: fleet}
	p := morningAnd(&src, 0, at(hanoi, "2026-03-02 05:30"), 10*time.Minute, Target{All: true})
	p.When = schedule.When{Kind: schedule.Daily, Time: "05:30", From: "2026-03-01"}
	p.Items = []ProgrammeItem{{Fill: &Fill{Max: 3}}}
	week := func() (shows, schemes int) {
		from, to := Window(src.Now, hanoi)
		known := map[*scheme]bool{}
		for _, sh := range newCompiler(src, from, to).shows {
			known[sh.scheme] = true
			shows++
		}
		return shows, len(known)
	}
	if shows, schemes := week(); shows != 8 || schemes != 1 {
		t.Errorf("%d days are laid out in %d ways", shows, schemes)
	}
	src.Announcements[0].ValidUntil = "2026-03-04"
	if _, schemes := week(); schemes != 2 {
		t.Errorf("with and without what is valid until Wednesday they are laid out in %d ways", schemes)
	}
	src.withdrawn = true // what is withdrawn sounded until an instant of its own
	if shows, schemes := week(); schemes != shows {
		t.Errorf("the past of %d days is laid out in %d ways", shows, schemes)
	}
}
