package audio

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/mewkiz/flac"
	"go.uber.org/goleak"
	"golang.org/x/text/unicode/norm"

	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/problem"
)

const sentence = "Mời bà con đến nhà văn hóa thôn họp lúc 19 giờ 30"

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func need(t testing.TB, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Fatalf("%s is needed by this test: sudo apt install ffmpeg espeak-ng (%v)", program, err)
	}
}

func newService(t testing.TB, change func(*Config)) *Service {
	t.Helper()
	need(t, "ffmpeg")
	need(t, "espeak-ng")
	media, err := OpenMedia(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{Media: media}
	if change != nil {
		change(&cfg)
	}
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// generate makes a file with FFmpeg; the name's ending chooses the format.
func generate(t testing.TB, name string, args ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	out, err := exec.Command("ffmpeg", append(append([]string{"-hide_banner", "-loglevel", "error", "-nostdin"}, args...), path)...).CombinedOutput()
	if err != nil {
		t.Fatalf("generate %s: %v: %s", name, err, out)
	}
	return path
}

// checkSound asserts all that is promised of a sound, measured independently of
// the service's own notes.
func checkSound(t *testing.T, s *Service, sound Sound, wantMS int64) {
	t.Helper()
	f, info, err := s.cfg.Media.Open(sound.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != sound.SHA256 || int64(len(data)) != sound.Bytes || info.Bytes != sound.Bytes {
		t.Errorf("stored bytes do not match %+v (%d bytes)", sound, len(data))
	}
	stream, err := flac.Parse(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if i := stream.Info; i.SampleRate != protocol.SampleRate || i.NChannels != protocol.Channels || i.BitsPerSample != protocol.BitDepth {
		t.Errorf("delivered as %d Hz, %d channels, %d bit", i.SampleRate, i.NChannels, i.BitsPerSample)
	}
	if d := sound.DurationMS - wantMS; d < -60 || d > 60 {
		t.Errorf("lasts %d ms, the source %d ms", sound.DurationMS, wantMS)
	}
	out, err := exec.Command("ffmpeg", "-hide_banner", "-nostats", "-i", s.cfg.Media.path(sound.SHA256, ".flac"), "-af", "ebur128=peak=true:framelog=verbose", "-f", "null", "-").CombinedOutput()
	if err != nil {
		t.Fatalf("measure: %v: %s", err, out)
	}
	l, err := parseLoudness(string(out))
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(l.integrated-TargetLUFS) > 1 || l.truePeak > MaxTruePeak {
		t.Errorf("sounds at %.1f LUFS, %.1f dBTP", l.integrated, l.truePeak)
	}
	if math.Abs(l.integrated-sound.LUFS) > 0.2 || math.Abs(l.truePeak-sound.TruePeakDBTP) > 0.2 {
		t.Errorf("noted %.1f LUFS, %.1f dBTP; measured %.1f, %.1f", sound.LUFS, sound.TruePeakDBTP, l.integrated, l.truePeak)
	}
	found, err := s.Find(t.Context(), sound.SHA256)
	if err != nil || found != sound {
		t.Errorf("found again as %+v, %v", found, err)
	}
}

func importFile(t *testing.T, s *Service, path string) (Sound, error) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	return s.Import(t.Context(), filepath.Base(path), f)
}

func wantProblem(t *testing.T, err error, kind problem.Kind, code string) {
	t.Helper()
	var p *problem.Problem
	if !errors.As(err, &p) || p.Kind != kind || p.Code != code {
		t.Fatalf("got %v (%T), want a problem %s of kind %s", err, err, code, kind)
	}
	if p.VI == "" || p.EN == "" || strings.Contains(p.VI+p.EN, "%!") {
		t.Errorf("problem without proper words: %q / %q", p.VI, p.EN)
	}
}

func TestEveryFormatIsDeliveredAtOneLoudness(t *testing.T) {
	s := newService(t, nil)
	voice := filepath.Join(t.TempDir(), "voice.wav")
	if out, err := exec.Command("espeak-ng", "-v", "vi", "-w", voice, sentence+". "+sentence).CombinedOutput(); err != nil {
		t.Fatalf("espeak-ng: %v: %s", err, out)
	}
	for _, tc := range []struct {
		name string
		args []string
	}{
		{"stereo.mp3", []string{"-i", voice, "-ac", "2", "-ar", "44100", "-b:a", "64k"}},
		{"48k.wav", []string{"-i", voice, "-ar", "48000"}},
		{"24bit.flac", []string{"-i", voice, "-c:a", "flac", "-sample_fmt", "s32", "-ar", "96000"}},
		{"vorbis.ogg", []string{"-i", voice, "-c:a", "libvorbis"}},
		{"opus.webm", []string{"-i", voice, "-c:a", "libopus"}},
		{"opus.ogg", []string{"-i", voice, "-c:a", "libopus"}},
		{"aac.m4a", []string{"-i", voice, "-c:a", "aac", "-b:a", "64k"}},
		{"browser.webm", []string{"-i", voice, "-c:a", "libopus", "-b:a", "48k"}},
		{"quiet.wav", []string{"-i", voice, "-af", "volume=-35dB"}},
		{"clipped.wav", []string{"-i", voice, "-af", "volume=30dB"}},
		{"tone.mp3", []string{"-f", "lavfi", "-i", "sine=1000:d=5"}},
		{"noise.wav", []string{"-f", "lavfi", "-i", "anoisesrc=d=5:a=0.02:seed=1"}},
		{"half-silence.flac", []string{"-i", voice, "-af", "apad=pad_dur=20"}},
		{"short.wav", []string{"-i", voice, "-ss", "0.3", "-t", "0.45"}},
		{"music-with-peaks.wav", []string{"-f", "lavfi", "-i", "aevalsrc=0.05*sin(2*PI*300*t)+0.9*lt(mod(t\\,0.5)\\,0.004)*sin(2*PI*5000*t):d=8:s=44100"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			path := generate(t, tc.name, tc.args...)
			sound, err := importFile(t, s, path)
			if err != nil {
				t.Fatal(err)
			}
			want := probeMS(t, path)
			checkSound(t, s, sound, max(want, 500))
		})
	}
	left, err := os.ReadDir(s.cfg.Media.tempDir())
	if err != nil || len(left) != 0 {
		t.Errorf("left in the temporary folder: %v, %v", left, err)
	}
}

func probeMS(t *testing.T, path string) int64 {
	t.Helper()
	out, err := exec.Command("ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", path).Output()
	var sec float64
	if _, serr := fmt.Sscan(string(out), &sec); err != nil || serr != nil {
		t.Fatalf("ffprobe %s: %v, %v: %q", path, err, serr, out)
	}
	return int64(sec * 1000)
}

func TestAClipShorterThanAMeasuringBlockGetsSilenceBehindIt(t *testing.T) {
	s := newService(t, nil)
	sound, err := importFile(t, s, generate(t, "beep.wav", "-f", "lavfi", "-i", "sine=700:d=0.2"))
	if err != nil {
		t.Fatal(err)
	}
	checkSound(t, s, sound, 500)
}

func TestUploadsThatAreNoAudio(t *testing.T) {
	s := newService(t, func(c *Config) { c.MaxLength = 10 * time.Second })
	random := bytes.Repeat([]byte("this is no audio at all, only words. "), 2000)
	secret := generate(t, "secret.wav", "-f", "lavfi", "-i", "sine=440:d=2")
	for _, tc := range []struct {
		name, code string
		kind       problem.Kind
		data       []byte
	}{
		{"empty", "not_audio", problem.Invalid, nil},
		{"words.mp3", "not_audio", problem.Invalid, random},
		{"hls.m4a", "not_audio", problem.Invalid, []byte("#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://" + secret + "\n#EXT-X-ENDLIST\n")},
		{"concat.wav", "not_audio", problem.Invalid, []byte("ffconcat version 1.0\nfile '" + secret + "'\n")},
		{"sdp.ogg", "not_audio", problem.Invalid, []byte("v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 9999 RTP/AVP 0\n")},
		{"dash.m4a", "not_audio", problem.Invalid, []byte(`<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period><AdaptationSet><Representation><BaseURL>file://` + secret + `</BaseURL></Representation></AdaptationSet></Period></MPD>`)},
		{"picture.png", "not_audio", problem.Invalid, read(t, generate(t, "p.png", "-f", "lavfi", "-i", "color=red:d=1", "-frames:v", "1"))},
		{"video.mp4", "not_audio", problem.Invalid, read(t, generate(t, "v.mp4", "-f", "lavfi", "-i", "color=red:d=1", "-pix_fmt", "yuv420p"))},
		{"half.wav", "not_audio", problem.Invalid, read(t, secret)[:30]},
		{"silence.wav", "audio_silent", problem.Invalid, read(t, generate(t, "s.wav", "-f", "lavfi", "-i", "anullsrc=d=3"))},
		{"blip.wav", "audio_too_short", problem.Invalid, read(t, generate(t, "b.wav", "-f", "lavfi", "-i", "sine=440:d=0.05"))},
		{"long.mp3", "audio_too_long", problem.TooLarge, read(t, generate(t, "l.mp3", "-f", "lavfi", "-i", "sine=440:d=11"))},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := s.Import(t.Context(), tc.name, bytes.NewReader(tc.data))
			wantProblem(t, err, tc.kind, tc.code)
		})
	}
}

// What a header tells is refused before anything is decoded: no measuring begins.
func TestAnUploadThatSaysItIsTooLongIsRefusedAtOnce(t *testing.T) {
	s := newService(t, func(c *Config) { c.MaxLength = 10 * time.Second })
	var steps []Step
	ctx := WithProgress(t.Context(), func(p Progress) { steps = append(steps, p.Step) })
	_, err := s.Import(ctx, "long.mp3", bytes.NewReader(read(t, generate(t, "l.mp3", "-f", "lavfi", "-i", "sine=440:d=14"))))
	wantProblem(t, err, problem.TooLarge, "audio_too_long")
	if slices.Contains(steps, Measuring) {
		t.Errorf("it was decoded first: %v", steps)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// endless is an upload of any size; it counts what was taken of it.
type endless struct{ taken int64 }

func (e *endless) Read(p []byte) (int, error) {
	e.taken += int64(len(p))
	return len(p), nil
}

func TestAHugeUploadIsRefusedEarly(t *testing.T) {
	s := newService(t, func(c *Config) { c.MaxUpload = 5 << 20 })
	src := &endless{}
	_, err := s.Import(t.Context(), "huge.wav", io.LimitReader(src, 2<<30))
	wantProblem(t, err, problem.TooLarge, "upload_too_large")
	if src.taken > 6<<20 {
		t.Errorf("%d bytes were taken of an upload that may have %d", src.taken, 5<<20)
	}
}

func TestTooManyUploadsAtOnce(t *testing.T) {
	s := newService(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	var writers []*io.PipeWriter
	ended := make(chan error, maxUploads)
	for range maxUploads {
		r, w := io.Pipe()
		writers = append(writers, w)
		go func() { _, err := s.Import(ctx, "slow.wav", r); ended <- err }()
		_, _ = w.Write([]byte("RIFF")) // returns when it is being read
	}
	_, err := s.Import(t.Context(), "one more.wav", strings.NewReader(""))
	wantProblem(t, err, problem.TooMany, "uploads_busy")
	cancel()
	for _, w := range writers {
		w.Close()
	}
	for range writers {
		if err := <-ended; err == nil {
			t.Error("an abandoned upload was stored")
		}
	}
}

func TestSpeech(t *testing.T) {
	s := newService(t, nil)
	for _, text := range []string{sentence, "Dừng.", "A", "7", strings.Repeat(sentence+". ", 5)} {
		sound, err := s.Speak(t.Context(), Vietnamese, text)
		if err != nil {
			t.Fatalf("%.20s: %v", text, err)
		}
		checkSound(t, s, sound, sound.DurationMS)
	}
}

func TestSpeechIsKept(t *testing.T) {
	s := newService(t, func(c *Config) {
		c.Engine = []string{"sh", "-c", "echo x >>" + filepath.Join(c.Media.dir, "runs") + "; exec espeak-ng -v vi --stdin --stdout"}
	})
	composed := "Mời bà con họp thôn"
	decomposed := norm.NFD.String(composed)
	first, err := s.Speak(t.Context(), Vietnamese, composed)
	if err != nil {
		t.Fatal(err)
	}
	if decomposed == composed {
		t.Fatal("the two spellings are the same")
	}
	for _, text := range []string{composed, decomposed, "  " + composed + "\n"} {
		again, err := s.Speak(t.Context(), Vietnamese, text)
		if err != nil || again != first {
			t.Errorf("%q spoke %+v, %v; want %+v", text, again, err, first)
		}
	}
	if runs := string(read(t, filepath.Join(s.cfg.Media.dir, "runs"))); runs != "x\n" {
		t.Errorf("the engine ran %d times", strings.Count(runs, "x"))
	}
	// Audio that was removed from disk is made again, the same.
	if err := os.Remove(s.cfg.Media.path(first.SHA256, ".flac")); err != nil {
		t.Fatal(err)
	}
	if again, err := s.Speak(t.Context(), Vietnamese, composed); err != nil || again != first {
		t.Errorf("spoke %+v, %v after a loss; want %+v", again, err, first)
	}
	// Lost measures are taken again.
	if err := os.Remove(s.cfg.Media.path(first.SHA256, ".json")); err != nil {
		t.Fatal(err)
	}
	if again, err := s.Find(t.Context(), first.SHA256); err != nil || again.Audio != first.Audio || math.Abs(again.LUFS-first.LUFS) > 0.2 {
		t.Errorf("found %+v, %v without notes; want %+v", again, err, first)
	}
}

func TestDamagedAudioIsLostAudio(t *testing.T) {
	s := newService(t, nil)
	first, err := s.Speak(t.Context(), Vietnamese, sentence)
	if err != nil {
		t.Fatal(err)
	}
	path := s.cfg.Media.path(first.SHA256, ".flac")
	whole := read(t, path)
	for name, damaged := range map[string][]byte{"empty": {}, "cut off": whole[:len(whole)-1]} {
		if err := os.WriteFile(path, damaged, 0o644); err != nil {
			t.Fatal(err)
		}
		if name == "cut off" {
			_, err := s.Find(t.Context(), first.SHA256)
			wantProblem(t, err, problem.NotFound, "audio_not_found")
			if s.cfg.Media.Has(first.SHA256) {
				t.Error("damaged audio is handed out to devices")
			}
		}
		if again, err := s.Speak(t.Context(), Vietnamese, sentence); err != nil || again != first || !bytes.Equal(read(t, path), whole) {
			t.Errorf("%s: spoke %+v, %v; want %+v", name, again, err, first)
		}
	}
}

func TestTextsThatCannotBeSpoken(t *testing.T) {
	s := newService(t, func(c *Config) {
		c.Read = func(_, text string) string { return strings.ReplaceAll(text, "7", "bảy ") }
	})
	for _, tc := range []struct{ name, text, code string }{
		{"empty", "", "text_empty"},
		{"spaces", " \n\t ", "text_empty"},
		{"punctuation", "... !!! — ?", "text_empty"},
		{"broken", "Mời \xff\xfe bà con", "text_invalid"},
		{"5001", strings.Repeat("ớ", 5001), "text_too_long"},
		{"figures", strings.Repeat("7", 5000), "text_too_long"},
		{"100000", strings.Repeat("a ", 50000), "text_too_long"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := s.Speak(t.Context(), Vietnamese, tc.text)
			wantProblem(t, err, problem.Invalid, tc.code)
			var p *problem.Problem
			if errors.As(err, &p); p.Field != "text" {
				t.Errorf("field %q", p.Field)
			}
			if tc.name == "100000" && !strings.Contains(p.VI, "100000") && !strings.Contains(p.VI, "99999") {
				t.Errorf("the count is missing in %q", p.VI)
			}
		})
	}
}

func TestProgramsThatAreMissingOrIll(t *testing.T) {
	noFFmpeg := newService(t, func(c *Config) { c.FFmpeg = "no-such-ffmpeg" })
	_, err := noFFmpeg.Speak(t.Context(), Vietnamese, sentence)
	wantProblem(t, err, problem.Unavailable, "ffmpeg_missing")
	_, err = noFFmpeg.Import(t.Context(), "x.wav", strings.NewReader("x"))
	wantProblem(t, err, problem.Unavailable, "ffmpeg_missing")

	for _, tc := range []struct {
		code   string
		engine []string
	}{
		{"speech_missing", []string{"no-such-engine"}},
		{"speech_missing", []string{"/no/such/engine"}},
		{"speech_failed", []string{"false"}},
		{"speech_failed", []string{"cat"}},
		{"speech_failed", []string{"true"}},
		{"audio_timeout", []string{"sleep", "60"}},
	} {
		s := newService(t, func(c *Config) {
			if c.Engine = tc.engine; tc.code == "audio_timeout" {
				c.Timeout = time.Second
			}
		})
		_, err := s.Speak(t.Context(), Vietnamese, sentence)
		wantProblem(t, err, problem.Unavailable, tc.code)
	}
}

func TestLeftoversAreCleanedAtStart(t *testing.T) {
	dir := t.TempDir()
	m, err := OpenMedia(dir)
	if err != nil {
		t.Fatal(err)
	}
	work, _, err := m.workdir()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(work, "upload"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenMedia(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(work); !os.IsNotExist(err) {
		t.Errorf("a leftover is still there: %v", err)
	}
}

func TestUnknownAudio(t *testing.T) {
	s := newService(t, nil)
	for _, sha := range []string{"", "../../etc/passwd", strings.Repeat("a", 64), strings.Repeat("A", 64)} {
		_, _, err := s.cfg.Media.Open(sha)
		wantProblem(t, err, problem.NotFound, "audio_not_found")
		_, err = s.Find(t.Context(), sha)
		wantProblem(t, err, problem.NotFound, "audio_not_found")
	}
}

// BenchmarkSpeak30s speaks a text of half a minute, a new one each time.
func BenchmarkSpeak30s(b *testing.B) {
	s := newService(b, nil)
	text := strings.Repeat("Kính mời bà con nhân dân trong thôn đến nhà văn hóa họp bàn về việc vệ sinh đường làng. ", 6)
	var ms int64
	for i := 0; b.Loop(); i++ {
		sound, err := s.Speak(b.Context(), Vietnamese, fmt.Sprint(text, i))
		if err != nil {
			b.Fatal(err)
		}
		ms = sound.DurationMS
	}
	b.ReportMetric(float64(ms)/1000, "s-of-speech")
}

func FuzzCleanText(f *testing.F) {
	for _, s := range []string{sentence, "", "…", "a\x00b", "\xff", "e\u0323\u0302", strings.Repeat("ộ", MaxText+1), "\u202e x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		clean, err := CleanText(s)
		if err != nil {
			return
		}
		if again, err := CleanText(clean); err != nil || again != clean {
			t.Errorf("%q became %q and then %q, %v", s, clean, again, err)
		}
		if !norm.NFC.IsNormalString(clean) || utf8.RuneCountInString(clean) > MaxText || strings.ContainsRune(clean, 0) {
			t.Errorf("%q is spoken as %q", s, clean)
		}
	})
}
