package speaker

import (
	"context"
	"errors"

	"github.com/smart-commune/smart-commune/devices/protocol"
)

// Transport connects a device to the hub. [MQTT] is the real one.
type Transport interface {
	// Connect makes one connection on which the device hears all of
	// [protocol.ToDevice]. It must return when ctx is done. An error that wraps
	// [ErrUnreached] says that the hub's side knows nothing of the attempt.
	Connect(ctx context.Context, o Opening) (Connection, error)
}

// Opening is what a connection begins with.
type Opening struct {
	// Will is the state that is published for the device, retained, when the
	// connection is lost.
	Will []byte
	// Receive takes what the hub sends, one message at a time. It may block, and
	// returns when the context of Connect is done.
	Receive func(c protocol.Channel, payload []byte)
}

// Connection is a link that stands.
type Connection interface {
	// Send hands a message over; whether it arrives is told by the hub's receipts.
	// The state is retained. It may be called by several at once.
	Send(c protocol.Channel, payload []byte)
	// Refresh asks for the retained plan again.
	Refresh()
	// Lost gets one error when the connection is lost.
	Lost() <-chan error
	// Close takes leave with a last state, and returns within about a second. The
	// will is not published.
	Close(farewell []byte)
}

// ErrUnreached says that no connection came about at all.
var ErrUnreached = errors.New("the hub cannot be reached")
