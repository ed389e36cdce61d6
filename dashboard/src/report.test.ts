import { expect, test } from 'vitest';
import { monthAfter } from './report';

test.each([['2026-12', 1, '2027-01'], ['2027-01', -1, '2026-12'], ['2026-11', 0, '2026-11']] as const)('%s and %i', (m, n, want) => expect(monthAfter(m, n)).toBe(want));
