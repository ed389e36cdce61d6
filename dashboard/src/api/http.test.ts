import { afterEach, describe, expect, test, vi } from 'vitest';
import { call } from './http';
import { asProblem, isBroken, Problem } from './problem';

afterEach(() => { vi.unstubAllGlobals(); vi.restoreAllMocks(); });

const thrown = async (answer: () => Promise<Response>): Promise<unknown> => {
  vi.stubGlobal('fetch', answer);
  return call('GET', '/api/me').then(() => null, (e: unknown) => e);
};

describe('what went wrong is told apart', () => {
  test('a hub that is not reached', async () => {
    expect(await thrown(() => Promise.reject(new TypeError('Failed to fetch')))).toMatchObject({ code: 'offline' });
  });

  test('an answer that breaks off', async () => {
    const cut = new ReadableStream({ start: (c) => c.error(new TypeError('network error')) });
    expect(await thrown(() => Promise.resolve(new Response(cut)))).toMatchObject({ code: 'offline' });
  });

  test('a page of the network in place of an answer', async () => {
    const e = await thrown(() => Promise.resolve(new Response('<html>Đăng nhập Wi-Fi</html>')));
    expect(asProblem(e).vi).toContain('Không đọc được trả lời của máy chủ');
  });

  test('what the hub refuses, in its own words', async () => {
    const body = JSON.stringify({ code: 'gone', message: { vi: 'Không còn.', en: 'Gone.' } });
    expect(await thrown(() => Promise.resolve(new Response(body, { status: 410 })))).toMatchObject({ code: 'gone', vi: 'Không còn.' });
  });

  test('what the caller aborted stays that', async () => {
    const e = await thrown(() => Promise.reject(new DOMException('', 'AbortError')));
    expect(e).not.toBeInstanceOf(Problem);
  });
});

test('an error of the page is no cut link, and the console holds it', () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {});
  const e = new TypeError('x is undefined');
  const p = asProblem(e);
  expect(isBroken(p)).toBe(true);
  expect(p.vi).toContain('tải lại trang');
  expect(log).toHaveBeenCalledWith(e);
});
