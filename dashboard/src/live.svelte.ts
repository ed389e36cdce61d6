/** The hub's state as the page holds it, its clock, and how the link stands. */
import { Link, type LinkState } from './api/link';
import type { Camera, Cluster, Snapshot, Village } from './api/types';
import { checkSession } from './session.svelte';

const state = $state<{ link: LinkState; now: number; heard: number }>({ link: 'connecting', now: Date.now(), heard: 0 });
let model = $state.raw<Snapshot | null>(null);
/** By how much the hub's clock is ahead of this machine's, in milliseconds. */
let ahead = 0;
let link: Link | null = null;
let tick: ReturnType<typeof setInterval> | undefined;

const wake = () => link?.wake();
const onVisible = () => {
  if (document.visibilityState === 'visible') {
    state.now = Date.now() + ahead;
    wake();
  }
};

export function connect(): void {
  if (link) return;
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  link = new Link({
    url: `${scheme}://${location.host}/ws`,
    onModel: (m, hubNow) => {
      ahead = hubNow - Date.now();
      model = m;
      state.now = state.heard = hubNow;
    },
    onState: (s) => (state.link = s),
    onFailed: () => void checkSession(),
  });
  link.start();
  tick = setInterval(() => (state.now = Date.now() + ahead), 1000);
  document.addEventListener('visibilitychange', onVisible);
  addEventListener('online', wake);
  addEventListener('pageshow', onVisible);
}

export function disconnect(): void {
  link?.stop();
  link = null;
  clearInterval(tick);
  document.removeEventListener('visibilitychange', onVisible);
  removeEventListener('online', wake);
  removeEventListener('pageshow', onVisible);
  model = null;
  state.link = 'connecting';
  state.heard = 0;
}

export const reconnect = wake;
export const linkState = (): LinkState => state.link;
/** The model, or null before the first snapshot. */
export const live = (): Snapshot | null => model;
/** The hub's clock, each second anew, in Unix milliseconds. */
export const now = (): number => state.now;
/** When the hub was last heard (its clock), 0 for never. */
export const heardAt = (): number => state.heard;
export const zone = (): string => model?.commune.time_zone || 'Asia/Ho_Chi_Minh';

export const villageName = (id: string): string => model?.villages.find((v: Village) => v.id === id)?.name ?? id;
export const clusterOf = (id: string): Cluster | undefined => model?.clusters.find((c) => c.id === id);
export const clusterName = (id: string): string => clusterOf(id)?.name ?? id;
export const cameraOf = (id: string): Camera | undefined => model?.cameras.find((c) => c.id === id);
