package camera

import (
	"fmt"
	"strings"
)

// Fault is what a simulated camera does wrong.
type Fault string

// The faults of a camera.
const (
	OK       Fault = "ok"       // nothing: a healthy camera
	Refuse   Fault = "refuse"   // nothing listens on its port
	Password Fault = "password" // it rejects the right password
	Mute     Fault = "mute"     // it accepts connections and never answers
	Stall    Fault = "stall"    // it sends no pictures while RTSP and RTCP go on
)

// Faults lists every fault, [OK] first.
func Faults() []Fault { return []Fault{OK, Refuse, Password, Mute, Stall} }

// ParseFault reads a fault by its name.
func ParseFault(s string) (Fault, error) {
	names := make([]string, 0, len(Faults()))
	for _, f := range Faults() {
		if s == string(f) {
			return f, nil
		}
		names = append(names, string(f))
	}
	return "", fmt.Errorf("unknown camera fault %q: use %s", s, strings.Join(names, ", "))
}
