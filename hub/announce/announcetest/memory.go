// Package announcetest holds what tests of announcements share: a store in
// memory, and the suite of checks that every announce.Store passes.
package announcetest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
)

// Memory is an announce.Store in memory. It outlives the services that use it,
// like a database does.
type Memory struct {
	mu            sync.Mutex
	announcements map[key]announce.Announcement
	programmes    map[programmeKey]announce.Programme
	orders        map[devices.CommuneID][]announce.Order
	journal       map[devices.CommuneID][]journal.Entry
	rules         map[devices.CommuneID]announce.Rules
	fail          error
}

type key struct {
	commune devices.CommuneID
	id      announce.ID
}

var _ announce.Store = (*Memory)(nil)

// NewMemory returns an empty store.
func NewMemory() *Memory {
	return &Memory{announcements: map[key]announce.Announcement{}, programmes: map[programmeKey]announce.Programme{},
		orders: map[devices.CommuneID][]announce.Order{}, journal: map[devices.CommuneID][]journal.Entry{},
		rules: map[devices.CommuneID]announce.Rules{}}
}

// Fail makes every write fail with err from now on; nil heals it.
func (m *Memory) Fail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fail = err
}

// SaveAnnouncement implements [announce.Archive].
func (m *Memory) SaveAnnouncement(_ context.Context, commune devices.CommuneID, a announce.Announcement, orders []announce.Order) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return m.fail
	}
	for _, o := range orders {
		if slices.ContainsFunc(m.orders[commune], func(have announce.Order) bool { return have.ID == o.ID }) {
			return errors.New("an order with this id is there already")
		}
	}
	m.announcements[key{commune, a.ID}] = a
	m.orders[commune] = append(m.orders[commune], orders...)
	return nil
}

// SaveAnnouncements implements [announce.Archive].
func (m *Memory) SaveAnnouncements(_ context.Context, commune devices.CommuneID, all []announce.Announcement) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return m.fail
	}
	for _, a := range all {
		m.announcements[key{commune, a.ID}] = a
	}
	return nil
}

// Announcement implements [announce.Archive].
func (m *Memory) Announcement(_ context.Context, commune devices.CommuneID, id announce.ID) (announce.Announcement, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a, ok := m.announcements[key{commune, id}]
	if !ok {
		return a, fmt.Errorf("announcement %q: %w", string(id), announce.ErrUnknown)
	}
	return a, nil
}

// Announcements implements [announce.Archive].
func (m *Memory) Announcements(_ context.Context, commune devices.CommuneID, q announce.AnnouncementQuery) ([]announce.Announcement, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := []announce.Announcement{}
	for k, a := range m.announcements {
		if k.commune == commune && (len(q.States) == 0 || slices.Contains(q.States, a.State)) {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b announce.Announcement) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.ID, a.ID))
	})
	return cut(out, q.Limit), nil
}

func cut[T any](s []T, limit int) []T {
	if limit > 0 && len(s) > limit {
		return s[:limit]
	}
	return s
}

// AddOrders implements [announce.Outbox].
func (m *Memory) AddOrders(_ context.Context, commune devices.CommuneID, orders []announce.Order) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return m.fail
	}
	m.orders[commune] = append(m.orders[commune], orders...)
	return nil
}

// SetOutcome implements [announce.Outbox].
func (m *Memory) SetOutcome(_ context.Context, commune devices.CommuneID, o announce.Order) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return m.fail
	}
	for i, have := range m.orders[commune] {
		if have.ID == o.ID {
			have.Outcome, have.Reason, have.OutcomeAt = o.Outcome, o.Reason, o.OutcomeAt
			have.Measured = o.Measured
			m.orders[commune][i] = have
		}
	}
	return nil
}

// Orders implements [announce.Outbox].
func (m *Memory) Orders(_ context.Context, commune devices.CommuneID, q announce.OrderQuery) ([]announce.Order, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := []announce.Order{}
	for _, o := range m.orders[commune] {
		switch {
		case q.Announcement != "" && o.Announcement != q.Announcement:
		case q.Cluster != "" && o.Cluster != q.Cluster:
		case q.Own && o.Announcement != "":
		case !q.Since.IsZero() && o.IssuedAt.Before(q.Since) && (!q.OrOpen || o.Outcome != ""):
		default:
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(a, b announce.Order) int {
		return cmp.Or(a.IssuedAt.Compare(b.IssuedAt), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

// AppendJournal implements [announce.Ledger].
func (m *Memory) AppendJournal(_ context.Context, commune devices.CommuneID, entries []journal.Entry) ([]journal.Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return nil, m.fail
	}
	var added []journal.Entry
	for _, e := range entries {
		j := m.journal[commune]
		if slices.ContainsFunc(j, func(have journal.Entry) bool { return have.Cluster == e.Cluster && have.Play == e.Play }) {
			continue
		}
		var last journal.Entry
		if len(j) > 0 {
			last = j[len(j)-1]
		}
		e.Commune = commune
		e = e.Chain(last)
		m.journal[commune] = append(j, e)
		added = append(added, e)
	}
	return added, nil
}

// Journal implements [announce.Ledger].
func (m *Memory) Journal(_ context.Context, commune devices.CommuneID, q announce.JournalQuery) ([]journal.Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	type place struct {
		announcement announce.ID
		occurrence   string
		cluster      devices.DeviceID
	}
	newest := map[place]journal.Entry{}
	for _, e := range m.journal[commune] {
		newest[place{e.Announcement, e.Occurrence, e.Cluster}] = e
	}
	out := []journal.Entry{}
	for _, e := range newest {
		switch {
		case !q.Since.IsZero() && e.PlannedAt.Before(q.Since),
			!q.Until.IsZero() && !e.PlannedAt.Before(q.Until),
			q.Announcement != "" && e.Announcement != q.Announcement,
			q.Occurrence != "" && e.Occurrence != q.Occurrence,
			q.Cluster != "" && e.Cluster != q.Cluster:
		default:
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(a, b journal.Entry) int {
		return cmp.Or(b.PlannedAt.Compare(a.PlannedAt), cmp.Compare(b.Seq, a.Seq))
	})
	return cut(out, q.Limit), nil
}

// JournalChain implements [announce.Ledger].
func (m *Memory) JournalChain(_ context.Context, commune devices.CommuneID, after int64, limit int) ([]journal.Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := []journal.Entry{}
	for _, e := range m.journal[commune] {
		if e.Seq > after {
			out = append(out, e)
		}
	}
	return cut(out, limit), nil
}

// JournalHead implements [announce.Ledger].
func (m *Memory) JournalHead(_ context.Context, commune devices.CommuneID) (journal.Head, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := m.journal[commune]
	if len(list) == 0 {
		return journal.Head{}, nil
	}
	return journal.Head{Seq: list[len(list)-1].Seq, Hash: list[len(list)-1].Hash}, nil
}

// Rules implements [announce.RuleBook].
func (m *Memory) Rules(_ context.Context, commune devices.CommuneID) (announce.Rules, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.rules[commune]
	if !ok {
		return r, fmt.Errorf("rules of %s: %w", commune, announce.ErrUnknown)
	}
	return r, nil
}

// SaveRules implements [announce.RuleBook].
func (m *Memory) SaveRules(_ context.Context, commune devices.CommuneID, r announce.Rules) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return m.fail
	}
	m.rules[commune] = r
	return nil
}
