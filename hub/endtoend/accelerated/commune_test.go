package accelerated

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	"log"
	"log/slog"
	"math"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mewkiz/flac"
	"github.com/mewkiz/flac/frame"
	"github.com/mewkiz/flac/meta"
	"go.uber.org/goleak"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/firmware-sim/speaker"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
	"github.com/smart-commune/smart-commune/hub/sqlitestore"
)

func TestMain(m *testing.M) {
	log.SetOutput(io.Discard) // the FLAC decoder talks a lot
	goleak.VerifyTestMain(m)
}

const id = devices.CommuneID("luc-binh")

var hanoi = time.FixedZone("Asia/Ho_Chi_Minh", 7*3600)

// local is an instant of the commune.
func local(month time.Month, day, hour, minute int) time.Time {
	return time.Date(2026, month, day, hour, minute, 0, 0, hanoi)
}

// until lets time pass.
func until(at time.Time) { time.Sleep(time.Until(at)) }

// commune is a hub and its clusters in a bubble.
type commune struct {
	t        *testing.T
	ether    *ether
	media    *media
	store    *sqlitestore.Store
	chimes   map[announce.Chime]protocol.Audio
	speakers map[devices.DeviceID]*cluster
	stopHub  func()
	dir      string

	places   sync.Mutex // the hub reads them when it likes
	clusters []devices.Cluster
	stood    []announce.Stood
}

// inCommune runs f in a bubble that begins at an instant, with a running hub and
// n clusters in two villages that are on line.
func inCommune(t *testing.T, n int, begin time.Time, f func(t *testing.T, c *commune)) {
	t.Helper()
	t.Parallel()
	dir := disk(t)
	real := time.Now()
	synctest.Test(t, func(t *testing.T) {
		until(begin)
		c := &commune{t: t, ether: newEther(t), media: newMedia(t), speakers: map[devices.DeviceID]*cluster{}, dir: dir}
		var err error
		if c.store, err = sqlitestore.Open(t.Context(), dir); err != nil {
			t.Fatal(err)
		}
		c.chimes = map[announce.Chime]protocol.Audio{}
		for _, chime := range []announce.Chime{announce.OpeningChime, announce.ClosingChime, announce.EmergencyChime} {
			if c.chimes[chime], err = c.media.Speak(t.Context(), "", string(chime)); err != nil {
				t.Fatal(err)
			}
		}
		c.startHub()
		for i := range n {
			c.putUp(devices.DeviceID(fmt.Sprintf("loa-%02d", i+1)), []devices.VillageID{"na-chuong", "ban-pieng"}[i%2])
		}
		defer func() {
			for _, s := range c.speakers {
				s.off()
			}
			c.stopHub()
			c.media.stop()
			if err := c.store.Close(); err != nil {
				t.Error(err)
			}
		}()
		f(t, c)
	})
	t.Logf("took %s of real time", time.Since(real).Round(10*time.Millisecond))
}

// disk is a directory in memory where there is one: a month is a long time for a
// real disk.
func disk(t *testing.T) string {
	const memory = "/dev/shm"
	if info, err := os.Stat(memory); err != nil || !info.IsDir() {
		return t.TempDir()
	}
	dir, err := os.MkdirTemp(memory, "commune-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// putUp adds a cluster to a village, and switches it on.
func (c *commune) putUp(d devices.DeviceID, v devices.VillageID) {
	// Each clock is wrong in its own way.
	i := len(c.speakers)
	c.speakers[d] = c.newCluster(d, filepath.Join(c.dir, string(d)), time.Duration(i*7-30)*time.Second, float64(i*11-50)*1e-6)
	c.speakers[d].on()
	c.moved(append(slices.Clone(c.clusters), devices.Cluster{ID: d, Village: v, Volume: 80}))
}

// takeDown removes a cluster, and switches it off.
func (c *commune) takeDown(d devices.DeviceID) {
	c.speakers[d].off()
	delete(c.speakers, d)
	c.moved(slices.DeleteFunc(slices.Clone(c.clusters), func(cl devices.Cluster) bool { return cl.ID == d }))
}

// moved tells the hub which clusters stand in the commune.
func (c *commune) moved(clusters []devices.Cluster) {
	now := announce.Stood{Since: time.Now(), Clusters: map[devices.DeviceID]devices.VillageID{}}
	for _, cl := range clusters {
		now.Clusters[cl.ID] = cl.Village
	}
	c.places.Lock()
	c.clusters, c.stood = clusters, append(slices.Clone(c.stood), now)
	c.places.Unlock()
	c.hub().PlacesChanged(c.t.Context())
}

// Clusters implements announce.Places.
func (c *commune) Clusters(context.Context) ([]devices.Cluster, error) {
	c.places.Lock()
	defer c.places.Unlock()
	return c.clusters, nil
}

// history is which clusters stood in the commune since when.
func (c *commune) history(context.Context) ([]announce.Stood, error) {
	c.places.Lock()
	defer c.places.Unlock()
	return c.stood, nil
}

// startHub starts the announcing on its store, as after a restart.
func (c *commune) startHub() {
	c.t.Helper()
	s, err := announce.New(announce.Config{Commune: id, Store: c.store, Sounds: c.media, Link: c.ether, Places: c,
		Stood: c.history, Chimes: c.chimes, Location: hanoi, Approval: announce.OnePerson, Log: testLog(c.t)})
	if err != nil {
		c.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	c.ether.hub.Store(s)
	c.stopHub = sync.OnceFunc(func() {
		c.ether.hub.Store(nil)
		cancel()
		if err := <-ended; err != nil {
			c.t.Errorf("the hub failed: %v", err)
		}
	})
}

func (c *commune) hub() *announce.Service { return c.ether.hub.Load() }

func (c *commune) submit(d announce.Draft) announce.Announcement {
	c.t.Helper()
	a, err := c.hub().Submit(c.t.Context(), "phatthanh", false, d)
	if err != nil {
		c.t.Fatal(err)
	}
	return a
}

// length is that of one sounding, in milliseconds.
func (c *commune) length(a announce.Announcement) (ms int64) {
	for _, piece := range a.Pieces(a.Repeat, time.Duration(a.GapS)*time.Second) {
		ms += piece.GapMS + piece.DurationMS
	}
	return ms
}

// heldByAll waits until every cluster holds its newest plan with all audio.
func (c *commune) heldByAll(limit time.Duration) {
	c.t.Helper()
	time.Sleep(time.Second) // until what was just changed is compiled
	for began := time.Now(); ; time.Sleep(time.Second) {
		missing := ""
		for cl, s := range c.speakers {
			if hash, missed := s.holds(); hash == "" || hash != c.hub().PlanOf(cl) || missed > 0 {
				missing += fmt.Sprintf(" %s (holds %.6q of %.6q, %d pieces of audio are missing)", cl, hash, c.hub().PlanOf(cl), missed)
			}
		}
		if missing == "" {
			return
		}
		if time.Since(began) > limit {
			c.t.Fatalf("without the newest plan:%s", missing)
		}
	}
}

// want is what shall have been played: occurrence and cluster.
type want map[[2]string]bool

func (w want) add(a announce.Announcement, at time.Time, clusters ...devices.DeviceID) {
	for _, c := range clusters {
		w[[2]string{fmt.Sprintf("%s@%d", a.ID, at.Unix()), string(c)}] = true
	}
}

// proven holds the journal against what was to be played: everything, each once,
// nothing else, nothing with a remark, and the chain unbroken. late is by how much
// a play may have begun after its start.
func (c *commune) proven(w want, late time.Duration) {
	c.t.Helper()
	chain, err := c.store.JournalChain(c.t.Context(), id, 0, 1_000_000)
	if err != nil {
		c.t.Fatal(err)
	}
	played, results := map[[2]string]int{}, map[string]int{}
	for _, e := range chain {
		key := [2]string{e.Occurrence, string(e.Cluster)}
		results[string(e.Result)+" "+e.Reason]++
		if !w[key] {
			c.t.Errorf("%s on %s was not to be played at %s: %s %s", e.Occurrence, e.Cluster, e.PlannedAt.In(hanoi), e.Result, e.Reason)
		}
		if strings.Contains(e.Reason, journal.ReasonUnplanned) || strings.Contains(e.Reason, journal.ReasonClockAhead) {
			c.t.Errorf("%s on %s has the remark %s", e.Occurrence, e.Cluster, e.Reason)
		}
		if e.Result != devices.Played {
			continue
		}
		played[key]++
		if e.StartedAt == nil || e.StartedAt.Sub(e.PlannedAt) > late || e.StartedAt.Before(e.PlannedAt.Add(-time.Second)) {
			c.t.Errorf("%s on %s was planned at %s and began at %v", e.Occurrence, e.Cluster, e.PlannedAt, e.StartedAt)
		}
	}
	for key := range w {
		if played[key] != 1 {
			c.t.Errorf("%s on %s was played %d times", key[0], key[1], played[key])
		}
	}
	newest, err := c.hub().Journal(c.t.Context(), announce.JournalQuery{Limit: 1_000_000})
	if err != nil {
		c.t.Fatal(err)
	}
	for _, e := range newest {
		if e.Result != devices.Played {
			c.t.Errorf("the journal ends with %s %s for %s on %s", e.Result, e.Reason, e.Occurrence, e.Cluster)
		}
	}
	if n, err := c.hub().VerifyJournal(c.t.Context()); err != nil || int(n) != len(chain) {
		c.t.Errorf("%d of %d entries verified: %v", n, len(chain), err)
	}
	c.t.Logf("%d occurrences on clusters to be played, %d played, journal of %d entries verified: %v", len(w), len(played), len(chain), results)
}

// cluster is one device with its disk, its wrong clock and its amplifier.
type cluster struct {
	t    *testing.T
	cfg  speaker.Config
	stop func()
	out  *counter
	seen *watched
}

func (c *commune) newCluster(d devices.DeviceID, dir string, wrong time.Duration, drift float64) *cluster {
	addr := protocol.Address{Commune: id, Device: d}
	began := time.Now()
	seen := &watched{Transport: line{c.ether, addr}}
	out := &counter{}
	return &cluster{t: c.t, out: out, seen: seen, cfg: speaker.Config{Address: addr, Secret: "s", Media: "http://hub.test", Dir: dir,
		Output: out, Transport: seen, Dial: c.media.dial, Report: 6 * time.Hour, Log: testLog(c.t),
		Now: func() time.Time {
			now := time.Now()
			return now.Add(wrong + time.Duration(float64(now.Sub(began))*drift))
		}}}
}

func (s *cluster) on() {
	firmware, err := speaker.New(s.cfg)
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- firmware.Run(ctx) }()
	s.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			s.t.Errorf("%s failed: %v", s.cfg.Address, err)
		}
	})
}

func (s *cluster) off() { s.stop() }

// holds is the plan that the device has told last, and how much audio it misses.
func (s *cluster) holds() (hash string, missing int) {
	s.seen.mu.Lock()
	defer s.seen.mu.Unlock()
	return s.seen.hash, s.seen.missing
}

// plays is the announcement that the device has told to sound, empty for none.
func (s *cluster) plays() string {
	s.seen.mu.Lock()
	defer s.seen.mu.Unlock()
	return s.seen.playing
}

// watched remembers the state that a device has told.
type watched struct {
	speaker.Transport
	mu      sync.Mutex
	hash    string
	missing int
	playing string
}

type watchedConnection struct {
	speaker.Connection
	by *watched
}

func (w *watched) Connect(ctx context.Context, o speaker.Opening) (speaker.Connection, error) {
	c, err := w.Transport.Connect(ctx, o)
	if err != nil {
		return nil, err
	}
	return watchedConnection{c, w}, nil
}

func (c watchedConnection) Send(ch protocol.Channel, payload []byte) {
	if s, err := protocol.Decode[protocol.State](payload); ch == protocol.ChannelState && err == nil && s.Online {
		c.by.mu.Lock()
		c.by.hash, c.by.missing, c.by.playing = s.PlanHash, len(s.Missing), ""
		if s.Playing != nil {
			c.by.playing = s.Playing.Announcement
		}
		c.by.mu.Unlock()
	}
	c.Connection.Send(ch, payload)
}

// counter is an output that counts what it sounds.
type counter struct {
	speaker.Silent
	mu      sync.Mutex
	samples int64
	hums    []hum
	last    time.Time // end of the last write
}

// hum is one sound, silence too, from an instant on.
type hum struct {
	at    time.Time
	level int16
	lasts time.Duration
}

func (c *counter) Write(ctx context.Context, pcm []int16) error {
	whole := pcm
	c.mu.Lock()
	c.samples += int64(len(pcm))
	at := time.Now()
	paused := at.Sub(c.last) > 100*time.Millisecond
	for len(pcm) > 0 {
		n := 1
		for n < len(pcm) && pcm[n] == pcm[0] {
			n++
		}
		lasts := time.Duration(n) * time.Second / protocol.SampleRate
		if k := len(c.hums) - 1; !paused && c.hums[k].level == pcm[0] {
			c.hums[k].lasts += lasts
		} else {
			c.hums = append(c.hums, hum{at, pcm[0], lasts})
		}
		pcm, at, paused = pcm[n:], at.Add(lasts), false
	}
	c.last = at
	c.mu.Unlock()
	return c.Silent.Write(ctx, whole)
}

// heard returns what was sounded from an instant on.
func (c *counter) heard(since time.Time) (hums []hum) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, h := range c.hums {
		if !h.at.Before(since) {
			hums = append(hums, h)
		}
	}
	return hums
}

func (c *counter) sounded() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Duration(c.samples) * time.Second / protocol.SampleRate
}

// media is the media store and the voice: a text is spoken as a hum of its own
// that is a quarter of a second long for each word. It is the same sample over
// and over, which is decoded in no time.
type media struct {
	t      *testing.T
	conns  chan net.Conn
	closed chan struct{}
	away   atomic.Bool // nobody reaches it
	server *http.Server
	ended  chan struct{}

	mu    sync.Mutex
	audio map[string][]byte
	known map[string]protocol.Audio
}

func newMedia(t *testing.T) *media {
	m := &media{t: t, conns: make(chan net.Conn), closed: make(chan struct{}), ended: make(chan struct{}),
		audio: map[string][]byte{}, known: map[string]protocol.Audio{}}
	m.server = &http.Server{Handler: http.HandlerFunc(m.serve), ErrorLog: log.New(io.Discard, "", 0)}
	go func() { defer close(m.ended); _ = m.server.Serve(m) }()
	return m
}

func (m *media) stop() {
	_ = m.server.Close()
	<-m.ended
}

func (m *media) serve(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	data, ok := m.audio[strings.TrimPrefix(r.URL.Path, "/media/")]
	m.mu.Unlock()
	if !ok {
		http.NotFound(w, r)
		return
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}

// dial connects a device to the media store through a pipe, which waits in fake
// time.
func (m *media) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	if m.away.Load() {
		return nil, errAway
	}
	near, far := net.Pipe()
	select {
	case m.conns <- far:
		return near, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-m.closed:
		return nil, net.ErrClosed
	}
}

// Accept implements net.Listener.
func (m *media) Accept() (net.Conn, error) {
	select {
	case c := <-m.conns:
		return c, nil
	case <-m.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (m *media) Close() error { close(m.closed); return nil }

// Addr implements net.Listener.
func (m *media) Addr() net.Addr { return &net.TCPAddr{} }

// synthesis is what the words of an emergency take.
const synthesis = 2 * time.Second

// Speak implements announce.Sounds.
func (m *media) Speak(ctx context.Context, _, text string) (protocol.Audio, error) {
	if announce.Urgent(ctx) {
		time.Sleep(synthesis)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if a, ok := m.known[text]; ok {
		return a, nil
	}
	words := len(strings.Fields(text))
	data := encode(m.t, levelOf(text), words)
	sum := sha256.Sum256(data)
	a := protocol.Audio{SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(data)), DurationMS: int64(words) * 250}
	m.audio[a.SHA256], m.known[text], m.known[a.SHA256] = data, a, a
	return a, nil
}

// Find implements announce.Sounds.
func (m *media) Find(_ context.Context, sha string) (protocol.Audio, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if a, ok := m.known[sha]; ok {
		return a, nil
	}
	return protocol.Audio{}, fmt.Errorf("no audio %s", sha)
}

// level is that of the hum of a text, as every cluster sounds it.
func level(text string) int16 { return int16(math.Round(float64(levelOf(text)) * speaker.Gain(80))) }

func levelOf(text string) int32 { return 1 + int32(crc32.ChecksumIEEE([]byte(text))%20000) }

// encode makes a hum.
func encode(t *testing.T, level int32, words int) []byte {
	const block = protocol.SampleRate / 4
	var buf bytes.Buffer
	enc, err := flac.NewEncoder(&buf, &meta.StreamInfo{BlockSizeMin: block, BlockSizeMax: block,
		SampleRate: protocol.SampleRate, NChannels: protocol.Channels, BitsPerSample: protocol.BitDepth, NSamples: uint64(words * block)})
	if err != nil {
		t.Fatal(err)
	}
	samples := slices.Repeat([]int32{level}, block)
	for range words {
		if err := enc.WriteFrame(&frame.Frame{Header: frame.Header{BlockSize: block, SampleRate: protocol.SampleRate, Channels: frame.ChannelsMono, BitsPerSample: protocol.BitDepth},
			Subframes: []*frame.Subframe{{SubHeader: frame.SubHeader{Pred: frame.PredConstant}, Samples: samples, NSamples: block}}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := enc.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func testLog(t *testing.T) *slog.Logger {
	if !testing.Verbose() {
		return nil
	}
	return slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError}))
}
