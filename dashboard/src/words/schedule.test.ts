import { describe, expect, test } from 'vitest';
import type { When } from '../api/types';
import { nextStarts, scheduleWords } from './schedule';
import { instant } from './time';

const ZONE = 'Asia/Ho_Chi_Minh';
const now = Date.parse('2026-08-16T10:05:00Z'); // Sunday, 17:05

describe('schedules in words', () => {
  test.each<[When, string, string]>([
    [{ kind: 'now' }, 'phát ngay', 'now'],
    [{ kind: 'once', at: '2026-08-17T10:00:00Z' }, 'một lần, ngày mai 17:00', 'once, tomorrow 17:00'],
    [{ kind: 'daily', time: '17:00' }, 'hằng ngày lúc 17:00', 'every day at 17:00'],
    [{ kind: 'weekly', time: '17:00', days: [6, 5, 4, 3, 2, 1] }, 'hằng ngày trừ Chủ nhật lúc 17:00', 'every day except Sunday at 17:00'],
    [{ kind: 'weekly', time: '05:30', days: [1, 2, 3, 4, 5] }, 'thứ Hai đến thứ Sáu hằng tuần lúc 05:30', 'Monday to Friday at 05:30'],
    [{ kind: 'weekly', time: '05:30', days: [4, 2] }, 'thứ Ba và thứ Năm hằng tuần lúc 05:30', 'every Tuesday and Thursday at 05:30'],
    [{ kind: 'weekly', time: '05:30', days: [7] }, 'Chủ nhật hằng tuần lúc 05:30', 'every Sunday at 05:30'],
    [{ kind: 'weekly', time: '05:30', days: [1, 2, 3, 4, 5, 6, 7] }, 'hằng ngày lúc 05:30', 'every day at 05:30'],
    [{ kind: 'daily', time: '17:00', from: '2026-08-20', until: '2026-09-15' }, 'hằng ngày lúc 17:00, từ 20/08, đến hết 15/09', 'every day at 17:00, from 20/08, until 15/09'],
    [{ kind: 'daily', time: '17:00', from: '2026-08-01' }, 'hằng ngày lúc 17:00', 'every day at 17:00'],
  ])('%j', (when, vi, en) => {
    expect(scheduleWords(when, now, ZONE, 'vi')).toBe(vi);
    expect(scheduleWords(when, now, ZONE, 'en')).toBe(en);
  });
});

describe('the next instants', () => {
  const next = (w: When, n = 3) => nextStarts(w, now, ZONE, n, instant).map((x) => new Date(x).toISOString().slice(0, 16));

  test('a time of today that is past begins tomorrow', () => {
    expect(next({ kind: 'daily', time: '17:00' }, 2)).toEqual(['2026-08-17T10:00', '2026-08-18T10:00']);
    expect(next({ kind: 'daily', time: '17:06' }, 1)).toEqual(['2026-08-16T10:06']);
  });
  test('a week keeps to its days and its end', () => {
    expect(next({ kind: 'weekly', time: '06:00', days: [1, 3], until: '2026-08-20' })).toEqual(['2026-08-16T23:00', '2026-08-18T23:00']);
  });
  test('a beginning in the future is waited for, and no day is none', () => {
    expect(next({ kind: 'daily', time: '06:00', from: '2026-09-01' }, 1)).toEqual(['2026-08-31T23:00']);
    expect(next({ kind: 'weekly', time: '06:00', days: [] })).toEqual([]);
  });
});

test.each<[string, string, When]>([
  ['hằng ngày lúc 05:30, trừ rằm và mùng một', 'every day at 05:30, except the full moon and the first lunar day', { kind: 'rule', start: '2026-08-10T05:30', rrule: 'FREQ=DAILY', lunar: { except: [{ day: 15 }, { day: 1 }] } }],
  ['ngày rằm và Tết lúc 05:30', 'on the full moon and Tết at 05:30', { kind: 'rule', start: '2026-08-10T05:30', rrule: 'FREQ=DAILY', lunar: { only: [{ day: 15 }, { month: 12, day: -1 }, { month: 1, day: 1 }] } }],
  ['hằng tháng vào ngày 1 và ngày cuối lúc 17:00', 'monthly on 1 and the last day at 17:00', { kind: 'rule', start: '2026-08-10T17:00', rrule: 'FREQ=MONTHLY;BYMONTHDAY=1,-1' }],
  ['3 lần mỗi tuần, luân phiên lúc 05:30 và 17:00, đến hết 31/08', '3 times a week, by turns at 05:30 and 17:00, until 31/08', { kind: 'rule', start: '2026-08-10T05:30', rrule: 'FREQ=DAILY;UNTIL=20260831T165900Z', spread: { times_per_week: 3, slots: ['05:30', '17:00'] } }],
  ['thứ Hai và thứ Tư hằng tuần lúc 05:30, trừ 24/12', 'every Monday and Wednesday at 05:30, except 24/12', { kind: 'rule', start: '2026-08-10T05:30', rrule: 'FREQ=WEEKLY;BYDAY=MO,WE', except: ['2026-12-24'] }],
  ['theo quy tắc FREQ=YEARLY', 'by the rule FREQ=YEARLY', { kind: 'rule', start: '2026-08-10T05:30', rrule: 'FREQ=YEARLY' }],
  ['theo chương trình', 'with programmes', { kind: 'programme' }],
])('%s', (vi, en, w) => {
  const at = Date.parse('2026-08-16T10:00:00Z');
  expect(scheduleWords(w, at, 'Asia/Ho_Chi_Minh', 'vi')).toBe(vi);
  expect(scheduleWords(w, at, 'Asia/Ho_Chi_Minh', 'en')).toBe(en);
});
