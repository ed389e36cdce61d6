import { expect, test } from 'vitest';
import { merge } from './model';
import type { Cluster, Message, Occurrence, Programme, Snapshot } from './types';

const NOW = '2026-08-16T10:00:00Z';
const cluster = (id: string, online = true): Cluster => ({
  id, name: id, village: 'v', position: { lat: 0, lon: 0 }, volume: 80, online, plan_current: true, set_volume: 80, clock_offset_ms: 0,
});
const occurrence = (id: string, start: string): Occurrence => ({ id, announcement: 'a', title: '', level: 'normal', start, duration_ms: 60_000, deliveries: [] });
const snapshot = (seq: number, more: Partial<Snapshot> = {}): Snapshot => ({
  epoch: 'e', seq, now: NOW, commune: { id: 'c', name: 'C', time_zone: 'UTC' }, villages: [], clusters: [cluster('loa-01'), cluster('loa-02')], cameras: [],
  announcements: [], programmes: [], on_air: [], next: [], hub: { version: '', started_at: NOW, broker: true, influx: { configured: false, lag_points: 0, rejected_points: 0 }, approval: 'one-person' }, ...more,
});
const message = (m: Partial<Message>): Message => ({ now: NOW, ...m });

test('a change replaces one part and leaves the others as they are', () => {
  const before = merge(null, message({ snapshot: snapshot(5) }))!;
  const after = merge(before, message({ changes: [{ seq: 6, cluster: cluster('loa-02', false) }] }))!;
  expect(after.seq).toBe(6);
  expect(after.clusters.map((c) => c.online)).toEqual([true, false]);
  expect(after.clusters[0]).toBe(before.clusters[0]);
  expect(before.clusters[1]!.online).toBe(true);
});

test('a programme that is handed in, and its decision, are in the model at once', () => {
  const programme = (state: Programme['state']): Programme => ({
    id: 'ct-1', title: 'Bản tin sáng', state, created_by: 'a', created_at: NOW, clusters: [], items: [], target: { all: true }, when: { kind: 'daily', time: '05:30' },
  });
  const before = merge(null, message({ snapshot: snapshot(5) }))!;
  const waits = merge(before, message({ changes: [{ seq: 6, programme: programme('submitted') }] }))!;
  expect(waits.programmes.map((p) => p.state)).toEqual(['submitted']);
  const after = merge(waits, message({ changes: [{ seq: 7, programme: programme('scheduled') }] }))!;
  expect(after.programmes.map((p) => p.state)).toEqual(['scheduled']);
});

test('a change that is already known changes nothing', () => {
  const held = merge(null, message({ snapshot: snapshot(5) }))!;
  expect(merge(held, message({ changes: [{ seq: 5, cluster: cluster('loa-01', false) }] }))).toBe(held);
});

test('numbers may be left out: the hub sends each part once in its newest form', () => {
  const held = merge(null, message({ snapshot: snapshot(5) }))!;
  const after = merge(held, message({ changes: [{ seq: 9, cluster: cluster('loa-03') }, { seq: 12, next: [] }] }))!;
  expect(after.seq).toBe(12);
  expect(after.clusters).toHaveLength(3);
});

test('a snapshot takes the place of everything, of another epoch and with a smaller number too', () => {
  const held = merge(null, message({ snapshot: snapshot(500) }))!;
  const after = merge(held, message({ snapshot: snapshot(1, { epoch: 'f', clusters: [] }) }))!;
  expect(after).toMatchObject({ epoch: 'f', seq: 1, clusters: [] });
});

test('changes without anything to lay them on ask for a snapshot', () => {
  expect(merge(null, message({ changes: [{ seq: 1, next: [] }] }))).toBeNull();
  expect(merge(null, message({}))).toBeNull();
});

test('an inventory takes the place of all three lists', () => {
  const held = merge(null, message({ snapshot: snapshot(5) }))!;
  const after = merge(held, message({ changes: [{ seq: 6, inventory: { villages: [], clusters: [cluster('loa-09')], cameras: [] } }] }))!;
  expect(after.clusters.map((c) => c.id)).toEqual(['loa-09']);
});

test('what ended more than ten minutes ago is no longer on air', () => {
  const held = merge(null, message({ snapshot: snapshot(5, { on_air: [occurrence('old', '2026-08-16T09:48:59Z'), occurrence('new', '2026-08-16T09:49:01Z')] }) }))!;
  expect(held.on_air.map((o) => o.id)).toEqual(['new']);
});
