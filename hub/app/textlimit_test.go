package app

import (
	"testing"

	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/audio"
)

// What may be written is what the voice speaks: a person is told one limit.
func TestWhatMayBeWrittenIsWhatIsSpoken(t *testing.T) {
	if announce.MaxText != audio.MaxText {
		t.Errorf("a text may have %d characters, of which %d are spoken", announce.MaxText, audio.MaxText)
	}
}
