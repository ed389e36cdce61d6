/** A schedule in words: "hằng ngày lúc 17:00 trừ Chủ nhật". Pure. */
import type { When } from '../api/types';
import { addDays, day, local, moment, weekday, type Lang } from './time';

function days(list: number[], lang: Lang): string {
  const set = [...new Set(list)].sort((a, b) => a - b);
  if (set.length === 7) return lang === 'vi' ? 'hằng ngày' : 'every day';
  if (set.length === 6) {
    const left = [1, 2, 3, 4, 5, 6, 7].find((d) => !set.includes(d)) ?? 7;
    return lang === 'vi' ? `hằng ngày trừ ${weekday(left, lang)}` : `every day except ${weekday(left, lang)}`;
  }
  const first = set[0] ?? 1;
  const last = set[set.length - 1] ?? 1;
  if (set.length >= 3 && last - first === set.length - 1) {
    return lang === 'vi'
      ? `${weekday(first, lang)} đến ${weekday(last, lang)} hằng tuần`
      : `${weekday(first, lang)} to ${weekday(last, lang)}`;
  }
  const names = set.map((d) => weekday(d, lang));
  return lang === 'vi' ? `${names.join(', ')} hằng tuần` : `every ${names.join(', ')}`;
}

/** Says when a schedule sounds, beginning with a small letter (days of the week keep theirs). */
export function scheduleWords(w: When, now: number, zone: string, lang: Lang): string {
  const today = local(now, zone).date;
  switch (w.kind) {
    case 'now':
      return lang === 'vi' ? 'phát ngay' : 'now';
    case 'once':
      if (!w.at) return lang === 'vi' ? 'một lần' : 'once';
      return lang === 'vi' ? `một lần, ${moment(Date.parse(w.at), now, zone, lang)}` : `once, ${moment(Date.parse(w.at), now, zone, lang)}`;
  }
  let words = w.kind === 'daily' ? days([1, 2, 3, 4, 5, 6, 7], lang) : days(w.days ?? [], lang);
  words += lang === 'vi' ? ` lúc ${w.time ?? ''}` : ` at ${w.time ?? ''}`;
  if (w.from && w.from > today) words += lang === 'vi' ? `, từ ${day(w.from, today, lang)}` : `, from ${day(w.from, today, lang)}`;
  if (w.until) words += lang === 'vi' ? `, đến hết ${day(w.until, today, lang)}` : `, until ${day(w.until, today, lang)}`;
  return words;
}

/** The same as the beginning of a line. */
export const capital = (s: string): string => s.charAt(0).toUpperCase() + s.slice(1);

/** The next instants of a schedule after now, at most count, for the summary beside the form. */
export function nextStarts(w: When, now: number, zone: string, count: number, instant: (date: string, time: string, zone: string) => number): number[] {
  if (w.kind === 'once') return w.at ? [Date.parse(w.at)] : [];
  if (w.kind === 'now' || !w.time) return [];
  const today = local(now, zone).date;
  let date = w.from && w.from > today ? w.from : today;
  const out: number[] = [];
  for (let i = 0; i < 400 && out.length < count; i++, date = addDays(date, 1)) {
    if (w.until && date > w.until) break;
    const iso = new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
    if (w.kind === 'weekly' && !(w.days ?? []).includes(iso)) continue;
    const at = instant(date, w.time, zone);
    if (at > now) out.push(at);
  }
  return out;
}
