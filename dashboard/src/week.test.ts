import { describe, expect, test } from 'vitest';
import type { CalendarEntry } from './api/types';
import { daysOf, dropped, hoursOf, monday, placed, standing } from './week';

const ZONE = 'Asia/Ho_Chi_Minh';
const entry = (more: Partial<CalendarEntry>): CalendarEntry => ({ id: 'a', title: 'T', level: 'normal', start: '2026-11-22T22:30:00Z', duration_ms: 60_000, clusters: 10, ready: 10, of: 10, ...more });

test('a week begins on Monday, on Sunday too', () => {
  expect(monday('2026-11-22')).toBe('2026-11-16');
  expect(monday('2026-11-23')).toBe('2026-11-23');
  expect(daysOf('2026-12-28').at(-1)).toBe('2027-01-03');
});

test('entries stand on the commune’s days, soonest first', () => {
  const list = placed([entry({}), entry({ id: 'b', start: '2026-11-22T10:00:00Z' })], ZONE);
  expect(list.map((e) => [e.id, e.date, e.time, e.hour])).toEqual([['b', '2026-11-22', '17:00', 17], ['a', '2026-11-23', '05:30', 5]]);
  expect(hoursOf(placed([entry({ start: '2026-11-22T16:10:00Z' })], ZONE)).at(-1)).toBe(23);
  expect(hoursOf([])[0]).toBe(5);
});

test('what is dropped keeps its minutes', () => {
  expect(new Date(dropped(placed([entry({})], ZONE)[0]!, '2026-11-25', 17, ZONE)).toISOString()).toBe('2026-11-25T10:30:00.000Z');
});

describe('how it stands', () => {
  const before = Date.parse('2026-11-22T00:00:00Z');
  const after = Date.parse('2026-11-23T00:00:00Z');
  test.each<[string, Partial<CalendarEntry>, number, string, string]>([
    ['held by all', {}, before, 'good', 'cal.ready'],
    ['its only cluster was removed', { clusters: 0, of: 0, ready: 0 }, before, 'bad', 'cal.noCluster'],
    ['its only cluster was removed before', { clusters: 0, of: 0, ready: 0 }, after, 'bad', 'cal.hadNoCluster'],
    ['held by some', { ready: 8 }, before, 'wait', 'cal.ready'],
    ['not approved', { waiting: true }, before, 'wait', 'cal.waiting'],
    ['sounding', {}, Date.parse('2026-11-22T22:30:30Z'), 'live', 'cal.playing'],
    ['waits for what sounds before it', { begins: '2026-11-22T22:40:00Z' }, Date.parse('2026-11-22T22:35:00Z'), 'good', 'cal.ready'],
    ['played', { results: { played: 10 } }, after, 'good', 'cal.played'],
    ['played in part', { results: { played: 9, missed: 1 } }, after, 'warn', 'cal.played'],
    ['missed', { results: { missed: 10 } }, after, 'bad', 'cal.played'],
    ['stopped by a person', { results: { stopped: 10 } }, after, 'off', 'cal.stopped'],
    ['stopped before it was over everywhere', { results: { played: 4, stopped: 6 } }, after, 'off', 'cal.playedPart'],
    ['withdrawn before it sounded', { of: 0, results: { withdrawn: 10 } }, after, 'off', 'cal.withdrawn'],
    ['withdrawn on some', { of: 8, results: { played: 8, withdrawn: 2 } }, after, 'good', 'cal.played'],
    ['stopped where it sounded', { results: { stopped: 8, missed: 2 } }, after, 'warn', 'cal.playedPart'],
    ['not heard of yet', {}, after, 'wait', 'cal.noWord'],
    ['never heard of', { results: { unreported: 10 } }, after, 'wait', 'cal.noWord'],
    ['heard of in part', { results: { played: 6, unreported: 4 } }, after, 'warn', 'cal.played'],
  ])('%s', (_, more, now, tone, key) => expect(standing(entry(more), now, new Set(['b']))).toMatchObject({ tone, key }));

  test('what sounds for longer than it should is on air, whatever the journal holds', () => {
    const on = { tone: 'live', key: 'cal.playing' };
    expect(standing(entry({ results: { missed: 4 } }), after, new Set(['a']))).toMatchObject(on);
    const pieces = [{ id: 'b', announcement: 'x', title: 'X', level: 'normal' as const, start: '2026-11-22T22:30:00Z', duration_ms: 1, clusters: 10 }];
    expect(standing(entry({ results: { missed: 4 }, pieces }), after, new Set(['b']))).toMatchObject(on);
  });
});
