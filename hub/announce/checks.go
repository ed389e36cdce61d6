package announce

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

// Severity is how much a finding weighs.
type Severity string

// The severities of a finding.
const (
	Stop Severity = "stop" // it cannot be approved so
	Warn Severity = "warn" // an approver should know
	Info Severity = "info"
)

// The codes of findings.
const (
	FoundOverlap           = "overlap"
	FoundQuietHours        = "quiet_hours"
	FoundSessionLimits     = "session_limits"
	FoundLongerThanSlot    = "longer_than_slot"
	FoundMissingAudio      = "missing_audio"
	FoundOffline           = "cluster_offline"
	FoundPlanNotHeld       = "plan_not_held"
	FoundPriorityCollision = "priority_collision"
	FoundNotApproved       = "content_not_approved"
	FoundEmpty             = "nothing_to_play"
	FoundExempt            = "emergency_exempt"
)

// Words are what is said to a person, in both languages of the hub.
type Words struct {
	VI string `json:"vi"`
	EN string `json:"en"`
}

// Finding is something that a person should see before approval.
type Finding struct {
	Code     string             `json:"code"`
	Severity Severity           `json:"severity" enum:"stop,warn,info"`
	Message  Words              `json:"message"`
	Clusters []devices.DeviceID `json:"clusters"`
	// At is the first occurrence that it concerns.
	At *time.Time `json:"at,omitempty"`
	// Fix is what would cure it, absent when only a person can.
	Fix *Fix `json:"fix,omitempty"`
	// Rival is the other announcement of the same urgency that it meets: their
	// order says which sounds first.
	Rival *Rival `json:"rival,omitempty"`
}

// Rival is an announcement that wants to sound at the same time.
type Rival struct {
	Announcement ID     `json:"announcement"`
	Title        string `json:"title"`
	Order        int    `json:"order"`
}

// Fix is a change of the draft that cures a finding.
type Fix struct {
	Label Words `json:"label"`
	// Patch is a merge patch (RFC 7396) of the draft.
	Patch map[string]any `json:"patch"`
}

// Standing is how a cluster stands with its plan.
type Standing struct {
	Online  bool
	Current bool // it holds the newest plan
	Missing []string
}

// CheckSources is all that checks look at. What is checked is itself not among
// the announcements and programmes.
type CheckSources struct {
	Sources
	Standing map[devices.DeviceID]Standing
	// Lost is the audio that is no longer in the store, by SHA-256.
	Lost map[string]bool
}

// checkAhead is how far checks look.
const checkAhead = 8 * 24 * time.Hour

// How a finding names an instant, in Vietnamese and in English.
const (
	viMoment = "15:04 ngày 02/01"
	enMoment = "15:04 on 2 Jan"
)

// CheckAnnouncement looks at an announcement, with its sounds and clusters, before
// it is approved. An emergency is exempt from all that restrains the others.
func CheckAnnouncement(src CheckSources, a Announcement) []Finding {
	at := src.Now.UTC()
	a.State, a.DecidedAt, a.ApprovedAt, a.Earlier = Scheduled, &at, &at, nil
	a.Clusters = src.places().now(a.Target)
	f := findings{}
	f.sounds(src, a.Pieces(1, 0), a.Clusters)
	var mine []span
	switch a.When.Kind {
	case schedule.InProgramme:
		return f.list
	case schedule.Now:
		mine = []span{spanOf(&a, src.Now.Add(lead), a.Clusters)}
	default:
		only := src.Sources
		only.Announcements, only.Programmes = []*Announcement{&a}, nil
		mine = spans(only, src.Now, src.Now.Add(checkAhead))
	}
	f.clusters(src, a.Clusters, a.Target)
	restrained := findings{retime: func(s span, to time.Time) map[string]any { return retime(a.When, s.start, to, src.Location) }}
	restrained.schedule(src, mine)
	restrained.collisions(src, mine)
	if a.Repeat > 1 {
		for i := range restrained.list {
			if restrained.list[i].Code == FoundLongerThanSlot {
				restrained.list[i].Fix = &Fix{Words{"Chỉ phát một lần", "Play it once"}, map[string]any{"repeat": 1}}
			}
		}
	}
	if a.Level != devices.Emergency {
		return append(f.list, restrained.list...)
	}
	if len(restrained.list) > 0 {
		f.add(Finding{Code: FoundExempt, Severity: Info, Clusters: a.Clusters, Message: Words{
			"Bản tin khẩn cấp được phát cả trong giờ nghỉ, không tính vào số buổi phát và cắt ngang bản tin khác.",
			"An emergency sounds even in quiet hours, beyond the limits and over other announcements."}})
	}
	return f.list
}

// CheckProgramme looks at a programme, with its clusters, before it is approved.
func CheckProgramme(src CheckSources, p Programme) []Finding {
	at := src.Now.UTC()
	p.State, p.DecidedAt, p.ApprovedAt, p.Earlier = Scheduled, &at, &at, nil
	if p.ID == "" {
		p.ID = "ct-new"
	}
	p.Clusters = src.places().now(p.Target)
	only := src.Sources
	only.Programmes = []*Programme{&p}
	only.Announcements = slices.DeleteFunc(slices.Clone(src.Announcements), func(a *Announcement) bool { return a.When.Kind != schedule.InProgramme })
	mine := spans(only, src.Now, src.Now.Add(checkAhead))
	f := findings{retime: func(s span, to time.Time) map[string]any { return retime(p.When, s.start, to, src.Location) }}
	known := map[ID]*Announcement{}
	for _, a := range src.Announcements {
		known[a.ID] = a
	}
	var pieces []protocol.Audio
	for _, it := range p.Items {
		a, title := known[it.Announcement], string(it.Announcement)
		if a != nil {
			title = a.Title
		}
		switch {
		case it.Announcement == "":
		case a == nil || a.State != Approved:
			f.add(Finding{Code: FoundNotApproved, Severity: Warn, Message: Words{
				fmt.Sprintf("Bản tin “%s” chưa được duyệt nên sẽ không được phát.", title),
				fmt.Sprintf("The announcement \"%s\" is not approved and will be left out.", title)},
				Fix: &Fix{Words{"Bỏ bản tin này khỏi chương trình", "Take it out of the programme"}, map[string]any{"items": without(p.Items, it.Announcement)}}})
		default:
			pieces = append(pieces, a.Pieces(1, 0)...)
		}
	}
	f.sounds(src, pieces, p.Clusters)
	f.clusters(src, p.Clusters, p.Target)
	if len(mine) > 0 && len(mine[0].pieces) == 0 {
		at := mine[0].start
		f.add(Finding{Code: FoundEmpty, Severity: Warn, At: &at, Clusters: p.Clusters, Message: Words{
			"Lần phát tới không có bản tin nào còn hiệu lực nên chương trình sẽ không phát gì.", "Nothing is valid at its next time: the programme will be silent."}})
	}
	f.schedule(src, mine)
	f.collisions(src, mine)
	return f.list
}

func without(items []ProgrammeItem, id ID) []ProgrammeItem {
	return slices.DeleteFunc(slices.Clone(items), func(it ProgrammeItem) bool { return it.Announcement == id })
}

// findings collects, one for each cause.
type findings struct {
	list []Finding
	// retime is the patch that moves a sounding to another start, nil for none.
	retime func(s span, to time.Time) map[string]any
}

func (f *findings) add(one Finding) {
	if one.Clusters == nil {
		one.Clusters = []devices.DeviceID{}
	}
	f.list = append(f.list, one)
}

// move offers another start.
func (f *findings) move(s span, to time.Time, loc *time.Location) *Fix {
	if f.retime == nil {
		return nil
	}
	patch := f.retime(s, to)
	if patch == nil {
		return nil
	}
	to = to.In(loc)
	return &Fix{Words{"Chuyển sang " + to.Format(viMoment), "Move it to " + to.Format(enMoment)}, patch}
}

// sounds looks for audio that was lost.
func (f *findings) sounds(src CheckSources, pieces []protocol.Audio, clusters []devices.DeviceID) {
	if slices.ContainsFunc(pieces, func(a protocol.Audio) bool { return src.Lost[a.SHA256] }) {
		f.add(Finding{Code: FoundMissingAudio, Severity: Stop, Clusters: clusters, Message: Words{
			"Tệp âm thanh không còn trong kho. Hãy tải lên lại hoặc tạo lại giọng đọc.", "Audio is no longer in the store. Upload it or speak the text again."}})
	}
}

// clusters looks at those that may not hear it.
func (f *findings) clusters(src CheckSources, clusters []devices.DeviceID, target Target) {
	var off, old, on []devices.DeviceID
	for _, c := range clusters {
		switch st := src.Standing[c]; {
		case !st.Online:
			off = append(off, c)
		case !st.Current || len(st.Missing) > 0:
			old = append(old, c)
			on = append(on, c)
		default:
			on = append(on, c)
		}
	}
	if len(off) > 0 {
		one := Finding{Code: FoundOffline, Severity: Warn, Clusters: off, Message: Words{
			fmt.Sprintf("%d cụm loa đang mất kết nối; nếu chưa kết nối lại trước giờ phát thì sẽ không phát.", len(off)),
			fmt.Sprintf("%d clusters are offline; they will not sound it unless they come back in time.", len(off))}}
		if len(on) > 0 {
			one.Fix = &Fix{Words{"Chỉ phát tới các cụm đang trực tuyến", "Only on clusters that are online"},
				map[string]any{"target": map[string]any{"all": nil, "villages": nil, "clusters": on}}}
		}
		f.add(one)
	}
	if len(old) > 0 {
		f.add(Finding{Code: FoundPlanNotHeld, Severity: Info, Clusters: old, Message: Words{
			fmt.Sprintf("%d cụm loa chưa nhận đủ lịch phát mới nhất.", len(old)), fmt.Sprintf("%d clusters do not hold their newest plan with its audio yet.", len(old))}})
	}
}

// schedule looks at quiet hours and at the limits of sessions.
func (f *findings) schedule(src CheckSources, mine []span) {
	rules, loc := src.Rules, src.Location
	for _, s := range mine {
		if rules.QuietHours.Contains(s.start.In(loc)) || rules.QuietHours.Contains(s.end.In(loc).Add(-time.Second)) {
			f.add(Finding{Code: FoundQuietHours, Severity: Warn, At: &s.start, Clusters: s.clusters, Message: Words{
				fmt.Sprintf("Giờ phát %s rơi vào giờ nghỉ (%s–%s).", s.start.In(loc).Format(viMoment), rules.QuietHours.From, rules.QuietHours.To),
				fmt.Sprintf("%s is in the quiet hours (%s–%s).", s.start.In(loc).Format(enMoment), rules.QuietHours.From, rules.QuietHours.To)},
				Fix: f.move(s, nextClock(s.start, rules.QuietHours.To, loc), loc)})
			break
		}
	}
	if limit := rules.Sessions.MaxMinutes; limit > 0 {
		for _, s := range mine {
			if length := s.end.Sub(s.start); length > time.Duration(limit)*time.Minute {
				f.add(Finding{Code: FoundLongerThanSlot, Severity: Warn, At: &s.start, Clusters: s.clusters, Message: Words{
					fmt.Sprintf("Dài %d phút, quá mức %d phút của một buổi phát.", int(length.Minutes()+0.5), limit),
					fmt.Sprintf("It lasts %d minutes, longer than the %d of a session.", int(length.Minutes()+0.5), limit)}})
				break
			}
		}
	}
	f.sessions(src, mine)
}

// sessions counts the soundings of each cluster by day and week.
func (f *findings) sessions(src CheckSources, mine []span) {
	limits, loc := src.Rules.Sessions, src.Location
	if len(mine) == 0 || (limits.MaxPerDay == 0 && limits.MaxDaysPerWeek == 0) {
		return
	}
	type day struct {
		cluster devices.DeviceID
		day     string
	}
	others := spans(src.Sources, schedule.Monday(src.Now, loc), src.Now.Add(checkAhead))
	count := map[day]int{}
	days := map[day]map[string]bool{} // by week
	note := func(s span) {
		d := s.start.In(loc).Format(schedule.DayFormat)
		week := schedule.Monday(s.start, loc).Format(schedule.DayFormat)
		for _, c := range s.clusters {
			count[day{c, d}]++
			if days[day{c, week}] == nil {
				days[day{c, week}] = map[string]bool{}
			}
			days[day{c, week}][d] = true
		}
	}
	for _, s := range others {
		note(s)
	}
	for _, s := range mine {
		note(s)
	}
	for _, s := range mine {
		d, week := s.start.In(loc).Format(schedule.DayFormat), schedule.Monday(s.start, loc).Format(schedule.DayFormat)
		var many, often []devices.DeviceID
		for _, c := range s.clusters {
			if limits.MaxPerDay > 0 && count[day{c, d}] > limits.MaxPerDay {
				many = append(many, c)
			}
			if limits.MaxDaysPerWeek > 0 && len(days[day{c, week}]) > limits.MaxDaysPerWeek {
				often = append(often, c)
			}
		}
		if len(many)+len(often) == 0 {
			continue
		}
		words := Words{fmt.Sprintf("Ngày %s phát quá %d buổi.", s.start.In(loc).Format("02/01"), limits.MaxPerDay),
			fmt.Sprintf("%s would have more than %d sessions.", s.start.In(loc).Format("2 Jan"), limits.MaxPerDay)}
		if len(many) == 0 {
			words = Words{fmt.Sprintf("Tuần này phát quá %d ngày.", limits.MaxDaysPerWeek), fmt.Sprintf("That week would have sessions on more than %d days.", limits.MaxDaysPerWeek)}
		}
		one := Finding{Code: FoundSessionLimits, Severity: Warn, At: &s.start, Clusters: slices.Compact(slices.Sorted(slices.Values(slices.Concat(many, often)))), Message: words}
		if s.announcement != "" || s.programme == "" {
			one.Fix = &Fix{Words{"Đưa vào chương trình có sẵn", "Let programmes take it up"}, map[string]any{"when": whenPatch(schedule.When{Kind: schedule.InProgramme})}}
		}
		f.add(one)
		return
	}
}

// collisions looks at what sounds on the same clusters at the same time.
func (f *findings) collisions(src CheckSources, mine []span) {
	if len(mine) == 0 {
		return
	}
	found := map[string]int{}
	for _, other := range spans(src.Sources, src.Now, src.Now.Add(checkAhead+24*time.Hour)) {
		for _, s := range mine {
			if !s.meets(other) {
				continue
			}
			both := s.common(other)
			if len(both) == 0 {
				continue
			}
			key := string(other.announcement) + string(other.programme)
			if i, ok := found[key]; ok {
				f.list[i].Clusters = slices.Compact(slices.Sorted(slices.Values(append(f.list[i].Clusters, both...))))
				continue
			}
			found[key] = len(f.list)
			f.collision(s, other, both, src.Location)
		}
	}
}

func (f *findings) collision(s, other span, both []devices.DeviceID, loc *time.Location) {
	at := s.start
	when, whenEN := at.In(loc).Format(viMoment), at.In(loc).Format(enMoment)
	var rival *Rival
	if s.level == devices.Priority && other.level == devices.Priority && s.programme == "" && other.programme == "" {
		rival = &Rival{other.announcement, other.title, other.order}
	}
	if rival != nil && s.order == other.order {
		f.add(Finding{Code: FoundPriorityCollision, Severity: Stop, At: &at, Clusters: both, Rival: rival, Message: Words{
			fmt.Sprintf("Hai bản tin ưu tiên trùng giờ lúc %s: bản tin này và “%s”. Hãy chọn bản tin nào phát trước.", when, other.title),
			fmt.Sprintf("Two priority announcements meet at %s: this one and \"%s\". Choose which comes first.", whenEN, other.title)},
			Fix: &Fix{Words{"Phát sau “" + other.title + "”", "Play it after \"" + other.title + "\""}, map[string]any{"order": min(other.order+1, maxOrder)}}})
		return
	}
	first, second := s, other
	if other.start.Before(s.start) {
		first, second = other, s
	}
	one := Finding{Code: FoundOverlap, Severity: Warn, At: &at, Clusters: both, Rival: rival, Message: Words{
		fmt.Sprintf("Lúc %s trùng với “%s”; bản tin sau phải chờ.", when, other.title), fmt.Sprintf("At %s it meets \"%s\"; the later one has to wait.", whenEN, other.title)},
		Fix: f.move(s, roundUp(other.end.Add(time.Minute)), loc)}
	switch {
	case s.level > other.level && other.start.Before(s.start):
		one.Message = Words{fmt.Sprintf("Lúc %s sẽ ngắt “%s”.", when, other.title), fmt.Sprintf("At %s it interrupts \"%s\".", whenEN, other.title)}
	case second.level <= first.level && first.end.Sub(second.start) > planAllowance:
		one.Severity = Stop
		one.Message = Words{fmt.Sprintf("Lúc %s trùng với “%s” quá %d phút; bản tin sau sẽ không được phát.", when, other.title, int(planAllowance.Minutes())),
			fmt.Sprintf("At %s it meets \"%s\" for more than %d minutes; the later one would be missed.", whenEN, other.title, int(planAllowance.Minutes()))}
	}
	f.add(one)
}

// roundUp is the next instant whose minutes are a multiple of five.
func roundUp(t time.Time) time.Time { return t.Add(5*time.Minute - 1).Truncate(5 * time.Minute) }

// nextClock is the next instant after t at a time of day.
func nextClock(t time.Time, clock string, loc *time.Location) time.Time {
	h, m, err := schedule.ParseClock(clock)
	if err != nil {
		return t
	}
	y, mo, d := t.In(loc).Date()
	next := time.Date(y, mo, d, h, m, 0, 0, loc)
	if !next.After(t) {
		next = time.Date(y, mo, d+1, h, m, 0, 0, loc)
	}
	return next
}

// retime is the merge patch of a draft that moves its schedule by what lies
// between two instants, nil when that cannot be.
func retime(w schedule.When, from, to time.Time, loc *time.Location) map[string]any {
	local := to.In(loc)
	sameDay := from.In(loc).Format(schedule.DayFormat) == local.Format(schedule.DayFormat)
	switch {
	case w.Kind == schedule.Now || w.Kind == schedule.Once:
		at := to.UTC()
		w = schedule.When{Kind: schedule.Once, At: &at}
	case w.Kind == schedule.Daily, w.Kind == schedule.Weekly && sameDay:
		w.Time = local.Format("15:04")
	default:
		moved, err := w.Shifted(from, to, loc)
		if err != nil {
			return nil
		}
		w = moved
	}
	return map[string]any{"when": whenPatch(w)}
}

// whenPatch is the merge patch that makes any schedule this one: what it has not
// is removed.
func whenPatch(w schedule.When) map[string]any {
	out := map[string]any{}
	v := reflect.ValueOf(w)
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if out[name] = v.Field(i).Interface(); v.Field(i).IsZero() {
			out[name] = nil
		}
	}
	return out
}

// stops are the findings that forbid approval.
func stops(all []Finding) []Finding {
	return slices.DeleteFunc(slices.Clone(all), func(f Finding) bool { return f.Severity != Stop })
}

// lostOf asks which of some audio is lost.
func lostOf(pieces []protocol.Audio, has func(string) bool) map[string]bool {
	lost := map[string]bool{}
	for _, p := range pieces {
		if _, asked := lost[p.SHA256]; !asked {
			lost[p.SHA256] = !has(p.SHA256)
		}
	}
	maps.DeleteFunc(lost, func(_ string, gone bool) bool { return !gone })
	return lost
}
