package announce

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/problem"
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
	FoundSelfOverlap       = "self_overlap"
	FoundPriorityCollision = "priority_collision"
	FoundNotApproved       = "content_not_approved"
	FoundEmpty             = "nothing_to_play"
	FoundTargetGone        = "target_gone"
	FoundExempt            = "emergency_exempt"
)

// Finding is something that a person should see before approval.
type Finding struct {
	Code     string             `json:"code"`
	Severity Severity           `json:"severity" enum:"stop,warn,info"`
	Message  problem.Words      `json:"message"`
	Clusters []devices.DeviceID `json:"clusters"`
	// At is the first occurrence that it concerns.
	At *time.Time `json:"at,omitempty"`
	// Fix is what would cure it.
	Fix *Fix `json:"fix,omitempty"`
	// Rival is what of the same urgency it meets: their order says which sounds first.
	Rival *Rival `json:"rival,omitempty"`
}

// Rival is an announcement or a programme that wants to sound at the same time.
type Rival struct {
	Announcement ID          `json:"announcement,omitempty"`
	Programme    ProgrammeID `json:"programme,omitempty"`
	Title        string      `json:"title"`
	Order        int         `json:"order"`
}

// Fix is what cures a finding.
type Fix struct {
	Label problem.Words `json:"label"`
	// Patch is a merge patch (RFC 7396) of the draft; empty for what only a person can
	// do, as the label says.
	Patch map[string]any `json:"patch"`
}

// advice is a fix that a person has to carry out.
func advice(vi, en string) *Fix { return &Fix{problem.Say(vi, en), map[string]any{}} }

// Override is what stood against something when it was let out in spite of that.
type Override struct {
	By       string    `json:"by"`
	At       time.Time `json:"at"`
	Findings []Finding `json:"findings"` // without their fixes
}

// overridden is what somebody who lets something out does so in spite of, nil for
// nothing.
func overridden(all []Finding, who string, now time.Time) *Override {
	o := Override{By: who, At: now.UTC()}
	for _, f := range all {
		if f.Severity == Warn || f.Code == FoundExempt {
			f.Fix = nil
			o.Findings = append(o.Findings, f)
		}
	}
	if o.Findings == nil {
		return nil
	}
	return &o
}

// String names the findings for the audit log, empty for none.
func (o *Override) String() string {
	if o == nil {
		return ""
	}
	var codes []string
	for _, f := range o.Findings {
		if !slices.Contains(codes, f.Code) {
			codes = append(codes, f.Code)
		}
	}
	return "in spite of " + strings.Join(codes, ", ")
}

// has reports whether one of the findings was overridden.
func (o *Override) has(code string) bool {
	return o != nil && slices.ContainsFunc(o.Findings, func(f Finding) bool { return f.Code == code })
}

// stops are the findings that forbid approval.
func stops(all []Finding) []Finding {
	return slices.DeleteFunc(slices.Clone(all), func(f Finding) bool { return f.Severity != Stop })
}

// refusal says what stands in the way, where, and what would cure it; nil when
// nothing does.
func refusal(all []Finding, clusters []devices.Cluster) error {
	var vi, en []string
	for _, f := range stops(all) {
		where := placesOf(f.Clusters, clusters)
		vi, en = append(vi, f.Message.VI+where.VI), append(en, f.Message.EN+where.EN)
		if f.Fix != nil {
			vi, en = append(vi, "Cách khắc phục: "+f.Fix.Label.VI+"."), append(en, "What helps: "+f.Fix.Label.EN+".")
		}
	}
	if len(vi) == 0 {
		return nil
	}
	p := conflict("stop_findings", "", "")
	p.VI = "Chưa thể duyệt. " + strings.Join(vi, " ")
	p.EN = "It cannot be approved yet. " + strings.Join(en, " ")
	return p
}

// named is how many clusters are named before the rest is only counted.
const named = 3

// placesOf says in brackets which clusters are meant.
func placesOf(ids []devices.DeviceID, all []devices.Cluster) problem.Words {
	switch {
	case len(ids) == 0:
		return problem.Words{}
	case len(ids) == len(all):
		return problem.Say(" (Toàn xã.)", " (The whole commune.)")
	}
	names := map[devices.DeviceID]string{}
	for _, c := range all {
		names[c.ID] = c.Name
	}
	var list []string
	for _, id := range ids[:min(named, len(ids))] {
		if name := names[id]; name != "" {
			list = append(list, name)
		} else {
			list = append(list, string(id))
		}
	}
	w := problem.Say(strings.Join(list, ", "), strings.Join(list, ", "))
	if more := len(ids) - named; more > 0 {
		w = problem.Say(fmt.Sprintf("%s và %d cụm khác", w.VI, more), fmt.Sprintf("%s and %d more", w.EN, more))
	}
	return problem.Say(" ("+w.VI+".)", " ("+w.EN+".)")
}
