import { beforeEach, expect, test, vi } from 'vitest';
import { blankProgramme, line } from '../../programme';
import { forget, keep, kept } from './unsaved';

beforeEach(() => {
  const store = new Map<string, string>();
  vi.stubGlobal('sessionStorage', {
    getItem: (k: string) => store.get(k) ?? null, setItem: (k: string, v: string) => void store.set(k, v), removeItem: (k: string) => void store.delete(k),
  });
});

const saved = () => ({ ...blankProgramme(), title: 'Bản tin sáng', lines: [line({ announcement: 'tb-1' })] });

test('unsaved changes come back, each person’s and each programme’s own', () => {
  const form = { ...saved(), title: 'Bản tin chiều', lines: [line({ announcement: 'tb-1' }), line({ fill: 3 })] };
  keep('phatthanh', 'ct-1', saved(), form);
  const back = kept('phatthanh', 'ct-1', saved());
  expect(back?.title).toBe('Bản tin chiều');
  expect(back?.lines.map((l) => l.fill)).toEqual([0, 3]);
  expect(new Set([...form.lines, ...back!.lines].map((l) => l.key)).size, 'lines keep apart').toBe(4);
  expect(kept('lanhdao', 'ct-1', saved())).toBeNull();
  expect(kept('phatthanh', 'ct-2', saved())).toBeNull();
});

test('what the hub was given meanwhile beats them', () => {
  keep('phatthanh', 'ct-1', saved(), { ...saved(), title: 'Bản tin chiều' });
  expect(kept('phatthanh', 'ct-1', { ...saved(), title: 'Bản tin trưa' })).toBeNull();
});

test('a form put back as it was, or saved, leaves nothing behind', () => {
  const change = { ...saved(), title: 'Bản tin chiều' };
  keep('phatthanh', 'ct-1', saved(), change);
  keep('phatthanh', 'ct-1', saved(), saved());
  expect(kept('phatthanh', 'ct-1', saved())).toBeNull();
  keep('phatthanh', 'ct-1', saved(), change);
  forget('phatthanh', 'ct-1');
  expect(kept('phatthanh', 'ct-1', saved())).toBeNull();
});

test('a store that is forbidden costs nothing else', () => {
  vi.stubGlobal('sessionStorage', undefined);
  keep('phatthanh', 'ct-1', saved(), { ...saved(), title: 'x' });
  expect(kept('phatthanh', 'ct-1', saved())).toBeNull();
});
