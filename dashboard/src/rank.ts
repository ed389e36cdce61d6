/** The place of an announcement among equals that it meets. Pure. */
import type { Finding, Rival } from './api/types';

/** How far apart the orders of two neighbours are set, so that a third fits in between. */
const STEP = 10;
const MOST = 1000;

/** The equals that findings tell of, in the order in which they sound. */
export function rivalsOf(findings: Finding[]): Rival[] {
  const of = new Map<string, Rival>();
  for (const f of findings) if (f.rival) of.set(f.rival.announcement ?? f.rival.programme ?? '', f.rival);
  return [...of.values()].sort((a, b) => a.order - b.order || a.title.localeCompare(b.title, 'vi'));
}

/** The order that puts it before the rival at a place (the length of the list: behind all); null where nothing fits. */
export function orderAt(rivals: Rival[], place: number): number | null {
  const [before, after] = [rivals[place - 1]?.order, rivals[place]?.order];
  if (before === undefined && after === undefined) return 0;
  if (before === undefined) return after! - STEP < -MOST ? null : after! - STEP;
  if (after === undefined) return before + STEP > MOST ? null : before + STEP;
  const middle = Math.floor((before + after) / 2);
  return before < middle && middle < after ? middle : null;
}

/** Where it stands now, or null while it shares its order with a rival and somebody has to say. */
export function placeAmong(rivals: Rival[], order: number): number | null {
  return rivals.some((r) => r.order === order) ? null : rivals.filter((r) => r.order < order).length;
}
