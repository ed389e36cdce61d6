package sqlitestore

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce"
)

// standing is the body of a row: what stood somewhere, by name.
type standing struct {
	Villages []named `json:"villages"`
	Clusters []named `json:"clusters"`
}

type named struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Village string `json:"village,omitempty"` // of a cluster
}

// noteStanding notes what stands from now on, when it has other names or places
// than before.
func noteStanding(ctx context.Context, tx *sql.Tx, inv devices.Inventory, now time.Time) error {
	var s standing
	for _, v := range inv.Villages {
		s.Villages = append(s.Villages, named{ID: string(v.ID), Name: v.Name})
	}
	for _, c := range inv.Clusters {
		s.Clusters = append(s.Clusters, named{string(c.ID), c.Name, string(c.Village)})
	}
	body, err := json.Marshal(s)
	if err != nil {
		return err
	}
	var last string
	err = tx.QueryRowContext(ctx, `SELECT body FROM standing WHERE commune = ? ORDER BY rowid DESC LIMIT 1`, inv.Commune.ID).Scan(&last)
	if err != nil && !errors.Is(err, sql.ErrNoRows) || last == string(body) {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO standing (commune, at, body) VALUES (?, ?, ?) ON CONFLICT (commune, at) DO UPDATE SET body = excluded.body`,
		inv.Commune.ID, toMS(now), string(body))
	return err
}

// noted is a standing and since when it held.
type noted struct {
	since time.Time
	standing
}

// notes are all standings in the order in which they were noted. Where the clock of
// this machine was wrong, that order says more than the clock: nothing began later
// than what was noted after it, or than now.
func (s *Store) notes(ctx context.Context, commune devices.CommuneID, now time.Time) (out []noted, err error) {
	err = s.query(ctx, `SELECT at, body FROM standing WHERE commune = ? ORDER BY rowid`, []any{commune}, func(scan scanner) error {
		var at int64
		var body string
		if err := scan(&at, &body); err != nil {
			return err
		}
		n := noted{since: fromMS(at)}
		if len(out) > 0 && !protocol.Plausible(n.since) {
			n.since = out[len(out)-1].since
		}
		out = append(out, n)
		return json.Unmarshal([]byte(body), &out[len(out)-1].standing)
	})
	for i := range slices.Backward(out) {
		if out[i].since.After(now) {
			out[i].since = now
		}
		now = out[i].since
	}
	return out, err
}

// Standing returns what stood in a commune just before an instant, by names and
// places alone, and the clusters that had stood there before, as they were called
// last. ok is false when it is not known.
func (s *Store) Standing(ctx context.Context, commune devices.CommuneID, before, now time.Time) (inv devices.Inventory, gone []devices.Cluster, ok bool, err error) {
	notes, err := s.notes(ctx, commune, now)
	ever := map[devices.DeviceID]devices.Cluster{}
	for _, n := range notes {
		if !n.since.Before(before) {
			break
		}
		inv, ok = devices.Inventory{}, true
		for _, v := range n.Villages {
			inv.Villages = append(inv.Villages, devices.Village{ID: devices.VillageID(v.ID), Name: v.Name})
		}
		for _, c := range n.Clusters {
			cluster := devices.Cluster{ID: devices.DeviceID(c.ID), Name: c.Name, Village: devices.VillageID(c.Village)}
			inv.Clusters = append(inv.Clusters, cluster)
			ever[cluster.ID] = cluster
		}
	}
	for _, c := range inv.Clusters {
		delete(ever, c.ID)
	}
	for _, c := range ever {
		gone = append(gone, c)
	}
	slices.SortFunc(gone, func(a, b devices.Cluster) int { return cmp.Compare(a.ID, b.ID) })
	return inv, gone, ok, err
}

// Stood returns what stood in a commune since every instant at which that changed,
// oldest first; see [announce.Config].
func (s *Store) Stood(ctx context.Context, commune devices.CommuneID, now time.Time) ([]announce.Stood, error) {
	notes, err := s.notes(ctx, commune, now)
	var out []announce.Stood
	for _, n := range notes {
		then := announce.Stood{Since: n.since, Clusters: make(map[devices.DeviceID]devices.VillageID, len(n.Clusters))}
		for _, c := range n.Clusters {
			then.Clusters[devices.DeviceID(c.ID)] = devices.VillageID(c.Village)
		}
		out = append(out, then)
	}
	return out, err
}
