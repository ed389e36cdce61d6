package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzLoad reads files that somebody has written badly: nothing ends the program, and
// what is refused names the file.
func FuzzLoad(f *testing.F) {
	shipped, err := os.ReadFile("../../configs/hub.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(shipped)
	for _, s := range []string{"", "http:\n  listen: \":0\"\n", "http: {listen: 1}", "- a", "a: &x [*x]", "announcements: {approval: none}", "\x00", "mqtt: {url: \"tcp://\"}"} {
		f.Add([]byte(s))
	}
	name := filepath.Join(f.TempDir(), "hub.yaml")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(name, noEnv); err != nil && !strings.HasPrefix(err.Error(), name) {
			t.Errorf("%v does not say which file", err)
		}
	})
}
