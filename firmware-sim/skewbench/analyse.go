package main

import (
	"fmt"
	"math"

	"github.com/smart-commune/smart-commune/firmware-sim/soundrig"
)

const (
	window = 8192              // samples correlated at once, 0.17 s
	hop    = soundrig.Rate / 2 // samples from window to window
	margin = soundrig.Rate / 5 // samples out of step that are looked for
	alike  = 0.6               // what is less alike is not the same sound
	silent = 1e-3              // RMS of full scale
	pause  = 4                 // windows of silence that part two items
)

// skews is by how much channels are out of step.
type skews struct {
	starts     []float64 // ms, of any two channels in the first window of an item
	throughout []float64 // ms, of any two channels in any window
	windows    int       // windows with sound
	trace      []string  // a line for each window: when, and how late each channel is behind the first, ms
	lost       int       // of these those in which a channel could not be found in step within 200 ms
}

// analyse correlates channels from first on, window by window.
func analyse(r *soundrig.Recording, first, channels int) (skews, error) {
	var s skews
	quiet := pause
	for at := margin; at+window+margin <= r.Len; at += hop {
		around, err := r.Window(at-margin, window+2*margin)
		if err != nil {
			return s, err
		}
		around = around[first : first+channels]
		all := make([][]float64, channels)
		for i, c := range around {
			all[i] = c[margin : margin+window]
		}
		sounding := 0
		for _, c := range all {
			// All of the window must sound, or the edges would count.
			if rms(c[:window/8]) > silent && rms(c[window*7/8:]) > silent {
				sounding++
			}
		}
		if sounding == 0 {
			quiet++
			continue
		}
		if sounding < channels {
			// One begins or ends; an item that only some of them sound is lost.
			next, err := r.Window(min(at+hop, r.Len-window), window)
			if err != nil {
				return s, err
			}
			if quiet == 0 && rms(next[first]) > silent {
				s.lost++
				s.windows++
			}
			continue
		}
		s.windows++
		pairs, late, ok := correlate(around)
		s.trace = append(s.trace, fmt.Sprintf("%7.1f s %8.3f", float64(at)/soundrig.Rate, late))
		if !ok {
			s.lost++
		}
		if quiet >= pause {
			s.starts = append(s.starts, pairs...)
		}
		s.throughout = append(s.throughout, pairs...)
		quiet = 0
	}
	return s, nil
}

// correlate returns by how many milliseconds any two channels are out of step,
// and each is behind the first; each window has a margin on either side.
func correlate(channels [][]float64) (pairs, late []float64, ok bool) {
	ok = true
	for _, c := range channels {
		lag, likeness := soundrig.Lag(channels[0][margin:margin+window], c, margin)
		if likeness < alike {
			ok = false
			continue
		}
		lag *= 1000.0 / soundrig.Rate
		for _, other := range late {
			pairs = append(pairs, math.Abs(lag-other))
		}
		late = append(late, lag)
	}
	return pairs, late, ok
}

func rms(samples []float64) float64 {
	var sum float64
	for _, s := range samples {
		sum += s * s
	}
	return math.Sqrt(sum / float64(len(samples)))
}
