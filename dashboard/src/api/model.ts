/** The page's copy of the hub's read model: a snapshot, kept true by ordered changes. Pure. */
import type { Change, Message, Snapshot } from './types';

/** After this long the hub forgets an occurrence that is over; so does the page. */
const ON_AIR_MS = 10 * 60_000;

function put<T extends { id: string }>(list: T[], item: T): T[] {
  const at = list.findIndex((old) => old.id === item.id);
  return at < 0 ? [...list, item] : list.map((old, i) => (i === at ? item : old));
}

/** Go writes an empty list as null in places; the page knows lists alone. */
function whole(s: Snapshot): Snapshot {
  return {
    ...s,
    villages: s.villages ?? [], clusters: s.clusters ?? [], cameras: s.cameras ?? [],
    announcements: s.announcements ?? [], programmes: s.programmes ?? [], on_air: s.on_air ?? [], next: s.next ?? [],
  };
}

function change(s: Snapshot, c: Change): Snapshot {
  const next = { ...s, seq: c.seq };
  if (c.cluster) next.clusters = put(s.clusters, c.cluster);
  if (c.camera) next.cameras = put(s.cameras, c.camera);
  if (c.announcement) next.announcements = put(s.announcements, c.announcement);
  if (c.programme) next.programmes = put(s.programmes, c.programme);
  if (c.on_air) next.on_air = put(s.on_air, c.on_air);
  if ('next' in c) next.next = c.next ?? [];
  if (c.hub) next.hub = c.hub;
  if (c.inventory) {
    next.villages = c.inventory.villages ?? [];
    next.clusters = c.inventory.clusters ?? [];
    next.cameras = c.inventory.cameras ?? [];
  }
  return next;
}

/**
 * Returns the model after a message. A change that is already known is passed
 * over. Changes without a snapshot to lay them on give null: the caller asks
 * for a new snapshot.
 */
export function merge(held: Snapshot | null, message: Message): Snapshot | null {
  let s = message.snapshot ? whole(message.snapshot) : held;
  for (const c of message.changes ?? []) {
    if (!s) return null;
    if (c.seq > s.seq) s = change(s, c);
  }
  if (!s) return null;
  const now = Date.parse(message.now);
  const fresh = s.on_air.filter((o) => Date.parse(o.start) + o.duration_ms + ON_AIR_MS > now);
  if (fresh.length !== s.on_air.length) s = { ...s, on_air: fresh };
  return s;
}
