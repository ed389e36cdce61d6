import { expect, test } from 'vitest';
import { alarms, broadcasts, gaveWay, gist, onAirNow, tally, waits, wayOut } from './announcements';
import { sumOf } from './journal';
import type { Announcement, Delivery, Entry, Occurrence } from './api/types';

const entry = (seq: number, occurrence: string, cluster: string, result: Entry['result'], planned = '2026-08-16T10:00:00Z'): Entry => ({
  seq, commune: 'c', cluster, play: '', occurrence, announcement: 'a', planned_at: planned, ended_at: planned, result, recorded_at: planned, prev_hash: '', hash: '',
});

test('the journal is grouped by broadcast, the newest entry of a cluster holds', () => {
  const list = broadcasts([
    entry(1, 'a@1', 'loa-02', 'played'), entry(2, 'a@1', 'loa-01', 'missed'), entry(9, 'a@1', 'loa-01', 'played'), entry(3, 'a@2', 'loa-01', 'failed', '2026-08-16T11:00:00Z'),
  ]);
  expect(list.map((b) => b.occurrence)).toEqual(['a@2', 'a@1']);
  expect(list[1]!.entries.map((e) => [e.cluster, e.result])).toEqual([['loa-01', 'played'], ['loa-02', 'played']]);
});

test('what a device tells of the unknown stands for itself and counts for nothing', () => {
  const list = broadcasts([entry(1, 'a@1', 'loa-01', 'played'), { ...entry(2, 'a@1', 'loa-01', 'played'), announcement: 'x', reason: 'clock_wrong; unknown_item' },
    { ...entry(3, 'a@9', 'loa-01', 'played'), reason: 'unplanned' }, { ...entry(4, 'a@10', 'loa-01', 'failed'), reason: 'output; not_due' }]);
  expect(new Set(list.map((b) => b.key)).size).toBe(4);
  expect(list.find((b) => b.key === 'a@1')!.entries.map((e) => e.seq)).toEqual([1]);
  expect(sumOf(list)).toMatchObject({ broadcasts: 1, plays: 1, played: 1, bad: 0 });
});

test('a tally counts every cluster once', () => {
  const states = ['pending', 'received', 'playing', 'played', 'failed', 'missed', 'interrupted', 'stopped', 'unreported'] as const;
  const t = tally(states.map((state) => ({ state })));
  expect(t).toEqual({ all: 9, open: 2, playing: 1, played: 1, bad: 4, part: 0, withdrawn: 1 });
  expect(t.open + t.playing + t.played + t.bad + t.part + t.withdrawn).toBe(t.all);
});

test('long texts are cut at a word', () => {
  expect(gist('Mời bà con\n đến nhà văn hóa thôn họp', 24)).toBe('Mời bà con đến nhà văn…');
  expect(gist('Ngắn')).toBe('Ngắn');
});

test('an approver is waited for by what was handed in, and by a change of what is planned', () => {
  expect(waits({ state: 'submitted' })).toBe(true);
  expect(waits({ state: 'scheduled', proposed: { by: 'a' } })).toBe(true);
  for (const state of ['draft', 'returned', 'approved', 'scheduled', 'done', 'cancelled'] as const) expect(waits({ state })).toBe(false);
  expect(waits({ state: 'cancelled', proposed: { by: 'a' } })).toBe(false);
});

test('of two emergencies the newer has the air, and the older says so', () => {
  const at = (id: string, created_at: string, state: Announcement['state'] = 'scheduled') => ({ id, created_at, state, alert: {} }) as Announcement;
  expect(alarms([at('old', '2026-08-16T10:00:00Z'), at('over', '2026-08-16T10:02:00Z', 'done'), at('new', '2026-08-16T10:01:00Z')]).map((a) => a.id)).toEqual(['new', 'old']);
  const o = (...states: string[]) => ({ deliveries: states.map((state) => ({ cluster: state, state })) }) as Occurrence;
  expect(gaveWay(o('interrupted', 'missed'))).toBe(true);
  expect(gaveWay(o('interrupted', 'playing'))).toBe(false);
  expect(gaveWay(o('received'))).toBe(false);
  expect(gaveWay(undefined)).toBe(false);
});

test('what can be done with an announcement follows its state', () => {
  const a = (state: Announcement['state'], kind: Announcement['when']['kind']) => ({ id: 'a', state, when: { kind } }) as Announcement;
  const air: Occurrence = { id: 'a@1', announcement: 'a', title: '', level: 'normal', start: '', duration_ms: 1, deliveries: [{ cluster: 'loa-01', state: 'playing' }] };
  expect(wayOut(a('submitted', 'now'), [])).toBe('withdraw');
  expect(wayOut(a('scheduled', 'now'), [])).toBe('stop');
  expect(wayOut(a('scheduled', 'daily'), [])).toBe('unplan');
  expect(wayOut(a('scheduled', 'daily'), [air])).toBe('stop');
  const waiting = { ...air, deliveries: [{ cluster: 'loa-01', state: 'received' as const }] };
  expect(wayOut(a('scheduled', 'now'), [waiting])).toBe('drop');
  expect(wayOut(a('scheduled', 'now'), [waiting, air])).toBe('stop');
  expect(wayOut(a('done', 'now'), [])).toBe('none');
  expect(wayOut(a('returned', 'now'), [])).toBe('edit');
});

test('an emergency that gave way to a newer one is still on', () => {
  const o = (id: string, state: Delivery['state']) => ({ id: `${id}@1`, announcement: id, deliveries: [{ cluster: 'loa-01', state }] }) as Occurrence;
  const a = (id: string, more: Partial<Announcement>) => ({ id, created_at: '', ...more }) as Announcement;
  const alert = { until: '' } as NonNullable<Announcement['alert']>;
  const s = { announcements: [a('old', { alert, state: 'scheduled' }), a('over', { alert, state: 'done' }), a('cut', { state: 'scheduled' })], on_air: [o('old', 'interrupted'), o('over', 'interrupted'), o('cut', 'interrupted'), o('new', 'playing')] };
  expect([...onAirNow(s)]).toEqual(['old@1', 'new@1']);
});
