package httpapi

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/account"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/live"
)

func draft() map[string]any {
	return map[string]any{"title": "Họp thôn", "level": "normal", "text": "Mời bà con họp",
		"target": map[string]any{"all": true}, "when": map[string]any{"kind": "now"}}
}

func TestSessionOfAPage(t *testing.T) {
	r := newRig(t)
	b := r.browser()
	a := b.want(200, "POST", "/api/login", map[string]string{"name": "PhatThanh", "password": account.DemoPassword}, nil)
	c := a.Header.Get("Set-Cookie")
	for _, part := range []string{"sc_session=", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"} {
		contains(t, "the cookie", c, part)
	}
	if strings.Contains(c, "Secure") {
		t.Error("the cookie is for TLS only, but this is none")
	}
	var who me
	b.want(200, "GET", "/api/me", nil, &who)
	if who.User.Name != phatthanh || !slices.Contains(who.Permissions, account.CanAnnounce) {
		t.Errorf("I am %+v", who)
	}
	b.want(204, "POST", "/api/logout", nil, nil)
	if p := b.call("GET", "/api/me", nil).problem(t); p.Code != "login_required" {
		t.Errorf("after logging out: %+v", p)
	}
	p := b.call("POST", "/api/login", map[string]string{"name": phatthanh, "password": "sai"})
	if p.StatusCode != 401 || p.problem(t).Code != "wrong_login" {
		t.Errorf("a wrong password: %d %s", p.StatusCode, p.body)
	}
}

func TestOneTimePasswordOpensNothingElse(t *testing.T) {
	r := newRig(t)
	admin := r.as(quantri)
	admin.want(200, "POST", "/api/users", map[string]any{"name": "moi", "role": "broadcaster", "password": "mat khau tam", "must_change_password": true}, nil)
	b := r.browser()
	b.want(200, "POST", "/api/login", map[string]string{"name": "moi", "password": "mat khau tam"}, nil)
	if p := b.call("GET", "/api/snapshot", nil); p.StatusCode != 403 || p.problem(t).Code != "password_change_required" {
		t.Errorf("a one-time password opens the snapshot: %d %s", p.StatusCode, p.body)
	}
	if p := b.call("POST", "/api/me/password", map[string]string{"old": "mat khau tam", "new": "ngan"}); p.StatusCode != 422 || p.problem(t).Field != "new" {
		t.Errorf("a short password: %d %s", p.StatusCode, p.body)
	}
	b.want(204, "POST", "/api/me/password", map[string]string{"old": "mat khau tam", "new": "mat khau rieng"}, nil)
	b.want(200, "GET", "/api/snapshot", nil, nil)
}

func TestGuessingIsSlowedDown(t *testing.T) {
	r := newRig(t)
	b := r.browser()
	var last answer
	for range 12 {
		last = b.call("POST", "/api/login", map[string]string{"name": lanhdao, "password": "sai mat khau"})
	}
	if last.StatusCode != 429 || last.problem(t).Code != "too_many_attempts" {
		t.Errorf("the twelfth guess: %d %s", last.StatusCode, last.body)
	}
}

func TestForgery(t *testing.T) {
	r := newRig(t)
	b := r.as(phatthanh)
	text := `{"text":"nghe thu"}`
	for _, c := range []struct {
		contentType string
		header      []string
		want        int
	}{
		{"text/plain", nil, 403},
		{"application/x-www-form-urlencoded", nil, 403},
		{"multipart/form-data; boundary=x", nil, 403},
		{"", nil, 403},
		{"application/json", nil, 200},
		{"application/json; charset=utf-8", nil, 200},
		{"text/plain", []string{forgeryHeader, forgeryValue}, 415},
	} {
		a := b.raw("POST", "/api/speech", c.contentType, strings.NewReader(text), c.header...)
		if a.StatusCode != c.want {
			t.Errorf("content type %q, header %v: %d, want %d: %s", c.contentType, c.header, a.StatusCode, c.want, a.body)
		}
	}
	if a := b.raw("POST", "/api/audio", "audio/mpeg", strings.NewReader("x")); a.problem(t).Code != "forged_request" {
		t.Errorf("an upload without our header: %s", a.body)
	}
	if a := r.operator().raw("POST", "/api/audio", "audio/mpeg", strings.NewReader("x")); a.StatusCode != 200 {
		t.Errorf("an upload with a bearer token: %s", a.body)
	}
}

func TestErrorsAreForPeople(t *testing.T) {
	r := newRig(t)
	b := r.as(quantri)
	without := func(key string) map[string]any { d := draft(); delete(d, key); return d }
	with := func(key string, v any) map[string]any { d := draft(); d[key] = v; return d }
	for _, c := range []struct {
		name         string
		method, path string
		body         any
		status       int
		code, field  string
		vi, en       string
	}{
		{"missing", "POST", "/api/announcements", without("when"), 422, "invalid_input", "when",
			"Thiếu mục “when”.", `The field "when" is missing.`},
		{"unknown", "POST", "/api/announcements", with("volume", 3), 422, "invalid_input", "volume",
			"Không có mục “volume”; hãy bỏ đi.", `The field "volume" is not known; leave it out.`},
		{"enum", "POST", "/api/announcements", with("level", "loud"), 422, "invalid_input", "level",
			"Mục “level” phải là một trong các giá trị: normal, priority, emergency.", `The field "level" must be one of: normal, priority, emergency.`},
		{"nested", "POST", "/api/announcements", with("when", map[string]any{"kind": "once", "at": "mai"}), 422, "invalid_input", "when.at",
			"Mục “when.at” phải là ngày giờ, ví dụ 2026-08-15T05:30:00+07:00.", `The field "when.at" must be an instant such as 2026-08-15T05:30:00+07:00.`},
		{"type", "POST", "/api/announcements", with("title", 7), 422, "invalid_input", "title",
			"Mục “title” phải là chữ.", `The field "title" must be text.`},
		{"number", "GET", "/api/journal?limit=muoi", nil, 422, "invalid_input", "limit",
			"Mục “limit” phải là một con số.", `The field "limit" must be a number.`},
		{"maximum", "GET", "/api/journal?limit=1000000", nil, 422, "invalid_input", "limit",
			"Mục “limit” không được quá 10000.", `The field "limit" must be at most 10000.`},
		{"parameter", "GET", "/api/readings?device=loa-01", nil, 422, "invalid_input", "metric",
			"Thiếu mục “metric”.", `The parameter "metric" is missing.`},
		{"long", "POST", "/api/users", map[string]any{"name": strings.Repeat("a", 33), "role": "admin", "password": "x"}, 422, "invalid_input", "name",
			"Mục “name” quá dài: tối đa 32 ký tự.", `The field "name" is too long: at most 32 characters.`},
		{"empty", "POST", "/api/announcements/tb-1/return", map[string]any{"remark": ""}, 422, "invalid_input", "remark",
			"Mục “remark” không được để trống.", `The field "remark" must not be empty.`},
		{"no body", "POST", "/api/announcements", nil, 400, "empty_body", "",
			"Yêu cầu không có nội dung.", "The request has no body."},
		{"feature", "POST", "/api/announcements", with("text", strings.Repeat("a", 100_000)), 422, "text_too_long", "text",
			"Nội dung dài quá.", "The text is too long."},
		{"instant", "GET", "/api/journal?since=hom-qua", nil, 422, "bad_instant", "since",
			"Thời điểm không đúng. Viết như 2026-08-15T05:30:00+07:00, hoặc bao lâu trước: 30m, 24h, 7d.",
			"That is no instant. Write 2026-08-15T05:30:00+07:00, or how long ago: 30m, 24h, 7d."},
		{"not found", "GET", "/api/announcements/tb-9", nil, 404, "announcement_not_found", "",
			"Không có bản tin này.", "There is no such announcement."},
		{"no call", "GET", "/api/nothing", nil, 404, "no_such_call", "",
			"Máy chủ không có chức năng này. Hãy tải lại trang để dùng bản mới nhất.", "The hub has no such call; /openapi.json lists them all."},
		{"wrong method", "DELETE", "/api/snapshot", nil, 404, "no_such_call", "",
			"Máy chủ không có chức năng này. Hãy tải lại trang để dùng bản mới nhất.", "The hub has no such call; /openapi.json lists them all."},
		{"conflict", "PUT", "/api/users/quantri", map[string]any{"display_name": "x", "role": "police"}, 409, "last_admin", "",
			"Đây là quản trị viên cuối cùng nên không thể khóa hay đổi vai trò. Hãy tạo quản trị viên khác trước.",
			"This is the last administrator, who can be neither disabled nor given another role. Make another administrator first."},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := b.call(c.method, c.path, c.body)
			p := a.problem(t)
			if a.StatusCode != c.status || p.Code != c.code || p.Field != c.field || p.Message.VI != c.vi || p.Message.EN != c.en {
				t.Errorf("got %d %+v,\nwant %d %s at %q: %q / %q", a.StatusCode, p, c.status, c.code, c.field, c.vi, c.en)
			}
		})
	}
	if a := b.raw("POST", "/api/announcements", "application/json", strings.NewReader("{oops")); a.StatusCode != 400 || a.problem(t).Code != "bad_json" {
		t.Errorf("broken JSON: %d %s", a.StatusCode, a.body)
	}
	if a := b.raw("POST", "/api/announcements", "application/json", strings.NewReader(`{"text":"`+strings.Repeat("a", 2<<20)+`"}`)); a.StatusCode != 413 {
		t.Errorf("a body of 2 MB: %d %s", a.StatusCode, a.body)
	}
}

func TestUnforeseenErrorShowsNoDetail(t *testing.T) {
	r := newRig(t)
	a := r.as(congan).call("GET", "/api/cameras/cam-02/picture", nil)
	if p := a.problem(t); a.StatusCode != 500 || p.Code != "internal" || strings.Contains(string(a.body), "secret") {
		t.Errorf("got %d %s", a.StatusCode, a.body)
	}
}

func TestAPanicIsAnErrorInWords(t *testing.T) {
	r := newRig(t)
	a := r.as(lanhdao).call("POST", "/api/announcements/tb-panic/cancel", map[string]string{})
	if p := a.problem(t); a.StatusCode != 500 || p.Code != "internal" || strings.Contains(string(a.body), "nil map") {
		t.Errorf("got %d %s", a.StatusCode, a.body)
	}
	r.as(lanhdao).want(200, "GET", "/api/announcements/tb-1", nil, nil)
}

func TestApprovalNamesWhatWasSeen(t *testing.T) {
	r := newRig(t)
	a := r.as(lanhdao).call("POST", "/api/announcements/tb-1/approve?revision=1", map[string]string{})
	if p := a.problem(t); a.StatusCode != 409 || p.Code != "changed_meanwhile" {
		t.Errorf("got %d %s", a.StatusCode, a.body)
	}
	r.as(lanhdao).want(200, "POST", "/api/announcements/tb-1/approve?revision=2", nil, nil)
}

func TestAnnouncementGoesThroughHands(t *testing.T) {
	r := newRig(t)
	b := r.as(phatthanh)
	var made announce.Announcement
	a := b.want(200, "POST", "/api/announcements", draft(), &made)
	if made.CreatedBy != phatthanh || made.State != announce.Submitted || strings.Contains(string(a.body), "null") {
		t.Errorf("made %s", a.body)
	}
	approver := r.as(lanhdao)
	approver.want(200, "POST", "/api/announcements/tb-2/approve", nil, &made)
	if made.DecidedBy != lanhdao || made.State != announce.Scheduled {
		t.Errorf("decided: %+v", made)
	}
	a = approver.want(200, "GET", "/api/announcements/tb-2", nil, nil)
	contains(t, "the announcement", string(a.body), `"deliveries":[]`)
	approver.want(200, "PUT", "/api/announcements/tb-1/order", map[string]int{"order": -10}, &made)
	if made.Order != -10 || made.State != announce.Submitted {
		t.Errorf("ordered: %+v", made)
	}
	approver.want(200, "POST", "/api/announcements/tb-1/return", map[string]string{"remark": "Sai giờ"}, &made)
	if made.Remark != "Sai giờ" {
		t.Errorf("returned: %+v", made)
	}
	b.want(200, "POST", "/api/announcements/tb-2/cancel", nil, nil)
	a = b.want(200, "POST", "/api/announcements/preview", draft(), nil)
	if got := strings.TrimSpace(string(a.body)); got != `{"clusters":[],"starts":[],"needs_approval":true}` {
		t.Errorf("preview %s", got)
	}

	var log struct{ Entries []account.AuditEntry }
	r.as(quantri).want(200, "GET", "/api/audit", nil, &log)
	var got []string
	for _, e := range log.Entries {
		if strings.HasPrefix(e.Action, "announcement.") {
			got = append(got, fmt.Sprintf("%s %s %s (%s) from %s", e.Who, e.Action, e.Object, e.Detail, e.From))
		}
	}
	want := []string{
		"phatthanh announcement.cancel tb-2 (Họp thôn) from 127.0.0.1",
		"lanhdao announcement.return tb-1 (Sai giờ) from 127.0.0.1",
		"lanhdao announcement.order tb-1 (-10: Họp thôn) from 127.0.0.1",
		"lanhdao announcement.approve tb-2 (Họp thôn) from 127.0.0.1",
		"phatthanh announcement.create tb-2 (normal now: Họp thôn) from 127.0.0.1",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the audit log says\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestApproverSubmitsApproved(t *testing.T) {
	r := newRig(t)
	var made announce.Announcement
	r.as(lanhdao).want(200, "POST", "/api/announcements", draft(), &made)
	if made.State != announce.Scheduled {
		t.Errorf("the service was not told that an approver asks: %+v", made)
	}
}

func TestUpload(t *testing.T) {
	r := newRig(t)
	b := r.as(phatthanh)
	mark := []string{forgeryHeader, forgeryValue}
	a := b.raw("POST", "/api/audio?name=hop.mp3", "audio/mpeg", strings.NewReader(strings.Repeat("a", 3<<20)), mark...)
	if a.StatusCode != 200 || r.sounds.count != 3<<20 {
		t.Errorf("%d bytes arrived: %d %s", r.sounds.count, a.StatusCode, a.body)
	}

	// Announced as too large: refused before it is sent.
	b.http.Transport.(*http.Transport).ExpectContinueTimeout = 10 * time.Second
	req := b.request("POST", "/api/audio", "audio/mpeg", io.LimitReader(zeros{}, 2<<30), mark...)
	req.ContentLength = 2 << 30
	req.Header.Set("Expect", "100-continue")
	if a := b.do(req); a.StatusCode != 413 || a.problem(t).Message.VI != "Dữ liệu gửi lên quá lớn: tối đa 200 MB." {
		t.Errorf("2 GB: %d %s", a.StatusCode, a.body)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestUploadWithoutEnd sends more than allowed without saying how much.
func TestUploadWithoutEnd(t *testing.T) {
	r := newRig(t)
	req, err := http.NewRequestWithContext(t.Context(), "POST", "/api/audio", io.LimitReader(zeros{}, maxUpload+1))
	if err != nil {
		t.Fatal(err)
	}
	req.ContentLength = -1
	req.Header.Set("Authorization", "Bearer "+r.accounts.OperatorToken())
	w := r.recorder(req)
	if w.Code != 413 {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

func TestMedia(t *testing.T) {
	r := newRig(t)
	b := r.as(phatthanh)
	a := b.raw("GET", "/media/"+sha, "", nil)
	if a.StatusCode != 200 || string(a.body) != "fLaC0123456789" || a.Header.Get("Content-Type") != "audio/flac" ||
		a.Header.Get("Cache-Control") != "private, max-age=31536000, immutable" {
		t.Errorf("got %d %q %v", a.StatusCode, a.body, a.Header)
	}
	part := b.raw("GET", "/media/"+sha, "", nil, "Range", "bytes=4-7")
	if part.StatusCode != 206 || string(part.body) != "0123" || part.Header.Get("Content-Range") != "bytes 4-7/14" {
		t.Errorf("a range: %d %q %s", part.StatusCode, part.body, part.Header.Get("Content-Range"))
	}
	if beyond := b.raw("GET", "/media/"+sha, "", nil, "Range", "bytes=99-"); beyond.StatusCode != 416 {
		t.Errorf("a range beyond the end: %d", beyond.StatusCode)
	}
	if same := b.raw("GET", "/media/"+sha, "", nil, "If-None-Match", a.Header.Get("ETag")); same.StatusCode != 304 {
		t.Errorf("what the browser holds: %d", same.StatusCode)
	}
	if no := b.raw("GET", "/media/"+strings.Repeat("f", 64), "", nil); no.StatusCode != 404 || no.problem(t).Code != "audio_not_found" {
		t.Errorf("unknown audio: %d %s", no.StatusCode, no.body)
	}
	if bad := b.raw("GET", "/media/..%2f..%2fhub.db", "", nil); bad.StatusCode != 422 && bad.StatusCode != 404 {
		t.Errorf("a path for a hash: %d %s", bad.StatusCode, bad.body)
	}
}

func TestDeviceFetchesMediaAndNothingElse(t *testing.T) {
	r := newRig(t)
	made, err := r.accounts.EnsureDevices(t.Context(), "luc-binh", []devices.DeviceID{"loa-01"})
	if err != nil {
		t.Fatal(err)
	}
	get := func(path, user, password string) answer {
		b := r.browser()
		req := b.request("GET", path, "", nil)
		req.SetBasicAuth(user, password)
		return b.do(req)
	}
	if a := get("/media/"+sha, "luc-binh/loa-01", made["loa-01"]); a.StatusCode != 200 {
		t.Errorf("a device with its password: %d %s", a.StatusCode, a.body)
	}
	if a := get("/media/"+sha, "luc-binh/loa-02", made["loa-01"]); a.StatusCode != 401 || a.Header.Get("WWW-Authenticate") == "" {
		t.Errorf("a device with another's password: %d", a.StatusCode)
	}
	if a := get("/api/snapshot", "luc-binh/loa-01", made["loa-01"]); a.StatusCode != 401 {
		t.Errorf("a device that asks for the snapshot: %d", a.StatusCode)
	}
}

func TestPictureIsForThePoliceAndNoted(t *testing.T) {
	r := newRig(t)
	police := r.as(congan)
	for range 3 {
		a := police.call("GET", "/api/cameras/cam-01/picture", nil)
		if a.StatusCode != 200 || a.Header.Get("Content-Type") != "image/jpeg" || a.Header.Get("Cache-Control") != "no-store" ||
			a.Header.Get("Last-Modified") != "Sat, 15 Aug 2026 05:30:00 GMT" || string(a.body) != "\xff\xd8picture" {
			t.Fatalf("got %d %v %q", a.StatusCode, a.Header, a.body)
		}
	}
	r.clock.add(lookSpan)
	police.call("GET", "/api/cameras/cam-01/picture", nil)
	police.call("GET", "/api/cameras/cam-99/picture", nil)
	for _, name := range []string{phatthanh, lanhdao, kythuat, quantri} {
		if a := r.as(name).call("GET", "/api/cameras/cam-01/picture", nil); a.StatusCode != 403 {
			t.Errorf("%s sees a picture: %d", name, a.StatusCode)
		}
	}
	entries, err := r.accounts.AuditLog(t.Context(), time.Time{}, 100)
	if err != nil {
		t.Fatal(err)
	}
	looks := 0
	for _, e := range entries {
		if e.Action == "camera.look" {
			looks++
			if e.Who != congan || e.Object != "cam-01" {
				t.Errorf("noted %+v", e)
			}
		}
	}
	if looks != 2 {
		t.Errorf("%d looks are noted, want one for each span", looks)
	}
}

func TestInventory(t *testing.T) {
	r := newRig(t)
	b := r.as(kythuat)
	b.want(204, "PUT", "/api/villages/cao-loc", map[string]any{"name": "Cao Lộc", "position": map[string]float64{"lat": 22.3, "lon": 105.7}}, nil)
	b.want(204, "PUT", "/api/clusters/loa-02", map[string]any{"name": "Đầu thôn", "village": "cao-loc"}, nil)
	b.want(204, "PUT", "/api/cameras/cam-01", map[string]any{"name": "Ngã tư", "village": "cao-loc", "url": "rtsp://10.0.0.7:554/s", "username": "xa"}, nil)
	var inv devices.Inventory
	a := b.want(200, "GET", "/api/inventory", nil, &inv)
	if len(inv.Villages) != 2 || len(inv.Clusters) != 2 || inv.Clusters[1].Volume != devices.DefaultVolume || inv.Cameras[0].Name != "Ngã tư" {
		t.Errorf("the inventory is %s", a.body)
	}
	if strings.Contains(string(a.body), "bi-mat") {
		t.Error("the inventory shows a camera's password")
	}
	if kept, _ := r.places.Inventory(t.Context()); kept.Cameras[0].Password != "bi-mat" {
		t.Errorf("the camera's password is now %q", kept.Cameras[0].Password)
	}
	if a := b.call("PUT", "/api/clusters/LOA", map[string]any{"name": "x", "village": "cao-loc"}); a.StatusCode/100 != 4 {
		t.Errorf("a bad id: %d %s", a.StatusCode, a.body)
	} else {
		a.problem(t)
	}
	if a := b.call("DELETE", "/api/villages/cao-loc", nil); a.StatusCode != 409 {
		t.Errorf("removing a village in use: %d %s", a.StatusCode, a.body)
	}
	b.want(204, "DELETE", "/api/clusters/loa-02", nil, nil)
	if a := b.call("DELETE", "/api/clusters/loa-02", nil); a.StatusCode != 404 {
		t.Errorf("removing it again: %d %s", a.StatusCode, a.body)
	}

	yaml := func(s string) answer {
		return b.raw("POST", "/api/inventory/import", "application/yaml", strings.NewReader(s), forgeryHeader, forgeryValue)
	}
	if a := yaml(commune); a.StatusCode != 200 {
		t.Errorf("import: %d %s", a.StatusCode, a.body)
	}
	if a := yaml(commune); !strings.Contains(string(a.body), `"added":0,"changed":0`) {
		t.Errorf("the same again: %s", a.body)
	}
	a = yaml(strings.Replace(commune, "name: Nà Chuông", "nam: Nà Chuông", 1))
	if p := a.problem(t); a.StatusCode != 422 || p.Code != "bad_inventory" || !strings.Contains(p.Message.EN, "nam") {
		t.Errorf("an unknown key: %d %+v", a.StatusCode, p)
	}
}

func TestUsersAndDevices(t *testing.T) {
	r := newRig(t)
	b := r.as(quantri)
	b.want(200, "POST", "/api/users", map[string]any{"name": "binh", "display_name": "Bình", "role": "technician", "password": "mat khau tot"}, nil)
	b.want(200, "PUT", "/api/users/binh", map[string]any{"display_name": "Anh Bình", "role": "police"}, nil)
	b.want(204, "PUT", "/api/users/binh/password", map[string]any{"password": "mat khau khac"}, nil)
	var all struct{ Users []account.User }
	b.want(200, "GET", "/api/users", nil, &all)
	if len(all.Users) != 6 || all.Users[0].DisplayName != "Anh Bình" || all.Users[0].Role != account.Police {
		t.Errorf("users: %+v", all.Users)
	}
	if a := b.call("POST", "/api/devices/loa-01/credentials", nil); a.StatusCode != 404 {
		t.Errorf("credentials of a device that was never enrolled: %d", a.StatusCode)
	}
	if _, err := r.accounts.EnsureDevices(t.Context(), "luc-binh", []devices.DeviceID{"loa-01"}); err != nil {
		t.Fatal(err)
	}
	var made struct{ Username, Password string }
	b.want(200, "POST", "/api/devices/loa-01/credentials", nil, &made)
	if !r.accounts.CheckDevice(t.Context(), made.Username, made.Password) {
		t.Errorf("the new credentials %+v do not work", made)
	}
}

func TestRecords(t *testing.T) {
	r := newRig(t)
	b := r.as(kythuat)
	a := b.want(200, "GET", "/api/journal?since=2h&cluster=loa-01&announcement=tb-1&limit=7", nil, nil)
	if got := strings.TrimSpace(string(a.body)); got != `{"entries":[]}` {
		t.Errorf("an empty journal is %s", got)
	}
	q := r.said.query
	if ago := time.Since(q.Since); ago < 2*time.Hour || ago > 2*time.Hour+time.Minute || q.Cluster != "loa-01" || q.Announcement != "tb-1" || q.Limit != 7 {
		t.Errorf("asked for %+v", q)
	}
	if p := b.call("GET", "/api/readings?device=loa-99&metric=temperature_c&since=1h", nil).problem(t); p.Code != "device_unknown" {
		t.Errorf("readings of an unknown device: %+v", p)
	}
	a = b.want(200, "GET", "/api/readings?device=loa-01&metric=temperature_c&since=2026-08-15T05:30:00%2B07:00&until=2026-08-16T05:30:00%2B07:00&points=10", nil, nil)
	contains(t, "the answer", string(a.body), `"points":[]`)
	if q := r.readings.query; q.Commune != "luc-binh" || q.Points != 10 || !q.Since.Equal(time.Date(2026, 8, 14, 22, 30, 0, 0, time.UTC)) {
		t.Errorf("asked for %+v", q)
	}
	for path, code := range map[string]string{
		"/api/readings?device=LOA&metric=fps":                                   "bad_device",
		"/api/readings?device=loa-01&metric=Nhi%E1%BB%87t":                      "bad_metric",
		"/api/readings?device=loa-01&metric=fps&since=1h&until=2h":              "empty_span",
		"/api/readings?device=loa-01&metric=fps&since=1600-01-01T00%3A00%3A00Z": "bad_instant",
		"/api/readings?device=loa-01&metric=fps&since=99999d":                   "bad_instant",
		"/api/readings?device=loa-01&metric=fps&since=-5m":                      "bad_instant",
		"/api/readings?device=loa-01&metric=fps&since=3000-01-01T00%3A00%3A00Z": "bad_instant",
	} {
		if p := b.call("GET", path, nil).problem(t); p.Code != code {
			t.Errorf("%s: %s, want %s", path, p.Code, code)
		}
	}
}

func TestStatusAndSnapshot(t *testing.T) {
	r := newRig(t)
	since := time.Date(2026, 8, 15, 5, 30, 0, 0, time.UTC)
	r.model.UpdateCluster("loa-01", func(c *live.Cluster) { c.Online, c.Since, c.PlanHash, c.PlanCurrent = true, &since, "ab", true })
	r.model.UpdateCamera("cam-01", func(c *live.Camera) {
		c.Health.State, c.Health.Reason, c.Health.Since, c.Health.FPS = devices.CameraDown, devices.CameraNoFrames, since, 12.5
	})
	b := r.operator()
	a := b.want(200, "GET", "/api/status", nil, nil)
	want := `{"clusters":[{"id":"loa-01","online":true,"since":"2026-08-15T05:30:00Z","plan_hash":"ab","plan_current":true}],` +
		`"cameras":[{"id":"cam-01","state":"down","reason":"no_frames","since":"2026-08-15T05:30:00Z","fps":12.5,"bitrate":0}],` +
		`"broker":true,"store":true,"influx":{"configured":false,"lag_points":0}}`
	if got := strings.TrimSpace(string(a.body)); got != want {
		t.Errorf("status\n%s\nwant\n%s", got, want)
	}
	var snap live.Snapshot
	a = b.want(200, "GET", "/api/snapshot", nil, &snap)
	if snap.Epoch == "" || len(snap.Clusters) != 1 || strings.Contains(string(a.body), "bi-mat") || strings.Contains(string(a.body), ":null") {
		t.Errorf("snapshot %s", a.body)
	}
	r.model.UpdateHub(func(h *live.Hub) { h.Broker = false })
	var m live.Message
	b.want(200, "GET", fmt.Sprintf("/api/changes?epoch=%s&seq=%d", snap.Epoch, snap.Seq), nil, &m)
	if m.Snapshot != nil || len(m.Changes) != 1 || m.Changes[0].Hub == nil {
		t.Errorf("changes since the snapshot: %+v", m)
	}
}
