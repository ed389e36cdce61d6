package schedule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/teambition/rrule-go"

	"github.com/smart-commune/smart-commune/hub/problem"
)

// fault is what is wrong with an RRULE, and what to write instead.
type fault problem.Words

func (f fault) Error() string { return f.EN }

func faulty(vi, en string, args ...any) error {
	return fault(problem.Say(fmt.Sprintf(vi, args...), fmt.Sprintf(en, args...)))
}

// ruleParts are the parts of an RRULE that a loudspeaker can have sensibly.
var ruleParts = []string{"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYHOUR", "BYMINUTE", "BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS"}

// checkPart looks at one part by itself.
func checkPart(key, value string) error {
	numbers := func(high int) error { return checkNumbers(key, value, 1, high, true) }
	switch key {
	case "FREQ":
		if _, err := rrule.StrToFreq(value); err != nil {
			return faulty("Không có nhịp lặp “%.40s”. Hãy ghi FREQ=DAILY (hằng ngày), WEEKLY (hằng tuần), MONTHLY (hằng tháng) hoặc YEARLY (hằng năm).",
				"There is no FREQ=%.40s. Write FREQ=DAILY, WEEKLY, MONTHLY or YEARLY.", value)
		}
	case "INTERVAL":
		return checkNumber(key, value, maxInterval)
	case "COUNT":
		return checkNumber(key, value, maxCount)
	case "UNTIL":
		if !slices.ContainsFunc([]string{rrule.DateFormat, rrule.LocalDateTimeFormat, rrule.DateTimeFormat}, func(layout string) bool {
			_, err := time.Parse(layout, value)
			return err == nil
		}) {
			return faulty("Ngày cuối UNTIL=%.40s không có trong lịch. Hãy ghi theo dạng UNTIL=20261231.", "UNTIL=%.40s is no date. Write it as UNTIL=20261231.", value)
		}
	case "WKST", "BYDAY":
		for day := range strings.SplitSeq(value, ",") {
			nth := strings.TrimRight(day, "MOTUWEHFRSA")
			n, err := strconv.Atoi(nth)
			if !slices.Contains([]string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}, day[len(nth):]) || nth != "" && (key == "WKST" || err != nil || n < -53 || n > 53) {
				return faulty("%[1]s=%.40[2]s không phải là ngày trong tuần. Hãy ghi MO (thứ Hai), TU, WE, TH, FR, SA hoặc SU (Chủ nhật), cách nhau bằng dấu phẩy.",
					"%[1]s=%.40[2]s is no weekday. Write MO (Monday), TU, WE, TH, FR, SA or SU with commas between.", key, day)
			}
		}
	case "BYHOUR":
		return checkNumbers(key, value, 0, 23, false)
	case "BYMINUTE":
		return checkNumbers(key, value, 0, 59, false)
	case "BYMONTH":
		return checkNumbers(key, value, 1, 12, false)
	case "BYMONTHDAY":
		return numbers(31)
	case "BYYEARDAY", "BYSETPOS":
		return numbers(366)
	case "BYWEEKNO":
		return numbers(53)
	case "DTSTART":
		return faulty("Không ghi DTSTART trong quy tắc. Hãy bỏ phần này và chọn ngày giờ bắt đầu ở ô riêng.", "DTSTART does not belong into the rule. Remove it and choose the first date and time in their own field.")
	default:
		return faulty("Không dùng được “%.40s” trong quy tắc lặp. Hãy bỏ phần này, hoặc dùng một trong các phần: %s.",
			"%.40q cannot be used in a rule. Remove it, or use one of these: %s.", key, strings.Join(ruleParts, ", "))
	}
	return nil
}

func checkNumber(key, value string, high int) error {
	if n, err := strconv.Atoi(value); err != nil || n < 1 || n > high {
		return faulty("%[1]s=%.40[2]s không hợp lệ. Hãy ghi một số từ 1 đến %[3]d.", "%[1]s=%.40[2]s is not possible. Write a number from 1 to %[3]d.", key, value, high)
	}
	return nil
}

// checkNumbers looks at a list of numbers; those of days and weeks may also be
// counted from the end.
func checkNumbers(key, value string, low, high int, fromEnd bool) error {
	for number := range strings.SplitSeq(value, ",") {
		n, err := strconv.Atoi(number)
		if err == nil && (n >= low && n <= high || fromEnd && n <= -low && n >= -high) {
			continue
		}
		vi, en := "", ""
		if fromEnd {
			vi, en = fmt.Sprintf(" (hoặc -1 đến -%d nếu đếm từ cuối)", high), fmt.Sprintf(" (or -1 to -%d, counted from the end)", high)
		}
		return faulty("%[1]s=%.40[2]s không hợp lệ. Hãy ghi số từ %[3]d đến %[4]d%[5]s, cách nhau bằng dấu phẩy.", "%[1]s=%.40[2]s is not possible. Write numbers from %[3]d to %[4]d%[6]s with commas between.",
			key, number, low, high, vi, en)
	}
	return nil
}

// checkTogether looks at parts that exclude or need each other.
func checkTogether(opt rrule.ROption, has map[string]bool) error {
	nth := slices.ContainsFunc(opt.Byweekday, func(d rrule.Weekday) bool { return d.N() != 0 })
	step := opt.Freq == rrule.HOURLY || opt.Freq == rrule.MINUTELY
	switch {
	case opt.Freq == rrule.SECONDLY, opt.Freq == rrule.MINUTELY && opt.Interval < int(minApart/time.Minute):
		return errTooOften
	case opt.Count > 0 && !opt.Until.IsZero():
		return faulty("COUNT và UNTIL không đi cùng nhau. Hãy chỉ giữ số lần (COUNT) hoặc ngày cuối (UNTIL).", "COUNT and UNTIL exclude each other. Keep the number of times or the last day.")
	case nth && opt.Freq != rrule.MONTHLY && opt.Freq != rrule.YEARLY:
		return faulty("Thứ có số (như 1MO, thứ Hai đầu tiên) chỉ dùng với FREQ=MONTHLY hoặc YEARLY. Hãy đổi FREQ, hoặc bỏ số.",
			"A numbered weekday (1MO, the first Monday) needs FREQ=MONTHLY or YEARLY. Change FREQ, or leave the number out.")
	case (has["BYWEEKNO"] || has["BYYEARDAY"]) && opt.Freq != rrule.YEARLY:
		return faulty("BYWEEKNO và BYYEARDAY chỉ dùng với FREQ=YEARLY. Hãy đổi FREQ, hoặc bỏ phần đó.", "BYWEEKNO and BYYEARDAY need FREQ=YEARLY. Change FREQ, or remove them.")
	case step && has["BYSETPOS"]:
		return faulty("BYSETPOS không dùng với FREQ=HOURLY hoặc MINUTELY. Hãy bỏ BYSETPOS và ghi các giờ bằng BYHOUR.", "BYSETPOS does not go with FREQ=HOURLY or MINUTELY. Remove it and name the hours with BYHOUR.")
	case has["BYSETPOS"] && !(has["BYDAY"] || has["BYMONTH"] || has["BYMONTHDAY"] || has["BYYEARDAY"] || has["BYWEEKNO"] || has["BYHOUR"] || has["BYMINUTE"]):
		return faulty("BYSETPOS cần một phần khác để chọn, ví dụ BYDAY=MO;BYSETPOS=1. Hãy thêm phần đó, hoặc bỏ BYSETPOS.", "BYSETPOS needs another part to choose from, such as BYDAY=MO;BYSETPOS=1. Add one, or remove it.")
	}
	return nil
}
