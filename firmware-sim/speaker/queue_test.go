package speaker

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
)

// tear leaves half a record at the end of a file, as a loss of power does.
func tear(t *testing.T, path string, r *rand.Rand) {
	t.Helper()
	line, err := appendLine(nil, map[string]int{"torn": r.IntN(1000)})
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Write(line[:1+r.IntN(len(line)-1)]); err != nil {
		t.Fatal(err)
	}
}

func TestBacklogKeepsEverySampleUntilItsReceipt(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 2))
		dir := t.TempDir()
		b, err := openBacklog(dir, 1<<20, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		want := map[float64]bool{} // unconfirmed, by value
		sent := map[string]int{}   // batch → samples when it was first taken
		next := 0.0
		for range 80 {
			switch r.IntN(5) {
			case 0, 1:
				next++
				if err := b.add(sampleOf(next)); err != nil {
					t.Fatal(err)
				}
				want[next] = true
			case 2: // sent
				if len(b.batches) > 0 {
					batch, err := b.take(b.batches[r.IntN(len(b.batches))])
					if err != nil {
						t.Fatal(err)
					}
					if n, known := sent[batch.Batch]; known && n != len(batch.Samples) {
						t.Fatalf("seed %d: batch %s meant %d samples, now %d", seed, batch.Batch, n, len(batch.Samples))
					}
					sent[batch.Batch] = len(batch.Samples)
				}
			case 3: // confirmed
				if len(b.batches) > 0 {
					batch, err := b.take(b.batches[r.IntN(len(b.batches))])
					if err != nil {
						t.Fatal(err)
					}
					for _, s := range batch.Samples {
						delete(want, s.Values["n"])
					}
					if err := b.remove(batch.Batch); err != nil {
						t.Fatal(err)
					}
				}
			case 4: // the power is lost
				if b.open != nil && r.IntN(2) == 0 {
					tear(t, b.open.path, r)
				}
				b.close()
				if b, err = openBacklog(dir, 1<<20, slog.New(slog.DiscardHandler)); err != nil {
					t.Fatal(err)
				}
			}
			if got := held(t, b); !sameKeys(got, want) {
				t.Fatalf("seed %d: held are %v, unconfirmed %v", seed, got, want)
			}
		}
		b.close()
	}
}

func sampleOf(n float64) protocol.Sample {
	return protocol.Sample{At: time.Date(2026, 11, 21, 5, 0, int(n), 0, time.UTC), Values: map[string]float64{"n": n}}
}

func held(t *testing.T, b *backlog) map[float64]bool {
	t.Helper()
	got := map[float64]bool{}
	last := 0.0
	for _, known := range b.batches {
		samples, err := b.read(known.name)
		if err != nil {
			t.Fatal(err)
		}
		if len(samples) != known.samples {
			t.Fatalf("batch %s counts %d samples and holds %d", known.name, known.samples, len(samples))
		}
		for _, s := range samples {
			if s.Values["n"] <= last {
				t.Fatalf("sample %v follows %v", s.Values["n"], last)
			}
			last = s.Values["n"]
			got[last] = true
		}
	}
	return got
}

func sameKeys(a, b map[float64]bool) bool {
	if len(a) != len(b) {
		return false
	}
	for k := range a {
		if !b[k] {
			return false
		}
	}
	return true
}

func TestBacklogDropsTheOldestBeyondItsBound(t *testing.T) {
	b, err := openBacklog(t.TempDir(), 2*batchSamples, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	const all = 3*batchSamples + 10
	for n := 1; n <= all; n++ {
		if err := b.add(sampleOf(float64(n))); err != nil {
			t.Fatal(err)
		}
	}
	got := held(t, b)
	if len(got) > 2*batchSamples || !got[all] || got[1] {
		t.Errorf("%d samples are held; the newest: %v, the oldest: %v", len(got), got[all], got[1])
	}
}

func TestJournalForgetsNothingItMustKnow(t *testing.T) {
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 3))
		path := filepath.Join(t.TempDir(), "journal.log")
		j, err := openJournal(path)
		if err != nil {
			t.Fatal(err)
		}
		var unconfirmed []string
		done := map[string]bool{}
		outcome := map[string]protocol.Outcome{}
		for i := range 60 {
			id := fmt.Sprint("x", i)
			switch r.IntN(5) {
			case 0:
				final := r.IntN(2) == 0
				n := note{Play: &playNote{Play: protocol.Play{ID: id, Occurrence: id, Result: devices.Played}}}
				if final {
					n.Play.Done = &doneNote{id, at0}
					done[id] = true
				}
				must(t, j.add(n))
				unconfirmed = append(unconfirmed, id)
			case 1:
				if len(unconfirmed) > 0 {
					k := r.IntN(len(unconfirmed))
					must(t, j.receive([]string{unconfirmed[k], "unknown"}))
					unconfirmed = slices.Delete(unconfirmed, k, k+1)
				}
			case 2:
				c := protocol.Command{ID: id, Kind: protocol.CommandStop, ExpiresAt: at0}
				must(t, j.add(note{Command: &commandNote{c, outcomeNote{ID: id, Outcome: protocol.OutcomeReceived}}}))
				must(t, j.add(note{Outcome: &outcomeNote{ID: id, Outcome: protocol.OutcomeFinished}}))
				outcome[id] = protocol.OutcomeFinished
			case 3: // grown large
				j.file.size = journalSize
				must(t, j.compact(at0, func(string) bool { return false }))
			case 4: // the power is lost
				if r.IntN(2) == 0 {
					tear(t, path, r)
				}
				must(t, j.close())
				if j, err = openJournal(path); err != nil {
					t.Fatal(err)
				}
			}
			var got []string
			for _, p := range j.plays {
				got = append(got, p.ID)
			}
			if !slices.Equal(got, unconfirmed) {
				t.Fatalf("seed %d: unconfirmed plays are %v, not %v", seed, got, unconfirmed)
			}
			for occurrence := range done {
				if !j.isDone[occurrence] {
					t.Fatalf("seed %d: %s would be played again", seed, occurrence)
				}
			}
			for id, o := range outcome {
				if c := j.command(id); c == nil || c.Outcome != o {
					t.Fatalf("seed %d: command %s would be carried out again", seed, id)
				}
			}
		}
		must(t, j.close())
	}
}

func TestJournalForgetsWhatIsLongOver(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.log")
	j, err := openJournal(path)
	must(t, err)
	for i := range rememberAtLeast + 50 {
		j.apply(note{Done: &doneNote{fmt.Sprint("x", i), at0}})
	}
	j.file.size = journalSize
	must(t, j.compact(at0.Add(remember+time.Hour), func(o string) bool { return o == "x0" }))
	must(t, j.close())
	j, err = openJournal(path)
	must(t, err)
	defer j.close()
	if len(j.done) != rememberAtLeast+1 || !j.isDone["x0"] || j.isDone["x1"] {
		t.Errorf("%d items are remembered; the planned one: %v, the oldest other: %v", len(j.done), j.isDone["x0"], j.isDone["x1"])
	}
}

func TestDamagedRecordCostsOnlyItself(t *testing.T) {
	path := filepath.Join(t.TempDir(), "records")
	r, err := openRecords(path, func([]byte) {})
	must(t, err)
	for i := range 3 {
		must(t, r.append(i))
	}
	must(t, r.close())
	data, err := os.ReadFile(path)
	must(t, err)
	data[len(data)/2] ^= 1
	must(t, os.WriteFile(path, data, 0o600))
	var got []string
	r, err = openRecords(path, func(d []byte) { got = append(got, string(d)) })
	must(t, err)
	must(t, r.close())
	if !slices.Equal(got, []string{"0", "2"}) {
		t.Errorf("read are %v", got)
	}
}

func FuzzRecords(f *testing.F) {
	f.Add([]byte("00000000 {}\n"))
	f.Add([]byte("b3e4a5f1"))
	f.Add([]byte("\n\n \n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "records")
		must(t, os.WriteFile(path, data, 0o600))
		before := 0
		r, err := openRecords(path, func([]byte) { before++ })
		must(t, err)
		must(t, r.append("new"))
		must(t, r.close())
		after := 0
		r, err = openRecords(path, func([]byte) { after++ })
		must(t, err)
		must(t, r.close())
		if after != before+1 {
			t.Fatalf("%d records became %d by adding one", before, after)
		}
	})
}

var at0 = time.Date(2026, 11, 21, 5, 0, 0, 0, time.UTC)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
