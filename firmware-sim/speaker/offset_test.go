package speaker

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/smart-commune/smart-commune/devices/protocol"
)

// nowhere is the transport of a device that has no line.
type nowhere struct{}

func (nowhere) Connect(ctx context.Context, _ Opening) (Connection, error) {
	<-ctx.Done()
	return nil, ErrUnreached
}

// alone switches on a device without a line that holds a plan and its audio on disk.
// It returns when the device is switched off at an instant.
func alone(t *testing.T, plan protocol.Plan, audio map[string][]byte, out Output, until time.Time) {
	t.Helper()
	dir := t.TempDir()
	must(t, os.Mkdir(filepath.Join(dir, "audio"), 0o700))
	for sha, data := range audio {
		must(t, os.WriteFile(filepath.Join(dir, "audio", sha+audioSuffix), data, 0o600))
	}
	data, err := json.Marshal(plan)
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, planFile), data, 0o600))
	s, err := New(Config{Address: address, Media: "http://nowhere.test", Dir: dir, Output: out, Transport: nowhere{}, Log: testLog(t)})
	must(t, err)
	ctx, off := context.WithDeadline(t.Context(), until)
	defer off()
	must(t, s.Run(ctx))
}

// timedWAV remembers when each write to a WAV file began, and at which sample.
type timedWAV struct {
	*WAV
	at     []time.Time
	sample []int64
}

func (w *timedWAV) Write(ctx context.Context, pcm []int16) error {
	w.at, w.sample = append(w.at, time.Now()), append(w.sample, w.data/2)
	return w.WAV.Write(ctx, pcm)
}

// heard is when a sample of the file was sounded.
func (w *timedWAV) heard(sample int64) time.Time {
	i := len(w.sample) - 1
	for w.sample[i] > sample {
		i--
	}
	return w.at[i].Add(time.Duration(sample-w.sample[i]) * time.Second / protocol.SampleRate)
}

// TestOffsetDelaysWhatAClusterSounds measures on the WAV output of clusters in a row
// along a valley: each sounds by its offset later or earlier, sample for sample, also
// what follows in the same item.
func TestOffsetDelaysWhatAClusterSounds(t *testing.T) {
	for _, offset := range []int{0, 147, -60, 1000, -1000} {
		t.Run(fmt.Sprint(offset, " ms"), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(time.Until(began)) // a bubble begins in the year 2000
				first, second := tone(440, 400*time.Millisecond), tone(660, 300*time.Millisecond)
				one, two := encodeFLAC(t, first), encodeFLAC(t, second)
				audio := func(data []byte, gap time.Duration) protocol.Audio {
					sum := sha256.Sum256(data)
					return protocol.Audio{SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(data)), DurationMS: 1, GapMS: gap.Milliseconds()}
				}
				a, b := audio(one, 0), audio(two, 200*time.Millisecond)
				start := time.Now().Add(5 * time.Second)
				plan := planOf(loud(item("hop", start, a, b)))
				plan.OffsetMS = offset
				plan.Hash = plan.ContentHash()
				wav, path := openWAV(t, t.TempDir())
				out := &timedWAV{WAV: wav}
				alone(t, plan, map[string][]byte{a.SHA256: one, b.SHA256: two}, out, start.Add(3*time.Second))

				pcm := readWAV(t, path)
				if want := slices.Concat(first, quiet(200*time.Millisecond), second); !slices.Equal(pcm, want) {
					t.Fatalf("%d samples sounded, not %d", len(pcm), len(want))
				}
				shifted := start.Add(time.Duration(offset) * time.Millisecond)
				for what, at := range map[string]struct {
					sample int64
					after  time.Duration
				}{"first piece": {0, 0}, "second piece": {samplesOf(600), 600 * time.Millisecond}} {
					if off := out.heard(at.sample).Sub(shifted.Add(at.after)); off.Abs() > time.Millisecond {
						t.Errorf("the %s sounds %s off", what, off)
					}
				}
			})
		})
	}
}
