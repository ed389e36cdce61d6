package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/schedule"
	"github.com/smart-commune/smart-commune/hub/apiclient"
)

type announceCmd struct {
	connection
	Text  string `help:"Text to be spoken." vi:"Văn bản để đọc." placeholder:"TEXT" xor:"content" required:""`
	Audio string `help:"Audio file to be played (MP3, WAV, FLAC, OGG, M4A)." vi:"Tệp âm thanh để phát (MP3, WAV, FLAC, OGG, M4A)." placeholder:"FILE" xor:"content" required:""`
	To    string `help:"all, village:ID, cluster:ID, or several of them with commas." vi:"all (tất cả), village:MÃ (thôn), cluster:MÃ (cụm loa), hoặc nhiều nơi cách nhau bằng dấu phẩy." placeholder:"WHERE" required:""`
	Now   bool   `help:"On air at once." vi:"Phát ngay." xor:"when" required:""`
	At    string `help:"On air at this instant, RFC 3339." vi:"Phát vào thời điểm này, viết theo RFC 3339." placeholder:"RFC3339" xor:"when" required:""`
	Level string `help:"normal, priority or emergency." vi:"normal (thông thường), priority (ưu tiên) hoặc emergency (khẩn cấp)." enum:"normal,priority,emergency" default:"normal"`
	Title string `help:"Short title." vi:"Tiêu đề ngắn." placeholder:"T"`

	Wait    bool          `help:"Wait until every target reported; succeed only if all played." vi:"Chờ mọi cụm loa báo lại; chỉ thành công khi tất cả đã phát."`
	Timeout time.Duration `help:"With --wait: give up after this long; 0 waits as long as devices may still begin." vi:"Với --wait: chờ tối đa bao lâu; 0 là chờ đến khi không cụm loa nào còn có thể bắt đầu." default:"0"`
}

// parseTarget reads where an announcement goes.
func parseTarget(s string) (announce.Target, error) {
	var target announce.Target
	for part := range strings.SplitSeq(s, ",") {
		part = strings.TrimSpace(part)
		kind, id, _ := strings.Cut(part, ":")
		switch {
		case part == "all":
			target.All = true
			continue
		case kind != "village" && kind != "cluster":
			return target, wrongUsage("--to “%s”: hãy viết all, village:MÃ hoặc cluster:MÃ", "--to \"%s\": use all, village:ID or cluster:ID", part)
		}
		if err := devices.CheckID(id); err != nil {
			return target, wrongID("--to: ", id, err)
		}
		if kind == "village" {
			target.Villages = append(target.Villages, devices.VillageID(id))
		} else {
			target.Clusters = append(target.Clusters, devices.DeviceID(id))
		}
	}
	if target.All && (target.Villages != nil || target.Clusters != nil) {
		return target, wrongUsage("--to all không dùng cùng với thôn hoặc cụm loa khác", "--to all cannot be joined with villages or clusters")
	}
	return target, nil
}

// draft reads the flags; audio is uploaded later.
func (c *announceCmd) draft() (d announce.Draft, err error) {
	d = announce.Draft{Title: c.Title, Text: c.Text, When: schedule.When{Kind: schedule.Now}}
	if d.Target, err = parseTarget(c.To); err != nil {
		return d, err
	}
	if d.Level, err = devices.ParseLevel(c.Level); err != nil {
		return d, usageError{err}
	}
	if c.At != "" {
		at, err := time.Parse(time.RFC3339, c.At)
		if err != nil {
			return d, wrongUsage("--at “%s”: hãy viết thời điểm như 2026-08-15T05:30:00+07:00", "--at \"%s\": write an instant such as 2026-08-15T05:30:00+07:00", c.At)
		}
		at = at.UTC()
		d.When = schedule.When{Kind: schedule.Once, At: &at}
	}
	return d, nil
}

func (c *announceCmd) Run(t *terminal) error {
	d, err := c.draft()
	if err != nil {
		return err
	}
	hub, err := c.dial(t)
	if err != nil {
		return err
	}
	defer hub.Close()
	if c.Audio != "" {
		if d.Audio, err = upload(t, hub, c.Audio); err != nil {
			return err
		}
	}
	made, err := hub.Announce(t.ctx, d)
	if err != nil {
		return err
	}
	if !c.Wait {
		if c.JSON {
			return printJSON(t.stdout, announceResult{ID: made.ID, State: made.State})
		}
		fmt.Fprintln(t.stdout, made.ID)
		if made.State == announce.Submitted {
			fmt.Fprintln(t.stderr, t.words.waitsForApproval)
		}
		return nil
	}
	if !c.JSON {
		fmt.Fprintln(t.stdout, made.ID)
	}
	return c.wait(t, hub, made)
}

func upload(t *terminal, hub *apiclient.Client, file string) (sha256 string, err error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	s, err := hub.Upload(t.ctx, filepath.Base(file), f)
	return s.SHA256, err
}

// announceResult is what --json prints.
type announceResult struct {
	ID       announce.ID      `json:"id"`
	State    announce.State   `json:"state"`
	Clusters []clusterOutcome `json:"clusters,omitempty"`
}

// clusterOutcome is what became of the announcement on one cluster; the result
// of one that has not reported is pending, received or playing.
type clusterOutcome struct {
	Cluster   devices.DeviceID `json:"cluster"`
	Result    string           `json:"result"`
	Reason    string           `json:"reason,omitempty"`
	StartedAt *time.Time       `json:"started_at,omitempty"`
	EndedAt   *time.Time       `json:"ended_at,omitempty"`
	LevelDBFS *float64         `json:"level_dbfs,omitempty"`
}

const (
	pollEvery = 400 * time.Millisecond
	// graceAfterEnd is how long after its end an item may still be reported: a
	// planned one may begin up to ten minutes late.
	graceAfterEnd = 11 * time.Minute
)

// wait watches an announcement until every target has reported.
func (c *announceCmd) wait(t *terminal, hub *apiclient.Client, made announce.Announcement) error {
	begun := time.Now()
	told := false
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		now, err := hub.Announcement(t.ctx, made.ID)
		if t.ctx.Err() != nil {
			return leftWaiting("bản tin %s vẫn còn ở máy chủ và phát như đã định; muốn dừng: hub stop", "announcement %s stays with the hub and sounds as ordered; to end it: hub stop", made.ID)
		}
		if err != nil {
			return err
		}
		outcomes, done := outcomesOf(now)
		state := now.Announcement.State
		switch {
		case state == announce.Submitted && !told:
			fmt.Fprintln(t.stderr, t.words.waitsForApproval)
			told = true
		case state == announce.Returned, state == announce.Cancelled && len(outcomes) == 0:
			fmt.Fprintf(t.stderr, t.words.notDecided+"\n", t.words.stateOf(state))
			done = true
		}
		late := time.Now().After(c.latest(begun, now.Announcement))
		if late && !done {
			fmt.Fprintln(t.stderr, t.words.noAnswer)
		}
		if done || late {
			return c.outcome(t, announceResult{now.Announcement.ID, state, outcomes})
		}
		select {
		case <-tick.C:
		case <-t.ctx.Done():
		}
	}
}

// latest is when waiting ends at last.
func (c *announceCmd) latest(begun time.Time, a announce.Announcement) time.Time {
	if c.Timeout > 0 {
		return begun.Add(c.Timeout)
	}
	start := begun
	if a.DecidedAt != nil && a.DecidedAt.After(start) {
		start = *a.DecidedAt
	}
	if at := a.When.At; at != nil && at.After(start) {
		start = *at
	}
	if a.State == announce.Submitted {
		return time.Now().Add(time.Hour) // somebody has to come and look first
	}
	return start.Add(time.Duration(a.Sound.DurationMS)*time.Millisecond + graceAfterEnd)
}

// outcomesOf tells how every target stands, and whether all have reported.
func outcomesOf(a apiclient.Announced) (outcomes []clusterOutcome, done bool) {
	if len(a.Occurrences) == 0 {
		return nil, false
	}
	done = true
	for _, d := range a.Occurrences[0].Deliveries {
		o := clusterOutcome{Cluster: d.Cluster, Result: d.State, Reason: d.Reason}
		if e := d.Entry; e != nil {
			o.StartedAt, o.EndedAt, o.LevelDBFS = e.StartedAt, &e.EndedAt, e.LevelDBFS
		}
		switch devices.Result(d.State) {
		case devices.Played, devices.Failed, devices.Missed, devices.Interrupted, devices.Stopped, devices.Unreported:
		default:
			done = false
		}
		outcomes = append(outcomes, o)
	}
	return outcomes, done && len(outcomes) > 0
}

// outcome prints the end and fails unless every target played.
func (c *announceCmd) outcome(t *terminal, r announceResult) error {
	all := len(r.Clusters) > 0
	for _, o := range r.Clusters {
		all = all && o.Result == string(devices.Played)
	}
	var err error
	if c.JSON {
		err = printJSON(t.stdout, r)
	} else if len(r.Clusters) > 0 {
		w := t.words
		tb := newTable(t.stdout, w.cluster, w.result, w.started, w.ended, w.level, w.reason)
		for _, o := range r.Clusters {
			tb.row(string(o.Cluster), w.outcome(o.Result), clockOf(o.StartedAt), clockOf(o.EndedAt), numberOf(o.LevelDBFS), w.playReason(o.Reason))
		}
		err = tb.flush()
	}
	if err == nil && !all {
		err = failed
	}
	return err
}
