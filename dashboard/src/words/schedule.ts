/** A schedule in words: "hằng ngày lúc 17:00 trừ Chủ nhật". Pure. */
import type { LunarDay, When } from '../api/types';
import { addDays, day, local, moment, weekday, type Lang } from './time';

/** A day of the week inside a sentence: "thứ Hai", "Chủ nhật". */
const dayName = (n: number, lang: Lang): string => weekday(n, lang).replace(/^Thứ/, 'thứ');

function days(list: number[], lang: Lang): string {
  const set = [...new Set(list)].sort((a, b) => a - b);
  if (set.length === 7) return lang === 'vi' ? 'hằng ngày' : 'every day';
  if (set.length === 6) {
    const left = [1, 2, 3, 4, 5, 6, 7].find((d) => !set.includes(d)) ?? 7;
    return (lang === 'vi' ? 'hằng ngày trừ ' : 'every day except ') + dayName(left, lang);
  }
  const first = set[0] ?? 1;
  const last = set[set.length - 1] ?? 1;
  if (set.length >= 3 && last - first === set.length - 1) {
    return lang === 'vi'
      ? `${dayName(first, lang)} đến ${dayName(last, lang)} hằng tuần`
      : `${dayName(first, lang)} to ${dayName(last, lang)}`;
  }
  const names = set.map((d) => dayName(d, lang));
  return lang === 'vi' ? `${join(names, lang)} hằng tuần` : `every ${join(names, lang)}`;
}

const join = (list: string[], lang: Lang) => (list.length < 2 ? list.join('') : `${list.slice(0, -1).join(', ')} ${lang === 'vi' ? 'và' : 'and'} ${list[list.length - 1]}`);

const CODES = ['', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** Lunar days by their names: rằm, mùng một, Tết. */
function lunarDays(list: LunarDay[], lang: Lang): string {
  const tet = list.some((d) => d.month === 1 && d.day === 1);
  // Rằm is named before mùng một, however they are kept.
  const rank = (d: LunarDay) => (d.month ? 2 : d.day === 15 ? 0 : 1);
  const names = [...list].sort((a, b) => rank(a) - rank(b)).filter((d) => !(tet && (d.month === 1 || (d.month === 12 && d.day < 0)))).map((d) => {
    if (!d.month && d.day === 15) return lang === 'vi' ? 'rằm' : 'the full moon';
    if (!d.month && d.day === 1) return lang === 'vi' ? 'mùng một' : 'the first lunar day';
    const day = d.day < 0 ? (lang === 'vi' ? 'ngày cuối' : 'last day') : String(d.day);
    if (lang === 'vi') return d.month ? `${day}/${d.month} âm lịch` : `${d.day < 0 ? day + ' tháng' : 'ngày ' + day} âm lịch`;
    return `lunar ${d.month ? `${day}/${d.month}` : `day ${day}`}`;
  });
  return join([...names, ...(tet ? ['Tết'] : [])], lang);
}

/** A rule of RFC 5545 in words, as far as people make such rules; null for others. */
function ruleWords(w: When, now: number, zone: string, lang: Lang): string | null {
  const vi = lang === 'vi';
  const today = local(now, zone).date;
  const parts = new Map((w.rrule ?? '').split(';').filter(Boolean).map((p) => p.split('=') as [string, string]));
  const [from = '', time = ''] = (w.start ?? '').split('T');
  const byday = (parts.get('BYDAY') ?? '').split(',').filter(Boolean).map((d) => CODES.indexOf(d));
  if (byday.includes(-1) || [...parts.keys()].some((k) => !['FREQ', 'BYDAY', 'BYMONTHDAY', 'UNTIL', 'WKST', 'INTERVAL', 'COUNT'].includes(k))) return null;
  const every = Number(parts.get('INTERVAL') ?? 1);
  const at = vi ? ` lúc ${time}` : ` at ${time}`;
  let words: string;
  if (w.spread) {
    words = (vi ? `${w.spread.times_per_week} lần mỗi tuần, luân phiên lúc ` : `${w.spread.times_per_week} times a week, by turns at `) + join(w.spread.slots ?? [], lang);
  } else if (!parts.size) words = (vi ? 'ngày ' : '') + day(from, today, lang) + at;
  else if (w.lunar?.only?.length) words = (vi ? 'ngày ' : 'on ') + lunarDays(w.lunar.only, lang) + at;
  else if (parts.get('FREQ') === 'DAILY') words = (every === 1 ? days(byday.length ? byday : [1, 2, 3, 4, 5, 6, 7], lang) : vi ? `cứ ${every} ngày một lần` : `every ${every} days`) + at;
  else if (parts.get('FREQ') === 'WEEKLY') words = days(byday.length ? byday : [new Date(`${from}T00:00:00Z`).getUTCDay() || 7], lang) + (every === 1 ? '' : vi ? `, cứ ${every} tuần một lần` : `, every ${every} weeks`) + at;
  else if (parts.get('FREQ') === 'MONTHLY' && !byday.length) {
    const list = (parts.get('BYMONTHDAY') ?? from.slice(8)).split(',').map((d) => (d === '-1' ? (vi ? 'ngày cuối' : 'the last day') : String(Number(d))));
    words = (vi ? `hằng tháng vào ${list[0]?.startsWith('n') ? '' : 'ngày '}${join(list, lang)}` : `monthly on ${join(list, lang)}`) + at;
  } else return null;
  const left = [...(w.lunar?.except?.length ? [lunarDays(w.lunar.except, lang)] : []), ...(w.except ?? []).slice(0, 3).map((d) => day(d.slice(0, 10), today, lang))];
  if ((w.except?.length ?? 0) > 3) left.push(vi ? `${w.except!.length - 3} ngày khác` : `${w.except!.length - 3} more days`);
  if (left.length) words += (vi ? ', trừ ' : ', except ') + join(left, lang);
  if (w.extra?.length) words += vi ? `, thêm ${w.extra.length} lần` : `, ${w.extra.length} more`;
  if (w.moved?.length) words += vi ? `, dời ${w.moved.length} lần` : `, ${w.moved.length} moved`;
  if (parts.has('COUNT')) words += vi ? `, ${parts.get('COUNT')} lần` : `, ${parts.get('COUNT')} times`;
  if (from > today) words += vi ? `, từ ${day(from, today, lang)}` : `, from ${day(from, today, lang)}`;
  const z = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(parts.get('UNTIL') ?? '');
  if (z) {
    const until = local(Date.UTC(+z[1]!, +z[2]! - 1, +z[3]!, +z[4]!, +z[5]!, +z[6]!), zone).date;
    words += vi ? `, đến hết ${day(until, today, lang)}` : `, until ${day(until, today, lang)}`;
  }
  return words;
}

/** Says when a schedule sounds, beginning with a small letter (Chủ nhật and the English days keep theirs). */
export function scheduleWords(w: When, now: number, zone: string, lang: Lang): string {
  const today = local(now, zone).date;
  switch (w.kind) {
    case 'now':
      return lang === 'vi' ? 'phát ngay' : 'now';
    case 'once':
      if (!w.at) return lang === 'vi' ? 'một lần' : 'once';
      return lang === 'vi' ? `một lần, ${moment(Date.parse(w.at), now, zone, lang)}` : `once, ${moment(Date.parse(w.at), now, zone, lang)}`;
  }
  if (w.kind === 'programme') return lang === 'vi' ? 'theo chương trình' : 'with programmes';
  if (w.kind === 'rule') return ruleWords(w, now, zone, lang) ?? (lang === 'vi' ? `theo quy tắc ${w.rrule ?? ''}` : `by the rule ${w.rrule ?? ''}`);
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
  if (w.kind === 'now' || w.kind === 'rule' || !w.time) return []; // the hub alone knows the moon
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
