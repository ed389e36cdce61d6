package camera

import (
	"math"
	"time"
)

// meterSpan is the window of the figures: long enough to hold several
// keyframes, which carry most of the bytes.
const meterSpan = 10 // seconds

// meter measures frame rate and bitrate over a sliding window of one-second
// buckets. The zero value is ready.
type meter struct {
	began   time.Time
	buckets [meterSpan + 1]struct {
		second int64 // Unix time
		frames int
		bytes  int
	}
}

func (m *meter) add(now time.Time, bytes int) {
	if m.began.IsZero() {
		m.began = now
	}
	b := &m.buckets[now.Unix()%int64(len(m.buckets))]
	if b.second != now.Unix() {
		b.second, b.frames, b.bytes = now.Unix(), 0, 0
	}
	b.frames++
	b.bytes += bytes
}

// rates returns frames per second, rounded to 0.1, and kbit/s, rounded to 1.
func (m *meter) rates(now time.Time) (fps, kbps float64) {
	if m.began.IsZero() {
		return 0, 0
	}
	// Whole seconds alone: the present one is not over.
	to := now.Unix()
	from := max(to-meterSpan, m.began.Unix()+1)
	if to <= from {
		return 0, 0
	}
	var frames, bytes int
	for _, b := range m.buckets {
		if b.second >= from && b.second < to {
			frames += b.frames
			bytes += b.bytes
		}
	}
	span := float64(to - from)
	return math.Round(float64(frames)/span*10) / 10, math.Round(float64(bytes) * 8 / 1000 / span)
}
