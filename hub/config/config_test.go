package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func noEnv(string) string { return "" }

func TestShippedConfigurationIsAccepted(t *testing.T) {
	c, err := Load("../../configs/hub.yaml", noEnv)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(c.Inventory); err != nil {
		t.Errorf("its inventory is found beside it: %v", err)
	}
}

func TestEmptyFileGivesDefaults(t *testing.T) {
	name := filepath.Join(t.TempDir(), "hub.yaml")
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(name, noEnv)
	if err != nil {
		t.Fatal(err)
	}
	if c.HTTP.Listen != ":8080" || c.Announcements.Approval != TwoPerson {
		t.Errorf("got %+v", c)
	}
}

func TestEnvironmentWins(t *testing.T) {
	c, err := Load("../../configs/hub.yaml", func(key string) string {
		return map[string]string{"HUB_HTTP": "127.0.0.1:0", "HUB_INFLUX_URL": "http://db:8086"}[key]
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.HTTP.Listen != "127.0.0.1:0" || c.Influx.URL != "http://db:8086" {
		t.Errorf("got %+v", c)
	}
}

// TestBadFiles reads testdata/bad/X.yaml and expects the message X.want.
func TestBadFiles(t *testing.T) {
	files, _ := filepath.Glob("testdata/bad/*.yaml")
	if len(files) < 10 {
		t.Fatalf("only %d files", len(files))
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			want, err := os.ReadFile(strings.TrimSuffix(name, ".yaml") + ".want")
			if err != nil {
				t.Fatal(err)
			}
			_, err = Load(name, noEnv)
			if err == nil || !strings.HasPrefix(err.Error(), "testdata/bad/"+strings.TrimSpace(string(want))) {
				t.Fatalf("got  %v\nwant testdata/bad/%s", err, want)
			}
		})
	}
}
