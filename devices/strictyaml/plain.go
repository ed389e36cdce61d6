package strictyaml

import (
	"bytes"
	"errors"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
)

// plain puts what the YAML library finds into words for somebody who knows no
// YAML: what is wrong on the line, and what to write.
var plain = []struct {
	library *regexp.Regexp
	words   string
}{
	{regexp.MustCompile(`^found character '\t' that cannot start any token$`), "a tab begins the line: indent with spaces alone"},
	{regexp.MustCompile(`^found a tab character where an indentation space is expected$`), "a tab begins the line: indent with spaces alone"},
	{regexp.MustCompile(`^could not find end character of (?:double|single)-quoted text$`), "a quotation mark is opened and never closed"},
	{regexp.MustCompile(`^mapping key "(.+)" already defined at \[(\d+):\d+\]$`), `the key "$1" stands here a second time: it is on line $2 already`},
	{regexp.MustCompile(`^(?:unexpected key name|non-map value is specified|expected map key-value delimiter ':')$`),
		"a colon with a space behind it is missing: write key: value"},
	{regexp.MustCompile(`^value is not allowed in this context\. map key-value is pre-defined$`), "text stands behind a value that has ended"},
	{regexp.MustCompile(`^value is not allowed in this context$`), "the line is not in line with its group: indent it by as many spaces as the lines beside it"},
	{regexp.MustCompile(`^(?:',' or '[]}]' must be specified|could not find flow mapping end token '}'|sequence end token '\]' not found)$`),
		"a bracket [ or { is not closed, or a comma is missing between two values"},
	{regexp.MustCompile(`^could not find '[[{]' character corresponding to '[]}]'$`), "a bracket is closed that was never opened"},
	{regexp.MustCompile(`^(?:'(?:@|` + "`" + `)' is a reserved character|undefined anchor (?:name|value)|could not find anchor value|could not find alias ".*"|unexpected directive value\. document not started|invalid header option: .+)$`),
		"a value begins with a sign that has a meaning of its own (@ ` & * % |): put it into quotation marks"},
	{regexp.MustCompile(`^found unknown escape character '(.+)'$`), `\$1 means nothing between double quotation marks: use single ones`},
	{regexp.MustCompile(`^cannot unmarshal .+ of type u?int\d*$`), "the value is of the wrong kind: a whole number is expected"},
	{regexp.MustCompile(`^cannot unmarshal .+ of type float\d*$`), "the value is of the wrong kind: a number is expected"},
	{regexp.MustCompile(`^cannot unmarshal .+ of type bool$`), "the value is of the wrong kind: true or false is expected"},
	{regexp.MustCompile(`^cannot unmarshal .+ of type string$`), "the value is of the wrong kind: a text is expected"},
}

// explain names the line, and puts common faults plainly; of others the library's
// words stand.
func explain(name string, data []byte, err error) error {
	e := &Error{File: name, Message: err.Error()}
	value, begins := "", false
	var at yaml.Error
	if errors.As(err, &at) {
		e.Message = at.GetMessage()
		if t := at.GetToken(); t != nil && t.Position != nil {
			e.Line, value = t.Position.Line, t.Value
			begins = t.Position.Column-1 == indent(lineOf(data, e.Line))
		}
	}
	switch {
	case e.Message == "mapping value is not allowed in this context":
		e.unexpectedColon(data)
		return e
	case begins && e.Message == "value is not allowed in this context. map key-value is pre-defined":
		e.Message = "the line is not in line with its group: indent it by as many spaces as the lines beside it"
		return e
	case value == "-" && e.Message == "non-map value is specified":
		e.Message = "an entry of a list stands among the keys of a group: put it in line with the list that it belongs to"
		return e
	}
	for _, p := range plain {
		if p.library.MatchString(e.Message) {
			e.Message = p.library.ReplaceAllString(e.Message, p.words)
			break
		}
	}
	return e
}

// unexpectedColon tells a second colon on one line from a line that stands deeper
// than the one before it, of which the library names the wrong one.
func (e *Error) unexpectedColon(data []byte) {
	lines := strings.Split(string(data), "\n")
	for i := e.Line; i < len(lines) && strings.Count(lineOf(data, e.Line), ":") < 2; i++ {
		if text := strings.TrimSpace(lines[i]); text != "" && text[0] != '#' {
			e.Line, e.Message = i+1, "the line is indented further than the one before it: put it in line with its group"
			return
		}
	}
	e.Message = "a second colon stands on the line: put a value that has a colon in it into quotation marks"
}

// lineOf returns a line of a file, from 1; nothing where there is none.
func lineOf(data []byte, line int) string {
	lines := bytes.Split(data, []byte("\n"))
	if line < 1 || line > len(lines) {
		return ""
	}
	return string(lines[line-1])
}

func indent(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// readable refuses what is no text in the only encoding that is accepted, and
// leaves out the mark that editors of Windows put at the beginning.
func readable(name string, data []byte) ([]byte, error) {
	if bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) {
		return nil, &Error{File: name, Message: "the file is saved as UTF-16: save it as UTF-8"}
	}
	return bytes.TrimPrefix(data, []byte("\ufeff")), nil
}
