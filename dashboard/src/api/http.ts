/** HTTP calls to the hub. Every failure is thrown as a Problem, and what the caller aborted as an AbortError. */
import { garbled, offline, readProblem } from './problem';

/** Marks a request as the page's own: another site cannot send this header. */
const OWN = { 'X-Requested-With': 'smart-commune' };

let onUnauthorized: () => void = () => {};

/** Sets what happens when the hub no longer knows who asks. */
export function whenUnauthorized(f: () => void): void {
  onUnauthorized = f;
}

/** Waits for what comes over the network; whatever breaks it off is a cut link. */
async function arriving<T>(what: Promise<T>): Promise<T> {
  try {
    return await what;
  } catch (e) {
    throw e instanceof DOMException && e.name === 'AbortError' ? e : offline();
  }
}

function parsed<T>(status: number, body: string): T {
  try {
    return (body ? JSON.parse(body) : undefined) as T;
  } catch {
    throw garbled(status);
  }
}

export async function fetchRaw(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await arriving(fetch(path, { credentials: 'same-origin', ...init, headers: { ...OWN, ...init.headers } }));
  if (response.ok) return response;
  const problem = readProblem(response.status, await arriving(response.text()));
  if (response.status === 401 && !response.url.endsWith('/api/login')) onUnauthorized();
  throw problem;
}

export async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const response = await fetchRaw(path, {
    method,
    ...(signal ? { signal } : {}),
    headers: { Accept: 'application/json', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return parsed(response.status, await arriving(response.text()));
}

export const get = <T>(path: string, query: Record<string, string | number | undefined> = {}): Promise<T> => {
  const set = Object.entries(query).filter(([, v]) => v !== undefined && v !== '') as [string, string | number][];
  const search = new URLSearchParams(set.map(([k, v]) => [k, String(v)])).toString();
  return call<T>('GET', search ? `${path}?${search}` : path);
};

/** Sends a file and reports the share sent, 0 to 1. Aborting the signal ends it. */
export function upload<T>(path: string, file: Blob, progress: (share: number) => void, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open('POST', path);
    xhr.setRequestHeader('X-Requested-With', 'smart-commune');
    xhr.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
    xhr.upload.onprogress = (e) => progress(e.lengthComputable ? e.loaded / e.total : 0);
    xhr.onload = () => {
      if (xhr.status >= 200 && xhr.status < 300) {
        try {
          resolve(parsed(xhr.status, xhr.responseText));
        } catch (e) {
          reject(e);
        }
        return;
      }
      if (xhr.status === 401) onUnauthorized();
      reject(readProblem(xhr.status, xhr.responseText));
    };
    xhr.onerror = () => reject(offline());
    xhr.onabort = () => reject(new DOMException('', 'AbortError'));
    signal.addEventListener('abort', () => xhr.abort());
    xhr.send(file);
  });
}
