import { expect, test } from 'vitest';
import { byName, matches } from './search';

test('a search needs no accents, no capitals and no order', () => {
  expect(matches('na chuong', 'Cụm loa 6', 'Nà Chuông')).toBe(true);
  expect(matches('CHUÔNG loa', 'Cụm loa 6', 'Nà Chuông')).toBe(true);
  expect(matches('dap', 'Đập tràn')).toBe(true);
  expect(matches('na nghiu', 'Nà Chuông')).toBe(false);
  expect(matches('  ', 'bất kỳ')).toBe(true);
});

test('accents that come apart are still found', () => {
  expect(matches('Nà Chuông'.normalize('NFD'), 'Nà Chuông'.normalize('NFC'))).toBe(true);
});

test('names are ordered as people count', () => {
  const names = ['Cụm loa 10', 'Cụm loa 2', 'Đập', 'Cầu'].map((name) => ({ name }));
  expect(names.sort(byName).map((x) => x.name)).toEqual(['Cầu', 'Cụm loa 2', 'Cụm loa 10', 'Đập']);
});
