import { expect, test } from 'vitest';
import type { Finding, Rival } from './api/types';
import { orderAt, placeAmong, rivalsOf } from './rank';

const rival = (announcement: string, order: number): Rival => ({ announcement, title: announcement, order });
const finding = (r?: Rival): Finding => ({ code: 'priority_collision', severity: 'stop', clusters: [], message: { vi: '', en: '' }, ...(r ? { rival: r } : {}) });

test('what meets several times is one rival, and rivals stand as they sound', () => {
  expect(rivalsOf([finding(rival('b', 5)), finding(), finding(rival('a', 0)), finding(rival('b', 5))]).map((r) => r.announcement)).toEqual(['a', 'b']);
});

test('a programme is a rival as an announcement is', () => {
  const programme = (id: string): Rival => ({ programme: id, title: id, order: 0 });
  expect(rivalsOf([finding(programme('p')), finding(rival('a', 5)), finding(programme('q')), finding(programme('p'))]).map((r) => r.title)).toEqual(['p', 'q', 'a']);
});

test('equals have no place until somebody says', () => {
  expect(placeAmong([rival('a', 0)], 0)).toBe(null);
  expect(placeAmong([rival('a', 0)], 10)).toBe(1);
  expect(placeAmong([rival('a', 0)], -10)).toBe(0);
});

test('the order of each place puts it there', () => {
  const list = [rival('a', 0), rival('b', 10)];
  for (const place of [0, 1, 2]) expect(placeAmong(list, orderAt(list, place)!)).toBe(place);
});

test('between two that are next to each other, or beyond the ends, nothing fits', () => {
  expect(orderAt([rival('a', 3), rival('b', 4)], 1)).toBe(null);
  expect(orderAt([rival('a', 3), rival('b', 3)], 1)).toBe(null);
  expect(orderAt([rival('a', -1000)], 0)).toBe(null);
  expect(orderAt([rival('a', 1000)], 1)).toBe(null);
});
