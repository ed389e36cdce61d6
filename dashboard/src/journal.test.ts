import { expect, test } from 'vitest';
import type { Broadcast } from './announcements';
import type { Entry } from './api/types';
import { choose, ended, judged, sumOf, sumUp, toneOf } from './journal';

const entry = (cluster: string, result: Entry['result'], heard?: Entry['heard']): Entry => ({
  seq: 1, commune: 'c', cluster, play: '', occurrence: 'o', announcement: 'a', planned_at: '', ended_at: '', result, recorded_at: '', prev_hash: '', hash: '', ...(heard ? { heard } : {}),
});
const broadcast = (title: string, ...entries: Entry[]): Broadcast => ({ key: title, occurrence: title, announcement: 'a', title, plannedAt: '', entries });

const list = [
  broadcast('Bản tin sáng', entry('loa-01', 'played', 'yes'), entry('loa-02', 'missed')),
  broadcast('Tin thời tiết', entry('loa-01', 'played', 'no'), entry('loa-02', 'played', 'yes')),
  broadcast('Giá nông sản', entry('loa-02', 'played', 'unknown')),
];
const village = (cluster: string) => ({ 'loa-01': 'na-chuong', 'loa-02': 'cao-loc' })[cluster] ?? '';
const titles = (asked: Partial<Parameters<typeof choose>[1]>) => choose(list, { query: '', place: '', outcome: 'all', ...asked }, village).map((b) => b.title);

test('the journal is asked by title, place and outcome', () => {
  expect(titles({})).toHaveLength(3);
  expect(titles({ query: 'thoi tiet' })).toEqual(['Tin thời tiết']);
  expect(titles({ outcome: 'bad' })).toEqual(['Bản tin sáng']);
  expect(titles({ outcome: 'unheard' })).toEqual(['Tin thời tiết']);
  expect(titles({ place: 'village/na-chuong' })).toEqual(['Bản tin sáng', 'Tin thời tiết']);
  // What failed elsewhere is no failure of the place that is asked for.
  expect(titles({ place: 'cluster/loa-01', outcome: 'bad' })).toEqual([]);
});

test('only the clusters that are asked for are counted', () => {
  expect(sumOf(choose(list, { query: '', place: 'cluster/loa-02', outcome: 'all' }, village))).toEqual({ broadcasts: 3, plays: 3, played: 2, bad: 1, part: 0, withdrawn: 0, unheard: 0 });
  expect(sumOf(list)).toEqual({ broadcasts: 3, plays: 5, played: 4, bad: 1, part: 0, withdrawn: 0, unheard: 1 });
});

test('a broadcast that was too quiet somewhere is not shown as good', () => {
  expect(list.map((b) => toneOf(sumOf([b])))).toEqual(['warn', 'warn', 'good']);
  expect(toneOf(sumOf([broadcast('x', entry('loa-01', 'failed'))]))).toBe('bad');
  expect(toneOf(sumOf([broadcast('x', entry('loa-01', 'stopped'))]))).toBe('off');
});

test('an occurrence that all played reads as bad as what the journal measured', () => {
  const o = { id: 'o', announcement: 'a', title: 'T', level: 'normal' as const, start: '', duration_ms: 1, deliveries: ['loa-01', 'loa-02'].map((cluster) => ({ cluster, state: 'played' as const })) };
  const entries = [entry('loa-01', 'played', 'no'), entry('loa-02', 'played', 'yes')];
  expect(toneOf(sumUp(judged([o], [])[0]!.deliveries!))).toBe('good');
  expect(sumUp(judged([o], entries)[0]!.deliveries!)).toMatchObject({ played: 2, unheard: 1 });
  expect(toneOf(sumUp(judged([o], entries)[0]!.deliveries!))).toBe('warn');
});

test('what people stop counts as in the monthly report', () => {
  const stop = (cluster: string, reason: string, started = true): Entry => ({ ...entry(cluster, 'stopped'), reason, ...(started ? { started_at: '2026-11-22T05:00:00Z' } : {}) });
  const alarm = broadcast('Lũ về', stop('loa-01', 'heard_whole; emergency_exempt'), stop('loa-02', 'stopped'), stop('loa-03', 'stopped', false), entry('loa-04', 'missed'));
  expect(sumOf([alarm])).toEqual({ broadcasts: 1, plays: 3, played: 1, part: 1, withdrawn: 1, bad: 1, unheard: 0 });
  // What was cut off is no success, and no failure either.
  expect(toneOf(sumOf([broadcast('x', entry('loa-01', 'played'), stop('loa-02', 'stopped'))]))).toBe('off');
  expect(toneOf(sumOf([broadcast('x', entry('loa-01', 'played'), stop('loa-02', 'heard_whole'))]))).toBe('good');
  expect(toneOf(sumOf([broadcast('x', entry('loa-01', 'played'), stop('loa-02', 'stopped', false))]))).toBe('good');
});

test('what still sounds is in no sum yet', () => {
  const o = (state: 'playing' | 'played') => ({ id: 'Bản tin sáng', announcement: 'a', title: 'T', level: 'normal' as const, start: '', duration_ms: 1, deliveries: [{ cluster: 'loa-01', state }] });
  expect(ended(list, [o('playing')]).map((b) => b.title)).toEqual(['Tin thời tiết', 'Giá nông sản']);
  expect(ended(list, [o('played')])).toHaveLength(3);
});
