package publicpage

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"

	"github.com/smart-commune/smart-commune/devices"
)

//go:embed page.html
var pageText string

//go:embed poster.html
var posterText string

var (
	pageTemplate   = template.Must(template.New("page").Parse(pageText))
	posterTemplate = template.Must(template.New("poster").Parse(posterText))
)

// view is an item as the page shows it.
type view struct {
	Title, Level, Class, Clock, When, Where, Length string
	Text                                            []string
	Sounds                                          []soundView
	Instant                                         string
}

type soundView struct{ Path, Language string }

// openDays is how many days of what comes are open: most readers come to listen
// again, which is below.
const openDays = 2

// dayView is a day of what comes.
type dayView struct {
	Name  string
	Items []view
}

func (p *Page) page(w http.ResponseWriter, r *http.Request) {
	s, err := p.look(r.Context())
	if err != nil {
		p.fail(w, r, err)
		return
	}
	in := wordsFor(r.URL.Query().Get("lang"))
	now := s.at.In(p.cfg.Zone)
	data := struct {
		words
		Heading, Place, Updated string
		OnAir                   []view
		Days, Later             []dayView // the next days with something, the others
		PastItems               []view
	}{words: in, Place: in.place(s.commune), Heading: fmt.Sprintf(in.Title, in.place(s.commune)), Updated: now.Format(in.instant)}
	for _, it := range s.now {
		data.OnAir = append(data.OnAir, p.view(it, in, now))
	}
	for _, it := range s.coming {
		v := p.view(it, in, now)
		day := in.day(it.start.In(p.cfg.Zone), now)
		if n := len(data.Days); n == 0 || data.Days[n-1].Name != day {
			data.Days = append(data.Days, dayView{Name: day})
		}
		last := &data.Days[len(data.Days)-1]
		last.Items = append(last.Items, v)
	}
	if len(data.Days) > openDays {
		data.Days, data.Later = data.Days[:openDays], data.Days[openDays:]
	}
	for _, it := range s.past {
		v := p.view(it, in, now)
		start := it.start.In(p.cfg.Zone)
		v.When = start.Format("15:04") + " " + lowerFirst(in.day(start, now))
		if it.times > 1 {
			v.When = fmt.Sprintf(in.Times, it.times) + " " + v.When
		}
		data.PastItems = append(data.PastItems, v)
	}
	render(w, r, p, pageTemplate, data)
}

func lowerFirst(s string) string {
	r := []rune(s)
	return strings.ToLower(string(r[:1])) + string(r[1:])
}

func (p *Page) view(it item, in words, now time.Time) view {
	start := it.start.In(p.cfg.Zone)
	v := view{Title: it.title, Level: in.levels[it.level], Class: it.level.String(), Clock: start.Format("15:04"), Instant: it.start.UTC().Format(time.RFC3339),
		Where: in.Everywhere}
	if it.level == devices.Normal {
		v.Level = "" // what is usual needs no word
	}
	if it.places != nil {
		v.Where = strings.Join(it.places, ", ")
	}
	if it.duration > 0 {
		v.Length = in.length(it.duration)
	}
	for line := range strings.SplitSeq(it.text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			v.Text = append(v.Text, line)
		}
	}
	for _, snd := range it.sounds {
		sv := soundView{Path: audioPath(snd.sha)}
		if len(it.sounds) > 1 || !strings.HasPrefix(snd.language, "vi") {
			sv.Language = in.language(snd.language)
		}
		v.Sounds = append(v.Sounds, sv)
	}
	return v
}

func render(w http.ResponseWriter, r *http.Request, p *Page, t *template.Template, data any) {
	var b bytes.Buffer
	if err := t.Execute(&b, data); err != nil {
		p.fail(w, r, err)
		return
	}
	send(w, r, "text/html; charset=utf-8", "15", b.Bytes())
}
