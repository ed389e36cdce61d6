package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"

	"github.com/smart-commune/smart-commune/hub/announce/journal"
	"github.com/smart-commune/smart-commune/hub/httpapi"
	"github.com/smart-commune/smart-commune/hub/report"
	"github.com/smart-commune/smart-commune/hub/sqlitestore"
)

type journalCmds struct {
	List   journalCmd       `cmd:"" default:"withargs" help:"Show what each cluster played." vi:"Xem từng cụm loa đã phát gì."`
	Verify verifyJournalCmd `cmd:"" help:"Look through the whole journal for entries that were altered, removed or moved." vi:"Kiểm tra toàn bộ nhật ký xem có mục nào bị sửa, bị xóa hay bị đổi chỗ."`
}

// verifyJournalCmd reads the database file itself, whether or not the hub runs:
// that proves more than the word of a hub. Only a hub that is named by --url (or
// HUB_URL) is asked.
type verifyJournalCmd struct {
	connection
	Head string `help:"A head noted before, as reports print it; it must still be in the journal." vi:"Dấu mốc đã ghi lại trước đây, như in trong báo cáo; nhật ký phải còn có nó." placeholder:"SEQ:HASH"`
}

// verified is what verifying says as JSON.
type verified struct {
	Whole    bool                   `json:"whole"`
	Source   string                 `json:"source"` // the file, or the address of the hub
	Journals []journal.Verification `json:"journals"`
}

func (c *verifyJournalCmd) Run(t *terminal) error {
	v, err := c.verify(t)
	if err != nil {
		return err
	}
	v.Whole = true
	for _, j := range v.Journals {
		v.Whole = v.Whole && j.Whole
	}
	if c.JSON {
		err = printJSON(t.stdout, v)
	} else {
		t.printVerified(v)
	}
	if err == nil && !v.Whole {
		return failed
	}
	return err
}

func (c *verifyJournalCmd) verify(t *terminal) (verified, error) {
	var noted []journal.Head
	if c.Head != "" {
		h, err := httpapi.ParseHead(c.Head)
		if err != nil {
			return verified{}, wrongUsage("--head “%s” không phải là dấu mốc của nhật ký: hãy viết SỐ:MÃ, mã gồm 64 chữ số", "--head: %[2]v", c.Head, err)
		}
		noted = append(noted, h)
	}
	at := c.Data
	if at == "" && c.URL == "" && t.env("HUB_URL") == "" {
		if at = t.env("HUB_DATA"); at == "" {
			at = "data"
		}
	}
	if at == "" {
		hub, err := c.dial(t)
		if err != nil {
			return verified{}, err
		}
		defer hub.Close()
		v, err := hub.VerifyJournal(t.ctx, c.Head)
		source := c.URL
		if source == "" {
			source = t.env("HUB_URL")
		}
		return verified{Source: source, Journals: []journal.Verification{v}}, err
	}
	out, err := c.verifyFile(t, at, noted)
	return out, sqlitestore.Damaged(filepath.Join(at, "hub.db"), err)
}

// verifyFile looks through the database of a data folder.
func (c *verifyJournalCmd) verifyFile(t *terminal, at string, noted []journal.Head) (verified, error) {
	file, err := sqlitestore.OpenJournal(at)
	if err != nil {
		return verified{}, err
	}
	defer file.Close()
	out := verified{Source: filepath.Join(at, "hub.db"), Journals: []journal.Verification{}}
	communes, err := file.Communes(t.ctx)
	if err != nil {
		return out, err
	}
	if len(communes) == 0 && len(noted) > 0 {
		communes = append(communes, "") // a journal that is all gone
	}
	if len(communes) > 1 && len(noted) > 0 {
		return out, wrongUsage("tệp có nhật ký của %v: --head chỉ dùng được khi có một xã", "the file has the journals of %v: --head names one of one commune alone", communes)
	}
	for _, commune := range communes {
		v, err := journal.Verify(t.ctx, file, commune, noted...)
		if err != nil {
			return out, err
		}
		out.Journals = append(out.Journals, v)
	}
	return out, nil
}

func (t *terminal) printVerified(v verified) {
	w := t.words
	if len(v.Journals) == 0 {
		fmt.Fprintf(t.stdout, "%s: %s\n", v.Source, w.pick("nhật ký chưa có mục nào.", "the journal is empty."))
	}
	for _, j := range v.Journals {
		if j.Whole {
			fmt.Fprintf(t.stdout, w.pick("%s: nhật ký nguyên vẹn, %d mục. Dấu mốc để ghi lại: %d:%s\n", "%s: the journal is whole, %d entries. Head to note: %d:%s\n"),
				j.Commune, j.Entries, j.Head.Seq, j.Head.Hash)
			continue
		}
		fmt.Fprintf(t.stdout, w.pick("%s: NHẬT KÝ KHÔNG NGUYÊN VẸN từ mục %d: %s. %d mục trước đó còn nguyên.\n", "%s: THE JOURNAL IS BROKEN at entry %d: %s. The %d entries before it hold.\n"),
			j.Commune, j.Broken.Seq, j.Broken.Words(w.vi), min(j.Entries, j.Broken.Seq-1))
	}
}

type reportCmd struct {
	connection
	Month string `help:"The month, such as 2026-11; the present one when left out." vi:"Tháng, ví dụ 2026-11; không ghi thì là tháng này." placeholder:"YYYY-MM"`
	PDF   string `name:"pdf" help:"Save it as PDF." vi:"Lưu thành tệp PDF." placeholder:"FILE" type:"path"`
	XLSX  string `name:"xlsx" help:"Save it with the journal of the month as a workbook." vi:"Lưu cùng nhật ký của tháng thành bảng tính." placeholder:"FILE" type:"path"`
}

func (c *reportCmd) Run(t *terminal) error {
	if c.Month != "" {
		if _, err := report.ParseMonth(c.Month); err != nil {
			return wrongUsage("--month “%s” không phải là tháng: hãy viết như 2026-11", "--month: %[2]v", c.Month, err)
		}
	}
	hub, err := c.dial(t)
	if err != nil {
		return err
	}
	defer hub.Close()
	for _, f := range []struct{ ext, path string }{{"pdf", c.PDF}, {"xlsx", c.XLSX}} {
		if f.path == "" {
			continue
		}
		data, err := hub.ReportFile(t.ctx, c.Month, f.ext)
		if err != nil {
			return err
		}
		if err := os.WriteFile(f.path, data, 0o644); err != nil {
			return err
		}
		if !c.JSON {
			fmt.Fprintf(t.stdout, t.words.pick("Đã lưu %s (%d kB).\n", "Saved %s (%d kB).\n"), f.path, (len(data)+1023)/1024)
		}
	}
	if (c.PDF != "" || c.XLSX != "") && !c.JSON {
		return nil
	}
	r, err := hub.Report(t.ctx, c.Month)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(t.stdout, r)
	}
	return t.printReport(r)
}

func (t *terminal) printReport(r report.Report) error {
	w := t.words
	title := w.pick("Tháng %s, %s\n", "Month %s, %s\n")
	fmt.Fprintf(t.stdout, title, r.Month, r.Commune.Name)
	if !r.Complete {
		fmt.Fprintf(t.stdout, w.pick("(tạm thời, đến %s)\n", "(so far, until %s)\n"), clock(r.Until))
	}
	fmt.Fprintln(t.stdout)
	tb := newTable(t.stdout, w.pick("THÔN / CỤM LOA", "VILLAGE / CLUSTER"), w.pick("THEO LỊCH", "EXPECTED"), w.pick("PHÁT TRỌN VẸN", "IN FULL"),
		w.pick("PHÁT MỘT PHẦN", "IN PART"), w.pick("KHÔNG PHÁT, BỊ NGẮT", "NOT PLAYED"), w.pick("KHÔNG NGHE ĐƯỢC", "NOT HEARD"), w.pick("PHÚT:GIÂY", "MIN:SEC"), w.pick("TỶ LỆ TRỌN VẸN", "SHARE IN FULL"))
	add := func(name string, f report.Figures) {
		share := ""
		if f.Coverage != nil {
			share = number(math.Floor(*f.Coverage*1000)/10) + "%"
		}
		tb.row(name, strconv.Itoa(f.Expected), strconv.Itoa(f.Played), strconv.Itoa(f.InPart), strconv.Itoa(f.NotPlayed()), strconv.Itoa(f.NotHeard), fmt.Sprintf("%d:%02d", f.Seconds/60, f.Seconds%60), share)
	}
	for _, v := range r.Villages {
		add(v.Name, v.Figures)
		for _, c := range v.Clusters {
			add("  "+string(c.ID), c.Figures)
		}
	}
	add(w.pick("TẤT CẢ", "ALL"), r.Total)
	if err := tb.flush(); err != nil {
		return err
	}
	for i, f := range r.Failures {
		if i == 0 {
			fmt.Fprintf(t.stdout, "\n%s\n", w.pick("Không phát được hoặc bị ngắt:", "Not played, or cut:"))
		}
		fmt.Fprintf(t.stdout, "  %4d  %s: %s %v\n", f.Plays, w.outcome(f.Result), w.pick(f.Words.VI, f.Words.EN), f.Clusters)
	}
	return nil
}

// heard puts the result of a play, and that nobody heard it, into words.
func (w words) heard(l journal.Line) string {
	s := w.outcome(string(l.Result))
	if l.Heard == journal.HeardNo {
		s += w.pick(", không nghe được", ", not heard")
	}
	return s
}
