package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"
	"go.uber.org/goleak"

	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/broker"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	patience      = time.Minute
	inventoryText = `
commune: {id: luc-binh, name: Lục Bình}
villages: [{id: ban-pieng, name: Bản Piềng}]
clusters:
  - {id: loa-01, name: Loa 1, village: ban-pieng, volume: 80}
  - {id: loa-02, name: Loa 2, village: ban-pieng, volume: 80}
cameras:
  - {id: cam-01, name: Cổng, village: ban-pieng, url: "rtsp://127.0.0.1:8554/cam-01", username: hub, password: secret}
`
)

// doorkeeper knows the secrets of the devices.
type doorkeeper struct{ mochi.HookBase }

func (*doorkeeper) ID() string { return "doorkeeper" }

func (*doorkeeper) Provides(b byte) bool {
	return b == mochi.OnConnectAuthenticate || b == mochi.OnACLCheck
}

func (*doorkeeper) OnConnectAuthenticate(_ *mochi.Client, p packets.Packet) bool {
	a, err := protocol.ParseAddress(string(p.Connect.Username))
	return err == nil && string(p.Connect.Password) == "secret-"+string(a.Device)
}

func (*doorkeeper) OnACLCheck(*mochi.Client, string, bool) bool { return true }

func startBroker(t *testing.T) (addr string, states <-chan string) {
	t.Helper()
	l, err := broker.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := mochi.New(&mochi.Options{InlineClient: true, Logger: slog.New(slog.DiscardHandler)})
	heard := make(chan string, 100)
	err = errors.Join(b.AddHook(new(doorkeeper), nil), b.AddHook(l.Turns(), nil), b.AddListener(l), b.Serve())
	if err == nil {
		err = b.Subscribe(protocol.AllDevices(protocol.ChannelState), 1, func(_ *mochi.Client, _ packets.Subscription, p packets.Packet) {
			s, err := protocol.Decode[protocol.State](p.Payload)
			if err != nil {
				t.Error(err)
				return
			}
			a, _, _ := protocol.ParseTopic(p.TopicName)
			if s.Online {
				heard <- string(a.Device) + " online"
			} else {
				heard <- string(a.Device) + " offline"
			}
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	return l.Address(), heard
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestFleetStartsBeforeItsHubAndObeysItsFaults(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	put(t, in("inventory.yaml"), inventoryText)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	o := options{Inventory: in("inventory.yaml"), HubRun: in("run.json"), RTSP: "127.0.0.1:0", State: in("state"),
		Audio: "wav:" + in("wav"), Control: "127.0.0.1:0", Run: in("sim.json")}
	go func() { done <- run(ctx, o, slog.New(slog.DiscardHandler)) }()
	defer func() {
		cancel()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("the fleet ended with %v", err)
			}
		case <-time.After(patience):
			t.Error("the fleet does not end")
			_ = pprof.Lookup("goroutine").WriteTo(t.Output(), 1)
		}
	}()

	var where runFile
	for limit := time.Now().Add(patience); ; {
		data, err := os.ReadFile(in("sim.json"))
		if err == nil {
			if err := json.Unmarshal(data, &where); err != nil {
				t.Fatal(err)
			}
			break
		}
		if time.Now().After(limit) {
			t.Fatal("the fleet does not tell where it is")
		}
		<-time.After(10 * time.Millisecond)
	}
	conn, err := net.Dial("tcp", host(where.Cameras["cam-01"]))
	if err != nil {
		t.Fatalf("the camera of %+v does not listen: %v", where, err)
	}
	_ = conn.Close()

	// Only now there is a hub.
	addr, states := startBroker(t)
	put(t, in(credentialsBeside), `{"commune":"luc-binh","devices":{"loa-01":"secret-loa-01","loa-02":"secret-loa-02"}}`)
	put(t, in("run.json"), `{"pid":1,"http":"http://127.0.0.1:1","mqtt":"tcp://`+addr+`"}`)
	await := func(want ...string) {
		t.Helper()
		left := map[string]bool{}
		for _, w := range want {
			left[w] = true
		}
		for limit := time.After(patience); len(left) > 0; {
			select {
			case s := <-states:
				delete(left, s)
			case <-limit:
				t.Fatalf("waited in vain for %v", left)
			}
		}
	}
	await("loa-01 online", "loa-02 online")

	set := func(device, fault string) {
		t.Helper()
		req, err := http.NewRequest(http.MethodPut, where.Control+"/faults/"+device, strings.NewReader(`{"fault":"`+fault+`"}`))
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if res.StatusCode != http.StatusNoContent {
			text, _ := io.ReadAll(res.Body)
			t.Fatalf("%s %s: %s %s", device, fault, res.Status, text)
		}
	}
	// The broker notices a link that is cut by the silence on it.
	set("loa-02", "offline")
	await("loa-02 offline")
	set("loa-02", "ok")
	await("loa-02 online")
	set("cam-01", "stall")
	http.DefaultClient.CloseIdleConnections()
}

func TestOptionsThatContradict(t *testing.T) {
	for says, o := range map[string]options{
		"give one or the other":      {HubRun: "run.json", Hub: "http://h", Audio: "none"},
		"the speakers need":          {Hub: "http://h", Audio: "none"},
		"use none, oto, oto:DEVICE":  {HubRun: "run.json", Audio: "mp3"},
		`--audio "wav:"`:             {HubRun: "run.json", Audio: "wav:"},
		`--audio "oto:No Such Name"`: {HubRun: "run.json", Audio: "oto:No Such Name"},
	} {
		if err := o.Validate(); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%+v: the error is %v; expected %q", o, err, says)
		}
	}
	if err := (&options{Only: "cameras"}).Validate(); err != nil {
		t.Errorf("cameras alone need no hub: %v", err)
	}
}
