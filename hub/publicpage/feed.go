package publicpage

import (
	"crypto/rand"
	"crypto/subtle"
	"net/http"
	"path"
	"strings"
	"sync"
)

// Feed is the calendar of what is planned for those who were given its address: it
// is there with the public page off, too. Nobody guesses the address, and renewing it
// ends the one before.
type Feed struct {
	page *Page
	keep func(token string) error

	mu    sync.Mutex
	token string
}

// NewFeed returns the feed of a page. token is the one that was kept last, empty for
// none yet; keep makes a new one durable.
func NewFeed(page *Page, token string, keep func(token string) error) *Feed {
	return &Feed{page: page, token: token, keep: keep}
}

// Address is where the feed is now, from the address of the hub on; it is made when
// somebody asks first.
func (f *Feed) Address() (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.token == "" {
		if err := f.renew(); err != nil {
			return "", err
		}
	}
	return f.address(), nil
}

// Renew gives the feed another address; the one before leads nowhere.
func (f *Feed) Renew() (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.renew(); err != nil {
		return "", err
	}
	return f.address(), nil
}

func (f *Feed) renew() error {
	token := strings.ToLower(rand.Text())
	if err := f.keep(token); err != nil {
		return err
	}
	f.token = token
	return nil
}

func (f *Feed) address() string {
	return strings.TrimSuffix(f.page.cfg.Address, "/") + "/feed/" + f.token + "/lich.ics"
}

// ServeHTTP implements [http.Handler] for everything under /feed/. Whoever tries
// addresses is slowed down as readers of the public page are.
func (f *Feed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.page.limited(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		want := "/feed/" + f.token + "/"
		dir, file := path.Split(r.URL.Path)
		known := f.token != "" && subtle.ConstantTimeCompare([]byte(dir), []byte(want)) == 1
		f.mu.Unlock()
		if known && file == "qr.svg" {
			f.page.drawQR(w, r, f.page.base(r)+want+"lich.ics")
			return
		}
		known = known && file == "lich.ics"
		if !known {
			http.Error(w, "Địa chỉ lịch này không còn dùng được. Hãy lấy địa chỉ mới ở mục Lịch. / This calendar address is no longer valid. Take the new one from the calendar view.", http.StatusNotFound)
			return
		}
		f.page.calendar(w, r)
	})).ServeHTTP(w, r)
}
