import { describe, expect, test } from 'vitest';
import { ago, day, duration, exact, instant, local, moment, parseTime, playClock, soundLength } from './time';

const ZONE = 'Asia/Ho_Chi_Minh';
const now = Date.parse('2026-08-16T10:05:00Z'); // 17:05 on Sunday 16 August in the commune

describe('instants in words', () => {
  test.each([
    ['2026-08-16T10:05:00Z', '17:05 hôm nay', '17:05 today'],
    ['2026-08-14T22:30:00Z', 'hôm qua 05:30', 'yesterday 05:30'],
    ['2026-08-16T17:30:00Z', 'ngày mai 00:30', 'tomorrow 00:30'],
    ['2026-08-13T22:30:00Z', '14/08 05:30', '14/08 05:30'],
    ['2025-12-31T10:00:00Z', '31/12/2025 17:00', '31/12/2025 17:00'],
  ])('%s', (at, vi, en) => {
    expect(moment(Date.parse(at), now, ZONE, 'vi')).toBe(vi);
    expect(moment(Date.parse(at), now, ZONE, 'en')).toBe(en);
  });

  test('the exact instant names the weekday of the commune, not of the machine', () => {
    expect(exact(Date.parse('2026-08-15T18:00:01Z'), ZONE, 'vi')).toBe('Chủ nhật 16/08/2026, 01:00:01');
  });

  test('a day is told against the commune’s today', () => {
    expect(day('2026-08-17', '2026-08-16', 'vi')).toBe('ngày mai');
    expect(day('2026-01-01', '2025-12-31', 'vi')).toBe('ngày mai');
  });
});

describe('the commune’s calendar', () => {
  test('instant and local are each other’s inverse', () => {
    for (const zone of [ZONE, 'UTC', 'America/St_Johns', 'Pacific/Chatham']) {
      const at = instant('2026-11-01', '23:45', zone);
      expect(local(at, zone)).toMatchObject({ date: '2026-11-01', time: '23:45' });
    }
  });

  test('midnight is 00:00, and Sunday is 7', () => {
    // On the day on which the clocks of a zone change, and beside it.
    const berlin = (at: string) => local(Date.parse(at), 'Europe/Berlin').seconds;
    expect(['2026-10-24T12:00:00Z', '2026-10-25T00:59:59Z', '2026-10-25T01:00:00Z', '2026-10-26T12:00:00Z'].map(berlin)).toEqual(['14:00:00', '02:59:59', '02:00:00', '13:00:00']);
    expect(local(Date.parse('2026-08-15T17:00:00Z'), ZONE)).toEqual({ date: '2026-08-16', time: '00:00', seconds: '00:00:00', weekday: 7 });
  });
});

describe('spans in words', () => {
  test.each([
    [0, '0 giây'], [45_400, '45 giây'], [59_999, '1 phút'], [180_000, '3 phút'], [7_800_000, '2 giờ 10 phút'], [7_200_000, '2 giờ'],
    [100 * 3_600_000, '4 ngày 4 giờ'], [400 * 3_600_000, '16 ngày'], [-5000, '0 giây'],
  ])('%d ms', (ms, words) => expect(duration(ms, 'vi')).toBe(words));

  test('English has its plural', () => {
    expect(duration(60_000, 'en')).toBe('1 minute');
    expect(duration(7_800_000, 'en')).toBe('2 hours 10 minutes');
  });

  test('what has just happened is not zero seconds ago', () => {
    expect(ago(now - 1000, now, 'vi')).toBe('vừa xong');
    expect(ago(now - 180_000, now, 'vi')).toBe('3 phút trước');
  });

  test('the length of a sound', () => {
    expect(soundLength(8200, 'vi')).toBe('8 giây');
    expect(soundLength(65_000, 'vi')).toBe('1 phút 5 giây');
    expect(soundLength(120_000, 'vi')).toBe('2 phút');
    expect(playClock(68.9)).toBe('1:08');
    expect(playClock(Number.NaN)).toBe('0:00');
  });
});

describe('a time of day as people write it', () => {
  test.each([
    ['17:00', '17:00'], ['5:30', '05:30'], ['17h', '17:00'], ['5h30', '05:30'], ['5h5', '05:05'], ['19g30', '19:30'], ['1730', '17:30'], ['530', '05:30'], ['7', '07:00'], [' 00:00 ', '00:00'], ['17.45', '17:45'],
    ['24:00', null], ['12:60', null], ['', null], ['abc', null], ['17:0:0', null], ['-1', null], ['99999', null],
  ])('%j', (s, want) => expect(parseTime(s)).toBe(want));
});
