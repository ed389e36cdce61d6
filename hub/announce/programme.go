package announce

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

// ProgrammeID names a programme: "ct-" and a ULID in lower case.
type ProgrammeID string

// ProgrammeDraft is what a person wants a programme to be: an ordered list of
// announcements that sound one after another between two chimes.
type ProgrammeDraft struct {
	Title  string        `json:"title"`
	Target Target        `json:"target"`
	When   schedule.When `json:"when"`
	// Order is its place among programmes that begin at the same time, and of what is of
	// priority in it among what it meets; lower first, -1000 to 1000.
	Order int `json:"order,omitempty" minimum:"-1000" maximum:"1000"`
	// Opening and Closing are the chimes around the whole, empty for none; those of
	// the announcements themselves are left out.
	Opening Chime           `json:"opening,omitempty"`
	Closing Chime           `json:"closing,omitempty"`
	Items   []ProgrammeItem `json:"items"`
}

// ProgrammeItem is one announcement of a programme, or a place that is filled
// with what is valid that day. It has either Announcement or Fill.
type ProgrammeItem struct {
	Announcement ID    `json:"announcement,omitempty"`
	Fill         *Fill `json:"fill,omitempty"`
	// Repeat is how often each announcement is played, 1 to 10. It defaults to the
	// announcement's own.
	Repeat int `json:"repeat,omitempty" minimum:"0" maximum:"10"`
	// GapS is the silence after each playing, 1 to 7200 s. It defaults to
	// [ProgrammeGapS].
	GapS int `json:"gap_s,omitempty" minimum:"0" maximum:"7200"`
}

// Fill takes up approved announcements of kind programme that are valid that day
// and aimed at the cluster: the more urgent first, then by their order, then the
// older first.
type Fill struct {
	// Max is how many at most, 1 to 50.
	Max int `json:"max" minimum:"1" maximum:"50"`
}

const (
	// ProgrammeGapS is the silence between two items of a programme, in seconds,
	// when it does not say.
	ProgrammeGapS = 2

	maxProgrammeItems = 50
	maxFill           = 50
)

// Programme is a programme with all that has happened to it. Its states are those
// of an announcement; approved it is scheduled. Approving it does not approve
// what it plays: an announcement that is not approved is left out.
type Programme struct {
	ID ProgrammeID `json:"id"`
	// Revision counts its forms and proposed forms, from 1; see [Announcement].
	Revision int `json:"revision,omitempty"`
	ProgrammeDraft
	State     State      `json:"state"`
	Remark    string     `json:"remark,omitempty"`
	CreatedBy string     `json:"created_by"`
	CreatedAt time.Time  `json:"created_at"`
	EditedBy  []string   `json:"edited_by,omitempty"`
	DecidedBy string     `json:"decided_by,omitempty"`
	DecidedAt *time.Time `json:"decided_at,omitempty"`
	// ApprovedAt is when it was first let out.
	ApprovedAt *time.Time `json:"approved_at,omitempty"`
	// Clusters are those that the target means now, or meant when it was over.
	Clusters []devices.DeviceID `json:"clusters"`
	// Gone is what of the target stands nowhere any more: nothing sounds there.
	Gone *Target `json:"gone,omitempty"`

	// Override is what stood against it when it was let out in spite of that.
	Override *Override `json:"override,omitempty"`

	// Earlier are its forms before it was changed, oldest first: an occurrence that
	// has begun ends as it began.
	Earlier []EarlierProgramme `json:"earlier,omitempty"`
	// Proposed is a change that waits for approval; until then it goes on as it is.
	Proposed *ProgrammeProposal `json:"proposed,omitempty"`
	// Cuts are the occurrences of which somebody took the rest away, oldest first.
	Cuts []Cut `json:"cuts,omitempty"`
	// Follows is the programme of which this one is the later part.
	Follows ProgrammeID `json:"follows,omitempty"`
}

// EarlierProgramme is the form that a programme had for a time.
type EarlierProgramme struct {
	ProgrammeDraft
	Since time.Time `json:"since"`
	Until time.Time `json:"until"`
}

// ProgrammeProposal is a change of an approved programme: another form, or an
// edit of its series.
type ProgrammeProposal struct {
	Draft *ProgrammeDraft      `json:"draft,omitempty"`
	Edit  *schedule.SeriesEdit `json:"edit,omitempty"`
	By    string               `json:"by"`
	At    time.Time            `json:"at"`
}

// Over reports whether nothing of the programme will sound any more.
func (p Programme) Over() bool {
	return p.State == Done || p.State == Cancelled || p.State == Returned
}

// writtenBy reports whether somebody had a hand in the programme.
func (p Programme) writtenBy(who string) bool {
	return p.CreatedBy == who || slices.Contains(p.EditedBy, who)
}

// check brings a draft to its one form.
func (d ProgrammeDraft) check(now time.Time, loc *time.Location) (ProgrammeDraft, error) {
	d.Title = devices.TidyName(d.Title)
	switch {
	case d.Title == "":
		return d, invalid("title", "title_missing", "Hãy đặt tên cho chương trình.", "Give the programme a title.")
	case !utf8.ValidString(d.Title) || strings.ContainsFunc(d.Title, unicode.IsControl):
		return d, invalid("title", "title_invalid", "Tên chương trình có ký tự bị hỏng. Hãy gõ lại.", "The title has broken characters. Type it again.")
	case utf8.RuneCountInString(d.Title) > maxTitle:
		return d, invalid("title", "title_too_long", "Tên chương trình có %d ký tự, tối đa là %d. Hãy rút gọn.",
			"The title has %d characters, at most %d are accepted. Shorten it.", utf8.RuneCountInString(d.Title), maxTitle)
	case len(d.Items) == 0:
		return d, invalid("items", "no_items", "Chương trình chưa có mục nào. Hãy thêm bản tin hoặc phần tự lấy tin còn hiệu lực.",
			"The programme has no items. Add announcements, or a place that is filled with what is valid.")
	case len(d.Items) > maxProgrammeItems:
		return d, invalid("items", "too_many_items", "Chương trình có %d mục, tối đa là %d. Hãy bỏ bớt.", "The programme has %d items, at most %d are accepted. Remove some.",
			len(d.Items), maxProgrammeItems)
	}
	for field, c := range map[string]Chime{"opening": d.Opening, "closing": d.Closing} {
		if !slices.Contains([]Chime{NoChime, OpeningChime, ClosingChime}, c) {
			return d, invalid(field, "chime_unknown", "Không có nhạc hiệu “%.20s” cho chương trình. Hãy chọn nhạc mở đầu hoặc nhạc kết thúc.",
				"There is no chime %.20q for programmes. Use opening or closing.", string(c))
		}
	}
	if err := checkOrder(d.Order); err != nil {
		return d, err
	}
	for i, it := range d.Items {
		if err := it.check(fmt.Sprintf("items[%d]", i)); err != nil {
			return d, err
		}
	}
	if d.When.Kind == schedule.Now || d.When.Kind == schedule.InProgramme {
		return d, invalid("when.kind", "when_unknown", "Hãy chọn lịch của chương trình: một lần, hằng ngày, hằng tuần hoặc theo quy tắc.",
			"Choose the schedule of the programme: once, daily, weekly or by a rule.")
	}
	var err error
	d.When, err = d.When.Check(now, loc)
	return d, err
}

func (it ProgrammeItem) check(field string) error {
	switch {
	case (it.Announcement == "") == (it.Fill == nil):
		return invalid(field, "item_invalid", "Mỗi mục cần đúng một bản tin hoặc một phần tự lấy tin.", "Each item has either an announcement or a place to be filled.")
	case it.Fill != nil && (it.Fill.Max < 1 || it.Fill.Max > maxFill):
		return invalid(field+".fill.max", "fill_out_of_range", "Số tin tự lấy là %d. Hãy chọn từ 1 đến %d.", "%d announcements to fill in: choose 1 to %d.", it.Fill.Max, maxFill)
	case it.Repeat < 0 || it.Repeat > maxRepeat:
		return invalid(field+".repeat", "repeat_out_of_range", "Số lần phát là %d. Hãy chọn từ 1 đến %d lần.", "%d repetitions: choose 1 to %d.", it.Repeat, maxRepeat)
	case it.GapS < 0 || it.GapS > maxGapS:
		return invalid(field+".gap_s", "gap_out_of_range", "Khoảng nghỉ là %d giây. Hãy chọn từ 1 đến %d giây.", "A gap of %d s: choose 1 to %d.", it.GapS, maxGapS)
	}
	return nil
}

// length is that of all playings of an announcement, with their gaps.
func (it ProgrammeItem) length(a *Announcement) time.Duration {
	one := time.Duration(protocol.Item{Audio: bare(a)}.DurationMS())*time.Millisecond + it.gap()
	return time.Duration(it.times(a)) * (one + time.Second - 1).Truncate(time.Second)
}

func (it ProgrammeItem) gap() time.Duration {
	return time.Duration(cmp.Or(it.GapS, ProgrammeGapS)) * time.Second
}

// times is how often an announcement is played.
func (it ProgrammeItem) times(a *Announcement) int { return cmp.Or(it.Repeat, a.Repeat, 1) }

// session is one occurrence of a programme in the form that held then.
type session struct {
	programme *Programme
	form      *ProgrammeDraft
	start     time.Time
	begins    time.Time // later than start when it waits for another; see takeTurns
	clusters  []devices.DeviceID
}

// before orders sessions by their start.
func (s *session) before(t *session) int {
	return cmp.Or(s.start.Compare(t.start), cmp.Compare(s.form.Order, t.form.Order), cmp.Compare(s.programme.ID, t.programme.ID))
}

// held reports whether the session is planned; with what was withdrawn, whether it
// was.
func (s *session) held(src *Sources) bool {
	return s.programme.State == Scheduled || s.programme.State == Done || s.programme.State == Cancelled && src.withdrawn
}

// everHeld are the occurrences that were planned, also by a programme that was
// cancelled since.
func (p *Programme) everHeld(from, to time.Time, loc *time.Location) (out []session) {
	if p.ApprovedAt == nil || !slices.Contains([]State{Scheduled, Done, Cancelled}, p.State) {
		return nil
	}
	add := func(form *ProgrammeDraft, from, to time.Time) {
		if from.Before(to) {
			for _, t := range form.When.Starts(from, to, loc) {
				out = append(out, session{programme: p, form: form, start: t})
			}
		}
	}
	for i := range p.Earlier {
		e := &p.Earlier[i]
		add(&e.ProgrammeDraft, later(from, e.Since), sooner(to, e.Until))
	}
	if p.State == Cancelled {
		to = sooner(to, *p.DecidedAt)
	}
	add(&p.ProgrammeDraft, later(from, p.lastSince()), to)
	return out
}

// lastSince is when the form of now began to hold.
func (p *Programme) lastSince() time.Time {
	if n := len(p.Earlier); n > 0 {
		return p.Earlier[n-1].Until
	}
	return *p.ApprovedAt
}
