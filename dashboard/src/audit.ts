/** What an entry of the audit log is about; the hub writes it for programs, the page says it in words. Pure. */
import type { AuditEntry } from './api/types';

export interface Subject {
  /** Whose page tells more; empty where there is none. */
  view: '' | 'ban-tin' | 'chuong-trinh' | 'thiet-bi' | 'camera';
  id: string;
  /** Its name as the entry holds it, empty where it holds an id alone. */
  name: string;
  clusters?: number;
  /** What was asked of a cluster. */
  command?: { kind: string; volume?: number };
  /** A role that was given. */
  role?: string;
  /** Words that a person wrote. */
  remark?: string;
  /** The codes of what stood against it when it was let out in spite of that. */
  spite?: string[];
}

const views: Record<string, Subject['view']> = { announcement: 'ban-tin', emergency: 'ban-tin', programme: 'chuong-trinh', cluster: 'thiet-bi', device: 'thiet-bi', camera: 'camera' };

const letOut = / \(in spite of ([a-z_, ]+)\)$/;

export function subjectOf(e: AuditEntry): Subject {
  const spite = letOut.exec(e.detail ?? '')?.[1]?.split(', ');
  if (!spite) return plainly(e);
  return { ...plainly({ ...e, detail: e.detail!.replace(letOut, '') }), spite };
}

function plainly(e: AuditEntry): Subject {
  const [kind = '', what = ''] = e.action.split('.');
  const { object = '', detail = '' } = e;
  const about: Subject = { view: object && what !== 'delete' ? (views[kind] ?? '') : '', id: object, name: '' };
  const count = /^(\d+) clusters[:,]? ?(.*)$/.exec(detail);
  if (count) return { ...about, clusters: Number(count[1]), name: kind === 'emergency' ? (count[2] ?? '') : '' };
  if (e.action === 'announcement.create') return { ...about, name: /^(?:draft|\w+ \w+): (.*)$/.exec(detail)?.[1] ?? detail };
  if (e.action === 'announcement.return' || e.action === 'programme.return') return { ...about, remark: detail };
  if (what === 'reschedule') return about;
  if (e.action === 'cluster.command') {
    const [name = '', volume] = detail.split(' ');
    return { ...about, command: { kind: name, ...(volume ? { volume: Number(volume) } : {}) } };
  }
  if (kind === 'user') return { ...about, ...(what === 'password' || !detail ? {} : { role: detail.split(',')[0]! }) };
  if (kind === 'audio') return { ...about, id: '', name: detail };
  if (kind === 'rules' || kind === 'inventory' || kind === 'session') return { ...about, id: '' };
  return { ...about, name: detail.split(', ')[0] ?? '' };
}
