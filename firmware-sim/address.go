package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"
)

// hubAddress is where the hub is and how devices log in.
type hubAddress struct {
	HTTP        string `json:"http"`
	MQTT        string `json:"mqtt"`
	credentials credentials
}

// credentialsBeside is the file that the hub writes next to its run file.
const credentialsBeside = "device-credentials.json"

// runPoll is how often the hub's run file is looked for.
const runPoll = 200 * time.Millisecond

// awaitHub waits until the hub has written its run file and the credentials.
func awaitHub(ctx context.Context, runFile string) (hubAddress, error) {
	tick := time.NewTicker(runPoll)
	defer tick.Stop()
	for {
		hub, err := readHub(runFile)
		if err == nil {
			return hub, nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return hubAddress{}, fmt.Errorf("%w: %w", ctx.Err(), err)
		}
	}
}

func readHub(runFile string) (hubAddress, error) {
	var hub hubAddress
	data, err := os.ReadFile(runFile)
	if err != nil {
		return hub, err
	}
	if err := json.Unmarshal(data, &hub); err != nil {
		return hub, fmt.Errorf("%s: %w", runFile, err)
	}
	if hub.HTTP == "" || hub.MQTT == "" {
		return hub, fmt.Errorf("%s does not name http and mqtt", runFile)
	}
	hub.credentials, err = readCredentials(filepath.Join(filepath.Dir(runFile), credentialsBeside))
	return hub, err
}

// route returns where the addresses of the hub at its first start are now: a
// hub on free ports has others after a restart, as a host behind a name may.
func (h hubAddress) route(runFile string) func(string) string {
	return func(addr string) string {
		hub, err := readHub(runFile)
		if err != nil {
			return addr
		}
		for was, is := range map[string]string{h.HTTP: hub.HTTP, h.MQTT: hub.MQTT} {
			if host(was) == addr {
				return host(is)
			}
		}
		return addr
	}
}

// host returns the host:port of a URL.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}
