package announce

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// instructAllowance is how long a command waits for a device that is away.
const instructAllowance = 5 * time.Minute

// Instruction is what a technician asks of one cluster.
type Instruction struct {
	Kind protocol.CommandKind `json:"kind" enum:"volume,mute,selftest,reboot,refresh"`
	// Volume is 0 to 100 percent (volume); that of a self-test is the cluster's own,
	// and the test is compared with those at the same volume.
	Volume *int `json:"volume,omitempty"`
	// Until is the end of the silence (mute); a past one ends it.
	Until *time.Time `json:"until,omitempty"`
	// Reference makes this self-test the one that later ones are compared with,
	// after a repair.
	Reference bool `json:"reference,omitempty"`
}

// Instructed is an instruction with what became of it.
type Instructed struct {
	ID      string           `json:"id"`
	Cluster devices.DeviceID `json:"cluster"`
	Instruction
	By        string    `json:"by"`
	IssuedAt  time.Time `json:"issued_at"`
	ExpiresAt time.Time `json:"expires_at"`
	// Outcome is the newest word: waiting for none yet, then received, started,
	// and at last finished, failed or expired. While it waits the reason says when
	// that is because the cluster is offline.
	Outcome   string              `json:"outcome" enum:"waiting,received,started,finished,failed,expired"`
	Reason    string              `json:"reason,omitempty"`
	OutcomeAt *time.Time          `json:"outcome_at,omitempty"`
	Measured  *protocol.Measured  `json:"measured,omitempty"`
	Compared  *SelfTestComparison `json:"compared,omitempty"`
}

// SelfTestComparison tells a self-test from the cluster's reference.
type SelfTestComparison struct {
	// Verdict is reference for the one that others are compared with.
	Verdict     string             `json:"verdict" enum:"reference,good,weak,silent"`
	Reference   *protocol.Measured `json:"reference,omitempty"`
	LevelDB     float64            `json:"level_db"`     // above the reference, in dB
	CurrentPart float64            `json:"current_part"` // of the reference's current, 1 for as much
}

const (
	// maxMute bounds a mute: a cluster that is silent for longer is out of use.
	maxMute = 30 * 24 * time.Hour
	// A self-test is weak when it falls so far short of its reference.
	weakLevelDB = -6.0
	weakCurrent = 0.6
	// audible is the least level of a self-test that sounded at all, in dBFS.
	audible = -60.0
	// flowing is the least amplifier current of such a self-test, in ampere.
	flowing = 0.001
)

// Instruct sends a command to one cluster. What becomes of it is told by
// [Service.Instructions].
func (s *Service) Instruct(ctx context.Context, who string, cluster devices.DeviceID, in Instruction) (Instructed, error) {
	if err := s.load(ctx); err != nil {
		return Instructed{}, err
	}
	now := s.cfg.Now().UTC()
	if err := s.standing(cluster); err != nil {
		return Instructed{}, err
	}
	cmd := protocol.Command{ID: "cmd-" + newID(now), Kind: in.Kind, IssuedAt: now, ExpiresAt: now.Add(instructAllowance)}
	switch in.Kind {
	case protocol.CommandVolume:
		if in.Volume == nil || *in.Volume < 0 || *in.Volume > 100 {
			return Instructed{}, invalid("volume", "volume_out_of_range", "Hãy chọn âm lượng từ 0 đến 100 phần trăm.", "Choose a volume of 0 to 100 percent.")
		}
		cmd.Volume = in.Volume
	case protocol.CommandMute:
		if in.Until == nil || in.Until.After(now.Add(maxMute)) {
			return Instructed{}, invalid("until", "mute_too_long", "Hãy chọn giờ bật tiếng lại, trong vòng 30 ngày tới.",
				"Choose when it sounds again, within the next 30 days.")
		}
		until := in.Until.UTC().Truncate(time.Second)
		cmd.Until = &until
	case protocol.CommandSelfTest:
		cmd.Volume = s.volumeOf(cluster) // the tone is as loud as the cluster is set
	case protocol.CommandReboot, protocol.CommandRefresh:
	default:
		return Instructed{}, invalid("kind", "command_unknown", "Không có lệnh “%.20s”. Hãy chọn âm lượng, tắt tiếng, tự kiểm tra, khởi động lại hoặc tải lại.",
			"There is no command %.20q. Use volume, mute, selftest, reboot or refresh.", string(in.Kind))
	}
	o := Order{Cluster: cluster, By: who, Reference: in.Reference && in.Kind == protocol.CommandSelfTest, Command: cmd}
	if in.Kind == protocol.CommandVolume && s.cfg.SetVolume != nil {
		// The plan carries the volume too; it would set the old one again.
		if err := s.cfg.SetVolume(ctx, cluster, *in.Volume); err != nil {
			return Instructed{}, err
		}
	}
	if err := s.addOrders(ctx, []Order{o}); err != nil {
		return Instructed{}, err
	}
	s.cfg.Log.Info("command", "device", cluster, "kind", in.Kind, "who", who, "command", o.ID)
	return s.instructed(o, now), nil
}

// volumeOf is the volume that a cluster says it has, nil when it said nothing yet.
func (s *Service) volumeOf(cluster devices.DeviceID) *int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d, ok := s.devices[cluster]; ok {
		return &d.volume
	}
	return nil
}

func (s *Service) standing(cluster devices.DeviceID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if slices.ContainsFunc(s.clusters, func(c devices.Cluster) bool { return c.ID == cluster }) {
		return nil
	}
	return problem.New(problem.NotFound, "cluster_unknown", "Không có cụm loa “%.40s” trong danh sách. Hãy chọn lại.",
		"There is no cluster %.40q. Choose again.", string(cluster))
}

// Instructions returns the newest commands to a cluster, the newest first;
// self-tests are compared with the cluster's reference.
func (s *Service) Instructions(ctx context.Context, cluster devices.DeviceID, limit int) ([]Instructed, error) {
	if err := s.load(ctx); err != nil {
		return nil, err
	}
	if err := s.standing(cluster); err != nil {
		return nil, err
	}
	orders, err := s.cfg.Store.Orders(ctx, s.cfg.Commune, OrderQuery{Cluster: cluster, Own: true})
	if err != nil {
		return nil, err
	}
	now := s.cfg.Now()
	out := []Instructed{}
	references := map[int]*protocol.Measured{} // by volume: a quiet cluster is not a broken one
	for _, o := range orders {
		i := s.instructed(o, now)
		if m := o.Measured; o.Kind == protocol.CommandSelfTest && m != nil {
			volume := -1
			if o.Volume != nil {
				volume = *o.Volume
			}
			if good := m.LevelDBFS > audible && m.CurrentA >= flowing; good && (references[volume] == nil || o.Reference) {
				references[volume] = m
				i.Compared = &SelfTestComparison{Verdict: "reference", CurrentPart: 1}
			} else {
				i.Compared = compareSelfTest(*m, references[volume])
			}
		}
		if o.Kind != protocol.CommandStop {
			out = append(out, i)
		}
	}
	slices.Reverse(out)
	return out[:min(limit, len(out))], nil
}

func compareSelfTest(m protocol.Measured, reference *protocol.Measured) *SelfTestComparison {
	c := &SelfTestComparison{Verdict: "good", Reference: reference, CurrentPart: 1}
	if reference != nil {
		c.LevelDB = math.Round((m.LevelDBFS-reference.LevelDBFS)*10) / 10
		c.CurrentPart = math.Round(m.CurrentA/reference.CurrentA*100) / 100
	}
	switch {
	case m.LevelDBFS <= audible || m.CurrentA < flowing:
		c.Verdict = "silent"
	case c.LevelDB < weakLevelDB || c.CurrentPart < weakCurrent:
		c.Verdict = "weak"
	}
	return c
}

func (s *Service) instructed(o Order, now time.Time) Instructed {
	i := Instructed{ID: o.ID, Cluster: o.Cluster, By: o.By, IssuedAt: o.IssuedAt, ExpiresAt: o.ExpiresAt,
		Instruction: Instruction{Kind: o.Kind, Volume: o.Volume, Until: o.Until, Reference: o.Reference},
		Outcome:     string(o.Outcome), Reason: o.Reason, Measured: o.Measured}
	switch {
	case o.Outcome == "":
		i.Outcome = "waiting"
		s.mu.Lock()
		if !s.devices[o.Cluster].online {
			i.Reason = journal.ReasonOffline
		}
		s.mu.Unlock()
	case !final(o.Outcome) && now.Sub(o.ExpiresAt) > reportAllowance:
		i.Outcome, i.Reason = string(protocol.OutcomeExpired), journal.ReasonNoReport // a late answer still counts
	}
	if !o.OutcomeAt.IsZero() {
		at := o.OutcomeAt
		i.OutcomeAt = &at
	}
	return i
}
