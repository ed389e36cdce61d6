/** Every call that the page makes, by name. */
import { call, fetchRaw, get, upload } from './http';
import type { components } from './openapi';
import type {
  Announcement, Draft, EmergencyDraft, Instructed, Inventory, Layout, Me, Preview, Programme, ProgrammeDraft, ProgrammeView, Report, Rules, SeriesEdit, Sound,
  Spoken, Stopped, Target, User,
} from './types';

type Wire = components['schemas'];

const id = encodeURIComponent;

/** What has a schedule that may be edited. */
export type Series = 'announcements' | 'programmes';

export const hub = {
  login: (name: string, password: string) => call<unknown>('POST', '/api/login', { name, password }),
  logout: () => call<unknown>('POST', '/api/logout', {}),
  me: () => get<Me>('/api/me'),
  changePassword: (old: string, next: string) => call<unknown>('POST', '/api/me/password', { old, new: next }),

  submit: (draft: Draft) => call<Announcement>('POST', '/api/announcements', draft),
  preview: (draft: Draft) => call<Preview>('POST', '/api/announcements/preview', draft),
  announcements: async (limit = 50) =>
    (await get<Wire['AnnouncementsOutputBody']>('/api/announcements', { limit })).announcements,
  announcement: (a: string) =>
    get<Wire['AnnouncementDetailBody']>(`/api/announcements/${id(a)}`),
  /** The hub refuses when the revision is another by now: what was listened to is approved, nothing else. */
  approve: (a: string, revision: number | undefined) => call<Announcement>('POST', `/api/announcements/${id(a)}/approve?revision=${revision ?? 0}`, {}),
  sendBack: (a: string, remark: string) => call<Announcement>('POST', `/api/announcements/${id(a)}/return`, { remark }),
  order: (a: string, order: number) => call<Announcement>('PUT', `/api/announcements/${id(a)}/order`, { order }),
  cancel: (a: string) => call<Announcement>('POST', `/api/announcements/${id(a)}/cancel`, {}),
  checks: async (draft: Draft, of: string) =>
    (await call<Wire['FindingsOutputBody']>('POST', `/api/announcements/checks${of ? `?id=${id(of)}` : ''}`, draft)).findings ?? [],
  saveDraft: (draft: Draft) => call<Announcement>('POST', '/api/announcements?draft=true', draft),
  editDraft: (a: string, draft: Draft) => call<Announcement>('PUT', `/api/announcements/${id(a)}`, draft),
  submitDraft: (a: string) => call<Announcement>('POST', `/api/announcements/${id(a)}/submit`, {}),

  calendar: async (from: number, to: number) =>
    (await get<Wire['Calendar']>('/api/calendar', { from: new Date(from).toISOString(), to: new Date(to).toISOString() })).entries ?? [],
  /** Says whether the edit waits for approval, and whether it can be taken back. */
  editSeries: async (kind: Series, a: string, edit: SeriesEdit): Promise<{ proposed: boolean; undoable: boolean }> => {
    const made = (await call<Partial<Record<Series, (Pick<Announcement, 'state'> & { proposed?: unknown; earlier?: unknown[] })[]>>>('POST', `/api/${kind}/${id(a)}/occurrences`, edit))[kind]?.[0];
    const proposed = made?.proposed !== undefined;
    return { proposed, undoable: proposed || (made?.state === 'scheduled' && !!made.earlier?.length) };
  },
  undoEdit: (kind: Series, a: string) => call<unknown>('POST', `/api/${kind}/${id(a)}/undo`, {}),
  programmes: async (state?: string) => (await get<Wire['ProgrammesOutputBody']>('/api/programmes', { state })).programmes ?? [],
  programme: (p: string) => get<ProgrammeView>(`/api/programmes/${id(p)}`),
  addProgramme: (p: ProgrammeDraft, draft: boolean) => call<Programme>('POST', `/api/programmes${draft ? '?draft=true' : ''}`, p),
  editProgramme: (p: string, d: ProgrammeDraft) => call<Programme>('PUT', `/api/programmes/${id(p)}`, d),
  submitProgramme: (p: string) => call<Programme>('POST', `/api/programmes/${id(p)}/submit`, {}),
  approveProgramme: (p: string, revision: number | undefined) => call<Programme>('POST', `/api/programmes/${id(p)}/approve?revision=${revision ?? 0}`, {}),
  sendBackProgramme: (p: string, remark: string) => call<Programme>('POST', `/api/programmes/${id(p)}/return`, { remark }),
  cancelProgramme: (p: string) => call<Programme>('POST', `/api/programmes/${id(p)}/cancel`, {}),
  previewProgramme: (d: ProgrammeDraft) => call<Layout>('POST', '/api/programmes/preview', d),
  checkProgramme: async (d: ProgrammeDraft, of: string) =>
    (await call<Wire['FindingsOutputBody']>('POST', `/api/programmes/checks${of ? `?id=${id(of)}` : ''}`, d)).findings ?? [],

  rules: () => get<Rules>('/api/rules'),
  setRules: (r: Rules) => call<Rules>('PUT', '/api/rules', r),
  normalise: (text: string) => call<Spoken>('POST', '/api/normalise', { text }),

  emergency: (e: EmergencyDraft) => call<Announcement>('POST', '/api/emergency', e),
  feed: () => call<{ address: string }>('GET', '/api/calendar/feed'),
  renewFeed: () => call<{ address: string }>('POST', '/api/calendar/feed', {}),
  stop: (target?: Target, rest = false) => call<Stopped>('POST', '/api/stop', { ...(target ? { target } : {}), ...(rest ? { rest } : {}) }),
  command: (cluster: string, c: Wire['Instruction']) => call<Instructed>('POST', `/api/clusters/${id(cluster)}/commands`, c),
  commands: async (cluster: string, limit: number) =>
    (await get<Wire['InstructedOutputBody']>(`/api/clusters/${id(cluster)}/commands`, { limit })).commands,

  /** Speaks a text; job tells how far it is. */
  speak: (text: string, language: string, job: string, signal: AbortSignal) => call<Sound>('POST', `/api/speech?job=${job}`, { text, language }, signal),
  uploadAudio: (file: Blob, name: string, job: string, signal: AbortSignal, progress: (share: number) => void) =>
    upload<Sound>(`/api/audio?name=${id(name)}&job=${job}`, file, progress, signal),
  job: (job: string) => get<Wire['JobState']>(`/api/jobs/${id(job)}`),
  media: (sha256: string) => `/media/${id(sha256)}`,

  journal: async (q: { since?: string; until?: string; announcement?: string; cluster?: string; limit?: number }) =>
    (await get<Wire['JournalOutputBody']>('/api/journal', q)).entries,
  readings: async (device: string, metric: string, since: string, until?: string, points = 500) =>
    (await get<Wire['ReadingsOutputBody']>('/api/readings', { device, metric, since, until, points })).points,
  verifyJournal: () => get<Wire['JournalVerification']>('/api/journal/verify'),
  report: (month: string) => get<Report>('/api/report', { month }),
  picture: (camera: string, signal: AbortSignal) => fetchRaw(`/api/cameras/${id(camera)}/picture`, { signal, cache: 'no-store' }),

  inventory: () => get<Inventory>('/api/inventory'),
  users: async () => (await get<Wire['UsersOutputBody']>('/api/users')).users,
  addUser: (u: Wire['NewUserInputBody']) => call<User>('POST', '/api/users', u),
  putUser: (name: string, u: Wire['UserInputBody']) => call<User>('PUT', `/api/users/${id(name)}`, u),
  resetPassword: (name: string, password: string) => call<unknown>('PUT', `/api/users/${id(name)}/password`, { password }),
  audit: async (since: string, limit: number) =>
    (await get<Wire['AuditOutputBody']>('/api/audit', { since, limit })).entries,

  putVillage: (v: string, body: Wire['VillageInputBody']) => call<unknown>('PUT', `/api/villages/${id(v)}`, body),
  putCluster: (c: string, body: Wire['ClusterInputBody']) => call<unknown>('PUT', `/api/clusters/${id(c)}`, body),
  putCamera: (c: string, body: Wire['CameraInputBody']) => call<unknown>('PUT', `/api/cameras/${id(c)}`, body),
  remove: (kind: 'villages' | 'clusters' | 'cameras', what: string) => call<unknown>('DELETE', `/api/${kind}/${id(what)}`),
  credentials: (device: string) =>
    call<Wire['CredentialsOutputBody']>('POST', `/api/devices/${id(device)}/credentials`, {}),
};
