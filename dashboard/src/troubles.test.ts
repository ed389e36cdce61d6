import { expect, test } from 'vitest';
import type { Camera, Cluster, Snapshot } from './api/types';
import { byTrouble, clusterTone, clusterWord, troubles } from './troubles';

const now = Date.parse('2026-08-16T10:05:00Z');
const at = (secondsAgo: number) => new Date(now - secondsAgo * 1000).toISOString();
const cluster = (id: string, more: Partial<Cluster>) => ({ id, name: id, village: 'v', online: true, plan_current: true, ...more }) as Cluster;
const camera = (id: string, state: Camera['health']['state'], since: string, reason?: Camera['health']['reason']) => ({ id, name: id, village: 'v', health: { state, since, reason } }) as Camera;
const world = (clusters: Cluster[], cameras: Camera[], decided?: string) =>
  ({ clusters, cameras, hub: { started_at: at(9999) }, announcements: decided ? [{ decided_at: decided }] : [] }) as unknown as Snapshot;

test('what is broken stands above what needs attention, the newest first', () => {
  const list = troubles(world(
    [cluster('off', { online: false, since: at(600) }), cluster('fine', {}), cluster('old-plan', { plan_current: false })],
    [camera('down', 'down', at(60), 'no_frames'), camera('suspect', 'suspect', at(5), 'timeout'), camera('good', 'healthy', at(1))],
  ), now);
  expect(list.map((t) => [t.device, t.tone])).toEqual([['down', 'bad'], ['off', 'bad'], ['suspect', 'warn'], ['old-plan', 'warn']]);
  expect(list[0]).toMatchObject({ what: 'reason.no_frames', next: 'next.no_frames' });
});

test('a plan that was changed a moment ago is on its way, not a trouble', () => {
  expect(troubles(world([cluster('x', { plan_current: false })], [], at(30)), now)).toEqual([]);
  expect(troubles(world([cluster('x', { plan_current: false })], [], at(300)), now)).toHaveLength(1);
});

test('a cluster that was told to be silent says so for as long as it is, and is no trouble', () => {
  const muted = cluster('x', { muted_until: at(-60), playing: {} as Cluster['playing'] });
  expect([clusterTone(muted, now), clusterWord(muted, now)]).toEqual(['off', 'cluster.muted']);
  expect([clusterTone(muted, now + 61_000), clusterWord(muted, now + 61_000)]).toEqual(['live', 'cluster.playing']);
  expect(clusterWord({ ...muted, online: false }, now)).toBe('cluster.never');
  expect(troubles(world([muted], []), now)).toEqual([]);
});

test('a cluster that never came asks for another step than one that was lost', () => {
  expect(troubles(world([cluster('new', { online: false }), cluster('lost', { online: false, since: at(9) })], []), now).map((x) => [x.device, x.next])).toEqual([['lost', 'next.offline'], ['new', 'next.never']]);
});

test('the wall begins with trouble', () => {
  const wall = [camera('b', 'healthy', at(1)), camera('a', 'healthy', at(9)), camera('old', 'down', at(99)), camera('new', 'down', at(9)), camera('s', 'suspect', at(1))];
  expect(wall.sort(byTrouble).map((c) => c.id)).toEqual(['new', 'old', 's', 'a', 'b']);
});
