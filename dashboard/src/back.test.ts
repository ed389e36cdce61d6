import { expect, test } from 'vitest';
import { wayBack } from './back';

const HUB = 'http://loa.lucbinh.vn';

test.each([
  ['?return=%2Freport%3Fmonth%3D2026-11', '/report?month=2026-11'],
  ['?return=/api/report.pdf', '/api/report.pdf'],
  ['', null],
  ['?return=', null],
  ['?return=/', null],
  ['?return=//', null],
  ['?return=//evil.example/x', null],
  ['?return=/\\evil.example/x', null],
  ['?return=https://evil.example', null],
  ['?return=javascript:alert(1)', null],
] as const)('%s leads to %s', (search, to) => expect(wayBack(search, HUB)).toBe(to));
