package announce

import "time"

// Alert is how an emergency goes on.
type Alert struct {
	// Until is when it ends if nobody stops it.
	Until time.Time `json:"until"`
}
