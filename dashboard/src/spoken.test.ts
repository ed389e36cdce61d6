import { expect, test } from 'vitest';
import { pieces } from './spoken';

test('marks what is read in other words, in the order of the text', () => {
  const spoken = { spoken: 'họp lúc bảy giờ ba mươi tại ủy ban nhân dân', replacements: [{ written: '7h30', spoken: 'bảy giờ ba mươi', class: 'time' }, { written: 'UBND', spoken: 'ủy ban nhân dân', class: 'abbreviation' }] };
  expect(pieces(spoken)).toEqual([{ text: 'họp lúc ' }, { text: 'bảy giờ ba mươi', written: '7h30' }, { text: ' tại ' }, { text: 'ủy ban nhân dân', written: 'UBND' }]);
});

test('the same words twice are two marks; what is left out is passed over', () => {
  const spoken = { spoken: 'một và một', replacements: [{ written: '1', spoken: 'một', class: 'number' }, { written: '★', spoken: '', class: 'symbol' }, { written: '1', spoken: 'một', class: 'number' }] };
  expect(pieces(spoken)).toEqual([{ text: 'một', written: '1' }, { text: ' và ' }, { text: 'một', written: '1' }]);
  expect(pieces({ spoken: 'xin chào', replacements: [] })).toEqual([{ text: 'xin chào' }]);
});
