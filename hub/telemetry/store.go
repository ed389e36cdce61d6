package telemetry

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/smart-commune/smart-commune/devices"
)

// Store keeps readings durably. Its methods may be called by many goroutines.
type Store interface {
	Archive
	Queue
	// Append stores, in one transaction, those of the readings whose identity is
	// not there yet and returns them; they are durable when it returns.
	Append(ctx context.Context, readings []Reading) (fresh []Reading, err error)
	// Metrics returns the names of all metrics that were ever stored of a device,
	// sorted.
	Metrics(ctx context.Context, commune devices.CommuneID, device devices.DeviceID) ([]string, error)
	// Oldest returns the instant of the oldest reading, zero when there is none.
	Oldest(ctx context.Context) (time.Time, error)
	// DeleteBefore deletes readings of instants before t, in small steps that
	// let writers in between, and returns how many. It deletes nothing that a
	// sink in use has yet to get.
	DeleteBefore(ctx context.Context, t time.Time) (deleted int64, err error)
}

// Archive answers questions about the past. The hub's own store is one, an
// outside database may be another.
type Archive interface {
	// History returns the spans of [Query.Span] that hold readings, oldest
	// first. A device or metric that is not known has no points.
	History(ctx context.Context, q Query) ([]Point, error)
}

// Queue is where each sink stands in the readings of a [Store].
type Queue interface {
	// UseSink makes name the one sink in use; the empty name means none. A sink
	// that was not in use before begins with all readings there are.
	UseSink(ctx context.Context, name string) error
	// Pending returns the next readings for the sink in the order they were
	// stored, at most max, none when the sink has everything.
	Pending(ctx context.Context, sink string, max int) ([]Reading, error)
	// Advance records that the sink is done with the first n readings of
	// Pending, and keeps those among them that it refused for good.
	Advance(ctx context.Context, sink string, n int, refused []Refusal) error
	// Backlog returns how many readings the sink has yet to get and how many it
	// has refused. It is cheap.
	Backlog(sink string) (lag, rejected int64)
}

// Sink is an outside database that readings are forwarded to. Writing a reading
// again must change nothing.
type Sink interface {
	// Name says which database this is, address and all: under a new name
	// forwarding begins with the oldest reading.
	Name() string
	// Write returns nil when the database has all readings, and a
	// [*RefusedError] when it has all but those that it will never take. After
	// any other error, which of them it has is not known and the same readings
	// are written again later. It must return soon after the context ends.
	Write(ctx context.Context, readings []Reading) error
}

// Refusal is a reading that a sink will never take, with the sink's words why.
type Refusal struct {
	Reading
	Reason string
}

// RefusedError reports that a sink has taken all readings of a Write but some.
type RefusedError struct{ Refusals []Refusal }

// Error tells the number and the first reason.
func (e *RefusedError) Error() string {
	if len(e.Refusals) == 0 {
		return "no readings were refused"
	}
	f := e.Refusals[0]
	return fmt.Sprintf("%d readings were refused, the first (%s/%s %s at %s): %s",
		len(e.Refusals), f.Commune, f.Device, f.Metric, f.At.Format(time.RFC3339), f.Reason)
}

// refusals takes the refusals out of an error of Write; what remains is a
// failure of the whole.
func refusals(err error) ([]Refusal, error) {
	var refused *RefusedError
	if errors.As(err, &refused) {
		return refused.Refusals, nil
	}
	return nil, err
}
