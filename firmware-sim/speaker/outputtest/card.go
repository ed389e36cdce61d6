package outputtest

import (
	"context"
	"math"
	"sync"
	"time"

	"github.com/smart-commune/smart-commune/devices/protocol"
)

const (
	// queued is how much Write leaves in the queue, in samples.
	queued = protocol.SampleRate / 4
	// headStart is what a play gets to be written in time.
	headStart = 50 * time.Millisecond
	// leastSilence is put before a play, in samples.
	leastSilence = protocol.SampleRate / 50
	// uncertainFor is for how long after a stall it is not certain what is heard when.
	uncertainFor = time.Second
)

// Card is a sound card in memory. It takes samples at the speed of its crystal,
// silence where there are none, and remembers when each was heard.
type Card struct {
	latency time.Duration // from when a sample is taken until it is heard
	crystal float64       // faster than the clock by this, seconds per second

	mu      sync.Mutex
	since   time.Time // when sample number from was taken
	from    int64
	given   int64 // samples taken
	queue   []int16
	written int // since Begin
	stalled time.Time
	heard   []Sound
}

var _ Timed = (*Card)(nil)

// Sound is what was heard from an instant on, one sample after the other.
type Sound struct {
	At  time.Time
	PCM []int16
}

// Find calls each for every sample above a value, with the instant it was heard at.
func Find(sounds []Sound, louder int16, each func(at time.Time, value int16)) {
	for _, s := range sounds {
		for i, v := range s.PCM {
			if v > louder {
				each(s.At.Add(time.Duration(i)*sample), v)
			}
		}
	}
}

// NewCard switches a card on.
func NewCard(latency time.Duration, ppm float64) *Card {
	return &Card{latency: latency, crystal: ppm * 1e-6, since: time.Now()}
}

// Sounds returns what was taken by now, in order, a little at a time.
func (c *Card) Sounds() []Sound {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.take(time.Now())
	return append([]Sound(nil), c.heard...)
}

// Stall takes nothing for a while, as a card does that ran dry on a busy machine.
func (c *Card) Stall(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	c.take(now)
	c.since, c.from, c.stalled = now.Add(d), c.given, now.Add(d)
}

// taken is when a sample is taken. The caller holds mu, as for all below.
func (c *Card) taken(sample int64) time.Time {
	return c.since.Add(time.Duration(float64(sample-c.from) / (protocol.SampleRate * (1 + c.crystal)) * float64(time.Second)))
}

// take takes the samples that are due.
func (c *Card) take(now time.Time) {
	due := c.from + int64(now.Sub(c.since).Seconds()*protocol.SampleRate*(1+c.crystal))
	n := max(0, due-c.given)
	if k := int(min(n, int64(len(c.queue)))); k > 0 {
		c.heard = append(c.heard, Sound{c.taken(c.given).Add(c.latency), c.queue[:k:k]})
		c.queue = c.queue[k:]
	}
	c.given += n
}

func (c *Card) next() time.Time { return c.taken(c.given + int64(len(c.queue))).Add(c.latency) }

// Latency implements Timed.
func (c *Card) Latency() time.Duration { return c.latency + headStart }

// Begin implements Timed.
func (c *Card) Begin(at time.Time) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.take(time.Now())
	wait := max(leastSilence, int(math.Ceil(at.Sub(c.next()).Seconds()*protocol.SampleRate*(1+c.crystal))))
	c.queue = append(c.queue, make([]int16, wait)...)
	c.written = 0
	return c.next()
}

// Heard implements Timed.
func (c *Card) Heard() (at time.Time, certain bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	c.take(now)
	return c.next(), now.Sub(c.stalled) >= uncertainFor
}

// Write implements Timed.
func (c *Card) Write(ctx context.Context, pcm []int16) error {
	c.mu.Lock()
	c.take(time.Now())
	c.queue = append(c.queue, pcm...)
	c.written += len(pcm)
	c.mu.Unlock()
	return c.await(ctx, queued)
}

// await returns when at most left samples are in the queue.
func (c *Card) await(ctx context.Context, left int) error {
	for {
		c.mu.Lock()
		now := time.Now()
		c.take(now)
		wait := c.taken(c.given + int64(max(0, len(c.queue)-left))).Sub(now)
		c.mu.Unlock()
		if wait <= 0 {
			return ctx.Err()
		}
		t := time.NewTimer(wait + sample)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return ctx.Err()
		}
	}
}

// Drain implements Timed.
func (c *Card) Drain(ctx context.Context) error {
	if err := c.await(ctx, 0); err != nil {
		return err
	}
	t := time.NewTimer(c.latency)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Drop implements Timed.
func (c *Card) Drop() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.take(time.Now())
	n := min(len(c.queue), c.written)
	c.queue, c.written = nil, 0
	return n
}

// Close implements Timed.
func (c *Card) Close() error { return nil }
