//go:build !nosound

// Package otoout lets speakers be heard on the computer's sound card, through
// oto (ALSA on Linux: it needs cgo and libasound). Clusters that share a [Card]
// are mixed. Built with the tag nosound the package needs neither and refuses
// to open.
//
// On Linux an output knows when its samples are heard, to some 0.1 ms, and is a
// [speaker.Timed] one; elsewhere its latency is unknown.
package otoout

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/hajimehoshi/oto/v2"

	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/firmware-sim/speaker"
)

const (
	openTimeout = 10 * time.Second
	// stallTimeout is generous: a sound server that has just been started takes
	// its first samples only after seconds.
	stallTimeout = 10 * time.Second
	// cardBuffer is kept in the card: for so long a busy machine may not come to
	// sounding. As much waits before it, and an emergency behind both.
	cardBuffer = 120 * time.Millisecond
	// playerBuffer is kept between the card and the queue of a cluster.
	playerBuffer = 40 * time.Millisecond
	// queued is how much Write leaves in the queue of a cluster, in samples.
	queued = protocol.SampleRate / 4
	// headStart is what a cluster gets to begin to sound in time, beyond what the
	// card needs.
	headStart = 150 * time.Millisecond
	// leastSilence is put before a play, in samples, so that its first samples are
	// there when they are due.
	leastSilence = protocol.SampleRate / 50
	// longestWait is the longest silence that Begin makes, in samples.
	longestWait = 5 * protocol.SampleRate
	// disturbance is how long a measurement takes when it is worth nothing.
	disturbance = time.Millisecond
	// A sound server is asked every pulseEvery, pulseCalm after samples were handed
	// to it: they may still be on their way.
	pulseEvery = 100 * time.Millisecond
	pulseCalm  = 20 * time.Millisecond
	pulseTries = 20 // until it is believed that sound does not go there
	// bytesPerSample of the format handed to oto.
	bytesPerSample = 2
)

// Card is the sound card. A process can open it once.
type Card struct {
	context *oto.Context
	pcm     *pcm // nil where nothing can be known of the latency
	opened  time.Time

	mu      sync.Mutex
	outputs []*output
	server  bool // a sound server tells the latency, or may be about to
}

// Open opens the computer's default sound card.
func Open() (*Card, error) {
	c, ready, err := oto.NewContextWithOptions(&oto.NewContextOptions{
		SampleRate: protocol.SampleRate, ChannelCount: protocol.Channels,
		Format: oto.FormatSignedInt16LE, BufferSize: cardBuffer,
	})
	if err != nil {
		return nil, fmt.Errorf("open the sound card: %w", err)
	}
	select {
	case <-ready:
	case <-time.After(openTimeout):
		return nil, fmt.Errorf("open the sound card: it is not ready after %s", openTimeout)
	}
	if err := c.Err(); err != nil {
		return nil, fmt.Errorf("open the sound card: %w", err)
	}
	card := &Card{context: c, pcm: openPCM(c), opened: time.Now(), server: true}
	if card.pcm != nil {
		go card.askServer()
	}
	return card, nil
}

// askServer measures the latency of a sound server, if sound goes to one, as
// long as the process lives; so long oto's own loops go on too.
func (c *Card) askServer() {
	for {
		p, err := awaitPulse()
		if err != nil {
			break
		}
		for err == nil {
			time.Sleep(pulseEvery)
			err = c.measure(p)
		}
		p.close() // on a busy machine an answer may be long in coming: ask anew
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.server = false // from now on ALSA tells
}

// awaitPulse fails when there is no sound server, or sound does not go there.
func awaitPulse() (p *pulse, err error) {
	for range pulseTries {
		if p, err = openPulse(); !errors.Is(err, errNoStream) {
			break
		}
		time.Sleep(pulseEvery)
	}
	return p, err
}

// measure takes the latency of the server for all outputs.
func (c *Card) measure(p *pulse) error {
	c.mu.Lock()
	outputs := slices.Clone(c.outputs)
	c.mu.Unlock()
	before := make([]state, len(outputs))
	var calm time.Time
	for i, o := range outputs {
		before[i] = o.state()
		if t := c.opened.Add(before[i].read + pulseCalm); t.After(calm) {
			calm = t
		}
	}
	time.Sleep(time.Until(calm))
	at, latency, took, err := p.latency()
	if err != nil || took > disturbance {
		return err
	}
	for i, o := range outputs {
		if now := o.state(); now == before[i] {
			o.heardAfter(at, latency+duration(int64(c.pcm.period)), now)
		}
	}
	return nil
}

// output is one cluster on the card. Its player never stops, so that the
// latency is known before something is to be heard.
type output struct {
	card   *Card
	player oto.Player
	moved  chan struct{} // told when the player took samples

	mu      sync.Mutex
	queue   []byte
	written int           // samples written since Begin
	given   int64         // samples handed to the player
	phase   phase         // of the samples handed to the player, since the card was opened
	read    time.Duration // when the player asked last, since the card was opened
}

var _ speaker.Timed = (*output)(nil)

// Output adds a cluster to the card.
func (c *Card) Output() speaker.Output {
	o := &output{card: c, moved: make(chan struct{}, 1)}
	buffer := int(playerBuffer.Seconds() * protocol.SampleRate)
	if c.pcm != nil {
		buffer = max(buffer, 2*c.pcm.period)
	}
	o.player = c.context.NewPlayer(o)
	o.player.(oto.BufferSizeSetter).SetBufferSize(buffer * bytesPerSample)
	o.player.Play()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.outputs = append(c.outputs, o)
	return o
}

// Read is called by oto and never blocks: that would silence the other
// clusters. Where the queue has nothing it gives silence.
func (o *output) Read(p []byte) (int, error) {
	p = p[:len(p)&^1]
	if o.card.pcm != nil {
		p = p[:min(len(p), o.card.pcm.period*bytesPerSample)]
		o.measure()
	}
	o.mu.Lock()
	n := copy(p, o.queue)
	o.queue = o.queue[n:]
	o.given += int64(len(p) / bytesPerSample)
	o.mu.Unlock()
	clear(p[n:])
	select {
	case o.moved <- struct{}{}:
	default:
	}
	return len(p), nil
}

// state is where the samples of an output are at a moment.
type state struct {
	given int64         // handed to the player
	waits int           // of these, in the player
	read  time.Duration // when the player asked last
}

func (o *output) state() state {
	waits := o.player.UnplayedBufferSize() / bytesPerSample
	o.mu.Lock()
	defer o.mu.Unlock()
	return state{o.given, waits, o.read}
}

// measure finds out when samples are heard. Oto hands over a period at once and
// takes the next when the card has room again: so all that it took but one
// period is in the card.
func (o *output) measure() {
	now := o.state()
	begun := time.Now()
	at := begun.Sub(o.card.opened)
	o.mu.Lock()
	if at-o.read > cardBuffer*3/4 || now.waits == 0 {
		o.phase.forget() // the card, or the player, may have run dry
	}
	o.read = at
	o.mu.Unlock()
	o.card.mu.Lock()
	server := o.card.server
	o.card.mu.Unlock()
	if server {
		return
	}
	if delay, ok := o.card.pcm.delay(); ok && time.Since(begun) < disturbance {
		o.heardAfter(begun, duration(int64(delay+o.card.pcm.period)), now)
	}
}

// heardAfter notes for how long, at an instant, the card has something to sound.
func (o *output) heardAfter(at time.Time, latency time.Duration, s state) {
	o.mu.Lock()
	defer o.mu.Unlock()
	t := at.Sub(o.card.opened)
	o.phase.add(t, t+latency+duration(int64(s.waits)-s.given))
}

func duration(samples int64) time.Duration {
	return time.Duration(samples) * time.Second / protocol.SampleRate
}

// heard is when a sample of the player's stream is heard. The caller holds mu.
func (o *output) heard(sample int64) (at time.Time, certain, known bool) {
	first, certain, known := o.phase.value(time.Since(o.card.opened))
	return o.card.opened.Add(first + duration(sample)), certain, known
}

// Latency implements [speaker.Timed].
func (o *output) Latency() time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	at, _, known := o.heard(o.given)
	if !known {
		return 0
	}
	return max(0, time.Until(at)) + headStart
}

// Heard implements [speaker.Timed].
func (o *output) Heard() (at time.Time, certain bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	at, certain, _ = o.heard(o.next())
	return at, certain
}

// next is the number of the sample written next. The caller holds mu.
func (o *output) next() int64 { return o.given + int64(len(o.queue)/bytesPerSample) }

// Begin implements [speaker.Timed].
func (o *output) Begin(at time.Time) time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	next, _, _ := o.heard(o.next())
	wait := int64(at.Sub(next).Seconds()*protocol.SampleRate + 1)
	wait = min(max(wait, leastSilence), longestWait)
	o.queue = append(o.queue, make([]byte, wait*bytesPerSample)...)
	o.written = 0
	return next.Add(duration(wait))
}

// Write implements [speaker.Output].
func (o *output) Write(ctx context.Context, pcm []int16) error {
	o.mu.Lock()
	for _, s := range pcm {
		o.queue = binary.LittleEndian.AppendUint16(o.queue, uint16(s))
	}
	o.written += len(pcm)
	o.mu.Unlock()
	return o.await(ctx, queued)
}

// await returns when at most left samples are in the queue.
func (o *output) await(ctx context.Context, left int) error {
	stalled := time.NewTimer(stallTimeout)
	defer stalled.Stop()
	for {
		if err := o.player.Err(); err != nil {
			return err
		}
		if err := o.card.context.Err(); err != nil {
			return err
		}
		o.mu.Lock()
		n := len(o.queue) / bytesPerSample
		o.mu.Unlock()
		if n <= left {
			return nil
		}
		select {
		case <-o.moved:
			stalled.Reset(stallTimeout)
		case <-stalled.C:
			return fmt.Errorf("the sound card has taken no samples for %s", stallTimeout)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Drain implements [speaker.Output].
func (o *output) Drain(ctx context.Context) error {
	if err := o.await(ctx, 0); err != nil {
		return err
	}
	wait := playerBuffer + cardBuffer
	if known := o.Latency(); known > 0 {
		wait = known - headStart
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Drop implements [speaker.Output]. What the player has is heard.
func (o *output) Drop() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := min(len(o.queue)/bytesPerSample, o.written)
	o.queue, o.written = nil, 0
	return n
}

// Close implements [speaker.Output].
func (o *output) Close() error { return o.player.Close() }
