package httpapi

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/smart-commune/smart-commune/hub/account"
)

const (
	phatthanh = "phatthanh" // broadcaster
	lanhdao   = "lanhdao"   // approver
	congan    = "congan"    // police
	kythuat   = "kythuat"   // technician
	quantri   = "quantri"   // administrator
	cli       = "cli"       // the command line
)

// entitled says who may make each call; it is the table of the specification,
// written down a second time.
func entitled() map[string][]string {
	all := []string{phatthanh, lanhdao, congan, kythuat, quantri, cli}
	speak := []string{phatthanh, lanhdao, quantri, cli}
	decide := []string{lanhdao, quantri, cli}
	edit := []string{kythuat, quantri, cli}
	manage := []string{quantri, cli}
	operate := []string{phatthanh, lanhdao, kythuat, quantri, cli}
	return map[string][]string{
		"GET /api/me": all, "POST /api/logout": all, "POST /api/me/password": all,
		"GET /api/snapshot": all, "GET /api/changes": all, "GET /api/status": all,
		"GET /api/announcements": all, "GET /api/announcements/{id}": all,
		"POST /api/announcements": speak, "POST /api/announcements/preview": speak,
		"POST /api/announcements/{id}/approve": decide, "POST /api/announcements/{id}/return": decide,
		"POST /api/announcements/{id}/cancel": speak,
		"PUT /api/announcements/{id}/order":   speak, "POST /api/announcements/{id}/undo": speak, "POST /api/programmes/{id}/undo": speak,
		"PUT /api/announcements/{id}": speak, "POST /api/announcements/{id}/submit": speak,
		"GET /api/rules": all, "PUT /api/rules": edit, "POST /api/normalise": speak, "GET /api/jobs/{id}": all,
		"POST /api/emergency": speak, "POST /api/stop": speak,
		"POST /api/clusters/{id}/commands": operate, "GET /api/clusters/{id}/commands": all,
		"POST /api/speech": speak, "POST /api/audio": speak, "GET /media/{sha256}": all,
		"GET /api/journal.csv": all, "GET /api/journal.xlsx": all, "GET /api/journal/verify": all,
		"GET /report": all, "GET /api/report": all, "GET /api/report.pdf": all, "GET /api/report.xlsx": all,
		"POST /api/announcements/checks": speak, "POST /api/announcements/{id}/occurrences": speak,
		"GET /api/programmes": all, "GET /api/programmes/{id}": all, "POST /api/programmes": speak, "PUT /api/programmes/{id}": speak,
		"POST /api/programmes/preview": speak, "POST /api/programmes/checks": speak, "POST /api/programmes/{id}/submit": speak,
		"POST /api/programmes/{id}/approve": decide, "POST /api/programmes/{id}/return": decide, "POST /api/programmes/{id}/cancel": speak,
		"POST /api/programmes/{id}/occurrences": speak, "GET /api/calendar": all, "GET /api/calendar/feed": speak, "POST /api/calendar/feed": speak, "POST /api/schedule": all,
		"GET /api/journal": all, "GET /api/readings": all, "GET /api/audit": manage,
		"GET /api/inventory": edit, "POST /api/inventory/import": edit,
		"PUT /api/villages/{id}": edit, "DELETE /api/villages/{id}": edit,
		"PUT /api/clusters/{id}": edit, "DELETE /api/clusters/{id}": edit,
		"PUT /api/cameras/{id}": edit, "DELETE /api/cameras/{id}": edit,
		"GET /api/cameras/{id}/picture": {congan},
		"GET /api/users":                manage, "POST /api/users": manage, "PUT /api/users/{name}": manage,
		"PUT /api/users/{name}/password": manage, "POST /api/devices/{id}/credentials": manage,
	}
}

func TestEveryCallHasItsPermission(t *testing.T) {
	r := newRig(t)
	who := map[string]*browser{cli: r.operator()}
	for _, u := range account.DemoUsers() {
		who[u.Name] = r.as(u.Name)
	}
	nobody := r.browser()
	want := entitled()
	for _, op := range r.api.operations {
		call := op.method + " " + op.path
		if op.access.public {
			if call != "POST /api/login" {
				t.Errorf("%s is open to everybody", call)
			}
			continue
		}
		may, ok := want[call]
		if !ok {
			t.Errorf("%s is not in the table of who may do what", call)
			continue
		}
		delete(want, call)
		// An id that nothing has, and no body: whoever may come in gets another
		// refusal, or an answer.
		path := strings.NewReplacer("{id}", "none", "{name}", "none", "{sha256}", sha).Replace(op.path)
		status := func(b *browser) int {
			return b.raw(op.method, path, "", nil, forgeryHeader, forgeryValue).StatusCode
		}
		if got := status(nobody); got != http.StatusUnauthorized {
			t.Errorf("%s by nobody: %d", call, got)
		}
		if op.id == "logout" {
			continue // it would end the sessions of this test
		}
		for name, b := range who {
			got := status(b)
			if slices.Contains(may, name) && (got == http.StatusForbidden || got == http.StatusUnauthorized) {
				t.Errorf("%s by %s: %d, although they may", call, name, got)
			}
			if !slices.Contains(may, name) && got != http.StatusForbidden {
				t.Errorf("%s by %s: %d, although they may not", call, name, got)
			}
		}
	}
	for call := range want {
		t.Errorf("%s is in the table, but there is no such call", call)
	}
}

func TestEveryChangeIsAudited(t *testing.T) {
	for _, op := range New(Config{}).operations {
		changes := op.method != http.MethodGet && !op.tries
		if changes && op.audit == "" {
			t.Errorf("%s %s changes something and is not in the audit log", op.method, op.path)
		}
		if !changes && op.audit != "" {
			t.Errorf("%s %s changes nothing and is in the audit log", op.method, op.path)
		}
	}
}

func TestDescriptionIsWhole(t *testing.T) {
	b, err := OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var o struct {
		Paths map[string]map[string]struct {
			Permissions []string       `json:"x-permissions"`
			Responses   map[string]any `json:"responses"`
		} `json:"paths"`
		Components struct {
			Schemas map[string]struct {
				Properties map[string]struct {
					Type any      `json:"type"`
					Enum []string `json:"enum"`
				} `json:"properties"`
			} `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(b, &o); err != nil {
		t.Fatal(err)
	}
	for path, calls := range o.Paths {
		for method, op := range calls {
			if len(op.Permissions) == 0 || op.Responses["default"] == nil {
				t.Errorf("%s %s tells no permissions or no error", method, path)
			}
		}
	}
	for name, s := range o.Components.Schemas {
		for field, p := range s.Properties {
			if types, ok := p.Type.([]any); ok && slices.Contains(types, any("array")) {
				t.Errorf("%s.%s may be null in place of a list", name, field)
			}
		}
	}
	for _, name := range []string{"Hello", "Message", "Problem", "Snapshot"} {
		if _, ok := o.Components.Schemas[name]; !ok {
			t.Errorf("the schema %s is missing", name)
		}
	}
	if got := o.Components.Schemas["JournalEntry"].Properties["result"].Enum; !slices.Contains(got, "played") {
		t.Errorf("the results of a play are %v", got)
	}
	if strings.Contains(string(b), "ErrorModel") {
		t.Error("huma's own error is in the description")
	}
	again, err := OpenAPI()
	if err != nil || string(again) != string(b) {
		t.Errorf("the description changes from one time to the next: %v", err)
	}
}
