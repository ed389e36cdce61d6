package publicpage

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"
	"rsc.io/qr"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
	"github.com/smart-commune/smart-commune/hub/audio"
)

var (
	zone = time.FixedZone("Asia/Ho_Chi_Minh", 7*3600)
	noon = time.Date(2026, 11, 20, 12, 0, 0, 0, zone)
)

func sha(c string) string { return strings.Repeat(c, 64) }

// commune is everything that the page asks for.
type commune struct {
	mu      sync.Mutex
	looks   int
	err     error
	now     time.Time
	all     map[announce.ID]announce.Announcement
	planned []announce.Planned
	journal []journal.Entry
}

func (c *commune) Planned(context.Context, time.Time, time.Time) ([]announce.Planned, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.looks++
	return c.planned, c.err
}

func (c *commune) Journal(context.Context, announce.JournalQuery) ([]journal.Entry, error) {
	return c.journal, nil
}

func (c *commune) Get(_ context.Context, id announce.ID) (announce.Announcement, error) {
	a, ok := c.all[id]
	if !ok {
		return a, errors.New("unknown")
	}
	return a, nil
}

func (c *commune) Inventory(context.Context) (devices.Inventory, error) {
	return devices.Inventory{Commune: devices.Commune{ID: "luc-binh", Name: "Lục Bình"},
		Villages: []devices.Village{{ID: "a", Name: "Cao Lộc"}, {ID: "b", Name: "Nà Nghịu"}},
		Clusters: []devices.Cluster{{ID: "loa-01", Village: "a"}, {ID: "loa-02", Village: "b"}}}, nil
}

type file struct{ *bytes.Reader }

func (file) Close() error { return nil }

func (c *commune) MP3(_ context.Context, sha string) (io.ReadSeekCloser, audio.Info, error) {
	return file{bytes.NewReader([]byte("ID3 " + sha))}, audio.Info{Bytes: 68}, nil
}

func (c *commune) MP3Size(string, int64) int64 { return 68 }

// made returns an announcement whose words, names and audio are all its own.
func (c *commune) made(id string, level devices.Level, state announce.State, clusters ...devices.DeviceID) announce.Announcement {
	decided := noon.Add(-time.Hour)
	a := announce.Announcement{ID: announce.ID(id), State: state, CreatedBy: "soạn-" + id, DecidedBy: "duyệt-" + id, DecidedAt: &decided, EditedBy: []string{"sửa-" + id},
		Remark: "ghi chú " + id, Clusters: clusters, Sound: protocol.Audio{SHA256: sha(id[len(id)-1:]), Bytes: 9, DurationMS: 65_000}}
	a.Title, a.Text, a.Level = "Tiêu đề "+id, "Nội dung "+id, level
	c.all[a.ID] = a
	return a
}

func (c *commune) heard(a announce.Announcement, at time.Time, result devices.Result, clusters ...devices.DeviceID) {
	for _, id := range clusters {
		e := journal.Entry{Announcement: a.ID, Title: a.Title, Cluster: id, Occurrence: fmt.Sprintf("%s@%d", a.ID, at.Unix()), PlannedAt: at, EndedAt: at, Result: result}
		if result != devices.Missed {
			e.StartedAt = &at
		}
		c.journal = append(c.journal, e)
	}
}

// sample has one announcement of each fate.
func sample() *commune {
	c := &commune{all: map[announce.ID]announce.Announcement{}, now: noon}
	past := c.made("tb-1", devices.Normal, announce.Done, "loa-01", "loa-02")
	c.heard(past, noon.Add(-48*time.Hour), devices.Played, "loa-01", "loa-02")
	c.heard(past, noon.Add(-24*time.Hour), devices.Interrupted, "loa-01", "loa-02")
	stopped := c.made("tb-2", devices.Emergency, announce.Cancelled, "loa-01")
	c.heard(stopped, noon.Add(-time.Hour), devices.Stopped, "loa-01")
	never := c.made("tb-3", devices.Normal, announce.Done, "loa-01")
	c.heard(never, noon.Add(-2*time.Hour), devices.Missed, "loa-01")
	coming := c.made("tb-4", devices.Priority, announce.Scheduled, "loa-02")
	c.planned = append(c.planned, announce.Planned{Occurrence: "tb-4@1", Announcement: coming, Start: noon.Add(20 * time.Hour), Over: noon.Add(21 * time.Hour)})
	gone := c.made("tb-5", devices.Normal, announce.Cancelled, "loa-01")
	c.planned = append(c.planned, announce.Planned{Occurrence: "tb-5@1", Announcement: gone, Start: noon.Add(20 * time.Hour), Over: noon.Add(21 * time.Hour)})
	on := c.made("tb-6", devices.Normal, announce.Scheduled, "loa-01")
	c.planned = append(c.planned, announce.Planned{Occurrence: "tb-6@1", Announcement: on, Start: noon.Add(-time.Minute), Over: noon.Add(time.Minute)})
	c.made("tb-7", devices.Normal, announce.Submitted, "loa-01")
	piece := c.made("tb-9", devices.Normal, announce.Approved, "loa-01") // of a programme
	c.planned = append(c.planned, announce.Planned{Occurrence: "tb-9@1", Announcement: piece, Start: noon.Add(22 * time.Hour), Over: noon.Add(23 * time.Hour)})
	return c
}

func open(t *testing.T, c *commune, change func(*Config)) *Page {
	t.Helper()
	cfg := Config{Announced: c, Sounds: c, Places: c, Zone: zone, Now: func() time.Time { return c.now }}
	if change != nil {
		change(&cfg)
	}
	p, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func get(p *Page, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "http://loa.lucbinh.vn"+path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r)
	return w
}

var everything = []string{"/public/", "/public/?lang=en", "/public/rss.xml", "/public/feed.json", "/public/lich.ics", "/public/qr"}

func TestWhatIsOnThePage(t *testing.T) {
	body := get(open(t, sample(), nil), "/public/").Body.String()
	for _, want := range []string{"Truyền thanh xã Lục Bình", "Tiêu đề tb-1", "Đã phát 2 lần, gần nhất 12:00 hôm qua, 19/11", "Nội dung tb-1", "Toàn xã", "1 phút 5 giây",
		`<span class="tag">Khẩn cấp</span><span lang="vi">Tiêu đề tb-2`, `<span class="tag">Ưu tiên</span><span lang="vi">Tiêu đề tb-4`, "Ngày mai, 21/11", "Nà Nghịu", "Đang phát", "Tiêu đề tb-6", "Tiêu đề tb-9"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	english := get(open(t, sample(), nil), "/public/?lang=en").Body.String()
	for _, want := range []string{`<html lang="en">`, "On air", "Emergency", "Tomorrow", "broadcast 2 times, last 12:00 yesterday"} {
		if !strings.Contains(english, want) {
			t.Errorf("the English page does not say %q", want)
		}
	}
}

// TestWhatIsNowhere: what was not approved, not broadcast or withdrawn, and who
// did what.
func TestWhatIsNowhere(t *testing.T) {
	p := open(t, sample(), nil)
	for _, path := range everything {
		body := get(p, path).Body.String()
		for _, secret := range []string{"tb-3", "tb-5", "tb-7", "soạn-", "duyệt-", "sửa-", "ghi chú", "Nội dung tb-4"} {
			if strings.Contains(body, secret) {
				t.Errorf("%s shows %q", path, secret)
			}
		}
	}
}

func TestOnlyWhatWasBroadcastIsHeard(t *testing.T) {
	p := open(t, sample(), nil)
	for id, want := range map[string]int{"1": 200, "2": 200, "3": 404, "4": 404, "5": 404, "6": 200, "7": 404, "8": 404} {
		if w := get(p, audioPath(sha(id))); w.Code != want {
			t.Errorf("audio %s: %d, want %d", id, w.Code, want)
		} else if want == 200 && (w.Header().Get("Content-Type") != "audio/mpeg" || !strings.HasPrefix(w.Body.String(), "ID3")) {
			t.Errorf("audio %s: %v", id, w.Header())
		}
	}
	if w := get(p, audioPath(sha("1")), "Range", "bytes=0-2"); w.Code != 206 || w.Body.String() != "ID3" {
		t.Errorf("a part: %d %q", w.Code, w.Body)
	}
	for _, path := range []string{"/public/audio/" + sha("1"), "/public/audio/" + sha("1") + ".flac", "/public/audio/..%2f..%2fhub.db"} {
		if w := get(p, path); w.Code == 200 {
			t.Errorf("%s is handed out", path)
		}
	}
}

func TestFeeds(t *testing.T) {
	c := sample()
	a := c.all["tb-1"]
	a.Title, a.Text = `Họp <b>&"thôn"`+"\x0b", "hai <b>\ndòng"
	c.all["tb-1"] = a
	p := open(t, c, func(cfg *Config) { cfg.Address = "https://loa.lucbinh.vn/" })
	var rss struct {
		Items []struct {
			Title     string `xml:"title"`
			HTML      string `xml:"description"`
			GUID      string `xml:"guid"`
			Published string `xml:"pubDate"`
			Enclosure struct {
				URL    string `xml:"url,attr"`
				Length int64  `xml:"length,attr"`
				Type   string `xml:"type,attr"`
			} `xml:"enclosure"`
		} `xml:"channel>item"`
	}
	w := get(p, "/public/rss.xml")
	if err := xml.Unmarshal(w.Body.Bytes(), &rss); err != nil || len(rss.Items) != 2 {
		t.Fatalf("%v in %s", err, w.Body)
	}
	first, second := rss.Items[0], rss.Items[1]
	if first.Title != "KHẨN CẤP: Tiêu đề tb-2" || second.Title != `Họp <b>&"thôn"` || second.Enclosure.URL != "https://loa.lucbinh.vn/public/audio/"+sha("1")+".mp3" ||
		second.Enclosure.Length != 68 || second.Enclosure.Type != "audio/mpeg" || second.Published != "Wed, 18 Nov 2026 12:00:00 +0700" ||
		second.HTML != "hai &lt;b&gt;<br>\ndòng" {
		t.Errorf("items %+v", rss.Items)
	}
	var feed jsonFeed
	w = get(p, "/public/feed.json")
	if err := json.Unmarshal(w.Body.Bytes(), &feed); err != nil || len(feed.Items) != 2 || feed.Version != "https://jsonfeed.org/version/1.1" ||
		feed.Items[1].ID != second.GUID || len(feed.Items[1].Attachments) != 1 || feed.Items[1].Attachments[0].Duration != 65 {
		t.Errorf("%v in %s", err, w.Body)
	}
	w = get(p, "/public/lich.ics")
	cal, err := ics.ParseCalendar(bytes.NewReader(w.Body.Bytes()))
	if err != nil || len(cal.Events()) != 3 {
		t.Fatalf("%v in %s", err, w.Body)
	}
	start, err := cal.Events()[1].GetStartAt()
	end, _ := cal.Events()[1].GetEndAt()
	if err != nil || !start.Equal(noon.Add(20*time.Hour)) || end.Sub(start) != 65*time.Second {
		t.Errorf("the event is from %v to %v, %v", start, end, err)
	}
	if !strings.Contains(w.Body.String(), "SUMMARY:ƯU TIÊN: Tiêu đề tb-4\r\n") || !strings.Contains(w.Body.String(), "LOCATION:Nà Nghịu\r\n") {
		t.Errorf("the calendar is %s", w.Body)
	}
}

func TestTheCodeIsTheAddress(t *testing.T) {
	for path, address := range map[string]string{"": "http://loa.lucbinh.vn/public/", "?of=lich.ics": "http://loa.lucbinh.vn/public/lich.ics",
		"?of=https://elsewhere.vn/": "http://loa.lucbinh.vn/public/"} {
		t.Run(path, func(t *testing.T) { codeIs(t, path, address) })
	}
}

func codeIs(t *testing.T, query, address string) {
	p := open(t, sample(), nil)
	want, err := qr.Encode(address, qr.Q)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(get(p, "/public/qr.png"+query).Body)
	if err != nil {
		t.Fatal(err)
	}
	scale := img.Bounds().Dx() / (want.Size + 2*quiet)
	for y := -quiet; y < want.Size+quiet; y++ {
		for x := -quiet; x < want.Size+quiet; x++ {
			red, _, _, _ := img.At((x+quiet)*scale+scale/2, (y+quiet)*scale+scale/2).RGBA()
			if black := red == 0; black != want.Black(x, y) {
				t.Fatalf("module %d, %d is black: %v", x, y, black)
			}
		}
	}
	svg := get(p, "/public/qr.svg"+query).Body.String()
	ink := 0
	for _, run := range regexp.MustCompile(`h([0-9]+)v1h`).FindAllStringSubmatch(svg, -1) {
		n, err := strconv.Atoi(run[1])
		if err != nil {
			t.Fatal(err)
		}
		ink += n
	}
	black := 0
	for y := range want.Size {
		for x := range want.Size {
			if want.Black(x, y) {
				black++
			}
		}
	}
	if ink != black {
		t.Errorf("the SVG has %d black modules, the code %d", ink, black)
	}
}

func TestManyReadersCostOneLook(t *testing.T) {
	c := sample()
	p := open(t, c, nil)
	var wg sync.WaitGroup
	for range 40 {
		wg.Go(func() { get(p, "/public/") })
	}
	wg.Wait()
	if c.looks != 1 {
		t.Errorf("%d looks", c.looks)
	}
	w := get(p, "/public/")
	if w := get(p, "/public/", "If-None-Match", w.Header().Get("ETag")); w.Code != http.StatusNotModified || w.Body.Len() != 0 {
		t.Errorf("what is known is sent again: %d", w.Code)
	}
	if !strings.HasPrefix(w.Header().Get("Cache-Control"), "public, max-age=") {
		t.Errorf("headers %v", w.Header())
	}
	c.now = noon.Add(freshFor)
	get(p, "/public/")
	if c.looks != 2 {
		t.Errorf("%d looks after a while", c.looks)
	}
	// A failure is told and not kept.
	c.now, c.err = noon.Add(2*freshFor), errors.New("disk full")
	if w := get(p, "/public/"); w.Code != 503 || strings.Contains(w.Body.String(), "disk") {
		t.Errorf("a failure: %d %s", w.Code, w.Body)
	}
	c.err = nil
	if w := get(p, "/public/"); w.Code != 200 {
		t.Errorf("after it: %d", w.Code)
	}
}

func TestWhoAsksTooMuchWaits(t *testing.T) {
	c := sample()
	p := open(t, c, nil)
	codes := map[int]int{}
	for range atOnce + 30 {
		codes[get(p, "/public/").Code]++
	}
	if codes[200] != atOnce || codes[429] != 30 {
		t.Errorf("answers %v", codes)
	}
	c.now = noon.Add(2 * time.Second)
	if w := get(p, "/public/"); w.Code != 200 {
		t.Errorf("after two seconds: %d", w.Code)
	}
	for i := range 3 * maxReaders {
		p.limits.allow(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}))
	}
	if n := len(p.limits.readers); n > maxReaders {
		t.Errorf("%d addresses are remembered", n)
	}
}

func TestOtherMethodsAndPaths(t *testing.T) {
	p := open(t, sample(), nil)
	w := httptest.NewRecorder()
	p.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/public/", strings.NewReader("x")))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", w.Code)
	}
	if w := get(p, "/public/none"); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/public/" {
		t.Errorf("an unknown path: %d %s", w.Code, w.Header().Get("Location"))
	}
}

func FuzzRequest(f *testing.F) {
	f.Add("/public/", "loa.vn", "vi")
	f.Add("/public/qr.svg", `"><script>`, "en")
	f.Add("/public/audio/%00.mp3", "[::1]:80", "")
	f.Add("/public/rss.xml", "a&b<", "xx")
	f.Add("/public/../api", "x", "'")
	c := sample()
	p, err := New(Config{Announced: c, Sounds: c, Places: c, Zone: zone, Now: func() time.Time { return c.now }})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, path, host, lang string) {
		r := httptest.NewRequest(http.MethodGet, "/public/", nil)
		r.URL.Path, r.Host = path, host
		q := r.URL.Query()
		q.Set("lang", lang)
		r.URL.RawQuery = q.Encode()
		p.limits = newLimits(func() time.Time { return c.now })
		w := httptest.NewRecorder()
		p.ServeHTTP(w, r)
		if w.Code >= 500 {
			t.Errorf("%q of %q: %d", path, host, w.Code)
		}
		if host != "" && !hostFormat.MatchString(host) && strings.ContainsAny(host, `<>"'&`) && strings.Contains(w.Body.String(), "http://"+host) {
			t.Errorf("the host %q got into %q", host, path)
		}
	})
}
