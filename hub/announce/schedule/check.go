package schedule

import (
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/hub/problem"
)

func invalid(field, code, vi, en string, args ...any) *problem.Problem {
	return problem.New(problem.Invalid, code, vi, en, args...).At(field)
}

// Check returns the schedule in its one form: days are sorted, From is set, and a
// daily or weekly one with exceptions is written as a rule. It refuses fields of other
// kinds. It must sound at least once after now.
func (w When) Check(now time.Time, loc *time.Location) (When, error) {
	if !slices.Contains([]Kind{Now, Once, Daily, Weekly, InProgramme, Rule}, w.Kind) {
		return w, invalid("when.kind", "when_unknown", "Hãy chọn thời gian phát: ngay bây giờ, một lần, hằng ngày hoặc hằng tuần.",
			"Choose when it sounds: now, once, daily or weekly.")
	}
	if err := w.checkFields(); err != nil {
		return w, err
	}
	switch w.Kind {
	case Now:
		return When{Kind: Now}, nil
	case Once:
		if w.At == nil {
			return w, invalid("when.at", "time_missing", "Hãy chọn ngày và giờ phát.", "Choose the date and time.")
		}
		at := w.At.UTC().Truncate(time.Second)
		if !at.After(now) {
			return w, invalid("when.at", "time_past", "Giờ phát %[1]s đã qua. Hãy chọn giờ muộn hơn, hoặc chọn phát ngay.",
				"%[2]s is in the past. Choose a later time, or choose to announce now.", at.In(loc).Format(vietnamese.dateTime), at.In(loc).Format(english.dateTime))
		}
		if at.After(now.Add(farthest)) {
			return w, tooFar("when.at")
		}
		return When{Kind: Once, At: &at}, nil
	case Daily, Weekly:
		return w.checkSeries(now, loc)
	case InProgramme:
		return When{Kind: InProgramme}, nil
	default:
		return w.checkNewRule(now, loc)
	}
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
	if _, _, err := ParseClock(w.Time); err != nil {
		return w, invalid("when.time", "time_invalid", "Giờ phát “%.20s” không hợp lệ. Hãy nhập theo dạng giờ:phút, ví dụ 05:30.",
			"%.20q is no time of day. Enter it as hours:minutes, for example 05:30.", w.Time).Because(err)
	}
	if w.Kind == Weekly {
		for _, d := range w.Days {
			if d < 1 || d > 7 {
				return w, invalid("when.days", "day_invalid", "Ngày trong tuần không hợp lệ: %d. Dùng 1 (thứ Hai) đến 7 (Chủ nhật).",
					"%d is no weekday. Use 1 (Monday) to 7 (Sunday).", d)
			}
		}
		out.Days = slices.Compact(slices.Sorted(slices.Values(w.Days)))
		if len(out.Days) == 0 {
			return w, invalid("when.days", "days_missing", "Hãy chọn ít nhất một ngày trong tuần.", "Choose at least one weekday.")
		}
	}
	if out.From == "" {
		out.From = now.In(loc).Format(DayFormat)
	}
	for _, day := range []struct{ field, value string }{{"when.from", out.From}, {"when.until", out.Until}} {
		if day.value == "" {
			continue
		}
		t, err := time.ParseInLocation(DayFormat, day.value, loc)
		if err != nil {
			return w, invalid(day.field, "date_invalid", "Ngày “%.20s” không có trong lịch. Hãy nhập theo dạng năm-tháng-ngày, ví dụ 2026-09-02.",
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
		return w, invalid("when.until", "until_before_from", "Ngày kết thúc đứng trước ngày bắt đầu. Hãy sửa một trong hai ngày.",
			"The last day is before the first day. Correct one of them.")
	}
	if w.excepted() {
		rule := out.asRule(loc)
		rule.Except, rule.Extra, rule.Moved, rule.Lunar = w.Except, w.Extra, w.Moved, w.Lunar
		return rule.checkRule(now, loc)
	}
	if len(out.FirstStarts(now, 1, loc)) == 0 {
		return w, Never()
	}
	return out, nil
}
