package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/smart-commune/smart-commune/hub/apiclient"
)

// connection is how a command finds the hub, and how it prints.
type connection struct {
	Data  string `help:"Data folder of the hub on this machine (HUB_DATA)." vi:"Thư mục dữ liệu của máy chủ trên máy này (HUB_DATA)." placeholder:"DIR"`
	URL   string `name:"url" help:"Address of the hub (HUB_URL)." vi:"Địa chỉ máy chủ (HUB_URL)." placeholder:"URL"`
	Token string `help:"Token (HUB_TOKEN)." vi:"Mã truy cập (HUB_TOKEN)." placeholder:"TOKEN"`
	JSON  bool   `name:"json" help:"Print JSON with stable fields." vi:"In JSON với các mục cố định."`
}

// dial goes by the flags, then by the environment, then looks in the default
// data folder.
func (c connection) dial(t *terminal) (*apiclient.Client, error) {
	o := apiclient.Options{Data: c.Data, URL: c.URL, Token: c.Token}
	if o.Data == "" && o.URL == "" {
		o.URL = t.env("HUB_URL")
	}
	if o.Data == "" && o.URL == "" {
		if o.Data = t.env("HUB_DATA"); o.Data == "" {
			o.Data = "data"
		}
	}
	// The token in the environment is that of the hub named there or by --url.
	if o.Token == "" && o.Data == "" {
		o.Token = t.env("HUB_TOKEN")
	}
	return apiclient.New(o)
}

// printJSON writes v and a line break.
func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// table prints rows in columns.
type table struct{ w *tabwriter.Writer }

func newTable(w io.Writer, head ...string) *table {
	tb := &table{tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)}
	tb.row(head...)
	return tb
}

func (tb *table) row(cells ...string) {
	for i, c := range cells {
		if c == "" {
			cells[i] = "-"
		}
	}
	fmt.Fprintln(tb.w, strings.Join(cells, "\t"))
}

func (tb *table) flush() error { return tb.w.Flush() }

// clock prints an instant in the machine's zone, in which its people live.
func clock(at time.Time) string { return at.Local().Format("2006-01-02 15:04:05") }

func clockOf(at *time.Time) string {
	if at == nil {
		return ""
	}
	return clock(*at)
}

func number(v float64) string { return fmt.Sprintf("%.1f", v) }

func numberOf(v *float64) string {
	if v == nil {
		return ""
	}
	return number(*v)
}
