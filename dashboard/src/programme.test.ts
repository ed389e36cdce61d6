import { expect, test } from 'vitest';
import { blankProgramme, fillLine, line, moved, programmeDraft, programmeForm, programmeLack, type ProgrammeForm } from './programme';

const ZONE = 'Asia/Ho_Chi_Minh';
const now = Date.parse('2026-11-21T21:30:00Z');
const form = (more: Partial<ProgrammeForm>): ProgrammeForm => ({ ...blankProgramme(), title: 'Bản tin sáng', lines: [line({ announcement: 'tb-1' }), fillLine()], ...more });

test('a programme says what it plays, in order, between its chimes', () => {
  const d = programmeDraft(form({ lines: [line({ announcement: 'tb-1', repeat: 2, gap: 30 }), fillLine()], closing: false }), now, ZONE);
  expect(d).toEqual({
    title: 'Bản tin sáng', target: { all: true }, when: { kind: 'daily', time: '05:30' }, opening: 'opening',
    items: [{ announcement: 'tb-1', repeat: 2, gap_s: 30 }, { fill: { max: 3 } }],
  });
  expect(programmeDraft(programmeForm(d, ZONE), now, ZONE)).toEqual(d);
});

test.each<[string, Partial<ProgrammeForm>, string | null]>([
  ['nothing', {}, null], ['a title', { title: ' ' }, 'prog.needTitle'], ['items', { lines: [] }, 'prog.needItems'], ['a place', { where: 'villages' }, 'cast.noneChosen'],
  ['a pause in reach', { lines: [line({ announcement: 'a', gap: 0 })] }, 'lib.gapBad'], ['a time to come', { rhythm: 'once', date: '2026-11-21', time: '05:00' }, 'cast.past'], ['a day', { rhythm: 'once' }, 'cast.pickTime'],
])('what is missing: %s', (_, more, want) => expect(programmeLack(form(more), now, ZONE)).toBe(want));

test('a line moves up and down, never out of the list', () => {
  expect(moved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a']);
  expect(moved(['a', 'b', 'c'], 2, 1)).toEqual(['a', 'c', 'b']);
  expect(moved(['a'], 0, -1)).toEqual(['a']);
  expect(moved(['a'], 0, 1)).toEqual(['a']);
});
