/** A programme as the form edits it. Pure. */
import type { Announcement, Level, Programme, ProgrammeDraft, ProgrammeItem, When } from './api/types';
import { blankRecur, recurLack, recurWhen, whenRecur, type Recur } from './recur';
import { placeOf, target, type Place } from './views/cast/form';
import type { Key } from './words/catalogue';
import { instant, local } from './words/time';

/** One line of the list. key keeps the line when it moves. */
export interface Line { key: number; announcement: string; fill: number; repeat: number; gap: number }

export interface ProgrammeForm extends Place {
  title: string;
  opening: boolean;
  closing: boolean;
  lines: Line[];
  /** Once, or again and again. */
  rhythm: 'once' | 'repeats';
  date: string;
  time: string;
  recur: Recur;
  /** A schedule that the form cannot show; it stays as it is. */
  kept: When | null;
}

/** The hub's own pause between two items. */
export const DEFAULT_GAP = 2; // s
const DEFAULT_FILL = 3;

let keys = 0;
export const line = (more: Partial<Line>): Line => ({ key: ++keys, announcement: '', fill: 0, repeat: 0, gap: DEFAULT_GAP, ...more });
export const fillLine = (): Line => line({ fill: DEFAULT_FILL });

export const blankProgramme = (): ProgrammeForm => ({
  title: '', opening: true, closing: true, lines: [], where: 'all', villages: [], clusters: [], kind: 'rule', rhythm: 'repeats', date: '', time: '05:30', recur: blankRecur(), kept: null,
});

export function programmeForm(p: ProgrammeDraft, zone: string): ProgrammeForm {
  const form = blankProgramme();
  const recur = whenRecur(p.when, zone);
  const at = p.when.at ? local(Date.parse(p.when.at), zone) : null;
  return {
    ...form,
    title: p.title, opening: !!p.opening, closing: !!p.closing,
    lines: p.items.map((i) => line({ announcement: i.announcement ?? '', fill: i.fill?.max ?? 0, repeat: i.repeat ?? 0, gap: i.gap_s || DEFAULT_GAP })),
    ...placeOf(p.target),
    rhythm: p.when.kind === 'once' ? 'once' : 'repeats', date: at?.date ?? '', time: at?.time ?? form.time,
    ...(recur ? { recur } : {}), kept: p.when.kind === 'rule' && !recur ? p.when : null,
  };
}

export function programmeWhen(f: ProgrammeForm, now: number, zone: string): When {
  if (f.rhythm === 'once') return { kind: 'once', ...(f.date && f.time ? { at: new Date(instant(f.date, f.time, zone)).toISOString() } : {}) };
  return f.kept ?? recurWhen(f.recur, now, zone);
}

export function programmeDraft(f: ProgrammeForm, now: number, zone: string): ProgrammeDraft {
  return {
    title: f.title.trim(), target: target(f), when: programmeWhen(f, now, zone),
    ...(f.opening ? { opening: 'opening' } : {}), ...(f.closing ? { closing: 'closing' } : {}),
    items: f.lines.map((l): ProgrammeItem => ({
      ...(l.fill ? { fill: { max: l.fill } } : { announcement: l.announcement }),
      ...(l.repeat > 0 ? { repeat: l.repeat } : {}), ...(l.gap !== DEFAULT_GAP ? { gap_s: l.gap } : {}),
    })),
  };
}

export function programmeLack(f: ProgrammeForm, now: number, zone: string): Key | null {
  if (!f.title.trim()) return 'prog.needTitle';
  if (!f.lines.length) return 'prog.needItems';
  if (f.lines.some((l) => !(l.repeat >= 0 && l.repeat <= 10) || !(l.gap >= 1 && l.gap <= 7200))) return 'lib.gapBad';
  if (f.where !== 'all' && !(f.where === 'villages' ? f.villages : f.clusters).length) return 'cast.noneChosen';
  if (f.rhythm === 'once') return !f.date || !f.time ? 'cast.pickTime' : instant(f.date, f.time, zone) <= now ? 'cast.past' : null;
  return f.kept ? null : recurLack(f.recur, now, zone);
}

/** The list with the line at one place moved to another. */
export function moved<T>(list: T[], from: number, to: number): T[] {
  if (from === to || from < 0 || to < 0 || from >= list.length || to >= list.length) return list;
  const out = [...list];
  out.splice(to, 0, ...out.splice(from, 1));
  return out;
}

/** The announcements of the library: those for programmes that are not over, the newest first. */
export const library = (list: Announcement[]): Announcement[] =>
  list.filter((a) => a.when.kind === 'programme' && a.state !== 'cancelled' && a.state !== 'done').sort((a, b) => b.created_at.localeCompare(a.created_at));

const urgency: Record<Level, number> = { emergency: 0, priority: 1, normal: 2 };
export const byUrgency = (a: { level: Level }, b: { level: Level }): number => urgency[a.level] - urgency[b.level];

export const isEditable = (p: Programme): boolean => p.state !== 'cancelled' && p.state !== 'done';
