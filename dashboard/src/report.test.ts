import { expect, test } from 'vitest';
import { monthAfter, onAir } from './report';

test.each([['2026-12', 1, '2027-01'], ['2027-01', -1, '2026-12'], ['2026-11', 0, '2026-11']] as const)('%s and %i', (m, n, want) => expect(monthAfter(m, n)).toBe(want));

test('the minutes of the parts add up to those of the whole', () => {
  expect([20, 20, 20, 60].map((s) => onAir(s))).toEqual(['0:20', '0:20', '0:20', '1:00']);
  expect(onAir(4_440_305, (n) => n.toLocaleString('vi'))).toBe('74.005:05');
});
