// Package rtspprobe reads cameras over RTSP. It is the one place of the hub
// that knows gortsplib.
//
// It guarantees one TCP connection a camera, a bound on everything that comes
// before the first packet (a mute host, a half reply, redirects without end),
// credentials that are never sent to another host than the camera's, and a
// reason for every failure.
package rtspprobe

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"hash/maphash"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bluenviron/gortsplib/v4"
	"github.com/bluenviron/gortsplib/v4/pkg/base"
	"github.com/bluenviron/gortsplib/v4/pkg/description"
	"github.com/bluenviron/gortsplib/v4/pkg/format"
	"github.com/pion/rtp"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/camera"
)

const (
	// parametersWithin bounds the wait for codec parameters once packets come.
	parametersWithin = 7 * time.Second
	// maxDials bounds redirects.
	maxDials = 4
)

// Config is how cameras are read.
type Config struct {
	// OpenTimeout bounds connecting, describing and playing together. It defaults
	// to 6 s: over 4G that is seven round trips of up to half a second.
	OpenTimeout time.Duration
}

// Prober reads cameras over RTSP.
type Prober struct {
	openTimeout time.Duration
	// seed makes the fingerprints of all sessions comparable.
	seed maphash.Seed
}

var _ camera.Prober = (*Prober)(nil)

// New returns a prober.
func New(cfg Config) *Prober {
	if cfg.OpenTimeout <= 0 {
		cfg.OpenTimeout = 6 * time.Second
	}
	return &Prober{openTimeout: cfg.OpenTimeout, seed: maphash.MakeSeed()}
}

// Why a session is given up by this package.
var (
	errOpenTooLong  = errors.New("the camera did not begin to send in time")
	errNoParameters = errors.New("video comes, but never the parameters (SPS, PPS) that are needed to decode it")
	errElsewhere    = errors.New("redirected to another host")
	errRedirects    = errors.New("redirected again and again")
	errNoVideo      = errors.New("the stream has no video")
)

// Watch implements [camera.Prober].
func (p *Prober) Watch(ctx context.Context, cam devices.Camera, viewer camera.Viewer) error {
	u, err := base.ParseURL(cam.URL)
	if err != nil {
		return &camera.Trouble{Reason: devices.CameraProtocol, Err: fmt.Errorf("address %q: %w", cam.URL, err)}
	}
	if cam.Username != "" {
		u.User = url.UserPassword(cam.Username, cam.Password)
	}
	inner, giveUp := context.WithCancelCause(ctx)
	defer giveUp(nil)
	s := &session{url: u}
	s.video = newVideo(viewer, p.seed, func() { giveUp(errNoParameters) })
	s.client = s.newClient()
	if err := s.client.Start2(); err != nil {
		return s.trouble(err)
	}

	// Only this goroutine closes the client: from within its callbacks that
	// would deadlock.
	var closing sync.WaitGroup
	closing.Go(func() {
		<-inner.Done()
		s.client.Close()
	})
	deadline := time.AfterFunc(p.openTimeout, func() { giveUp(errOpenTooLong) })
	if err = s.open(); err == nil {
		deadline.Stop()
		err = s.client.Wait()
	}
	deadline.Stop()
	giveUp(err) // without effect if there was a reason before
	closing.Wait()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return s.trouble(context.Cause(inner))
}

// session is one connection to one camera.
type session struct {
	url    *base.URL
	client *gortsplib.Client
	video  *video

	dials     int          // touched by the client's goroutine alone
	received  atomic.Int64 // bytes
	responses atomic.Int64
	greeting  atomic.Pointer[string] // the first bytes received
	playing   atomic.Bool
}

func (s *session) newClient() *gortsplib.Client {
	tcp := gortsplib.TransportTCP // UDP would fall back to TCP, and its statistics race
	return &gortsplib.Client{
		Scheme: s.url.Scheme, Host: s.url.Host, Transport: &tcp,
		TLSConfig:    &tls.Config{}, // never shared: the client writes into it
		WriteTimeout: 2 * time.Second,
		UserAgent:    "smart-commune",
		DialContext:  s.dial,
		OnResponse:   func(*base.Response) { s.responses.Add(1) },
		// The library writes to the standard log otherwise. What is lost shows in
		// the frames.
		OnTransportSwitch: func(error) {},
		OnPacketsLost:     func(uint64) {},
		OnDecodeError:     func(error) {},
	}
}

func (s *session) open() error {
	desc, _, err := s.client.Describe(s.url)
	if err != nil {
		return err
	}
	media, video := choose(desc)
	if media == nil {
		return fmt.Errorf("%w, only %s", errNoVideo, contents(desc))
	}
	if _, err = s.client.Setup(desc.BaseURL, media, 0, 0); err != nil {
		return err
	}
	if err = s.video.begin(video); err != nil {
		return err
	}
	s.client.OnPacketRTP(media, video, func(p *rtp.Packet) { s.video.packet(time.Now(), p) })
	if _, err = s.client.Play(nil); err != nil {
		return err
	}
	s.playing.Store(true)
	s.video.announce()
	return nil
}

// choose returns the video to read: the first whose pictures can be shown, else
// the first at all, whose frames can be counted.
func choose(desc *description.Session) (media *description.Media, video format.Format) {
	for _, m := range desc.Medias {
		if m.Type != description.MediaTypeVideo || m.IsBackChannel {
			continue
		}
		for _, f := range m.Formats {
			switch f.(type) {
			case *format.H264, *format.H265, *format.MJPEG:
				return m, f
			}
			if media == nil {
				media, video = m, f
			}
		}
	}
	return media, video
}

func contents(desc *description.Session) string {
	text := ""
	for _, m := range desc.Medias {
		for _, f := range m.Formats {
			if text != "" {
				text += ", "
			}
			text += string(m.Type) + " " + f.Codec()
		}
	}
	if text == "" {
		return "an empty description"
	}
	return text
}

// dial connects and keeps redirects within bounds.
func (s *session) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if s.dials++; s.dials > maxDials {
		return nil, errRedirects
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if host != s.url.Hostname() {
		// The client would send the camera's password there.
		return nil, fmt.Errorf("%w: %s", errElsewhere, address)
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &tap{Conn: conn, session: s}, nil
}

// tap counts what comes in, because the client reads over garbage in silence.
type tap struct {
	net.Conn
	session *session
}

func (t *tap) Read(b []byte) (int, error) {
	n, err := t.Conn.Read(b)
	if n > 0 && t.session.received.Add(int64(n)) == int64(n) {
		greeting := string(b[:min(n, 40)])
		t.session.greeting.Store(&greeting)
	}
	return n, err
}
