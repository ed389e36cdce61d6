package announce

import (
	"cmp"
	"strconv"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
)

// planAllowance is how late a planned occurrence may begin: it waits so long
// for what is more urgent.
const planAllowance = 10 * time.Minute

// Window is the span of time that plans compiled at the instant now cover. It is
// the same for the whole of a day of the commune, so that plans change only when
// something in them does, and it reaches at least seven days ahead. It begins an
// hour before the day, for what sounds over midnight.
func Window(now time.Time, loc *time.Location) (from, to time.Time) {
	y, m, d := now.In(loc).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, loc).Add(-time.Hour), time.Date(y, m, d+8, 0, 0, 0, 0, loc)
}

// nextDay is when the window moves on.
func nextDay(now time.Time, loc *time.Location) time.Time {
	y, m, d := now.In(loc).Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, loc)
}

// Sources is all that plans are compiled from. What it points to is not changed.
type Sources struct {
	Now           time.Time
	Location      *time.Location
	Clusters      []devices.Cluster
	Announcements []*Announcement
	Programmes    []*Programme
	// Chimes are the audio of the chimes around programmes.
	Chimes map[Chime]protocol.Audio
	// Keep is the audio that every cluster holds at all times: the chimes.
	Keep []protocol.Audio
	// Rules set the volume of items.
	Rules Rules

	// ground tells where clusters stood; nil for where they stand now, always.
	ground *ground
	// withdrawn adds what was planned and withdrawn since, up to then: plans have
	// it no more, the past has.
	withdrawn bool
}

// places is the ground of the sources.
func (src *Sources) places() *ground {
	if src.ground == nil {
		src.ground = standing(src.Clusters)
	}
	return src.ground
}

// Compile returns the plan of each cluster. Equal sources give equal plans.
func Compile(src Sources) map[devices.DeviceID]protocol.Plan {
	from, to := Window(src.Now, src.Location)
	made := make([]protocol.Plan, len(src.Clusters))
	newCompiler(src, from, to).each(src.Clusters, func(m *maker, i int) { made[i] = m.plan(src.Clusters[i]) })
	plans := make(map[devices.DeviceID]protocol.Plan, len(src.Clusters))
	for i, cluster := range src.Clusters {
		plans[cluster.ID] = made[i]
	}
	return plans
}

// starts are the starts in [from, to) of an announcement that was let out: what
// began before that is not made up for.
func (src *Sources) starts(a *Announcement, from, to time.Time) []time.Time {
	switch {
	case a.DecidedAt == nil, a.When.Kind == schedule.Now, a.When.Kind == schedule.InProgramme:
		return nil
	case a.State == Scheduled, src.withdrawn && a.State == Done:
	case src.withdrawn && a.State == Cancelled && a.ApprovedAt != nil:
		to = sooner(to, *a.DecidedAt)
	default:
		return nil
	}
	return a.startsIn(later(from, a.since()), to, src.Location)
}

// occurrenceID names the occurrence of an announcement that starts then.
func occurrenceID(id ID, start time.Time) string {
	return string(id) + "@" + strconv.FormatInt(start.Unix(), 10)
}

func itemOf(a *Announcement, start time.Time, allowance time.Duration) protocol.Item {
	it := a.item()
	it.Occurrence, it.Start, it.Deadline = occurrenceID(a.ID, start), start.UTC(), start.Add(allowance).UTC()
	return it
}

// item is what all occurrences of an announcement have in common.
func (a *Announcement) item() protocol.Item {
	return protocol.Item{Announcement: string(a.ID), Title: a.Title, Level: a.Level, Order: a.Order,
		OnInterrupted: cmp.Or(a.OnInterrupted, devices.Restart), Audio: a.audio()}
}

// occurrenceOf describes an occurrence without its deliveries.
func occurrenceOf(a *Announcement, start time.Time) Occurrence {
	return Occurrence{ID: occurrenceID(a.ID, start), Announcement: a.ID, Title: a.Title,
		Level: a.Level, Start: start.UTC(), DurationMS: a.durationMS(), Deliveries: []Delivery{}}
}
