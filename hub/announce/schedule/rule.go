package schedule

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/teambition/rrule-go"
)

const (
	// minApart is the shortest time between two starts of one schedule.
	minApart = 5 * time.Minute
	// maxStarts is how many starts a schedule may have in two years.
	maxStarts = 50_000
	// maxCount bounds COUNT, so that a series with an end is quick to walk.
	maxCount = 10_000
	// maxInterval bounds INTERVAL.
	maxInterval = 1000
	// maxRRule is the longest RRULE, in bytes.
	maxRRule = 500
	// maxExceptions bounds each list of exceptions.
	maxExceptions = 400
)

// rruleShape is what an RRULE may be written with.
var rruleShape = regexp.MustCompile(`^[A-Z0-9;=,+-]*$`)

// parseRRULE reads the value of an RRULE for a series that begins at start. It
// takes in what a loudspeaker can have sensibly, and says why it refuses the rest: a
// [fault] or [errTooOften].
func parseRRULE(s string, start time.Time) (rrule.ROption, error) {
	s = strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(s)), "RRULE:")
	if s == "" {
		return rrule.ROption{Freq: rrule.DAILY, Count: 1, Dtstart: start}, nil
	}
	has, err := ruleHas(s)
	if err != nil {
		return rrule.ROption{}, err
	}
	parsed, err := rrule.StrToROptionInLocation(s, start.Location())
	if err != nil { // its parts are well each by itself
		return rrule.ROption{}, faulty("Không đọc được quy tắc. Hãy ghi theo dạng FREQ=WEEKLY;BYDAY=MO,WE.", "The rule cannot be read (%v). Write it in the form FREQ=WEEKLY;BYDAY=MO,WE.", err)
	}
	opt := *parsed
	opt.Dtstart = start
	if opt.Interval == 1 {
		opt.Interval = 0
	}
	if i := strings.Index(s, "UNTIL="); i >= 0 {
		value, _, _ := strings.Cut(s[i+len("UNTIL="):], ";")
		if len(value) == len(rrule.DateFormat) {
			y, m, d := opt.Until.Date() // the whole of the last day
			opt.Until = time.Date(y, m, d, 23, 59, 59, 0, start.Location())
		}
	}
	return opt, checkTogether(opt, has)
}

// ruleHas looks at the parts of an RRULE one by one and returns which there are.
func ruleHas(s string) (map[string]bool, error) {
	if len(s) > maxRRule {
		return nil, faulty("Quy tắc dài %d ký tự, tối đa là %d. Hãy rút gọn.", "It has %d characters, at most %d are accepted. Shorten it.", len(s), maxRRule)
	}
	if !rruleShape.MatchString(s) {
		return nil, faulty("Quy tắc chỉ gồm chữ cái không dấu, chữ số và các dấu ; = , + -. Hãy ghi theo dạng FREQ=WEEKLY;BYDAY=MO,WE.",
			"Only letters, digits and ; = , + - belong into a rule. Write it in the form FREQ=WEEKLY;BYDAY=MO,WE.")
	}
	has := map[string]bool{}
	for part := range strings.SplitSeq(s, ";") {
		key, value, ok := strings.Cut(part, "=")
		switch {
		case !ok || value == "":
			return nil, faulty("Phần “%.40s” thiếu giá trị. Hãy ghi theo dạng TÊN=GIÁ TRỊ, ví dụ BYDAY=MO,WE.", "The part %.40q has no value. Write it in the form NAME=VALUE, such as BYDAY=MO,WE.", part)
		case has[key]:
			return nil, faulty("%.40s được ghi hai lần. Hãy bỏ bớt một.", "%.40s stands there twice. Remove one.", key)
		}
		has[key] = true
		if err := checkPart(key, value); err != nil {
			return nil, err
		}
	}
	if !has["FREQ"] {
		return nil, faulty("Quy tắc chưa nói lặp theo nhịp nào. Hãy thêm FREQ=DAILY (hằng ngày), WEEKLY (hằng tuần), MONTHLY (hằng tháng) hoặc YEARLY (hằng năm).",
			"The rule does not say how it repeats. Add FREQ=DAILY, WEEKLY, MONTHLY or YEARLY.")
	}
	return has, nil
}

// errTooOften says that a rule would make the loudspeakers sound without a break.
var errTooOften = errors.New("it sounds more often than every 5 minutes")

// keepTime lets a series keep its time of day where the clocks are put forward over it
// on the first day: there it is an hour later, on the others it is not.
func keepTime(opt *rrule.ROption, hour, minute int) {
	moved := opt.Dtstart.Hour() != hour || opt.Dtstart.Minute() != minute
	if moved && opt.Freq < rrule.HOURLY && len(opt.Byhour) == 0 && len(opt.Byminute) == 0 {
		opt.Byhour, opt.Byminute = []int{hour}, []int{minute}
	}
}

// option is the RFC 5545 form of a checked series.
func (w When) option(loc *time.Location) (rrule.ROption, error) {
	if w.Kind == Rule {
		start, err := time.ParseInLocation(LocalFormat, w.Start, loc)
		if err != nil {
			return rrule.ROption{}, err
		}
		opt, err := parseRRULE(w.RRule, start)
		if written, werr := time.Parse(LocalFormat, w.Start); err == nil && werr == nil {
			keepTime(&opt, written.Hour(), written.Minute())
		}
		return opt, err
	}
	hour, minute, err := ParseClock(w.Time)
	if err != nil {
		return rrule.ROption{}, err
	}
	first, err := time.ParseInLocation(DayFormat, w.From, loc)
	if err != nil {
		return rrule.ROption{}, err
	}
	y, m, d := first.Date()
	opt := rrule.ROption{Freq: rrule.DAILY, Dtstart: time.Date(y, m, d, hour, minute, 0, 0, loc)}
	keepTime(&opt, hour, minute)
	if w.Until != "" {
		last, err := time.ParseInLocation(DayFormat, w.Until, loc)
		if err != nil {
			return rrule.ROption{}, err
		}
		y, m, d := last.Date()
		opt.Until = time.Date(y, m, d, 23, 59, 59, 0, loc)
	}
	if w.Kind == Weekly {
		opt.Freq = rrule.WEEKLY
		for _, day := range w.Days {
			if day < 1 || day > 7 {
				return rrule.ROption{}, fmt.Errorf("%d is no weekday", day)
			}
			opt.Byweekday = append(opt.Byweekday, isoDays[day-1])
		}
	}
	return opt, nil
}
