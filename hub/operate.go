package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
	"github.com/smart-commune/smart-commune/hub/apiclient"
	"github.com/smart-commune/smart-commune/hub/problem"
	"github.com/smart-commune/smart-commune/hub/spokentext"
)

// operating are the commands for what goes on now.
type operating struct {
	Emergency emergencyCmd `cmd:"" help:"Sound an emergency at once, repeated until it is stopped." vi:"Phát tin khẩn cấp ngay, lặp lại đến khi có lệnh dừng."`
	Stop      stopCmd      `cmd:"" help:"Silence everything, everywhere or on some clusters." vi:"Dừng mọi thứ đang phát, ở mọi nơi hoặc ở một số cụm loa."`
	Approve   approveCmd   `cmd:"" help:"Approve an announcement that waits." vi:"Duyệt bản tin đang chờ."`
	Volume    volumeCmd    `cmd:"" help:"Set the volume of a cluster." vi:"Đặt âm lượng của một cụm loa."`
	Selftest  selftestCmd  `cmd:"" help:"Let a cluster sound a tone and measure itself." vi:"Cho cụm loa phát âm thử và tự đo."`
	Normalise normaliseCmd `cmd:"" help:"Show how a Vietnamese text is read out." vi:"Xem một văn bản tiếng Việt sẽ được đọc thế nào."`
}

type emergencyCmd struct {
	connection
	Text  string        `arg:"" help:"What is said." vi:"Nội dung để đọc."`
	To    string        `help:"all, village:ID, cluster:ID, or several of them with commas." vi:"all (tất cả), village:MÃ (thôn), cluster:MÃ (cụm loa), hoặc nhiều nơi cách nhau bằng dấu phẩy." placeholder:"WHERE" default:"all"`
	Title string        `help:"Short title." vi:"Tiêu đề ngắn." placeholder:"T"`
	For   time.Duration `help:"How long it is repeated when nobody stops it; 10 minutes when not given." vi:"Lặp lại trong bao lâu nếu không ai dừng; không ghi thì là 10 phút." placeholder:"10m"`
}

func (c *emergencyCmd) Run(t *terminal) error {
	target, err := parseTarget(c.To)
	if err != nil {
		return err
	}
	hub, err := c.dial(t)
	if err != nil {
		return err
	}
	defer hub.Close()
	e := announce.EmergencyDraft{Title: c.Title, Text: c.Text, Target: target}
	if c.For != 0 {
		until := time.Now().Add(c.For).UTC()
		e.RepeatUntil = &until
	}
	made, err := hub.Emergency(t.ctx, e)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(t.stdout, made)
	}
	fmt.Fprintln(t.stdout, made.ID)
	if made.Alert != nil {
		if made.Alert.Already {
			fmt.Fprintf(t.stderr, t.words.pick("%s vừa phát đúng cảnh báo này lúc %s; không phát thêm lần nữa.\n", "%s launched the same emergency at %s; it is not launched a second time.\n"),
				made.CreatedBy, clock(made.CreatedAt))
		}
		printInterrupted(t, t.words.pick("đã ngắt", "interrupted"), made.Alert.Interrupted)
	}
	return nil
}

func printInterrupted(t *terminal, what string, all []announce.Interruption) {
	for _, i := range all {
		clusters := make([]string, len(i.Clusters))
		for n, id := range i.Clusters {
			clusters[n] = string(id)
		}
		fmt.Fprintf(t.stdout, "%s: %s (%s)\n", what, i.Title, strings.Join(clusters, ", "))
	}
}

type stopCmd struct {
	connection
	To   string `help:"all, village:ID, cluster:ID, or several of them with commas." vi:"all (tất cả), village:MÃ (thôn), cluster:MÃ (cụm loa), hoặc nhiều nơi cách nhau bằng dấu phẩy." placeholder:"WHERE" default:"all"`
	Rest bool   `help:"Also end the programmes that run there: the rest of today's is cancelled." vi:"Kết thúc luôn chương trình đang chạy ở đó: hủy phần còn lại hôm nay."`
}

func (c *stopCmd) Run(t *terminal) error {
	target, err := parseTarget(c.To)
	if err != nil {
		return err
	}
	hub, err := c.dial(t)
	if err != nil {
		return err
	}
	defer hub.Close()
	stopped, err := hub.Stop(t.ctx, target, c.Rest)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(t.stdout, stopped)
	}
	fmt.Fprintf(t.stdout, t.words.pick("Đã ra lệnh dừng cho %d cụm loa.\n", "%d clusters were told to stop.\n"), len(stopped.Clusters))
	printInterrupted(t, t.words.pick("đã dừng", "silenced"), stopped.Silenced)
	printComing(t, t.words.pick("đã hủy phần còn lại", "the rest is cancelled"), stopped.Ended)
	printComing(t, t.words.pick("sẽ phát tiếp", "will sound next"), stopped.Coming)
	if slices.ContainsFunc(stopped.Coming, func(x announce.Coming) bool { return x.Running }) {
		fmt.Fprintln(t.stdout, t.words.pick("Muốn hủy phần còn lại của chương trình đang chạy: hub stop --rest", "To cancel the rest of the programme that runs: hub stop --rest"))
	}
	return nil
}

// printComing says when each sounds next, and where.
func printComing(t *terminal, what string, all []announce.Coming) {
	for _, x := range all {
		clusters := make([]string, len(x.Clusters))
		for n, id := range x.Clusters {
			clusters[n] = string(id)
		}
		fmt.Fprintf(t.stdout, "%s: %s %s (%s)\n", what, clock(x.Next), x.Title, strings.Join(clusters, ", "))
	}
}

type approveCmd struct {
	connection
	ID string `arg:"" help:"Id of the announcement." vi:"Mã bản tin."`
}

func (c *approveCmd) Run(t *terminal) error {
	hub, err := c.dial(t)
	if err != nil {
		return err
	}
	defer hub.Close()
	a, err := hub.Approve(t.ctx, announce.ID(c.ID))
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(t.stdout, announceResult{ID: a.ID, State: a.State})
	}
	_, err = fmt.Fprintf(t.stdout, "%s %s\n", a.ID, t.words.stateOf(a.State))
	return err
}

type volumeCmd struct {
	connection
	Cluster string `arg:"" help:"Id of the cluster." vi:"Mã cụm loa."`
	Percent int    `arg:"" help:"0 to 100." vi:"Từ 0 đến 100."`
}

func (c *volumeCmd) Run(t *terminal) error {
	if c.Percent < 0 || c.Percent > 100 {
		return wrongUsage("âm lượng %d: phải từ 0 đến 100", "a volume of %d: 0 to 100 are possible", c.Percent)
	}
	return instruct(t, c.connection, c.Cluster, announce.Instruction{Kind: protocol.CommandVolume, Volume: &c.Percent}, 10*time.Second)
}

type selftestCmd struct {
	connection
	Cluster   string        `arg:"" help:"Id of the cluster." vi:"Mã cụm loa."`
	Reference bool          `help:"Compare later tests with this one, after a repair." vi:"Lấy lần đo này làm chuẩn cho các lần sau, dùng sau khi sửa chữa."`
	Timeout   time.Duration `help:"How long to wait for the cluster; when not given, 1 minute, and for one that is offline until the command expires." vi:"Chờ cụm loa bao lâu; không ghi thì là 1 phút, cụm loa đang mất kết nối thì chờ đến khi lệnh hết hạn." placeholder:"1m"`
}

func (c *selftestCmd) Run(t *terminal) error {
	return instruct(t, c.connection, c.Cluster, announce.Instruction{Kind: protocol.CommandSelfTest, Reference: c.Reference}, c.Timeout)
}

// instructWait is how long a cluster that is online is waited for.
const instructWait = time.Minute

// instruct gives a command and waits for its end: so long, or when wait is 0 as long
// as it makes sense.
func instruct(t *terminal, conn connection, cluster string, in announce.Instruction, wait time.Duration) error {
	if err := devices.CheckID(cluster); err != nil {
		return wrongID("", cluster, err)
	}
	hub, err := conn.dial(t)
	if err != nil {
		return err
	}
	defer hub.Close()
	given, err := hub.Instruct(t.ctx, devices.DeviceID(cluster), in)
	if err != nil {
		return err
	}
	deadline := time.Now().Add(cmp.Or(wait, instructWait))
	if given.Reason == journal.ReasonOffline {
		if in.Kind == protocol.CommandVolume { // the plan carries it
			fmt.Fprintf(t.stderr, t.words.pick("Cụm loa %s đang mất kết nối. Âm lượng mới đã được lưu và có hiệu lực khi cụm loa kết nối lại.\n",
				"Cluster %s is offline. The new volume is kept and holds as soon as the cluster is back.\n"), cluster)
			return show(t, conn, given)
		}
		fmt.Fprintf(t.stderr, t.words.pick("Cụm loa %s đang mất kết nối. Lệnh chờ đến %s: có kết nối lại trước lúc đó thì cụm loa sẽ làm, nếu không thì lệnh hết hạn.\n",
			"Cluster %s is offline. The command waits until %s: the cluster carries it out when it is back before that, else it expires.\n"), cluster, clock(given.ExpiresAt))
		if wait == 0 {
			deadline = given.ExpiresAt.Add(time.Second)
		}
	}
	if given, err = watchInstruction(t, hub, given, deadline); err != nil {
		return err
	}
	if err = show(t, conn, given); err != nil {
		return err
	}
	if given.Outcome != string(protocol.OutcomeFinished) || (given.Compared != nil && (given.Compared.Verdict == "weak" || given.Compared.Verdict == "silent")) {
		return failed
	}
	return nil
}

// watchInstruction waits until a command is over or the deadline has come.
func watchInstruction(t *terminal, hub *apiclient.Client, given announce.Instructed, deadline time.Time) (announce.Instructed, error) {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for !instructionOver(given) && time.Now().Before(deadline) {
		select {
		case <-tick.C:
		case <-t.ctx.Done():
		}
		all, err := hub.Instructions(t.ctx, given.Cluster)
		switch {
		case t.ctx.Err() != nil:
			return given, leftWaiting("lệnh cho cụm loa %s vẫn còn hiệu lực đến %s", "the command to cluster %s still holds until %s", given.Cluster, clock(given.ExpiresAt))
		case err != nil:
			return given, err
		}
		for _, i := range all {
			if i.ID == given.ID {
				given = i
			}
		}
	}
	if given.Outcome == "waiting" && !given.ExpiresAt.IsZero() && time.Now().After(given.ExpiresAt) {
		given.Outcome = string(protocol.OutcomeExpired) // no device takes it any more
	}
	return given, nil
}

// leftWaiting says what goes on when a person has stopped waiting for it.
func leftWaiting(vi, en string, args ...any) error {
	return problem.New(problem.Unavailable, "interrupted", "Đã thôi chờ; "+vi+".", "No longer waiting; "+en+".", args...)
}

func show(t *terminal, conn connection, given announce.Instructed) error {
	if conn.JSON {
		return printJSON(t.stdout, given)
	}
	return printInstructed(t, given)
}

func instructionOver(i announce.Instructed) bool {
	switch protocol.Outcome(i.Outcome) {
	case protocol.OutcomeFinished, protocol.OutcomeFailed, protocol.OutcomeExpired:
		return true
	}
	return false
}

func printInstructed(t *terminal, i announce.Instructed) error {
	line := fmt.Sprintf("%s %s", i.Cluster, t.words.command(string(i.Kind), i.Outcome))
	if i.Reason != "" {
		line += " (" + t.words.playReason(i.Reason) + ")"
	}
	if m := i.Measured; m != nil {
		line += fmt.Sprintf(", %.1f dBFS, %.2f A, %.1f V", m.LevelDBFS, m.CurrentA, m.SupplyV)
	}
	if c := i.Compared; c != nil {
		line += ", " + t.words.pick(map[string]string{"reference": "dùng làm chuẩn", "good": "tốt", "weak": "yếu hơn chuẩn", "silent": "không nghe được"}[c.Verdict], c.Verdict)
	}
	_, err := fmt.Fprintln(t.stdout, line)
	return err
}

type normaliseCmd struct {
	connection
	Text string `arg:"" help:"The text." vi:"Văn bản."`
}

// Run asks the hub, which knows the commune's abbreviations; without one it uses
// those that are built in.
func (c *normaliseCmd) Run(t *terminal) error {
	spoken, err := c.ask(t)
	var away *apiclient.Unreachable
	if errors.As(err, &away) {
		fmt.Fprintln(t.stderr, t.words.pick("Không có máy chủ: chỉ dùng các từ viết tắt có sẵn.", "No hub answers: only the built-in abbreviations are used."))
		spoken = apiclient.Spoken{Replacements: []apiclient.Replacement{}}
		for _, s := range spokentext.New(spokentext.Config{}).Segments(c.Text) {
			spoken.Spoken += s.Spoken
			if s.Class != "" {
				spoken.Replacements = append(spoken.Replacements, apiclient.Replacement{Written: s.Written, Spoken: s.Spoken, Class: string(s.Class)})
			}
		}
	} else if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(t.stdout, spoken)
	}
	_, err = fmt.Fprintln(t.stdout, spoken.Spoken)
	return err
}

func (c *normaliseCmd) ask(t *terminal) (apiclient.Spoken, error) {
	hub, err := c.dial(t)
	if err != nil {
		return apiclient.Spoken{}, err
	}
	defer hub.Close()
	return hub.Normalise(t.ctx, c.Text)
}
