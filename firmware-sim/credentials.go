package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"github.com/smart-commune/smart-commune/devices"
)

// credentials are the secrets of the devices as the hub writes them.
type credentials struct {
	Commune devices.CommuneID           `json:"commune"`
	Devices map[devices.DeviceID]string `json:"devices"`
}

func readCredentials(path string) (credentials, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return credentials{}, fmt.Errorf("read the credentials: %w", err)
	}
	c, err := parseCredentials(data)
	if err != nil {
		return credentials{}, fmt.Errorf("credentials %s: %w", path, err)
	}
	return c, nil
}

func parseCredentials(data []byte) (credentials, error) {
	var c credentials
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return c, fmt.Errorf(`{"commune":"…","devices":{"loa-01":"secret",…}} is expected: %w`, err)
	}
	if d.More() {
		return c, fmt.Errorf("something stands behind the end of the JSON object")
	}
	if err := devices.CheckID(string(c.Commune)); err != nil {
		return c, fmt.Errorf("commune: %w", err)
	}
	for id, secret := range c.Devices {
		if err := devices.CheckID(string(id)); err != nil {
			return c, fmt.Errorf("devices: %w", err)
		}
		if secret == "" {
			return c, fmt.Errorf("devices: %s has an empty secret", id)
		}
	}
	return c, nil
}
