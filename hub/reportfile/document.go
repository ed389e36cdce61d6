package reportfile

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/report"
)

// document is a report as an official document, before it is laid out.
type document struct {
	Issuer     []string // upper left
	Motto      []string // upper right
	Number     string
	Place      string // and date
	Title      string
	Subject    string
	Remark     string // under the subject, may be empty
	Paragraphs []string
	Sections   []section
	Notes      []string
	Signatures []signature
	Footer     string
}

// section is a heading with a table or, where there is nothing to list, a
// sentence.
type section struct {
	Heading string
	Text    string
	Table   *table
	After   string
}

type signature struct {
	Roles []string
	Note  string
}

// table is laid out by its columns' shares of the width.
type table struct {
	Columns []column
	Rows    []row
}

type column struct {
	Head  string
	Share float64 // of the width, all together 1
	Align align
}

type align int

const (
	left align = iota
	centre
	right
)

// Class is the column's CSS class.
func (c column) Class() string { return [...]string{"l", "c", "r"}[c.Align] }

type row struct {
	Cells []string
	Bold  bool
	Inset bool // the second cell is below the bold row before it
}

// maxListed bounds the long lists of a document; the files list everything.
const maxListed = 60

// compose puts a report into words. Instants are shown in the zone.
func compose(r report.Report, zone *time.Location) document {
	c := composer{r: r, zone: zone, place: placeName(r.Commune.Name)}
	m := r.From.In(zone)
	title := fmt.Sprintf("tháng %s năm %d", month(m.Month()), m.Year())
	d := document{
		Issuer: []string{"ỦY BAN NHÂN DÂN", strings.ToUpper(c.place)},
		Motto:  []string{"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"},
		Number: "Số:        /BC-UBND", Place: bareName(r.Commune.Name) + ", " + longDay(r.GeneratedAt.In(zone)),
		Title: "BÁO CÁO", Subject: "Kết quả hoạt động truyền thanh cơ sở " + title,
		Paragraphs: c.summary(title),
		Sections:   []section{c.figures(), c.places(), c.levels(), c.failures(), c.notHeard(), c.items()},
		Notes:      c.notes(),
		Signatures: []signature{
			{[]string{"NGƯỜI LẬP BÁO CÁO"}, "(Ký, ghi rõ họ tên)"},
			{[]string{"TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"}, "(Ký, đóng dấu, ghi rõ họ tên)"},
		},
		Footer: fmt.Sprintf("Báo cáo truyền thanh %s – %s", title, c.place),
	}
	if !r.Complete {
		d.Remark = "Số liệu tạm thời, tính đến " + r.Until.In(zone).Format("15:04") + " ngày " + day(r.Until.In(zone))
	}
	return d
}

type composer struct {
	r     report.Report
	zone  *time.Location
	place string
}

// units are what the name of a commune-level unit may begin with.
var units = []string{"xã ", "phường ", "thị trấn ", "đặc khu "}

// placeName is the commune's name with its unit: "xã Lục Bình".
func placeName(name string) string {
	for _, u := range units {
		if strings.HasPrefix(strings.ToLower(name), u) {
			r := []rune(name)
			r[0] = unicode.ToLower(r[0])
			return string(r)
		}
	}
	return "xã " + name
}

func bareName(name string) string {
	for _, u := range units {
		if strings.HasPrefix(strings.ToLower(name), u) {
			return strings.TrimSpace(name[len(u):])
		}
	}
	return name
}

func (c composer) summary(title string) []string {
	t := c.r.Total
	if t.Expected+t.Withdrawn+t.Unplanned == 0 {
		return []string{fmt.Sprintf("Trong %s, hệ thống truyền thanh %s không có lượt phát nào theo lịch.", title, c.place)}
	}
	first := fmt.Sprintf("Trong %s, hệ thống truyền thanh %s phát %s bản tin, tổng cộng %s lần, trên %s cụm loa tại %s thôn.",
		title, c.place, count(t.Announcements), count(t.Occurrences), count(c.clusters()), count(c.villages()))
	second := fmt.Sprintf("Theo lịch có %s lượt phát (một lượt là một lần phát trên một cụm loa), trong đó %s lượt phát trọn vẹn, đạt %s. Tổng thời gian phát tại các cụm loa là %s.",
		count(t.Expected), count(t.Played), percent(t.Coverage), inWords(t.Seconds))
	third := "Không có lượt phát trọn vẹn nào bị ghi nhận là không nghe được."
	if t.NotHeard > 0 {
		third = fmt.Sprintf("Trong số lượt phát trọn vẹn có %s lượt không nghe được theo kết quả đo tại cụm loa.", count(t.NotHeard))
	} else if t.Played == 0 {
		third = ""
	}
	if t.InPart > 0 {
		third += fmt.Sprintf(" Có %s lượt phát một phần do người dùng dừng khi đang phát.", count(t.InPart))
	}
	if t.NotPlayed() > 0 {
		third += fmt.Sprintf(" Có %s lượt không phát được hoặc bị ngắt; nguyên nhân nêu tại mục IV.", count(t.NotPlayed()))
	}
	return []string{first + " " + second, strings.TrimSpace(third)}
}

func (c composer) clusters() (n int) {
	for _, v := range c.r.Villages {
		if v.ID != "" {
			n += len(v.Clusters)
		}
	}
	return n
}

func (c composer) villages() (n int) {
	for _, v := range c.r.Villages {
		if v.ID != "" && len(v.Clusters) > 0 {
			n++
		}
	}
	return n
}

func (c composer) figures() section {
	t := c.r.Total
	lines := []struct {
		what string
		n    string
	}{
		{"Số bản tin", count(t.Announcements)},
		{"Số lần phát", count(t.Occurrences)},
		{"Số lượt phát theo lịch", count(t.Expected)},
		{"Số lượt phát trọn vẹn", count(t.Played)},
		{"   – trong đó không nghe được", count(t.NotHeard)},
		{"Số lượt phát một phần (người dùng dừng khi đang phát)", count(t.InPart)},
		{"Số lượt không phát được hoặc bị ngắt", count(t.NotPlayed())},
		{"   – lỗi khi phát", count(t.Failed)},
		{"   – không phát được", count(t.Missed)},
		{"   – bị ngắt giữa chừng", count(t.Interrupted)},
		{"   – không có báo cáo của cụm loa", count(t.Unreported)},
		{"Tỷ lệ phát trọn vẹn so với lịch", percent(t.Coverage)},
		{"Số lượt hủy trước khi phát (không tính vào tỷ lệ)", count(t.Withdrawn)},
		{"Số lượt cụm loa tự phát ngoài lịch (không tính vào tỷ lệ)", count(t.Unplanned)},
		{"Tổng thời gian phát tại các cụm loa (phút:giây)", minutes(t.Seconds)},
	}
	tb := &table{Columns: []column{{"Chỉ tiêu", 0.78, left}, {"Số liệu", 0.22, right}}}
	for _, l := range lines {
		inset := strings.HasPrefix(l.what, "   ")
		tb.Rows = append(tb.Rows, row{Cells: []string{strings.TrimSpace(l.what), l.n}, Inset: inset, Bold: strings.HasPrefix(l.what, "Tỷ lệ")})
	}
	return section{Heading: "I. Kết quả chung", Table: tb}
}

func measured(f report.Figures) []string {
	return []string{count(f.Expected), count(f.Played), count(f.InPart), count(f.NotPlayed()), count(f.NotHeard), minutes(f.Seconds), percent(f.Coverage)}
}

func measuredColumns(shares float64) []column {
	each := shares / 7.5
	return []column{{"Lượt theo lịch", each, right}, {"Phát trọn vẹn", each, right}, {"Phát một phần", each, right}, {"Không phát, bị ngắt", each, right},
		{"Không nghe được", each, right}, {"Thời lượng (phút:giây)", 1.5 * each, right}, {"Tỷ lệ", each, right}}
}

func (c composer) places() section {
	tb := &table{Columns: append([]column{{"STT", 0.07, centre}, {"Thôn / cụm loa", 0.30, left}}, measuredColumns(0.63)...)}
	for i, v := range c.r.Villages {
		name := v.Name
		if v.ID != "" && !strings.HasPrefix(strings.ToLower(name), "thôn ") {
			name = "Thôn " + name
		}
		tb.Rows = append(tb.Rows, row{Cells: append([]string{count(i + 1), name}, measured(v.Figures)...), Bold: true})
		for _, cl := range v.Clusters {
			tb.Rows = append(tb.Rows, row{Cells: append([]string{"", cl.Name}, measured(cl.Figures)...), Inset: true})
		}
		if len(v.Clusters) == 0 {
			tb.Rows = append(tb.Rows, row{Cells: []string{"", "(chưa có cụm loa)", "", "", "", "", "", "", ""}, Inset: true})
		}
	}
	tb.Rows = append(tb.Rows, row{Cells: append([]string{"", "Toàn " + c.place}, measured(c.r.Total)...), Bold: true})
	return section{Heading: "II. Kết quả theo thôn và cụm loa", Table: tb}
}

func (c composer) levels() section {
	tb := &table{Columns: append([]column{{"Mức độ", 0.18, left}, {"Bản tin", 0.09, right}, {"Lần phát", 0.09, right}}, measuredColumns(0.64)...)}
	for _, l := range c.r.Levels {
		tb.Rows = append(tb.Rows, row{Cells: append([]string{report.LevelWords(l.Level).VI, count(l.Announcements), count(l.Occurrences)}, measured(l.Figures)...)})
	}
	return section{Heading: "III. Kết quả theo mức độ bản tin", Table: tb}
}

func (c composer) failures() section {
	s := section{Heading: "IV. Lượt không phát được hoặc bị ngắt, và nguyên nhân"}
	if len(c.r.Failures) == 0 {
		s.Text = "Không có."
		return s
	}
	s.Table = &table{Columns: []column{{"Kết quả", 0.23, left}, {"Nguyên nhân", 0.37, left}, {"Số lượt", 0.1, right}, {"Cụm loa", 0.30, left}}}
	for _, f := range c.r.Failures {
		s.Table.Rows = append(s.Table.Rows, row{Cells: []string{report.ResultWords(resultOf(f)).VI, f.Words.VI, count(f.Plays), idList(f.Clusters)}})
	}
	return s
}

func idList(ids []devices.DeviceID) string {
	const most = 12
	words := make([]string, 0, most)
	for _, id := range ids[:min(len(ids), most)] {
		words = append(words, string(id))
	}
	s := strings.Join(words, ", ")
	if n := len(ids) - most; n > 0 {
		s += fmt.Sprintf(" và %d cụm khác", n)
	}
	return s
}

func (c composer) notHeard() section {
	s := section{Heading: "V. Lượt phát không nghe được theo kết quả đo"}
	if len(c.r.NotHeard) == 0 {
		s.Text = "Không có."
		return s
	}
	s.Table = &table{Columns: []column{{"Thời gian", 0.2, centre}, {"Thôn", 0.2, left}, {"Cụm loa", 0.28, left}, {"Bản tin", 0.32, left}}}
	for _, n := range c.r.NotHeard[:min(len(c.r.NotHeard), maxListed)] {
		s.Table.Rows = append(s.Table.Rows, row{Cells: []string{minute(n.PlannedAt.In(c.zone)), n.Village, n.Name, n.Title}})
	}
	s.After = more(len(c.r.NotHeard), "lượt")
	return s
}

func (c composer) items() section {
	s := section{Heading: "VI. Danh sách bản tin trong tháng"}
	if len(c.r.Items) == 0 {
		s.Text = "Không có."
		return s
	}
	s.Table = &table{Columns: []column{{"STT", 0.07, centre}, {"Phát lần đầu", 0.19, centre}, {"Bản tin", 0.30, left}, {"Mức độ", 0.16, left},
		{"Lần phát", 0.08, right}, {"Đạt / lịch", 0.11, right}, {"Tỷ lệ", 0.09, right}}}
	for i, it := range c.r.Items[:min(len(c.r.Items), maxListed)] {
		s.Table.Rows = append(s.Table.Rows, row{Cells: []string{count(i + 1), minute(it.First.In(c.zone)), it.Title, report.LevelWords(it.Level).VI,
			count(it.Occurrences), count(it.Played) + " / " + count(it.Expected), percent(it.Coverage)}})
	}
	s.After = more(len(c.r.Items), "bản tin")
	return s
}

func more(n int, what string) string {
	if n <= maxListed {
		return ""
	}
	return fmt.Sprintf("Và %s %s khác; danh sách đầy đủ có trong tệp Excel.", count(n-maxListed), what)
}

func (c composer) notes() []string {
	notes := []string{
		"Mỗi lượt phát lấy theo mục mới nhất trong nhật ký phát thanh. Tỷ lệ là số lượt phát trọn vẹn chia cho số lượt theo lịch, làm tròn xuống. Tin được nhắc lại cho đến khi có người dừng là phát trọn vẹn khi nội dung đã được phát hết ít nhất một lần; lượt do người dùng dừng trước đó là phát một phần, nằm trong số lượt theo lịch. Thời gian phát tính từ lúc bắt đầu đến lúc kết thúc của mọi lần phát tại từng cụm loa, làm tròn đến giây, rồi cộng lại.",
		"Không nghe được: mức âm thấp hơn mức bình thường của chính cụm loa đó trên 12 dB, hoặc dòng điện tăng âm dưới 30% mức bình thường.",
	}
	if c.r.Head.Seq > 0 {
		notes = append(notes, fmt.Sprintf("Nhật ký phát thanh khi lập báo cáo: đến mục số %s, mã kiểm tra %s. Dùng mã này để phát hiện nhật ký bị sửa hoặc xóa về sau.",
			count(int(c.r.Head.Seq)), c.r.Head.Hash))
	}
	return notes
}

func resultOf(f report.FailureLine) devices.Result { return devices.Result(f.Result) }
