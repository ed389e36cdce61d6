package journal

import (
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/devices"
)

// Heard says whether a play that came to its end was heard, as far as the
// cluster's own measurements tell. It is reckoned from the journal and not
// stored in it. Plays with another result have none.
type Heard string

// What is known of the hearing of a play.
const (
	HeardYes     Heard = "yes"
	HeardNo      Heard = "no"      // much quieter than the cluster usually is, or hardly any amplifier current
	HeardUnknown Heard = "unknown" // nothing was measured, or too few plays to compare with
)

// The rule: a play is compared with the median of the cluster's last 20 plays
// that were not unheard. With fewer than 5 nothing is said.
const (
	hearingMemory = 20
	hearingNeeds  = 5
	// quieterBy is 12 dB: a quarter of the sound pressure. Speech brought to one
	// loudness differs by less between announcements.
	quieterBy = 12.0
	// leastCurrent is the share of the usual current below which the amplifier
	// drives no horn.
	leastCurrent = 0.3
	// idleCurrent, in ampere: at or below it there is no usual current to compare with.
	idleCurrent = 0.05
)

// Ear follows the plays of one cluster. The zero Ear has heard nothing.
type Ear struct {
	levels, currents []float64 // the newest last
	since            time.Time
}

// Forget starts anew, because plays from before t cannot be compared with later
// ones: the cluster got another volume.
func (e *Ear) Forget(t time.Time) { *e = Ear{since: t} }

// Judge takes in the cluster's next play, in the order of the journal.
func (e *Ear) Judge(p Entry) Heard {
	if !p.sounded() {
		return ""
	}
	if p.StartedAt != nil && p.StartedAt.Before(e.since) {
		return HeardUnknown // a late report from before the change
	}
	said := HeardUnknown
	if p.LevelDBFS != nil && len(e.levels) >= hearingNeeds {
		if said = HeardYes; *p.LevelDBFS < median(e.levels)-quieterBy {
			said = HeardNo
		}
	}
	if usual := median(e.currents); p.CurrentA != nil && len(e.currents) >= hearingNeeds && usual > idleCurrent && said != HeardNo {
		if said = HeardYes; *p.CurrentA < leastCurrent*usual {
			said = HeardNo
		}
	}
	if said != HeardNo {
		e.levels, e.currents = keep(e.levels, p.LevelDBFS), keep(e.currents, p.CurrentA)
	}
	return said
}

// sounded reports whether it is a play that came to its end, of something that the
// hub knows: what is measured of others says nothing about the cluster.
func (e Entry) sounded() bool { return e.Result == devices.Played && !e.Unknown() }

func keep(list []float64, v *float64) []float64 {
	if v == nil {
		return list
	}
	if list = append(list, *v); len(list) > hearingMemory {
		list = slices.Delete(list, 0, 1)
	}
	return list
}

// median is 0 of nothing.
func median(list []float64) float64 {
	if len(list) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(list))
	half := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[half]
	}
	return (sorted[half-1] + sorted[half]) / 2
}

// Hear judges plays of any clusters in the order of the journal; changes are the
// instants at which clusters got another volume, soonest first. The result is by
// sequence number and holds every play that came to its end.
func Hear(plays []Entry, changes map[devices.DeviceID][]time.Time) map[int64]Heard {
	said := map[int64]Heard{}
	ears := ears{}
	for _, p := range plays {
		if heard := ears.judge(p, changes[p.Cluster]); heard != "" {
			said[p.Seq] = heard
		}
	}
	return said
}

// ears are the ears of all clusters.
type ears map[devices.DeviceID]*Ear

func (es ears) judge(p Entry, changes []time.Time) Heard {
	ear := es[p.Cluster]
	if ear == nil {
		ear = &Ear{}
		es[p.Cluster] = ear
	}
	at := p.EndedAt
	if p.StartedAt != nil {
		at = *p.StartedAt
	}
	for _, change := range slices.Backward(changes) {
		if change.After(at) {
			continue
		}
		if change.After(ear.since) {
			ear.Forget(change)
		}
		break
	}
	return ear.Judge(p)
}
