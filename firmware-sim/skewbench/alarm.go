package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/mewkiz/flac"

	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/firmware-sim/soundrig"
)

// warning has 100 characters.
const warning = "Khẩn cấp! Nước lũ đang về rất nhanh. Bà con Nà Chuông, Bản Piềng hãy rời nhà lên nhà văn hóa xã ngay"

const (
	// alarmRuns is for how long an emergency sounds before it is stopped, alarmAfter
	// for how long is listened on.
	alarmRuns, alarmAfter = 12 * time.Second, 4 * time.Second
	// What is promised on a clean link.
	chimePromise, wordsPromise, stopPromise = time.Second, 3 * time.Second, 2 * time.Second
)

// alarm is when an emergency was heard that cut into an announcement: on each
// channel, counted from its launch, and the silence counted from the stop.
type alarm struct {
	chime, words, silence []time.Duration
	load                  string
}

// measureAlarm launches an emergency while something sounds, and stops everything.
func measureAlarm(ctx context.Context, cfg config) (a alarm, err error) {
	if cfg.Dir, err = filepath.Abs(cfg.Dir); err != nil {
		return a, err
	}
	rig, err := soundrig.Start(ctx, cfg.Dir, cfg.Speakers)
	if err != nil {
		return a, err
	}
	defer func() { err = errors.Join(err, rig.Close()) }()
	long := filepath.Join(cfg.Dir, "long.wav")
	if err := writeNoise(long, protocol.SampleRate, 1, time.Minute, 2); err != nil {
		return a, err
	}
	c, err := startCommune(ctx, cfg, rig)
	if err != nil {
		return a, err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	return a, a.sound(ctx, c, rig, long)
}

func (a *alarm) sound(ctx context.Context, c *commune, rig *soundrig.Rig, long string) error {
	recorder, err := rig.Record(ctx, c.path("alarm.raw"))
	if err != nil {
		return err
	}
	origin := watch(c.path("alarm.raw"), c.cfg.Speakers)
	if _, err := c.hub(ctx, "announce", "--audio", long, "--to", "all", "--now"); err != nil {
		return err
	}
	if err := pauseFor(ctx, 5*time.Second); err != nil {
		return err
	}
	launched := time.Now()
	out, err := c.ask(ctx, http.MethodPost, "/api/emergency", `{"text":"`+warning+`","target":{"all":true}}`)
	if err != nil {
		return err
	}
	if err := pauseFor(ctx, alarmRuns); err != nil {
		return err
	}
	stopped := time.Now()
	if _, err := c.ask(ctx, http.MethodPost, "/api/stop", `{}`); err != nil {
		return err
	}
	if err := pauseFor(ctx, alarmAfter); err != nil {
		return err
	}
	a.load = load()
	recording, err := recorder.Stop()
	if err != nil {
		return err
	}
	defer recording.Close()
	chime, words, err := c.soundsOf(ctx, out)
	if err != nil {
		return err
	}
	return a.listen(recording, c.cfg.Speakers, samples(launched.Sub(origin())), samples(stopped.Sub(launched)), chime, words)
}

func samples(d time.Duration) int { return int(d.Seconds() * soundrig.Rate) }

func lasts(samples float64) time.Duration {
	return time.Duration(samples / soundrig.Rate * float64(time.Second))
}

func pauseFor(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// watch finds out when the first sample of a recording was made: no sample is in
// the file before it was sounded. It is right to some 20 ms. What it returns ends
// the watching.
func watch(path string, channels int) (origin func() time.Time) {
	over, found := make(chan struct{}), make(chan time.Time)
	go func() {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		first := time.Now()
		for {
			select {
			case <-tick.C:
				if info, err := os.Stat(path); err == nil && info.Size() > 0 {
					if t := time.Now().Add(-lasts(float64(info.Size() / int64(2*channels)))); t.Before(first) {
						first = t
					}
				}
			case <-over:
				found <- first
				return
			}
		}
	}()
	return func() time.Time { close(over); return <-found }
}

// soundsOf fetches what an emergency sounds: as heard from where it is loud on.
func (c *commune) soundsOf(ctx context.Context, launched []byte) (chime, words []float64, err error) {
	type sound struct{ SHA256 string }
	var alarm struct {
		ID    string
		Opens sound `json:"opening_sound"`
	}
	if err := json.Unmarshal(launched, &alarm); err != nil {
		return nil, nil, err
	}
	var now struct {
		Announcement struct{ Sound sound }
	}
	data, err := c.ask(ctx, http.MethodGet, "/api/announcements/"+alarm.ID, "")
	if err == nil {
		err = json.Unmarshal(data, &now)
	}
	if err != nil {
		return nil, nil, err
	}
	if chime, err = c.audio(ctx, alarm.Opens.SHA256); err != nil {
		return nil, nil, err
	}
	words, err = c.audio(ctx, now.Announcement.Sound.SHA256)
	return chime, words, err
}

// ask calls the hub as its page does.
func (c *commune) ask(ctx context.Context, method, path, body string) ([]byte, error) {
	var run struct{ HTTP string }
	data, err := os.ReadFile(c.path("hub/run.json"))
	if err == nil {
		err = json.Unmarshal(data, &run)
	}
	if err != nil {
		return nil, err
	}
	token, err := os.ReadFile(c.path("hub/cli.token"))
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, method, run.HTTP+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode >= 300 {
		err = fmt.Errorf("%s: the hub answers %s: %s", path, res.Status, answer)
	}
	return answer, err
}

// audio is half a second of a sound from where it becomes loud on, at the rate of
// recordings.
func (c *commune) audio(ctx context.Context, sha string) ([]float64, error) {
	data, err := c.ask(ctx, http.MethodGet, "/media/"+sha, "")
	if err != nil {
		return nil, err
	}
	stream, err := flac.New(strings.NewReader(string(data)))
	if err != nil {
		return nil, fmt.Errorf("audio %s: %w", sha, err)
	}
	var pcm []float64
	for {
		f, err := stream.ParseNext()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("audio %s: %w", sha, err)
		}
		for _, s := range f.Subframes[0].Samples {
			pcm = append(pcm, float64(s)/(1<<15))
		}
	}
	const times = soundrig.Rate / protocol.SampleRate
	var out []float64
	for i, s := range pcm {
		if len(out) == 0 && math.Abs(s) < 0.01 {
			continue
		}
		next := pcm[min(i+1, len(pcm)-1)]
		for k := range times {
			out = append(out, s+(next-s)*float64(k)/times)
		}
		if len(out) >= soundrig.Rate/2 {
			return out, nil
		}
	}
	return nil, fmt.Errorf("audio %s is too short or silent", sha)
}

// listen finds chime, words and silence in each channel; launch is a sample of the
// recording, stop counts from there.
func (a *alarm) listen(r *soundrig.Recording, channels, launch, stop int, chime, words []float64) error {
	whole, err := r.Window(launch, min(r.Len-launch, stop+samples(alarmAfter)-samples(200*time.Millisecond)))
	if err != nil {
		return err
	}
	for i, c := range whole[:channels] {
		for _, s := range []struct {
			what  string
			sound []float64
			into  *[]time.Duration
		}{{"chime", chime, &a.chime}, {"words", words, &a.words}} {
			at, likeness := find(s.sound, c)
			if likeness < alike {
				return fmt.Errorf("channel %d never sounds the %s (likeness %.2f)", i, s.what, likeness)
			}
			*s.into = append(*s.into, lasts(at))
		}
		last := len(c)
		for last > 0 && math.Abs(c[last-1]) < silent {
			last--
		}
		a.silence = append(a.silence, max(0, lasts(float64(last-stop)))) // it may have paused
	}
	return nil
}

// find is where a sound is in another first, of all places where it is alike. A chime
// repeats itself.
func find(sound, in []float64) (at, likeness float64) {
	const reach = soundrig.Rate / 10 // is looked at at once, either way
	further := 0
	for middle := reach; middle+len(sound)+reach <= len(in) && further < 3; middle += reach {
		lag, alikeness := soundrig.Lag(sound, in[middle-reach:middle+len(sound)+reach], reach)
		if alikeness > likeness {
			at, likeness = float64(middle)+lag, alikeness
		}
		if likeness >= alike {
			further++
		}
	}
	return at, likeness
}
