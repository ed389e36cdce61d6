package speaker

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime/pprof"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mewkiz/flac"
	"github.com/mewkiz/flac/frame"
	"github.com/mewkiz/flac/meta"
	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"
	"go.uber.org/goleak"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/broker"
)

func TestMain(m *testing.M) {
	log.SetOutput(io.Discard) // the FLAC decoder talks a lot
	if settings := os.Getenv(deviceEnv); settings != "" {
		os.Exit(runDevice(settings))
	}
	goleak.VerifyTestMain(m)
}

const patience = time.Minute

var address = protocol.Address{Commune: "luc-binh", Device: "loa-01"}

const secret = "s3cret"

// hub is the hub's end of the wire: a real broker and a real media server.
type hub struct {
	t     *testing.T
	media *httptest.Server
	mqtt  string

	mu    sync.Mutex
	live  *mochi.Server // the broker, while it runs
	audio map[string][]byte
	serve func(w http.ResponseWriter, r *http.Request, data []byte) bool // true: done
	gets  []string                                                       // "sha range"
	deaf  bool                                                           // gives no receipts

	timeless bool          // answers no questions for the time
	ahead    time.Duration // of its clock
	states   chan protocol.State
	plays    chan protocol.Play
	acks     chan protocol.Ack
	batch    chan protocol.Telemetry
}

func newHub(t *testing.T) *hub {
	t.Helper()
	h := &hub{t: t, audio: map[string][]byte{},
		states: make(chan protocol.State, 1000), plays: make(chan protocol.Play, 1000),
		acks: make(chan protocol.Ack, 1000), batch: make(chan protocol.Telemetry, 1000)}
	h.startBroker(ownPort())
	h.media = httptest.NewServer(http.HandlerFunc(h.get))
	t.Cleanup(h.stop)
	return h
}

// ownPort is a free address on which a broker can come back: the system gives such
// a port to nobody meanwhile, unlike those that it chooses itself.
func ownPort() string {
	for {
		addr := fmt.Sprintf("127.0.0.1:%d", 12_000+rand.IntN(18_000))
		if l, err := net.Listen("tcp", addr); err == nil {
			l.Close()
			return addr
		}
	}
}

func (h *hub) startBroker(addr string) {
	h.t.Helper()
	l, err := broker.Listen(addr)
	if err != nil {
		h.t.Fatal(err)
	}
	h.mqtt = "tcp://" + l.Address()
	b := mochi.New(&mochi.Options{InlineClient: true, Logger: slog.New(slog.DiscardHandler)})
	if err := errors.Join(b.AddHook(new(doorkeeper), nil), b.AddHook(l.Turns(), nil), b.AddListener(l), b.Serve()); err != nil {
		h.t.Fatal(err)
	}
	h.mu.Lock()
	h.live = b
	h.mu.Unlock()
	for i, c := range protocol.FromDevice() {
		if err := b.Subscribe(protocol.AllDevices(c), i+1, h.hear); err != nil {
			h.t.Fatal(err)
		}
	}
}

// doorkeeper lets the device in with its password.
type doorkeeper struct{ mochi.HookBase }

func (*doorkeeper) ID() string { return "doorkeeper" }

func (*doorkeeper) Provides(b byte) bool {
	return b == mochi.OnConnectAuthenticate || b == mochi.OnACLCheck
}

func (*doorkeeper) OnConnectAuthenticate(_ *mochi.Client, p packets.Packet) bool {
	return string(p.Connect.Username) == address.String() && string(p.Connect.Password) == secret
}

func (*doorkeeper) OnACLCheck(*mochi.Client, string, bool) bool { return true }

func (h *hub) stopBroker() {
	h.mu.Lock()
	live := h.live
	h.live = nil
	h.mu.Unlock()
	if live != nil {
		_ = live.Close()
	}
}

func (h *hub) stop() {
	h.stopBroker()
	h.media.Close()
}

func (h *hub) hear(_ *mochi.Client, _ packets.Subscription, p packets.Packet) {
	_, channel, err := protocol.ParseTopic(p.TopicName)
	if err != nil {
		h.t.Errorf("the device speaks on %s: %v", p.TopicName, err)
		return
	}
	h.mu.Lock()
	deaf, timeless, ahead := h.deaf, h.timeless, h.ahead
	h.mu.Unlock()
	switch channel {
	case protocol.ChannelState:
		h.states <- decode[protocol.State](h.t, p.Payload)
	case protocol.ChannelAck:
		h.acks <- decode[protocol.Ack](h.t, p.Payload)
	case protocol.ChannelPlay:
		var r protocol.Receipt
		for _, play := range decode[protocol.Plays](h.t, p.Payload).Plays {
			h.plays <- play
			r.Plays = append(r.Plays, play.ID)
		}
		if !deaf {
			go h.send(protocol.ChannelReceipt, r)
		}
	case protocol.ChannelTelemetry:
		batch := decode[protocol.Telemetry](h.t, p.Payload)
		h.batch <- batch
		if !deaf {
			go h.send(protocol.ChannelReceipt, protocol.Receipt{Batches: []string{batch.Batch}})
		}
	case protocol.ChannelClockAsk:
		ask := decode[protocol.ClockAsk](h.t, p.Payload)
		if timeless {
			return
		}
		now := time.Now().Add(ahead).UnixNano()
		go h.send(protocol.ChannelClockAnswer, protocol.ClockAnswer{T1: ask.T1, T2: now, T3: now})
	}
}

func decode[P any, T interface {
	*P
	Check() error
}](t *testing.T, data []byte) P {
	p, err := protocol.Decode[P, T](data)
	if err != nil {
		t.Errorf("the device sends what the contract forbids: %v\n%s", err, data)
	}
	return p
}

func (h *hub) send(c protocol.Channel, payload any) {
	data, err := json.Marshal(payload)
	if err != nil {
		h.t.Error(err)
		return
	}
	h.sendRaw(c, data)
}

func (h *hub) sendRaw(c protocol.Channel, data []byte) {
	h.mu.Lock()
	live := h.live
	h.mu.Unlock()
	if live == nil {
		return
	}
	_ = live.Publish(address.Topic(c), data, c == protocol.ChannelPlan, 1)
}

func (h *hub) get(w http.ResponseWriter, r *http.Request) {
	user, password, _ := r.BasicAuth()
	if user != address.String() || password != secret {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	sha := strings.TrimPrefix(r.URL.Path, "/media/")
	h.mu.Lock()
	data, ok := h.audio[sha]
	serve := h.serve
	h.gets = append(h.gets, sha+" "+r.Header.Get("Range"))
	h.mu.Unlock()
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	if serve != nil && serve(w, r, data) {
		return
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}

func (h *hub) serveBy(f func(w http.ResponseWriter, r *http.Request, data []byte) bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.serve = f
}

// add puts audio into the media store.
func (h *hub) add(pcm []int16) protocol.Audio {
	h.t.Helper()
	data := encodeFLAC(h.t, pcm)
	return protocol.Audio{SHA256: h.addRaw(data), Bytes: int64(len(data)), DurationMS: int64(len(pcm)) * 1000 / protocol.SampleRate}
}

func (h *hub) addRaw(data []byte) (sha string) {
	sum := sha256.Sum256(data)
	h.mu.Lock()
	defer h.mu.Unlock()
	sha = hex.EncodeToString(sum[:])
	h.audio[sha] = data
	return sha
}

// device is a speaker at work on a directory.
type device struct {
	*Speaker
	stop func() // switches it off, and waits
}

// start switches a speaker on. change may alter its configuration.
func (h *hub) start(dir string, out Output, change ...func(*Config)) *device {
	h.t.Helper()
	for len(h.states) > 0 {
		<-h.states // of the device before
	}
	cfg := Config{Address: address, Secret: secret, Broker: h.mqtt, Media: h.media.URL, Dir: dir, Output: out, Log: testLog(h.t)}
	for _, c := range change {
		c(&cfg)
	}
	s, err := New(cfg)
	if err != nil {
		h.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	var once sync.Once
	d := &device{s, func() {
		once.Do(func() {
			cancel()
			select {
			case err := <-done:
				if err != nil {
					h.t.Errorf("the speaker failed: %v", err)
				}
			case <-time.After(patience):
				h.t.Error("the speaker does not end")
				_ = pprof.Lookup("goroutine").WriteTo(h.t.Output(), 1)
			}
		})
	}}
	h.t.Cleanup(d.stop)
	return d
}

func testLog(t *testing.T) *slog.Logger {
	if !testing.Verbose() {
		return nil
	}
	return slog.New(slog.NewTextHandler(t.Output(), nil))
}

// await returns the first that fits.
func awaitFor[T any](t *testing.T, from <-chan T, what string, fits func(T) bool) T {
	t.Helper()
	limit := time.After(patience)
	for {
		select {
		case v := <-from:
			if fits(v) {
				return v
			}
		case <-limit:
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

func anything[T interface{}](T) bool { return true }

func (h *hub) online() protocol.State {
	h.t.Helper()
	return awaitFor(h.t, h.states, "the device to be online", func(s protocol.State) bool { return s.Online })
}

func (h *hub) ack(id string, o protocol.Outcome) protocol.Ack {
	h.t.Helper()
	return awaitFor(h.t, h.acks, "ack "+id+" "+string(o), func(a protocol.Ack) bool { return a.Command == id && a.Outcome == o })
}

func (h *hub) play(occurrence string, r devices.Result) protocol.Play {
	h.t.Helper()
	return awaitFor(h.t, h.plays, string(r)+" "+occurrence, func(p protocol.Play) bool { return p.Occurrence == occurrence && p.Result == r })
}

// item is due now unless changed.
func item(name string, start time.Time, audio ...protocol.Audio) protocol.Item {
	return protocol.Item{Occurrence: name + "@1", Announcement: name, Title: name, Start: start.UTC(), Deadline: start.Add(time.Minute).UTC(), Audio: audio}
}

func playNow(id string, it protocol.Item) protocol.Command {
	return protocol.Command{ID: id, Kind: protocol.CommandPlay, IssuedAt: time.Now(), ExpiresAt: time.Now().Add(time.Minute), Item: &it}
}

func planOf(items ...protocol.Item) protocol.Plan {
	p := protocol.Plan{CompiledAt: time.Now().UTC(), Until: time.Now().Add(7 * 24 * time.Hour).UTC(), Volume: 100, Items: items}
	p.Hash = p.ContentHash()
	return p
}

// volume100 is set so that samples come through unchanged.
func loud(it protocol.Item) protocol.Item {
	v := 100
	it.Volume = &v
	return it
}

// tone is a sine of a length that no one confuses with another.
func tone(hz float64, d time.Duration) []int16 {
	pcm := make([]int16, int64(d)*protocol.SampleRate/int64(time.Second))
	for i := range pcm {
		pcm[i] = int16(12000 * math.Sin(2*math.Pi*hz*float64(i)/protocol.SampleRate))
	}
	return pcm
}

func encodeFLAC(t testing.TB, pcm []int16) []byte {
	t.Helper()
	const block = 4096
	var buf bytes.Buffer
	enc, err := flac.NewEncoder(&buf, &meta.StreamInfo{BlockSizeMin: 16, BlockSizeMax: block,
		SampleRate: protocol.SampleRate, NChannels: protocol.Channels, BitsPerSample: protocol.BitDepth, NSamples: uint64(len(pcm))})
	if err != nil {
		t.Fatal(err)
	}
	for len(pcm) > 0 {
		n := min(block, len(pcm))
		samples := make([]int32, n)
		for i, s := range pcm[:n] {
			samples[i] = int32(s)
		}
		pcm = pcm[n:]
		f := &frame.Frame{Header: frame.Header{BlockSize: uint16(n), SampleRate: protocol.SampleRate, Channels: frame.ChannelsMono, BitsPerSample: protocol.BitDepth},
			Subframes: []*frame.Subframe{{SubHeader: frame.SubHeader{Pred: frame.PredVerbatim}, Samples: samples, NSamples: n}}}
		if err := enc.WriteFrame(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := enc.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// readWAV checks the header against the file and returns the samples.
func readWAV(t *testing.T, path string) []int16 {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(data) < wavHeader || string(data[:4]) != "RIFF" || string(data[8:16]) != "WAVEfmt " || string(data[36:40]) != "data" {
		t.Fatalf("%s is no WAV file", path)
	}
	size := int(binary.LittleEndian.Uint32(data[40:]))
	if riff := int(binary.LittleEndian.Uint32(data[4:])); riff != size+36 || len(data) < wavHeader+size {
		t.Fatalf("%s: header says RIFF %d, data %d; the file has %d bytes", path, riff, size, len(data))
	}
	pcm := make([]int16, size/2)
	if err := binary.Read(bytes.NewReader(data[wavHeader:wavHeader+size]), binary.LittleEndian, pcm); err != nil && err != io.EOF {
		t.Fatal(err)
	}
	return pcm
}

func openWAV(t *testing.T, dir string) (*WAV, string) {
	t.Helper()
	path := filepath.Join(dir, "out.wav")
	w, err := OpenWAV(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	return w, path
}

// sounded waits until so many samples are in the file.
func sounded(t *testing.T, path string, samples int) {
	t.Helper()
	for limit := time.Now().Add(patience); len(readWAV(t, path)) < samples; {
		if time.Now().After(limit) {
			t.Fatalf("%d samples sounded, waited in vain for %d", len(readWAV(t, path)), samples)
		}
		<-time.After(10 * time.Millisecond)
	}
}

// sizeOf is how much the files of a directory take.
func sizeOf(t *testing.T, dir string) (size int64) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Error(err)
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil {
			size += info.Size()
		}
	}
	return size
}
