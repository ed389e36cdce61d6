/** What the three steps of a broadcast ask for, what is still missing, and the draft that comes of it. Pure. */
import { resolve } from '../../announcements';
import type { Announcement, Cluster, Draft, Level, Sound, Target, When, WhenKind } from '../../api/types';
import type { Key } from '../../words/catalogue';
import { instant, local, MINUTE } from '../../words/time';

/** The longest text that the hub speaks, in characters. */
export const MAX_TEXT = 5000;
export const MAX_FILE_BYTES = 200 * 1000 * 1000;
/** How fast a Vietnamese voice reads, for the estimate before the sound is made. */
const CHARACTERS_PER_SECOND = 14;

export type Source = 'text' | 'file' | 'record';
export interface NamedSound { sound: Sound; name: string }

/** Where something is to sound. */
export interface Place {
  where: 'all' | 'villages' | 'clusters';
  villages: string[];
  clusters: string[];
  kind: WhenKind;
}

export interface Form extends Place {
  source: Source;
  title: string;
  text: string;
  file: NamedSound | null;
  recording: NamedSound | null;
  level: Level;
  date: string;
  time: string;
  days: number[];
  from: string;
  until: string;
}

export const blank = (): Form => ({
  source: 'text', title: '', text: '', file: null, recording: null, level: 'normal',
  where: 'all', villages: [], clusters: [],
  kind: 'now', date: '', time: '17:00', days: [1, 2, 3, 4, 5], from: '', until: '',
});

/** Takes what an older page kept, as far as it still fits. */
export function revive(kept: unknown): Form {
  const form = blank();
  if (typeof kept !== 'object' || kept === null) return form;
  for (const key of Object.keys(form) as (keyof Form)[]) {
    const value = (kept as Partial<Form>)[key];
    const sameKind = Array.isArray(form[key]) ? Array.isArray(value) : typeof value === typeof form[key];
    if (value !== undefined && sameKind) Object.assign(form, { [key]: value });
  }
  return form;
}

/** The form that would make an announcement again. */
export function fromAnnouncement(a: Announcement, zone: string, now: number): Form {
  const form = blank();
  const at = a.when.at ? local(Date.parse(a.when.at), zone) : null;
  const today = local(now, zone).date;
  return {
    ...form,
    title: a.title ?? '', level: a.level,
    ...(a.text ? { source: 'text', text: a.text } : { source: 'file', file: { sound: { ...a.sound, sha256: a.audio || a.sound.sha256 }, name: a.title || '' } }),
    where: a.target.all ? 'all' : a.target.villages?.length ? 'villages' : 'clusters',
    villages: a.target.villages ?? [], clusters: a.target.clusters ?? [],
    kind: a.when.kind,
    date: at && at.date >= today ? at.date : '',
    time: a.when.time || at?.time || form.time,
    days: a.when.days ?? form.days,
    from: a.when.from && a.when.from >= today ? a.when.from : '', until: a.when.until && a.when.until >= today ? a.when.until : '',
  };
}

export const readingTime = (text: string): number => Math.max(1, Math.round(text.trim().length / CHARACTERS_PER_SECOND)) * 1000;

export const soundOf = (f: Form): NamedSound | null => (f.source === 'file' ? f.file : f.source === 'record' ? f.recording : null);

export function target(f: Place): Target {
  if (f.where === 'all') return { all: true };
  return f.where === 'villages' ? { villages: f.villages } : { clusters: f.clusters };
}

export const reach = (f: Place, clusters: Cluster[]): Cluster[] => resolve(target(f), clusters);

export function when(f: Form, now: number, zone: string): When {
  const today = local(now, zone).date;
  switch (f.kind) {
    case 'now':
      return { kind: 'now' };
    case 'once':
      return f.time ? { kind: 'once', at: new Date(instant(f.date || today, f.time, zone)).toISOString() } : { kind: 'once' };
    default:
      return {
        kind: f.kind, time: f.time,
        ...(f.kind === 'weekly' ? { days: [...f.days].sort((a, b) => a - b) } : {}),
        ...(f.from ? { from: f.from } : {}), ...(f.until ? { until: f.until } : {}),
      };
  }
}

export function toDraft(f: Form, now: number, zone: string): Draft {
  const sound = soundOf(f);
  return {
    ...(f.title.trim() ? { title: f.title.trim() } : {}),
    level: f.level,
    ...(sound ? { audio: sound.sound.sha256 } : { text: f.text.trim() }),
    target: target(f),
    when: when(f, now, zone),
  };
}

/** What keeps each step from being done; null where nothing does. */
export function missing(f: Form, clusters: Cluster[], now: number, zone: string): [Key | null, Key | null, Key | null] {
  const hasContent = f.source === 'text' ? f.text.trim().length > 0 : soundOf(f) !== null;
  const content: Key | null = !hasContent || f.text.length > MAX_TEXT && f.source === 'text' ? 'cast.needContent' : null;
  const where: Key | null = reach(f, clusters).length === 0 ? 'cast.noneChosen' : null;
  return [content, where, missingTime(f, now, zone)];
}

function missingTime(f: Form, now: number, zone: string): Key | null {
  if (f.kind === 'now') return null;
  if (!f.time) return 'cast.pickTime';
  if (f.kind === 'once') return instant(f.date || local(now, zone).date, f.time, zone) <= now ? 'cast.past' : null;
  if (f.kind === 'weekly' && f.days.length === 0) return 'cast.pickDay';
  if (f.until && f.until < (f.from || local(now, zone).date)) return 'cast.untilBefore';
  return null;
}

/** People rest from 21:00 to 06:00; an emergency may wake them. */
export const isQuiet = (f: Form): boolean => f.kind !== 'now' && f.level !== 'emergency' && f.time !== '' && (f.time >= '21:00' || f.time < '06:00');

/** The next quarter of an hour at least five minutes ahead, for a first proposal. */
export function soon(now: number, zone: string): { date: string; time: string } {
  const quarter = 15 * MINUTE;
  const l = local(Math.ceil((now + 5 * MINUTE) / quarter) * quarter, zone);
  return { date: l.date, time: l.time };
}

