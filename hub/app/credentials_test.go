package app

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/account"
	"github.com/smart-commune/smart-commune/hub/sqlitestore"
)

// A file that was edited by hand or cut off by a full disk must not take the
// secrets of new devices down with it: the hub itself knows only their hashes.
func TestNewDevicesGetTheirSecretsWhateverTheFileHolds(t *testing.T) {
	for name, held := range map[string]string{"empty": "", "cut off": `{"commune":"x","dev`, "no devices": `{"commune":"x","devices":null}`, "a list": "[]"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			store, err := sqlitestore.Open(t.Context(), dir)
			if err != nil {
				t.Fatal(err)
			}
			defer store.Close()
			log := slog.New(slog.DiscardHandler)
			h := &hub{log: log, accounts: account.New(account.Config{Store: store, Log: log}), credentials: filepath.Join(dir, "device-credentials.json")}
			if err := os.WriteFile(h.credentials, []byte(held), 0o600); err != nil {
				t.Fatal(err)
			}
			inv := devices.Inventory{Commune: devices.Commune{ID: "x"}, Clusters: []devices.Cluster{{ID: "loa-01"}}}
			if err := h.enrolDevices(t.Context(), inv); err != nil {
				t.Fatal(err)
			}
			out, err := readHandedOut(h.credentials)
			if err != nil {
				t.Fatal(err)
			}
			user := protocol.Address{Commune: "x", Device: "loa-01"}.String()
			if !h.accounts.CheckDevice(t.Context(), user, out.Devices["loa-01"]) {
				t.Errorf("the secret that was handed out is not the device's: %+v", out)
			}
			if kept, err := os.ReadFile(h.credentials + ".damaged"); name != "no devices" && (err != nil || string(kept) != held) {
				t.Errorf("the damaged file is kept as %q, %v; want %q", kept, err, held)
			}
		})
	}
}

// A secret that has become known is changed to shut somebody out: whoever is on the
// line with it must not stay there.
func TestADeviceIsCutOffWhenItsSecretIsChanged(t *testing.T) {
	v := newVillage(t)
	d, cut := v.devices[0], make(chan error, 1)
	d.client.Disconnect(0)
	options := mqtt.NewClientOptions().AddBroker(v.info.MQTT).SetClientID(d.addr.String()).SetUsername(d.addr.String()).
		SetAutoReconnect(false).SetConnectionLostHandler(func(_ mqtt.Client, err error) { cut <- err })
	connect := func(secret string) error {
		client := mqtt.NewClient(options.SetPassword(secret))
		t.Cleanup(func() { client.Disconnect(0) })
		token := client.Connect()
		if !token.WaitTimeout(20 * time.Second) {
			t.Fatal("the broker does not answer")
		}
		return token.Error()
	}
	if err := connect(d.secret); err != nil {
		t.Fatal(err)
	}
	var made struct{ Username, Password string }
	v.call("POST", "/api/devices/"+string(d.addr.Device)+"/credentials", nil, &made)
	select {
	case <-cut:
	case <-time.After(20 * time.Second):
		t.Fatal("a device stays on the line with a secret that is void")
	}
	if err := connect(d.secret); err == nil {
		t.Error("the old secret still opens the line")
	}
	if err := connect(made.Password); err != nil {
		t.Errorf("the new secret does not open the line: %v", err)
	}
}
