package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"runtime/debug"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/smart-commune/smart-commune/hub/account"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// access is who may call an operation.
type access struct {
	// public operations ask for nobody.
	public bool
	// device lets a device in with its credentials.
	device bool
	// anyOf is the permissions of which a caller needs one; empty means that
	// being logged in is enough.
	anyOf []account.Permission
	// beforePasswordChange is open to those who must change their password
	// first.
	beforePasswordChange bool
}

var (
	everybody   = access{public: true}
	member      = access{}
	memberFirst = access{beforePasswordChange: true}
	listener    = access{device: true}
)

func those(p ...account.Permission) access { return access{anyOf: p} }

// operation declares one call of the API.
type operation struct {
	id      string
	method  string
	path    string
	summary string
	detail  string // what the summary does not say, in sentences
	access  access
	// audit is the action in the audit log; every operation that changes
	// something or shows a picture has one.
	audit string
	// tries is set for what a person repeats while they write: it changes
	// nothing and is not in the audit log although it is a POST.
	tries bool
	// maxBody is the largest body in bytes; it defaults to 1 MB.
	maxBody int64
	// slow operations may work for minutes.
	slow bool
	// produces is the content type of an answer that is a file, not JSON.
	produces string
}

// trail collects what the audit entry of a running operation will say.
type trail struct{ object, detail string }

// note names what an operation acted on, for the audit log.
func note(ctx context.Context, object, detail string) {
	if t, ok := ctx.Value(trailKey{}).(*trail); ok {
		t.object, t.detail = object, detail
	}
}

type trailKey struct{}

// register adds an operation to the API. The handler runs only for those who
// may; when it succeeds, the action is in the audit log before the answer goes
// out.
func register[I, O any](a *API, op operation, handler func(context.Context, *I) (*O, error)) {
	if op.maxBody == 0 {
		op.maxBody = 1 << 20
	}
	a.operations = append(a.operations, op)
	h := huma.Operation{
		OperationID: op.id, Method: op.method, Path: op.path, Summary: op.summary, Description: op.detail,
		MaxBodyBytes: op.maxBody, BodyReadTimeout: a.timing.body,
		Extensions:  map[string]any{"x-permissions": op.access.names()},
		Middlewares: huma.Middlewares{a.admit(op)},
		Responses:   map[string]*huma.Response{"default": problemResponse()},
	}
	if op.produces != "" {
		h.Responses["200"] = &huma.Response{Description: "The file", Headers: map[string]*huma.Param{},
			Content: map[string]*huma.MediaType{op.produces: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}
	}
	describe[I](&h)
	huma.Register(a.api, h, func(ctx context.Context, in *I) (*O, error) {
		t := &trail{}
		out, err := guarded(func() (*O, error) { return handler(context.WithValue(ctx, trailKey{}, t), in) })
		if err != nil {
			return nil, a.toPerson(ctx, op.id, err)
		}
		if op.audit != "" {
			// What was done stays done when the caller hangs up.
			if err := a.record(context.WithoutCancel(ctx), op.audit, *t); err != nil {
				return nil, a.toPerson(ctx, op.id, err)
			}
		}
		return out, nil
	})
}

// guarded makes an error of a panic: nothing was written yet, so that the person
// can be told.
func guarded[O any](handler func() (*O, error)) (out *O, err error) {
	defer func() {
		if v := recover(); v != nil {
			out, err = nil, fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	return handler()
}

// names lists the permissions for the API's description.
func (ac access) names() []string {
	switch {
	case ac.public:
		return []string{"public"}
	case len(ac.anyOf) == 0:
		return []string{"member"}
	}
	var s []string
	for _, p := range ac.anyOf {
		s = append(s, string(p))
	}
	return s
}

// describer lets an input describe a body that huma does not read itself.
type describer interface{ describe(op *huma.Operation) }

func describe[I any](op *huma.Operation) {
	if d, ok := any(new(I)).(describer); ok {
		d.describe(op)
	}
}

// admit returns the middleware that checks who asks.
func (a *API) admit(op operation) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		r, w := humago.Unwrap(ctx)
		begun := time.Now()
		defer func() { a.meter.observe(op.id, ctx.Status(), time.Since(begun)) }()
		setDeadlines(w, op)
		who, err := a.identify(r, op.access)
		if err == nil {
			err = op.access.check(who)
		}
		if err == nil {
			err = checkForgery(r, op.access)
		}
		if err != nil {
			a.writeProblem(w, r, err)
			return
		}
		next(huma.WithContext(ctx, withCaller(ctx.Context(), who)))
	}
}

// check reports why a caller may not come in.
func (ac access) check(who caller) error {
	switch {
	case ac.public:
		return nil
	case who.device != "" && ac.device:
		return nil
	case who.Name == "":
		return problem.New(problem.Unauthorized, "login_required",
			"Bạn chưa đăng nhập hoặc phiên làm việc đã hết. Hãy đăng nhập rồi làm lại.",
			"You are not logged in, or your session has ended. Log in and try again.")
	case who.mustChange && !ac.beforePasswordChange:
		return problem.New(problem.Forbidden, "password_change_required",
			"Mật khẩu hiện tại chỉ dùng được một lần. Hãy đổi mật khẩu rồi làm tiếp.",
			"Your password is for one use only. Change it, then go on.")
	case len(ac.anyOf) == 0:
		return nil
	}
	for _, p := range ac.anyOf {
		if slices.Contains(who.Permissions, p) {
			return nil
		}
	}
	return problem.New(problem.Forbidden, "not_allowed",
		"Tài khoản của bạn không được làm việc này. Nếu cần, hãy nhờ quản trị viên đổi vai trò.",
		"Your account may not do this. If you need to, ask an administrator to change your role.")
}

// setDeadlines bounds how long a connection may take; the server itself sets
// none for bodies, because uploads over 4G take long. Once a body was read, the one
// for reading holds no longer.
func setDeadlines(w http.ResponseWriter, op operation) {
	d := time.Minute
	if op.slow {
		d = 30 * time.Minute
	}
	rc := http.NewResponseController(w)
	// A recorder in a test has no deadlines.
	_ = rc.SetReadDeadline(time.Now().Add(d))
	_ = rc.SetWriteDeadline(time.Now().Add(d))
}
