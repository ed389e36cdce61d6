package protocol

// ClockAsk begins a four-timestamp exchange (RFC 5905). Times are Unix
// nanoseconds.
type ClockAsk struct {
	T1 int64 `json:"t1"` // device's clock at sending
}

// ClockAnswer is the hub's half of the exchange.
type ClockAnswer struct {
	T1 int64 `json:"t1"` // copied from the question
	T2 int64 `json:"t2"` // hub's clock at receipt
	T3 int64 `json:"t3"` // hub's clock at sending
}

// Check implements payload.
func (c *ClockAsk) Check() error { return nil }

// Check implements payload.
func (c *ClockAnswer) Check() error { return nil }
