/** A village, a cluster or a camera as the form edits it. Pure. */
import type { Camera, Cluster, Village } from '../../api/types';

export type Kind = 'villages' | 'clusters' | 'cameras';

export interface Place {
  kind: Kind;
  /** Not in the inventory yet. */
  fresh: boolean;
  id: string;
  name: string;
  village: string;
  lat: number;
  lon: number;
  volume: number;
  /** By how much it sounds later than the others, in ms. */
  offset: number;
  url: string;
  username: string;
  password: string;
}

const DEFAULT_VOLUME = 80;

export const blankPlace = (kind: Kind, village: string): Place => ({
  kind, fresh: true, id: '', name: '', village: kind === 'villages' ? '' : village, lat: 0, lon: 0, volume: DEFAULT_VOLUME, offset: 0, url: '', username: '', password: '',
});

export const villagePlace = (v: Village): Place => ({
  ...blankPlace('villages', ''), fresh: false, id: v.id, name: v.name, lat: v.position.lat, lon: v.position.lon,
});
export const clusterPlace = (c: Cluster): Place => ({
  ...blankPlace('clusters', c.village), fresh: false, id: c.id, name: c.name, lat: c.position.lat, lon: c.position.lon, volume: c.volume, offset: c.offset_ms ?? 0,
});
export const cameraPlace = (c: Camera): Place => ({
  ...blankPlace('cameras', c.village), fresh: false, id: c.id, name: c.name, lat: c.position.lat, lon: c.position.lon,
});

export const isId = (s: string): boolean => /^[a-z0-9-]{1,32}$/.test(s);
