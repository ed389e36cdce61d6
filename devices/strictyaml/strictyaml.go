// Package strictyaml reads the product's YAML files: a key that is not known is
// an error, and every error names the file, the line and the key.
package strictyaml

import (
	"fmt"
	"os"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// MaxSize is the largest file accepted, in bytes.
const MaxSize = 4 << 20

// Error is what is wrong at one place of a file.
type Error struct {
	File    string
	Line    int    // from 1; 0 when the whole file is meant
	Key     string // as a path, "cameras[2].url"; empty when not known
	Message string
}

// Error returns "file:line: key: message".
func (e *Error) Error() string {
	s := e.File
	if e.Line > 0 {
		s = fmt.Sprintf("%s:%d", s, e.Line)
	}
	if e.Key != "" {
		s += ": " + e.Key
	}
	return s + ": " + e.Message
}

// File is a decoded file, kept so that errors found later can name their line.
type File struct {
	name string
	tree *ast.File
}

// Read reads the file name into v, which holds the defaults.
func Read(name string, v any) (*File, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if info.Size() > MaxSize {
		return nil, &Error{File: name, Message: fmt.Sprintf("the file has %d bytes: at most %d are accepted", info.Size(), MaxSize)}
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return Parse(name, data, v)
}

// Parse decodes data, which came from the file name, into v, which holds the
// defaults.
func Parse(name string, data []byte, v any) (file *File, err error) {
	// The YAML library panics on some malformed files, "! 0" where a list is
	// expected among them; a bad file is an error and never ends the program.
	defer func() {
		if p := recover(); p != nil {
			file, err = nil, &Error{File: name, Message: fmt.Sprintf("the file is no valid YAML of its kind (%v)", p)}
		}
	}()
	if len(data) > MaxSize {
		return nil, &Error{File: name, Message: fmt.Sprintf("%d bytes: at most %d are accepted", len(data), MaxSize)}
	}
	if data, err = readable(name, data); err != nil {
		return nil, err
	}
	if tooDeep(data) {
		return nil, &Error{File: name, Message: fmt.Sprintf("more than %d brackets are open at one place: close them", maxDepth)}
	}
	tree, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, explain(name, data, err)
	}
	if len(tree.Docs) > 1 {
		return nil, &Error{File: name, Message: "the file has several YAML documents (lines of ---): one is expected"}
	}
	if len(tree.Docs) == 0 || tree.Docs[0].Body == nil {
		return &File{name: name, tree: tree}, nil // an empty file keeps the defaults
	}
	if err := yaml.UnmarshalWithOptions(data, v, yaml.Strict()); err != nil {
		return nil, explain(name, data, err)
	}
	return &File{name: name, tree: tree}, nil
}

// maxDepth bounds the brackets that are open at one place: the time that the YAML
// library takes grows with the square of them, to minutes for a file of 100 kB.
const maxDepth = 200

// tooDeep takes brackets in texts for open ones too: nobody writes that many.
func tooDeep(data []byte) bool {
	depth := 0
	for _, b := range data {
		switch b {
		case '[', '{':
			depth++
		case ']', '}':
			depth = max(0, depth-1)
		}
		if depth > maxDepth {
			return true
		}
	}
	return false
}

// Write writes v to the file name, readable by its owner alone.
func Write(name string, v any) error {
	data, err := yaml.Marshal(v)
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return os.WriteFile(name, data, 0o600)
}

// Errorf returns an error at the given key of the file, a path such as
// "cameras[2].url". A key that the file does not have gets the line of its
// nearest parent.
func (f *File) Errorf(key, format string, args ...any) error {
	return &Error{File: f.name, Line: f.line(key), Key: key, Message: fmt.Sprintf(format, args...)}
}

func (f *File) line(key string) int {
	for key != "" {
		if p, err := yaml.PathString("$." + key); err == nil {
			if n, err := p.FilterFile(f.tree); err == nil && n != nil && n.GetToken() != nil {
				return n.GetToken().Position.Line
			}
		}
		key = parent(key)
	}
	return 0
}

func parent(key string) string {
	for i := len(key) - 1; i > 0; i-- {
		if key[i] == '.' || key[i] == '[' {
			return key[:i]
		}
	}
	return ""
}
