//go:build !nosound

// Package otoout lets speakers be heard on the computer's sound card, through
// oto (ALSA on Linux: it needs cgo and libasound). Clusters that share a [Card]
// are mixed. Built with the tag nosound the package needs neither and refuses
// to open.
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
	// cardBuffer is kept in the card, playerBuffer between the card and the
	// queue of a cluster.
	cardBuffer   = 60 * time.Millisecond
	playerBuffer = 40 * time.Millisecond
	// queued is how much Write leaves in the queue of a cluster, in samples.
	queued = protocol.SampleRate / 10
	// bytesPerSample of the format handed to oto.
	bytesPerSample = 2
)

// Card is the sound card. A process can open it once.
type Card struct{ context *oto.Context }

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
	return &Card{c}, nil
}

// output is one cluster on the card.
type output struct {
	card   *Card
	player oto.Player

	mu    sync.Mutex
	queue []byte
	begun bool          // the player runs
	moved chan struct{} // told when the player took samples
}

var _ speaker.Output = (*output)(nil)

// Output adds a cluster to the card.
func (c *Card) Output() speaker.Output {
	o := &output{card: c, moved: make(chan struct{}, 1)}
	o.player = c.context.NewPlayer(o)
	o.player.(oto.BufferSizeSetter).SetBufferSize(int(playerBuffer.Seconds() * protocol.SampleRate * bytesPerSample))
	return o
}

// Read is called by oto and never blocks: that would silence the other
// clusters. Where the queue has nothing it gives silence.
func (o *output) Read(p []byte) (int, error) {
	p = p[:len(p)&^1]
	o.mu.Lock()
	n := copy(p, o.queue)
	o.queue = o.queue[n:]
	o.mu.Unlock()
	clear(p[n:])
	select {
	case o.moved <- struct{}{}:
	default:
	}
	return len(p), nil
}

// Write implements [speaker.Output].
func (o *output) Write(ctx context.Context, pcm []int16) error {
	o.mu.Lock()
	for _, s := range pcm {
		o.queue = binary.LittleEndian.AppendUint16(o.queue, uint16(s))
	}
	start := !o.begun
	o.begun = true
	o.mu.Unlock()
	if start {
		o.player.Play()
	}
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

// Drain implements [speaker.Output]. The player stops then, so that a silent
// cluster costs nothing.
func (o *output) Drain(ctx context.Context) error {
	if err := o.await(ctx, 0); err != nil {
		return err
	}
	t := time.NewTimer(playerBuffer + cardBuffer)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	o.stop()
	return nil
}

func (o *output) stop() {
	o.mu.Lock()
	o.begun = false
	o.mu.Unlock()
	o.player.Reset()
}

// Drop implements [speaker.Output].
func (o *output) Drop() int {
	o.mu.Lock()
	n := len(o.queue)
	o.queue = nil
	o.mu.Unlock()
	n += o.player.UnplayedBufferSize()
	o.stop()
	return n / bytesPerSample
}

// Close implements [speaker.Output].
func (o *output) Close() error { return o.player.Close() }
