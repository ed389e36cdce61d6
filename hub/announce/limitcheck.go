package announce

import (
	"fmt"
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// Limits is what becomes of what breaks the quiet hours or the limits of sessions.
type Limits string

// The ways of holding limits.
const (
	// WarnLimits tells the approver, who may let it out all the same.
	WarnLimits Limits = "warn"
	// StopLimits forbids approval.
	StopLimits Limits = "stop"
)

// ParseLimits reads a way of holding limits; empty means to warn.
func ParseLimits(s string) (Limits, error) {
	switch l := Limits(s); l {
	case WarnLimits, StopLimits:
		return l, nil
	case "":
		return WarnLimits, nil
	}
	return "", fmt.Errorf("unknown way of holding limits %q: use %s, %s", s, WarnLimits, StopLimits)
}

// severity is that of a finding which breaks a limit.
func (l Limits) severity() Severity {
	if l == StopLimits {
		return Stop
	}
	return Warn
}

// limits looks at quiet hours and at the limits of sessions.
func (c *check) limits() {
	c.quiet()
	c.length()
	c.sessions()
}

func (c *check) quiet() {
	rules, loc := c.src.Rules, c.src.Location
	for _, s := range c.mine {
		if !rules.QuietHours.touches(s, loc) {
			continue
		}
		c.add(Finding{Code: FoundQuietHours, Severity: rules.Limits.severity(), At: &s.start, Clusters: s.clusters, Message: problem.Say(
			fmt.Sprintf("Giờ phát %s rơi vào giờ nghỉ (%s–%s).", s.start.In(loc).Format(viMoment), rules.QuietHours.From, rules.QuietHours.To),
			fmt.Sprintf("%s is in the quiet hours (%s–%s).", s.start.In(loc).Format(enMoment), rules.QuietHours.From, rules.QuietHours.To)),
			Fix: c.move(s, nextClock(s.start, rules.QuietHours.To, loc))})
		return
	}
}

func (c *check) length() {
	most := time.Duration(c.src.Rules.Sessions.MaxMinutes) * time.Minute
	for _, s := range c.mine {
		if length := s.end.Sub(s.start); most > 0 && length > most {
			c.add(Finding{Code: FoundLongerThanSlot, Severity: c.src.Rules.Limits.severity(), At: &s.start, Clusters: s.clusters, Message: problem.Say(
				fmt.Sprintf("Dài %d phút, quá mức %d phút của một buổi phát.", int(length.Minutes()+0.5), int(most.Minutes())),
				fmt.Sprintf("It lasts %d minutes, longer than the %d of a session.", int(length.Minutes()+0.5), int(most.Minutes()))),
				Fix: c.shorten(s, most)})
			return
		}
	}
}

// shorterAnnouncement offers as many repetitions as fit.
func shorterAnnouncement(a Announcement) func(span, time.Duration) *Fix {
	return func(_ span, most time.Duration) *Fix {
		for a.Repeat--; a.Repeat > 0; a.Repeat-- {
			if time.Duration(a.durationMS())*time.Millisecond <= most {
				return &Fix{problem.Say(fmt.Sprintf("Phát %d lần", a.Repeat), fmt.Sprintf("Play it %d times", a.Repeat)), map[string]any{"repeat": a.Repeat}}
			}
		}
		return advice("Rút ngắn nội dung hoặc chia thành nhiều bản tin", "Shorten it or split it into several announcements")
	}
}

// shorterProgramme offers the longest form that fits: each once, then fewer filled
// in, then without the last items.
func (c *check) shorterProgramme(p Programme) func(span, time.Duration) *Fix {
	return func(s span, most time.Duration) *Fix {
		fits := func() bool {
			only := c.src.Sources
			only.Programmes = []*Programme{&p}
			length := layoutAt(only, s.due)
			return length.EndsAt.Sub(length.Start) <= most
		}
		p.Items = slices.Clone(p.Items)
		for i := range p.Items {
			p.Items[i].Repeat = 1
		}
		vi, en := "Mỗi bản tin phát một lần", "Play each once"
		if !fits() {
			vi, en = "Bớt bản tin cho vừa buổi phát", "Leave out what does not fit"
		}
		for len(p.Items) > 0 && !fits() {
			if last := &p.Items[len(p.Items)-1]; last.Fill != nil && last.Fill.Max > 1 {
				last.Fill = &Fill{Max: min(last.Fill.Max-1, len(c.src.Announcements))}
			} else {
				p.Items = p.Items[:len(p.Items)-1]
			}
		}
		if len(p.Items) == 0 {
			return advice("Rút ngắn các bản tin", "Shorten its announcements")
		}
		return &Fix{problem.Say(vi, en), map[string]any{"items": p.Items}}
	}
}

// day is a day of a cluster, or a week of it by its Monday.
type clusterDay struct {
	cluster devices.DeviceID
	day     string
}

// sessions counts the soundings of each cluster by day and week.
func (c *check) sessions() {
	limits, loc := c.src.Rules.Sessions, c.src.Location
	if limits.MaxPerDay == 0 && limits.MaxDaysPerWeek == 0 {
		return
	}
	count := map[clusterDay]int{}
	days := map[clusterDay]map[string]bool{} // by week
	dayOf := func(s span) (day, week string) {
		return s.start.In(loc).Format(schedule.DayFormat), schedule.Monday(s.start, loc).Format(schedule.DayFormat)
	}
	for _, s := range slices.Concat(c.others, c.mine) {
		day, week := dayOf(s)
		for _, id := range s.clusters {
			count[clusterDay{id, day}]++
			if days[clusterDay{id, week}] == nil {
				days[clusterDay{id, week}] = map[string]bool{}
			}
			days[clusterDay{id, week}][day] = true
		}
	}
	for _, s := range c.mine {
		day, week := dayOf(s)
		var many, often []devices.DeviceID
		for _, id := range s.clusters {
			if limits.MaxPerDay > 0 && count[clusterDay{id, day}] > limits.MaxPerDay {
				many = append(many, id)
			}
			if limits.MaxDaysPerWeek > 0 && len(days[clusterDay{id, week}]) > limits.MaxDaysPerWeek {
				often = append(often, id)
			}
		}
		words := problem.Say(fmt.Sprintf("Ngày %s phát quá %d buổi.", s.start.In(loc).Format("02/01"), limits.MaxPerDay),
			fmt.Sprintf("%s would have more than %d sessions.", s.start.In(loc).Format("2 Jan"), limits.MaxPerDay))
		switch {
		case len(many)+len(often) == 0:
			continue
		case len(many) == 0:
			words = problem.Say(fmt.Sprintf("Tuần này phát quá %d ngày.", limits.MaxDaysPerWeek), fmt.Sprintf("That week would have sessions on more than %d days.", limits.MaxDaysPerWeek))
		}
		fix := advice("Gộp vào một chương trình khác, hoặc bỏ bớt ngày phát", "Join it to another programme, or choose fewer days")
		if s.announcement != "" {
			fix = &Fix{problem.Say("Đưa vào chương trình có sẵn", "Let programmes take it up"), map[string]any{"when": whenPatch(schedule.When{Kind: schedule.InProgramme})}}
		}
		c.add(Finding{Code: FoundSessionLimits, Severity: c.src.Rules.Limits.severity(), At: &s.start, Clusters: union(many, often), Message: words, Fix: fix})
		return
	}
}
