package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/smart-commune/smart-commune/hub/announce"
)

// person makes an account and logs it in, as a page does.
func (v *village) person(name, role string) *http.Client {
	v.t.Helper()
	const password = "mat khau tot"
	v.call("POST", "/api/users", map[string]any{"name": name, "display_name": name, "role": role, "password": password}, nil)
	jar, err := cookiejar.New(nil)
	if err != nil {
		v.t.Fatal(err)
	}
	transport := &http.Transport{}
	v.t.Cleanup(transport.CloseIdleConnections)
	client := &http.Client{Jar: jar, Transport: transport}
	if status, body := v.as(client, "/api/login", map[string]any{"name": name, "password": password}); status != http.StatusOK {
		v.t.Fatalf("%s cannot log in: %d %s", name, status, body)
	}
	return client
}

// as posts JSON as somebody.
func (v *village) as(client *http.Client, path string, in any) (status int, answer []byte) {
	v.t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		v.t.Error(err)
		return 0, nil
	}
	resp, err := client.Post(v.info.HTTP+path, "application/json", bytes.NewReader(body))
	if err != nil {
		v.t.Error(err)
		return 0, nil
	}
	defer resp.Body.Close()
	answer, err = io.ReadAll(resp.Body)
	if err != nil {
		v.t.Error(err)
	}
	return resp.StatusCode, answer
}

// TestManyApproversAtOnce lets five people decide on the same announcement at the same
// moment, some for it and some against: one decision counts, the others are told who was
// quicker, and the audit log has one.
func TestManyApproversAtOnce(t *testing.T) {
	v := newVillage(t)
	broadcaster := v.person("phatthanh", "broadcaster")
	var approvers []*http.Client
	for _, name := range []string{"lanhdao1", "lanhdao2", "lanhdao3", "lanhdao4", "lanhdao5"} {
		approvers = append(approvers, v.person(name, "approver"))
	}
	for round := range 4 {
		status, body := v.as(broadcaster, "/api/announcements", map[string]any{"text": "Mời bà con đi họp", "level": "normal", "target": map[string]any{"all": true},
			"when": map[string]any{"kind": "daily", "time": "17:00"}})
		var made announce.Announcement
		if err := json.Unmarshal(body, &made); err != nil || status != http.StatusOK || made.State != announce.Submitted {
			t.Fatalf("round %d: %d %s", round, status, body)
		}
		path := "/api/announcements/" + string(made.ID)
		statuses, answers := make([]int, len(approvers)), make([]string, len(approvers))
		var all sync.WaitGroup
		for i, client := range approvers {
			all.Go(func() {
				var answer []byte
				if i%2 == 0 {
					statuses[i], answer = v.as(client, fmt.Sprintf("%s/approve?revision=%d", path, made.Revision), nil)
				} else {
					statuses[i], answer = v.as(client, path+"/return", map[string]any{"remark": "Sửa giờ họp"})
				}
				answers[i] = string(answer)
			})
		}
		all.Wait()
		winner := slices.Index(statuses, http.StatusOK)
		for i, status := range statuses {
			if i != winner && (status != http.StatusConflict || !strings.Contains(answers[i], "already_decided")) {
				t.Errorf("round %d: beside %d, %d gets %d %s", round, winner, i, status, answers[i])
			}
		}
		if winner < 0 {
			t.Fatalf("round %d: nobody decided: %q", round, answers)
		}
		var now struct{ Announcement announce.Announcement }
		v.call("GET", path, nil, &now)
		if want := map[bool]announce.State{true: announce.Scheduled, false: announce.Returned}[winner%2 == 0]; now.Announcement.State != want {
			t.Errorf("round %d: %d decided, and it is %s", round, winner, now.Announcement.State)
		}
		var log struct {
			Entries []struct{ Action, Object string }
		}
		v.call("GET", "/api/audit?limit=100", nil, &log)
		decisions := 0
		for _, e := range log.Entries {
			if strings.HasPrefix(e.Object, string(made.ID)) && (e.Action == "announcement.approve" || e.Action == "announcement.return") {
				decisions++
			}
		}
		if decisions != 1 {
			t.Errorf("round %d: %d decisions in the audit log: %+v", round, decisions, log.Entries)
		}
	}
}
