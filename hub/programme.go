package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/smart-commune/smart-commune/devices/strictyaml"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/apiclient"
)

// programmeCmds are the commands for programmes.
type programmeCmds struct {
	List    listProgrammesCmd   `cmd:"" help:"List programmes, the newest first." vi:"Liệt kê chương trình, mới nhất trước."`
	Show    showProgrammeCmd    `cmd:"" help:"Show a programme." vi:"Xem một chương trình."`
	Add     addProgrammeCmd     `cmd:"" help:"Make a programme from a YAML file and hand it in." vi:"Tạo chương trình từ tệp YAML và gửi duyệt."`
	Approve approveProgrammeCmd `cmd:"" help:"Approve a programme that waits, or a change of one." vi:"Duyệt chương trình đang chờ, hoặc thay đổi của nó."`
	Cancel  cancelProgrammeCmd  `cmd:"" help:"Cancel a programme, and stop what of it sounds." vi:"Hủy chương trình và dừng phần đang phát."`
}

type listProgrammesCmd struct {
	connection
	State string `help:"Only those in this state: draft, submitted, returned, scheduled, done, cancelled." vi:"Chỉ những chương trình ở trạng thái này: draft (nháp), submitted (chờ duyệt), returned (bị trả lại), scheduled (đã lên lịch), done (đã xong), cancelled (đã hủy)." placeholder:"STATE"`
}

func (c *listProgrammesCmd) Run(t *terminal) error {
	hub, err := c.dial(t)
	if err != nil {
		return err
	}
	defer hub.Close()
	all, err := hub.Programmes(t.ctx, announce.State(c.State))
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(t.stdout, all)
	}
	w := t.words
	tb := newTable(t.stdout, "ID", w.pick("CHƯƠNG TRÌNH", "TITLE"), w.state, w.pick("LỊCH", "SCHEDULE"), w.pick("LẦN TỚI", "NEXT"))
	for _, p := range all {
		next := ""
		if len(p.Next) > 0 && p.State == announce.Scheduled {
			next = clock(p.Next[0])
		}
		tb.row(string(p.ID), p.Title, w.stateOf(p.State), w.pick(p.Described.VI, p.Described.EN), next)
	}
	return tb.flush()
}

type showProgrammeCmd struct {
	connection
	ID announce.ProgrammeID `arg:"" help:"The programme, for example ct-01…." vi:"Mã chương trình, ví dụ ct-01…."`
}

func (c *showProgrammeCmd) Run(t *terminal) error {
	return c.with(t, func(hub *apiclient.Client) (apiclient.Programme, error) { return hub.Programme(t.ctx, c.ID) })
}

type addProgrammeCmd struct {
	connection
	File  string `arg:"" help:"YAML file with the fields of the API: title, target, when, opening, closing, items." vi:"Tệp YAML có các mục như của API: title, target, when, opening, closing, items."`
	Draft bool   `help:"Only keep it, do not hand it in." vi:"Chỉ lưu nháp, không gửi duyệt."`
}

func (c *addProgrammeCmd) Run(t *terminal) error {
	d, err := readProgramme(c.File)
	if err != nil {
		return usageError{err}
	}
	return c.with(t, func(hub *apiclient.Client) (apiclient.Programme, error) { return hub.AddProgramme(t.ctx, d, c.Draft) })
}

type approveProgrammeCmd struct {
	connection
	ID announce.ProgrammeID `arg:"" help:"The programme." vi:"Mã chương trình."`
}

func (c *approveProgrammeCmd) Run(t *terminal) error {
	return c.with(t, func(hub *apiclient.Client) (apiclient.Programme, error) { return hub.ApproveProgramme(t.ctx, c.ID) })
}

type cancelProgrammeCmd struct {
	connection
	ID announce.ProgrammeID `arg:"" help:"The programme." vi:"Mã chương trình."`
}

func (c *cancelProgrammeCmd) Run(t *terminal) error {
	return c.with(t, func(hub *apiclient.Client) (apiclient.Programme, error) { return hub.CancelProgramme(t.ctx, c.ID) })
}

// with does one thing with a programme and shows it.
func (c *connection) with(t *terminal, f func(*apiclient.Client) (apiclient.Programme, error)) error {
	hub, err := c.dial(t)
	if err != nil {
		return err
	}
	defer hub.Close()
	p, err := f(hub)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(t.stdout, p)
	}
	showProgramme(t, p)
	return nil
}

func showProgramme(t *terminal, p apiclient.Programme) {
	w := t.words
	fmt.Fprintf(t.stdout, "%s  %s  %s\n%s\n", p.ID, w.stateOf(p.State), p.Title, w.pick(p.Described.VI, p.Described.EN))
	for i, it := range p.Items {
		what := string(it.Announcement)
		if it.Fill != nil {
			what = w.pick("tự lấy tối đa ", "filled with at most ") + strconv.Itoa(it.Fill.Max)
		}
		var more []string
		if it.Repeat > 1 {
			more = append(more, fmt.Sprintf("× %d", it.Repeat))
		}
		if it.GapS > 0 {
			more = append(more, fmt.Sprintf("+ %d s", it.GapS))
		}
		fmt.Fprintln(t.stdout, strings.TrimSpace(fmt.Sprintf("%2d. %s %s", i+1, what, strings.Join(more, " "))))
	}
	if p.State == announce.Submitted || p.Proposed != nil {
		fmt.Fprintln(t.stderr, w.pick("Chương trình đang chờ người khác duyệt.", "It waits for somebody else's approval."))
	}
}

// readProgramme reads a programme from YAML with the field names of the API.
func readProgramme(file string) (d announce.ProgrammeDraft, err error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return d, err
	}
	return parseProgramme(file, data)
}

func parseProgramme(file string, data []byte) (d announce.ProgrammeDraft, err error) {
	var fields map[string]any
	if _, err := strictyaml.Parse(file, data, &fields); err != nil {
		return d, err
	}
	data, err = json.Marshal(fields)
	if err != nil {
		return d, fmt.Errorf("%s: %w", file, err)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil {
		return d, &strictyaml.Error{File: file, Message: strings.TrimPrefix(err.Error(), "json: ")}
	}
	return d, nil
}
