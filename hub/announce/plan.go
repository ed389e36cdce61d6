package announce

import (
	"cmp"
	"strconv"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
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

// Sources is all that plans are compiled from.
type Sources struct {
	Now           time.Time
	Location      *time.Location
	Clusters      []devices.Cluster
	Announcements []Announcement
	Programmes    []Programme
	// Chimes are the audio of the chimes around programmes.
	Chimes map[Chime]protocol.Audio
	// Keep is the audio that every cluster holds at all times: the chimes.
	Keep []protocol.Audio
	// Rules set the volume of items.
	Rules Rules
}

// Compile returns the plan of each cluster. Equal sources give equal plans.
func Compile(src Sources) map[devices.DeviceID]protocol.Plan {
	from, to := Window(src.Now, src.Location)
	c := newCompiler(src, from, to)
	plans := make(map[devices.DeviceID]protocol.Plan, len(src.Clusters))
	for _, cluster := range src.Clusters {
		plans[cluster.ID] = c.plan(cluster)
	}
	return plans
}

func soonest(a, b protocol.Item) int {
	if c := a.Start.Compare(b.Start); c != 0 {
		return c
	}
	if c := compare(b.Level, a.Level); c != 0 {
		return c
	}
	return compare(a.Occurrence, b.Occurrence)
}

// plannedStarts are the starts of a scheduled announcement in [from, to): what
// began before it was approved is not made up for.
func plannedStarts(a Announcement, from, to time.Time, loc *time.Location) []time.Time {
	if a.State != Scheduled || a.DecidedAt == nil {
		return nil
	}
	if since := a.since(); since.After(from) {
		from = since
	}
	return a.startsIn(from, to, loc)
}

// occurrenceID names the occurrence of an announcement that starts then.
func occurrenceID(id ID, start time.Time) string {
	return string(id) + "@" + strconv.FormatInt(start.Unix(), 10)
}

func itemOf(a Announcement, start time.Time, allowance time.Duration) protocol.Item {
	return protocol.Item{
		Occurrence: occurrenceID(a.ID, start), Announcement: string(a.ID), Title: a.Title,
		Level: a.Level, Order: a.Order, Start: start.UTC(), Deadline: start.Add(allowance).UTC(),
		OnInterrupted: cmp.Or(a.OnInterrupted, devices.Restart), Audio: a.audio(),
	}
}

// occurrenceOf describes an occurrence without its deliveries.
func occurrenceOf(a Announcement, start time.Time) Occurrence {
	return Occurrence{ID: occurrenceID(a.ID, start), Announcement: a.ID, Title: a.Title,
		Level: a.Level, Start: start.UTC(), DurationMS: a.durationMS(), Deliveries: []Delivery{}}
}
