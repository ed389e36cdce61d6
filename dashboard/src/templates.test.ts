import { expect, test } from 'vitest';
import { blanks, fillBlanks, missingBlanks } from './templates';

const text = 'Họp thôn {tên thôn} lúc {giờ}, {ngày}. Đúng {giờ} bắt đầu.';

test('the blanks of a template in their order, each once', () => {
  expect(blanks(text)).toEqual(['tên thôn', 'giờ', 'ngày']);
  expect(blanks('Không có chỗ trống {} {\n}')).toEqual([]);
});

test('what is filled in stands everywhere, what is not stays to be seen', () => {
  const some = { 'tên thôn': ' Nà Chuông ', giờ: '19h30', ngày: '  ' };
  expect(fillBlanks(text, some)).toBe('Họp thôn Nà Chuông lúc 19h30, {ngày}. Đúng 19h30 bắt đầu.');
  expect(missingBlanks(text, some)).toEqual(['ngày']);
});

test('a value with braces or dollars is taken as it is', () => {
  expect(fillBlanks('{a}', { a: '$& {b}' })).toBe('$& {b}');
});
