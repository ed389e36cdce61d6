package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/smart-commune/smart-commune/hub/account"
)

// me is who is logged in and what they may do.
type me struct {
	User        account.User         `json:"user"`
	Permissions []account.Permission `json:"permissions"`
}

type meOutput struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      me
}

type none struct{}

// secure notes whether the browser came over TLS, itself or through a proxy.
type secure struct{ tls bool }

// Resolve implements huma.Resolver.
func (s *secure) Resolve(ctx huma.Context) []error {
	r, _ := humago.Unwrap(ctx)
	s.tls = r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https"
	return nil
}

type loginInput struct {
	secure
	Body struct {
		Name     string `json:"name" maxLength:"64"`
		Password string `json:"password" maxLength:"256"`
	}
}

type logoutInput struct{ secure }

type cookieOutput struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
}

type passwordInput struct {
	Body struct {
		Old string `json:"old" maxLength:"256"`
		New string `json:"new" maxLength:"256"`
	}
}

func (a *API) registerSessions() {
	register(a, operation{id: "login", method: "POST", path: "/api/login", summary: "Log in",
		access: everybody, audit: "session.login", maxBody: 4 << 10}, a.login)
	register(a, operation{id: "logout", method: "POST", path: "/api/logout", summary: "Log out",
		access: memberFirst, audit: "session.logout", maxBody: 4 << 10}, a.logout)
	register(a, operation{id: "me", method: "GET", path: "/api/me", summary: "Who I am and what I may do",
		access: memberFirst}, a.me)
	register(a, operation{id: "change-password", method: "POST", path: "/api/me/password", summary: "Change my password",
		access: memberFirst, audit: "user.password", maxBody: 4 << 10}, a.changePassword)
}

func (a *API) login(ctx context.Context, in *loginInput) (*meOutput, error) {
	from := callerOf(ctx).from
	s, err := a.cfg.Accounts.Login(ctx, in.Body.Name, in.Body.Password, from)
	if err != nil {
		return nil, err
	}
	note(ctx, s.User.Name, "")
	return &meOutput{
		SetCookie: cookie(s.Token, in.tls, int(account.SessionLife.Seconds())),
		Body:      me{s.User, account.PermissionsOf(s.User.Role)},
	}, nil
}

func (a *API) logout(ctx context.Context, in *logoutInput) (*cookieOutput, error) {
	c := callerOf(ctx)
	note(ctx, c.Name, "")
	return &cookieOutput{cookie("", in.tls, -1)}, a.cfg.Accounts.Logout(ctx, c.token)
}

func (a *API) me(ctx context.Context, _ *none) (*struct{ Body me }, error) {
	c := callerOf(ctx)
	return &struct{ Body me }{me{c.User, list(c.Permissions)}}, nil
}

func (a *API) changePassword(ctx context.Context, in *passwordInput) (*none, error) {
	c := callerOf(ctx)
	note(ctx, c.Name, "")
	return nil, a.cfg.Accounts.ChangePassword(ctx, c.Name, in.Body.Old, in.Body.New, c.token)
}

func cookie(token string, tls bool, maxAge int) http.Cookie {
	return http.Cookie{Name: sessionCookie, Value: token, Path: "/", MaxAge: maxAge,
		HttpOnly: true, Secure: tls, SameSite: http.SameSiteLaxMode}
}

// list makes an empty list of nothing, so that the wire never has null for one.
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
