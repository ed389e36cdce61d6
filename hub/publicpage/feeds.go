package publicpage

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"net/http"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"github.com/smart-commune/smart-commune/devices"
)

// RSS 2.0, with the one element of Atom that validators want.
type (
	rssFeed struct {
		XMLName xml.Name   `xml:"rss"`
		Version string     `xml:"version,attr"`
		Atom    string     `xml:"xmlns:atom,attr"`
		Channel rssChannel `xml:"channel"`
	}
	rssChannel struct {
		Title       string    `xml:"title"`
		Link        string    `xml:"link"`
		Description string    `xml:"description"`
		Language    string    `xml:"language"`
		Self        rssLink   `xml:"atom:link"`
		TTL         int       `xml:"ttl"`
		Items       []rssItem `xml:"item"`
	}
	rssLink struct {
		Href string `xml:"href,attr"`
		Rel  string `xml:"rel,attr"`
		Type string `xml:"type,attr"`
	}
	rssItem struct {
		Title       string        `xml:"title"`
		Link        string        `xml:"link"`
		Description string        `xml:"description"`
		Category    string        `xml:"category"`
		GUID        rssGUID       `xml:"guid"`
		Published   string        `xml:"pubDate"`
		Enclosure   *rssEnclosure `xml:"enclosure"`
	}
	rssGUID struct {
		Permanent bool   `xml:"isPermaLink,attr"`
		ID        string `xml:",chardata"`
	}
	rssEnclosure struct {
		URL    string `xml:"url,attr"`
		Length int64  `xml:"length,attr"`
		Type   string `xml:"type,attr"`
	}
)

// heading is an item's title with a word for what is not usual.
func (w words) heading(it item) string {
	if it.level == devices.Normal {
		return it.title
	}
	return strings.ToUpper(w.levels[it.level]) + ": " + it.title
}

// clean takes out what XML cannot hold.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}

// asHTML is a text as the description of an RSS item, which readers take for HTML.
func asHTML(text string) string {
	return strings.ReplaceAll(html.EscapeString(clean(text)), "\n", "<br>\n")
}

func guid(c devices.Commune, it item) string {
	return fmt.Sprintf("urn:smart-commune:%s:%s", c.ID, it.id)
}

func (p *Page) rss(w http.ResponseWriter, r *http.Request) {
	s, err := p.look(r.Context())
	if err != nil {
		p.fail(w, r, err)
		return
	}
	in, base := vietnamese, p.base(r)
	feed := rssFeed{Version: "2.0", Atom: "http://www.w3.org/2005/Atom", Channel: rssChannel{
		Title: clean(fmt.Sprintf(in.Title, in.place(s.commune))), Link: base + "/public/", Description: clean("Bản tin đã phát trên hệ thống truyền thanh " + in.place(s.commune)),
		Language: "vi", Self: rssLink{base + "/public/rss.xml", "self", "application/rss+xml"}, TTL: 15}}
	for _, it := range s.past {
		x := rssItem{Title: clean(in.heading(it)), Link: base + "/public/", Description: asHTML(it.text), Category: in.levels[it.level],
			GUID: rssGUID{ID: guid(s.commune, it)}, Published: it.first.In(p.cfg.Zone).Format(time.RFC1123Z)}
		if len(it.sounds) > 0 {
			x.Enclosure = &rssEnclosure{base + audioPath(it.sounds[0].sha), it.sounds[0].bytes, "audio/mpeg"}
		}
		feed.Channel.Items = append(feed.Channel.Items, x)
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	e := xml.NewEncoder(&b)
	e.Indent("", " ")
	if err := e.Encode(feed); err != nil {
		p.fail(w, r, err)
		return
	}
	send(w, r, "application/rss+xml; charset=utf-8", "60", b.Bytes())
}

// JSON Feed 1.1.
type (
	jsonFeed struct {
		Version  string     `json:"version"`
		Title    string     `json:"title"`
		Home     string     `json:"home_page_url"`
		Feed     string     `json:"feed_url"`
		Language string     `json:"language"`
		Items    []jsonItem `json:"items"`
	}
	jsonItem struct {
		ID          string           `json:"id"`
		URL         string           `json:"url"`
		Title       string           `json:"title"`
		Text        string           `json:"content_text"`
		Published   time.Time        `json:"date_published"`
		Modified    time.Time        `json:"date_modified"`
		Tags        []string         `json:"tags"`
		Attachments []jsonAttachment `json:"attachments,omitempty"`
	}
	jsonAttachment struct {
		URL      string  `json:"url"`
		Type     string  `json:"mime_type"`
		Title    string  `json:"title"`
		Size     int64   `json:"size_in_bytes,omitempty"`
		Duration float64 `json:"duration_in_seconds"`
	}
)

func (p *Page) jsonFeed(w http.ResponseWriter, r *http.Request) {
	s, err := p.look(r.Context())
	if err != nil {
		p.fail(w, r, err)
		return
	}
	in, base := vietnamese, p.base(r)
	feed := jsonFeed{Version: "https://jsonfeed.org/version/1.1", Title: fmt.Sprintf(in.Title, in.place(s.commune)), Home: base + "/public/",
		Feed: base + "/public/feed.json", Language: "vi", Items: []jsonItem{}}
	for _, it := range s.past {
		x := jsonItem{ID: guid(s.commune, it), URL: base + "/public/", Title: in.heading(it), Text: it.text, Published: it.first.In(p.cfg.Zone), Modified: it.start.In(p.cfg.Zone),
			Tags: []string{in.levels[it.level]}}
		for _, snd := range it.sounds {
			x.Attachments = append(x.Attachments, jsonAttachment{base + audioPath(snd.sha), "audio/mpeg", in.language(snd.language), snd.bytes, snd.duration.Seconds()})
		}
		feed.Items = append(feed.Items, x)
	}
	data, err := json.MarshalIndent(feed, "", " ")
	if err != nil {
		p.fail(w, r, err)
		return
	}
	send(w, r, "application/feed+json; charset=utf-8", "60", data)
}

// calendar is what comes, for the calendars of phones (RFC 5545).
func (p *Page) calendar(w http.ResponseWriter, r *http.Request) {
	s, err := p.look(r.Context())
	if err != nil {
		p.fail(w, r, err)
		return
	}
	in := wordsFor(r.URL.Query().Get("lang"))
	cal := ics.NewCalendarFor("smart-commune")
	cal.SetMethod(ics.MethodPublish)
	cal.SetXWRCalName(clean(fmt.Sprintf(in.Title, in.place(s.commune))))
	cal.SetRefreshInterval("PT1H")
	cal.SetProductId("-//smart-commune//hub//VI")
	cal.SetXPublishedTTL("PT1H")
	for _, it := range append(s.now[:len(s.now):len(s.now)], s.coming...) {
		e := cal.AddEvent(strings.ReplaceAll(it.id, "@", "-") + "@" + string(s.commune.ID) + ".smart-commune")
		e.SetDtStampTime(s.at.UTC())
		e.SetStartAt(it.start.UTC())
		e.SetEndAt(it.start.Add(max(it.duration, time.Minute).Round(time.Second)).UTC())
		e.SetSummary(clean(in.heading(it)))
		where := in.Everywhere
		if it.places != nil {
			where = strings.Join(it.places, ", ")
		}
		e.SetLocation(clean(where))
		e.SetTimeTransparency(ics.TransparencyTransparent)
	}
	w.Header().Set("Content-Disposition", `inline; filename="lich-truyen-thanh.ics"`)
	send(w, r, "text/calendar; charset=utf-8", "60", []byte(cal.Serialize(ics.WithNewLineWindows)))
}
