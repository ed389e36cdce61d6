// Package devices is the vocabulary of a smart commune: the names of its
// places and devices, the levels of urgency of what is announced, the states a
// device can be in, and the one rule that decides what a loudspeaker cluster
// sounds when several items meet.
//
// The package is pure: it reads no clock, opens no file and knows no wire. The
// hub, the simulator and the firmware of a real device all share it, so that a
// preview on the page and the sound in the village come from the same code.
//
// Ids are typed. A [DeviceID] names a loudspeaker cluster or a camera and is
// unique inside its commune; the pair (commune, device) is unique everywhere
// and is the key of topics, tables, metric tags and URLs.
package devices

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// MaxIDLength is the longest id accepted, in bytes.
const MaxIDLength = 32

// CommuneID names a commune, for example "luc-binh".
type CommuneID string

// VillageID names a village (thôn) inside a commune, for example "na-chuong".
type VillageID string

// DeviceID names a loudspeaker cluster or a camera inside a commune, for
// example "loa-01" or "cam-09".
type DeviceID string

// CheckID reports why s cannot be the id of a commune, a village or a device.
// An id is 1 to 32 of the characters a-z, 0-9 and "-".
func CheckID(s string) error {
	switch {
	case s == "":
		return fmt.Errorf("an id is missing: use 1 to %d of a-z, 0-9 and \"-\"", MaxIDLength)
	case len(s) > MaxIDLength:
		return fmt.Errorf("the id %q is %d characters long: at most %d are allowed", s[:MaxIDLength]+"…", len(s), MaxIDLength)
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return fmt.Errorf("the id %q has the character %q: only a-z, 0-9 and \"-\" are allowed", s, rune(c))
		}
	}
	return nil
}

// Position is a place on earth in WGS 84 degrees. The zero value means that
// the position is not known.
type Position struct {
	Lat float64 `json:"lat" yaml:"lat"`
	Lon float64 `json:"lon" yaml:"lon"`
}

// Known reports whether the position was given.
func (p Position) Known() bool { return p != Position{} }

// Check reports a position that is not on earth.
func (p Position) Check() error {
	if math.IsNaN(p.Lat) || math.IsNaN(p.Lon) || math.Abs(p.Lat) > 90 || math.Abs(p.Lon) > 180 {
		return fmt.Errorf("the position %v, %v is not on earth: latitude is -90 to 90, longitude -180 to 180", p.Lat, p.Lon)
	}
	return nil
}

// Commune is the unit that one set of officials runs.
type Commune struct {
	ID       CommuneID `json:"id" yaml:"id"`
	Name     string    `json:"name" yaml:"name"`
	Province string    `json:"province,omitempty" yaml:"province"`
	// TimeZone is an IANA name; schedules are written and read in it. It
	// defaults to Asia/Ho_Chi_Minh.
	TimeZone string `json:"time_zone" yaml:"time_zone"`
}

// Village is a place that announcements are aimed at.
type Village struct {
	ID       VillageID `json:"id" yaml:"id"`
	Name     string    `json:"name" yaml:"name"`
	Position Position  `json:"position" yaml:"position"`
}

// DefaultVolume is the volume of a cluster for which none was set, in percent.
const DefaultVolume = 80

// Cluster is a loudspeaker cluster (cụm loa): one controller with its
// amplifier and horns.
type Cluster struct {
	ID       DeviceID  `json:"id" yaml:"id"`
	Name     string    `json:"name" yaml:"name"`
	Village  VillageID `json:"village" yaml:"village"`
	Position Position  `json:"position" yaml:"position"`
	// Volume is 0 to 100 percent.
	Volume int `json:"volume" yaml:"volume"`
	// OffsetMS is by how many milliseconds it sounds later than the others, for
	// the distance that sound travels to where both are heard (3 ms a metre); below
	// zero earlier; -1000 to 1000.
	OffsetMS int `json:"offset_ms,omitempty" yaml:"offset_ms"`
}

// Camera is a security camera reached over RTSP.
type Camera struct {
	ID       DeviceID  `json:"id" yaml:"id"`
	Name     string    `json:"name" yaml:"name"`
	Village  VillageID `json:"village" yaml:"village"`
	Position Position  `json:"position" yaml:"position"`
	// URL is rtsp://host:port/path, without a user or password.
	URL      string `json:"url" yaml:"url"`
	Username string `json:"username,omitempty" yaml:"username"`
	// Password is a secret: it is stored by the hub and never shown.
	Password string `json:"-" yaml:"password"`
}

// Inventory is everything that stands in a commune.
type Inventory struct {
	Commune  Commune   `json:"commune" yaml:"commune"`
	Villages []Village `json:"villages" yaml:"villages"`
	Clusters []Cluster `json:"clusters" yaml:"clusters"`
	Cameras  []Camera  `json:"cameras" yaml:"cameras"`
}

// Level is how urgent an announcement is: the three levels of Vietnamese
// grassroots information rules, lowest first.
type Level int

// The levels of urgency.
const (
	Normal    Level = iota // thông thường: the commune decides when
	Priority               // ưu tiên: first in the programme
	Emergency              // khẩn cấp: on air at once, over anything
)

var levelNames = [...]string{Normal: "normal", Priority: "priority", Emergency: "emergency"}

// String returns "normal", "priority" or "emergency".
func (l Level) String() string {
	if l < 0 || int(l) >= len(levelNames) {
		return fmt.Sprintf("Level(%d)", int(l))
	}
	return levelNames[l]
}

// ParseLevel reads what [Level.String] prints.
func ParseLevel(s string) (Level, error) {
	for l, name := range levelNames {
		if s == name {
			return Level(l), nil
		}
	}
	return 0, fmt.Errorf("unknown level %q: use %s", s, strings.Join(levelNames[:], ", "))
}

// MarshalText implements [encoding.TextMarshaler].
func (l Level) MarshalText() ([]byte, error) {
	if l < 0 || int(l) >= len(levelNames) {
		return nil, fmt.Errorf("unknown level %d", int(l))
	}
	return []byte(l.String()), nil
}

// UnmarshalText implements [encoding.TextUnmarshaler].
func (l *Level) UnmarshalText(text []byte) (err error) {
	*l, err = ParseLevel(string(text))
	return err
}

// Fate is what becomes of an item that a more urgent one interrupted.
type Fate string

// The fates of an interrupted item.
const (
	Resume  Fate = "resume"  // go on from where it stopped
	Restart Fate = "restart" // play it again from its start
	Skip    Fate = "skip"    // leave the rest out
)

// ParseFate reads a fate; the empty string means [Restart].
func ParseFate(s string) (Fate, error) {
	switch f := Fate(s); f {
	case "":
		return Restart, nil
	case Resume, Restart, Skip:
		return f, nil
	}
	return "", fmt.Errorf("unknown fate %q of an interrupted item: use resume, restart, skip", s)
}

// Result is how one play of one item on one cluster ended.
type Result string

// The results of a play.
const (
	Played      Result = "played"      // sounded to its end
	Failed      Result = "failed"      // could not sound, see the reason
	Missed      Result = "missed"      // its time passed without it being played
	Interrupted Result = "interrupted" // cut short by a more urgent item, a newer emergency or a loss of power
	Stopped     Result = "stopped"     // cut short by a person
	// Unreported is the hub's own word: no device has told how the play ended. A
	// late report takes its place.
	Unreported Result = "unreported"
)

// CameraState is what the hub believes of a camera.
type CameraState string

// The states of a camera.
const (
	CameraUnknown CameraState = "unknown" // not looked at yet
	CameraHealthy CameraState = "healthy" // fresh, changing pictures arrive
	CameraSuspect CameraState = "suspect" // something is wrong, not yet for long
	CameraDown    CameraState = "down"    // no pictures, see the reason
)

// CameraReason is why a camera is not healthy.
type CameraReason string

// The reasons a camera is not healthy. A healthy camera has none.
const (
	CameraFine          CameraReason = ""
	CameraRefused       CameraReason = "refused"        // nothing listens on its address
	CameraTimeout       CameraReason = "timeout"        // its address does not answer in time
	CameraWrongPassword CameraReason = "wrong_password" // it rejects the user or the password
	CameraNotFound      CameraReason = "not_found"      // it has no such stream
	CameraNoFrames      CameraReason = "no_frames"      // it answers, but no pictures arrive
	CameraUnsupported   CameraReason = "unsupported"    // its stream has no video that the hub can read
	CameraProtocol      CameraReason = "protocol"       // what answers does not speak RTSP as it should
)

// ReportInterval is how often a device reports its readings. Readings older
// than three intervals are stale.
const ReportInterval = 10 * time.Second
