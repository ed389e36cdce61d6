package reportfile

import (
	"embed"
	"fmt"
	"io"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"github.com/smart-commune/smart-commune/hub/report"
)

//go:embed font/regular.ttf font/bold.ttf font/italic.ttf
var fonts embed.FS

// The sheet is A4 with the margins of official documents, in mm.
const (
	marginTop, marginBottom = 20, 20
	marginLeft, marginRight = 25, 15
	textWidth               = 210 - marginLeft - marginRight
	family                  = "serif"

	bodySize, tableSize, noteSize = 13.0, 10.5, 10.0 // pt
	cellPadding                   = 1.0              // mm
)

// PDF writes the report as a PDF on A4.
func PDF(w io.Writer, r report.Report, zone *time.Location) error {
	d := compose(r, zone).written()
	p := &paper{fpdf.New("P", "mm", "A4", "")}
	for style, name := range map[string]string{"": "regular", "B": "bold", "I": "italic"} {
		data, err := fonts.ReadFile("font/" + name + ".ttf")
		if err != nil {
			return err
		}
		p.AddUTF8FontFromBytes(family, style, data)
	}
	p.SetTitle(d.Footer, true)
	p.SetLang("vi-VN")
	p.SetCreationDate(r.GeneratedAt)
	p.SetModificationDate(r.GeneratedAt)
	p.SetCatalogSort(true)
	p.SetMargins(marginLeft, marginTop, marginRight)
	p.SetAutoPageBreak(false, 0) // every row finds its own room
	p.SetCellMargin(cellPadding)
	p.AliasNbPages("")
	p.SetHeaderFunc(func() {
		if p.PageNo() == 1 {
			return
		}
		p.font("", bodySize)
		p.SetXY(marginLeft, 10)
		p.CellFormat(textWidth, 6, fmt.Sprint(p.PageNo()), "", 0, "C", false, 0, "")
		p.SetXY(marginLeft, marginTop)
	})
	p.AddPage()
	p.head(d)
	for _, text := range d.Paragraphs {
		p.paragraph(text)
	}
	for _, s := range d.Sections {
		p.section(s)
	}
	p.notes(d.Notes)
	p.signatures(d.Signatures)
	return p.Output(w)
}

// paper is a PDF that is being written.
type paper struct{ *fpdf.Fpdf }

func (p *paper) font(style string, size float64) { p.SetFont(family, style, size) }

// lineHeight is the height of a line of the given size, in mm.
func lineHeight(size float64) float64 { return size * 0.3528 * 1.3 }

// room starts a new page unless there is so much room left on this one.
func (p *paper) room(height float64) {
	if p.GetY()+height > 297-marginBottom {
		p.AddPage()
	}
}

// head writes the two upper corners and the title.
func (p *paper) head(d document) {
	const leftWidth, rightWidth = 66.0, textWidth - 66.0
	line := lineHeight(bodySize)
	top := p.GetY()
	corner := func(x, width float64, lines []string, styles []string, underline float64, last, lastStyle string) float64 {
		y := top
		for i, text := range lines {
			p.font(styles[min(i, len(styles)-1)], p.fit(styles[min(i, len(styles)-1)], bodySize, width, text))
			p.SetXY(x, y)
			p.CellFormat(width, line, text, "", 0, "C", false, 0, "")
			y += line
		}
		p.SetLineWidth(0.25)
		p.Line(x+(width-underline)/2, y+0.8, x+(width+underline)/2, y+0.8)
		p.font(lastStyle, bodySize)
		p.SetXY(x, y+2)
		p.CellFormat(width, line, last, "", 0, "C", false, 0, "")
		return y + 2 + line
	}
	a := corner(marginLeft, leftWidth, d.Issuer, []string{"", "B"}, 22, d.Number, "")
	b := corner(marginLeft+leftWidth, rightWidth, d.Motto, []string{"B"}, 52, d.Place, "I")
	p.SetXY(marginLeft, max(a, b)+9)
	p.font("B", 14)
	p.CellFormat(textWidth, lineHeight(14), d.Title, "", 2, "C", false, 0, "")
	p.MultiCell(textWidth, lineHeight(14), d.Subject, "", "C", false)
	if d.Remark != "" {
		p.font("I", bodySize)
		p.CellFormat(textWidth, line, "("+d.Remark+")", "", 2, "C", false, 0, "")
	}
	p.Line(marginLeft+textWidth/2-14, p.GetY()+1.5, marginLeft+textWidth/2+14, p.GetY()+1.5)
	p.Ln(6)
}

// fit returns the largest size up to the given one at which a text fits a width.
func (p *paper) fit(style string, size, width float64, text string) float64 {
	for ; size > 8; size -= 0.5 {
		if p.font(style, size); p.GetStringWidth(text) <= width-2*cellPadding {
			break
		}
	}
	return size
}

func (p *paper) paragraph(text string) {
	if text == "" {
		return
	}
	p.font("", bodySize)
	lines := p.wrap(text, textWidth, 10)
	for i, l := range lines {
		p.room(lineHeight(bodySize))
		x, width := float64(marginLeft), float64(textWidth)
		if i == 0 {
			x, width = x+10, width-10
		}
		p.justified(x, width, l, i < len(lines)-1)
	}
	p.Ln(1.5)
}

// justified writes one line from x, stretched to the width where stretch is set.
func (p *paper) justified(x, width float64, text string, stretch bool) {
	words := strings.Fields(text)
	space := p.GetStringWidth(" ")
	if stretch && len(words) > 1 {
		used := 0.0
		for _, w := range words {
			used += p.GetStringWidth(w)
		}
		space = (width - used) / float64(len(words)-1)
	}
	y := p.GetY() + lineHeight(bodySize)*0.75
	for _, w := range words {
		p.Text(x, y, w)
		x += p.GetStringWidth(w) + space
	}
	p.SetXY(marginLeft, p.GetY()+lineHeight(bodySize))
}

// wrap breaks a text into lines that fit a width; the first is shorter by indent.
// A word that is too long for a line is broken.
func (p *paper) wrap(text string, width, indent float64) []string {
	var lines []string
	line := ""
	room := width - indent
	push := func() {
		lines = append(lines, line)
		line, room = "", width
	}
	for _, w := range strings.Fields(text) {
		if line != "" && p.GetStringWidth(line+" "+w) > room {
			push()
		}
		for line == "" && p.GetStringWidth(w) > room {
			n := 0
			runes := []rune(w)
			for n < len(runes)-1 && p.GetStringWidth(string(runes[:n+1])) <= room {
				n++
			}
			n = max(n, 1)
			if n == len(runes) {
				break
			}
			line, w = string(runes[:n]), string(runes[n:])
			push()
		}
		if line != "" {
			line += " "
		}
		line += w
	}
	if line != "" || len(lines) == 0 {
		push()
	}
	return lines
}

func (p *paper) section(s section) {
	// A heading stays with what follows it.
	p.room(32)
	p.Ln(2)
	p.font("B", bodySize)
	p.CellFormat(textWidth, lineHeight(bodySize), s.Heading, "", 2, "L", false, 0, "")
	p.Ln(1.5)
	p.paragraph(s.Text)
	if s.Table != nil {
		p.table(*s.Table)
	}
	if s.After != "" {
		p.Ln(1)
		p.paragraph(s.After)
	}
}

func (p *paper) table(t table) {
	p.SetLineWidth(0.2)
	heads := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		heads[i] = c.Head
	}
	head := func() { p.row(t, row{Cells: heads, Bold: true}, true) }
	p.room(p.rowHeight(t, row{Cells: heads, Bold: true}) + lineHeight(tableSize)*2)
	head()
	for i, r := range t.Rows {
		height := p.rowHeight(t, r)
		if r.Bold && i+1 < len(t.Rows) && t.Rows[i+1].Inset {
			height += p.rowHeight(t, t.Rows[i+1]) // a village stays with its first cluster
		}
		if p.GetY()+height > 297-marginBottom {
			p.AddPage()
			head()
		}
		p.row(t, r, false)
	}
	p.Ln(1)
}

const insetWidth = 4.0 // mm

func (p *paper) cellLines(t table, r row, i int) []string {
	style := ""
	if r.Bold {
		style = "B"
	}
	p.font(style, tableSize)
	width := t.Columns[i].Share*textWidth - 2*cellPadding
	if r.Inset && t.Columns[i].Align == left {
		width -= insetWidth
	}
	return p.wrap(r.Cells[i], width, 0)
}

func (p *paper) rowHeight(t table, r row) float64 {
	most := 1
	for i := range r.Cells {
		most = max(most, len(p.cellLines(t, r, i)))
	}
	return float64(most)*lineHeight(tableSize) + 1.2
}

func (p *paper) row(t table, r row, head bool) {
	height := p.rowHeight(t, r)
	x, y := float64(marginLeft), p.GetY()
	for i, c := range t.Columns {
		width := c.Share * textWidth
		if head {
			p.SetFillColor(242, 242, 242)
			p.Rect(x, y, width, height, "FD")
		} else {
			p.Rect(x, y, width, height, "D")
		}
		lines := p.cellLines(t, r, i)
		top := y + 0.6
		align := [...]string{"L", "C", "R"}[c.Align]
		if head {
			align, top = "C", y+(height-float64(len(lines))*lineHeight(tableSize))/2
		}
		inset := 0.0
		if r.Inset && c.Align == left {
			inset = insetWidth
		}
		for j, l := range lines {
			p.SetXY(x+inset, top+float64(j)*lineHeight(tableSize))
			p.CellFormat(width-inset, lineHeight(tableSize), l, "", 0, align, false, 0, "")
		}
		x += width
	}
	p.SetXY(marginLeft, y+height)
}

func (p *paper) notes(notes []string) {
	p.room(24)
	p.Ln(3)
	p.SetLineWidth(0.2)
	p.Line(marginLeft, p.GetY(), marginLeft+50, p.GetY())
	p.Ln(1)
	p.font("I", noteSize)
	for _, n := range notes {
		for _, l := range p.wrap(n, textWidth-2*cellPadding, 0) {
			p.room(lineHeight(noteSize))
			p.CellFormat(textWidth, lineHeight(noteSize), l, "", 2, "L", false, 0, "")
		}
		p.Ln(0.8)
	}
}

func (p *paper) signatures(list []signature) {
	const height = 52
	p.room(height)
	p.Ln(4)
	width := textWidth / float64(len(list))
	top := p.GetY()
	for i, s := range list {
		x := marginLeft + float64(i)*width
		y := top
		p.font("B", bodySize)
		for _, l := range s.Roles {
			p.SetXY(x, y)
			p.CellFormat(width, lineHeight(bodySize), l, "", 0, "C", false, 0, "")
			y += lineHeight(bodySize)
		}
		p.font("I", bodySize-1)
		p.SetXY(x, y)
		p.CellFormat(width, lineHeight(bodySize), s.Note, "", 0, "C", false, 0, "")
	}
}
