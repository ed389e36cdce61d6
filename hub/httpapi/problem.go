package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/smart-commune/smart-commune/hub/problem"
)

// statusOf is the one table from kinds of problem to HTTP status codes.
func statusOf(k problem.Kind) int {
	switch k {
	case problem.Invalid:
		return http.StatusUnprocessableEntity
	case problem.Unauthorized:
		return http.StatusUnauthorized
	case problem.Forbidden:
		return http.StatusForbidden
	case problem.NotFound:
		return http.StatusNotFound
	case problem.Conflict:
		return http.StatusConflict
	case problem.TooLarge:
		return http.StatusRequestEntityTooLarge
	case problem.TooMany:
		return http.StatusTooManyRequests
	case problem.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// problemBody is the error on the wire.
type problemBody struct {
	Code    string        `json:"code" doc:"Stable, for programs" example:"text_too_long"`
	Message problem.Words `json:"message"`
	Field   string        `json:"field,omitempty" doc:"JSON path of the input at fault"`

	status int
}

var _ huma.StatusError = (*problemBody)(nil)

func (b *problemBody) Error() string  { return b.Message.EN }
func (b *problemBody) GetStatus() int { return b.status }

func problemResponse() *huma.Response {
	return &huma.Response{Description: "What went wrong, why, and what to do",
		Content: map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{Ref: schemaPrefix + "Problem"}}}}
}

func bodyOf(p *problem.Problem) *problemBody {
	return &problemBody{Code: p.Code, Message: problem.Say(p.VI, p.EN), Field: p.Field, status: statusOf(p.Kind)}
}

// toPerson turns any error into one that a person can read; what nobody foresaw
// is logged with its cause and shown without it.
func (a *API) toPerson(ctx context.Context, operation string, err error) *problemBody {
	var body *problemBody
	if errors.As(err, &body) {
		return body
	}
	var p *problem.Problem
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &p):
		if p.Kind == problem.Unavailable || p.Err != nil {
			a.log.Warn("request refused", "operation", operation, "who", callerOf(ctx).Name, "code", p.Code, "error", err)
		}
	case errors.As(err, &tooLarge):
		p = tooLargeProblem(tooLarge.Limit)
	case errors.Is(err, context.Canceled):
		p = problem.New(problem.Unavailable, "cancelled", "Yêu cầu đã bị hủy.", "The request was cancelled.")
	case errors.Is(err, context.DeadlineExceeded):
		p = problem.New(problem.Unavailable, "timeout",
			"Máy chủ đang bận nên chưa làm xong. Hãy đợi một lát rồi thử lại.",
			"The hub is busy and did not finish in time. Wait a moment and try again.")
	default:
		a.log.Error("request failed", "operation", operation, "who", callerOf(ctx).Name, "error", err)
		p = problem.New("", "internal",
			"Máy chủ gặp lỗi ngoài dự kiến. Hãy thử lại; nếu vẫn lỗi, hãy báo kỹ thuật viên xem nhật ký máy chủ.",
			"The hub met an error that was not foreseen. Try again; if it stays, ask a technician to read the hub's log.")
	}
	return bodyOf(p)
}

func tooLargeProblem(limit int64) *problem.Problem {
	if limit >= 1<<20 {
		return problem.New(problem.TooLarge, "too_large",
			"Dữ liệu gửi lên quá lớn: tối đa %d MB.", "What was sent is too large: at most %d MB are accepted.", limit>>20)
	}
	return problem.New(problem.TooLarge, "too_large",
		"Dữ liệu gửi lên quá lớn: tối đa %d kB.", "What was sent is too large: at most %d kB are accepted.", limit>>10)
}

// isVisit reports whether a person opens an address in a browser, who is better
// shown the way in than an error.
func isVisit(r *http.Request) bool {
	return r.Method == http.MethodGet && r.Header.Get("Authorization") == "" && strings.Contains(r.Header.Get("Accept"), "text/html")
}

// writeProblem answers a request that does not reach an operation's handler.
func (a *API) writeProblem(w http.ResponseWriter, r *http.Request, err error) {
	body := a.toPerson(r.Context(), r.Method+" "+r.URL.Path, err)
	if body.status == http.StatusUnauthorized && isVisit(r) {
		http.Redirect(w, r, "/?"+url.Values{"return": {r.URL.RequestURI()}}.Encode(), http.StatusSeeOther)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if body.status == http.StatusUnauthorized && r.Header.Get("Authorization") != "" {
		w.Header().Set("WWW-Authenticate", `Basic realm="smart-commune", charset="UTF-8"`)
	}
	w.WriteHeader(body.status)
	// The caller may have gone.
	_ = json.NewEncoder(w).Encode(body)
}
