import { describe, expect, test } from 'vitest';
import { blankRecur, feastsOf, recurLack, recurWhen, whenRecur, type Recur } from './recur';

const ZONE = 'Asia/Ho_Chi_Minh';
const now = Date.parse('2026-11-21T21:30:00Z'); // 22 November, 4:30 in the commune
const recur = (more: Partial<Recur>): Recur => ({ ...blankRecur(), ...more });

describe('a schedule', () => {
  test('is plain where plain words do', () => {
    expect(recurWhen(recur({}), now, ZONE)).toEqual({ kind: 'daily', time: '05:30' });
    expect(recurWhen(recur({ rhythm: 'weekly', days: [5, 1], until: '2026-12-31' }), now, ZONE)).toEqual({ kind: 'weekly', time: '05:30', days: [1, 5], until: '2026-12-31' });
  });
  test('daily but for the full moon and the first', () => {
    expect(recurWhen(recur({ off: ['full', 'first'] }), now, ZONE)).toEqual({
      kind: 'rule', start: '2026-11-22T05:30', rrule: 'FREQ=DAILY', lunar: { except: [{ day: 15 }, { day: 1 }] },
    });
  });
  test('its end is the end of the commune’s day', () => {
    expect(recurWhen(recur({ except: ['2026-12-24'], until: '2026-12-31' }), now, ZONE)).toMatchObject({ rrule: 'FREQ=DAILY;UNTIL=20261231T165900Z', except: ['2026-12-24'] });
  });
  test('a campaign has its slots in order', () => {
    expect(recurWhen(recur({ rhythm: 'campaign', days: [1, 2, 3, 4, 5], timesPerWeek: 4, slots: ['17:00', '05:30'], from: '2026-12-01' }), now, ZONE)).toEqual({
      kind: 'rule', start: '2026-12-01T17:00', rrule: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', spread: { times_per_week: 4, slots: ['05:30', '17:00'] },
    });
  });
});

test.each<[string, Partial<Recur>]>([
  ['daily', {}], ['weekly', { rhythm: 'weekly', days: [2, 6] }], ['without Tết', { off: ['tet'], from: '2026-11-30' }],
  ['monthly', { rhythm: 'monthly', monthDays: [1, -1], from: '2026-12-01', until: '2027-02-01' }], ['lunar', { rhythm: 'lunar', on: ['first', 'full'], from: '2026-12-01' }],
  ['campaign', { rhythm: 'campaign', days: [1, 3, 5], from: '2026-12-01' }], ['exceptions', { except: ['2026-12-24', '2026-12-25'], from: '2026-12-01' }],
])('what the form made, the form reads again: %s', (_, more) => {
  const r = recur(more);
  const back = whenRecur(recurWhen(r, now, ZONE), ZONE)!;
  expect(recurWhen(back, now, ZONE)).toEqual(recurWhen(r, now, ZONE));
  expect(back.rhythm).toBe(r.rhythm);
});

test('what the form cannot say it leaves alone', () => {
  expect(whenRecur({ kind: 'rule', start: '2026-12-01T05:30', rrule: 'FREQ=MONTHLY;BYDAY=2SU' }, ZONE)).toBeNull();
  expect(whenRecur({ kind: 'rule', start: '2026-12-01T05:30', rrule: 'FREQ=DAILY;INTERVAL=2' }, ZONE)).toBeNull();
  expect(whenRecur({ kind: 'rule', start: '2026-12-01T05:30', rrule: 'FREQ=DAILY', moved: [{ from: 'a', to: 'b' }] }, ZONE)).toBeNull();
  expect(whenRecur({ kind: 'now' }, ZONE)).toBeNull();
  expect(feastsOf([{ day: 15 }, { day: 7 }])).toBeNull();
});

test('what is missing', () => {
  expect(recurLack(recur({}), now, ZONE)).toBeNull();
  expect(recurLack(recur({ time: '' }), now, ZONE)).toBe('cast.pickTime');
  expect(recurLack(recur({ rhythm: 'lunar', on: [] }), now, ZONE)).toBe('recur.pickLunar');
  expect(recurLack(recur({ until: '2026-11-21' }), now, ZONE)).toBe('cast.untilBefore');
});
