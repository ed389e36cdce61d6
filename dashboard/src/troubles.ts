/** What is ill in the commune, the worst first. Pure. */
import type { Camera, Cluster, Snapshot } from './api/types';
import type { Tone } from './parts/marks';
import type { Key } from './words/catalogue';
import { MINUTE } from './words/time';

export interface Trouble {
  device: string;
  kind: 'cluster' | 'camera';
  name: string;
  village: string;
  tone: 'bad' | 'warn';
  what: Key;
  next: Key;
  since: string | undefined;
}

export const cameraTone = (c: Camera): Tone =>
  ({ healthy: 'good', suspect: 'warn', down: 'bad', unknown: 'wait' } as const)[c.health.state];

/** The end of the silence that somebody asked of a cluster; 0 when it may sound. */
export const mutedUntil = (c: Cluster, now: number): number => {
  const until = Date.parse(c.muted_until ?? '');
  return until > now ? until : 0;
};

export const clusterTone = (c: Cluster, now: number): Tone =>
  !c.online ? 'bad' : mutedUntil(c, now) ? 'off' : c.playing ? 'live' : c.plan_current ? 'good' : 'warn';

export const clusterWord = (c: Cluster, now: number): Key => {
  if (!c.online) return c.since ? 'cluster.offline' : 'cluster.never';
  return mutedUntil(c, now) ? 'cluster.muted' : c.playing ? 'cluster.playing' : 'cluster.online';
};

export const cameraReason = (c: Camera): Key => (c.health.reason ? `reason.${c.health.reason}` : `camera.${c.health.state}`);

/** A plan that has just changed is on its way: that is no trouble yet. */
const SETTLING_MS = 2 * MINUTE;

export function troubles(s: Snapshot, now: number): Trouble[] {
  const settling = s.announcements.some((a) => a.decided_at && now - Date.parse(a.decided_at) < SETTLING_MS)
    || now - Date.parse(s.hub.started_at) < SETTLING_MS;
  const out: Trouble[] = [];
  for (const c of s.clusters) {
    const of = { device: c.id, kind: 'cluster' as const, name: c.name, village: c.village };
    if (!c.online) out.push({ ...of, tone: 'bad', what: clusterWord(c, now), next: c.since ? 'next.offline' : 'next.never', since: c.since });
    else if (!c.plan_current && !settling) out.push({ ...of, tone: 'warn', what: 'over.planOld', next: 'over.planOldNext', since: undefined });
  }
  for (const c of s.cameras) {
    if (c.health.state !== 'down' && c.health.state !== 'suspect') continue;
    out.push({
      device: c.id, kind: 'camera', name: c.name, village: c.village,
      tone: c.health.state === 'down' ? 'bad' : 'warn',
      what: cameraReason(c),
      next: c.health.reason ? `next.${c.health.reason}` : 'next.timeout',
      since: c.health.since,
    });
  }
  const rank = (t: Trouble) => (t.tone === 'bad' ? 0 : 1);
  return out.sort((a, b) => rank(a) - rank(b) || (b.since ?? '').localeCompare(a.since ?? ''));
}

const cameraRank = { down: 0, suspect: 1, unknown: 2, healthy: 3 };

/** The wall's order: trouble first, newest trouble before old, then by name. */
export function byTrouble(a: Camera, b: Camera): number {
  const rank = cameraRank[a.health.state] - cameraRank[b.health.state];
  if (rank) return rank;
  if (a.health.state !== 'healthy') return b.health.since.localeCompare(a.health.since);
  return a.name.localeCompare(b.name, 'vi', { numeric: true });
}
