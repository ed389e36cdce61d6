package httpapi

import (
	"context"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/account"
)

type pictureOutput struct {
	ContentType  string    `header:"Content-Type"`
	CacheControl string    `header:"Cache-Control"`
	LastModified time.Time `header:"Last-Modified"`
	Body         []byte
}

type pictureInput struct {
	ID devices.DeviceID `path:"id" maxLength:"32"`
}

func (*pictureInput) describe(op *huma.Operation) {
	op.Responses["200"] = &huma.Response{Description: "The newest whole picture", Content: map[string]*huma.MediaType{
		"image/jpeg": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}
}

func (a *API) registerCameras() {
	register(a, operation{id: "camera-picture", method: "GET", path: "/api/cameras/{id}/picture",
		summary: "The newest picture; for the police alone, each look is in the audit log",
		access:  those(account.CanSeePicture)}, a.picture)
}

func (a *API) picture(ctx context.Context, in *pictureInput) (*pictureOutput, error) {
	jpeg, at, err := a.cfg.Cameras.Picture(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	c := callerOf(ctx)
	if a.looks.begins(c.Name, in.ID) {
		// No picture goes out unless the look is in the audit log.
		if err := a.record(ctx, "camera.look", trail{object: string(in.ID)}); err != nil {
			a.looks.forget(c.Name, in.ID)
			return nil, err
		}
	}
	return &pictureOutput{ContentType: "image/jpeg", CacheControl: "no-store", LastModified: at.UTC(), Body: jpeg}, nil
}

// lookSpan is how long one look lasts: a page that fetches a new picture every
// few seconds makes one entry in the audit log for each span and camera.
const lookSpan = 10 * time.Minute

type look struct {
	who    string
	camera devices.DeviceID
}

// looks remembers when each user began to look at each camera.
type looks struct {
	now func() time.Time

	mu    sync.Mutex
	began map[look]time.Time
}

func newLooks(now func() time.Time) *looks {
	return &looks{now: now, began: map[look]time.Time{}}
}

// begins reports whether who begins a new look at a camera now.
func (l *looks) begins(who string, camera devices.DeviceID) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if t, ok := l.began[look{who, camera}]; ok && now.Sub(t) < lookSpan {
		return false
	}
	for k, t := range l.began {
		if now.Sub(t) >= lookSpan {
			delete(l.began, k)
		}
	}
	l.began[look{who, camera}] = now
	return true
}

func (l *looks) forget(who string, camera devices.DeviceID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.began, look{who, camera})
}
