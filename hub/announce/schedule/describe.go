package schedule

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/teambition/rrule-go"

	"github.com/smart-commune/smart-commune/hub/problem"
)

// Describe says in plain words when a checked schedule sounds, such as "Hằng ngày
// lúc 05:30, trừ Chủ nhật và ngày rằm". It reads nothing but the schedule.
func (w When) Describe(loc *time.Location) problem.Words {
	return problem.Words{VI: vietnamese.describe(w, loc), EN: english.describe(w, loc)}
}

// tongue is how one language speaks of time.
type tongue struct {
	now, inProgramme, once, onceOnly, daily, weekly, monthly, yearly         string
	everyDays, everyWeeks, everyMonths, everyYears, everyHours, everyMinutes string
	at, and, from, until, times, except, only, campaign, extra, moved        string
	on, day, month, lastDay, lunar, lunarOf, ram, mongMot, tet, tetEve, more string
	date, dateTime, to, everyHour, hours, minutes, ofYear, own               string
	weekdays                                                                 [7]string
	nth                                                                      map[int]string
}

var vietnamese = tongue{
	now: "Ngay bây giờ", inProgramme: "Theo chương trình", once: "Một lần, lúc %s", onceOnly: "Ngày %s", daily: "Hằng ngày", weekly: "%s hằng tuần", monthly: "Hằng tháng", yearly: "Hằng năm",
	everyDays: "Cứ %d ngày một lần", everyWeeks: "%s, cứ %d tuần một lần", everyMonths: "Cứ %d tháng một lần", everyYears: "Cứ %d năm một lần",
	everyHours: "Cứ %d giờ một lần", everyMinutes: "Cứ %d phút một lần",
	at: " lúc %s", and: " và ", from: ", từ %s", until: ", đến hết %s", times: ", %d lần", except: ", trừ %s", only: ", chỉ vào %s",
	campaign: "%d lần mỗi tuần, luân phiên lúc %s", extra: ", thêm %s", moved: ", dời %s", everyHour: "Hằng giờ", hours: ", trong khoảng %s", minutes: ", vào phút %s", ofYear: "%s trong năm", own: "Theo lịch riêng, những lần đầu: %s",
	on: " vào %s", day: "ngày %d", month: " tháng %d", lastDay: "ngày cuối tháng", lunar: "ngày %d âm lịch", lunarOf: "ngày %d tháng %d âm lịch",
	ram: "ngày rằm", mongMot: "mùng một", tet: "mùng một Tết", tetEve: "ngày cuối năm âm lịch", more: "%d lần khác",
	date: "02/01/2006", dateTime: "15:04 ngày 02/01/2006", to: " sang ",
	weekdays: [7]string{"thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"},
	nth:      map[int]string{1: "%s đầu tiên", 2: "%s lần thứ hai trong tháng", 3: "%s lần thứ ba trong tháng", 4: "%s lần thứ tư trong tháng", 5: "%s lần thứ năm trong tháng", -1: "%s cuối cùng"},
}

var english = tongue{
	now: "Now", inProgramme: "With programmes", once: "Once at %s", onceOnly: "On %s", daily: "Daily", weekly: "Every %s", monthly: "Monthly", yearly: "Yearly",
	everyDays: "Every %d days", everyWeeks: "%s, every %d weeks", everyMonths: "Every %d months", everyYears: "Every %d years",
	everyHours: "Every %d hours", everyMinutes: "Every %d minutes",
	at: " at %s", and: " and ", from: ", from %s", until: ", until %s", times: ", %d times", except: ", except %s", only: ", only on %s",
	campaign: "%d times a week, by turns at %s", extra: ", also %s", moved: ", moved: %s", everyHour: "Every hour", hours: ", within %s", minutes: ", at minute %s", ofYear: "%s of the year", own: "By a schedule of its own, at first %s",
	on: " on %s", day: "day %d", month: " of month %d", lastDay: "the last day of the month", lunar: "lunar day %d", lunarOf: "day %d of lunar month %d",
	ram: "the full moon (rằm)", mongMot: "the first lunar day (mùng một)", tet: "Tết", tetEve: "the eve of Tết", more: "%d more",
	date: "2 Jan 2006", dateTime: "15:04 on 2 Jan 2006", to: " to ",
	weekdays: [7]string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
	nth:      map[int]string{1: "the first %s", 2: "the second %s", 3: "the third %s", 4: "the fourth %s", 5: "the fifth %s", -1: "the last %s"},
}

func (l tongue) join(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:len(parts)-1], ", ") + l.and + parts[len(parts)-1]
}

func (l tongue) describe(w When, loc *time.Location) string {
	switch w.Kind {
	case Now:
		return l.now
	case InProgramme:
		return l.inProgramme
	case Once:
		if w.At == nil {
			return ""
		}
		return fmt.Sprintf(l.once, w.At.In(loc).Format(l.dateTime))
	}
	opt, err := w.option(loc)
	if err != nil {
		return ""
	}
	opt = plainer(opt)
	var s strings.Builder
	except := l.frequency(&s, w, opt)
	switch {
	case opt.Count == 1: // the day is said already
	case opt.Count > 0:
		fmt.Fprintf(&s, l.times, opt.Count)
	case !opt.Until.IsZero():
		fmt.Fprintf(&s, l.until, opt.Until.In(loc).Format(l.date))
	}
	if w.Lunar != nil {
		if days := l.lunarDays(w.Lunar.Only); len(days) > 0 {
			fmt.Fprintf(&s, l.only, l.join(days))
		}
		except = append(except, l.lunarDays(w.Lunar.Except)...)
	}
	except = append(except, l.few(w.Except, loc)...)
	if len(except) > 0 {
		fmt.Fprintf(&s, l.except, l.join(except))
	}
	if extra := l.few(w.Extra, loc); len(extra) > 0 {
		fmt.Fprintf(&s, l.extra, l.join(extra))
	}
	moves := make([]string, 0, len(w.Moved))
	for _, m := range w.Moved {
		moves = append(moves, l.local(m.From, loc)+l.to+l.local(m.To, loc))
	}
	if len(moves) > 3 {
		moves = append(moves[:2:2], fmt.Sprintf(l.more, len(w.Moved)-2))
	}
	if len(moves) > 0 {
		fmt.Fprintf(&s, l.moved, l.join(moves))
	}
	r := []rune(s.String())
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}

// frequency writes how often, and returns what it must except.
func (l tongue) frequency(s *strings.Builder, w When, opt rrule.ROption) (except []string) {
	if w.Spread != nil {
		fmt.Fprintf(s, l.campaign, w.Spread.TimesPerWeek, l.join(w.Spread.Slots))
		if len(opt.Byweekday) > 0 && plainWeekdays(opt) {
			fmt.Fprintf(s, l.on, l.join(l.weekdayNames(opt.Byweekday)))
		}
		fmt.Fprintf(s, l.from, opt.Dtstart.Format(l.date))
		return nil
	}
	at := fmt.Sprintf(l.at, l.join(clockTimes(opt)))
	n := max(opt.Interval, 1)
	switch {
	case w.Kind == Rule && w.RRule == "":
		fmt.Fprintf(s, l.onceOnly+"%s", opt.Dtstart.Format(l.date), at)
		return nil
	case exotic(opt):
		fmt.Fprintf(s, l.own, l.firstOf(opt))
	case opt.Freq == rrule.HOURLY || opt.Freq == rrule.MINUTELY:
		l.steps(s, opt, n)
	case n == 1 && (opt.Freq == rrule.DAILY || opt.Freq == rrule.WEEKLY):
		days := opt.Byweekday
		if len(days) == 0 && opt.Freq == rrule.WEEKLY {
			days = []rrule.Weekday{isoDays[isoDay(opt.Dtstart)-1]}
		}
		if gone := missingDays(days); len(days) == 0 || len(gone) <= 2 {
			s.WriteString(l.daily + at)
			except = l.weekdayNames(gone)
		} else {
			fmt.Fprintf(s, l.weekly+"%s", l.join(l.weekdayNames(days)), at)
		}
	case opt.Freq == rrule.DAILY:
		fmt.Fprintf(s, l.everyDays+"%s"+l.from, n, at, opt.Dtstart.Format(l.date))
	case opt.Freq == rrule.WEEKLY:
		days := opt.Byweekday
		if len(days) == 0 {
			days = []rrule.Weekday{isoDays[isoDay(opt.Dtstart)-1]}
		}
		fmt.Fprintf(s, l.everyWeeks+"%s"+l.from, l.join(l.weekdayNames(days)), n, at, opt.Dtstart.Format(l.date))
	case opt.Freq == rrule.MONTHLY:
		s.WriteString(either(n == 1, l.monthly, fmt.Sprintf(l.everyMonths, max(n, 2))))
		fmt.Fprintf(s, l.on+"%s", l.join(l.monthDays(opt)), at)
	default:
		s.WriteString(either(n == 1, l.yearly, fmt.Sprintf(l.everyYears, max(n, 2))))
		fmt.Fprintf(s, l.on+"%s", l.join(l.yearDays(opt)), at)
	}
	return except
}

func either(c bool, a, b string) string {
	if c {
		return a
	}
	return b
}

// steps writes a rule of hours or minutes.
func (l tongue) steps(s *strings.Builder, opt rrule.ROption, n int) {
	switch {
	case opt.Freq == rrule.MINUTELY:
		fmt.Fprintf(s, l.everyMinutes, n)
	case n == 1:
		s.WriteString(l.everyHour)
	default:
		fmt.Fprintf(s, l.everyHours, n)
	}
	if len(opt.Byweekday) > 0 {
		fmt.Fprintf(s, l.on, l.join(l.weekdayNames(opt.Byweekday)))
	}
	if len(opt.Byhour) > 0 {
		fmt.Fprintf(s, l.hours, l.join(numbers(opt.Byhour, "%02[1]d:00–%02[1]d:59")))
	}
	if len(opt.Byminute) > 0 {
		fmt.Fprintf(s, l.minutes, l.join(numbers(opt.Byminute, "%d")))
	}
	fmt.Fprintf(s, l.from, opt.Dtstart.Format(l.dateTime))
}

func numbers(list []int, form string) (out []string) {
	for _, n := range slices.Sorted(slices.Values(list)) {
		out = append(out, fmt.Sprintf(form, n))
	}
	return out
}

// yearDays are the days of a yearly rule.
func (l tongue) yearDays(opt rrule.ROption) (out []string) {
	months := opt.Bymonth
	if len(months) == 0 && len(opt.Byweekday) > 0 { // the first Monday of the year
		for _, d := range l.monthDays(opt) {
			out = append(out, fmt.Sprintf(l.ofYear, d))
		}
		return out
	}
	if len(months) == 0 {
		months = []int{int(opt.Dtstart.Month())}
	}
	for _, m := range months {
		for _, d := range l.monthDays(opt) {
			out = append(out, strings.TrimSuffix(d, " trong tháng")+fmt.Sprintf(l.month, m))
		}
	}
	return out
}

// firstOf are the first starts of a rule that no words were made for, so that a person
// sees what it does all the same.
func (l tongue) firstOf(opt rrule.ROption) string {
	var first []string
	for span := 40 * 24 * time.Hour; len(first) < 2 && span <= 4*farthest; span *= 6 {
		first = nil
		for _, t := range expand(opt, opt.Dtstart, opt.Dtstart.Add(span)) {
			if first = append(first, t.Format(l.dateTime)); len(first) == 3 {
				break
			}
		}
	}
	return l.join(first)
}

// exotic rules are rare: there are no words for them, and their first starts are shown.
func exotic(opt rrule.ROption) bool {
	step := opt.Freq == rrule.HOURLY || opt.Freq == rrule.MINUTELY
	by := len(opt.Bymonth) + len(opt.Bymonthday) + len(opt.Byweekday)
	strange := func(d rrule.Weekday) bool { return vietnamese.nth[d.N()] == "" }
	ofYear := func(d rrule.Weekday) bool { return d.N() == 1 || d.N() == -1 }
	switch {
	case len(opt.Bysetpos)+len(opt.Byweekno)+len(opt.Byyearday) > 0, slices.ContainsFunc(opt.Bymonthday, func(d int) bool { return d < -1 }):
		return true
	case step:
		return len(opt.Bymonth)+len(opt.Bymonthday) > 0
	case opt.Freq == rrule.YEARLY && len(opt.Byweekday) > 0:
		return len(opt.Bymonthday) > 0 || slices.ContainsFunc(opt.Byweekday, strange) ||
			len(opt.Bymonth) == 0 && slices.ContainsFunc(opt.Byweekday, func(d rrule.Weekday) bool { return !ofYear(d) })
	case opt.Freq == rrule.YEARLY:
		return len(opt.Bymonthday) > 0 && len(opt.Bymonth) == 0
	}
	return len(opt.Bymonth) > 0 ||
		(len(opt.Bymonthday) > 0 && (opt.Freq == rrule.DAILY || opt.Freq == rrule.WEEKLY || len(opt.Byweekday) > 0)) ||
		(opt.Freq == rrule.DAILY && opt.Interval > 1 && by > 0) ||
		(opt.Freq == rrule.MONTHLY && slices.ContainsFunc(opt.Byweekday, strange))
}

// plainer writes a rule that says something simple in a strange way in the usual one,
// for its description.
func plainer(opt rrule.ROption) rrule.ROption {
	switch {
	case opt.Freq == rrule.MONTHLY && len(opt.Bysetpos) == 1 && len(opt.Byweekday) == 1 && opt.Byweekday[0].N() == 0 &&
		len(opt.Bymonth)+len(opt.Bymonthday) == 0 && len(clockTimes(opt)) == 1:
		opt.Byweekday, opt.Bysetpos = []rrule.Weekday{isoDays[opt.Byweekday[0].Day()].Nth(opt.Bysetpos[0])}, nil
	case opt.Freq == rrule.YEARLY && opt.Interval <= 1 && len(opt.Bymonthday) > 0 && len(opt.Bymonth)+len(opt.Byweekday)+len(opt.Bysetpos)+len(opt.Byweekno)+len(opt.Byyearday) == 0:
		opt.Freq = rrule.MONTHLY
	case opt.Freq == rrule.HOURLY && opt.Interval <= 1 && len(opt.Byhour) > 0 && len(opt.Byminute)+len(opt.Bymonthday)+len(opt.Bymonth) == 0:
		opt.Freq = rrule.DAILY
	}
	return opt
}

func plainWeekdays(opt rrule.ROption) bool {
	return !slices.ContainsFunc(opt.Byweekday, func(d rrule.Weekday) bool { return d.N() != 0 })
}

// clockTimes are the times of day of a rule.
func clockTimes(opt rrule.ROption) (out []string) {
	hours, minutes := opt.Byhour, opt.Byminute
	if len(hours) == 0 {
		hours = []int{opt.Dtstart.Hour()}
	}
	if len(minutes) == 0 {
		minutes = []int{opt.Dtstart.Minute()}
	}
	for _, h := range hours {
		for _, m := range minutes {
			out = append(out, fmt.Sprintf("%02d:%02d", h, m))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (l tongue) weekdayNames(days []rrule.Weekday) (out []string) {
	var numbers []int
	for _, d := range days {
		numbers = append(numbers, d.Day())
	}
	slices.Sort(numbers)
	for _, n := range slices.Compact(numbers) {
		out = append(out, l.weekdays[n])
	}
	return out
}

// missingDays are the weekdays that a list leaves out.
func missingDays(days []rrule.Weekday) (out []rrule.Weekday) {
	if len(days) == 0 {
		return nil
	}
	for _, d := range isoDays {
		if !slices.ContainsFunc(days, func(e rrule.Weekday) bool { return e.Day() == d.Day() }) {
			out = append(out, d)
		}
	}
	return out
}

func (l tongue) monthDays(opt rrule.ROption) (out []string) {
	for _, d := range opt.Byweekday {
		out = append(out, fmt.Sprintf(l.nth[d.N()], l.weekdays[d.Day()]))
	}
	days := opt.Bymonthday
	if len(days)+len(opt.Byweekday) == 0 {
		days = []int{opt.Dtstart.Day()}
	}
	for _, d := range days {
		if d < 0 {
			out = append(out, l.lastDay)
		} else {
			out = append(out, fmt.Sprintf(l.day, d))
		}
	}
	return out
}

func (l tongue) lunarDays(days []LunarDay) (out []string) {
	for _, d := range days {
		switch {
		case d == LunarDay{Day: 15}:
			out = append(out, l.ram)
		case d == LunarDay{Day: 1}:
			out = append(out, l.mongMot)
		case d == LunarDay{Month: 1, Day: 1}:
			out = append(out, l.tet)
		case d == LunarDay{Month: 12, Day: -1}:
			out = append(out, l.tetEve)
		case d.Day < 0:
			out = append(out, strings.TrimSpace(l.lastDay)+" (âm lịch)")
		case d.Month == 0:
			out = append(out, fmt.Sprintf(l.lunar, d.Day))
		default:
			out = append(out, fmt.Sprintf(l.lunarOf, d.Day, d.Month))
		}
	}
	return out
}

// local prints a local day or instant.
func (l tongue) local(s string, loc *time.Location) string {
	if t, err := time.ParseInLocation(LocalFormat, s, loc); err == nil {
		return t.Format(l.dateTime)
	}
	if t, err := time.ParseInLocation(DayFormat, s, loc); err == nil {
		return t.Format(l.date)
	}
	return s
}

// few prints the first of a list and how many more there are.
func (l tongue) few(list []string, loc *time.Location) (out []string) {
	for i, s := range list {
		if i == 2 && len(list) > 3 {
			return append(out, fmt.Sprintf(l.more, len(list)-2))
		}
		out = append(out, l.local(s, loc))
	}
	return out
}
