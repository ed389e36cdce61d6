package audio

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/smart-commune/smart-commune/hub/problem"
)

// MaxText is the longest text that is spoken, in characters: about six minutes.
const MaxText = 5000

// Vietnamese is the language of [Config.Engine].
const Vietnamese = "vi"

// maxWords is the longest reading of a text, in characters: a page of figures is
// several times as long in words, and would keep the voice busy for minutes.
const maxWords = 3 * MaxText

// maxSpoken bounds what an engine may write, in bytes: 30 minutes at 48 kHz.
const maxSpoken = 200 << 20

// recipe is part of the key of kept speech: it changes when the same text would
// come out differently.
const recipe = "1"

// Speak speaks a text in a language (BCP 47) and stores it in the delivery
// format. Texts that are read out alike by the same engine give the same audio,
// from the store the second time.
//
// Problems at the field "text": Invalid for text_empty, text_invalid and
// text_too_long; at "language": no_voice; Unavailable without the engine or FFmpeg.
func (s *Service) Speak(ctx context.Context, language, text string) (Sound, error) {
	text, err := CleanText(text)
	if err != nil {
		return Sound{}, err
	}
	voice, err := s.voice(language)
	if err != nil {
		return Sound{}, err
	}
	if text, err = s.read(language, text); err != nil {
		return Sound{}, err
	}
	kept := filepath.Join(s.cfg.Media.speechDir(), speechKey(voice, text))
	if sha, err := os.ReadFile(kept); err == nil {
		if sound, err := s.Find(ctx, string(sha)); !problem.Is(err, problem.NotFound) {
			return sound, err
		}
	}
	if !isUrgent(ctx) {
		progress(ctx, Progress{Step: Waiting})
		if err := s.speeches.take(ctx); err != nil {
			return Sound{}, err
		}
		defer s.speeches.free()
	}
	dir, done, err := s.cfg.Media.workdir()
	if err != nil {
		return Sound{}, err
	}
	defer done()
	wav := filepath.Join(dir, "speech.wav")
	progress(ctx, Progress{Step: Speaking})
	err = s.engine(ctx, voice, text, wav)
	var sound Sound
	if err == nil {
		sound, err = s.normalise(ctx, dir, wav)
	}
	if err != nil {
		s.cfg.Log.Warn("text not spoken", "engine", voice[0], "characters", utf8.RuneCountInString(text), "error", err)
		return Sound{}, failed(err, problem.New(problem.Unavailable, "speech_failed",
			"Phần mềm đọc văn bản gặp lỗi. Hãy thử lại, hoặc báo kỹ thuật viên kiểm tra cấu hình giọng đọc.",
			"The text to speech program failed. Try again, or have a technician check its configuration."))
	}
	// The audio is there; without this note it is only spoken again.
	if err := s.cfg.Media.write(kept, []byte(sound.SHA256)); err != nil {
		s.cfg.Log.Warn("speech is not remembered", "error", err)
	}
	return sound, nil
}

// read returns the words that are spoken for a text.
func (s *Service) read(language, text string) (string, error) {
	text = s.cfg.Read(language, text)
	if n := utf8.RuneCountInString(text); n > maxWords {
		return "", problem.New(problem.Invalid, "text_too_long",
			"Văn bản có nhiều chữ số và ký hiệu, đọc thành lời dài %d ký tự, tối đa là %d. Hãy rút gọn hoặc chia thành nhiều bản tin.",
			"The text has many figures and signs: read out it has %d characters, at most %d are accepted. Shorten it or split it into several announcements.",
			n, maxWords).At("text")
	}
	return text, nil
}

type urgentKey struct{}

// Urgent lets what is spoken under the context wait for nobody.
func Urgent(ctx context.Context) context.Context {
	return context.WithValue(ctx, urgentKey{}, true)
}

func isUrgent(ctx context.Context) bool { return ctx.Value(urgentKey{}) != nil }

// CleanText returns text as it is spoken (composed characters, NFC, no control
// characters), or the problem with it.
func CleanText(text string) (string, error) {
	if !utf8.ValidString(text) {
		return "", problem.New(problem.Invalid, "text_invalid",
			"Văn bản có ký tự bị hỏng. Hãy gõ lại hoặc dán lại nội dung.",
			"The text has broken characters. Type or paste it again.").At("text")
	}
	// Composing shortens: count what a person would count. The first check keeps
	// a huge text from costing anything.
	if n := utf8.RuneCountInString(text); n > 4*MaxText {
		return "", tooLong(n)
	}
	text = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r != '\n' && unicode.IsControl(r) {
			return ' '
		}
		return r
	}, norm.NFC.String(text)))
	if n := utf8.RuneCountInString(text); n > MaxText {
		return "", tooLong(n)
	}
	if !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		return "", problem.New(problem.Invalid, "text_empty",
			"Chưa có nội dung để đọc. Hãy nhập văn bản có chữ hoặc số.",
			"There is nothing to read out. Enter a text with letters or digits.").At("text")
	}
	return text, nil
}

func tooLong(n int) error {
	return problem.New(problem.Invalid, "text_too_long",
		"Văn bản có %d ký tự, tối đa là %d. Hãy rút gọn hoặc chia thành nhiều bản tin.",
		"The text has %d characters, at most %d are accepted. Shorten it or split it into several announcements.",
		n, MaxText).At("text")
}

// speechKey names kept speech by all that decides how it sounds.
func speechKey(voice []string, text string) string {
	h := sha256.New()
	_ = json.NewEncoder(h).Encode([]any{recipe, voice, text})
	return hex.EncodeToString(h.Sum(nil))
}

// voice returns the program that speaks a language.
func (s *Service) voice(language string) ([]string, error) {
	base, _, _ := strings.Cut(language, "-")
	if v := s.cfg.Voices[language]; len(v) > 0 {
		return v, nil
	}
	if v := s.cfg.Voices[base]; len(v) > 0 {
		return v, nil
	}
	if base == Vietnamese || language == "" {
		return s.cfg.Engine, nil
	}
	return nil, problem.New(problem.Invalid, "no_voice",
		"Máy chủ chưa có giọng đọc cho ngôn ngữ “%.20s”. Hãy ghi âm hoặc tải tệp âm thanh lên, hoặc nhờ kỹ thuật viên cài giọng đọc.",
		"There is no voice for the language %.20q. Record or upload audio, or have a technician add a voice.", language).At("language")
}

// engine runs the program and writes its WAV to path.
func (s *Service) engine(ctx context.Context, voice []string, text, path string) error {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("keep speech: %w", err)
	}
	_, err = run(ctx, s.cfg.Timeout, voice, strings.NewReader(text+"\n"), &bounded{f, maxSpoken})
	err = errors.Join(err, f.Close())
	if errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
		return problem.New(problem.Unavailable, "speech_missing",
			"Máy chủ chưa có phần mềm đọc văn bản (%s). Hãy nhờ kỹ thuật viên cài đặt (sudo apt install espeak-ng) hoặc sửa cấu hình giọng đọc.",
			"The text to speech program (%s) is missing on the server. Install it: sudo apt install espeak-ng, or change the configured engine.",
			voice[0]).Because(err)
	}
	return err
}

// bounded fails a writer that writes too much.
type bounded struct {
	f    *os.File
	left int64
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.left -= int64(len(p)); b.left < 0 {
		return 0, errors.New("the engine writes without end")
	}
	return b.f.Write(p)
}
