package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"slices"

	"github.com/smart-commune/smart-commune/devices/strictyaml"
	"github.com/smart-commune/smart-commune/hub/apiclient"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// failed ends a command that has said everything already.
var failed = errors.New("failed")

// failure is an error as a program reads it: what --json prints on the error
// output, in the form of the API's own errors.
type failure struct {
	Code    string        `json:"code"`
	Message problem.Words `json:"message"`
	Field   string        `json:"field,omitempty"`

	exit int
	hint problem.Words // what to do, for a person
}

// failureOf puts any error of a command into one form.
func failureOf(err error) failure {
	var usage usageError
	var refused *apiclient.Refused
	var unreachable *apiclient.Unreachable
	var said *problem.Problem
	var yaml *strictyaml.Error
	var file *fs.PathError
	vi, en := vietnamese(), english()
	switch {
	case errors.As(err, &usage):
		f := failureOf(usage.error)
		if f.Code == "failed" {
			f.Message = parserWords(usage.error)
		}
		return failure{Code: "usage", Message: f.Message, exit: exitUsage, hint: problem.Words{VI: vi.seeHelp, EN: en.seeHelp}}
	case errors.As(err, &unreachable):
		return failure{Code: "unreachable", Message: awayWords(unreachable), exit: exitUnreachable, hint: problem.Words{VI: vi.startHub, EN: en.startHub}}
	case errors.As(err, &refused):
		f := failure{Code: refused.Code, Message: problem.Words{VI: refused.Message.VI, EN: refused.Message.EN}, Field: refused.Field, exit: exitFailed}
		if refused.Status == http.StatusUnauthorized {
			f.Message, f.hint = problem.Words{VI: vi.wrongToken, EN: en.wrongToken}, problem.Words{VI: vi.giveToken, EN: en.giveToken}
		}
		return f
	}
	switch {
	case errors.As(err, &said):
		return failure{Code: said.Code, Message: problem.Words{VI: said.VI, EN: said.EN}, Field: said.Field, exit: exitFailed}
	case errors.As(err, &yaml):
		return failure{Code: "bad_file", Message: problem.OfData(yaml), exit: exitFailed}
	case errors.As(err, &file):
		return failure{Code: "file", Message: fileWords(file), exit: exitFailed}
	}
	if errors.Is(err, context.Canceled) {
		return failure{Code: "interrupted", Message: problem.Words{VI: "đã ngừng theo yêu cầu; không rõ máy chủ đã nhận lệnh hay chưa", EN: "ended as asked; whether the hub took the command is not known"}, exit: exitFailed}
	}
	return failure{Code: "failed", Message: problem.Words{VI: err.Error(), EN: err.Error()}, exit: exitFailed}
}

// report tells what went wrong, and what to do, and returns the exit code.
func (t *terminal) report(err error) int {
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, failed):
		return exitFailed
	}
	f := failureOf(err)
	if t.json {
		_ = printJSON(t.stderr, f) // there is nobody else to tell
		return f.exit
	}
	fmt.Fprintf(t.stderr, "hub: %s\n", t.words.pick(f.Message.VI, f.Message.EN))
	if hint := t.words.pick(f.hint.VI, f.hint.EN); hint != "" {
		fmt.Fprintln(t.stderr, hint)
	}
	return f.exit
}

// wantsJSON reports whether errors are to be JSON too: also those of a command
// that cannot be read.
func wantsJSON(args []string) bool {
	if end := slices.Index(args, "--"); end >= 0 {
		args = args[:end]
	}
	return slices.Contains(args, "--json")
}
