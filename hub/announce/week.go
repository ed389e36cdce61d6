package announce

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

// Calendar is what sounds, sounded or waits for approval in [From, To).
type Calendar struct {
	From    time.Time       `json:"from"`
	To      time.Time       `json:"to"`
	Entries []CalendarEntry `json:"entries"`
}

// CalendarEntry is one occurrence of an announcement or of a whole programme.
type CalendarEntry struct {
	// ID is the occurrence's, "{announcement or programme}@{start as Unix seconds}".
	ID           string        `json:"id"`
	Announcement ID            `json:"announcement,omitempty"`
	Programme    ProgrammeID   `json:"programme,omitempty"`
	Title        string        `json:"title"`
	Level        devices.Level `json:"level"`
	// Start is when it is due.
	Start time.Time `json:"start"`
	// Begins is when it begins if that is later: when a programme that sounds before
	// it is over.
	Begins     *time.Time `json:"begins,omitempty"`
	DurationMS int64      `json:"duration_ms"`
	// Waiting says that it is not approved yet.
	Waiting bool `json:"waiting,omitempty"`
	// Clusters is on how many it sounds.
	Clusters int `json:"clusters"`
	// Ready is how many of them hold it with its audio (future).
	Ready int `json:"ready"`
	// Results counts its plays (past) by result, as a report counts them: played are
	// those in full, stopped those in part, and withdrawn those that a person stopped
	// before they sounded. Of is how many there should be: one for each cluster and
	// piece that was not withdrawn.
	Results map[devices.Result]int `json:"results,omitempty"`
	Of      int                    `json:"of"`
	// Conflicts are the ids of entries that sound on some of the same clusters at
	// the same time.
	Conflicts []string `json:"conflicts,omitempty"`
	// Pieces are what a programme plays.
	Pieces []CalendarPiece `json:"pieces,omitempty"`
}

// CalendarPiece is one playing in a programme.
type CalendarPiece struct {
	ID           string        `json:"id"`
	Announcement ID            `json:"announcement"`
	Title        string        `json:"title"`
	Level        devices.Level `json:"level"`
	Start        time.Time     `json:"start"`
	DurationMS   int64         `json:"duration_ms"`
	Clusters     int           `json:"clusters"`
}

// maxCalendar is the longest stretch that a calendar shows.
const maxCalendar = 62 * 24 * time.Hour

// Calendar returns what sounds, sounded or waits for approval in [from, to).
func (s *Service) Calendar(ctx context.Context, from, to time.Time) (Calendar, error) {
	if err := s.load(ctx); err != nil {
		return Calendar{}, err
	}
	if !from.Before(to) || to.Sub(from) > maxCalendar || !protocol.Plausible(from) || !protocol.Plausible(to) {
		return Calendar{}, invalid("to", "range_invalid", "Khoảng thời gian không hợp lệ: ngày cuối phải sau ngày đầu, không quá %d ngày và trong các năm 2020 đến 2100.",
			"The range is not valid: its end comes after its beginning, at most %d days later, in the years 2020 to 2100.", int(maxCalendar.Hours()/24))
	}
	now := s.cfg.Now()
	src, err := s.calendarSources(ctx, now, from)
	if err != nil {
		return Calendar{}, err
	}
	all := spans(src, from, to, nil)
	entries, err := s.Journal(ctx, JournalQuery{Since: from, Until: sooner(to, now.Add(time.Minute))})
	if err != nil {
		return Calendar{}, err
	}
	s.mu.Lock()
	standing := map[devices.DeviceID]Standing{}
	for _, c := range s.clusters {
		standing[c.ID] = s.holding(c.ID)
	}
	s.mu.Unlock()
	waiting := s.waitingSpans(src, now, from, to)
	week := calendarOf(append(all, waiting...), entries, standing, now)
	giveLevels(week, src.Announcements)
	return Calendar{from.UTC(), to.UTC(), week}, nil
}

// giveLevels gives what the journal alone knows, an emergency that is over, the
// level of its announcement.
func giveLevels(entries []CalendarEntry, announcements []*Announcement) {
	levels := make(map[ID]devices.Level, len(announcements))
	for _, a := range announcements {
		levels[a.ID] = a.Level
	}
	for i := range entries {
		entries[i].Level = max(entries[i].Level, levels[entries[i].Announcement])
	}
}

// calendarSources are those of the moment with what is over.
func (s *Service) calendarSources(ctx context.Context, now, from time.Time) (Sources, error) {
	s.mu.Lock()
	src := s.sources(now)
	s.mu.Unlock()
	src.withdrawn = true
	if from.After(now) {
		return src, nil
	}
	over, err := s.cfg.Store.Announcements(ctx, s.cfg.Commune, AnnouncementQuery{States: []State{Done, Cancelled}, Limit: 3000})
	if err != nil {
		return src, fmt.Errorf("read announcements: %w", err)
	}
	have := map[ID]bool{}
	for _, a := range src.Announcements {
		have[a.ID] = true
	}
	for _, a := range over {
		if !have[a.ID] {
			src.Announcements = append(src.Announcements, &a)
		}
	}
	return src, nil
}

// waitingSpans are the soundings of what is not approved yet, as if it were.
func (s *Service) waitingSpans(src Sources, now, from, to time.Time) []span {
	only := src
	only.Announcements, only.Programmes = nil, nil
	for _, have := range src.Announcements {
		a := *have
		if a.State == Submitted || a.When.Kind == schedule.InProgramme {
			if a.State == Submitted && a.When.Kind != schedule.InProgramme {
				a.State, a.DecidedAt, a.ApprovedAt, a.Earlier = Scheduled, &now, &now, nil
			}
			only.Announcements = append(only.Announcements, &a)
		}
	}
	for _, have := range src.Programmes {
		p := *have
		if p.State == Submitted {
			p.State, p.DecidedAt, p.ApprovedAt, p.Earlier = Scheduled, &now, &now, nil
			only.Programmes = append(only.Programmes, &p)
		}
	}
	out := spans(only, later(from, now), to, nil)
	for i := range out {
		out[i].waits = true
	}
	return out
}

// calendarOf makes entries of soundings and of what the journal says of them.
func calendarOf(all []span, told []journal.Entry, standing map[devices.DeviceID]Standing, now time.Time) []CalendarEntry {
	out := make([]CalendarEntry, 0, len(all))
	owners := map[string][]int{} // by occurrence; programmes may play the same at the same instant elsewhere
	for _, s := range all {
		e := CalendarEntry{ID: s.id, Announcement: s.announcement, Programme: s.programme, Title: s.title, Level: s.level, Start: s.due,
			DurationMS: s.end.Sub(s.start).Milliseconds(), Waiting: s.waits, Clusters: len(s.clusters), Of: len(s.clusters)}
		if s.start.After(s.due) {
			e.Begins = &s.start
		}
		if s.programme != "" {
			e.Of = 0
			for _, p := range s.pieces {
				e.Of += len(p.clusters)
				owners[p.ID] = append(owners[p.ID], len(out))
				e.Pieces = append(e.Pieces, CalendarPiece{p.ID, p.Announcement, p.Title, p.Level, p.Start, p.DurationMS, len(p.clusters)})
			}
		}
		owners[s.id] = append(owners[s.id], len(out))
		if s.start.After(now) && !s.waits {
			for _, c := range s.clusters {
				if st := standing[c]; st.Current && len(st.Missing) == 0 {
					e.Ready++
				}
			}
		}
		out = append(out, e)
	}
	markConflicts(all, out, now)
	// What sounded at once is known by the journal alone.
	for _, j := range told {
		i := slices.IndexFunc(owners[j.Occurrence], func(i int) bool { return i >= len(all) || slices.Contains(all[i].clusters, j.Cluster) })
		if i = max(i, 0); len(owners[j.Occurrence]) > 0 {
			i = owners[j.Occurrence][i]
		} else {
			i = len(out)
			owners[j.Occurrence] = []int{i}
			out = append(out, CalendarEntry{ID: j.Occurrence, Announcement: j.Announcement, Title: j.Title, Start: j.PlannedAt})
		}
		e := &out[i]
		if e.Results == nil {
			e.Results = map[devices.Result]int{}
		}
		counted := countedAs(j)
		e.Results[counted]++
		if counted == withdrawn {
			e.Of = max(0, e.Of-1) // there was none if its last cluster was removed
		}
		if i >= len(all) {
			e.Clusters, e.Of = sum(e.Results), sum(e.Results)-e.Results[withdrawn]
			if j.StartedAt != nil {
				e.DurationMS = max(e.DurationMS, j.EndedAt.Sub(*j.StartedAt).Milliseconds())
			}
		}
	}
	slices.SortFunc(out, func(a, b CalendarEntry) int { return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.ID, b.ID)) })
	return out
}

// withdrawn stands among the results of an entry of the calendar.
const withdrawn = devices.Result(devices.Withdrawn)

// countedAs is the result that a play counts as, see [CalendarEntry.Results].
func countedAs(e journal.Entry) devices.Result {
	switch devices.CountOf(e.Result, e.StartedAt != nil, e.Reason) {
	case devices.InFull:
		return devices.Played
	case devices.Withdrawn:
		return withdrawn
	}
	return e.Result
}

func sum(counts map[devices.Result]int) (n int) {
	for _, c := range counts {
		n += c
	}
	return n
}

// markConflicts notes which entries of the future meet on some clusters.
func markConflicts(all []span, entries []CalendarEntry, now time.Time) {
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return all[a].start.Compare(all[b].start) })
	for n, i := range order {
		if !all[i].end.After(now) {
			continue
		}
		for _, j := range order[n+1:] {
			if !all[j].start.Before(all[i].end) {
				break
			}
			if all[i].meets(all[j]) && len(all[i].common(all[j])) > 0 {
				entries[i].Conflicts = append(entries[i].Conflicts, all[j].id)
				entries[j].Conflicts = append(entries[j].Conflicts, all[i].id)
			}
		}
	}
}
