package announce

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
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
	words := strings.Fields(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError {
			return ' '
		}
		return r
	}, text[:min(len(text), 8*maxShownTitle)]))
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

// check returns the schedule in its one form: fields of other kinds are empty,
// days are sorted, From is set. It must sound at least once after now.
func (w When) check(now time.Time, loc *time.Location) (When, error) {
	switch w.Kind {
	case Now:
		return When{Kind: Now}, nil
	case Once:
		if w.At == nil {
			return w, invalid("when.at", "time_missing", "Hãy chọn ngày và giờ phát.", "Choose the date and time.")
		}
		at := w.At.UTC().Truncate(time.Second)
		if !at.After(now) {
			return w, invalid("when.at", "time_past", "Giờ phát %s đã qua. Hãy chọn một giờ sau thời điểm này, hoặc chọn phát ngay.",
				"%s is in the past. Choose a later time, or choose to announce now.", at.In(loc).Format("15:04 02/01/2006"))
		}
		if at.After(now.Add(farthest)) {
			return w, tooFar("when.at")
		}
		return When{Kind: Once, At: &at}, nil
	case Daily, Weekly:
		return w.checkSeries(now, loc)
	case InProgramme:
		return When{Kind: InProgramme}, nil
	case Rule:
		return w.checkNewRule(now, loc)
	}
	return w, invalid("when.kind", "when_unknown", "Hãy chọn thời gian phát: ngay bây giờ, một lần, hằng ngày hoặc hằng tuần.",
		"Choose when it sounds: now, once, daily or weekly.")
}

func tooFar(field string) error {
	return invalid(field, "time_too_far", "Ngày này còn quá xa. Hãy chọn trong vòng hai năm tới.",
		"This day is too far ahead. Choose one within the next two years.")
}

func (w When) checkSeries(now time.Time, loc *time.Location) (When, error) {
	out := When{Kind: w.Kind, Time: w.Time, From: w.From, Until: w.Until}
	if w.Time == "" {
		return w, invalid("when.time", "time_missing", "Hãy chọn giờ phát.", "Choose the time of day.")
	}
	if _, _, err := parseClock(w.Time); err != nil {
		return w, invalid("when.time", "time_invalid", "Giờ phát %.20q không hợp lệ. Hãy nhập theo dạng giờ:phút, ví dụ 05:30.",
			"%.20q is no time of day. Enter it as hours:minutes, for example 05:30.", w.Time).Because(err)
	}
	if w.Kind == Weekly {
		for _, d := range w.Days {
			if d < 1 || d > 7 {
				return w, invalid("when.days", "day_invalid", "Thứ trong tuần không hợp lệ: %d. Dùng 1 (thứ Hai) đến 7 (Chủ nhật).",
					"%d is no weekday. Use 1 (Monday) to 7 (Sunday).", d)
			}
		}
		out.Days = slices.Compact(slices.Sorted(slices.Values(w.Days)))
		if len(out.Days) == 0 {
			return w, invalid("when.days", "days_missing", "Hãy chọn ít nhất một thứ trong tuần.", "Choose at least one weekday.")
		}
	}
	if out.From == "" {
		out.From = now.In(loc).Format(dayFormat)
	}
	for _, day := range []struct{ field, value string }{{"when.from", out.From}, {"when.until", out.Until}} {
		if day.value == "" {
			continue
		}
		t, err := time.ParseInLocation(dayFormat, day.value, loc)
		if err != nil {
			return w, invalid(day.field, "date_invalid", "Ngày %.20q không có trong lịch. Hãy nhập theo dạng năm-tháng-ngày, ví dụ 2026-09-02.",
				"%.20q is no date. Enter it as year-month-day, for example 2026-09-02.", day.value).Because(err)
		}
		if t.After(now.Add(farthest)) {
			return w, tooFar(day.field)
		}
		if t.Before(now.Add(-farthest)) {
			return w, invalid(day.field, "date_past", "Ngày %s đã qua từ lâu. Hãy chọn ngày khác.", "%s is long past. Choose another day.", day.value)
		}
	}
	if out.Until != "" && out.Until < out.From {
		return w, invalid("when.until", "until_before_from", "Ngày kết thúc ở trước ngày bắt đầu. Hãy sửa lại một trong hai ngày.",
			"The last day is before the first day. Correct one of them.")
	}
	if len(out.firstStarts(now, 1, loc)) == 0 {
		return w, invalid("when", "never", "Với lịch này bản tin sẽ không phát lần nào nữa. Hãy sửa giờ, thứ hoặc ngày kết thúc.",
			"With this schedule the announcement never sounds. Change the time, the days or the last day.")
	}
	return out, nil
}

// resolve returns the clusters that a target means, sorted.
func (t Target) resolve(clusters []devices.Cluster) ([]devices.DeviceID, error) {
	if !t.All && len(t.Villages) == 0 && len(t.Clusters) == 0 {
		return nil, invalid("target", "no_target", "Chưa chọn nơi phát. Hãy chọn toàn xã, thôn hoặc cụm loa.",
			"No place is chosen. Choose the whole commune, villages or clusters.")
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
			return nil, invalid("target.villages", "village_unknown", "Thôn %.40q không có trong danh sách hoặc chưa có cụm loa. Hãy chọn lại nơi phát.",
				"The village %.40q is not known or has no cluster. Choose again.", string(v))
		}
		for _, c := range inVillage[v] {
			aimed[c] = true
		}
	}
	for _, c := range t.Clusters {
		if !known[c] {
			return nil, invalid("target.clusters", "cluster_unknown", "Không có cụm loa %.40q trong danh sách. Hãy chọn lại nơi phát.",
				"There is no cluster %.40q. Choose again.", string(c))
		}
		aimed[c] = true
	}
	if len(aimed) == 0 {
		return nil, invalid("target", "no_clusters", "Xã chưa có cụm loa nào. Kỹ thuật viên hãy thêm cụm loa trước khi phát.",
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
