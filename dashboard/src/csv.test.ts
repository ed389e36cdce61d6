import { expect, test } from 'vitest';
import { csv } from './csv';

test('accents, commas, quotes and line ends survive a spreadsheet', () => {
  expect(csv([['Họp "thôn", tối', 2.5, undefined], ['hai\ndòng', -18, '']])).toBe('\ufeff"Họp ""thôn"", tối",2.5,\r\n"hai\ndòng",-18,\r\n');
});

test('a title is never a formula', () => {
  expect(csv([['=HYPERLINK("http://x")', '+84', '@a', '-1']])).toBe(`\ufeff"'=HYPERLINK(""http://x"")",'+84,'@a,'-1\r\n`);
});
