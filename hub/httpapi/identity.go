package httpapi

import (
	"context"
	"mime"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/smart-commune/smart-commune/hub/account"
	"github.com/smart-commune/smart-commune/hub/problem"
)

const (
	sessionCookie = "sc_session"
	// forgeryHeader is what a page of another site cannot send without asking.
	forgeryHeader, forgeryValue = "X-Requested-With", "smart-commune"
)

// caller is who sent a request. The zero value is nobody.
type caller struct {
	account.Identity
	mustChange bool
	device     string // "{commune}/{device}", for devices
	from       string // remote address without its port
	token      string // of the session, for logging out
}

// who is the name in the audit log.
func (c caller) who() string {
	if c.device != "" {
		return c.device
	}
	return c.Name
}

// may reports whether the caller has a permission.
func (c caller) may(p account.Permission) bool { return slices.Contains(c.Permissions, p) }

type callerKey struct{}

func withCaller(ctx context.Context, c caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

func callerOf(ctx context.Context) caller {
	c, _ := ctx.Value(callerKey{}).(caller)
	return c
}

// identify finds out who sent r. Unknown credentials are an error only where
// they matter: a public operation takes the caller for nobody.
func (a *API) identify(r *http.Request, ac access) (caller, error) {
	c := caller{from: remoteHost(r)}
	if user, password, ok := r.BasicAuth(); ok {
		if ac.device && a.cfg.Accounts.CheckDevice(r.Context(), user, password) {
			c.device = user
			return c, nil
		}
		if ac.public {
			return c, nil
		}
		return c, problem.New(problem.Unauthorized, "wrong_device_password",
			"Thiết bị gửi sai tên hoặc mật khẩu.", "The device's user name or password is wrong.")
	}
	token := ""
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		token = strings.TrimSpace(bearer)
	} else if cookie, err := r.Cookie(sessionCookie); err == nil {
		token = cookie.Value
	}
	if token == "" {
		return c, nil
	}
	id, err := a.cfg.Accounts.Identify(r.Context(), token)
	if err != nil {
		if ac.public || problem.Is(err, problem.Unauthorized) {
			return c, nil
		}
		return c, err
	}
	c.Identity, c.mustChange, c.token = id, id.MustChangePassword, token
	return c, nil
}

// checkForgery refuses a change that another site may have made a logged-in
// browser send: such a request carries the cookie, but neither a JSON content
// type nor our header.
func checkForgery(r *http.Request, _ access) error {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return nil
	}
	if r.Header.Get("Authorization") != "" || r.Header.Get(forgeryHeader) == forgeryValue {
		return nil
	}
	if ct, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil && ct == "application/json" {
		return nil
	}
	return problem.New(problem.Forbidden, "forged_request",
		"Yêu cầu không đến từ trang của hệ thống nên bị từ chối. Hãy tải lại trang rồi thử lại.",
		"The request did not come from the hub's own page and was refused. Send Content-Type: application/json or the header X-Requested-With: smart-commune.")
}

func remoteHost(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
