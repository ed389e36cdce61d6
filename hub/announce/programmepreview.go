package announce

import (
	"context"
	"strings"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

// Layout is what a programme would play at one occurrence.
type Layout struct {
	Start  time.Time     `json:"start"`
	EndsAt time.Time     `json:"ends_at"`
	Pieces []LayoutPiece `json:"pieces"`
}

// LayoutPiece is one playing in a [Layout], with the clusters that hear it.
type LayoutPiece struct {
	Occurrence   string             `json:"occurrence"`
	Announcement ID                 `json:"announcement"`
	Title        string             `json:"title"`
	Level        devices.Level      `json:"level"`
	Start        time.Time          `json:"start"`
	DurationMS   int64              `json:"duration_ms"`
	Clusters     []devices.DeviceID `json:"clusters"`
}

// PreviewProgramme lays the next occurrence of a draft out with what is approved
// now.
func (s *Service) PreviewProgramme(ctx context.Context, d ProgrammeDraft) (Layout, error) {
	if err := s.load(ctx); err != nil {
		return Layout{}, err
	}
	p, err := s.formed(ctx, Programme{}, d)
	if err != nil {
		return Layout{}, err
	}
	now := s.cfg.Now()
	p.State, p.DecidedAt, p.ApprovedAt = Scheduled, &now, &now
	next := p.When.FirstStarts(now, 1, s.cfg.Location)
	if len(next) == 0 {
		return Layout{}, schedule.Never()
	}
	s.mu.Lock()
	src := s.sources(now)
	s.mu.Unlock()
	src.Programmes = []*Programme{&p}
	return layoutAt(src, next[0]), nil
}

// layoutAt lays the one programme of the sources out at an instant.
func layoutAt(src Sources, at time.Time) Layout {
	c := newCompiler(src, at, at.Add(1))
	out := Layout{Start: at, EndsAt: at, Pieces: []LayoutPiece{}}
	m := c.maker()
	for _, sh := range c.shows {
		if !sh.start.Equal(at) {
			continue
		}
		out.Start, out.EndsAt = sh.begins, sh.begins
		for _, o := range m.slotsOf(sh) {
			out.Pieces = append(out.Pieces, LayoutPiece{o.ID, o.Announcement, strings.TrimPrefix(o.Title, sh.form.Title+": "), o.Level, o.Start, o.DurationMS, o.clusters})
			out.EndsAt = later(out.EndsAt, o.Start.Add(time.Duration(o.DurationMS)*time.Millisecond))
		}
	}
	return out
}
