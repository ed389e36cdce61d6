package announce

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/smart-commune/smart-commune/devices"
)

// blank is a place in a template's text that a person fills in; its name is what
// the person is asked for: {giờ họp}.
var blank = regexp.MustCompile(`\{([^{}\n]{1,60})\}`)

// Blanks are the names of the template's blanks in the order of the text, each
// once.
func (t Template) Blanks() []string {
	var names []string
	for _, m := range blank.FindAllStringSubmatch(t.Text, -1) {
		if !slices.Contains(names, m[1]) {
			names = append(names, m[1])
		}
	}
	return names
}

// Fill returns the text with its blanks filled in. All of them are needed.
func (t Template) Fill(blanks map[string]string) (string, error) {
	var missing []string
	text := blank.ReplaceAllStringFunc(t.Text, func(m string) string {
		name := m[1 : len(m)-1]
		value := strings.TrimSpace(blanks[name])
		if value == "" && !slices.Contains(missing, name) {
			missing = append(missing, name)
		}
		return value
	})
	if missing != nil {
		return "", invalid("blanks", "blanks_missing", "Mẫu còn thiếu: %s. Hãy điền đủ.", "The template still needs: %s. Fill them in.",
			strings.Join(missing, ", "))
	}
	return text, nil
}

func (r Rules) template(name string) (Template, error) {
	for _, t := range r.Templates {
		if t.Name == name {
			return t, nil
		}
	}
	return Template{}, invalid("template", "template_unknown", "Không có mẫu bản tin “%.40s”. Hãy chọn mẫu khác.",
		"There is no template %.40q. Choose another one.", name)
}

func (r *Rules) tidyTemplates() error {
	r.Templates = append([]Template{}, r.Templates...)
	seen := map[string]bool{}
	for i, t := range r.Templates {
		at := fmt.Sprintf("templates[%d].", i)
		if devices.CheckID(t.Name) != nil || seen[t.Name] {
			return invalid(at+"name", "template_name", "Mã mẫu “%.40s” không hợp lệ hoặc đã có. Dùng chữ thường không dấu, số và gạch nối.",
				"The name %.40q is taken or not valid. Use lower-case letters, digits and hyphens.", t.Name)
		}
		seen[t.Name] = true
		r.Templates[i].Title = devices.TidyName(t.Title)
		if !plain(r.Templates[i].Title, maxTitle) {
			return invalid(at+"title", "title_invalid", "Tên mẫu bị trống, dài quá hoặc có ký tự hỏng. Hãy nhập lại.",
				"The title is empty, too long or broken. Enter it again.")
		}
		if _, err := t.Level.MarshalText(); err != nil {
			return invalid(at+"level", "level_unknown", "Mức độ của mẫu không hợp lệ.", "The level is not known.").Because(err)
		}
		rest := blank.ReplaceAllString(t.Text, "")
		if t.Text == "" || !utf8.ValidString(t.Text) || utf8.RuneCountInString(t.Text) > MaxText || strings.ContainsAny(rest, "{}") {
			return invalid(at+"text", "template_text", "Nội dung mẫu “%s” bị trống, dài quá hoặc có dấu ngoặc nhọn chưa khép. Mỗi chỗ trống viết dạng {tên}.",
				"The text of the template %q is empty, too long or has a brace that is not closed. A blank is written {name}.", t.Name)
		}
	}
	return nil
}
