package main

import (
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
)

type journalCmd struct {
	connection
	Since string `help:"RFC 3339, or how long ago: 30m, 24h, 7d." vi:"Từ lúc nào: theo RFC 3339, hoặc cách đây bao lâu: 30m, 24h, 7d." default:"24h"`
	Limit int    `help:"At most this many plays." vi:"Nhiều nhất bao nhiêu lần phát." default:"1000"`
}

// journalLine is one play as --json prints it.
type journalLine struct {
	Announcement announce.ID      `json:"announcement"`
	Cluster      devices.DeviceID `json:"cluster"`
	PlannedAt    time.Time        `json:"planned_at"`
	StartedAt    *time.Time       `json:"started_at"`
	EndedAt      time.Time        `json:"ended_at"`
	Result       devices.Result   `json:"result"`
	Reason       string           `json:"reason"`
	LevelDBFS    *float64         `json:"level_dbfs"`
	Heard        journal.Heard    `json:"heard,omitempty"`
}

func (c *journalCmd) Run(t *terminal) error {
	hub, err := c.dial(t)
	if err != nil {
		return err
	}
	defer hub.Close()
	entries, err := hub.Journal(t.ctx, c.Since, c.Limit)
	if err != nil {
		return err
	}
	if c.JSON {
		lines := make([]journalLine, len(entries))
		for i, e := range entries {
			lines[i] = journalLine{e.Announcement, e.Cluster, e.PlannedAt, e.StartedAt, e.EndedAt, e.Result, e.Reason, e.LevelDBFS, e.Heard}
		}
		return printJSON(t.stdout, lines)
	}
	w := t.words
	if len(entries) == 0 {
		fmt.Fprintln(t.stdout, w.nothingPlayed)
		return nil
	}
	tb := newTable(t.stdout, w.planned, w.announcement, w.cluster, w.result, w.started, w.ended, w.level, w.reason)
	for _, e := range entries {
		tb.row(clock(e.PlannedAt), string(e.Announcement), string(e.Cluster), w.heard(e),
			clockOf(e.StartedAt), clock(e.EndedAt), numberOf(e.LevelDBFS), w.playReason(e.Reason))
	}
	return tb.flush()
}

type readingsCmd struct {
	connection
	Device devices.DeviceID `help:"Device, for example loa-01." vi:"Thiết bị, ví dụ loa-01." required:"" placeholder:"ID"`
	Metric string           `help:"Metric, for example temperature_c." vi:"Chỉ số, ví dụ temperature_c." required:"" placeholder:"NAME"`
	Since  string           `help:"RFC 3339, or how long ago: 30m, 24h, 7d." vi:"Từ lúc nào: theo RFC 3339, hoặc cách đây bao lâu: 30m, 24h, 7d." default:"1h"`
	Points int              `help:"At most this many points." vi:"Nhiều nhất bao nhiêu điểm." default:"500"`
}

func (c *readingsCmd) Run(t *terminal) error {
	hub, err := c.dial(t)
	if err != nil {
		return err
	}
	defer hub.Close()
	h, err := hub.Readings(t.ctx, c.Device, c.Metric, c.Since, c.Points)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(t.stdout, h)
	}
	w := t.words
	if len(h.Points) == 0 {
		_, err := fmt.Fprintf(t.stdout, w.nothingRead+"\n", c.Device, c.Metric)
		return err
	}
	tb := newTable(t.stdout, w.at, w.mean, w.min, w.max, w.count)
	for _, p := range h.Points {
		f := func(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }
		tb.row(clock(p.At), f(p.Mean), f(p.Min), f(p.Max), strconv.Itoa(p.Count))
	}
	return tb.flush()
}

type statusCmd struct{ connection }

func (c *statusCmd) Run(t *terminal) error {
	hub, err := c.dial(t)
	if err != nil {
		return err
	}
	defer hub.Close()
	s, err := hub.Status(t.ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(t.stdout, s)
	}
	w := t.words
	tb := newTable(t.stdout, w.cluster, w.state, w.since, w.plan)
	for _, cl := range s.Clusters {
		state, since, plan := w.offline, w.never, w.planOld
		if cl.Online {
			state = w.online
		}
		if cl.Since != nil {
			since = clock(*cl.Since)
		}
		if cl.PlanCurrent {
			plan = w.planCurrent
		}
		tb.row(string(cl.ID), state, since, plan)
	}
	if err := tb.flush(); err != nil {
		return err
	}
	fmt.Fprintln(t.stdout)
	tb = newTable(t.stdout, w.camera, w.state, w.since, w.fps, w.bitrate, w.lastFrame, w.reason)
	for _, cam := range s.Cameras {
		tb.row(string(cam.ID), w.health(cam.State), clock(cam.Since), number(cam.FPS), number(cam.Bitrate),
			clockOf(cam.LastFrameAt), w.why(cam.Reason))
	}
	if err := tb.flush(); err != nil {
		return err
	}
	fmt.Fprintln(t.stdout)
	works := func(ok bool) string {
		if ok {
			return w.works
		}
		return w.broken
	}
	influx := w.notConfigured
	if s.Influx.Configured {
		influx = fmt.Sprintf(w.lag, s.Influx.LagPoints)
	}
	_, err = fmt.Fprintf(t.stdout, "%s: %s\n%s: %s\n%s: %s\n", w.broker, works(s.Broker), w.store, works(s.Store), w.influx, influx)
	return err
}

type importCmd struct {
	connection
	File string `arg:"" help:"Inventory file (YAML)." vi:"Tệp danh mục (YAML)."`
}

func (c *importCmd) Run(t *terminal) error {
	data, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	hub, err := c.dial(t)
	if err != nil {
		return err
	}
	defer hub.Close()
	s, err := hub.Import(t.ctx, data)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(t.stdout, s)
	}
	_, err = fmt.Fprintf(t.stdout, t.words.imported+"\n", s.Added, s.Changed, s.Unchanged)
	return err
}
