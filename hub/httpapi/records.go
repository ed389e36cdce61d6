package httpapi

import (
	"context"
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/account"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
	"github.com/smart-commune/smart-commune/hub/problem"
	"github.com/smart-commune/smart-commune/hub/telemetry"
)

type journalInput struct {
	Since        string           `query:"since" maxLength:"40" doc:"RFC 3339, or how long ago: 24h, 7d" default:"24h"`
	Until        string           `query:"until" maxLength:"40" doc:"The same; defaults to now and later"`
	Announcement announce.ID      `query:"announcement" maxLength:"64"`
	Cluster      devices.DeviceID `query:"cluster" maxLength:"32"`
	Limit        int              `query:"limit" minimum:"1" maximum:"10000" default:"1000"`
}

type journalOutput struct {
	Body struct {
		Entries []journal.Line `json:"entries"`
	}
}

type readingsInput struct {
	Device devices.DeviceID `query:"device" required:"true" maxLength:"32"`
	Metric string           `query:"metric" required:"true" maxLength:"40"`
	Since  string           `query:"since" maxLength:"40" doc:"RFC 3339, or how long ago: 24h, 7d" default:"24h"`
	Until  string           `query:"until" maxLength:"40" doc:"The same; defaults to now"`
	Points int              `query:"points" minimum:"1" maximum:"5000" default:"500"`
}

type readingsOutput struct {
	Body struct {
		Device devices.DeviceID  `json:"device"`
		Metric string            `json:"metric"`
		Points []telemetry.Point `json:"points"`
	}
}

type auditInput struct {
	Since string `query:"since" maxLength:"40" doc:"RFC 3339, or how long ago: 24h, 7d" default:"7d"`
	Limit int    `query:"limit" minimum:"1" maximum:"10000" default:"200"`
}

type auditOutput struct {
	Body struct {
		Entries []account.AuditEntry `json:"entries"`
	}
}

func (a *API) registerRecords() {
	register(a, operation{id: "journal", method: "GET", path: "/api/journal", summary: "What each cluster played, newest first",
		access: member}, a.journal)
	register(a, operation{id: "readings", method: "GET", path: "/api/readings", summary: "The past of one metric of one device",
		access: member}, a.readings)
	register(a, operation{id: "audit", method: "GET", path: "/api/audit", summary: "Who did what, newest first",
		access: those(account.CanReadAudit)}, a.audit)
}

func (a *API) journal(ctx context.Context, in *journalInput) (*journalOutput, error) {
	q := announce.JournalQuery{Announcement: in.Announcement, Cluster: in.Cluster, Limit: in.Limit}
	var err error
	if q.Since, err = a.instant("since", in.Since, time.Time{}); err != nil {
		return nil, err
	}
	if q.Until, err = a.instant("until", in.Until, time.Time{}); err != nil {
		return nil, err
	}
	entries, err := a.cfg.Announcements.Journal(ctx, q)
	if err != nil {
		return nil, err
	}
	lines, err := a.cfg.Reports.Lines(ctx, entries)
	out := &journalOutput{}
	out.Body.Entries = list(lines)
	return out, err
}

// deviceStands refuses a device that nobody knows. One that was removed keeps its
// readings.
func (a *API) deviceStands(ctx context.Context, id devices.DeviceID) error {
	inv, err := a.cfg.Places.Inventory(ctx)
	if err != nil || slices.ContainsFunc(inv.Clusters, func(c devices.Cluster) bool { return c.ID == id }) ||
		slices.ContainsFunc(inv.Cameras, func(c devices.Camera) bool { return c.ID == id }) {
		return err
	}
	return problem.New(problem.NotFound, "device_unknown", "Không có thiết bị “%.40s” trong danh sách. Hãy xem mã thiết bị bằng lệnh hub status hoặc ở mục Thiết bị.",
		"There is no device %.40q. See hub status or the devices view for what there is.", string(id)).At("device")
}

func (a *API) readings(ctx context.Context, in *readingsInput) (*readingsOutput, error) {
	q := telemetry.Query{Commune: a.cfg.Commune, Device: in.Device, Metric: in.Metric, Points: in.Points}
	if err := devices.CheckID(string(in.Device)); err != nil {
		return nil, problem.New(problem.Invalid, "bad_device",
			"Mã thiết bị không hợp lệ: chỉ gồm a-z, 0-9 và dấu -, tối đa 32 ký tự.",
			"That is no device id: use 1 to 32 of a-z, 0-9 and \"-\".").At("device")
	}
	if !protocol.IsMetric(in.Metric) {
		return nil, problem.New(problem.Invalid, "bad_metric",
			"Tên số liệu không hợp lệ, ví dụ đúng: temperature_c.",
			"That is no metric name; a right one is for example temperature_c.").At("metric")
	}
	var err error
	if q.Since, err = a.instant("since", in.Since, time.Time{}); err != nil {
		return nil, err
	}
	if q.Until, err = a.instant("until", in.Until, a.now()); err != nil {
		return nil, err
	}
	if !q.Since.Before(q.Until) {
		return nil, problem.New(problem.Invalid, "empty_span",
			"Thời điểm bắt đầu phải trước thời điểm kết thúc.", "The start must be before the end.").At("since")
	}
	points, err := a.cfg.Readings.History(ctx, q)
	if err == nil && len(points) == 0 {
		err = a.deviceStands(ctx, in.Device)
	}
	out := &readingsOutput{}
	out.Body.Device, out.Body.Metric, out.Body.Points = in.Device, in.Metric, list(points)
	return out, err
}

func (a *API) audit(ctx context.Context, in *auditInput) (*auditOutput, error) {
	since, err := a.instant("since", in.Since, time.Time{})
	if err != nil {
		return nil, err
	}
	entries, err := a.cfg.Accounts.AuditLog(ctx, since, in.Limit)
	out := &auditOutput{}
	out.Body.Entries = list(entries)
	return out, err
}

// record writes an action of the caller to the audit log.
func (a *API) record(ctx context.Context, action string, t trail) error {
	c := callerOf(ctx)
	who := c.who()
	if who == "" {
		who = t.object // someone who just logged in
	}
	return a.cfg.Accounts.Audit(ctx, account.AuditEntry{Who: who, From: c.from,
		Action: action, Object: t.object, Detail: t.detail})
}

func (a *API) instant(field, s string, empty time.Time) (time.Time, error) {
	if s == "" {
		return empty, nil
	}
	t, err := ParseInstant(s, a.now())
	if err != nil {
		return t, problem.New(problem.Invalid, "bad_instant",
			"Thời điểm không đúng. Viết như 2026-08-15T05:30:00+07:00, hoặc bao lâu trước: 30m, 24h, 7d.",
			"That is no instant. Write 2026-08-15T05:30:00+07:00, or how long ago: 30m, 24h, 7d.").At(field)
	}
	return t, nil
}
