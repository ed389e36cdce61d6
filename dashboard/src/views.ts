/** The views of the page: who may open them, and the chunk that holds each. */
import type { Component } from 'svelte';
import type { Permission, Role } from './api/types';
import type { Key } from './words/catalogue';
import type { IconName } from './parts/icons';

export interface View {
  path: string;
  title: Key;
  icon: IconName;
  /** The person needs one of these; none means that everybody may. */
  needs?: Permission[];
  /** Roles for whom the entry is left out of the menu though they may open it. */
  hiddenFor?: Role[];
  /** Not in the menu: opened from elsewhere. */
  inner?: boolean;
  /** warm fetches what the view shows first, ahead of its being opened. */
  load: () => Promise<{ default: Component; warm?: () => Promise<unknown> }>;
}

export const views: View[] = [
  { path: 'tong-quan', title: 'nav.overview', icon: 'overview', load: () => import('./views/Overview.svelte') },
  { path: 'phat-thanh', title: 'nav.broadcast', icon: 'horn', needs: ['announce'], load: () => import('./views/Broadcast.svelte') },
  { path: 'cho-duyet', title: 'nav.approve', icon: 'approve', needs: ['approve'], load: () => import('./views/Approvals.svelte') },
  { path: 'lich', title: 'nav.calendar', icon: 'calendar', hiddenFor: ['police', 'technician'], load: () => import('./views/Calendar.svelte') },
  { path: 'nhat-ky', title: 'nav.journal', icon: 'journal', hiddenFor: ['police'], load: () => import('./views/Journal.svelte') },
  { path: 'bao-cao', title: 'nav.report', icon: 'chart', hiddenFor: ['police', 'technician'], load: () => import('./views/Reports.svelte') },
  { path: 'camera', title: 'nav.cameras', icon: 'camera', load: () => import('./views/Cameras.svelte') },
  { path: 'thiet-bi', title: 'nav.devices', icon: 'device', load: () => import('./views/Devices.svelte') },
  { path: 'quan-tri', title: 'nav.admin', icon: 'admin', needs: ['inventory', 'users', 'audit'], load: () => import('./views/Admin.svelte') },
  { path: 'khan-cap', title: 'sos.title', icon: 'alert', needs: ['announce', 'approve'], inner: true, load: () => import('./views/Emergency.svelte') },
  { path: 'chuong-trinh', title: 'prog.title', icon: 'calendar', inner: true, load: () => import('./views/Programme.svelte') },
  { path: 'ban-tin', title: 'one.title', icon: 'horn', inner: true, load: () => import('./views/Announcement.svelte') },
];

const loaded = new Map<View, ReturnType<View['load']>>();

/** The chunk of a view, asked for once; one that failed to come is asked for again. */
export function chunkOf(view: View): ReturnType<View['load']> {
  let chunk = loaded.get(view);
  if (!chunk) {
    chunk = view.load();
    loaded.set(view, chunk);
    chunk.catch(() => loaded.delete(view));
  }
  return chunk;
}

/** Fetches views one after another while nothing else is to do, and with warm what they show. What it returns ends that. */
export function fetchAhead(list: View[], warm: boolean): () => void {
  let over = false;
  const idle = window.requestIdleCallback ?? ((f: () => void) => setTimeout(f, 0));
  const from = (i: number) => idle(() => {
    const view = list[i];
    if (over || !view) return;
    void chunkOf(view).then((m) => (warm ? m.warm?.() : undefined)).catch(() => {}).finally(() => from(i + 1));
  });
  from(0);
  return () => { over = true; };
}

/** Where each role begins its day. */
export const home: Record<Role, string> = {
  broadcaster: 'phat-thanh',
  approver: 'cho-duyet',
  police: 'camera',
  technician: 'thiet-bi',
  admin: 'tong-quan',
};
