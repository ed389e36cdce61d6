// Package spokentext turns written Vietnamese into the words that a loudspeaker
// should say: "7h30 ngày 15/8 tại NVH" becomes "bảy giờ ba mươi phút ngày mười lăm
// tháng tám tại nhà văn hóa". It is the text normalisation of a text to speech front
// end: what is not plain words (dates, hours, money, measures, phone numbers,
// abbreviations: the semiotic classes) is found and verbalised.
//
// It guarantees: the result has no digits; plain words, their diacritics (NFC), their
// capitals and the punctuation that gives the speech its pauses stay as written; a
// text that has been normalised stays as it is; the work is linear in the length of
// the text; no input fails. It reads as an announcer of the north does: nghìn, linh,
// mốt, tư (after mươi), lăm, mùng; choices are noted where they are made.
//
// A Normaliser may be used by several goroutines at once.
package spokentext

import (
	"cmp"
	"strings"
)

// Class says what kind of writing was replaced.
type Class string

// The classes; text that is read as it is written has none.
const (
	Date         Class = "date"
	Time         Class = "time"
	Money        Class = "money"
	Number       Class = "number"
	Measure      Class = "measure"
	Phone        Class = "phone"
	Identifier   Class = "identifier" // identity and account numbers, vehicle plates
	Document     Class = "document"   // the number of an official document
	Roman        Class = "roman"
	Abbreviation Class = "abbreviation"
	Letters      Class = "letters" // an unknown abbreviation, spelled
	Electronic   Class = "electronic"
	Symbol       Class = "symbol"
)

// Config of a Normaliser.
type Config struct {
	// Abbreviations are the commune's own, by how they are written (capitals count).
	// They go before the built-in ones; an empty reading switches a built-in one off.
	Abbreviations map[string]string
}

// Normaliser reads texts with one list of abbreviations.
type Normaliser struct {
	abbreviations lexicon
}

// New returns a Normaliser. Entries that [CheckAbbreviation] would refuse are left
// out.
func New(cfg Config) *Normaliser {
	n := &Normaliser{abbreviations: builtinLexicon()}
	if len(cfg.Abbreviations) == 0 {
		return n
	}
	// A reading is itself read out: "tổ 5" becomes words before it is kept.
	readings := make(map[string]string, len(cfg.Abbreviations))
	for written, spoken := range cfg.Abbreviations {
		readings[Clean(written)] = strings.TrimSpace(n.Normalise(spoken))
	}
	for written, spoken := range readings {
		if spoken == "" || CheckAbbreviation(written, spoken) == nil {
			n.abbreviations.replace(written, spoken)
		}
	}
	return n
}

// Segment is a piece of a text and how it is read.
type Segment struct {
	Start   int    `json:"start"` // where it begins in the cleaned text, in bytes
	Written string `json:"written"`
	Spoken  string `json:"spoken"`
	Class   Class  `json:"class,omitempty"` // empty when it is read as written
}

// Normalise returns the text as it is to be spoken.
func (n *Normaliser) Normalise(text string) string {
	text = Clean(text)
	for range passes {
		r := reader{abbreviations: n.abbreviations, s: text, out: make([]byte, 0, 2*len(text))}
		r.run()
		if string(r.out) == text {
			break
		}
		text = string(r.out)
	}
	return text
}

// Segments returns the text in pieces, in order: the written parts joined are
// [Clean] of the text, the spoken parts joined are what Normalise returns.
func (n *Normaliser) Segments(text string) []Segment {
	text = Clean(text)
	var segments []Segment
	for i := range passes {
		r := reader{abbreviations: n.abbreviations, s: text, keep: true}
		r.run()
		switch {
		case i == 0:
			segments = r.segments
		case string(r.out) == text:
			return segments
		default:
			segments = follow(segments, r.segments)
		}
		text = string(r.out)
	}
	return segments
}

// passes bounds how often a text is read: once, and again until nothing changes. A
// second reading finds something only where the words of the first complete what was
// no unit or abbreviation before ("0l000"), or in a commune's own readings.
const passes = 4

// follow joins the segments of one reading with those of its result's reading,
// wherever both have an end.
func follow(first, second []Segment) []Segment {
	var joined []Segment
	var s Segment
	spoken, read := 0, 0
	for len(first) > 0 {
		f := first[0]
		first = first[1:]
		s.Written += f.Written
		spoken += len(f.Spoken)
		s.Class = cmp.Or(s.Class, f.Class)
		for read < spoken {
			read += len(second[0].Written)
			s.Spoken += second[0].Spoken
			s.Class = cmp.Or(s.Class, second[0].Class)
			second = second[1:]
		}
		if read == spoken {
			joined = append(joined, s)
			s = Segment{Start: s.Start + len(s.Written)}
		}
	}
	return joined
}
