package announce

import (
	"cmp"
	"context"
	_ "embed" // the templates
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// Rules are what a commune has settled for all its announcements.
type Rules struct {
	// Version counts the changes; a change names the version that it was made
	// from, so that two people do not undo each other unseen.
	Version  int      `json:"version"`
	Approval Approval `json:"approval" enum:"one-person,two-person"`
	// Limits is what becomes of what breaks the quiet hours or the limits of sessions:
	// the approver is warned, or it cannot be approved. An emergency is exempt. A change
	// without it keeps what holds.
	Limits Limits `json:"limits,omitempty" enum:"warn,stop"`
	// QuietHours are the times of day in which nothing but an emergency should
	// sound.
	QuietHours Span     `json:"quiet_hours"`
	Sessions   Sessions `json:"sessions"`
	// Volumes set the volume by cluster, level and time of day. The most exact
	// one that fits counts: a cluster is more exact than a level, both more than
	// none; the first of equals.
	Volumes []VolumeRule `json:"volumes"`
	// Abbreviations are read out in full: "NVH" as "nhà văn hóa". An empty reading
	// switches one of the built-in ones off.
	Abbreviations map[string]string `json:"abbreviations"`
	Templates     []Template        `json:"templates"`
}

// Span is a part of the day in the commune's zone, "21:00" to "06:00"; it may go
// over midnight, and both empty means none.
type Span struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Sessions are the province's limits on broadcasting; 0 means no limit.
type Sessions struct {
	MaxPerDay      int `json:"max_per_day"`
	MaxDaysPerWeek int `json:"max_days_per_week"`
	MaxMinutes     int `json:"max_minutes"` // of one session
}

// VolumeRule is a volume for some clusters, levels and times of day.
type VolumeRule struct {
	Cluster devices.DeviceID `json:"cluster,omitempty"` // empty for all
	Level   *devices.Level   `json:"level,omitempty"`   // absent for all
	From    string           `json:"from,omitempty"`    // "HH:MM", both empty for the whole day
	To      string           `json:"to,omitempty"`
	Volume  int              `json:"volume"` // 0 to 100 percent
}

// Template is a text with {blanks} that a person fills in.
type Template struct {
	Name  string        `json:"name"` // short and stable, for programs: "moi-hop"
	Title string        `json:"title"`
	Level devices.Level `json:"level"`
	Text  string        `json:"text"`
}

//go:embed templates.json
var shippedTemplates []byte

// DefaultRules are those of a commune that has settled nothing yet.
func DefaultRules(approval Approval) Rules {
	r := Rules{Approval: approval, Limits: WarnLimits, QuietHours: Span{"21:00", "06:00"},
		Sessions: Sessions{MaxPerDay: 2, MaxDaysPerWeek: 7, MaxMinutes: 45},
		Volumes:  []VolumeRule{}, Abbreviations: map[string]string{}}
	// A broken file is found by the tests.
	_ = json.Unmarshal(shippedTemplates, &r.Templates)
	return r
}

// Contains reports whether the time of day of an instant, in the zone that it
// carries, is in the span.
func (s Span) Contains(at time.Time) bool {
	fromHour, fromMinute, ferr := schedule.ParseClock(s.From)
	toHour, toMinute, terr := schedule.ParseClock(s.To)
	if ferr != nil || terr != nil {
		return false
	}
	from, to, now := fromHour*60+fromMinute, toHour*60+toMinute, at.Hour()*60+at.Minute()
	if from <= to {
		return from <= now && now < to
	}
	return now >= from || now < to
}

// Volume returns the volume at which an item of a level sounds on a cluster when
// it begins at the instant, which carries the commune's zone; ok is false where
// the rules say nothing and the cluster's own volume holds.
func (r Rules) Volume(cluster devices.DeviceID, level devices.Level, at time.Time) (percent int, ok bool) {
	best := -1
	for _, v := range r.Volumes {
		exact := 0
		switch {
		case v.Cluster != "" && v.Cluster != cluster, v.Level != nil && *v.Level != level,
			v.From != "" && !(Span{v.From, v.To}).Contains(at):
			continue
		case v.Cluster != "":
			exact += 4
		}
		if v.Level != nil {
			exact += 2
		}
		if v.From != "" {
			exact++
		}
		if exact > best {
			best, percent, ok = exact, v.Volume, true
		}
	}
	return percent, ok
}

// nameCluster reports whether a volume is set for this very cluster.
func (r Rules) nameCluster(c devices.DeviceID) bool {
	return slices.ContainsFunc(r.Volumes, func(v VolumeRule) bool { return v.Cluster == c })
}

// itemVolume returns the volume of an item on a cluster, nil for the cluster's own.
func (r Rules) itemVolume(c devices.DeviceID, it protocol.Item, loc *time.Location) *int {
	if v, ok := r.Volume(c, it.Level, it.Start.In(loc)); ok {
		return &v
	}
	return nil
}

// RuleBook keeps the rules.
type RuleBook interface {
	// Rules returns the rules of a commune, or an error that is [ErrUnknown] when
	// it has settled none.
	Rules(ctx context.Context, commune devices.CommuneID) (Rules, error)
	// SaveRules replaces them.
	SaveRules(ctx context.Context, commune devices.CommuneID, r Rules) error
}

// Rules returns what the commune has settled. Nobody changes what it returns.
func (s *Service) Rules() Rules { return *s.rules.Load() }

// CurrentRules returns the rules, from the store the first time.
func (s *Service) CurrentRules(ctx context.Context) (Rules, error) {
	err := s.load(ctx)
	return s.Rules(), err
}

// checkVolumePlaces refuses a volume for a cluster that nobody knows. One that was
// taken down since may keep its volume: it keeps nobody from changing the rest.
func (s *Service) checkVolumePlaces(volumes []VolumeRule) error {
	was := s.Rules()
	s.mu.Lock()
	clusters := s.clusters
	s.mu.Unlock()
	for i, v := range volumes {
		stands := slices.ContainsFunc(clusters, func(c devices.Cluster) bool { return c.ID == v.Cluster })
		if v.Cluster != "" && !stands && !was.nameCluster(v.Cluster) {
			return clusterUnknown(fmt.Sprintf("volumes[%d].cluster", i), v.Cluster)
		}
	}
	return nil
}

func clusterUnknown(field string, id devices.DeviceID) *problem.Problem {
	return invalid(field, "cluster_unknown", "Không có cụm loa “%.40s” trong danh sách. Hãy chọn lại.", "There is no cluster %.40q. Choose again.", string(id))
}

// loadRules reads the rules; before the first change they are the defaults.
func (s *Service) loadRules(ctx context.Context) error {
	r, err := s.cfg.Store.Rules(ctx, s.cfg.Commune)
	if errors.Is(err, ErrUnknown) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read rules: %w", err)
	}
	r.Limits = cmp.Or(r.Limits, WarnLimits) // of before it could be chosen
	s.rules.Store(&r)
	return nil
}

// SetRules replaces the rules. Plans and commands follow them at once.
func (s *Service) SetRules(ctx context.Context, who string, r Rules) (Rules, error) {
	if err := s.load(ctx); err != nil {
		return Rules{}, err
	}
	if err := r.tidy(); err != nil {
		return Rules{}, err
	}
	s.deciding.Lock()
	defer s.deciding.Unlock()
	if was := s.Rules().Version; r.Version != was {
		return Rules{}, conflict("rules_changed", "Người khác vừa sửa các quy định này (bản %d, bạn đang sửa bản %d). Hãy tải lại trang rồi sửa lại.",
			"Somebody else has changed the rules (version %d, yours is %d). Reload them and make your change again.", was, r.Version)
	}
	if err := s.checkVolumePlaces(r.Volumes); err != nil {
		return Rules{}, err
	}
	r.Version++
	r.Limits = cmp.Or(r.Limits, s.Rules().Limits)
	if err := s.cfg.Store.SaveRules(ctx, s.cfg.Commune, r); err != nil {
		return Rules{}, fmt.Errorf("save rules: %w", err)
	}
	s.rules.Store(&r)
	s.cfg.Log.Info("rules changed", "who", who, "version", r.Version, "approval", r.Approval)
	if f := s.cfg.RulesChanged; f != nil {
		f(r)
	}
	s.wakePlanner.give()
	return r, nil
}

const (
	maxVolumes       = 200
	maxAbbreviations = 1000
	maxTemplates     = 100
)

// tidy checks the rules and brings them to one form.
func (r *Rules) tidy() error {
	if _, err := ParseApproval(string(r.Approval)); err != nil {
		return invalid("approval", "approval_unknown", "Cách duyệt không hợp lệ. Hãy chọn một người hoặc hai người.",
			"The way of approval is not known. Use one-person or two-person.").Because(err)
	}
	if _, err := ParseLimits(string(r.Limits)); err != nil {
		return invalid("limits", "limits_unknown", "Cách xử lý khi vượt giới hạn không hợp lệ. Hãy chọn cảnh báo hoặc không cho duyệt.",
			"What happens beyond a limit is not known. Use warn or stop.").Because(err)
	}
	if err := r.QuietHours.check("quiet_hours"); err != nil {
		return err
	}
	for field, n := range map[string]int{"sessions.max_per_day": r.Sessions.MaxPerDay,
		"sessions.max_days_per_week": r.Sessions.MaxDaysPerWeek, "sessions.max_minutes": r.Sessions.MaxMinutes} {
		if n < 0 || n > 24*60 {
			return invalid(field, "limit_out_of_range", "Giới hạn %d không hợp lệ. Hãy nhập 0 (không giới hạn) đến 1440.",
				"The limit %d is not possible. Use 0 (none) to 1440.", n)
		}
	}
	switch {
	case len(r.Volumes) > maxVolumes:
		return tooMany("volumes", maxVolumes)
	case len(r.Abbreviations) > maxAbbreviations:
		return tooMany("abbreviations", maxAbbreviations)
	case len(r.Templates) > maxTemplates:
		return tooMany("templates", maxTemplates)
	}
	r.Volumes = append([]VolumeRule{}, r.Volumes...)
	for i, v := range r.Volumes {
		if err := v.check(fmt.Sprintf("volumes[%d]", i)); err != nil {
			return err
		}
	}
	abbreviations := make(map[string]string, len(r.Abbreviations))
	for _, written := range slices.Sorted(maps.Keys(r.Abbreviations)) {
		spoken := strings.Join(strings.Fields(r.Abbreviations[written]), " ")
		w := strings.TrimSpace(written)
		first, _ := utf8.DecodeRuneInString(w)
		if !(unicode.IsLetter(first) || unicode.IsDigit(first)) || !plain(w, 40) ||
			(spoken != "" && (!plain(spoken, 200) || !strings.ContainsFunc(spoken, unicode.IsLetter))) {
			return invalid("abbreviations", "abbreviation_invalid", "Từ viết tắt %.40q hoặc cách đọc của nó không hợp lệ. Viết tắt tối đa 40 ký tự, cách đọc tối đa 200.",
				"The abbreviation %.40q or its reading is not valid: at most 40 and 200 characters.", written)
		}
		abbreviations[w] = spoken
	}
	r.Abbreviations = abbreviations
	return r.tidyTemplates()
}

func tooMany(field string, limit int) error {
	return invalid(field, "too_many_entries", "Danh sách dài quá %d mục. Hãy bỏ bớt.", "The list has more than %d entries. Remove some.", limit)
}

func (s Span) check(field string) error {
	if s == (Span{}) {
		return nil
	}
	for _, end := range []struct{ name, value string }{{"from", s.From}, {"to", s.To}} {
		if _, _, err := schedule.ParseClock(end.value); err != nil {
			return invalid(field+"."+end.name, "time_invalid", "Giờ “%.20s” không hợp lệ. Hãy nhập theo dạng giờ:phút, ví dụ 21:00.",
				"%.20q is no time of day. Enter it as hours:minutes, for example 21:00.", end.value).Because(err)
		}
	}
	if s.From == s.To {
		return invalid(field+".to", "span_empty", "Khoảng từ %[1]s đến %[1]s không có phút nào. Hãy sửa giờ kết thúc, hoặc để trống cả hai.",
			"From %[1]s to %[1]s there is not a minute. Change the end, or leave both empty.", s.From)
	}
	return nil
}

func (v VolumeRule) check(field string) error {
	if v.Volume < 0 || v.Volume > 100 {
		return invalid(field+".volume", "volume_out_of_range", "Âm lượng là %d. Hãy chọn từ 0 đến 100 phần trăm.",
			"A volume of %d: choose 0 to 100 percent.", v.Volume)
	}
	if v.Cluster != "" {
		if err := devices.CheckID(string(v.Cluster)); err != nil {
			return clusterUnknown(field+".cluster", v.Cluster).Because(err)
		}
	}
	return Span{v.From, v.To}.check(field)
}

// plain reports whether a short text can be shown on one line.
func plain(s string, most int) bool {
	return s != "" && utf8.ValidString(s) && utf8.RuneCountInString(s) <= most && !strings.ContainsFunc(s, unicode.IsControl)
}
