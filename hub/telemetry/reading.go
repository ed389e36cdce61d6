// Package telemetry owns readings: it checks them, keeps them durably before
// anyone is told that they have arrived, forwards them to an outside database
// by a cursor over its own store, and answers questions about the past.
package telemetry

import (
	"time"

	"github.com/smart-commune/smart-commune/devices"
)

// Reading is one value of one metric of one device. (Commune, Device, Metric,
// At) is its identity: storing it again changes nothing.
type Reading struct {
	Commune devices.CommuneID
	Device  devices.DeviceID
	Metric  string
	At      time.Time // millisecond resolution
	Value   float64
}

// Query asks for one metric of one device in [Since, Until), thinned to at most
// Points points.
type Query struct {
	Commune devices.CommuneID
	Device  devices.DeviceID
	Metric  string
	Since   time.Time
	Until   time.Time
	Points  int // 1 to 5000
}

// Point is the readings of one span of time, summed up. A span of a single
// reading has Mean, Min and Max equal.
type Point struct {
	At    time.Time `json:"at"` // the start of the span
	Mean  float64   `json:"mean"`
	Min   float64   `json:"min"`
	Max   float64   `json:"max"`
	Count int       `json:"count"`
}
