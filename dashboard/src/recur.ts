/** How often something sounds, as a form asks it, and the schedule of the hub that comes of it. Pure. */
import type { LunarDay, When } from './api/types';
import type { Key } from './words/catalogue';
import { addDays, instant, local } from './words/time';

export type Rhythm = 'daily' | 'weekly' | 'monthly' | 'lunar' | 'campaign';
export const rhythms: Rhythm[] = ['daily', 'weekly', 'monthly', 'lunar', 'campaign'];

/** Lunar days that people speak of by name. */
export type Feast = 'first' | 'full' | 'tet';
export const feasts: Record<Feast, LunarDay[]> = {
  full: [{ day: 15 }],
  first: [{ day: 1 }],
  tet: [{ month: 12, day: -1 }, { month: 1, day: 1 }, { month: 1, day: 2 }, { month: 1, day: 3 }],
};
export const feastNames = Object.keys(feasts) as Feast[];

const daysOfFeasts = (chosen: Feast[]): LunarDay[] => feastNames.filter((f) => chosen.includes(f)).flatMap((f) => feasts[f]);

export interface Recur {
  rhythm: Rhythm;
  time: string;
  /** ISO weekdays (weekly, campaign). */
  days: number[];
  /** Days of the month, -1 for the last (monthly). */
  monthDays: number[];
  /** The lunar days on which it sounds (lunar). */
  on: Feast[];
  /** The lunar days that are left out (all but lunar). */
  off: Feast[];
  /** Days that are left out. */
  except: string[];
  timesPerWeek: number;
  slots: string[];
  from: string;
  until: string;
}

export const blankRecur = (): Recur => ({
  rhythm: 'daily', time: '05:30', days: [1, 2, 3, 4, 5], monthDays: [1], on: ['full'], off: [], except: [], timesPerWeek: 3, slots: ['05:30', '17:00'], from: '', until: '',
});

const BYDAY = ['', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const sorted = (list: number[]) => [...list].sort((a, b) => a - b);

/** The schedule, in the hub's plain shape where that can say it. */
export function recurWhen(r: Recur, now: number, zone: string): When {
  const today = local(now, zone).date;
  const plain = r.rhythm === 'daily' || r.rhythm === 'weekly';
  if (plain && !r.off.length && !r.except.length) {
    return {
      kind: r.rhythm as 'daily' | 'weekly', time: r.time, ...(r.rhythm === 'weekly' ? { days: sorted(r.days) } : {}),
      ...(r.from ? { from: r.from } : {}), ...(r.until ? { until: r.until } : {}),
    };
  }
  const only = r.rhythm === 'lunar' ? daysOfFeasts(r.on) : [];
  const off = r.rhythm === 'lunar' ? [] : daysOfFeasts(r.off);
  const time = r.rhythm === 'campaign' ? (r.slots[0] ?? r.time) : r.time;
  const rule = {
    daily: 'FREQ=DAILY', lunar: 'FREQ=DAILY',
    weekly: `FREQ=WEEKLY;BYDAY=${sorted(r.days).map((d) => BYDAY[d]).join(',')}`,
    campaign: r.days.length === 7 ? 'FREQ=DAILY' : `FREQ=WEEKLY;BYDAY=${sorted(r.days).map((d) => BYDAY[d]).join(',')}`,
    monthly: `FREQ=MONTHLY;BYMONTHDAY=${r.monthDays.join(',')}`,
  }[r.rhythm];
  const until = r.until ? `;UNTIL=${new Date(instant(r.until, '23:59', zone)).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z` : '';
  return {
    kind: 'rule', start: `${r.from || today}T${time}`, rrule: rule + until,
    ...(r.except.length ? { except: [...r.except].sort() } : {}),
    ...(only.length || off.length ? { lunar: { ...(only.length ? { only } : {}), ...(off.length ? { except: off } : {}) } } : {}),
    ...(r.rhythm === 'campaign' ? { spread: { times_per_week: r.timesPerWeek, slots: [...r.slots].sort() } } : {}),
  };
}

const same = (a: LunarDay, b: LunarDay) => a.day === b.day && (a.month ?? 0) === (b.month ?? 0);

/** The feasts that make up a list of lunar days, or null when it holds others. */
export function feastsOf(days: LunarDay[]): Feast[] | null {
  const found = feastNames.filter((f) => feasts[f].every((d) => days.some((x) => same(x, d))));
  return days.every((d) => found.some((f) => feasts[f].some((x) => same(x, d)))) ? found : null;
}

/** The form that would make a schedule, or null where it says more than the form can. */
export function whenRecur(w: When, zone: string): Recur | null {
  const r = blankRecur();
  if (w.kind === 'daily' || w.kind === 'weekly') return { ...r, rhythm: w.kind, time: w.time ?? r.time, days: w.days ?? r.days, from: w.from ?? '', until: w.until ?? '' };
  if (w.kind !== 'rule' || w.extra?.length || w.moved?.length) return null;
  const parts = new Map((w.rrule ?? '').split(';').filter(Boolean).map((p) => p.split('=') as [string, string]));
  const freq = parts.get('FREQ');
  const known = ['FREQ', 'BYDAY', 'BYMONTHDAY', 'UNTIL', 'WKST', 'INTERVAL'];
  if ([...parts.keys()].some((k) => !known.includes(k)) || (parts.get('INTERVAL') ?? '1') !== '1') return null;
  if (w.except?.some((d) => d.length > 10)) return null;
  const only = feastsOf(w.lunar?.only ?? []);
  const off = feastsOf(w.lunar?.except ?? []);
  if (!only || !off || (only.length && off.length)) return null;
  const byday = parts.get('BYDAY')?.split(',').map((d) => BYDAY.indexOf(d));
  if (byday?.some((d) => d < 1)) return null;
  const days = byday ?? (freq === 'DAILY' ? [1, 2, 3, 4, 5, 6, 7] : r.days);
  const monthDays = (parts.get('BYMONTHDAY') ?? '').split(',').filter(Boolean).map(Number);
  const rhythm: Rhythm | null = w.spread ? 'campaign' : only.length && freq === 'DAILY' ? 'lunar' : freq === 'DAILY' && !byday ? 'daily'
    : freq === 'WEEKLY' ? 'weekly' : freq === 'MONTHLY' && monthDays.length && !byday ? 'monthly' : null;
  if (!rhythm || (only.length && rhythm !== 'lunar')) return null;
  const [from = '', time = ''] = (w.start ?? '').split('T');
  const z = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(parts.get('UNTIL') ?? '');
  const until = z ? local(Date.UTC(+z[1]!, +z[2]! - 1, +z[3]!, +z[4]!, +z[5]!, +z[6]!), zone).date : '';
  return {
    ...r, rhythm, time: time.slice(0, 5) || r.time, days, monthDays: monthDays.length ? monthDays : r.monthDays, on: only.length ? only : r.on, off,
    except: w.except ?? [], from, until, ...(w.spread ? { timesPerWeek: w.spread.times_per_week, slots: w.spread.slots } : {}),
  };
}

/** What is still missing of a schedule; null for nothing. */
export function recurLack(r: Recur, now: number, zone: string): Key | null {
  if (r.rhythm === 'campaign' ? !r.slots.length : !r.time) return 'cast.pickTime';
  if ((r.rhythm === 'weekly' || r.rhythm === 'campaign') && !r.days.length) return 'cast.pickDay';
  if (r.rhythm === 'monthly' && !r.monthDays.length) return 'recur.pickMonthDay';
  if (r.rhythm === 'lunar' && !r.on.length) return 'recur.pickLunar';
  if (r.until && r.until < (r.from || local(now, zone).date)) return 'cast.untilBefore';
  return null;
}

export const nextDay = (now: number, zone: string): string => addDays(local(now, zone).date, 1);
