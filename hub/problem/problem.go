// Package problem is the error that a person is shown: what happened, why and
// what to do, in Vietnamese and in English, with a code for programs.
package problem

import (
	"errors"
	"fmt"
)

// Kind is what sort of trouble it is; the HTTP API has one table from kinds to
// status codes.
type Kind string

// The kinds of problem.
const (
	Invalid      Kind = "invalid"      // the request cannot be right
	Unauthorized Kind = "unauthorized" // who asks is not known
	Forbidden    Kind = "forbidden"    // who asks may not do this
	NotFound     Kind = "not_found"
	Conflict     Kind = "conflict" // the thing has changed or is taken
	TooLarge     Kind = "too_large"
	TooMany      Kind = "too_many"    // try again later
	Unavailable  Kind = "unavailable" // a part that is needed does not work now
)

// Problem is an error with words for a person.
type Problem struct {
	Kind  Kind
	Code  string // stable, for programs: "text_too_long"
	VI    string // a whole Vietnamese sentence or two
	EN    string // the same in English
	Field string // the JSON path of the input at fault, empty for none
	Err   error  // the cause for the log, may be nil
}

// New returns a problem; vi and en are formatted with args alike.
func New(kind Kind, code, vi, en string, args ...any) *Problem {
	if len(args) > 0 {
		vi, en = fmt.Sprintf(vi, args...), fmt.Sprintf(en, args...)
	}
	return &Problem{Kind: kind, Code: code, VI: vi, EN: en}
}

// At names the field at fault.
func (p *Problem) At(field string) *Problem { p.Field = field; return p }

// Because keeps the cause for the log.
func (p *Problem) Because(err error) *Problem { p.Err = err; return p }

// Error returns the English words with the cause.
func (p *Problem) Error() string {
	if p.Err != nil {
		return p.EN + " (" + p.Err.Error() + ")"
	}
	return p.EN
}

// Unwrap returns the cause.
func (p *Problem) Unwrap() error { return p.Err }

// Is reports whether err is a problem of the given kind.
func Is(err error, kind Kind) bool {
	var p *Problem
	return errors.As(err, &p) && p.Kind == kind
}
