package app

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/smart-commune/smart-commune/hub/announce"
)

// The calendar of what is planned is to be had with the public page off.
func TestTheCalendarFeedOfAHubWithoutPublicPage(t *testing.T) {
	v := newVillage(t)
	get := func(path string) (int, string) {
		resp, err := http.Get(v.info.HTTP + path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(body)
	}
	draft := map[string]any{"title": "Chưa duyệt", "level": "normal", "text": "Bản nháp", "target": announce.Target{All: true}, "when": map[string]any{"kind": "daily", "time": "17:00"}}
	v.call("POST", "/api/announcements?draft=true", draft, nil)
	var first, again, second struct{ Address string }
	v.call("GET", "/api/calendar/feed", nil, &first)
	v.call("GET", "/api/calendar/feed", nil, &again)
	if first != again || len(first.Address) < len("/feed//lich.ics")+20 {
		t.Fatalf("the address is %q, then %q", first.Address, again.Address)
	}
	status, body := get(first.Address)
	if status != http.StatusOK || !strings.HasPrefix(body, "BEGIN:VCALENDAR") || strings.Contains(body, "Chưa duyệt") {
		t.Errorf("the calendar: %d %s", status, body)
	}
	if status, _ := get("/public/lich.ics"); status == http.StatusOK {
		if _, body := get("/public/lich.ics"); strings.HasPrefix(body, "BEGIN:VCALENDAR") {
			t.Error("everybody has it, too")
		}
	}
	v.call("POST", "/api/calendar/feed", map[string]any{}, &second)
	if second == first {
		t.Error("renewed it is the same")
	}
	for address, want := range map[string]int{first.Address: http.StatusNotFound, second.Address: http.StatusOK, "/feed//lich.ics": http.StatusNotFound, "/feed/x/lich.ics": http.StatusNotFound} {
		if status, body := get(address); status != want {
			t.Errorf("%s: %d, want %d: %s", address, status, want, body)
		}
	}
}
