package speaker

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
)

// TestKilledAtAnyMoment kills a device again and again while it downloads, takes
// plans and commands, sounds and reports. In the end every item was sounded to its end
// once, every command carried out once, and every report and reading told once.
func TestKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	const items, kills = 24, 16
	h := newHub(t)
	h.serveBy(slowly)
	dir, wav := t.TempDir(), filepath.Join(t.TempDir(), "out.wav")
	r := rand.New(rand.NewPCG(16, 9))

	// Items of 0.3 s that follow each other, each with audio and a fate of its own;
	// every fourth comes by a command.
	begin := time.Now().Add(2 * time.Second)
	var planned []protocol.Item
	commands := map[string]protocol.Command{}
	fates := []devices.Fate{devices.Resume, devices.Restart, devices.Skip}
	for i := range items {
		it := loud(item(fmt.Sprintf("tin-%02d", i), begin.Add(time.Duration(i)*600*time.Millisecond), h.add(hum(i, 300*time.Millisecond))))
		it.Deadline = it.Start.Add(10 * time.Minute)
		it.OnInterrupted = fates[i%3]
		if i%4 == 3 {
			c := playNow("c-"+it.Announcement, it)
			c.ExpiresAt = it.Deadline
			commands[c.ID] = c
		} else {
			planned = append(planned, it)
		}
	}
	seen := gather(h)
	d := h.startProcess(dir, wav)
	for n := range kills {
		plan := planOf(planned...)
		plan.Volume = n // another plan each time
		plan.Hash = plan.ContentHash()
		for range 1 + r.IntN(3) {
			h.send(protocol.ChannelPlan, plan)
			for id, c := range commands {
				if !seen.final(id) {
					h.send(protocol.ChannelCommand, c)
				}
			}
			<-time.After(time.Duration(50+r.IntN(500)) * time.Millisecond)
		}
		d.end(syscall.SIGKILL)
		d = h.startProcess(dir, wav)
	}
	limit := time.After(3 * patience)
	for tick := time.Tick(200 * time.Millisecond); !seen.all(items, commands); {
		select {
		case <-tick:
			for id, c := range commands {
				if !seen.final(id) {
					h.send(protocol.ChannelCommand, c)
				}
			}
		case <-limit:
			t.Fatalf("in the end there is no word of some: %v, %v", seen.ends(), seen.outcomes)
		}
	}
	d.end(syscall.SIGTERM)

	for occurrence, ends := range seen.ends() {
		finals := 0
		for _, p := range ends {
			switch {
			case p.Result == devices.Played:
				finals++
			case p.Result == devices.Interrupted && p.Reason == protocol.ReasonPowerLost:
			default:
				t.Errorf("%s is reported as %s %s", occurrence, p.Result, p.Reason)
			}
		}
		if finals > 1 {
			t.Errorf("%s was sounded to its end %d times", occurrence, finals)
		}
	}
	// What was heard: each item whole at least once, and not more often than it was
	// interrupted. One that is skipped when it is interrupted may be cut at its start.
	heard := map[int16]int{}
	for _, s := range readWAV(t, wav) {
		heard[s]++
	}
	for i := range items {
		ends := seen.ends()[fmt.Sprintf("tin-%02d@1", i)]
		whole := len(hum(i, 300*time.Millisecond))
		n := heard[hum(i, time.Second)[0]]
		switch cut := len(ends) - 1; {
		case n < whole && (i%3 != 2 || ends[len(ends)-1].Result == devices.Played):
			t.Errorf("item %d: %d of %d samples sounded, reports: %+v", i, n, whole, ends)
		case n > (cut+1)*whole:
			t.Errorf("item %d of %d samples sounded %d, interrupted %d times", i, whole, n, cut)
		}
	}
	if n := seen.doubles(); n > 0 {
		t.Errorf("%d readings came in two batches", n)
	}
	t.Logf("%d kills, %d reports, %d readings", kills, len(seen.plays), len(seen.samples))
}

// TestCommandsThatThePowerCutShortAreFinished begins with a journal in which the last
// words of commands are missing, as a loss of power leaves it.
func TestCommandsThatThePowerCutShortAreFinished(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	dir := t.TempDir()
	j, err := openJournal(filepath.Join(dir, "journal.log"))
	must(t, err)
	accept := func(c protocol.Command, o protocol.Outcome) {
		must(t, j.add(note{Command: &commandNote{c, outcomeNote{ID: c.ID, Outcome: o}}}))
	}
	audio := h.add(tone(440, time.Second))
	over, waits := item("xong", time.Now(), audio), item("cho", time.Now(), audio)
	accept(playNow("c-played", over), protocol.OutcomeStarted)
	must(t, j.add(note{Done: &doneNote{over.Occurrence, over.Deadline}}))
	accept(playNow("c-waits", waits), protocol.OutcomeReceived)
	set, volume := order("c-volume", protocol.CommandVolume), 35
	set.Volume = &volume
	accept(set, protocol.OutcomeReceived)
	stop := order("c-stop", protocol.CommandStop)
	stop.Stop = waits.Announcement
	accept(stop, protocol.OutcomeReceived)
	must(t, j.close())

	h.start(dir, &Silent{})
	for _, id := range []string{"c-played", "c-volume", "c-stop"} {
		h.ack(id, protocol.OutcomeFinished)
	}
	awaitFor(t, h.states, "the volume", func(s protocol.State) bool { return s.Volume == volume })
	if p := awaitFor(t, h.plays, "a play", anything); p.Occurrence != waits.Occurrence || p.Result != devices.Stopped || p.StartedAt != nil {
		t.Errorf("what was stopped is reported as %+v", p)
	}
}

// hum is the same sample for a while, another for each item.
func hum(i int, d time.Duration) []int16 {
	return slices.Repeat([]int16{int16(1000 * (i + 1))}, int(d.Seconds()*protocol.SampleRate))
}

// slowly serves audio so that a download takes a while, each time with another part
// of it gone.
func slowly(w http.ResponseWriter, r *http.Request, data []byte) bool {
	if r.Header.Get("Range") != "" {
		return false
	}
	half := len(data) / 2
	w.Header().Set("Content-Length", fmt.Sprint(len(data)))
	_, _ = w.Write(data[:half])
	_ = http.NewResponseController(w).Flush()
	select {
	case <-time.After(60 * time.Millisecond):
	case <-r.Context().Done():
	}
	_, _ = w.Write(data[half:])
	return true
}

// gathered is what a device told, each report once.
type gathered struct {
	h        *hub
	plays    map[string]protocol.Play // by id
	outcomes map[string]protocol.Outcome
	samples  map[time.Time]string // batch in which each reading came
	double   int
}

func gather(h *hub) *gathered {
	return &gathered{h: h, plays: map[string]protocol.Play{}, outcomes: map[string]protocol.Outcome{}, samples: map[time.Time]string{}}
}

// listen takes what has come by now.
func (g *gathered) listen() {
	g.h.t.Helper()
	for {
		select {
		case p := <-g.h.plays:
			if before, known := g.plays[p.ID]; known && before.Result != p.Result {
				g.h.t.Errorf("report %s said %s, and says %s", p.ID, before.Result, p.Result)
			}
			g.plays[p.ID] = p
		case a := <-g.h.acks:
			if was := g.outcomes[a.Command]; a.Outcome == protocol.OutcomeReceived || a.Outcome == protocol.OutcomeStarted {
				if was == protocol.OutcomeFinished || was == protocol.OutcomeFailed {
					g.h.t.Errorf("command %s is %s after it was %s", a.Command, a.Outcome, was)
				}
			}
			g.outcomes[a.Command] = a.Outcome
		case b := <-g.h.batch:
			for _, s := range b.Samples {
				if was, known := g.samples[s.At]; known && was != b.Batch {
					g.double++
				}
				g.samples[s.At] = b.Batch
			}
		case <-g.h.states:
		default:
			return
		}
	}
}

func (g *gathered) final(command string) bool {
	g.listen()
	o := g.outcomes[command]
	return o != "" && o != protocol.OutcomeReceived && o != protocol.OutcomeStarted
}

func (g *gathered) ends() map[string][]protocol.Play {
	g.listen()
	out := map[string][]protocol.Play{}
	for _, id := range slices.Sorted(maps.Keys(g.plays)) {
		p := g.plays[id]
		out[p.Occurrence] = append(out[p.Occurrence], p)
	}
	return out
}

func (g *gathered) doubles() int { g.listen(); return g.double }

// all reports whether every item came to its end and every command to its.
func (g *gathered) all(items int, commands map[string]protocol.Command) bool {
	ends := g.ends()
	for i := range items {
		done := slices.ContainsFunc(ends[fmt.Sprintf("tin-%02d@1", i)], func(p protocol.Play) bool {
			return p.Result == devices.Played || p.Result == devices.Interrupted && i%3 == 2
		})
		if !done {
			return false
		}
	}
	for id := range commands {
		if !g.final(id) {
			return false
		}
	}
	return true
}
