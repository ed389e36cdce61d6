package announce

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/sync/errgroup"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
	"github.com/smart-commune/smart-commune/hub/problem"
)

const (
	// emergencyLead is how long before its start an emergency goes out at least:
	// enough for a clean link, so that clusters begin together. Where it takes longer
	// until a cluster is heard, it goes out by that and emergencyWay earlier, but not
	// so early that the words come late; a slower cluster begins as soon as it can.
	emergencyLead     = 250 * time.Millisecond
	emergencyWay      = 100 * time.Millisecond
	emergencyMostLead = 750 * time.Millisecond
	// emergencyLasts is how long it is repeated when nobody says or stops it.
	emergencyLasts = 10 * time.Minute
	// emergencyMost bounds how long it may be repeated.
	emergencyMost = 24 * time.Hour
	// emergencyTwice is how soon after another the same emergency is the same wish: a
	// second tap, or a second official at the same moment. Clusters would sound the
	// two against each other.
	emergencyTwice = 2 * time.Second
	// emergencyGap is the silence between two repetitions. With the chime it keeps
	// the voice from pausing for 30 s and the alarm from being silent for 10 s
	// (ISO 7240-16).
	emergencyGap = 5 * time.Second
)

// EmergencyDraft is what a person asks for in an emergency: one of Text, Audio
// and Template says what.
type EmergencyDraft struct {
	Title    string `json:"title,omitempty"`
	Text     string `json:"text,omitempty"`
	Audio    string `json:"audio,omitempty"`
	Language string `json:"language,omitempty"`
	// Template names one of the commune's, Blanks fill it in.
	Template string            `json:"template,omitempty"`
	Blanks   map[string]string `json:"blanks,omitempty"`
	Target   Target            `json:"target"`
	// RepeatUntil is when it ends if nobody stops it, at most a day ahead. It
	// defaults to ten minutes.
	RepeatUntil *time.Time `json:"repeat_until,omitempty"`
}

// Alert is how an emergency goes on.
type Alert struct {
	// Until is when it ends if nobody stops it.
	Until time.Time `json:"until"`
	// Speech is pending while only the chime sounds, then ready, or failed.
	Speech  Speech   `json:"speech" enum:"pending,ready,failed"`
	Trouble *Trouble `json:"trouble,omitempty"`
	// Interrupted is what sounded on its clusters when it was launched and gave
	// way, older emergencies first: they go on when this one is over.
	Interrupted []Interruption `json:"interrupted,omitempty"`
	// Already is set in the answer to somebody who asked for what had been launched
	// less than two seconds before: it is that alarm, no second one sounds.
	Already bool `json:"already,omitempty"`
}

// Speech is how far the words of an emergency are.
type Speech string

// The states of the words of an emergency.
const (
	SpeechPending Speech = "pending"
	SpeechReady   Speech = "ready"
	SpeechFailed  Speech = "failed"
)

// Trouble is why there are no words.
type Trouble struct {
	VI string `json:"vi"`
	EN string `json:"en"`
}

// Interruption is an occurrence that sounded on some clusters when something cut
// in.
type Interruption struct {
	Occurrence    string             `json:"occurrence"`
	Announcement  ID                 `json:"announcement"`
	Title         string             `json:"title"`
	Level         devices.Level      `json:"level"`
	OnInterrupted devices.Fate       `json:"on_interrupted,omitempty"`
	Clusters      []devices.DeviceID `json:"clusters"`
	// Suspended says that it did not sound itself: it had given way to something more
	// urgent and waited to go on.
	Suspended bool `json:"suspended,omitempty"`
}

// Emergency goes on air at once: the chime, which clusters hold, sounds while the
// text is being spoken, then the words follow, and all is repeated until somebody
// stops it or its time is over. who decides alone; canApprove says that they are
// an approver. Who asks for the same as somebody just before gets that alarm, see
// [Alert].
func (s *Service) Emergency(ctx context.Context, who string, canApprove bool, e EmergencyDraft) (Announcement, error) {
	if err := s.load(ctx); err != nil {
		return Announcement{}, err
	}
	if !canApprove && s.Rules().Approval != OnePerson {
		return Announcement{}, problem.New(problem.Forbidden, "emergency_needs_approver",
			"Chỉ người có quyền duyệt được phát khẩn cấp. Hãy gọi ngay cho lãnh đạo xã.",
			"Only an approver may launch an emergency. Call one at once.")
	}
	if err := s.clockSet(); err != nil {
		return Announcement{}, err
	}
	a, err := s.alarm(ctx, who, e)
	if err != nil {
		return a, err
	}
	chime := s.chime(EmergencyChime)
	if a.Sound.SHA256 == "" && chime == nil {
		// Nothing can sound before the words are there.
		if a.Sound, err = s.sound(urgently(ctx), "", Version{a.Language, a.Text, a.Audio}); err != nil {
			return a, err
		}
	}
	a.OpeningSound, a.Alert.Speech = chime, SpeechPending
	if a.Sound.SHA256 != "" {
		a.Alert.Speech = SpeechReady
	}
	s.deciding.Lock()
	defer s.deciding.Unlock()
	now := s.cfg.Now().UTC()
	if first, ok := s.launchedJustNow(a, now); ok {
		s.cfg.Log.Warn("the same emergency was asked for twice and is launched once", "announcement", first.ID, "who", who, "first", first.CreatedBy)
		alert := *first.Alert
		alert.Already, first.Alert = true, &alert
		return first, nil
	}
	a.ID, a.CreatedAt = ID("tb-"+newID(now)), now
	a.Alert.Interrupted = s.sounding(a.Clusters)
	a, err = s.settle(ctx, a, who, Scheduled, s.launchOrders(a, now))
	s.wakeVoice.give()
	return a, err
}

// launchedJustNow finds an emergency that says the same in the same places for as
// long, and that somebody launched a moment ago.
func (s *Service) launchedJustNow(a Announcement, now time.Time) (Announcement, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range s.active {
		if b.Alert != nil && b.State == Scheduled && len(b.StoppedOn) == 0 && now.Sub(b.CreatedAt).Abs() < emergencyTwice &&
			b.Text == a.Text && b.Audio == a.Audio && b.Language == a.Language && slices.Equal(b.Clusters, a.Clusters) &&
			b.Alert.Until.Sub(a.Alert.Until).Abs() < time.Minute {
			return *b, true
		}
	}
	return Announcement{}, false
}

// launchOrders begin an emergency: with the chime, which clusters hold, and behind
// it the words, if there are any yet. A cluster need not have fetched a recording to
// begin.
func (s *Service) launchOrders(a Announcement, now time.Time) []Order {
	start := now.Add(s.emergencyLead(a.Clusters)).Truncate(time.Millisecond)
	if a.Alert.Speech == SpeechPending || a.OpeningSound == nil {
		return s.ordersFor(a, protocol.CommandPlay, alertItem(a, start), now)
	}
	chime, alert := a, *a.Alert
	alert.Speech = SpeechPending
	chime.Sound, chime.Alert = protocol.Audio{}, &alert
	return append(s.ordersFor(a, protocol.CommandPlay, alertItem(chime, start), now),
		s.ordersFor(a, protocol.CommandMore, alertItem(a, start), now)...)
}

// emergencyLead is how long before its start an emergency goes out to clusters.
func (s *Service) emergencyLead(clusters []devices.DeviceID) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	lead := emergencyLead
	for _, c := range clusters {
		if dev := s.devices[c]; dev.online && dev.latency > 0 {
			lead = max(lead, dev.latency+emergencyWay)
		}
	}
	return min(lead, emergencyMostLead)
}

type urgentKey struct{}

func urgently(ctx context.Context) context.Context {
	return context.WithValue(ctx, urgentKey{}, true)
}

// Urgent reports whether what is asked for under the context belongs to an
// emergency.
func Urgent(ctx context.Context) bool { return ctx.Value(urgentKey{}) != nil }

// alarm checks what is asked for. Nothing here takes long.
func (s *Service) alarm(ctx context.Context, who string, e EmergencyDraft) (a Announcement, err error) {
	now := s.cfg.Now().UTC()
	if e.Template != "" {
		if e.Text != "" || e.Audio != "" {
			return a, invalid("template", "two_contents", "Chỉ chọn một trong ba: mẫu, văn bản hoặc tệp âm thanh. Hãy bỏ bớt.",
				"Use a template, a text or an audio file, not several. Remove some.")
		}
		t, err := s.Rules().template(e.Template)
		if err != nil {
			return a, err
		}
		if e.Text, err = t.Fill(e.Blanks); err != nil {
			return a, err
		}
		if e.Title == "" {
			e.Title = t.Title
		}
	}
	a = Announcement{Revision: 1, CreatedBy: who, Draft: Draft{Title: e.Title, Level: devices.Emergency, Language: e.Language, Text: e.Text, Audio: e.Audio,
		Target: e.Target, When: schedule.When{Kind: schedule.Now}, Opening: EmergencyChime}}
	if err := a.checkContent(now, s.cfg.Location); err != nil {
		return a, err
	}
	if a.Text != "" && !strings.ContainsFunc(a.Text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		return a, invalid("text", "text_empty", "Chưa có nội dung để đọc. Hãy nhập văn bản có chữ hoặc số.",
			"There is nothing to read out. Enter a text with letters or digits.")
	}
	until := now.Add(emergencyLasts)
	if e.RepeatUntil != nil {
		until = e.RepeatUntil.UTC().Truncate(time.Second)
	}
	if !until.After(now) || until.After(now.Add(emergencyMost)) {
		return a, invalid("repeat_until", "repeat_until_invalid", "Giờ thôi phát lặp lại phải sau thời điểm này và trong vòng 24 giờ tới. Hãy chọn lại.",
			"The end of the repetition must lie ahead, at most 24 hours. Choose again.")
	}
	a.Alert = &Alert{Until: until}
	if a.Clusters, err = s.resolve(a.Target); err != nil {
		return a, err
	}
	if a.Audio != "" {
		a.Sound, err = s.sound(ctx, "", Version{a.Language, a.Text, a.Audio})
	}
	return a, err
}

// alertItem is the item of an emergency as far as its sounds are there.
func alertItem(a Announcement, start time.Time) protocol.Item {
	item := itemOf(&a, start, emergencyLasts)
	item.Deadline = a.Alert.Until // whoever comes back late still hears it
	item.Again = &protocol.Again{Until: a.Alert.Until, GapMS: emergencyGap.Milliseconds()}
	item.AwaitsMore = a.Alert.Speech == SpeechPending
	return item
}

// sounding tells what sounds on some of the clusters, the most urgent first.
func (s *Service) sounding(clusters []devices.DeviceID) []Interruption {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []Interruption{}
	for _, air := range s.air {
		if i, ok := s.interruption(air, clusters, func(d *Delivery) bool { return d.State == playing }); ok {
			out = append(out, i)
		}
	}
	slices.SortFunc(out, byUrgency)
	return out
}

// silenceable tells what a stop takes from some of the clusters: what sounds, and
// what waits to go on when that is over; the most urgent first.
func (s *Service) silenceable(clusters []devices.DeviceID) []Interruption {
	out := s.sounding(clusters)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, air := range s.air {
		waits := func(d *Delivery) bool {
			return d.State == string(devices.Interrupted) && air.fate != devices.Skip && s.givesWay(air, d.Cluster)
		}
		if i, ok := s.interruption(air, clusters, waits); ok {
			i.Suspended = true
			out = append(out, i)
		}
	}
	slices.SortFunc(out, byUrgency)
	return out
}

func byUrgency(a, b Interruption) int {
	return cmp.Or(cmp.Compare(b.Level, a.Level), cmp.Compare(a.Occurrence, b.Occurrence))
}

// interruption is an airing on those of the clusters of which it is true; mu is held.
func (s *Service) interruption(air *airing, clusters []devices.DeviceID, is func(*Delivery) bool) (Interruption, bool) {
	i := Interruption{Occurrence: air.ID, Announcement: air.Announcement, Title: air.Title, Level: air.Level}
	if a := s.active[air.Announcement]; a != nil {
		i.OnInterrupted = a.OnInterrupted
	}
	for n := range air.Deliveries {
		if d := &air.Deliveries[n]; is(d) && slices.Contains(clusters, d.Cluster) {
			i.Clusters = append(i.Clusters, d.Cluster)
		}
	}
	return i, i.Clusters != nil
}

// givesWay reports whether something more urgent has the air of a cluster; mu is held.
func (s *Service) givesWay(air *airing, cluster devices.DeviceID) bool {
	for _, other := range s.air {
		if other.Level > air.Level && other.end().After(s.cfg.Now()) &&
			slices.ContainsFunc(other.Deliveries, func(d Delivery) bool { return d.Cluster == cluster && !d.over() }) {
			return true
		}
	}
	return false
}

// voice speaks the words of emergencies whose chime sounds already. It tries
// until they are there, the emergency is over, or the text proves to be at fault.
func (s *Service) voice(ctx context.Context) error {
	var speaking errgroup.Group
	defer func() { _ = speaking.Wait() }()
	begun := map[ID]bool{}
	for {
		for _, a := range s.speechless() {
			if begun[a.ID] {
				continue
			}
			begun[a.ID] = true
			speaking.Go(func() error {
				s.giveWords(ctx, a)
				return nil
			})
		}
		if err := s.wakeVoice.wait(ctx, s.cfg.Now, time.Time{}, time.Time{}); err != nil {
			return err
		}
	}
}

func (s *Service) speechless() (list []Announcement) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.active {
		if a.Alert != nil && a.State == Scheduled && a.Alert.Speech == SpeechPending {
			list = append(list, *a)
		}
	}
	return list
}

// giveWords speaks the words of one emergency and sends them after its chime.
func (s *Service) giveWords(ctx context.Context, a Announcement) {
	ctx = urgently(ctx)
	retry := backoff.NewExponentialBackOff()
	retry.InitialInterval, retry.MaxInterval = 500*time.Millisecond, 10*time.Second
	for {
		audio, err := s.sound(ctx, "", Version{a.Language, a.Text, a.Audio})
		if ctx.Err() != nil {
			return
		}
		final := err == nil || problem.Is(err, problem.Invalid)
		if !final && s.cfg.Now().After(a.Alert.Until) {
			return
		}
		if err := s.addWords(ctx, a.ID, audio, err); err == nil && final {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(retry.NextBackOff()):
		}
		if _, ok := s.stillSpeechless(a.ID); !ok {
			return // stopped in the meantime
		}
	}
}

func (s *Service) stillSpeechless(id ID) (Announcement, bool) {
	for _, a := range s.speechless() {
		if a.ID == id {
			return a, true
		}
	}
	return Announcement{}, false
}

// addWords records what came of the words of an emergency, and sends them.
func (s *Service) addWords(ctx context.Context, id ID, audio protocol.Audio, failure error) error {
	s.deciding.Lock()
	defer s.deciding.Unlock()
	a, ok := s.stillSpeechless(id)
	if !ok {
		return nil
	}
	_, start, ok := s.airOf(id)
	if !ok {
		return nil // over
	}
	alert := *a.Alert
	a.Alert = &alert
	if failure != nil {
		s.cfg.Log.Error("an emergency has no words yet", "announcement", id, "error", failure)
		if problem.Is(failure, problem.Invalid) {
			alert.Speech = SpeechFailed
		}
		alert.Trouble = troubleOf(failure)
		return s.save(ctx, a, nil)
	}
	alert.Speech, alert.Trouble, a.Sound = SpeechReady, nil, audio
	now := s.cfg.Now().UTC()
	if err := s.save(ctx, a, s.ordersFor(a, protocol.CommandMore, alertItem(a, start), now)); err != nil {
		s.cfg.Log.Error("the words of an emergency are not stored, it is tried again", "announcement", id, "error", err)
		return err
	}
	s.cfg.Log.Info("an emergency has its words", "announcement", id, "after", now.Sub(a.CreatedAt).Round(time.Millisecond))
	return nil
}

// airOf returns the one occurrence of what sounds now.
func (s *Service) airOf(id ID) (occurrence string, start time.Time, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, air := range s.air {
		if air.Announcement == id {
			return name, air.itemStart, true
		}
	}
	return "", time.Time{}, false
}

func troubleOf(err error) *Trouble {
	if p, ok := asProblem(err); ok {
		return &Trouble{p.VI, p.EN}
	}
	return &Trouble{"Chưa tạo được giọng đọc; hệ thống đang thử lại.", fmt.Sprintf("The speech could not be made; it is tried again (%v).", err)}
}
