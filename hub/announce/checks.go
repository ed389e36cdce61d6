package announce

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// CheckSources is all that checks look at. What is checked is itself not among
// the announcements and programmes.
type CheckSources struct {
	Sources
	Standing map[devices.DeviceID]Standing
	// Lost is the audio that is no longer in the store, by SHA-256.
	Lost map[string]bool
}

// check looks at one announcement or programme. It collects findings, one for each
// cause.
type check struct {
	src      CheckSources
	clusters []devices.DeviceID
	when     schedule.When
	since    time.Time // nothing of it sounds before
	// mine are its soundings that are to come, others all else about then on its
	// clusters, soonest first; see [check.stretches].
	mine, others []span
	shorten      func(s span, most time.Duration) *Fix
	list         []Finding
}

func (c *check) add(one Finding) {
	if one.Clusters == nil {
		one.Clusters = []devices.DeviceID{}
	}
	c.list = append(c.list, one)
}

// CheckAnnouncement looks at an announcement, with its sounds, before it is
// approved. An emergency is exempt from all that restrains the others.
func CheckAnnouncement(src CheckSources, a Announcement) []Finding {
	at := src.Now.UTC()
	a.State, a.DecidedAt, a.ApprovedAt, a.Earlier = Scheduled, &at, &at, nil
	c := &check{src: src, clusters: src.places().now(a.Target), when: a.When, since: a.validSince(src.Location), shorten: shorterAnnouncement(a)}
	c.sounds(&a)
	if !a.everywhere() {
		c.reach(a.Target)
	}
	if a.When.Kind == schedule.InProgramme {
		return c.list
	}
	all := src.Sources
	all.Announcements = append(slices.Clone(src.Announcements), &a)
	c.among(all, func(s span) bool { return s.announcement == a.ID && s.programme == "" })
	if a.When.Kind == schedule.Now {
		now := spanOf(&a, src.Now.Add(lead), c.clusters)
		now.allowance = nowAllowance
		c.mine = []span{now}
	}
	if a.Level == devices.Emergency {
		return append(c.list, c.exempt()...)
	}
	c.limits()
	c.itself()
	c.collisions()
	return c.list
}

// exempt says from what an emergency is exempt, nothing when nothing would restrain
// it.
func (c *check) exempt() []Finding {
	restrained := *c
	restrained.list = nil
	restrained.limits()
	restrained.collisions()
	words := map[string]problem.Words{
		FoundQuietHours: problem.Say("giờ nghỉ", "quiet hours"), FoundSessionLimits: problem.Say("số buổi phát", "the number of sessions"),
		FoundLongerThanSlot: problem.Say("thời lượng một buổi phát", "the length of a session"), FoundOverlap: problem.Say("trùng giờ", "what else sounds"),
	}
	var vi, en []string
	for _, f := range restrained.list {
		if w, ok := words[f.Code]; ok && !slices.Contains(en, w.EN) {
			vi, en = append(vi, w.VI), append(en, w.EN)
		}
	}
	if vi == nil {
		return nil
	}
	return []Finding{{Code: FoundExempt, Severity: Info, Clusters: c.clusters, Fix: advice("Không cần làm gì", "Nothing has to be done"), Message: problem.Say(
		"Bản tin khẩn cấp được miễn: "+strings.Join(vi, ", ")+". Nhật ký sẽ ghi rõ điều này.",
		"An emergency is exempt from "+strings.Join(en, ", ")+". The journal will say so.")}}
}

// CheckProgramme looks at a programme before it is approved.
func CheckProgramme(src CheckSources, p Programme) []Finding {
	at := src.Now.UTC()
	p.State, p.DecidedAt, p.ApprovedAt, p.Earlier = Scheduled, &at, &at, nil
	if p.ID == "" {
		p.ID = "ct-new"
	}
	c := &check{src: src, clusters: src.places().now(p.Target), when: p.When}
	c.shorten = c.shorterProgramme(p)
	c.content(&p)
	c.reach(p.Target)
	all := src.Sources
	all.Programmes = append(slices.Clone(src.Programmes), &p)
	c.among(all, func(s span) bool { return s.programme == p.ID })
	if len(c.mine) > 0 && len(c.mine[0].pieces) == 0 {
		c.add(Finding{Code: FoundEmpty, Severity: Warn, At: &c.mine[0].due, Clusters: c.clusters, Message: problem.Say(
			"Lần phát tới không có bản tin nào còn hiệu lực nên chương trình sẽ không phát gì.", "Nothing is valid at its next time: the programme will be silent."),
			Fix: advice("Duyệt hoặc thêm bản tin “Dùng trong chương trình”", "Approve or add announcements of kind \"programme\"")})
	}
	c.limits()
	c.itself()
	c.collisions()
	return c.list
}

// content looks at the announcements that a programme names.
func (c *check) content(p *Programme) {
	known := map[ID]*Announcement{}
	for _, a := range c.src.Announcements {
		known[a.ID] = a
	}
	for _, it := range p.Items {
		a, title := known[it.Announcement], string(it.Announcement)
		if a != nil {
			title = a.Title
		}
		fix := advice("Chọn bản tin khác", "Choose another announcement")
		if rest := slices.DeleteFunc(slices.Clone(p.Items), func(o ProgrammeItem) bool { return o.Announcement == it.Announcement }); len(rest) > 0 {
			fix = &Fix{problem.Say("Bỏ bản tin này khỏi chương trình", "Take it out of the programme"), map[string]any{"items": rest}}
		}
		switch {
		case it.Announcement == "":
		case a == nil || a.State != Approved:
			c.add(Finding{Code: FoundNotApproved, Severity: Warn, Fix: fix, Message: problem.Say(
				fmt.Sprintf("Bản tin “%s” chưa được duyệt nên sẽ không được phát.", title),
				fmt.Sprintf("The announcement \"%s\" is not approved and will be left out.", title))})
		case c.src.lost(a.Pieces(1, 0)...):
			c.add(Finding{Code: FoundMissingAudio, Severity: Stop, Clusters: c.clusters, Fix: fix, Message: problem.Say(
				fmt.Sprintf("Âm thanh của bản tin “%s” không còn trong kho.", title), fmt.Sprintf("The audio of \"%s\" is no longer in the store.", title))})
		}
	}
}
