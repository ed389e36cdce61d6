//go:build nosound

// Package otoout is left out of this build.
package otoout

import (
	"errors"

	"github.com/smart-commune/smart-commune/firmware-sim/speaker"
)

// Card is the sound card.
type Card struct{}

// Open always fails.
func Open() (*Card, error) {
	return nil, errors.New("this program was built without sound (tag nosound)")
}

// Output is never called.
func (c *Card) Output() speaker.Output { return &speaker.Silent{} }
