package reportfile

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// drawn are the characters of the embedded fonts, as font/make.py cuts them out.
var drawn = &unicode.RangeTable{R16: []unicode.Range16{
	{Lo: 0x20, Hi: 0x7e, Stride: 1}, {Lo: 0xa0, Hi: 0x17f, Stride: 1}, {Lo: 0x1a0, Hi: 0x1a1, Stride: 1}, {Lo: 0x1af, Hi: 0x1b0, Stride: 1},
	{Lo: 0x1ea0, Hi: 0x1ef9, Stride: 1}, {Lo: 0x2013, Hi: 0x2014, Stride: 1}, {Lo: 0x2018, Hi: 0x201e, Stride: 1},
	{Lo: 0x2022, Hi: 0x2022, Stride: 1}, {Lo: 0x2026, Hi: 0x2026, Stride: 1}, {Lo: 0x20ab, Hi: 0x20ab, Stride: 1},
	{Lo: 0x2190, Hi: 0x2193, Stride: 1}, {Lo: 0x2212, Hi: 0x2212, Stride: 1}, {Lo: 0x2264, Hi: 0x2265, Stride: 1},
}}

// written is a text in characters that the fonts have: composed, and "?" for what
// they have not.
func written(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(drawn, r):
			return r
		case unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r):
			return -1
		}
		return '?'
	}, norm.NFC.String(s))
}

// longestText is what a PDF shows of a cell or a name, in characters: a row is at
// most a page high.
const longestText = 240

func clipped(s string) string {
	if r := []rune(s); len(r) > longestText {
		return string(r[:longestText]) + "…"
	}
	return s
}

// written is the document in characters that the fonts have.
func (d document) written() document {
	all := func(list []string, short bool) []string {
		out := make([]string, len(list))
		for i, s := range list {
			out[i] = written(s)
			if short {
				out[i] = clipped(out[i])
			}
		}
		return out
	}
	d.Issuer, d.Motto, d.Paragraphs, d.Notes = all(d.Issuer, true), all(d.Motto, true), all(d.Paragraphs, false), all(d.Notes, false)
	for _, s := range []*string{&d.Number, &d.Place, &d.Title, &d.Subject, &d.Remark, &d.Footer} {
		*s = written(*s)
	}
	sections := make([]section, len(d.Sections))
	for i, s := range d.Sections {
		s.Text, s.After = written(s.Text), written(s.After)
		if s.Table != nil {
			t := table{Columns: s.Table.Columns}
			for _, r := range s.Table.Rows {
				r.Cells = all(r.Cells, true)
				t.Rows = append(t.Rows, r)
			}
			s.Table = &t
		}
		sections[i] = s
	}
	d.Sections = sections
	return d
}
