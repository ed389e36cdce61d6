package announcetest_test

import (
	"testing"

	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/announcetest"
)

func TestMemory(t *testing.T) {
	announcetest.TestStore(t, func(*testing.T) announce.Store { return announcetest.NewMemory() })
}
