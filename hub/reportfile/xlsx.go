package reportfile

import (
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"github.com/smart-commune/smart-commune/hub/report"
)

// XLSX writes the journal as a workbook of one sheet.
func (j Journal) XLSX(w io.Writer) error {
	b, err := newBook()
	if err != nil {
		return err
	}
	defer b.file.Close()
	if err := b.journal(j); err != nil {
		return err
	}
	return b.write(w)
}

// XLSX writes the report and the journal that it was made from as a workbook:
// tables with plain numbers, to reckon with.
func XLSX(w io.Writer, r report.Report, j Journal) error {
	b, err := newBook()
	if err != nil {
		return err
	}
	defer b.file.Close()
	if err := b.report(r, j.Zone); err != nil {
		return err
	}
	if err := b.journal(j); err != nil {
		return err
	}
	return b.write(w)
}

// book is a workbook that is being written.
type book struct {
	file                                    *excelize.File
	head, instant, number, length, percents int // styles
}

func newBook() (*book, error) {
	b := &book{file: excelize.NewFile()}
	moment, places, length, share := "dd/mm/yyyy hh:mm:ss", "#,##0.##", "[m]:ss", "0.0%"
	for _, s := range []struct {
		to    *int
		style excelize.Style
	}{
		{&b.head, excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E7ECF2"}},
			Alignment: &excelize.Alignment{WrapText: true, Vertical: "center", Horizontal: "center"}}},
		{&b.instant, excelize.Style{CustomNumFmt: &moment}},
		{&b.number, excelize.Style{CustomNumFmt: &places}},
		{&b.percents, excelize.Style{CustomNumFmt: &share}},
		{&b.length, excelize.Style{CustomNumFmt: &length}},
	} {
		id, err := b.file.NewStyle(&s.style)
		if err != nil {
			return nil, err
		}
		*s.to = id
	}
	return b, nil
}

func (b *book) write(w io.Writer) error {
	if err := b.file.DeleteSheet("Sheet1"); err != nil {
		return err
	}
	b.file.SetActiveSheet(0)
	return b.file.Write(w)
}

// sheet writes a sheet with a head that stays in view and can be filtered by.
func (b *book) sheet(name string, heads []string, widths []float64, rows func(add func(cells ...any) error) error) error {
	if _, err := b.file.NewSheet(name); err != nil {
		return err
	}
	s, err := b.file.NewStreamWriter(name)
	if err != nil {
		return err
	}
	for i, width := range widths {
		if err := s.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	if err := s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	n := 0
	add := func(cells ...any) error {
		n++
		at, err := excelize.CoordinatesToCellName(1, n)
		if err != nil {
			return err
		}
		return s.SetRow(at, cells)
	}
	cells := make([]any, len(heads))
	for i, h := range heads {
		cells[i] = excelize.Cell{StyleID: b.head, Value: h}
	}
	if err := add(cells...); err != nil {
		return err
	}
	if err := rows(add); err != nil {
		return err
	}
	if err := s.Flush(); err != nil {
		return err
	}
	last, err := excelize.CoordinatesToCellName(len(heads), max(n, 2))
	if err != nil {
		return err
	}
	return b.file.AutoFilter(name, "A1:"+last, nil)
}

func (b *book) journal(j Journal) error {
	list := fields()
	heads, widths := make([]string, len(list)), make([]float64, len(list))
	for i, f := range list {
		heads[i], widths[i] = f.head, f.width
	}
	return b.sheet("Nhật ký", heads, widths, func(add func(...any) error) error {
		cells := make([]any, len(list))
		for _, l := range j.Lines {
			for i, f := range list {
				cells[i] = nil
				switch f.kind {
				case asInstant:
					if t := f.instant(l); t != nil {
						cells[i] = b.moment(*t, j.Zone)
					}
				case asNumber:
					if v := f.number(l); v != nil {
						cells[i] = excelize.Cell{StyleID: b.number, Value: *v}
					}
				default:
					cells[i] = text(f.text(j, l))
				}
			}
			if err := add(cells...); err != nil {
				return err
			}
		}
		return nil
	})
}

// moment is an instant as the clock on the wall showed it: spreadsheets know no
// time zones.
func (b *book) moment(t time.Time, zone *time.Location) any {
	local := t.In(zone)
	if local.Year() < 1900 || local.Year() > 9999 {
		return local.Format("02/01/2006 15:04:05")
	}
	_, offset := local.Zone()
	return excelize.Cell{StyleID: b.instant, Value: local.UTC().Add(time.Duration(offset) * time.Second)}
}

// secondsPerDay: a spreadsheet counts time in days.
const secondsPerDay = 24 * 60 * 60

// longestCell is what a cell takes, in characters.
const longestCell = 32_000

// text is written as a string cell, which a spreadsheet never reckons, whatever it
// begins with.
func text(s string) string {
	s = oneLine(s)
	if utf8.RuneCountInString(s) > longestCell {
		s = string([]rune(s)[:longestCell]) + "…"
	}
	return s
}

func (b *book) report(r report.Report, zone *time.Location) error {
	heads := []string{"Lượt theo lịch", "Phát trọn vẹn", "Phát một phần (người dùng dừng)", "Bị ngắt", "Lỗi khi phát", "Không phát được", "Không có báo cáo", "Không nghe được",
		"Hủy trước khi phát", "Ngoài lịch", "Thời lượng (phút:giây)", "Tỷ lệ"}
	figures := func(f report.Figures) []any {
		cells := []any{f.Expected, f.Played, f.InPart, f.Interrupted, f.Failed, f.Missed, f.Unreported, f.NotHeard, f.Withdrawn, f.Unplanned,
			excelize.Cell{StyleID: b.length, Value: float64(f.Seconds) / secondsPerDay}, nil}
		if f.Coverage != nil {
			cells[len(cells)-1] = excelize.Cell{StyleID: b.percents, Value: *f.Coverage}
		}
		return cells
	}
	widths := func(first ...float64) []float64 {
		for range heads {
			first = append(first, 11)
		}
		return first
	}
	err := b.sheet("Theo thôn", append([]string{"Thôn", "Bản tin", "Lần phát"}, heads...), widths(32, 10, 10), func(add func(...any) error) error {
		for _, v := range r.Villages {
			if err := add(append([]any{text(v.Name), v.Announcements, v.Occurrences}, figures(v.Figures)...)...); err != nil {
				return err
			}
		}
		return add(append([]any{text("Toàn " + placeName(r.Commune.Name)), r.Total.Announcements, r.Total.Occurrences}, figures(r.Total)...)...)
	})
	if err != nil {
		return err
	}
	err = b.sheet("Theo cụm loa", append([]string{"Thôn", "Cụm loa", "Mã cụm loa"}, heads...), widths(22, 34, 12), func(add func(...any) error) error {
		for _, v := range r.Villages {
			for _, c := range v.Clusters {
				if err := add(append([]any{text(v.Name), text(c.Name), string(c.ID)}, figures(c.Figures)...)...); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = b.sheet("Theo bản tin", append([]string{"Bản tin", "Mức độ", "Phát lần đầu", "Lần phát"}, heads...), widths(48, 14, 19, 10), func(add func(...any) error) error {
		for _, it := range r.Items {
			if err := add(append([]any{text(it.Title), report.LevelWords(it.Level).VI, b.moment(it.First, zone), it.Occurrences}, figures(it.Figures)...)...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return b.sheet("Nguyên nhân", []string{"Kết quả", "Nguyên nhân", "Số lượt", "Cụm loa"}, []float64{24, 44, 10, 60}, func(add func(...any) error) error {
		for _, f := range r.Failures {
			ids := make([]string, len(f.Clusters))
			for i, id := range f.Clusters {
				ids[i] = string(id)
			}
			if err := add(report.ResultWords(resultOf(f)).VI, text(f.Words.VI), f.Plays, text(strings.Join(ids, ", "))); err != nil {
				return err
			}
		}
		return nil
	})
}
