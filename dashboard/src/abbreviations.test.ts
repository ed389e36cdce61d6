import { expect, test } from 'vitest';
import { fromLines, toLines } from './abbreviations';

test('lines and back', () => {
  const map = { NVH: 'nhà văn hóa', 'TT-BTTTT': 'thông tư' };
  expect(fromLines(toLines(map))).toEqual({ map, bad: '' });
  expect(fromLines('\n NVH=nhà văn hóa \n')).toEqual({ map: { NVH: 'nhà văn hóa' }, bad: '' });
});

test('a line without a reading is told', () => {
  expect(fromLines('NVH = nhà văn hóa\nUBND').bad).toBe('UBND');
  expect(fromLines('= x').bad).toBe('= x');
});
