package announce

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/problem"
)

const (
	// maxShownTitle is the length of a title taken from the text, in characters.
	maxShownTitle = 60
	maxRemark     = 1000 // characters
)

func invalid(field, code, vi, en string, args ...any) *problem.Problem {
	return problem.New(problem.Invalid, code, vi, en, args...).At(field)
}

// firstWords makes a title of a text.
func firstWords(text string) string {
	words := strings.Fields(devices.TidyName(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError {
			return ' '
		}
		return r
	}, text[:min(len(text), 8*maxShownTitle)])))
	title := ""
	for _, w := range words {
		longer := strings.TrimSpace(title + " " + w)
		if utf8.RuneCountInString(longer) > maxShownTitle {
			if title == "" {
				title = string([]rune(w)[:maxShownTitle])
			}
			return strings.TrimRight(title, ",;:.–-") + "…"
		}
		title = longer
	}
	if title == "" {
		return "Bản tin âm thanh"
	}
	return title
}

// said reports whether a target says anything.
func (t Target) said() error {
	if t.All || len(t.Villages) > 0 || len(t.Clusters) > 0 {
		return nil
	}
	return invalid("target", "no_target", "Chưa chọn nơi phát. Hãy chọn toàn xã, thôn hoặc cụm loa.",
		"No place is chosen. Choose the whole commune, villages or clusters.")
}

// resolve returns the clusters that a target means, sorted; every place in it must
// stand.
func (t Target) resolve(clusters []devices.Cluster) ([]devices.DeviceID, error) {
	if err := t.said(); err != nil {
		return nil, err
	}
	known := map[devices.DeviceID]bool{}
	inVillage := map[devices.VillageID][]devices.DeviceID{}
	for _, c := range clusters {
		known[c.ID] = true
		inVillage[c.Village] = append(inVillage[c.Village], c.ID)
	}
	aimed := map[devices.DeviceID]bool{}
	if t.All {
		aimed = known
	}
	for _, v := range t.Villages {
		// A village without a cluster cannot hear anything, known or not.
		if len(inVillage[v]) == 0 {
			return nil, invalid("target.villages", "village_unknown", "Thôn “%.40s” không có trong danh sách hoặc chưa có cụm loa. Hãy chọn lại nơi phát.",
				"The village %.40q is not known or has no cluster. Choose again.", string(v))
		}
		for _, c := range inVillage[v] {
			aimed[c] = true
		}
	}
	for _, c := range t.Clusters {
		if !known[c] {
			return nil, invalid("target.clusters", "cluster_unknown", "Không có cụm loa “%.40s” trong danh sách. Hãy chọn lại nơi phát.",
				"There is no cluster %.40q. Choose again.", string(c))
		}
		aimed[c] = true
	}
	if len(aimed) == 0 {
		return nil, invalid("target", "no_clusters", "Xã chưa có cụm loa nào. Hãy nhờ kỹ thuật viên thêm cụm loa rồi phát lại.",
			"The commune has no cluster yet. Add clusters first.")
	}
	out := make([]devices.DeviceID, 0, len(aimed))
	for _, c := range clusters {
		if aimed[c.ID] {
			out = append(out, c.ID)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

func asProblem(err error) (p *problem.Problem, ok bool) { return p, errors.As(err, &p) }

// inField puts the field at fault on a problem that came from elsewhere.
func inField(err error, field string) error {
	p, ok := asProblem(err)
	if !ok {
		return fmt.Errorf("%s: %w", field, err)
	}
	at := *p
	at.Field = field
	if at.Kind == problem.NotFound {
		at.Kind = problem.Invalid // the thing asked for is the announcement
	}
	return &at
}
