package protocol

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// eachField calls f for every exported field of the payloads, with the type it
// stands in.
func eachField(t *testing.T, f func(in string, field *ast.Field, name, key string)) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok || !spec.Name.IsExported() {
				return true
			}
			if body, ok := spec.Type.(*ast.StructType); ok {
				for _, field := range body.Fields.List {
					if field.Tag == nil {
						continue
					}
					key, _, _ := strings.Cut(reflect.StructTag(strings.Trim(field.Tag.Value, "`")).Get("json"), ",")
					f(spec.Name.Name, field, field.Names[0].Name, key)
				}
			}
			return true
		})
	}
}

// TestEveryFieldIsDescribed holds that a maker of hardware finds each field
// described: where it stands, or where another type has a field of that name. Ids
// and instants mean something else each time.
func TestEveryFieldIsDescribed(t *testing.T) {
	described := map[string]bool{}
	eachField(t, func(_ string, field *ast.Field, name, _ string) {
		if field.Doc != nil || field.Comment != nil {
			described[name] = true
		}
	})
	eachField(t, func(in string, field *ast.Field, name, _ string) {
		if !described[name] {
			t.Errorf("nothing says what %s.%s is", in, name)
		}
	})
}

// TestEveryFieldOccursInAVector holds that no field is left to guess how it is
// written.
func TestEveryFieldOccursInAVector(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]bool{}
	for _, path := range files {
		if vectors()[strings.TrimSuffix(filepath.Base(path), ".json")].value == nil {
			t.Errorf("%s is no vector any more: remove it", path)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var v any
		if err := json.Unmarshal(data, &v); err != nil {
			t.Fatal(err)
		}
		keys(v, shown)
	}
	eachField(t, func(in string, _ *ast.Field, name, key string) {
		if !shown[key] {
			t.Errorf("no vector has %s.%s (%q)", in, name, key)
		}
	})
}

func keys(v any, into map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		for key, inner := range v {
			into[key] = true
			keys(inner, into)
		}
	case []any:
		for _, inner := range v {
			keys(inner, into)
		}
	}
}
