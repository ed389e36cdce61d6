package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// result is what a measurement found.
type result struct {
	ours, snapcast skews
	loads          []string
}

// steps are the upper ends of the histogram's bars, in milliseconds.
var steps = []float64{0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2, 5, 10, 20, 50}

func (r result) print(w io.Writer, cfg config) {
	fmt.Fprintf(w, "\nSkew between clusters: link %s, %d clusters, item of %s, %d short items before it\n", cfg.Link, cfg.Speakers, cfg.Length, cfg.Starts)
	fmt.Fprintf(w, "Load of the machine before, between, after: %s (2 or more on 2 cores disturbs)\n\n", strings.Join(r.loads, ", "))
	fmt.Fprintf(w, "%-28s %9s %9s %9s %9s %9s %8s\n", "milliseconds", "p50", "p95", "p99", "most", "pairs", "lost")
	row := func(name string, values []float64, s skews) {
		if len(values) > 0 {
			fmt.Fprintf(w, "%-28s %9.3f %9.3f %9.3f %9.3f %9d %4d/%d\n", name, percentile(values, 50), percentile(values, 95), percentile(values, 99),
				slices.Max(values), len(values), s.lost, s.windows)
		}
	}
	row("smart-commune at the start", r.ours.starts, r.ours)
	row("smart-commune throughout", r.ours.throughout, r.ours)
	row("Snapcast throughout", r.snapcast.throughout, r.snapcast)
	if cfg.Trace {
		fmt.Fprintf(w, "\nsmart-commune\n%s\nSnapcast\n%s\n", strings.Join(r.ours.trace, "\n"), strings.Join(r.snapcast.trace, "\n"))
	}
	fmt.Fprintf(w, "\n%14s  %-40s %s\n", "up to ms", "smart-commune", "Snapcast")
	low := -1.0
	for _, high := range append(slices.Clone(steps), 1e9) {
		name := fmt.Sprintf("%g", high)
		if high == 1e9 {
			name = "more"
		}
		fmt.Fprintf(w, "%14s  %-40s %s\n", name, bar(r.ours.throughout, low, high), bar(r.snapcast.throughout, low, high))
		low = high
	}
}

func (a alarm) print(w io.Writer, cfg config) {
	fmt.Fprintf(w, "\nEmergency while something sounds: link %s, %d clusters; load after it: %s\n\n", cfg.Link, cfg.Speakers, a.load)
	for _, row := range []struct {
		what     string
		took     []time.Duration
		promised time.Duration
	}{{"launch to chime", a.chime, chimePromise}, {"launch to words", a.words, wordsPromise}, {"stop to silence", a.silence, stopPromise}} {
		fmt.Fprintf(w, "%-18s %.2f to %.2f s (promised: %v)\n", row.what, slices.Min(row.took).Seconds(), slices.Max(row.took).Seconds(), row.promised)
	}
}

func bar(values []float64, low, high float64) string {
	if len(values) == 0 {
		return ""
	}
	n := 0
	for _, v := range values {
		if v > low && v <= high {
			n++
		}
	}
	share := float64(n) / float64(len(values))
	return fmt.Sprintf("%5.1f %% %s", share*100, strings.Repeat("#", int(share*30+0.5)))
}

// percentile is the nearest-rank one.
func percentile(values []float64, p int) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(len(sorted)*p/100, len(sorted)-1)]
}
