// Package apiclient speaks to a hub's HTTP API for the command line.
//
// It guarantees that every failure is one of two errors: [*Unreachable], when no
// hub answers, or [*Refused], with the hub's own words in both languages.
package apiclient

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/smart-commune/smart-commune/hub/problem"
)

// Options say where the hub is.
type Options struct {
	// Data is the data folder of a hub on this machine; its run.json and
	// cli.token name address and token.
	Data string
	URL  string // used when Data is empty
	// Token is used instead of the data folder's when it is given.
	Token string
}

// Client calls one hub.
type Client struct {
	base  string
	token string
	http  *http.Client
}

// Why no hub answers, beside what the network says.
var (
	ErrNotRunning = errors.New("the hub is not running (there is no run.json in its data folder)")
	ErrNoHub      = errors.New("what answers there is no hub")
)

// Unreachable says that no hub answers.
type Unreachable struct {
	Where string // address or data folder
	Err   error
}

func (e *Unreachable) Error() string { return fmt.Sprintf("no hub answers at %s: %v", e.Where, e.Err) }

// Unwrap returns the cause.
func (e *Unreachable) Unwrap() error { return e.Err }

// Refused is the hub's own error.
type Refused struct {
	Status  int
	Code    string `json:"code"`
	Message struct {
		VI string `json:"vi"`
		EN string `json:"en"`
	} `json:"message"`
	Field string `json:"field"`
}

func (e *Refused) Error() string { return e.Message.EN }

// New returns a client of the hub that o names. It does not dial.
func New(o Options) (*Client, error) {
	c := &Client{base: o.URL, token: o.Token, http: &http.Client{
		// The command line's own hub is reached directly.
		Transport: &http.Transport{Proxy: nil, ResponseHeaderTimeout: 30 * time.Minute, ExpectContinueTimeout: 2 * time.Second},
	}}
	if o.Data != "" {
		if err := c.locate(o.Data); err != nil {
			return nil, err
		}
	}
	u, err := url.Parse(c.base)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, problem.New(problem.Invalid, "bad_address", "Địa chỉ máy chủ “%s” không đúng: phải bắt đầu bằng http:// hoặc https://.",
			"The hub's address \"%s\" is no http:// or https:// URL.", c.base)
	}
	c.base = strings.TrimSuffix(c.base, "/")
	return c, nil
}

// locate reads where the hub with this data folder is reached.
func (c *Client) locate(dir string) error {
	data, err := os.ReadFile(filepath.Join(dir, "run.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return &Unreachable{dir, ErrNotRunning}
	}
	if err != nil {
		return fmt.Errorf("read where the hub is: %w", err)
	}
	var run struct {
		HTTP string `json:"http"`
	}
	if err := json.Unmarshal(data, &run); err != nil {
		return fmt.Errorf("read %s: %w", filepath.Join(dir, "run.json"), err)
	}
	c.base = run.HTTP
	if c.token != "" {
		return nil
	}
	token, err := os.ReadFile(filepath.Join(dir, "cli.token"))
	if err != nil {
		return problem.New(problem.Forbidden, "no_token", "Không đọc được mã truy cập của máy chủ. Hãy chạy lệnh này bằng tài khoản đang chạy máy chủ.",
			"The hub's token cannot be read. Run this as the user who runs the hub.").Because(err)
	}
	c.token = strings.TrimSpace(string(token))
	return nil
}

// Close lets go of the connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 256 << 20

// call sends a request and decodes the answer into out, which may be nil, or a
// *[]byte for an answer that is a file.
func (c *Client) call(ctx context.Context, method, path string, query url.Values, contentType string, body io.Reader, out any) error {
	target := c.base + path
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, target, body)
	if err != nil {
		return err
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if f, ok := body.(*os.File); ok {
		// The hub hears the size first, and may refuse before anything is sent.
		if st, err := f.Stat(); err == nil && st.Mode().IsRegular() {
			req.ContentLength = st.Size()
			req.Header.Set("Expect", "100-continue")
		}
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return &Unreachable{c.base, err}
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return &Unreachable{c.base, fmt.Errorf("the answer broke off: %w", err)}
	}
	if resp.StatusCode >= 300 {
		r := &Refused{Status: resp.StatusCode}
		if json.Unmarshal(data, r) != nil || r.Code == "" {
			return &Unreachable{c.base, fmt.Errorf("%w (%s)", ErrNoHub, resp.Status)}
		}
		return r
	}
	if out == nil {
		return nil
	}
	if file, ok := out.(*[]byte); ok {
		*file = data
		return nil
	}
	if err := json.Unmarshal(data, out); err != nil {
		return &Unreachable{c.base, fmt.Errorf("%w: %w", ErrNoHub, err)}
	}
	return nil
}

func (c *Client) get(ctx context.Context, path string, query url.Values, out any) error {
	return c.call(ctx, http.MethodGet, path, query, "", nil, out)
}

func (c *Client) send(ctx context.Context, method, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	return c.call(ctx, method, path, nil, "application/json", bytes.NewReader(body), out)
}
