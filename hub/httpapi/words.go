package httpapi

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/smart-commune/smart-commune/hub/problem"
)

// inOurWords turns huma's own errors into ours; it is a huma.Transformer.
func inOurWords(ctx huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	ctx.SetHeader("Content-Type", "application/json")
	return translate(m), nil
}

func translate(m *huma.ErrorModel) *problemBody {
	b := &problemBody{status: m.Status}
	say := func(code, vi, en string) *problemBody {
		b.Code, b.Message = code, problem.Say(vi, en)
		return b
	}
	switch m.Status {
	case http.StatusRequestEntityTooLarge:
		return say("too_large", "Dữ liệu gửi lên quá lớn.", "What was sent is too large.")
	case http.StatusRequestTimeout:
		return say("timeout", "Đường truyền quá chậm nên dữ liệu chưa gửi xong. Hãy thử lại.",
			"The connection was too slow and the request did not arrive in time. Try again.")
	case http.StatusUnsupportedMediaType:
		return say("unsupported_media_type", "Kiểu dữ liệu gửi lên không đúng: cần application/json.",
			"The content type is wrong: application/json is expected.")
	case http.StatusInternalServerError:
		return say("internal", "Máy chủ không đọc được yêu cầu. Hãy thử lại.", "The hub could not read the request. Try again.")
	}
	if len(m.Errors) == 0 || m.Errors[0] == nil {
		return say("empty_body", "Yêu cầu không có nội dung.", "The request has no body.")
	}
	if m.Status == http.StatusBadRequest {
		return say("bad_json", "Nội dung gửi lên không phải JSON hợp lệ.", "The body is not valid JSON.")
	}
	first := m.Errors[0]
	_, b.Field, _ = strings.Cut(first.Location, ".")
	name := b.Field
	for _, w := range validationWords {
		g := w.match.FindStringSubmatch(first.Message)
		if g == nil {
			continue
		}
		arg := ""
		if len(g) > 1 {
			arg = g[1]
		}
		if w.argIsField {
			name = strings.Trim(name+"."+arg, ".")
			b.Field = name
		}
		fill := strings.NewReplacer("{field}", name, "{arg}", strings.ReplaceAll(arg, `", "`, ", "))
		return say("invalid_input", fill.Replace(w.vi), fill.Replace(w.en))
	}
	return say("invalid_input", "Mục “"+name+"” không hợp lệ. Hãy kiểm tra lại.", "The field \""+name+"\" is not valid: "+first.Message+".")
}

// validationWords gives each of huma's validation messages its words; {field} is
// the path of the input, {arg} the number or name in the message.
var validationWords = []struct {
	match      *regexp.Regexp
	argIsField bool
	vi, en     string
}{
	{regexp.MustCompile(`^expected required property (\S+) to be present`), true,
		"Thiếu mục “{field}”.", `The field "{field}" is missing.`},
	{regexp.MustCompile(`^required \w+ parameter is missing`), false,
		"Thiếu mục “{field}”.", `The parameter "{field}" is missing.`},
	{regexp.MustCompile(`^unexpected property`), false,
		"Không có mục “{field}”; hãy bỏ đi.", `The field "{field}" is not known; leave it out.`},
	{regexp.MustCompile(`^expected length <= (\d+)`), false,
		"Mục “{field}” quá dài: tối đa {arg} ký tự.", `The field "{field}" is too long: at most {arg} characters.`},
	{regexp.MustCompile(`^expected length >= 1$`), false,
		"Mục “{field}” không được để trống.", `The field "{field}" must not be empty.`},
	{regexp.MustCompile(`^expected length >= (\d+)`), false,
		"Mục “{field}” quá ngắn: ít nhất {arg} ký tự.", `The field "{field}" is too short: at least {arg} characters.`},
	{regexp.MustCompile(`^expected value to be one of "(.*)"`), false,
		"Mục “{field}” phải là một trong các giá trị: {arg}.", `The field "{field}" must be one of: {arg}.`},
	{regexp.MustCompile(`^expected number >= (\S+)`), false,
		"Mục “{field}” phải từ {arg} trở lên.", `The field "{field}" must be at least {arg}.`},
	{regexp.MustCompile(`^expected number <= (\S+)`), false,
		"Mục “{field}” không được quá {arg}.", `The field "{field}" must be at most {arg}.`},
	{regexp.MustCompile(`^(?:expected (?:integer|number)|invalid (?:integer|float))`), false,
		"Mục “{field}” phải là một con số.", `The field "{field}" must be a number.`},
	{regexp.MustCompile(`^(?:expected|invalid) boolean`), false,
		"Mục “{field}” phải là đúng (true) hoặc sai (false).", `The field "{field}" must be true or false.`},
	{regexp.MustCompile(`^(?:expected string to be RFC 3339 date-time|invalid date/time)`), false,
		"Mục “{field}” phải là ngày giờ, ví dụ 2026-08-15T05:30:00+07:00.", `The field "{field}" must be an instant such as 2026-08-15T05:30:00+07:00.`},
	{regexp.MustCompile(`^expected string to match pattern`), false,
		"Mục “{field}” viết không đúng mẫu.", `The field "{field}" is not written as it should be.`},
	{regexp.MustCompile(`^expected string`), false,
		"Mục “{field}” phải là chữ.", `The field "{field}" must be text.`},
	{regexp.MustCompile(`^expected array`), false,
		"Mục “{field}” phải là một danh sách.", `The field "{field}" must be a list.`},
	{regexp.MustCompile(`^expected object`), false,
		"Mục “{field}” phải là một nhóm mục.", `The field "{field}" must be an object.`},
}
