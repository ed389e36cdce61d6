package announce

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// keepPlace remembers an announcement that was approved once and is over now: in
// a programme that is running it keeps its place. mu is held.
func (s *Service) keepPlace(a Announcement) {
	delete(s.ended, a.ID)
	if a.When.Kind == schedule.InProgramme && a.ApprovedAt != nil && a.DecidedAt != nil && (a.State == Cancelled || a.State == Done) {
		s.ended[a.ID] = a
	}
}

// programmeAt reports whether a piece of some programme may have been planned for
// a cluster at the instant. What exactly it was, only the plan of then knew; mu is
// not held.
func (s *Service) programmeAt(start time.Time, cluster devices.DeviceID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.programmes {
		for _, held := range p.everHeld(start.Add(-maxSounding), start.Add(1), s.cfg.Location) {
			if slices.Contains(held.clusters, cluster) {
				return true
			}
		}
	}
	return false
}

// SaveProgramme makes a programme. It is handed in at once unless it is only to
// be kept as a draft.
func (s *Service) SaveProgramme(ctx context.Context, who string, d ProgrammeDraft, onlyDraft bool) (Programme, error) {
	if err := s.load(ctx); err != nil {
		return Programme{}, err
	}
	s.deciding.Lock()
	defer s.deciding.Unlock()
	now := s.cfg.Now().UTC()
	p := Programme{ID: ProgrammeID("ct-" + newID(now)), Revision: 1, State: Drafted, CreatedBy: who, CreatedAt: now}
	p, err := s.formed(ctx, p, d)
	if err != nil {
		return p, err
	}
	if onlyDraft {
		return p, s.saveProgramme(ctx, p)
	}
	return s.handInProgramme(ctx, p, who)
}

// formed gives a programme a form that was checked.
func (s *Service) formed(ctx context.Context, p Programme, d ProgrammeDraft) (Programme, error) {
	d, err := d.check(s.cfg.Now(), s.cfg.Location)
	if err != nil {
		return p, err
	}
	if p.Clusters, err = s.resolve(d.Target); err != nil {
		return p, err
	}
	l := layout{form: &d}
	for i, it := range d.Items {
		if it.Announcement == "" {
			continue
		}
		field := fmt.Sprintf("items[%d].announcement", i)
		a, err := s.known(ctx, it.Announcement)
		switch {
		case errors.Is(err, ErrUnknown):
			return p, invalid(field, "announcement_not_found", "Không có bản tin “%.60s”. Hãy chọn lại trong kho bản tin.", "There is no announcement %.60q. Choose again from the library.", string(it.Announcement))
		case err != nil:
			return p, err
		case a.When.Kind != schedule.InProgramme:
			return p, invalid(field, "own_schedule", "Bản tin “%s” có lịch phát riêng. Hãy chọn bản tin “Dùng trong chương trình”.",
				"The announcement \"%s\" has a schedule of its own. Choose one of kind \"programme\".", a.Title)
		case a.State == Cancelled || a.State == Done:
			return p, invalid(field, "announcement_over", "Bản tin “%s” đã hủy hoặc hết hiệu lực. Hãy chọn bản tin khác.",
				"The announcement \"%s\" was cancelled or is no longer valid. Choose another.", a.Title)
		}
		l.add(&a, it, true)
	}
	if l.at.Sub(l.start) > maxSounding {
		return p, invalid("items", "too_long_in_all", "Cả chương trình dài hơn mức tối đa %d giờ. Hãy bớt bản tin, số lần phát hoặc khoảng nghỉ.",
			"The programme lasts more than %d hours, the most that is accepted. Take announcements out, repeat them less often or with shorter gaps.", int(maxSounding.Hours()))
	}
	p.ProgrammeDraft = d
	return p, nil
}

// handInProgramme lets a programme wait for approval, or decides it where one
// person may; deciding is held.
func (s *Service) handInProgramme(ctx context.Context, p Programme, who string) (Programme, error) {
	p.State, p.Remark, p.DecidedBy, p.DecidedAt = Submitted, "", "", nil
	if s.Rules().Approval == OnePerson {
		return s.settleProgramme(ctx, p, who, Scheduled, nil)
	}
	return p, s.saveProgramme(ctx, p)
}

// EditProgramme gives a programme another form. One that is approved already goes
// on as it is until the change is approved; one that waits is taken back by it.
func (s *Service) EditProgramme(ctx context.Context, who string, id ProgrammeID, d ProgrammeDraft) (Programme, error) {
	return s.decideProgramme(ctx, id, func(p Programme) (Programme, error) {
		if p.State == Done || p.State == Cancelled {
			return p, programmeDecided(p)
		}
		next, err := s.formed(ctx, p, d)
		if err != nil {
			return p, err
		}
		p.Revision++
		next.Revision++
		if p.State != Scheduled {
			next.State = Drafted
			if !p.writtenBy(who) {
				next.EditedBy = append(slices.Clone(p.EditedBy), who)
			}
			return next, s.saveProgramme(ctx, next)
		}
		if s.Rules().Approval == OnePerson {
			return s.replaceForm(ctx, p, next, who)
		}
		p.Proposed = &ProgrammeProposal{Draft: &next.ProgrammeDraft, By: who, At: s.cfg.Now().UTC()}
		return p, s.saveProgramme(ctx, p)
	})
}

// replaceForm puts the form of next in the place of that of p; an occurrence that
// has begun ends as it began. deciding is held.
func (s *Service) replaceForm(ctx context.Context, p, next Programme, who string) (Programme, error) {
	now := s.cfg.Now().UTC()
	next.Earlier = append(slices.Clone(p.Earlier), EarlierProgramme{p.ProgrammeDraft, p.Clusters, p.lastSince(), now})
	next.Proposed, next.Remark = nil, ""
	next.DecidedBy, next.DecidedAt = who, &now
	return next, s.saveProgramme(ctx, next)
}

// SubmitProgramme hands in a draft, or a programme that was returned.
func (s *Service) SubmitProgramme(ctx context.Context, who string, id ProgrammeID) (Programme, error) {
	return s.decideProgramme(ctx, id, func(p Programme) (Programme, error) {
		if p.State != Drafted && p.State != Returned {
			return p, programmeDecided(p)
		}
		p, err := s.formed(ctx, p, p.ProgrammeDraft)
		if err != nil {
			return p, err
		}
		return s.handInProgramme(ctx, p, who)
	})
}

// ApproveProgramme lets a programme, or a change of one, out; see [Service.Approve].
func (s *Service) ApproveProgramme(ctx context.Context, who string, id ProgrammeID) (Programme, error) {
	return s.ApproveProgrammeRevision(ctx, who, id, 0)
}

// ApproveProgrammeRevision lets out what the approver has looked at; see
// [Service.ApproveRevision].
func (s *Service) ApproveProgrammeRevision(ctx context.Context, who string, id ProgrammeID, revision int) (Programme, error) {
	return s.decideProgramme(ctx, id, func(p Programme) (Programme, error) {
		if p.State != Submitted && p.Proposed == nil {
			return p, programmeDecided(p)
		}
		if err := sameRevision(revision, p.Revision); err != nil {
			return p, err
		}
		own := p.writtenBy(who)
		if p.Proposed != nil {
			own = p.Proposed.By == who
		}
		if s.Rules().Approval == TwoPerson && own {
			return p, problem.New(problem.Forbidden, "own_programme", "Bạn là người soạn chương trình này nên không thể tự duyệt. Hãy nhờ người khác có quyền duyệt.",
				"You made this programme or this change and cannot approve it yourself. Ask another approver.")
		}
		if p.Proposed == nil {
			if _, err := s.formed(ctx, p, p.ProgrammeDraft); err != nil {
				return p, err
			}
			var err error
			if p.Clusters, err = s.resolve(p.Target); err != nil {
				return p, err
			}
			if err := refuseStops(CheckProgramme(s.checkSources(ctx, "", p.ID, s.namedPieces(ctx, p)), p)); err != nil {
				return p, err
			}
			return s.settleProgramme(ctx, p, who, Scheduled, nil)
		}
		if e := p.Proposed.Edit; e != nil {
			all, err := s.applyProgrammeEdit(ctx, p, *e, who)
			if err != nil {
				return p, err
			}
			return all[0], nil
		}
		next, err := s.formed(ctx, p, *p.Proposed.Draft)
		if err != nil {
			return p, err
		}
		return s.replaceForm(ctx, p, next, who)
	})
}

// ReturnProgramme sends a programme back to its creator; a change of an approved
// one is dropped.
func (s *Service) ReturnProgramme(ctx context.Context, who string, id ProgrammeID, remark string) (Programme, error) {
	return s.decideProgramme(ctx, id, func(p Programme) (Programme, error) {
		if p.State != Submitted && p.Proposed == nil {
			return p, programmeDecided(p)
		}
		remark = strings.TrimSpace(remark)
		if remark == "" || !utf8.ValidString(remark) || utf8.RuneCountInString(remark) > maxRemark {
			return p, invalid("remark", "remark_missing", "Hãy ghi lý do trả lại (tối đa %d ký tự) để người soạn biết cần sửa gì.",
				"Say why it is returned (at most %d characters), so that its creator knows what to change.", maxRemark)
		}
		p.Remark = remark
		if p.Proposed != nil {
			p.Proposed = nil
			return p, s.saveProgramme(ctx, p)
		}
		return s.settleProgramme(ctx, p, who, Returned, nil)
	})
}

// CancelProgramme withdraws a programme from the plans, and silences what of it
// sounds.
func (s *Service) CancelProgramme(ctx context.Context, who string, id ProgrammeID) (Programme, error) {
	return s.decideProgramme(ctx, id, func(p Programme) (Programme, error) {
		if p.State == Done || p.State == Cancelled {
			return p, programmeDecided(p)
		}
		return s.settleProgramme(ctx, p, who, Cancelled, s.programmeStops(p.ID))
	})
}

// programmeStops silences the pieces of a programme that sound.
func (s *Service) programmeStops(id ProgrammeID) (stops []Order) {
	now := s.cfg.Now().UTC()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, air := range s.air {
		if air.Programme != id {
			continue
		}
		for _, d := range air.Deliveries {
			if d.Entry == nil || d.Entry.Result == devices.Interrupted {
				stops = append(stops, Order{Cluster: d.Cluster, Announcement: air.Announcement, Command: protocol.Command{
					ID: "cmd-" + newID(now), Kind: protocol.CommandStop, IssuedAt: now,
					ExpiresAt: air.latestEnd().Add(time.Minute), Stop: string(air.Announcement)}})
			}
		}
	}
	return stops
}

// EditProgrammeSeries changes when a programme sounds, at one of its occurrences,
// as [Service.EditSeries] does for an announcement.
func (s *Service) EditProgrammeSeries(ctx context.Context, who string, canApprove bool, id ProgrammeID, e schedule.SeriesEdit) ([]Programme, error) {
	var out []Programme
	_, err := s.decideProgramme(ctx, id, func(p Programme) (Programme, error) {
		if p.State == Done || p.State == Cancelled {
			return p, programmeDecided(p)
		}
		if _, err := p.When.Edit(e, s.cfg.Now(), s.cfg.Location); err != nil {
			return p, err
		}
		alone := e.Cancel || s.Rules().Approval == OnePerson || (canApprove && !p.writtenBy(who))
		if p.State == Scheduled && !alone {
			p.Proposed = &ProgrammeProposal{Edit: &e, By: who, At: s.cfg.Now().UTC()}
			p.Revision++
			out = []Programme{p}
			return p, s.saveProgramme(ctx, p)
		}
		if p.State != Scheduled && !p.writtenBy(who) {
			p.EditedBy = append(slices.Clone(p.EditedBy), who)
		}
		var err error
		out, err = s.applyProgrammeEdit(ctx, p, e, who)
		return p, err
	})
	return out, err
}

// applyProgrammeEdit records an edit of a series; deciding is held.
func (s *Service) applyProgrammeEdit(ctx context.Context, p Programme, e schedule.SeriesEdit, who string) ([]Programme, error) {
	now := s.cfg.Now().UTC()
	edited, err := p.When.Edit(e, now, s.cfg.Location)
	if err != nil {
		return nil, err
	}
	if edited.Over {
		p.Proposed = nil
		p, err := s.settleProgramme(ctx, p, who, Cancelled, nil)
		return []Programme{p}, err
	}
	changed := p
	changed.When, changed.Proposed, changed.Remark = edited.Kept, nil, ""
	changed.Revision++
	if p.State == Scheduled {
		changed.Earlier = append(slices.Clone(p.Earlier), EarlierProgramme{p.ProgrammeDraft, p.Clusters, p.lastSince(), now})
		changed.DecidedBy, changed.DecidedAt = who, &now
	}
	all := []Programme{changed}
	if edited.Next != nil {
		next := changed
		next.ID, next.Follows, next.When, next.Earlier, next.CreatedAt = ProgrammeID("ct-"+newID(now)), p.ID, *edited.Next, nil, now
		if next.State == Scheduled {
			next.ApprovedAt = &now
		}
		all = append(all, next)
	}
	return all, s.saveProgramme(ctx, all...)
}

// settleProgramme records a decision with the orders that follow from it.
func (s *Service) settleProgramme(ctx context.Context, p Programme, who string, to State, orders []Order) (Programme, error) {
	now := s.cfg.Now().UTC()
	p.State, p.DecidedBy, p.DecidedAt = to, who, &now
	if to == Scheduled {
		if err := s.clockSet(); err != nil {
			return p, err
		}
		p.ApprovedAt = &now
	}
	if err := s.cfg.Store.SaveProgrammes(ctx, s.cfg.Commune, []Programme{p}, orders); err != nil {
		return p, fmt.Errorf("save programme %s: %w", p.ID, err)
	}
	s.tookProgramme(p)
	s.mu.Lock()
	for _, o := range orders {
		s.orders[o.ID] = &openOrder{Order: o}
	}
	s.mu.Unlock()
	s.wakeCommander.give()
	s.cfg.Log.Info("programme "+string(to), "programme", p.ID, "who", who, "clusters", len(p.Clusters))
	return p, nil
}

// saveProgramme makes changes durable, then lets the loops act on them. deciding
// is held.
func (s *Service) saveProgramme(ctx context.Context, all ...Programme) error {
	if err := s.cfg.Store.SaveProgrammes(ctx, s.cfg.Commune, all, nil); err != nil {
		return fmt.Errorf("save programme %s: %w", all[0].ID, err)
	}
	for _, p := range all {
		s.tookProgramme(p)
	}
	return nil
}

func (s *Service) tookProgramme(p Programme) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.State == Drafted || p.State == Returned {
		delete(s.programmes, p.ID)
	} else {
		s.programmes[p.ID] = p
	}
	if f := s.cfg.ProgrammeChanged; f != nil {
		s.event(func() { f(p) })
	}
	s.wakePlanner.give()
	s.wakeClock.give()
}

// finishProgrammes marks the programmes that have nothing left to play.
func (s *Service) finishProgrammes(ctx context.Context, now time.Time) {
	s.mu.Lock()
	busy := map[ProgrammeID]bool{}
	for _, o := range s.upcoming {
		busy[o.Programme] = true
	}
	for _, air := range s.air {
		if air.end().After(now) {
			busy[air.Programme] = true
		}
	}
	var over []Programme
	for _, p := range s.programmes {
		if p.State == Scheduled && !busy[p.ID] && len(p.When.FirstStarts(now, 1, s.cfg.Location)) == 0 {
			over = append(over, p)
		}
	}
	s.mu.Unlock()
	for _, p := range over {
		_, err := s.decideProgramme(ctx, p.ID, func(p Programme) (Programme, error) {
			if p.State != Scheduled || len(p.When.FirstStarts(now, 1, s.cfg.Location)) > 0 {
				return p, nil // edited in the meantime
			}
			p.State, p.Proposed = Done, nil
			return p, s.saveProgramme(ctx, p)
		})
		if err != nil {
			s.cfg.Log.Error("programme not marked as done", "programme", p.ID, "error", err)
		}
	}
}

// decideProgramme runs one decision on a programme, one at a time.
func (s *Service) decideProgramme(ctx context.Context, id ProgrammeID, f func(Programme) (Programme, error)) (Programme, error) {
	if err := s.load(ctx); err != nil {
		return Programme{}, err
	}
	s.deciding.Lock()
	defer s.deciding.Unlock()
	p, err := s.Programme(ctx, id)
	if err != nil {
		return Programme{}, err
	}
	if p, err = f(p); err != nil {
		return Programme{}, err
	}
	return p, nil
}

func programmeDecided(p Programme) error {
	words := map[State][2]string{
		Drafted: {"đang được soạn", "is being written"}, Submitted: {"đang chờ duyệt", "waits for approval"},
		Returned: {"đã được trả lại", "was returned"}, Scheduled: {"đã được duyệt", "was approved"},
		Done: {"đã phát xong", "is over"}, Cancelled: {"đã bị hủy", "was cancelled"},
	}[p.State]
	return conflict("already_decided", "Chương trình này "+words[0]+". Hãy tải lại trang để xem trạng thái mới.",
		"This programme "+words[1]+". Reload the page to see its state.")
}

// Programme returns a programme. An unknown id is a problem of kind NotFound.
func (s *Service) Programme(ctx context.Context, id ProgrammeID) (Programme, error) {
	p, err := s.cfg.Store.Programme(ctx, s.cfg.Commune, id)
	if errors.Is(err, ErrUnknown) {
		return p, problem.New(problem.NotFound, "programme_not_found", "Không tìm thấy chương trình này. Có thể đường dẫn sai; hãy chọn lại trong Lịch.",
			"There is no such programme. The address may be wrong.").Because(err)
	}
	return p, err
}

// Programmes returns the newest first; an empty state means all.
func (s *Service) Programmes(ctx context.Context, state State) ([]Programme, error) {
	if state == "" {
		return s.cfg.Store.Programmes(ctx, s.cfg.Commune, nil)
	}
	return s.cfg.Store.Programmes(ctx, s.cfg.Commune, []State{state})
}

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
	src.Programmes = []Programme{p}
	return layoutAt(src, next[0]), nil
}

// layoutAt lays the one programme of the sources out at an instant.
func layoutAt(src Sources, at time.Time) Layout {
	c := newCompiler(src, at, at.Add(1))
	out := Layout{Start: at, EndsAt: at, Pieces: []LayoutPiece{}}
	seen := map[*show]bool{}
	for _, list := range c.played {
		for _, sh := range list {
			if seen[sh] || !sh.session.start.Equal(at) {
				continue
			}
			seen[sh] = true
			for _, o := range c.slotsOf(sh) {
				out.Pieces = append(out.Pieces, LayoutPiece{o.ID, o.Announcement, strings.TrimPrefix(o.Title, sh.session.form.Title+": "), o.Level, o.Start, o.DurationMS, o.clusters})
				out.EndsAt = later(out.EndsAt, o.Start.Add(time.Duration(o.DurationMS)*time.Millisecond))
			}
		}
	}
	slices.SortFunc(out.Pieces, func(a, b LayoutPiece) int { return a.Start.Compare(b.Start) })
	return out
}
