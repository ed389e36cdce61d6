package audio

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"

	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// loudness is what FFmpeg's ebur128 filter measures, with a step of 0.1.
type loudness struct {
	integrated float64 // LUFS; silence is -70 or below
	truePeak   float64 // dBTP
}

const (
	// silence is the absolute gate of BS.1770: nothing below it is counted.
	silence = -69.9
	// shortest is the least length of what is delivered, in samples: BS.1770
	// measures in blocks of 400 ms and cannot measure less. Shorter clips get
	// silence behind them.
	shortest = protocol.SampleRate / 2
	// tooShort is the length below which a clip is refused, in samples: nobody
	// understands anything in it.
	tooShort = protocol.SampleRate / 10

	bytesPerSample = 4 // of the raw working format, 32 bit float

	// near is how far from the target a result may be without another try, in LU;
	// between two steps of the meter.
	near = 0.35
	// yield is how much of a gain a limiter lets through, seen on speech.
	yield = 0.75
	// tries bounds the renderings of one clip.
	tries = 6
)

var (
	integratedLine = regexp.MustCompile(`(?m)^\s+I:\s+(\S+) LUFS`)
	truePeakLine   = regexp.MustCompile(`(?m)^\s+Peak:\s+(\S+) dBFS`)
)

func parseLoudness(said string) (loudness, error) {
	var values [2]float64
	for i, re := range []*regexp.Regexp{integratedLine, truePeakLine} {
		// FFmpeg may build its graph twice and print a summary each time.
		all := re.FindAllStringSubmatch(said, -1)
		if len(all) == 0 {
			return loudness{}, fmt.Errorf("FFmpeg printed no loudness: %.300s", said)
		}
		m := all[len(all)-1]
		v, err := strconv.ParseFloat(m[1], 64)
		if err != nil || math.IsNaN(v) {
			return loudness{}, fmt.Errorf("FFmpeg printed the loudness %q", m[1])
		}
		values[i] = v
	}
	return loudness{values[0], values[1]}, nil
}

// measured is the end of a filter graph: what flows in comes out as [out], and
// its loudness is printed while [measured] is pulled, see toNowhere.
const measured = ",asplit[out][meter];[meter]ebur128=peak=true:framelog=verbose[measured]"

func toNowhere() []string { return []string{"-map", "[measured]", "-f", "null", "-"} }

// decode reads any accepted input into raw samples of the delivery rate.
func (s *Service) decode(ctx context.Context, input, raw string) (loudness, error) {
	said, err := s.ffmpeg(ctx, append([]string{
		"-protocol_whitelist", "file,pipe", "-format_whitelist", inputFormats,
		// One second more than allowed tells too long from just long enough.
		"-t", strconv.Itoa(int(s.cfg.MaxLength.Seconds()) + 1),
		"-i", "file:" + input,
		"-filter_complex", fmt.Sprintf("[0:a:0]aresample=%d,aformat=sample_fmts=flt:channel_layouts=mono%s", protocol.SampleRate, measured),
		"-map", "[out]", "-f", "f32le", raw}, toNowhere()...)...)
	if err != nil {
		return loudness{}, err
	}
	return parseLoudness(said.String())
}

// render applies a gain in dB and, when limit is below 0, a limiter at limit
// dBTP, and writes the delivery format.
func (s *Service) render(ctx context.Context, raw, flac string, gain, limit float64) (loudness, error) {
	rate := strconv.Itoa(protocol.SampleRate)
	chain := fmt.Sprintf("[0:a:0]volume=%.2fdB:precision=float", gain)
	if limit < 0 {
		// At four times the rate the samples show the true peak. The limiter
		// looks 5 ms ahead and delays by as much, which is taken off again.
		const over, delay = 4 * protocol.SampleRate, 4 * protocol.SampleRate * 5 / 1000
		chain += fmt.Sprintf(",aresample=%d,apad=pad_len=%d,alimiter=limit=%.5f:attack=5:release=50:level=0,"+
			"atrim=start_sample=%d,asetpts=N/SR/TB,aresample=%s", over, delay, math.Pow(10, limit/20), delay, rate)
	}
	chain += ",aformat=sample_fmts=s16:channel_layouts=mono" + measured
	said, err := s.ffmpeg(ctx, append([]string{"-f", "f32le", "-ar", rate, "-ac", "1", "-i", "file:" + raw,
		"-filter_complex", chain, "-map", "[out]", "-map_metadata", "-1",
		// The same samples give the same file, and so the same SHA-256.
		"-fflags", "+bitexact", "-flags:a", "+bitexact", "-c:a", "flac", "-f", "flac", flac}, toNowhere()...)...)
	if err != nil {
		return loudness{}, err
	}
	return parseLoudness(said.String())
}

// normalise turns any accepted input into delivery audio in the store. dir is a
// temporary folder for its work.
//
// The gain is one number for the whole clip, so that quiet and loud passages
// keep their relation; a limiter takes only the peaks that would pass
// [MaxTruePeak]. Each rendering is measured and corrected until it fits.
func (s *Service) normalise(ctx context.Context, dir, input string) (Sound, error) {
	progress(ctx, Progress{Step: Measuring})
	raw := filepath.Join(dir, "raw.f32")
	in, err := s.decode(ctx, input, raw)
	if err != nil {
		return Sound{}, err
	}
	if in, err = s.checkLength(ctx, raw, in); err != nil {
		return Sound{}, err
	}
	if in.integrated <= silence {
		return Sound{}, problem.New(problem.Invalid, "audio_silent",
			"Tệp âm thanh không có tiếng hoặc tiếng quá nhỏ. Hãy nghe thử tệp rồi chọn tệp khác.",
			"The audio is silent or far too quiet. Listen to the file and choose another one.")
	}
	progress(ctx, Progress{Step: Fitting})
	flac := filepath.Join(dir, "best.flac")
	best, err := s.fit(ctx, raw, flac, in)
	if err != nil {
		return Sound{}, err
	}
	return s.cfg.Media.put(flac, best)
}

// fit renders raw to flac, as near to the target as it gets.
func (s *Service) fit(ctx context.Context, raw, flac string, in loudness) (loudness, error) {
	const margin = 0.2 // dB, for what resampling adds to a peak
	gain, limit := TargetLUFS-in.integrated, MaxTruePeak-margin
	if in.truePeak+gain <= limit {
		limit = 0 // nothing to limit
	}
	best, found := loudness{}, false
	miss := func(l loudness) float64 { return math.Abs(TargetLUFS - l.integrated) }
	for try := range tries {
		path := fmt.Sprintf("%s.%d", flac, try)
		out, err := s.render(ctx, raw, path, gain, limit)
		if err != nil {
			return loudness{}, err
		}
		if out.truePeak <= MaxTruePeak && (!found || miss(out) < miss(best)) {
			if err := os.Rename(path, flac); err != nil {
				return loudness{}, err
			}
			best, found = out, true
		}
		if found && miss(best) <= near {
			return best, nil
		}
		more := TargetLUFS - out.integrated
		if limit < 0 {
			more /= yield
		}
		gain = min(max(gain+more, -60), 60)
		if out.truePeak > MaxTruePeak {
			limit = min(limit, MaxTruePeak-margin) - (out.truePeak - MaxTruePeak)
		} else if limit == 0 && out.truePeak+TargetLUFS-out.integrated > MaxTruePeak-margin {
			limit = MaxTruePeak - margin
		}
	}
	if !found {
		return loudness{}, fmt.Errorf("no rendering of %d kept its true peak below %.1f dBTP", tries, MaxTruePeak)
	}
	if miss(best) > 1 {
		// A click in silence has no loudness to speak of; its peak still holds.
		s.cfg.Log.Warn("audio cannot be brought to the usual loudness", "lufs", best.integrated, "true_peak_dbtp", best.truePeak)
	}
	return best, nil
}

// checkLength refuses clips that are too short or too long, and brings short
// ones to a length that can be measured.
func (s *Service) checkLength(ctx context.Context, raw string, in loudness) (loudness, error) {
	st, err := os.Stat(raw)
	if err != nil {
		return loudness{}, err
	}
	samples := st.Size() / bytesPerSample
	switch limit := int64(s.cfg.MaxLength.Seconds() * protocol.SampleRate); {
	case samples > limit:
		return loudness{}, s.tooLong()
	case samples < tooShort:
		return loudness{}, problem.New(problem.Invalid, "audio_too_short",
			"Âm thanh ngắn hơn một phần mười giây, không thể nghe rõ. Hãy chọn tệp khác.",
			"The audio is shorter than a tenth of a second and cannot be understood. Choose another file.")
	case samples >= shortest:
		return in, nil
	}
	f, err := os.OpenFile(raw, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return loudness{}, err
	}
	_, err = io.Copy(f, io.LimitReader(zeros{}, (shortest-samples)*bytesPerSample))
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return loudness{}, err
	}
	return s.render(ctx, raw, raw+".measure", 0, 0)
}

func (s *Service) tooLong() error {
	return problem.New(problem.TooLarge, "audio_too_long",
		"Âm thanh dài hơn %d phút, mức tối đa của một bản tin. Hãy cắt ngắn hoặc chia thành nhiều bản tin.",
		"The audio is longer than %d minutes, the most for one announcement. Cut it or split it into several.",
		int(s.cfg.MaxLength.Minutes()))
}

// zeros reads as endless silence.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }
