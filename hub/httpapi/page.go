package httpapi

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

// isCall reports whether a path belongs to the JSON API.
func isCall(p string) bool { return strings.HasPrefix(p, "/api/") }

// noPage is shown where the page was not built.
const noPage = `<!doctype html>
<html lang="vi">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Smart commune</title>
<body style="font: 16px/1.5 system-ui, sans-serif; max-width: 40em; margin: 3em auto; padding: 0 1em">
<h1>Máy chủ đang chạy, nhưng chưa có trang web</h1>
<p>Hãy cài Node.js rồi chạy <code>make build</code>, sau đó khởi động lại máy chủ.</p>
<hr lang="en">
<h1 lang="en">The hub is running, but its page was not built</h1>
<p lang="en">Install Node.js, run <code>make build</code>, and start the hub again. The API is described at <a href="/openapi.json">/openapi.json</a>.</p>
`

// page serves the built page: its files, and index.html for every path of the
// page's own.
func (a *API) page() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		if a.cfg.Page == nil {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Write([]byte(noPage))
			return
		}
		name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
		if name == "favicon.ico" { // asked for beside documents that name no icon, such as a PDF
			name = "favicon.svg"
		}
		if st, err := fs.Stat(a.cfg.Page, name); name == "" || err != nil || st.IsDir() {
			if path.Ext(name) != "" {
				http.NotFound(w, r)
				return
			}
			name = "index.html"
		}
		a.servePageFile(w, r, name)
	})
}

func (a *API) servePageFile(w http.ResponseWriter, r *http.Request, name string) {
	h := w.Header()
	file := name
	if _, err := fs.Stat(a.cfg.Page, name+".gz"); err == nil {
		h.Set("Vary", "Accept-Encoding")
		if acceptsGzip(r) {
			file = name + ".gz"
		}
	}
	b, err := fs.ReadFile(a.cfg.Page, file)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	if file != name {
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Type", contentType(name))
	h.Set("Cache-Control", "no-cache")
	if strings.HasPrefix(name, "assets/") {
		// The name carries a hash of the content.
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	sum := sha256.Sum256(b)
	etag := `"` + hex.EncodeToString(sum[:8]) + `"`
	h.Set("ETag", etag)
	if r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Write(b)
}

func acceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		coding, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(coding, "gzip") && strings.ReplaceAll(q, " ", "") != "q=0" {
			return true
		}
	}
	return false
}

// contentType goes by a table of its own, because the operating system's may be
// missing or wrong.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".json":
		return "application/json"
	case ".webmanifest":
		return "application/manifest+json"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	case ".ico":
		return "image/x-icon"
	case ".woff2":
		return "font/woff2"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	return "application/octet-stream"
}
