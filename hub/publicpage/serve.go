package publicpage

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// hostFormat is what a Host header may be; anything else never gets into a page.
var hostFormat = regexp.MustCompile(`^([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?$`)

// base is the address of the hub for everybody, without a slash at its end.
func (p *Page) base(r *http.Request) string {
	if p.cfg.Address != "" {
		return strings.TrimSuffix(p.cfg.Address, "/")
	}
	scheme := "http"
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https"
	}
	if !hostFormat.MatchString(r.Host) {
		return scheme + "://localhost"
	}
	return scheme + "://" + r.Host
}

func audioPath(sha string) string { return "/public/audio/" + url.PathEscape(sha) + ".mp3" }

// send answers with something that everybody may keep for a moment, what is under
// the address of a [Feed] only who asked for it.
func send(w http.ResponseWriter, r *http.Request, contentType, maxAge string, data []byte) {
	sum := sha256.Sum256(data)
	h := w.Header()
	h.Set("Content-Type", contentType)
	keeper := "public"
	if strings.HasPrefix(r.URL.Path, "/feed/") {
		keeper = "private"
	}
	h.Set("Cache-Control", keeper+", max-age="+maxAge)
	h.Set("ETag", `"`+hex.EncodeToString(sum[:8])+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}

// listen hands out the audio of what was broadcast, and of nothing else.
func (p *Page) listen(w http.ResponseWriter, r *http.Request) {
	s, err := p.look(r.Context())
	if err != nil {
		p.fail(w, r, err)
		return
	}
	sha, ok := strings.CutSuffix(r.PathValue("file"), ".mp3")
	if !ok || !s.audio[sha] {
		http.Error(w, "Không có bản tin này hoặc bản tin chưa được phát. / There is no such announcement, or it was not broadcast.", http.StatusNotFound)
		return
	}
	f, info, err := p.cfg.Sounds.MP3(r.Context(), sha)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	defer f.Close()
	h := w.Header()
	h.Set("Content-Type", "audio/mpeg")
	h.Set("Cache-Control", "public, max-age=86400")
	h.Set("ETag", `"`+sha+`-mp3"`)
	http.ServeContent(w, r, "", info.ModTime, f)
}
