/** What the page says about announcements and their occurrences. Pure. */
import type { Announcement, Cluster, Delivery, DeliveryState, Entry, Occurrence, Permission, Snapshot, Target } from './api/types';
import type { Tone } from './parts/marks';

/** The first words of a text, cut at a word. */
export function gist(text: string, length = 60): string {
  const line = text.trim().replace(/\s+/g, ' ');
  if (line.length <= length) return line;
  return line.slice(0, line.lastIndexOf(' ', length) > 20 ? line.lastIndexOf(' ', length) : length) + '…';
}

export const titleOf = (a: { title?: string; text?: string }, untitled: string): string => a.title || gist(a.text ?? '') || untitled;

export const tones: Record<DeliveryState, Tone> = {
  pending: 'wait', received: 'wait', playing: 'live', played: 'good',
  failed: 'bad', missed: 'bad', interrupted: 'warn', stopped: 'off', unreported: 'warn',
};

type Counted = Pick<Delivery, 'state'> & Partial<Pick<Delivery, 'reason' | 'entry'>>;

/** What a play that a person stopped counts as, as the monthly report counts it: an alarm that was heard whole before is in full. */
export function stopCounts(d: Counted): 'played' | 'part' | 'withdrawn' {
  if (!d.entry?.started_at) return 'withdrawn';
  return remarksOf({ reason: d.reason ?? '' }).includes('heard_whole') ? 'played' : 'part';
}

/** played: in full; part: a person stopped it while it sounded; withdrawn: before it sounded, so that nobody waits for it. */
export interface Tally { all: number; played: number; playing: number; bad: number; open: number; part: number; withdrawn: number }

export function tally(deliveries: Counted[]): Tally {
  const n = (...states: DeliveryState[]) => deliveries.filter((d) => states.includes(d.state)).length;
  const stopped = deliveries.filter((d) => d.state === 'stopped').map(stopCounts);
  const of = (as: string) => stopped.filter((s) => s === as).length;
  return {
    all: deliveries.length, played: n('played') + of('played'), playing: n('playing'),
    bad: n('failed', 'missed', 'interrupted', 'unreported'), open: n('pending', 'received'), part: of('part'), withdrawn: of('withdrawn'),
  };
}

/** True while a cluster still plays or may still begin. */
export function isOpen(o: Occurrence): boolean {
  const t = tally(o.deliveries ?? []);
  return t.playing + t.open > 0;
}

/** The clusters that a target means. */
export function resolve(target: Target, clusters: Cluster[]): Cluster[] {
  if (target.all) return clusters;
  return clusters.filter((c) => target.villages?.includes(c.village) || target.clusters?.includes(c.id));
}

/** What the hub remarked of plays that nobody had asked for: they prove no broadcast and count for nothing. */
const remarksOf = (e: Pick<Entry, 'reason'>): string[] => (e.reason ?? '').split('; ');
export const unasked = (e: Pick<Entry, 'reason'>): boolean => remarksOf(e).some((r) => r === 'unknown_item' || r === 'unplanned' || r === 'not_due');
/** True for a play of what the hub does not know: there is no page of it. */
export const unknown = (e: Pick<Entry, 'reason'>): boolean => remarksOf(e).includes('unknown_item');

/** One broadcast of the journal: what each cluster made of one occurrence. */
export interface Broadcast {
  /** The occurrence, with what it was said to be of where the hub does not know that. */
  key: string;
  occurrence: string;
  announcement: string;
  title: string;
  plannedAt: string;
  entries: Entry[];
}

/** Groups the journal by occurrence, newest first; of each cluster its newest entry holds. */
export function broadcasts(entries: Entry[]): Broadcast[] {
  const byOccurrence = new Map<string, Map<string, Entry>>();
  for (const e of entries) {
    const key = unknown(e) ? `${e.occurrence} ${e.announcement}` : e.occurrence;
    let clusters = byOccurrence.get(key);
    if (!clusters) byOccurrence.set(key, (clusters = new Map()));
    const old = clusters.get(e.cluster);
    if (!old || e.seq > old.seq) clusters.set(e.cluster, e);
  }
  const out: Broadcast[] = [];
  for (const [key, clusters] of byOccurrence) {
    const list = [...clusters.values()].sort((a, b) => a.cluster.localeCompare(b.cluster));
    const first = list[0]!;
    out.push({
      key, occurrence: first.occurrence, announcement: first.announcement, title: list.find((e) => e.title)?.title ?? '',
      plannedAt: first.planned_at, entries: list,
    });
  }
  return out.sort((a, b) => Date.parse(b.plannedAt) - Date.parse(a.plannedAt));
}

/** What was asked for, as the journal tells it, in the shape of a live delivery. */
export const asDeliveries = (b: Broadcast): Delivery[] =>
  b.entries.filter((e) => !unasked(e)).map((e) => ({ cluster: e.cluster, state: e.result, ...(e.reason ? { reason: e.reason } : {}), entry: e }));

/** True for what is due and has begun nowhere yet: it waits for its turn, or for the link. */
export const queued = (o: Occurrence): boolean => (o.deliveries ?? []).length > 0 && o.deliveries!.every((d) => d.state === 'pending' || d.state === 'received');

/** An announcement on air can be stopped, one that is about to sound or planned cancelled, a waiting one withdrawn. */
export type Way = 'stop' | 'drop' | 'unplan' | 'withdraw' | 'edit' | 'none';

export function wayOut(a: Announcement, onAir: Occurrence[]): Way {
  if (a.state === 'submitted') return 'withdraw';
  if (a.state === 'returned') return 'edit';
  if (a.state !== 'scheduled') return 'none';
  const open = onAir.filter((o) => o.announcement === a.id && isOpen(o));
  if (a.when.kind === 'now' && open.length && open.every(queued)) return 'drop';
  return a.when.kind === 'now' || open.length ? 'stop' : 'unplan';
}

/** What waits for an approver: an announcement or a programme, or a change of one that is planned. */
export const waits = (x: { state: Announcement['state']; proposed?: unknown }): boolean => x.state === 'submitted' || (x.state === 'scheduled' && !!x.proposed);

/** The emergencies that sound until somebody stops them, the newest first: it has the air. */
export const alarms = (list: Announcement[]): Announcement[] =>
  list.filter((a) => a.alert && a.state === 'scheduled').sort((a, b) => b.created_at.localeCompare(a.created_at));

/** The occurrences that sound, or will go on: an emergency repeats, and may have given way to a newer one. */
export function onAirNow(s: Pick<Snapshot, 'announcements' | 'on_air'>): Set<string> {
  const on = new Set(alarms(s.announcements).map((a) => a.id));
  return new Set(s.on_air.filter((o) => isOpen(o) || on.has(o.announcement)).map((o) => o.id));
}

/** True while something more urgent, or a newer emergency, sounds in its place everywhere. */
export function gaveWay(o: Occurrence | undefined): boolean {
  const states = (o?.deliveries ?? []).map((d) => d.state);
  return states.includes('interrupted') && !states.includes('playing');
}

/** An approver launches alone; a broadcaster where one person decides. */
export const mayLaunch = (can: (p: Permission) => boolean, approval: 'one-person' | 'two-person'): boolean =>
  can('approve') || (can('announce') && approval === 'one-person');

/** How long a cluster may take from a launch until it sounds, before somebody should be told. */
const SILENT_MS = 5000;

/** The clusters on which something that must sound now does not. */
export const silent = (o: Occurrence, now: number): string[] =>
  now - Date.parse(o.start) < SILENT_MS ? [] : (o.deliveries ?? []).filter((d) => ['pending', 'received', 'failed', 'missed'].includes(d.state)).map((d) => d.cluster);
