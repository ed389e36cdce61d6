import { expect, test } from 'vitest';
import { monthAfter, onAir, reasonsOn, percent } from './report';

test.each([['2026-12', 1, '2027-01'], ['2027-01', -1, '2026-12'], ['2026-11', 0, '2026-11']] as const)('%s and %i', (m, n, want) => expect(monthAfter(m, n)).toBe(want));

test('the minutes of the parts add up to those of the whole', () => {
  expect([20, 20, 20, 60].map((s) => onAir(s))).toEqual(['0:20', '0:20', '0:20', '1:00']);
  expect(onAir(4_440_305, (n) => n.toLocaleString('vi'))).toBe('74.005:05');
});

test('a village is told of the reasons of its own clusters alone', () => {
  const failure = (vi: string, ...clusters: string[]) => ({ result: 'missed' as const, reason: '', plays: 1, words: { vi, en: vi }, clusters });
  const r = { failures: [failure('mất điện', 'loa-01', 'loa-02'), failure('mất kết nối', 'loa-02')] };
  expect(reasonsOn(r, [{ id: 'loa-02' }]).map((w) => w.vi)).toEqual(['mất điện', 'mất kết nối']);
  expect(reasonsOn(r, [{ id: 'loa-03' }])).toEqual([]);
});

test('a share is never rounded up to all', () => {
  expect([percent(1), percent(0.9999), percent(0.918), percent(0.29), percent(0)]).toEqual([100, 99.9, 91.8, 29, 0]);
});
