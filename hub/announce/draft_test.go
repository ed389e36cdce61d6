package announce

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/problem"
)

func codeOf(err error) string {
	var p *problem.Problem
	if !errors.As(err, &p) {
		return fmt.Sprint(err)
	}
	if p.VI == "" || p.EN == "" || strings.Contains(p.VI+p.EN, "%!") {
		return fmt.Sprintf("without proper words: %q / %q", p.VI, p.EN)
	}
	return p.Code + " " + p.Field
}

func TestTargets(t *testing.T) {
	for _, tc := range []struct {
		target   Target
		clusters []devices.Cluster
		want     string
	}{
		{Target{All: true}, fleet, "[loa-01 loa-02 loa-03]"},
		{Target{Villages: []devices.VillageID{"na-chuong"}}, fleet, "[loa-01 loa-02]"},
		{Target{Villages: []devices.VillageID{"ban-pieng"}, Clusters: []devices.DeviceID{"loa-02", "loa-03", "loa-02"}}, fleet, "[loa-02 loa-03]"},
		{Target{All: true, Clusters: []devices.DeviceID{"loa-03"}}, fleet, "[loa-01 loa-02 loa-03]"},
		{Target{}, fleet, "no_target target"},
		{Target{Villages: []devices.VillageID{"pac-chang"}}, fleet, "village_unknown target.villages"},
		{Target{Clusters: []devices.DeviceID{"loa-01", "loa-09"}}, fleet, "cluster_unknown target.clusters"},
		{Target{Clusters: []devices.DeviceID{""}}, fleet, "cluster_unknown target.clusters"},
		{Target{All: true}, nil, "no_clusters target"},
	} {
		got, err := tc.target.resolve(tc.clusters)
		s := fmt.Sprint(got)
		if err != nil {
			s = codeOf(err)
		}
		if s != tc.want {
			t.Errorf("%+v: %s, want %s", tc.target, s, tc.want)
		}
	}
}

func TestContents(t *testing.T) {
	sha := strings.Repeat("a", 64)
	for _, tc := range []struct {
		draft Draft
		want  string
	}{
		{Draft{}, "no_content text"},
		{Draft{Text: " \n "}, "no_content text"},
		{Draft{Text: "x", Audio: sha}, "two_contents audio"},
		{Draft{Audio: "../../etc/passwd"}, "audio_not_found audio"},
		{Draft{Text: "x", Title: strings.Repeat("ấ", 201)}, "title_too_long title"},
		{Draft{Text: "x", Title: "a\x00b"}, "title_invalid title"},
		{Draft{Text: "x", Title: "a\xffb"}, "title_invalid title"},
		{Draft{Text: "x", Source: Source{Signer: "a\x00b"}}, "source_too_long source.signer"},
		{Draft{Text: "x", Level: 7}, "level_unknown level"},
		{Draft{Text: "x", Title: strings.Repeat("ấ", 200)}, "<nil>"},
		{Draft{Audio: sha}, "<nil>"},
		{Draft{Text: strings.Repeat("ặ", MaxText)}, "<nil>"},
		{Draft{Text: strings.Repeat("a\u0323\u0306", MaxText)}, "<nil>"}, // the same, as some machines write it
		{Draft{Text: strings.Repeat("ặ", MaxText+1)}, "text_too_long text"},
	} {
		if got := codeOf(tc.draft.checkContent(at(hanoi, "2026-03-02 05:00"), hanoi)); got != tc.want {
			t.Errorf("%+v: %s, want %s", tc.draft, got, tc.want)
		}
	}
}

// FuzzDraft sends any JSON the way of a draft up to where the store begins:
// whatever is let through must be plannable.
func FuzzDraft(f *testing.F) {
	for _, s := range []string{
		`{"text":"Mời họp","target":{"all":true},"when":{"kind":"now"}}`,
		`{"title":"x","level":"emergency","text":"cháy","target":{"villages":["na-chuong"]},"when":{"kind":"once","at":"2026-03-02T12:30:00Z"}}`,
		`{"audio":"` + strings.Repeat("a", 64) + `","target":{"clusters":["loa-01"]},"when":{"kind":"daily","time":"05:30","from":"2026-03-01","until":"2026-03-31"}}`,
		`{"text":"x","target":{"all":true},"when":{"kind":"weekly","time":"23:59","days":[1,7,7]}}`,
		`{"when":{"kind":"weekly","days":[-1]},"target":{"clusters":["\u0000"]}}`,
		`{"text":"` + strings.Repeat("ặ", 300) + `","when":{"kind":"once","at":"9999-12-31T23:59:59.999999999+14:00"}}`,
	} {
		f.Add([]byte(s))
	}
	now := at(hanoi, "2026-03-02 05:00")
	f.Fuzz(func(t *testing.T, data []byte) {
		var d Draft
		if json.Unmarshal(data, &d) != nil {
			return
		}
		if d.checkContent(at(hanoi, "2026-03-02 05:00"), hanoi) != nil {
			return
		}
		if d.Title == "" || utf8.RuneCountInString(d.Title) > maxTitle || !utf8.ValidString(d.Title) {
			t.Errorf("title %q", d.Title)
		}
		when, err := d.When.Check(now, hanoi)
		if err != nil {
			if c := codeOf(err); strings.HasPrefix(c, "without") {
				t.Error(c)
			}
			return
		}
		if len(Draft{When: when}.firstStarts(now, 3, hanoi)) == 0 {
			t.Errorf("%+v never sounds", when)
		}
		if again, err := when.Check(now, hanoi); err != nil || fmt.Sprintf("%+v", again) == "" {
			t.Errorf("%+v is refused the second time: %v", when, err)
		}
		if _, err := when.RRULE(hanoi); err != nil {
			t.Errorf("%+v has no rule: %v", when, err)
		}
		clusters, err := d.Target.resolve(fleet)
		if err != nil {
			return
		}
		if len(clusters) == 0 || !slices.IsSorted(clusters) {
			t.Errorf("clusters %v", clusters)
		}
		decided := now
		plans := Compile(Sources{Now: now, Location: hanoi, Clusters: fleet, Announcements: []*Announcement{{
			ID: "tb-1", Draft: Draft{Title: d.Title, When: when, Target: d.Target}, State: Scheduled, DecidedAt: &decided,
			Sound: spokenSound}}})
		for c, p := range plans {
			if err := p.Check(); err != nil {
				t.Errorf("plan of %s: %v", c, err)
			}
		}
	})
}

func TestTitlesAreShownAsTheyAreRead(t *testing.T) {
	for written, want := range map[string]string{"\u200bHọp\u202e thôn": "Họp thôn", "\u200b\u2066": "Mời họp"} {
		d := Draft{Title: written, Text: "Mời\u200b họp", Source: Source{Signer: written}}
		if err := d.checkContent(at(hanoi, "2026-03-02 05:00"), hanoi); err != nil || d.Title != want {
			t.Errorf("%+q is the title %+q, %v; want %+q", written, d.Title, err, want)
		}
		if d.Source.Signer != strings.ReplaceAll(want, "Mời họp", "") {
			t.Errorf("%+q is the signer %+q", written, d.Source.Signer)
		}
	}
}

func TestFirstWords(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "Bản tin âm thanh",
		"Mời  họp\nthôn":         "Mời họp thôn",
		strings.Repeat("a", 100): strings.Repeat("a", 60) + "…",
		"Kính mời toàn thể bà con nhân dân trong thôn Nà Chuông đến nhà văn hóa, họp": "Kính mời toàn thể bà con nhân dân trong thôn Nà Chuông đến…",
		strings.Repeat("ặ", 500): strings.Repeat("ặ", 60) + "…",
	} {
		if got := firstWords(text); got != want {
			t.Errorf("%.30q: %q, want %q", text, got, want)
		}
	}
}
