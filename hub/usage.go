package main

import (
	"errors"
	"io/fs"
	"regexp"
	"strings"
	"syscall"

	"github.com/smart-commune/smart-commune/hub/apiclient"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// usageError is a command that was written wrongly.
type usageError struct{ error }

func (u usageError) Unwrap() error { return u.error }

// wrongUsage is one that we noticed ourselves.
func wrongUsage(vi, en string, args ...any) error {
	return usageError{problem.New(problem.Invalid, "usage", vi, en, args...)}
}

// wrongID is an argument that is no id.
func wrongID(where, id string, err error) error {
	return wrongUsage("%[1]s“%[2]s” không phải là mã: mã dài tối đa 32 ký tự, chỉ gồm a-z, 0-9 và “-”, không dấu", "%[1]s%[3]v", where, id, err)
}

// parserSays are the refusals of the library that reads command lines.
var parserSays = []struct {
	en *regexp.Regexp
	vi string
}{
	{regexp.MustCompile(`^unknown flag (\S+?)(?:, did you mean (?:one of )?(.+)\?)?$`), "không có tùy chọn $1, có phải là $2"},
	{regexp.MustCompile(`^unexpected argument (.+?)(?:, did you mean (?:one of )?(.+)\?)?$`), "không hiểu “$1”, có phải là $2"},
	{regexp.MustCompile(`^unexpected (?:flag argument|token) (.+)$`), "không hiểu $1"},
	{regexp.MustCompile(`^missing flags: (.+)$`), "thiếu tùy chọn: $1"},
	{regexp.MustCompile(`^missing positional arguments (.+)$`), "thiếu tham số: $1"},
	{regexp.MustCompile(`^expected one of (.+)$`), "thiếu lệnh: hãy dùng một trong các lệnh $1"},
	{regexp.MustCompile(`^expected "(.+)"$`), "thiếu tham số: $1"},
	{regexp.MustCompile(`^(\S+) and (\S+) can't be used together$`), "không dùng $1 cùng với $2"},
	{regexp.MustCompile(`^(\S+) must be one of (.+) but got "(.*)"$`), "$1 phải là một trong $2, không phải “$3”"},
	{regexp.MustCompile(`^(\S+): expected duration but got "(.*?)".*$`), "$1: “$2” không phải là khoảng thời gian, hãy viết như 30s, 10m, 2h"},
	{regexp.MustCompile(`^(\S+): expected an? (?:int|valid \d+ bit int) but got "(.*)".*$`), "$1: “$2” không phải là số nguyên"},
	{regexp.MustCompile(`^(\S+): expected \S+ value but got ".*" \(.+\); perhaps try (.+)\?$`), "$1: thiếu giá trị, có phải là $2"},
	{regexp.MustCompile(`^(\S+): expected \S+ value but got .*$`), "$1: thiếu giá trị"},
	{regexp.MustCompile(`^(\S+): bool value must be .*$`), "$1: không nhận giá trị này, chỉ có hoặc không"},
}

// parserWords puts what that library says into both languages.
func parserWords(err error) problem.Words {
	said := problem.Words{VI: "không hiểu lệnh: " + err.Error(), EN: err.Error()}
	for _, p := range parserSays {
		if p.en.MatchString(said.EN) {
			said.VI = p.en.ReplaceAllString(said.EN, p.vi)
			said.VI = strings.ReplaceAll(strings.TrimSuffix(said.VI, ", có phải là "), " or ", " hoặc ")
			break
		}
	}
	return said
}

// fileWords says in both languages what is wrong with a file of this machine.
func fileWords(err *fs.PathError) problem.Words {
	for _, w := range []struct {
		is     error
		vi, en string
	}{
		{fs.ErrNotExist, "không có tệp hoặc thư mục ", "there is no file or folder "},
		{fs.ErrPermission, "không có quyền dùng ", "no permission to use "},
		{syscall.EISDIR, "cần một tệp, đây là thư mục: ", "a file is needed, this is a folder: "},
		{syscall.ENOSPC, "đĩa đã đầy, không ghi được ", "the disk is full, cannot write "},
	} {
		if errors.Is(err.Err, w.is) {
			return problem.Words{VI: w.vi + err.Path, EN: w.en + err.Path}
		}
	}
	return problem.Words{VI: "không dùng được " + err.Path + " (" + err.Err.Error() + ")", EN: err.Error()}
}

// awayWords says in both languages why no hub answers.
func awayWords(err *apiclient.Unreachable) problem.Words {
	vi := "không trả lời (" + err.Err.Error() + ")"
	var timeout interface{ Timeout() bool }
	switch {
	case errors.Is(err, apiclient.ErrNotRunning):
		vi = "máy chủ chưa chạy, thư mục này không có run.json"
	case errors.Is(err, apiclient.ErrNoHub):
		vi = "nơi đó có một chương trình khác, không phải máy chủ này"
	case errors.Is(err, syscall.ECONNREFUSED):
		vi = "không có gì chạy ở địa chỉ đó"
	case errors.As(err, &timeout) && timeout.Timeout():
		vi = "chờ mãi không thấy trả lời"
	}
	v, e := vietnamese(), english()
	return problem.Words{VI: v.unreachableAt(err.Where, vi), EN: e.unreachableAt(err.Where, err.Err.Error())}
}
