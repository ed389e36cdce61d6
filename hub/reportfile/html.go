package reportfile

import (
	_ "embed"
	"html/template"
	"io"
	"time"

	"github.com/smart-commune/smart-commune/hub/report"
)

//go:embed report.html
var pageText string

// page is the report as a web page to print on A4.
var page = template.Must(template.New("report").Funcs(template.FuncMap{
	"share": func(c column) template.CSS { return template.CSS("width:" + decimalPoint(c.Share*100) + "%") },
}).Parse(pageText))

// HTML writes the report as a page to look at and to print.
func HTML(w io.Writer, r report.Report, zone *time.Location) error {
	m := r.From.In(zone)
	return page.Execute(w, struct {
		document
		Month, Previous, Next string
		Complete              bool
	}{compose(r, zone), r.Month, m.AddDate(0, -1, 0).Format("2006-01"), m.AddDate(0, 1, 0).Format("2006-01"), r.Complete})
}
