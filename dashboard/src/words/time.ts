/** Instants and spans of time in words, always in the commune's zone. Pure. */
export type Lang = 'vi' | 'en';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export interface Local {
  date: string; // "2026-11-21"
  time: string; // "17:05"
  seconds: string; // "17:05:12"
  weekday: number; // 1 Monday to 7 Sunday
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string): Intl.DateTimeFormat {
  let f = formats.get(zone);
  if (!f) {
    f = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit',
      hour: '2-digit', minute: '2-digit', second: '2-digit',
    });
    formats.set(zone, f);
  }
  return f;
}

/** By how much the commune's clock is ahead of UTC at an instant, to the second. */
function ahead(at: number, zone: string): number {
  const p = Object.fromEntries(format(zone).formatToParts(at).map((x) => [x.type, x.value]));
  return Date.parse(`${p.year}-${p.month}-${p.day}T${p.hour}:${p.minute}:${p.second}Z`) - Math.floor(at / SECOND) * SECOND;
}

/** The offset of a whole UTC day, null for a day within which the clock changes. Asking the browser for each instant is slow. */
const offsets = new Map<string, number | null>();

function offset(at: number, zone: string): number {
  const start = Math.floor(at / DAY) * DAY;
  const key = `${zone} ${start}`;
  let of = offsets.get(key);
  if (of === undefined) {
    const [from, to] = [ahead(start, zone), ahead(start + DAY, zone)];
    offsets.set(key, (of = from === to ? from : null));
  }
  return of ?? ahead(at, zone);
}

/** What calendar and clock in the commune show at an instant (Unix milliseconds). */
export function local(at: number, zone: string): Local {
  const shown = new Date(at + offset(at, zone));
  const iso = shown.toISOString();
  return { date: iso.slice(0, 10), time: iso.slice(11, 16), seconds: iso.slice(11, 19), weekday: shown.getUTCDay() || 7 };
}

/** The instant at which the commune's clock shows date and time. */
export function instant(date: string, time: string, zone: string): number {
  const wanted = Date.parse(`${date}T${time}:00Z`);
  let at = wanted;
  // Twice: the first step may land on the other side of a change of clocks.
  for (let i = 0; i < 2; i++) {
    const l = local(at, zone);
    at += wanted - Date.parse(`${l.date}T${l.seconds}Z`);
  }
  return at;
}

export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

const dayMonth = (date: string) => `${date.slice(8)}/${date.slice(5, 7)}`;

/** A day: "hôm nay", "hôm qua", "ngày mai", else "15/08" or "15/08/2025". */
export function day(date: string, today: string, lang: Lang): string {
  if (date === today) return lang === 'vi' ? 'hôm nay' : 'today';
  if (date === addDays(today, -1)) return lang === 'vi' ? 'hôm qua' : 'yesterday';
  if (date === addDays(today, 1)) return lang === 'vi' ? 'ngày mai' : 'tomorrow';
  return date.slice(0, 4) === today.slice(0, 4) ? dayMonth(date) : `${dayMonth(date)}/${date.slice(0, 4)}`;
}

/** An instant: "17:05 hôm nay", "hôm qua 05:30", "ngày mai 17:00", else "15/08 05:30". */
export function moment(at: number, now: number, zone: string, lang: Lang): string {
  const l = local(at, zone);
  const today = local(now, zone).date;
  const d = day(l.date, today, lang);
  return l.date === today ? `${l.time} ${d}` : `${d} ${l.time}`;
}

const weekdaysVi = ['', 'Thứ Hai', 'Thứ Ba', 'Thứ Tư', 'Thứ Năm', 'Thứ Sáu', 'Thứ Bảy', 'Chủ nhật'];
const weekdaysEn = ['', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

export const weekday = (n: number, lang: Lang): string => (lang === 'vi' ? weekdaysVi : weekdaysEn)[n] ?? '';

/** "T2" to "CN", "Mon" to "Sun": for a row of seven buttons. */
export const weekdayShort = (n: number, lang: Lang): string =>
  lang === 'vi' ? (n === 7 ? 'CN' : `T${n + 1}`) : weekday(n, 'en').slice(0, 3);

/** The exact instant, for hovering and tapping; to the minute where seconds mean nothing. */
export function exact(at: number, zone: string, lang: Lang, to: 'seconds' | 'minutes' = 'seconds'): string {
  const l = local(at, zone);
  return `${weekday(l.weekday, lang)} ${dayMonth(l.date)}/${l.date.slice(0, 4)}, ${to === 'minutes' ? l.time : l.seconds}`;
}

/** A span in its two largest units: "45 giây", "3 phút", "2 giờ 10 phút", "3 ngày 4 giờ". */
export function duration(ms: number, lang: Lang): string {
  const s = Math.max(0, Math.round(ms / SECOND));
  const say = (n: number, vi: string, en: string) => (lang === 'vi' ? `${n} ${vi}` : `${n} ${en}${n === 1 ? '' : 's'}`);
  if (s < 60) return say(s, 'giây', 'second');
  const m = Math.floor(s / 60);
  if (m < 60) return say(m, 'phút', 'minute');
  const h = Math.floor(m / 60);
  if (h < 24) return say(h, 'giờ', 'hour') + (m % 60 ? ' ' + say(m % 60, 'phút', 'minute') : '');
  const d = Math.floor(h / 24);
  return say(d, 'ngày', 'day') + (h % 24 && d < 7 ? ' ' + say(h % 24, 'giờ', 'hour') : '');
}

/** The length of a sound: "8 giây", "1 phút 05 giây". */
export function soundLength(ms: number, lang: Lang): string {
  const s = Math.max(1, Math.round(ms / SECOND));
  if (s < 60) return duration(s * SECOND, lang);
  const rest = s % 60;
  const m = Math.floor(s / 60);
  if (m >= 60) return duration(ms, lang);
  return duration(m * MINUTE, lang) + (rest ? ' ' + (lang === 'vi' ? `${rest} giây` : `${rest} s`) : '');
}

export function ago(at: number, now: number, lang: Lang): string {
  const ms = now - at;
  if (ms < 5 * SECOND) return lang === 'vi' ? 'vừa xong' : 'just now';
  return lang === 'vi' ? `${duration(ms, lang)} trước` : `${duration(ms, lang)} ago`;
}

/** Reads a time of day as people write it (17:00, 17h, 5h30, 1730, 7) into "HH:MM", or null. */
export function parseTime(s: string): string | null {
  const m = /^(\d{1,2})(?:[:.hg ]\s?(\d{1,2})?)?$/i.exec(s.trim()) ?? /^(\d{1,2})(\d{2})$/.exec(s.trim());
  if (!m) return null;
  const [h, min] = [Number(m[1]), Number(m[2] ?? 0)];
  return h < 24 && min < 60 ? `${String(h).padStart(2, '0')}:${String(min).padStart(2, '0')}` : null;
}

/** A player's clock: "0:08", "12:40". */
export function playClock(seconds: number): string {
  const s = Math.max(0, Math.floor(Number.isFinite(seconds) ? seconds : 0));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`;
}
