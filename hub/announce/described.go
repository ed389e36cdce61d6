package announce

import (
	"time"

	"github.com/smart-commune/smart-commune/hub/announce/schedule"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// Describe says a schedule in plain words, with its next starts, at most n.
func (s *Service) Describe(w schedule.When, n int) (problem.Words, []time.Time) {
	words := w.Describe(s.cfg.Location)
	return words, Draft{When: w}.firstStarts(s.cfg.Now(), n, s.cfg.Location)
}

// CheckWhen returns a schedule in its one form, or why it is refused.
func (s *Service) CheckWhen(w schedule.When) (schedule.When, error) {
	return w.Check(s.cfg.Now(), s.cfg.Location)
}
