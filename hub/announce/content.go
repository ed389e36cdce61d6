package announce

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
	"github.com/smart-commune/smart-commune/hub/problem"
)

const (
	maxTitle = 200 // characters
	// MaxText is the longest text of a language version, in characters: what the voice
	// speaks at most.
	MaxText     = 5000
	maxSource   = 200 // characters
	maxVersions = 5
	maxOrder    = 1000

	// DefaultLanguage is what is spoken when a draft does not say.
	DefaultLanguage = "vi"
	// DefaultGapS is the silence between two repetitions, in seconds, when a draft
	// does not say.
	DefaultGapS = 5
	maxRepeat   = 10
	maxGapS     = 7200
)

// languageTag is the usual form of a BCP 47 tag: vi, tyz, hmn, zh-Hans, en-GB.
var languageTag = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$`)

// tidy brings a draft that may be half written to its one form and checks what
// stands in it.
func (d *Draft) tidy() error {
	d.Title = devices.TidyName(d.Title)
	d.Text = strings.TrimSpace(d.Text)
	switch {
	case !utf8.ValidString(d.Title) || strings.ContainsFunc(d.Title, unicode.IsControl):
		return invalid("title", "title_invalid", "Tên bản tin có ký tự bị hỏng. Hãy gõ lại.", "The title has broken characters. Type it again.")
	case utf8.RuneCountInString(d.Title) > maxTitle:
		return invalid("title", "title_too_long", "Tên bản tin có %d ký tự, tối đa là %d. Hãy rút gọn.",
			"The title has %d characters, at most %d are accepted. Shorten it.", utf8.RuneCountInString(d.Title), maxTitle)
	case len(d.Versions) > maxVersions:
		return invalid("versions", "too_many_versions", "Bản tin có %d bản tiếng khác, tối đa là %d. Hãy bỏ bớt.",
			"There are %d further versions, at most %d are accepted. Remove some.", len(d.Versions), maxVersions)
	}
	if _, err := d.Level.MarshalText(); err != nil {
		return invalid("level", "level_unknown", "Mức độ của bản tin không hợp lệ. Hãy chọn thông thường, ưu tiên hoặc khẩn cấp.",
			"The level is not known. Choose normal, priority or emergency.").Because(err)
	}
	if d.Language == "" {
		d.Language = DefaultLanguage
	}
	if err := tidyVersion("", d.Language, d.Text, d.Audio); err != nil {
		return err
	}
	d.Versions = slices.Clone(d.Versions) // the caller keeps its own
	for i := range d.Versions {
		v := &d.Versions[i]
		v.Text = strings.TrimSpace(v.Text)
		if err := tidyVersion(fmt.Sprintf("versions[%d].", i), v.Language, v.Text, v.Audio); err != nil {
			return err
		}
	}
	if err := d.tidyValidity(); err != nil {
		return err
	}
	if err := d.Source.tidy(); err != nil {
		return err
	}
	return d.tidyForm()
}

// tidyVersion checks one language version; at is the path of its fields.
func tidyVersion(at, language, text, audio string) error {
	switch {
	case !languageTag.MatchString(language):
		return invalid(at+"language", "language_invalid", "Mã ngôn ngữ “%.20s” không hợp lệ. Dùng mã BCP 47, ví dụ vi (tiếng Việt), tyz (tiếng Tày).",
			"%.20q is no language tag. Use BCP 47, for example vi (Vietnamese) or tyz (Tày).", language)
	case text != "" && audio != "":
		return invalid(at+"audio", "two_contents", "Chỉ dùng văn bản hoặc tệp âm thanh, không dùng cả hai. Hãy bỏ bớt một.",
			"Use either a text or an audio file, not both. Remove one of them.")
	case audio != "" && !protocol.IsSHA256(audio):
		return invalid(at+"audio", "audio_not_found", "Không tìm thấy âm thanh này trong kho. Hãy tải tệp lên lại.",
			"This audio is not in the store. Upload the file again.")
	case !utf8.ValidString(text):
		return invalid(at+"text", "text_invalid", "Văn bản có ký tự bị hỏng. Hãy gõ lại hoặc dán lại nội dung.",
			"The text has broken characters. Type or paste it again.")
	case characters(text) > MaxText:
		return invalid(at+"text", "text_too_long", "Văn bản có %d ký tự, tối đa là %d. Hãy rút gọn hoặc chia thành nhiều bản tin.",
			"The text has %d characters, at most %d are accepted. Shorten it or split it into several announcements.",
			characters(text), MaxText)
	}
	return nil
}

// characters counts what a person would count, however accents are written.
func characters(text string) int { return utf8.RuneCountInString(norm.NFC.String(text)) }

func (d *Draft) tidyValidity() error {
	for _, day := range []struct{ field, value string }{{"valid_from", d.ValidFrom}, {"valid_until", d.ValidUntil}} {
		if day.value == "" {
			continue
		}
		if _, err := time.Parse(schedule.DayFormat, day.value); err != nil {
			return invalid(day.field, "date_invalid", "Ngày “%.20s” không có trong lịch. Hãy nhập theo dạng năm-tháng-ngày, ví dụ 2026-09-02.",
				"%.20q is no date. Enter it as year-month-day, for example 2026-09-02.", day.value).Because(err)
		}
	}
	if d.ValidFrom != "" && d.ValidUntil != "" && d.ValidUntil < d.ValidFrom {
		return invalid("valid_until", "until_before_from", "Ngày hết hiệu lực đứng trước ngày có hiệu lực. Hãy sửa một trong hai ngày.",
			"The last valid day is before the first. Correct one of them.")
	}
	return nil
}

func (s *Source) tidy() error {
	for field, value := range map[string]*string{"source.signer": &s.Signer, "source.document": &s.Document} {
		*value = devices.TidyName(*value)
		if *value != "" && !plain(*value, maxSource) {
			return invalid(field, "source_too_long", "Nguồn tin dài quá %d ký tự hoặc có ký tự bị hỏng. Hãy nhập lại.",
				"The source is longer than %d characters or has broken ones. Enter it again.", maxSource)
		}
	}
	return nil
}

// tidyForm checks how it is to sound.
func (d *Draft) tidyForm() error {
	for field, c := range map[string]Chime{"opening": d.Opening, "closing": d.Closing} {
		if !slices.Contains([]Chime{NoChime, OpeningChime, ClosingChime, EmergencyChime}, c) {
			return invalid(field, "chime_unknown", "Không có nhạc hiệu “%.20s”. Hãy chọn nhạc mở đầu, nhạc kết thúc hoặc tín hiệu khẩn cấp.",
				"There is no chime %.20q. Use opening, closing or emergency.", string(c))
		}
	}
	if d.Level == devices.Emergency && d.Opening == NoChime {
		d.Opening = EmergencyChime // people must look up before the first word
	}
	if d.Repeat == 0 {
		d.Repeat = 1
	}
	if d.Repeat < 1 || d.Repeat > maxRepeat {
		return invalid("repeat", "repeat_out_of_range", "Số lần phát là %d. Hãy chọn từ 1 đến %d lần.",
			"%d repetitions: choose 1 to %d.", d.Repeat, maxRepeat)
	}
	if d.GapS != 0 && (d.GapS < 1 || d.GapS > maxGapS) {
		return invalid("gap_s", "gap_out_of_range", "Khoảng nghỉ giữa hai lần phát là %d giây. Hãy chọn từ 1 đến %d giây.",
			"A gap of %d s: choose 1 to %d.", d.GapS, maxGapS)
	}
	if err := checkOrder(d.Order); err != nil {
		return err
	}
	fate, err := devices.ParseFate(string(d.OnInterrupted))
	if err != nil {
		return invalid("on_interrupted", "fate_unknown", "Cách xử lý khi bị ngắt không hợp lệ. Hãy chọn phát tiếp, phát lại hoặc bỏ qua.",
			"What happens after an interruption is not known. Choose resume, restart or skip.").Because(err)
	}
	d.OnInterrupted = fate
	return nil
}

// checkContent checks what is to be said by a draft that is tidy, and gives it a
// title.
func (d *Draft) checkContent(now time.Time, loc *time.Location) error {
	if err := d.tidy(); err != nil {
		return err
	}
	if d.Text == "" && d.Audio == "" {
		return invalid("text", "no_content", "Bản tin chưa có nội dung. Hãy nhập văn bản hoặc chọn tệp âm thanh.",
			"The announcement says nothing yet. Enter a text or choose an audio file.")
	}
	for i, v := range d.Versions {
		if v.Text == "" && v.Audio == "" {
			return invalid(fmt.Sprintf("versions[%d].text", i), "no_content", "Bản tiếng khác thứ %d chưa có nội dung. Hãy nhập văn bản, chọn tệp âm thanh hoặc bỏ bản đó.",
				"Version %d says nothing yet. Enter a text, choose an audio file or remove it.", i+1)
		}
	}
	spoken := map[string]bool{d.Language: true}
	for i, v := range d.Versions {
		if spoken[v.Language] {
			return invalid(fmt.Sprintf("versions[%d].language", i), "language_twice", "Bản tin có hai bản cùng ngôn ngữ “%s” nên bà con sẽ nghe hai lần. Hãy bỏ bớt một bản, hoặc chọn đúng ngôn ngữ; muốn phát lại thì tăng số lần phát.",
				"There are two versions in the language %q. Remove one or correct its language; to sound it again, raise the number of times.", v.Language)
		}
		spoken[v.Language] = true
	}
	if today := now.In(loc).Format(schedule.DayFormat); d.ValidUntil != "" && d.ValidUntil < today {
		return invalid("valid_until", "validity_over", "Bản tin đã hết hiệu lực từ ngày %s. Hãy sửa ngày hết hiệu lực.",
			"The announcement is valid until %s, which is over. Change the last valid day.", d.ValidUntil)
	}
	if d.Title == "" {
		d.Title = firstWords(d.Text)
	}
	return nil
}

// checkBlanks refuses a text in which blanks of a template were left: the voice would
// read out what belongs there.
func (d *Draft) checkBlanks() error {
	left := func(at, text string) error {
		names := Template{Text: text}.Blanks()
		if len(names) == 0 {
			return nil
		}
		list := "{" + strings.Join(names, "}, {") + "}"
		return invalid(at, "blanks_left", "Còn chỗ trống trong dấu { } chưa điền: %s. Điền rồi hãy gửi.", "There are blanks in { } to fill in first: %s.", list)
	}
	if err := left("text", d.Text); err != nil {
		return err
	}
	for i, v := range d.Versions {
		if err := left(fmt.Sprintf("versions[%d].text", i), v.Text); err != nil {
			return err
		}
	}
	return nil
}

// ValidOn reports whether the announcement may sound on the day of the instant,
// which is in the commune's zone.
func (d Draft) ValidOn(at time.Time) bool {
	day := at.Format(schedule.DayFormat)
	return (d.ValidFrom == "" || d.ValidFrom <= day) && (d.ValidUntil == "" || day <= d.ValidUntil)
}

// conflict is a problem of kind Conflict.
func conflict(code, vi, en string, args ...any) *problem.Problem {
	return problem.New(problem.Conflict, code, vi, en, args...)
}
