/** Which broadcasts of the journal a person asks for, and their sums. Pure. */
import { asDeliveries, isOpen, tally, type Broadcast } from './announcements';
import type { Delivery, Entry, Occurrence } from './api/types';
import { matches } from './search';
import type { Tone } from './parts/marks';

/** bad: a cluster did not play it; unheard: it played, but too quietly. */
export const outcomes = ['all', 'bad', 'unheard'] as const;
export type Outcome = (typeof outcomes)[number];

export interface Asked {
  query: string;
  /** "village/na-chuong", "cluster/loa-01", empty for everywhere. */
  place: string;
  outcome: Outcome;
}

/** plays are those that should have sounded, played those in full, part those that a person stopped while they sounded: as the monthly report counts them. */
export interface Sum { broadcasts: number; plays: number; played: number; bad: number; part: number; withdrawn: number; unheard: number }

const unheard = (b: Broadcast): number => b.entries.filter((e) => e.heard === 'no').length;

export const sumOf = (list: Broadcast[]): Sum => ({ ...sumUp(list.flatMap(asDeliveries)), broadcasts: list.filter((b) => asDeliveries(b).length).length });

/** The sum of one broadcast. */
export function sumUp(list: Delivery[]): Sum {
  const t = tally(list);
  return { broadcasts: 1, plays: t.all - t.withdrawn, played: t.played, bad: t.bad, part: t.part, withdrawn: t.withdrawn, unheard: list.filter((d) => d.entry?.heard === 'no').length };
}

/** Occurrences with what the journal says of each play: it alone knows whether it was heard. */
export function judged(list: Occurrence[], entries: Entry[]): Occurrence[] {
  const of = new Map(entries.map((e) => [`${e.occurrence} ${e.cluster}`, e]));
  return list.map((o) => ({ ...o, deliveries: (o.deliveries ?? []).map((d) => {
    const entry = d.state === 'played' ? of.get(`${o.id} ${d.cluster}`) : undefined;
    return entry ? { ...d, entry } : d;
  }) }));
}

/** How a broadcast went, in one tone: what did not sound everywhere or was not heard wants a look. */
export function toneOf(s: Sum): Tone {
  if (s.bad) return s.played || s.part ? 'warn' : 'bad';
  if (s.unheard) return 'warn';
  return s.played && !s.part ? 'good' : 'off';
}

/** The broadcasts that are over: of what still sounds the journal holds the losses alone. */
export const ended = (list: Broadcast[], onAir: Occurrence[]): Broadcast[] => {
  const on = new Set(onAir.filter(isOpen).map((o) => o.id));
  return list.filter((b) => !on.has(b.occurrence));
};

/** The broadcasts that are asked for, of each only the clusters that are. */
export function choose(list: Broadcast[], asked: Asked, villageOf: (cluster: string) => string): Broadcast[] {
  const [kind, id] = asked.place.split('/');
  const here = (cluster: string) => !id || (kind === 'village' ? villageOf(cluster) : cluster) === id;
  return list.map((b) => ({ ...b, entries: b.entries.filter((e) => here(e.cluster)) })).filter((b) => {
    if (!b.entries.length || !matches(asked.query, b.title || b.announcement)) return false;
    if (asked.outcome === 'bad') return tally(asDeliveries(b)).bad > 0;
    return asked.outcome === 'all' || unheard(b) > 0;
  });
}
