package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"
)

// stopTimeout is how long one part may take to end.
const stopTimeout = 10 * time.Second

// parts are the running parts of the hub, in the order of their start.
type parts struct {
	list  []*part
	ended chan *part
}

type part struct {
	name   string
	cancel context.CancelFunc
	done   chan struct{}
	err    error
	log    *slog.Logger
}

// start runs a part in a goroutine of its own.
func (ps *parts) start(name string, log *slog.Logger, run func(context.Context) error) {
	if ps.ended == nil {
		ps.ended = make(chan *part, 16)
	}
	ctx, cancel := context.WithCancel(context.Background())
	p := &part{name: name, cancel: cancel, done: make(chan struct{}), log: log}
	ps.list = append(ps.list, p)
	go func() {
		defer close(p.done)
		p.err = run(ctx)
		ps.ended <- p
	}()
}

// wait waits until ctx ends or a part ends by itself, then stops all parts,
// last started first, each with a time limit.
func (ps *parts) wait(ctx context.Context) error {
	var errs []error
	select {
	case <-ctx.Done():
	case p := <-ps.ended:
		errs = append(errs, fmt.Errorf("%s ended by itself", p.name))
	}
	for _, p := range slices.Backward(ps.list) {
		p.cancel()
		select {
		case <-p.done:
			if p.err != nil && !errors.Is(p.err, context.Canceled) {
				errs = append(errs, fmt.Errorf("%s: %w", p.name, p.err))
			}
		case <-time.After(stopTimeout):
			p.log.Error("a part does not stop; going on without it", "component", p.name)
		}
	}
	return errors.Join(errs...)
}
