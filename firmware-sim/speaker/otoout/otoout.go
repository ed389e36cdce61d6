//go:build !nosound

// Package otoout lets speakers be heard on the computer's sound card, through
// oto (ALSA on Linux: it needs cgo and libasound). Clusters that share a [Card]
// are mixed. Built with the tag nosound the package needs neither and refuses
// to open.
//
// On Linux an output knows when its samples are heard, to some 0.05 ms, and is
// a [speaker.Timed] one; elsewhere its latency is unknown.
package otoout

import (
	"context"
	"encoding/binary"
	"fmt"
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
	// sounding.
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
	// stale is how long a measurement of the latency is good for.
	stale = 2 * time.Second
	// bytesPerSample of the format handed to oto.
	bytesPerSample = 2
)

// Card is the sound card. A process can open it once.
type Card struct {
	context *oto.Context
	pcm     *pcm // nil where nothing can be known of the latency
	opened  time.Time
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
	return &Card{context: c, pcm: openPCM(c), opened: time.Now()}, nil
}

// output is one cluster on the card. Its player never stops, so that the
// latency is known before something is to be heard.
type output struct {
	card   *Card
	player oto.Player
	moved  chan struct{} // told when the player took samples

	mu      sync.Mutex
	queue   []byte
	written int   // samples written since Begin
	given   int64 // samples handed to the player
	phase   phase // of the samples handed to the player, since the card was opened
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

// measure finds out when the sample is heard that oto's mixer takes next. Oto
// hands over a period at once and takes the next when the card has room again:
// so all that it took but one period is in the card.
func (o *output) measure() {
	begun := time.Now()
	waits := o.player.UnplayedBufferSize() / bytesPerSample
	delay, ok := o.card.pcm.delay()
	if !ok || time.Since(begun) > time.Millisecond {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	at := begun.Sub(o.card.opened)
	o.phase.add(at, at+duration(int64(delay+o.card.pcm.period+waits)-o.given))
}

func duration(samples int64) time.Duration {
	return time.Duration(samples) * time.Second / protocol.SampleRate
}

// heard is when a sample of the player's stream is heard. The caller holds mu.
func (o *output) heard(sample int64) (at time.Time, ok bool) {
	first, ok := o.phase.value()
	if !ok || time.Since(o.card.opened)-o.phase.last > stale {
		return time.Now(), false
	}
	return o.card.opened.Add(first + duration(sample)), true
}

// Latency implements [speaker.Timed].
func (o *output) Latency() time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	at, ok := o.heard(o.given)
	if !ok {
		return 0
	}
	return max(0, time.Until(at)) + headStart
}

// Heard implements [speaker.Timed].
func (o *output) Heard() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.next()
}

func (o *output) next() time.Time {
	at, _ := o.heard(o.given + int64(len(o.queue)/bytesPerSample))
	return at
}

// Begin implements [speaker.Timed].
func (o *output) Begin(at time.Time) time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	next := o.next()
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
