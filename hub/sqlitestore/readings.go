package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/telemetry"
)

// Readings keeps readings and where sinks stand in them.
type Readings struct {
	s        *Store
	insert   *sql.Stmt
	span     *sql.Stmt
	writing  sync.Mutex   // one change of readings or sinks at a time
	mu       sync.RWMutex // writers of the maps hold both
	series   map[seriesKey]int64
	names    map[int64]seriesKey
	sinks    map[string]sinkState
	numbered int64 // how many readings were ever queued
	stored   int64 // how many were stored since the start
}

var _ telemetry.Store = (*Readings)(nil)

type seriesKey struct {
	commune devices.CommuneID
	device  devices.DeviceID
	metric  string
}

func keyOf(r telemetry.Reading) seriesKey { return seriesKey{r.Commune, r.Device, r.Metric} }

func (k seriesKey) reading(ms int64, value float64) telemetry.Reading {
	return telemetry.Reading{Commune: k.commune, Device: k.device, Metric: k.metric, At: fromMS(ms), Value: value}
}

// Readings returns the store of readings. Call it once.
func (s *Store) Readings(ctx context.Context) (*Readings, error) {
	r := &Readings{s: s, series: map[seriesKey]int64{}, names: map[int64]seriesKey{}, sinks: map[string]sinkState{}}
	if err := errors.Join(r.loadSeries(ctx), r.loadSinks(ctx)); err != nil {
		return nil, fmt.Errorf("load readings: %w", err)
	}
	var errInsert, errSpan error
	r.insert, errInsert = s.write.PrepareContext(ctx, `INSERT INTO reading (series, at, value) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`)
	r.span, errSpan = s.read.PrepareContext(ctx, spanSQL)
	if err := errors.Join(errInsert, errSpan); err != nil {
		return nil, fmt.Errorf("prepare readings: %w", err)
	}
	return r, nil
}

func (r *Readings) loadSeries(ctx context.Context) error {
	rows, err := r.s.read.QueryContext(ctx, `SELECT id, commune, device, metric FROM reading_series`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var k seriesKey
		if err := rows.Scan(&id, &k.commune, &k.device, &k.metric); err != nil {
			return err
		}
		r.series[k], r.names[id] = id, k
	}
	return rows.Err()
}

// Append implements [telemetry.Store].
func (r *Readings) Append(ctx context.Context, readings []telemetry.Reading) ([]telemetry.Reading, error) {
	r.writing.Lock()
	defer r.writing.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ctx = context.WithoutCancel(ctx) // watching a context costs more than a row
	var fresh []telemetry.Reading
	var queued queueWriter
	var added []seriesKey
	err := r.s.tx(ctx, func(tx *sql.Tx) error {
		insert := tx.StmtContext(ctx, r.insert)
		for _, x := range readings {
			id, err := r.seriesID(ctx, tx, &added, keyOf(x))
			if err != nil {
				return err
			}
			ms := toMS(x.At)
			res, err := insert.ExecContext(ctx, id, ms, x.Value)
			if err != nil {
				return err
			}
			if n, err := res.RowsAffected(); err != nil || n == 0 {
				if err != nil {
					return err
				}
				continue
			}
			fresh = append(fresh, x)
			queued.add(id, ms, x.Value)
		}
		if len(r.sinks) == 0 || len(fresh) == 0 {
			return nil
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO reading_queue (seq, data) VALUES (?, ?)`,
			r.numbered+int64(len(fresh)), queued.data)
		return err
	})
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		for _, k := range added {
			delete(r.names, r.series[k])
			delete(r.series, k)
		}
		return nil, err
	}
	r.stored += int64(len(fresh))
	if len(r.sinks) > 0 {
		r.numbered += int64(len(fresh))
	}
	return fresh, nil
}

// seriesID returns the id of a series, which it makes when it is new. Readers must
// know the series no later than they can see its first reading, so it is known
// before the commit; Append takes back what it adds to added when that fails.
func (r *Readings) seriesID(ctx context.Context, tx *sql.Tx, added *[]seriesKey, k seriesKey) (id int64, err error) {
	if id, ok := r.series[k]; ok {
		return id, nil
	}
	err = tx.QueryRowContext(ctx, `INSERT INTO reading_series (commune, device, metric) VALUES (?, ?, ?) RETURNING id`,
		string(k.commune), string(k.device), k.metric).Scan(&id)
	if err != nil {
		return 0, err
	}
	r.mu.Lock()
	r.series[k], r.names[id] = id, k
	r.mu.Unlock()
	*added = append(*added, k)
	return id, nil
}

// Metrics implements [telemetry.Store].
func (r *Readings) Metrics(ctx context.Context, commune devices.CommuneID, device devices.DeviceID) ([]string, error) {
	rows, err := r.s.read.QueryContext(ctx, `SELECT metric FROM reading_series WHERE commune = ? AND device = ? ORDER BY metric`,
		string(commune), string(device))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

// spanSQL sums one span up and finds the reading after it. One such question a
// span is twice as fast as letting SQLite group, and as reading row by row.
const spanSQL = `SELECT avg(value), min(value), max(value), count(*),
	(SELECT at FROM reading WHERE series = ?1 AND at >= ?3 ORDER BY at LIMIT 1)
	FROM reading WHERE series = ?1 AND at >= ?2 AND at < ?3`

// History implements [telemetry.Archive].
func (r *Readings) History(ctx context.Context, q telemetry.Query) (points []telemetry.Point, err error) {
	r.mu.RLock()
	id, ok := r.series[seriesKey{q.Commune, q.Device, q.Metric}]
	r.mu.RUnlock()
	if !ok {
		return nil, nil
	}
	tx, err := r.s.read.BeginTx(ctx, nil) // one state of the database for all spans
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, tx.Commit()) }()
	span := tx.StmtContext(ctx, r.span)
	width, until := q.Span().Milliseconds(), toMS(q.Until)
	for from := toMS(q.Since); from < until; {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		at := q.SpanStart(fromMS(from))
		end := min((toMS(at)/width+1)*width, until)
		var mean, least, most sql.NullFloat64
		var count int
		var next sql.NullInt64
		row := span.QueryRowContext(context.WithoutCancel(ctx), id, toMS(at), end)
		if err := row.Scan(&mean, &least, &most, &count, &next); err != nil {
			return nil, err
		}
		if count > 0 {
			points = append(points, telemetry.Point{At: at, Mean: mean.Float64, Min: least.Float64, Max: most.Float64, Count: count})
		}
		if !next.Valid {
			break
		}
		from = next.Int64
	}
	return points, nil
}

// Oldest implements [telemetry.Store].
func (r *Readings) Oldest(ctx context.Context) (oldest time.Time, err error) {
	// One look at the beginning of each series; grouping would read all rows.
	var ms sql.NullInt64
	err = r.s.read.QueryRowContext(ctx, `SELECT min((SELECT at FROM reading WHERE series = s.id ORDER BY at LIMIT 1)) FROM reading_series s`).Scan(&ms)
	if err != nil || !ms.Valid {
		return time.Time{}, err
	}
	return fromMS(ms.Int64), nil
}

// deleteStep is how many readings are deleted in one transaction.
const deleteStep = 5000

// DeleteBefore implements [telemetry.Store].
func (r *Readings) DeleteBefore(ctx context.Context, t time.Time) (deleted int64, err error) {
	r.mu.RLock()
	ids := make([]int64, 0, len(r.names))
	for id := range r.names {
		ids = append(ids, id)
	}
	r.mu.RUnlock()
	for _, id := range ids {
		for {
			n, err := r.deleteStep(ctx, id, toMS(t))
			deleted += n
			if err != nil {
				return deleted, err
			}
			if n < deleteStep {
				break
			}
		}
	}
	_, err = r.s.write.ExecContext(ctx, `DELETE FROM reading_rejected WHERE at < ?`, toMS(t))
	return deleted, err
}

func (r *Readings) deleteStep(ctx context.Context, series, before int64) (int64, error) {
	r.writing.Lock()
	defer r.writing.Unlock()
	for _, s := range r.sinks {
		if s.filling {
			return 0, nil // what the sink is yet to get lies in this table alone
		}
	}
	res, err := r.s.write.ExecContext(ctx, `DELETE FROM reading WHERE (series, at) IN
		(SELECT series, at FROM reading WHERE series = ? AND at < ? ORDER BY at LIMIT ?)`, series, before, deleteStep)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}
