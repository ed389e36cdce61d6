package httpapi

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/smart-commune/smart-commune/hub/account"
	"github.com/smart-commune/smart-commune/hub/audio"
)

// maxUpload is the largest audio file that is taken in, in bytes.
const maxUpload = 200 << 20

type speechInput struct {
	JobInput
	Body struct {
		Text     string `json:"text" minLength:"1" maxLength:"20000"`
		Language string `json:"language,omitempty" maxLength:"40" doc:"BCP 47; Vietnamese when absent"`
	}
}

type soundOutput struct {
	Body audio.Sound
}

// uploadInput streams the request's body instead of reading it into memory.
type uploadInput struct {
	JobInput
	Name   string `query:"name" maxLength:"200" doc:"The file's name, for example hop.mp3"`
	length int64
	body   io.Reader
	drain  func() // see Resolve
}

const (
	// drainMost, in bytes, and drainTime bound what is taken in of a body that was
	// refused. A program that still sends when the connection ends never reads why.
	drainMost = 1 << 30
	drainTime = 30 * time.Second
)

// Resolve implements huma.Resolver.
func (u *uploadInput) Resolve(ctx huma.Context) []error {
	r, w := humago.Unwrap(ctx)
	u.length, u.body = r.ContentLength, http.MaxBytesReader(w, r.Body, maxUpload)
	u.drain = func() {
		if r.Header.Get("Expect") != "" && u.length > maxUpload {
			return // nothing was sent yet
		}
		// A recorder in a test has no deadlines; what cannot be read ends it.
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(drainTime))
		_, _ = io.Copy(io.Discard, io.LimitReader(r.Body, drainMost))
	}
	return nil
}

func (*uploadInput) describe(op *huma.Operation) {
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}
}

type mediaInput struct {
	SHA256 string `path:"sha256" pattern:"^[0-9a-f]{64}$"`
}

type streamOutput struct {
	Body func(huma.Context)
}

func (a *API) registerAudio() {
	speak := those(account.CanAnnounce)
	register(a, operation{id: "speak", method: "POST", path: "/api/speech", summary: "Turn text into a sound, to listen before it is sent",
		access: speak, tries: true, slow: true}, a.speak)
	register(a, operation{id: "upload-audio", method: "POST", path: "/api/audio", summary: "Upload audio (MP3, WAV, FLAC, OGG, M4A; at most 200 MB)",
		access: speak, audit: "audio.upload", maxBody: maxUpload, slow: true}, a.upload)
	register(a, operation{id: "media", method: "GET", path: "/media/{sha256}", summary: "The sound itself (FLAC); understands Range",
		access: listener, slow: true}, a.media)
}

func (a *API) speak(ctx context.Context, in *speechInput) (*soundOutput, error) {
	ctx, over := a.jobs.watch(ctx, callerOf(ctx).who(), in.Job, audio.Waiting)
	defer over()
	s, err := a.cfg.Sounds.Speak(ctx, in.Body.Language, in.Body.Text)
	return &soundOutput{s}, err
}

func (a *API) upload(ctx context.Context, in *uploadInput) (*soundOutput, error) {
	if in.length > maxUpload {
		in.drain()
		return nil, tooLargeProblem(maxUpload)
	}
	ctx, over := a.jobs.watch(ctx, callerOf(ctx).who(), in.Job, audio.Receiving)
	defer over()
	s, err := a.cfg.Sounds.Import(ctx, in.Name, in.body)
	if err != nil {
		in.drain()
		return nil, err
	}
	note(ctx, s.SHA256, in.Name)
	return &soundOutput{s}, nil
}

func (a *API) media(_ context.Context, in *mediaInput) (*streamOutput, error) {
	f, info, err := a.cfg.Media.Open(in.SHA256)
	if err != nil {
		return nil, err
	}
	return &streamOutput{func(hctx huma.Context) {
		defer f.Close()
		r, w := humago.Unwrap(hctx)
		h := w.Header()
		h.Set("Content-Type", "audio/flac")
		h.Set("Cache-Control", "private, max-age=31536000, immutable")
		h.Set("ETag", `"`+in.SHA256+`"`)
		http.ServeContent(w, r, "", info.ModTime, f)
	}}, nil
}
