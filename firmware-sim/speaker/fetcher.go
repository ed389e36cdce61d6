package speaker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/smart-commune/smart-commune/devices/protocol"
)

const (
	// fetchStall is how long a download may stand still.
	fetchStall = 15 * time.Second
	// urgentRetry and plannedRetry bound the wait between attempts.
	urgentRetry  = 3 * time.Second
	plannedRetry = time.Minute
)

// need is an audio that the device wants to hold.
type need struct {
	protocol.Audio
	Urgent bool // an item waits for it now
	Keep   bool // held whatever the quota says
}

// fetcher brings the missing audio onto the shelf, the most urgent first, one
// download at a time.
type fetcher struct {
	client         *http.Client
	base           string
	user, password string
	shelf          *shelf
	log            *slog.Logger
	// changed is told whenever the shelf holds more or less than before.
	changed func()

	mu     sync.Mutex
	needs  []need
	now    string             // SHA-256 of the download under way
	urgent bool               // whether that one is urgent
	cancel context.CancelFunc // ends it; the part stays
	again  bool               // forget the waits
	verify bool               // look whether what is held is sound
	wake   chan struct{}
	// checked is when held audio that is urgent was last seen to be sound. It belongs
	// to run.
	checked map[string]time.Time
}

func newFetcher(base string, addr protocol.Address, password string, dial dialFunc, s *shelf, log *slog.Logger, changed func()) *fetcher {
	return &fetcher{
		client: &http.Client{Transport: &http.Transport{
			DialContext:           dial,
			ResponseHeaderTimeout: fetchStall,
			MaxIdleConns:          1,
			IdleConnTimeout:       30 * time.Second,
			DisableCompression:    true,
		}},
		base: strings.TrimSuffix(base, "/"), user: addr.String(), password: password,
		shelf: s, log: log, changed: changed, wake: make(chan struct{}, 1), checked: map[string]time.Time{},
	}
}

type dialFunc func(ctx context.Context, network, addr string) (net.Conn, error)

// want replaces the list of what is needed, the soonest first. Something urgent
// interrupts a download that is not.
func (f *fetcher) want(needs []need) {
	f.mu.Lock()
	f.needs = needs
	if f.cancel != nil && !f.urgent {
		for _, n := range needs {
			if n.Urgent && n.SHA256 != f.now && !f.shelf.has(n.SHA256) {
				f.cancel()
				break
			}
		}
	}
	f.mu.Unlock()
	f.signal()
}

// retry forgets all waits: the link is back.
func (f *fetcher) retry() {
	f.mu.Lock()
	f.again = true
	f.mu.Unlock()
	f.signal()
}

// refresh looks through all that is held and fetches what proves to be damaged.
func (f *fetcher) refresh() {
	f.mu.Lock()
	f.verify = true
	f.mu.Unlock()
	f.retry()
}

func (f *fetcher) signal() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// wait says when an audio is tried again.
type wait struct {
	until   time.Time
	backoff *backoff.ExponentialBackOff
}

func (f *fetcher) run(ctx context.Context) {
	defer f.client.CloseIdleConnections()
	f.refresh()
	waits := map[string]*wait{}
	for ctx.Err() == nil {
		if f.shelf.verify(ctx, f.doubtful()) {
			f.changed()
		}
		next, held, pause := f.choose(waits)
		if next == nil {
			select {
			case <-ctx.Done():
			case <-f.wake:
			case <-time.After(pause):
			}
			continue
		}
		err := f.fetch(ctx, *next, held)
		switch {
		case err == nil:
			delete(waits, next.SHA256)
			f.checked[next.SHA256] = time.Now()
			f.log.Info("fetched audio", "sha256", next.SHA256, "bytes", next.Bytes)
			f.changed()
		case ctx.Err() != nil || errors.Is(err, context.Canceled):
		default:
			f.postpone(waits, next.need, err)
		}
	}
}

// postpone waits longer each time before an audio is tried again.
func (f *fetcher) postpone(waits map[string]*wait, n need, err error) {
	w := waits[n.SHA256]
	if w == nil {
		w = &wait{backoff: backoff.NewExponentialBackOff()}
		waits[n.SHA256] = w
	}
	w.backoff.MaxInterval = plannedRetry
	if n.Urgent {
		w.backoff.MaxInterval = urgentRetry
	}
	pause := min(w.backoff.NextBackOff(), w.backoff.MaxInterval)
	w.until = time.Now().Add(pause)
	f.log.Warn("cannot fetch audio yet", "sha256", n.SHA256, "again_in", pause.Round(time.Millisecond).String(), "error", err)
}

// checkedFor is for how long audio that was seen to be sound is believed to be, when
// it is about to be needed.
const checkedFor = 10 * time.Minute

// doubtful lists the held audio that is to be looked through: what is needed soon,
// so that there is time to fetch it again, or everything.
func (f *fetcher) doubtful() (shas []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := time.Now()
	if f.verify {
		f.verify = false
		clear(f.checked)
		shas = f.shelf.all()
	} else {
		for _, n := range f.needs {
			if n.Urgent && f.shelf.has(n.SHA256) && now.Sub(f.checked[n.SHA256]) > checkedFor {
				shas = append(shas, n.SHA256)
			}
		}
	}
	for _, sha := range shas {
		f.checked[sha] = now
	}
	return shas
}

// choose returns what to fetch now, or for how long there is nothing to do. held is
// what is needed and there, by its place in the list: what is needed sooner must stay
// while it is fetched.
func (f *fetcher) choose(waits map[string]*wait) (next *placed, held map[string]int, pause time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.again {
		clear(waits)
		f.again = false
	}
	missing := map[string]bool{}
	held = map[string]int{}
	pause = time.Hour
	now := time.Now()
	for place, n := range f.needs {
		if f.shelf.has(n.SHA256) {
			held[n.SHA256] = place
			continue
		}
		missing[n.SHA256] = true
		if w := waits[n.SHA256]; w != nil && w.until.After(now) {
			pause = min(pause, w.until.Sub(now))
			continue
		}
		if next == nil || n.Urgent && !next.Urgent {
			next = &placed{n, place}
		}
	}
	for sha := range waits {
		if !missing[sha] {
			delete(waits, sha)
		}
	}
	return next, held, pause
}

// placed is a need with its place in the list.
type placed struct {
	need
	place int
}

func (f *fetcher) fetch(ctx context.Context, n placed, held map[string]int) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	f.mu.Lock()
	f.now, f.urgent, f.cancel = n.SHA256, n.Urgent, cancel
	f.mu.Unlock()
	defer func() {
		f.mu.Lock()
		f.now, f.cancel = "", nil
		f.mu.Unlock()
	}()
	// What is urgent is fetched though the room is used up: it goes again.
	if err := f.shelf.room(n.Audio, n.place, held); err != nil && !((n.Urgent || n.Keep) && errors.Is(err, errFull)) {
		return err
	}
	if err := f.download(ctx, cancel, n.Audio); err != nil {
		return err
	}
	return f.shelf.store(n.Audio)
}

// download completes the part of an audio.
func (f *fetcher) download(ctx context.Context, cancel context.CancelFunc, a protocol.Audio) error {
	part, err := os.OpenFile(f.shelf.part(a.SHA256), os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	err = f.resume(ctx, cancel, part, a)
	if err == nil {
		err = part.Sync()
	}
	return errors.Join(err, part.Close())
}

func (f *fetcher) resume(ctx context.Context, cancel context.CancelFunc, part *os.File, a protocol.Audio) error {
	have, err := part.Seek(0, io.SeekEnd)
	if err != nil || have == a.Bytes {
		return err
	}
	if have > a.Bytes {
		have = 0
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, f.base+"/media/"+a.SHA256, nil)
	if err != nil {
		return err
	}
	req.SetBasicAuth(f.user, f.password)
	if have > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", have))
	}
	res, err := f.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	switch {
	case res.StatusCode == http.StatusPartialContent && strings.HasPrefix(res.Header.Get("Content-Range"), fmt.Sprintf("bytes %d-", have)):
	case res.StatusCode == http.StatusOK:
		have = 0
	case res.StatusCode == http.StatusRequestedRangeNotSatisfiable:
		return errors.Join(errors.New("the media store has less than was fetched already"), part.Truncate(0))
	default:
		return fmt.Errorf("the media store answers %s", res.Status)
	}
	if err := part.Truncate(have); err != nil {
		return err
	}
	if _, err := part.Seek(have, io.SeekStart); err != nil {
		return err
	}
	stalled := time.AfterFunc(fetchStall, cancel)
	defer stalled.Stop()
	body := io.TeeReader(io.LimitReader(res.Body, a.Bytes-have+1), progress(func() { stalled.Reset(fetchStall) }))
	n, err := io.Copy(part, body)
	switch {
	case err != nil && !stalled.Stop() && errors.Is(err, context.Canceled):
		return errors.New("the download stood still")
	case err != nil:
		return err
	case have+n > a.Bytes:
		return errors.Join(fmt.Errorf("audio is longer than the %d bytes announced", a.Bytes), part.Truncate(0))
	case have+n < a.Bytes:
		return fmt.Errorf("the download ended after %d of %d bytes: %w", have+n, a.Bytes, io.ErrUnexpectedEOF)
	}
	return nil
}

// progress is called whenever bytes pass.
type progress func()

func (p progress) Write(b []byte) (int, error) { p(); return len(b), nil }
