package sqlitestore

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/smart-commune/smart-commune/hub/telemetry"
)

// sinkState is a row of reading_sink.
type sinkState struct {
	cursor, rejected   int64
	filling            bool
	fillSeries, fillAt int64
	fillLeft           int64
}

func (r *Readings) loadSinks(ctx context.Context) error {
	err := r.s.read.QueryRowContext(ctx, `SELECT max(coalesce((SELECT max(seq) FROM reading_queue), 0),
		coalesce((SELECT max(cursor) FROM reading_sink), 0))`).Scan(&r.numbered)
	if err != nil {
		return err
	}
	rows, err := r.s.read.QueryContext(ctx, `SELECT name, cursor, rejected, filling, fill_series, fill_at, fill_left FROM reading_sink`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		var s sinkState
		if err := rows.Scan(&name, &s.cursor, &s.rejected, &s.filling, &s.fillSeries, &s.fillAt, &s.fillLeft); err != nil {
			return err
		}
		r.sinks[name] = s
	}
	return rows.Err()
}

// state returns where a sink stands.
func (r *Readings) state(name string) (sinkState, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	s, ok := r.sinks[name]
	if !ok {
		return s, fmt.Errorf("the sink %q is not in use", name)
	}
	return s, nil
}

// UseSink implements [telemetry.Queue].
func (r *Readings) UseSink(ctx context.Context, name string) error {
	sinks := map[string]sinkState{}
	s, err := r.state(name)
	isNew := err != nil && name != ""
	var stored int64
	if isNew {
		s = sinkState{fillAt: math.MinInt64}
		if s.fillLeft, stored, err = r.count(ctx); err != nil {
			return err
		}
	}
	r.writing.Lock()
	defer r.writing.Unlock()
	if isNew {
		s.cursor = r.numbered
		s.fillLeft += r.stored - stored
		s.filling = s.fillLeft > 0
	}
	if name != "" {
		sinks[name] = s
	}
	err = r.s.tx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM reading_sink WHERE name <> ?`, name); err != nil {
			return err
		}
		if name == "" {
			_, err := tx.ExecContext(ctx, `DELETE FROM reading_queue`)
			return err
		}
		if err := saveSink(ctx, tx, name, sinks[name]); err != nil {
			return err
		}
		return trimQueue(ctx, tx)
	})
	if err != nil {
		return err
	}
	r.mu.Lock()
	r.sinks = sinks
	r.mu.Unlock()
	return nil
}

// count returns how many readings there are, and how many were stored since the
// start when that was true. It takes seconds when there are many; readings are
// stored meanwhile.
func (r *Readings) count(ctx context.Context) (n, stored int64, err error) {
	tx, err := r.s.read.BeginTx(ctx, nil)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, tx.Commit()) }()
	r.writing.Lock()
	stored = r.stored
	var any bool
	err = tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM reading)`).Scan(&any) // fixes what tx sees
	r.writing.Unlock()
	if err != nil || !any {
		return 0, stored, err
	}
	err = tx.QueryRowContext(ctx, `SELECT count(*) FROM reading`).Scan(&n)
	return n, stored, err
}

func saveSink(ctx context.Context, tx *sql.Tx, name string, s sinkState) error {
	_, err := tx.ExecContext(ctx, `REPLACE INTO reading_sink (name, cursor, rejected, filling, fill_series, fill_at, fill_left)
		VALUES (?, ?, ?, ?, ?, ?, ?)`, name, s.cursor, s.rejected, s.filling, s.fillSeries, s.fillAt, s.fillLeft)
	return err
}

// trimQueue deletes what every sink has.
func trimQueue(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM reading_queue WHERE seq <= (SELECT min(cursor) FROM reading_sink)`)
	return err
}

// Pending implements [telemetry.Queue].
func (r *Readings) Pending(ctx context.Context, sink string, max int) ([]telemetry.Reading, error) {
	s, err := r.state(sink)
	if err != nil {
		return nil, err
	}
	if s.filling {
		readings, err := r.fill(ctx, s, max)
		if err != nil || len(readings) > 0 {
			return readings, err
		}
		s.filling, s.fillLeft = false, 0
		if err := r.setSink(ctx, sink, s, nil); err != nil {
			return nil, err
		}
	}
	return r.queued(ctx, s.cursor, max)
}

// fill returns readings that were there before the sink.
func (r *Readings) fill(ctx context.Context, s sinkState, max int) ([]telemetry.Reading, error) {
	rows, err := r.s.read.QueryContext(ctx, `SELECT series, at, value FROM reading WHERE (series, at) > (?, ?)
		ORDER BY series, at LIMIT ?`, s.fillSeries, s.fillAt, max)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	readings := make([]telemetry.Reading, 0, max)
	for rows.Next() {
		var id, ms int64
		var v float64
		if err := rows.Scan(&id, &ms, &v); err != nil {
			return nil, err
		}
		x, err := r.named(id, ms, v)
		if err != nil {
			return nil, err
		}
		readings = append(readings, x)
	}
	return readings, rows.Err()
}

// queued returns the readings after the one numbered cursor.
func (r *Readings) queued(ctx context.Context, cursor int64, max int) ([]telemetry.Reading, error) {
	rows, err := r.s.read.QueryContext(ctx, `SELECT seq, data FROM reading_queue WHERE seq > ? ORDER BY seq`, cursor)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var readings []telemetry.Reading
	for len(readings) < max && rows.Next() {
		var seq int64
		var data sql.RawBytes
		if err := rows.Scan(&seq, &data); err != nil {
			return nil, err
		}
		var part []telemetry.Reading
		err := readQueued(data, func(id, ms int64, v float64) error {
			x, err := r.named(id, ms, v)
			part = append(part, x)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("queued readings %d: %w", seq, err)
		}
		first := seq - int64(len(part)) // the cursor may stand inside
		if done := cursor - first; done > 0 {
			part = part[min(done, int64(len(part))):]
		}
		readings = append(readings, part[:min(len(part), max-len(readings))]...)
	}
	return readings, rows.Err()
}

func (r *Readings) named(id, ms int64, v float64) (telemetry.Reading, error) {
	r.mu.RLock()
	k, ok := r.names[id]
	r.mu.RUnlock()
	if !ok {
		return telemetry.Reading{}, fmt.Errorf("there is no series %d", id)
	}
	return k.reading(ms, v), nil
}

// Advance implements [telemetry.Queue].
func (r *Readings) Advance(ctx context.Context, sink string, n int, refused []telemetry.Refusal) error {
	s, err := r.state(sink)
	if err != nil {
		return err
	}
	if s.filling {
		// A reading that came in among them since leaves the last one to be sent
		// again, which changes nothing.
		err := r.s.read.QueryRowContext(ctx, `SELECT series, at FROM reading WHERE (series, at) > (?, ?)
			ORDER BY series, at LIMIT 1 OFFSET ?`, s.fillSeries, s.fillAt, n-1).Scan(&s.fillSeries, &s.fillAt)
		if err != nil {
			return err
		}
		s.fillLeft = max(s.fillLeft-int64(n), 0)
	} else {
		s.cursor += int64(n)
	}
	return r.setSink(ctx, sink, s, refused)
}

// setSink records where a sink stands and what it refused.
func (r *Readings) setSink(ctx context.Context, name string, s sinkState, refused []telemetry.Refusal) error {
	r.writing.Lock()
	defer r.writing.Unlock()
	err := r.s.tx(ctx, func(tx *sql.Tx) error {
		for _, x := range refused {
			res, err := tx.ExecContext(ctx, `INSERT INTO reading_rejected (sink, series, at, value, reason, rejected_at)
				VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, name, r.series[keyOf(x.Reading)], toMS(x.At), x.Value, x.Reason, toMS(time.Now()))
			if err != nil {
				return err
			}
			fresh, err := res.RowsAffected()
			if err != nil {
				return err
			}
			s.rejected += fresh
		}
		if err := saveSink(ctx, tx, name, s); err != nil {
			return err
		}
		return trimQueue(ctx, tx)
	})
	if err != nil {
		return err
	}
	r.mu.Lock()
	r.sinks[name] = s
	r.mu.Unlock()
	return nil
}

// Backlog implements [telemetry.Queue].
func (r *Readings) Backlog(sink string) (lag, rejected int64) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	s, ok := r.sinks[sink]
	if !ok {
		return 0, 0
	}
	// A sink may be done with readings a moment before they are counted.
	return max(r.numbered-s.cursor, 0) + s.fillLeft, s.rejected
}

// queueWriter encodes the readings of one row of reading_queue: for each a uvarint of
// the series, a varint of the milliseconds since the one before, and the value
// as 8 bytes, least significant first.
type queueWriter struct {
	data []byte
	last int64
}

func (w *queueWriter) add(series, ms int64, value float64) {
	w.data = binary.AppendUvarint(w.data, uint64(series))
	w.data = binary.AppendVarint(w.data, ms-w.last)
	w.data = binary.LittleEndian.AppendUint64(w.data, math.Float64bits(value))
	w.last = ms
}

var errQueueData = errors.New("the data is damaged")

func readQueued(data []byte, each func(series, ms int64, value float64) error) error {
	var ms int64
	for len(data) > 0 {
		series, n := binary.Uvarint(data)
		if n <= 0 || series > math.MaxInt64 {
			return errQueueData
		}
		data = data[n:]
		delta, n := binary.Varint(data)
		if n <= 0 || len(data) < n+8 {
			return errQueueData
		}
		ms += delta
		value := math.Float64frombits(binary.LittleEndian.Uint64(data[n:]))
		data = data[n+8:]
		if err := each(int64(series), ms, value); err != nil {
			return err
		}
	}
	return nil
}
