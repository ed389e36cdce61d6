package announce

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
)

// TestWhatComesOfItemsThatMeet plays items against each other as a device does.
func TestWhatComesOfItemsThatMeet(t *testing.T) {
	base := at(hanoi, "2026-03-02 05:30")
	// Minutes: when it begins, how long it lasts, how late it may begin.
	item := func(level devices.Level, order, start, length, allowance int, fate devices.Fate) sounding {
		begin := base.Add(time.Duration(start) * time.Minute)
		return sounding{devices.Item{Level: level, Order: order, Start: begin, Deadline: begin.Add(time.Duration(allowance) * time.Minute), Fate: fate}, time.Duration(length) * time.Minute}
	}
	for _, tc := range []struct {
		name string
		list []sounding
		want string
	}{
		{"apart", []sounding{item(0, 0, 0, 5, 10, ""), item(0, 0, 10, 5, 10, "")}, "played played"},
		{"the later one waits", []sounding{item(0, 0, 0, 9, 10, ""), item(0, 0, 5, 5, 10, "")}, "played played"},
		{"it waits too long", []sounding{item(0, 0, 0, 30, 10, ""), item(0, 0, 5, 5, 10, "")}, "played missed"},
		{"among equals the one that has begun is finished", []sounding{item(0, 1, 0, 30, 10, ""), item(0, 0, 5, 5, 10, "")}, "played missed"},
		{"the order of a person", []sounding{item(0, 1, 0, 5, 4, ""), item(0, 0, 0, 5, 4, "")}, "missed played"},
		{"interrupted and begun again", []sounding{item(0, 0, 0, 9, 10, devices.Restart), item(1, 0, 5, 3, 10, "")}, "cut played"},
		{"interrupted and given up", []sounding{item(0, 0, 0, 9, 2, devices.Restart), item(1, 0, 5, 8, 10, "")}, "cut+missed played"},
		{"interrupted and left", []sounding{item(0, 0, 0, 9, 2, devices.Skip), item(1, 0, 5, 8, 10, "")}, "cut played"},
		{"what was resumed is shorter", []sounding{item(0, 0, 0, 12, 10, devices.Resume), item(1, 0, 10, 1, 10, ""), item(0, 0, 10, 1, 4, "")}, "cut played played"},
		{"what was restarted is not", []sounding{item(0, 0, 0, 12, 10, devices.Restart), item(1, 0, 10, 1, 10, ""), item(0, 0, 10, 1, 4, "")}, "cut played missed"},
		{"nothing", nil, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var got []string
			for _, p := range playOut(tc.list) {
				switch s := fmt.Sprint(p.cut, p.missed); s {
				case "true true":
					got = append(got, "cut+missed")
				case "true false":
					got = append(got, "cut")
				case "false true":
					got = append(got, "missed")
				default:
					got = append(got, "played")
				}
			}
			if s := strings.Join(got, " "); s != tc.want {
				t.Errorf("%s, want %s", s, tc.want)
			}
		})
	}
}
