package publicpage

import (
	"fmt"
	"strings"
	"time"

	"github.com/smart-commune/smart-commune/devices"
)

// words are what the page says in one language.
type words struct {
	Lang, Other, OtherName                                     string
	Title, Now, Coming, Past, NothingComing, NothingPast       string
	Listen, Read, Everywhere, At, Times, Duration, Emergency   string
	Feeds, RSS, JSON, Calendar, QR, Note, Print, Scan, ScanHow string
	Today, Yesterday, Tomorrow, LaterDays                      string
	instant                                                    string // how an instant is written
	weekdays                                                   [7]string
	levels                                                     map[devices.Level]string
}

var vietnamese = words{
	Lang: "vi", Other: "en", OtherName: "English",
	Title: "Truyền thanh %s", Now: "Đang phát", Coming: "Sắp phát", Past: "Đã phát trong 30 ngày qua",
	NothingComing: "Chưa có lịch phát trong 7 ngày tới.", NothingPast: "Không có bản tin nào được phát trong 30 ngày qua.",
	Listen: "Nghe lại", Read: "Đọc nội dung", Everywhere: "Toàn xã", At: "Nơi phát", Times: "Đã phát %d lần, gần nhất", Duration: "Thời lượng", Emergency: "Khẩn cấp",
	Feeds: "Theo dõi", RSS: "Tin RSS", JSON: "JSON Feed", Calendar: "Tải lịch phát vào điện thoại", QR: "In mã QR của trang",
	Note:  "Nội dung lấy tự động từ hệ thống truyền thanh cơ sở. Giờ Việt Nam. Cập nhật lúc",
	Print: "In trang này", Scan: "Nghe lại bản tin truyền thanh trên điện thoại",
	ScanHow: "Mở máy ảnh của điện thoại, hướng vào mã và chạm vào đường dẫn hiện ra.",
	Today:   "Hôm nay", Yesterday: "Hôm qua", Tomorrow: "Ngày mai", LaterDays: "Các ngày sau",
	weekdays: [7]string{"Chủ nhật", "Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy"},
	instant:  "15:04 ngày 02/01/2006",
	levels:   map[devices.Level]string{devices.Normal: "Thông thường", devices.Priority: "Ưu tiên", devices.Emergency: "Khẩn cấp"},
}

var english = words{
	Lang: "en", Other: "vi", OtherName: "Tiếng Việt",
	Title: "Public announcements, %s", Now: "On air", Coming: "Coming up", Past: "Broadcast in the last 30 days",
	NothingComing: "Nothing is planned for the next 7 days.", NothingPast: "Nothing was broadcast in the last 30 days.",
	Listen: "Listen again", Read: "Read the text", Everywhere: "Whole commune", At: "Where", Times: "broadcast %d times, last", Duration: "Length", Emergency: "Emergency",
	Feeds: "Follow", RSS: "RSS", JSON: "JSON Feed", Calendar: "Calendar (for your phone)", QR: "Print this page's QR code",
	Note:  "This page is made by the commune's loudspeaker system. Times are Vietnamese time. Updated at",
	Print: "Print this page", Scan: "Listen to the announcements on your phone",
	ScanHow: "Open your phone's camera, point it at the code and tap the link.",
	Today:   "Today", Yesterday: "Yesterday", Tomorrow: "Tomorrow", LaterDays: "Later days",
	weekdays: [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
	instant:  "15:04 on 2 January 2006",
	levels:   map[devices.Level]string{devices.Normal: "Normal", devices.Priority: "Priority", devices.Emergency: "Emergency"},
}

// wordsFor goes by what the reader chose; Vietnamese is the language of the place.
func wordsFor(lang string) words {
	if lang == "en" {
		return english
	}
	return vietnamese
}

// place is the commune's name as it is said.
func (w words) place(c devices.Commune) string {
	if w.Lang == "vi" {
		low := strings.ToLower(c.Name)
		for _, unit := range []string{"xã ", "phường ", "thị trấn ", "đặc khu "} {
			if strings.HasPrefix(low, unit) {
				return c.Name
			}
		}
		return "xã " + c.Name
	}
	return c.Name
}

// day names a day as people do.
func (w words) day(t, now time.Time) string {
	midnight := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	date := t.Format("02/01")
	if t.Year() != now.Year() {
		date = t.Format("02/01/2006")
	}
	switch int(midnight(t).Sub(midnight(now)).Hours() / 24) {
	case 0:
		return w.Today + ", " + date
	case -1:
		return w.Yesterday + ", " + date
	case 1:
		return w.Tomorrow + ", " + date
	}
	return w.weekdays[t.Weekday()] + ", " + date
}

// length says how long something sounds.
func (w words) length(d time.Duration) string {
	s := int(d.Round(time.Second).Seconds())
	if s < 60 {
		return map[string]string{"vi": fmt.Sprintf("%d giây", s), "en": fmt.Sprintf("%d s", s)}[w.Lang]
	}
	if w.Lang == "vi" {
		if s%60 == 0 {
			return fmt.Sprintf("%d phút", s/60)
		}
		return fmt.Sprintf("%d phút %d giây", s/60, s%60)
	}
	return fmt.Sprintf("%d min %d s", s/60, s%60)
}

// language names the language of a recording.
func (w words) language(tag string) string {
	names := map[string][2]string{"vi": {"Tiếng Việt", "Vietnamese"}, "tyz": {"Tiếng Tày", "Tày"}, "nut": {"Tiếng Nùng", "Nùng"}, "ium": {"Tiếng Dao", "Iu Mien"},
		"hmn": {"Tiếng Mông", "Hmong"}, "mww": {"Tiếng Mông", "Hmong"}, "en": {"Tiếng Anh", "English"}}
	base, _, _ := strings.Cut(tag, "-")
	n, ok := names[base]
	if !ok {
		return tag
	}
	if w.Lang == "vi" {
		return n[0]
	}
	return n[1]
}
