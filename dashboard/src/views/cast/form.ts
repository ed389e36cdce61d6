/** What the three steps of a broadcast ask for, what is still missing, and the draft that comes of it. Pure. */
import { resolve } from '../../announcements';
import type { Announcement, Cluster, Draft, Level, Sound, Target, When, WhenKind } from '../../api/types';
import { blankRecur, recurLack, recurWhen, whenRecur, type Recur } from '../../recur';
import { blanks } from '../../templates';
import type { Key } from '../../words/catalogue';
import { instant, local, MINUTE } from '../../words/time';

/** The longest text that the hub speaks, in characters as [letters] counts them. */
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

/** What is said in one language. */
export interface Words {
  language: string;
  source: Source;
  text: string;
  file: NamedSound | null;
  recording: NamedSound | null;
}

/** The languages that a form offers, by their BCP 47 tags. */
export const languages = ['vi', 'tyz', 'nut', 'hmn', 'ium', 'en'] as const;

export type Fate = 'restart' | 'resume' | 'skip';

export interface Form extends Place, Words {
  /** The draft at the hub that this goes on with; empty for a new one. */
  id: string;
  title: string;
  level: Level;
  versions: Words[];
  opening: boolean;
  closing: boolean;
  repeat: number;
  gap: number; // s
  fate: Fate;
  /** Its place among equals, which the hub's fixes set; no field shows it. */
  order: number;
  signer: string;
  document: string;
  validFrom: string;
  validUntil: string;
  date: string;
  time: string;
  days: number[];
  from: string;
  until: string;
  /** What repeats in ways that day and time alone cannot say (kind rule). */
  recur: Recur;
  /** A schedule that the form cannot show; it stays as it is (kind rule). */
  kept: When | null;
}

export const DEFAULT_GAP = 5; // s

export const blankWords = (language: string): Words => ({ language, source: language === 'vi' || language === 'en' ? 'text' : 'record', text: '', file: null, recording: null });

export const blank = (): Form => ({
  id: '', ...blankWords('vi'), title: '', level: 'normal', versions: [],
  opening: false, closing: false, repeat: 1, gap: DEFAULT_GAP, fate: 'restart', order: 0, signer: '', document: '', validFrom: '', validUntil: '',
  where: 'all', villages: [], clusters: [],
  kind: 'now', date: '', time: '17:00', days: [1, 2, 3, 4, 5], from: '', until: '', recur: blankRecur(), kept: null,
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

const wordsOf = (language: string, text: string | undefined, sound: Sound | undefined, name: string): Words => ({
  ...blankWords(language), ...(text || !sound?.sha256 ? { source: 'text', text: text ?? '' } : { source: 'file', file: { sound, name } }),
});

/** The form that would make an announcement again; goOn keeps it the same one. */
export function fromAnnouncement(a: Announcement, zone: string, now: number, goOn = false): Form {
  const form = blank();
  const at = a.when.at ? local(Date.parse(a.when.at), zone) : null;
  const today = local(now, zone).date;
  const recur = a.when.kind === 'rule' ? whenRecur(a.when, zone) : null;
  const coming = (d: string | undefined) => (d && d >= today ? d : '');
  return {
    ...form,
    id: goOn ? a.id : '',
    ...wordsOf(a.language ?? 'vi', a.text, a.audio || a.sound?.sha256 ? { ...a.sound, sha256: a.audio || a.sound.sha256 } : undefined, a.title || ''),
    title: a.title ?? '', level: a.level,
    versions: (a.versions ?? []).map((v, i) => wordsOf(v.language, v.text, v.audio ? { bytes: 0, duration_ms: 0, ...a.version_sounds?.[i], sha256: v.audio } : undefined, v.language)),
    opening: !!a.opening, closing: !!a.closing, repeat: a.repeat ?? 1, gap: a.gap_s ?? DEFAULT_GAP, fate: (a.on_interrupted as Fate | undefined) ?? 'restart', order: a.order ?? 0,
    signer: a.source?.signer ?? '', document: a.source?.document ?? '', validFrom: coming(a.valid_from), validUntil: coming(a.valid_until),
    ...placeOf(a.when.kind === 'programme' ? { all: true } : a.target),
    kind: a.when.kind,
    date: at ? coming(at.date) : '',
    time: a.when.time || at?.time || form.time,
    days: a.when.days ?? form.days,
    from: coming(a.when.from), until: coming(a.when.until),
    ...(recur ? { recur: { ...recur, from: coming(recur.from) } } : {}), kept: a.when.kind === 'rule' && !recur ? a.when : null,
  };
}

/** The form after a draft was changed by the hub's advice; sounds that were made here keep their names. */
export function withDraft(f: Form, d: Draft, zone: string, now: number): Form {
  const next = fromAnnouncement({ ...d, sound: { sha256: d.audio ?? '', bytes: 0, duration_ms: 0 } } as Announcement, zone, now);
  return { ...next, id: f.id, language: f.language, source: f.source, text: d.text ?? f.text, file: f.file, recording: f.recording, versions: f.versions };
}

/** The characters of a text as the hub counts them: composed, without what stands around it. */
export const letters = (text: string): number => [...text.normalize('NFC').trim()].length;

export const readingTime = (text: string): number => Math.max(1, Math.round(text.trim().length / CHARACTERS_PER_SECOND)) * 1000;

export const soundOf = (f: Words): NamedSound | null => (f.source === 'file' ? f.file : f.source === 'record' ? f.recording : null);

export function target(f: Place): Target {
  if (f.where === 'all') return { all: true };
  return f.where === 'villages' ? { villages: f.villages } : { clusters: f.clusters };
}

/** The fields that mean a target. */
export const placeOf = (x: Target): Pick<Place, 'where' | 'villages' | 'clusters'> => ({
  where: x.all ? 'all' : x.villages?.length ? 'villages' : 'clusters', villages: x.villages ?? [], clusters: x.clusters ?? [],
});

export const reach = (f: Place, clusters: Cluster[]): Cluster[] => resolve(target(f), clusters);

export function when(f: Form, now: number, zone: string): When {
  const today = local(now, zone).date;
  switch (f.kind) {
    case 'now':
      return { kind: 'now' };
    case 'programme':
      return { kind: 'programme' };
    case 'rule':
      return f.kept ?? recurWhen(f.recur, now, zone);
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
  const said = (w: Words) => {
    const sound = soundOf(w);
    return sound ? { audio: sound.sound.sha256 } : { text: w.source === 'text' ? w.text.trim() : '' };
  };
  const source = { ...(f.signer.trim() ? { signer: f.signer.trim() } : {}), ...(f.document.trim() ? { document: f.document.trim() } : {}) };
  return {
    ...(f.title.trim() ? { title: f.title.trim() } : {}),
    level: f.level,
    ...(f.language === 'vi' ? {} : { language: f.language }),
    ...said(f),
    ...(f.versions.length ? { versions: f.versions.map((v) => ({ language: v.language, ...said(v) })) } : {}),
    target: f.kind === 'programme' ? {} : target(f),
    when: when(f, now, zone),
    ...(f.validFrom ? { valid_from: f.validFrom } : {}), ...(f.validUntil ? { valid_until: f.validUntil } : {}),
    ...(Object.keys(source).length ? { source } : {}),
    ...(f.opening ? { opening: f.level === 'emergency' ? 'emergency' : 'opening' } : {}), ...(f.closing ? { closing: 'closing' } : {}),
    ...(f.repeat > 1 ? { repeat: f.repeat, gap_s: f.gap } : {}),
    ...(f.fate === 'restart' ? {} : { on_interrupted: f.fate }), ...(f.order ? { order: f.order } : {}),
  };
}

/** What keeps each step from being done; null where nothing does. */
export function missing(f: Form, clusters: Cluster[], now: number, zone: string): [Key | null, Key | null, Key | null] {
  const where: Key | null = f.kind !== 'programme' && reach(f, clusters).length === 0 ? 'cast.noneChosen' : null;
  return [missingContent(f), where, missingTime(f, now, zone)];
}

const says = (w: Words): boolean => (w.source === 'text' ? w.text.trim().length > 0 && letters(w.text) <= MAX_TEXT : soundOf(w) !== null);

function missingContent(f: Form): Key | null {
  if (!says(f)) return 'cast.needContent';
  if (f.source === 'text' && blanks(f.text).length) return 'lib.needBlanks';
  if (!f.versions.every(says)) return 'lib.needVersion';
  if (!(f.repeat >= 1 && f.repeat <= 10) || (f.repeat > 1 && !(f.gap >= 1 && f.gap <= 7200))) return 'lib.gapBad';
  if (f.validUntil && f.validUntil < f.validFrom) return 'cast.untilBefore';
  return null;
}

function missingTime(f: Form, now: number, zone: string): Key | null {
  if (f.kind === 'now' || f.kind === 'programme') return null;
  if (f.kind === 'rule') return f.kept ? null : recurLack(f.recur, now, zone);
  if (!f.time) return 'cast.pickTime';
  if (f.kind === 'once') return instant(f.date || local(now, zone).date, f.time, zone) <= now ? 'cast.past' : null;
  if (f.kind === 'weekly' && f.days.length === 0) return 'cast.pickDay';
  if (f.until && f.until < (f.from || local(now, zone).date)) return 'cast.untilBefore';
  return null;
}

/** The next quarter of an hour at least five minutes ahead, for a first proposal. */
export function soon(now: number, zone: string): { date: string; time: string } {
  const quarter = 15 * MINUTE;
  const l = local(Math.ceil((now + 5 * MINUTE) / quarter) * quarter, zone);
  return { date: l.date, time: l.time };
}

