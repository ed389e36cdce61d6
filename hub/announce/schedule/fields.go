package schedule

import (
	"slices"
	"strings"
)

// field is a field of a schedule: what it is called, which kinds take it, and whether
// a schedule has it.
type field struct {
	name string
	of   []Kind
	has  func(When) bool
}

// repeating are the kinds that sound more than once.
var repeating = []Kind{Daily, Weekly, Rule}

// fields are all of a schedule but its kind.
var fields = []field{
	{"at", []Kind{Once}, func(w When) bool { return w.At != nil }},
	{"time", []Kind{Daily, Weekly}, func(w When) bool { return w.Time != "" }},
	{"days", []Kind{Weekly}, func(w When) bool { return len(w.Days) > 0 }},
	{"from", []Kind{Daily, Weekly}, func(w When) bool { return w.From != "" }},
	{"until", []Kind{Daily, Weekly}, func(w When) bool { return w.Until != "" }},
	{"start", []Kind{Rule}, func(w When) bool { return w.Start != "" }},
	{"rrule", []Kind{Rule}, func(w When) bool { return w.RRule != "" }},
	{"except", repeating, func(w When) bool { return len(w.Except) > 0 }},
	{"extra", repeating, func(w When) bool { return len(w.Extra) > 0 }},
	{"moved", repeating, func(w When) bool { return len(w.Moved) > 0 }},
	{"lunar", repeating, func(w When) bool { return w.Lunar != nil && len(w.Lunar.Only)+len(w.Lunar.Except) > 0 }},
	{"spread", []Kind{Rule}, func(w When) bool { return w.Spread != nil }},
}

// checkFields refuses what a schedule of its kind does not take: to leave it out would
// play on days on which somebody thinks that it is silent.
func (w When) checkFields() error {
	for _, f := range fields {
		if !f.has(w) || slices.Contains(f.of, w.Kind) {
			continue
		}
		of := make([]string, 0, len(f.of))
		for _, k := range f.of {
			of = append(of, string(k))
		}
		return invalid("when."+f.name, "field_unused", "Lịch phát kiểu “%[1]s” không dùng mục “%[2]s”. Hãy bỏ mục này, hoặc đổi kiểu lịch thành: %[3]s.",
			"A schedule of kind %[1]q does not take %[2]q. Leave it out, or change the kind to: %[3]s.", w.Kind, f.name, strings.Join(of, ", "))
	}
	return nil
}

// excepted reports whether a schedule leaves out, adds or moves anything.
func (w When) excepted() bool {
	return slices.ContainsFunc(fields, func(f field) bool { return slices.Equal(f.of, repeating) && f.has(w) })
}
