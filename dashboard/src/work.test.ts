import { expect, test } from 'vitest';
import { isStep, shareOf, type Kind, type Step } from './work';

const ways: [Kind, Step[]][] = [['file', ['sending', 'receiving', 'waiting', 'measuring', 'fitting']], ['text', ['waiting', 'speaking', 'measuring', 'fitting']]];

test.each(ways)('the share of a %s grows from step to step and never says that all is done', (kind, steps) => {
  let last = -1;
  for (const step of steps) {
    for (const elapsed of [0, 500, 2000, 60_000]) {
      const share = shareOf(kind, step, { elapsed });
      expect(share).toBeGreaterThanOrEqual(last);
      last = share;
    }
  }
  expect(last).toBeLessThan(1);
});

test('a file that is sent shows how much of it is', () => {
  expect(shareOf('file', 'sending', { sent: 0.5 })).toBeCloseTo(0.35);
  expect(shareOf('file', 'sending', { sent: 1 })).toBeCloseTo(0.7);
});

test('a step that a newer hub may tell is passed over', () => {
  expect(isStep('text', 'fitting')).toBe(true);
  expect(isStep('text', 'polishing')).toBe(false);
});
