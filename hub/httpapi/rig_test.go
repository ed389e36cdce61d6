package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/inventory"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/account"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/announcetest"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
	"github.com/smart-commune/smart-commune/hub/audio"
	"github.com/smart-commune/smart-commune/hub/live"
	"github.com/smart-commune/smart-commune/hub/place"
	"github.com/smart-commune/smart-commune/hub/problem"
	"github.com/smart-commune/smart-commune/hub/sqlitestore"
	"github.com/smart-commune/smart-commune/hub/telemetry"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const commune = `
commune: {id: luc-binh, name: Lục Bình, province: Bắc Kạn}
villages:
  - {id: na-chuong, name: Nà Chuông, position: {lat: 22.2, lon: 105.8}}
clusters:
  - {id: loa-01, name: Nhà văn hoá, village: na-chuong, position: {lat: 22.2, lon: 105.8}}
cameras:
  - {id: cam-01, name: Ngã ba, village: na-chuong, position: {lat: 22.2, lon: 105.8}, url: "rtsp://10.0.0.7:554/s", username: xa, password: bi-mat}
`

// rig is a whole front door: real accounts, store, inventory and read model, and
// stand-ins for the other features.
type rig struct {
	t        *testing.T
	api      *API
	url      string
	accounts *account.Service
	places   *place.Service
	model    *live.Model
	said     *fakeAnnouncements
	announce *announce.Service // drafts, rules, emergencies and commands; it is not run
	sounds   *fakeSounds
	readings *fakeReadings
	cameras  *fakeCameras
	storeErr error
	clock    *clock
}

type clock struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}

// impatient is short enough for tests and long enough for a busy machine.
func impatient() timing {
	t := patience()
	t.check = 0
	return t
}

func newRig(t *testing.T, adapt ...func(*Config, *timing)) *rig {
	t.Helper()
	dir := t.TempDir()
	db, err := demoDatabase()
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "hub.db"), db, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	store, err := sqlitestore.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	r := &rig{t: t, clock: &clock{}, said: newFakeAnnouncements(), sounds: newFakeSounds(),
		readings: &fakeReadings{}, cameras: &fakeCameras{}}
	r.accounts = account.New(account.Config{Store: store, Now: r.clock.Now})
	r.model = live.New(live.Hub{Version: "test", Broker: true, Approval: "two-person"}, r.clock.Now)
	if r.places, err = place.New(t.Context(), store, r.model.SetInventory); err != nil {
		t.Fatal(err)
	}
	inv, err := inventory.Parse("test", []byte(commune))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.places.Import(t.Context(), inv); err != nil {
		t.Fatal(err)
	}
	r.announce = newAnnounceService(t, r)
	cfg := Config{Accounts: r.accounts, Announcements: r.said, Library: r.announce, Programmes: r.announce, Alarms: r.announce, Texts: fakeTexts{}, Sounds: r.sounds, Media: r.sounds,
		Readings: r.readings, Cameras: r.cameras, Places: r.places, Live: model{r.model}, Reports: fakeReports{}, Files: fakeReports{},
		Commune: "luc-binh", Version: "test", Now: r.clock.Now,
		Ready: map[string]func() error{"store": func() error { return r.storeErr }, "broker": func() error { return nil }}}
	tm := impatient()
	for _, f := range adapt {
		f(&cfg, &tm)
	}
	r.api = newAPI(cfg, tm)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r.url = "http://" + l.Addr().String()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- r.api.Serve(ctx, l) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	return r
}

// newAnnounceService is a real one over a store in memory; nothing is sent.
func newAnnounceService(t *testing.T, r *rig) *announce.Service {
	t.Helper()
	s, err := announce.New(announce.Config{Commune: "luc-binh", Store: announcetest.NewMemory(), Sounds: announceSounds{}, Link: noLink{},
		Places: r.places, Location: time.FixedZone("Asia/Ho_Chi_Minh", 7*3600), Now: r.clock.Now,
		Chimes: map[announce.Chime]protocol.Audio{announce.EmergencyChime: {SHA256: sha, Bytes: 14, DurationMS: 3000}}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

type announceSounds struct{}

func (announceSounds) Speak(context.Context, string, string) (protocol.Audio, error) {
	return protocol.Audio{SHA256: sha, Bytes: 14, DurationMS: 2000}, nil
}

func (announceSounds) Find(_ context.Context, sha string) (protocol.Audio, error) {
	return protocol.Audio{SHA256: sha, Bytes: 14, DurationMS: 2000}, nil
}

type noLink struct{}

func (noLink) PublishPlan(context.Context, protocol.Address, protocol.Plan) error { return nil }
func (noLink) Send(context.Context, protocol.Address, protocol.Command) error     { return nil }

// fakeTexts reads NVH out.
type fakeTexts struct{}

func (fakeTexts) Normalise(text string) Spoken {
	return Spoken{strings.ReplaceAll(text, "NVH", "nhà văn hóa"), []Replacement{{"NVH", "nhà văn hóa", "abbreviation"}}}
}

// demoDatabase is a store with the demo accounts, made once because password
// hashes are slow.
var demoDatabase = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "httpapi")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	store, err := sqlitestore.Open(context.Background(), dir)
	if err != nil {
		return nil, err
	}
	err = account.New(account.Config{Store: store}).EnsureDemo(context.Background())
	if err := errors.Join(err, store.Close()); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(dir, "hub.db"))
})

type model struct{ *live.Model }

func (m model) Subscribe(h live.Hello) Subscription { return m.Model.Subscribe(h) }

// browser is an HTTP client with cookies, as a page has.
type browser struct {
	t     *testing.T
	url   string
	http  *http.Client
	token string // sent as a bearer token when set
}

func (r *rig) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		r.t.Fatal(err)
	}
	tr := &http.Transport{}
	r.t.Cleanup(tr.CloseIdleConnections)
	return &browser{t: r.t, url: r.url, http: &http.Client{Transport: tr, Jar: jar}}
}

// as returns the browser of somebody who is logged in with a demo account.
func (r *rig) as(name string) *browser {
	r.t.Helper()
	b := r.browser()
	b.want(200, "POST", "/api/login", map[string]string{"name": name, "password": account.DemoPassword}, nil)
	return b
}

// operator returns the client of the command line.
func (r *rig) operator() *browser {
	b := r.browser()
	b.token = r.accounts.OperatorToken()
	return b
}

type answer struct {
	*http.Response
	body []byte
}

func (b *browser) request(method, path, contentType string, body io.Reader, header ...string) *http.Request {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.url+path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if b.token != "" {
		req.Header.Set("Authorization", "Bearer "+b.token)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	return req
}

func (b *browser) do(req *http.Request) answer {
	b.t.Helper()
	resp, err := b.http.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer{resp, data}
}

func (b *browser) raw(method, path, contentType string, body io.Reader, header ...string) answer {
	b.t.Helper()
	return b.do(b.request(method, path, contentType, body, header...))
}

// call sends JSON.
func (b *browser) call(method, path string, in any, header ...string) answer {
	b.t.Helper()
	var body io.Reader
	if in != nil {
		data, err := json.Marshal(in)
		if err != nil {
			b.t.Fatal(err)
		}
		body = bytes.NewReader(data)
	}
	return b.raw(method, path, "application/json", body, header...)
}

// want sends JSON, expects a status and decodes the answer into out.
func (b *browser) want(status int, method, path string, in, out any) answer {
	b.t.Helper()
	a := b.call(method, path, in)
	if a.StatusCode != status {
		b.t.Fatalf("%s %s: status %d, want %d: %s", method, path, a.StatusCode, status, a.body)
	}
	if out != nil {
		if err := json.Unmarshal(a.body, out); err != nil {
			b.t.Fatalf("%s %s: %v in %s", method, path, err, a.body)
		}
	}
	return a
}

// problem reads the error of an answer and checks its shape.
func (a answer) problem(t *testing.T) problemBody {
	t.Helper()
	var p problemBody
	d := json.NewDecoder(bytes.NewReader(a.body))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil || p.Code == "" || p.Message.VI == "" || p.Message.EN == "" {
		t.Fatalf("status %d with %q is no problem: %v", a.StatusCode, a.body, err)
	}
	if ct := a.Header.Get("Content-Type"); ct != "application/json" {
		t.Errorf("a problem has the content type %q", ct)
	}
	return p
}

// fakeAnnouncements remembers what was asked of it.
type fakeAnnouncements struct {
	mu      sync.Mutex
	all     map[announce.ID]announce.Announcement
	journal []journal.Entry
	query   announce.JournalQuery
	submits func() // called by Submit, may be nil
}

func newFakeAnnouncements() *fakeAnnouncements {
	return &fakeAnnouncements{all: map[announce.ID]announce.Announcement{
		"tb-1": {ID: "tb-1", Revision: 2, State: announce.Submitted, CreatedBy: "phatthanh", Draft: announce.Draft{Title: "Họp thôn"}}}}
}

var _ Announcements = (*fakeAnnouncements)(nil)

func (f *fakeAnnouncements) Submit(_ context.Context, who string, canApprove bool, d announce.Draft) (announce.Announcement, error) {
	if f.submits != nil {
		f.submits()
	}
	if len(d.Text) > 10000 {
		return announce.Announcement{}, problem.New(problem.Invalid, "text_too_long", "Nội dung dài quá.", "The text is too long.").At("text")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	an := announce.Announcement{ID: "tb-2", Draft: d, CreatedBy: who, State: announce.Submitted}
	if canApprove {
		an.State = announce.Scheduled
	}
	f.all[an.ID] = an
	return an, nil
}

func (f *fakeAnnouncements) Preview(context.Context, announce.Draft) (announce.Preview, error) {
	return announce.Preview{NeedsApproval: true}, nil
}

func (f *fakeAnnouncements) decide(id announce.ID, s announce.State, who, remark string) (announce.Announcement, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	an, ok := f.all[id]
	if !ok {
		return an, problem.New(problem.NotFound, "announcement_not_found", "Không có bản tin này.", "There is no such announcement.")
	}
	an.State, an.DecidedBy, an.Remark = s, who, remark
	f.all[id] = an
	return an, nil
}

func (f *fakeAnnouncements) ApproveRevision(ctx context.Context, who string, id announce.ID, revision int) (announce.Announcement, error) {
	if an, err := f.Get(ctx, id); err == nil && revision != 0 && revision != an.Revision {
		return an, problem.New(problem.Conflict, "changed_meanwhile", "Vừa được sửa.", "It was changed.")
	}
	return f.decide(id, announce.Scheduled, who, "")
}

func (f *fakeAnnouncements) Return(_ context.Context, who string, id announce.ID, remark string) (announce.Announcement, error) {
	return f.decide(id, announce.Returned, who, remark)
}

func (f *fakeAnnouncements) Cancel(_ context.Context, who string, id announce.ID) (announce.Announcement, error) {
	if id == "tb-panic" {
		panic("a nil map")
	}
	return f.decide(id, announce.Cancelled, who, "")
}

func (f *fakeAnnouncements) SetOrder(_ context.Context, _ string, id announce.ID, order int) (announce.Announcement, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	an := f.all[id]
	an.Order = order
	f.all[id] = an
	return an, nil
}

func (f *fakeAnnouncements) Get(_ context.Context, id announce.ID) (announce.Announcement, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if an, ok := f.all[id]; ok {
		return an, nil
	}
	return announce.Announcement{}, problem.New(problem.NotFound, "announcement_not_found", "Không có bản tin này.", "There is no such announcement.")
}

func (f *fakeAnnouncements) List(context.Context, announce.State, int) (all []announce.Announcement, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for an := range maps.Values(f.all) {
		all = append(all, an)
	}
	return all, nil
}

func (f *fakeAnnouncements) Occurrences(_ context.Context, id announce.ID) ([]announce.Occurrence, error) {
	return []announce.Occurrence{{ID: string(id) + "@1", Announcement: id}}, nil
}

func (f *fakeAnnouncements) Journal(_ context.Context, q announce.JournalQuery) ([]journal.Entry, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.query = q
	return f.journal, nil
}

// fakeSounds keeps uploads in memory.
type fakeSounds struct {
	mu    sync.Mutex
	files map[string][]byte
	count int64
}

func newFakeSounds() *fakeSounds {
	return &fakeSounds{files: map[string][]byte{sha: []byte("fLaC0123456789")}}
}

const sha = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

func (f *fakeSounds) Speak(_ context.Context, _, text string) (audio.Sound, error) {
	return audio.Sound{Audio: protocol.Audio{SHA256: sha, Bytes: 14, DurationMS: 100}, LUFS: -16}, nil
}

func (f *fakeSounds) Import(_ context.Context, name string, r io.Reader) (audio.Sound, error) {
	n, err := io.Copy(io.Discard, r)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.count = n
	return audio.Sound{Audio: protocol.Audio{SHA256: sha, Bytes: n, DurationMS: 100}}, err
}

type file struct{ *bytes.Reader }

func (file) Close() error { return nil }

func (f *fakeSounds) Open(name string) (io.ReadSeekCloser, audio.Info, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	b, ok := f.files[name]
	if !ok {
		return nil, audio.Info{}, problem.New(problem.NotFound, "audio_not_found", "Không có âm thanh này.", "There is no such audio.")
	}
	return file{bytes.NewReader(b)}, audio.Info{Bytes: int64(len(b))}, nil
}

type fakeReadings struct {
	mu    sync.Mutex
	query telemetry.Query
}

func (f *fakeReadings) History(_ context.Context, q telemetry.Query) ([]telemetry.Point, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.query = q
	return nil, nil
}

type fakeCameras struct{}

func (*fakeCameras) Picture(_ context.Context, id devices.DeviceID) ([]byte, time.Time, error) {
	switch id {
	case "cam-01":
		return []byte("\xff\xd8picture"), time.Date(2026, 8, 15, 5, 30, 0, 0, time.UTC), nil
	case "cam-02":
		return nil, time.Time{}, errors.New("decoder broke: secret detail")
	}
	return nil, time.Time{}, problem.New(problem.NotFound, "camera_not_found", "Không có camera này.", "There is no such camera.")
}

// recorder serves one request without a network.
func (r *rig) recorder(req *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r.api.Handler().ServeHTTP(w, req)
	return w
}

func contains(t *testing.T, what, s, sub string) {
	t.Helper()
	if !strings.Contains(s, sub) {
		t.Errorf("%s is %q, which lacks %q", what, s, sub)
	}
}
