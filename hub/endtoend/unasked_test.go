package endtoend

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
)

// TestADeviceThatTellsOfUnknownPlays is a device that reports, over the real wire,
// plays of what the hub has never heard of: it is relieved of all, and the journal
// says why they are there, and when there were too many.
func TestADeviceThatTellsOfUnknownPlays(t *testing.T) {
	r := &rig{t: t, dir: t.TempDir(), env: []string{"HUB_INVENTORY=../../configs/lucbinh.yaml"}}
	r.startHub("127.0.0.1:0", "127.0.0.1:0")
	var secrets struct{ Devices map[string]string }
	r.await(time.Minute, "the device's secret", func() error {
		if err := readJSON(r.path("device-credentials.json"), &secrets); err != nil || secrets.Devices["loa-01"] == "" {
			return fmt.Errorf("not there yet: %v", err)
		}
		return nil
	})
	me := protocol.Address{Commune: "luc-binh", Device: "loa-01"}
	c := mqtt.NewClient(mqtt.NewClientOptions().AddBroker(r.run.MQTT).SetClientID(me.String()).SetUsername(me.String()).SetPassword(secrets.Devices["loa-01"]))
	done := func(tok mqtt.Token) {
		t.Helper()
		if !tok.WaitTimeout(time.Minute) || tok.Error() != nil {
			t.Fatalf("the device and the broker: %v", tok.Error())
		}
	}
	done(c.Connect())
	defer c.Disconnect(0)
	receipts := make(chan protocol.Receipt, 10)
	done(c.Subscribe(me.Topic(protocol.ChannelReceipt), 1, func(_ mqtt.Client, m mqtt.Message) {
		var receipt protocol.Receipt
		if json.Unmarshal(m.Payload(), &receipt) == nil {
			receipts <- receipt
		}
	}))
	var plays protocol.Plays
	for i := range protocol.MaxBatch {
		at := time.Now().Add(-time.Hour)
		plays.Plays = append(plays.Plays, protocol.Play{ID: fmt.Sprint("p-", i), Occurrence: fmt.Sprintf("tb-gone/%d@%d", i+2, at.Unix()),
			Announcement: "tb-gone", PlannedAt: at, StartedAt: &at, EndedAt: at.Add(time.Minute), Result: devices.Played})
	}
	data, err := json.Marshal(plays)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // sent again, as a device does that got no receipt
		done(c.Publish(me.Topic(protocol.ChannelPlay), 1, false, data))
		select {
		case receipt := <-receipts:
			if len(receipt.Plays) != len(plays.Plays) {
				t.Errorf("the device is relieved of %d plays of %d", len(receipt.Plays), len(plays.Plays))
			}
		case <-time.After(time.Minute):
			t.Fatal("the device would send them for ever")
		}
	}
	out, err := r.hubCommand("journal", "--since", "3h", "--json")
	if err != nil {
		t.Fatal(err)
	}
	var list []entry
	if err := json.Unmarshal(out, &list); err != nil {
		t.Fatal(err)
	}
	said := 0
	for _, e := range list {
		if e.Announcement != "tb-gone" || e.Cluster != "loa-01" || e.Result != "played" || !strings.HasPrefix(e.Reason, "unknown_item") {
			t.Errorf("the journal says %+v", e)
		}
		if e.Reason == "unknown_item; left_out" {
			said++
		}
	}
	if len(list) != 101 || said != 1 {
		t.Errorf("%d entries, %d say that further ones are left out; want 101 and 1", len(list), said)
	}
	if out, err := r.hubCommand("journal", "verify"); err != nil {
		t.Errorf("the journal does not hold: %v\n%s", err, out)
	}
	if csv := string(r.fetch("GET", "/api/journal.csv?since=3h", nil)); strings.Count(csv, "Máy chủ không có bản tin này") != 101 || strings.Count(csv, "không được ghi nữa") != 1 {
		t.Errorf("the exported journal does not say why:\n%.1000s", csv)
	}
	var month struct {
		Total struct{ Announcements, Expected, Played, Unplanned, Seconds int }
		Items []struct{ ID string }
	}
	r.hubJSON(&month, "report", "--month", time.Now().Add(-time.Hour).In(time.FixedZone("", 7*3600)).Format("2006-01"))
	if f := month.Total; f.Unplanned != 101 || f.Announcements+f.Expected+f.Played+f.Seconds+len(month.Items) != 0 {
		t.Errorf("the report counts %+v", month)
	}
}
