import { expect, test } from 'vitest';
import { merge } from './patch';

test.each<[unknown, unknown, unknown]>([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }], [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }], [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ when: { kind: 'daily', time: '21:30' } }, { when: { time: '20:30' } }, { when: { kind: 'daily', time: '20:30' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }], [['a'], { b: 1 }, { b: 1 }], [{}, { a: { b: { c: null } } }, { a: { b: {} } }],
])('%j with %j', (target, patch, want) => {
  const before = structuredClone(target);
  expect(merge(target, patch)).toEqual(want);
  expect(target).toEqual(before);
});
