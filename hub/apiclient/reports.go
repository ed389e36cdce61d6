package apiclient

import (
	"context"
	"net/url"

	"github.com/smart-commune/smart-commune/hub/announce/journal"
	"github.com/smart-commune/smart-commune/hub/report"
)

// Report returns the report of a month, "2026-11"; empty means the present one.
func (c *Client) Report(ctx context.Context, month string) (r report.Report, err error) {
	return r, c.get(ctx, "/api/report", monthQuery(month), &r)
}

// ReportFile returns the report of a month as a file; ext is "pdf" or "xlsx".
func (c *Client) ReportFile(ctx context.Context, month, ext string) (file []byte, err error) {
	return file, c.get(ctx, "/api/report."+url.PathEscape(ext), monthQuery(month), &file)
}

func monthQuery(month string) url.Values {
	if month == "" {
		return nil
	}
	return url.Values{"month": {month}}
}

// VerifyJournal lets the hub look through its journal; head is "SEQ:HASH" or empty.
func (c *Client) VerifyJournal(ctx context.Context, head string) (v journal.Verification, err error) {
	q := url.Values{}
	if head != "" {
		q.Set("head", head)
	}
	return v, c.get(ctx, "/api/journal/verify", q, &v)
}
