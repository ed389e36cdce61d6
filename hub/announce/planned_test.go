package announce_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

func TestWhatWasPlanned(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := start(t, nil, nil, nil)
		began := time.Now()
		at := began.Add(time.Hour)
		target := announce.Target{Clusters: []devices.DeviceID{"loa-01"}}
		once := h.submit(say(target, schedule.When{Kind: schedule.Once, At: &at}))
		daily := h.submit(say(target, schedule.When{Kind: schedule.Daily, Time: began.Add(2 * time.Hour).In(hanoi).Format("15:04")}))
		gone := h.submit(say(target, schedule.When{Kind: schedule.Once, At: &at}))
		if _, err := h.Cancel(t.Context(), "lanhdao", gone.ID); err != nil {
			t.Fatal(err)
		}
		soon := h.submit(say(target, now))
		time.Sleep(3 * 24 * time.Hour)
		planned, err := h.Planned(t.Context(), began.Add(-time.Hour), began.Add(51*time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		var got []announce.ID
		for _, p := range planned {
			got = append(got, p.Announcement.ID)
		}
		if want := []announce.ID{soon.ID, once.ID, daily.ID, daily.ID, daily.ID}; fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("planned %v, want %v", got, want)
		}
	})
}
