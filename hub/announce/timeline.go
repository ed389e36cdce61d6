package announce

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

// maxPieces bounds what one occurrence of a programme plays.
const maxPieces = 500

// piece is one playing of one announcement in an occurrence of a programme.
type piece struct {
	announcement *Announcement
	n            int // which repetition, from 1
	start        time.Time
	audio        []protocol.Audio
	opens        bool // with the opening chime
	closes       bool // with the closing chime
}

func (p piece) durationMS() int64 { return protocol.Item{Audio: p.audio}.DurationMS() }

func (p piece) end() time.Time { return p.start.Add(time.Duration(p.durationMS()) * time.Millisecond) }

// occurrence names the piece; every repetition is an occurrence of its own, so
// that the journal proves each.
func (p piece) occurrence() string {
	if p.n == 1 {
		return occurrenceID(p.announcement.ID, p.start)
	}
	return fmt.Sprintf("%s/%d@%d", p.announcement.ID, p.n, p.start.Unix())
}

// approvedAt is when an announcement was let out, the zero instant for never.
func (a *Announcement) approvedAt() time.Time {
	if a.ApprovedAt != nil {
		return *a.ApprovedAt
	}
	if a.DecidedAt != nil && (a.State == Approved || a.State == Scheduled || a.State == Done) {
		return *a.DecidedAt
	}
	return time.Time{}
}

// takenUp reports whether an occurrence of a programme that begins at the instant
// has a place for the announcement, and whether it sounds there. What was
// approved or withdrawn while the programme was running changes nothing in the
// places of the others, or they would be played again at their new instants.
func (a *Announcement) takenUp(at time.Time, loc *time.Location) (place, sounds bool) {
	approved := a.approvedAt()
	if approved.IsZero() || approved.After(at) || !a.ValidOn(at.In(loc)) {
		return false, false
	}
	switch a.State {
	case Approved, Scheduled, Done:
		return true, true
	case Cancelled:
		return a.DecidedAt != nil && a.DecidedAt.After(at), false
	}
	return false, false
}

// aimedAt reports whether the announcement may sound on a cluster; one without a
// target sounds wherever its programmes do.
func (a *Announcement) aimedAt(c devices.DeviceID) bool {
	return len(a.Clusters) == 0 || slices.Contains(a.Clusters, c)
}

// inTurn orders what fills a programme: the more urgent first, then by the order
// a person gave, then the older first.
func inTurn(a, b *Announcement) int {
	return cmp.Or(cmp.Compare(b.Level, a.Level), cmp.Compare(a.Order, b.Order), a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
}

// timeline lays an occurrence of a programme out on a cluster for which the
// library (in turn) is meant. Every piece begins at a whole second. The opening
// chime belongs to the first piece that sounds and the closing chime to the last;
// nothing to say means silence.
func (s session) timeline(library []*Announcement, chimes map[Chime]protocol.Audio, loc *time.Location) []piece {
	named := map[ID]bool{}
	for _, it := range s.form.Items {
		named[it.Announcement] = true
	}
	used := map[ID]bool{}
	l := layout{start: s.start, at: s.start, chimes: chimes, form: s.form}
	for _, it := range s.form.Items {
		taken := 0
		for _, a := range library {
			place, sounds := a.takenUp(s.start, loc)
			switch {
			case !place:
			case it.Fill == nil:
				if a.ID == it.Announcement {
					l.add(a, it, sounds)
				}
			case taken < it.Fill.Max && a.When.Kind == schedule.InProgramme && !named[a.ID] && !used[a.ID]:
				used[a.ID] = true
				taken++
				l.add(a, it, sounds)
			}
		}
	}
	return l.close()
}

// layout puts pieces one after another.
type layout struct {
	start  time.Time // nothing begins later than maxSounding after it
	at     time.Time
	chimes map[Chime]protocol.Audio
	form   *ProgrammeDraft
	opened bool
	pieces []piece
}

func (l *layout) add(a *Announcement, it ProgrammeItem, sounds bool) {
	gap := time.Duration(cmp.Or(it.GapS, ProgrammeGapS)) * time.Second
	for n := 1; n <= cmp.Or(it.Repeat, a.Repeat, 1) && len(l.pieces) < maxPieces && l.at.Sub(l.start) <= maxSounding; n++ {
		p := piece{announcement: a, n: n, start: l.at, audio: bare(a)}
		if chime, ok := l.chimes[l.form.Opening]; ok && !l.opened {
			p.audio[0].GapMS = afterChime.Milliseconds()
			chime.GapMS = 0
			p.audio, p.opens = append([]protocol.Audio{chime}, p.audio...), true
		}
		l.opened = true
		l.at = p.end().Add(gap + time.Second - 1).Truncate(time.Second)
		if sounds {
			l.pieces = append(l.pieces, p)
		}
	}
}

func (l *layout) close() []piece {
	if n := len(l.pieces); n > 0 {
		if chime, ok := l.chimes[l.form.Closing]; ok {
			chime.GapMS = afterChime.Milliseconds()
			l.pieces[n-1].audio, l.pieces[n-1].closes = append(l.pieces[n-1].audio, chime), true
		}
	}
	return l.pieces
}

// bare is what an announcement says without its own chimes and repetitions.
func bare(a *Announcement) []protocol.Audio {
	only := *a
	only.OpeningSound, only.ClosingSound = nil, nil
	return only.Pieces(1, 0)
}

// itemOfPiece is the plan's item of a piece.
func (s session) itemOfPiece(p piece) protocol.Item {
	a := p.announcement
	return protocol.Item{
		Occurrence: p.occurrence(), Announcement: string(a.ID), Title: s.titleOf(a),
		Level: a.Level, Order: a.Order, Start: p.start.UTC(), Deadline: p.start.Add(planAllowance).UTC(),
		OnInterrupted: cmp.Or(a.OnInterrupted, devices.Restart), Audio: p.audio,
	}
}

// titleOf names a piece: the programme and what it says.
func (s session) titleOf(a *Announcement) string { return s.form.Title + ": " + a.Title }
