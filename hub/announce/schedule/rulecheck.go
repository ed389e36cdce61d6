package schedule

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/teambition/rrule-go"

	"github.com/smart-commune/smart-commune/hub/announce/lunar"
)

// checkNewRule also refuses a rule that began long ago, which is a slip of the
// keyboard; a series that has run for years may still be changed.
func (w When) checkNewRule(now time.Time, loc *time.Location) (When, error) {
	if start, err := time.ParseInLocation(LocalFormat, w.Start, loc); err == nil && start.Before(now.Add(-farthest)) {
		return w, invalid("when.start", "date_past", "Ngày bắt đầu %s đã qua từ lâu. Hãy chọn ngày khác.", "%s is long past. Choose another day.", w.Start)
	}
	w, err := w.checkRule(now, loc)
	if err != nil {
		return w, err
	}
	return w, w.checkRoom(loc)
}

// checkRoom refuses a campaign that asks for more soundings than its week has slots. One
// that runs since before this was asked may still be changed.
func (w When) checkRoom(loc *time.Location) error {
	opt, err := w.option(loc)
	if w.Spread == nil || err != nil {
		return err
	}
	days := 7
	if n := len(opt.Byweekday); n > 0 && plainWeekdays(opt) {
		days = n
	}
	slots := len(w.Spread.Slots)
	if room := days * slots; w.Spread.TimesPerWeek > room {
		return invalid("when.spread.times_per_week", "times_beyond_slots", "Mỗi tuần chỉ có %[2]d chỗ phát (số ngày: %[3]d, số khung giờ: %[4]d) nên không phát được %[1]d lần. Hãy giảm số lần, hoặc thêm khung giờ hay ngày phát.",
			"A week has only %[2]d places (days: %[3]d, times of day: %[4]d), too few for %[1]d times. Choose fewer times, or add times of day or days.", w.Spread.TimesPerWeek, room, days, slots)
	}
	return nil
}

// checkRule returns a rule in its one form: the RRULE as this program writes it,
// lists sorted and without doubles. It refuses a rule that never sounds again, one
// that sounds without a break, and one that has no end in reach.
func (w When) checkRule(now time.Time, loc *time.Location) (When, error) {
	out := When{Kind: Rule, RRule: strings.TrimSpace(w.RRule)}
	start, err := time.ParseInLocation(LocalFormat, w.Start, loc)
	switch {
	case w.Start == "":
		return w, invalid("when.start", "time_missing", "Hãy chọn ngày và giờ bắt đầu.", "Choose the first date and time.")
	case err != nil:
		return w, badLocal("when.start", w.Start)
	case start.After(now.Add(farthest)):
		return w, tooFar("when.start")
	}
	// As it is written: the clocks may be put forward over it.
	if written, err := time.Parse(LocalFormat, w.Start); err == nil {
		out.Start = written.Format(LocalFormat)
	}
	if out.RRule == "" && (w.Spread != nil || (w.Lunar != nil && len(w.Lunar.Only) > 0)) {
		out.RRule = "FREQ=DAILY"
	}
	opt, err := parseRRULE(out.RRule, start)
	var f fault
	switch {
	case errors.As(err, &f):
		return w, invalid("when.rrule", "rule_invalid", "Quy tắc lặp chưa đúng. "+f.VI, "The rule is not right. "+f.EN)
	case err != nil:
		return w, tooOften()
	case opt.Until.After(now.Add(2 * farthest)):
		return w, tooFar("when.rrule")
	}
	if out.RRule != "" {
		opt.Dtstart = time.Time{}
		out.RRule = opt.RRuleString()
	}
	if err := w.checkExceptions(&out, now, loc); err != nil {
		return w, err
	}
	if err := w.checkDays(&out); err != nil {
		return w, err
	}
	return out, out.checkStarts(now, loc)
}

func badLocal(field, value string) error {
	return invalid(field, "date_invalid", "Ngày giờ “%.30s” không có trong lịch. Hãy nhập theo dạng 2026-09-02T05:30.",
		"%.30q is no date and time. Enter it as 2026-09-02T05:30.", value)
}

func tooOften() error {
	return invalid("when", "too_often", "Lịch này phát dày hơn 5 phút một lần. Hãy giãn các giờ phát ra.",
		"This schedule sounds more often than every 5 minutes. Leave more time between the starts.")
}

// checkExceptions checks what is left out, added and moved.
func (w When) checkExceptions(out *When, now time.Time, loc *time.Location) error {
	for _, list := range []struct {
		field string
		n     int
	}{{"when.except", len(w.Except)}, {"when.extra", len(w.Extra)}, {"when.moved", len(w.Moved)}} {
		if list.n > maxExceptions {
			return invalid(list.field, "too_many_exceptions", "Có %d ngày ngoại lệ, tối đa là %d. Hãy bỏ bớt những ngày đã qua.",
				"There are %d exceptions, at most %d are accepted. Remove those that are over.", list.n, maxExceptions)
		}
	}
	// Strings are written as this program writes them, for they are compared.
	local := func(field, s string) (string, error) {
		t, err := time.ParseInLocation(LocalFormat, s, loc)
		switch {
		case err != nil:
			return "", badLocal(field, s)
		case t.After(now.Add(farthest)):
			return "", tooFar(field)
		}
		return t.Format(LocalFormat), nil
	}
	for _, s := range w.Except {
		if _, err := time.ParseInLocation(DayFormat, s, loc); err != nil {
			t, err := time.ParseInLocation(LocalFormat, s, loc)
			if err != nil {
				return invalid("when.except", "date_invalid", "Ngày ngoại lệ “%.30s” không có trong lịch. Hãy nhập theo dạng 2026-09-02.",
					"The exception %.30q is no date. Enter it as 2026-09-02.", s)
			}
			s = t.Format(LocalFormat)
		}
		out.Except = append(out.Except, s)
	}
	for _, s := range w.Extra {
		s, err := local("when.extra", s)
		if err != nil {
			return err
		}
		out.Extra = append(out.Extra, s)
	}
	for _, m := range w.Moved {
		from, err1 := local("when.moved", m.From)
		to, err2 := local("when.moved", m.To)
		if err := cmp.Or(err1, err2); err != nil {
			return err
		}
		if from != to {
			out.Moved = append(out.Moved, Move{from, to})
		}
	}
	slices.Sort(out.Except)
	slices.Sort(out.Extra)
	out.Except, out.Extra = slices.Compact(out.Except), slices.Compact(out.Extra)
	slices.SortFunc(out.Moved, func(a, b Move) int { return strings.Compare(a.From, b.From) })
	for i, m := range out.Moved {
		if i > 0 && out.Moved[i-1].From == m.From {
			return invalid("when.moved", "moved_twice", "Lần phát %s được dời hai lần. Hãy bỏ bớt một.", "The start %s is moved twice. Remove one.", m.From)
		}
	}
	return nil
}

// checkDays checks lunar days and the spread of a campaign.
func (w When) checkDays(out *When) error {
	if l := w.Lunar; l != nil && len(l.Only)+len(l.Except) > 0 {
		if len(l.Only)+len(l.Except) > 60 {
			return invalid("when.lunar", "too_many_exceptions", "Có quá nhiều ngày âm lịch. Hãy bỏ bớt.", "There are too many lunar days. Remove some.")
		}
		for _, d := range slices.Concat(l.Only, l.Except) {
			if !(lunar.Feast{Month: d.Month, Day: d.Day}).Valid() || d.Day == 0 {
				return invalid("when.lunar", "lunar_invalid", "Ngày %d tháng %d âm lịch không có. Ngày từ 1 đến 30 (-1 là ngày cuối tháng), tháng từ 1 đến 12 (0 là mọi tháng).",
					"There is no lunar day %d of month %d. Days are 1 to 30 (-1 for the last), months 1 to 12 (0 for every month).", d.Day, d.Month)
			}
		}
		out.Lunar = &Lunar{Only: sortedLunar(l.Only), Except: sortedLunar(l.Except)}
	}
	if w.Spread == nil {
		return nil
	}
	s := Spread{TimesPerWeek: w.Spread.TimesPerWeek, Slots: slices.Compact(slices.Sorted(slices.Values(w.Spread.Slots)))}
	if s.TimesPerWeek < 1 || s.TimesPerWeek > 100 {
		return invalid("when.spread.times_per_week", "times_invalid", "Số lần mỗi tuần là %d, phải từ 1 đến 100.", "%d times a week: 1 to 100 are possible.", s.TimesPerWeek)
	}
	if len(s.Slots) == 0 || len(s.Slots) > 24 {
		return invalid("when.spread.slots", "slots_missing", "Hãy chọn từ 1 đến 24 khung giờ cho đợt tuyên truyền.", "Choose 1 to 24 times of day for the campaign.")
	}
	for _, slot := range s.Slots {
		if _, _, err := ParseClock(slot); err != nil {
			return invalid("when.spread.slots", "time_invalid", "Khung giờ “%.20s” không hợp lệ. Hãy nhập theo dạng giờ:phút, ví dụ 05:30.",
				"%.20q is no time of day. Enter it as hours:minutes, for example 05:30.", slot)
		}
	}
	out.Spread = &s
	return nil
}

func sortedLunar(days []LunarDay) []LunarDay {
	return slices.Compact(slices.SortedFunc(slices.Values(days), func(a, b LunarDay) int {
		return cmp.Or(cmp.Compare(a.Month, b.Month), cmp.Compare(a.Day, b.Day))
	}))
}

// crowded reports whether the times of day that a rule names follow too soon upon each
// other, which is seen without walking them for two years.
func (w When) crowded(loc *time.Location) bool {
	opt, err := w.option(loc)
	if err != nil || w.Spread != nil || opt.Freq > rrule.HOURLY || len(opt.Bysetpos) > 0 {
		return false
	}
	if opt.Freq == rrule.HOURLY {
		opt.Byhour = []int{0} // one as all
	}
	times := clockTimes(opt)
	for i := 1; i < len(times); i++ {
		h1, m1, _ := ParseClock(times[i-1])
		h2, m2, _ := ParseClock(times[i])
		if time.Duration((h2-h1)*60+m2-m1)*time.Minute < minApart {
			return true
		}
	}
	return false
}

// checkStarts looks at all that a rule gives in the next two years.
func (w When) checkStarts(now time.Time, loc *time.Location) error {
	if w.crowded(loc) {
		return tooOften()
	}
	from, to := now.Add(-time.Hour), now.Add(farthest)
	found := w.occurrences(from, to, loc)
	if n := len(found); n == 0 || !found[n-1].at.After(now) {
		return Never()
	}
	if len(found) > maxStarts {
		return invalid("when", "too_many_starts", "Lịch này có %d lần phát trong hai năm tới, tối đa là %d. Hãy giãn các giờ phát ra, hoặc cho lịch kết thúc sớm hơn.",
			"This schedule sounds %d times in the next two years, at most %d are accepted. Leave more time between the starts, or let it end earlier.", len(found), maxStarts)
	}
	for i := 1; i < len(found); i++ {
		if found[i].at.Sub(found[i-1].at) < minApart {
			return tooOften()
		}
	}
	for _, m := range w.Moved {
		was, _ := time.ParseInLocation(LocalFormat, m.From, loc)
		if was.Before(now) {
			continue // its time is over, whatever it was
		}
		bare := w
		bare.Moved = nil
		if len(bare.occurrences(was, was.Add(time.Minute), loc)) == 0 {
			return invalid("when.moved", "moved_unknown", "Lịch này không có lần phát nào vào %s để dời. Hãy tải lại lịch rồi thử lại.",
				"This schedule has no start at %s that could be moved. Reload it and try again.", m.From)
		}
	}
	return nil
}

// Never says that a schedule gives no further start.
func Never() error {
	return invalid("when", "never", "Với lịch này bản tin sẽ không phát lần nào nữa. Hãy sửa giờ, ngày trong tuần hoặc ngày kết thúc.",
		"With this schedule the announcement never sounds. Change the time, the days or the last day.")
}
