/** Every call that the page makes, by name. */
import { call, fetchRaw, get, upload } from './http';
import type {
  Announcement, AuditEntry, Draft, Entry, Me, Occurrence, Point, Position, Preview, Sound, User, Role,
} from './types';

const id = encodeURIComponent;

export const hub = {
  login: (name: string, password: string) => call<unknown>('POST', '/api/login', { name, password }),
  logout: () => call<unknown>('POST', '/api/logout', {}),
  me: () => get<Me>('/api/me'),
  changePassword: (old: string, next: string) => call<unknown>('POST', '/api/me/password', { old, new: next }),

  submit: (draft: Draft) => call<Announcement>('POST', '/api/announcements', draft),
  preview: (draft: Draft) => call<Preview>('POST', '/api/announcements/preview', draft),
  announcements: async (limit = 50) =>
    (await get<{ announcements: Announcement[] | null }>('/api/announcements', { limit })).announcements ?? [],
  announcement: (a: string) =>
    get<{ announcement: Announcement; occurrences: Occurrence[] | null }>(`/api/announcements/${id(a)}`),
  approve: (a: string) => call<Announcement>('POST', `/api/announcements/${id(a)}/approve`, {}),
  sendBack: (a: string, remark: string) => call<Announcement>('POST', `/api/announcements/${id(a)}/return`, { remark }),
  cancel: (a: string) => call<Announcement>('POST', `/api/announcements/${id(a)}/cancel`, {}),

  speak: (text: string) => call<Sound>('POST', '/api/speech', { text }),
  uploadAudio: (file: Blob, name: string, progress: (share: number) => void, signal: AbortSignal) =>
    upload<Sound>(`/api/audio?name=${id(name)}`, file, progress, signal),
  media: (sha256: string) => `/media/${id(sha256)}`,

  journal: async (q: { since?: string; until?: string; announcement?: string; cluster?: string; limit?: number }) =>
    (await get<{ entries: Entry[] | null }>('/api/journal', q)).entries ?? [],
  readings: async (device: string, metric: string, since: string, until?: string, points = 500) =>
    (await get<{ points: Point[] | null }>('/api/readings', { device, metric, since, until, points })).points ?? [],
  picture: (camera: string, signal: AbortSignal) => fetchRaw(`/api/cameras/${id(camera)}/picture`, { signal, cache: 'no-store' }),

  users: async () => (await get<{ users: User[] | null }>('/api/users')).users ?? [],
  addUser: (u: { name: string; display_name: string; role: Role; password: string }) => call<User>('POST', '/api/users', u),
  putUser: (name: string, u: { display_name: string; role: Role; disabled: boolean }) => call<User>('PUT', `/api/users/${id(name)}`, u),
  resetPassword: (name: string, password: string) => call<unknown>('PUT', `/api/users/${id(name)}/password`, { password }),
  audit: async (since: string, limit: number) =>
    (await get<{ entries: AuditEntry[] | null }>('/api/audit', { since, limit })).entries ?? [],

  putVillage: (v: { id: string; name: string; position: Position }) => call<unknown>('PUT', `/api/villages/${id(v.id)}`, v),
  putCluster: (c: { id: string; name: string; village: string; position: Position; volume: number }) =>
    call<unknown>('PUT', `/api/clusters/${id(c.id)}`, c),
  putCamera: (c: { id: string; name: string; village: string; position: Position; url: string; username: string; password: string }) =>
    call<unknown>('PUT', `/api/cameras/${id(c.id)}`, c),
  remove: (kind: 'villages' | 'clusters' | 'cameras', what: string) => call<unknown>('DELETE', `/api/${kind}/${id(what)}`),
  credentials: (device: string) =>
    call<{ username: string; password: string }>('POST', `/api/devices/${id(device)}/credentials`, {}),
};
