package reportfile

import (
	"bufio"
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
	"github.com/smart-commune/smart-commune/hub/report"
)

// Journal is what is exported of the journal: lines in their order, and the names
// of the places in them.
type Journal struct {
	Zone   *time.Location
	Lines  []journal.Line
	Levels map[announce.ID]devices.Level

	clusters map[devices.DeviceID]devices.Cluster
	villages map[devices.VillageID]string
}

// NewJournal returns an export that names places as the inventory does.
func NewJournal(lines []journal.Line, levels map[announce.ID]devices.Level, inv devices.Inventory, zone *time.Location) Journal {
	j := Journal{Zone: zone, Lines: lines, Levels: levels, clusters: map[devices.DeviceID]devices.Cluster{}, villages: map[devices.VillageID]string{}}
	for _, v := range inv.Villages {
		j.villages[v.ID] = v.Name
	}
	for _, c := range inv.Clusters {
		j.clusters[c.ID] = c
	}
	return j
}

// kind is how a cell is written.
type kind int

const (
	asText kind = iota
	asInstant
	asNumber
)

type field struct {
	head  string
	kind  kind
	width float64 // in characters, for spreadsheets
	// One of these by kind; nil means an empty cell.
	text    func(j Journal, l journal.Line) string
	instant func(l journal.Line) *time.Time
	number  func(l journal.Line) *float64
}

// fields are the columns of every export of the journal.
func fields() []field {
	return []field{
		{head: "Mục số", kind: asNumber, width: 9, number: func(l journal.Line) *float64 { v := float64(l.Seq); return &v }},
		{head: "Giờ theo lịch", kind: asInstant, width: 19, instant: func(l journal.Line) *time.Time { return &l.PlannedAt }},
		{head: "Bắt đầu", kind: asInstant, width: 19, instant: func(l journal.Line) *time.Time { return l.StartedAt }},
		{head: "Kết thúc", kind: asInstant, width: 19, instant: func(l journal.Line) *time.Time { return &l.EndedAt }},
		{head: "Thời gian phát (giây)", kind: asNumber, width: 12, number: onAir},
		{head: "Thôn", width: 18, text: func(j Journal, l journal.Line) string { return j.villages[j.clusters[l.Cluster].Village] }},
		{head: "Cụm loa", width: 32, text: func(j Journal, l journal.Line) string { return j.clusters[l.Cluster].Name }},
		{head: "Mã cụm loa", width: 11, text: func(_ Journal, l journal.Line) string { return string(l.Cluster) }},
		{head: "Bản tin", width: 48, text: func(_ Journal, l journal.Line) string { return l.Title }},
		{head: "Mức độ", width: 13, text: level},
		{head: "Kết quả", width: 20, text: func(_ Journal, l journal.Line) string { return report.ResultWords(l.Result).VI }},
		{head: "Nguyên nhân", width: 36, text: why},
		{head: "Nghe được", width: 12, text: func(_ Journal, l journal.Line) string { return heardWords(l.Heard) }},
		{head: "Mức âm (dBFS)", kind: asNumber, width: 10, number: func(l journal.Line) *float64 { return l.LevelDBFS }},
		{head: "Dòng điện (A)", kind: asNumber, width: 10, number: func(l journal.Line) *float64 { return l.CurrentA }},
		{head: "Mã bản tin", width: 31, text: func(_ Journal, l journal.Line) string { return string(l.Announcement) }},
		{head: "Mã kiểm tra", width: 20, text: func(_ Journal, l journal.Line) string { return l.Hash }},
	}
}

func onAir(l journal.Line) *float64 {
	if l.StartedAt == nil || l.EndedAt.Before(*l.StartedAt) {
		return nil
	}
	v := float64(l.EndedAt.Sub(*l.StartedAt).Milliseconds()) / 1000
	return &v
}

func level(j Journal, l journal.Line) string {
	if v, ok := j.Levels[l.Announcement]; ok {
		return report.LevelWords(v).VI
	}
	return ""
}

func why(_ Journal, l journal.Line) string {
	return report.WhyWords(l.Reason).VI
}

func heardWords(h journal.Heard) string {
	switch h {
	case journal.HeardYes:
		return "Có"
	case journal.HeardNo:
		return "Không"
	case journal.HeardUnknown:
		return "Chưa rõ"
	}
	return ""
}

// CSV writes the journal for the Excel of a Vietnamese computer, which opens a
// file by double click as it should only so: UTF-8 with a byte order mark (else
// it takes it for its own code page), semicolons (a comma is the decimal sign
// there), decimal commas, and no "sep=" line, which would make it ignore the
// mark. Programs take the JSON of the API instead.
func (j Journal) CSV(w io.Writer) error {
	buf := bufio.NewWriter(w)
	if _, err := buf.WriteString("\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(buf)
	out.Comma, out.UseCRLF = ';', true
	list := fields()
	cells := make([]string, len(list))
	for i, f := range list {
		cells[i] = f.head
	}
	if err := out.Write(cells); err != nil {
		return err
	}
	for _, l := range j.Lines {
		for i, f := range list {
			cells[i] = f.csv(j, l)
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return err
	}
	return buf.Flush()
}

func (f field) csv(j Journal, l journal.Line) string {
	switch f.kind {
	case asInstant:
		if t := f.instant(l); t != nil {
			return t.In(j.Zone).Format("02/01/2006 15:04:05")
		}
	case asNumber:
		if v := f.number(l); v != nil {
			return strings.Replace(strconv.FormatFloat(*v, 'f', -1, 64), ".", ",", 1)
		}
	default:
		return harmless(f.text(j, l))
	}
	return ""
}

// harmless keeps a program that reads CSV from taking a text for a formula: such a
// text gets an apostrophe before it.
func harmless(s string) string {
	s = oneLine(s)
	trimmed := strings.TrimLeft(s, " \u00a0\u3000\ufeff")
	if trimmed != "" && strings.ContainsRune("=+-@|%＝＋－＠", []rune(trimmed)[0]) {
		return "'" + s
	}
	return s
}

// oneLine makes spaces of control characters, so that one line stays one line.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0xfffe || r == 0xffff {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}
