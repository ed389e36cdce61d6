package audio

import (
	"context"
	"io"
)

// Step is what is being done to a sound.
type Step string

// The steps, in their order; a text has no Receiving, a file no Speaking.
const (
	Receiving Step = "receiving" // the upload comes in
	Waiting   Step = "waiting"   // others are served first
	Speaking  Step = "speaking"  // the voice reads the text
	Measuring Step = "measuring" // its loudness is measured
	Fitting   Step = "fitting"   // it is brought to the usual loudness
)

// Progress is how far a piece of work has come.
type Progress struct {
	Step  Step  `json:"step"`
	Bytes int64 `json:"bytes,omitempty"` // received so far
}

type progressKey struct{}

// WithProgress lets whoever works under the context tell how far it is. report
// is called from the working goroutine and must not block.
func WithProgress(ctx context.Context, report func(Progress)) context.Context {
	return context.WithValue(ctx, progressKey{}, report)
}

func progress(ctx context.Context, p Progress) {
	if report, ok := ctx.Value(progressKey{}).(func(Progress)); ok {
		report(p)
	}
}

// counted reports what is read through it.
type counted struct {
	ctx  context.Context
	r    io.Reader
	n    int64
	told int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.n += int64(n); c.n-c.told >= 64<<10 {
		c.told = c.n
		progress(c.ctx, Progress{Receiving, c.n})
	}
	return n, err
}
