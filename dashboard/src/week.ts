/** A week of the calendar: its days, its hours, and how each occurrence stands. Pure. */
import type { CalendarEntry } from './api/types';
import type { Tone } from './parts/marks';
import type { Key, Values } from './words/catalogue';
import { addDays, instant, local } from './words/time';

/** The Monday of a day's week. */
export const monday = (date: string): string => addDays(date, 1 - (new Date(`${date}T00:00:00Z`).getUTCDay() || 7));
export const daysOf = (first: string): string[] => [0, 1, 2, 3, 4, 5, 6].map((n) => addDays(first, n));

export interface Placed extends CalendarEntry { date: string; time: string; hour: number; at: number }

/** When it sounds: when it is due, or when the programme before it is over. */
export const soundsAt = (e: CalendarEntry): number => Date.parse(e.begins ?? e.start);
export const endsAt = (e: CalendarEntry): number => soundsAt(e) + e.duration_ms;

/** The entries with the day and hour that the commune's clock shows, soonest first, each once. */
export function placed(entries: CalendarEntry[], zone: string): Placed[] {
  return [...new Map(entries.map((e) => [e.id, e])).values()].map((e) => {
    const at = Date.parse(e.start);
    const l = local(at, zone);
    return { ...e, at, date: l.date, time: l.time, hour: Number(l.time.slice(0, 2)) };
  }).sort((a, b) => a.at - b.at || a.title.localeCompare(b.title, 'vi'));
}

/** The hours that the week shows: those that hold something, and those between them, within a working day at least. */
export function hoursOf(list: Placed[]): number[] {
  const used = list.map((e) => e.hour);
  const first = Math.min(5, ...used);
  const last = Math.max(20, ...used);
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** What one occurrence has come to: a mark and words. air holds the occurrences that sound. */
export function standing(e: CalendarEntry, now: number, air: ReadonlySet<string>): { tone: Tone; key: Key; values: Values } {
  if (!e.clusters) return { tone: 'bad', key: now < soundsAt(e) ? 'cal.noCluster' : 'cal.hadNoCluster', values: {} };
  if (e.waiting) return { tone: 'wait', key: 'cal.waiting', values: {} };
  if (now < soundsAt(e)) return { tone: e.ready >= e.clusters ? 'good' : 'wait', key: 'cal.ready', values: { n: e.ready, all: e.clusters } };
  const played = e.results?.played ?? 0;
  // While it sounds the journal holds its losses alone.
  if (now < endsAt(e) || air.has(e.id) || e.pieces?.some((p) => air.has(p.id))) return { tone: 'live', key: 'cal.playing', values: {} };
  const told = Object.values(e.results ?? {}).reduce((sum, n) => sum + n, 0) - (e.results?.unreported ?? 0);
  if (!told && e.of) return { tone: 'wait', key: 'cal.noWord', values: { all: e.of } };
  if (!e.of && e.results?.withdrawn) return { tone: 'off', key: 'cal.withdrawn', values: {} };
  // In part is what a person stopped while it sounded.
  const part = e.results?.stopped ?? 0;
  if (part && !played && part >= e.of) return { tone: 'off', key: 'cal.stopped', values: {} };
  const tone = played >= e.of ? 'good' : played + part >= e.of ? 'off' : played + part ? 'warn' : 'bad';
  return { tone, key: part ? 'cal.playedPart' : 'cal.played', values: { n: played, all: e.of, part } };
}

/** What else sounds while something would that is moved to an instant. */
export const meeting = (list: Placed[], e: Placed, to: number): Placed[] =>
  list.filter((x) => x.id !== e.id && soundsAt(x) < to + e.duration_ms && to < endsAt(x));

/** Where an occurrence lands that is dropped on a day and an hour: its minutes stay. */
export const dropped = (e: Placed, date: string, hour: number, zone: string): number =>
  instant(date, `${String(hour).padStart(2, '0')}:${e.time.slice(3)}`, zone);

/** What can be edited: it lies ahead and is one of a schedule. */
export const isMovable = (e: CalendarEntry, now: number): boolean => Date.parse(e.start) > now && !!(e.programme || e.announcement);
